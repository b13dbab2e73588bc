from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import PullCommon


class UndoCase(PullCommon):
    def _take(self, quantity=500, loop=None, **more):
        answer = self.station.withdraw((loop or self.loop).id, quantity, location_dest_id=self.line.id, **more)
        self.assertEqual(answer["status"], "ok", answer)
        return self.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"])

    def _undo(self, withdrawal, status="ok"):
        answer = self.station.undo(withdrawal.id)
        self.assertEqual((answer["status"], answer["kind"]), (status, "undo"), answer)
        self.env.invalidate_all()
        return answer

    def _changes(self):
        changes = self.env["mes.pull.change"].search([], order="id")
        return changes.mapped(lambda change: (change.action, change.qty_before, change.qty_after))

    def _assert_refused(self, withdrawal, *words):
        before = self._snapshot()
        answer = self.station.undo(withdrawal.id)
        self.assertEqual(answer["status"], "error", answer)
        for word in words:
            self.assertIn(word, answer["message"])
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(withdrawal.state, "done")


@tagged("post_install", "-at_install")
class TestUndo(UndoCase):
    """A scan that was wrong is taken back: the stock and what it ordered."""

    def test_undo_takes_back_stock_and_order(self):
        withdrawal = self._take(500)
        order = withdrawal.signal_ids.production_id
        answer = self._undo(withdrawal)
        self.assertIn(order.name, answer["message"])
        self.assertEqual((self._on_hand(self.stamped, self.market), self._on_hand(self.stamped, self.line)), (1000, 0))
        self.assertEqual(
            (order.state, withdrawal.state, withdrawal.signal_ids.state), ("cancel", "undone", "cancelled")
        )
        self.assertEqual((self.loop.on_order_qty, self.loop.room_qty), (0, 0))
        self.assertEqual(set(self.loop.card_ids.mapped("state")), {"full"})

    def test_the_plan_before_and_after_is_kept(self):
        withdrawal = self._take(500)
        order = withdrawal.signal_ids.production_id
        self._undo(withdrawal)
        change = self.env["mes.pull.change"].search([("production_id", "=", order.id)])
        self.assertEqual(self._changes(), [("cancelled", 500, 0)])
        self.assertEqual((change.user_id, change.document, change.loop_id), (self.operator, order.name, self.loop))

    def test_undo_twice_does_it_once(self):
        withdrawal = self._take(500)
        self.assertFalse(self._undo(withdrawal)["duplicate"])
        before = self._snapshot()
        self.assertTrue(self._undo(withdrawal)["duplicate"])
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(len(self._changes()), 1)

    def test_only_the_undone_scan_s_order_goes(self):
        first, second = self._take(300), self._take(200)
        self._undo(first)
        self.assertEqual(
            (first.signal_ids.production_id.state, second.signal_ids.production_id.state), ("cancel", "confirmed")
        )
        self.assertEqual(self._orders().product_qty, 200)

    def test_undoing_the_scan_that_emptied_the_container(self):
        """60, then 40: the second scan ordered 100. Without it the container is in use, and nothing is on order."""
        self._take(60)
        second = self._take(40)
        self._undo(second)
        self.assertFalse(self._orders())
        self.assertEqual((self.loop.on_hand_qty, self.loop.room_qty), (940, 60))

    def test_undoing_the_scan_that_ordered_nothing_takes_back_the_order_of_the_next(self):
        first = self._take(60)
        self._take(40)
        self._undo(first)
        self.assertFalse(self._orders(), "960 there: no empty container")

    def test_a_scan_whose_order_was_raised_by_hand_gives_back_its_share(self):
        withdrawal = self._take(500)
        order = withdrawal.signal_ids.production_id
        self.env["change.production.qty"].create({"mo_id": order.id, "product_qty": 800}).change_prod_qty()
        self._undo(withdrawal)
        self.assertEqual((order.state, order.product_qty), ("confirmed", 300))

    def test_an_order_that_has_started_stays_and_the_answer_says_so(self):
        withdrawal = self._take(500)
        order = withdrawal.signal_ids.production_id
        order.qty_producing = 10
        answer = self.station.undo(withdrawal.id)
        self.assertIn(answer["status"], ("ok", "warning"), answer)
        self.assertIn("started", answer["message"])
        self.assertIn(order.name, answer["message"])
        self.assertEqual((order.product_qty, withdrawal.signal_ids.state), (500, "released"))
        self.assertEqual((self._on_hand(self.stamped, self.market), self._changes()), (1000, []))

    def test_a_running_work_order_is_a_start(self):
        withdrawal = self._take(500)
        withdrawal.signal_ids.production_id.workorder_ids.button_start()
        self.assertIn("started", self.station.undo(withdrawal.id)["message"])
        self.assertEqual(self._orders().product_qty, 500)

    def test_an_order_that_is_done_stays_and_the_loop_is_over(self):
        withdrawal = self._take(500)
        self._stock_up(self.blank, self.stock, 500)
        self._finish(self._orders())
        self.station.undo(withdrawal.id)
        self.loop.invalidate_recordset()
        self.assertEqual((self.loop.on_hand_qty, self.loop.held_qty, self.loop.room_qty), (1000, 500, -500))

    def test_an_undone_scan_leaves_room_for_the_next(self):
        self._undo(self._take(500))
        self._take(500)
        self.assertEqual(self._orders().mapped("product_qty"), [500])

    def test_the_key_of_an_undone_scan_stays_used(self):
        withdrawal = self._take(500, scan_key="a")
        self._undo(withdrawal)
        answer = self.station.withdraw(self.loop.id, 500, scan_key="a")
        self.assertEqual((answer["duplicate"], answer["withdrawal_id"]), (True, withdrawal.id))
        self.assertEqual(self._on_hand(self.stamped, self.market), 1000)

    def test_a_waiting_signal_goes_with_the_scan(self):
        """The order could not be made when the parts left by a transfer; the signal waits."""
        self.bom.active = False
        self.env["mes.pull.signal"].create({"loop_id": self.loop.id, "quantity": 500})
        self.assertEqual(self.loop.on_order_qty, 500)
        withdrawal = self._take(500)
        self.assertFalse(withdrawal.signal_ids)
        self._undo(withdrawal)
        self.assertEqual((self.loop.signal_ids.state, self.loop.room_qty), ("cancelled", 0))

    def test_a_card_that_was_undone_is_full_again(self):
        card = self.loop.card_ids[3]
        answer = self.station.scan(card.name, location_dest_id=self.line.id)
        self.assertEqual(card.state, "in_process")
        self._undo(self.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"]))
        self.assertEqual((card.state, card.signal_id.id), ("full", False))

    def test_one_of_two_takings_from_a_container_is_undone(self):
        card = self.loop.card_ids[3]
        self.station.scan(card.name, quantity=30, location_dest_id=self.line.id)
        second = self.station.scan(card.name, quantity=20, location_dest_id=self.line.id)
        self._undo(self.env["mes.pull.withdrawal"].browse(second["withdrawal_id"]))
        self.assertEqual((card.state, card.withdrawn_qty), ("in_use", 30))


@tagged("post_install", "-at_install")
class TestUndoIsRefused(UndoCase):
    def test_when_the_parts_have_been_used(self):
        withdrawal = self._take(500)
        self._stock_up(self.stamped, self.line, -1)
        self._assert_refused(withdrawal, "499", "500", "Welding")
        self._stock_up(self.stamped, self.line, 1)
        self._undo(withdrawal)

    def test_when_it_was_no_scan(self):
        self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 100, "location_id": self.market.id}
        ).do_scrap()
        withdrawal = self.loop.withdrawal_ids
        self._assert_refused(withdrawal, "Only a scan")
        with self.assertRaisesRegex(UserError, "Only a scan"):
            withdrawal.with_user(self.operator).action_undo()

    def test_when_it_was_a_return(self):
        self._take(100)
        answer = self.station.give_back(self.stamped.barcode, location_id=self.line.id)
        self._assert_refused(self.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"]))


@tagged("post_install", "-at_install")
class TestUndoByOthers(UndoCase):
    def test_another_operator_may_undo(self):
        colleague = new_test_user(self.env, "mes_colleague", "mes_pull.mes_pull_group_operator")
        withdrawal = self._take(500)
        answer = self.station.with_user(colleague).undo(withdrawal.id)
        self.assertEqual((answer["status"], withdrawal.state), ("ok", "undone"))
        self.assertEqual(self.env["mes.pull.change"].search([]).user_id, colleague)

    def test_the_button_of_the_withdrawal_undoes_and_notifies(self):
        withdrawal = self._take(500)
        action = withdrawal.with_user(self.operator).action_undo()
        self.assertEqual((action["tag"], action["status"], action["duplicate"]), ("display_notification", "ok", False))
        self.assertEqual(action["params"]["message"], action["message"])
        self.assertEqual((withdrawal.state, self._on_hand(self.stamped, self.market)), ("undone", 1000))
        again = withdrawal.with_user(self.operator).action_undo()
        self.assertTrue(again["duplicate"])


@tagged("post_install", "-at_install")
class TestUndoOfSupply(UndoCase):
    """What was ordered by purchase or transfer goes as well, as far as it is not on its way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bulk = cls._create_place("Bulk", cls.stock)
        cls.loop.active = False
        cls.buying = cls._create_loop(cls.blank, cls.blank_market, supply_method="buy", container_qty=100, card_count=5)
        cls._stock_up(cls.blank, cls.blank_market, 500)
        cls.moving = cls._create_loop(
            cls.stamped,
            cls._create_place("Stamped near the line", cls.stock),
            supply_method="transfer",
            source_location_id=cls.market.id,
            container_qty=100,
            card_count=5,
        )
        cls._stock_up(cls.stamped, cls.moving.location_id, 500)

    def test_a_quotation_shrinks(self):
        self._take(200, self.buying)
        second = self._take(100, self.buying)
        line = second.signal_ids.purchase_line_id
        self.assertEqual(line.product_qty, 300)
        self._undo(second)
        self.assertEqual((line.product_qty, self.buying.on_order_qty), (200, 200))
        self.assertEqual(self._changes(), [("reduced", 300, 200)])

    def test_a_quotation_of_nothing_else_is_cancelled_and_named(self):
        withdrawal = self._take(200, self.buying)
        order = withdrawal.signal_ids.purchase_line_id.order_id
        answer = self._undo(withdrawal)
        self.assertIn(order.name, answer["message"])
        self.assertEqual((order.state, withdrawal.signal_ids.state), ("cancel", "cancelled"))
        self.assertEqual(self._changes(), [("cancelled", 200, 0)])

    def test_a_quotation_for_other_things_too_stays(self):
        withdrawal = self._take(200, self.buying)
        order = withdrawal.signal_ids.purchase_line_id.order_id
        other = self._create_product("Paint")
        order.order_line = [Command.create({"product_id": other.id, "product_qty": 1, "price_unit": 1})]
        self._undo(withdrawal)
        self.assertEqual((order.state, order.order_line.product_id), ("draft", other))

    def test_a_confirmed_purchase_order_stays_and_the_answer_says_so(self):
        withdrawal = self._take(200, self.buying)
        order = withdrawal.signal_ids.purchase_line_id.order_id
        order.button_confirm()
        answer = self.station.undo(withdrawal.id)
        self.assertIn(order.name, answer["message"])
        self.assertEqual((order.state, order.order_line.product_qty), ("purchase", 200))
        self.assertEqual((withdrawal.state, withdrawal.signal_ids.state), ("undone", "released"))
        self.assertEqual(self._on_hand(self.blank, self.blank_market), 500)

    def test_a_transfer_that_nobody_picked_is_cancelled(self):
        withdrawal = self._take(200, self.moving)
        picking = withdrawal.signal_ids.picking_id
        self.assertEqual((picking.state, picking.move_ids.quantity), ("assigned", 200))
        answer = self._undo(withdrawal)
        self.assertIn(picking.name, answer["message"])
        self.assertEqual((picking.state, self._changes()), ("cancel", [("cancelled", 200, 0)]))

    def test_a_transfer_for_two_shrinks(self):
        first, second = self._take(200, self.moving), self._take(100, self.moving)
        self._undo(first)
        self.assertEqual(self.moving.on_order_qty, 100)
        self.assertEqual((first.signal_ids.state, second.signal_ids.state), ("cancelled", "released"))

    def test_a_transfer_that_is_being_picked_stays(self):
        withdrawal = self._take(200, self.moving)
        picking = withdrawal.signal_ids.picking_id
        picking.move_ids.picked = True
        answer = self.station.undo(withdrawal.id)
        self.assertIn(picking.name, answer["message"])
        self.assertEqual((picking.state, picking.move_ids.product_qty), ("assigned", 200))


@tagged("post_install", "-at_install")
class TestUndoOfLotsAndPackages(UndoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axle = cls._create_product(
            "Axle", tracking="lot", seller_ids=[Command.create({"partner_id": cls.vendor.id})]
        )
        cls.shelf = cls._create_place("Axles", cls.stock)
        cls.axles = cls._create_loop(cls.axle, cls.shelf, supply_method="buy", container_qty=50, card_count=4)
        cls.march, cls.april = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.axle.id} for name in ("MARCH", "APRIL")]
        )
        cls._stock_up(cls.axle, cls.shelf, 60, lot=cls.march)
        cls._stock_up(cls.axle, cls.shelf, 140, lot=cls.april)

    def _lots(self, place):
        quants = self.env["stock.quant"].search([("product_id", "=", self.axle.id), ("location_id", "=", place.id)])
        return {quant.lot_id.name: quant.quantity for quant in quants if quant.quantity}

    def test_the_very_lots_come_back(self):
        withdrawal = self._take(100, self.axles)
        self.assertEqual(self._lots(self.line), {"MARCH": 60, "APRIL": 40})
        self._undo(withdrawal)
        self.assertEqual((self._lots(self.shelf), self._lots(self.line)), ({"MARCH": 60, "APRIL": 140}, {}))

    def test_other_pieces_of_the_lots_at_the_line_stay_there(self):
        withdrawal = self._take(100, self.axles)
        self._stock_up(self.axle, self.line, 100, lot=self.march)
        self._undo(withdrawal)
        self.assertEqual((self._lots(self.shelf), self._lots(self.line)), ({"MARCH": 60, "APRIL": 140}, {"MARCH": 100}))

    def test_another_lot_at_the_line_does_not_stand_in(self):
        withdrawal = self._take(50, self.axles, lot_id=self.march.id)
        self._stock_up(self.axle, self.line, -50, lot=self.march)
        self._stock_up(self.axle, self.line, 50, lot=self.april)
        self._assert_refused(withdrawal, "MARCH")

    def test_parts_from_a_package_come_back(self):
        pallet = self.env["stock.package"].create({"name": "PALLET-1"})
        self._stock_up(self.stamped, self.market, -400)
        self.env["stock.quant"]._update_available_quantity(self.stamped, self.market, 400, package_id=pallet)
        withdrawal = self._take(1000)
        self.assertEqual(self._on_hand(self.stamped, self.line), 1000)
        self._undo(withdrawal)
        self.assertEqual((self.loop.on_hand_qty, self.loop.room_qty), (1000, 0))
        self.assertEqual((pallet.location_id, sum(pallet.quant_ids.mapped("quantity"))), (self.market, 400))

    def test_parts_come_back_to_the_shelf_where_they_lay(self):
        shelf = self._create_place("Shelf", self.market)
        self._stock_up(self.stamped, self.market, -1000)
        self._stock_up(self.stamped, shelf, 1000)
        self._undo(self._take(500))
        self.assertEqual(self._on_hand(self.stamped, shelf), 1000)
