"""The pull signal: "make just that", and what became of it."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import OPEN_MOVE_STATES, OPEN_PURCHASE_STATES, OPEN_SIGNAL_STATES, SIGNAL_STATES

_logger = logging.getLogger(__name__)


class MesPullSignal(models.Model):
    """One instruction to replenish a loop, and the Odoo document that carries it out.

    ::

        waiting --release--> released --received in full--> done
           |                    |------- supply gone -----> done (something came) or cancelled (nothing came)
           '---- given back ----'-------------------------> cancelled
    """

    _name = "mes.pull.signal"
    _description = "Pull Signal"
    _order = "date_signalled desc, id desc"
    _check_company_auto = True

    loop_id = fields.Many2one("mes.pull.loop", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="loop_id.company_id", store=True, precompute=True, index=True)
    product_id = fields.Many2one(related="loop_id.product_id", store=True, precompute=True, index=True)
    location_id = fields.Many2one(related="loop_id.location_id", string="Supermarket")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True, help="In the product's unit.")
    received_qty = fields.Float(
        "Received", digits="Product Unit", readonly=True, help="What has reached the supermarket for this signal."
    )
    state = fields.Selection(SIGNAL_STATES, default="waiting", required=True, index=True, readonly=True)
    error = fields.Text("Why It Waits", readonly=True)
    withdrawal_ids = fields.Many2many("mes.pull.withdrawal", string="Withdrawals", readonly=True)
    card_ids = fields.One2many("mes.pull.card", "signal_id", string="Cards")

    production_id = fields.Many2one(
        "mrp.production", string="Manufacturing Order", readonly=True, index="btree_not_null"
    )
    production_ids = fields.Many2many(
        "mrp.production", "mes_pull_signal_production_rel", "signal_id", "production_id", readonly=True
    )
    move_ids = fields.One2many("stock.move", "mes_signal_id", string="Transfers", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True, index="btree_not_null")
    purchase_line_id = fields.Many2one(
        "purchase.order.line", string="Purchase Order Line", readonly=True, index="btree_not_null"
    )

    document_name = fields.Char("Order", compute="_compute_document_name", compute_sudo=True)

    date_signalled = fields.Datetime("Signalled", default=fields.Datetime.now, required=True, readonly=True)
    date_released = fields.Datetime("Released", readonly=True)
    date_done = fields.Datetime("Done", readonly=True)
    age_hours = fields.Float(compute="_compute_age_hours", help="Hours since the signal, or until it was done.")

    _quantity_not_negative = models.Constraint(
        "CHECK(quantity >= 0 AND received_qty >= 0)", "A signal cannot ask for less than nothing."
    )
    _open_idx = models.Index("(loop_id, state) WHERE state IN ('waiting', 'released')")

    @api.depends("loop_id", "quantity")
    def _compute_display_name(self):
        for signal in self:
            signal.display_name = self.env._(
                "%(loop)s: %(quantity)s %(unit)s",
                loop=signal.loop_id.name,
                quantity=self.env["mes.pull.message"]._format(signal.quantity),
                unit=signal.uom_id.name or "",
            )

    @api.depends("production_id", "picking_id", "purchase_line_id", "move_ids")
    def _compute_document_name(self):
        for signal in self:
            signal.document_name = signal._get_document().display_name

    @api.depends("date_signalled", "date_done")
    def _compute_age_hours(self):
        now = fields.Datetime.now()
        for signal in self:
            signal.age_hours = ((signal.date_done or now) - signal.date_signalled).total_seconds() / 3600

    # -- release ------------------------------------------------------------------------------------------------

    def action_release(self):
        """Try again to release waiting signals; raise the reason when it does not work."""
        self.loop_id._check_planner()
        signals = self.filtered(lambda signal: signal.state == "waiting").sudo()
        signals.loop_id._lock()
        signals._release(strict=True)

    def _release(self, strict=False):
        """Hand the waiting signals to Odoo's procurement.

        :param bool strict: raise what procurement raises; otherwise the signal waits, with the reason, its cards
            are marked and its planner is told
        """
        failed = self.filtered("error")
        for signal in self.filtered(lambda signal: signal.state == "waiting"):
            if strict:
                signal._run_procurement()
                continue
            try:
                with self.env.cr.savepoint():
                    signal._run_procurement()
            except UserError as error:
                signal._note_error(str(error))
        failed.filtered(lambda signal: signal.state == "released").card_ids.state = "in_process"

    def _run_procurement(self):
        self.ensure_one()
        loop = self.loop_id
        loop._check_suppliable()
        self.write({"state": "released", "date_released": fields.Datetime.now(), "error": False})
        self.env["stock.rule"].with_company(self.company_id).run([self._prepare_procurement()])
        self._find_documents()
        if not (self.production_id or self.move_ids or self.purchase_line_id):
            raise UserError(
                self.env._(
                    "Nothing was ordered for %(loop)s. Check its product's vendors, bill of materials and routes.",
                    loop=loop.name,
                )
            )

    def _prepare_procurement(self):
        loop = self.loop_id
        return self.env["stock.rule"].Procurement(
            loop.product_id,
            self.quantity,
            loop.product_id.uom_id,
            loop.location_id,
            loop.name,
            loop.name,
            loop.company_id,
            self._prepare_procurement_values(),
        )

    def _prepare_procurement_values(self):
        """Return the values that travel with the procurement to the order, the move or the purchase line."""
        loop = self.loop_id
        values = {
            "mes_signal_id": self,
            "warehouse_id": loop.warehouse_id,
            "route_ids": loop.rule_id.route_id,
            "date_planned": loop._get_date_needed(),
            "reference_ids": self.env["stock.reference"],
        }
        if loop.supply_method == "manufacture":
            values["bom_id"] = loop._get_bom()
        return values

    def _find_documents(self):
        """Fill in what procurement made for this signal: it is linked there by the values that travelled along."""
        self.ensure_one()
        vals = {}
        if self.production_ids:
            vals["production_id"] = self.production_ids[0].id
        elif self.move_ids:
            vals["picking_id"] = self.move_ids.picking_id[:1].id
        if vals:
            self.write(vals)

    def _note_error(self, message):
        """Keep why the signal waits, mark its cards and tell the loop's planner once."""
        self.ensure_one()
        waiting = self.search([("loop_id", "=", self.loop_id.id), ("state", "=", "waiting")])
        known = message in waiting.mapped("error")
        self.write({"error": message, "state": "waiting", "date_released": False})
        self.card_ids.state = "error"
        loop = self.loop_id
        if not known and loop.user_id:
            loop.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("The loop cannot be supplied"),
                note=message,
                user_id=loop.user_id.id,
            )

    # -- receipt ------------------------------------------------------------------------------------------------

    def _receive(self, quantity):
        """Book ``quantity`` (product's unit) on the signals, oldest first; what is left over is nobody's."""
        now = fields.Datetime.now()
        for signal in self.filtered(lambda signal: signal.state == "released").sorted("id"):
            if signal.uom_id.compare(quantity, 0) <= 0:
                break
            taken = min(quantity, signal.quantity - signal.received_qty)
            quantity -= taken
            received = signal.received_qty + taken
            vals = {"received_qty": received}
            if signal.uom_id.compare(received, signal.quantity) >= 0:
                vals.update(state="done", date_done=now)
            signal.write(vals)
            signal._fill_cards()

    def _fill_cards(self):
        """Turn cards full, one for each container that has come; all of them when the signal is over."""
        self.ensure_one()
        cards = self.card_ids.sorted("id")
        if self.state in OPEN_SIGNAL_STATES:
            container = self.loop_id.container_qty
            full = int((self.received_qty + self.uom_id.rounding / 2) // container)
            cards = cards[: max(0, full - (self._count_cards() - len(cards)))]
        cards.write({"state": "full", "signal_id": False})

    def _count_cards(self):
        """Return how many containers the signal stands for."""
        return max(1, round(self.quantity / self.loop_id.container_qty))

    # -- less and nothing ---------------------------------------------------------------------------------------

    def _get_open_moves(self):
        """Return the moves that still have to bring something for these signals."""
        moves = (
            self.production_ids.move_finished_ids.filtered(lambda move: move.product_id in self.product_id)
            | self.move_ids
            | self.purchase_line_id.move_ids
        )
        if moves.move_dest_ids:  # a receipt in several steps ends in the supermarket only with the last one
            loops = self.loop_id
            later = moves.browse(moves._rollup_move_dests()) - moves
            moves |= later.filtered(
                lambda move: any(loop._contains(move.location_final_id or move.location_dest_id) for loop in loops)
            )
        return moves.filtered(lambda move: move.state in (*OPEN_MOVE_STATES, "draft"))

    def _close_if_supply_is_gone(self):
        """End released signals whose documents are done or cancelled without bringing everything."""
        now = fields.Datetime.now()
        for signal in self.filtered(lambda signal: signal.state == "released"):
            line = signal.purchase_line_id
            if signal._get_open_moves() or (line and line.state in OPEN_PURCHASE_STATES):
                continue
            came = signal.uom_id.compare(signal.received_qty, 0) > 0
            signal.write({"state": "done" if came else "cancelled", "date_done": now})
            signal._free_cards()

    def _free_cards(self):
        """Put the cards of an ended signal back: full as far as the stock goes, the rest empty."""
        for signal in self:
            loop = signal.loop_id
            container = loop.container_qty
            on_hand = loop._get_balances()[loop.id].on_hand
            full_now = self.env["mes.pull.card"].search_count([("loop_id", "=", loop.id), ("state", "=", "full")])
            room = max(0, int((on_hand + loop.uom_id.rounding / 2) // container) - full_now)
            cards = signal.card_ids.sorted("id")
            cards[:room].write({"state": "full", "signal_id": False})
            cards[room:].write({"state": "empty", "signal_id": False})

    def _shrink(self, quantity, reason):
        """Take up to ``quantity`` (product's unit) back from what supplies this signal, where it has not started.

        :return: how much was taken back
        :rtype: float
        """
        self.ensure_one()
        quantity = min(quantity, self.quantity - self.received_qty)
        if self.uom_id.compare(quantity, 0) <= 0:
            return 0.0
        if self.state == "released":
            quantity = self._shrink_supply(quantity, reason)
        if self.uom_id.compare(quantity, 0) <= 0:
            return 0.0
        left = self.quantity - quantity
        if self.uom_id.is_zero(left):
            self.write({"state": "cancelled", "date_done": fields.Datetime.now()})
            self._free_cards()
        else:
            self.quantity = left
            self._free_surplus_cards()
        return quantity

    def _shrink_supply(self, quantity, reason):
        """Shrink the document behind the signal. One method per kind of document."""
        if self.production_id:
            return self.production_ids._mes_shrink(quantity, self, reason)
        if self.purchase_line_id:
            return self.purchase_line_id._mes_shrink(quantity, self, reason)
        return self.move_ids._mes_shrink(quantity, self, reason)

    def _free_surplus_cards(self):
        for signal in self:
            surplus = signal.card_ids.sorted("id")[signal._count_cards() :]
            surplus.write({"state": "full", "signal_id": False})

    # -- records behind it --------------------------------------------------------------------------------------

    def _get_document(self):
        """Return the Odoo document that supplies the signal: an order, a transfer, a purchase; or nothing."""
        self.ensure_one()
        return self.production_id or self.picking_id or self.purchase_line_id.order_id or self.move_ids[:1]

    def action_open_document(self):
        """Open the document that supplies the signal."""
        self.ensure_one()
        document = self._get_document()
        if not document:
            raise UserError(self.env._("Nothing has been ordered for this signal yet: %s", self.error or ""))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    def _link_production(self, productions):
        """Note that ``productions`` (a backorder, say) carry on the supply of these signals."""
        self.write({"production_ids": [Command.link(production.id) for production in productions]})
