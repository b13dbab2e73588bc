from odoo import api, fields, models
from odoo.tools import SQL

from ..const import RECALL_PLACES

# What tracing says of a line.
KEPT = ("place", "product_id", "lot_id", "location_id", "partner_id", "is_stub", "production_id")
KEPT += ("quantity", "source_qty")


class MesQualityRecallLine(models.Model):
    """One lot at one place: how much of it is there, and how much of the recalled goods that stands for."""

    _name = "mes.quality.recall.line"
    _description = "Recall Line"
    _order = "recall_id, place, product_id, lot_id, id"

    recall_id = fields.Many2one("mes.quality.recall", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="recall_id.company_id", store=True, precompute=True, index=True)
    place = fields.Selection(RECALL_PLACES, required=True, index=True)
    product_id = fields.Many2one("product.product", index=True)
    lot_id = fields.Many2one("stock.lot", index="btree_not_null")
    location_id = fields.Many2one("stock.location")
    partner_id = fields.Many2one("res.partner", "Customer / Vendor")
    is_stub = fields.Boolean("Elsewhere", help="In a company that is none of the user's who traced it.")
    production_id = fields.Many2one("mrp.production", "Manufacturing Order")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(digits="Product Unit", help="Of this lot, in its unit.")
    source_qty = fields.Float(
        "Stands For", digits=(16, 6), help="How much of the recalled goods is in it, in their unit; these add up."
    )
    reserved_qty = fields.Float(
        "Reserved", digits="Product Unit", compute="_compute_now", help="Of this lot at this place, for open documents."
    )
    quality_state = fields.Selection(related="lot_id.mes_quality_state", string="Quality")

    @api.depends("lot_id", "location_id", "place")
    def _compute_now(self):
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("lot_id", "in", self.lot_id.ids), ("location_id", "in", self.location_id.ids)],
                ["lot_id", "location_id"],
                ["reserved_quantity:sum"],
            )
        )
        reserved = {(lot, place): quantity for lot, place, quantity in rows}
        for line in self:
            line.reserved_qty = reserved.get((line.lot_id, line.location_id), 0.0) if line.lot_id else 0.0

    @api.model
    def _keep(self, recall, rows):
        """Write the lines of an answer with one statement, however many they are.

        :param list rows: dicts of the fields in `KEPT`; a key that is missing stays empty
        """
        kept = [self._fields[name] for name in KEPT]
        columns = [[field.convert_to_column_insert(vals.get(field.name), self) for vals in rows] for field in kept]
        now, uid = fields.Datetime.now(), self.env.uid
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mes_quality_recall_line (
                    recall_id, company_id, create_uid, create_date, write_uid, write_date, %(names)s
                )
                SELECT %(recall)s, %(company)s, %(uid)s, %(now)s, %(uid)s, %(now)s, line.* FROM unnest(%(columns)s) line
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in KEPT),
                columns=SQL(", ").join(
                    SQL("%s::%s[]", values, SQL.identifier(field.column_type[0]))
                    for field, values in zip(kept, columns, strict=True)
                ),
                recall=recall.id,
                company=recall.company_id.id,
                uid=uid,
                now=now,
            )
        )
        recall.invalidate_recordset(["line_ids"], flush=False)
        recall.modified(["line_ids"])

    def action_open(self):
        """Open what the line stands for: the order, or the moves of the lot at this place."""
        self.ensure_one()
        if self.production_id:
            return self._get_open_action("mrp.production", self.production_id.id)
        if self.lot_id:
            return self._get_open_action("stock.lot", self.lot_id.id)
        return self._get_open_action("product.product", self.product_id.id)

    def _get_open_action(self, model, res_id):
        return {"type": "ir.actions.act_window", "res_model": model, "res_id": res_id, "views": [[False, "form"]]}
