from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_demand_policy = fields.Selection(related="company_id.mes_demand_policy", readonly=False)
    mes_overrun_policy = fields.Selection(related="company_id.mes_overrun_policy", readonly=False)
    mes_overrun_tolerance = fields.Float(related="company_id.mes_overrun_tolerance", readonly=False)
