from odoo import Command, fields
from odoo.tests import Form, tagged

from .common import PullCommon


class SupplyCase(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.customer = cls.env["res.partner"].create({"name": "Cart works"})

    @classmethod
    def _create_buying(cls, product=None, market=None, **more):
        """Return a loop of 5 cards of 100 that is bought, full."""
        product, market = product or cls.blank, market or cls.blank_market
        cls._stock_up(product, market, 500)
        vals = {"supply_method": "buy", "container_qty": 100, "card_count": 5, **more}
        return cls._create_loop(product, market, **vals)

    def _take(self, loop, quantity, status="ok"):
        answer = self.station.withdraw(loop.id, quantity, location_dest_id=self.line.id)
        self.assertEqual(answer["status"], status, answer)
        return self.env["mes.pull.signal"].browse(answer["signal_id"])

    def _move_out(self, product, place, quantity):
        """Take parts out by an automatic flow: nobody stands at a station."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": place.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        return move

    def _validate(self, picking, quantity=None, backorder=True):
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        result = picking.button_validate()
        if isinstance(result, dict) and result.get("res_model") == "stock.backorder.confirmation":
            wizard = Form.from_action(self.env, result).save()
            wizard.process() if backorder else wizard.process_cancel_backorder()
        return picking

    def _assert_loop(self, loop, on_hand, on_order, room=0):
        loop.invalidate_recordset()
        self.assertEqual((loop.on_hand_qty, loop.on_order_qty, loop.room_qty), (on_hand, on_order, room))


@tagged("post_install", "-at_install")
class TestManufacture(SupplyCase):
    def test_the_order_lands_in_the_supermarket_whatever_the_steps(self):
        for steps in ("mrp_one_step", "pbm", "pbm_sam"):
            with self.subTest(steps=steps):
                self.warehouse.manufacture_steps = steps
                signal = self._take(self.loop, 100)
                order = signal.production_id
                self.assertEqual(order.location_dest_id, self.market)
                place = order.location_src_id
                self._stock_up(self.blank, place, 100)
                self._finish(order)
                self.assertEqual((signal.state, signal.received_qty), ("done", 100))
                self._assert_loop(self.loop, 1000, 0)

    def test_the_chosen_bill_of_materials_is_used(self):
        other = self.bom.copy({"sequence": 99, "code": "B"})
        self.loop.bom_id = other
        self.assertEqual(self._take(self.loop, 100).production_id.bom_id, other)

    def test_the_order_may_start_now(self):
        order = self._take(self.loop, 100).production_id
        self.assertLessEqual(order.date_start, fields.Datetime.now())

    def test_a_cancelled_order_ends_the_signal_and_the_next_withdrawal_orders_all_that_is_missing(self):
        signal = self._take(self.loop, 300)
        signal.production_id.action_cancel()
        self.assertEqual(signal.state, "cancelled")
        self._assert_loop(self.loop, 700, 0, room=300)
        self.assertEqual(self._take(self.loop, 100).quantity, 400)

    def test_more_made_than_ordered_is_not_ordered_again(self):
        signal = self._take(self.loop, 300)
        self._stock_up(self.blank, self.stock, 350)
        self._finish(signal.production_id, 350)
        self.assertEqual((signal.state, signal.received_qty), ("done", 300))
        self._assert_loop(self.loop, 1000, 0, room=-50)
        self.assertEqual(self.loop.held_qty, 50)
        self.assertFalse(self._take(self.loop, 50))

    def test_less_made_without_a_backorder_ends_the_signal(self):
        signal = self._take(self.loop, 300)
        order = signal.production_id
        self._stock_up(self.blank, self.stock, 300)
        order.qty_producing = 200
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.with_context(skip_backorder=True).button_mark_done()
        self.assertEqual((signal.state, signal.received_qty), ("done", 200))
        self._assert_loop(self.loop, 900, 0, room=100)

    def test_an_order_by_hand_into_the_supermarket_counts_as_supply(self):
        """It waits while nobody needs it, and is worked off before anything new is ordered."""
        order = self.env["mrp.production"].create(
            {"product_id": self.stamped.id, "product_qty": 200, "location_dest_id": self.market.id}
        )
        order.action_confirm()
        self._assert_loop(self.loop, 1000, 0)
        self.assertEqual(order.mes_release_state, "queued")
        self.assertEqual(self._take(self.loop, 300).quantity, 100)
        self.assertEqual(order.mes_release_state, "released")
        self.assertEqual(order.product_qty, 200, "what a person planned is left alone")
        self._assert_loop(self.loop, 700, 300)


@tagged("post_install", "-at_install")
class TestBuy(SupplyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buying = cls._create_buying()

    def _receive(self, signal, quantity=None, **more):
        picking = signal.purchase_line_id.move_ids.picking_id.filtered(lambda p: p.state not in ("done", "cancel"))
        return self._validate(picking, quantity, **more)

    def test_a_withdrawal_asks_the_vendor_for_just_that(self):
        signal = self._take(self.buying, 200)
        line = signal.purchase_line_id
        self.assertEqual((line.product_qty, line.state, line.order_id.partner_id), (200, "draft", self.vendor))
        self.assertEqual(line.mes_loop_id, self.buying)
        self._assert_loop(self.buying, 300, 200)

    def test_the_receipt_lands_in_the_supermarket_and_ends_the_signal(self):
        signal = self._take(self.buying, 200)
        signal.purchase_line_id.order_id.button_confirm()
        self._assert_loop(self.buying, 300, 200)
        self._receive(signal)
        self.assertEqual((signal.state, signal.received_qty), ("done", 200))
        self.assertEqual(self._on_hand(self.blank, self.blank_market), 500)
        self._assert_loop(self.buying, 500, 0)

    def test_a_receipt_in_two_and_three_steps_lands_there_too(self):
        for steps in ("two_steps", "three_steps"):
            with self.subTest(steps=steps):
                self.warehouse.reception_steps = steps
                signal = self._take(self.buying, 200)
                signal.purchase_line_id.order_id.button_confirm()
                self._assert_loop(self.buying, 300, 200)
                moves = signal.purchase_line_id.move_ids
                while moves:
                    self.assertEqual(signal.state, "released", "not there yet")
                    self._assert_loop(self.buying, 300, 200)
                    self._validate(moves.picking_id)
                    moves = moves.move_dest_ids
                self.assertEqual((signal.state, signal.received_qty), ("done", 200))
                self._assert_loop(self.buying, 500, 0)

    def test_a_second_step_that_is_cancelled_ends_the_signal(self):
        self.warehouse.reception_steps = "two_steps"
        signal = self._take(self.buying, 200)
        signal.purchase_line_id.order_id.button_confirm()
        self._receive(signal)
        signal.purchase_line_id.move_ids.move_dest_ids.picking_id.action_cancel()
        self.assertEqual(signal.state, "cancelled")

    def test_two_signals_share_a_line_and_are_received_in_their_order(self):
        first, second = self._take(self.buying, 200), self._take(self.buying, 100)
        line = first.purchase_line_id
        self.assertEqual((second.purchase_line_id, line.product_qty), (line, 300))
        line.order_id.button_confirm()
        self._receive(first, 250)
        self.assertEqual((first.state, first.received_qty), ("done", 200))
        self.assertEqual((second.state, second.received_qty), ("released", 50))
        self._assert_loop(self.buying, 450, 50)
        self._receive(second)
        self.assertEqual((second.state, second.received_qty), ("done", 100))

    def test_after_confirmation_the_next_signal_makes_a_line_of_its_own(self):
        first = self._take(self.buying, 200)
        first.purchase_line_id.order_id.button_confirm()
        second = self._take(self.buying, 100)
        self.assertNotEqual(second.purchase_line_id, first.purchase_line_id)
        self._assert_loop(self.buying, 200, 300)

    def test_another_supermarket_of_the_same_product_and_vendor_has_its_own_line(self):
        other = self._create_buying(market=self._create_place("Blanks 2", self.stock))
        first, second = self._take(self.buying, 200), self._take(other, 100)
        self.assertNotEqual(first.purchase_line_id, second.purchase_line_id)
        (first | second).purchase_line_id.order_id.button_confirm()
        for signal in first | second:
            if signal.state == "released":
                self._receive(signal)
        self._assert_loop(self.buying, 500, 0)
        self._assert_loop(other, 500, 0)
        self.assertEqual(set((first | second).mapped("state")), {"done"})

    def test_a_purchase_by_somebody_else_keeps_its_own_line(self):
        signal = self._take(self.buying, 200)
        values = {
            "warehouse_id": self.warehouse,
            "route_ids": self.warehouse.buy_pull_id.route_id,
            "date_planned": "2030-01-01",
        }
        procurement = self.env["stock.rule"].Procurement(
            self.blank, 30, self.blank.uom_id, self.stock, "by hand", "by hand", self.company, values
        )
        self.env["stock.rule"].run([procurement])
        self.assertEqual(signal.purchase_line_id.product_qty, 200)
        lines = self.env["purchase.order.line"].search([("product_id", "=", self.blank.id)])
        self.assertEqual(sorted(lines.mapped("product_qty")), [30, 200])

    def test_a_deleted_line_ends_the_signal_and_the_rest_is_ordered_with_the_next(self):
        signal = self._take(self.buying, 200)
        signal.purchase_line_id.unlink()
        self.assertEqual(signal.state, "cancelled")
        self._assert_loop(self.buying, 300, 0, room=200)
        self.assertEqual(self._take(self.buying, 100).quantity, 300)

    def test_a_cancelled_quotation_or_order_ends_the_signal(self):
        for confirm in (False, True):
            with self.subTest(confirmed=confirm):
                signal = self._take(self.buying, 100)
                order = signal.purchase_line_id.order_id
                if confirm:
                    order.button_confirm()
                order.button_cancel()
                self.assertEqual(signal.state, "cancelled")

    def test_the_buyer_asks_for_less_than_the_signal(self):
        signal = self._take(self.buying, 200)
        signal.purchase_line_id.product_qty = 100
        self._assert_loop(self.buying, 300, 100, room=100)
        self.assertEqual(self._take(self.buying, 100).quantity, 200, "what the buyer left out is asked for again")

    def test_less_comes_than_ordered_and_no_more_is_expected(self):
        signal = self._take(self.buying, 200)
        signal.purchase_line_id.order_id.button_confirm()
        self._receive(signal, 150, backorder=False)
        self.assertEqual((signal.state, signal.received_qty), ("done", 150))
        self._assert_loop(self.buying, 450, 0, room=50)

    def test_more_comes_than_ordered(self):
        signal = self._take(self.buying, 200)
        signal.purchase_line_id.order_id.button_confirm()
        self._receive(signal, 260)
        self.assertEqual((signal.state, signal.received_qty), ("done", 200))
        self._assert_loop(self.buying, 500, 0, room=-60)
        self.assertEqual(self.buying.held_qty, 60)

    def test_a_vendor_who_sells_by_the_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.blank.seller_ids.product_uom_id = dozen
        signal = self._take(self.buying, 300)
        line = signal.purchase_line_id
        self.assertEqual((line.product_uom_id, line.product_qty), (dozen, 25))
        self._assert_loop(self.buying, 200, 300)

    def test_the_vendor_s_lead_time_is_the_expected_date(self):
        line = self._take(self.buying, 100).purchase_line_id
        self.assertEqual((line.date_planned - line.create_date).days, 3)


@tagged("post_install", "-at_install")
class TestTransfer(SupplyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.near = cls._create_place("Stamped near the line", cls.stock)
        cls.moving = cls._create_loop(
            cls.stamped,
            cls.near,
            supply_method="transfer",
            source_location_id=cls.market.id,
            container_qty=50,
            card_count=4,
        )
        cls._stock_up(cls.stamped, cls.near, 200)

    def test_a_withdrawal_calls_a_transfer_of_just_that(self):
        signal = self._take(self.moving, 100)
        move = signal.move_ids
        self.assertEqual((move.product_qty, move.location_id, move.location_dest_id), (100, self.market, self.near))
        self.assertEqual((signal.picking_id, move.state), (move.picking_id, "assigned"))
        self._assert_loop(self.moving, 100, 100)

    def test_the_transfer_fills_the_loop_and_fires_the_one_it_came_from(self):
        signal = self._take(self.moving, 100)
        self.assertFalse(self._orders(), "stamping hears nothing until parts leave its own supermarket")
        self._validate(signal.picking_id)
        self.assertEqual((signal.state, signal.received_qty), ("done", 100))
        self._assert_loop(self.moving, 200, 0)
        self.assertEqual(self._orders().product_qty, 100)

    def test_a_partial_transfer_carries_on_in_its_backorder(self):
        signal = self._take(self.moving, 100)
        picking = self._validate(signal.picking_id, 60)
        self.assertEqual((signal.state, signal.received_qty), ("released", 60))
        self._assert_loop(self.moving, 160, 40)
        self._validate(picking.backorder_ids)
        self.assertEqual((signal.state, signal.received_qty), ("done", 100))

    def test_a_partial_transfer_without_a_backorder_ends_the_signal(self):
        signal = self._take(self.moving, 100)
        self._validate(signal.picking_id, 60, backorder=False)
        self.assertEqual((signal.state, signal.received_qty), ("done", 60))

    def test_a_cancelled_transfer_ends_the_signal(self):
        signal = self._take(self.moving, 100)
        signal.picking_id.action_cancel()
        self.assertEqual(signal.state, "cancelled")
        self._assert_loop(self.moving, 100, 0, room=100)

    def test_two_signals_are_two_moves(self):
        first, second = self._take(self.moving, 50), self._take(self.moving, 100)
        self.assertEqual((first.move_ids.product_qty, second.move_ids.product_qty), (50, 100))

    def test_an_empty_source_does_not_block_the_call(self):
        self._stock_up(self.stamped, self.market, -1000)
        signal = self._take(self.moving, 100)
        self.assertEqual(signal.move_ids.state, "confirmed")
        self._assert_loop(self.moving, 100, 100)


@tagged("post_install", "-at_install")
class TestWhatCannotBeSupplied(SupplyCase):
    def _assert_scan_refused(self, loop, word):
        before = self._snapshot()
        answer = self.station.withdraw(loop.id, 100)
        self.assertEqual(answer["status"], "error", answer)
        self.assertIn(word, answer["message"])
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(set(loop.card_ids.mapped("state")), {"full"})

    def test_a_scan_without_a_bill_of_materials_is_refused(self):
        self.bom.active = False
        self._assert_scan_refused(self.loop, "bill of materials")

    def test_a_scan_without_a_vendor_is_refused(self):
        buying = self._create_buying()
        self.blank.seller_ids.unlink()
        self._assert_scan_refused(buying, "vendor")

    def test_a_delivery_is_not_stopped_and_the_planner_is_told(self):
        self.loop.user_id = self.planner
        self.bom.active = False
        self._move_out(self.stamped, self.market, 300)
        signal = self.loop.signal_ids
        self.assertEqual((signal.state, signal.quantity), ("waiting", 300))
        self.assertIn("bill of materials", signal.error)
        self.assertEqual(self.loop.activity_ids.user_id, self.planner)
        self.assertEqual(sorted(self.loop.card_ids.mapped("state")), ["error"] * 3 + ["full"] * 7)
        self._assert_loop(self.loop, 700, 300)

    def test_what_waits_is_not_ordered_twice(self):
        self.bom.active = False
        self._move_out(self.stamped, self.market, 300)
        self._move_out(self.stamped, self.market, 200)
        self.assertEqual(sorted(self.loop.signal_ids.mapped("quantity")), [200, 300])
        self.assertEqual(len(self.loop.activity_ids), 1, "one reason, one activity")

    def test_an_order_that_consumes_is_not_stopped_either(self):
        buying = self._create_buying()
        self.blank.seller_ids.unlink()
        order = self._take(self.loop, 200).production_id
        self._finish(order)
        self.assertEqual((order.state, buying.signal_ids.state, buying.signal_ids.quantity), ("done", "waiting", 200))

    def test_what_waited_is_released_when_the_cause_is_cured(self):
        self.bom.active = False
        self._move_out(self.stamped, self.market, 300)
        signal = self.loop.signal_ids
        self.bom.active = True
        self.loop.with_user(self.planner).action_replenish()
        self.assertEqual((signal.state, signal.error, signal.production_id.product_qty), ("released", False, 300))
        self.assertEqual(sorted(self.loop.card_ids.mapped("state")), ["full"] * 7 + ["in_process"] * 3)
        self._assert_loop(self.loop, 700, 300)

    def test_the_button_of_the_signal_releases_it_or_says_why_not(self):
        self.bom.active = False
        self._move_out(self.stamped, self.market, 300)
        signal = self.loop.signal_ids.with_user(self.planner)
        with self.assertRaisesRegex(Exception, "bill of materials"), self.env.cr.savepoint():
            signal.action_release()
        self.assertEqual(signal.state, "waiting")
        self.bom.active = True
        signal.action_release()
        self.assertEqual(signal.state, "released")

    def test_scanning_a_card_in_error_releases_it_when_the_cause_is_cured(self):
        self.bom.active = False
        self._move_out(self.stamped, self.market, 100)
        card = self.loop.card_ids.filtered(lambda card: card.state == "error")
        answer = self.station.scan(card.name)
        self.assertEqual(answer["status"], "warning", answer)
        self.assertIn("bill of materials", answer["message"])
        self.bom.active = True
        answer = self.station.scan(card.name)
        self.assertEqual((answer["status"], card.state), ("ok", "in_process"), answer)


@tagged("post_install", "-at_install")
class TestHowMuch(SupplyCase):
    def test_whole_containers_only(self):
        self.assertFalse(self._take(self.loop, 99))
        self.assertEqual(self._take(self.loop, 151).quantity, 200, "250 are missing")
        self._assert_loop(self.loop, 750, 200, room=50)

    def test_nothing_below_the_smallest_batch(self):
        self.loop.min_signal_qty = 300
        self.assertFalse(self._take(self.loop, 299))
        self.assertEqual(self._take(self.loop, 1).quantity, 300)

    def test_a_smallest_batch_that_is_no_whole_container(self):
        self.loop.min_signal_qty = 250
        self.assertFalse(self._take(self.loop, 250), "two containers are below the batch")
        self.assertEqual(self._take(self.loop, 50).quantity, 300)

    def test_containers_of_a_fraction(self):
        self.loop.write({"container_qty": 0.1, "card_count": 10000})
        self.assertEqual(self._take(self.loop, 0.3).quantity, 0.3)


@tagged("post_install", "-at_install")
class TestChain(SupplyCase):
    """Painting pulls frames, welding pulls stamped parts, stamping pulls blanks, purchasing pulls steel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame, cls.cart = cls._create_product("Frame"), cls._create_product("Cart")
        for product, part in ((cls.frame, cls.stamped), (cls.cart, cls.frame)):
            cls.env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 1})],
                }
            )
        cls.frames = cls._create_loop(cls.frame, cls._create_place("Frames", cls.stock), container_qty=50, card_count=4)
        cls.carts = cls._create_loop(cls.cart, cls._create_place("Carts", cls.stock), container_qty=10, card_count=20)
        cls.blanks = cls._create_buying()
        for loop in (cls.frames, cls.carts):
            cls._stock_up(loop.product_id, loop.location_id, 200)

    def _ordered(self):
        loops = (self.carts, self.frames, self.loop, self.blanks)
        return [sum(loop.signal_ids.mapped("quantity")) for loop in loops]

    def test_each_level_fires_at_its_own_withdrawal_only(self):
        carts = self._take(self.carts, 100).production_id
        self.assertEqual(self._ordered(), [100, 0, 0, 0], "the plan alone pulls nothing")
        self._finish(carts)
        self.assertEqual(self._ordered(), [100, 100, 0, 0])
        self._finish(self.frames.signal_ids.production_id)
        self.assertEqual(self._ordered(), [100, 100, 100, 0])
        self._finish(self.loop.signal_ids.production_id)
        self.assertEqual(self._ordered(), [100, 100, 100, 100])
        self.assertEqual(self.blanks.signal_ids.purchase_line_id.product_qty, 100)

    def test_a_half_finished_order_pulls_half(self):
        carts = self._take(self.carts, 100).production_id
        self._finish(carts, 50)
        self.assertEqual(self._ordered(), [100, 50, 0, 0])


@tagged("post_install", "-at_install")
class TestDemandMode(SupplyCase):
    """Only what open orders of the next stage ask for is made, plus the safety stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stock_up(cls.stamped, cls.market, -1000)
        cls.loop.write({"mode": "demand", "card_count": 0})

    def _sell(self, quantity):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.stamped.id, "product_uom_qty": quantity})],
            }
        )
        order.action_confirm()
        return order

    def _assert_made(self, *quantities):
        self.assertEqual(sorted(self._orders().mapped("product_qty")), sorted(quantities))

    def test_a_sales_order_of_800_orders_exactly_800(self):
        self._sell(800)
        self._assert_made(800)
        self._assert_loop(self.loop, 0, 800)
        self.assertEqual(self.loop.authorised_qty, 800)

    def test_not_in_whole_containers_but_to_the_piece(self):
        self._sell(137)
        self._assert_made(137)

    def test_a_quotation_orders_nothing(self):
        self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.stamped.id, "product_uom_qty": 800})],
            }
        )
        self._assert_made()

    def test_a_cancelled_sales_order_takes_the_order_with_it(self):
        order = self._sell(800)
        order._action_cancel()
        self._assert_made()
        self._assert_loop(self.loop, 0, 0)

    def test_a_raised_and_a_cut_sales_order(self):
        order = self._sell(800)
        order.order_line.product_uom_qty = 1000
        self.assertEqual(sum(self._orders().mapped("product_qty")), 1000)
        order.order_line.product_uom_qty = 600
        self.assertEqual(sum(self._orders().mapped("product_qty")), 600)
        self._assert_loop(self.loop, 0, 600)

    def test_stock_is_used_first(self):
        self._stock_up(self.stamped, self.market, 300)
        self._sell(800)
        self._assert_made(500)

    def test_the_safety_stock_comes_on_top(self):
        self.loop.safety_qty = 50
        self._sell(800)
        self._assert_made(850)

    def test_what_was_delivered_is_not_ordered_again(self):
        order = self._sell(800)
        self._stock_up(self.blank, self.stock, 800)
        self._finish(self._orders())
        order.picking_ids.action_assign()
        self._validate(order.picking_ids)
        self._assert_made(800)
        self._assert_loop(self.loop, 0, 0)

    def test_a_partial_delivery_keeps_the_balance(self):
        order = self._sell(800)
        self._stock_up(self.blank, self.stock, 800)
        self._finish(self._orders(), 300)
        order.picking_ids.action_assign()
        self._validate(order.picking_ids, 300)
        self._assert_loop(self.loop, 0, 500)

    def test_an_order_of_the_next_stage_is_demand(self):
        order = self._weld(200)
        self._assert_made(200)
        order.action_cancel()
        self._assert_made()

    def test_what_lies_at_the_point_of_use_is_deducted(self):
        self.loop.location_dest_id = self.line
        self._stock_up(self.stamped, self.line, 100)
        self._sell(800)
        self._assert_made(700)

    def _weld(self, quantity):
        frame = self._create_product("Frame")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": frame.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.stamped.id, "product_qty": 1})],
            }
        )
        order = self.env["mrp.production"].create({"product_id": frame.id, "product_qty": quantity})
        order.action_confirm()
        return order

    def test_carrying_parts_to_the_line_side_is_not_new_demand(self):
        self._stock_up(self.stamped, self.market, 200)
        self._weld(200)
        self.station.withdraw(self.loop.id, 200)
        self._assert_made()
        self._assert_loop(self.loop, 0, 0)

    def test_carrying_parts_to_the_order_is_not_new_demand(self):
        self._stock_up(self.stamped, self.market, 200)
        order = self._weld(200)
        self._take_for(order, 200)
        self._assert_made()
        self._assert_loop(self.loop, 0, 0)
        self._finish(order)
        self._assert_loop(self.loop, 0, 0)

    def test_carrying_a_part_of_it_leaves_the_rest_in_demand(self):
        self._stock_up(self.stamped, self.market, 100)
        order = self._weld(400)
        self._assert_made(300)
        self._take_for(order, 60)
        self._assert_loop(self.loop, 40, 300)
        self._sell(10)
        self._assert_made(10, 300)

    def _take_for(self, order, quantity):
        answer = self.station.withdraw(self.loop.id, quantity, location_dest_id=self.line.id, production_id=order.id)
        self.assertEqual(answer["status"], "ok", answer)

    def test_a_supermarket_orders_at_the_withdrawal_not_at_the_demand(self):
        self.loop.write({"mode": "stock", "card_count": 5})
        self._stock_up(self.stamped, self.market, 500)
        self._sell(800)
        self._assert_made()
