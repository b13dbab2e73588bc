"""The graph and the table of the forecast: from today on frozen stock is not there."""

from odoo import models


class ReportStockQuantity(models.Model):
    _inherit = "report.stock.quantity"

    _depends = {"stock.quant": ["mes_is_frozen"]}

    def _get_product_qty_col(self):
        usable = super()._get_product_qty_col()
        today = "(now() at time zone 'utc')::date"
        return f"CASE WHEN q.mes_is_frozen AND date >= {today} THEN q.reserved_quantity ELSE {usable} END"
