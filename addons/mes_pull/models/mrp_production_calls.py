"""Orders and their calls: who cancels an order withdraws them, hours that are cut anew are followed."""

from odoo import fields, models
from odoo.fields import Domain

from ..const import OPEN_MOVE_STATES

# While orders are cancelled: Odoo would cancel the transfer that somebody is picking for them.
KEEP = "mes_pull_calls_keep_started"


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    mes_call_ids = fields.One2many("mes.pull.call", "production_id", "Material Calls", readonly=True)
    mes_call_count = fields.Integer(compute="_compute_mes_call_count", compute_sudo=True)

    def _compute_mes_call_count(self):
        calls = self.env["mes.pull.call"]
        domain = Domain("production_id", "in", self.ids) & Domain("state", "!=", "cancelled")
        counts = dict(calls._read_group(domain, ["production_id"], ["__count"]))
        for production in self:
            production.mes_call_count = counts.get(production, 0)

    def action_mes_open_calls(self):
        """Open what the warehouse brings for these orders, by the hour."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_call_action")
        return {**action, "domain": [("production_id", "in", self.ids)], "context": {}}

    def _action_cancel(self):
        orders = self.move_raw_ids._mes_get_line_orders()
        steps = self.sudo().move_raw_ids.move_orig_ids if orders else self.env["stock.move"]
        data = self.env.cr.precommit.data
        data[KEEP] = True
        try:
            result = super()._action_cancel()
        finally:
            data[KEEP] = False
        # a transfer that other orders' parts lie in, too, stays; what it held for these ones goes
        steps.exists().filtered(
            lambda step: step.state in OPEN_MOVE_STATES and not step.mes_is_started and not step.move_dest_ids
        )._mes_withdraw()
        self.env["mes.pull.call"]._note_orders(orders)
        return result

    def _mes_park(self, reason):
        orders = self.move_raw_ids._mes_get_line_orders()
        result = super()._mes_park(reason)
        self.env["mes.pull.call"]._note_orders(orders)
        return result


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_withdraw(self):
        """Cancel transfers' moves that nobody needs any more."""
        if self:
            self.env["mes.pull.call"].sudo()._withdraw_steps(self.sudo(), [])


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_cancel(self):
        if self.env.cr.precommit.data.get(KEEP):
            begun = self.filtered(lambda picking: picking.mes_call_date and any(picking.move_ids.mapped("mes_is_started")))
            self = self - begun  # what is picked is brought, and comes back by a return
        return super(StockPicking, self).action_cancel()
