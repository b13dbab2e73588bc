"""What comes out of a frozen product is held: those pieces, not the whole lots that they return to."""

from odoo import models


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_unbuild(self):
        result = super().action_unbuild()
        moves = self.env["stock.move"].sudo().search([("unbuild_id", "=", self.id), ("state", "=", "done")])
        used = moves.filtered(lambda move: move.location_dest_id.usage == "production")
        causes = used._mes_find_causes()
        if causes:
            causes._hold_parts((moves - used).move_line_ids)
        return result
