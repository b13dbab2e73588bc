"""The purchase guard: what a purchase is judged by, what is shown, and what a confirmation costs."""

from unittest.mock import patch

from odoo.tests import Form, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuard(GuardCommon):
    def test_1500_against_1000_cover_45_days(self):
        line = self._buy(1500).order_line
        self.assertEqual((line.mes_cover_days, line.mes_excess_qty, line.mes_guard_state), (45, 500, "stop"))
        self.assertIn("Covers 45 days, line 30.", line.mes_guard_message)
        self.assertIn("500 Units above need", line.mes_guard_message)

    def test_what_is_needed_is_free(self):
        line = self._buy(1000).order_line
        self.assertEqual((line.mes_cover_days, line.mes_excess_qty, line.mes_guard_state), (30, 0, "free"))
        self.assertFalse(line.mes_guard_message)

    def test_the_line_is_judged_while_it_is_typed(self):
        form = Form(self.env["purchase.order"].with_user(self.buyer))
        form.partner_id = self.vendor
        with form.order_line.new() as line:
            line.product_id = self.resistor
            line.product_qty = 1000
            self.assertEqual(line.mes_guard_state, "free")
            line.product_qty = 1500
            self.assertEqual((line.mes_guard_state, line.mes_cover_days), ("stop", 45))
        order = form.save()
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_qty = 1001
            self.assertEqual(line.mes_excess_qty, 1, "its own stored quantity is not counted beside it")

    def test_position_counts_stock_orders_and_all_quotations(self):
        self._receive(self.resistor, 100)
        self._expect(self.resistor, 200, 5)
        self._expect(self.resistor, 50, 40)  # after the horizon
        self._keep(self.resistor, 30)
        self._buy(300, user=self.manager)
        found = self.purchase(self._buy(500))
        self.assertEqual((found.free, found.incoming, found.quoted, found.quantity), (100, 200, 300, 500))
        self.assertEqual((found.demand, found.safety, found.excess), (1000, 30, 70))

    def test_frozen_stock_is_bought_anew(self):
        self._receive(self.resistor, 1000)
        self.assertEqual(self.purchase(self._buy(1000)).excess, 1000)
        hold = {"reason": "Cracks", "product_id": self.resistor.id, "quantity": 1000, "location_id": self.stock.id}
        self.env["mes.quality.hold"].create(hold)
        order = self._buy(1000)
        self.env["purchase.order"].search([("id", "!=", order.id), ("state", "=", "draft")]).button_cancel()
        self.assertEqual(self.purchase(order).excess, 0)

    def test_lines_of_one_product_are_one_purchase(self):
        order = self._buy(600)
        order.order_line = [self._line(401)]
        self.assertEqual(order.order_line.mapped("mes_guard_state"), ["stop", "stop"])
        order.order_line[1].product_qty = 400
        self.assertEqual(order.order_line.mapped("mes_guard_state"), ["free", "free"])

    def test_other_units_count_in_the_product_s(self):
        order = self._buy(84)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(self.purchase(order).quantity, 1008)
        self.assertEqual(order.order_line.mes_excess_qty, 8)

    def test_another_warehouse_needs_for_itself(self):
        other = self._create_warehouse("W2")
        order = self._buy(10, picking_type_id=other.in_type_id.id)
        self.assertEqual((self.purchase(order).demand, self.purchase(order).decision), (0, "stop"))
        self.assertIn("Nothing needs it", order.order_line.mes_guard_message)

    def test_a_policy_may_warn_let_through_or_have_no_limit(self):
        line = self._buy(1500).order_line
        self.policy.purchase_policy = "warn"
        line.invalidate_recordset()
        self.assertEqual(line.mes_guard_state, "warn")
        self.policy.purchase_policy = "free"
        line.invalidate_recordset()
        self.assertEqual(line.mes_guard_state, "free")
        self.policy.write({"purchase_policy": "warn", "max_cover_days": 0})
        line.invalidate_recordset()
        self.assertEqual(line.mes_guard_state, "free")

    def test_without_a_policy_the_company_s_horizon_warns(self):
        self.env["mes.aging.policy"].search([]).active = False
        self.company.mes_aging_far_days = 5
        found = self.purchase(self._buy(10))
        self.assertEqual((found.demand, found.days, found.decision), (0, 5, "warn"))

    def test_what_is_used_before_the_vendor_delivers_is_needed(self):
        self._need(self.resistor, 500, 50)
        order = self._buy(1500)
        self.assertEqual(self.purchase(order).excess, 500)
        self.resistor.seller_ids.delay = 60
        self.assertEqual((self.purchase(order).excess, self.purchase(order).days), (0, 60))

    def test_a_day_ends_in_the_company_s_time_zone(self):
        figures, calendar = self.env["mes.aging.figures"], self.company.resource_calendar_id
        calendar.tz = "UTC"
        before = figures._get_horizon(1)
        calendar.tz = "Asia/Shanghai"
        self.assertEqual((before.hour, figures._get_horizon(1).hour), (23, 15))
        self.company.resource_calendar_id = calendar.copy({"tz": "America/New_York"})
        self.assertIn(figures._get_horizon(1).hour, (3, 4))

    def test_fifty_lines_cost_three_queries(self):
        seller = [(0, 0, {"partner_id": self.vendor.id, "price": 1})]
        products = [self._create_product(f"Part {number}", seller_ids=seller) for number in range(50)]
        for product in products:
            self.policy.copy({"product_id": product.id})
            self._need(product, 10, 5)
        first, second = (self._buy(5, products[0]) for _order in range(2))
        for order in (first, second):
            order.order_line = [self._line(5, product) for product in products[1:]]
        guard = self.env.registry["mes.aging.guard"]
        with patch.object(guard, "_get_purchases", lambda *_arguments, **_more: {}):
            without = self._count_confirmation(first)
        self.assertLessEqual(self._count_confirmation(second) - without, 3)
        self.assertEqual((first.state, second.state), ("purchase", "purchase"))

    def _count_confirmation(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        order.button_confirm()
        self.env.flush_all()
        return self.cr.sql_log_count - before
