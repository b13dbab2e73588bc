from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_quality_four_eyes = fields.Boolean(related="company_id.mes_quality_four_eyes", readonly=False)
    mes_lock_stock = fields.Boolean(related="company_id.mes_lock_stock", readonly=False)
