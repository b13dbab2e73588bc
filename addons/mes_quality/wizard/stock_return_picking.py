"""Odoo's own return: from where the held stock lies, tied to the decision."""

from odoo import fields, models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    mes_location_id = fields.Many2one("stock.location", "Taken From")

    def _prepare_picking_default_values(self):
        vals = super()._prepare_picking_default_values()
        if self.mes_location_id:
            vals["location_id"] = self.mes_location_id.id
        return vals


class StockReturnPickingLine(models.TransientModel):
    _name = "stock.return.picking.line"
    _inherit = ["stock.return.picking.line", "mes.quality.disposition.document"]

    def _prepare_move_default_values(self, new_picking):
        vals = super()._prepare_move_default_values(new_picking)
        line = self.mes_disposition_line_id
        if line:
            vals.update(line._prepare_return_move())
        return vals
