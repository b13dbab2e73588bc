"""Every path on which something is bought stops above need, for every role, and what is refused writes nothing."""

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .guard_common import GuardCommon

REASON = "The vendor closes for two months"


@tagged("post_install", "-at_install")
class TestGuardPaths(GuardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchaser = new_test_user(cls.env, "g_purchaser", "purchase.group_purchase_manager")
        cls.ager = new_test_user(cls.env, "g_ager", "mes_aging.mes_aging_group_manager,purchase.group_purchase_user")

    # -- the button ----------------------------------------------------------------------------------------------

    def test_confirmation_up_to_the_line_goes_through_and_above_waits(self):
        for user in (self.buyer, self.purchaser, self.ager, self.manager):
            order = self._buy(1000, user=user)
            order.button_confirm()
            self.assertEqual((order.state, len(order.picking_ids)), ("purchase", 1), user.login)
            order.button_cancel()
            order = self._buy(1001, user=user)
            order.button_confirm()
            self.assertStopped(order)
            order.button_cancel()

    def test_approval_without_a_reason_is_refused_to_everybody(self):
        order = self._buy(1500)
        order.button_confirm()
        for user in (self.buyer, self.purchaser, self.ager, self.manager):
            self.refuse("Let through above Need", order.with_user(user).button_approve)
            self.assertStopped(order)

    def test_the_role_lets_through_with_a_reason_that_is_kept(self):
        order = self._buy(1500)
        order.button_confirm()
        self.assertTrue(order.mes_is_stopped)
        order.with_user(self.manager).action_mes_override(REASON)
        self.assertEqual((order.state, len(order.picking_ids)), ("purchase", 1))
        kept = order.sudo().mes_override_ids
        self.assertEqual((kept.user_id, kept.reason, kept.line_id), (self.manager, REASON, order.order_line))
        figures = kept.quantity, kept.excess_qty, kept.cover_days, kept.limit_days
        self.assertEqual(figures, (1500, 500, 45, 30))

    def test_the_wizard_asks_for_the_reason(self):
        order = self._buy(1500)
        order.button_confirm()
        action = order.with_user(self.manager).action_mes_open_override()
        wizard = Form(self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"]))
        self.assertIn("Covers 45 days, line 30.", wizard.explanation)
        wizard.reason = REASON
        wizard.save().action_confirm()
        self.assertEqual(order.state, "purchase")

    def test_no_other_role_and_no_empty_reason(self):
        order = self._buy(1500)
        order.button_confirm()
        for user in (self.buyer, self.purchaser, self.ager):
            self.refuse("Only a manager of both", order.with_user(user).action_mes_override, REASON)
        self.refuse("Say why", order.with_user(self.manager).action_mes_override, "  ")
        self.assertStopped(order)
        self.assertFalse(order.sudo().mes_override_ids)

    def test_what_was_let_through_is_never_altered_or_forged(self):
        order = self._buy(1500)
        order.with_user(self.manager).action_mes_override(REASON)
        kept = order.sudo().mes_override_ids
        self.refuse("stays as it is", kept.write, {"reason": "Other"})
        self.refuse("stays as it is", kept.unlink)
        vals = {name: kept[name].id for name in ("user_id", "product_id", "company_id")}
        vals.update(reason="Forged", order_id=self._buy(9000).id, quantity=9e9, excess_qty=9e9)
        self.refuse("not allowed", self.env["mes.aging.override"].with_user(self.manager).create, [vals])

    def test_what_was_let_through_holds_for_no_more(self):
        order = self._buy(1500)
        order.with_user(self.manager).action_mes_override(REASON)
        order.button_cancel()
        order.button_draft()
        order.order_line.product_qty = 1501
        order.button_confirm()
        self.assertStopped(order)
        order.order_line.product_qty = 1400
        order.with_user(self.manager).button_approve()
        self.assertEqual(order.state, "purchase")

    def test_what_was_let_through_does_not_hold_when_demand_has_fallen(self):
        order = self._buy(1500)
        order.with_user(self.manager).action_mes_override(REASON)
        order.button_cancel()
        order.button_draft()
        self.demand._action_cancel()
        order.button_confirm()
        self.assertStopped(order)

    def test_context_keys_open_nothing(self):
        keys = {"mes_aging.guard": {}, "mes_guard": True, "force": True, "import_file": True, "install_mode": True}
        order = self._buy(1500).with_context(**keys)
        order.button_confirm()
        self.assertStopped(order)
        self.refuse("above need", order.button_approve, True)
        self.refuse("above need", order.write, {"state": "purchase"})

    # -- RPC and import ------------------------------------------------------------------------------------------

    def test_the_state_written_by_rpc(self):
        for user in (self.buyer, self.manager):
            order = self._buy(1500, user=user)
            self.refuse("above need", order.write, {"state": "purchase"})
            self.assertEqual((order.state, order.order_line.product_qty), ("draft", 1500))
            order.order_line.product_qty = 1000
            order.write({"state": "purchase"})
            self.assertEqual(order.state, "purchase")
            order.button_cancel()

    def test_the_state_written_with_lines_by_rpc(self):
        order = self._buy(1000)
        vals = {"state": "purchase", "order_line": [self._line(1)]}
        self.refuse("above need", order.write, vals)
        self.assertEqual((order.state, len(order.order_line)), ("draft", 1))

    def test_an_order_imported_as_confirmed(self):
        orders = self.env["purchase.order"].with_user(self.buyer)
        before = orders.search_count([])
        self.refuse("above need", self._buy_confirmed, 1001)
        self.assertEqual(orders.search_count([]), before)
        order = self._buy_confirmed(1000)
        self.assertEqual((order.state, order.picking_ids.move_ids.product_qty), ("purchase", 1000))

    def test_a_default_state_confirms_nothing_above_need(self):
        orders = self.env["purchase.order"].with_user(self.buyer).with_context(default_state="purchase")
        vals = {"partner_id": self.vendor.id, "picking_type_id": self.incoming.id}
        self.refuse("above need", orders.create, {**vals, "order_line": [self._line(1001)]})
        self.assertEqual(orders.create({**vals, "order_line": [self._line(1000)]}).state, "purchase")

    def _buy_confirmed(self, quantity):
        return self._buy(quantity, state="purchase")

    def test_a_line_of_a_confirmed_order_is_raised(self):
        order = self._buy(900)
        order.button_confirm()
        order.order_line.product_qty = 1000
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("product_qty")), 1000)
        for user in (self.buyer, self.manager):
            line = order.order_line.with_user(user)
            self.refuse("confirmed order", line.write, {"product_qty": 1001})
            vals = {"order_line": [(1, line.id, {"product_qty": 1001})]}
            self.refuse("confirmed order", order.with_user(user).write, vals)
        self.assertEqual(order.order_line.product_qty, 1000)
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("product_qty")), 1000)

    def test_an_order_that_arrives_later_is_raised(self):
        order = self._buy(1000)
        order.order_line.date_planned = self._get_day(90)
        order.button_confirm()
        self.refuse("confirmed order", order.order_line.write, {"product_qty": 1001})

    def test_what_is_already_too_much_may_be_lowered(self):
        order = self._buy(1000)
        order.button_confirm()
        self.demand._action_cancel()
        order.order_line.product_qty = 800
        self.assertEqual(order.order_line.product_qty, 800)

    def test_a_line_is_added_to_a_confirmed_order(self):
        order = self._buy(900)
        order.button_confirm()
        order.order_line = [self._line(100)]
        vals = {"order_id": order.id, "product_id": self.resistor.id, "product_qty": 1}
        self.refuse("confirmed order", order.write, {"order_line": [self._line(1)]})
        self.refuse("confirmed order", self.env["purchase.order.line"].with_user(self.buyer).create, vals)
        self.assertEqual(len(order.order_line), 2)

    def test_a_line_is_moved_to_a_confirmed_order(self):
        order, other = self._buy(1000), self._buy(1)
        line = other.order_line
        order.order_line.product_qty = 999
        order.button_confirm()
        other.order_line.product_qty = 2
        self.refuse("confirmed order", line.write, {"order_id": order.id})
        self.assertEqual(line.order_id, other)

    def test_product_and_unit_of_a_confirmed_line_are_changed(self):
        screw = self._create_product("Screw")
        self._need(screw, 500, 5)
        order = self._buy(500, screw)
        order.button_confirm()
        dozen = self.env.ref("uom.product_uom_dozen")
        self.policy.copy({"product_id": screw.id})
        self.refuse("confirmed order", order.order_line.write, {"product_uom_id": dozen.id})
        self._receive(self.resistor, 600)
        self.refuse("confirmed order", order.order_line.write, {"product_id": self.resistor.id})
        self.assertEqual((order.order_line.product_id, order.order_line.product_uom_qty), (screw, 500))

    # -- vendor bills --------------------------------------------------------------------------------------------

    def test_a_bill_makes_an_order_that_waits(self):
        wizard, lines = self._match_bill(1500)
        wizard.with_context(active_ids=[-line.id for line in lines]).action_add_to_po()
        self.assertStopped(wizard.purchase_order_id)

    def test_a_bill_adds_no_line_above_need_to_a_confirmed_order(self):
        order = self._buy(1000)
        order.button_confirm()
        wizard, lines = self._match_bill(1)
        wizard.purchase_order_id = order
        self.refuse("confirmed order", wizard.with_context(active_ids=[-line.id for line in lines]).action_add_to_po)
        self.assertEqual(len(order.order_line), 1)

    def _match_bill(self, quantity):
        if not self.env["account.journal"].search([("type", "=", "purchase")], limit=1):
            self.env["account.journal"].create({"name": "Bills", "code": "BI", "type": "purchase"})
        clerk = new_test_user(self.env, "g_clerk", "account.group_account_invoice,purchase.group_purchase_user")
        account = self.env["account.account"].search([("account_type", "=", "expense")], limit=1)
        account = account or self.env["account.account"].create(
            {"name": "Expenses", "code": "600999", "account_type": "expense"}
        )
        line = {"product_id": self.resistor.id, "quantity": quantity, "price_unit": 2, "account_id": account.id}
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [Command.create({**line, "tax_ids": False})],
            }
        )
        wizard = self.env["bill.to.po.wizard"].with_user(clerk).create({"partner_id": self.vendor.id})
        return wizard, bill.invoice_line_ids

    # -- the background ------------------------------------------------------------------------------------------

    def test_the_background_is_never_refused(self):
        order = self._buy(1500).sudo()
        order.button_confirm()
        self.assertStopped(order)
        order.button_approve()
        self.assertStopped(order)
        order.write({"state": "purchase"})
        self.assertStopped(order)
        created = order.create({"partner_id": self.vendor.id, "state": "purchase", "order_line": [self._line(9)]})
        self.assertStopped(created)

    def test_one_order_above_need_does_not_stop_the_others(self):
        screw = self._create_product("Screw")
        orders = self._buy(1500) | self._buy(500, screw)
        self._need(screw, 500, 5)
        orders.button_confirm()
        self.assertEqual(orders.mapped("state"), ["to approve", "purchase"])

    def test_the_background_raises_a_confirmed_line_and_the_buyer_is_told(self):
        order = self._buy(1000)
        order.button_confirm()
        order.order_line.sudo().product_qty = 1200
        self.assertEqual(order.order_line.product_qty, 1200)
        self.assertIn("200 Units above need", self.tasks(order).note)

    def test_a_sales_order_is_always_confirmed(self):
        routes = self.warehouse.mto_pull_id.route_id | self.warehouse.buy_pull_id.route_id
        routes.active = True
        self.resistor.route_ids = routes
        self._buy(5000)
        line = (0, 0, {"product_id": self.resistor.id, "product_uom_qty": 7})
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [line]})
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertTrue(self.env["purchase.order.line"].search([("product_id", "=", self.resistor.id)]))

    def test_a_scheduler_run_adds_to_quotations(self):
        self.resistor.route_ids = self.warehouse.buy_pull_id.route_id
        rule = self._keep(self.resistor, 50)
        rule.trigger = "auto"
        self.env["stock.rule"].run_scheduler()
        line = self.env["purchase.order.line"].search([("product_id", "=", self.resistor.id)])
        self.assertEqual(sum(line.mapped("product_uom_qty")), 1050)

    # -- warnings ------------------------------------------------------------------------------------------------

    def test_a_warning_goes_through_with_one_task_for_the_buyer(self):
        self.policy.purchase_policy = "warn"
        order = self._buy(1500)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        task = self.tasks(order)
        self.assertEqual((len(task), task.user_id), (1, self.buyer))
        self.assertIn("Covers 45 days, line 30.", task.note)
        order.order_line.product_qty = 1600
        self.assertEqual(len(self.tasks(order)), 1)
        self.assertIn("Covers 48 days", self.tasks(order).note)

    def test_what_waits_is_told_once_too(self):
        order = self._buy(1500)
        order.button_confirm()
        self.assertEqual(len(self.tasks(order)), 1)
        order.with_user(self.manager).action_mes_override(REASON)
        self.assertEqual(len(self.tasks(order)), 1)

    def test_no_task_without_excess(self):
        order = self._buy(1000)
        order.button_confirm()
        self.assertFalse(self.tasks(order))

    # -- reordering rules ----------------------------------------------------------------------------------------

    def test_a_rule_proposes_no_more_than_the_need(self):
        self.resistor.route_ids = self.warehouse.buy_pull_id.route_id
        rule = self._keep(self.resistor, 50)
        rule.product_max_qty = 5000
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_to_order, 1050)
        for kind in ("warn", "free"):
            self.policy.purchase_policy = kind
            rule._mes_recompute()
            self.assertEqual(rule.qty_to_order, 6000, "only a policy that stops changes what a rule proposes")

    def test_a_rule_proposes_at_least_what_its_minimum_asks_for(self):
        self.resistor.route_ids = self.warehouse.buy_pull_id.route_id
        self._need(self.resistor, 500, 60)  # the rule looks further than the policy
        rule = self._keep(self.resistor, 50)
        rule.product_max_qty = 5000
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_to_order, 1550)
