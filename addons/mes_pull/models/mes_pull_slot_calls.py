"""Hours and their parts: whether something is missing for an hour."""

from odoo import api, fields, models
from odoo.fields import Domain


class MesPullSlot(models.Model):
    _inherit = "mes.pull.slot"

    call_ids = fields.One2many("mes.pull.call", "slot_id", "Material Calls", readonly=True)
    is_at_risk = fields.Boolean(
        "Parts at Risk",
        compute="_compute_is_at_risk",
        compute_sudo=True,
        search="_search_is_at_risk",
        help="The warehouse is short of a part for this hour, or it may come too late.",
    )

    @api.depends("call_ids.state", "call_ids.date_pick", "call_ids.move_id.state")
    def _compute_is_at_risk(self):
        for slot in self:
            slot.is_at_risk = any(slot.call_ids.mapped("is_at_risk"))

    def _search_is_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        calls = self.env["mes.pull.call"].sudo().search([("is_at_risk", "=", True), ("slot_id", "!=", False)])
        return calls._match(Domain("id", "in", calls.slot_id.ids), value)
