"""A plan is seen before it is made; what is applied is what was shown."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .planner_common import PlannerCase, at


@tagged("post_install", "-at_install")
class TestPlanPreview(PlannerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wizards = cls.env["mes.pull.plan.wizard"].with_user(cls.planner)

    def _preview(self, *orders):
        return self.wizards.browse(self.wizards.action_open([order.id for order in orders])["res_id"])

    def test_shows_and_writes_nothing(self):
        order = self._order(60, self.part, date_deadline=at(8, 30))
        line = self._preview(order).line_ids
        self.assertEqual((line.date_start_old, line.date_start, line.date_finished), (False, at(8), at(9)))
        self.assertEqual((line.late_hours, line.reason), (0.5, "waits for nothing"))
        self.assertFalse(order.workorder_ids.leave_id)

    def test_apply_writes_what_was_shown(self):
        order = self._order(60, self.part)
        wizard = self._preview(order)
        with freeze_time(at(8, 10)):
            self.assertEqual(wizard.action_apply()["type"], "ir.actions.act_window_close")
        self.assertEqual((order.workorder_ids.date_start, order.workorder_ids.date_finished), (at(8), at(9)))

    def test_what_changed_is_shown_anew_and_not_written(self):
        order, other = self._order(60, self.part), self._order(60, self.part)
        wizard = self._preview(order)
        other.with_user(self.worker).button_plan()
        self.assertEqual(wizard.action_apply()["res_id"], wizard.id)
        self.assertTrue(wizard.is_changed)
        self.assertFalse(order.workorder_ids.leave_id)
        self.assertEqual(wizard.line_ids.date_start, at(9))
        wizard.action_apply()
        self.assertEqual(order.workorder_ids.date_start, at(9))

    def test_an_old_preview_is_not_written(self):
        order = self._order(60, self.part)
        wizard = self._preview(order)
        with freeze_time(at(8) + timedelta(minutes=16)):
            wizard.action_apply()
        self.assertTrue(wizard.is_changed)
        self.assertEqual(wizard.line_ids.date_start, at(8, 16))

    def test_all_that_can_be_planned(self):
        order, paused = self._order(60, self.part), self._order(60, self.part)
        paused.action_mes_pause("no steel")
        wizard = self.wizards.browse(self.wizards.action_open()["res_id"])
        self.assertIn(order, wizard.production_ids)
        self.assertNotIn(paused, wizard.production_ids)

    def test_for_planners(self):
        order = self._order(60, self.part)
        for user in (self.worker, self.operator):
            with self.assertRaises(AccessError):
                self._rpc(user, self.env["mes.pull.plan.wizard"], "action_open", order.ids)
