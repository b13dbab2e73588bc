from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_aging_near_days = fields.Integer(
        "Near Horizon", default=3, help="Days of demand that the inventory board shows first."
    )
    mes_aging_far_days = fields.Integer(
        "Far Horizon", default=30, help="Days of demand above which stock on hand is excess."
    )

    _mes_aging_horizons = models.Constraint(
        "CHECK (mes_aging_near_days > 0 AND mes_aging_far_days >= mes_aging_near_days)",
        "The near horizon is at least one day, the far one not shorter.",
    )
