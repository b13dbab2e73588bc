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

    def test_calls_move_with_the_plan(self):
        order = self._plan(100)
        before = self._rows(order)
        pickings = before.picking_id
        self.assertEqual([hour for hour, _quantity, _state in self._calls(order)][:2], ["Mon 08:00", "Mon 09:00"])
        order.workorder_ids.leave_id.write({"date_from": self._at("Mon 09:00"), "date_to": self._at("Mon 14:00")})
        self.assertEqual(
            self._calls(order),
            [(hour, 25, "called") for hour in ("Mon 09:00", "Mon 10:00", "Mon 11:00", "Mon 13:00")],
        )
        self.assertEqual(self._rows(order), before)
        self.assertEqual(self._rows(order).picking_id, pickings)
        self.assertEqual(
            sorted(pickings.mapped(lambda picking: self._local(picking.date_deadline))),
            ["Mon 09:00", "Mon 10:00", "Mon 11:00", "Mon 13:00"],
        )
        self._assert_need(order, 100)

    def test_an_order_that_is_cut_withdraws_its_calls(self):
        order = self._plan(800)
        self._rows(order)
        order._mes_reduce(50)
        self.assertEqual([quantity for _hour, quantity, _state in self._calls(order)], [25, 25])
        self._assert_need(order, 50)

    def test_an_order_that_is_cancelled_withdraws_all(self):
        order, other = self._plan(50), self._plan(25)
        steps, kept = self._steps(order), self._steps(other)
        order.with_user(self.worker).action_cancel()
        self.assertFalse(self._rows(order))
        self.assertEqual(set(steps.mapped("state")), {"cancel"})
        self.assertEqual(kept.mapped("state"), ["assigned"])
        self._assert_need(other, 25)

    def test_what_lies_at_the_line_is_deducted(self):
        self._stock_up(self.blank, self.bench, 30)
        self.operation.time_cycle_manual = 0.6
        order = self._plan(100)
        call = self._rows(order)
        self.assertEqual((call.need_qty, call.covered_qty, call.quantity), (100, 30, 70))
        self.assertEqual(call.move_id.product_qty, 70)
        self.assertEqual(order.move_raw_ids.quantity, 30)
        self._bring(call)
        self.assertEqual(order.move_raw_ids.quantity, 100)
        self.assertEqual(self._on_hand(self.blank, self.bench), 100)

    def test_nothing_is_reserved_before_it_is_called(self):
        order = self._plan(800)
        rest = self._steps(order).filtered(lambda step: not step.mes_call_date)
        self.assertEqual((rest.product_qty, rest.quantity), (625, 0))
        order.action_assign()
        rest.with_user(self.storekeeper)._action_assign()
        self.env["stock.rule"].run_scheduler()
        rest._trigger_assign()
        self.assertEqual((rest.quantity, order.move_raw_ids.quantity), (0, 0))

    def test_two_orders_of_an_hour_are_one_transfer(self):
        self.saw.mes_line_location_id = self.bench
        first = self._plan(50)
        second = self._plan(25, product=self._create_made("Plate", self.saw))
        one, other = self._rows(first)[0], self._rows(second)
        self.assertEqual(one.date_due, other.date_due)
        self.assertEqual(one.picking_id, other.picking_id)
        self.assertNotEqual(one.move_id, other.move_id)

    def test_containers_are_filled_and_the_rest_is_deducted(self):
        self._create_loop(self.blank, self.blank_market, supply_method="buy", container_qty=40, card_count=50)
        order = self._plan(100)
        rows = self._rows(order)
        self.assertEqual(rows.mapped("quantity"), [40, 40, 0, 40])
        self.assertEqual(rows.mapped("covered_qty"), [0, 15, 25, 5])
        self.assertEqual(sum(rows.mapped("need_qty")), 100)

    def test_a_second_look_changes_nothing(self):
        order = self._plan(800)
        before = self._rows(order).mapped("revision"), self._steps(order).ids
        self._tick()
        self.Call._refresh(order)
        self.assertEqual((self._rows(order).mapped("revision"), self._steps(order).ids), before)

    def test_time_calls_the_next_hours(self):
        order = self._plan(800)
        self.assertEqual(self._calls(order)[7][2], "planned")
        self._go_to("Mon 08:05")
        self._tick()
        self.assertEqual(self._calls(order)[7], ("Mon 16:00", 25, "called"))
        self._assert_need(order, 800)
