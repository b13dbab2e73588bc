"""The overview's section of quality: figures with their records, steps and mistakes of the set-up."""

from odoo.tests import tagged

from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestOverview(QualityCommon):
    def _get_section(self, user=None):
        company = self.env["res.company"].with_user(user or self.engineer)
        return next((row for row in company.mes_get_overview() if row["key"] == "mes_quality"), None)

    def _get_tile(self, key):
        return next(tile for tile in self._get_section()["tiles"] if tile["key"] == key)

    def _open(self, action):
        return self.env[action["res_model"]].with_user(self.engineer).search(action["domain"])

    def _find_mistake(self, text):
        return next((row for row in self._get_section()["mistakes"] if row["text"].startswith(text)), None)

    def test_only_for_engineers(self):
        self.assertFalse(self._get_section(self.inspector))
        self.assertFalse(self._get_section(self.operator))

    def test_every_action_is_there(self):
        section = self._get_section()
        for row in section["steps"] + section["tiles"]:
            if isinstance(row["action"], str):
                self.assertTrue(self.env.ref(row["action"]))
            else:
                self._open(row["action"])

    def test_held_stock_is_shown_with_its_value(self):
        before = self._open(self._get_tile("holds")["action"])
        self.axle.standard_price = 7
        self.lot.with_user(self.inspector).action_mes_hold("cracks")
        tile = self._get_tile("holds")
        self.assertEqual((self._open(tile["action"]) - before).lot_id, self.lot)
        if not before:
            self.assertIn("70", tile["value"])

    def test_a_plan_that_asks_nothing(self):
        plan = self.env["mes.quality.plan"].create({"name": "Axles", "product_ids": self.axle.ids})
        self.assertEqual(self._open(self._find_mistake("Control plans that ask")["action"]), plan)
        row = {"name": "Length", "kind": "measure", "unit": "mm", "has_lower": True, "lower_limit": 1}
        plan.characteristic_ids = [(0, 0, row)]
        self.assertFalse(self._find_mistake("Control plans that ask"))
        self.assertFalse(self._find_mistake("Control plans with a measure"))

    def test_inspectors_without_the_role(self):
        plan = self.env["mes.quality.plan"].create(
            {
                "name": "Axles",
                "product_ids": self.axle.ids,
                "inspector_ids": self.operator.ids,
                "characteristic_ids": [(0, 0, {"name": "Clean", "kind": "check"})],
            }
        )
        self.assertEqual(self._open(self._find_mistake("Control plans whose")["action"]), plan)
        plan.inspector_ids |= self.inspector
        self.assertFalse(self._find_mistake("Control plans whose"))

    def test_four_eyes_of_one(self):
        self.company.mes_quality_four_eyes = True
        role = self.env.ref("mes_quality.mes_quality_group_manager")
        self.assertFalse(self._find_mistake("Four eyes"))
        role.user_ids = self.manager
        self.assertTrue(self._find_mistake("Four eyes"))

    def test_a_reason_that_freezes_nothing(self):
        reason = self.env["mes.quality.reason"].create({"name": "Loose", "allow_issue": True, "allow_ship": True})
        self.assertEqual(self._open(self._find_mistake("Reasons that")["action"]), reason)
