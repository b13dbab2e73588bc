from odoo import api, fields, models

from ..const import OPEN_MOVE_STATES


class StockMove(models.Model):
    _inherit = "stock.move"

    mes_signal_id = fields.Many2one(
        "mes.pull.signal", string="Pull Signal", index="btree_not_null", copy=False, readonly=True
    )

    # -- every path that takes stock ends here ------------------------------------------------------------------

    def _action_done(self, cancel_backorder=False):
        loops = self._mes_get_loops()
        if not loops:
            return super()._action_done(cancel_backorder=cancel_backorder)
        loops._lock()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done.filtered(lambda move: move.state == "done")._mes_book(loops)
        return done

    def _action_cancel(self):
        loops = self.filtered(lambda move: move.state not in ("done", "cancel"))._mes_get_loops()
        signals = self._mes_get_signals() if loops else None  # cancelling cuts the links between the moves
        result = super()._action_cancel()
        if loops:
            loops._invalidate_balances()
            signals._close_if_supply_is_gone()
            loops._on_demand_changed()
            loops._notify_boards()
        return result

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        loops = moves._mes_get_loops().filtered(lambda loop: loop.mode == "demand")
        if loops:
            moves._mes_get_asked_loops(loops)._on_demand_changed()
        return moves

    def write(self, vals):
        result = super().write(vals)
        if "product_uom_qty" in vals:
            moves = self.filtered(lambda move: move.state in OPEN_MOVE_STATES)
            loops = moves._mes_get_loops().filtered(lambda loop: loop.mode == "demand")
            if loops:
                moves._mes_get_asked_loops(loops)._on_demand_changed()
        return result

    def _mes_get_loops(self):
        """Return the loops (as superuser) of the moved products in the moves' companies."""
        loops = self.env["mes.pull.loop"]._get_loops_of_products(self.product_id)
        return loops.filtered(lambda loop: loop.company_id in self.company_id)

    def _mes_get_signals(self):
        """Return the signals (as superuser) that these moves, or earlier steps of the same receipt, supply."""
        moves = self.browse(self._rollup_move_origs()) if self.move_orig_ids else self
        return (moves.mes_signal_id | moves.production_id.mes_signal_ids | moves.purchase_line_id.mes_signal_ids).sudo()

    def _mes_get_asked_loops(self, loops):
        """Return those of ``loops`` whose supermarket one of these moves asks for stock."""
        return loops.filtered(
            lambda loop: any(
                move.product_id == loop.product_id
                and not loop._contains(move.location_dest_id)
                and (
                    loop._contains(move.location_id)
                    or loop.location_id._child_of(move.location_id)
                    or (loop.location_dest_id and move.location_id._child_of(loop.location_dest_id))
                )
                for move in self
            )
        )

    # -- bookkeeping of finished moves --------------------------------------------------------------------------

    def _mes_book(self, loops):
        """Book what these finished moves took out of supermarkets and brought into them, then let the loops act."""
        outflows = {}
        touched = loops.browse()
        by_product = loops.grouped("product_id")
        for move in self:
            for loop in by_product.get(move.product_id, ()):
                out, into = move._mes_get_flow(loop)
                if out:
                    outflows[move, loop] = out
                if into:
                    move._mes_receive(loop, into)
                if out or into:
                    touched |= loop
        withdrawals = self._mes_create_withdrawals(outflows)
        if touched and not self._mes_is_undo():
            touched._on_stock_changed(withdrawals)
        self._mes_close_signals()

    def _mes_get_flow(self, loop):
        """Return (what left, what entered) the loop's supermarket by this move, in the product's unit."""
        self.ensure_one()
        out = into = 0.0
        for line in self.move_line_ids:
            from_inside, to_inside = loop._contains(line.location_id), loop._contains(line.location_dest_id)
            if from_inside and not to_inside:
                out += line.quantity_product_uom
            elif to_inside and not from_inside:
                into += line.quantity_product_uom
        return out, into

    def _mes_create_withdrawals(self, outflows):
        return (
            self.env["mes.pull.withdrawal"]
            .sudo()
            .create([move._mes_prepare_withdrawal_vals(loop, out) for (move, loop), out in outflows.items()])
        )

    def _mes_prepare_withdrawal_vals(self, loop, quantity):
        return {
            "loop_id": loop.id,
            "move_id": self.id,
            "quantity": quantity,
            "kind": self._mes_get_kind(),
            "production_id": self.raw_material_production_id.id,
            "user_id": self.env.uid,
        }

    def _mes_get_kind(self):
        """Return the kind of withdrawal (see `const.WITHDRAWAL_KINDS`) that this move is."""
        self.ensure_one()
        if self.scrap_id or self.location_dest_usage == "inventory":
            # relocating a quant makes an inventory move, too, but what is carried to the line is used there
            return "count" if self.is_inventory else "scrap"
        if self.raw_material_production_id:
            return "consumption"
        return "delivery" if self.location_dest_usage in ("customer", "supplier") else "transfer"

    def _mes_receive(self, loop, quantity):
        """Book what came in on the signals that asked for it; what comes back is a (negative) withdrawal."""
        self.ensure_one()
        signals = self._mes_get_signals().filtered(lambda signal: signal.loop_id == loop)
        if signals:
            signals._receive(quantity)
        elif not self._mes_is_undo() and (self.origin_returned_move_id or loop._is_line(self.location_id)):
            self._mes_book_return(loop, quantity)

    def _mes_book_return(self, loop, quantity):
        """Return the (negative) withdrawal that this move back into the supermarket is; make it once."""
        self.ensure_one()
        Withdrawal = self.env["mes.pull.withdrawal"].sudo()
        known = Withdrawal.search([("move_id", "=", self.id), ("loop_id", "=", loop.id)])
        vals = {**self._mes_prepare_withdrawal_vals(loop, -quantity), "kind": "return"}
        return known or Withdrawal.create(vals)

    def _mes_is_undo(self):
        """Return whether this step undoes a scan. A record in the context: no RPC client can send one."""
        return isinstance(self.env.context.get("mes_pull_undo"), models.BaseModel)

    def _mes_close_signals(self):
        """Close signals whose order was finished short without a backorder."""
        productions = self.production_id.filtered(lambda mo: mo.state in ("done", "cancel"))
        signals = (self.mes_signal_id | productions.mes_signal_ids | self.purchase_line_id.mes_signal_ids).sudo()
        signals.filtered(lambda signal: signal.state == "released")._close_if_supply_is_gone()

    # -- supply by transfer -------------------------------------------------------------------------------------

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + ["mes_signal_id"]

    def _prepare_move_split_vals(self, qty):
        return {**super()._prepare_move_split_vals(qty), "mes_signal_id": self.mes_signal_id.id}

    def _mes_shrink(self, quantity, signal, reason):
        """Take up to ``quantity`` back from transfers on which nothing was picked yet. Return how much."""
        taken = 0.0
        for move in self.filtered(lambda m: m.state in OPEN_MOVE_STATES and not m.picked and not m.move_orig_ids):
            uom = move.product_id.uom_id
            give = min(quantity - taken, move.product_qty)
            if uom.compare(give, 0) <= 0:
                break
            left = move.product_qty - give
            picking = move.picking_id
            vals = self.env["mes.pull.change"]._prepare_change_vals(
                signal, move.product_qty, left, reason, picking_id=picking
            )
            self.env["mes.pull.change"].sudo().create({**vals, "document": picking.name})
            if uom.is_zero(left):
                move._action_cancel()
            else:
                move._do_unreserve()
                move.product_uom_qty = uom._compute_quantity(left, move.product_uom)
                move._action_assign()
            taken += give
        return taken
