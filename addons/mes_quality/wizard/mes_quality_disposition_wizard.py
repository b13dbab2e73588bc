"""Ask for the reason before a disposition is approved, sent back or cancelled."""

from odoo import fields, models


class MesQualityDispositionWizard(models.TransientModel):
    """What is done with which dispositions, and why."""

    _name = "mes.quality.disposition.wizard"
    _description = "Decide Dispositions"

    disposition_ids = fields.Many2many(
        "mes.quality.disposition",
        string="Dispositions",
        required=True,
        default=lambda self: self._default_disposition_ids(),
    )
    action = fields.Selection(
        [
            ("approve", "Approve"),
            ("execute", "Approve and Execute"),
            ("send_back", "Send Back"),
            ("cancel", "Cancel"),
        ],
        required=True,
        default="approve",
    )
    reason = fields.Text(help="Kept with the decision. Needed to send back and to cancel.")

    def _default_disposition_ids(self):
        if self.env.context.get("active_model") != "mes.quality.disposition":
            return self.env["mes.quality.disposition"]
        return self.env["mes.quality.disposition"].browse(self.env.context.get("active_ids", []))

    def action_confirm(self):
        """Decide, with the reason."""
        self.ensure_one()
        orders = self.disposition_ids
        if self.action in ("send_back", "cancel"):
            getattr(orders, f"action_{self.action}")(self.reason)
        else:
            orders.action_approve(self.reason)
        if self.action == "execute":
            orders.filtered(lambda order: order.state == "approved").action_execute()
        return {"type": "ir.actions.act_window_close"}
