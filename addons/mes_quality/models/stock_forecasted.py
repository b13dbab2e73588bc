"""The forecast report, and what moves and orders read from it: availability of components, promised dates."""

from odoo import models


class StockForecastedProductProduct(models.AbstractModel):
    _inherit = "stock.forecasted_product_product"

    def _get_quant_domain(self, location_ids, products):
        return super()._get_quant_domain(location_ids, products) + [("mes_is_frozen", "!=", True)]

    def _free_stock_lines(self, product, free_stock, moves_data, wh_location_ids, read):
        # what a disposition has reserved was taken off stock that was not counted
        domain = [
            ("product_id", "=", product.id),
            ("location_id", "in", wh_location_ids),
            ("mes_is_frozen", "=", True),
        ]
        [(reserved,)] = self.env["stock.quant"]._read_group(domain, aggregates=["reserved_quantity:sum"])
        return super()._free_stock_lines(product, free_stock + reserved, moves_data, wh_location_ids, read)
