"""The plan of the demonstration factory: hours, and sales orders that changed."""

from datetime import timedelta

from odoo import fields, models

#: Powered carts that customers asked for, and what became of it (scenario D).
POWER_CUT = (30, 20)
POWER_CANCELLED = 12
POWER_BY_HAND = (15, 18, 8)


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    def _get_parts(self):
        return [*super()._get_parts(), "plan", "changes"]

    def _load_plan(self):
        """Plan what is released, the order of 800 among it: its hours stand on the board; once per database."""
        if self._find("sale_cut"):
            return
        clock = self._get_clock()
        # history was made today and dated back: its hours are not those in which it happened
        self.env["mes.pull.slot"].search([("production_id.state", "=", "done")]).unlink()
        # the kits stay when they are wanted: planned on a Wednesday night, the last ones would be made on Monday
        orders = self.env["mrp.production"].search(
            [
                ("product_id", "!=", self._product("kit").id),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "confirmed"),
                ("mes_release_state", "=", "released"),
                ("mes_pull_state", "=", "normal"),
                ("workorder_ids", "!=", False),
            ],
            order="date_deadline, id",
        )
        orders.button_plan()
        clock.stamp(fields.Datetime.now() - timedelta(minutes=6))

    def _load_changes(self):
        """Let customers change their minds about powered carts; once per database."""
        if self._find("sale_cut"):
            return
        clock = self._get_clock()
        now = fields.Datetime.now()
        self.env.company.mes_plan_user_id = self._get("user_planner")
        self._make_to_order("cart_power")
        product, customer = self._product("cart_power"), self._get("partner_customer_two")
        cut = self._remember("sale_cut", self._sell(customer, product, POWER_CUT[0]))
        cut.order_line.product_uom_qty = POWER_CUT[1]
        cancelled = self._remember("sale_cancelled", self._sell(customer, product, POWER_CANCELLED))
        cancelled._action_cancel()
        self._edit_by_hand(self._remember("sale_by_hand", self._sell(customer, product, POWER_BY_HAND[0])))
        clock.stamp(now - timedelta(minutes=4))

    def _make_to_order(self, key):
        """Let a product be made for each sales order by itself."""
        route = self._get_warehouse().mto_pull_id.route_id
        route.active = True
        self._product(key).route_ids |= route

    def _edit_by_hand(self, order):
        """The planner rounded an order up; what the customer cuts then is proposed to him."""
        production = order.mrp_production_ids[:1]
        before, edited, after = POWER_BY_HAND
        if production:
            production._mes_set_quantity(edited)
            production.mes_hand_edited = True
        order.order_line.product_uom_qty = after
