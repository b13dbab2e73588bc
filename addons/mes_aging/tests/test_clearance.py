"""Clearance cases: nothing is claimed twice or written by hand, they close by themselves, documents can't be forged."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearance(ClearanceCommon):
    def test_a_case_knows_kind_value_deadline_and_owner(self):
        case = self._open_case(self.resistor, 100)
        self.assertEqual((case.kind, case.book_value, case.left_qty), ("raw", 200, 100))
        self.assertEqual((case.date_deadline - case.date_opened.date()).days, 30)
        self.assertTrue(case.name.startswith("CLR/"))

    def test_all_that_is_there_can_be_claimed_and_not_a_piece_more(self):
        self._open_case(self.resistor, 60)
        self._open_case(self.resistor, 40)
        with self._refused("0 Units can be cleared"):
            self._open_case(self.resistor, 1)

    def test_raising_a_case_beyond_what_is_there_is_refused(self):
        case = self._open_case(self.resistor, 60)
        self._open_case(self.resistor, 30)
        case.quantity = 70
        with self._refused("70 Units can be cleared"):
            case.quantity = 71

    def test_a_lot_in_an_older_case_without_lots_is_not_claimed_again(self):
        product = self._create_product("Paint", tracking="lot", standard_price=5)
        lots = self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in ("L1", "L2")])
        for lot in lots:
            self._put(product, 10, lot=lot)
        self._open_case(product, 15)
        with self._refused("5 Units can be cleared"):
            self._open_case(product, 6, lot_ids=[(6, 0, lots[0].ids)])
        self.assertEqual(self._open_case(product, 5, lot_ids=[(6, 0, lots[0].ids)]).left_qty, 5)

    def test_held_stock_is_not_claimed(self):
        product = self._create_product("Glue", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "G1", "product_id": product.id})
        self._put(product, 10, lot=lot)
        lot.action_mes_hold("Smells")
        with self._refused("0 Units can be cleared"):
            self._open_case(product, 1)

    def test_a_case_closes_by_itself_when_its_stock_is_gone(self):
        case = self._open_case(self.board, 20)
        self._move(self.board, 15, self.stock, self.customers)
        case.sudo()._settle()
        self.assertEqual((case.state, case.left_qty, case.gone_qty), ("draft", 5, 15))
        self._move(self.board, 5, self.stock, self.customers)
        case.sudo()._settle()
        self.assertEqual((case.state, case.gone_qty, case.cleared_qty), ("done", 20, 0))

    def test_what_follows_from_documents_is_not_written(self):
        case = self._open_case(self.resistor, 10)
        for name, value in (("state", "done"), ("cleared_qty", 5), ("recovered_value", 9), ("kind", "wip")):
            with self._refused("follows from its documents"):
                case.write({name: value})
        with self._refused("stay as they are"):
            case.product_id = self.board

    def test_an_import_of_a_case_is_checked_too(self):
        Case = self.env["mes.aging.clearance"].with_user(self.clerk)
        result = Case.load(["product_id/.id", "quantity", "state"], [[str(self.resistor.id), "5", "done"]])
        self.assertIn("follows from its documents", result["messages"][0]["message"])
        self.assertFalse(Case.search([("product_id", "=", self.resistor.id)]))

    def test_who_else_owns_a_case_decides_about_it(self):
        case = self._open_case(self.resistor, 10, user=self.manager)
        mine = case.with_user(self.clerk)
        for call in (lambda: mine.write({"quantity": 5}), mine.action_cancel, mine.action_execute):
            with self._refused("belongs to"):
                call()
        case.action_cancel()
        self.assertEqual(case.state, "cancelled")

    def test_a_seller_sees_cases_and_changes_nothing(self):
        case = self._open_case(self.resistor, 10)
        seller = self.env.ref("sales_team.group_sale_salesman")
        self.viewer.group_ids = [(6, 0, seller.ids)]
        self.assertEqual(case.with_user(self.viewer).quantity, 10)
        with self.assertRaises(AccessError):
            case.with_user(self.viewer).quantity = 5

    def test_only_a_manager_lowers_the_floor_price(self):
        case = self._open_case(self.board, 10, floor_price=20)
        case.floor_price = 25
        with self._refused("Only a manager"):
            case.floor_price = 24
        case.with_user(self.manager).floor_price = 10
        self.assertEqual(case.floor_price, 10)

    def test_routes_are_of_the_kind_and_add_up_to_the_case_at_most(self):
        case = self._open_case(self.resistor, 10)
        with self._refused("is not for"):
            self._plan(case, "promotion")
        self._plan(case, "scrap", 6)
        with self._refused("add up to"):
            self._plan(case, "scrap", 5)
        self.assertEqual(self._plan(case, "scrap").quantity, 4)

    def test_the_route_of_a_case_is_that_of_its_only_kind_of_line(self):
        case = self._open_case(self.resistor, 10)
        case.route = "scrap"
        self._plan(case, "scrap", 6)
        self.assertEqual(case.route, "scrap")
        self._plan(case, "donate", 4)
        self.assertFalse(case.route)

    def test_executing_without_a_route_says_what_to_do(self):
        with self._refused("Choose a route"):
            self._open_case(self.resistor, 10).action_execute()

    def test_documents_cannot_be_tied_by_hand(self):
        line = self._plan(self._open_case(self.resistor, 10), "scrap")
        move = self._move(self.resistor, 1, self.stock, self.customers, done=False)
        for call in (
            lambda: move.write({"mes_clearance_line_id": line.id}),
            lambda: move.with_context(default_mes_clearance_line_id=line.id).copy(),
        ):
            with self._refused("Only a clearance case"):
                call()

    def test_a_case_is_kept(self):
        case = self._open_case(self.resistor, 10)
        with self.assertRaises(AccessError):
            case.unlink()
        with self._refused("kept for the record"):
            case.sudo().unlink()


@tagged("post_install", "-at_install")
class TestClearanceSources(ClearanceCommon):
    def test_two_alerts_of_one_item_share_a_case(self):
        policy = self.env["mes.aging.policy"].create(
            {"name": "Boards", "product_id": self.board.id, "max_age_days": 1, "max_idle_days": 1}
        )
        self.env.cr.execute(
            "UPDATE stock_move_line SET date = date - interval '9 days' WHERE product_id = %s", [self.board.id]
        )
        self.env.invalidate_all()
        self.env["mes.aging.alert"]._check(self.board)
        alerts = self.env["mes.aging.alert"].search([("policy_id", "=", policy.id)])
        self.assertEqual(set(alerts.mapped("reason")), {"age", "idle"})
        alerts.with_user(self.manager).action_clear()
        case = alerts.clearance_id
        self.assertEqual((len(case), case.quantity, case.source), (1, 20, "alert"))
        self.assertEqual(set(alerts.mapped("state")), {"handled"})
        alerts.with_user(self.manager).action_clear()  # again: the same case
        self.assertEqual(alerts.clearance_id, case)

    def test_a_selection_on_the_report_opens_a_case_of_what_is_in_no_case(self):
        self._open_case(self.resistor, 30)
        layers = self.env["mes.aging.layer"].with_user(self.clerk).search([("product_id", "=", self.resistor.id)])
        layers.action_clear()
        cases = self.env["mes.aging.clearance"].search([("product_id", "=", self.resistor.id)], order="id")
        self.assertEqual(cases.mapped("quantity"), [30, 70])
        with self._refused("Nothing of this can be opened"):
            layers.action_clear()
