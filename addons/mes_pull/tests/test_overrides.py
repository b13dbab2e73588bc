"""Decisions of a person to pass a limit: who may take them, and what is kept of them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .limits_common import LimitCase


class OverrideCase(LimitCase):
    """The press takes one order: `running` has it, `waiting` does not."""

    def setUp(self):
        super().setUp()
        self.press.mes_wip_cap_jobs = 1
        self.running = self._order(10)
        self.waiting = self._order(20)
        self._assert_queued(self.waiting)

    def _override(self, reason="Customer stands in the yard", production=None, user=None):
        (production or self.waiting).with_user(user or self.planner).action_mes_override(reason)
        self.env.invalidate_all()
        return self._overrides("release")[-1:]


@tagged("post_install", "-at_install")
class TestRelease(OverrideCase):
    def test_a_planner_releases_past_the_cap(self):
        self._override()
        self._assert_released(self.waiting)
        self.assertTrue(self.waiting.mes_date_released)
        self.assertFalse(self.waiting.mes_queue_reason)
        self.assertEqual((self.press.mes_wip_jobs, self.press.mes_wip_level), (2, "over"))

    def test_a_manager_may_too(self):
        self._override(user=self.manager)
        self._assert_released(self.waiting)

    def test_what_is_kept(self):
        row = self._override()
        self.assertEqual(
            (row.kind, row.user_id, row.reason, row.quantity, row.product_id, row.company_id),
            ("release", self.planner, "Customer stands in the yard", 20, self.bracket, self.company),
        )
        self.assertEqual((row.res_model, row.res_id), ("mrp.production", self.waiting.id))
        self.assertEqual(row.document, self.waiting.display_name)
        self.assertEqual(row.workcenter_ids, self.press)
        self.assertFalse(row.loop_id)
        self.assertTrue(row.create_date)

    def test_the_limits_that_were_passed_are_kept_in_words(self):
        row = self._override()
        self.assertIn("Press", row.limits)
        self.assertIn("1 of 1 jobs", row.limits)
        self.press.mes_wip_cap_jobs = 50
        self.assertIn("1 of 1 jobs", row.limits, "they are those of that moment")

    def test_the_loop_that_was_passed_is_kept(self):
        self.press.mes_wip_cap_jobs = 0
        order = self._order_stamped(100)
        row = self._override(production=order)
        self.assertEqual((row.loop_id, row.quantity), (self.loop, 100))
        self.assertFalse(row.workcenter_ids)

    def test_an_order_in_dozens_is_kept_in_pieces(self):
        order = self._order(2, product_uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.assertEqual(self._override(production=order).quantity, 24)

    def test_work_may_begin_and_end(self):
        self._override()
        self.waiting.workorder_ids.with_user(self.worker).button_start()
        self._make(self.waiting)
        self.assertEqual(self.waiting.state, "done")

    def test_the_excess_of_an_overridden_order_is_held_all_the_same(self):
        """The override lets the order be made; it makes nobody ask for the parts."""
        self.press.mes_wip_cap_jobs = 0
        order = self._order_stamped(100)
        self._override(production=order)
        self._make(order)
        self._assert_figures(1000, held=100)

    def test_a_draft_order_is_confirmed_and_released(self):
        draft = self._draft(5)
        self._override(production=draft)
        self.assertEqual((draft.state, draft.mes_release_state), ("confirmed", "released"))

    def test_several_orders_at_once_leave_a_row_each(self):
        other = self._order(30)
        self._override(production=self.waiting | other)
        self._assert_released(self.waiting, other)
        rows = self._overrides("release")
        self.assertEqual(rows.mapped("res_id"), (self.waiting | other).ids)
        self.assertEqual(set(rows.mapped("reason")), {"Customer stands in the yard"})

    def test_an_order_that_is_released_already_needs_none(self):
        self.running.with_user(self.planner).action_mes_override("just to be sure")
        self.assertFalse(self._overrides())

    def test_a_second_override_of_the_same_order_leaves_no_second_row(self):
        self._override()
        self._override()
        self.assertEqual(len(self._overrides()), 1)

    def test_the_order_counts_its_overrides_and_opens_them(self):
        row = self._override()
        self.assertEqual((self.waiting.mes_override_count, self.running.mes_override_count), (1, 0))
        action = self.waiting.with_user(self.planner).action_mes_open_overrides()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), row)
        opened = row.with_user(self.planner).action_open_document()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("mrp.production", self.waiting.id))

    def test_the_row_outlives_its_order(self):
        row = self._override()
        name = self.waiting.display_name
        self.waiting.with_user(self.planner).action_cancel()
        self.waiting.unlink()
        self.assertEqual(row.document, name)
        self._assert_refused(lambda: row.with_user(self.planner).action_open_document(), name)


@tagged("post_install", "-at_install")
class TestScope(OverrideCase):
    """It holds for that one order."""

    def test_the_next_order_waits(self):
        self._override()
        self._assert_queued(self._order(1))

    def test_others_that_waited_before_go_on_waiting(self):
        other = self._order(30)
        self._override(production=other)
        self._assert_queued(self.waiting)
        self._assert_released(other)

    def test_nobody_follows_while_the_press_is_over(self):
        other = self._order(1)
        self._override()
        self._make(self.running)
        self._assert_queued(other)
        self._make(self.waiting)
        self._assert_released(other)

    def test_a_copy_of_the_order_waits(self):
        self._override()
        copied = self.waiting.copy()
        copied.with_user(self.worker).action_confirm()
        self._assert_queued(copied)
        self.assertEqual(copied.mes_override_count, 0)

    def test_its_backorder_goes_on(self):
        self._override()
        self._make(self.running)
        self._make(self.waiting, 5)
        backorder = self.waiting.production_group_id.production_ids - self.waiting
        self._assert_released(backorder)

    def test_the_order_does_not_grow_on_the_strength_of_it(self):
        self.press.write({"mes_wip_cap_jobs": 0, "mes_wip_cap_qty": 25})
        order = self._order(16)
        self._override(production=order)
        self._assert_refused(lambda: self._rpc(self.planner, order, "write", {"product_qty": 17}), order.name)

    def test_it_does_not_reach_other_limits_later(self):
        """Released past the press; the saw, to which the work is moved, has its own cap."""
        self._override()
        self.saw.mes_wip_cap_jobs = 1
        self._order(1, self._create_made("Sawn", self.saw))
        self._assert_refused(
            lambda: self.waiting.workorder_ids.with_user(self.worker).write({"workcenter_id": self.saw.id}), "Saw"
        )

    def test_back_in_the_queue_it_needs_another_decision(self):
        self._override()
        self.waiting.with_user(self.planner).action_mes_queue()
        self._assert_queued(self.waiting)
        self._assert_refused(lambda: self.waiting.workorder_ids.with_user(self.worker).button_start(), "Press")
        self._override("once more")
        self._assert_released(self.waiting)
        self.assertEqual(self._overrides().mapped("reason"), ["Customer stands in the yard", "once more"])


@tagged("post_install", "-at_install")
class TestWho(OverrideCase):
    def test_only_planners(self):
        stranger = new_test_user(self.env, "mes_stranger", "base.group_user")
        for user in (self.operator, self.worker, self.storekeeper, self.counter, stranger):
            with self.subTest(user=user.login):
                self._assert_denied(lambda user=user: self._rpc(user, self.waiting, "action_mes_override", "I want it"))
                self._assert_denied(lambda user=user: self._rpc(user, self.waiting, "action_mes_open_override"))
        self._assert_queued(self.waiting)

    def test_a_role_in_a_forged_context_is_none(self):
        forged = {"su": True, "uid": self.planner.id, "default_kind": "release", "mes_pull_release": True}
        self._assert_denied(
            lambda: self._rpc(self.worker, self.waiting, "action_mes_override", "I want it", context=forged)
        )

    def test_a_manufacturing_administrator_is_no_planner(self):
        administrator = new_test_user(self.env, "mes_mrp_admin", "mrp.group_mrp_manager")
        self._assert_denied(lambda: self._rpc(administrator, self.waiting, "action_mes_override", "I want it"))

    def test_a_reason_is_needed(self):
        for reason in ("", "   ", "\n\t", None, False, 0, [], {}):
            with self.subTest(reason=reason):
                self._assert_refused(
                    lambda reason=reason: self._rpc(self.planner, self.waiting, "action_mes_override", reason)
                )

    def test_the_reason_is_kept_without_blanks_around_it(self):
        self.assertEqual(self._override("  urgent \n").reason, "urgent")

    def test_a_planner_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other Works"})
        foreign = new_test_user(
            self.env,
            "mes_planner_there",
            "mes_pull.mes_pull_group_planner",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self._assert_denied(lambda: self._rpc(foreign, self.waiting, "action_mes_override", "I want it"))
        row = self._override().with_user(foreign).with_context(allowed_company_ids=other.ids)
        self.assertFalse(row.search([("id", "=", row.id)]))
        self._assert_denied(lambda: row.read(["reason"]))


@tagged("post_install", "-at_install")
class TestWizard(OverrideCase):
    def _open(self, user=None, records=None):
        records = self.waiting if records is None else records
        action = records.with_user(user or self.planner).action_mes_open_override()
        self.assertEqual((action["res_model"], action["target"]), ("mes.pull.override.wizard", "new"))
        model = self.env["mes.pull.override.wizard"].with_user(user or self.planner)
        return Form(model.with_context(**action["context"]))

    def test_it_shows_what_is_passed_and_asks_why(self):
        form = self._open()
        self.assertIn(self.waiting.name, form.limits)
        self.assertIn("1 of 1 jobs", form.limits)
        form.reason = "Customer stands in the yard"
        form.save().action_confirm()
        self._assert_released(self.waiting)
        self.assertEqual(self._overrides().user_id, self.planner)

    def test_without_a_reason_it_cannot_be_confirmed(self):
        form = self._open()
        with self.assertRaises(AssertionError):  # the form refuses to save: a required field is empty
            form.save()
        self._assert_queued(self.waiting)

    def test_blanks_are_no_reason(self):
        form = self._open()
        form.reason = "   "
        wizard = form.save()
        self._assert_refused(wizard.action_confirm)

    def test_a_worker_cannot_make_one(self):
        self._assert_denied(
            lambda: self._rpc(
                self.worker,
                self.env["mes.pull.override.wizard"],
                "create",
                [{"production_ids": [(6, 0, self.waiting.ids)], "reason": "I want it"}],
            )
        )


@tagged("post_install", "-at_install")
class TestRowsStay(OverrideCase):
    """Written once, never altered: not by a manager, not by an administrator."""

    def setUp(self):
        super().setUp()
        self.row = self._override()
        self.users = (self.operator, self.worker, self.planner, self.manager, self.env.ref("base.user_admin"))

    def test_nobody_alters_a_row(self):
        for user in self.users:
            for vals in ({"reason": "none of your business"}, {"user_id": self.worker.id}, {"quantity": 1}):
                with self.subTest(user=user.login, vals=vals):
                    self._assert_refused(
                        lambda user=user, vals=vals: self._rpc(user, self.row, "write", vals), error=self._either(user)
                    )
        self.assertEqual(self.row.reason, "Customer stands in the yard")

    def test_nobody_deletes_a_row(self):
        for user in self.users:
            with self.subTest(user=user.login):
                self._assert_refused(lambda user=user: self._rpc(user, self.row, "unlink"), error=self._either(user))
        self.assertTrue(self.row.exists())

    def test_nobody_writes_a_row_of_his_own(self):
        vals = {"user_id": self.manager.id, "reason": "made up", "kind": "release", "company_id": self.company.id}
        for user in self.users:
            with self.subTest(user=user.login):
                self._assert_refused(
                    lambda user=user: self._rpc(user, self.row.browse(), "create", [vals]), error=self._either(user)
                )

    def test_nobody_copies_a_row(self):
        for user in self.users:
            with self.subTest(user=user.login):
                self._assert_refused(lambda user=user: self._rpc(user, self.row, "copy"), error=self._either(user))

    def test_a_superuser_does_not_alter_or_delete_it_either(self):
        self._assert_refused(lambda: self.row.sudo().write({"reason": "changed"}))
        self._assert_refused(lambda: self.row.sudo().unlink())

    def test_the_private_method_that_writes_rows_is_out_of_reach(self):
        self._assert_denied(
            lambda: self._rpc(self.manager, self.row.browse(), "_log", "release", self.waiting.id, "made up")
        )

    def test_planners_and_makers_read_the_rows(self):
        for user in (self.operator, self.worker, self.planner, self.manager):
            self.assertEqual(self.row.with_user(user).reason, "Customer stands in the yard")

    def test_strangers_do_not(self):
        stranger = new_test_user(self.env, "mes_stranger", "base.group_user")
        self._assert_denied(lambda: self.row.with_user(stranger).read(["reason"]))

    def _either(self, user):
        """Without the right to write at all it is an access error, which is a `UserError`, too."""
        self.assertTrue(issubclass(AccessError, UserError), user)
        return UserError


@tagged("post_install", "-at_install")
class TestKinds(OverrideCase):
    """One list tells of all decisions: orders, held stock, counts."""

    def test_the_kinds(self):
        self.press.mes_wip_cap_jobs = 0
        order = self._order_stamped(50)
        self._override("sample", production=order)
        self._make(order)
        self._assert_figures(1000, held=50)
        self.env["mes.pull.excess"].search([("loop_id", "=", self.loop.id)]).with_user(self.planner).action_release(
            "fair"
        )
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        quant = quant.with_user(self.counter).with_context(inventory_mode=True)
        quant.inventory_quantity = 1080
        quant.action_apply_inventory()
        rows = self._overrides()
        self.assertEqual(
            rows.mapped(lambda row: (row.kind, row.user_id, row.quantity)),
            [("release", self.planner, 50), ("held", self.planner, 50), ("count", self.counter, 30)],
        )
        self.assertEqual(rows.loop_id, self.loop)
        self.assertTrue(all(rows.mapped("limits")))

    def test_a_count_opens_its_move(self):
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        quant = quant.with_user(self.planner).with_context(inventory_mode=True)
        quant.inventory_quantity = 1001
        quant.action_apply_inventory()
        row = self._overrides("count")
        self.assertEqual(row.res_model, "stock.move")
        self.assertEqual(self.env["stock.move"].browse(row.res_id).product_id, self.stamped)
        self.assertEqual(row.with_user(self.planner).action_open_document()["res_id"], row.res_id)

    def test_what_fits_leaves_no_row(self):
        self._make(self.running)
        self._make(self.waiting)
        self.assertFalse(self._overrides())
