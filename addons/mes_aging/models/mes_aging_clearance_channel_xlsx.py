"""The sheet for discount platforms: what is offered, one row a lot."""

import base64
import io

import xlsxwriter

from odoo import fields, models

SOLD_ON = ("promotion", "channel")


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def action_export_offers(self):
        """Write what these cases offer into a workbook for discount platforms, a row for each lot.

        Text is always written as text: nothing that somebody typed becomes a formula.

        :return: the action that downloads it
        :raises odoo.exceptions.AccessError: when the user may not read them
        """
        self.check_access("read")
        name = f"{self.env._('Offers')} {fields.Date.context_today(self)}.xlsx"
        export = self.env["mes.aging.alert.export"].sudo()  # whoever reads the cases may have them on paper
        export = export.create({"name": name, "file": base64.b64encode(self.sudo()._make_offers_xlsx())})
        url = f"/web/content/{export._name}/{export.id}/file/{name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _make_offers_xlsx(self):
        """Return the workbook as bytes."""
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            head = book.add_format({"bold": True, "bg_color": "#E7E9ED", "bottom": 1, "text_wrap": True})
            sheet = book.add_worksheet(self.env._("Offers"))
            for column, (label, width) in enumerate(self._get_offer_columns()):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, label, head)
            for row, values in enumerate(self._get_offer_rows(), 1):
                for column, value in enumerate(values):
                    write = sheet.write_number if isinstance(value, float) else sheet.write_string
                    write(row, column, value)
            sheet.freeze_panes(1, 2)
        return file.getvalue()

    def _get_offer_columns(self):
        """Return ``[(label, width)]``, in the order of `_get_offer_rows`."""
        return [
            (self.env._("Barcode/GTIN"), 16),
            (self.env._("Name"), 36),
            (self.env._("Category"), 24),
            (self.env._("Quantity"), 11),
            (self.env._("Unit"), 8),
            (self.env._("Price"), 11),
            (self.env._("Sales Price"), 11),
            (self.env._("Currency"), 9),
            (self.env._("Weight (kg)"), 11),
            (self.env._("Expiry"), 12),
            (self.env._("Lot"), 18),
            (self.env._("Picture"), 50),
            (self.env._("City"), 18),
            (self.env._("Case"), 16),
        ]

    def _get_offer_rows(self):
        """Return a row for each lot of what these offer."""
        rows = []
        for case in self.filtered(lambda case: case.state in ("draft", "open") and not case.production_id):
            left = case.left_qty
            for lot, quantity in case._get_stock_by_lot():
                part = float(min(quantity, left))
                left -= part
                if case.uom_id.compare(part, 0) > 0:
                    rows.append(case._prepare_offer_row(lot, part))
        return rows

    def _get_stock_by_lot(self):
        """Return ``[(lot, quantity)]`` of what the case may take, nearest expiry first."""
        self.ensure_one()
        stock = self._get_clearable(self.product_id, self.company_id)
        keys, there = self._get_claim(stock)[2], stock.get(self.product_id.id, {})
        found = {}
        for key in there if keys is None else keys:
            found[key[0]] = found.get(key[0], 0.0) + max(there[key], 0.0)
        lots = self.env["stock.lot"].browse([lot for lot in found if lot])
        ordered = lots.sorted(lambda lot: (get_expiry(lot) or "9999", lot.id))
        return [(lot, found[lot.id]) for lot in ordered] + [(lots.browse(), found.get(False, 0.0))]

    def _prepare_offer_row(self, lot, quantity):
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        warehouse = self.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return [
            product.barcode or "",
            product.display_name,
            self.categ_id.complete_name or "",
            quantity,
            self.uom_id.name,
            float(self._get_offer_price()),
            float(product.lst_price),
            self.currency_id.name,
            float(product.weight),
            get_expiry(lot),
            lot.name or "",
            f"{product.get_base_url()}/web/image/product.product/{product.id}/image_1024" if product.image_128 else "",
            warehouse.partner_id.city or "",
            self.name,
        ]

    def _get_offer_price(self):
        """Return the price of a piece: of its selling route, or the sales price less the channel's discount."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.route in SOLD_ON and line.state in ("draft", "open"))
        line = lines.sorted(lambda line: line.route)[:1]
        probe = line or self.env["mes.aging.clearance.line"].new({"clearance_id": self.id, "route": "channel"})
        return self.currency_id.round(probe._get_price())


def get_expiry(lot):
    """Return a lot's day of expiry as text; empty without one, or where lots don't expire."""
    day = lot.expiration_date if lot and "expiration_date" in lot._fields else False
    return fields.Date.to_string(day.date()) if day else ""
