from odoo.exceptions import UserError
from odoo.tests import tagged

from .slots_common import SlotCase


@tagged("post_install", "-at_install")
class TestCut(SlotCase):
    """A planned work order is cut at the hours of its work centre."""

    def test_800_brackets_are_32_hours_of_25_from_monday_to_thursday(self):
        order = self._plan(800)
        slots = self._slots(order)
        self.assertEqual(slots.mapped("planned_qty"), [25] * 32)
        self.assertEqual(self._local(slots[0].date_start), "Mon 08:00")
        self.assertEqual(self._local(slots[-1].date_stop), "Thu 17:00")
        self.assertEqual([hour[0] for hour in self._hours(order)[3:5]], ["Mon 11:00", "Mon 13:00"])
        self.assertEqual(set(slots.mapped("state")), {"planned"})

    def test_pieces_stay_whole_and_add_up(self):
        self.operation.time_cycle_manual = 7
        due = [hour[1] for hour in self._hours(self._plan(100))]
        self.assertEqual(due[:4], [8, 9, 8, 9])
        self.assertEqual(sum(due), 100)

    def test_set_up_yields_no_pieces(self):
        self.press.time_start = 90
        self.press.time_stop = 30
        hours = self._hours(self._plan(50))
        self.assertEqual(
            [hour[:2] for hour in hours], [("Mon 08:00", 0), ("Mon 09:00", 12), ("Mon 10:00", 25), ("Mon 11:00", 13)]
        )

    def test_hours_that_are_worked_in_part_have_their_share(self):
        self._go_to("Mon 08:30")
        slots = self._slots(self._plan(50))
        self.assertEqual(
            [(self._local(s.date_start), self._local(s.date_stop), s.planned_qty) for s in slots],
            [
                ("Mon 08:30", "Mon 09:00", 12),
                ("Mon 09:00", "Mon 10:00", 25),
                ("Mon 10:00", "Mon 10:30", 13),
            ],
        )

    def test_hours_are_those_of_the_calendars_clock(self):
        self.calendar.tz = "Asia/Kolkata"
        slots = self._slots(self._plan(50))
        self.assertEqual([slot.date_start.strftime("%H:%M") for slot in slots][:2], ["06:00", "07:30"])

    def test_slots_carry_what_the_board_and_the_calls_need(self):
        order = self._plan(50)
        slot = self._slots(order)[0]
        self.assertEqual(slot.production_id, order)
        self.assertEqual(slot.workcenter_id, self.press)
        self.assertEqual(slot.company_id, self.company)
        self.assertEqual(slot.product_id, self.bracket)

    def test_slots_stay_inside_their_company(self):
        slot = self._slots(self._plan(50))[0]
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(UserError):
            slot.sudo().company_id = other

    def test_whoever_reads_slots_sees_what_was_just_planned(self):
        order = self._order(50)
        order.button_plan()
        self.assertEqual(self.env["mes.pull.slot"].search_count([("production_id", "=", order.id)]), 2)

    def test_an_order_without_a_plan_has_no_slots(self):
        order = self._order(800)
        self.assertFalse(self._slots(order))
        self.assertEqual(order.workorder_ids.mes_plan_key, "none")


@tagged("post_install", "-at_install")
class TestCutAnew(SlotCase):
    """The plan, the quantity, the rate or the calendar changed."""

    def setUp(self):
        super().setUp()
        self.order = self._plan(800)
        self.work = self.order.workorder_ids

    def test_a_dragged_booking(self):
        self.work.with_user(self.worker).write(
            {"date_start": self._at("Tue 08:00"), "date_finished": self._at("Fri 17:00")}
        )
        hours = self._hours(self.order)
        self.assertEqual((hours[0][0], hours[-1][0], len(hours)), ("Tue 08:00", "Fri 16:00", 32))

    def test_a_booking_written_beside_the_work_order(self):
        self.work.leave_id.write({"date_from": self._at("Wed 08:00"), "date_to": self._at("Mon 17:00", week=1)})
        self.assertEqual(self._hours(self.order)[0][:2], ("Wed 08:00", 25))
        self._assert_sums(self.order, 800)

    def test_another_quantity(self):
        for quantity in (600, 700, 1000):
            self.order._mes_set_quantity(quantity)
            self._assert_sums(self.order, quantity)
        self.order._mes_set_quantity(600)
        self.assertEqual({hour[1] for hour in self._hours(self.order)}, {25})
        self.assertEqual(self._hours(self.order)[-1][0], "Wed 16:00")

    def test_a_faster_rate(self):
        self.operation.time_cycle_manual = 1.2
        self.assertEqual({hour[1] for hour in self._hours(self.order)}, {50})
        self.press.time_efficiency = 200
        self.assertEqual({hour[1] for hour in self._hours(self.order)}, {100})
        self._assert_sums(self.order, 800)

    def test_a_slower_rate_goes_on_behind_the_booking(self):
        self.press.time_efficiency = 50
        hours = self._hours(self.order)
        self.assertEqual(hours[0][1] + hours[1][1], 25)
        self.assertEqual(self._local(self._slots(self.order)[-1].date_stop), "Wed 17:00")
        self._assert_sums(self.order, 800)

    def test_a_capacity(self):
        self.env["mrp.workcenter.capacity"].create(
            {"workcenter_id": self.press.id, "product_id": self.bracket.id, "capacity": 2}
        )
        self.assertEqual({hour[1] for hour in self._hours(self.order)}, {50})

    def test_a_holiday(self):
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": self._at("Tue 00:00"),
                "date_to": self._at("Wed 00:00"),
            }
        )
        self.assertFalse([hour for hour in self._hours(self.order) if hour[0].startswith("Tue")])
        self._assert_sums(self.order, 800)
        holiday.unlink()
        self.assertEqual({hour[1] for hour in self._hours(self.order)}, {25})

    def test_other_working_hours(self):
        morning = self.calendar.attendance_ids.filtered(lambda line: line.hour_from == 8)
        morning.hour_from = 9
        self.assertNotIn("Tue 08:00", [hour[0] for hour in self._hours(self.order)])
        self._assert_sums(self.order, 800)

    def test_another_clock(self):
        self.calendar.tz = "Europe/Athens"
        self.assertEqual(self._hours(self.order)[-1][0], "Fri 07:00", "an hour is lost on Monday")
        self._assert_sums(self.order, 800)

    def test_nothing_is_written_when_nothing_changed(self):
        before = self._slots(self.order)
        stamps = before.mapped("write_date"), before.ids
        self.order.product_qty = 800
        self.work.write({"date_start": self.work.date_start, "date_finished": self.work.date_finished})
        self.operation.time_cycle_manual = 2.4
        self.calendar.tz = "Europe/Brussels"
        self.env.flush_all()
        after = self._slots(self.order)
        self.assertEqual((after.mapped("write_date"), after.ids), stamps)

    def test_hours_that_stay_keep_their_record(self):
        before = self._slots(self.order)
        self.order._mes_set_quantity(600)
        self.assertEqual(self._slots(self.order), before[:24])

    def test_one_batch_for_many_orders(self):
        orders = self.env["mrp.production"].concat(*(self._plan(100) for _number in range(4)))
        few = self._count_queries(lambda: self.calendar.write({"tz": "Europe/Athens"}))
        orders |= self.env["mrp.production"].concat(*(self._plan(100) for _number in range(8)))
        many = self._count_queries(lambda: self.calendar.write({"tz": "Europe/Brussels"}))
        self.assertLess(many - few, 8)

    def _count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestTakenOut(SlotCase):
    """Cancelled, unplanned, paused or queued work has no hours to come; what was done stays."""

    def setUp(self):
        super().setUp()
        self.order = self._plan(800)

    def _assert_only_the_first_hour(self):
        self.assertEqual(self._hours(self.order), [("Mon 08:00", 25, 20)])

    def _work_an_hour(self):
        self._go_to("Mon 08:50")
        self.order.workorder_ids.with_user(self.worker).button_start()
        self._count(self.order, 20)
        self._go_to("Mon 09:00")

    def test_unplanned(self):
        self.order.with_user(self.worker).button_unplan()
        self.assertFalse(self._slots(self.order))

    def test_cancelled(self):
        self._work_an_hour()
        self.order.with_user(self.worker).action_cancel()
        self._assert_only_the_first_hour()

    def test_paused_and_resumed(self):
        self._work_an_hour()
        self.order.with_user(self.planner).action_mes_pause("No steel")
        self._assert_only_the_first_hour()
        self.order.with_user(self.planner).action_mes_resume()
        self.order.workorder_ids._plan_workorder()
        self._assert_sums(self.order, 800, 20)

    def test_queued(self):
        self.order.with_user(self.planner).action_mes_queue()
        self.assertFalse(self._slots(self.order))

    def test_deleted(self):
        self.order.action_cancel()
        self.order.unlink()
        self.assertFalse(self.env["mes.pull.slot"].search([("workcenter_id", "=", self.press.id)]))


@tagged("post_install", "-at_install")
class TestLevelled(SlotCase):
    """A planner that levels several products on one line brings its own sequence."""

    def setUp(self):
        super().setUp()
        self.order, self.other = self._plan(50), self._plan(50)
        works = self.order.workorder_ids | self.other.workorder_ids
        works.leave_id.write({"date_from": self._at("Mon 08:00"), "date_to": self._at("Mon 12:00")})
        self.env["mes.pull.slot"].search([])
        works._mes_cut_slots(
            {
                self.order.workorder_ids: [self._segment("08:00", "08:30"), self._segment("09:00", "09:30")],
                self.other.workorder_ids: [self._segment("08:30", "09:00"), self._segment("09:30", "10:30")],
            }
        )

    def _segment(self, start, stop):
        return self._at(f"Mon {start}"), self._at(f"Mon {stop}"), 25

    def test_the_sequence_is_cut_at_the_hours(self):
        self.assertEqual(self._hours(self.order), [("Mon 08:00", 25, 0), ("Mon 09:00", 25, 0)])
        self.assertEqual(self._hours(self.other), [("Mon 08:30", 25, 0), ("Mon 09:30", 12, 0), ("Mon 10:00", 13, 0)])
        self.assertTrue(all(self._slots(self.order).mapped("is_levelled")))

    def test_it_stays_when_the_quantity_changes(self):
        self.other._mes_set_quantity(30)
        self.assertEqual([hour[1] for hour in self._hours(self.other) if hour[1]], [25, 5])
        self.assertEqual(self._hours(self.order), [("Mon 08:00", 25, 0), ("Mon 09:00", 25, 0)])

    def test_another_booking_ends_it(self):
        self.order.workorder_ids.leave_id.write({"date_from": self._at("Tue 08:00"), "date_to": self._at("Tue 10:00")})
        self.assertEqual(self._hours(self.order), [("Tue 08:00", 25, 0), ("Tue 09:00", 25, 0)])
        self.assertFalse(any(self._slots(self.order).mapped("is_levelled")))
