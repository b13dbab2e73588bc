"""Excess production: what goes beyond the need is held, on every path; it becomes usable when it is needed."""

from contextlib import suppress

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .limits_common import LimitCase

FORGED = {
    "mes_pull_checked": True,
    "mes_pull_release": True,
    "mes_pull_undo": True,
    "mes_pull_strict": True,
    "inventory_mode": True,
    "import_file": True,
    "install_mode": True,
    "su": True,
}


class OverrunCase(LimitCase):
    """1000 in the supermarket, 10 cards of 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.held = cls.loop.held_location_id
        cls.bottom = cls.warehouse.view_location_id

    def _order_500(self):
        """Withdraw 500 and return the order that replaces them."""
        return self._take(500).signal_ids.production_id

    def _overrun(self, quantity, user=None):
        """Withdraw 500, make ``quantity`` and return the order."""
        return self._make(self._order_500(), quantity, user)

    def _lines(self, move):
        """Return (quantity in the product's unit, place) of the move's lines, smallest first."""
        return sorted(move.move_line_ids.mapped(lambda line: (line.quantity_product_uom, line.location_dest_id.name)))

    def _excess(self, loop=None):
        return self.env["mes.pull.excess"].search([("loop_id", "=", (loop or self.loop).id)], order="id")

    def _assert_excess(self, *remaining, loop=None):
        """Assert what is left of each row of held stock, and that the rows are what lies there."""
        self.env.invalidate_all()
        loop = loop or self.loop
        rows = self._excess(loop)
        self.assertEqual(rows.mapped("remaining_qty"), list(remaining))
        self.assertAlmostEqual(sum(remaining), self._on_hand(loop.product_id, loop.held_location_id))
        for row in rows:
            self.assertEqual(row.state, "held" if row.remaining_qty else "released")
            self.assertAlmostEqual(row.released_qty + row.remaining_qty, row.quantity)

    def _bring(self, quantity, source=None, user=None, **more):
        """Bring ``quantity`` into the supermarket by a transfer from ``source``."""
        source = source or self.production_place
        picking = self._create_picking(source, self.market, quantity, **more)
        picking.move_ids.quantity = quantity
        return self._validate(picking, user)

    def _count(self, quantity, user, place=None, lot=None):
        """Count ``quantity`` of stamped parts at ``place`` as ``user`` does in the inventory screen."""
        vals = {
            "product_id": self.stamped.id,
            "location_id": (place or self.market).id,
            "inventory_quantity": quantity,
            "lot_id": lot and lot.id,
        }
        quant = self.env["stock.quant"].with_user(user).with_context(inventory_mode=True).create(vals)
        quant.action_apply_inventory()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestScenarioB(OverrunCase):
    """500 were withdrawn and 500 ordered; the press makes 1000."""

    def test_a_thousand_made_of_five_hundred(self):
        order = self._overrun(1000)
        self.assertEqual((order.state, order.qty_produced), ("done", 1000))
        self._assert_figures(1000, held=500)
        self._assert_excess(500)

    def test_it_stays_one_order_and_one_move(self):
        order = self._overrun(1000)
        self.assertEqual(self._orders(), order)
        self.assertEqual(len(order.move_finished_ids), 1)
        self.assertEqual(self._lines(order.move_finished_ids), [(500, "Held"), (500, "Stamped")])
        self.assertEqual(order.move_finished_ids.quantity, 1000)

    def test_the_row_says_what_why_and_since_when(self):
        self.stamped.standard_price = 3
        with freeze_time("2026-11-02 08:00:00"):
            order = self._overrun(1000)
        row = self._excess()
        self.assertEqual(
            (row.product_id, row.production_id, row.move_id), (self.stamped, order, order.move_finished_ids)
        )
        self.assertEqual((row.location_id, row.company_id, row.state), (self.held, self.company, "held"))
        self.assertIn(order.name, row.reason)
        self.assertEqual(row.value, 1500)
        self.assertEqual(self.loop.held_value, 1500)
        with freeze_time("2026-11-04 20:00:00"):
            row.invalidate_recordset(["age_days"])
            self.assertEqual(row.age_days, 2.5)
            self.assertEqual(row.search([("age_days", ">", 2), ("loop_id", "=", self.loop.id)]), row)
            self.assertFalse(row.search([("age_days", ">", 3), ("loop_id", "=", self.loop.id)]))

    def test_exactly_what_was_ordered_is_usable(self):
        self._overrun(500)
        self._assert_figures(1000)
        self._assert_excess()

    def test_one_piece_more_is_held(self):
        self._overrun(501)
        self._assert_figures(1000, held=1)
        self._assert_excess(1)

    def test_the_signal_is_fulfilled_and_its_cards_are_full(self):
        self._overrun(1000)
        self.assertEqual(set(self.loop.signal_ids.mapped("state")), {"done"})
        self.assertEqual(self.loop.card_ids.mapped("state"), ["full"] * 10)

    def test_the_next_withdrawal_takes_from_what_is_held_and_orders_nothing(self):
        order = self._overrun(1000)
        self._take(300)
        self._assert_figures(1000, held=200)
        self._assert_excess(200)
        self.assertEqual(self._orders(), order)

    def test_the_backlog_is_used_up_before_anything_is_ordered(self):
        order = self._overrun(1000)
        self._take(400)
        self._take(200)
        self._assert_figures(900, on_order=100)
        self._assert_excess(0)
        self.assertEqual((self._orders() - order).mapped("product_qty"), [100])

    def test_made_by_a_planner_it_is_held_too(self):
        self._overrun(1000, user=self.planner)
        self._assert_figures(1000, held=500)

    def test_reported_in_the_form(self):
        order = self._order_500()
        form = Form(order.with_user(self.worker))
        form.qty_producing = 700
        form.save().button_mark_done()
        self._assert_figures(1000, held=200)

    def test_reported_at_the_work_order(self):
        order = self._order_500()
        work = order.workorder_ids.with_user(self.worker)
        work.button_start()
        work.qty_produced = 700
        work.action_mark_as_done()
        order.with_user(self.worker).button_mark_done()
        self.env.invalidate_all()
        self.assertEqual(order.state, "done")
        self.assertEqual(self.loop.held_qty, order.qty_produced - 500)
        self.assertEqual(self.loop.on_hand_qty, 1000)

    def test_two_orders_at_once_share_the_room(self):
        """300 and 200 were ordered, 400 of each are made: the second order shrinks, 300 are held in the end."""
        first, second = self._take(300).signal_ids.production_id, self._take(200).signal_ids.production_id
        self._make(first, 400)
        self._assert_figures(900, held=0, on_order=100)
        self._make(second, 400)
        self._assert_figures(1000, held=300)

    def test_what_was_made_after_the_need_had_gone(self):
        """The 500 come back from the line while the press runs: all that it makes is held."""
        withdrawal = self._take(500)
        order = withdrawal.signal_ids.production_id
        order.workorder_ids.with_user(self.worker).button_start()
        self.station.undo(withdrawal.id)
        self._make(order, 500)
        self._assert_figures(1000, held=500)

    def test_scrap_of_an_order_s_product_is_not_made(self):
        order = self._overrun(600)
        self.assertEqual(order.qty_produced, 600)
        self._assert_figures(1000, held=100)


@tagged("post_install", "-at_install")
class TestPolicies(OverrunCase):
    def test_refused_nothing_is_written(self):
        self.loop.overrun_policy = "refuse"
        order = self._order_500()
        self._assert_refused(lambda: self._make(order, 501), "500", "501")
        self.assertEqual(order.state, "confirmed")
        self._assert_figures(500, on_order=500)

    def test_where_excess_is_refused_what_was_ordered_passes(self):
        self.loop.overrun_policy = "refuse"
        self._overrun(500)
        self._assert_figures(1000)

    def test_where_excess_is_allowed_all_is_usable(self):
        self.loop.overrun_policy = "allow"
        self._overrun(1000)
        self._assert_figures(1500)
        self._assert_excess()

    def test_the_last_piece_within_the_tolerance_and_the_first_beyond(self):
        self.loop.overrun_tolerance = 5
        self._overrun(525)
        self._assert_figures(1025)

    def test_beyond_the_tolerance_only_the_rest_is_held(self):
        self.loop.overrun_tolerance = 5
        self._overrun(530)
        self._assert_figures(1025, held=5)

    def test_beyond_the_tolerance_it_is_refused(self):
        self.loop.write({"overrun_tolerance": 5, "overrun_policy": "refuse"})
        order = self._order_500()
        self._assert_refused(lambda: self._make(order, 526), "525")
        self._make(order, 525)
        self._assert_figures(1025)

    def test_the_tolerance_is_one_of_the_order_not_of_the_supermarket(self):
        self.loop.overrun_tolerance = 10
        order = self._take(100).signal_ids.production_id
        self._make(order, 130)
        self._assert_figures(1010, held=20)

    def test_a_tolerance_gives_no_right_to_a_second_one(self):
        """5 % came with the first order; the loop is over by 25, and the second order replaces that much less."""
        self.loop.overrun_tolerance = 5
        self._overrun(525)
        order = self._order_500()
        self.assertEqual(order.product_qty, 400, "whole containers of what is missing")
        self._make(order, 520)
        self.assertLessEqual(self.loop.on_hand_qty, 1025)
        self._assert_figures(1020, held=25)

    def test_a_negative_tolerance_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.loop.overrun_tolerance = -1
            self.env.flush_all()

    def test_changing_the_policy_does_not_move_what_is_held(self):
        self._overrun(700)
        self.loop.overrun_policy = "allow"
        self._assert_figures(1000, held=200)


@tagged("post_install", "-at_install")
class TestPolicyOfNewLoops(OverrunCase):
    def _create(self, **category):
        parent = self.env["product.category"].create({"name": "Made parts"})
        child = self.env["product.category"].create({"name": "Pressed parts", "parent_id": parent.id})
        for name, vals in category.items():
            {"parent": parent, "child": child}[name].write(vals)
        lever = self._create_made("Lever", self.press, categ_id=child.id)
        loop = self._create_loop(lever, self._create_place("Levers", self.stock), container_qty=10, card_count=5)
        return loop.overrun_policy, loop.overrun_tolerance

    def test_held_without_any_setting(self):
        self.assertEqual(self._create(), ("hold", 0))

    def test_from_the_company(self):
        self.company.write({"mes_overrun_policy": "refuse", "mes_overrun_tolerance": 3})
        self.assertEqual(self._create(), ("refuse", 3))

    def test_from_the_parent_category(self):
        self.company.write({"mes_overrun_policy": "refuse", "mes_overrun_tolerance": 3})
        settings = {"mes_overrun_policy": "allow", "mes_overrun_tolerance": 7}
        self.assertEqual(self._create(parent=settings), ("allow", 7))

    def test_from_the_category_itself_first(self):
        settings = {"mes_overrun_policy": "allow", "mes_overrun_tolerance": 7}
        own = {"mes_overrun_policy": "refuse", "mes_overrun_tolerance": 1}
        self.assertEqual(self._create(parent=settings, child=own), ("refuse", 1))

    def test_an_existing_loop_keeps_its_own(self):
        self.company.mes_overrun_policy = "refuse"
        self.env.invalidate_all()
        self.assertEqual(self.loop.overrun_policy, "hold")

    def test_a_loop_gets_the_warehouse_s_place_for_held_stock(self):
        self.assertTrue(self.held.mes_is_held)
        self.assertEqual((self.held.location_id, self.held.usage), (self.bottom, "internal"))
        self.assertFalse(self.held._child_of(self.stock))
        blanks = self._create_loop(self.blank, self.blank_market, supply_method="buy", card_count=1)
        self.assertEqual(blanks.held_location_id, self.held, "one place a warehouse")

    def test_two_loops_of_one_product_do_not_mix_their_held_stock(self):
        second = self._create_loop(self.stamped, self._create_place("Stamped 2", self.stock), card_count=1)
        self.assertNotEqual(second.held_location_id, self.held)
        self.assertTrue(second.held_location_id.mes_is_held)

    def test_a_place_inside_the_warehouse_s_stock_cannot_hold_excess(self):
        inside = self._create_place("Corner", self.stock)
        self._assert_refused(lambda: self.loop.write({"held_location_id": inside.id}), "Corner")


@tagged("post_install", "-at_install")
class TestLotsAndSerials(OverrunCase):
    def _create_tracked(self, tracking, **loop):
        product = self._create_made("Axle", self.press, tracking=tracking)
        place = self._create_place("Axles", self.stock)
        return self._create_loop(product, place, **loop)

    def _create_lots(self, product, *names):
        return self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in names])

    def _quants(self, loop, place):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", loop.product_id.id), ("location_id", "=", place.id)]
        )
        return sorted(quants.filtered("quantity").mapped(lambda quant: (quant.lot_id.name, quant.quantity)))

    def _produce_lot(self, loop, quantity, lot):
        signal = loop.with_user(self.planner).action_replenish()
        order = signal.sudo().production_id
        order.lot_producing_ids = lot
        return self._make(order, quantity)

    def test_the_lot_is_kept_on_both_parts(self):
        loop = self._create_tracked("lot", container_qty=100, card_count=3)
        lot = self._create_lots(loop.product_id, "MARCH")
        self._produce_lot(loop, 400, lot)
        self.assertEqual(self._quants(loop, loop.location_id), [("MARCH", 300)])
        self.assertEqual(self._quants(loop, loop.held_location_id), [("MARCH", 100)])
        self.assertEqual(self._excess(loop).lot_id, lot)

    def test_what_is_released_is_the_same_lot(self):
        loop = self._create_tracked("lot", container_qty=100, card_count=3)
        march, april = self._create_lots(loop.product_id, "MARCH", "APRIL")
        self._produce_lot(loop, 400, march)
        self._take(200, loop=loop)
        self.assertEqual(self._quants(loop, loop.location_id), [("MARCH", 200)])
        order = self._orders(loop.product_id).filtered(lambda mo: mo.state != "done")
        order.lot_producing_ids = april
        self._make(order, 250)
        self._take(100, loop=loop)
        self.assertEqual(self._quants(loop, loop.location_id), [("APRIL", 200), ("MARCH", 100)])
        self.assertEqual(self._quants(loop, loop.held_location_id), [("APRIL", 50)])
        self._assert_excess(0, 50, loop=loop)

    def test_five_serial_numbers_where_three_are_needed(self):
        loop = self._create_tracked("serial", container_qty=1, card_count=3)
        order = loop.with_user(self.planner).action_replenish().sudo().production_id
        self.assertEqual(order.product_qty, 3)
        serials = self._create_lots(loop.product_id, *(f"SN{number}" for number in range(5)))
        order.lot_producing_ids = serials
        order.qty_producing = 5
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.with_user(self.worker).button_mark_done()
        self.assertEqual((order.state, order.qty_produced), ("done", 5))
        usable, held = self._quants(loop, loop.location_id), self._quants(loop, loop.held_location_id)
        self.assertEqual((len(usable), len(held)), (3, 2))
        self.assertEqual({name for name, _qty in usable} | {name for name, _qty in held}, set(serials.mapped("name")))
        self.assertEqual(self._excess(loop).mapped("remaining_qty"), [1, 1])
        self.assertEqual(set(self._excess(loop).lot_id.mapped("name")), {name for name, _qty in held})

    def test_a_serial_number_is_released_whole(self):
        loop = self._create_tracked("serial", container_qty=1, card_count=1)
        serials = self._create_lots(loop.product_id, "SN1", "SN2")
        self._stock_up(loop.product_id, loop.location_id, 1, lot=serials[0])
        picking = self._create_picking(
            self.production_place,
            loop.location_id,
            1,
            product=loop.product_id,
            move_line_ids=[
                Command.create(
                    {
                        "product_id": loop.product_id.id,
                        "lot_id": serials[1].id,
                        "quantity": 1,
                        "location_id": self.production_place.id,
                        "location_dest_id": loop.location_id.id,
                    }
                )
            ],
        )
        self._validate(picking)
        self.assertEqual(self._quants(loop, loop.held_location_id), [("SN2", 1)])
        self._take(1, loop=loop)
        self.assertEqual(self._quants(loop, loop.location_id), [("SN2", 1)])
        self._assert_excess(0, loop=loop)


@tagged("post_install", "-at_install")
class TestEveryWayIn(OverrunCase):
    """The supermarket is full: whatever brings one piece more brings it to held stock."""

    def test_the_backorder_of_a_partly_finished_order(self):
        order = self._order_500()
        self._make(order, 300)
        self._assert_figures(800, on_order=200)
        backorder = self._orders() - order
        self._make(backorder, 300)
        self._assert_figures(1000, held=100)
        self.assertEqual(self._excess().production_id, backorder)

    def test_a_by_product_of_another_order(self):
        sheet = self._create_made("Sheet", self.saw)
        sheet.bom_ids.byproduct_ids = [Command.create({"product_id": self.stamped.id, "product_qty": 1})]
        order = self._order(50, sheet, location_dest_id=self.market.id)
        self._make(order)
        self.assertEqual(order.state, "done")
        self._assert_figures(1000, held=50)
        self.assertEqual(self._on_hand(sheet, self.market), 50)
        self.assertIn(order.name, self._excess().reason)

    def test_an_order_without_a_bill_of_materials(self):
        order = self._order_stamped(100, bom_id=False)
        self._assert_queued(order)
        order.with_user(self.planner).action_mes_override("sample")
        self._make(order)
        self._assert_figures(1000, held=100)

    def test_an_order_for_the_warehouse_that_is_sent_to_the_supermarket_at_the_end(self):
        order = self._order(100, self.stamped)
        self._assert_released(order)
        order.move_finished_ids.location_dest_id = self.market
        self._make(order)
        self._assert_figures(1000, held=100)

    def test_an_order_whose_parts_are_picked_first_and_stored_last(self):
        self.warehouse.manufacture_steps = "pbm_sam"
        order = self._order_500()
        self._validate(order.picking_ids.filtered(lambda picking: picking.state == "assigned"))
        self._make(order, 700)
        self._assert_figures(1000, held=200)

    def test_a_transfer_from_production(self):
        self._bring(100)
        self._assert_figures(1000, held=100)

    def test_a_receipt_from_a_vendor(self):
        self._bring(100, source=self.suppliers, picking_type=self.warehouse.in_type_id)
        self._assert_figures(1000, held=100)

    def test_a_transfer_from_another_place_in_the_warehouse(self):
        self._stock_up(self.stamped, self.blank_market, 100)
        self._bring(100, source=self.blank_market)
        self._assert_figures(1000, held=100)

    def test_a_shelf_inside_the_supermarket_counts_as_the_supermarket(self):
        shelf = self._create_place("Shelf", self.market)
        picking = self._create_picking(self.suppliers, shelf, 100, picking_type=self.warehouse.in_type_id)
        picking.move_ids.quantity = 100
        self._validate(picking)
        self._assert_figures(1000, held=100)
        self._validate(self._create_picking(self.market, shelf, 300))
        self._assert_figures(1000, held=100)

    def test_a_bare_move(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 100,
                "location_id": self.production_place.id,
                "location_dest_id": self.market.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": 100, "picked": True})
        move._action_done()
        self._assert_figures(1000, held=100)

    def test_a_move_to_a_place_around_whose_line_goes_into_the_supermarket(self):
        picking = self._create_picking(self.suppliers, self.stock, 100, picking_type=self.warehouse.in_type_id)
        picking.move_ids.quantity = 100
        picking.move_line_ids.location_dest_id = self.market
        self._validate(picking)
        self._assert_figures(1000, held=100)

    def test_a_putaway_rule_into_the_supermarket(self):
        self.env["stock.putaway.rule"].create(
            {"product_id": self.stamped.id, "location_in_id": self.stock.id, "location_out_id": self.market.id}
        )
        picking = self._create_picking(self.suppliers, self.stock, 100, picking_type=self.warehouse.in_type_id)
        picking.move_ids.quantity = 100
        self._validate(picking)
        self._assert_figures(1000, held=100)

    def test_two_moves_of_one_transfer_share_the_room(self):
        self._take(60)
        picking = self._create_picking(self.suppliers, self.market, 50, picking_type=self.warehouse.in_type_id)
        self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 50,
                "location_id": self.suppliers.id,
                "location_dest_id": self.market.id,
                "picking_id": picking.id,
            }
        )._action_confirm(merge=False)
        for move in picking.move_ids:
            move.quantity = 50
        self._validate(picking)
        self._assert_figures(1000, held=40)

    def test_a_part_in_a_package(self):
        pallet = self.env["stock.package"].create({"name": "PALLET-1"})
        self._take(60)
        picking = self._create_picking(self.suppliers, self.market, 100, picking_type=self.warehouse.in_type_id)
        picking.move_ids.quantity = 100
        picking.move_line_ids.result_package_id = pallet
        self._validate(picking)
        self._assert_figures(1000, held=40)
        self.assertEqual(pallet.location_id, self.market)
        self.assertEqual(sum(pallet.quant_ids.mapped("quantity")), 60)

    def test_a_quant_that_is_relocated_into_the_supermarket(self):
        self._stock_up(self.stamped, self.blank_market, 100)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.stamped.id), ("location_id", "=", self.blank_market.id)]
        )
        try:
            with self.env.cr.savepoint():
                quant.with_user(self.storekeeper).move_quants(location_dest_id=self.market)
        except (UserError, AccessError):
            self.env.invalidate_all()
        self.assertLessEqual(self.loop.on_hand_qty, 1000)
        self.assertEqual(self._on_hand(self.stamped, self.bottom), 1100)

    def test_taking_a_frame_apart_into_a_full_supermarket(self):
        frame = self._create_made("Frame", self.saw, component=self.stamped)
        order = self._order(200, frame)
        self._make(order)
        self._make(self._orders())
        self._assert_figures(1000)
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": frame.id,
                "mo_id": order.id,
                "product_qty": 200,
                "location_id": order.location_dest_id.id,
                "location_dest_id": self.market.id,
            }
        )
        unbuild.with_user(self.worker).action_unbuild()
        self._assert_figures(1000, held=200)

    def test_taking_a_frame_apart_without_its_order(self):
        frame = self._create_made("Frame", self.saw, component=self.stamped)
        self._stock_up(frame, self.stock, 50)
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": frame.id,
                "bom_id": frame.bom_ids.id,
                "product_qty": 50,
                "location_id": self.stock.id,
                "location_dest_id": self.market.id,
            }
        )
        unbuild.with_user(self.worker).action_unbuild()
        self._assert_figures(1000, held=50)

    def test_where_excess_is_refused_a_receipt_is_refused_too(self):
        self.loop.overrun_policy = "refuse"
        picking = self._create_picking(self.suppliers, self.market, 1, picking_type=self.warehouse.in_type_id)
        picking.move_ids.quantity = 1
        self._assert_refused(lambda: self._validate(picking), "Stamped")
        self.assertNotEqual(picking.state, "done")

    def test_another_product_is_none_of_the_loop_s(self):
        self._bring(100, product=self.bracket)
        self.assertEqual(self._on_hand(self.bracket, self.market), 100)
        self._assert_excess()

    def test_an_archived_loop_rests(self):
        self.loop.active = False
        self._bring(100)
        self.assertEqual(self._on_hand(self.stamped, self.market), 1100)


@tagged("post_install", "-at_install")
class TestDoneDocuments(OverrunCase):
    """500 were withdrawn, made and received: nothing more enters through what is finished."""

    def setUp(self):
        super().setUp()
        self.order = self._overrun(500)
        self.move = self.order.move_finished_ids
        self._assert_figures(1000)

    def _assert_all_refused(self, call, *words):
        for user in (self.worker, self.planner, self.manager):
            with self.subTest(user=user.login):
                self._assert_refused(lambda user=user: call(user), *words)
        self._assert_figures(1000)

    def test_the_quantity_of_the_done_order(self):
        self._assert_all_refused(lambda user: self.order.with_user(user).write({"qty_producing": 501}))

    def test_the_quantity_of_the_done_order_unlocked(self):
        self.order.is_locked = False
        self._assert_all_refused(lambda user: self.order.with_user(user).write({"qty_producing": 501}))

    def test_the_quantity_of_the_finished_move(self):
        self._assert_all_refused(lambda user: self.move.with_user(user).write({"quantity": 501}))

    def test_the_quantity_of_the_finished_line(self):
        self._assert_all_refused(lambda user: self.move.move_line_ids.with_user(user).write({"quantity": 501}))

    def test_the_unit_of_the_finished_line(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._assert_all_refused(
            lambda user: self.move.move_line_ids.with_user(user).write({"product_uom_id": dozen.id})
        )

    def test_the_quantity_through_the_order(self):
        vals = {"move_finished_ids": [Command.update(self.move.id, {"quantity": 501})]}
        self._assert_all_refused(lambda user: self.order.with_user(user).write(vals))

    def test_a_line_that_is_added(self):
        vals = {
            "move_id": self.move.id,
            "product_id": self.stamped.id,
            "quantity": 1,
            "location_id": self.production_place.id,
            "location_dest_id": self.market.id,
        }
        self._assert_all_refused(lambda user: self.env["stock.move.line"].with_user(user).create(vals))

    def test_the_destination_of_a_done_line_elsewhere(self):
        elsewhere = self._order(1, self.stamped)
        self._make(elsewhere)
        line = elsewhere.move_finished_ids.move_line_ids
        self.assertEqual(line.location_dest_id, self.stock)
        self._assert_all_refused(lambda user: line.with_user(user).write({"location_dest_id": self.market.id}))

    def test_less_than_was_written_may_be_corrected(self):
        self.move.move_line_ids.with_user(self.worker).quantity = 400
        self._assert_figures(900)

    def test_as_far_as_there_is_room_it_may_be_corrected(self):
        self._take(99)
        self.move.move_line_ids.with_user(self.worker).quantity = 599
        self._assert_figures(1000)

    def test_one_more_than_there_is_room_for_is_refused(self):
        self._take(99)
        self._assert_refused(
            lambda: self.move.move_line_ids.with_user(self.worker).write({"quantity": 600}), self.loop.name
        )

    def test_forged_context_keys_do_not_help(self):
        for records, vals in (
            (self.order, {"qty_producing": 501}),
            (self.move, {"quantity": 501}),
            (self.move.move_line_ids, {"quantity": 501}),
        ):
            with self.subTest(model=records._name):
                self._assert_refused(
                    lambda records=records, vals=vals: self._rpc(self.planner, records, "write", vals, context=FORGED)
                )

    def test_a_line_added_to_a_done_transfer(self):
        self._take(100)
        self._make(self._orders() - self.order, 100)
        picking = self._create_picking(self.suppliers, self.blank_market, 10, picking_type=self.warehouse.in_type_id)
        picking.move_ids.quantity = 10
        self._validate(picking)
        vals = {
            "picking_id": picking.id,
            "move_id": picking.move_ids.id,
            "product_id": self.stamped.id,
            "quantity": 1,
            "location_id": self.suppliers.id,
            "location_dest_id": self.market.id,
        }
        self._assert_all_refused(lambda user: self.env["stock.move.line"].with_user(user).create(vals))
        vals.pop("move_id")
        self._assert_all_refused(lambda user: self.env["stock.move.line"].with_user(user).create(vals))

    def test_a_move_that_is_created_done(self):
        line = {
            "product_id": self.stamped.id,
            "quantity": 5,
            "location_id": self.production_place.id,
            "location_dest_id": self.market.id,
            "state": "done",
        }
        vals = {
            "product_id": self.stamped.id,
            "product_uom_qty": 5,
            "state": "done",
            "location_id": self.production_place.id,
            "location_dest_id": self.market.id,
            "move_line_ids": [Command.create(line)],
        }
        self._assert_all_refused(lambda user: self.env["stock.move"].with_user(user).create(vals))

    def test_a_move_created_done_with_a_quantity(self):
        vals = {
            "product_id": self.stamped.id,
            "product_uom_qty": 5,
            "quantity": 5,
            "picked": True,
            "state": "done",
            "location_id": self.production_place.id,
            "location_dest_id": self.market.id,
        }
        for user in (self.storekeeper, self.planner):
            self._try(lambda user=user: self.env["stock.move"].with_user(user).create(vals))
            self._assert_figures(1000)

    def test_the_place_of_a_done_move_elsewhere(self):
        """The lines say where the parts lie: the move alone moves nothing."""
        elsewhere = self._order(1, self.stamped)
        self._make(elsewhere)
        self._try(
            lambda: elsewhere.move_finished_ids.with_user(self.planner).write({"location_dest_id": self.market.id})
        )
        self._assert_figures(1000)

    def test_where_excess_is_allowed_a_done_document_may_grow(self):
        self.loop.overrun_policy = "allow"
        self.move.move_line_ids.with_user(self.worker).quantity = 600
        self._assert_figures(1100)

    def _try(self, call):
        with suppress(UserError, AccessError), self.env.cr.savepoint():
            call()
            self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCounting(OverrunCase):
    def test_a_storekeeper_cannot_count_more_than_is_authorised(self):
        self._assert_refused(lambda: self._count(1001, self.storekeeper), self.loop.name)

    def test_nor_can_a_worker_with_a_forged_context(self):
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        for user in (self.storekeeper, self.worker):
            for name in ("inventory_quantity", "inventory_quantity_auto_apply"):
                with self.subTest(user=user.login, name=name):
                    self._count_remotely(user, quant, {name: 1500})
                    self._assert_figures(1000)
                    self.assertFalse(self._overrides())

    def _count_remotely(self, user, quant, vals):
        with suppress(UserError, AccessError), self.env.cr.savepoint():
            self._rpc(user, quant, "write", vals, context=FORGED)
            self._rpc(user, quant, "action_apply_inventory", context=FORGED)
            self.env.flush_all()
        self.env.invalidate_all()

    def test_a_planner_s_count_passes_and_is_kept(self):
        self._count(1100, self.planner)
        self._assert_figures(1100)
        row = self._overrides()
        self.assertEqual((row.kind, row.user_id, row.quantity, row.loop_id), ("count", self.planner, 100, self.loop))
        self.assertTrue(row.reason)
        self.assertIn(self.loop.name, row.limits)

    def test_an_inventory_administrator_s_count_passes_and_is_kept(self):
        self._count(1100, self.counter)
        self._assert_figures(1100)
        self.assertEqual(self._overrides("count").user_id, self.counter)

    def test_a_count_within_what_is_authorised_is_anybody_s(self):
        self._take(500)
        self._count(600, self.storekeeper)
        self.assertEqual(self.loop.on_hand_qty, 600)
        self.assertFalse(self._overrides())

    def test_exactly_up_to_what_is_authorised(self):
        order = self._order_500()
        order.workorder_ids.with_user(self.worker).button_start()
        self._count(1000, self.storekeeper)
        self.assertEqual(self.loop.on_hand_qty, 1000)
        self._make(order)
        self._assert_figures(1000, held=500)

    def test_a_count_that_finds_less_is_anybody_s(self):
        self._count(900, self.storekeeper)
        self._assert_figures(900, on_order=100)

    def test_where_excess_is_refused_a_planner_still_counts(self):
        self.loop.overrun_policy = "refuse"
        self._assert_refused(lambda: self._count(1001, self.storekeeper))
        self._count(1001, self.planner)
        self._assert_figures(1001)

    def test_where_excess_is_allowed_anybody_counts(self):
        self.loop.overrun_policy = "allow"
        self._count(1100, self.storekeeper)
        self._assert_figures(1100)
        self.assertFalse(self._overrides())

    def test_the_screen_s_button_set_and_apply(self):
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        quant = quant.with_user(self.storekeeper).with_context(inventory_mode=True)
        quant.inventory_quantity = 1200
        self._assert_refused(quant.action_apply_inventory, self.loop.name)

    def test_an_apply_of_all_counts(self):
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        quant = quant.with_user(self.storekeeper).with_context(inventory_mode=True)
        quant.inventory_quantity = 1200
        wizard = self.env["stock.inventory.adjustment.name"].with_user(self.storekeeper)
        wizard = wizard.create({"quant_ids": [Command.set(quant.ids)]})
        self._assert_refused(wizard.action_apply, self.loop.name)

    def test_held_stock_is_counted_away_by_a_planner_only(self):
        self._overrun(700)
        self._assert_refused(lambda: self._count(150, self.storekeeper, self.held), "Held")
        self._count(150, self.planner, self.held)
        self._assert_figures(1000, held=150)
        self._assert_excess(150)
        self.assertEqual(self._overrides("count").quantity, 50)

    def test_more_held_stock_is_found(self):
        """Found in the place for held stock, it is held: nobody gets usable stock by that."""
        self._overrun(700)
        self._count(250, self.planner, self.held)
        self._assert_figures(1000, held=250)
        self._assert_excess(200, 50)


@tagged("post_install", "-at_install")
class TestDirectWrites(OverrunCase):
    """Stock that is written without a move: the last point that every path passes."""

    def setUp(self):
        super().setUp()
        self.quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        self.users = (
            self.storekeeper,
            self.worker,
            self.planner,
            self.counter,
            self.manager,
            self.env.ref("base.user_admin"),
        )

    def _assert_nobody_can(self, method, *args, records=None):
        records = self.quant if records is None else records
        for user in self.users:
            for context in ({}, FORGED):
                with self.subTest(user=user.login, forged=bool(context)):
                    self._assert_refused(
                        lambda user=user, context=context: self._rpc(user, records, method, *args, context=context),
                    )

    def test_writing_a_larger_quantity(self):
        self._assert_nobody_can("write", {"quantity": 1001})

    def test_creating_a_quant(self):
        vals = {"product_id": self.stamped.id, "location_id": self.market.id, "quantity": 1}
        self._assert_nobody_can("create", [vals], records=self.quant.browse())

    def test_creating_a_quant_on_a_shelf_of_the_supermarket(self):
        shelf = self._create_place("Shelf", self.market)
        vals = {"product_id": self.stamped.id, "location_id": shelf.id, "quantity": 1}
        self._assert_nobody_can("create", [vals], records=self.quant.browse())

    def test_writing_held_stock(self):
        self._overrun(700)
        held = self.env["stock.quant"]._gather(self.stamped, self.held, strict=True)
        self.assertEqual(held.quantity, 200)
        for quantity in (0, 100, 300):
            self._assert_nobody_can("write", {"quantity": quantity}, records=held)

    def test_moving_held_stock_into_the_supermarket_by_its_place(self):
        self._overrun(700)
        held = self.env["stock.quant"]._gather(self.stamped, self.held, strict=True)
        self._assert_nobody_can("write", {"location_id": self.market.id}, records=held)

    def test_turning_another_product_s_quant_into_this_one(self):
        self._stock_up(self.bracket, self.market, 10)
        quant = self.env["stock.quant"]._gather(self.bracket, self.market)
        self._assert_nobody_can("write", {"product_id": self.stamped.id}, records=quant)

    def test_as_superuser_it_is_refused_too(self):
        self._assert_refused(lambda: self.quant.sudo().write({"quantity": 1001}), self.loop.name)
        vals = {"product_id": self.stamped.id, "location_id": self.market.id, "quantity": 1}
        self._assert_refused(lambda: self.quant.sudo().create(vals), self.loop.name)

    def test_a_smaller_quantity_is_no_excess(self):
        self.quant.sudo().write({"quantity": 900})
        self.assertEqual(self._on_hand(self.stamped, self.market), 900)

    def test_a_default_in_the_context_is_a_quantity_too(self):
        vals = {"product_id": self.stamped.id, "location_id": self.market.id}
        for user in self.users:
            self._try_remotely(user, vals, {"default_quantity": 5})
            self._try_remotely(user, vals, {"default_quantity": 5, **FORGED})
            self._assert_figures(1000)

    def _try_remotely(self, user, vals, context):
        with suppress(UserError, AccessError), self.env.cr.savepoint():
            self._rpc(user, self.quant.browse(), "create", [vals], context=context)
            self.env.flush_all()

    def test_up_to_what_is_authorised(self):
        self.quant.sudo().write({"quantity": 900})
        self.quant.sudo().write({"quantity": 1000})
        self._assert_refused(lambda: self.quant.sudo().write({"quantity": 1001}))

    def test_where_excess_is_allowed(self):
        self.loop.overrun_policy = "allow"
        self.quant.sudo().write({"quantity": 1100})
        self._assert_figures(1100)

    def test_another_product_or_place_is_free(self):
        vals = {"product_id": self.bracket.id, "location_id": self.market.id, "quantity": 1}
        self.env["stock.quant"].sudo().create(vals)
        vals = {"product_id": self.stamped.id, "location_id": self.blank_market.id, "quantity": 1}
        self.env["stock.quant"].sudo().create(vals)
        self._assert_figures(1000)

    def test_the_place_cannot_be_declared_usable_while_stock_is_held_there(self):
        self._overrun(700)
        for user in (self.counter, self.planner):
            with suppress(UserError, AccessError), self.env.cr.savepoint():
                self._rpc(user, self.held, "write", {"mes_is_held": False})
                self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(self.held.mes_is_held, user.login)

    def test_the_place_cannot_be_carried_into_the_supermarket(self):
        self._overrun(700)
        with suppress(UserError, AccessError), self.env.cr.savepoint():
            self._rpc(self.counter, self.held, "write", {"location_id": self.market.id})
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertLessEqual(self.loop.on_hand_qty, 1000)

    def test_the_loop_cannot_forget_its_place_while_stock_is_held_there(self):
        self._overrun(700)
        other = self._create_place("Cage", self.bottom)
        with suppress(UserError), self.env.cr.savepoint():
            self.loop.with_user(self.planner).held_location_id = other
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.loop.held_qty, 200, "200 are still held")


@tagged("post_install", "-at_install")
class TestReturns(OverrunCase):
    """What comes back is never refused: beyond the need it is held, under every policy."""

    def _return(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.storekeeper)
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model="stock.picking")
        )
        wizard = wizard.create({})
        wizard.product_return_moves.quantity = quantity
        returned = wizard._create_return().sudo()
        returned.move_ids.location_dest_id = self.market
        return self._validate(returned)

    def _policies(self):
        for policy in ("hold", "refuse"):
            with self.subTest(policy=policy), self.env.cr.savepoint() as savepoint:
                self.loop.overrun_policy = policy
                yield policy
                savepoint.rollback()
            self.env.invalidate_all()

    def test_an_undone_scan(self):
        for _policy in self._policies():
            withdrawal = self._take(500)
            self._make(withdrawal.signal_ids.production_id)
            answer = self.station.undo(withdrawal.id)
            self.assertEqual(answer["status"], "ok", answer)
            self._assert_figures(1000, held=500)
            self.assertEqual(withdrawal.state, "undone")

    def test_a_container_that_is_given_back_by_scan(self):
        for _policy in self._policies():
            self._make(self._order_500())
            answer = self.station.give_back(self.stamped.barcode, 100, location_id=self.line.id)
            self.assertEqual(answer["status"], "ok", answer)
            self.assertIn("Held", answer["message"])
            self._assert_figures(1000, held=100)

    def test_a_transfer_that_is_returned(self):
        for _policy in self._policies():
            picking = self._validate(self._create_picking(self.market, self.line, 500))
            self._make(self._orders())
            self._return(picking, 200)
            self._assert_figures(1000, held=200)

    def test_a_delivery_that_is_returned(self):
        for _policy in self._policies():
            out = self.warehouse.out_type_id
            picking = self._validate(self._create_picking(self.market, self.customers, 500, picking_type=out))
            self._make(self._orders())
            self._return(picking, 200)
            self._assert_figures(1000, held=200)

    def test_a_return_within_the_need_is_usable(self):
        withdrawal = self._take(99)
        self.assertEqual(self.loop.on_order_qty, 0)
        self.station.undo(withdrawal.id)
        self._assert_figures(1000)
        self._assert_excess()

    def test_the_tolerance_is_not_for_returns(self):
        self.loop.overrun_tolerance = 10
        withdrawal = self._take(500)
        self._make(withdrawal.signal_ids.production_id)
        self.station.undo(withdrawal.id)
        self._assert_figures(1000, held=500)


@tagged("post_install", "-at_install")
class TestOtherSupply(OverrunCase):
    def test_a_vendor_delivers_too_much(self):
        self._stock_up(self.blank, self.blank_market, 500)
        loop = self._create_loop(self.blank, self.blank_market, supply_method="buy", container_qty=100, card_count=5)
        self._take(300, loop=loop)
        purchase = loop.signal_ids.purchase_line_id.order_id
        purchase.button_confirm()
        picking = purchase.picking_ids
        picking.move_ids.quantity = 350
        self._validate(picking)
        self._assert_figures(500, held=50, loop=loop)
        self.assertEqual(purchase.order_line.qty_received, 350)

    def test_a_refused_over_receipt(self):
        self._stock_up(self.blank, self.blank_market, 500)
        loop = self._create_loop(
            self.blank,
            self.blank_market,
            supply_method="buy",
            container_qty=100,
            card_count=5,
            overrun_policy="refuse",
        )
        self._take(300, loop=loop)
        purchase = loop.signal_ids.purchase_line_id.order_id
        purchase.button_confirm()
        purchase.picking_ids.move_ids.quantity = 301
        self._assert_refused(lambda: self._validate(purchase.picking_ids), "300")
        purchase.picking_ids.move_ids.quantity = 300
        self._validate(purchase.picking_ids)
        self._assert_figures(500, loop=loop)

    def test_a_transfer_delivers_too_much(self):
        store = self._create_place("Store", self.stock)
        self._stock_up(self.blank, store, 1000)
        self._stock_up(self.blank, self.blank_market, 500)
        loop = self._create_loop(
            self.blank,
            self.blank_market,
            supply_method="transfer",
            source_location_id=store.id,
            container_qty=100,
            card_count=5,
        )
        self._take(300, loop=loop)
        picking = loop.signal_ids.picking_id
        picking.action_assign()
        picking.move_ids.quantity = 400
        self._validate(picking)
        self._assert_figures(500, held=100, loop=loop)
        self.assertEqual(self._on_hand(self.blank, store), 600)
        self.assertFalse(loop.signal_ids.filtered(lambda signal: signal.state != "done"))

    def test_goods_sent_back_to_the_vendor_from_held_stock(self):
        self._overrun(700)
        picking = self._create_picking(self.held, self.suppliers, 50, picking_type=self.warehouse.out_type_id)
        picking.move_ids.quantity = 50
        self._validate(picking)
        self._assert_figures(1000, held=150)
        self._assert_excess(150)


@tagged("post_install", "-at_install")
class TestHeldStock(OverrunCase):
    """1000 usable, 200 held."""

    def setUp(self):
        super().setUp()
        self.order = self._overrun(700)
        self._assert_figures(1000, held=200)

    def test_it_is_on_hand_but_not_free(self):
        product = self.env["product.product"].browse(self.stamped.id)
        here = product.with_context(location=self.bottom.id)
        self.assertEqual((here.qty_available, here.free_qty), (1200, 1000))
        self.assertEqual((product.free_qty, product.qty_available), (1000 + 0, 1200), "500 lie at the line, not in it")

    def test_it_is_part_of_the_position(self):
        self.assertEqual((self.loop.position_qty, self.loop.room_qty), (1200, -200))

    def test_another_product_s_free_quantity_is_untouched(self):
        self.assertEqual(self.bracket.free_qty, self.bracket.qty_available)

    def test_nothing_reserves_it(self):
        picking = self._create_picking(self.bottom, self.customers, 1200, picking_type=self.warehouse.out_type_id)
        self.assertEqual(picking.move_ids.quantity, 1000)
        self.assertEqual(picking.move_line_ids.location_id, self.market)

    def test_a_transfer_from_the_place_itself_cannot_be_finished(self):
        picking = self._create_picking(self.held, self.customers, 50, picking_type=self.warehouse.out_type_id)
        picking.move_ids.quantity = 50
        self._assert_refused(lambda: self._validate(picking), "held")

    def test_it_cannot_be_carried_to_the_supermarket_by_hand(self):
        picking = self._create_picking(self.held, self.market, 50)
        picking.move_ids.quantity = 50
        self._assert_refused(lambda: self._validate(picking), "held")

    def test_it_cannot_be_carried_to_another_place_by_hand(self):
        for target in (self.line, self.blank_market, self.stock):
            picking = self._create_picking(self.held, target, 50)
            picking.move_ids.quantity = 50
            for user in (self.storekeeper, self.planner, self.counter, self.manager):
                self._assert_refused(lambda picking=picking, user=user: self._validate(picking, user), "held")

    def test_a_line_typed_from_there_on_another_transfer(self):
        picking = self._create_picking(self.stock, self.customers, 50, picking_type=self.warehouse.out_type_id)
        picking.move_line_ids.location_id = self.held
        self._assert_refused(lambda: self._validate(picking), "held")

    def test_a_line_added_to_a_done_transfer(self):
        picking = self._create_picking(self.market, self.line, 50)
        self._validate(picking)
        vals = {
            "picking_id": picking.id,
            "move_id": picking.move_ids.id,
            "product_id": self.stamped.id,
            "quantity": 10,
            "location_id": self.held.id,
            "location_dest_id": self.line.id,
        }
        for user in (self.storekeeper, self.planner):
            self._assert_refused(lambda user=user: self.env["stock.move.line"].with_user(user).create(vals))

    def test_the_source_of_a_done_line_cannot_become_the_held_place(self):
        picking = self._validate(self._create_picking(self.market, self.line, 50))
        for user in (self.storekeeper, self.planner):
            self._assert_refused(
                lambda user=user: picking.move_line_ids.with_user(user).write({"location_id": self.held.id})
            )

    def test_an_order_cannot_consume_it(self):
        frame = self._create_made("Frame", self.saw, component=self.stamped)
        order = self._order(10, frame)
        order.move_raw_ids.location_id = self.held
        order.move_raw_ids.quantity = 10
        self._assert_refused(lambda: self._make(order), "held")

    def test_an_order_whose_line_is_typed_from_there(self):
        frame = self._create_made("Frame", self.saw, component=self.stamped)
        order = self._order(10, frame)
        order.action_assign()
        order.move_raw_ids.move_line_ids.location_id = self.held
        self._assert_refused(lambda: self._make(order), "held")

    def test_nobody_withdraws_it_at_the_station(self):
        answer = self.station.withdraw(self.loop.id, 1100, location_dest_id=self.line.id)
        self.assertEqual(answer["status"], "error", answer)
        self._assert_figures(1000, held=200)

    def test_nobody_takes_it_to_the_line_and_gives_it_back_as_usable(self):
        answer = self.station.give_back(self.stamped.barcode, 100, location_id=self.held.id)
        if answer["status"] == "ok":
            self.assertLessEqual(self.loop.on_hand_qty, 1000)
        self._assert_figures(1000, held=200)

    def test_a_quant_that_is_relocated(self):
        quant = self.env["stock.quant"]._gather(self.stamped, self.held, strict=True)
        for user in (self.storekeeper, self.planner, self.counter):
            for target in (self.market, self.line):
                with self.subTest(user=user.login, target=target.name):
                    self._assert_refused(
                        lambda user=user, target=target: quant.with_user(user).move_quants(location_dest_id=target)
                    )

    def test_scrap_is_possible(self):
        action = self._excess().with_user(self.planner).action_scrap()
        scrap = self.env["stock.scrap"].with_user(self.storekeeper).with_context(**action["context"]).create({})
        self.assertEqual((scrap.scrap_qty, scrap.location_id), (200, self.held))
        scrap.scrap_qty = 50
        scrap.action_validate()
        self._assert_figures(1000, held=150)
        self._assert_excess(150)
        self.assertFalse(self._overrides(), "scrap needs no override")

    def test_scrap_of_all_that_is_held(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 200, "location_id": self.held.id}
        )
        scrap.action_validate()
        self._assert_figures(1000)
        self._assert_excess(0)
        self.assertTrue(self._excess().date_released)

    def test_scrap_of_held_stock_orders_nothing(self):
        self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 100, "location_id": self.held.id}
        ).action_validate()
        self.assertEqual(self._orders(), self.order)
        self.assertFalse(self.loop.withdrawal_ids.filtered(lambda withdrawal: withdrawal.kind == "scrap"))

    def test_a_correction_of_the_order_s_quantity_downwards(self):
        """Only 650 were made: 150 are held."""
        line = self.order.move_finished_ids.move_line_ids.filtered(lambda line: line.location_dest_id == self.held)
        line.with_user(self.worker).quantity = 150
        self._assert_figures(1000, held=150)
        self._assert_excess(150)

    def test_a_correction_upwards_in_held_stock_is_still_held(self):
        line = self.order.move_finished_ids.move_line_ids.filtered(lambda line: line.location_dest_id == self.held)
        line.with_user(self.worker).quantity = 250
        self._assert_figures(1000, held=250)
        self._assert_excess(250)

    def test_forged_context_keys_do_not_help(self):
        picking = self._create_picking(self.held, self.market, 50)
        picking.move_ids.write({"quantity": 50, "picked": True})
        self._assert_refused(lambda: self._rpc(self.planner, picking, "button_validate", context=FORGED), "held")

    def test_unbuilding_the_product_does_not_take_from_it(self):
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.stamped.id,
                "bom_id": self.bom.id,
                "product_qty": 10,
                "location_id": self.held.id,
                "location_dest_id": self.stock.id,
            }
        )
        self._assert_refused(lambda: unbuild.with_user(self.worker).action_unbuild(), "held")

    def test_the_rows_are_not_written_or_deleted(self):
        row = self._excess()
        for user in (self.operator, self.storekeeper, self.planner, self.manager):
            self._assert_denied(lambda user=user: self._rpc(user, row, "write", {"remaining_qty": 0}))
            self._assert_denied(lambda user=user: self._rpc(user, row, "unlink"))
            self._assert_denied(lambda user=user: self._rpc(user, row.browse(), "create", [{"loop_id": self.loop.id}]))


@tagged("post_install", "-at_install")
class TestReleasedByItself(OverrunCase):
    def test_oldest_first(self):
        with freeze_time("2026-11-02 08:00:00"):
            self._overrun(600)
        with freeze_time("2026-11-03 08:00:00"):
            self._bring(150)
        self._assert_excess(100, 150)
        self._take(130)
        self._assert_figures(1000, held=120)
        self._assert_excess(0, 120)
        self.assertTrue(self._excess()[0].date_released)
        self.assertFalse(self._excess()[1].date_released)

    def test_before_any_new_order(self):
        order = self._overrun(700)
        self._take(200)
        self._assert_figures(1000)
        self.assertEqual(self._orders(), order)
        self._take(200)
        self._assert_figures(800, on_order=200)

    def test_only_as_much_as_there_is_room_for(self):
        self._overrun(700)
        self._take(30)
        self._assert_figures(1000, held=170)

    def test_it_is_one_move_that_tells_the_story(self):
        self._overrun(700)
        self._take(150)
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.stamped.id), ("location_id", "=", self.held.id)]
        )
        self.assertEqual((moves.quantity, moves.state, moves.location_dest_id), (150, "done", self.market))

    def test_it_is_neither_withdrawal_nor_return(self):
        self._overrun(700)
        self._take(150)
        withdrawals = self.env["mes.pull.withdrawal"].search([("loop_id", "=", self.loop.id)])
        self.assertEqual(sorted(withdrawals.mapped("quantity")), [150, 500])

    def test_by_a_delivery(self):
        self._overrun(700)
        out = self.warehouse.out_type_id
        self._validate(self._create_picking(self.market, self.customers, 150, picking_type=out))
        self._assert_figures(1000, held=50)

    def test_by_scrap_in_the_supermarket(self):
        self._overrun(700)
        self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 150, "location_id": self.market.id}
        ).action_validate()
        self._assert_figures(1000, held=50)

    def test_by_consumption_of_an_order(self):
        self._overrun(700)
        self._make(self._order(150, self._create_made("Frame", self.saw, component=self.stamped)))
        self._assert_figures(1000, held=50)

    def test_by_a_count_that_finds_less(self):
        self._overrun(700)
        self._count(900, self.storekeeper)
        self._assert_figures(1000, held=100)

    def test_by_more_cards(self):
        self._overrun(700)
        self.loop.with_user(self.planner).card_count = 11
        self._assert_figures(1100, held=100)

    def test_by_a_done_transfer_that_is_corrected(self):
        self._overrun(700)
        picking = self._validate(self._create_picking(self.market, self.line, 50))
        self._assert_figures(1000, held=150)
        picking.move_line_ids.with_user(self.storekeeper).quantity = 100
        self._assert_figures(1000, held=100)

    def test_by_the_hourly_run(self):
        self._overrun(700)
        self._stock_up(self.stamped, self.market, -50)
        self._run_cron()
        self._assert_figures(1000, held=150)

    def test_by_the_planner_s_replenish(self):
        self._overrun(700)
        self._stock_up(self.stamped, self.market, -100)
        self.loop.with_user(self.planner).action_replenish()
        self._assert_figures(1000, held=100)
        self.assertEqual(len(self._orders()), 1)

    def test_nothing_else_moves_it(self):
        self._overrun(700)
        self._run_cron()
        self._bring(10, product=self.bracket)
        self._assert_figures(1000, held=200)

    def test_a_withdrawal_larger_than_what_is_usable_and_needed_twice(self):
        """Withdrawn to the last piece: all that is held comes first, then the rest is ordered."""
        self._overrun(700)
        self._take(1000)
        self._assert_figures(200, on_order=800)
        self._assert_excess(0)

    def test_an_order_that_runs_meanwhile_is_received_as_far_as_there_is_room(self):
        """What was ordered before the return came back is held in its turn."""
        self._take(500)
        order = self._orders()
        order.workorder_ids.with_user(self.worker).button_start()
        self._bring(300, source=self.suppliers, picking_type=self.warehouse.in_type_id)
        self._assert_figures(800, on_order=500)
        self._make(order)
        self._assert_figures(1000, held=300)

    def test_an_undone_withdrawal_after_held_stock_was_used(self):
        self._overrun(700)
        withdrawal = self._take(200)
        self._assert_figures(1000)
        self.station.undo(withdrawal.id)
        self._assert_figures(1000, held=200)


@tagged("post_install", "-at_install")
class TestDemandMode(OverrunCase):
    """Made to demand: an empty supermarket and nobody who asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stock_up(cls.stamped, cls.market, -1000)
        cls.loop.write({"mode": "demand", "safety_qty": 0, "location_dest_id": cls.line.id})

    def _ask(self, quantity):
        return self._create_picking(self.market, self.customers, quantity, picking_type=self.warehouse.out_type_id)

    def test_what_nobody_asked_for_is_held(self):
        self._ask(300)
        self.assertEqual(self._orders().product_qty, 300)
        self._make(self._orders(), 400)
        self._assert_figures(300, held=100)

    def test_new_demand_takes_what_is_held_before_anything_is_ordered(self):
        self._ask(300)
        order = self._orders()
        self._make(order, 400)
        self._ask(80)
        self._assert_figures(380, held=20)
        self.assertEqual(self._orders(), order)
        self._ask(50)
        self._assert_figures(400, on_order=30)

    def test_a_delivery_takes_its_demand_along(self):
        picking = self._ask(300)
        self._make(self._orders(), 400)
        picking.action_assign()
        self._validate(picking)
        self._assert_figures(0, held=100)

    def test_a_cancelled_demand_leaves_the_stock_and_holds_what_comes_after(self):
        picking = self._ask(300)
        order = self._orders()
        order.workorder_ids.with_user(self.worker).button_start()
        order.with_user(self.worker).qty_producing = 200
        picking.action_cancel()
        self.assertEqual(order.product_qty, 200, "what was counted is finished, the rest is not made")
        self._make(order, 200)
        self._assert_figures(0, held=200)

    def test_safety_stock_may_be_there(self):
        self.loop.safety_qty = 50
        self.loop.with_user(self.planner).action_replenish()
        self._make(self._orders(), 70)
        self._assert_figures(50, held=20)

    def test_refused_without_demand(self):
        self.loop.overrun_policy = "refuse"
        self._ask(300)
        order = self._orders()
        self._assert_refused(lambda: self._make(order, 301), "300")
        self._make(order, 300)
        self._assert_figures(300)


@tagged("post_install", "-at_install")
class TestSupervisor(OverrunCase):
    """1000 usable, 200 held: a planner may release them with a reason."""

    def setUp(self):
        super().setUp()
        self._overrun(700)
        self.row = self._excess()

    def test_with_a_reason(self):
        self.row.with_user(self.planner).action_release("Customer takes them early")
        self._assert_figures(1200)
        self._assert_excess(0)
        override = self._overrides()
        self.assertEqual(
            (
                override.kind,
                override.user_id,
                override.reason,
                override.quantity,
                override.loop_id,
                override.product_id,
            ),
            ("held", self.planner, "Customer takes them early", 200, self.loop, self.stamped),
        )
        self.assertEqual((override.res_model, override.res_id), ("mes.pull.excess", self.row.id))

    def test_in_the_wizard(self):
        action = self.row.with_user(self.planner).action_open_release()
        form = Form(self.env["mes.pull.override.wizard"].with_user(self.planner).with_context(**action["context"]))
        self.assertIn("200", form.limits)
        form.reason = "Customer takes them early"
        form.save().action_confirm()
        self._assert_figures(1200)
        self.assertEqual(self._overrides("held").reason, "Customer takes them early")

    def test_without_a_reason(self):
        for reason in ("", "  ", None, False):
            self._assert_refused(lambda reason=reason: self.row.with_user(self.planner).action_release(reason))

    def test_not_by_others(self):
        for user in (self.operator, self.worker, self.storekeeper, self.counter):
            self._assert_denied(lambda user=user: self._rpc(user, self.row, "action_release", "I need them"))
        stranger = new_test_user(self.env, "mes_stranger", "base.group_user")
        self._assert_denied(lambda: self._rpc(stranger, self.row, "action_release", "I need them"))

    def test_the_next_withdrawals_order_nothing_until_the_excess_is_gone(self):
        self.row.with_user(self.planner).action_release("Customer takes them early")
        self._take(200)
        self._assert_figures(1000)
        self._take(100)
        self._assert_figures(900, on_order=100)

    def test_only_the_chosen_row(self):
        self._bring(50)
        self._excess()[1].with_user(self.planner).action_release("The new ones are better")
        self._assert_figures(1050, held=200)
        self._assert_excess(200, 0)

    def test_what_is_released_stays_when_the_next_excess_is_held(self):
        self.row.with_user(self.planner).action_release("Customer takes them early")
        self._bring(10)
        self._assert_figures(1200, held=10)

    def test_a_second_release_changes_nothing(self):
        self.row.with_user(self.planner).action_release("Customer takes them early")
        self.row.with_user(self.planner).action_release("Customer takes them early")
        self._assert_figures(1200)
        self.assertEqual(len(self._overrides()), 1)

    def test_one_release_is_no_leave_for_the_next(self):
        self.row.with_user(self.planner).action_release("Customer takes them early")
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        self._assert_refused(lambda: quant.sudo().write({"quantity": 1201}))
        self._assert_refused(lambda: self._count(1201, self.storekeeper))


@tagged("post_install", "-at_install")
class TestUnits(OverrunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dozen = cls.env.ref("uom.product_uom_dozen")

    def test_an_order_in_dozens(self):
        order = self._order_stamped(50, product_uom_id=self.dozen.id)
        self._take(600)
        self._assert_released(order)
        self._make(order, 75)
        self._assert_figures(1000, held=300)
        self._assert_excess(300)

    def test_a_receipt_in_dozens_is_split_to_the_piece(self):
        """100 pieces of 10 dozens fit: 20 are held, although they are no whole dozens."""
        self._take(100)
        self._orders().with_user(self.worker).action_cancel()
        self.loop.with_user(self.planner).card_count = 10
        picking = self._create_picking(
            self.suppliers, self.market, 10, picking_type=self.warehouse.in_type_id, product_uom=self.dozen.id
        )
        picking.move_ids.quantity = 10
        self._validate(picking)
        self.assertEqual(self._on_hand(self.stamped, self.market), 1000)
        self.assertEqual(self._on_hand(self.stamped, self.held), 20)
        self._assert_excess(20)
        self.assertEqual(picking.move_ids.quantity, 10)

    def test_an_edit_in_dozens(self):
        order = self._overrun(500)
        line = order.move_finished_ids.move_line_ids
        self._assert_refused(lambda: line.write({"quantity": 42, "product_uom_id": self.dozen.id}), self.loop.name)
        line.write({"quantity": 41, "product_uom_id": self.dozen.id})
        self.assertEqual(self.loop.on_hand_qty, 1000 - 500 + 492)

    def test_pieces_finer_than_one(self):
        kilo = self.env.ref("uom.product_uom_kgm")
        paint = self._create_made("Paint", self.saw, uom_id=kilo.id)
        place = self._create_place("Paints", self.stock)
        loop = self._create_loop(paint, place, container_qty=2.5, card_count=2)
        order = loop.with_user(self.planner).action_replenish().sudo().production_id
        self._make(order, 5.25)
        self._assert_figures(5, held=0.25, loop=loop)

    def test_the_tolerance_of_an_order_in_dozens(self):
        order = self._order_stamped(50, product_uom_id=self.dozen.id)
        self._take(600)
        self.loop.overrun_tolerance = 10
        self._make(order, 60)
        self._assert_figures(1060, held=60)


@tagged("post_install", "-at_install")
class TestOperationCounts(OverrunCase):
    """What an operation reports is judged at once, not only at the end."""

    def setUp(self):
        super().setUp()
        self.loop.user_id = self.planner
        self.order = self._order_500()
        self.work = self.order.workorder_ids.with_user(self.worker)
        self.work.button_start()

    def test_where_excess_is_refused_the_count_is_refused(self):
        self.loop.overrun_policy = "refuse"
        self._assert_refused(lambda: self.work.write({"qty_produced": 501}), "500", self.order.name)
        self.work.qty_produced = 500
        self.assertEqual(self.order.workorder_ids.qty_produced, 500)

    def test_within_the_tolerance_it_passes(self):
        self.loop.write({"overrun_policy": "refuse", "overrun_tolerance": 2})
        self._assert_refused(lambda: self.work.write({"qty_produced": 511}), "510")
        self.work.qty_produced = 510

    def test_where_excess_is_held_the_planner_is_told(self):
        self.work.qty_produced = 500
        self.assertFalse(self._activities(self.planner, "mrp.production"))
        self.work.qty_produced = 501
        activity = self._activities(self.planner, "mrp.production")
        self.assertEqual((activity.res_id, len(activity)), (self.order.id, 1))
        self.assertIn("501", activity.note)

    def test_the_planner_is_told_once(self):
        for count in (501, 510, 550):
            self.work.qty_produced = count
        self.assertEqual(len(self._activities(self.planner, "mrp.production")), 1)

    def test_where_excess_is_allowed_nobody_is_told(self):
        self.loop.overrun_policy = "allow"
        self.work.qty_produced = 600
        self.assertFalse(self._activities(self.planner, "mrp.production"))

    def test_the_order_s_own_count_is_judged_too(self):
        self.loop.overrun_policy = "refuse"
        self._assert_refused(lambda: self._report(501), "500", self.order.name)

    def _report(self, quantity):
        self.work.qty_producing = quantity
        self.work.button_finish()

    def test_an_order_that_ends_elsewhere_is_free(self):
        order = self._order(10, self.stamped)
        self.loop.overrun_policy = "refuse"
        order.workorder_ids.with_user(self.worker).button_start()
        order.workorder_ids.with_user(self.worker).qty_produced = 20
        self.assertEqual(order.workorder_ids.qty_produced, 20)


@tagged("post_install", "-at_install")
class TestTwoCompanies(OverrunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Works"})
        cls.bom.copy({"company_id": cls.other.id, "operation_ids": False})
        cls.env.user.company_ids |= cls.other
        cls.there = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.other.id]})
        cls.warehouse_there = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1)
        cls.market_there = cls.there["stock.location"].create(
            {"name": "Stamped there", "location_id": cls.warehouse_there.lot_stock_id.id, "company_id": cls.other.id}
        )
        cls.loop_there = cls.there["mes.pull.loop"].create(
            {
                "product_id": cls.stamped.id,
                "location_id": cls.market_there.id,
                "company_id": cls.other.id,
                "supply_method": "manufacture",
                "container_qty": 10,
                "card_count": 5,
            }
        )
        cls.planner_there = new_test_user(
            cls.env,
            "mes_planner_there",
            "mes_pull.mes_pull_group_planner",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    def _bring_there(self, quantity):
        move = self.there["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": quantity,
                "location_id": self.suppliers.id,
                "location_dest_id": self.market_there.id,
                "company_id": self.other.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move._action_done()
        self.env.invalidate_all()

    def test_each_company_holds_its_own(self):
        self._bring_there(80)
        self._assert_figures(50, held=30, loop=self.loop_there)
        self._assert_figures(1000, held=0)
        self.assertEqual(self.loop_there.held_location_id.company_id, self.other)
        self.assertEqual(self._excess(self.loop_there).company_id, self.other)

    def test_room_here_is_no_room_there(self):
        self._take(500)
        self._bring_there(80)
        self._assert_figures(50, held=30, loop=self.loop_there)

    def test_an_order_there_is_made_and_held_there(self):
        order = self.loop_there.with_user(self.planner_there).action_replenish().sudo().production_id
        self.assertEqual((order.company_id, order.product_qty), (self.other, 50))
        self._stock_up(self.blank, self.warehouse_there.lot_stock_id, 100)
        self._finish(order.with_env(self.there), 60)
        self._assert_figures(50, held=10, loop=self.loop_there)

    def test_nobody_sees_or_releases_the_other_company_s_held_stock(self):
        self._bring_there(80)
        row = self._excess(self.loop_there)
        self.assertFalse(row.with_user(self.planner).search([("id", "=", row.id)]))
        self._assert_denied(lambda: self._rpc(self.planner, row, "action_release", "mine now"))
        self._rpc(self.planner_there, row, "action_release", "needed on Monday")
        self._assert_figures(80, loop=self.loop_there)
        override = self._overrides("held")
        self.assertEqual(override.company_id, self.other)
        self.assertFalse(override.with_user(self.planner).search([("id", "=", override.id)]))

    def test_held_stock_there_is_not_taken_from_the_free_quantity_here(self):
        self._bring_there(80)
        here = self.stamped.with_context(allowed_company_ids=self.company.ids)
        there = self.stamped.with_context(allowed_company_ids=self.other.ids)
        self.assertEqual((here.free_qty, there.free_qty, there.qty_available), (1000, 50, 80))
