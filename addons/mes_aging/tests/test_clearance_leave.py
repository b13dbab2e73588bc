"""Scrap, donation, disassembly: exact lots, approval, proofs, ages of the parts, and what an order gives back."""

from odoo.tests import tagged

from .clearance_common import ClearanceCommon
from .layer_common import LayerCommon


class LeaveCommon(ClearanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paint = cls._create_product("Paint", tracking="lot", standard_price=5)
        cls.old, cls.new = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.paint.id} for name in ("P-OLD", "P-NEW")]
        )
        cls._put(cls.paint, 10, lot=cls.old)
        cls._put(cls.paint, 10, lot=cls.new)
        cls.charity = cls.env["res.partner"].create({"name": "Food Bank"})

    @classmethod
    def _attach(cls, record):
        return cls.env["ir.attachment"].create({"name": "proof.txt", "raw": b"broken", "res_model": record._name})

    @classmethod
    def _plan_scrap(cls, case, quantity=None, **more):
        line = cls._plan(case, "scrap", quantity, reason="Rusty", **more)
        line.sudo().proof_ids = cls._attach(line)
        return line

    def _get_stock(self, product, lot=None):
        domain = [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        domain += [("lot_id", "=", lot.id)] if lot else []
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))


@tagged("post_install", "-at_install")
class TestScrap(LeaveCommon):
    def test_scrap_takes_exactly_the_lot_and_closes_its_case(self):
        case = self._open_case(self.paint, 10, lot_ids=[(6, 0, self.new.ids)])
        line = self._plan_scrap(case)
        case.with_user(self.manager).action_execute()
        self.assertEqual((line.state, line.done_qty, line.recovered_value), ("done", 10, 0))
        self.assertEqual((self._get_stock(self.paint, self.new), self._get_stock(self.paint, self.old)), (0, 10))
        self.assertEqual((case.state, case.cleared_qty, case.gone_qty), ("done", 10, 0))
        self.assertEqual(line.sudo().scrap_ids.lot_id, self.new)

    def test_scrap_takes_several_lots_and_places_each_with_its_own_document(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        self._put(self.paint, 5, lot=self.old, place=shelf)
        case = self._open_case(self.paint, 25)
        line = self._plan_scrap(case)
        case.with_user(self.manager).action_execute()
        self.assertEqual(sorted(line.sudo().scrap_ids.mapped("scrap_qty")), [5, 10, 10])
        self.assertEqual(line.sudo().scrap_ids.location_id, self.stock | shelf)

    def test_only_a_manager_scraps(self):
        case = self._open_case(self.resistor, 10)
        line = self._plan_scrap(case)
        for call in (case.action_execute, line.action_execute):
            with self._refused("a manager of aging executes it"):
                call()
        self.assertEqual((line.state, self._get_stock(self.resistor)), ("draft", 100))

    def test_scrap_takes_a_reason_and_a_proof(self):
        case = self._open_case(self.resistor, 10, user=self.manager)
        line = self._plan(case, "scrap")
        with self._refused("Say in “Reason” why"):
            case.action_execute()
        line.reason = "Rusty"
        with self._refused("Attach a proof"):
            case.action_execute()
        self.env["ir.attachment"].create({"name": "a.txt", "raw": b"x", "res_model": case._name, "res_id": case.id})
        case.action_execute()
        self.assertEqual(line.state, "done")

    def test_a_manager_sees_the_proof_that_a_clerk_uploaded(self):
        case = self._open_case(self.resistor, 10)
        proof = self.env["ir.attachment"].with_user(self.clerk)
        proof = proof.create({"name": "rust.txt", "raw": b"rust", "res_model": "mes.aging.clearance.line"})
        line = self._plan(case, "scrap", proof_ids=[(6, 0, proof.ids)])
        self.assertEqual(line.with_user(self.manager).proof_ids.name, "rust.txt")
        self.assertEqual(proof.res_id, line.id)

    def test_executed_twice_scraps_once(self):
        case = self._open_case(self.resistor, 10, user=self.manager)
        line = self._plan_scrap(case, 4)
        line.action_execute()
        line.action_execute()
        self.assertEqual((self._get_stock(self.resistor), len(line.sudo().scrap_ids)), (96, 1))

    def test_reserved_stock_is_not_scrapped(self):
        case = self._open_case(self.resistor, 100, user=self.manager)
        line = self._plan_scrap(case)
        self._move(self.resistor, 30, self.stock, self.customers, done=False)._action_assign()
        with self._refused("30 Units of Resistor are not free"):
            case.action_execute()
        self.assertEqual((line.state, self._get_stock(self.resistor)), ("draft", 100))


@tagged("post_install", "-at_install")
class TestDonation(LeaveCommon):
    def _donate(self, product, quantity, **more):
        case = self._open_case(product, quantity, user=self.manager, **more)
        return self._plan(case, "donate", partner_id=self.charity.id)

    def _deliver(self, picking):
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def test_a_donation_delivers_exactly_the_lot_to_the_charity(self):
        line = self._donate(self.paint, 6, lot_ids=[(6, 0, self.new.ids)])
        line.clearance_id.action_execute()
        picking = line.sudo().move_ids.picking_id
        self.assertEqual((picking.partner_id, picking.picking_type_id.sequence_code), (self.charity, "DON"))
        self.assertEqual((picking.move_line_ids.lot_id, picking.mes_donation_value), (self.new, 30))
        self.assertEqual((line.state, line.done_qty), ("open", 0))
        self._deliver(picking)
        self.assertEqual((line.state, line.done_qty, line.recovered_value), ("done", 6, 0))
        self.assertEqual((self._get_stock(self.paint, self.new), self._get_stock(self.paint, self.old)), (4, 10))
        self.assertEqual(line.clearance_id.state, "done")

    def test_a_donation_of_another_lot_is_refused(self):
        line = self._donate(self.paint, 6, lot_ids=[(6, 0, self.new.ids)])
        line.action_execute()
        picking = line.sudo().move_ids.picking_id
        picking.move_line_ids.lot_id = self.old
        with self._refused("takes the lot P-OLD, which isn't in .* Take one of P-NEW"):
            self._deliver(picking)
        self.assertEqual((line.done_qty, self._get_stock(self.paint, self.old)), (0, 10))
        picking.move_line_ids.lot_id = self.new
        self._deliver(picking)
        self.assertEqual(line.state, "done")

    def test_the_operation_type_is_made_once(self):
        for quantity in (2, 3):
            self._donate(self.resistor, quantity).clearance_id.action_execute()
        operations = self.env["stock.picking.type"].search([("sequence_code", "=", "DON")])
        self.assertEqual((operations, len(operations)), (self.warehouse.mes_donation_type_id, 1))

    def test_a_cancelled_donation_gives_the_quantity_back(self):
        line = self._donate(self.resistor, 10)
        line.action_execute()
        line.sudo().move_ids.picking_id.action_cancel()
        self.assertEqual((line.state, line.clearance_id.left_qty), ("draft", 10))
        line.action_execute()
        self.assertEqual((line.state, len(line.sudo().move_ids.picking_id)), ("open", 2))

    def test_a_part_is_delivered_and_the_rest_is_given_back(self):
        line = self._donate(self.paint, 15)
        line.action_execute()
        picking = line.sudo().move_ids.picking_id
        picking.move_line_ids.filtered(lambda one: one.lot_id == self.old).picked = True
        picking.move_line_ids.filtered(lambda one: one.lot_id == self.new).quantity = 0
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        self.assertEqual((line.state, line.done_qty, line.clearance_id.left_qty), ("open", 10, 5))
        (line.sudo().move_ids.picking_id - picking).action_cancel()
        self.assertEqual((line.state, line.done_qty), ("draft", 10))
        line.action_execute()
        waiting = line.sudo().move_ids.filtered(lambda move: move.state == "assigned")
        self.assertEqual((waiting.quantity, waiting.lot_ids), (5, self.new))

    def test_a_tax_benefit_is_what_a_donation_recovers(self):
        self.company.mes_donation_rate = 30
        line = self._donate(self.board, 10)
        self.assertEqual(line.clearance_id.proposal_ids.filtered(lambda one: one.route == "donate").recovered_value, 90)
        line.action_execute()
        self._deliver(line.sudo().move_ids.picking_id)
        self.assertEqual(line.recovered_value, 90)

    def test_a_donation_takes_a_charity_and_a_manager(self):
        case = self._open_case(self.resistor, 10)
        line = self._plan(case, "donate")
        with self._refused("a manager of aging executes it"):
            case.action_execute()
        with self._refused("Choose the charity"):
            case.with_user(self.manager).action_execute()
        self.assertFalse(line.sudo().move_ids)

    def test_the_receipt_names_partner_products_lots_and_value(self):
        line = self._donate(self.paint, 14)
        with self._refused("has no delivery yet"):
            line.action_print_receipt()
        line.action_execute()
        report = self.env["ir.actions.report"]
        self.assertEqual(line.action_print_receipt()["report_name"], "mes_aging.mes_aging_donation_receipt")
        html = report._render_qweb_html("mes_aging.mes_aging_donation_receipt", line.sudo().move_ids.picking_id.ids)[
            0
        ].decode()
        for text in ("Food Bank", "Paint", "P-OLD", "P-NEW", "70.00"):
            self.assertIn(text, html)

    def test_a_gift_is_no_demand_of_the_past(self):
        line = self._donate(self.resistor, 10)
        line.action_execute()
        self._deliver(line.sudo().move_ids.picking_id)
        self.assertEqual(line.sudo().move_ids.move_line_ids.mes_flow, "loss")


@tagged("post_install", "-at_install")
class TestDisassembly(LeaveCommon, LayerCommon):
    def test_parts_come_back_at_their_value_and_as_old_as_the_goods(self):
        with self._at(50):
            gear, relic = (self._create_product(name, standard_price=2) for name in ("Gear", "Relic"))
            part = (0, 0, {"product_id": gear.id, "product_qty": 10})
            bom = self.env["mrp.bom"].create({"product_tmpl_id": relic.product_tmpl_id.id, "bom_line_ids": [part]})
            self._put(relic, 5)
        with self._at():
            case = self._open_case(relic, 5)
            case.sudo().kind = "finished"
            line = self._plan(case, "disassemble", 4, bom_id=bom.id)
            case.action_execute()
            self.assertEqual((line.state, line.done_qty, line.recovered_value), ("done", 4, 80))
        self.assertEqual(self._ages(gear), {50: 40})
        self.assertEqual((case.state, case.left_qty), ("open", 1))

    def test_a_tracked_product_is_unbuilt_by_the_order_that_made_it(self):
        part_lot = self._create_lot("A1")
        with self._at(40):
            self._receive(self.axle, 10, part_lot)
        with self._at(20):
            cart = self._create_product("Cart", tracking="lot", standard_price=20)
            bom = self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": cart.product_tmpl_id.id,
                    "bom_line_ids": [(0, 0, {"product_id": self.axle.id, "product_qty": 2})],
                }
            )
            lot = self._create_lot("C1", cart)
            self._make(cart, 5, [(self.axle, 10, part_lot)], lot=lot, bom=bom)
        with self._at():
            case = self._open_case(cart, 3, lot_ids=[(6, 0, lot.ids)])
            case.sudo().kind = "finished"
            line = self._plan(case, "disassemble")
            case.action_execute()
        self.assertEqual((line.state, line.sudo().unbuild_ids.lot_id, line.recovered_value), ("done", lot, 30))
        self.assertEqual(self._get_stock(self.axle, part_lot), 6)
        self.assertEqual(self._ages(self.axle), {40: 6})

    def test_the_work_of_taking_apart_is_spent(self):
        center = self.env["mrp.workcenter"].create({"name": "Bench", "costs_hour": 60})
        case = self._open_case(self.board, 10)
        line = self._plan(case, "disassemble", 2, workcenter_id=center.id, minutes=15)
        case.action_execute()
        self.assertEqual((line.recovered_value, line.cost_value), (40, 30))
        self.assertEqual(line.sudo().unbuild_ids.mapped("product_qty"), [2])

    def test_what_has_no_bill_is_not_taken_apart(self):
        loose = self._create_product("Loose", standard_price=1)
        self._put(loose, 5)
        case = self._open_case(loose, 5)
        case.sudo().kind = "finished"
        self._plan(case, "disassemble")
        with self._refused("nobody knows its parts"):
            case.action_execute()

    def test_a_route_that_fails_leaves_nothing_and_the_others_stay_done(self):
        gear = self._create_product("Gear", tracking="lot", standard_price=2)
        self.bom.bom_line_ids = [(0, 0, {"product_id": gear.id, "product_qty": 1})]
        case = self._open_case(self.board, 10, user=self.manager)
        bad, good = self._plan(case, "disassemble", 4), self._plan_scrap(case, 3)
        case.action_execute()
        self.assertEqual((bad.state, good.state, self._get_stock(self.board)), ("draft", "done", 17))
        self.assertIn("specify a manufacturing order", bad.error)
        self.bom.bom_line_ids.filtered(lambda part: part.product_id == gear).unlink()
        case.action_execute()
        self.assertEqual((bad.state, bad.error, self._get_stock(self.board)), ("done", False, 13))
        self.assertEqual((len(good.sudo().scrap_ids), case.cleared_qty), (1, 7))

    def test_parts_by_the_dozen_are_valued_by_the_piece(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.bom.bom_line_ids.write({"product_qty": 1, "product_uom_id": dozen.id})
        case = self._open_case(self.board, 2)
        self.assertEqual(case.proposal_ids.filtered(lambda one: one.route == "disassemble").recovered_value, 48)
        line = self._plan(case, "disassemble")
        case.action_execute()
        self.assertEqual((line.recovered_value, self._get_stock(self.resistor)), (48, 124))

    def test_executed_twice_takes_apart_once(self):
        case = self._open_case(self.board, 10)
        line = self._plan(case, "disassemble", 2)
        line.action_execute()
        line.action_execute()
        self.assertEqual((len(line.sudo().unbuild_ids), self._get_stock(self.board)), (1, 18))

    def test_the_proposal_reckons_parts_less_work(self):
        case = self._open_case(self.board, 10)
        proposal = case.proposal_ids.filtered(lambda one: one.route == "disassemble")
        self.assertEqual((proposal.is_eligible, proposal.recovered_value, proposal.cost_value), (True, 200, 0))
        proposal.action_choose()
        self.assertEqual(case.line_ids.bom_id, self.bom)


@tagged("post_install", "-at_install")
class TestOrdersLeft(LeaveCommon):
    def _begin(self, quantity=5):
        order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": quantity})
        order.action_confirm()
        order.action_assign()
        return order

    def _open_order_case(self, order, quantity):
        return self._open_case(self.board, quantity, production_id=order.id)

    def test_components_of_a_part_of_an_order_are_scrapped_at_it(self):
        order = self._begin(5)
        case = self._open_order_case(order, 5)
        line = self._plan_scrap(case, 2)
        line.with_user(self.manager).action_execute()
        self.assertEqual((line.state, line.done_qty, order.product_qty), ("done", 2, 3))
        self.assertEqual((line.sudo().scrap_ids.production_id, line.sudo().scrap_ids.scrap_qty), (order, 20))
        self.assertEqual(self._get_stock(self.resistor), 80)
        self.assertEqual((case.cleared_qty, case.left_qty, case.gone_qty), (2, 3, 0))
        self.assertEqual(sum(order.move_raw_ids.filtered(lambda move: move.state == "assigned").mapped("quantity")), 30)

    def test_all_of_an_order_is_scrapped_and_it_is_cancelled(self):
        order = self._begin(5)
        case = self._open_order_case(order, 5)
        self._plan_scrap(case)
        case.with_user(self.manager).action_execute()
        self.assertEqual((order.state, case.state, case.cleared_qty), ("cancel", "done", 5))
        self.assertEqual(self._get_stock(self.resistor), 50)

    def test_taking_an_order_apart_frees_its_components(self):
        order = self._begin(5)
        case = self._open_order_case(order, 5)
        line = self._plan(case, "disassemble")
        case.action_execute()
        self.assertEqual((order.state, line.done_qty, line.recovered_value), ("cancel", 5, 100))
        quants = self.env["stock.quant"].search([("product_id", "=", self.resistor.id), ("quantity", ">", 0)])
        self.assertEqual((sum(quants.mapped("quantity")), sum(quants.mapped("reserved_quantity"))), (100, 0))
        self.assertEqual(case.state, "done")

    def test_an_order_by_the_dozen_is_cut_by_the_piece(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._put(self.resistor, 20)
        order = self.env["mrp.production"].create(
            {"product_id": self.board.id, "product_qty": 1, "product_uom_id": dozen.id}
        )
        order.action_confirm()
        order.action_assign()
        line = self._plan_scrap(self._open_order_case(order, 12), 3)
        line.with_user(self.manager).action_execute()
        self.assertEqual((line.done_qty, order.product_qty, line.clearance_id.left_qty), (3, 0.75, 9))
        self.assertEqual(self._get_stock(self.resistor), 90)

    def test_each_serial_number_of_a_part_of_an_order_is_scrapped_once(self):
        motor = self._create_product("Motor", tracking="serial", standard_price=9)
        serials = self.env["stock.lot"].create([{"name": f"M{i}", "product_id": motor.id} for i in range(6)])
        for serial in serials:
            self._put(motor, 1, lot=serial)
        self.bom.bom_line_ids = [(5, 0, 0), (0, 0, {"product_id": motor.id, "product_qty": 2})]
        order = self._begin(3)
        line = self._plan_scrap(self._open_order_case(order, 3), 1)
        line.with_user(self.manager).action_execute()
        scraps = line.sudo().scrap_ids
        self.assertEqual((scraps.mapped("scrap_qty"), len(scraps.lot_id)), ([1, 1], 2))
        left = order.move_raw_ids.filtered(lambda move: move.state == "assigned")
        self.assertEqual(left.lot_ids, serials - scraps.lot_id)

    def test_an_order_that_has_used_components_says_what_to_do(self):
        order = self._begin(5)
        raw = order.move_raw_ids
        raw.write({"quantity": 20, "picked": True})
        raw._action_done()
        case = self._open_order_case(order, 5)
        self._plan_scrap(case, 2)
        self._plan(case, "disassemble", 3)
        with self._refused("has used components already"):
            case.with_user(self.manager).action_execute()
        self.assertEqual(order.product_qty, 5)

    def test_nothing_lies_ready_to_be_scrapped(self):
        self._move(self.resistor, 100, self.stock, self.customers)
        order = self._begin(5)
        case = self._open_order_case(order, 5)
        self._plan_scrap(case)
        with self._refused("No component lies ready"):
            case.with_user(self.manager).action_execute()
        self.assertEqual((order.state, order.product_qty), ("confirmed", 5))
