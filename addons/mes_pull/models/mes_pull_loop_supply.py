"""What a loop does with its balance: signal what is missing, give back what is too much."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import BUS_TYPE
from ..tools.balance import signal_quantity, surplus_quantity


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    # -- limits under concurrency -------------------------------------------------------------------------------

    def _lock(self):
        """Write the loops' rows, so that of two transactions that decide at once the later one is repeated.

        A lock alone would let the waiter decide on its old snapshot (Odoo's cursors are REPEATABLE READ); the
        write makes it fail to serialise, and Odoo repeats it on a fresh one.
        """
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE mes_pull_loop SET lock_seq = lock_seq + 1 WHERE id IN (
                       SELECT id FROM mes_pull_loop WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)""",
                sorted(self.ids),
            )
        )
        self.invalidate_recordset(["lock_seq"], flush=False)

    # -- signals ------------------------------------------------------------------------------------------------

    def action_replenish(self):
        """Order what is missing in the loops now: the same decision that a withdrawal takes.

        :return: the new signals
        :rtype: ~odoo.addons.mes_pull.models.mes_pull_signal.MesPullSignal
        :raises odoo.exceptions.UserError: when a loop cannot be supplied (no bill of materials, no vendor …)
        :raises odoo.exceptions.AccessError: for users who are no planners
        """
        self._check_planner()
        loops = self.filtered("active").sudo()
        loops._lock()
        loops._release_held()
        self.env["mrp.production"]._mes_work_queue(loops.company_id)
        return loops._release_waiting(strict=True) | loops._replenish(strict=True)

    def _check_planner(self):
        """Raise for those who may look at these loops but not order for them."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("mes_pull.mes_pull_group_planner"):
            raise AccessError(self.env._("Only planners may order for a loop. Ask a planner, or scan a withdrawal."))

    def _replenish(self, strict=False, withdrawals=None):
        """Make a signal for the room of each loop and release it.

        :param bool strict: raise when a loop cannot be supplied, instead of leaving the signal waiting
        :param withdrawals: the ``mes.pull.withdrawal`` records that asked, linked to the new signals
        :return: the new signals
        """
        vals_list = []
        for loop_id, balance in self._get_balances().items():
            loop = self.browse(loop_id)
            quantity = loop._get_signal_quantity(balance)
            if not loop.product_id.uom_id.is_zero(quantity):
                asking = withdrawals.filtered(lambda w, loop=loop: w.loop_id == loop) if withdrawals else None
                vals_list.append(loop._prepare_signal_vals(quantity, asking))
        signals = self.env["mes.pull.signal"].sudo().create(vals_list)
        if signals:
            signals._release(strict=strict)
            self.env["mes.pull.card"]._take_for(signals)
        return signals

    def _get_signal_quantity(self, balance):
        """Return what is to be ordered at this balance, in the product's unit; see `tools/balance.py`."""
        self.ensure_one()
        return signal_quantity(balance.room, self.container_qty, self.mode, self.min_signal_qty)

    def _prepare_signal_vals(self, quantity, withdrawals=None):
        return {
            "loop_id": self.id,
            "quantity": quantity,
            "withdrawal_ids": [(6, 0, withdrawals.ids)] if withdrawals else False,
        }

    def _release_waiting(self, strict=False):
        """Try again to release the signals that wait, oldest first. Return the released ones."""
        waiting = self.env["mes.pull.signal"].sudo().search([("loop_id", "in", self.ids), ("state", "=", "waiting")])
        waiting._release(strict=strict)
        return waiting.filtered(lambda signal: signal.state == "released")

    def _give_back_surplus(self, reason=None, preferred=None):
        """Shrink unstarted supply of loops whose position exceeds what is authorised.

        :param str reason: kept in the record of the change; by default that more was on its way than authorised
        :param preferred: signals to shrink first (those of an undone withdrawal); then the newest
        :return: how much was given back in the products' units of measure, per loop id
        :rtype: dict[int, float]
        """
        reason = reason or self.env._("More on its way than authorised")
        given = {}
        for loop_id, balance in self._get_balances().items():
            loop = self.browse(loop_id)
            surplus = surplus_quantity(balance.room, loop.container_qty, loop.mode)
            if not loop.product_id.uom_id.is_zero(surplus):
                given[loop_id] = loop._shrink_signals(surplus, reason, preferred)
        return given

    def _shrink_signals(self, surplus, reason, preferred=None):
        self.ensure_one()
        signals = self.env["mes.pull.signal"].search(
            [("loop_id", "=", self.id), ("state", "in", ("waiting", "released"))], order="id desc"
        )
        if preferred:
            signals = (preferred & signals) | signals
        left = surplus
        for signal in signals:
            if self.product_id.uom_id.compare(left, 0) <= 0:
                break
            left -= signal._shrink(left, reason)
        return surplus - left

    # -- events -------------------------------------------------------------------------------------------------

    def _on_stock_changed(self, withdrawals):
        """React to finished moves: order what left, take back what is too much, tell the boards.

        :param withdrawals: what left these supermarkets in this step (may be empty)
        """
        self._invalidate_balances()
        self._release_held()
        self.env["mrp.production"]._mes_work_queue(self.company_id)
        loops = withdrawals.filtered(lambda withdrawal: withdrawal.quantity > 0).loop_id
        loops._replenish(strict=self.env.context.get("mes_pull_strict", False), withdrawals=withdrawals)
        (self - loops)._give_back_surplus()
        self._notify_boards()

    def _on_demand_changed(self):
        """React to downstream demand that appeared or went: only loops in mode 'demand' listen."""
        loops = self.filtered(lambda loop: loop.mode == "demand")
        if loops:
            loops._lock()
            loops._release_held()
            self.env["mrp.production"]._mes_work_queue(loops.company_id)
            loops._replenish()
            loops._give_back_surplus()
            loops._notify_boards()

    def _notify_boards(self):
        """Tell every open board which loops changed; sent after commit."""
        if self:
            self._invalidate_balances()
            self.env.ref("mes_pull.mes_pull_group_operator").sudo()._bus_send(BUS_TYPE, {"loop_ids": self.ids})

    @api.model
    def _cron_reconcile(self):
        """Close signals whose supply is gone, release the waiting ones and order what slipped past.

        A net under the events: imports and direct writes on quants make no move. A second run changes nothing.
        """
        loops = self.search([("active", "=", True)])
        for number, loop in enumerate(loops, 1):
            loop._lock()
            loop.signal_ids.filtered(lambda signal: signal.state == "released")._close_if_supply_is_gone()
            loop._release_held()
            self.env["mrp.production"]._mes_work_queue(loop.company_id)
            loop._release_waiting()
            loop._replenish()
            loop._give_back_surplus()
            self.env["ir.cron"]._commit_progress(1, remaining=len(loops) - number)
        self.env["mrp.production"]._mes_work_queue(self.env["res.company"].search([("id", "!=", False)]))
