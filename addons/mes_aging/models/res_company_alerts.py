from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_aging_buyer_id = fields.Many2one(
        "res.users",
        "Alerts of Raw Material",
        help="Where the main vendor has no buyer. Empty: the product's responsible.",
    )
    mes_aging_planner_id = fields.Many2one(
        "res.users", "Alerts of Work in Progress", help="Empty: the product's responsible."
    )
    mes_aging_sales_id = fields.Many2one(
        "res.users", "Alerts of Finished Goods", help="Empty: the product's responsible."
    )
    mes_aging_alert_manager_id = fields.Many2one(
        "res.users", "Escalate Alerts to", help="Who also owns what has no other owner. Empty: a manager of aging."
    )
    mes_aging_escalate_days = fields.Integer(
        "Escalate after (days)", default=7, help="When the owner of an alert hasn't handled it. Zero: never."
    )
    mes_aging_mail = fields.Boolean("Mail of Alerts", default=True, help="One a day to each owner who has new alerts.")

    _mes_aging_escalate = models.Constraint(
        "CHECK (mes_aging_escalate_days >= 0)", "Alerts are escalated after some days; zero is never."
    )

    @api.constrains("mes_aging_buyer_id", "mes_aging_planner_id", "mes_aging_sales_id", "mes_aging_alert_manager_id")
    def _check_mes_aging_owners(self):
        for company in self:
            may_own = company._mes_get_owner_check()
            owners = company.mes_aging_buyer_id | company.mes_aging_planner_id | company.mes_aging_sales_id
            for user in owners | company.mes_aging_alert_manager_id:
                if not may_own(user):
                    raise ValidationError(
                        self.env["mes.aging.message"]._text("owner_blind", user=user.name, company=company.name)
                    )

    def _mes_get_owner_check(self):
        """Return a function that tells whether a user may own alerts here: he works here, and sees alerts."""
        self.ensure_one()
        known = {}

        def may_own(user):
            if user not in known:
                known[user] = bool(
                    user.active
                    and not user.share
                    and self in user.company_ids
                    and self.env["mes.aging.alert"].with_user(user).has_access("read")
                )
            return known[user]

        return may_own

    def _mes_get_aging_manager(self):
        """Return who alerts are escalated to: as set, or the first manager of aging; empty when there is none."""
        self.ensure_one()
        if self.mes_aging_alert_manager_id.active:
            return self.mes_aging_alert_manager_id
        group = self.env.ref("mes_aging.mes_aging_group_manager")
        may_own = self._mes_get_owner_check()
        users = group.sudo().all_user_ids.sorted("id")
        return next((user for user in users if not user._is_superuser() and may_own(user)), self.env["res.users"])


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_aging_buyer_id = fields.Many2one(related="company_id.mes_aging_buyer_id", readonly=False)
    mes_aging_planner_id = fields.Many2one(related="company_id.mes_aging_planner_id", readonly=False)
    mes_aging_sales_id = fields.Many2one(related="company_id.mes_aging_sales_id", readonly=False)
    mes_aging_alert_manager_id = fields.Many2one(related="company_id.mes_aging_alert_manager_id", readonly=False)
    mes_aging_escalate_days = fields.Integer(related="company_id.mes_aging_escalate_days", readonly=False)
    mes_aging_mail = fields.Boolean(related="company_id.mes_aging_mail", readonly=False)
