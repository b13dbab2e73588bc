"""Orders that used frozen stock, or are held themselves, deliver held stock; so do those that their rest goes to."""

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

    # -- the rest of a held order -------------------------------------------------------------------------------

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False):
        """Backorders, and orders that are split off, are held like the order they come from."""
        orders = super()._split_productions(
            amounts=amounts, cancel_remaining_qty=cancel_remaining_qty, set_consumed_qty=set_consumed_qty
        )
        holds = self._mes_get_order_holds()
        if holds:
            source, rests = self.browse(), {}
            for order in orders:  # each one of self is followed by what was split off
                source = order if order in self else source
                rests[source] = rests.get(source, self.browse()) | (order - self)
            for source, rest in rests.items():
                holds.filtered(lambda hold, source=source: hold.production_id == source)._hold_orders(rest)
        return orders

    def action_merge(self):
        """What several orders become is held if one of them was: which piece is whose is not known."""
        holds = self._mes_get_order_holds()
        action = super().action_merge()
        holds._hold_orders(self.browse(action["res_id"]))
        return action

    def unlink(self):
        """An order that is deleted makes nothing: its holds end, unless what was split off is held by them.

        Odoo deletes the order of a subcontractor when its goods are received by lots.
        """
        names = {hold: hold.production_id.name for hold in self._mes_get_order_holds()}
        result = super().unlink()
        for hold, name in names.items():
            hold._log("changed", note=hold._fields["production_id"].string, before=name)
            if not hold.child_ids:
                hold._lift(self.env["mes.quality.message"]._text("hold_order_deleted", order=name))
        return result

    def _mes_get_order_holds(self):
        domain = [("production_id", "in", self.ids), ("kind", "=", "production"), ("state", "=", "active")]
        return self.env["mes.quality.hold"].sudo().search(domain)


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _hold_orders(self, orders):
        """Hold these orders, to which what these holds are about goes on, as their members."""
        return self._create_for([hold._prepare_order_vals(order) for hold in self for order in orders])

    def _prepare_order_vals(self, order):
        return {
            **self._prepare_member_vals(order.product_id),
            "kind": "production",
            "production_id": order.id,
            "inspection_id": self.inspection_id.id,
        }


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
