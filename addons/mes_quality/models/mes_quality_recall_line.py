from odoo import api, fields, models

from ..const import RECALL_PLACES


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
