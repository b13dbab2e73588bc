"""The one place where a barcode becomes a record."""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_compare

from odoo.addons.barcodes_gs1_nomenclature.models.barcode_nomenclature import FNC1_CHAR

from ..tools.quantity import QuantityError, read_quantity


class MesPullBarcode(models.AbstractModel):
    """Reads what scanners, cameras and RFID gateways send: card, badge, place, lot, product, GS1.

    GS1 element strings are read by Odoo's own nomenclature (AI 01 product, 10 and 21 lot or serial, 30, 37 and 31xx
    quantity), whatever nomenclature the company uses for its other barcodes.
    """

    _name = "mes.pull.barcode"
    _description = "Barcodes of the Pull Loops"

    @api.model
    def _read(self, barcode):
        """Return what ``barcode`` means.

        :return: a dict with ``kind`` (``card``, ``operator``, ``location``, ``product``) and the records found:
            ``card``, ``user``, ``location``, ``product``, ``lot``, ``quantity`` (product's unit) where they apply
        :raises odoo.exceptions.UserError: with a message for the person when it means nothing here
        """
        text = self._clean(barcode)
        for reader in (
            self._read_card,
            self._read_badge,
            self._read_location,
            self._read_product,
            self._read_packaging,
            self._read_lot,
            self._read_gs1,
        ):
            found = reader(text)
            if found:
                return found
        raise self.env["mes.pull.message"]._error("unknown_barcode", barcode=text)

    @api.model
    def _clean(self, barcode):
        if not isinstance(barcode, str) or not barcode.strip("\x00 \t\r\n"):
            raise self.env["mes.pull.message"]._error("empty_barcode")
        text = barcode.replace("\x00", "").strip()
        if len(text) > 200 or text.encode(errors="ignore").decode() != text:  # half characters cannot be stored
            shown = text[:40].encode(errors="ignore").decode()
            raise self.env["mes.pull.message"]._error("unknown_barcode", barcode=shown + "…")
        return text

    @api.model
    def _other_company_error(self, companies):
        """Return the refusal of another company's record; its name is only for those who work there as well."""
        messages = self.env["mes.pull.message"]
        known = companies & self.env.user.company_ids
        return messages._error("other_company", company=known[0].name) if known else messages._error("foreign_company")

    def _in_companies(self, field="company_id"):
        return Domain(field, "in", [False, *self.env.companies.ids])

    def _read_card(self, text):
        cards = self.env["mes.pull.card"].sudo().with_context(active_test=False).search([("name", "=", text)])
        here = cards.filtered(lambda card: card.company_id in self.env.companies)
        if cards and not here:
            raise self._other_company_error(cards.company_id)
        card = here[:1]
        if not card:
            return None
        if not card.active or not card.loop_id.active:
            raise self.env["mes.pull.message"]._error("archived_card", card=card.name)
        return {"kind": "card", "card": card, "product": card.product_id}

    def _read_badge(self, text):
        user = self.env["res.users"].sudo()._mes_find_by_badge(text)
        return {"kind": "operator", "user": user} if user else None

    def _read_location(self, text):
        places = self.env["stock.location"].sudo().search([("barcode", "=", text)])
        here = places.filtered(lambda place: not place.company_id or place.company_id in self.env.companies)
        if places and not here:
            raise self._other_company_error(places.company_id)
        return {"kind": "location", "location": here[0]} if here else None

    def _read_product(self, text):
        products = self.env["product.product"].sudo().search([("barcode", "=", text)])
        here = products.filtered(lambda product: not product.company_id or product.company_id in self.env.companies)
        if products and not here:
            raise self._other_company_error(products.company_id)
        return {"kind": "product", "product": here[0]} if here else None

    def _read_packaging(self, text):
        packaging = (
            self.env["product.uom"].sudo().search([("barcode", "=", text)] + list(self._in_companies()), limit=1)
        )
        if not packaging:
            return None
        product = packaging.product_id
        quantity = packaging.uom_id._compute_quantity(1.0, product.uom_id)
        return {"kind": "product", "product": product, "quantity": quantity}

    def _read_lot(self, text, product=None):
        domain = Domain("name", "=", text) & self._in_companies()
        if product:
            domain &= Domain("product_id", "=", product.id)
        lots = self.env["stock.lot"].sudo().search(domain)
        with_loop = lots.filtered(lambda lot: self.env["mes.pull.loop"]._get_loops_of_products(lot.product_id))
        lots = with_loop or lots
        if len(lots) > 1:
            raise self.env["mes.pull.message"]._error("ambiguous_lot", lot=text)
        return {"kind": "product", "product": lots.product_id, "lot": lots} if lots else None

    # -- GS1 ----------------------------------------------------------------------------------------------------

    def _read_gs1(self, text):
        elements = self._parse_gs1(text)
        if not elements:
            return None
        by_type = {element["rule"].type: element for element in elements}
        item = self._find_gs1_item(by_type)
        if not item:
            raise self.env["mes.pull.message"]._error("unknown_barcode", barcode=text)
        product = item["product"]
        found = {"kind": "product", "product": product}
        if "lot" in by_type:
            lot = self._read_lot(by_type["lot"]["value"], product)
            if not lot:
                raise self.env["mes.pull.message"]._error("unknown_lot", lot=by_type["lot"]["value"])
            found["lot"] = lot["lot"]
        if "quantity" in by_type:
            found["quantity"] = self._convert_gs1_quantity(by_type["quantity"], product) * item.get("quantity", 1)
        elif "quantity" in item:
            found["quantity"] = item["quantity"]
        return found

    def _parse_gs1(self, text):
        nomenclature = self.env.company.sudo().nomenclature_id
        if not nomenclature.is_gs1_nomenclature:
            nomenclature = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature").sudo()
        if text.startswith("("):  # as printed below the bars: every element ends where the next bracket opens
            text = re.sub(r"\((\d{2,4})\)", FNC1_CHAR + r"\1", text)
        try:
            return nomenclature.parse_barcode(text)
        except (ValueError, self.env["mes.pull.message"]._user_error()):
            return None  # not a GS1 element string: the caller says "unknown barcode"

    def _find_gs1_item(self, by_type):
        """Return what was identified: a dict with ``product``, and ``quantity`` where the GTIN is a packaging's."""
        if "product" in by_type:
            code = by_type["product"]["value"]
            # A GTIN-14 with a leading zero is the GTIN-13 that stands on the product (GS1 General Specifications, 3.3)
            codes = (code, code[1:]) if code.startswith("0") else (code,)
            readers = (self._read_product, self._read_packaging)
            return next((found for reader in readers for found in map(reader, codes) if found), None)
        return self._read_lot(by_type["lot"]["value"]) if "lot" in by_type else None

    def _convert_gs1_quantity(self, element, product):
        uom = element["rule"].associated_uom_id or product.uom_id
        if not uom._has_common_reference(product.uom_id):
            raise self.env["mes.pull.message"]._error("other_unit", unit=uom.name, own=product.uom_id.name)
        return uom._compute_quantity(element["value"], product.uom_id)

    # -- quantities ---------------------------------------------------------------------------------------------

    @api.model
    def _read_quantity(self, value, uom):
        """Return ``value`` as a quantity in ``uom``.

        :raises odoo.exceptions.UserError: not a number, not positive, absurd, or finer than the unit allows
        """
        try:
            quantity = read_quantity(value)
        except QuantityError as error:
            raise self.env["mes.pull.message"]._error(f"quantity_{error.code}", value=str(value)[:40]) from None
        if float_compare(uom.round(quantity), quantity, precision_digits=6) != 0:
            raise self.env["mes.pull.message"]._error("quantity_rounding", value=value, unit=uom.name)
        return quantity
