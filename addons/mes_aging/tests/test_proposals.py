"""When the demand falls: what to do with open purchases is proposed to the buyer."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, TransactionCase, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestProposals(GuardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["mes.aging.purchase.proposal"]
        cls.order = cls._buy(1000)
        cls.order.button_confirm()
        cls.line = cls.order.order_line

    def refresh(self):
        return self.model._refresh(self.resistor)

    def fall(self, quantity):
        """The need falls to this quantity."""
        self.demand.product_uom_qty = quantity

    def tasks(self, order=None):
        return (order or self.order).sudo().activity_search(["mes_aging.mail_activity_type_purchase_proposal"])

    def test_nothing_is_proposed_while_all_is_needed(self):
        self.assertFalse(self.refresh())

    def test_what_is_too_many_is_proposed_once(self):
        self.fall(700)
        proposal = self.refresh()
        self.assertEqual((proposal.action, proposal.quantity, proposal.line_id), ("reduce", 300, self.line))
        self.assertEqual((proposal.user_id, self.tasks().user_id), (self.buyer, self.buyer))
        self.assertEqual(self.refresh(), proposal)
        self.assertEqual(len(self.tasks()), 1)

    def test_nothing_needed_any_more_is_to_be_cancelled(self):
        self.demand._action_cancel()
        self.assertEqual((self.refresh().action, self.refresh().quantity), ("cancel", 1000))

    def test_what_is_needed_later_is_to_be_postponed(self):
        self.demand.date = self._get_day(60)
        proposal = self.refresh()
        self.assertEqual((proposal.action, proposal.quantity), ("postpone", 1000))
        self.assertEqual((proposal.date - fields.Date.today()).days, 31)

    def test_it_follows_the_figures_and_closes_by_itself(self):
        self.fall(700)
        proposal = self.refresh()
        self.fall(600)
        self.assertEqual((self.refresh(), proposal.quantity, len(self.tasks())), (proposal, 400, 1))
        self.fall(1000)
        self.assertFalse(self.refresh())
        self.assertEqual((proposal.state, len(self.tasks())), ("closed", 0))

    def test_a_dismissed_one_stays_so_until_the_figures_change(self):
        self.fall(700)
        proposal = self.refresh()
        proposal.with_user(self.buyer).action_dismiss()
        self.assertFalse(self.refresh())
        self.assertFalse(self.tasks())
        self.fall(699)
        again = self.refresh()
        self.assertEqual((proposal.state, again.state, again.quantity), ("closed", "open", 301))

    def test_a_quotation_is_reduced_at_once(self):
        draft = self._buy(200)
        proposal = self.refresh()
        self.assertEqual((proposal.action, proposal.quantity, len(self.model.search([]))), ("cancel", 200, 1))
        proposal.with_user(self.buyer).action_accept()
        self.assertEqual((draft.order_line.product_qty, proposal.state), (0, "accepted"))
        self.assertFalse(self.refresh())

    def test_a_confirmed_order_is_changed_after_the_vendor_was_asked(self):
        self.fall(700)
        proposal = self.refresh().with_user(self.buyer)
        self.refuse("Accept the proposal first", proposal.action_apply)
        proposal.action_accept()
        self.assertEqual((self.line.product_qty, proposal.state), (1000, "accepted"))
        self.assertIn("please reduce 300 Units", self.tasks().note)
        proposal.action_apply()
        self.assertEqual((self.line.product_qty, proposal.state), (700, "closed"))
        self.assertEqual(sum(self.line.move_ids.mapped("product_qty")), 700)
        self.assertFalse(self.refresh())

    def test_a_confirmed_order_is_postponed(self):
        self.demand.date = self._get_day(60)
        proposal = self.refresh().with_user(self.buyer)
        proposal.action_accept()
        proposal.action_apply()
        self.assertEqual(self.line.date_planned.date(), proposal.date)
        self.assertEqual(self.line.move_ids.date.date(), proposal.date)
        self.assertFalse(self.refresh())

    def test_an_order_that_was_received_in_part_is_not_changed(self):
        move = self.line.sudo().move_ids
        move.quantity, move.picked = 10, True
        move.picking_id.with_context(skip_backorder=True)._action_done()
        self.fall(700)
        proposal = self.refresh().with_user(self.buyer)
        proposal.action_accept()
        self.refuse("received already", proposal.action_apply)
        self.assertEqual(self.line.product_qty, 1000)

    def test_an_accepted_one_is_not_proposed_again_until_the_figures_change(self):
        self.fall(700)
        proposal = self.refresh()
        proposal.action_accept()
        self.assertFalse(self.refresh())
        self.fall(600)
        self.assertEqual(self.refresh().quantity, 400)

    def test_only_who_buys_decides(self):
        self.fall(700)
        proposal = self.refresh()
        self.refuse("not allowed", proposal.with_user(self.viewer).action_dismiss)
        self.assertEqual(proposal.state, "open")

    def test_a_buyer_hands_it_over_but_does_not_write_its_facts(self):
        self.fall(700)
        proposal = self.refresh().with_user(self.buyer)
        facts = {"quantity": 1, "action": "cancel", "state": "closed", "product_id": self.demand.product_id.id}
        for name, value in facts.items():
            with self.subTest(name):
                self.refuse("follows from the figures", proposal.write, {name: value, "user_id": self.viewer.id})
        self.assertEqual((proposal.quantity, proposal.action, proposal.state), (300, "reduce", "open"))
        self.assertEqual(proposal.user_id, self.buyer)
        proposal.user_id = self.viewer
        self.assertEqual(proposal.user_id, self.viewer)

    def test_a_free_policy_and_made_to_order_propose_nothing(self):
        self.fall(700)
        self.policy.purchase_policy = "free"
        self.assertFalse(self.refresh())

    def test_a_run_goes_on_where_it_stopped(self):
        self.fall(700)
        screw = self._create_product("Screw")
        self._buy(5, screw)
        cron = self.env.registry["ir.cron"]
        with patch("odoo.addons.mes_aging.models.mes_aging_purchase_proposal.BATCH", 1):
            with patch.object(cron, "_commit_progress", lambda *_arguments, **_more: 0):
                self.model._cron_propose()
            self.assertEqual(len(self.model.search([])), 1)
            with patch.object(cron, "_commit_progress", lambda *_arguments, **_more: 99):
                self.model._cron_propose()
        found = self.model.search([]).product_id
        self.assertEqual(found, self.resistor | screw)
        self.assertFalse(self.model._get_products_to_compare())


@tagged("post_install", "-at_install")
class TestNewRule(TransactionCase):
    def test_a_new_reordering_rule_opens_before_it_has_a_product(self):
        with Form(self.env["stock.warehouse.orderpoint"], "stock.view_warehouse_orderpoint_tree_editable") as form:
            form.product_id = self.env["product.product"].create({"name": "New", "is_storable": True})
        self.assertEqual(form.record.qty_to_order, 0)
