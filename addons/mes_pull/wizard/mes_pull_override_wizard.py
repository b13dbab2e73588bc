"""Ask for the reason before a limit is passed or an order is paused."""

from odoo import api, fields, models


class MesPullOverrideWizard(models.TransientModel):
    """What is let through, which limits that passes, and why."""

    _name = "mes.pull.override.wizard"
    _description = "Release with Reason"

    production_ids = fields.Many2many("mrp.production", string="Orders")
    excess_ids = fields.Many2many("mes.pull.excess", string="Held Stock")
    limits = fields.Text("What Is Passed", compute="_compute_limits", compute_sudo=True)
    reason = fields.Text(required=True)

    @api.depends("production_ids", "excess_ids")
    def _compute_limits(self):
        for wizard in self:
            reasons = wizard.production_ids._mes_get_reasons()
            lines = [f"{production.name}: {text}" for production, text in reasons.items()]
            lines += [excess.reason or "" for excess in wizard.excess_ids]
            wizard.limits = "\n".join(lines)

    def action_confirm(self):
        """Release the orders and the held stock; the reason is kept."""
        self.ensure_one()
        if self.production_ids:
            self.production_ids.action_mes_override(self.reason)
        if self.excess_ids:
            self.excess_ids.action_release(self.reason)
        return {"type": "ir.actions.act_window_close"}


class MesPullPauseWizard(models.TransientModel):
    """Which orders are paused, and why."""

    _name = "mes.pull.pause.wizard"
    _description = "Pause Orders"

    production_ids = fields.Many2many(
        "mrp.production", string="Orders", required=True, default=lambda self: self._default_production_ids()
    )
    reason = fields.Char(required=True)

    def _default_production_ids(self):
        if self.env.context.get("active_model") != "mrp.production":
            return self.env["mrp.production"]
        return self.env["mrp.production"].browse(self.env.context.get("active_ids", []))

    def action_confirm(self):
        """Pause the orders."""
        self.ensure_one()
        self.production_ids.action_mes_pause(self.reason)
        return {"type": "ir.actions.act_window_close"}
