"""Receipts and what is made: unusable until decided, free after pass, rejected after fail."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .inspection_common import DIAMETER, LOOK, InspectionCommon


@tagged("post_install", "-at_install")
class TestInspections(InspectionCommon):
    def test_received_lot_is_unusable_until_passed(self):
        self._create_plan()
        picking = self._create_receipt()
        lot = self._receive(picking, {"LOT-1": 10})
        inspection = picking.mes_inspection_ids
        self.assertEqual((inspection.state, inspection.lot_id, inspection.quantity), ("todo", lot, 10))
        self.assertEqual(lot.mes_quality_state, "inspection")
        self.assertFalse(self._create_delivery(self.axle, 21).move_ids.move_line_ids.filtered(lambda l: l.lot_id == lot))
        self._inspect(inspection, verdict="pass").action_pass()
        self.assertEqual((inspection.state, inspection.decided_by_id), ("passed", self.inspector))
        self.assertEqual(lot.mes_quality_state, "released")
        self.assertEqual(lot.with_user(self.operator).mes_inspection_ids, inspection)

    def test_failed_lot_is_rejected(self):
        self._create_plan()
        picking = self._create_receipt()
        lot = self._receive(picking, {"LOT-1": 10})
        self._inspect(picking.mes_inspection_ids, verdict="fail").action_fail()
        self.assertEqual(lot.mes_quality_state, "rejected")
        holds = self.env["mes.quality.hold"].search([("lot_id", "=", lot.id), ("state", "=", "active")])
        self.assertEqual(holds.mapped("level"), ["rejected"])
        self.assertEqual(holds.reason_id, self.env.ref("mes_quality.mes_quality_reason_inspection"))

    def test_a_part_is_rejected_and_the_rest_is_free(self):
        self._create_plan()
        picking = self._create_receipt()
        lot = self._receive(picking, {"LOT-1": 10})
        self._inspect(picking.mes_inspection_ids, verdict="fail").action_fail("scratches", rejected_qty=3)
        inspection = picking.mes_inspection_ids
        self.assertEqual((inspection.accepted_qty, inspection.rejected_qty), (7, 3))
        self.assertEqual(self._on_hand(self.axle, lot=lot), 7)
        self.assertEqual(self._free(lot), 7)

    def test_each_lot_of_a_receipt_has_an_inspection_of_its_own(self):
        self._create_plan()
        picking = self._create_receipt()
        one, two = self._receive(picking, {"LOT-1": 6, "LOT-2": 4}).sorted("name")
        inspections = picking.mes_inspection_ids.sorted("id")
        self.assertEqual(inspections.mapped("lot_id.name"), ["LOT-1", "LOT-2"])
        self.assertEqual(inspections.mapped("quantity"), [6, 4])
        self._inspect(inspections[0], verdict="pass").action_pass()
        self.assertEqual((one.mes_quality_state, two.mes_quality_state), ("released", "inspection"))

    def test_decided_at_the_dock_before_the_lots_are_known(self):
        self._create_plan()
        good, bad = self._create_receipt(), self._create_receipt()
        self._inspect(good.mes_inspection_ids, verdict="pass").action_pass()
        self._inspect(bad.mes_inspection_ids, verdict="fail").action_fail()
        self.assertEqual(self._receive(good, {"GOOD": 10}).mes_quality_state, "released")
        self.assertEqual(self._receive(bad, {"BAD": 10}).mes_quality_state, "rejected")

    def test_untracked_parts_wait_in_quarantine(self):
        self._create_plan(product_ids=[(6, 0, self.bolt.ids)])
        picking = self._create_receipt(self.bolt, 50)
        self._receive(picking)
        self.assertEqual(self._on_hand(self.bolt), 100)
        self.assertEqual(self._create_delivery(self.bolt, 120).move_ids.quantity, 100)
        self._inspect(picking.mes_inspection_ids, verdict="pass").action_pass()
        self.assertEqual(self._on_hand(self.bolt), 150)

    def test_untracked_parts_that_fail_stay_in_quarantine_the_others_come_back(self):
        self._create_plan(product_ids=[(6, 0, self.bolt.ids)])
        picking = self._create_receipt(self.bolt, 50)
        self._receive(picking)
        self._inspect(picking.mes_inspection_ids, verdict="fail").action_fail(rejected_qty=20)
        self.assertEqual(self._on_hand(self.bolt), 130)
        holds = picking.mes_inspection_ids.hold_ids.filtered(lambda hold: hold.state == "active")
        self.assertEqual(holds.mapped(lambda hold: (hold.level, hold.open_qty)), [("rejected", 20)])

    def test_more_of_a_lot_that_is_in_use_already(self):
        self._create_plan()
        picking = self._create_receipt()
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.write({"move_line_ids": [(0, 0, self._prepare_line(move, self.lot, 10))]})
        self._receive(picking)
        self.assertEqual(self.lot.mes_quality_state, "released")
        self.assertEqual(self._on_hand(self.axle, lot=self.lot), 10)
        self._inspect(picking.mes_inspection_ids, verdict="pass").action_pass()
        self.assertEqual(self._on_hand(self.axle, lot=self.lot), 20)

    def test_some_serial_numbers_are_rejected(self):
        tester = self._create_product("Tester", tracking="serial")
        self._create_plan(product_ids=[(6, 0, tester.ids)])
        picking = self._create_receipt(tester, 3)
        lots = self._receive(picking, {"S1": 1, "S2": 1, "S3": 1}).sorted("name")
        inspection = self._inspect(picking.mes_inspection_ids, verdict="fail")
        self.assertEqual((inspection.lot_ids, inspection.lot_id.ids), (lots, []))
        inspection.rejected_lot_ids = lots[1]
        inspection.action_fail()
        self.assertEqual(lots.mapped("mes_quality_state"), ["released", "rejected", "released"])
        self.assertEqual(inspection.rejected_qty, 1)

    def test_backorder_of_a_receipt_is_inspected_when_it_comes(self):
        self._create_plan()
        picking = self._create_receipt()
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.write({"move_line_ids": [(0, 0, {**self._prepare_line(move, None, 4), "lot_name": "FIRST"})]})
        move.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=False).button_validate()
        later = self.env["stock.picking"].search([("backorder_id", "=", picking.id)])
        self.assertEqual((picking.mes_inspection_ids.quantity, later.mes_inspection_ids.quantity), (4, 6))
        self.assertEqual(later.mes_inspection_ids.state, "todo")

    def test_another_unit_counts_in_the_product_s(self):
        self._create_plan()
        picking = self._create_receipt(quantity=2, product_uom=self.env.ref("uom.product_uom_dozen").id)
        self.assertEqual(picking.mes_inspection_ids.quantity, 24)

    def test_cancelled_receipt_needs_no_inspection(self):
        self._create_plan()
        picking = self._create_receipt()
        picking.action_cancel()
        self.assertEqual(picking.mes_inspection_ids.state, "cancelled")

    def test_customer_return_is_no_receipt(self):
        self._create_plan()
        picking = self._create_receipt()
        picking.move_ids.location_id = self.customers
        self.assertFalse(picking.move_ids._mes_get_trigger())

    # -- measures -----------------------------------------------------------------------------------------------

    def test_a_value_on_the_limit_is_good_and_one_beyond_it_is_bad(self):
        self._create_plan(characteristics=[DIAMETER])
        inspection = self._create_receipt().mes_inspection_ids.with_user(self.inspector)
        first, second = inspection.line_ids
        self.assertFalse(first.result)
        first.value = 10.1
        second.value = 10.100001
        self.assertEqual((first.result, second.result), ("pass", "fail"))
        second.value = 9.9
        self.assertEqual(second.result, "pass")
        self.assertEqual((first.user_id, inspection.defect_count), (self.inspector, 0))

    def test_zero_is_a_measure(self):
        self._create_plan(characteristics=[DIAMETER])
        line = self._create_receipt().mes_inspection_ids.line_ids[0].with_user(self.inspector)
        line.value = 0
        self.assertEqual((line.is_recorded, line.result), (True, "fail"))

    def test_every_piece_has_to_be_measured_before_it_passes(self):
        self._create_plan(characteristics=[DIAMETER, LOOK])
        inspection = self._create_receipt().mes_inspection_ids.with_user(self.inspector)
        for line in inspection.line_ids.filtered("each_sample")[:1]:
            line.value = 10
        with self.assertRaisesRegex(UserError, r"Looks good; Diameter \(1 of 2 pieces measured\)"):
            inspection.action_pass()
        self.assertEqual(inspection.state, "todo")
        self._inspect(inspection, verdict="pass", value=10).action_pass()
        self.assertEqual(inspection.state, "passed")

    def test_bad_pieces_count_once_and_up_to_ac_are_accepted(self):
        self._create_plan(characteristics=[DIAMETER, {**DIAMETER, "name": "Length"}], sampling_qty=3, accept_number=1)
        inspection = self._create_receipt().mes_inspection_ids.with_user(self.inspector)
        self._inspect(inspection, value=10)
        inspection.line_ids.filtered(lambda line: line.sample == 1).value = 12
        self.assertEqual(inspection.defect_count, 1)
        inspection.line_ids.filtered(lambda line: line.sample == 2)[0].value = 12
        self.assertEqual(inspection.defect_count, 2)
        with self.assertRaisesRegex(UserError, "2 bad in a sample of 3, at most 1"):
            inspection.action_pass()
        inspection.with_user(self.engineer).action_pass("customer accepts 12 mm")
        self.assertEqual((inspection.state, inspection.reason), ("passed", "customer accepts 12 mm"))

    def test_good_results_fail_with_a_reason_only(self):
        self._create_plan()
        inspection = self._inspect(self._create_receipt().mes_inspection_ids, verdict="pass")
        with self.assertRaisesRegex(UserError, "Say why"):
            inspection.action_fail()
        inspection.action_fail("certificate is missing")
        self.assertEqual(inspection.state, "failed")

    # -- facts stay facts ---------------------------------------------------------------------------------------

    def test_results_and_decisions_are_not_written_directly(self):
        self._create_plan(characteristics=[DIAMETER])
        inspection = self._create_receipt().mes_inspection_ids
        for vals in ({"state": "passed"}, {"sample_size": 1}, {"accept_number": 9}, {"blocks": False}):
            for user in (self.inspector, self.manager):
                with self.assertRaises(UserError):
                    inspection.with_user(user).write(vals)
        with self.assertRaises(UserError):
            inspection.line_ids[0].with_user(self.inspector).upper_limit = 20
        with self.assertRaises(AccessError):
            inspection.with_user(self.operator).comment = "looks fine to me"
        with self.assertRaises(AccessError):
            inspection.with_user(self.operator).action_pass()
        self.assertEqual((inspection.state, inspection.blocks), ("todo", True))

    def test_what_is_decided_stays(self):
        self._create_plan(characteristics=[DIAMETER])
        inspection = self._inspect(self._create_receipt().mes_inspection_ids, value=10)
        inspection.action_pass()
        with self.assertRaisesRegex(UserError, "is decided"):
            inspection.line_ids[0].value = 11
        with self.assertRaisesRegex(UserError, "is decided"):
            inspection.action_fail("changed my mind")
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            inspection.sudo().unlink()
        self.assertEqual(inspection.line_ids[0].value, 10)

    def test_later_changes_of_the_plan_dont_change_history(self):
        plan = self._create_plan(characteristics=[DIAMETER])
        inspection = self._inspect(self._create_receipt().mes_inspection_ids, value=10)
        plan.with_user(self.engineer).characteristic_ids.upper_limit = 9.95
        self.assertEqual((inspection.line_ids[0].upper_limit, inspection.defect_count), (10.1, 0))
        with self.assertRaisesRegex(UserError, "Archive it"):
            plan.with_user(self.engineer).characteristic_ids.unlink()

    def test_inspected_again_by_an_engineer_with_a_reason(self):
        self._create_plan()
        picking = self._create_receipt()
        lot = self._receive(picking, {"LOT-1": 10})
        first = self._inspect(picking.mes_inspection_ids, verdict="fail")
        first.action_fail()
        with self.assertRaises(AccessError):
            first.action_reinspect("sorted")
        with self.assertRaisesRegex(UserError, "Say why"):
            first.with_user(self.engineer).action_reinspect(" ")
        first.with_user(self.engineer).action_reinspect("sorted")
        second = first.next_ids
        self.assertEqual((first.state, first.is_superseded, second.state), ("failed", True, "todo"))
        self.assertEqual(lot.mes_quality_state, "rejected")
        self._inspect(second, verdict="pass").action_pass()
        self.assertEqual(lot.mes_quality_state, "released")

    def test_on_demand(self):
        plan = self._create_plan("demand")
        inspection = (
            self.env["mes.quality.inspection"]
            .with_user(self.inspector)
            .create({"plan_id": plan.id, "lot_id": self.lot.id})
        )
        self.assertEqual((inspection.product_id, inspection.quantity), (self.axle, 10))
        self.assertEqual(self.lot.mes_quality_state, "inspection")
        self._inspect(inspection, verdict="pass").action_pass()
        self.assertEqual(self.lot.mes_quality_state, "released")
        with self.assertRaises(UserError):
            inspection.create({"plan_id": plan.id, "lot_id": self.lot.id, "state": "passed"})

    # -- production ---------------------------------------------------------------------------------------------

    def test_what_is_made_is_unusable_until_passed(self):
        self._create_plan("production", product_ids=[(6, 0, self.cart.ids)])
        order = self._create_order(1, self.operator)
        order.action_generate_serial()
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "inspection")
        self._inspect(order.mes_inspection_ids, verdict="pass").action_pass()
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "released")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _prepare_line(self, move, lot, quantity):
        return {
            "picking_id": move.picking_id.id,
            "product_id": move.product_id.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "lot_id": lot.id if lot else False,
            "quantity": quantity,
        }

    def _free(self, lot):
        quants = self.env["stock.quant"].search([("lot_id", "=", lot.id), ("location_id.usage", "=", "internal")])
        return sum(quants.filtered(lambda quant: not quant.mes_is_frozen).mapped("quantity"))
