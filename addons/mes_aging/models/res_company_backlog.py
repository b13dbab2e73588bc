from odoo import api, fields, models

HELP = "How much of it may be on hand, at current cost; the clearance board shows what is there against it. Zero: none."


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_backlog_target_raw = fields.Monetary("Backlog Target: Raw Material", help=HELP)
    mes_backlog_target_wip = fields.Monetary("Backlog Target: Work in Progress", help=HELP)
    mes_backlog_target_finished = fields.Monetary("Backlog Target: Finished Goods", help=HELP)

    _mes_backlog_target = models.Constraint(
        "CHECK (mes_backlog_target_raw >= 0 AND mes_backlog_target_wip >= 0 AND mes_backlog_target_finished >= 0)",
        "A target isn't below zero; zero is none.",
    )

    @api.model
    def _mes_get_rates(self):
        """Return what the money of each of the user's companies is worth today in the current one's.

        :return: ``{company id: rate}``
        :rtype: dict
        """
        here, today = self.env.company, fields.Date.context_today(self)
        convert = self.env["res.currency"]._get_conversion_rate
        return {
            company.id: convert(company.currency_id, here.currency_id, here, today) for company in self.env.companies
        }


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_backlog_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of Backlog Targets")
    mes_backlog_target_raw = fields.Monetary(
        related="company_id.mes_backlog_target_raw", readonly=False, currency_field="mes_backlog_currency_id"
    )
    mes_backlog_target_wip = fields.Monetary(
        related="company_id.mes_backlog_target_wip", readonly=False, currency_field="mes_backlog_currency_id"
    )
    mes_backlog_target_finished = fields.Monetary(
        related="company_id.mes_backlog_target_finished", readonly=False, currency_field="mes_backlog_currency_id"
    )
