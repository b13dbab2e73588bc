from odoo import Command
from odoo.tests import Form, tagged

from .common import PullCommon


class WayOutCase(PullCommon):
    """1000 stamped parts in the supermarket, 10 cards of 100: what leaves is ordered again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.customer = cls.env["res.partner"].create({"name": "Cart works"})
        cls.welded = cls._create_product("Welded frame")
        cls.welded_bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.welded.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": cls.stamped.id, "product_qty": 1})],
            }
        )

    # -- doing ----------------------------------------------------------------------------------------------------

    def _transfer(self, quantity, source=None, target=None, product=None, **more):
        source, target = source or self.market, target or self.line
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": (product or self.stamped).id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            **more,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _validate(self, picking):
        picking.move_ids.picked = True
        result = picking.button_validate()
        if isinstance(result, dict) and result.get("res_model") == "stock.backorder.confirmation":
            Form.from_action(self.env, result).save().process()
        return picking

    def _sell(self, quantity, product=None):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": (product or self.stamped).id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        return order

    def _weld(self, quantity):
        order = self.env["mrp.production"].create({"product_id": self.welded.id, "product_qty": quantity})
        order.action_confirm()
        order.action_assign()
        return order

    def _count(self, quantity):
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    def _return(self, picking, quantity):
        wizard = self.env["stock.return.picking"].with_context(
            active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
        )
        form = wizard.create({})
        form.product_return_moves.quantity = quantity
        return self._validate(form._create_return())

    # -- looking --------------------------------------------------------------------------------------------------

    def _withdrawals(self, loop=None):
        return self.env["mes.pull.withdrawal"].search([("loop_id", "=", (loop or self.loop).id)], order="id")

    def _assert_withdrawn(self, *expected, loop=None):
        """Assert the (kind, quantity) of all withdrawals so far, and that what stands is on order again."""
        loop = loop or self.loop
        found = self._withdrawals(loop)
        self.assertEqual(found.mapped(lambda withdrawal: (withdrawal.kind, withdrawal.quantity)), list(expected))

    def _assert_ordered(self, *quantities):
        open_orders = self._orders().filtered(lambda order: order.state != "done")
        self.assertEqual(sorted(open_orders.mapped("product_qty")), sorted(quantities))
        self.loop.invalidate_recordset()
        self.assertEqual(self.loop.on_order_qty, sum(quantities))


@tagged("post_install", "-at_install")
class TestTransfers(WayOutCase):
    def test_an_internal_transfer(self):
        self._validate(self._transfer(500))
        self._assert_withdrawn(("transfer", 500))
        self._assert_ordered(500)

    def test_a_planned_transfer_orders_nothing_yet(self):
        self._transfer(500)
        self._assert_withdrawn()
        self._assert_ordered()

    def test_a_cancelled_transfer_orders_nothing(self):
        self._transfer(500).action_cancel()
        self._assert_withdrawn()
        self._assert_ordered()
        self.assertEqual(self.loop.on_hand_qty, 1000)

    def test_a_partial_transfer_orders_what_went_and_its_backorder_the_rest(self):
        picking = self._transfer(500)
        picking.move_ids.quantity = 200
        self._validate(picking)
        self._assert_ordered(200)
        self._validate(picking.backorder_ids)
        self._assert_withdrawn(("transfer", 200), ("transfer", 300))
        self._assert_ordered(200, 300)

    def test_a_transfer_inside_the_supermarket_is_none_of_ours(self):
        shelf = self._create_place("Shelf", self.market)
        self._validate(self._transfer(500, target=shelf))
        self._assert_withdrawn()
        self._assert_ordered()
        self._validate(self._transfer(300, source=shelf))
        self._assert_withdrawn(("transfer", 300))
        self._assert_ordered(300)

    def test_a_transfer_of_another_product_or_place_is_none_of_ours(self):
        self._stock_up(self.blank, self.market, 100)
        self._stock_up(self.stamped, self.blank_market, 100)
        self._validate(self._transfer(100, product=self.blank))
        self._validate(self._transfer(100, source=self.blank_market))
        self._assert_withdrawn()
        self._assert_ordered()

    def test_dozens_on_the_move_are_pieces_in_the_loop(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._validate(self._transfer(50, product_uom=dozen.id))
        self._assert_withdrawn(("transfer", 600))
        self._assert_ordered(600)

    def test_less_than_a_container_is_withdrawn_but_not_ordered(self):
        self._validate(self._transfer(99))
        self._assert_withdrawn(("transfer", 99))
        self._assert_ordered()
        self._validate(self._transfer(1))
        self._assert_ordered(100)

    def test_a_whole_pallet_that_is_moved(self):
        pallet = self.env["stock.package"].create({"name": "PALLET-1"})
        self._stock_up(self.stamped, self.market, -400)
        self.env["stock.quant"]._update_available_quantity(self.stamped, self.market, 400, package_id=pallet)
        pallet.quant_ids.move_quants(location_dest_id=self.line, message="to welding")
        self._assert_withdrawn(("transfer", 400))
        self._assert_ordered(400)
        self.assertEqual(pallet.location_id, self.line)

    def test_unpacking_in_the_supermarket_is_none_of_ours(self):
        pallet = self.env["stock.package"].create({"name": "PALLET-1"})
        self._stock_up(self.stamped, self.market, -400)
        self.env["stock.quant"]._update_available_quantity(self.stamped, self.market, 400, package_id=pallet)
        pallet.unpack()
        self._assert_withdrawn()
        self.assertEqual(self.loop.on_hand_qty, 1000)

    def test_a_move_without_a_transfer_document(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 500,
                "location_id": self.market.id,
                "location_dest_id": self.line.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self._assert_ordered(500)

    def test_two_lines_of_one_transfer_are_ordered_once(self):
        """One order for what left in one step: 300 + 200."""
        picking = self._transfer(300)
        self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 200,
                "location_id": self.market.id,
                "location_dest_id": self.blank_market.id,
                "picking_id": picking.id,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self._validate(picking)
        self._assert_withdrawn(("transfer", 300), ("transfer", 200))
        self._assert_ordered(500)

    def test_what_never_was_there_is_ordered_too(self):
        """Stock below nothing: 1200 booked out of 1000."""
        picking = self._transfer(1000)
        picking.move_ids.quantity = 1200
        self._validate(picking)
        self.loop.invalidate_recordset()
        self.assertEqual((self.loop.on_hand_qty, self.loop.on_order_qty, self.loop.room_qty), (-200, 1200, 0))


@tagged("post_install", "-at_install")
class TestManufacturing(WayOutCase):
    def test_an_order_that_consumes_directly_from_the_supermarket(self):
        order = self._weld(500)
        self._assert_ordered()
        self._finish(order)
        self._assert_withdrawn(("consumption", 500))
        self._assert_ordered(500)
        self.assertEqual(self._withdrawals().production_id, order)

    def test_a_partly_finished_order_withdraws_what_it_consumed(self):
        order = self._weld(500)
        self._finish(order, 200)
        self._assert_withdrawn(("consumption", 200))
        self._assert_ordered(200)

    def test_a_pick_before_manufacturing_withdraws_when_it_is_picked(self):
        self.warehouse.manufacture_steps = "pbm"
        order = self._weld(500)
        self._assert_ordered()
        self._validate(order.picking_ids)
        self._assert_withdrawn(("transfer", 500))
        self._assert_ordered(500)
        self._finish(order)
        self._assert_withdrawn(("transfer", 500))
        self._assert_ordered(500)

    def test_taking_a_product_apart_and_unbuilding_it(self):
        """Unbuilding a frame brings its part to where it is taken apart: not into the supermarket by itself."""
        order = self._finish(self._weld(500))
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.welded.id,
                "mo_id": order.id,
                "product_qty": 500,
                "location_id": order.location_dest_id.id,
                "location_dest_id": self.market.id,
            }
        )
        unbuild.action_unbuild()
        self._assert_ordered()
        self.assertEqual(self._on_hand(self.stamped, self.market), 1000, "500 came back: nothing is missing")


@tagged("post_install", "-at_install")
class TestScrapCountDelivery(WayOutCase):
    def test_scrap(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 100, "location_id": self.market.id}
        )
        scrap.do_scrap()
        self._assert_withdrawn(("scrap", 100))
        self._assert_ordered(100)

    def test_scrap_at_the_line_was_withdrawn_before(self):
        self._validate(self._transfer(100))
        self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 100, "location_id": self.line.id}
        ).do_scrap()
        self._assert_withdrawn(("transfer", 100))
        self._assert_ordered(100)

    def test_a_count_that_finds_less(self):
        self._count(800)
        self._assert_withdrawn(("count", 200))
        self._assert_ordered(200)

    def test_a_count_that_finds_more_takes_unstarted_orders_back(self):
        self._validate(self._transfer(500))
        self._count(800)
        self._assert_withdrawn(("transfer", 500))
        self._assert_ordered(200)

    def test_a_delivery(self):
        order = self._sell(500)
        self._assert_ordered()
        self._validate(order.picking_ids)
        self._assert_withdrawn(("delivery", 500))
        self._assert_ordered(500)

    def test_a_delivery_in_two_steps_withdraws_at_the_pick(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell(500)
        self._validate(order.picking_ids)
        self._assert_withdrawn(("transfer", 500))
        self._validate(order.picking_ids.filtered(lambda picking: picking.state != "done"))
        self._assert_withdrawn(("transfer", 500))
        self._assert_ordered(500)

    def test_the_delivery_of_a_kit_withdraws_its_parts(self):
        kit = self._create_product("Set of 4", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.stamped.id, "product_qty": 4})],
            }
        )
        self._validate(self._sell(50, kit).picking_ids)
        self._assert_withdrawn(("delivery", 200))
        self._assert_ordered(200)

    def test_goods_sent_back_to_the_vendor(self):
        self._validate(self._transfer(100, target=self.env.ref("stock.stock_location_suppliers")))
        self._assert_withdrawn(("delivery", 100))
        self._assert_ordered(100)


@tagged("post_install", "-at_install")
class TestEditsOfDoneTransfers(WayOutCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picking = cls._transfer(cls, 500)
        cls._validate(cls, cls.picking)
        cls.line_done = cls.picking.move_line_ids

    def test_more_went_than_was_written(self):
        self.line_done.quantity = 700
        self._assert_withdrawn(("transfer", 700))
        self._assert_ordered(500, 200)

    def test_less_went_than_was_written(self):
        self.line_done.quantity = 300
        self._assert_withdrawn(("transfer", 300))
        self._assert_ordered(300)

    def test_nothing_went(self):
        self.line_done.quantity = 0
        self._assert_ordered()
        self.assertEqual(self._withdrawals().state, "undone")

    def test_it_was_taken_from_another_place(self):
        self._stock_up(self.stamped, self.blank_market, 500)
        self.line_done.location_id = self.blank_market
        self._assert_ordered()
        self.assertEqual(self.loop.on_hand_qty, 1000)

    def test_it_never_left_the_supermarket(self):
        self.line_done.location_dest_id = self._create_place("Shelf", self.market)
        self._assert_ordered()

    def test_a_line_was_forgotten(self):
        self.env["stock.move.line"].create(
            {
                "picking_id": self.picking.id,
                "move_id": self.picking.move_ids.id,
                "product_id": self.stamped.id,
                "quantity": 200,
                "location_id": self.market.id,
                "location_dest_id": self.line.id,
            }
        )
        self._assert_withdrawn(("transfer", 700))
        self._assert_ordered(500, 200)

    def test_a_product_was_forgotten(self):
        """Odoo lets a whole new line be added to a done transfer."""
        self.env["stock.move"].create(
            {
                "picking_id": self.picking.id,
                "product_id": self.stamped.id,
                "location_id": self.market.id,
                "location_dest_id": self.line.id,
                "quantity": 200,
                "picked": True,
                "state": "done",
            }
        )
        self._assert_ordered(500, 200)
        self.assertEqual(self._on_hand(self.stamped, self.market), 300)


@tagged("post_install", "-at_install")
class TestReturns(WayOutCase):
    def test_a_return_makes_room_and_the_unstarted_order_shrinks(self):
        picking = self._validate(self._transfer(500))
        self._return(picking, 200)
        self._assert_withdrawn(("transfer", 500), ("return", -200))
        self._assert_ordered(300)
        self.assertEqual((self.loop.on_hand_qty, self.loop.room_qty), (700, 0))

    def test_a_full_return_cancels_the_unstarted_order(self):
        picking = self._validate(self._transfer(500))
        self._return(picking, 500)
        self._assert_ordered()
        self.assertEqual(self.loop.signal_ids.state, "cancelled")

    def test_an_order_that_has_started_stays_when_parts_return(self):
        picking = self._validate(self._transfer(500))
        self._orders().qty_producing = 100
        self._return(picking, 500)
        self._assert_ordered(500)
        self.assertEqual(self.loop.room_qty, -500, "the board says: over")

    def test_the_return_of_a_delivery(self):
        order = self._sell(300)
        self._validate(order.picking_ids)
        returned = (
            self.env["stock.return.picking"]
            .with_context(active_id=order.picking_ids.id, active_model="stock.picking")
            .create({})
        )
        returned.product_return_moves.quantity = 100
        picking = returned._create_return()
        picking.move_ids.location_dest_id = self.market
        self._validate(picking)
        self._assert_withdrawn(("delivery", 300), ("return", -100))
        self._assert_ordered(200)

    def test_the_net_demand_counts_returns(self):
        picking = self._validate(self._transfer(560))
        self._return(picking, 280)
        self.loop.invalidate_recordset()
        self.assertEqual(self.loop.demand_daily_qty, 10, "280 in 28 days")


@tagged("post_install", "-at_install")
class TestOtherLoops(WayOutCase):
    def test_from_one_supermarket_into_another(self):
        """A withdrawal for the one, no supply that the other asked for: its unstarted order shrinks."""
        second_market = self._create_place("Stamped 2", self.stock)
        second = self._create_loop(self.stamped, second_market, container_qty=100, card_count=5)
        second.with_user(self.planner).action_replenish()
        self._validate(self._transfer(200, target=second_market))
        self._assert_withdrawn(("transfer", 200))
        self._assert_withdrawn(loop=second)
        second.invalidate_recordset()
        self.assertEqual((second.on_hand_qty, second.on_order_qty), (200, 300))
        self.loop.invalidate_recordset()
        self.assertEqual((self.loop.on_hand_qty, self.loop.on_order_qty), (800, 200))

    def test_an_archived_loop_rests(self):
        self.loop.active = False
        self._validate(self._transfer(500))
        self._assert_withdrawn()
        self.assertFalse(self._orders())

    def test_the_product_of_another_company_s_loop(self):
        """The same product, another company's stock: this loop does not listen."""
        other = self.env["res.company"].create({"name": "Other Works"})
        stock = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1).lot_stock_id
        self._stock_up(self.stamped, stock, 500)
        move = self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 500,
                "location_id": stock.id,
                "location_dest_id": self.customers.id,
                "company_id": other.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self._assert_withdrawn()
        self._assert_ordered()


@tagged("post_install", "-at_install")
class TestLotsAndSerials(WayOutCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls._create_place("Axles", cls.stock)
        cls.axle = cls._create_product(
            "Axle", tracking="lot", seller_ids=[Command.create({"partner_id": cls.vendor.id})]
        )
        cls.axles = cls._create_loop(cls.axle, cls.shelf, supply_method="buy", container_qty=50, card_count=4)
        cls.march, cls.april = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.axle.id} for name in ("MARCH", "APRIL")]
        )
        for lot, quantity, date in ((cls.april, 140, "2026-04-10"), (cls.march, 60, "2026-03-10")):
            cls._stock_up(cls.axle, cls.shelf, quantity, lot=lot)
            lot.quant_ids.in_date = date
        cls.env.flush_all()

    def _taken(self, answer):
        self.assertEqual(answer["status"], "ok", answer)
        move = self.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"]).move_id
        return sorted(move.move_line_ids.mapped(lambda line: (line.lot_id.name, line.quantity)))

    def test_the_oldest_lot_goes_first(self):
        self.assertEqual(self._taken(self.station.withdraw(self.axles.id, 50)), [("MARCH", 50)])

    def test_a_withdrawal_may_span_two_lots(self):
        self.assertEqual(self._taken(self.station.withdraw(self.axles.id, 100)), [("APRIL", 40), ("MARCH", 60)])

    def test_the_lot_that_was_scanned_is_the_lot_that_goes(self):
        answer = self.station.withdraw(self.axles.id, 50, lot_id=self.april.id)
        self.assertEqual(self._taken(answer), [("APRIL", 50)])

    def test_a_lot_that_is_not_there_is_refused(self):
        self._stock_up(self.axle, self.shelf, -60, lot=self.march)
        answer = self.station.withdraw(self.axles.id, 50, lot_id=self.march.id)
        self.assertEqual(answer["status"], "error", answer)
        self.assertIn("MARCH", answer["message"])
        self.assertEqual(self._on_hand(self.axle, self.shelf), 140)

    def test_each_serial_number_is_one_piece(self):
        motor = self._create_product(
            "Motor", tracking="serial", seller_ids=[Command.create({"partner_id": self.vendor.id})]
        )
        place = self._create_place("Motors", self.stock)
        loop = self._create_loop(motor, place, supply_method="buy", container_qty=1, card_count=3)
        lots = self.env["stock.lot"].create([{"name": f"SN{number}", "product_id": motor.id} for number in range(3)])
        for lot in lots:
            self._stock_up(motor, place, 1, lot=lot)
        self.assertEqual(self._taken(self.station.withdraw(loop.id, 2)), [("SN0", 1), ("SN1", 1)])
        self.assertEqual(self.station.withdraw(loop.id, 2)["status"], "error")
        self.assertEqual(self._taken(self.station.scan("SN2")), [("SN2", 1)])

    def test_a_transfer_by_lot_withdraws_and_orders(self):
        self._validate(self._transfer(100, source=self.shelf, product=self.axle))
        self._assert_withdrawn(("transfer", 100), loop=self.axles)
        self.assertEqual(self.axles.signal_ids.quantity, 100)

    def test_changing_the_lot_of_a_done_line_changes_no_order(self):
        self._validate(self._transfer(50, source=self.shelf, product=self.axle))
        line = self._withdrawals(self.axles).move_id.move_line_ids
        line.lot_id = self.april
        self._assert_withdrawn(("transfer", 50), loop=self.axles)
        self.assertEqual(self.axles.signal_ids.quantity, 50)
