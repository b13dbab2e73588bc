"""A disposition opens by itself, is decided by who may, and closes only when the quantities reconcile."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .disposition_common import DispositionCommon


@tagged("post_install", "-at_install")
class TestDisposition(DispositionCommon):
    # -- opening ------------------------------------------------------------------------------------------------

    def test_a_rejection_opens_it_and_a_hold_does_not(self):
        order = self.reject(self.lot)
        self.assertEqual((order.state, order.quantity, order.lot_id, order.value), ("draft", 10, self.lot, 50))
        self.assertEqual(order.hold_id.disposition_id, order)
        hold = self.other_lot._mes_hold("held", "Doubts")
        self.assertFalse(hold.disposition_id)
        with self.assertRaises(UserError):
            hold.with_user(self.inspector).action_open_disposition()
        hold.with_user(self.engineer).action_open_disposition()
        self.assertEqual(hold.disposition_id.quantity, 10)

    def test_what_customers_send_back_of_a_rejected_lot_gets_one(self):
        delivery = self._create_delivery(self.axle, 10)
        self.assertEqual(delivery.move_line_ids.lot_id, self.lot)
        self.finish(delivery)
        hold = self.lot.with_user(self.inspector).action_mes_hold("Cracks", level="rejected")
        self.assertFalse(hold.disposition_id)
        for quantity in (3, 2):  # the second one joins the first one's
            window = self.env["stock.return.picking"].with_context(active_id=delivery.id, active_model="stock.picking")
            window = window.create({"picking_id": delivery.id})
            window.product_return_moves.quantity = quantity
            back = self.env["stock.picking"].browse(window.action_create_returns()["res_id"])
            self.finish(back)
        self.assertEqual(self.on_hand(self.lot), 5)
        self.assertEqual(
            self.lot.quant_ids.filtered(lambda q: q.location_id == self.stock).mapped("mes_is_frozen"), [True]
        )
        order = hold.disposition_id.with_user(self.engineer)
        self.assertEqual((order.state, order.unit_cost, hold.open_qty), ("draft", 5, 3))
        self.decide(order, ("scrap", 5, {}))
        self.assertEqual((order.state, self.on_hand(self.lot), hold.state), ("done", 0, "lifted"))

    def test_a_second_rejection_of_the_lot_shares_it(self):
        order = self.reject(self.lot)
        self.assertEqual(self.reject(self.lot), order)
        self.assertEqual(len(order.hold_ids), 2)

    def test_it_proposes_the_return_of_bought_and_the_scrap_of_other_stock(self):
        order = self.reject(self.receive("BOUGHT", 4))
        self.assertEqual((order.proposed_route, order.vendor_id), ("return", self.vendor))
        self.assertIn("Supplier A", order.proposal)
        self.assertEqual(self.reject(self.lot).proposed_route, "scrap")
        options = {one["route"]: one["cost"] for one in order.get_options() if one["eligible"]}
        self.assertEqual((options["return"], options["scrap"]), (0, 20))

    def test_the_setting_and_what_was_done_before_come_first(self):
        self.decide(self.reject(self.lot), ("use_as_is", 10, {"reason": "Good enough"}))
        self.assertEqual(self.reject(self.other_lot).proposed_route, "use_as_is")
        self.axle.mes_default_route = "scrap"
        third = self._create_lot("THIRD", self.axle, 1)
        self.assertEqual(self.reject(third).proposed_route, "scrap")

    def test_the_clock_runs_and_its_owner_is_told_once(self):
        order = self.reject(self.lot)
        order.sudo().hold_id._set_facts({"date_held": fields.Datetime.now() - timedelta(days=9)})
        self.assertEqual((order.days_open, order.is_overdue), (9, False))
        order.date_due = fields.Date.today() - timedelta(days=2)
        self.assertTrue(order.is_overdue)
        self.assertIn(order, order.search([("is_overdue", "=", True)]))
        self.env["mes.quality.disposition"]._cron_overdue()
        self.env["mes.quality.disposition"]._cron_overdue()
        self.assertEqual(len(order.sudo().activity_ids), 1)

    # -- held until it is done ----------------------------------------------------------------------------------

    def test_the_hold_is_not_lifted_beside_it(self):
        order = self.reject(self.lot)
        with self.assertRaisesRegex(UserError, order.name):
            order.hold_id.with_user(self.engineer).action_lift("It looks fine")
        with self.assertRaises(UserError):
            self.lot.with_user(self.engineer).action_mes_release("It looks fine")
        self.assertEqual(self.lot.mes_quality_state, "rejected")
        order.action_cancel("Measured wrongly")
        order.hold_id.with_user(self.engineer).action_lift("Measured again")
        self.assertEqual(self.lot.mes_quality_state, "released")

    def test_it_closes_only_when_the_quantities_reconcile(self):
        order = self.reject(self.lot)
        self.split(order, ("scrap", 6, {}), ("use_as_is", 3, {"reason": "Only scratches"}))
        with self.assertRaisesRegex(UserError, "9.*10"):
            order.action_approve()
        self.split(order, ("scrap", 1, {}))
        order.action_approve()
        order.action_execute()
        self.assertEqual((order.state, order.done_qty, order.hold_id.state), ("done", 10, "lifted"))
        self.assertEqual((self.on_hand(self.lot), self.lot.mes_quality_state), (3, "released"))

    def test_more_than_is_held_is_refused(self):
        order = self.reject(self.lot)
        self.split(order, ("scrap", 11, {}))
        with self.assertRaises(UserError):
            order.action_approve()
        self.assertEqual(order.state, "draft")

    def test_what_comes_into_a_rejected_lot_meanwhile_must_be_decided_too(self):
        order = self.reject(self.lot)
        order.action_approve()
        self._stock_up(self.axle, 2, self.lot)
        order.action_execute()
        self.assertEqual((order.state, order.quantity, order.rest_qty), ("draft", 12, 2))
        self.assertEqual((self.lot.mes_quality_state, self.on_hand(self.lot)), ("rejected", 2))
        self.decide(order, ("scrap", 2, {}))
        self.assertEqual((order.state, self.on_hand(self.lot)), ("done", 0))

    # -- who ----------------------------------------------------------------------------------------------------

    def test_inspectors_do_not_decide_and_facts_are_not_written(self):
        order = self.reject(self.lot)
        for method in ("action_approve", "action_execute", "action_submit"):
            with self.assertRaises(UserError):
                getattr(order.with_user(self.inspector), method)()
        for vals in ({"state": "approved"}, {"quantity": 1}, {"unit_cost": 0}):
            with self.assertRaises(UserError):
                order.write(vals)
        with self.assertRaises(UserError):
            order.line_ids.create({"disposition_id": order.id, "route": "scrap", "quantity": 1, "state": "approved"})
        with self.assertRaises(AccessError):
            order.with_user(self.inspector).user_id = self.inspector
        with self.assertRaises(UserError):
            order.event_ids.sudo().write({"note": "another"})
        self.assertEqual(order.state, "draft")

    def test_a_review_board_approves_with_four_eyes(self):
        self.company.write({"mes_board_approvers": 2, "mes_board_limit": 50})
        second = new_test_user(self.env, "q_second", "mes_quality.mes_quality_group_manager")
        order = self.reject(self.lot)
        with self.assertRaises(UserError):
            order.action_approve()
        self.split(order.with_user(self.manager), ("scrap", 10, {}))
        order.action_submit()
        with self.assertRaisesRegex(UserError, "proposed"):
            order.with_user(self.manager).action_approve()
        order.with_user(second).action_approve("Seen")
        self.assertEqual(order.state, "review")
        with self.assertRaises(UserError):
            order.with_user(second).action_approve()
        third = new_test_user(self.env, "q_third", "mes_quality.mes_quality_group_manager")
        order.with_user(third).action_approve()
        self.assertEqual((order.state, order.approver_ids), ("approved", second | third))

    def test_below_the_limit_an_engineer_approves_alone(self):
        self.company.write({"mes_board_approvers": 2, "mes_board_limit": 51})
        order = self.reject(self.lot)
        order.action_approve()
        self.assertEqual(order.state, "approved")

    def test_sending_it_back_makes_approvals_void(self):
        order = self.reject(self.lot)
        order.action_approve()
        with self.assertRaises(UserError):
            order.line_ids.quantity = 3
        order.action_send_back("Ask the vendor first")
        self.assertEqual((order.state, order.line_ids.state, order.approver_ids.ids), ("draft", "draft", []))
        with self.assertRaises(UserError):
            order.action_execute()

    def test_the_board_of_any_company_counts_for_a_lot_that_lies_in_two(self):
        other = self.env["res.company"].create({"name": "Other", "mes_board_approvers": 1})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        self._stock_up(self.axle, 3, self.lot, theirs)
        order = self.reject(self.lot)
        self.assertEqual((order.company_id.ids, order.quantity, order.approvals_needed), ([], 13, 1))
        alone = self.reject(self.other_lot)
        self.assertEqual((alone.company_id, alone.approvals_needed), (self.company, 0))

    def test_another_company_neither_sees_nor_executes_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "q_other", "mes_quality.mes_quality_group_manager", company_id=other.id, company_ids=other.ids
        )
        order = self.reject(self.lot, 4)
        self.assertEqual(order.company_id, self.company)
        with self.assertRaises(AccessError):
            order.with_user(stranger).with_context(allowed_company_ids=other.ids).action_approve()
        self.assertEqual(order.state, "draft")

    def test_another_company_does_not_cut_a_line(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "q_other", "mes_quality.mes_quality_group_manager", company_id=other.id, company_ids=other.ids
        )
        limited = {"reason": "Only the colour", "partner_ids": [Command.link(self.vendor.id)]}
        line = self.decide(self.reject(self.lot), ("use_as_is", 10, limited))
        self.assertEqual((line.company_id, line.state), (self.company, "open"))
        with self.assertRaises(AccessError):
            line.with_user(stranger).with_context(allowed_company_ids=other.ids).action_cut()
        self.assertEqual(line.state, "open")
        line.action_cut()
        self.assertEqual(line.state, "cancelled")
