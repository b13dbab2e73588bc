"""What the tests of alerts share.

`AlertCommon` adds to `LayerCommon`: no policies but those that a test makes with `_policy()`; `_check(days ago)`,
`_run(days ago)` (the daily run, mails and all) and `_alerts()`; `sales` and `planner` of the company, `buyer` of the
vendor.
"""

from unittest.mock import patch

from odoo.tests import new_test_user

from .layer_common import LayerCommon


class AlertCommon(LayerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Alert = cls.env["mes.aging.alert"]
        cls.Policy = cls.env["mes.aging.policy"]
        cls.Policy.search([("active", "=", True)]).active = False
        groups = "mes_aging.mes_aging_group_user"
        cls.sales = new_test_user(cls.env, "a_sales", groups)
        cls.planner = new_test_user(cls.env, "a_planner", groups)
        cls.vendor.buyer_id = cls.buyer
        cls.company.write(
            {
                "mes_aging_sales_id": cls.sales.id,
                "mes_aging_planner_id": cls.planner.id,
                "mes_aging_alert_manager_id": cls.manager.id,
            }
        )

    @classmethod
    def _policy(cls, name="Limits", **more):
        return cls.Policy.create({"name": name, "warn_ratio": 1, **more})

    def _check(self, days=0, products=None):
        """Check at so many days before the day of the test; return how many were opened and closed."""
        with self._at(days):
            found = self.Alert._check(products or self.resistor | self.board | self.axle)
        self.env.flush_all()
        return found

    def _run(self, days=0):
        """Let the daily run do its work."""

        def endless(*_args, **_more):
            return float("inf")

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", endless), self._at(days):
            self.Alert._cron_check()
        self.env.flush_all()

    def _alerts(self, **more):
        products = self.resistor | self.board | self.axle
        domain = [("product_id", "in", products.ids), *((name, "=", value) for name, value in more.items())]
        return self.Alert.search(domain, order="id")

    def _activities(self, alerts, user=None):
        domain = [("res_model", "=", "mes.aging.alert"), ("res_id", "in", alerts.ids)]
        return self.env["mail.activity"].search([*domain, ("user_id", "=", user.id)] if user else domain)

    def _mails(self, user):
        return self.env["mail.mail"].search([("recipient_ids", "=", user.partner_id.id)])

    def _picture(self):
        """Return all that there is of alerts, without ids: what two ways to the same end must agree on."""
        names = ("product_id", "lot_id", "warehouse_id", "reason", "level", "state", "quantity", "user_id", "is_told")
        alerts = [tuple(str(alert[name]) for name in names) for alert in self._alerts()]
        activities = self._activities(self._alerts())
        return sorted(alerts), sorted((activity.summary, activity.user_id.login) for activity in activities)
