"""Scenario D: the order is cut 800 to 600, raised to 700, cancelled; every level of the plan follows at once."""

from freezegun import freeze_time

from odoo.tests import tagged

from .replan_common import ReplanCase


@tagged("post_install", "-at_install")
class TestOrderChanges(ReplanCase):
    def test_every_level_follows(self):
        order = self._sell(800)
        self._assert_levels(800)
        self._set(order, 600)
        self._assert_levels(600)
        self._set(order, 700)
        self._assert_levels(700)
        self._cancel(order)
        self._assert_levels(0)

    def test_every_change_is_kept(self):
        order = self._sell(800)
        self._set(order, 600)
        change = self._changes(self.cart)
        self.assertEqual((change.qty_before, change.qty_after, change.action), (800, 600, "reduced"))
        self.assertEqual((change.saved_qty, change.saved_value), (200, 5000))
        self.assertEqual(round(change.saved_hours, 2), 3.33)
        self.assertEqual((change.sale_line_id, change.user_id), (order.order_line, self.seller))
        self.assertIn("800", change.reason)

    def test_the_whole_surplus_is_held_not_deleted(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._cancel(order)
        self.assertEqual((production.state, production.mes_pull_state), ("draft", "paused"))
        self.assertTrue(production.mes_is_parked)
        self.assertEqual(self._parked(self.cart), 800)

    def test_the_parked_quantity_comes_back_first(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._cancel(order)
        self._sell(500)
        self.assertEqual(self._open_orders(self.cart), production)
        self._assert_levels(500)

    def test_an_order_that_was_taken_up_follows_its_new_sales_order(self):
        self._cancel(self._sell(800))
        order = self._sell(500)
        self._set(order, 400)
        self._assert_levels(400)
        self._set(order, 450)
        self._assert_levels(450)
        self._cancel(order)
        self._assert_levels(0)

    def test_less_of_a_delivery_whose_deadline_has_moved_is_no_return(self):
        with freeze_time("2026-03-02 08:00:00"):
            self._cancel(self._sell(12))
        with freeze_time("2026-03-02 09:30:00"):
            order = self._sell(15)
            first = self._open_orders(self.cart).sorted("id")[0]
            first._mes_set_quantity(18)
            order.picking_ids.move_ids.date_deadline = "2026-03-04 10:00:00"
        with freeze_time("2026-03-02 09:45:00"):
            self._set(order, 8)
        delivery = order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(delivery.mapped("product_qty"), [8], "a return is no cut")
        self._assert_levels(8)

    def test_stock_that_was_there_before_is_no_surplus_of_a_change(self):
        self._stock_up(self.cart, self.stock, 100)
        order = self._sell(800)
        self._set(order, 600)
        self._assert_levels(600)
        self.assertFalse(self._changes(self.cart, state="proposed"))

    def test_more_than_was_parked(self):
        order = self._sell(300)
        self._cancel(order)
        self._sell(500)
        self._assert_levels(500)

    def test_confirming_again_undoes_the_cancelling(self):
        order = self._sell(800)
        self._cancel(order)
        order.with_user(self.seller).action_draft()
        order.with_user(self.seller).action_confirm()
        self._assert_levels(800)

    def test_a_started_order_keeps_its_count(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        production.qty_producing = 300
        self._set(order, 600)
        self.assertEqual((production.qty_producing, production.product_qty), (300, 600))
        self.assertEqual(self._parked(self.cart), 200)
        self._assert_levels(600)

    def test_a_started_order_stops_at_its_count(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        production.qty_producing = 300
        self._cancel(order)
        self.assertEqual((production.qty_producing, production.product_qty), (300, 300))
        self.assertEqual(self._parked(self.cart), 500)
        self._assert_levels(300)

    def test_a_started_order_goes_on_when_raised_again(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        production.qty_producing = 300
        self._set(order, 600)
        self._set(order, 700)
        self.assertEqual(production.qty_producing, 300)
        self._assert_levels(700)

    def test_starting_is_no_count(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        production.workorder_ids.button_start()
        self._set(order, 600)
        self.assertEqual(production.product_qty, 600)
        self._cancel(order)
        self._assert_levels(0)

    def test_machine_time_is_freed(self):
        order = self._sell(960)
        production = self._open_orders(self.cart)
        production.button_plan()
        before = production.workorder_ids.date_finished
        self._set(order, 480)
        self.assertLess(production.workorder_ids.date_finished, before)
        self.assertEqual(production.workorder_ids.leave_id.date_to, production.workorder_ids.date_finished)
        self._cancel(order)
        self.assertFalse(production.workorder_ids.leave_id)

    def test_the_owner_is_told(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._set(order, 600)
        self.assertIn(
            "800",
            self._activities(self.planner, "mrp.production")
            .filtered(lambda activity: activity.res_id == production.id)
            .summary,
        )
        self.assertFalse(production.activity_ids.filtered(lambda activity: not activity.user_id))

    def test_two_lines_of_one_order(self):
        order = self._sell(300, 500)
        self._assert_levels(800)
        self._set(order, 100, line=1)
        self._assert_levels(400)
        self._cancel(order)
        self._assert_levels(0)

    def test_other_orders_keep_theirs(self):
        first, _second = self._sell(800), self._sell(100)
        self._cancel(first)
        self._assert_levels(100)

    def test_a_partial_delivery_is_over(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._stock_up(self.frame, self.stock, 300)
        production.move_raw_ids.move_orig_ids.production_id.action_cancel()
        self.assertEqual(self._to_make(self.cart), 800)
        self._make(production, 300)
        order.picking_ids.move_ids.quantity = 300
        order.picking_ids.with_context(skip_backorder=False)._action_done()
        self._set(order, 600)
        self.assertEqual(self._to_make(self.cart), 300)

    def test_another_unit_of_measure(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell(10)
        order.order_line.product_uom_id = dozen
        self._assert_levels(10)
        order = self._sell(10)
        self._assert_levels(20)


@tagged("post_install", "-at_install")
class TestProposals(ReplanCase):
    def _confirm_purchase(self):
        purchase = self.env["purchase.order.line"].search([("product_id", "=", self.bar.id)]).order_id
        purchase.user_id = self.buyer
        purchase.button_confirm()
        return purchase

    def test_a_confirmed_purchase_is_proposed(self):
        order = self._sell(800)
        purchase = self._confirm_purchase()
        self._set(order, 600)
        self._assert_levels(600, bars=1600)
        proposal = self._changes(self.bar, state="proposed")
        self.assertEqual((proposal.qty_before, proposal.qty_after, proposal.owner_id), (1600, 1200, self.buyer))
        self.assertEqual(proposal.purchase_line_id.order_id, purchase)

    def test_the_buyer_applies_it(self):
        order = self._sell(800)
        purchase = self._confirm_purchase()
        self._set(order, 600)
        self._changes(self.bar, state="proposed").with_user(self.buyer).action_apply()
        self.assertEqual(purchase.order_line.product_qty, 1200)
        self.assertEqual(sum(purchase.picking_ids.move_ids.mapped("product_uom_qty")), 1200)

    def test_dismissed_stays_dismissed_until_the_figure_changes(self):
        order = self._sell(800)
        self._confirm_purchase()
        self._set(order, 600)
        self._changes(self.bar, state="proposed").with_user(self.buyer).action_dismiss()
        self.env["mes.pull.replan"]._cron_reconcile()
        self.assertFalse(self._changes(self.bar, state="proposed"))
        self._set(order, 500)
        self.assertEqual(self._changes(self.bar, state="proposed").qty_after, 1000)

    def test_a_proposal_ends_when_the_need_is_back(self):
        order = self._sell(800)
        self._confirm_purchase()
        self._set(order, 600)
        proposal = self._changes(self.bar, state="proposed")
        self._set(order, 800)
        self.env["mes.pull.replan"]._cron_reconcile()
        self.assertEqual(proposal.state, "obsolete")

    def test_an_order_edited_by_hand_is_proposed(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        production.with_user(self.planner).user_id = self.planner
        wizard = self.env["change.production.qty"].with_user(self.planner)
        wizard.create({"mo_id": production.id, "product_qty": 900}).change_prod_qty()
        self._set(order, 600)
        self.assertEqual(production.product_qty, 900)
        proposal = self._changes(self.cart, state="proposed")
        self.assertEqual((proposal.qty_before, proposal.qty_after, proposal.owner_id), (900, 600, self.planner))
        proposal.with_user(self.planner).action_apply()
        self._assert_levels(600)

    def test_small_changes_are_proposed(self):
        self.company.mes_plan_tolerance = 5
        order = self._sell(800)
        self._set(order, 790)
        self.assertEqual(self._to_make(self.cart), 800)
        self.assertEqual(self._changes(self.cart, state="proposed").qty_after, 790)
        self._set(order, 760)
        self.assertEqual(self._to_make(self.cart), 760)

    def test_inside_the_frozen_fence_a_person_decides(self):
        self.company.mes_plan_fence_days = 365
        order = self._sell(800)
        self._set(order, 600)
        self.assertEqual(self._to_make(self.cart), 800)
        self.assertTrue(self._changes(self.cart, state="proposed"))

    def test_others_may_not_decide(self):
        order = self._sell(800)
        self._confirm_purchase()
        self._set(order, 600)
        proposal = self._changes(self.bar, state="proposed")
        for user in (self.operator, self.worker):
            self._assert_denied(lambda user=user: self._rpc(user, proposal, "action_apply"))

    def test_what_was_made_already_is_flagged(self):
        order = self._sell(10)
        self._stock_up(self.frame, self.stock, 10)
        self._make(self._open_orders(self.cart))
        self._set(order, 4)
        flag = self._changes(self.cart, state="proposed")
        self.assertEqual((flag.qty_before, flag.owner_id), (6, self.planner))


@tagged("post_install", "-at_install")
class TestDecisions(ReplanCase):
    def test_a_reduction_is_put_back(self):
        order = self._sell(800)
        self._set(order, 600)
        self._changes(self.cart, action="reduced").with_user(self.planner).action_undo()
        self.assertEqual(self._to_make(self.cart), 800)
        self.env["mes.pull.replan"]._cron_reconcile()
        self.assertEqual(self._to_make(self.cart), 800, "what a person wants is not taken back")

    def test_a_parked_order_is_put_back(self):
        order = self._sell(800)
        self._cancel(order)
        self._changes(self.cart, action="paused").with_user(self.planner).action_undo()
        self.assertEqual((self._to_make(self.cart), self._parked(self.cart)), (800, 0))

    def test_a_parked_order_is_resumed_with_its_components(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._cancel(order)
        production.with_user(self.planner).action_mes_resume()
        self._assert_levels(800)

    def test_what_was_decided_is_not_decided_again(self):
        self.company.mes_plan_tolerance = 50
        order = self._sell(800)
        self._set(order, 600)
        proposal = self._changes(self.cart, state="proposed").with_user(self.planner)
        proposal.action_dismiss()
        self._assert_refused(proposal.action_apply, "decided already")

    def test_a_proposal_whose_order_has_changed_is_refused(self):
        self.company.mes_plan_tolerance = 50
        order = self._sell(800)
        self._set(order, 600)
        proposal = self._changes(self.cart, state="proposed").with_user(self.planner)
        self._open_orders(self.cart)._mes_set_quantity(700)
        self._assert_refused(proposal.action_apply, "700")

    def test_records_are_not_written_by_hand(self):
        order = self._sell(800)
        self._set(order, 600)
        change = self._changes(self.cart)
        self._assert_denied(lambda: self._rpc(self.planner, change, "write", {"qty_before": 1}))
        for name, value in {"mes_is_parked": True, "mes_is_procured": False, "mes_hand_edited": True}.items():
            production = change.production_id
            vals = {name: value}
            self._assert_refused(lambda mo=production, vals=vals: self._rpc(self.planner, mo, "write", vals))

    def test_a_parked_order_is_not_confirmed_or_worked_on(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._cancel(order)
        self._assert_refused(lambda: self._rpc(self.planner, production, "action_confirm"), "paused")
        self._assert_refused(lambda: self._rpc(self.planner, production, "button_mark_done"), "paused")
        self._assert_refused(lambda: self._rpc(self.planner, production, "write", {"qty_producing": 5}), "paused")

    def test_what_a_sales_order_is_at(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        production.qty_producing = 300
        self._set(order, 600)
        line = order.order_line.with_user(self.seller)
        self.assertEqual((line.mes_planned_qty, line.mes_made_qty, line.mes_paused_qty), (600, 0, 200))
        self._stock_up(self.frame, self.stock, 600)
        self._make(production, 300)
        line.invalidate_recordset()
        self.assertEqual((line.mes_planned_qty, line.mes_made_qty), (300, 300))
        self.assertTrue(line.mes_date_expected)
        self.assertEqual((order.mes_making_count, order.mes_change_count), (1, 3), "carts, frames, bars")


@tagged("post_install", "-at_install")
class TestNet(ReplanCase):
    def test_what_slipped_past_is_found_once(self):
        order = self._sell(800)
        self.env.cr.execute(
            "UPDATE stock_move SET product_uom_qty = 600, product_qty = 600 "
            "WHERE sale_line_id = %s AND production_id IS NULL",
            [order.order_line.id],
        )
        self.env.invalidate_all()
        self.env["mes.pull.replan"]._cron_reconcile()
        self._assert_levels(600)
        known = self.env["mes.pull.change"].search_count([])
        self.env["mes.pull.replan"]._cron_reconcile()
        self._assert_levels(600)
        self.assertEqual(self.env["mes.pull.change"].search_count([]), known)

    def test_manual_orders_are_not_touched(self):
        production = self._order(50, self.cart)
        self.env["mes.pull.replan"]._cron_reconcile()
        self.assertEqual(production.product_qty, 50)
