"""An order that cannot wait goes first, and what it waits for with it."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .planner_common import PlannerCase, at


@tagged("post_install", "-at_install")
class TestExpedite(PlannerCase):
    def test_goes_before_what_is_planned(self):
        one, two = self._order(60, self.part), self._order(60, self.part)
        self._plan(one, two)
        two.with_user(self.planner).action_mes_expedite()
        self.assertEqual((two.priority, two.workorder_ids.date_start), ("1", at(8)))
        self.assertEqual(one.workorder_ids.date_start, at(9))
        self.assertIn(two.name, one.workorder_ids.mes_plan_reason)

    def test_takes_the_orders_of_its_components_along(self):
        other, child, parent = self._order(60, self.part), self._order(60, self.part), self._order(60, self.frame)
        parent.move_raw_ids.move_orig_ids = child.move_finished_ids
        self._plan(other, child, parent)
        parent.with_user(self.planner).action_mes_expedite()
        starts = [order.workorder_ids[0].date_start for order in (child, parent, other)]
        self.assertEqual(starts, [at(8), at(9), at(9)])

    def test_what_was_not_planned_before_stays_unplanned(self):
        one, two = self._order(60, self.part), self._order(60, self.part)
        two.with_user(self.planner).action_mes_expedite()
        self.assertFalse(one.workorder_ids.leave_id)

    def test_for_planners(self):
        order = self._order(60, self.part)
        for user in (self.worker, self.operator):
            with self.assertRaises(AccessError):
                self._rpc(user, order, "action_mes_expedite")
        self.assertEqual(order.priority, "0")
