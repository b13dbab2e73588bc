"""Demand is stock moves: where one asks for less, the plan is looked at."""

from odoo import api, models
from odoo.fields import Command

from ..const import LATER, OPEN_MOVE_STATES


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        if "product_uom_qty" not in vals or self.env.context.get("no_procurement"):
            return super().write(vals)
        before = {move: move.product_qty for move in self if move.state in OPEN_MOVE_STATES}
        with self.env["mes.pull.replan"]._operation():
            result = super().write(vals)
            less = {move: quantity - move.product_qty for move, quantity in before.items()}
            lost = {move: quantity for move, quantity in less.items() if not move.product_id.uom_id.is_zero(quantity)}
            self.env["mes.pull.replan"]._note_loss(self.browse().union(*lost), lost)
        return result

    def _action_cancel(self):
        moves = self.filtered(lambda move: move.state in OPEN_MOVE_STATES and move.product_qty > 0)
        if not moves:
            return super()._action_cancel()
        quantities = {move: move.product_qty for move in moves}
        with self.env["mes.pull.replan"]._operation():
            result = super()._action_cancel()
            cancelled = moves.exists().filtered(lambda move: move.state == "cancel")
            self.env["mes.pull.replan"]._note_loss(cancelled, quantities)
        return result

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        with self.env["mes.pull.replan"]._operation():
            return super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)

    def _action_done(self, cancel_backorder=False):
        with self.env["mes.pull.replan"]._operation():
            done = super()._action_done(cancel_backorder=cancel_backorder)
            done._mes_note_done()
        return done

    def _mes_note_done(self):
        """Note what is not delivered or consumed any more, though it was asked for, and what came back."""
        replan = self.env["mes.pull.replan"]
        less = {move: move.product_qty - move._mes_get_done_qty() for move in self if move.state == "done"}
        short = {move: quantity for move, quantity in less.items() if move.product_id.uom_id.compare(quantity, 0) > 0}
        replan._note_loss(self.browse().union(*short), short)
        with replan._operation() as operation:
            for move in self.filtered("origin_returned_move_id"):
                if move.location_dest_id.warehouse_id:
                    operation.look_at(move.product_id, move.location_dest_id.warehouse_id)

    def _mes_get_done_qty(self):
        return self.product_uom._compute_quantity(self.quantity, self.product_id.uom_id)

    @api.model
    def _prepare_merge_negative_moves_excluded_distinct_fields(self):
        # an order that was moved or edited shifts the deadline of the delivery; less of it is still no return
        return [*super()._prepare_merge_negative_moves_excluded_distinct_fields(), "date_deadline"]

    def _trigger_scheduler(self):
        if self.env.context.get("mes_scheduler") is LATER:
            return None
        return super()._trigger_scheduler()

    def _mes_is_final_demand(self):
        """Return whether the move is demand of a customer or of production, and no step on the way there."""
        self.ensure_one()
        target = self.location_final_id or self.location_dest_id
        return target.usage in ("customer", "production") and not self.move_dest_ids.filtered(
            lambda move: move.state in OPEN_MOVE_STATES
        )

    def _get_upstream_documents_and_responsibles(self, visited):
        # Odoo asks for purchase lines as the seller who cancels, who may not read them
        return super(StockMove, self.sudo())._get_upstream_documents_and_responsibles(visited)

    # -- what an order's demand needs ---------------------------------------------------------------------------

    def _mes_get_asks(self, among=None):
        """Return ``{demand move id: quantity it still needs}`` of the moves that these ones supply.

        :param among: moves that may give back; what others bring for the same demand is taken off
        """
        asks = {}
        for demand in self.move_dest_ids.filtered(lambda move: move.state in OPEN_MOVE_STATES):
            need = demand.product_qty * (1 - demand.quantity / (demand.product_uom_qty or 1))
            others = demand.move_orig_ids - self - (among if among is not None else self.browse())
            brought = others.filtered(lambda move: move.state in OPEN_MOVE_STATES).mapped("product_qty")
            asks[demand.id] = max(0.0, need - sum(brought))
        return asks

    def _mes_get_shortage(self):
        """Return how much of this make-to-order move no open supply is linked for, in its own unit of measure."""
        self.ensure_one()
        covered = self.quantity
        for origin in self.move_orig_ids.filtered(lambda move: move.state in OPEN_MOVE_STATES):
            others = origin.move_dest_ids.filtered(lambda move: move.state in OPEN_MOVE_STATES) - self
            free = origin.product_qty - sum(others.mapped("product_qty"))
            covered += self.product_id.uom_id._compute_quantity(max(0, free), self.product_uom)
        for line in self.created_purchase_line_ids.filtered(lambda line: line.state in ("draft", "sent", "to approve")):
            covered += line.product_uom_id._compute_quantity(line.product_qty, self.product_uom)
        return max(0.0, self.product_uom_qty - covered)

    def _mes_prepare_procurement(self, quantity):
        """Return the procurement of ``quantity`` (own unit) for this move; negative takes a step on the way back."""
        return self.env["stock.rule"].Procurement(
            self.product_id,
            quantity,
            self.product_uom,
            self.location_id,
            self.reference,
            self.origin,
            self.company_id,
            self._prepare_procurement_values(),
        )

    def _mes_withdraw_steps(self, quantities):
        """Take back the transfers that would have brought these moves their goods (components to pick, say).

        :param quantities: how much less by move, in the products' units
        """
        for move in self:
            left = quantities[move]
            steps = move.move_orig_ids.filtered(
                lambda step: (
                    step.state in OPEN_MOVE_STATES
                    and not step.production_id
                    and not step.purchase_line_id
                    and not (step.mes_call_date and step.mes_is_started)  # it comes back by a return
                )
            )
            for step in steps:
                uom = step.product_id.uom_id
                cut = min(step.product_qty, left)
                if uom.compare(cut, 0) <= 0:
                    break
                left -= cut
                if uom.compare(step.product_qty, cut) <= 0:
                    step.propagate_cancel = False
                    step.move_dest_ids = [Command.unlink(move.id)]
                    step._action_cancel()
                else:
                    step.product_uom_qty -= uom._compute_quantity(cut, step.product_uom)
