from odoo import api, models

from odoo.addons.mes_quality.replica import fresh


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    @api.readonly
    @fresh
    def mes_get_overview(self):
        return [*super().mes_get_overview(), *self.env["mes.aging.overview"]._get_sections()]
