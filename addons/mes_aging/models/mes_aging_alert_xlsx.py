"""The workbook of alerts."""

import base64
import io

import xlsxwriter

from odoo import fields, models

COLUMNS = [
    # (field, width, format)
    ("product_id", 34, None),
    ("lot_id", 20, None),
    ("production_id", 18, None),
    ("warehouse_id", 18, None),
    ("categ_id", 24, None),
    ("kind", 16, None),
    ("reason", 16, None),
    ("level", 14, None),
    ("measured", 11, "number"),
    ("limit", 9, "number"),
    ("quantity", 12, "number"),
    ("uom_id", 8, None),
    ("value", 14, "money"),
    ("counted_value", 14, "money"),
    ("currency_id", 9, None),
    ("user_id", 20, None),
    ("state", 11, None),
    ("date_opened", 12, "date"),
    ("snooze_until", 12, "date"),
    ("policy_id", 22, None),
    ("explanation", 80, None),
]
TOTALS = ("counted_value",)  # what may be added up: over products of different units, and over causes


class MesAgingAlert(models.Model):
    _inherit = "mes.aging.alert"

    def action_export_xlsx(self):
        """Write these alerts into a workbook: all of them with totals, and their value by reason with a chart.

        Text is always written as text: nothing that somebody typed becomes a formula.

        :return: the action that downloads it
        :raises odoo.exceptions.AccessError: when the user may not read them
        """
        self.check_access("read")
        name = f"{self.env._('Stock Alerts')} {fields.Date.context_today(self)}.xlsx"
        export = self.env["mes.aging.alert.export"].sudo()  # who may read the alerts may have them on paper
        export = export.create({"name": name, "file": base64.b64encode(self._make_xlsx())})
        url = f"/web/content/{export._name}/{export.id}/file/{name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _make_xlsx(self):
        """Return the workbook as bytes."""
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            formats = {
                "head": book.add_format({"bold": True, "bg_color": "#E7E9ED", "bottom": 1, "text_wrap": True}),
                "total": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
                "number": book.add_format({"num_format": "#,##0.######"}),
                "money": book.add_format({"num_format": "#,##0.00"}),
                "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
                "limit": book.add_format({"bg_color": "#F8D7DA"}),
                "warn": book.add_format({"bg_color": "#FFF3CD"}),
            }
            self._write_alerts(book, formats)
            self._write_summary(book, formats)
        return file.getvalue()

    def _write_alerts(self, book, formats):
        sheet = book.add_worksheet(self.env._("Alerts"))
        for column, (name, width, _format) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, self._fields[name]._description_string(self.env) or name, formats["head"])
        for row, alert in enumerate(self, 1):
            for column, (name, _width, style) in enumerate(COLUMNS):
                self._write_cell(sheet, row, column, alert[name], name, formats.get(style))
        last = max(len(self), 1)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        self._write_totals(sheet, formats, last)
        self._mark_levels(sheet, formats, last)

    def _write_cell(self, sheet, row, column, value, name, style):
        field = self._fields[name]
        if field.type in ("float", "monetary"):
            sheet.write_number(row, column, value, style)
        elif field.type in ("date", "datetime"):
            if value:
                sheet.write_datetime(row, column, fields.Date.to_date(value), style)
        elif field.type == "many2one":
            sheet.write_string(row, column, value.sudo().display_name or "")
        elif field.type == "selection":
            sheet.write_string(row, column, dict(field._description_selection(self.env)).get(value, ""))
        else:
            sheet.write_string(row, column, str(value or ""))

    def _write_totals(self, sheet, formats, last):
        """Write the totals of what the filters leave visible; of one currency only."""
        if len(self.currency_id) > 1:
            return
        sheet.write_string(last + 1, 0, self.env._("Total"), formats["total"])
        for column, (name, _width, _format) in enumerate(COLUMNS):
            if name in TOTALS:
                letter = xlsxwriter.utility.xl_col_to_name(column)
                formula = f"=SUBTOTAL(109,{letter}2:{letter}{last + 1})"
                sheet.write_formula(last + 1, column, formula, formats["total"], sum(self.mapped(name)))

    def _mark_levels(self, sheet, formats, last):
        column = next(number for number, (name, *_more) in enumerate(COLUMNS) if name == "level")
        for level, label in self._fields["level"]._description_selection(self.env):
            sheet.conditional_format(
                1,
                column,
                last,
                column,
                {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": formats[level]},
            )

    def _write_summary(self, book, formats):
        """Write the value by reason and kind, each piece once, with a chart; of one currency only: it is added up."""
        sheet = book.add_worksheet(self.env._("By Reason"))
        sheet.set_column(0, 5, 18)
        reasons = self._fields["reason"]._description_selection(self.env)
        kinds = self._fields["kind"]._description_selection(self.env)
        if len(self.currency_id) > 1:
            sheet.write_string(0, 0, self.env._("Several currencies: export one company at a time for totals."))
            return
        values = {}
        for alert in self:
            values[alert.reason, alert.kind] = values.get((alert.reason, alert.kind), 0) + alert.counted_value
        for column, head in enumerate([self.env._("Value"), *(label for _kind, label in kinds)]):
            sheet.write_string(0, column, head, formats["head"])
        for row, (reason, label) in enumerate(reasons, 1):
            sheet.write_string(row, 0, label)
            for column, (kind, _label) in enumerate(kinds, 1):
                sheet.write_number(row, column, values.get((reason, kind), 0), formats["money"])
        chart = book.add_chart({"type": "column", "subtype": "stacked"})
        for column in range(1, len(kinds) + 1):
            chart.add_series(
                {
                    "name": [sheet.name, 0, column],
                    "categories": [sheet.name, 1, 0, len(reasons), 0],
                    "values": [sheet.name, 1, column, len(reasons), column],
                }
            )
        chart.set_title({"name": self.env._("Value of Alerts by Reason")})
        sheet.insert_chart(len(reasons) + 2, 0, chart)
