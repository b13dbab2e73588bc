"""Ages as a workbook: value by category and bucket with a chart, and all layers."""

import io
import re
from collections import defaultdict
from datetime import timedelta

import xlsxwriter

from odoo import api, fields, models

COLUMNS = [
    # (field, width)
    ("product_id", 34),
    ("categ_id", 24),
    ("kind", 16),
    ("lot_id", 18),
    ("owner_id", 20),
    ("location_id", 26),
    ("company_id", 20),
    ("quantity", 12),
    ("uom_id", 8),
    ("value", 14),
    ("origin_date", 13),
    ("age_days", 10),
    ("bucket", 14),
    ("idle_days", 10),
    ("cover_date", 13),
]
SUMMED = ("quantity", "value")
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MesAgingLayer(models.Model):
    _inherit = "mes.aging.layer"

    def action_export_xlsx(self):
        """Write these layers, or all that the user may see, into a workbook.

        Text is always written as text: nothing that somebody typed becomes a formula.

        :return: the action that downloads it
        :raises odoo.exceptions.AccessError: for who may not read ages
        """
        self.check_access("read")
        layers = self or self.search([("quantity", "!=", 0)])
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.env._('Ageing')} {fields.Date.context_today(self)}.xlsx",
                "raw": layers._make_xlsx(),
                "res_model": self._name,
                "mimetype": MIMETYPE,
            }
        )
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=true", "target": "self"}

    @api.autovacuum
    def _gc_workbooks(self):
        """Delete workbooks of yesterday: they are made anew in seconds."""
        limit = fields.Datetime.now() - timedelta(days=1)
        domain = [("res_model", "=", self._name), ("res_id", "=", 0), ("create_date", "<", limit)]
        self.env["ir.attachment"].sudo().search(domain).unlink()

    def _make_xlsx(self):
        """Return the workbook as bytes."""
        self.fetch([name for name, _width in COLUMNS])  # all at once: each statement reads the whole stock
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, {**options, "remove_timezone": True}) as book:
            formats = {
                "head": book.add_format({"bold": True, "bg_color": "#E7E9ED", "bottom": 1, "text_wrap": True}),
                "title": book.add_format({"bold": True, "font_size": 14}),
                "number": book.add_format({"num_format": "#,##0.######"}),
                "money": book.add_format({"num_format": "#,##0.00"}),
                "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
                "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            }
            self._write_categories(book, formats)
            self._write_layers(book, formats)
        return file.getvalue()

    # -- sheets -------------------------------------------------------------------------------------------------

    def _write_categories(self, book, formats):
        """Write the value by category and bucket, and the sum of each bucket as a chart."""
        sheet = book.add_worksheet(self.env._("By Category")[:31])
        values, buckets = self._get_category_values()
        categories = sorted(values)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, len(buckets) + 1, 14)
        sheet.write_string(0, 0, self.env._("Value by category and age in days"), formats["title"])
        heads = [self.env._("Category"), *(bucket or self.env._("no age") for bucket in buckets), self.env._("Total")]
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, formats["head"])
        for row, categ in enumerate(categories, 3):
            sheet.write_string(row, 0, categ)
            for column, bucket in enumerate(buckets, 1):
                sheet.write_number(row, column, values[categ].get(bucket, 0.0), formats["money"])
            self._write_sum(sheet, row, len(buckets) + 1, (row, 1, row, len(buckets)), values[categ].values(), formats)
        last = len(categories) + 2
        sheet.write_string(last + 1, 0, self.env._("Total"), formats["total"])
        for column, bucket in enumerate([*buckets, None], 1):
            some = [
                value
                for found in values.values()
                for name, value in found.items()
                if column > len(buckets) or name == bucket
            ]
            self._write_sum(sheet, last + 1, column, (3, column, last, column), some, formats)
        sheet.freeze_panes(3, 1)
        if categories:
            sheet.autofilter(2, 0, last, len(buckets) + 1)
            self._add_chart(book, sheet, last, len(buckets))

    def _get_category_values(self):
        """Return ``{category: {bucket: value}}`` and the buckets in the order of the days."""
        found = defaultdict(lambda: defaultdict(float))
        for layer in self:
            found[layer.categ_id.sudo().display_name or ""][(layer.bucket or "").strip()] += layer.value
        return found, sorted({bucket for values in found.values() for bucket in values}, key=self._get_bucket_order)

    @staticmethod
    def _get_bucket_order(bucket):
        """Return by what buckets are sorted: the first day in them, those without age last."""
        digits = re.search(r"\d+", bucket)
        return (not digits, int(digits[0]) if digits else 0, bucket)

    def _write_sum(self, sheet, row, column, area, values, formats):
        """Write the sum of an area as a formula with its result, so that it is there before it is calculated."""
        cells = xlsxwriter.utility.xl_range(*area)
        sheet.write_formula(row, column, f"=SUM({cells})", formats["total"], sum(values))

    def _add_chart(self, book, sheet, last, count):
        chart = book.add_chart({"type": "column"})
        chart.add_series(
            {
                "name": self.env._("Value"),
                "categories": [sheet.name, 2, 1, 2, count],
                "values": [sheet.name, last + 1, 1, last + 1, count],
            }
        )
        chart.set_title({"name": self.env._("Value by age in days")})
        chart.set_legend({"none": True})
        sheet.insert_chart(last + 3, 0, chart, {"x_scale": 1.6, "y_scale": 1.2})

    def _write_layers(self, book, formats):
        sheet = book.add_worksheet(self.env._("Layers")[:31])
        for column, (name, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, self._fields[name]._description_string(self.env), formats["head"])
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row, layer in enumerate(self, 1):
            for column, (name, _width) in enumerate(COLUMNS):
                self._write_cell(sheet, row, column, layer, name, kinds, formats)
        for column, (name, _width) in enumerate(COLUMNS):
            if name in SUMMED and self:
                cells = xlsxwriter.utility.xl_range(1, column, len(self), column)
                total = sum(self.mapped(name))
                sheet.write_formula(len(self) + 1, column, f"=SUBTOTAL(109,{cells})", formats["total"], total)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(self), 1), len(COLUMNS) - 1)

    def _write_cell(self, sheet, row, column, layer, name, kinds, formats):
        value = layer[name]
        if isinstance(value, models.BaseModel):
            sheet.write_string(row, column, value.sudo().display_name or "")
        elif self._fields[name].type == "datetime":
            if value:
                local = fields.Datetime.context_timestamp(self, value)
                sheet.write_datetime(row, column, local.replace(tzinfo=None), formats["date"])
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, column, value, formats["money" if name == "value" else "number"])
        else:
            sheet.write_string(row, column, kinds.get(value, (value or "").strip()))
