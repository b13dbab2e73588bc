from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    mes_badge = fields.Char(
        "Badge", copy=False, help="Barcode of the badge by which this person signs in at a shared station."
    )

    _mes_badge_uniq = models.UniqueIndex(
        "(mes_badge) WHERE mes_badge IS NOT NULL", "This badge belongs to somebody else. Give everybody their own."
    )

    @api.model
    def _mes_find_by_badge(self, barcode):
        """Return the active internal user of that badge in the current companies, if any.

        Where the Employees app is installed, the badge of the user's employee counts too.
        """
        domain = Domain("mes_badge", "=", barcode)
        if "hr.employee" in self.env:
            domain |= Domain("employee_ids.barcode", "=", barcode)
        domain &= Domain("share", "=", False) & Domain("company_ids", "in", self.env.companies.ids)
        return self.search(domain, limit=1)
