"""What the tests of plan changes share.

`ReplanCase` adds to the factory of `LimitCase`:

* `cart` (made to order of 1 `frame` at `saw`), `frame` (made to order of 2 `bar` at `press`), `bar` (bought to order
  from `vendor`): three levels; nothing of them is in stock
* user `seller` (sales), `buyer` (purchases)
* `_sell` confirms a sales order as the seller does, `_set` changes its quantity, `_to_make` reads what is planned
"""

from odoo import Command
from odoo.tests import new_test_user

from .limits_common import LimitCase


class ReplanCase(LimitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mto = cls.warehouse.mto_pull_id.route_id
        cls.mto.active = True
        cls.make = cls.warehouse.manufacture_pull_id.route_id
        cls.buy = cls.warehouse.buy_pull_id.route_id
        cls.bar = cls._create_product(
            "Bar",
            route_ids=[Command.set((cls.mto | cls.buy).ids)],
            seller_ids=[Command.create({"partner_id": cls.vendor.id, "price": 3, "delay": 1})],
            standard_price=3,
        )
        cls.frame = cls._create_to_order("Frame", cls.press, cls.bar, 2, standard_price=10)
        cls.cart = cls._create_to_order("Cart", cls.saw, cls.frame, 1, standard_price=25)
        cls.seller = new_test_user(cls.env, "mes_seller", "sales_team.group_sale_salesman_all_leads")
        cls.buyer = new_test_user(cls.env, "mes_buyer", "purchase.group_purchase_user")
        cls.company.mes_plan_user_id = cls.planner
        (cls.bar | cls.frame | cls.cart).responsible_id = False

    @classmethod
    def _create_to_order(cls, name, workcenter, component, quantity, routes=None, **more):
        product = cls._create_product(
            name, route_ids=[Command.set((routes if routes is not None else cls.mto | cls.make).ids)], **more
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": component.id, "product_qty": quantity})],
                "operation_ids": [
                    Command.create(
                        {"name": f"At {workcenter.name}", "workcenter_id": workcenter.id, "time_cycle_manual": 1}
                    )
                ],
            }
        )
        return product

    def _sell(self, *quantities, product=None, **more):
        """Return a sales order, confirmed by the seller, with one line for each quantity."""
        product = product or self.cart
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": quantity})
                        for quantity in quantities
                    ],
                    **more,
                }
            )
        )
        order.action_confirm()
        self.env.invalidate_all()
        return order.with_env(self.env)

    def _set(self, order, quantity, line=0):
        """Let the seller set the quantity of a line."""
        order.order_line[line].with_user(self.seller).product_uom_qty = quantity
        self.env.invalidate_all()

    def _cancel(self, order):
        order.with_user(self.seller)._action_cancel()
        self.env.invalidate_all()

    def _open_orders(self, product):
        """Return the orders in the plan: open, and neither parked nor paused."""
        return self.env["mrp.production"].search(
            [
                ("product_id", "=", product.id),
                ("state", "not in", ("done", "cancel")),
                ("mes_pull_state", "=", "normal"),
            ]
        )

    def _to_make(self, product):
        """Return what the plan still makes of a product, in its unit."""
        return sum(
            self._open_orders(product)
            .move_finished_ids.filtered(
                lambda move: move.product_id == product and move.state not in ("done", "cancel")
            )
            .mapped("product_qty")
        )

    def _to_buy(self, product):
        lines = self.env["purchase.order.line"].search(
            [("product_id", "=", product.id), ("state", "not in", ("done", "cancel"))]
        )
        return sum(lines.mapped("product_uom_qty"))

    def _parked(self, product):
        orders = self.env["mrp.production"].search(
            [("product_id", "=", product.id), ("mes_is_parked", "=", True), ("state", "=", "draft")]
        )
        return sum(orders.mapped("product_uom_qty"))

    def _assert_levels(self, carts, frames=None, bars=None):
        """Assert what is planned on each of the three levels."""
        frames = carts if frames is None else frames
        bars = 2 * frames if bars is None else bars
        self.env.invalidate_all()
        planned = self._to_make(self.cart), self._to_make(self.frame), self._to_buy(self.bar)
        self.assertEqual(planned, (carts, frames, bars))

    def _changes(self, product=None, **values):
        domain = [("product_id", "=", product.id)] if product else []
        return self.env["mes.pull.change"].search(
            domain + [(name, "=", value) for name, value in values.items()], order="id"
        )
