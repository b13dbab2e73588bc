from odoo.tests import tagged

from .slots_common import SlotCase


@tagged("post_install", "-at_install")
class TestCounts(SlotCase):
    """What was really made is booked on the hour in which it was counted, whoever counted it."""

    def setUp(self):
        super().setUp()
        self.order = self._plan(800)
        self.work = self.order.workorder_ids

    def _start(self, at="Mon 08:00"):
        self._go_to(at)
        self.work.with_user(self.worker).button_start()

    def _assert_done(self, **hours):
        """Assert what was done by hour; ``Mon_08=25``."""
        found = {hour.replace(" ", "_")[:6]: done for hour, _due, done in self._hours(self.order) if done}
        self.assertEqual(found, hours)

    def test_a_start_is_no_count(self):
        self._start()
        self.assertEqual(self.order.qty_producing, 800, "as Odoo does it")
        self._assert_done()
        self._assert_sums(self.order, 800)

    def test_counts_go_to_the_hour_of_now(self):
        self._start()
        for at, count in (("Mon 08:30", 10), ("Mon 08:59", 24), ("Mon 09:00", 26), ("Mon 10:30", 80)):
            self._go_to(at)
            self._count(self.order, count)
        self._assert_done(Mon_08=24, Mon_09=2, Mon_10=54)
        slots = self._slots(self.order)
        self.assertEqual(slots[:4].mapped("state"), ["progress", "progress", "done", "planned"])
        self.assertEqual(slots[:4].mapped("is_late"), [True, True, False, False])
        self.assertEqual(slots[:3].mapped("difference_qty"), [-1, -23, 29])

    def test_counts_in_the_break_go_to_the_hour_before_and_early_ones_to_the_first(self):
        self._count(self.order, 5)
        self._go_to("Mon 12:30")
        self._count(self.order, 105)
        self._assert_done(Mon_08=5, Mon_11=100)

    def test_a_correction_is_taken_back_from_the_latest(self):
        self._start()
        self._count(self.order, 20)
        self._go_to("Mon 09:30")
        self._count(self.order, 30)
        self._count(self.order, 15)
        self._assert_done(Mon_08=15)

    def test_counted_on_the_order(self):
        self._start()
        self.order.with_user(self.worker).qty_producing = 25
        self.env.flush_all()
        self._go_to("Mon 09:10")
        self.order.with_user(self.worker).qty_producing = 45
        self._assert_done(Mon_08=25, Mon_09=20)

    def test_finished_by_its_button(self):
        self._start()
        self._count(self.order, 25)
        self._go_to("Mon 10:10")
        self.work.with_user(self.worker).button_finish()
        self.assertEqual(self.work.qty_produced, 25)
        self._assert_done(Mon_08=25)
        self._assert_sums(self.order, 75, 25)

    def test_finished_ahead_of_the_plan(self):
        self._go_to("Tue 09:30")
        self.order.with_user(self.worker).button_mark_done()
        self._assert_sums(self.order, 800, 800)
        self.assertEqual(self._hours(self.order)[-1], ("Tue 09:00", 575, 800))
        self.assertEqual(set(self._slots(self.order).mapped("state")), {"done"})

    def test_done_without_touching_the_work_order_or_planning(self):
        order = self._order(50)
        self._go_to("Mon 09:30")
        self._make(order)
        self.assertEqual(self._hours(order), [("Mon 09:00", 50, 50)])

    def test_a_backorder(self):
        self._start()
        self._go_to("Mon 16:30")
        self._make(self.order, 200)
        self._assert_sums(self.order, 200, 200)
        rest = self.order.production_group_id.production_ids - self.order
        self.assertEqual(rest.product_qty, 600)
        rest.button_plan()
        self._assert_sums(rest, 600)

    def test_written_by_a_remote_program(self):
        self._start()
        self._rpc(self.worker, self.work, "write", {"qty_produced": 25})
        self._assert_done(Mon_08=25)

    def test_work_that_begins_late_leaves_the_plan(self):
        self._start("Mon 09:40")
        self.assertEqual(self._hours(self.order)[0], ("Mon 08:00", 25, 0))
        self._assert_sums(self.order, 800)

    def test_work_that_begins_early_moves_it(self):
        order = self._plan(100)
        self.assertEqual(self._hours(order)[0][0], "Fri 08:00")
        self._go_to("Mon 13:00")
        order.workorder_ids.with_user(self.worker).button_start()
        self.assertEqual(self._hours(order)[0][0], "Mon 13:00")
        self._assert_sums(order, 100)

    def test_a_plan_that_moves_leaves_what_was_done(self):
        self._start()
        self._count(self.order, 20)
        self._go_to("Mon 10:00")
        self.work.with_user(self.worker).write(
            {"date_start": self._at("Tue 08:00"), "date_finished": self._at("Fri 17:00")}
        )
        self.assertEqual(self._hours(self.order)[:2], [("Mon 08:00", 20, 20), ("Tue 08:00", 24, 0)])
        self._assert_sums(self.order, 800, 20)

    def test_a_reduction_while_work_goes_on(self):
        self._start()
        self._count(self.order, 20)
        self._go_to("Mon 10:00")
        self.order.product_qty = 600
        self.assertEqual(self._hours(self.order)[:2], [("Mon 08:00", 25, 20), ("Mon 09:00", 25, 0)])
        self._assert_sums(self.order, 600, 20)

    def test_two_operations_count_for_themselves(self):
        product = self._create_made("Frame", self.press, self.saw)
        order = self._plan(50, product=product)
        first, second = order.workorder_ids
        first.with_user(self.worker).button_start()
        first.with_user(self.worker).qty_produced = 30
        second.with_user(self.worker).qty_produced = 10
        self.env.flush_all()
        self.assertEqual(sum(first.mes_slot_ids.mapped("done_qty")), 30)
        self.assertEqual(sum(second.mes_slot_ids.mapped("done_qty")), 10)

    def test_a_cause_by_an_operator(self):
        self._go_to("Mon 10:00")
        slot = self._slots(self.order)[0]
        loss = self.env["mrp.workcenter.productivity.loss"].search([], limit=1)
        self._rpc(self.operator, slot, "action_set_loss", loss.id, note="Coil change")
        self.assertEqual((slot.loss_id, slot.note), (loss, "Coil change"))
        self._assert_denied(lambda: slot.with_user(self.operator).write({"done_qty": 25}))
        self._assert_denied(lambda: slot.with_user(self.worker).write({"planned_qty": 1}))
