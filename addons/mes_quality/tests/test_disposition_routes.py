"""Each route makes Odoo's own documents on exactly that lot and quantity, and is followed to its end."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .disposition_common import DispositionCommon


@tagged("post_install", "-at_install")
class TestDispositionRoutes(DispositionCommon):
    def _assert_untouched(self):
        self.assertEqual((self.on_hand(self.other_lot), self.other_lot.mes_quality_state), (10, "released"))
        self.assertEqual(sum(self.other_lot.quant_ids.mapped("reserved_quantity")), 0)

    # -- scrap --------------------------------------------------------------------------------------------------

    def test_scrap_of_a_whole_lot(self):
        order = self.reject(self.lot)
        tag = self.env["stock.scrap.reason.tag"].create({"name": "Cracked"})
        line = self.decide(order, ("scrap", 10, {"scrap_reason_tag_ids": [Command.set(tag.ids)]}))
        self.assertEqual(
            (line.scrap_ids.state, line.scrap_ids.scrap_qty, line.scrap_ids.lot_id), ("done", 10, self.lot)
        )
        self.assertEqual(line.scrap_ids.scrap_reason_tag_ids, tag)
        self.assertEqual((order.state, self.on_hand(self.lot)), ("done", 0))
        self._assert_untouched()

    def test_scrap_of_a_part_that_lies_in_quarantine(self):
        order = self.reject(self.lot, 4)
        self.decide(order, ("scrap", 4, {}))
        self.assertEqual((order.state, order.hold_id.state, order.hold_id.open_qty), ("done", "lifted", 0))
        self.assertEqual((self.on_hand(self.lot), self.on_hand(self.lot, self.quarantine)), (6, 0))
        self.assertEqual(self.lot.mes_quality_state, "released")

    def test_untracked_stock_in_quarantine(self):
        hold = self.env["mes.quality.hold"]._create_for_stock(self.bolt, self.stock, 30, "Rust", level="rejected")
        order = hold.disposition_id.with_user(self.engineer)
        self.decide(order, ("scrap", 20, {}), ("use_as_is", 10, {"reason": "Cleaned"}))
        self.assertEqual((order.state, self._on_hand(self.bolt, self.quarantine)), ("done", 0))
        self.assertEqual(self._on_hand(self.bolt), 80)

    def test_a_lot_in_several_places_is_taken_from_each(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        self._stock_up(self.axle, 5, self.lot, shelf)
        order = self.reject(self.lot)
        self.decide(order, ("scrap", 15, {}))
        self.assertEqual(sorted(order.line_ids.mapped("quantity")), [5, 10])
        self.assertEqual((order.state, self.on_hand(self.lot)), ("done", 0))

    def test_serials_go_one_by_one(self):
        product = self._create_product("Engine", tracking="serial")
        serials = [self._create_lot(f"E{number}", product, 1) for number in range(2)]
        order = self.reject(serials[0])
        self.decide(order, ("scrap", 1, {}))
        self.assertEqual([self.on_hand(serial) for serial in serials], [0, 1])

    # -- return -------------------------------------------------------------------------------------------------

    def test_return_takes_exactly_the_lot_and_lowers_the_purchase(self):
        lot = self.receive("BAD", 8)
        order = self.reject(lot)
        line = self.decide(order, ("return", 8, {}))
        picking = line.picking_id
        self.assertEqual((picking.location_dest_id.usage, picking.move_line_ids.lot_id), ("supplier", lot))
        self.assertEqual((line.state, order.state), ("open", "approved"))
        self._assert_untouched()
        self.finish(picking)
        self.assertEqual((order.state, self.on_hand(lot)), ("done", 0))
        self.assertEqual(line.purchase_line_id.qty_received, 0)
        self._assert_untouched()

    def test_no_other_lot_and_no_more_goes_with_the_return(self):
        lot = self.receive("BAD", 8)
        order = self.reject(lot)
        line = self.decide(order, ("return", 5, {}), ("scrap", 3, {}))[0]
        move_line = line.picking_id.move_line_ids.with_user(self.operator)
        for vals in ({"quantity": 6}, {"lot_id": self.other_lot.id}):
            with self.assertRaises(UserError):
                move_line.write(vals)
        line.picking_id.with_user(self.operator).do_unreserve()
        line.picking_id.with_user(self.operator).action_assign()
        self.assertEqual(line.picking_id.move_line_ids.lot_id, lot)
        line.picking_id.with_user(self.operator).location_dest_id = self.customers
        with self.assertRaises(UserError):
            line.picking_id.move_ids.location_dest_id = self.customers
            line.picking_id.move_line_ids.location_dest_id = self.customers
            self.finish(line.picking_id)

    def test_a_backorder_is_followed_and_a_cancelled_rest_is_given_back(self):
        lot = self.receive("BAD", 8)
        order = self.reject(lot)
        line = self.decide(order, ("return", 8, {}))
        picking = line.picking_id.with_user(self.operator)
        picking.move_line_ids.quantity = 5
        picking.move_ids.picked = True
        Form.from_action(self.env, picking.button_validate()).save().process()
        self.assertEqual((line.done_qty, line.state), (5, "open"))
        rest = picking.backorder_ids
        self.assertEqual(rest.move_line_ids.lot_id, lot)
        rest.action_cancel()
        self.assertEqual((line.state, order.state, self.on_hand(lot)), ("approved", "approved", 3))
        order.action_execute()
        self.finish(line.picking_id)
        self.assertEqual((order.state, self.on_hand(lot)), ("done", 0))

    def test_a_replacement_is_received_again(self):
        lot = self.receive("BAD", 8)
        line = self.decide(self.reject(lot), ("return", 8, {"compensation": "replacement"}))
        self.finish(line.picking_id)
        new = line.replacement_id
        self.assertEqual((new.move_ids.product_qty, new.move_ids.purchase_line_id), (8, line.purchase_line_id))
        new.move_ids.move_line_ids.lot_name = "GOOD"
        new.move_ids.picked = True
        new.button_validate()
        self.assertEqual(line.purchase_line_id.qty_received, 8)

    def test_pieces_of_a_receipt_in_dozens_are_returned_exactly(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        lot = self.receive("DOZENS", 2, product_uom_id=dozen.id)
        self.assertEqual(lot.mes_origin_ids.purchase_line_id.product_uom_id, dozen)
        line = self.decide(self.reject(lot), ("return", 5, {}), ("scrap", lot.product_qty - 5, {}))[0]
        self.assertEqual(line.picking_id.move_line_ids.quantity_product_uom, 5)
        self.finish(line.picking_id)
        self.assertEqual((line.done_qty, line.state), (5, "done"))

    def test_billed_stock_is_credited_by_a_draft(self):
        lot = self.receive("BAD", 8)
        receipt = lot.mes_origin_ids
        journal = self.env["account.journal"].search([("type", "=", "purchase"), ("company_id", "=", self.company.id)])
        if not journal:
            self.env["account.journal"].create({"name": "Bills", "type": "purchase", "code": "BILLT"})
        bill = receipt.purchase_line_id.order_id
        bill.action_create_invoice()
        bill.invoice_ids.invoice_date = "2026-01-01"
        bill.invoice_ids.action_post()
        line = self.decide(self.reject(lot), ("return", 5, {}), ("scrap", 3, {}))[0]
        credit = line.credit_id
        self.assertEqual((credit.state, credit.move_type, credit.amount_untaxed), ("draft", "in_refund", 35))
        line.picking_id.action_cancel()
        self.assertFalse(line.credit_id.exists())
        self.assertEqual(line.state, "approved")

    # -- disassemble, rework, repair, downgrade -----------------------------------------------------------------

    def _make_cart(self):
        order = self._create_order()
        lot = self._create_lot("CART", self.cart)
        order.lot_producing_ids = lot
        order.qty_producing = 1
        order.move_raw_ids.picked = True
        order.with_context(skip_consumption=True).button_mark_done()
        return lot

    def test_disassembly_holds_what_it_recovers_for_inspection(self):
        cart = self._make_cart()
        order = self.reject(cart)
        line = self.decide(order, ("disassemble", 1, {}))
        self.assertEqual((line.unbuild_ids.state, order.state, self.on_hand(cart)), ("done", "done", 0))
        holds = self.env["mes.quality.hold"].search([("state", "=", "active")])
        self.assertEqual(
            {(hold.product_id, hold.quantity, hold.level) for hold in holds},
            {
                (self.axle, 2, "inspection"),
                (self.bolt, 4, "inspection"),
            },
        )
        self.assertEqual(self._on_hand(self.bolt, self.quarantine), 4)

    def test_rework_takes_the_lot_and_gives_it_back(self):
        center = self.env["mrp.workcenter"].create({"name": "Bench", "costs_hour": 60})
        order = self.reject(self.lot)
        line = self.decide(order, ("rework", 10, {"workcenter_id": center.id, "minutes": 30}))
        production = line.production_ids.with_user(self.env.user)
        self.assertEqual((production.state, production.move_raw_ids.lot_ids), ("confirmed", self.lot))
        self.assertEqual(production.workorder_ids.duration_expected, 30)
        production.qty_producing = 10
        production.move_raw_ids.picked = True
        production.workorder_ids.duration = 30
        production.button_mark_done()
        self.assertEqual((line.state, order.state, self.lot.mes_quality_state), ("done", "done", "released"))
        self.assertEqual(self.on_hand(self.lot), 10)
        self._assert_untouched()
        cost = self.env["mes.quality.cost"].search([("disposition_id", "=", order.id)])
        self.assertEqual((cost.rework_hours, cost.rework_cost, cost.cost), (0.5, 30, 30))

    def test_a_serial_is_reworked_and_keeps_its_number(self):
        product = self._create_product("Engine", tracking="serial")
        serial = self._create_lot("E1", product, 1)
        order = self.reject(serial)
        line = self.decide(order, ("rework", 1, {"inspect": True}))
        production = line.production_ids.with_user(self.env.user)
        production.qty_producing = 1
        production.move_raw_ids.picked = True
        production.button_mark_done()
        self.assertEqual((production.state, order.state, self.on_hand(serial)), ("done", "done", 1))
        self.assertEqual(serial.mes_quality_state, "inspection")

    def test_a_cancelled_rework_gives_the_quantity_back(self):
        order = self.reject(self.lot)
        line = self.decide(order, ("rework", 10, {"inspect": True}))
        line.production_ids.action_cancel()
        self.assertEqual((line.state, sum(self.lot.quant_ids.mapped("reserved_quantity"))), ("approved", 0))
        order.action_execute()
        self.assertEqual(len(line.production_ids), 2)

    def test_a_downgrade_turns_it_into_another_product(self):
        simple = self._create_product("Simple Axle", tracking="lot")
        order = self.reject(self.lot, 4)
        self.decide(order, ("downgrade", 4, {"target_product_id": simple.id, "reason": "Second choice"}))
        self.assertEqual((order.state, self._on_hand(simple)), ("done", 4))
        self.assertEqual(self.env["stock.lot"].search([("product_id", "=", simple.id)]).name, "A-MARCH")
        self.assertEqual(self.on_hand(self.lot), 6)

    def test_repair_is_followed_to_its_end(self):
        order = self.reject(self.lot, 4)
        line = self.decide(order, ("repair", 4, {}))
        repair = line.repair_ids
        self.assertEqual((repair.state, repair.lot_id, line.state), ("confirmed", self.lot, "open"))
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual((repair.state, order.state), ("done", "done"))
        self.assertEqual((self.on_hand(self.lot, self.stock), self.on_hand(self.lot, self.quarantine)), (10, 0))

    # -- use as is ----------------------------------------------------------------------------------------------

    def test_a_concession_needs_a_reason(self):
        order = self.reject(self.lot)
        self.split(order, ("use_as_is", 10, {}))
        with self.assertRaises(UserError):
            order.action_approve()

    def test_a_concession_for_one_customer_ships_to_him_only(self):
        order = self.reject(self.lot)
        only = {"reason": "He knows", "partner_ids": [Command.set(self.customer.ids)]}
        line = self.decide(order, ("use_as_is", 6, only), ("scrap", 4, {}))[0]
        self.assertEqual((line.state, order.state, self.lot.mes_quality_state), ("open", "approved", "rejected"))
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        for partner, quantity, allowed in ((stranger, 6, False), (self.customer, 7, False), (self.customer, 6, True)):
            picking = self._create_delivery(self.axle, quantity)
            picking.partner_id = partner
            picking.move_ids.move_line_ids.unlink()
            take = Command.create(
                {
                    "product_id": self.axle.id,
                    "lot_id": self.lot.id,
                    "quantity": quantity,
                    "picking_id": picking.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )
            if not allowed:
                with self.assertRaises(UserError):
                    picking.move_ids.move_line_ids = [take]
                picking.action_cancel()
                continue
            picking.move_ids.move_line_ids = [take]
            self.finish(picking)
        self.assertEqual((line.done_qty, order.state, self.on_hand(self.lot)), (6, "done", 0))

    def test_a_concession_ships_from_quarantine_for_its_order_only(self):
        order = self.reject(self.lot, 4)
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.axle.id, "product_uom_qty": 4})],
            }
        )
        sale.action_confirm()
        only = {"reason": "He knows", "sale_order_ids": [Command.set(sale.ids)]}
        line = self.decide(order, ("use_as_is", 4, only))
        for picking, allowed in ((self._create_delivery(self.axle, 4), False), (sale.picking_ids, True)):
            picking.move_ids.move_line_ids.unlink()
            take = {
                "product_id": self.axle.id,
                "lot_id": self.lot.id,
                "quantity": 4,
                "picking_id": picking.id,
                "location_id": self.quarantine.id,
                "location_dest_id": self.customers.id,
            }
            if allowed:
                picking.move_ids.move_line_ids = [Command.create(take)]
                self.finish(picking)
            else:
                with self.assertRaises(UserError):
                    picking.move_ids.move_line_ids = [Command.create(take)]
                picking.action_cancel()
        self.assertEqual((line.done_qty, order.state, order.hold_id.open_qty), (4, "done", 0))
        self.assertEqual((self.on_hand(self.lot, self.stock), self.on_hand(self.lot, self.quarantine)), (6, 0))

    # -- interruptions and forgery ------------------------------------------------------------------------------

    def test_a_line_that_fails_is_resumed_and_nothing_is_done_twice(self):
        lot = self.receive("BAD", 8)
        order = self.reject(lot)
        self.split(order, ("scrap", 3, {}), ("return", 5, {}))
        order.action_approve()
        scrap, back = order.line_ids
        wizard = type(self.env["stock.return.picking"])
        with patch.object(wizard, "_create_return", side_effect=UserError("The printer is on fire")):
            order.action_execute()
        self.assertEqual((scrap.state, back.state, back.error), ("done", "approved", "The printer is on fire"))
        self.assertEqual(self.on_hand(lot), 5)
        order.action_execute()
        order.action_execute()
        self.assertEqual((len(scrap.scrap_ids), len(back.picking_id), back.state), (1, 1, "open"))
        self.assertEqual(self.env["stock.move"].search_count([("mes_disposition_line_id", "=", back.id)]), 1)

    def test_nothing_forged_passes(self):
        order = self.reject(self.lot)
        order.action_approve()
        line = order.line_ids
        values = {
            "product_id": self.axle.id,
            "product_uom_qty": 1,
            "location_id": self.stock.id,
            "location_dest_id": self.customers.id,
        }
        Move = self.env["stock.move"].with_user(self.engineer)
        with self.assertRaises(UserError):
            Move.create({**values, "mes_disposition_line_id": line.id})
        with self.assertRaises(UserError):
            Move.with_context(default_mes_disposition_line_id=line.id).create(values)
        forged = {"mes_quality_checked": True, "mes_disposition_lift": True, "mes_disposition_repair": True}
        with self.assertRaises(UserError):
            order.hold_id.with_user(self.engineer).with_context(**forged).action_lift("Forged")
        with self.assertRaises(UserError):
            order.with_context(**forged).write({"state": "done"})
        scrap = self.env["stock.scrap"].with_user(self.operator).with_context(**forged)
        with self.assertRaises(UserError):
            scrap.create({"product_id": self.axle.id, "lot_id": self.lot.id, "scrap_qty": 1}).do_scrap()
        self.assertEqual(self.on_hand(self.lot), 10)

    def test_the_scorecard_counts_what_a_vendor_sent(self):
        lot = self.receive("BAD", 8)
        self.receive("GOOD", 12)
        self.decide(self.reject(lot), ("scrap", 8, {}))
        self.env.flush_all()
        score = self.env["mes.quality.vendor.score"].search([("partner_id", "=", self.vendor.id)])
        self.assertEqual((score.lots, score.lots_rejected, score.ppm), (2, 1, 400000))
        cost = self.env["mes.quality.cost"].search([("lot_id", "=", lot.id)])
        self.assertEqual((cost.scrap_value, cost.vendor_id), (40, self.vendor))
