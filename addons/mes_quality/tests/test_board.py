"""The quality board and the label BLOCKED."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestBoard(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mes.quality.hold"].search([("state", "=", "active")])._lift("Before the test")
        cls.axle.standard_price = 3
        cls.lot.with_user(cls.inspector).action_mes_hold("Crack in the weld")
        cls.hold = cls.env["mes.quality.hold"].search([("lot_id", "=", cls.lot.id)])
        cls.board = cls.env["mes.quality.board"].with_user(cls.inspector)

    def _age(self, days):
        self.env.flush_all()
        date = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute("UPDATE mes_quality_hold SET date_held = %s WHERE id = %s", [date, self.hold.id])
        self.env.invalidate_all()

    def test_held_stock_with_its_value(self):
        held = self.board.get_board()["held"]
        self.assertEqual((held["count"], held["value"]), (1, 30))
        [row] = held["rows"]
        self.assertEqual((row["quantity"], row["reason"], row["level"]), (10, "Crack in the weld", "held"))

    def test_age_classes_have_their_ends(self):
        for days, expected in ((0.9, 1), (1.1, 3), (7.5, 30), (31, None)):
            self._age(days)
            by_age = self.board.get_board()["held"]["by_age"]
            self.assertEqual([one["days"] for one in by_age if one["count"]], [expected], days)

    def test_a_decision_is_overdue_from_the_day_after_it_was_due(self):
        today = fields.Date.context_today(self.board)
        self.hold.with_user(self.engineer).date_due = today
        self.assertEqual(self.board.get_board()["held"]["overdue"], 0)
        self.hold.with_user(self.engineer).date_due = today - timedelta(days=1)
        self.assertEqual(self.board.get_board()["held"]["overdue"], 1)

    def test_lifted_holds_are_not_shown(self):
        self.hold.with_user(self.engineer).action_lift("Weld is good")
        self.assertEqual(self.board.get_board()["held"]["count"], 0)

    def test_only_people_of_quality_see_it(self):
        with self.assertRaises(AccessError):
            self.board.with_user(self.operator).get_board()

    def test_the_label_says_what_is_blocked_and_why(self):
        html = self.env["ir.qweb"]._render("mes_quality.report_labels", {"docs": self.hold})
        for text in ("BLOCKED", "A-MARCH", "Crack in the weld", "<svg"):
            self.assertIn(text, str(html))

    def test_the_printers_label_cannot_be_broken_by_a_text(self):
        zpl = str(self.hold._get_zpl())
        self.assertIn("^FDBLOCKED^FS", zpl)
        self.assertEqual(self.hold._format_zpl("a^XZ\n~b"), "a XZ b")
        self.assertEqual(self.hold._format_zpl("<b>|"), "|3Cb|3E|7C", "a browser takes nothing of it for HTML")
