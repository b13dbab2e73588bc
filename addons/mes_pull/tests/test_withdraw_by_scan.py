from odoo.tests import tagged

from .common import PullCommon


@tagged("post_install", "-at_install")
class TestWithdrawByScan(PullCommon):
    """Scenario A: welding withdraws 500 by scan; in the same transaction stamping is told to make 500."""

    def test_withdrawing_500_orders_exactly_500(self):
        answer = self.station.withdraw(self.loop.id, 500, location_dest_id=self.line.id, scan_key="a")
        self.assertEqual((answer["status"], answer["duplicate"]), ("ok", False), answer)
        order = self._orders()
        self.assertEqual((len(order), order.product_qty, order.state), (1, 500, "confirmed"))
        self.assertEqual(order.mes_loop_id, self.loop)
        self.assertEqual(order.location_dest_id, self.market, "the order lands in the supermarket")
        self.assertEqual(order.workorder_ids.workcenter_id, self.press)
        self.assertEqual(self._on_hand(self.stamped, self.market), 500)
        self.assertEqual(self._on_hand(self.stamped, self.line), 500)
        signal = self.env["mes.pull.signal"].browse(answer["signal_id"])
        self.assertEqual((signal.quantity, signal.state, signal.production_id), (500, "released", order))

    def test_the_same_scan_again_does_nothing_more(self):
        first = self.station.withdraw(self.loop.id, 500, scan_key="a")
        before = self._snapshot()
        again = self.station.withdraw(self.loop.id, 500, scan_key="a")
        self.assertTrue(again["duplicate"])
        self.assertEqual(again["withdrawal_id"], first["withdrawal_id"])
        self.assertEqual(again["message"], first["message"])
        self.assertEqual(self._snapshot(), before)

    def test_a_second_scan_adds_just_its_own_quantity(self):
        self.station.withdraw(self.loop.id, 500, scan_key="a")
        self.station.withdraw(self.loop.id, 200, scan_key="b")
        self.assertEqual(sorted(self._orders().mapped("product_qty")), [200, 500])

    def test_an_opened_container_is_ordered_when_it_is_empty(self):
        answer = self.station.withdraw(self.loop.id, 60)
        self.assertFalse(answer["signal_id"], "60 of 100: nothing to order yet")
        answer = self.station.withdraw(self.loop.id, 40)
        self.assertEqual(self._orders().product_qty, 100)
        self.assertTrue(answer["signal_id"])

    def test_without_a_destination_the_parts_go_to_the_line_side(self):
        answer = self.station.withdraw(self.loop.id, 100)
        place = self.env["stock.location"].browse(answer["location_dest_id"])
        self.assertTrue(place.mes_is_line_side)
        self.assertFalse(place.warehouse_id)

    def test_the_loop_s_point_of_use_is_the_default(self):
        self.loop.location_dest_id = self.line
        answer = self.station.withdraw(self.loop.id, 100)
        self.assertEqual(answer["location_dest_id"], self.line.id)

    def test_supply_received_fills_the_loop_and_ends_the_signal(self):
        answer = self.station.withdraw(self.loop.id, 500)
        self._stock_up(self.blank, self.stock, 500)
        self._finish(self._orders())
        signal = self.env["mes.pull.signal"].browse(answer["signal_id"])
        self.assertEqual((signal.state, signal.received_qty), ("done", 500))
        self.assertEqual((self.loop.on_hand_qty, self.loop.on_order_qty, self.loop.room_qty), (1000, 0, 0))

    def test_a_backorder_carries_the_rest_of_the_signal(self):
        answer = self.station.withdraw(self.loop.id, 500)
        self._stock_up(self.blank, self.stock, 500)
        self._finish(self._orders(), 200)
        signal = self.env["mes.pull.signal"].browse(answer["signal_id"])
        self.assertEqual((signal.state, signal.received_qty), ("released", 200))
        self.assertEqual((self.loop.on_hand_qty, self.loop.on_order_qty), (700, 300))
        rest = self._orders().filtered(lambda order: order.state != "done")
        self._finish(rest)
        self.assertEqual((signal.state, signal.received_qty), ("done", 500))

    def test_reserved_parts_may_be_taken_and_the_reservation_is_sourced_again(self):
        other = self._create_place("Other", self.stock)
        self._stock_up(self.stamped, other, 300)
        move = self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 1000,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        move._action_assign()
        answer = self.station.withdraw(self.loop.id, 500)
        self.assertEqual(answer["status"], "ok", answer)
        self.assertEqual(move.quantity, 800, "500 left in the supermarket and 300 elsewhere")

    def test_an_order_takes_its_parts_from_where_they_were_brought(self):
        welded = self._create_product("Welded frame")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": welded.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.stamped.id, "product_qty": 5})],
            }
        )
        order = self.env["mrp.production"].create({"product_id": welded.id, "product_qty": 100})
        order.action_confirm()
        order.action_assign()
        answer = self.station.withdraw(self.loop.id, 500, location_dest_id=self.line.id, production_id=order.id)
        self.assertEqual(answer["status"], "ok", answer)
        self.assertEqual(order.move_raw_ids.move_line_ids.location_id, self.line)
        self._finish(order)
        self.assertEqual(self._on_hand(self.stamped, self.line), 0)
        self.assertEqual(self._on_hand(self.stamped, self.market), 500, "not taken a second time")
        self.assertEqual(self._orders().mapped("product_qty"), [500], "not ordered a second time")


@tagged("post_install", "-at_install")
class TestUsableNow(PullCommon):
    """Scenario G: 500 on hand, 300 taken by production: every figure says 200 at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loop.card_count = 5
        cls._stock_up(cls.stamped, cls.market, -500)

    def test_all_figures_say_200_after_300_of_500_were_scanned(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.stamped.id, "location_id": self.stock.id, "product_min_qty": 0, "product_max_qty": 0}
        )
        self.station.withdraw(self.loop.id, 300, scan_key="g")
        self.assertEqual(self.loop.on_hand_qty, 200)
        board = self.env["mes.pull.loop"].with_user(self.operator).get_board([("id", "=", self.loop.id)])
        self.assertEqual(board["loops"][0]["on_hand"], 200)
        product = self.stamped
        product.invalidate_recordset()
        self.assertEqual((product.qty_available, product.free_qty), (200, 200))
        self.assertEqual((product.incoming_qty, product.virtual_available), (300, 500), "200 + 300 on order")
        self.assertEqual(rule.qty_on_hand, 200)

    def test_consumption_registered_on_an_open_order_is_not_usable_any_more(self):
        welded = self._create_product("Welded frame")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": welded.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.stamped.id, "product_qty": 1})],
            }
        )
        order = self.env["mrp.production"].create({"product_id": welded.id, "product_qty": 400})
        order.action_confirm()
        order.qty_producing = 300
        order._set_qty_producing()
        self.loop.invalidate_recordset()
        self.assertEqual(self._on_hand(self.stamped, self.market), 500, "Odoo moves it at the end only")
        self.assertEqual(self.loop.on_hand_qty, 200)
