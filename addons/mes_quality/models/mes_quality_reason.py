"""Why stock is held, and what may still be done with it meanwhile."""

from odoo import fields, models


class MesQualityReason(models.Model):
    """A reason from the list; its matrix is the default of each hold that is made for it."""

    _name = "mes.quality.reason"
    _description = "Hold Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    due_days = fields.Integer("Days to Decide", default=5, help="The due date of a hold, counted from its start.")
    allow_issue = fields.Boolean("Issue to Production", help="Held stock may be consumed by manufacturing orders.")
    allow_ship = fields.Boolean("Ship", help="Held stock may be delivered to customers.")
    allow_move = fields.Boolean("Move Inside", default=True, help="Held stock may be moved inside the company.")
    allow_count = fields.Boolean("Count", help="Inventory counts may change the quantity of held stock.")
    allow_return = fields.Boolean("Return to Vendor", help="Held stock may be sent back without a disposition.")
    allow_scrap = fields.Boolean("Scrap", help="Held stock may be scrapped without a disposition.")

    _due_days_positive = models.Constraint("CHECK(due_days >= 0)", "The days to decide cannot be negative.")
