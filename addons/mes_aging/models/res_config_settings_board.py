from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_aging_near_days = fields.Integer(related="company_id.mes_aging_near_days", readonly=False)
    mes_aging_far_days = fields.Integer(related="company_id.mes_aging_far_days", readonly=False)
