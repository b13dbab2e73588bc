"""Rework, conversion, finishing first: exact lots, ages that go on, results of documents; cases out of documents."""

from odoo.tests import Form, new_test_user, tagged

from .clearance_common import ClearanceCommon
from .layer_common import LayerCommon


class MakeCommon(ClearanceCommon, LayerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screen = cls._create_product("Screen", standard_price=8)
        cls._put(cls.screen, 50)
        cls.monitor = cls._create_product("Monitor", standard_price=60)
        cls.center = cls.env["mrp.workcenter"].create({"name": "Bench", "costs_hour": 60})
        cls.monitor_bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.monitor.product_tmpl_id.id,
                "bom_line_ids": [
                    (0, 0, {"product_id": cls.board.id, "product_qty": 1}),
                    (0, 0, {"product_id": cls.screen.id, "product_qty": 2}),
                ],
            }
        )

    @classmethod
    def _open_kind(cls, product, quantity, kind, **more):
        """Return a case of another kind than the product's."""
        case = cls._open_case(product, quantity, **more)
        case.sudo().kind = kind
        case.action_propose()
        return case

    @classmethod
    def _complete(cls, order, quantity=None, lot=None):
        if lot:
            order.lot_producing_ids = lot
        order.qty_producing = quantity or order.product_qty
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.with_context(skip_backorder=not quantity, skip_consumption=True).button_mark_done()

    def _get_proposal(self, case, route):
        return case.proposal_ids.filtered(lambda one: one.route == route)


@tagged("post_install", "-at_install")
class TestConversion(MakeCommon):
    def test_a_conversion_is_proposed_with_its_parts_and_cost(self):
        case = self._open_kind(self.board, 10, "wip")
        proposal = self._get_proposal(case, "convert")
        self.assertEqual((proposal.is_eligible, proposal.recovered_value, proposal.cost_value), (True, 600, 160))
        self.assertIn("Monitor", proposal.why)
        self.assertNotIn("missing", proposal.why)
        proposal.action_choose()
        line = case.line_ids
        self.assertEqual((line.target_product_id, line.part_ids.product_id), (self.monitor, self.screen))
        self.assertEqual((line.part_ids.quantity, line.quantity), (2, 10))

    def test_what_is_missing_on_hand_is_named(self):
        self._move(self.screen, 45, self.stock, self.customers)
        case = self._open_kind(self.board, 10, "wip")
        self.assertIn("(15.0 missing)", self._get_proposal(case, "convert").why)

    def test_a_product_that_shares_enough_parts_is_a_candidate(self):
        half = self._create_product("Half Board", standard_price=18)
        cousin = self._create_product("Cousin", standard_price=25)
        for product, screens in ((half, 0), (cousin, 1)):
            parts = [(0, 0, {"product_id": self.resistor.id, "product_qty": 8})]
            parts += [(0, 0, {"product_id": self.screen.id, "product_qty": screens})] if screens else []
            self.env["mrp.bom"].create({"product_tmpl_id": product.product_tmpl_id.id, "bom_line_ids": parts})
        self._put(half, 4)
        case = self._open_kind(half, 4, "wip")
        found = {one.target: one for one in case.sudo()._find_conversions()}
        self.assertIn(cousin, found)
        self.assertEqual(found[cousin].parts, {self.screen: 1})
        self.assertNotIn(half, found)
        self.assertNotIn(self.monitor, found)  # shares nothing of its value but the board

    def test_an_order_uses_exactly_the_lot_and_its_output_is_as_old(self):
        crate = self._create_product("Crate", standard_price=70)
        first, second = self._create_lot("A-1"), self._create_lot("A-2")
        with self._at(90):
            self._receive(self.axle, 5, first)
        with self._at(30):
            self._receive(self.axle, 5, second)
        with self._at():
            case = self._open_kind(self.axle, 4, "wip", lot_ids=[(6, 0, second.ids)])
            part = (0, 0, {"product_id": self.screen.id, "quantity": 1})
            line = self._plan(case, "convert", target_product_id=crate.id, part_ids=[part])
            case.action_execute()
            order = line.sudo().order_ids
            self.assertEqual((line.state, order.state, order.product_qty), ("open", "confirmed", 4))
            self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, second)
            self._complete(order)
        self.assertEqual((line.state, line.done_qty, line.recovered_value, line.cost_value), ("done", 4, 280, 32))
        self.assertEqual(case.state, "done")
        self.assertEqual(self._ages(crate), {30: 4})
        self.assertEqual(self._ages(self.axle), {90: 5, 30: 1})

    def test_an_order_or_its_backorder_that_takes_another_lot_is_refused(self):
        first, second = self._create_lot("A-1"), self._create_lot("A-2")
        for lot in (first, second):
            self._receive(self.axle, 5, lot)
        case = self._open_kind(self.axle, 5, "wip", lot_ids=[(6, 0, second.ids)])
        line = self._plan(case, "convert", target_product_id=self.monitor.id)
        case.action_execute()
        order = line.sudo().order_ids
        for one in order._split_productions({order: [2, 3]}):
            one.action_assign()
            one.move_raw_ids.move_line_ids.lot_id = first
            with self._refused("takes the lot A-1"):
                self._complete(one)
        self.assertEqual((line.done_qty, line.state), (0, "open"))

    def test_a_tracked_target_gets_the_same_number(self):
        crate = self._create_product("Crate", standard_price=70, tracking="lot")
        lot = self._create_lot("A-1")
        self._receive(self.axle, 5, lot)
        case = self._open_kind(self.axle, 5, "wip")
        line = self._plan(case, "convert", target_product_id=crate.id)
        case.action_execute()
        self.assertEqual(line.sudo().order_ids.lot_producing_ids.mapped("name"), ["A-1"])
        self.assertEqual(line.sudo().order_ids.lot_producing_ids.product_id, crate)

    def test_two_units_come_out_of_three_and_a_dozen_is_counted_in_pieces(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        tray = self._create_product("Tray", standard_price=240, uom_id=dozen.id)
        case = self._open_kind(self.board, 18, "wip")
        line = self._plan(case, "convert", 18, target_product_id=tray.id, per_piece=1 / 12)
        case.action_execute()
        order = line.sudo().order_ids
        self.assertEqual((order.product_qty, order.product_uom_id), (1.5, dozen))
        self._complete(order)
        self.assertEqual((line.state, line.done_qty, line.recovered_value), ("done", 18, 360))

    def test_a_cancelled_order_gives_the_quantity_back(self):
        case = self._open_kind(self.board, 10, "wip")
        line = self._plan(case, "convert", target_product_id=self.monitor.id)
        case.action_execute()
        line.sudo().order_ids.action_cancel()
        self.assertEqual((line.state, case.left_qty), ("draft", 10))
        case.action_execute()
        self.assertEqual((line.state, len(line.sudo().order_ids)), ("open", 2))

    def test_executed_twice_makes_one_order(self):
        case = self._open_kind(self.board, 10, "wip")
        line = self._plan(case, "convert", target_product_id=self.monitor.id)
        for call in (case.action_execute, line.action_execute, case.action_execute):
            call()
        self.assertEqual(len(line.sudo().order_ids), 1)

    def test_a_backorder_is_of_the_same_route(self):
        case = self._open_kind(self.board, 10, "wip")
        line = self._plan(case, "convert", target_product_id=self.monitor.id)
        case.action_execute()
        order = line.sudo().order_ids
        rest = order._split_productions({order: [4, 6]}) - order
        self.assertEqual(line.sudo().order_ids, order | rest)
        self._complete(order)
        self.assertEqual((line.state, line.done_qty), ("open", 4))
        rest.action_assign()
        self._complete(rest)
        self.assertEqual((line.state, line.done_qty), ("done", 10))

    def test_an_order_of_another_company_is_valued_at_its_costs(self):
        other = self.env["res.company"].create({"name": "Sister"})
        stock = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        self.monitor.with_company(other).standard_price = 75
        self.env["stock.quant"]._update_available_quantity(self.board, stock, 4)
        case = self.env["mes.aging.clearance"].create(
            {"product_id": self.board.id, "quantity": 4, "company_id": other.id, "route": "convert"}
        )
        case.kind = "wip"
        line = self._plan(case, "convert", target_product_id=self.monitor.id)
        case.action_execute()
        order = line.order_ids
        self.assertEqual((order.company_id, order.move_raw_ids.location_id), (other, stock))
        self._complete(order.with_company(other).with_context(allowed_company_ids=other.ids))
        line.with_company(self.company)._refresh()
        self.assertEqual((line.state, line.recovered_value), ("done", 300))

    def test_a_conversion_takes_another_product(self):
        case = self._open_kind(self.board, 10, "wip")
        line = self._plan(case, "convert", target_product_id=self.board.id)
        with self._refused("Choose another storable product"):
            case.action_execute()
        self.assertFalse(line.sudo().order_ids)

    def test_added_parts_of_a_begun_route_stay(self):
        case = self._open_kind(self.board, 10, "wip")
        part = (0, 0, {"product_id": self.screen.id, "quantity": 1})
        line = self._plan(case, "convert", target_product_id=self.monitor.id, part_ids=[part])
        case.action_execute()
        for call in (line.part_ids.unlink, lambda: line.part_ids.write({"quantity": 5})):
            with self._refused("has its documents"):
                call()
        with self._refused("belongs to"):
            line.part_ids.with_user(self.viewer).quantity = 5


@tagged("post_install", "-at_install")
class TestMakeScreens(MakeCommon):
    def test_a_clerk_plans_each_route_on_its_form(self):
        view = "mes_aging.mes_aging_clearance_line_view_form"
        case = self._open_kind(self.board, 10, "finished")
        line = self._plan(case, "rework", 4)
        with Form(line, view) as form:
            form.target_product_id = self.monitor
            form.workcenter_id = self.center
            form.minutes = 3
            with form.part_ids.new() as part:
                part.product_id = self.screen
                part.quantity = 2
        self.assertEqual((line.part_ids.product_id, line.part_ids.quantity), (self.screen, 2))
        with Form(self._plan(case, "disassemble", 3), view) as form:
            form.bom_id = self.bom
        with Form(self._plan(case, "donate", 3), view) as form:
            form.partner_id = self.customer
        self.assertEqual(case.planned_qty, 10)


@tagged("post_install", "-at_install")
class TestRework(MakeCommon):
    def test_a_rework_keeps_lot_and_age_and_counts_parts_and_work(self):
        lot = self._create_lot("A-1")
        with self._at(60):
            self._receive(self.axle, 5, lot)
        with self._at():
            case = self._open_kind(self.axle, 5, "finished")
            part = (0, 0, {"product_id": self.screen.id, "quantity": 2})
            line = self._plan(case, "rework", part_ids=[part], workcenter_id=self.center.id, minutes=6)
            case.action_execute()
            order = line.sudo().order_ids
            self.assertEqual((order.lot_producing_ids, order.workorder_ids.duration_expected), (lot, 30))
            order.workorder_ids.duration = 30
            self._complete(order)
        self.assertEqual((line.state, line.done_qty, line.recovered_value, line.cost_value), ("done", 5, 25, 110))
        self.assertEqual(self._ages(self.axle), {60: 5})

    def test_an_upgrade_is_proposed(self):
        case = self._open_kind(self.board, 10, "finished")
        proposal = self._get_proposal(case, "rework")
        self.assertEqual((proposal.is_eligible, proposal.recovered_value, proposal.cost_value), (True, 600, 160))
        loose = self._create_product("Loose", standard_price=1)
        self._put(loose, 5)
        other = self._open_kind(loose, 5, "finished")
        self.assertFalse(self._get_proposal(other, "rework").is_eligible)

    def test_a_rework_that_changes_nothing_is_refused(self):
        case = self._open_kind(self.board, 10, "finished")
        self._plan(case, "rework")
        with self._refused("Nothing would happen"):
            case.action_execute()


@tagged("post_install", "-at_install")
class TestFinish(MakeCommon):
    def _begin(self, quantity=5):
        order = self.env["mrp.production"].create(
            {"product_id": self.board.id, "product_qty": quantity, "date_start": "2035-01-01 08:00:00"}
        )
        order.workorder_ids = [(0, 0, {"name": "Solder", "workcenter_id": self.center.id, "duration_expected": 60})]
        order.action_confirm()
        order.action_assign()
        order.workorder_ids[:1].button_start()
        order.workorder_ids[:1].button_pending()
        return order

    def _finish(self, order, quantity=5, **more):
        case = self._open_case(self.board, quantity, production_id=order.id)
        return self._plan(case, "finish", **more)

    def test_the_order_goes_first_and_is_followed_until_it_is_done(self):
        order = self._begin()
        line = self._finish(order)
        line.action_execute()
        self.assertEqual((line.state, order.priority), ("open", "1"))
        self.assertLess(order.date_start.year, 2035)
        self._complete(order)
        self.assertEqual((line.state, line.done_qty, line.recovered_value), ("done", 5, 150))
        self.assertGreaterEqual(line.cost_value, 100)
        self.assertEqual((line.clearance_id.state, line.clearance_id.cleared_qty), ("done", 5))

    def test_a_backorder_is_followed_too(self):
        order = self._begin()
        line = self._finish(order)
        line.action_execute()
        rest = order._split_productions({order: [2, 3]}) - order
        self._complete(order)
        self.assertEqual((line.state, line.done_qty, line.clearance_id.left_qty), ("open", 2, 3))
        rest.action_assign()
        self._complete(rest)
        self.assertEqual((line.state, line.done_qty, line.clearance_id.state), ("done", 5, "done"))

    def test_a_cancelled_order_closes_its_case_with_nothing_cleared(self):
        order = self._begin()
        line = self._finish(order)
        line.action_execute()
        order.action_cancel()
        case = line.clearance_id
        self.assertEqual((line.state, case.state, case.cleared_qty, case.gone_qty), ("cancelled", "done", 0, 5))

    def test_the_planner_is_asked_once_for_an_extra_shift(self):
        order = self._begin()
        order.user_id = self.manager
        line = self._finish(order, shift_hours=4)
        with self._refused("Say when the extra shift"):
            line.action_execute()
        line.shift_date = "2026-12-05 06:00:00"
        line.action_execute()
        line.action_execute()
        activity = order.activity_ids.filtered(lambda one: "Extra shift" in (one.summary or ""))
        self.assertEqual((len(activity), activity.user_id), (1, self.manager))
        self.assertEqual(str(activity.date_deadline), "2026-12-05")

    def test_what_is_in_no_order_cannot_be_finished(self):
        case = self._open_kind(self.board, 10, "wip")
        self._plan(case, "finish")
        with self._refused("there is nothing to finish"):
            case.action_execute()
        self.assertFalse(self._get_proposal(case, "finish").is_eligible)

    def test_what_is_in_an_order_cannot_be_converted(self):
        order = self._begin()
        case = self._open_case(self.board, 5, production_id=order.id)
        self._plan(case, "convert", target_product_id=self.monitor.id)
        with self._refused("can't be made into something else"):
            case.action_execute()


@tagged("post_install", "-at_install")
class TestSourcesOfDocuments(MakeCommon):
    def test_a_begun_order_opens_one_case(self):
        order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": 5})
        order.action_confirm()
        with self._refused("not in progress"):
            order.with_user(self.clerk).action_mes_clear()
        order.qty_producing = 1
        order.with_user(self.clerk).action_mes_clear()
        order.with_user(self.clerk).action_mes_clear()
        case = self.env["mes.aging.clearance"].search([("production_id", "=", order.id)])
        self.assertEqual((len(case), case.kind, case.quantity), (1, "wip", 5))

    def _sell(self, quantity, product=None, unit=None):
        line = {"product_id": (product or self.board).id, "product_uom_qty": quantity}
        line.update({"product_uom_id": unit.id} if unit else {})
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        return order

    def _clear(self, order):
        self.clerk.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        return order.with_user(self.clerk).action_mes_clear_surplus()

    def _find_case(self, product):
        return self.env["mes.aging.clearance"].search([("product_id", "=", product.id)])

    def test_a_cancelled_order_opens_a_case_of_what_is_beyond_need(self):
        order = self._sell(15)
        self._sell(8)
        order._action_cancel()
        self._clear(order)
        case = self._find_case(self.board)
        self.assertEqual((case.quantity, case.source, case.origin), (12, "surplus", order.name))  # 20 − 8

    def test_a_cut_order_opens_a_case_of_the_cut_at_most(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell(3, self.resistor, dozen)
        order.order_line.product_uom_qty = 2
        self._clear(order)
        self.assertEqual(self._find_case(self.resistor).quantity, 12)

    def test_an_order_that_was_not_cut_leaves_nothing_over(self):
        order = self._sell(5)
        seller = new_test_user(self.env, "a_seller", "sales_team.group_sale_manager")
        with self._refused("follows from its documents"):
            order.with_user(seller).order_line.mes_cut_qty = 5
        with self._refused("Nothing of this is over"):
            self._clear(order)
        order.order_line.product_uom_qty = 3
        order.order_line.product_uom_qty = 5
        with self._refused("Nothing of this is over"):
            self._clear(order)

    def test_a_plan_change_opens_a_case_of_what_was_cut(self):
        if "mes.pull.change" not in self.env:
            self.skipTest("plan changes are another addon's")
        changes = self.env["mes.pull.change"].create(
            [
                {
                    "company_id": self.company.id,
                    "product_id": self.board.id,
                    "warehouse_id": self.warehouse.id,
                    "document": "MO-1",
                    "qty_before": before,
                    "qty_after": 4,
                    "action": action,
                }
                for before, action in ((10, "reduced"), (1, "increased"))
            ]
        )
        cases = self.env["mes.aging.clearance"]._open_surplus_of_change(changes.ids)
        self.assertEqual((cases.quantity, cases.source, cases.origin), (6, "surplus", "MO-1"))

    def test_released_stock_opens_a_case(self):
        lot = self._create_lot("A-1")
        self._receive(self.axle, 10, lot)
        lot.action_mes_hold("Scratched")
        order = self.env["mes.quality.disposition"].search([("lot_id", "=", lot.id)], limit=1)
        if not order:
            hold = self.env["mes.quality.hold"].search([("lot_id", "=", lot.id)])
            order = self.env["mes.quality.disposition"].create({"hold_id": hold.id})
        with self._refused("isn't closed"):
            order.action_mes_clear()
        order.line_ids = [(0, 0, {"route": "use_as_is", "quantity": 10, "reason": "Only a scratch"})]
        order.action_approve()
        order.action_execute()
        self.assertEqual(order.state, "done")
        order.action_mes_clear()
        order.action_mes_clear()
        case = order.mes_clearance_ids
        self.assertEqual((len(case), case.source, case.lot_ids, case.quantity), (1, "disposition", lot, 10))
