"""The backlog of the demonstration factory: its cases went through real documents, and stand where the story says.

Only with the addon that brings the factory, whose places, people and products are loaded without its history.
"""

from unittest import SkipTest

from odoo import fields
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemoBacklog(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mes.pull.demo" not in cls.env:
            raise SkipTest("there is no demonstration factory")
        cls.factory = cls.env["mes.pull.demo"]._get_factory()
        for part in cls.factory._get_parts():
            if part != "history":
                getattr(cls.factory, f"_load_{part}")()
        cls.env = cls.factory.env
        cls.env["mes.aging.demo"]._load_backlog(cls.factory)

    def _case(self, key):
        return self.factory._get(f"clearance_{key}")

    def test_cases_are_in_all_states(self):
        states = {
            "done": ("mini_sold", "trolley_given", "motor", "frame_scrapped"),
            "cancelled": ("powder_given_up",),
            "open": ("green", "mini", "trolley", "trolley_order"),
            "draft": ("powder", "frame"),
        }
        for state, keys in states.items():
            self.assertEqual({self._case(key).state for key in keys}, {state}, state)
            for key in keys:
                self.assertFalse(any(self._case(key).line_ids.mapped("error")), key)

    def test_what_was_recovered_is_what_the_documents_brought(self):
        figures = {
            "mini_sold": (15, 15 * 48, 0),
            "trolley_given": (4, 0, 0),
            "motor": (40, 40 * 18.5, 74),
            "frame_scrapped": (6, 0, 0),
            "green": (10, 10 * 85, 0),
            "trolley": (4, 4 * (46 + 2 * 9.5), 0),
        }
        for key, expected in figures.items():
            case = self._case(key)
            self.assertEqual((case.cleared_qty, case.recovered_value, case.cost_value), expected, key)
            lines = case.line_ids.filtered("done_qty")
            self.assertTrue(all(line._get_documents() for line in lines), key)

    def test_documents_lie_between_opening_and_closing(self):
        for key in ("mini_sold", "trolley_given", "motor", "frame_scrapped"):
            case = self._case(key)
            moves = case.line_ids.move_ids | case.line_ids.sale_line_ids.move_ids
            self.assertTrue(moves, key)
            for move in moves:
                self.assertTrue(case.date_opened < move.date < case.date_done, key)

    def test_one_case_is_overdue(self):
        late = self.env["mes.aging.clearance"].search([("is_overdue", "=", True)])
        self.assertEqual(late & self._case("mini"), self._case("mini"))
        self.assertFalse(late & (self._case("green") | self._case("trolley") | self._case("powder")))

    def test_the_months_before_say_what_was_on_hand(self):
        """45 mini carts, too old for the whole time; nine of them were sold, and then six."""
        product = self.factory._get("product_cart_mini")
        noted = self.env["mes.aging.snapshot"].search([("product_id", "=", product.id)], order="date")
        sales = self._case("mini_sold").line_ids.sale_line_ids.move_ids
        self.assertEqual((len(noted), len(sales)), (7, 2))
        for row in noted:
            gone = sales.filtered(lambda move, day=row.date: fields.Date.to_date(move.date) < day)
            self.assertEqual(row.backlog_quantity, 45 - sum(gone.mapped("quantity")), row.date)
            self.assertEqual(row.backlog_value, row.backlog_quantity * 38)
