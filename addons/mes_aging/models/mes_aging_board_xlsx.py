"""The board as a workbook: all rows with their totals, and a summary with a chart."""

import io

import xlsxwriter

from odoo import api, models

from ..tools.board import STATUSES

TEXT, NUMBER, MONEY = "text", "number", "money"


class MesAgingBoard(models.AbstractModel):
    _inherit = "mes.aging.board"

    @api.model
    def _make_xlsx(self, domain=None, days=None, warehouse_id=False, status=None, order="status", buyer_id=False):
        """Return the workbook as bytes; the parameters are those of `get_board`.

        Text is always written as text: nothing that somebody typed becomes a formula.

        :raises odoo.exceptions.AccessError: for users without the role
        """
        self._check_role()
        found = self._get_page(domain, days, warehouse_id, order, buyer_id, self._get_statuses(status)).found
        rows = self._prepare_rows(found, warehouse_id)
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            formats = self._prepare_formats(book)
            self._write_board(book.add_worksheet(self.env._("Board")), formats, rows, self._get_days(days))
            self._write_summary(book, formats, rows)
        return file.getvalue()

    @api.model
    def _prepare_formats(self, book):
        money = "#,##0.00"
        return {
            "head": book.add_format({"bold": True, "bg_color": "#E7E9ED", "bottom": 1, "text_wrap": True}),
            TEXT: book.add_format({}),
            NUMBER: book.add_format({"num_format": "#,##0.###"}),
            MONEY: book.add_format({"num_format": money}),
            f"total_{TEXT}": book.add_format({"bold": True, "top": 1}),
            f"total_{MONEY}": book.add_format({"bold": True, "top": 1, "num_format": money}),
        }

    @api.model
    def _get_status_labels(self):
        return {
            "short": self.env._("Short"),
            "low": self.env._("Below safety"),
            "dead": self.env._("No demand"),
            "over": self.env._("Excess"),
            "ok": self.env._("In order"),
            "none": self.env._("Nothing there"),
        }

    @api.model
    def _get_columns(self, days):
        """Return ``[(heading, function of a row, kind, width)]``."""
        labels, statuses = self._get_formulas(), self._get_status_labels()

        def figure(name):
            return (labels[name]["label"], lambda row: row[name], NUMBER, 12)

        def horizon(title, name, index):
            heading = self.env._("%(title)s, %(days)s days", title=title, days=days[index])
            return (heading, lambda row: row[name][index], NUMBER, 12)

        currency = self.env.company.currency_id.name
        count = range(len(days))
        return [
            (self.env._("Reference"), lambda row: row["code"], TEXT, 14),
            (self.env._("Product"), lambda row: row["name"], TEXT, 36),
            (self.env._("Category"), lambda row: row["category"], TEXT, 20),
            (self.env._("Buyer"), lambda row: row["buyer"], TEXT, 18),
            (self.env._("Status"), lambda row: statuses[row["status"]], TEXT, 14),
            (self.env._("Unit"), lambda row: row["uom"], TEXT, 8),
            *(figure(name) for name in ("on_hand", "registered", "held", "reserved", "usable")),
            *(horizon(self.env._("Demand"), "demand", index) for index in count),
            figure("demand_all"),
            *(horizon(self.env._("Incoming"), "incoming", index) for index in count),
            *(figure(name) for name in ("incoming_all", "quoted", "safety")),
            (labels["cover"]["label"], lambda row: row["cover_days"], NUMBER, 12),
            (self.env._("Cover allowed"), lambda row: row["max_cover_days"] or None, NUMBER, 12),
            *(figure(name) for name in ("excess", "idle", "obsolete")),
            (self.env._("Value (%s)", currency), lambda row: row["value"], MONEY, 14),
            (self.env._("Value of excess (%s)", currency), lambda row: row["excess_value"], MONEY, 14),
        ]

    @api.model
    def _write_board(self, sheet, formats, rows, days):
        columns = self._get_columns(days)
        for number, (heading, _get, _kind, width) in enumerate(columns):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, heading, formats["head"])
        for line, row in enumerate(rows, 1):
            for number, (_heading, get, kind, _width) in enumerate(columns):
                self._write_cell(sheet, line, number, get(row), formats[kind], kind)
        bottom = len(rows) + 1
        sheet.write_string(bottom, 1, self.env._("Total"), formats[f"total_{TEXT}"])
        for number, (_heading, get, kind, _width) in enumerate(columns):
            if kind == MONEY:  # the filter's choice counts; pieces of different products have no sum
                column = xlsxwriter.utility.xl_col_to_name(number)
                formula = f"=SUBTOTAL(109,{column}2:{column}{max(bottom, 2)})"
                total = sum(get(row) for row in rows)
                sheet.write_formula(bottom, number, formula, formats[f"total_{MONEY}"], total)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(bottom - 1, 1), len(columns) - 1)

    @api.model
    def _write_cell(self, sheet, line, number, value, cell_format, kind):
        if kind == TEXT:
            sheet.write_string(line, number, value or "", cell_format)
        elif value is not None:
            sheet.write_number(line, number, value, cell_format)

    @api.model
    def _write_summary(self, book, formats, rows):
        """Write what the products of each status are worth, and draw it."""
        title = self.env._("Summary")
        sheet = book.add_worksheet(title)
        heads = [self.env._("Status"), self.env._("Products"), self.env._("Value"), self.env._("Value of excess")]
        for number, head in enumerate(heads):
            sheet.set_column(number, number, 18)
            sheet.write_string(0, number, head, formats["head"])
        labels = self._get_status_labels()
        for line, status in enumerate(STATUSES, 1):
            found = [row for row in rows if row["status"] == status]
            sheet.write_string(line, 0, labels[status])
            sheet.write_number(line, 1, len(found), formats[NUMBER])
            sheet.write_number(line, 2, sum(row["value"] for row in found), formats[MONEY])
            sheet.write_number(line, 3, sum(row["excess_value"] for row in found), formats[MONEY])
        chart = book.add_chart({"type": "column"})
        last = len(STATUSES)
        for number in (2, 3):
            chart.add_series(
                {
                    "name": [title, 0, number],
                    "categories": [title, 1, 0, last, 0],
                    "values": [title, 1, number, last, number],
                }
            )
        chart.set_title({"name": self.env._("Value by status (%s)", self.env.company.currency_id.name)})
        sheet.insert_chart(last + 2, 0, chart, {"x_scale": 1.3})
