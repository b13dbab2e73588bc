"""Vendors' labels: what a GS1 barcode says of product, lot, serial number, quantity and dates."""

import re

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.barcodes_gs1_nomenclature.models.barcode_nomenclature import FNC1_CHAR

QUANTITIES = ("30", "37")


class MesQualityLabel(models.AbstractModel):
    """Reads labels by Odoo's own GS1 nomenclature, whatever nomenclature the company uses for its other barcodes."""

    _name = "mes.quality.label"
    _description = "Labels of Vendors"

    @api.model
    def _read(self, barcode):
        """Return what the label says.

        :return: a dict with ``text``, and where it says so: ``product`` (with ``factor``: pieces of a packaging),
            ``lot``, ``serial``, ``quantity``, ``use_by`` (AI 17), ``best_before`` (AI 15)
        :raises odoo.exceptions.UserError: when it is no text, or names a product that nobody knows
        """
        text = barcode.replace("\x00", "").strip() if isinstance(barcode, str) else ""
        if not text or len(text) > 200:
            raise self.env["mes.quality.message"]._error("scan_unknown", barcode=str(barcode)[:40])
        found = {"text": text}
        product = self._find_product(text)
        if product:
            return {**found, **product}
        elements = {element["ai"]: element for element in self._parse(text)}
        if "01" in elements or "02" in elements:
            code = elements.get("01", elements.get("02"))["value"]
            product = self._find_product(code) or code.startswith("0") and self._find_product(code[1:])
            if not product:
                raise self.env["mes.quality.message"]._error("scan_unknown", barcode=code)
            found.update(product)
        for ai, name in (("10", "lot"), ("21", "serial"), ("17", "use_by"), ("15", "best_before")):
            if ai in elements:
                found[name] = elements[ai]["value"]
        return {**found, **self._read_quantity(elements, found)}

    @api.model
    def _read_quantity(self, elements, found):
        for ai, element in elements.items():
            if ai in QUANTITIES or element["rule"].type == "quantity":
                product = found.get("product")
                unit = element["rule"].associated_uom_id
                value = element["value"]
                if product and unit and ai not in QUANTITIES and unit._has_common_reference(product.uom_id):
                    value = unit._compute_quantity(value, product.uom_id)
                return {"quantity": float(value)}
        return {}

    @api.model
    def _find_product(self, code):
        """Return ``{'product': …, 'factor': pieces}`` of a barcode of a product or of its packaging."""
        companies = [False, *self.env.companies.ids]
        product = self.env["product.product"].search([("barcode", "=", code), ("company_id", "in", companies)], limit=1)
        if product:
            return {"product": product, "factor": 1.0}
        packaging = (
            self.env["product.uom"].sudo().search([("barcode", "=", code), ("company_id", "in", companies)], limit=1)
        )
        if not packaging:
            return {}
        product = packaging.product_id.sudo(False)
        return {"product": product, "factor": packaging.uom_id._compute_quantity(1.0, product.uom_id)}

    @api.model
    def _parse(self, text):
        """Return the elements of a GS1 string; none when it is another text."""
        nomenclature = self.env.company.sudo().nomenclature_id
        if not nomenclature.is_gs1_nomenclature:
            nomenclature = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature").sudo()
        if text.startswith("("):  # as printed below the bars
            text = re.sub(r"\((\d{2,4})\)", FNC1_CHAR + r"\1", text)
        try:
            return nomenclature.parse_barcode(text) or []
        except (ValueError, UserError, ValidationError):
            return []
