"""Results live on the lot."""

from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_inspection_ids = fields.Many2many("mes.quality.inspection", string="Inspections", readonly=True)
    mes_inspection_count = fields.Integer("Number of Inspections", compute="_compute_mes_inspection_count")

    def _compute_mes_inspection_count(self):
        groups = self.env["mes.quality.inspection"]._read_group(
            [("lot_ids", "in", self.ids)], ["lot_ids"], ["__count"]
        )
        counts = {lot.id: count for lot, count in groups}
        for lot in self:
            lot.mes_inspection_count = counts.get(lot.id, 0)

    def action_mes_inspections(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_quality.mes_quality_inspection_action")
        context = {"default_lot_id": self.id, "default_product_id": self.product_id.id}
        return {**action, "domain": [("lot_ids", "in", self.ids)], "context": context}
