"""The stock of each day, and what follows from it: trend, turnover, coverage, classes."""

import itertools
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import mes_aging_snapshot
from .layer_common import TODAY, LayerCommon


class KilledError(BaseException):
    pass


@tagged("post_install", "-at_install")
class TestSnapshots(LayerCommon):
    def setUp(self):
        super().setUp()
        self.model = self.env["mes.aging.snapshot"]
        with self._at(200):
            self._receive(self.resistor, 100)
        with self._at(20):
            self._receive(self.resistor, 50)
            self._receive(self.board, 4)

    def _run(self, days=0, kill_at=None, seconds=float("inf")):
        """Run the daily job; killed at a commit, all since the one before is lost."""
        numbers, points = itertools.count(1), [self.env.cr.savepoint()]

        def commit(*_args, **_more):
            self.env.flush_all()
            if next(numbers) == kill_at:
                raise KilledError
            points[0].close(rollback=False)
            points[0] = self.env.cr.savepoint()
            return seconds

        with self._at(days), patch.object(self.env.registry["ir.cron"], "_commit_progress", commit):
            try:
                self.model._cron_take()
            except KilledError:
                points[0].rollback()
                self.env.invalidate_all(flush=False)
        points[0].close(rollback=False)
        return next(numbers) - 1

    def _rows(self):
        names = ["product_id", "date", "quantity", "value", "backlog_value", "issued_quantity", "turnover", "abc"]
        products = self.resistor | self.board | self.axle
        rows = self.model.search([("product_id", "in", products.ids)], order="date, product_id")
        return [tuple(row[name] for name in names) for row in rows.read(names, load=False)]

    def test_stock_and_backlog_of_the_day(self):
        self._run()
        row = self.model.search([("product_id", "=", self.resistor.id)])
        self.assertEqual((row.quantity, row.value, row.kind), (150, 300, "raw"))
        self.assertEqual((row.backlog_quantity, row.backlog_value), (100, 200), "older than the last bucket's 180 days")
        self.company.mes_aging_buckets = "10,200"
        self._run(days=-1)
        row = self.model.search([("product_id", "=", self.resistor.id)], limit=1)
        self.assertEqual(row.backlog_value, 200, "201 days old")

    def test_backlog_is_what_is_older_than_its_policy_allows(self):
        self.env["mes.aging.policy"].create(
            {"name": "Resistors", "product_id": self.resistor.id, "max_age_days": 15, "max_cover_days": 30}
        )
        self._run()
        row = self.model.search([("product_id", "=", self.resistor.id)])
        self.assertEqual((row.backlog_quantity, row.backlog_value), (150, 300))

    def test_sums_are_those_of_the_layers(self):
        with self._at(3):
            self._ship(self.resistor, 30)
        self._run()
        row = self.model.search([("product_id", "=", self.resistor.id)])
        layers = self._layers(self.resistor)
        self.assertEqual((row.quantity, row.value), (sum(layers.mapped("quantity")), sum(layers.mapped("value"))))

    def test_killed_at_any_point_and_run_again_ends_the_same(self):
        parts = self.env["product.product"].create([{"name": f"P{number}", "is_storable": True} for number in range(5)])
        for part in parts:
            self._receive(part, 1)
        with patch.object(mes_aging_snapshot, "BATCH", 2):
            with self.env.cr.savepoint() as clean:
                commits = self._run()
                expected = self._rows()
                self.assertEqual(len(self.model.search([("product_id", "in", parts.ids)])), 5)
                clean.rollback()
                self.env.invalidate_all(flush=False)
            self.assertGreater(commits, 5)
            for number in range(1, commits + 1):
                with self.env.cr.savepoint() as point:
                    self._run(kill_at=number)
                    self._run()
                    self.assertEqual(self._rows(), expected, f"killed at commit {number}")
                    self.assertEqual(len(self.model.search([("product_id", "in", parts.ids)])), 5)
                    point.rollback()
                    self.env.invalidate_all(flush=False)

    def test_out_of_time_it_goes_on_later(self):
        with patch.object(mes_aging_snapshot, "BATCH", 1):
            for _attempt in range(20):
                self._run(seconds=0)
                self.assertLessEqual(len(self._rows()), 2)
        self._run()
        self.assertEqual(len(self._rows()), 2)

    def test_second_run_of_a_day_changes_nothing(self):
        self._run()
        before = self._rows()
        self._ship(self.resistor, 10)
        self._run()
        self.assertEqual(self._rows(), before)

    def test_what_was_issued_is_counted_once(self):
        with self._at(5):
            self._ship(self.resistor, 10)
        self._run(days=4)
        with self._at(4):
            self._ship(self.resistor, 7)
        with self._at(3):
            self._ship(self.resistor, 5)
        self._run(days=2)
        self._run(days=1)
        rows = self.model.search([("product_id", "=", self.resistor.id)], order="date")
        self.assertEqual(rows.mapped("issued_quantity"), [10, 12, 0])
        self.assertEqual(rows.mapped("issued_value"), [20, 24, 0])

    def test_backlog_value_fell_from_one_day_to_another(self):
        self._run(days=10)
        with self._at(5):
            self._ship(self.resistor, 60)
        self._run()
        with self._at():
            trend = self.model.with_user(self.viewer).get_trend()
        self.assertEqual((trend["value_from"], trend["value_to"], trend["change"]), (200, 80, -60))
        self.assertEqual((str(trend["date_from"]), str(trend["date_to"])), ("2026-06-20", "2026-06-30"))
        with self._at():
            self.assertEqual(self.model.get_trend(domain=[("kind", "=", "finished")])["value_to"], 0)
            self.assertEqual(self.model.get_trend("2020-01-01", "2020-02-01"), {})

    def test_stock_of_several_days_is_averaged_and_what_was_issued_added_up(self):
        days = self.model.browse()
        for day, value in ((1, 500), (2, 300)):
            vals = {"company_id": self.company.id, "product_id": self.board.id, "issued_value": 7, "value": value}
            days += self.model.create({**vals, "date": f"2020-01-0{day}", "backlog_value": value / 2})
        names = ["value:sum", "backlog_value:sum", "issued_value:sum"]
        found = self.model._read_group([("id", "in", days.ids)], ["date:month"], names)
        self.assertEqual([row[1:] for row in found], [(400, 200, 14)])

    def test_turnover_is_what_went_out_by_what_was_there(self):
        wire = self._create_product("Wire", standard_price=3)
        with self._at(365):
            self._receive(wire, 100)
        with self._at(73):
            self._ship(wire, 50)
        with self._at():
            # 100 for 292 days and 50 for 73: 90 on average; 50 ÷ 90
            self.assertAlmostEqual(self.model._get_turnover(wire)[wire.id], 50 / 90, 6)
            # the last 73 days: 50 ÷ 50, five times a year
            self.assertAlmostEqual(self.model._get_turnover(wire, days=73)[wire.id], 5, 1)

    def test_turnover_by_hand_on_a_day_by_day_reckoning(self):
        """The average by time is that of the stock of each hour."""
        wire, stock = self._create_product("Wire"), {}
        for days, quantity in ((300, 40), (200, -15), (120, 60), (60, -70), (10, 5)):
            with self._at(days):
                (self._receive if quantity > 0 else self._ship)(wire, abs(quantity))
            stock[days] = quantity
        average = sum(sum(change for days, change in stock.items() if days > day) for day in range(365)) / 365
        with self._at():
            self.assertAlmostEqual(self.model._get_turnover(wire)[wire.id], 85 / average, 6)

    def test_transfers_and_counts_are_no_sales(self):
        with self._at(10):
            self._move(self.resistor, 50, self.stock, self.second.lot_stock_id)
            self._count(self.resistor, 90)
        with self._at():
            self.assertEqual(self.model._get_turnover(self.resistor), {self.resistor.id: 0})

    def test_product_without_stock_has_no_turnover(self):
        with self._at():
            self.assertEqual(self.model._get_turnover(self._create_product("New")), {})

    def test_coverage_is_stock_by_daily_use(self):
        with self._at(100):
            self._ship(self.resistor, 73)
        self._run()
        row = self.model.search([("product_id", "=", self.resistor.id)])
        self.assertAlmostEqual(row.coverage_days, 77 / 73 * 365, 6)

    def test_classes(self):
        """The board makes 9,000 of 9,020; resistors go out evenly, boards all at once."""
        with self._at(300):
            self._receive(self.board, 300)
            self._ship(self.board, 300)
            self._receive(self.resistor, 100)
        for period in range(13):
            with self._at(period * 28 + 3):
                self._ship(self.resistor, 1)
        self._run()
        self.assertEqual((self.board.mes_abc, self.board.mes_xyz), ("A", "Z"))
        self.assertEqual((self.resistor.mes_abc, self.resistor.mes_xyz), ("C", "X"))
        row = self.model.search([("product_id", "=", self.resistor.id)])
        self.assertEqual((row.abc, row.xyz), ("C", "X"))

    def test_each_company_for_itself(self):
        other = self.env["res.company"].create({"name": "Sister"})
        self._run()
        rows = self.model.search([("product_id", "=", self.resistor.id)])
        self.assertEqual(rows.company_id, self.company)
        self.assertFalse(self.resistor.with_company(other).mes_abc)

    def test_backlog_of_another_currency_is_converted(self):
        """Their 100 and 40 are our 50 and 20, on the board and on the overview; days without theirs count ours."""
        other = self._create_company_abroad(rate=2)
        self.model.search([]).unlink()
        for days, company, value in ((20, self.company, 200), (20, other, 100), (5, self.company, 80), (5, other, 40)):
            self.model.create(
                {
                    "company_id": company.id,
                    "product_id": self.resistor.id,
                    "date": TODAY - timedelta(days=days),
                    "value": value,
                    "backlog_value": value,
                    "issued_value": value / 100,
                }
            )
        self.viewer.company_ids += other
        with self._at():
            both = self.model.with_user(self.viewer).with_context(allowed_company_ids=[self.company.id, other.id])
            trend = both.get_trend()
            self.assertEqual((trend["value_from"], trend["value_to"], trend["change"]), (250, 100, -60))
            there = both.with_context(allowed_company_ids=[other.id, self.company.id]).get_trend()
            self.assertEqual((there["value_from"], there["value_to"]), (500, 200))
            overview = both.env["mes.aging.overview"]
            self.assertEqual(overview._get_backlog_tile()["points"], [250, 100])
            # 3.50 of 175 on average in two days noted: 3.65 times a year
            self.assertIn("100", overview._get_turnover_tile()["note"])

    def _create_company_abroad(self, rate):
        """Return a company with another currency, of which so many are worth one of ours, everywhere."""
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("id", "!=", self.company.currency_id.id)], limit=1)
        currency.active = True
        currency.rate_ids.unlink()
        other = self.env["res.company"].create({"name": "Abroad", "currency_id": currency.id})
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "rate": rate, "name": "2020-01-01", "company_id": self.company.id},
                {"currency_id": self.company.currency_id.id, "rate": 1 / rate, "name": "2020-01-01"}
                | {"company_id": other.id},
            ]
        )
        return other

    def test_long_past_days_are_thinned_out(self):
        self._run(days=150)  # 31 January
        self._run(days=149)  # 1 February
        self._run(days=2)
        with self._at():
            self.model._gc_old()
        self.assertEqual(sorted({str(row[1]) for row in self._rows()}), ["2026-02-01", "2026-06-28"])

    def test_nobody_writes_a_day(self):
        self._run()
        row = self.model.search([("product_id", "=", self.resistor.id)]).with_user(self.manager)
        self.assertEqual(row.quantity, 150)
        with self.assertRaises(AccessError):
            row.quantity = 1


@tagged("post_install", "-at_install")
class TestOpenOrders(LayerCommon):
    def test_order_that_has_begun_grows_older_also_while_it_rests(self):
        centre = self.env["mrp.workcenter"].create({"name": "Line"})
        self.bom.operation_ids = [(0, 0, {"name": "Solder", "workcenter_id": centre.id, "time_cycle_manual": 1})]
        with self._at(50):
            self._receive(self.resistor, 100)
        with self._at(45):
            order = self.env["mrp.production"].create(
                {"product_id": self.board.id, "product_qty": 2, "bom_id": self.bom.id}
            )
            order.action_confirm()
        self.env.flush_all()
        model = self.env["mes.aging.order"].with_user(self.viewer)
        self.assertFalse(model.search([("production_id", "=", order.id)]), "confirmed, nothing done")
        with self._at(40):
            order.workorder_ids.button_start()
        with self._at(39):
            order.workorder_ids.button_pending()
        self.env.flush_all()
        with self._at():
            row = model.search([("production_id", "=", order.id)])
            self.assertEqual((row.age_days, row.idle_days, row.bucket), (40, 39, " 31–60 days"))
        with self._at(1):
            order.qty_producing = 2
            order.move_raw_ids.picked = True
            order.button_mark_done()
        self.env.flush_all()
        model.invalidate_model()
        self.assertFalse(model.search([("production_id", "=", order.id)]))

    def test_material_used_is_valued(self):
        self._receive(self.resistor, 100)
        order = self.env["mrp.production"].create(
            {"product_id": self.board.id, "product_qty": 2, "bom_id": self.bom.id}
        )
        order.action_confirm()
        raw = order.move_raw_ids
        raw.quantity, raw.picked = 20, True
        raw._action_done()
        self.env.flush_all()
        row = self.env["mes.aging.order"].search([("production_id", "=", order.id)])
        self.assertEqual((row.value, row.quantity), (40, 2))
