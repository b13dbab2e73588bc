"""What waits for an inspection cannot go on by any way: buttons, RPC writes, other documents."""

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged

from .inspection_common import InspectionCommon


@tagged("post_install", "-at_install")
class TestGates(InspectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carts = [(6, 0, cls.cart.ids)]
        cls.workcenter = cls.env["mrp.workcenter"].create({"name": "Assembly"})
        cls.env["mrp.routing.workcenter"].create(
            {"name": "Assemble", "bom_id": cls.bom.id, "workcenter_id": cls.workcenter.id, "time_cycle_manual": 10}
        )

    # -- deliveries ---------------------------------------------------------------------------------------------

    def test_delivery_leaves_only_when_passed(self):
        self._create_plan("delivery")
        picking = self._create_delivery(self.axle, 4, self.operator)
        inspection = picking.mes_inspection_ids
        self.assertEqual((inspection.state, inspection.quantity), ("todo", 4))
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, f"cannot leave: {inspection.name}"):
            picking.button_validate()
        with self.assertRaises(UserError):
            picking.sudo()._action_done()
        self.assertEqual(self._on_hand(self.axle), 20)
        self._inspect(inspection, verdict="pass").action_pass()
        picking.button_validate()
        self.assertEqual((picking.state, self._on_hand(self.axle)), ("done", 16))
        self.assertEqual(inspection.lot_ids, picking.move_line_ids.lot_id)

    def test_failed_delivery_does_not_leave_until_inspected_again(self):
        self._create_plan("delivery")
        picking = self._create_delivery(self.axle, 4, self.operator)
        inspection = self._inspect(picking.mes_inspection_ids, verdict="fail")
        inspection.action_fail()
        picking.move_ids.picked = True
        with self.assertRaises(UserError):
            picking.button_validate()
        inspection.with_user(self.engineer).action_reinspect("repacked")
        self._inspect(inspection.next_ids, verdict="pass").action_pass()
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_what_fails_before_it_leaves_is_held_and_replaced(self):
        self._create_plan("delivery")
        picking = self._create_delivery(self.axle, 4, self.operator)
        lot = picking.move_line_ids.lot_id
        inspection = self._inspect(picking.mes_inspection_ids, verdict="fail")
        inspection.action_fail(rejected_qty=3)
        hold = inspection.hold_ids
        self.assertEqual((hold.level, hold.lot_id, hold.quantity, hold.state), ("rejected", lot, 3, "active"))
        self.assertEqual(hold.disposition_id.quantity, 3)
        self.assertEqual(self._on_hand(self.axle, hold.quarantine_id, lot), 3)
        self.assertEqual(sum(picking.move_line_ids.mapped("quantity")), 4, "good ones are found for it")
        self.assertNotIn(hold.quarantine_id, picking.move_line_ids.location_id)

    def test_untracked_goods_that_fail_before_they_leave_are_held(self):
        self._create_plan("delivery", product_ids=[(6, 0, self.bolt.ids)])
        picking = self._create_delivery(self.bolt, 4, self.operator)
        inspection = self._inspect(picking.mes_inspection_ids, verdict="fail")
        inspection.action_fail()
        self.assertEqual((inspection.hold_ids.kind, inspection.hold_ids.quantity), ("stock", 4))
        self.assertEqual(self._on_hand(self.bolt, inspection.hold_ids.quarantine_id), 4)

    def test_inspectors_are_shown_what_the_delivery_waits_for(self):
        self._create_plan("delivery")
        picking = self._create_delivery(self.axle, 4, self.inspector)
        action = picking.button_validate()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("mes.quality.inspection", picking.mes_inspection_ids.id)
        )
        self.assertEqual(picking.state, "assigned")

    def test_a_plan_for_everything_makes_one_inspection_of_the_delivery(self):
        self._create_plan("delivery", product_ids=False, sampling="aql")
        picking = self._create_delivery(self.axle, 4)
        move = picking.move_ids.copy({"product_id": self.bolt.id, "picking_id": picking.id})
        move._action_confirm()
        self.assertEqual(len(picking.mes_inspection_ids), 1)
        self.assertFalse(picking.mes_inspection_ids.product_id)

    def test_what_is_not_inspected_leaves_at_once(self):
        self._create_plan("delivery")
        picking = self._create_delivery(self.bolt, 4, self.operator)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_the_backorder_of_a_delivery_is_inspected_itself(self):
        self._create_plan("delivery")
        picking = self._create_delivery(self.axle, 4, self.operator)
        self._inspect(picking.mes_inspection_ids, verdict="pass").action_pass()
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        later = self.env["stock.picking"].search([("backorder_id", "=", picking.id)])
        self.assertEqual((later.mes_inspection_ids.state, later.mes_inspection_ids.quantity), ("todo", 3))

    # -- work ---------------------------------------------------------------------------------------------------

    def test_operation_is_not_finished_before_its_inspection_has_passed(self):
        self._create_plan("operation", product_ids=self.carts, workcenter_id=self.workcenter.id)
        order = self._create_order(1, self.operator)
        work = order.workorder_ids
        self.assertEqual(work.mes_inspection_ids.production_id, order)
        work.button_start()
        self.assertEqual(work.state, "progress")
        with self.assertRaises(RedirectWarning):
            work.button_finish()
        for record, values in ((work, {"state": "done"}), (order, {"state": "done"})):
            with self.assertRaisesRegex(UserError, "cannot go on"):
                record.write(values)
        order.action_generate_serial()
        with self.assertRaises(RedirectWarning):
            order.button_mark_done()
        with self.assertRaises(UserError):
            order.sudo()._post_inventory()
        self.assertFalse(self._on_hand(self.cart))
        self._inspect(work.mes_inspection_ids, verdict="pass").action_pass()
        order.button_mark_done()
        self.assertEqual((order.state, self._on_hand(self.cart)), ("done", 1))

    def test_a_failed_operation_holds_what_its_order_makes_until_it_passes(self):
        self._create_plan("operation", product_ids=self.carts, workcenter_id=self.workcenter.id, blocks=False)
        order = self._create_order(1)
        inspection = order.mes_inspection_ids
        self._inspect(inspection, verdict="fail").action_fail("weld cracked")
        hold = inspection.hold_ids
        self.assertEqual((hold.kind, hold.level, hold.production_id), ("production", "held", order))
        self.assertIn("weld cracked", hold.reason)
        order.action_generate_serial()
        order.button_mark_done()
        lots = order.lot_producing_ids
        self.assertEqual((len(lots), set(lots.mapped("mes_quality_state"))), (1, {"held"}))
        self.assertEqual(lots.mes_hold_ids.parent_id, hold)
        inspection.with_user(self.engineer).action_reinspect("looked at closely")
        again = inspection.next_ids
        self._inspect(again, verdict="fail").action_fail("still")
        self.assertEqual((inspection | again).hold_ids, hold)
        again.with_user(self.engineer).action_reinspect("repaired")
        self._inspect(again.next_ids, verdict="pass").action_pass()
        self.assertEqual((hold.state, set(lots.mapped("mes_quality_state"))), ("lifted", {"released"}))

    def _fail_operation(self, order):
        self._inspect(order.mes_inspection_ids, verdict="fail").action_fail("weld cracked")
        return order.mes_inspection_ids.hold_ids

    def _finish(self, order, quantity=None):
        order.action_generate_serial()
        if quantity:
            order.qty_producing = quantity
            order.set_qty_producing()
            order = order.with_context(skip_backorder=True, mo_ids_to_backorder=order.ids)
        order.button_mark_done()
        return order.lot_producing_ids

    def test_the_rest_of_an_order_whose_operation_failed_is_held_and_freed_with_it(self):
        self._create_plan("operation", product_ids=self.carts, workcenter_id=self.workcenter.id, blocks=False)
        order = self._create_order(3)
        hold = self._fail_operation(order)
        first = self._finish(order, 1)
        rest = order.production_group_id.production_ids - order
        second = self._finish(rest, 1)
        last = order.production_group_id.production_ids - order - rest
        lots = first | second | self._finish(last)
        self.assertEqual((len(lots), set(lots.mapped("mes_quality_state"))), (3, {"held"}))
        inspection = hold.inspection_id
        self.assertEqual(inspection.hold_ids.production_id, order | rest | last)
        inspection.with_user(self.engineer).action_reinspect("repaired")
        self._inspect(inspection.next_ids, verdict="pass").action_pass()
        self.assertEqual(set(inspection.hold_ids.mapped("state")), {"lifted"})
        self.assertEqual(set(lots.mapped("mes_quality_state")), {"released"})

    def test_what_is_split_off_a_held_order_is_held_but_not_what_is_split_off_another(self):
        self._create_plan("operation", product_ids=self.carts, workcenter_id=self.workcenter.id, blocks=False)
        held, other = self._create_order(2), self._create_order(2)
        hold = self._fail_operation(held)
        orders = (held | other)._split_productions({held: [1, 1], other: [1, 1]})
        self.assertEqual(len(orders), 4)
        self.assertEqual(hold.child_ids.production_id, orders[1])
        states = {order: self._finish(order).mes_quality_state for order in orders}
        self.assertEqual(list(states.values()), ["held", "held", "released", "released"])
        hold.with_user(self.engineer).action_lift("welds are good")
        self.assertEqual(orders.lot_producing_ids.mapped("mes_quality_state"), ["released"] * 4)

    def test_an_order_merged_of_a_held_one_is_held(self):
        self._create_plan("operation", product_ids=self.carts, workcenter_id=self.workcenter.id, blocks=False)
        held, other = self._create_order(1), self._create_order(1)
        hold = self._fail_operation(held)
        merged = self.env["mrp.production"].browse((held | other).action_merge()["res_id"])
        self.assertEqual(hold.child_ids.production_id, merged)
        self.assertEqual(hold.child_ids.reason, hold.reason)
        self.assertEqual(self._finish(merged).mes_quality_state, "held")
        free = self._create_order(1) | self._create_order(1)
        later = self.env["mrp.production"].browse(free.action_merge()["res_id"])
        self.assertEqual(self._finish(later).mes_quality_state, "released")

    def test_a_failed_periodic_inspection_holds_what_stands_produced(self):
        self._create_plan("periodic", product_ids=self.carts, period_qty=1, blocks=False)
        order = self._create_order(1)
        work = order.workorder_ids
        work.button_start()
        work.qty_produced = 1
        inspection = work.mes_inspection_ids[:1]
        order.action_generate_serial()
        order.button_mark_done()
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "released")
        self._inspect(inspection, verdict="fail").action_fail("drifts")
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "held")

    def test_work_does_not_start_before_the_inspection_of_the_start(self):
        self._create_plan("production_start", product_ids=self.carts)
        order = self._create_order(1, self.operator)
        work = order.workorder_ids
        with self.assertRaises(RedirectWarning):
            work.button_start()
        with self.assertRaises(UserError):
            work.write({"state": "progress"})
        self.assertFalse(work.time_ids)
        self._inspect(order.mes_inspection_ids, verdict="pass").action_pass()
        work.button_start()
        self.assertEqual(work.state, "progress")

    def test_plans_of_another_work_center_stop_nothing(self):
        other = self.env["mrp.workcenter"].create({"name": "Painting"})
        self._create_plan("operation", product_ids=self.carts, workcenter_id=other.id)
        order = self._create_order(1, self.operator)
        self.assertFalse(order.mes_inspection_ids)
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertEqual(order.workorder_ids.state, "done")

    def test_the_rest_of_an_order_is_inspected_again(self):
        self._create_plan("production", product_ids=self.carts)
        order = self._create_order(3, self.operator)
        order.action_generate_serial()
        order.qty_producing = 1
        order.set_qty_producing()
        order.with_context(skip_backorder=True, mo_ids_to_backorder=order.ids).button_mark_done()
        rest = order.production_group_id.production_ids - order
        self.assertEqual(rest.mes_inspection_ids.mapped(lambda one: (one.state, one.quantity)), [("todo", 2)])
        self.assertEqual(order.mes_inspection_ids.quantity, 1)

    def test_cancelled_order_needs_no_inspection(self):
        self._create_plan("production_start", product_ids=self.carts)
        order = self._create_order(1)
        order.action_cancel()
        self.assertEqual(order.mes_inspection_ids.mapped("state"), ["cancelled"])

    # -- periodic -----------------------------------------------------------------------------------------------

    def test_again_after_so_many_pieces(self):
        self._create_plan("periodic", product_ids=self.carts, period_qty=2, blocks=False)
        work = self._create_order(5, self.operator).workorder_ids
        work.button_start()
        work.qty_produced = 1
        self.assertFalse(work.mes_inspection_ids)
        work.qty_produced = 4
        self.assertEqual(len(work.mes_inspection_ids), 2)

    def test_again_after_so_many_hours(self):
        self._create_plan("periodic", product_ids=self.carts, period_hours=2, blocks=False)
        work = self._create_order(5, self.operator).workorder_ids
        work.button_start()
        self.env["mrp.workorder"]._cron_mes_periodic()
        self.assertFalse(work.mes_inspection_ids)
        work.date_start = "2026-01-05 08:00:00"
        self.env["mrp.workorder"]._cron_mes_periodic()
        self.env["mrp.workorder"]._cron_mes_periodic()
        self.assertEqual(len(work.mes_inspection_ids), 1)
