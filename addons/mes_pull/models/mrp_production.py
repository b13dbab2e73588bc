from odoo import fields, models
from odoo.fields import Command


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    mes_loop_id = fields.Many2one(
        "mes.pull.loop", string="Pull Loop", index="btree_not_null", copy=False, readonly=True
    )
    mes_signal_ids = fields.Many2many(
        "mes.pull.signal",
        "mes_pull_signal_production_rel",
        "production_id",
        "signal_id",
        string="Pull Signals",
        copy=False,
        readonly=True,
    )
    mes_withdrawal_count = fields.Integer(compute="_compute_mes_withdrawal_count")

    def _compute_mes_withdrawal_count(self):
        counts = dict(
            self.env["mes.pull.withdrawal"]._read_group(
                [("production_id", "in", self.ids)], ["production_id"], ["__count"]
            )
        )
        for production in self:
            production.mes_withdrawal_count = counts.get(production, 0)

    def _get_backorder_mo_vals(self):
        vals = super()._get_backorder_mo_vals()
        open_signals = self.mes_signal_ids.filtered(lambda signal: signal.state == "released")
        return {
            **vals,
            "mes_loop_id": self.mes_loop_id.id,
            "mes_signal_ids": [Command.link(signal.id) for signal in open_signals],
        }

    # -- supply of the order ------------------------------------------------------------------------------------

    def _mes_get_open_raw_moves(self, product):
        """Return the moves by which the order still has to take ``product``."""
        return self.move_raw_ids.filtered(
            lambda move: move.product_id == product and move.state not in ("done", "cancel") and not move.picked
        )

    def _mes_supply_from(self, product, place):
        """Let the order consume ``product`` from ``place``, where a withdrawal for it will put the parts.

        What it had reserved is given up: the very pieces are being carried to it. An order that takes from the
        whole warehouse would fetch the next pieces from the supermarket by itself.
        """
        moves = self._mes_get_open_raw_moves(product)
        moves._do_unreserve()
        if not place.should_bypass_reservation():
            moves.filtered(lambda move: move.location_id != place).location_id = place

    # -- less and nothing ---------------------------------------------------------------------------------------

    def _mes_is_started(self):
        """Return whether work on the order has begun: something counted, picked, or a work order running."""
        self.ensure_one()
        return (
            self.state not in ("draft", "confirmed")
            or self.product_uom_id.compare(self.qty_producing, 0) > 0
            or any(state in ("progress", "done") for state in self.workorder_ids.mapped("state"))
            or any(self.move_raw_ids.mapped("picked"))
        )

    def _mes_shrink(self, quantity, signal, reason):
        """Take up to ``quantity`` (product's unit) back from orders on which no work has begun. Return how much.

        Where a loop makes to demand, what an order that has started makes beyond it is split off and parked.
        """
        taken = 0.0
        for production in self._mes_get_shrinkable(signal.loop_id):
            uom = production.product_id.uom_id
            started = production._mes_is_started()
            before = production.product_uom_qty
            after = max(before - (quantity - taken), production._mes_get_supply().counted if started else 0.0)
            if uom.compare(before, after) <= 0:
                continue
            if started or not uom.is_zero(after):
                production._mes_apply_cut(after, reason)
            else:
                production.action_cancel()
            vals = self.env["mes.pull.change"]._prepare_change_vals(
                signal, before, after, reason, production_id=production
            )
            if started:
                vals["action"] = "paused"
            self.env["mes.pull.change"].sudo().create({**vals, "document": production.name})
            taken += before - after
            if uom.compare(taken, quantity) >= 0:
                break
        return taken

    def _mes_get_shrinkable(self, loop):
        """Return the orders that can give back, those on which no work has begun first."""
        orders = self.filtered(lambda mo: mo.state not in ("done", "cancel") and not mo.mes_is_parked)
        fresh = orders.filtered(lambda mo: not mo._mes_is_started())
        return fresh if loop.mode != "demand" else fresh | orders

    def _mes_set_quantity(self, quantity):
        """Set the order's quantity (in its own unit) by Odoo's own wizard, which scales moves and work orders."""
        self.ensure_one()
        wizard = self.env["change.production.qty"].sudo().with_context(skip_activity=True)
        wizard.create({"mo_id": self.id, "product_qty": quantity}).change_prod_qty()

    def action_mes_open_withdrawals(self):
        """Open what was withdrawn for this order."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_withdrawal_action")
        return {**action, "domain": [("production_id", "in", self.ids)], "context": {}}
