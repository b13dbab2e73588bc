"""The records behind each part of "usable now", and the columns of it where people decide."""

from odoo import fields, models
from odoo.fields import Domain

from ..const import OPEN_MOVE_STATES


class ProductProduct(models.Model):
    _inherit = "product.product"

    def action_mes_open_usable(self):
        """Open the formula with its parts: a window for one product, a list for many."""
        views = [(self.env.ref("mes_pull.product_product_view_usable_list").id, "list")]
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Usable Now"),
            "res_model": "product.product",
            "domain": [("id", "in", self.ids)],
            "views": views,
            "context": {"create": False, "edit": False},
        }
        if len(self) == 1:
            form = [(self.env.ref("mes_pull.product_product_view_usable_form").id, "form")]
            action.update(views=form, res_id=self.id, target="new")
        return action

    def _mes_prepare_usable_window(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.display_name}: {name}",
            "res_model": model,
            "domain": list(domain),
            "views": [(False, "list")],
            "context": {"create": False},
        }

    def _mes_get_usable_domain(self):
        places = self._mes_get_usable_places()
        return Domain("product_id", "=", self.id) & Domain("location_id", "child_of", places.ids)

    def action_mes_open_usable_on_hand(self):
        """Open what Odoo counts on hand."""
        return self._mes_prepare_usable_window(self.env._("On Hand"), "stock.quant", self._mes_get_usable_domain())

    def action_mes_open_usable_registered(self):
        """Open what was picked for open manufacturing orders."""
        picked = Domain("picked", "=", True) & Domain("state", "in", OPEN_MOVE_STATES)
        domain = self._mes_get_usable_domain() & picked & Domain("move_id.raw_material_production_id", "!=", False)
        return self._mes_prepare_usable_window(self.env._("Registered Consumption"), "stock.move.line", domain)

    def action_mes_open_usable_held(self):
        """Open held and frozen stock."""
        held = Domain("location_id.mes_is_held", "=", True)
        for name in self.env["mes.pull.loop"]._get_freeze_fields():
            held |= Domain(name, "=", True)
        return self._mes_prepare_usable_window(
            self.env._("Held or Frozen"), "stock.quant", self._mes_get_usable_domain() & held
        )

    def action_mes_open_usable_reserved(self):
        """Open all other reservations."""
        taken = Domain("picked", "=", True) & Domain("move_id.raw_material_production_id", "!=", False)
        domain = self._mes_get_usable_domain() & Domain("state", "in", OPEN_MOVE_STATES) & ~taken
        domain &= Domain("quantity_product_uom", ">", 0)
        return self._mes_prepare_usable_window(self.env._("Reserved"), "stock.move.line", domain)


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    mes_usable_qty = fields.Float(
        "Usable Now",
        compute="_compute_mes_usable_qty",
        digits="Product Unit",
        help="On hand - registered consumption - held - reserved, in the rule's place.",
    )

    def _compute_mes_usable_qty(self):
        by_place = self.grouped("location_id")
        figures = self.product_id._mes_get_usable_by({place.id: place for place in by_place})
        for rule in self:
            parts = figures.get(rule.location_id.id, {}).get(rule.product_id.id)
            rule.mes_usable_qty = parts.usable if parts else 0.0

    def action_mes_open_usable(self):
        """Open the formula with its parts at the rule's place."""
        self.ensure_one()
        action = self.product_id.action_mes_open_usable()
        return {**action, "context": {**action["context"], "location": self.location_id.id}}
