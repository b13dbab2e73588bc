from odoo import api, models


class ChangeProductionQty(models.TransientModel):
    _inherit = "change.production.qty"

    @api.model
    def _need_quantity_propagation(self, move, qty):
        # less is written on the move itself: a negative move beside it may not find it again, and becomes a return
        return qty > 0 and super()._need_quantity_propagation(move, qty)

    def change_prod_qty(self):
        with self.env["mes.pull.replan"]._operation():
            return super().change_prod_qty()
