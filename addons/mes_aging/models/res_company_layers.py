from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.buckets import DEFAULT, make_labels, parse_limits


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_aging_buckets = fields.Char(
        "Age Buckets", default=DEFAULT, help="Last day of each bucket of age, with commas; the last bucket is open."
    )

    @api.constrains("mes_aging_buckets")
    def _check_mes_aging_buckets(self):
        for company in self:
            try:
                parse_limits(company.mes_aging_buckets)
            except ValueError:
                raise self.env["mes.aging.message"]._error("buckets_wrong", text=company.mes_aging_buckets) from None

    def write(self, vals):
        if "mes_aging_buckets" in vals:
            self.env.registry.clear_cache()  # creating and archiving a company clears it, too
        return super().write(vals)

    @api.model
    @ormcache()
    def _mes_get_buckets(self):
        """Return ``{company id: (limits in days, labels)}`` of all companies; 0 stands for no company.

        The labels are in the language of the user; see `tools/buckets.py`.
        """
        names = (self.env._("%(first)s–%(last)s days"), self.env._("%(first)s+ days"))
        found = {0: parse_limits(DEFAULT)}
        found.update((company.id, parse_limits(company.mes_aging_buckets)) for company in self.sudo().search([]))
        return {company: (limits, make_labels(limits, *names)) for company, limits in found.items()}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_aging_buckets = fields.Char(related="company_id.mes_aging_buckets", readonly=False)
