"""A repair that used frozen parts delivers a held product."""

from odoo import models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    def action_repair_done(self):
        result = super().action_repair_done()
        for repair in self:
            parts = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
            causes = parts._mes_find_causes()
            if causes:
                causes._hold_outputs(repair.sudo().move_id.move_line_ids)
        return result
