"""Asks for the reason why more is bought than is needed."""

from odoo import api, fields, models


class MesAgingOverrideWizard(models.TransientModel):
    _name = "mes.aging.override.wizard"
    _description = "Let a Purchase through above Need"

    order_id = fields.Many2one("purchase.order", required=True)
    explanation = fields.Text(compute="_compute_explanation")
    reason = fields.Char(required=True)

    @api.depends("order_id")
    def _compute_explanation(self):
        for wizard in self:
            lines = wizard.order_id.order_line.filtered(lambda line: line.mes_guard_state == "stop")
            texts = [f"{line.product_id.display_name}: {line.mes_guard_message}" for line in lines]
            wizard.explanation = "\n".join(dict.fromkeys(texts))

    def action_confirm(self):
        self.ensure_one()
        return self.order_id.action_mes_override(self.reason)
