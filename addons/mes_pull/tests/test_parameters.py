"""Programs that send something else than a parameter are told so, and nothing else happens."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PullCommon


@tagged("post_install", "-at_install")
class TestParameters(PullCommon):
    def _assert_told(self, call, name):
        with self.assertRaisesRegex(UserError, f"{name} cannot be"):
            call()

    def test_the_boards_say_which_parameter_is_none(self):
        loops, calls = self.env["mes.pull.loop"], self.env["mes.pull.call"]
        self._assert_told(lambda: loops.get_board(limit=-1), "limit")
        self._assert_told(lambda: loops.get_board(offset=float("nan")), "offset")
        for domain in ("x", [["nothing", "=", 1]], 1.5, [5]):
            self._assert_told(lambda domain=domain: loops.get_board(domain), "domain")
        self._assert_told(lambda: calls.get_calls(location_ids=[[1]]), "location_ids")
        self._assert_told(lambda: calls.get_substitutes({"a": 1}), "call_id")
        self._assert_told(lambda: self.env["mes.pull.slot"].get_hours("2026-02-30"), "date")
        self._assert_told(lambda: self.station.get_state("x"), "limit")

    def test_the_planner_says_which_parameter_is_none(self):
        planner = self.env["mes.pull.planner"].with_user(self.planner)
        for ids in (1.5, "x", [None], [-1]):
            self._assert_told(lambda ids=ids: planner.plan(ids), "production_ids")
            self._assert_told(lambda ids=ids: planner.preview(ids), "production_ids")

    def test_what_is_not_given_is_no_mistake(self):
        self.assertIn(self.loop.id, [row["id"] for row in self.env["mes.pull.loop"].get_board(None, 0, None)["loops"]])
        self.assertEqual(self.env["mes.pull.call"].get_calls(None, False)["calls"], [])
