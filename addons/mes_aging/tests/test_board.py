"""The inventory board: who sees it, what its rows say, and that the records behind a figure add up to it."""

import io
import json
from datetime import timedelta

from openpyxl import load_workbook

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.stock_board_news import BUS_TYPE
from ..tools.board import STATUSES
from .figures_common import FiguresCommon

QUANTITIES = {
    "stock.quant": "quantity",
    "stock.move": "product_qty",
    "stock.move.line": "quantity_product_uom",
    "purchase.order.line": "product_uom_qty",
    "stock.warehouse.orderpoint": "product_min_qty",
}


class BoardCommon(FiguresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screen = cls.env["mes.aging.board"].with_user(cls.viewer)
        cls.both = [("id", "in", (cls.resistor | cls.board).ids)]

    def row(self, product, **options):
        """The row of a product, as a user of the board gets it."""
        [row] = self.screen.get_rows([("id", "=", product.id)], **options)
        return row

    @classmethod
    def _offer(cls, product, quantity):
        line = Command.create({"product_id": product.id, "product_qty": quantity, "price_unit": 1})
        return cls.env["purchase.order"].create({"partner_id": cls.vendor.id, "order_line": [line]})


@tagged("post_install", "-at_install")
class TestBoard(BoardCommon):
    def test_only_people_of_ageing_see_it(self):
        stranger = new_test_user(self.env, "a_stranger", "base.group_user")
        board = self.env["mes.aging.board"].with_user(stranger)
        for call in (board.get_rows, board.get_board, board.get_setup, board._make_xlsx):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            board.get_records(self.resistor.id, "on_hand")

    def test_the_resistor_stands_as_it_is(self):
        self._receive(self.resistor, 800)
        self._need(self.resistor, 600, days=2)
        self._keep(self.resistor, 200)
        row = self.row(self.resistor)
        figures = ("on_hand", "usable", "held", "reserved", "safety", "excess", "status", "value")
        self.assertEqual([row[name] for name in figures], [800, 800, 0, 0, 200, 0, "ok", 1600])
        self.assertEqual((row["demand"], row["incoming"]), ([600, 600], [0, 0]))
        self.assertEqual((row["bar"]["near"], row["bar"]["safety"], row["uom"]), (600, 200, "Units"))

    def test_the_companys_horizons_count(self):
        self._need(self.resistor, 10, days=6)
        self.assertEqual(self.row(self.resistor)["demand"], [0, 10])
        self.company.write({"mes_aging_near_days": 7, "mes_aging_far_days": 14})
        self.assertEqual(self.row(self.resistor)["demand"], [10, 10])
        self.assertEqual(self.row(self.resistor, days=[2, 5, 8])["demand"], [0, 0, 10])

    def test_horizons_and_orders_that_make_no_sense_are_refused(self):
        for days in ([0], [5, 3], ["x"]):
            with self.assertRaises(UserError):
                self.screen.get_rows([], days=days)
        with self.assertRaises(UserError):
            self.screen.get_rows([], order="colour")
        with self.assertRaises(UserError):
            self.screen.get_records(self.resistor.id, "colour")

    def test_pages_hold_each_row_once(self):
        products = self.env["product.product"].create(
            [{"name": f"Part {number}", "is_storable": True} for number in range(7)]
        )
        domain = [("id", "in", products.ids)]
        pages = [self.screen.get_rows(domain, offset=offset, limit=3, order="name") for offset in (0, 3, 6)]
        self.assertEqual([len(page) for page in pages], [3, 3, 1])
        self.assertEqual([row["id"] for page in pages for row in page], products.ids)
        board = self.screen.get_board(domain, limit=3, status="none")
        self.assertEqual((len(board["rows"]), board["count"], board["counts"]["none"]), (3, 7, 7))
        self.assertEqual(self.screen.get_board(domain)["count"], 0, "nothing is there, nothing is needed")

    def test_what_needs_somebody_comes_first(self):
        names = ("ok", "short", "dead", "low", "over")
        made = {name: self._create_product(name, standard_price=1) for name in names}
        for name in ("ok", "dead", "low", "over"):
            self._receive(made[name], 10)
        self._need(made["short"], 1, days=1)
        self._need(made["ok"], 10, days=1)
        self._need(made["low"], 8, days=1)
        self._keep(made["low"], 5)
        self._need(made["over"], 4, days=1)
        domain = [("id", "in", [product.id for product in made.values()])]
        rows = self.screen.get_rows(domain)
        self.assertEqual([row["status"] for row in rows], list(STATUSES[:5]))
        self.assertEqual([row["name"] for row in rows], list(STATUSES[:5]))
        self.assertEqual([row["id"] for row in self.screen.get_rows(domain, status="low")], made["low"].ids)
        board = self.screen.get_board(domain, order="-excess")
        self.assertEqual((board["rows"][-1]["name"], board["value"], board["excess_value"]), ("dead", 40, 16))

    def test_buyers_are_the_vendors_or_responsible(self):
        self.resistor.responsible_id = self.manager
        self.assertEqual(self.row(self.resistor)["buyer"], self.manager.name)
        self.vendor.buyer_id = self.buyer
        self.assertEqual(self.row(self.resistor)["buyer_id"], self.buyer.id)
        self._receive(self.resistor, 1)
        found = self.screen.get_board(self.both, buyer_id=self.buyer.id)
        self.assertEqual([row["id"] for row in found["rows"]], self.resistor.ids)
        self.assertEqual(self.screen.get_board(self.both, buyer_id=self.manager.id)["count"], 0)
        self.assertIn(self.buyer.id, [buyer["id"] for buyer in self.screen.get_setup()["buyers"]])

    def test_the_policy_draws_the_warning_line(self):
        self.env["mes.aging.policy"].create({"name": "Resistors", "product_id": self.resistor.id, "max_cover_days": 30})
        self._receive(self.resistor, 100)
        self._need(self.resistor, 60, days=1)
        self._need(self.resistor, 40, days=29)
        row = self.row(self.resistor)
        self.assertEqual((row["max_cover_days"], row["is_above_line"]), (30, False))
        self._receive(self.resistor, 1)
        row = self.row(self.resistor)
        self.assertEqual((row["cover_days"], row["is_above_line"]), (None, True), "nothing uses the last one")
        self._keep(self.resistor, 1)
        self.assertFalse(self.row(self.resistor)["is_above_line"], "it is to stay")

    def test_another_companys_warehouse_shows_nothing(self):
        company = self.env["res.company"].create({"name": "Sister"})
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)], limit=1)
        self.env["stock.quant"].sudo().create(
            {"product_id": self.resistor.id, "location_id": warehouse.lot_stock_id.id, "quantity": 10}
        )
        self.assertEqual(self.screen.get_rows(self.both, warehouse_id=warehouse.id), [])
        self.assertNotIn(warehouse.id, [found["id"] for found in self.screen.get_setup()["warehouses"]])

    def test_queries_do_not_grow_with_the_products(self):
        products = self.env["product.product"].create(
            [{"name": f"Part {number}", "is_storable": True} for number in range(300)]
        )
        for product in products[:3]:
            self._receive(product, 5)
        counts = []
        for few in (products[:30], products):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.screen.get_rows([("id", "in", few.ids)], limit=None)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(rows), len(few))
        self.assertLessEqual(counts[1], 10)
        self.assertLessEqual(counts[1], counts[0] + 1, "the first call also fills caches of the registry")

    def test_open_boards_are_told_once_a_transaction(self):
        told = self.env.cr.precommit.data
        told.pop(BUS_TYPE, None)
        self._receive(self.resistor, 1)
        self.assertTrue(told.get(BUS_TYPE))
        self.env.flush_all()
        told.pop(BUS_TYPE)
        move = self._need(self.resistor, 1, days=1)
        told.pop(BUS_TYPE)
        move.product_uom_qty = 2
        self.assertTrue(told.get(BUS_TYPE))

    def test_the_setup_tells_how_backlog_changed(self):
        self.env["mes.aging.snapshot"].search([]).unlink()
        self.assertEqual(self.screen.get_setup()["trend"], {})
        today = fields.Date.today()
        for days, value in ((20, 500), (0, 400)):
            vals = {"company_id": self.company.id, "product_id": self.resistor.id, "backlog_value": value}
            self.env["mes.aging.snapshot"].create({**vals, "date": today - timedelta(days=days)})
        trend = self.screen.get_setup()["trend"]
        self.assertEqual((trend["value_from"], trend["value_to"], trend["change"]), (500, 400, -20))

    def test_settings_write_the_horizons(self):
        settings = self.env["res.config.settings"].create({"mes_aging_near_days": 5, "mes_aging_far_days": 60})
        settings.execute()
        self.assertEqual(self.screen.get_setup()["days"], [5, 60])


@tagged("post_install", "-at_install")
class TestRecords(BoardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {"name": "Q", "location_id": cls.warehouse.view_location_id.id, "mes_is_quarantine": True}
        )
        cls.other = cls._create_warehouse("TWO")
        cls._receive(cls.resistor, 500)
        cls._receive(cls.resistor, 70, place=cls.quarantine)
        cls._receive(cls.resistor, 40, place=cls.other.lot_stock_id)
        cls._ship(cls.resistor, 9)
        cls._plan(cls.resistor, 70, 1, cls.quarantine, cls.suppliers)
        cls._create_order(20, take=200)
        cls._create_order(3)
        cls._need(cls.resistor, 25, days=2)._action_assign()
        cls._need(cls.resistor, 15, days=20)
        cls._need(cls.resistor, 11, days=90)
        cls._plan(cls.resistor, 6, 1, cls.stock, cls.other.lot_stock_id)
        cls._expect(cls.resistor, 100, days=2)
        cls._expect(cls.resistor, 50, days=50)
        cls._expect(cls.resistor, 8, days=1, dest=cls.quarantine)
        cls._offer(cls.resistor, 77)
        cls._keep(cls.resistor, 20)
        cls._keep(cls.resistor, 5, cls.other)

    def _sum(self, figure, **options):
        """Return the sum of the records that a figure opens."""
        action = self.screen.get_records(self.resistor.id, figure, **options)
        records = self.env[action["res_model"]].sudo().search(action["domain"])
        self.assertLessEqual(records.product_id, self.resistor)
        return sum(records.mapped(QUANTITIES[action["res_model"]]))

    def test_the_records_behind_each_figure_add_up_to_it(self):
        board = self.env["mes.aging.board"].with_user(self._create_clerk())
        self.screen = board
        for warehouse_id in (False, self.warehouse.id, self.other.id):
            row = self.row(self.resistor, warehouse_id=warehouse_id)
            row["demand_near"], row["demand_far"] = row["demand"]
            row["incoming_near"], row["incoming_far"] = row["incoming"]
            taken = row["registered"]
            for figure in ("on_hand", "held", "registered", "reserved", "quoted", "safety", "issued"):
                self.assertEqual(self._sum(figure, warehouse_id=warehouse_id), row[figure], (figure, warehouse_id))
            for figure in ("incoming_near", "incoming_far", "incoming_all"):
                self.assertEqual(self._sum(figure, warehouse_id=warehouse_id), row[figure], (figure, warehouse_id))
            for figure in ("demand_near", "demand_far", "demand_all"):
                self.assertEqual(
                    self._sum(figure, warehouse_id=warehouse_id), row[figure] + taken, (figure, warehouse_id)
                )

    def test_the_figures_of_this_case(self):
        row = self.row(self.resistor, warehouse_id=self.warehouse.id)
        self.assertEqual((row["on_hand"], row["held"], row["registered"], row["quoted"]), (561, 70, 200, 77))
        self.assertEqual((row["demand"], row["demand_all"]), ([61, 76], 87))
        self.assertEqual((row["incoming"], row["incoming_all"], row["safety"]), ([100, 100], 150, 20))
        self.assertEqual((row["issued"], row["free"], row["excess"]), (9, 291, 195))

    def _create_clerk(self):
        groups = "mes_aging.mes_aging_group_user,stock.group_stock_manager,purchase.group_purchase_user"
        return new_test_user(self.env, "a_clerk", groups)

    def test_parts_of_a_formula_make_the_figure(self):
        row = self.row(self.resistor)
        row["demand_far"] = row["demand"][-1]
        formulas = self.screen.get_setup()["figures"]
        checked = 0
        for figure, formula in formulas.items():
            if formula["parts"]:
                total = sum(row[part] if sign == "+" else -row[part] for sign, part in formula["parts"])
                self.assertAlmostEqual(total, row[figure], msg=figure)
                checked += 1
        self.assertEqual(checked, 4)

    def test_who_may_not_see_the_records_is_told(self):
        with self.assertRaisesRegex(AccessError, "Ask an administrator"):
            self.screen.get_records(self.resistor.id, "quoted")

    def test_the_workbook_holds_all_rows_with_totals_filters_and_a_chart(self):
        self.resistor.name = "=1+1"
        book = load_workbook(io.BytesIO(self.screen._make_xlsx(self.both)))
        sheet, summary = book.worksheets
        heads = [cell.value for cell in sheet[1]]
        row = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
        self.assertEqual((row["Product"], row["On hand"], row["Usable"]), ("=1+1", 601, 276))
        self.assertEqual(sheet.cell(2, heads.index("Product") + 1).data_type, "s")
        self.assertEqual((row["Demand, 3 days"], row["Demand, 30 days"]), (55, 70))
        [total] = [cell.value for cell in sheet[sheet.max_row] if str(cell.value).startswith("=SUBTOTAL")][:1]
        self.assertIn("2:", total)
        self.assertTrue(sheet.auto_filter.ref)
        self.assertEqual(len(summary._charts), 1)


@tagged("post_install", "-at_install")
class TestBoardOverHttp(HttpCase, BoardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._receive(cls.resistor, 800)
        cls._need(cls.resistor, 600, days=1)
        cls._keep(cls.resistor, 200)

    def test_download(self):
        self.authenticate("a_viewer", "a_viewer")
        answer = self.url_open("/mes_aging/board.xlsx", params={"options": json.dumps({"domain": self.both})})
        self.assertEqual(answer.status_code, 200)
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        self.assertIn("Resistor", [cell.value for cell in sheet["B"]])

    def test_unit_tests_of_the_formats(self):
        number = 0
        for char in "@mes_aging":  # the number that hoot gives to a suite of tests
            number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={number:08x}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    def test_tour(self):
        self.viewer.group_ids += self.env.ref("stock.group_stock_user")
        self.start_tour("/odoo/inventory-board", "mes_aging_board_tour", login="a_viewer")
