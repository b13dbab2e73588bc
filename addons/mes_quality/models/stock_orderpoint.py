"""Reordering: frozen stock is replaced, at once by automatic rules, on the list by the others."""

from odoo import models
from odoo.fields import Domain

from ..const import CHECKED


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _get_orderpoint_action(self):
        """Suggest what is short because of frozen stock, too: Odoo preselects by the bare sums of stock."""
        usable = self.with_context(mes_usable_only=CHECKED)
        action = super(StockWarehouseOrderpoint, usable)._get_orderpoint_action()
        action["context"] = self.env.context
        self.env["product.product"].invalidate_model(["qty_available", "free_qty", "virtual_available"])
        self.invalidate_model(["qty_on_hand"])
        return action

    def _mes_replan(self):
        """Recompute the rules, and let the automatic ones order what is missing."""
        self._mes_recompute()
        automatic = self.filtered(lambda rule: rule.trigger == "auto" and rule.product_id.active)
        for company, rules in automatic.grouped("company_id").items():
            rules._procure_orderpoint_confirm(company_id=company, raise_user_error=False)
        automatic._mes_recompute()

    def _mes_recompute(self):
        """Compute anew what Odoo computes anew when a move changes, see `stock.move._update_orderpoints`."""
        self.invalidate_recordset(["qty_on_hand", "qty_forecast", "qty_to_order"])
        for name in ("qty_to_order_computed", "deadline_date"):
            self.env.add_to_compute(self._fields[name], self)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_domain_locations_new(self, location_ids):
        stock, moves_in, moves_out = super()._get_domain_locations_new(location_ids)
        if self.env.context.get("mes_usable_only") is CHECKED:
            stock = Domain(stock) & Domain("mes_is_frozen", "!=", True)
        return stock, moves_in, moves_out
