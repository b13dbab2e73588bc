"""Withdrawals: every piece that left a supermarket, by whatever path."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import OPEN_SIGNAL_STATES, WITHDRAWAL_KINDS


class MesPullWithdrawal(models.Model):
    """One stock move out of a supermarket (positive) or back into it (negative, kind *Return*).

    ::

        done --undo--> undone
    """

    _name = "mes.pull.withdrawal"
    _description = "Pull Withdrawal"
    _order = "date desc, id desc"
    _check_company_auto = True

    loop_id = fields.Many2one("mes.pull.loop", required=True, index=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="loop_id.company_id", store=True, precompute=True, index=True)
    product_id = fields.Many2one(related="loop_id.product_id", store=True, precompute=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(
        digits="Product Unit", required=True, readonly=True, help="In the product's unit; negative: came back."
    )
    kind = fields.Selection(WITHDRAWAL_KINDS, required=True, default="transfer", readonly=True)
    state = fields.Selection(
        [("done", "Done"), ("undone", "Undone")], required=True, default="done", readonly=True, index=True
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True, string="By")
    operator_id = fields.Many2one("res.users", readonly=True, help="Whose badge was scanned at the station.")
    scan_key = fields.Char(readonly=True, copy=False, help="Made by the scanner: the same key is one scan.")
    move_id = fields.Many2one("stock.move", readonly=True, index=True, required=True, ondelete="restrict")
    undo_move_id = fields.Many2one("stock.move", readonly=True, index="btree_not_null", copy=False)
    location_dest_id = fields.Many2one(related="move_id.location_dest_id", string="To")
    production_id = fields.Many2one(
        "mrp.production", "For Order", readonly=True, index="btree_not_null", help="The order that asked for it."
    )
    card_id = fields.Many2one("mes.pull.card", readonly=True, index="btree_not_null")
    signal_ids = fields.Many2many("mes.pull.signal", readonly=True)
    message = fields.Text(readonly=True, help="What the station answered; a repeated scan hears it again.")

    _scan_key_uniq = models.UniqueIndex(
        "(company_id, scan_key) WHERE scan_key IS NOT NULL", "This scan has been booked already."
    )
    _move_loop_uniq = models.UniqueIndex("(move_id, loop_id)", "This move is a withdrawal already.")

    @api.depends("product_id", "quantity")
    def _compute_display_name(self):
        for withdrawal in self:
            quantity = self.env["mes.pull.message"]._format(withdrawal.quantity)
            withdrawal.display_name = f"{withdrawal.product_id.display_name}: {quantity} {withdrawal.uom_id.name or ''}"

    def _can_undo(self):
        """Return whether the withdrawal was a scan that still stands."""
        self.ensure_one()
        return self.kind == "scan" and self.state == "done"

    def action_undo(self):
        """Take a scan back: the stock returns, and the order that it caused shrinks or goes.

        An order that has started stays, and the answer says so. A second call changes nothing.

        :return: the station's answer (`status`, `message`, `withdrawal_id`, `signal_id`, `duplicate`), in the form
            of a notification that the web client shows
        :rtype: dict
        :raises odoo.exceptions.UserError: when it was not a scan, or the parts are no longer where they went
        """
        self.ensure_one()
        answer = self.env["mes.pull.station"].undo(self.id)
        if answer["status"] == "error":
            raise UserError(answer["message"])
        return {
            **answer,
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": answer["message"],
                "type": "success" if answer["status"] == "ok" else "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _undo(self):
        """Do what `action_undo` says, without its guards. Return the message for the person."""
        self.ensure_one()
        loop = self.loop_id
        moved = loop._move_back(self.move_id)
        self.write({"state": "undone", "undo_move_id": moved.id})
        signals = self.signal_ids.filtered(lambda signal: signal.state in OPEN_SIGNAL_STATES)
        before = {signal: (signal.quantity, signal._get_document().display_name or "") for signal in signals}
        loop._give_back_surplus(self.env._("Withdrawal undone"), preferred=signals)
        if self.card_id:
            self.card_id._put_back(self.quantity)
        loop._notify_boards()
        return self._get_undo_message(before)

    def _get_undo_message(self, before):
        """Return what became of the stock and of the order.

        :param dict before: per signal its (quantity, document's name) before the undo
        """
        text = self.env["mes.pull.message"]._text
        place = self.loop_id.location_id.display_name
        parts = [text("undo_stock", quantity=self.quantity, unit=self.uom_id.name, place=place)]
        for signal, (quantity, document) in before.items():
            if signal.state == "cancelled":
                parts.append(text("undo_cancelled", document=document))
            elif signal.uom_id.compare(signal.quantity, quantity) < 0:
                parts.append(text("undo_reduced", document=document, quantity=signal.quantity))
            else:
                parts.append(text("undo_kept", document=document))
        return " ".join(parts)
