"""Clearance cases as a workbook: cases, their routes with documents, the trend, and how each figure is computed."""

import base64
import io

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from odoo import fields, models

CASE_COLUMNS = [
    # (field, width, format)
    ("name", 14, None),
    ("product_id", 34, None),
    ("kind", 16, None),
    ("state", 12, None),
    ("route", 20, None),
    ("user_id", 20, None),
    ("date_opened", 12, "date"),
    ("date_deadline", 12, "date"),
    ("date_done", 12, "date"),
    ("quantity", 11, "number"),
    ("cleared_qty", 11, "number"),
    ("gone_qty", 11, "number"),
    ("uom_id", 8, None),
    ("unit_cost", 11, "money"),
    ("book_value", 14, "money"),
    ("claimed_value", 14, "money"),
    ("cleared_value", 14, "money"),
    ("recovered_value", 14, "money"),
    ("cost_value", 14, "money"),
    ("net_value", 14, "money"),
    ("recovered_ratio", 12, "money"),
    ("floor_price", 11, "money"),
    ("currency_id", 9, None),
    ("company_id", 22, None),
]
LINE_COLUMNS = [
    ("clearance_id", 14, None),
    ("product_id", 34, None),
    ("route", 22, None),
    ("state", 12, None),
    ("quantity", 11, "number"),
    ("done_qty", 11, "number"),
    ("uom_id", 8, None),
    ("partner_id", 26, None),
    ("price_unit", 11, "money"),
    ("recovered_value", 14, "money"),
    ("cost_value", 14, "money"),
    ("date_start", 12, "date"),
    ("date_end", 12, "date"),
    ("error", 40, None),
]
TOTALS = {"book_value", "claimed_value", "cleared_value", "recovered_value", "cost_value", "net_value"}
# Figures of the trend: (key of a month, its formula on the board, format)
TREND = [
    ("opened", "month_opened", "number"),
    ("closed", "month_closed", "number"),
    ("cleared", "month_cleared", "money"),
    ("recovered", "month_recovered", "money"),
    ("backlog", "month_backlog", "money"),
]


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def action_export_xlsx(self):
        """Write these cases, or all of the user's companies, into a workbook.

        Text is always written as text: nothing that somebody typed becomes a formula.

        :return: the action that downloads it
        :raises odoo.exceptions.AccessError: when the user may not read them
        """
        self.check_access("read")
        cases = self or self.search([("company_id", "in", self.env.companies.ids)])
        name = f"{self.env._('Clearance Cases')} {fields.Date.context_today(self)}.xlsx"
        export = self.env["mes.aging.alert.export"].sudo()  # whoever reads the cases may have them on paper
        export = export.create({"name": name, "file": base64.b64encode(cases._make_xlsx())})
        url = f"/web/content/{export._name}/{export.id}/file/{name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _make_xlsx(self):
        """Return the workbook as bytes; without the trend for those who don't see the board."""
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            formats = {
                "title": book.add_format({"bold": True}),
                "head": book.add_format({"bold": True, "bg_color": "#E7E9ED", "bottom": 1, "text_wrap": True}),
                "total": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
                "number": book.add_format({"num_format": "#,##0.######"}),
                "money": book.add_format({"num_format": "#,##0.00"}),
                "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
                "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            }
            self._write_cases(book, formats)
            self._write_routes(book, formats)
            if self.env.user.has_group("mes_aging.mes_aging_group_user"):
                self._write_trend(book, formats)
            self._write_formulas(book, formats)
        return file.getvalue()

    # -- sheets -------------------------------------------------------------------------------------------------

    def _write_cases(self, book, formats):
        sheet = book.add_worksheet(self.env._("Cases")[:31])
        self._write_records(sheet, self.sudo(), CASE_COLUMNS, formats)
        self._write_results(sheet, formats)
        if len(self.sudo().currency_id) == 1:
            self._write_totals(sheet, self, CASE_COLUMNS, formats)

    def _write_results(self, sheet, formats):
        """Write what follows from other columns as a formula with its result."""
        letters = {name: xl_col_to_name(column) for column, (name, *_more) in enumerate(CASE_COLUMNS)}
        for row, case in enumerate(self, 2):
            cells = {name: f"{letter}{row}" for name, letter in letters.items()}
            net = "={recovered_value}-{cost_value}".format(**cells)
            ratio = "=IF({cleared_value}=0,0,100*{net_value}/{cleared_value})".format(**cells)
            sheet.write_formula(cells["net_value"], net, formats["money"], case.net_value)
            sheet.write_formula(cells["recovered_ratio"], ratio, formats["money"], case.recovered_ratio)

    def _write_routes(self, book, formats):
        sheet = book.add_worksheet(self.env._("Routes")[:31])
        lines = self.sudo().line_ids
        self._write_records(sheet, lines, LINE_COLUMNS, formats)
        column = len(LINE_COLUMNS)
        sheet.set_column(column, column, 50)
        sheet.write_string(0, column, self.env._("Documents"), formats["head"])
        for row, line in enumerate(lines, 1):
            names = [record.display_name or "" for records in line._get_documents() for record in records]
            sheet.write_string(row, column, ", ".join(names))
        sheet.autofilter(0, 0, max(len(lines), 1), column)

    def _write_trend(self, book, formats):
        """Write the twelve months of the board, of all cases of the user's companies, with a chart."""
        board = self.env["mes.aging.clearance.board"]
        months, texts = board._get_months(), board._get_formulas()
        rates = self.env["res.company"]._mes_get_rates()
        rows = board._prepare_months(months, board._read_closed(months, rates), rates)
        sheet = book.add_worksheet(self.env._("Trend")[:31])
        sheet.set_column(0, len(TREND), 16)
        heads = [self.env._("Month"), *(texts[figure]["label"] for _key, figure, _format in TREND)]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, formats["head"])
        for row, month in enumerate(rows, 1):
            sheet.write_string(row, 0, month["month"][:7])
            for column, (key, _figure, style) in enumerate(TREND, 1):
                if month[key] is not None:
                    sheet.write_number(row, column, month[key], formats[style])
        sheet.write_string(len(rows) + 2, 0, self._get_currency_note())
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(TREND))
        chart = book.add_chart({"type": "column"})
        for column in (3, 4):
            chart.add_series(
                {
                    "name": [sheet.name, 0, column],
                    "categories": [sheet.name, 1, 0, len(rows), 0],
                    "values": [sheet.name, 1, column, len(rows), column],
                }
            )
        sheet.insert_chart(len(rows) + 4, 0, chart, {"x_scale": 1.4})

    def _get_currency_note(self):
        currency = self.env.company.currency_id.name
        return self.env._("All cases of your companies, in %(currency)s at today's rate.", currency=currency)

    def _write_formulas(self, book, formats):
        """Write how each column and each figure of the trend is computed."""
        sheet = book.add_worksheet(self.env._("Formulas")[:31])
        sheet.set_column(0, 1, 24)
        sheet.set_column(2, 2, 100)
        for column, head in enumerate([self.env._("Sheet"), self.env._("Figure"), self.env._("How It Is Computed")]):
            sheet.write_string(0, column, head, formats["head"])
        for row, texts in enumerate(self._get_explanations(), 1):
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, formats["wrap"])
        sheet.freeze_panes(1, 0)

    def _get_explanations(self):
        """Return ``[(sheet, figure, how it is computed)]``."""
        lines = self.env["mes.aging.clearance.line"]
        found = [
            (sheet, field._description_string(self.env), field._description_help(self.env))
            for sheet, model, columns in (
                (self.env._("Cases"), self, CASE_COLUMNS),
                (self.env._("Routes"), lines, LINE_COLUMNS),
            )
            for field in (model._fields[name] for name, *_more in columns)
            if field.help
        ]
        texts = self.env["mes.aging.clearance.board"]._get_formulas()
        return found + [
            (self.env._("Trend"), texts[figure]["label"], texts[figure]["formula"]) for _key, figure, _format in TREND
        ]

    # -- cells --------------------------------------------------------------------------------------------------

    def _write_records(self, sheet, records, columns, formats):
        """Write records below a head that stays in sight, with filters."""
        for column, (name, width, _style) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, records._fields[name]._description_string(self.env), formats["head"])
        for row, record in enumerate(records, 1):
            for column, (name, _width, style) in enumerate(columns):
                self._write_value(sheet, row, column, record, name, formats.get(style))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(records), 1), len(columns) - 1)

    def _write_value(self, sheet, row, column, record, name, style):
        field, value = record._fields[name], record[name]
        if field.type in ("float", "monetary"):
            sheet.write_number(row, column, value, style)
        elif field.type == "datetime":
            if value:
                local = fields.Datetime.context_timestamp(self, value)
                sheet.write_datetime(row, column, local.replace(tzinfo=None), style)
        elif field.type == "date":
            if value:
                sheet.write_datetime(row, column, value, style)
        elif field.type == "many2one":
            sheet.write_string(row, column, value.display_name or "")
        elif field.type == "selection":
            sheet.write_string(row, column, dict(field._description_selection(self.env)).get(value, ""))
        else:
            sheet.write_string(row, column, str(value or ""))

    def _write_totals(self, sheet, records, columns, formats):
        """Write the totals of what the filters leave visible."""
        last = max(len(records), 1)
        sheet.write_string(last + 1, 0, self.env._("Total"), formats["total"])
        for column, (name, _width, _style) in enumerate(columns):
            if name in TOTALS:
                letter = xl_col_to_name(column)
                formula = f"=SUBTOTAL(109,{letter}2:{letter}{last + 1})"
                sheet.write_formula(last + 1, column, formula, formats["total"], sum(records.mapped(name)))
