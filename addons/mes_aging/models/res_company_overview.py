from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    @api.readonly
    def mes_get_overview(self):
        return [*super().mes_get_overview(), *self.env["mes.aging.overview"]._get_sections()]
