"""Orders that used frozen stock, or are held themselves, deliver held stock."""

from odoo import models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _post_inventory(self, cancel_backorder=False):
        open_lines = self.move_finished_ids.move_line_ids.filtered(lambda line: line.state == "done")
        result = super()._post_inventory(cancel_backorder=cancel_backorder)
        self._mes_hold_outputs(open_lines)
        return result

    def _mes_hold_outputs(self, before=None):
        """Hold what these orders made since ``before``, where their parts are frozen or they are held themselves."""
        holds = self._mes_get_order_holds()
        for order in self:
            done = order.move_finished_ids.move_line_ids.filtered(lambda line: line.state == "done")
            made = done - before if before else done
            for hold in holds.filtered(lambda hold, order=order: hold.production_id == order):
                hold._hold_lines(made)
            causes = order.move_raw_ids._mes_find_causes()
            if causes:
                causes._hold_outputs(made)

    def _mes_get_order_holds(self):
        domain = [("production_id", "in", self.ids), ("kind", "=", "production"), ("state", "=", "active")]
        return self.env["mes.quality.hold"].sudo().search(domain)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_after_done(self, watched, book=True):
        result = super()._mes_after_done(watched, book=book)
        orders = self.move_id.raw_material_production_id if watched else None
        if orders:  # a part that is booked on an order that has delivered already
            for order in orders.sudo():
                lines = self.filtered(lambda line, order=order: line.move_id.raw_material_production_id == order)
                made = order.move_finished_ids.move_line_ids.filtered(lambda line: line.state == "done")
                lines.move_id._mes_find_causes()._hold_outputs(made)
        return result
