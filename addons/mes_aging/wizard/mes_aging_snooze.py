"""Ask until when an alert rests, and why."""

from datetime import timedelta

from odoo import fields, models


class MesAgingSnooze(models.TransientModel):
    """Which alerts rest until when, and why."""

    _name = "mes.aging.snooze"
    _description = "Snooze Alerts"

    alert_ids = fields.Many2many(
        "mes.aging.alert", string="Alerts", required=True, default=lambda self: self._default_alert_ids()
    )
    until = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=30),
        help="Told again then.",
    )
    reason = fields.Char(required=True, help="Kept with the alert.")

    def _default_alert_ids(self):
        if self.env.context.get("active_model") != "mes.aging.alert":
            return self.env["mes.aging.alert"]
        return self.env["mes.aging.alert"].browse(self.env.context.get("active_ids", []))

    def action_confirm(self):
        """Let the alerts rest."""
        self.ensure_one()
        self.alert_ids.snooze(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
