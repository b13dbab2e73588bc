"""The answer of a recall as a workbook: one sheet for each question."""

import io

import xlsxwriter

from odoo import fields, models

PLACE_SHEETS = ("stock", "wip", "finished", "shipped", "returned", "scrapped")
COLUMNS = [
    # (field, width)
    ("product_id", 34),
    ("lot_id", 22),
    ("location_id", 30),
    ("partner_id", 30),
    ("production_id", 18),
    ("quantity", 12),
    ("uom_id", 10),
    ("source_qty", 14),
    ("reserved_qty", 12),
    ("quality_state", 14),
]


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    def action_export_xlsx(self):
        """Write the answer into a workbook that is kept with the recall.

        Text is always written as text: nothing that a vendor or an operator typed becomes a formula.

        :return: the action that downloads it
        :raises odoo.exceptions.UserError: before it was traced
        """
        self.ensure_one()
        self._check_role("mes_quality.mes_quality_group_user")
        if not self.date_traced:
            raise self.env["mes.quality.message"]._error("recall_untraced", recall=self.name)
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.name.replace('/', '-')}.xlsx",
                "raw": self._make_xlsx(),
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=true", "target": "self"}

    def _make_xlsx(self):
        """Return the workbook as bytes."""
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            formats = {
                "head": book.add_format({"bold": True, "bg_color": "#E7E9ED", "bottom": 1, "text_wrap": True}),
                "title": book.add_format({"bold": True, "font_size": 14}),
                "number": book.add_format({"num_format": "#,##0.######"}),
                "percent": book.add_format({"num_format": "0.00 %", "bold": True}),
            }
            self._write_summary(book, formats)
            for place in PLACE_SHEETS:
                self._write_lines(book, formats, place)
            self._write_edges(book, formats)
        return file.getvalue()

    # -- sheets -------------------------------------------------------------------------------------------------

    def _write_summary(self, book, formats):
        sheet = book.add_worksheet(self.env._("Summary"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 2, 40)
        sheet.write_string(0, 0, f"{self.name} {self.subject}", formats["title"])
        row = 2
        for name, value in self._get_criteria():
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
            row += 1
        row = self._write_table(
            sheet,
            formats,
            row + 1,
            [self.env._("Place"), self.env._("Stands For"), self.env._("Lots")],
            [list(r) for r in self._get_figures()],
        )
        for name, value in (
            (self.env._("Recalled"), self.received_qty),
            (self.env._("Found"), self.found_qty),
            (self.env._("Missing"), self.missing_qty),
        ):
            sheet.write_string(row, 0, name)
            sheet.write_number(row, 1, value, formats["number"])
            row += 1
        sheet.write_string(row, 0, self.env._("Mass Balance"))
        sheet.write_number(row, 1, self._get_balance_share(), formats["percent"])
        sheet.write_string(row + 1, 0, self.env._("Traced On"))
        sheet.write_string(row + 1, 1, self._format_time(self.date_traced))

    def _write_lines(self, book, formats, place):
        label = dict(self.line_ids._fields["place"]._description_selection(self.env))[place]
        sheet = book.add_worksheet(label[:31])
        columns = [(name, width) for name, width in COLUMNS if name in self.line_ids._fields]
        for number, (_name, width) in enumerate(columns):
            sheet.set_column(number, number, width)
        lines = self.line_ids.filtered(lambda line: line.place == place)
        heads = [lines._fields[name]._description_string(self.env) for name, _width in columns]
        rows = [[self._get_cell(line, name) for name, _width in columns] for line in lines]
        self._write_table(sheet, formats, 0, heads, rows, is_list=True)

    def _write_edges(self, book, formats):
        sheet = book.add_worksheet(self.env._("Genealogy"))
        sheet.set_column(0, 3, 30)
        heads = [
            self.env._("From Product"),
            self.env._("From Lot"),
            self.env._("To Product"),
            self.env._("To Lot"),
            self.env._("Quantity"),
            self.env._("Document"),
            self.env._("Exact"),
        ]
        self._write_table(sheet, formats, 0, heads, self._get_edge_rows(), is_list=True)

    def _get_edge_rows(self):
        lots = self._find_source_lots()
        if not lots:
            return []
        answer = self.env["mes.quality.genealogy"].sudo(False).trace_forward(lots.ids)
        nodes = {node["id"]: node for node in answer["lots"]}
        return [
            [
                *(
                    nodes.get(edge[end], {}).get(name, "")
                    for end in ("source_id", "target_id")
                    for name in ("product", "name")
                ),
                edge["quantity"],
                edge["document"],
                self.env._("yes") if edge["is_exact"] else self.env._("no"),
            ]
            for edge in answer["edges"]
        ]

    def _find_source_lots(self):
        """Return the lots with which the recalled goods came in, as far as the user may see them."""
        recalled = self._find_recalled()
        lots = self.env["stock.move.line"].union(*recalled).lot_id if recalled else self.env["stock.lot"]
        return lots.sudo(self.env.su)._filtered_access("read")

    def _write_table(self, sheet, formats, top, heads, rows, is_list=False):
        """Write a table; return the row after it."""
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head, formats["head"])
        for number, values in enumerate(rows, top + 1):
            for column, value in enumerate(values):
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    sheet.write_number(number, column, value, formats["number"])
                else:
                    sheet.write_string(number, column, str(value or ""))
        if is_list:
            sheet.freeze_panes(top + 1, 0)
            sheet.autofilter(top, 0, top + max(len(rows), 1), len(heads) - 1)
        return top + len(rows) + 2

    # -- figures that workbook and certificate share ------------------------------------------------------------

    def _get_cell(self, line, name):
        value = line[name]
        if isinstance(value, models.BaseModel):
            return value.sudo().display_name or ""
        if line._fields[name].type == "selection":
            return dict(line._fields[name]._description_selection(self.env)).get(value, "")
        return value

    def _get_figures(self):
        """Return ``[(label of place, source_qty, number of lots)]`` of all places, also the empty ones."""
        labels = dict(self.line_ids._fields["place"]._description_selection(self.env))
        found = self.line_ids.grouped("place")
        empty = self.line_ids.browse()
        return [
            (label, round(sum(found.get(place, empty).mapped("source_qty")), 6), len(found.get(place, empty).lot_id))
            for place, label in labels.items()
        ]

    def _get_balance_share(self):
        """Return which share of the recalled quantity was found: 1.0 when the balance closes."""
        return self.found_qty / self.received_qty if self.received_qty else 0.0

    def _get_criteria(self):
        """Return ``[(label, text)]`` of the criteria that are set."""
        names = ["partner_id", "product_id", "vendor_lot", "picking_id", "date_from", "date_to", "lot_ids"]
        names += ["production_ids", "workcenter_id", "operator_id", "inspection_state"]
        found = []
        for name in names:
            value, field = self[name], self._fields[name]
            if not value:
                continue
            if isinstance(value, models.BaseModel):
                text = ", ".join(value.sudo().mapped("display_name"))
            elif field.type == "datetime":
                text = self._format_time(value)
            else:
                text = dict(field._description_selection(self.env))[value] if field.type == "selection" else value
            found.append((field._description_string(self.env), text))
        return found

    def _format_time(self, moment):
        """Return the moment in the user's time zone, to the minute."""
        return fields.Datetime.context_timestamp(self, moment).strftime("%Y-%m-%d %H:%M") if moment else ""

    def _format_seconds(self, seconds):
        """Return a time as hours, minutes and seconds."""
        minutes, seconds = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}"
