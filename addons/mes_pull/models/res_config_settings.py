from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_demand_policy = fields.Selection(related="company_id.mes_demand_policy", readonly=False)
    mes_overrun_policy = fields.Selection(related="company_id.mes_overrun_policy", readonly=False)
    mes_overrun_tolerance = fields.Float(related="company_id.mes_overrun_tolerance", readonly=False)
    mes_plan_user_id = fields.Many2one(related="company_id.mes_plan_user_id", readonly=False)
    mes_plan_tolerance = fields.Float(related="company_id.mes_plan_tolerance", readonly=False)
    mes_plan_tolerance_qty = fields.Float(related="company_id.mes_plan_tolerance_qty", readonly=False)
    mes_plan_fence_days = fields.Integer(related="company_id.mes_plan_fence_days", readonly=False)
    mes_plan_fence_hours = fields.Float(related="company_id.mes_plan_fence_hours", readonly=False)
