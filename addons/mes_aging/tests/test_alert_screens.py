"""The screens of policies and alerts open for each role, with the fields that it may see."""

from odoo.tests import Form, tagged

from .alert_common import AlertCommon


@tagged("post_install", "-at_install")
class TestScreens(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._policy(max_age_days=90, max_cover_days=30)
        with cls._at(100):
            cls._receive(cls.resistor, 10)
            cls._receive(cls.board, 4)
        with cls._at():
            cls.Alert._check(cls.resistor | cls.board)

    def test_all_views_load_for_all_who_own_alerts(self):
        views = [(False, kind) for kind in ("list", "kanban", "form", "pivot", "graph", "activity", "search")]
        for user in (self.viewer, self.buyer, self.manager):
            loaded = self.Alert.with_user(user).get_views(views)["views"]
            for kind, view in loaded.items():
                with self.subTest(user=user.login, view=kind):
                    self.assertTrue(view["arch"])
            fields = [name for name in self.Alert.fields_get() if name in loaded["list"]["arch"]]
            self.assertTrue(self.Alert.with_user(user).search_read([], fields))

    def test_only_a_manager_gives_alerts_away_on_the_form(self):
        alert = self._alerts(product_id=self.resistor.id)[0]
        with Form(alert.with_user(self.manager)) as form:
            form.user_id = self.viewer
        self.assertEqual(alert.user_id, self.viewer)
        with self.assertRaises(AssertionError):
            Form(alert.with_user(self.viewer)).user_id = self.buyer

    def test_policy_form(self):
        with Form(self.Policy.with_user(self.manager)) as form:
            form.name = "Outlet"
            form.kind = "finished"
            form.max_age_days = 60
        self.assertEqual((form.record.purchase_policy, form.record.warn_ratio), ("warn", 0.8))

    def test_grouped_by_reason_and_owner(self):
        groups = self.Alert.with_user(self.viewer).formatted_read_group(
            [("product_id", "in", (self.resistor | self.board).ids)], ["reason", "user_id"], ["value:sum"]
        )
        values = {(group["reason"], group["user_id"][0]): group["value:sum"] for group in groups}
        self.assertEqual(
            values,
            {
                ("age", self.buyer.id): 20,
                ("cover", self.buyer.id): 20,
                ("age", self.sales.id): 120,
                ("cover", self.sales.id): 120,
            },
        )

    def test_menus(self):
        alerts, policies = (self.env.ref(f"mes_aging.mes_aging_{name}_menu") for name in ("alert", "policy"))
        menus = self.env["ir.ui.menu"]
        seen = menus.with_user(self.viewer).load_menus(False)
        self.assertIn(alerts.id, seen)
        self.assertNotIn(policies.id, seen)
        self.assertIn(policies.id, menus.with_user(self.manager).load_menus(False))

    def test_settings(self):
        admin = self.env.ref("base.user_admin")
        with Form(self.env["res.config.settings"].with_user(admin)) as form:
            form.mes_aging_escalate_days = 3
        form.record.execute()
        self.assertEqual(admin.company_id.mes_aging_escalate_days, 3)
