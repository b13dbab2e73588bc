"""The warehouse answers calls: brought, a part, another part, none; each answer counts once."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .calls_common import CallCase


@tagged("post_install", "-at_install")
class TestCallAnswers(CallCase):
    def setUp(self):
        super().setUp()
        self.order = self._plan(50)
        self.call, self.next = self._rows(self.order)

    def _short(self, kind, **more):
        answer = self.call.with_user(self.storekeeper).action_answer_short(kind, **more)
        self.env.flush_all()
        self.env.invalidate_all()
        return answer

    def test_what_is_brought_lies_at_the_line_for_its_order(self):
        answer = self._bring(self.call)
        self.assertEqual((answer["status"], answer["duplicate"], answer["call_id"]), ("ok", False, self.call.id))
        self.assertEqual((self.call.state, self.call.done_qty, self.call.picking_id.state), ("done", 25, "done"))
        self.assertEqual((self.order.move_raw_ids.quantity, self._on_hand(self.blank, self.bench)), (25, 25))
        self.assertEqual(self._calls(self.order)[1], ("Mon 09:00", 25, "called"))

    def test_the_same_key_counts_once(self):
        first = self._bring(self.call, confirm_key="A1")
        again = self._bring(self.call, confirm_key="A1")
        self.assertEqual((again["message"], again["duplicate"]), (first["message"], True))
        self.assertEqual(self._on_hand(self.blank, self.bench), 25)

    def test_a_second_confirmation_is_told_who_was_first(self):
        self._bring(self.call)
        answer = self.call.with_user(self.counter).action_confirm()
        self.assertEqual(answer["status"], "error")
        self.assertIn(self.storekeeper.name, answer["message"])
        self.assertEqual(self._on_hand(self.blank, self.bench), 25)

    def test_a_part_that_is_brought_leaves_the_rest_called(self):
        self._bring(self.call, 10)
        self.assertEqual((self.call.state, self.call.done_qty, self.call.quantity), ("called", 10, 25))
        self.assertEqual(self.call.move_id.product_qty, 15)
        self.assertEqual(self.call.picking_id.mes_call_date, self.call.date_due)
        self._bring(self.call)
        self.assertEqual((self.call.state, self._on_hand(self.blank, self.bench)), ("done", 25))

    def test_more_than_was_called_is_refused(self):
        answer = self._bring(self.call, 26)
        self.assertEqual((answer["status"], self.call.state, self.call.picked_qty), ("error", "called", 0))
        self.assertEqual(self._bring(self.call, 25)["status"], "ok")

    def test_a_transfer_waits_for_all_its_calls(self):
        self.saw.mes_line_location_id = self.bench
        other = self._rows(self._plan(25, product=self._create_made("Plate", self.saw)))
        self.assertEqual(other.picking_id, self.call.picking_id)
        self._bring(self.call)
        self.assertEqual((self.call.state, self.call.picking_id.state), ("picking", "assigned"))
        self._bring(other)
        self.assertEqual((self.call.state, other.state), ("done", "done"))

    def test_none_there_is_told_to_the_planner(self):
        answer = self._short("none", note="shelf is empty")
        self.assertEqual((answer["status"], self.call.state, self.call.short_qty), ("ok", "short", 25))
        self.assertTrue(self.call.is_at_risk)
        told = self._activities(self.planner, "mrp.production").filtered("summary")
        self.assertIn("shelf is empty", told.summary)
        self._assert_need(self.order, 50)
        self._tick()
        self.assertEqual(self.call.state, "short", "it is not called again by itself")
        self.call.with_user(self.planner).action_call_again()
        self.assertEqual(self._calls(self.order)[0], ("Mon 08:00", 25, "called"))

    def test_a_part_that_is_there_is_brought_and_the_rest_is_short(self):
        self._short("part", quantity=10)
        self.assertEqual((self.call.state, self.call.done_qty, self.call.short_qty), ("short", 10, 15))
        self.assertEqual(self._on_hand(self.blank, self.bench), 10)
        self.assertEqual(sum(self._steps(self.order).mapped("product_qty")), 40)

    def test_another_part_is_used_in_that_hour(self):
        steel = self._create_product("Steel blank")
        self._stock_up(steel, self.stock, 100)
        self._short("substitute", product_id=steel.id)
        self.assertEqual(self._calls(self.order, steel), [("Mon 08:00", 25, "called")])
        self.assertEqual(self._calls(self.order, self.blank), [("Mon 09:00", 25, "called")])
        quantities = {move.product_id: move.product_uom_qty for move in self.order.move_raw_ids}
        self.assertEqual(quantities, {steel: 25, self.blank: 25})
        self._assert_need(self.order, 25, steel)
        self._assert_need(self.order, 25, self.blank)

    def test_who_cancels_the_transfer_is_short(self):
        self.call.picking_id.with_user(self.storekeeper).action_cancel()
        self.assertEqual([state for _hour, _quantity, state in self._calls(self.order)], ["short", "called"])
        self._assert_need(self.order, 50)

    def test_odoos_own_validation_counts(self):
        self._validate(self.call.picking_id)
        self.assertEqual((self.call.state, self.call.done_qty), ("done", 25))

    def test_what_is_picked_when_the_order_is_cut_comes_back(self):
        self.call.move_id._mes_pick(25, self.env["stock.lot"])
        self.order.action_cancel()
        self.assertFalse(self._rows(self.order))
        back = self.env["stock.picking"].search([("mes_call_return", "=", True)])
        self.assertEqual((back.state, back.location_id), ("draft", self.bench))
        self.assertEqual(back.move_ids.mapped(lambda move: (move.product_id, move.product_qty)), [(self.blank, 25)])
        self.assertTrue(self._activities(self.planner, "stock.picking"))

    def test_what_was_brought_when_the_order_is_cut_comes_back(self):
        self._bring(self.call)
        self.order.action_cancel()
        self._tick()
        back = self.env["stock.picking"].search([("mes_call_return", "=", True)])
        self.assertEqual(back.move_ids.mapped("product_qty"), [25])
        self._plan(15)
        self._tick()
        self.assertEqual(back.move_ids.mapped("product_qty"), [10], "another order needs 15 of them")

    def test_only_the_warehouse_answers(self):
        seller = new_test_user(self.env, "mes_call_seller", "sales_team.group_sale_salesman")
        answer = self.call.with_user(seller).action_confirm()
        self.assertEqual(answer["status"], "error")
        self._assert_denied(lambda: self.call.with_user(self.operator).write({"quantity": 1}))
        with self.assertRaises(AccessError):
            self.call.with_user(self.operator).action_call_again()
        self.assertEqual(self.call.with_user(self.operator).action_confirm()["status"], "ok")
