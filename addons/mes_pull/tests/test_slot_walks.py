"""Random changes of a plan (hypothesis): whatever happens, the hours add up and lie in working time."""

from datetime import timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .slots_common import SlotCase

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("quantity"), st.integers(1, 1500)),
        st.tuples(st.just("rate"), st.sampled_from([0.7, 1.2, 2.4, 3.1, 7])),
        st.tuples(st.just("efficiency"), st.sampled_from([50, 80, 100, 130])),
        st.tuples(st.just("clock"), st.sampled_from(["Europe/Brussels", "Asia/Kolkata", "America/New_York"])),
        st.tuples(st.just("holiday"), st.integers(1, 4)),
        st.tuples(st.just("drag"), st.integers(1, 200)),
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("count"), st.integers(0, 400)),
        st.tuples(st.just("setup"), st.sampled_from([0, 20, 90])),
    ),
    min_size=1,
    max_size=8,
)


@tagged("post_install", "-at_install")
class TestSlotWalks(SlotCase):
    @settings(max_examples=25, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(st.integers(1, 1200), STEPS)
    def test_hours_add_up_and_lie_in_working_time(self, quantity, steps):
        with self.env.cr.savepoint() as savepoint:
            self._go_to("Mon 07:00")
            order = self._plan(quantity)
            self._check(order)
            for name, value in steps:
                getattr(self, f"_step_{name}")(order, value)
                self._check(order)
            savepoint.rollback()
        self.env.invalidate_all()

    def _check(self, order):
        slots = self._slots(order)
        work = order.workorder_ids
        self.assertAlmostEqual(sum(slots.mapped("planned_qty")), order.product_qty, 4)
        self.assertAlmostEqual(sum(slots.mapped("done_qty")), work.qty_produced, 4)
        self.assertFalse(slots.filtered(lambda slot: slot.planned_qty % 1), "a piece was cut")
        to_come = slots.filtered(lambda slot: slot.date_start > self._now() and not slot.done_qty)
        if to_come:
            times = self.press._mes_get_working_time(to_come[0].date_start, to_come[-1].date_stop)[self.press]
            for slot in to_come:
                inside = any(start <= slot.date_start and slot.date_stop <= stop for start, stop in times)
                self.assertTrue(inside, f"{slot.date_start} is no working time")

    def _now(self):
        return fields.Datetime.now()

    def _step_quantity(self, order, value):
        if value >= order.workorder_ids.qty_produced:
            order._mes_set_quantity(value)

    def _step_rate(self, order, value):
        self.operation.time_cycle_manual = value

    def _step_efficiency(self, order, value):
        self.press.time_efficiency = value

    def _step_setup(self, order, value):
        self.press.time_start = value

    def _step_clock(self, order, value):
        self.calendar.tz = value

    def _step_holiday(self, order, value):
        day = ["Mon", "Tue", "Wed", "Thu", "Fri"][value]
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": self._at(f"{day} 00:00"),
                "date_to": self._at(f"{day} 23:59"),
            }
        )

    def _step_drag(self, order, value):
        start = self._now() + timedelta(hours=value)
        order.workorder_ids.leave_id.write({"date_from": start, "date_to": start + timedelta(hours=30)})

    def _step_wait(self, order, value):
        self._set_clock(fields.Datetime.now() + timedelta(hours=value))

    def _step_count(self, order, value):
        work = order.workorder_ids
        if work.qty_produced + value < order.product_qty:
            try:
                with self.env.cr.savepoint():
                    work.qty_produced += value
                    self.env.flush_all()
            except UserError:
                self.env.invalidate_all()
