"""The clearance board: backlog against targets, cases by route, results and months, as counted by hand."""

import io
from datetime import timedelta

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .clearance_common import ClearanceCommon


class ClearanceBoardCommon(ClearanceCommon):
    """Provides `screen` (the board as the clerk sees it) in a company of its own stock: nothing else is there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screen = cls.env["mes.aging.clearance.board"].with_user(cls.clerk)
        cls.env["mes.aging.policy"].search([]).active = False
        cls.env["mes.aging.policy"].create({"name": "Boards", "product_id": cls.board.id, "max_age_days": 40})

    @classmethod
    def _age(cls, product, days):
        """Let what is on hand of a product be so old."""
        then = fields.Datetime.now() - timedelta(days=days)
        cls.env["stock.move.line"].search([("product_id", "=", product.id), ("state", "=", "done")]).date = then
        cls.env["stock.quant"].search([("product_id", "=", product.id)]).sudo().in_date = then
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _kind(self, kind):
        [row] = [row for row in self.screen.get_board()["kinds"] if row["kind"] == kind]
        return row

    def _open(self, figure, **chosen):
        """Return the records behind a figure, as the clerk reads them."""
        action = self.screen.get_records(figure, **chosen)
        return self.env[action["res_model"]].with_user(self.clerk).search(action["domain"])

    def _close(self, case, moment, **facts):
        case.sudo().write({**facts, "date_opened": moment - timedelta(days=9)})
        case.sudo()._finish("done")
        case.sudo().date_done = moment
        self.env.flush_all()


@tagged("post_install", "-at_install")
class TestBacklog(ClearanceBoardCommon):
    def test_only_people_of_ageing_see_it(self):
        for group in ("base.group_user", "sales_team.group_sale_salesman", "purchase.group_purchase_user"):
            stranger = new_test_user(self.env, f"a_{group}", group)
            board = self.env["mes.aging.clearance.board"].with_user(stranger)
            with self.assertRaisesRegex(AccessError, "Ask an administrator"):
                board.get_board()
            with self.assertRaises(AccessError):
                board.get_records("open")

    def test_stock_is_backlog_from_the_limit_of_its_policy_on(self):
        before = self._kind("finished")["total"]
        self._age(self.board, 39)
        self.assertEqual(self._kind("finished")["total"], before)
        self._age(self.board, 40)
        row = self._kind("finished")
        self.assertEqual(row["total"], before + 20 * 30)
        [bucket] = [bucket for bucket in row["buckets"] if bucket["bucket"] == " 31–60 days"]
        self.assertEqual(bucket["label"], "31–60 days")

    def test_without_a_policy_stock_is_backlog_after_the_last_bucket(self):
        before = self._kind("raw")["total"]
        self._age(self.resistor, 180)
        self.assertEqual(self._kind("raw")["total"], before)
        self._age(self.resistor, 181)
        self.assertEqual(self._kind("raw")["total"], before + 100 * 2)

    def test_the_records_behind_the_backlog_add_up_to_it(self):
        self._age(self.board, 200)
        self._age(self.resistor, 200)
        for row in self.screen.get_board()["kinds"]:
            self.assertAlmostEqual(sum(self._open("total", kind=row["kind"]).mapped("value")), row["stock"])
            for bucket in row["buckets"]:
                layers = self._open("stock", kind=row["kind"], bucket=bucket["bucket"])
                self.assertAlmostEqual(sum(layers.mapped("value")), bucket["stock"])
                self.assertEqual(set(layers.mapped("is_backlog")), {True})
        self.assertIn(self.board, self._open("stock", kind="finished", bucket="181+ days").product_id)

    def test_an_order_that_began_long_ago_is_work_in_progress(self):
        before = self._kind("wip")["orders"]
        order = self.env["mrp.production"].create(
            {"product_id": self.board.id, "product_qty": 2, "bom_id": self.bom.id}
        )
        order.action_confirm()
        order.action_assign()
        order.qty_producing = 1
        order.move_raw_ids.write({"quantity": 10, "picked": True})
        order.move_raw_ids._action_done()
        order.move_raw_ids.move_line_ids.date = fields.Datetime.now() - timedelta(days=41)
        self.env.flush_all()
        row = self._kind("wip")
        self.assertEqual((row["orders"], row["total"]), (before + 20, row["stock"] + before + 20))
        self.assertIn(order, self._open("orders", bucket=" 31–60 days").production_id)

    def test_the_bar_is_against_the_target_of_the_kind(self):
        self._age(self.board, 40)
        total = self._kind("finished")["total"]
        self.assertEqual((self._kind("finished")["target"], self._kind("finished")["ratio"]), (0, False))
        self.company.mes_backlog_target_finished = total / 2
        self.assertEqual((self._kind("finished")["ratio"], self._kind("raw")["ratio"]), (200, False))

    def test_the_ageing_report_finds_what_is_not_backlog(self):
        self._age(self.board, 40)
        layers = self.env["mes.aging.layer"].search([("product_id", "in", (self.board | self.resistor).ids)])
        self.assertEqual(layers.filtered("is_backlog").product_id, self.board)
        others = layers.search([("id", "in", layers.ids), ("is_backlog", "=", False)])
        self.assertEqual(others.product_id, self.resistor)


@tagged("post_install", "-at_install")
class TestCasesOnBoard(ClearanceBoardCommon):
    def setUp(self):
        super().setUp()
        self.before = self.screen.get_board()["cases"]

    def _change(self, *names):
        """Return how much these figures of the cases have changed."""
        cases = self.screen.get_board()["cases"]
        return tuple(cases[name] - self.before[name] for name in names)

    def _routes(self):
        return {row["route"]: (row["count"], row["value"]) for row in self.screen.get_board()["routes"]}

    def test_open_overdue_and_mine(self):
        self._open_case(self.resistor, 40)
        self._open_case(self.board, 3, user=self.manager)
        late = self._open_case(self.board, 2)
        late.date_deadline = fields.Date.context_today(late) - timedelta(days=1)
        self.assertEqual(self._change("open", "claimed"), (3, 40 * 2 + 5 * 30))
        self.assertEqual(self._change("overdue", "overdue_value"), (1, 60))
        self.assertEqual(self._change("mine", "mine_value"), (2, 80 + 60))
        self.assertEqual(
            sum(self._open("mine").mapped("claimed_value")), self.screen.get_board()["cases"]["mine_value"]
        )
        self.assertIn(late, self._open("overdue"))

    def test_a_deadline_of_today_is_not_overdue(self):
        case = self._open_case(self.board, 2)
        case.date_deadline = fields.Date.context_today(case)
        self.assertEqual(self._change("overdue"), (0,))

    def test_a_case_stands_on_each_of_its_routes_with_its_part(self):
        routes = self._routes()
        case = self._open_case(self.board, 10)
        self._plan(case, "scrap", 3)
        self._plan(case, "donate", 4)
        after = self._routes()
        changes = {
            route: (after[route][0] - routes.get(route, (0, 0))[0], after[route][1] - routes.get(route, (0, 0))[1])
            for route in ("scrap", "donate", False)
        }
        self.assertEqual(changes, {"scrap": (1, 90), "donate": (1, 120), False: (1, 90)})
        self.assertIn(case, self._open("count", route="scrap"))
        self.assertIn(case, self._open("value"))
        self.assertNotIn(case, self._open("value", route="promotion"))

    def test_routes_add_up_to_what_is_still_to_clear(self):
        case = self._open_case(self.board, 10)
        self._plan(case, "scrap", 10)
        self._open_case(self.resistor, 10, route="scrap")
        case.sudo().gone_qty = 4  # less is left than its route plans
        board = self.screen.get_board()
        self.assertEqual(sum(row["value"] for row in board["routes"]), board["cases"]["claimed"])
        self.assertEqual(self._change("claimed"), (6 * 30 + 20,))

    def test_recovered_against_book(self):
        running = self._open_case(self.board, 10)
        running.sudo().write({"cleared_qty": 4, "recovered_value": 90, "cost_value": 15})
        done, old = self._open_case(self.resistor, 20), self._open_case(self.resistor, 5)
        self._close(done, fields.Datetime.now(), cleared_qty=20, recovered_value=30)
        self._close(old, fields.Datetime.now() - timedelta(days=400), cleared_qty=5, recovered_value=999)
        self.assertEqual(self._change("cleared", "recovered", "spent", "net"), (160, 120, 15, 105))
        cases = self.screen.get_board()["cases"]
        self.assertAlmostEqual(cases["ratio"], 100 * cases["net"] / cases["cleared"])
        behind = self._open("net")
        self.assertEqual(sum(behind.mapped("net_value")), cases["net"])
        self.assertNotIn(old, behind)

    def test_an_unknown_figure_is_refused(self):
        with self._refused("no figure named nonsense"):
            self.screen.get_records("nonsense")

    def test_each_figure_has_a_formula_and_records(self):
        board = self.screen.get_board()
        month = board["months"][-1]["month"]
        for figure, about in board["figures"].items():
            self.assertTrue(about["label"] and about["formula"], figure)
            self._open(figure, kind="raw", month=month)

    def test_a_case_is_executed_when_something_is_planned(self):
        case = self._open_case(self.board, 4)
        self.assertFalse(case.can_execute)
        case.route = "scrap"
        self.assertTrue(case.can_execute)
        line = self._plan(case, "donate", 2)
        self.assertTrue(case.can_execute)
        line.sudo()._set_state("open")
        self.assertFalse(case.can_execute)

    def test_the_boards_are_told_of_a_new_case(self):
        self.env.cr.precommit.data.pop("mes_aging/board", None)
        self._open_case(self.board, 1)
        self.assertTrue(self.env.cr.precommit.data.get("mes_aging/board"))


@tagged("post_install", "-at_install")
class TestMonths(ClearanceBoardCommon):
    def _month(self, name):
        [row] = [row for row in self.screen.get_board()["months"] if row["month"] == name]
        return row

    @freeze_time("2031-05-20 10:00:00")
    def test_cases_stand_in_the_months_of_their_opening_and_closing(self):
        case = self._open_case(self.board, 10)
        self._close(case, fields.Datetime.to_datetime("2031-03-04 08:00:00"), cleared_qty=10, recovered_value=250)
        given_up = self._open_case(self.resistor, 10)
        given_up.sudo().date_opened = "2031-03-31 23:00:00"
        given_up.action_cancel()
        months = [row["month"] for row in self.screen.get_board()["months"]]
        self.assertEqual((len(months), months[0], months[-1]), (12, "2030-06-01", "2031-05-01"))
        row = self._month("2031-03-01")
        self.assertEqual((row["opened"], row["closed"], row["cleared"], row["recovered"]), (1, 1, 300, 250))
        row = self._month("2031-05-01")
        self.assertEqual((row["opened"], row["closed"], row["cleared"]), (0, 1, 0))
        self.assertEqual(self._open("month_closed", month="2031-03-01"), case)
        self.assertEqual(self._open("month_opened", month="2031-03-01"), given_up)

    @freeze_time("2031-05-20 10:00:00")
    def test_a_month_begins_at_midnight_of_the_user(self):
        self.clerk.tz = "Asia/Shanghai"
        case = self._open_case(self.board, 10)
        case.sudo().date_opened = "2031-03-31 16:30:00"  # the first of April there
        self.env.flush_all()
        self.assertEqual((self._month("2031-03-01")["opened"], self._month("2031-04-01")["opened"]), (0, 1))
        self.assertEqual(self._open("month_opened", month="2031-04-01"), case)

    @freeze_time("2031-05-20 10:00:00")
    def test_the_first_day_that_was_noted_stands_for_a_month(self):
        base = {"company_id": self.company.id, "kind": "finished"}
        self.env["mes.aging.snapshot"].create(
            [
                {**base, "product_id": product.id, "date": day, "backlog_value": value}
                for day, product, value in (
                    ("2031-04-03", self.board, 500),
                    ("2031-04-03", self.resistor, 70),
                    ("2031-04-04", self.board, 9999),
                    ("2031-05-01", self.board, 0),
                )
            ]
        )
        row = self._month("2031-04-01")
        self.assertEqual((row["backlog"], row["noted"]), (570, "2031-04-03"))
        self.assertEqual(self._month("2031-05-01")["backlog"], 0)
        self.assertIsNone(self._month("2031-03-01")["backlog"])
        self.assertEqual(sum(self._open("month_backlog", month="2031-04-01").mapped("backlog_value")), 570)


@tagged("post_install", "-at_install")
class TestBoardOfCompanies(ClearanceBoardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("id", "!=", cls.company.currency_id.id)], limit=1)
        currency.active = True
        currency.rate_ids.unlink()
        cls.other = cls.env["res.company"].create({"name": "Abroad", "currency_id": currency.id})
        for company, rate in ((cls.company, 2), (cls.other, 1)):
            cls.env["res.currency.rate"].create(
                {"currency_id": currency.id, "rate": rate, "name": "2020-01-01", "company_id": company.id}
            )
        cls.clerk.company_ids += cls.other
        env = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.other.id, cls.company.id]})
        product = cls.board.with_env(env)
        product.standard_price = 50
        warehouse = env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1)
        env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 10)
        case = env["mes.aging.clearance"].sudo()
        cls.case = case.create({"product_id": product.id, "quantity": 4, "company_id": cls.other.id})

    def _read(self, *companies):
        context = {"allowed_company_ids": [company.id for company in companies]}
        return self.screen.with_context(**context).get_board()["cases"]

    def test_only_the_companies_that_are_switched_on_count(self):
        here, there = self._read(self.company), self._read(self.other)
        self.assertEqual((there["open"], there["claimed"]), (1, 200))
        both = self._read(self.company, self.other)
        self.assertEqual(both["open"], here["open"] + 1)
        self.assertEqual(both["claimed"], here["claimed"] + 100)  # two of theirs are worth one of ours

    def test_a_company_that_is_not_the_users_is_never_read(self):
        self.clerk.company_ids -= self.other
        with self.assertRaises(AccessError):
            self._read(self.other)


@tagged("post_install", "-at_install")
class TestBoardIsQuick(ClearanceBoardCommon):
    def test_ten_queries_for_many_cases(self):
        self._put(self.resistor, 1000)
        cases = self.env["mes.aging.clearance"].create(
            [{"product_id": self.resistor.id, "quantity": 1, "user_id": self.clerk.id} for _number in range(300)]
        )
        self.env["mes.aging.clearance.line"].create(
            [
                {"clearance_id": case.id, "route": route, "quantity": 0.5}
                for case in cases
                for route in ("scrap", "donate")
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.screen.get_board()  # rights are known from the first call on
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            self.screen.get_board()


@tagged("post_install", "-at_install")
class TestClearanceWorkbook(ClearanceBoardCommon):
    def _read(self, cases):
        return {sheet.title: sheet for sheet in load_workbook(io.BytesIO(cases._make_xlsx())).worksheets}

    def test_cases_routes_trend_and_formulas(self):
        self.board.name = "=1+1"
        case = self._open_case(self.board, 10)
        self._plan(case, "scrap", 4, reason="broken")
        case.sudo().write({"cleared_qty": 4, "recovered_value": 90, "cost_value": 15})
        self.env.flush_all()
        sheets = self._read(case)
        self.assertEqual(list(sheets), ["Cases", "Routes", "Trend", "Formulas"])
        heads = [cell.value for cell in sheets["Cases"][1]]
        row = dict(zip(heads, sheets["Cases"][2], strict=True))
        self.assertEqual((row["Product"].value, row["Product"].data_type), ("=1+1", "s"))
        self.assertEqual((row["Book Value"].value, row["Still to Clear"].value), (300, 180))
        self.assertRegex(row["Net"].value, r"^=[A-Z]+2-[A-Z]+2$")
        self.assertEqual(sheets["Routes"]["C2"].value, "Scrap")
        self.assertEqual(sheets["Trend"].max_row >= 13, True)
        for name in ("Cases", "Routes", "Trend"):
            self.assertTrue(sheets[name].auto_filter.ref and sheets[name].freeze_panes, name)
        figures = [cell.value for cell in sheets["Formulas"]["B"]]
        self.assertIn("Still to Clear", figures)

    def test_documents_stand_beside_their_route(self):
        case = self._open_case(self.board, 4)
        line = self._plan(case, "scrap", 4, reason="broken")
        proof = {"name": "proof.txt", "raw": b"broken", "res_model": case._name, "res_id": case.id}
        self.env["ir.attachment"].create(proof)
        line.with_user(self.manager).action_execute()
        sheet = self._read(case)["Routes"]
        self.assertEqual(sheet["O2"].value, line.sudo().scrap_ids.display_name)

    def test_who_sees_no_board_gets_no_trend(self):
        seller = new_test_user(self.env, "a_seller_of_cases", "sales_team.group_sale_salesman")
        case = self._open_case(self.board, 4)
        self.assertNotIn("Trend", self._read(case.with_user(seller)))
        self.assertTrue(case.with_user(seller).action_export_xlsx()["url"].startswith("/web/content/"))


@tagged("post_install", "-at_install")
class TestClearanceBoardScreen(HttpCase, ClearanceBoardCommon):
    def test_tour(self):
        self._age(self.board, 50)
        case = self._open_case(self.board, 5)
        case.date_deadline = fields.Date.context_today(case) - timedelta(days=3)
        self.company.mes_backlog_target_finished = 1000
        self.start_tour("/odoo/clearance-board", "mes_aging_clearance_board_tour", login="a_clerk")
