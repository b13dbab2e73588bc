"""The overview's section of ageing: figures with their records, steps and mistakes of the set-up."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AgingCommon


@tagged("post_install", "-at_install")
class TestOverview(AgingCommon):
    def _get_section(self, user=None):
        company = self.env["res.company"].with_user(user or self.viewer)
        return next((row for row in company.mes_get_overview() if row["key"] == "mes_aging"), None)

    def _get_tile(self, key, user=None):
        return next((tile for tile in self._get_section(user)["tiles"] if tile["key"] == key), None)

    def _find_mistake(self, text):
        return next((row for row in self._get_section()["mistakes"] if row["text"].startswith(text)), None)

    def test_only_for_its_users(self):
        other = self.env["res.users"].create({"name": "Other", "login": "a_other"})
        self.assertFalse(self._get_section(other))

    def test_every_action_is_there(self):
        section = self._get_section(self.manager)
        for row in section["steps"] + section["tiles"]:
            if isinstance(row["action"], str):
                self.assertTrue(self.env.ref(row["action"]))
            else:
                self.env[row["action"]["res_model"]].with_user(self.manager).search(row["action"]["domain"])

    def test_no_figure_of_what_one_may_not_read(self):
        self.assertFalse(self._get_tile("stopped", self.viewer))
        self.assertEqual(self._get_tile("stopped", self.buyer)["value"], "0")

    def test_the_backlog_fell(self):
        snapshots = self.env["mes.aging.snapshot"].sudo()
        snapshots.search([]).unlink()
        today = fields.Date.context_today(snapshots)
        snapshots.create(
            [
                {
                    "company_id": self.company.id,
                    "product_id": self.resistor.id,
                    "date": today - timedelta(days=days),
                    "value": 1000,
                    "backlog_value": backlog,
                    "issued_value": 10,
                }
                for days, backlog in ((20, 500), (10, 400), (0, 120))
            ]
        )
        tile = self._get_tile("backlog")
        self.assertEqual(tile["points"], [500, 400, 120])
        self.assertIn("120", tile["value"])
        self.assertIn("500", tile["note"])
        self.assertEqual(tile["level"], "")
        # 30 of 1000 in three days noted: 3.65 times a year, 100 days
        self.assertIn("3.7", self._get_tile("turnover")["value"].replace("3.6", "3.7"))
        self.assertIn("100", self._get_tile("turnover")["note"])

    def test_a_policy_without_a_limit(self):
        policy = self.env["mes.aging.policy"].create(
            {"name": "Nothing", "product_id": self.resistor.id, "purchase_policy": "warn"}
        )
        self.assertEqual(self._find_mistake("Policies without")["action"]["domain"], [("id", "in", policy.ids)])

    def test_a_policy_for_what_nobody_stocks(self):
        categ = self.env["product.category"].create({"name": "Empty"})
        policy = self.env["mes.aging.policy"].create({"name": "E", "categ_id": categ.id, "max_age_days": 9})
        mistake = self._find_mistake("Policies for products")
        self.assertIn(policy.id, mistake["action"]["domain"][0][2])
        self.resistor.categ_id = self.env["product.category"].create({"name": "Child", "parent_id": categ.id})
        mistake = self._find_mistake("Policies for products")
        self.assertNotIn(policy.id, mistake["action"]["domain"][0][2] if mistake else [])

    def test_stock_without_a_cost(self):
        product = self._create_product("Free")
        self.assertNotIn("Free", (self._find_mistake("Stock without") or {}).get("text", ""))
        self._move(product, 3, self.suppliers, self.stock)
        ids = self._find_mistake("Stock without")["action"]["domain"][0][2]
        self.assertIn(product.id, ids)

    def test_a_nightly_check_that_is_switched_off(self):
        self.assertFalse(self._find_mistake("Scheduled actions"))
        self.env.ref("mes_aging.mes_aging_cron_snapshot").active = False
        self.assertTrue(self._find_mistake("Scheduled actions"))
