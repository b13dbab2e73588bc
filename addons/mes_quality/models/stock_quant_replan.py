"""What follows when stock is frozen or freed: it is ordered anew, and who waits for it gets it."""

from odoo import api, fields, models


class StockQuant(models.Model):
    """Addons that do not know each other meet here: each extends these methods, and calls `super()` when there is one.

    What they do must not stop a freeze: it happens as superuser, and what cannot be ordered stays visible as missing.
    """

    _inherit = "stock.quant"

    @api.model
    def _mes_on_frozen(self, products, locations):
        self._mes_on_figures(products, locations)
        others = getattr(super(), "_mes_on_frozen", None)
        return others(products, locations) if others else None

    @api.model
    def _mes_on_released(self, products, locations):
        self._mes_on_figures(products, locations)
        if not self.env["ir.config_parameter"].sudo().get_param("stock.picking_no_auto_reserve"):
            self.env["stock.move"].sudo().search(
                self._mes_get_waiting_domain(products, locations), order="priority desc, date, id"
            )._action_assign()
        others = getattr(super(), "_mes_on_released", None)
        return others(products, locations) if others else None

    @api.model
    def _mes_on_figures(self, products, locations):
        """Forget the figures of the products, and reorder by the new ones."""
        # no `depends` does it: each row of stock that any move makes would have to look at all that shows figures
        figures = ["free_qty", "virtual_available"]
        self.env["product.product"].invalidate_model(figures, flush=False)
        self.env["product.template"].invalidate_model(["virtual_available"], flush=False)
        self._mes_find_rules(products, locations)._mes_replan()

    @api.model
    def _mes_find_rules(self, products, locations):
        """Return the reordering rules of the products in the warehouses of the places."""
        warehouses = [False, *locations.sudo().warehouse_id.ids]
        domain = [("product_id", "in", products.ids), ("warehouse_id", "in", warehouses)]
        return self.env["stock.warehouse.orderpoint"].sudo().search(domain)

    @api.model
    def _mes_get_waiting_domain(self, products, locations):
        """Return which moves wait for stock of the products that may lie in the places, see `_trigger_assign`."""
        return [
            ("product_id", "in", products.ids),
            ("location_id", "parent_of", locations.ids),
            ("state", "in", ("confirmed", "partially_available")),
            ("procure_method", "=", "make_to_stock"),
            "|",
            ("reservation_date", "<=", fields.Date.today()),
            ("picking_type_id.reservation_method", "=", "at_confirm"),
        ]
