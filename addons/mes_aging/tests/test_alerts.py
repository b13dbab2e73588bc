"""Alerts: each side of each limit, told once per change, closed when the cause is gone."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .alert_common import AlertCommon


@tagged("post_install", "-at_install")
class TestCauses(AlertCommon):
    """The last day that is allowed, and the first that is not."""

    def test_age_of_90_days_is_over_a_limit_of_90(self):
        policy = self._policy(max_age_days=90)
        with self._at(90):
            self._receive(self.resistor, 10)
        self.assertEqual(self._check(days=1), (0, 0))
        self.assertEqual(self._check(), (1, 0))
        alert = self._alerts()
        self.assertEqual((alert.reason, alert.level, alert.measured, alert.limit), ("age", "limit", 90, 90))
        self.assertEqual((alert.quantity, alert.value, alert.policy_id), (10, 20, policy))
        self.assertEqual((alert.warehouse_id, alert.company_id, alert.kind), (self.warehouse, self.company, "raw"))

    def test_only_what_is_old_counts(self):
        self._policy(max_age_days=90)
        with self._at(95):
            self._receive(self.resistor, 10)
        with self._at(5):
            self._receive(self.resistor, 990)
        self._check()
        self.assertEqual(self._alerts().quantity, 10)

    def test_each_lot_is_an_item(self):
        self._policy(max_age_days=90)
        old, new = self._create_lot("OLD"), self._create_lot("NEW")
        with self._at(95):
            self._receive(self.axle, 3, old)
        with self._at(5):
            self._receive(self.axle, 4, new)
        self._check()
        alert = self._alerts()
        self.assertEqual((alert.lot_id, alert.quantity, alert.value), (old, 3, 15))

    def test_each_warehouse_is_an_item_with_its_policy(self):
        self._policy(max_age_days=90)
        self._policy("Patient", max_age_days=200, warehouse_id=self.second.id)
        for place in (self.stock, self.second.lot_stock_id):
            with self._at(95):
                self._receive(self.resistor, 10, place=place)
        self._check()
        self.assertEqual(self._alerts().warehouse_id, self.warehouse)

    def test_two_places_of_a_warehouse_are_one_item(self):
        self._policy(max_age_days=90)
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        with self._at(95):
            self._receive(self.resistor, 10)
            self._receive(self.resistor, 5, place=shelf)
        self._check()
        self.assertEqual(self._alerts().quantity, 15)

    def test_idle_since_the_last_use_not_since_it_came(self):
        self._policy(max_idle_days=60)
        with self._at(200):
            self._receive(self.resistor, 10)
        with self._at(60):
            self._ship(self.resistor, 1)
        self.assertEqual(self._check(days=1), (0, 0))
        self.assertEqual(self._check(), (1, 0))
        alert = self._alerts()
        self.assertEqual((alert.reason, alert.measured, alert.quantity), ("idle", 60, 9))

    def test_cover_above_30_days_with_excess(self):
        self._policy(max_cover_days=30)
        with self._at(0):
            self._receive(self.resistor, 100)
            self._need(self.resistor, 100, days=30)
        self.assertEqual(self._check(), (0, 0))
        with self._at(0):
            self._receive(self.resistor, 40)
            self._need(self.resistor, 40, days=74)
        self.assertEqual(self._check(), (1, 0))
        alert = self._alerts()
        self.assertEqual((alert.reason, alert.quantity, alert.value, alert.is_endless), ("cover", 40, 80, False))
        self.assertAlmostEqual(alert.measured, 74, delta=1)

    def test_safety_stock_is_no_excess(self):
        self._policy(max_cover_days=30)
        self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.resistor.id, "product_min_qty": 100, "product_max_qty": 100, "trigger": "manual"}
        )
        with self._at(0):
            self._receive(self.resistor, 100)
            self.assertEqual(self._check(), (0, 0))
            self._receive(self.resistor, 1)
        self._check()
        self.assertEqual(self._alerts().quantity, 1)

    def test_what_nothing_uses_lasts_for_ever(self):
        self._policy(max_cover_days=30)
        with self._at(0):
            self._receive(self.board, 5)
        self._check()
        alert = self._alerts()
        self.assertEqual((alert.is_endless, alert.quantity), (True, 5))
        self.assertIn("Nothing uses Board", alert.explanation)

    def test_turnover_below_4_a_year(self):
        self._policy(min_turnover=4)
        with self._at(400):
            self._receive(self.resistor, 100)
        for days in (300, 200, 100):
            with self._at(days):
                self._ship(self.resistor, 100)
                self._receive(self.resistor, 100)
        self.assertEqual(self._check(), (1, 0))
        alert = self._alerts()
        self.assertEqual((alert.reason, alert.measured, alert.quantity), ("turnover", 3, 100))
        self.assertEqual((alert.warehouse_id.ids, alert.limit), ([], 4))
        with self._at(0):
            self._ship(self.resistor, 100)
            self._receive(self.resistor, 100)
        self.assertEqual(self._check(), (0, 1))

    def test_turnover_of_what_came_lately_is_not_judged(self):
        self._policy(min_turnover=4)
        with self._at(92):
            self._receive(self.resistor, 100)
        self.assertEqual(self._check(days=1), (0, 0), "one turn takes 91.25 days")
        self.assertEqual(self._check(), (1, 0))

    def test_an_order_between_operations_grows_old_too(self):
        self._policy(max_age_days=90)
        self._policy("Flow", kind="wip", max_age_days=10)
        with self._at(20):
            self._receive(self.resistor, 100)
        with self._at(10):
            order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": 5})
            order.action_confirm()
            order.move_raw_ids.write({"quantity": 50, "picked": True})
            order.move_raw_ids._action_done()
        self.assertEqual(self._check(days=1), (0, 0))
        self.assertEqual(self._check(), (1, 0))
        alert = self._alerts()
        self.assertEqual((alert.production_id, alert.product_id, alert.measured), (order, self.board, 10))
        self.assertEqual((alert.quantity, alert.value), (5, 100))
        self.assertIn(order.name, alert.explanation)
        self.assertEqual(alert.action_view_layers()["res_id"], order.id)
        order.action_cancel()
        self.assertEqual(self._check(), (0, 1))

    def test_a_warning_comes_at_a_share_of_the_limit(self):
        self._policy(max_age_days=90, warn_ratio=0.8)
        with self._at(90):
            self._receive(self.resistor, 10)
        self.assertEqual(self._check(days=19), (0, 0), "71 days")
        self.assertEqual(self._check(days=18), (1, 0), "72 days")
        self.assertEqual(self._alerts().level, "warn")
        self.assertEqual(self._check(), (0, 0))
        self.assertEqual(self._alerts().level, "limit")

    def test_several_causes_are_several_alerts(self):
        self._policy(max_age_days=90, max_idle_days=90, max_cover_days=30)
        with self._at(100):
            self._receive(self.board, 5)
        self._check()
        alerts = self._alerts()
        self.assertEqual(set(alerts.mapped("reason")), {"age", "idle", "cover"})
        self.assertEqual(len(set(alerts.mapped("value"))), 1)
        self.assertEqual(sum(alerts.mapped("counted_value")), alerts[0].value, "the stock is there once")

    def test_lots_and_their_warehouse_count_once(self):
        self._policy(max_age_days=90, max_cover_days=30)
        axle = self.axle
        for name, days, quantity in (("OLD", 100, 4), ("NEW", 10, 6)):
            with self._at(days):
                self._receive(axle, quantity, lot=self._create_lot(name))
        self._check()
        values = {(alert.reason, alert.lot_id.name): alert.counted_value for alert in self._alerts()}
        self.assertEqual(values, {("age", "OLD"): 20, ("cover", False): 30}, "4 and the other 6 of 10, at 5 each")
        self.assertEqual(self._alerts(reason="cover").value, 50)

    def test_what_is_closed_counts_no_more(self):
        self._policy(max_age_days=90)
        with self._at(100):
            self._receive(self.board, 5)
        self._check()
        alert = self._alerts()
        self.assertGreater(alert.counted_value, 0)
        self._ship(self.board, 5)
        self._check()
        self.assertEqual((alert.state, alert.counted_value), ("closed", 0))

    def test_without_limits_nothing_is_found(self):
        self._policy()
        with self._at(1000):
            self._receive(self.resistor, 10)
        self.assertEqual(self._check(), (0, 0))

    def test_consigned_stock_is_not_ours(self):
        self._policy(max_age_days=90)
        with self._at(100):
            self.env["stock.quant"]._update_available_quantity(self.resistor, self.stock, 10, owner_id=self.vendor)
        self.assertEqual(self._check(), (0, 0))

    def test_reading_all_takes_few_queries(self):
        """As many for 30 products as for 3."""
        self._policy(max_age_days=90, max_cover_days=30)
        products = self.env["product.product"].union(*(self._create_product(f"P{number}") for number in range(30)))
        with self._at(100):
            for product in products:
                self._receive(product, 1)
        counts = []
        for some in (products[:3], products):
            self.env.flush_all()
            self.env.invalidate_all()
            self.Alert._find_causes(some)  # what is cached for good
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self._at():
                self.assertEqual(len(self.Alert._find_causes(some)), 2 * len(some))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def _need(self, product, quantity, days):
        date = fields.Datetime.now() + timedelta(days=days)
        return self._move(product, quantity, self.stock, self.customers, done=False, date=date)


@tagged("post_install", "-at_install")
class TestLife(AlertCommon):
    """From the first check that finds a cause to the first that doesn't."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limits = cls._policy(max_age_days=90)
        with cls._at(100):
            cls._receive(cls.resistor, 10)

    def _open(self):
        self._check()
        return self._alerts()

    def test_checked_twice_is_as_checked_once(self):
        self._open()
        before = self._picture()
        self.assertEqual(self._check(), (0, 0))
        self.assertEqual(self._picture(), before)

    @mute_logger("odoo.sql_db")
    def test_the_database_knows_one_open_alert_per_cause(self):
        alert = self._open()
        names = ["product_id", "warehouse_id", "company_id", "policy_id"]
        vals = {name: alert[name].id for name in names} | {"reason": "age", "level": "limit"}
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.Alert.create(vals)
        self.assertTrue(self.Alert.create({**vals, "reason": "idle"}))
        self._ship(self.resistor, 10)
        self._check()
        self.assertTrue(self.Alert.create(vals), "a closed one doesn't count")

    def test_it_closes_by_itself_when_the_stock_is_gone(self):
        alert = self._open()
        self.assertTrue(self._activities(alert))
        with self._at(0):
            self._ship(self.resistor, 10)
        self.assertEqual(self._check(), (0, 1))
        self.assertEqual(alert.state, "closed")
        self.assertTrue(alert.date_closed)
        self.assertFalse(self._activities(alert))

    def test_a_cause_that_comes_back_opens_a_new_one(self):
        alert = self._open()
        self.limits.max_age_days = 200
        self._check()
        self.limits.max_age_days = 90
        self.assertEqual(self._check(), (1, 0))
        self.assertEqual(self._alerts().mapped("state"), ["closed", "open"])
        self.assertEqual(alert.state, "closed")

    def test_a_policy_changes_alerts_on_the_next_run_and_nothing_else(self):
        alert = self._open()
        quantity = self.resistor.qty_available
        self.limits.max_age_days = 101
        self.env.flush_all()
        self.assertEqual((alert.state, alert.limit), ("open", 90))
        self._check()
        self.assertEqual(alert.state, "closed")
        self.limits.max_age_days = 50
        self._check()
        self.assertEqual(self._alerts(state="open").limit, 50)
        self.assertEqual(self.resistor.qty_available, quantity)

    def test_another_policy_takes_over_silently(self):
        alert = self._open()
        own = self._policy("Own", product_id=self.resistor.id, max_age_days=50)
        self._check()
        self.assertEqual((alert.state, alert.policy_id, alert.limit), ("open", own, 50))
        self.assertEqual(len(self._activities(alert)), 1)

    def test_what_is_measured_follows_without_telling(self):
        alert = self._open()
        activity = self._activities(alert)
        with self._at(0):
            self._ship(self.resistor, 4)
        self._check(days=-5)
        self.assertEqual((alert.quantity, alert.measured, alert.value), (6, 105, 12))
        self.assertEqual(self._activities(alert), activity)

    def test_a_limit_reached_after_a_warning_is_told_again(self):
        self.limits.write({"max_age_days": 110, "warn_ratio": 0.8})
        self._run()
        alert = self._alerts()
        self.assertEqual((alert.level, alert.is_told), ("warn", True))
        alert.with_user(self.buyer).action_acknowledge()
        self._run(days=-9)
        self.assertEqual((alert.state, alert.level), ("handled", "warn"))
        self._run(days=-10)
        self.assertEqual((alert.state, alert.level), ("open", "limit"))
        self.assertEqual(len(self._activities(alert, self.buyer)), 1)
        self.assertEqual(len(self._mails(self.buyer)), 2)

    def test_a_reached_limit_that_becomes_a_warning_is_not_told(self):
        self._run()
        alert = self._alerts()
        self.limits.write({"max_age_days": 110, "warn_ratio": 0.8})
        self._run()
        self.assertEqual((alert.state, alert.level, alert.is_told), ("open", "warn", True))
        self.assertEqual(len(self._mails(self.buyer)), 1)

    def test_backlog_is_seen_at_the_product(self):
        products = self.resistor | self.board
        self.assertEqual(products.with_user(self.viewer).mapped("mes_is_backlog"), [False, False])
        self._open()
        seen = products.with_user(self.viewer)
        self.assertEqual(seen.mapped("mes_is_backlog"), [True, False])
        self.assertEqual(seen.mapped("mes_alert_count"), [1, 0])
        self.assertEqual(seen.product_tmpl_id.mapped("mes_is_backlog"), [True, False])
        domain = [("id", "in", products.ids)]
        for value, expected in ((True, self.resistor), (False, self.board)):
            backlog = ("mes_is_backlog", "=", value)
            found = self.env["product.product"].with_user(self.viewer).search([*domain, backlog])
            self.assertEqual(found, expected)
            templates = [("id", "in", products.product_tmpl_id.ids), backlog]
            found = self.env["product.template"].with_user(self.viewer).search(templates)
            self.assertEqual(found, expected.product_tmpl_id)

    def test_backlog_is_seen_at_the_lot(self):
        old, new = self._create_lot("OLD"), self._create_lot("NEW")
        with self._at(95):
            self._receive(self.axle, 3, old)
        self._check()
        self.assertEqual((old | new).mapped("mes_is_backlog"), [True, False])
        domain = [("id", "in", (old | new).ids), ("mes_is_backlog", "=", True)]
        self.assertEqual(self.env["stock.lot"].search(domain), old)
        self.assertEqual(old.action_mes_alerts()["domain"], [("lot_id", "in", old.ids)])

    def test_layers_behind_an_alert(self):
        action = self._open().with_user(self.viewer).action_view_layers()
        layers = self.env["mes.aging.layer"].search(action["domain"])
        self.assertEqual(sum(layers.mapped("quantity")), 10)


@tagged("post_install", "-at_install")
class TestCompanies(AlertCommon):
    def test_each_company_has_its_alerts_policies_and_owners(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        stock = self.env["stock.warehouse"].search([("company_id", "=", sister.id)], limit=1).lot_stock_id
        with self._at(100):
            self._receive(self.resistor, 10)
            move = self.env["stock.move"].with_company(sister)
            move = move.create(
                {
                    "product_id": self.resistor.id,
                    "product_uom_qty": 20,
                    "location_id": self.suppliers.id,
                    "location_dest_id": stock.id,
                    "company_id": sister.id,
                }
            )
            move._action_confirm()
            move.quantity, move.picked = 20, True
            move._action_done()
        self._policy(max_age_days=200)
        self._policy("Strict", max_age_days=90, company_id=sister.id)
        self._run()
        alert = self._alerts()
        self.assertEqual((alert.company_id, alert.quantity), (sister, 20))
        self.assertNotEqual(alert.user_id, self.buyer, "he doesn't work there")
        self.assertFalse(self.Alert.with_user(self.viewer).search([("id", "=", alert.id)]))
        self.assertEqual(self.resistor.with_user(self.viewer).mes_alert_count, 0)
