from odoo import api, models

from ..const import LATER


class ChangeProductionQty(models.TransientModel):
    _inherit = "change.production.qty"

    @api.model
    def _need_quantity_propagation(self, move, qty):
        # less is written on the move itself: a negative move beside it may not find it again, and becomes a return
        return qty > 0 and super()._need_quantity_propagation(move, qty)

    @api.model
    def _update_finished_moves(self, production, new_qty, old_qty):
        if self.env.context.get("mes_scheduler") is not LATER:
            return super()._update_finished_moves(production, new_qty, old_qty)
        # nothing is really reserved for pieces that are not made yet: no need to give it up and take it again
        quiet = self.with_context(do_not_unreserve=True)
        result = super(ChangeProductionQty, quiet)._update_finished_moves(
            production.with_context(do_not_unreserve=True), new_qty, old_qty
        )
        for move in production._mes_get_open_finished():
            if move.product_uom.compare(move.quantity, move.product_uom_qty) > 0:
                move.quantity = move.product_uom_qty
        return result

    def change_prod_qty(self):
        with self.env["mes.pull.replan"]._operation():
            return super().change_prod_qty()
