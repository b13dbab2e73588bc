"""What the tests of levelling, expediting and overtime share.

`LevelCase` adds to `SlotCase`: products `a`, `b`, `c`, each made at the `press` in one minute.
"""

from itertools import pairwise

from .slots_common import SlotCase


class LevelCase(SlotCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b, cls.c = (cls._create_made(name, cls.press) for name in ("A", "B", "C"))

    def _level(self, *orders, start=None, pitch=None, user=None, center=None):
        """A planner levels the orders at the press."""
        orders = self.env["mrp.production"].union(*orders).with_user(user or self.planner)
        orders.action_mes_level((center or self.press).id, start, pitch)
        self.env.flush_all()
        self.env.invalidate_all()

    def _turns(self, *orders):
        """Return ``[("Mon 08:00", "A", due)]`` of the hours of the orders, first to last."""
        self.env.flush_all()
        self.env.invalidate_all()
        slots = self.env["mrp.production"].union(*orders).workorder_ids.mes_slot_ids.sorted("date_start")
        return [(self._local(slot.date_start), slot.product_id.name, slot.planned_qty) for slot in slots]

    def _booked(self, production, number=0):
        """Return from when to when a work order of the order is booked."""
        leave = production.workorder_ids[number].leave_id
        return self._local(leave.date_from), self._local(leave.date_to)

    def _assert_inside(self, slots, center=None):
        """Assert that the hours lie in working time and that none overlap."""
        slots = slots.sorted("date_start")
        for one, other in pairwise(slots):
            self.assertLessEqual(one.date_stop, other.date_start)
        for slot in slots:
            times = (center or self.press)._mes_get_working_time(slot.date_start, slot.date_stop)
            self.assertEqual(times[center or self.press], [(slot.date_start, slot.date_stop)], slot.display_name)
