"""What is inspected: one question of a control plan."""

from odoo import api, fields, models

from ..const import CHARACTERISTIC_KINDS


class MesQualitySnapshot(models.AbstractModel):
    """The description of a characteristic: what was asked, and what was good."""

    _name = "mes.quality.snapshot"
    _description = "Description of a Characteristic"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(CHARACTERISTIC_KINDS, "Type", required=True, default="check")
    is_required = fields.Boolean("Required", default=True, help="Without it the inspection cannot be passed.")
    each_sample = fields.Boolean("On Each Piece", help="Recorded for each piece of the sample, not once for all.")
    unit = fields.Char(help="Of the measure, such as mm.")
    nominal = fields.Float(digits=(16, 6))
    has_lower = fields.Boolean("With Lower Limit")
    lower_limit = fields.Float(digits=(16, 6), help="The smallest value that is good.")
    has_upper = fields.Boolean("With Upper Limit")
    upper_limit = fields.Float(digits=(16, 6), help="The largest value that is good.")

    def _get_lower(self):
        """Return the lower limit, or None."""
        return self.lower_limit if self.has_lower else None

    def _get_upper(self):
        """Return the upper limit, or None."""
        return self.upper_limit if self.has_upper else None

    def _get_snapshot_fields(self):
        """Return the names of the fields that results keep."""
        return list(self.env["mes.quality.snapshot"]._fields.keys() - set(models.MAGIC_COLUMNS) - {"display_name"})


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
