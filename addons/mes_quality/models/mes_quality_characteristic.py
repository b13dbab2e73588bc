"""What is inspected: one question of a control plan."""

from odoo import api, fields, models


class MesQualityCharacteristic(models.Model):
    """A characteristic. Inspections copy what it says, so that later changes don't change history."""

    _name = "mes.quality.characteristic"
    _description = "Characteristic"
    _inherit = ["mes.quality.snapshot"]
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("mes.quality.plan", "Control Plan", required=True, index=True, ondelete="cascade")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    instruction = fields.Html("How to", help="Shown beside the question.")
    worksheet = fields.Binary(attachment=True, help="A picture or a PDF.")
    worksheet_name = fields.Char()
    worksheet_url = fields.Char("Worksheet Link")
    line_ids = fields.One2many("mes.quality.inspection.line", "characteristic_id", "Results")

    _limits = models.Constraint(
        "CHECK(NOT has_lower OR NOT has_upper OR lower_limit <= upper_limit)",
        "The lower limit cannot be above the upper limit.",
    )

    @api.onchange("kind")
    def _onchange_kind(self):
        self.each_sample = self.kind == "measure"
        if self.kind == "measure":
            self.has_lower = self.has_upper = True

    def action_open(self):
        """Show what belongs to it besides the limits: instruction and worksheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Results refer to it: it is archived instead."""
        used = self.filtered("line_ids")
        if used:
            raise self.env["mes.quality.message"]._error("characteristic_used", name=used[0].name)
