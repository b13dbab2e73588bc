from odoo import api, models

# Writing one of these on a line of a done move changes what left the supermarket.
FLOW_FIELDS = {"quantity", "product_uom_id", "location_id", "location_dest_id", "lot_id", "owner_id", "package_id"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line.state == "done")
        if done:
            done.move_id._mes_rebook()
        return lines

    def write(self, vals):
        done = self.browse()
        if FLOW_FIELDS & vals.keys():
            done = self.filtered(lambda line: line.state == "done")
            done.move_id._mes_get_loops()._lock()
        result = super().write(vals)
        if done:
            done.move_id._mes_rebook()
        return result


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_rebook(self):
        """Correct the withdrawals of done moves whose lines were edited, and let the loops act on the difference."""
        loops = self._mes_get_loops()
        if not loops:
            return
        loops._lock()
        booked = {
            (withdrawal.move_id, withdrawal.loop_id): withdrawal
            for withdrawal in self.env["mes.pull.withdrawal"].sudo().search([("move_id", "in", self.ids)])
            if withdrawal.kind != "return"
        }
        missing, changed, touched = {}, self.env["mes.pull.withdrawal"], loops.browse()
        for move in self.filtered(lambda move: move.state == "done"):
            for loop in loops.filtered(lambda loop, move=move: loop.product_id == move.product_id):
                out, into = move._mes_get_flow(loop)
                withdrawal = booked.get((move, loop))
                if withdrawal and loop.uom_id.compare(out, withdrawal.quantity) != 0:
                    grown = out > withdrawal.quantity
                    withdrawal.write({"quantity": out, "state": "done" if out else "undone"})
                    changed |= withdrawal if grown else changed.browse()
                    touched |= loop
                elif out and not withdrawal:
                    missing[move, loop] = out
                    touched |= loop
                elif into:
                    touched |= loop
        changed |= self._mes_create_withdrawals(missing)
        if touched:
            touched._on_stock_changed(changed)
