"""Whatever happens to the orders, in any sequence: what is made is what is asked for, and nothing begun is lost."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .replan_common import ReplanCase

# More of them, and others each time: MES_EXAMPLES=100 ./mes test --no-lint -k random_changes
EXAMPLES = int(os.environ.get("MES_EXAMPLES", "0"))

STEPS = ("sell", "sell", "set", "set", "cancel", "count", "make", "deliver", "net")


class Rollback(Exception):
    """Ends an example: nothing of it is kept."""


@tagged("post_install", "-at_install")
class TestRandomChanges(ReplanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.raw_plank = cls._create_product("Raw plank")
        cls.plank = cls._create_to_order("Plank", cls.press, cls.raw_plank, 1, routes=cls.make)
        cls.shelf = cls._create_to_order("Shelf", cls.saw, cls.plank, 3, routes=cls.make)
        cls._stock_up(cls.raw_plank, cls.stock, 1000000)
        cls.env["stock.warehouse.orderpoint"].create(
            [
                {"product_id": product.id, "location_id": cls.stock.id, "trigger": "auto"}
                for product in (cls.shelf, cls.plank)
            ]
        )

    @settings(
        max_examples=EXAMPLES or 6,
        deadline=None,
        database=None,
        derandomize=not EXAMPLES,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 60), st.integers(0, 5)), min_size=3, max_size=8))
    def test_what_is_made_is_what_is_asked_for(self, steps):
        try:
            with self.env.cr.savepoint():
                self._walk(steps)
                raise Rollback
        except Rollback:
            self.env.invalidate_all()

    def _walk(self, steps):
        self.orders, self.started = self.env["sale.order"], self.env["mrp.production"]
        for step, quantity, which in steps:
            getattr(self, f"_step_{step}")(quantity, which)
            self.env.flush_all()
            self.env.invalidate_all()
            self._check(self.shelf, (step, quantity, which))
            self._check(self.plank, (step, quantity, which))
            self.assertNotIn("cancel", self.started.mapped("state"), "a started order was lost")

    def _check(self, product, step):
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", product.id),
                ("location_dest_id.usage", "in", ("customer", "production")),
                ("state", "in", ("waiting", "confirmed", "partially_available", "assigned")),
            ]
        )
        asked = sum(moves.mapped("product_qty")) - self._on_hand(product, self.stock)
        counted = sum(mo._mes_get_supply().counted for mo in self._open_orders(product))
        self.assertAlmostEqual(self._to_make(product), max(asked, counted), 2, msg=(product.name, step))

    # -- steps --------------------------------------------------------------------------------------------------

    def _pick(self, records, which):
        return records[which % len(records)] if records else records

    def _step_sell(self, quantity, _which):
        self.orders |= self._sell(quantity, product=self.shelf)

    def _step_set(self, quantity, which):
        order = self._pick(self.orders.filtered(lambda order: order.state == "sale"), which)
        if order and quantity >= order.order_line.qty_delivered:
            self._set(order, quantity)

    def _step_cancel(self, _quantity, which):
        order = self._pick(self.orders.filtered(lambda order: order.state == "sale"), which)
        if order:
            self._cancel(order)

    def _step_count(self, quantity, which):
        production = self._pick(self._open_orders(self.shelf), which)
        if production and quantity < production.product_qty:
            production.qty_producing = max(quantity, production.qty_producing)
            self.started |= production

    def _step_make(self, quantity, which):
        production = self._pick(self._open_orders(self.shelf), which)
        if production:
            made = min(production.product_qty, max(quantity, production.qty_producing))
            self._make(production, made)

    def _step_deliver(self, _quantity, which):
        picking = self._pick(self.orders.picking_ids.filtered(lambda pick: pick.state == "assigned"), which)
        if picking:
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()

    def _step_net(self, _quantity, _which):
        self.env["mes.pull.replan"]._cron_reconcile()
