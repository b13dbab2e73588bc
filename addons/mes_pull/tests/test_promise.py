"""What a quotation is promised: level by level, behind what is planned, and nothing is booked."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .planner_common import PlannerCase, at


@tagged("post_install", "-at_install")
class TestPromise(PlannerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "mes_seller", "sales_team.group_sale_salesman_all_leads", tz="UTC")
        cls.cart = cls._create_made("Cart", cls.saw, component=cls.part)

    def _quote(self, *asked, **more):
        lines = [Command.create({"product_id": product.id, "product_uom_qty": qty, **more}) for product, qty in asked]
        vals = {"partner_id": self.customer.id, "order_line": lines}
        return self.env["sale.order"].with_user(self.seller).create(vals)

    def _promise(self, *asked, **more):
        """Return the lines of a quotation that the seller asked a promise for."""
        order = self._quote(*asked, **more)
        order.action_mes_promise()
        self.env.invalidate_all()
        return order.order_line

    # -- when ---------------------------------------------------------------------------------------------------

    def test_what_is_free_in_stock_is_promised_now(self):
        self._stock_up(self.part, self.stock, 100)
        line = self._promise((self.part, 100))
        self.assertEqual((line.mes_promise_date, line.mes_promise_reason), (at(8), "100 in stock"))
        self.assertIn("100 Part: 3/2/26, 8:00", line.order_id.with_user(self.seller).mes_promise_text)

    def test_the_rest_is_made_in_working_time(self):
        self._stock_up(self.part, self.stock, 100)
        line = self._promise((self.part, 400))
        self.assertEqual(line.mes_promise_date, at(14))
        self.assertIn("100 in stock; Part: at Press from", line.mes_promise_reason)

    def test_behind_what_is_planned(self):
        self._plan(self._order(180, self.part))
        line = self._promise((self.part, 60))
        self.assertEqual(line.mes_promise_date, at(12))
        self.assertIn("Press makes", line.mes_promise_reason)

    @freeze_time("2026-03-03 08:00:00")
    def test_behind_what_is_late(self):
        with freeze_time("2026-03-02 08:00:00"):
            self._plan(self._order(180, self.part))
        self.assertEqual(self._promise((self.part, 60)).mes_promise_date, at(12, day=3))

    def test_behind_what_waits_to_be_planned(self):
        self._order(120, self.part)
        self.press.mes_wip_cap_jobs, self.press.mes_wip_policy = 1, "block"
        queued = self._order(60, self.part)
        self._assert_queued(queued)
        self.assertEqual(self._promise((self.part, 60)).mes_promise_date, at(12))

    def test_each_level_waits_for_the_one_below(self):
        line = self._promise((self.cart, 60))
        self.assertEqual(line.mes_promise_date, at(10))
        first, second = line.mes_promise_reason.split("; ")
        self.assertIn("Cart: at Saw from", first)
        self.assertIn("Part: at Press from", second)

    def test_components_in_stock_are_not_made(self):
        self._stock_up(self.part, self.stock, 60)
        self.assertEqual(self._promise((self.cart, 60)).mes_promise_date, at(9))
        self.assertEqual(self._promise((self.cart, 61)).mes_promise_date, at(9, 2))

    def test_stock_is_promised_once(self):
        self._stock_up(self.part, self.stock, 100)
        one, two = self._promise((self.part, 100), (self.part, 60))
        self.assertEqual((one.mes_promise_date, two.mes_promise_date), (at(8), at(9)))
        self.assertEqual(one.order_id.mes_promise_date, at(9))

    def test_stock_that_others_have_asked_for(self):
        self._stock_up(self.part, self.stock, 60)
        self._create_picking(self.stock, self.customers, 40, self.part, self.warehouse.out_type_id)
        self.assertEqual(self._promise((self.part, 20)).mes_promise_date, at(8))
        self.assertEqual(self._promise((self.part, 21)).mes_promise_date, at(8, 1))

    def test_held_stock_is_not_promised(self):
        held = self._create_place("Apart", self.warehouse.view_location_id)
        self._stock_up(self.part, held, 60)
        self.assertEqual(self._promise((self.part, 60)).mes_promise_date, at(9))

    def test_one_line_behind_the_other(self):
        one, two = self._promise((self.part, 60), (self.bracket, 60))
        self.assertEqual((one.mes_promise_date, two.mes_promise_date), (at(9), at(10)))
        self.assertIn("Press makes Part until", two.mes_promise_reason)

    def test_the_alternative_that_is_free_earlier(self):
        self.press.alternative_workcenter_ids = self.saw
        self._plan(self._order(60, self.part))
        line = self._promise((self.part, 60))
        self.assertEqual(line.mes_promise_date, at(9))
        self.assertIn("at Saw", line.mes_promise_reason)

    def test_what_is_bought_takes_the_days_of_its_vendor(self):
        line = self._promise((self._create_made("Bought into", self.press, component=self._create_bolt()), 60))
        self.assertEqual(line.mes_promise_date, at(9, day=5))
        self.assertIn("Bolt bought from Steel vendor, here", line.mes_promise_reason)

    def _create_bolt(self):
        return self._create_product("Bolt", seller_ids=[Command.create({"partner_id": self.vendor.id, "delay": 3})])

    def test_what_is_expected_is_not_bought_again(self):
        bolt = self._create_bolt()
        receipt = self._create_picking(self.suppliers, self.stock, 60, bolt, self.warehouse.in_type_id)
        receipt.move_ids.date = at(8, day=3)
        self.assertEqual(self._promise((bolt, 60)).mes_promise_date, at(8, day=3))
        self.assertEqual(self._promise((bolt, 61)).mes_promise_date, at(8, day=5))

    def test_days_to_deliver(self):
        line = self._promise((self.part, 60), customer_lead=2)
        self.assertEqual(line.mes_promise_date, at(9, day=4))
        self.assertIn("then 2 days to deliver", line.mes_promise_reason)

    def test_a_kit_is_ready_with_its_last_part(self):
        kit = self._create_product("Kit")
        parts = [Command.create({"product_id": part.id, "product_qty": 2}) for part in (self.part, self.bracket)]
        self.env["mrp.bom"].create(
            {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": parts, "product_qty": 1}
        )
        self._stock_up(self.bracket, self.stock, 60)
        self.assertEqual(self._promise((kit, 30)).mes_promise_date, at(9))
        self.assertEqual(self._promise((kit, 60)).mes_promise_date, at(11))

    def test_a_recipe_without_operations_takes_its_days(self):
        self.part.bom_ids.write({"operation_ids": [Command.clear()], "produce_delay": 2})
        line = self._promise((self.cart, 60))
        self.assertEqual(line.mes_promise_date, at(9, day=4))

    def test_to_order_is_made_though_there_is_stock(self):
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        self.part.route_ids = route | self.warehouse.manufacture_pull_id.route_id
        self._stock_up(self.part, self.stock, 60)
        self.assertEqual(self._promise((self.part, 60)).mes_promise_date, at(9))

    def test_dozens(self):
        line = self._promise((self.part, 5), product_uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.assertEqual(line.mes_promise_date, at(9))

    def test_what_the_work_center_needs(self):
        self.press.write({"time_start": 20, "time_stop": 10, "time_efficiency": 50})
        self.assertEqual(self._promise((self.part, 60)).mes_promise_date, at(10, 30))

    def test_operations_side_by_side(self):
        bom = self.frame.bom_ids
        bom.allow_operation_dependencies = True
        self.assertEqual(self._promise((self.frame, 60)).mes_promise_date, at(9))
        bom.operation_ids[1].blocked_by_operation_ids = bom.operation_ids[0]
        self.assertEqual(self._promise((self.frame, 60)).mes_promise_date, at(10))

    def test_as_many_questions_for_many_lines(self):
        few, many = (self._quote(*[(self.cart, 5)] * number) for number in (2, 12))
        counts = []
        for order in (few, few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_mes_promise()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 5)

    def test_promise_and_plan_agree(self):
        self._plan(self._order(150, self.part), self._order(45, self.frame))
        promised = self._promise((self.frame, 100)).mes_promise_date
        order = self._order(100, self.frame)
        self._plan(order)
        self.assertEqual(order.date_finished, promised)

    def test_promise_and_plan_of_all_levels_agree(self):
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        (self.part | self.cart).route_ids = route | self.warehouse.manufacture_pull_id.route_id
        self._plan(self._order(150, self.part))
        order = self._quote((self.cart, 100))
        order.action_mes_promise()
        order.action_confirm()
        made = self.env["mrp.production"].search([("product_id", "in", (self.part | self.cart).ids)])
        self._plan(*made.filtered(lambda production: not production.is_planned))
        cart = made.filtered(lambda production: production.product_id == self.cart)
        self.assertEqual((cart.date_finished, cart.product_qty), (order.order_line.mes_promise_date, 100))

    # -- without a date -----------------------------------------------------------------------------------------

    def test_no_date_without_a_source(self):
        line = self._promise((self._create_product("Unheard of"), 1))
        self.assertFalse(line.mes_promise_date)
        self.assertIn("neither a bill of materials nor a vendor", line.mes_promise_reason)

    def test_no_date_without_working_time(self):
        self.press.resource_calendar_id.attendance_ids.unlink()
        order = self._quote((self.part, 1), (self.blank, 1))
        order.action_mes_promise()
        self.assertIn("no free time within 700 days", order.order_line[0].mes_promise_reason)
        self.assertEqual([bool(line.mes_promise_date) for line in order.order_line], [False, True])
        self.assertFalse(order.mes_promise_date)

    # -- what it leaves alone -----------------------------------------------------------------------------------

    def test_nothing_else_is_written(self):
        order = self._quote((self.cart, 60))
        before = self._picture(), self.env["resource.calendar.leaves"].search_count([]), order.commitment_date
        order.action_mes_promise()
        self.env.flush_all()
        after = self._picture(), self.env["resource.calendar.leaves"].search_count([]), order.commitment_date
        self.assertEqual(after, before)

    def test_a_promise_goes_with_what_was_asked(self):
        line = self._promise((self.part, 60))
        line.name = "Another text"
        self.assertEqual(line.mes_promise_date, at(9))
        line.product_uom_qty = 61
        self.assertEqual((line.mes_promise_date, line.mes_promise_reason), (False, False))

    def test_a_promise_stays_when_the_order_is_confirmed(self):
        line = self._promise((self.part, 60))
        line.order_id.action_confirm()
        self.assertEqual(line.mes_promise_date, at(9))
        with self.assertRaisesRegex(UserError, "no quotation any more"):
            line.order_id.action_mes_promise()

    def test_only_those_who_sell(self):
        order = self._quote((self.part, 60))
        self._assert_denied(lambda: order.with_user(self.worker).action_mes_promise())
        self._assert_denied(lambda: order.with_user(self.storekeeper).action_mes_promise())
        for user in (self.seller, self.planner):
            order.order_line.mes_promise_date = False
            self._rpc(user, order, "action_mes_promise")
            self.assertEqual(order.order_line.mes_promise_date, at(9))

    def test_another_company_plans_for_itself(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._plan(self._order(60, self.part))
        self.seller.company_ids |= other
        order = (
            self.env["sale.order"].with_user(self.seller).with_company(other).create({"partner_id": self.customer.id})
        )
        order.order_line = [Command.create({"product_id": self.part.id, "product_uom_qty": 1})]
        order.action_mes_promise()
        self.assertTrue(order.order_line.mes_promise_reason)
