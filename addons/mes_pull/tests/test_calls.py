"""Parts come to the line by the hour, and follow the plan."""

from odoo.tests import tagged

from .calls_common import CallCase


@tagged("post_install", "-at_install")
class TestCalls(CallCase):
    def test_a_hundred_pieces_at_ten_oclock(self):
        self._go_to("Mon 09:30")
        self.operation.time_cycle_manual = 0.6
        order = self._plan(100, date_start=self._at("Mon 10:00"))
        self.assertEqual(self._calls(order), [("Mon 10:00", 100, "called")])
        picking = self._rows(order).picking_id
        self.assertEqual(picking.date_deadline, self._at("Mon 10:00"))
        self.assertEqual(picking.scheduled_date, self._at("Mon 09:30"))
        self.assertEqual(picking.picking_type_id, self.call_type)
        self.assertEqual(picking.location_dest_id, self.bench)

    def test_each_hour_is_called_for_itself(self):
        order = self._plan(800)
        calls = self._calls(order)
        self.assertEqual(len(calls), 32)
        self.assertEqual(calls[:2], [("Mon 08:00", 25, "called"), ("Mon 09:00", 25, "called")])
        self.assertEqual([state for _hour, _quantity, state in calls].count("called"), 7)
        self.assertEqual(len(self._steps(order)), 8, "seven hours and one rest")
        self._assert_need(order, 800)
