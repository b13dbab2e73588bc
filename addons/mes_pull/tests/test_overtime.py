"""Expedite an order, and order overtime: both plan anew what is planned."""

from datetime import date

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .level_common import LevelCase


@tagged("post_install", "-at_install")
class TestExpedite(LevelCase):
    """Brackets take 2.4 minutes at the press: 25 an hour, 200 a day."""

    def _expedite(self, order, user=None):
        order.with_user(user or self.planner).action_mes_expedite()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_the_order_comes_first_and_the_others_behind_it(self):
        one, two, three = self._plan(200), self._plan(200), self._plan(200)
        self._expedite(three)
        self.assertEqual(three.priority, "1")
        self.assertEqual(self._booked(three), ("Mon 08:00", "Mon 17:00"))
        self.assertEqual([self._booked(order)[0] for order in (one, two)], ["Tue 08:00", "Wed 08:00"])

    def test_hours_follow_and_none_overlap(self):
        orders = self._plan(130), self._plan(220), self._plan(75)
        self._expedite(orders[2])
        self.assertEqual(self._hours(orders[2])[0], ("Mon 08:00", 25, 0))
        for order, quantity in zip(orders, (130, 220, 75), strict=True):
            self._assert_sums(order, quantity)
        self._assert_inside(self.env["mrp.production"].union(*orders).workorder_ids.mes_slot_ids)

    def test_work_that_has_begun_is_not_moved(self):
        begun, last = self._plan(200), self._plan(200)
        self._go_to("Mon 08:00")
        begun.workorder_ids.with_user(self.worker).button_start()
        self._expedite(last)
        self.assertEqual(self._booked(begun), ("Mon 08:00", "Mon 17:00"))
        self.assertEqual(self._booked(last)[0], "Tue 08:00")

    def test_an_order_without_a_plan_is_planned_first(self):
        planned, new = self._plan(200), self._order(100)
        self._expedite(new)
        self.assertEqual(self._booked(new), ("Mon 08:00", "Mon 12:00"))
        self.assertEqual(self._booked(planned)[0], "Mon 13:00")

    def test_levelled_orders_stay_levelled(self):
        a, b, urgent = self._order(120, self.a), self._order(120, self.b), self._plan(50)
        self._level(a, b)
        self._expedite(urgent)
        self.assertEqual(self._booked(urgent), ("Mon 08:00", "Mon 10:00"))
        self.assertEqual([turn[1] for turn in self._turns(a, b)], ["A", "B", "A", "B"])
        self.assertEqual(self._turns(a, b)[0][0], "Mon 10:00")

    def test_what_was_done_is_on_the_chatter(self):
        order = self._plan(100)
        self._expedite(order)
        self.assertIn("Expedited", order.message_ids[0].body)
        self.assertEqual(order.message_ids[0].author_id, self.planner.partner_id)

    def test_an_order_that_waits_becomes_urgent_only(self):
        self.press.write({"mes_wip_cap_jobs": 1, "mes_wip_policy": "block"})
        self._plan(100)
        waiting = self._order(100)
        self._expedite(waiting)
        self.assertEqual((waiting.priority, waiting.mes_release_state), ("1", "queued"))
        self.assertFalse(waiting.workorder_ids.leave_id)

    def test_only_planners_may_and_only_open_orders(self):
        order = self._plan(100)
        for user in (self.operator, self.worker):
            self._assert_denied(lambda user=user: self._rpc(user, order, "action_mes_expedite"))
        self.assertEqual(order.priority, "0")
        order.action_cancel()
        self._assert_refused(lambda: self._rpc(self.planner, order, "action_mes_expedite"), order.name)


class OvertimeCase(LevelCase):
    def _order_overtime(self, centers=None, days=(2, 2), hours=(17, 19), user=None):
        """A planner orders overtime in the week of the test; Monday is the 2nd."""
        wizard = (
            self.env["mes.pull.overtime.wizard"]
            .with_user(user or self.planner)
            .create(
                {
                    "workcenter_ids": [Command.set((centers or self.press).ids)],
                    "date_from": date(2026, 3, days[0]),
                    "date_to": date(2026, 3, days[1]),
                    "hour_from": hours[0],
                    "hour_to": hours[1],
                    "reason": "Rush order",
                }
            )
        )
        wizard.action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["mes.pull.overtime"].search([("workcenter_id", "in", (centers or self.press).ids)])


@tagged("post_install", "-at_install")
class TestOvertime(OvertimeCase):
    def test_two_hours_a_day_make_800_from_thursday_a_day_shorter(self):
        order = self._plan(800)
        self.assertEqual(self._booked(order), ("Mon 08:00", "Thu 17:00"))
        overtime = self._order_overtime(days=(2, 5))
        self.assertEqual(len(overtime), 4)
        self.assertEqual(self._booked(order), ("Mon 08:00", "Thu 10:00"))
        self.assertEqual(self._hours(order)[8:11], [("Mon 17:00", 25, 0), ("Mon 18:00", 25, 0), ("Tue 08:00", 25, 0)])
        self._assert_sums(order, 800)

    def test_what_is_planned_behind_it_moves_up(self):
        _first, second = self._plan(200), self._plan(50)
        self._order_overtime()
        self.assertEqual(self._booked(second), ("Mon 17:00", "Mon 19:00"))

    def test_a_saturday(self):
        self._plan(1000)
        second = self._plan(100)
        self.assertEqual(self._booked(second)[0], "Mon 08:00")
        self._order_overtime(days=(7, 7), hours=(8, 12))
        self.assertEqual(self._booked(second), ("Sat 08:00", "Sat 12:00"))
        self._assert_inside(self._slots(second))

    def test_others_who_share_the_calendar_work_as_ever(self):
        self._order_overtime()
        moments = self._at("Mon 17:00"), self._at("Mon 19:00")
        times = (self.press | self.saw)._mes_get_working_time(*moments)
        self.assertEqual((times[self.press], times[self.saw]), ([moments], []))
        self.assertEqual(len(self.calendar.attendance_ids), 10)

    def test_it_is_for_one_day_and_not_for_the_next_week(self):
        self._order_overtime()
        for day in ("Tue", "Sun"):
            times = self.press._mes_get_working_time(self._at(f"{day} 17:00"), self._at(f"{day} 19:00"))
            self.assertEqual(times[self.press], [])
        monday = self._at("Mon 17:00", week=1), self._at("Mon 19:00", week=1)
        self.assertEqual(self.press._mes_get_working_time(*monday)[self.press], [])

    def test_undone_it_leaves_nothing_outside_working_time(self):
        order = self._plan(800)
        overtime = self._order_overtime(days=(2, 5))
        overtime.with_user(self.planner).action_undo()
        self.assertEqual(set(overtime.mapped("state")), {"undone"})
        self.assertEqual(self._booked(order), ("Mon 08:00", "Thu 17:00"))
        self.assertEqual(len(self._slots(order)), 32)
        self._assert_inside(self._slots(order))

    def test_levelled_orders_are_levelled_again_both_ways(self):
        a, b = self._order(300, self.a), self._order(300, self.b)
        self._level(a, b)
        overtime = self._order_overtime()
        turns = self._turns(a, b)
        self.assertEqual([turn[1] for turn in turns], ["A", "B"] * 5)
        self.assertEqual(turns[-1][0], "Mon 18:00")
        overtime.with_user(self.planner).action_undo()
        self.assertEqual(self._turns(a, b)[-1][0], "Tue 09:00")
        self._assert_inside((a | b).workorder_ids.mes_slot_ids)

    def test_odoos_own_planner_uses_it(self):
        self._order_overtime(hours=(17, 21))
        self.assertEqual(self._booked(self._plan(250)), ("Mon 08:00", "Mon 19:00"))

    def test_the_clock_of_the_calendar_counts(self):
        self.calendar.tz = "Asia/Kolkata"
        overtime = self._order_overtime(days=(3, 3))
        self.assertEqual(str(overtime.date_start), "2026-03-03 11:30:00")

    def test_who_why_and_when_are_kept(self):
        overtime = self._order_overtime()
        self.assertEqual((overtime.user_id, overtime.reason), (self.planner, "Rush order"))
        self.assertIn("17:00", self.press.message_ids[0].body)


@tagged("post_install", "-at_install")
class TestOvertimeIsRefused(OvertimeCase):
    def test_where_it_gains_nothing(self):
        self._assert_refused(lambda: self._order_overtime(hours=(8, 12)), "Press", "works anyway")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Fair",
                "calendar_id": self.calendar.id,
                "date_from": self._at("Tue 00:00"),
                "date_to": self._at("Wed 00:00"),
            }
        )
        self._assert_refused(lambda: self._order_overtime(days=(3, 3)), "holiday")
        self.assertFalse(self.env["mes.pull.overtime"].search([]))

    def test_twice_for_the_same_hours(self):
        self._order_overtime()
        self._assert_refused(self._order_overtime, "works anyway")

    def test_for_the_past_and_for_impossible_hours(self):
        self._go_to("Tue 08:00")
        self._assert_refused(self._order_overtime, "over")
        self._assert_refused(lambda: self._order_overtime(days=(4, 4), hours=(19, 17)), "19:00")
        self._assert_refused(lambda: self._order_overtime(days=(4, 3)), "days")

    def test_for_all_but_planners(self):
        vals = {"workcenter_id": self.press.id, "date": "2026-03-02", "hour_from": 17, "hour_to": 19}
        overtime = self._order_overtime(days=(3, 3))
        for user in (self.operator, self.worker):
            self._assert_denied(lambda user=user: self._rpc(user, self.env["mes.pull.overtime"], "create", vals))
            self._assert_denied(lambda user=user: self._rpc(user, overtime, "action_undo"))
            self.assertEqual(overtime.with_user(user).state, "ordered")

    def test_undo_once_it_has_begun(self):
        overtime = self._order_overtime()
        self._go_to("Mon 17:00")
        self.env.invalidate_all()
        self._assert_refused(lambda: self._rpc(self.planner, overtime, "action_undo"), "begun")

    def test_to_alter_it(self):
        overtime = self._order_overtime()
        self._assert_refused(lambda: self._rpc(self.planner, overtime, "write", {"hour_to": 22}), "anew")

    def test_across_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "mes_stranger",
            "mes_pull.mes_pull_group_planner",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        overtime = self._order_overtime()
        self.assertFalse(self._rpc(stranger, self.env["mes.pull.overtime"], "search", [("id", "=", overtime.id)]))
        self._assert_denied(lambda: self._rpc(stranger, overtime, "action_undo"))

    def test_the_wizard_ends_where_it_begins(self):
        form = Form(self.env["mes.pull.overtime.wizard"].with_user(self.planner))
        form.workcenter_ids.add(self.press)
        form.date_from = date(2026, 3, 4)
        self.assertEqual(str(form.date_to), "2026-03-04")
