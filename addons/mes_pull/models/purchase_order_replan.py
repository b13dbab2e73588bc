"""Purchases that nobody asks for any more: quotations shrink, confirmed orders are proposed to their buyer."""

from odoo import api, fields, models
from odoo.fields import Command

from ..const import OPEN_MOVE_STATES, OPEN_PURCHASE_STATES
from ..tools.replan import Supply


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    mes_is_procured = fields.Boolean("Bought for Demand", readonly=True, copy=False)
    mes_hand_edited = fields.Boolean("Edited by Hand", readonly=True, copy=False)

    _mes_procured_idx = models.Index("(product_id) WHERE mes_is_procured")

    @api.model
    def _prepare_purchase_order_line_from_procurement(
        self, product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, po
    ):
        vals = super()._prepare_purchase_order_line_from_procurement(
            product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, po
        )
        return {**vals, "mes_is_procured": True}

    def write(self, vals):
        if "product_qty" in vals and not self.env.su:
            edited = self.filtered(lambda line: line.mes_is_procured and not line.mes_hand_edited)
            edited.sudo().mes_hand_edited = True
        return super().write(vals)

    def _mes_get_open_qty(self):
        """Return what the line still brings, in the product's unit of measure."""
        self.ensure_one()
        if self.state in OPEN_PURCHASE_STATES:
            return self.product_uom_qty
        moves = self.move_ids.filtered(
            lambda move: move.state in OPEN_MOVE_STATES and move.location_usage == "supplier"
        )
        return sum(moves.mapped("product_qty"))

    def _mes_get_replan_key(self):
        return self.product_id.id, self.order_id.picking_type_id.warehouse_id.id

    def _mes_get_supply(self, among=None):
        """Return what the line brings, for `tools/replan.py`, in the product's unit of measure."""
        self.ensure_one()
        if self.state in OPEN_PURCHASE_STATES:
            asks = {move.id: move.product_qty for move in self.move_dest_ids if move.state in OPEN_MOVE_STATES}
        else:
            asks = self.move_ids._mes_get_asks(among.move_ids if among else None)
        return Supply(self.id, self._mes_get_open_qty(), 0.0, asks)

    def _mes_cut(self, before, after, cause):
        """Bring ``after`` instead of ``before`` (product's unit); what a person agreed on is proposed only.

        :return: the proposal, where a person decides
        """
        self.ensure_one()
        Change = self.env["mes.pull.change"]
        if self.state not in OPEN_PURCHASE_STATES or self.state == "to approve" or self.mes_hand_edited:
            return Change._propose(self, before, after, cause)
        change = Change._log(self, before, after, "reduced" if after else "cancelled", cause)
        if self.product_id.uom_id.is_zero(after):
            change.purchase_line_id = False
        self._mes_apply_cut(after)
        return Change

    def _mes_apply_cut(self, after):
        """Let the line bring ``after`` (product's unit): a quotation or its line shrinks, or a receipt."""
        self.ensure_one()
        uom = self.product_id.uom_id
        if self.state not in OPEN_PURCHASE_STATES:
            self._mes_cut_receipt(after)
        elif uom.is_zero(after):
            order = self.order_id
            self.move_dest_ids = [Command.clear()]
            self.unlink()
            if not order.order_line:
                order.button_cancel()
        else:
            self.product_qty = uom._compute_quantity(after, self.product_uom_id)

    def _mes_cut_receipt(self, after):
        """Order and receive less on a confirmed purchase: Odoo's order line and its open receipt."""
        uom = self.product_id.uom_id
        cut = self._mes_get_open_qty() - after
        self.product_qty -= uom._compute_quantity(cut, self.product_uom_id)
        moves = self.move_ids.filtered(
            lambda move: move.state in OPEN_MOVE_STATES and move.location_usage == "supplier"
        )
        for move in moves.sorted("id", reverse=True):
            part = min(cut, move.product_qty)
            if uom.compare(part, 0) <= 0:
                break
            cut -= part
            if uom.compare(part, move.product_qty) >= 0:
                move.propagate_cancel = False
                move._action_cancel()
            else:
                move.product_uom_qty -= uom._compute_quantity(part, move.product_uom)
