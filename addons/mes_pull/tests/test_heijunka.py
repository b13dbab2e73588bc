"""Levelling: several products take their turns on one line, lot by lot."""

from odoo.tests import Form, tagged

from .level_common import LevelCase


@tagged("post_install", "-at_install")
class TestLevelledSequence(LevelCase):
    def test_half_a_and_a_quarter_each_of_b_and_c(self):
        orders = self._order(240, self.a), self._order(120, self.b), self._order(120, self.c)
        self._level(*orders)
        names = ["A", "B", "C", "A", "A", "B", "C", "A"]
        hours = ["08:00", "09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]
        self.assertEqual(
            self._turns(*orders), [(f"Mon {hour}", name, 60) for hour, name in zip(hours, names, strict=True)]
        )

    def test_a_booking_reaches_from_the_first_turn_to_the_last(self):
        a, b = self._order(180, self.a), self._order(60, self.b)
        self._level(a, b)
        self.assertEqual([self._booked(a), self._booked(b)], [("Mon 08:00", "Mon 12:00"), ("Mon 10:00", "Mon 11:00")])
        self.assertTrue(a.is_planned)
        self.assertEqual(self._local(a.date_start), "Mon 08:00")
        self.assertEqual((self._local(a.workorder_ids.date_start), self._local(a.date_finished)), self._booked(a))

    def test_uneven_orders_add_up_and_stay_in_working_time(self):
        orders = self._order(235, self.a), self._order(101, self.b), self._order(77, self.c), self._order(800)
        self._level(*orders, pitch=25)
        for order, quantity in zip(orders, (235, 101, 77, 800), strict=True):
            self._assert_sums(order, quantity)
        self._assert_inside(self.env["mrp.production"].union(*orders).workorder_ids.mes_slot_ids)

    def test_what_others_booked_stays_theirs(self):
        other = self._plan(50)
        orders = self._order(120, self.a), self._order(120, self.b)
        self._level(*orders)
        self.assertEqual(self._booked(other), ("Mon 08:00", "Mon 10:00"))
        self.assertEqual(
            [turn[0] for turn in self._turns(*orders)], ["Mon 10:00", "Mon 11:00", "Mon 13:00", "Mon 14:00"]
        )

    def test_a_holiday_stays_free(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Fair",
                "calendar_id": self.calendar.id,
                "date_from": self._at("Mon 00:00"),
                "date_to": self._at("Tue 00:00"),
            }
        )
        orders = self._order(60, self.a), self._order(60, self.b)
        self._level(*orders)
        self.assertEqual(self._turns(*orders), [("Tue 08:00", "A", 60), ("Tue 09:00", "B", 60)])

    def test_a_lot_that_a_break_cuts_keeps_its_pieces(self):
        orders = self._order(90, self.a), self._order(180, self.b)
        self._level(*orders, pitch=90)
        self.assertEqual(
            self._turns(*orders),
            [
                ("Mon 08:00", "B", 60),
                ("Mon 09:00", "B", 30),
                ("Mon 09:30", "A", 30),
                ("Mon 10:00", "A", 60),
                ("Mon 11:00", "B", 60),
                ("Mon 13:00", "B", 30),
            ],
        )

    def test_orders_of_a_product_follow_each_other_the_urgent_one_first(self):
        late, urgent, b = self._order(60, self.a), self._order(60, self.a), self._order(60, self.b)
        urgent.priority = "1"
        self._level(late, urgent, b)
        starts = [self._booked(order)[0] for order in (urgent, b, late)]
        self.assertEqual(starts, ["Mon 08:00", "Mon 09:00", "Mon 10:00"])

    def test_not_before_the_given_time_and_never_in_the_past(self):
        a, b = self._order(60, self.a), self._order(60, self.b)
        self._level(a, b, start=self._at("Tue 13:00"))
        self.assertEqual((self._booked(a)[0], self._booked(b)[0]), ("Tue 13:00", "Tue 14:00"))
        self._go_to("Wed 10:00")
        self._level(a, b, start=self._at("Mon 08:00"))
        self.assertEqual((self._booked(a)[0], self._booked(b)[0]), ("Wed 10:00", "Wed 11:00"))

    def test_levelling_again_takes_its_own_place(self):
        orders = self._order(120, self.a), self._order(120, self.b)
        self._level(*orders)
        first = self._turns(*orders)
        leaves = self.env["resource.calendar.leaves"].search_count([])
        self._level(*orders)
        self.assertEqual(self._turns(*orders), first)
        self.assertEqual(self.env["resource.calendar.leaves"].search_count([]), leaves)

    def test_the_pitch_of_the_work_center(self):
        self.press.mes_pitch_minutes = 30
        orders = self._order(60, self.a), self._order(60, self.b)
        self._level(*orders)
        self.assertEqual([turn[1] for turn in self._turns(*orders)], ["A", "B", "A", "B"])


@tagged("post_install", "-at_install")
class TestLevellingBesideOthers(LevelCase):
    def test_work_behind_it_is_planned_behind_it(self):
        wide = self._create_made("Wide", self.press, self.saw)
        orders = self._order(120, wide), self._order(120, self.b)
        self._level(*orders)
        self.assertEqual(self._booked(orders[0]), ("Mon 08:00", "Mon 11:00"))
        self.assertEqual(self._booked(orders[0], 1), ("Mon 11:00", "Mon 14:00"))

    def test_work_before_it_comes_first(self):
        deep = self._create_made("Deep", self.saw, self.press)
        orders = self._order(120, deep), self._order(60, self.b)
        self._level(*orders)
        self.assertEqual(self._booked(orders[0]), ("Mon 08:00", "Mon 10:00"))
        self.assertEqual(self._turns(orders[0])[2:], [("Mon 10:00", "Deep", 60), ("Mon 13:00", "Deep", 60)])
        self.assertEqual(self._turns(orders[1]), [("Mon 11:00", "B", 60)])

    def test_a_holiday_that_comes_later_takes_the_turns_out_of_it(self):
        a, b = self._order(300, self.a), self._order(300, self.b)
        self._level(a, b)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Fair",
                "calendar_id": self.calendar.id,
                "date_from": self._at("Mon 12:00"),
                "date_to": self._at("Mon 17:00"),
            }
        )
        for order in (a, b):
            self._assert_inside(self._slots(order))
            self._assert_sums(order, 300)

    def test_other_changes_of_the_calendar_leave_the_turns(self):
        a, b = self._order(120, self.a), self._order(120, self.b)
        self._level(a, b)
        turns = self._turns(a, b)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Fair",
                "calendar_id": self.calendar.id,
                "date_from": self._at("Mon 12:00"),
                "date_to": self._at("Mon 13:00"),
            }
        )
        self.calendar.attendance_ids[-1].hour_to = 16
        self.assertEqual(self._turns(a, b), turns)

    def test_what_odoo_plans_again_is_levelled_no_more(self):
        a, b = self._order(120, self.a), self._order(120, self.b)
        self._level(a, b)
        b.with_user(self.planner).button_unplan()
        b.with_user(self.planner).button_plan()
        self.assertEqual(self._turns(b), [("Mon 11:00", "B", 60), ("Mon 13:00", "B", 60)])
        self.assertEqual(set(b.workorder_ids.mes_slot_ids.mapped("is_levelled")), {False})

    def test_a_cancelled_order_leaves_its_turns(self):
        a, b = self._order(120, self.a), self._order(120, self.b)
        self._level(a, b)
        b.with_user(self.planner).action_cancel()
        self.assertEqual(self._turns(b), [])
        self.assertEqual(len(self._turns(a)), 2)

    def test_a_reduced_order_keeps_its_turns(self):
        a, b = self._order(120, self.a), self._order(120, self.b)
        self._level(a, b)
        self.env["change.production.qty"].create({"mo_id": a.id, "product_qty": 90}).change_prod_qty()
        self._assert_sums(a, 90)
        self._assert_sums(b, 120)


@tagged("post_install", "-at_install")
class TestLevellingIsRefused(LevelCase):
    def setUp(self):
        super().setUp()
        self.orders = self._order(60, self.a) | self._order(60, self.b)

    def _call(self, user, orders=None, **more):
        return lambda: self._rpc(user, orders or self.orders, "action_mes_level", self.press.id, **more)

    def test_for_all_but_planners(self):
        self._assert_denied(self._call(self.operator))
        self._assert_denied(self._call(self.worker), "planner")
        self._assert_denied(self._call(self.storekeeper))
        self.assertFalse(self.orders.workorder_ids.leave_id)

    def test_for_an_order_that_waits(self):
        self.press.write({"mes_wip_cap_jobs": 2, "mes_wip_policy": "block"})
        waiting = self._order(60, self.c)
        self._assert_queued(waiting)
        self._assert_refused(self._call(self.planner, self.orders | waiting), waiting.name, "waits")

    def test_for_a_paused_order(self):
        paused = self.orders[0]
        paused.with_user(self.planner).action_mes_pause("Customer asked")
        self._assert_refused(self._call(self.planner), paused.name, "paused")

    def test_for_work_that_has_begun_and_for_drafts(self):
        self.orders[0].workorder_ids.with_user(self.worker).button_start()
        draft = self._draft(10, self.c)
        text = self._assert_refused(self._call(self.planner, self.orders | draft), draft.name)
        self.assertIn(self.orders[0].name, text)

    def test_for_a_pitch_of_nothing(self):
        self._assert_refused(self._call(self.planner, pitch_minutes=0), "pitch")

    def test_where_nobody_works(self):
        self.press.resource_calendar_id = self._create_calendar("Nobody", days=0)
        self._assert_refused(self._call(self.planner), "Press", "working time")


@tagged("post_install", "-at_install")
class TestLevelWizard(LevelCase):
    def _open(self, orders):
        context = {"active_model": "mrp.production", "active_ids": orders.ids}
        return Form(self.env["mes.pull.level.wizard"].with_user(self.planner).with_context(**context))

    def test_it_shows_what_it_then_applies(self):
        orders = self._order(120, self.a) | self._order(60, self.b)
        form = self._open(orders)
        self.assertEqual((form.workcenter_id, form.pitch_minutes), (self.press, 60))
        wizard = form.save()
        shown = wizard.line_ids.mapped(lambda line: (self._local(line.date_start), line.product_id.name, line.quantity))
        self.assertEqual(shown, [("Mon 08:00", "A", 60), ("Mon 09:00", "B", 60), ("Mon 10:00", "A", 60)])
        self.assertFalse(orders.workorder_ids.leave_id, "nothing is booked yet")
        wizard.action_apply()
        self.assertEqual(self._turns(*orders), shown)

    def test_another_pitch_shows_another_sequence(self):
        orders = self._order(60, self.a) | self._order(60, self.b)
        form = self._open(orders)
        self.assertEqual(len(form.line_ids), 2)
        form.pitch_minutes = 20
        self.assertEqual(len(form.line_ids), 6)

    def test_it_says_what_is_in_the_way(self):
        orders = self._order(60, self.a) | self._order(60, self.b)
        orders[0].with_user(self.planner).action_mes_pause("Customer asked")
        form = self._open(orders)
        self.assertIn(orders[0].name, form.problems)
        self.assertEqual(len(form.line_ids), 0)
        self._assert_refused(form.save().action_apply, orders[0].name)

    def test_it_is_not_for_operators(self):
        self._assert_denied(lambda: self.env["mes.pull.level.wizard"].with_user(self.operator).create({}))
