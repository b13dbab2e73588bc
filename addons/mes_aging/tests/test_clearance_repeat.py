"""What is pressed twice happens once, what comes later is tied from the start, and many cases cost few queries."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .clearance_common import ClearanceCommon

# Beside the number of its reference hardly anything is read or written for each case.
QUERIES_A_CASE = 2


@tagged("post_install", "-at_install")
class TestClearanceRepeat(ClearanceCommon):
    def _open_proved(self):
        """Return a manager's case of 40 resistors, with a proof that they may be scrapped."""
        case = self._open_case(self.resistor, 40, user=self.manager)
        self.env["ir.attachment"].create({"name": "Picture", "res_model": case._name, "res_id": case.id})
        return case

    # -- twice is once ------------------------------------------------------------------------------------------

    def test_executed_again_it_does_not_take_the_rest(self):
        case = self._open_proved()
        line = self._plan(case, "scrap", 30, reason="Old")
        case.action_execute()
        self.assertEqual((line.state, case.state, case.left_qty), ("done", "open", 10))
        case.action_execute()
        self.assertEqual((len(case.line_ids), case.cleared_qty), (1, 30))

    def test_executed_by_the_case_and_by_its_routes_it_is_done_once(self):
        north = self.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
        more = {"reason": "Old", "partner_id": self.customer.id, "dest_warehouse_id": north.id}
        for is_case_first in (True, False):
            case = self._open_proved()
            lines = self.env["mes.aging.clearance.line"].union(
                *(self._plan(case, route, 10, **more) for route in ("scrap", "donate", "reallocate"))
            )
            buttons = [case.action_execute, lines.action_execute]
            for press in buttons if is_case_first else reversed(buttons):
                press()
            self.assertEqual(lines.mapped("state"), ["done", "open", "open"])
            self.assertEqual([len(line.sudo().move_ids) for line in lines], [1, 1, 1])
            self.assertEqual([sum(line.sudo().move_ids.mapped("product_qty")) for line in lines], [10, 10, 10])
            self.assertEqual(len(case.line_ids), 3)

    def test_the_rest_is_planned_when_somebody_says_so(self):
        case = self._open_proved()
        self._plan(case, "scrap", 30, reason="Old")
        case.action_execute()
        for _time in range(2):
            case.action_plan_rest()
        rest = case.line_ids.filtered(lambda line: line.state == "draft")
        self.assertEqual((rest.route, rest.quantity, len(case.line_ids)), ("scrap", 10, 2))
        rest.reason = "Old"
        case.action_execute()
        self.assertEqual((case.state, case.cleared_qty), ("done", 40))

    def test_a_dropped_route_leaves_the_case_to_its_own(self):
        case = self._open_proved()
        self._plan(case, "scrap", 40, reason="Old").action_cancel()
        case.route = "scrap"
        with self._refused("Say in “Reason” why"):  # planned by itself, for all of the case
            case.action_execute()

    def test_somebody_else_plans_no_rest(self):
        case = self._open_case(self.resistor, 40, user=self.manager)
        with self._refused("belongs to a_manager"):
            case.with_user(self.clerk).action_plan_rest()

    def test_the_rest_of_several_kinds_is_planned_by_hand(self):
        case = self._open_proved()
        self._plan(case, "scrap", 10, reason="Old")
        self._plan(case, "donate", 10, partner_id=self.customer.id)
        case.action_execute()
        with self._refused("Choose a route"):
            case.action_plan_rest()

    # -- what is sold later -------------------------------------------------------------------------------------

    def test_a_line_that_a_confirmed_order_is_given_later_takes_the_case_s_lot(self):
        self.env.ref("base.group_user").implied_ids |= self.env.ref("product.group_product_pricelist")
        paste = self._create_product("Paste", tracking="lot", list_price=10)
        old, new = (self.env["stock.lot"].create({"name": name, "product_id": paste.id}) for name in ("OLD", "NEW"))
        self._put(paste, 50, lot=old)
        self._put(paste, 50, lot=new)
        case = self._open_case(paste, 50, lot_ids=[(6, 0, new.ids)])
        line = self._plan(case, "promotion", 50, discount=20)
        case.action_execute()
        rule = self.env["product.pricelist.item"].search([("mes_clearance_line_id", "=", line.id)], limit=1)
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "pricelist_id": rule.pricelist_id.id})
        order.order_line = [Command.create({"product_id": self.board.id, "product_uom_qty": 1})]
        order.action_confirm()
        order.order_line = [Command.create({"product_id": paste.id, "product_uom_qty": 5})]
        sale = order.order_line.filtered(lambda sale: sale.product_id == paste)
        self.assertEqual(sale.mes_clearance_line_id.id, line.id)
        self.assertEqual(sale.move_ids.move_line_ids.lot_id, new)

    # -- an order that has used components ------------------------------------------------------------------------

    def test_what_an_order_has_used_is_not_given_back_and_the_way_out_is_told(self):
        order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": 2})
        order.action_confirm()
        order.action_assign()
        order.move_raw_ids.picked = True
        order.move_raw_ids._action_done()
        order.qty_producing = 1
        case = self.env["mes.aging.clearance"].browse(order.action_mes_clear()["res_id"])
        self._plan(case.sudo(), "disassemble", 2)
        with self._refused("Finish what can be finished"):
            case.action_execute()

    # -- many at once -------------------------------------------------------------------------------------------

    def _create_alerts(self, count):
        products = self.env["product.product"].create(
            [{"name": f"Item {number}", "is_storable": True, "standard_price": 2} for number in range(count)]
        )
        for product in products:
            self.env["stock.quant"]._update_available_quantity(product, self.stock, 10)
        policy = self.env["mes.aging.policy"].search([], limit=1)
        policy = policy or policy.create({"name": "Old", "max_age_days": 1})
        vals = {"warehouse_id": self.warehouse.id, "policy_id": policy.id, "reason": "age", "level": "limit"}
        vals["company_id"] = self.company.id
        return self.env["mes.aging.alert"].create(
            [{**vals, "product_id": product.id, "quantity": 10, "user_id": self.env.uid} for product in products]
        )

    def _count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_many_cases_are_opened_by_few_queries(self):
        self._create_alerts(1).action_clear()  # what is read once in a while
        few, many = self._create_alerts(5), self._create_alerts(45)
        queries = self._count_queries(few.action_clear)
        more = self._count_queries(many.action_clear) - queries
        self.assertEqual(len(many.clearance_id), 45)
        self.assertLessEqual(more / 40, QUERIES_A_CASE)

    def test_what_is_in_no_case_is_done_without_a_query_more(self):
        def finish():
            order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": 1})
            order.action_confirm()
            order.action_assign()
            order.qty_producing = 1
            order.move_raw_ids.picked = True
            return self._count_queries(order.button_mark_done)

        finish()  # what is read once in a while
        queries = finish()
        self.patch(self.registry["stock.move"], "_mes_follow_clearance", lambda moves: None)
        self.patch(self.registry["mrp.production"], "_mes_get_finishing", lambda orders: [])
        self.assertLessEqual(queries, finish())

    # -- finish first, with planning beside it --------------------------------------------------------------------

    def test_a_planner_s_extra_shift_is_ordered(self):
        if "mes.pull.overtime" not in self.env:
            self.skipTest("without mes_pull")
        center = self.env["mrp.workcenter"].create({"name": "Line"})
        self.bom.operation_ids = [Command.create({"name": "Solder", "workcenter_id": center.id})]
        order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": 2})
        order.action_confirm()
        order.workorder_ids.button_start()
        roles = "mes_aging.mes_aging_group_user,mes_pull.mes_pull_group_planner"
        planner = new_test_user(self.env, "a_planner", roles)
        sunday = fields.Date.add(fields.Date.today(), days=7 + 6 - fields.Date.today().weekday())
        vals = {"shift_date": f"{sunday} 09:00:00", "shift_hours": 4}
        for user, ordered in ((self.clerk, 0), (planner, 1)):
            case = self.env["mes.aging.clearance"].create(
                {"product_id": self.board.id, "production_id": order.id, "quantity": 2, "user_id": user.id}
            )
            self._plan(case.with_user(user), "finish", 2, **vals)
            case.with_user(user).action_execute()
            found = self.env["mes.pull.overtime"].search([("workcenter_id", "=", center.id)])
            self.assertEqual((len(found), len(order.activity_ids)), (ordered, 1), user.name)
            case.sudo()._finish("cancelled")
