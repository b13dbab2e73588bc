"""What may not be true after stock has moved while other stock of the product is frozen."""

from odoo import models

from .stock_move_line_hold import STOCK_USAGES


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_check_negative(self, watched):
        """Refuse stock below zero while frozen stock of the product is in the warehouse: it would be that stock.

        :param watched: products of which stock is frozen
        """
        lines = self.filtered(
            lambda line: (
                line.product_id in watched
                and line.location_id.usage in STOCK_USAGES
                and not line.location_id.mes_is_quarantine
                and not line._mes_is_background()
                and not line._mes_is_from_subcontractor()  # his order, which makes it, is booked after the receipt
            )
        )
        if not lines:
            return
        Quant = self.env["stock.quant"].sudo()
        domain = [
            ("product_id", "in", lines.product_id.ids),
            ("location_id", "in", lines.location_id.ids),
            ("lot_id", "in", [*lines.lot_id.ids, False]),
        ]
        by = ["product_id", "location_id", "lot_id"]
        rows = Quant._read_group(domain, by, ["quantity:sum"], having=[("quantity:sum", "<", 0)])
        left = {tuple(key): quantity for *key, quantity in rows}
        for line in lines:
            quantity = left.get((line.product_id, line.location_id, line.lot_id), 0.0)
            if line.product_id.uom_id.compare(quantity, 0) < 0 and line._mes_has_frozen_beside():
                raise self.env["mes.quality.message"]._error(
                    "negative",
                    product=line.product_id.display_name,
                    place=line.location_id.display_name,
                    missing=-quantity,
                    unit=line.product_id.uom_id.name,
                )

    def _mes_has_frozen_beside(self):
        """Return whether stock of the line's product is frozen in the same warehouse (outside of one: company)."""
        domain = [("product_id", "=", self.product_id.id), ("mes_is_frozen", "=", True), ("quantity", ">", 0)]
        warehouse = self.location_id.warehouse_id
        if warehouse:
            domain.append(("location_id.warehouse_id", "=", warehouse.id))
        else:
            domain.append(("location_id.usage", "in", STOCK_USAGES))
        return bool(self.env["stock.quant"].sudo().search_count(domain, limit=1))

    def _mes_check_counted(self):
        """Refuse counting frozen stock down to nothing, also where counting is allowed."""
        counted = self.filtered(
            lambda line: (
                line.location_dest_id.usage == "inventory"
                and line._mes_is_frozen()
                and line._mes_get_use() == "count"
                and not line._mes_is_authorised()
            )
        )
        for line in counted:
            domain = [("product_id", "=", line.product_id.id), ("location_id", "=", line.location_id.id)]
            domain.append(("lot_id", "=", line.lot_id.id))
            left = self.env["stock.quant"].sudo()._read_group(domain, [], ["quantity:sum"])[0][0] or 0.0
            if line.product_id.uom_id.compare(left, 0) <= 0:
                raise self.env["mes.quality.message"]._error(
                    "counted_away", what=line.lot_id.name or line.product_id.display_name
                )
