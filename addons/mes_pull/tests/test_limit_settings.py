"""What limits say, whom they warn, and what a change of their settings does at once."""

import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_wip_caps import CapCase


@tagged("post_install", "-at_install")
class TestWarnLevel(CapCase):
    def _told(self, user=None):
        return len(self._activities(user or self.planner, "mrp.production"))

    def test_a_loop_with_a_cap_in_jobs_is_silent_at_one_of_ten(self):
        """Its pieces are at 100 % whenever everything is ordered: that is its normal state."""
        self.loop.write({"wip_cap_jobs": 10, "user_id": self.planner.id})
        self._take(100)
        self.assertEqual(self.loop.wip_jobs, 1)
        self.assertEqual(self._told(), 0)

    def test_it_tells_its_owner_once_at_eight_of_ten(self):
        self.loop.write({"wip_cap_jobs": 10, "user_id": self.planner.id})
        for _number in range(7):
            self._take(100)
        self.assertEqual(self._told(), 0)
        self._take(100)
        self._take(100)
        self.assertEqual(self._told(), 1)

    def test_its_warn_zone_begins_where_the_planner_says(self):
        self.loop.write({"wip_cap_jobs": 10, "wip_warn_ratio": 30, "user_id": self.planner.id})
        self._take(100)
        self._take(100)
        self.assertEqual((self._told(), self.loop.wip_level), (0, "full"))
        self._take(100)
        self.assertEqual(self._told(), 1)

    def test_the_warn_zone_of_a_product(self):
        template = self.bracket.product_tmpl_id
        template.write({"mes_wip_cap_jobs": 10, "mes_wip_warn_ratio": 20, "responsible_id": self.planner.id})
        self._order(10)
        self.assertEqual((template.mes_wip_level, self._told()), ("ok", 0))
        self._order(10)
        self.env.invalidate_all()
        self.assertEqual((template.mes_wip_level, self._told()), ("warn", 1))

    def test_growth_into_the_warn_zone_tells_the_owner(self):
        self._cap(pieces=100, mes_wip_user_id=self.planner.id)
        order = self._order(79)
        self.assertEqual(self._told(), 0)
        self._change_quantity(order, 80)
        self.assertEqual(self._told(), 1)

    def test_who_was_told_is_told_again_after_the_cap_was_raised(self):
        self._cap(jobs=2, mes_wip_user_id=self.planner.id)
        self._order(10)
        self._order(10)
        self.assertEqual(self._told(), 1)
        self._cap(jobs=5)
        self.assertFalse(self.press.mes_wip_warned)
        self._order(10)
        self.assertEqual(self._told(), 1)
        self._order(10)
        self.assertEqual(self._told(), 2)

    def test_the_mark_of_a_product_and_of_a_loop_goes_with_a_raised_cap(self):
        template = self.bracket.product_tmpl_id
        template.mes_wip_cap_jobs = self.loop.wip_cap_jobs = 1
        self._order(10)
        self._take(100)
        self.assertTrue(template.mes_wip_warned and self.loop.mes_wip_warned)
        template.mes_wip_cap_jobs = self.loop.wip_cap_jobs = 5
        self.assertFalse(template.mes_wip_warned or self.loop.mes_wip_warned)


@tagged("post_install", "-at_install")
class TestWords(CapCase):
    def test_a_paused_order_is_not_named_as_the_next_to_finish(self):
        self._cap(jobs=2)
        paused, running, started = self._order(10), self._order(10), self._order(10)
        paused.with_user(self.planner).action_mes_pause("tool broken")
        self._assert_released(running, started)
        waiting = self._order(10)
        self.assertIn(running.name, waiting.mes_queue_reason)
        self.assertNotIn(paused.name, waiting.mes_queue_reason)

    def test_an_order_larger_than_the_whole_supermarket_is_to_be_split(self):
        order = self._order_stamped(1001)
        self.assertIn("more than its whole cap", order.mes_queue_reason)
        self.assertIn("Split the order", order.mes_queue_reason)
        self.assertNotIn("Split", self._order_stamped(1000).mes_queue_reason)

    def test_a_loop_to_demand_speaks_of_demand_not_of_cards(self):
        self.loop.write({"mode": "demand", "safety_qty": 1000})
        reason = self._order_stamped(50).mes_queue_reason
        self.assertNotIn("card", reason)
        self.assertIn("when downstream asks for 50 more", reason)

    def test_many_reasons_ask_once_for_each_limit(self):
        self._cap(jobs=1)
        self._order(10)
        few = self.env["mrp.production"].union(*(self._order(10) for _number in range(2)))
        many = few.union(*(self._order(10) for _number in range(8)))

        def count(orders):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.mapped("mes_queue_reason")
            return self.env.cr.sql_log_count - before

        count(few)
        self.assertLessEqual(count(many), count(few) + 2)

    def test_each_of_several_overrides_keeps_what_it_passed(self):
        self._cap(jobs=3, pieces=100)
        self._order(100)
        both = self._order(10) | self._order(20)
        self._assert_queued(*both)
        both.with_user(self.planner).action_mes_override("truck waits")
        first, second = self._overrides("release")
        self.assertIn("100 of 100 pieces", first.limits)
        self.assertIn("110 of 100 pieces", second.limits)


@tagged("post_install", "-at_install")
class TestSettings(CapCase):
    def test_a_loop_set_free_releases_who_waits(self):
        order = self._order_stamped(5000)
        self._assert_queued(order)
        self.loop.with_user(self.planner).overrun_policy = "allow"
        self._assert_released(order)

    def test_an_archived_loop_releases_who_waits_for_it(self):
        order = self._order_stamped(5000)
        self._assert_queued(order)
        self.loop.active = False
        self._assert_released(order)

    def test_a_loop_with_held_stock_is_not_archived(self):
        self._take(500)
        self._make(self._orders(), 700)
        self.assertEqual(self.loop.held_qty, 200)
        self._assert_refused(lambda: self.loop.action_archive(), "200", "held", error=UserError)
        self._take(200)
        self.loop.action_archive()
        self.assertFalse(self.loop.active)

    def test_an_explicit_policy_keeps_the_default_of_the_tolerance(self):
        self.company.write({"mes_overrun_policy": "hold", "mes_overrun_tolerance": 7})
        place = self._create_place("Brackets", self.stock)
        loop = self._create_loop(self.bracket, place, overrun_policy="refuse")
        self.assertEqual((loop.overrun_policy, loop.overrun_tolerance), ("refuse", 7))

    def test_an_explicit_tolerance_keeps_the_default_of_the_policy(self):
        self.company.write({"mes_overrun_policy": "refuse", "mes_overrun_tolerance": 7})
        place = self._create_place("Brackets", self.stock)
        loop = self._create_loop(self.bracket, place, overrun_tolerance=3)
        self.assertEqual((loop.overrun_policy, loop.overrun_tolerance), ("refuse", 3))


@tagged("post_install", "-at_install")
class TestQueueIsHeld(CapCase):
    def test_no_context_key_holds_the_queue(self):
        self._cap(jobs=1)
        order, waiting = self._order(10), self._order(10)
        self._rpc(self.worker, order, "action_cancel", context={"skip_mes_queue": True})
        self._assert_released(waiting)

    def test_no_context_key_keeps_a_customer_s_order_waiting(self):
        self._cap(jobs=1)
        order = self._draft(10)
        self._rpc(self.worker, order, "action_confirm", context={"skip_mes_queue": True})
        self._assert_released(order)

    def test_the_questions_that_odoo_asks_can_be_sent_to_a_browser(self):
        order = self._order(10)
        order.qty_producing = 4
        order.move_raw_ids.write({"quantity": 4, "picked": True})
        action = order.with_user(self.worker).button_mark_done()
        self.assertEqual(action["res_model"], "mrp.production.backorder")
        json.dumps(action["context"])
