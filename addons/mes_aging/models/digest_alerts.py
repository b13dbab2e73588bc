"""Backlog in Odoo's digest."""

from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_mes_aging_backlog = fields.Boolean("Value of Backlog")
    kpi_mes_aging_backlog_value = fields.Monetary(compute="_compute_kpi_mes_aging")
    kpi_mes_aging_alerts = fields.Boolean("New Stock Alerts")
    kpi_mes_aging_alerts_value = fields.Integer(compute="_compute_kpi_mes_aging")

    def _compute_kpi_mes_aging(self):
        """Count the alerts opened in the period, and add up what was over an age or idle limit at its end."""
        if not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            raise AccessError(self.env._("Not for this user."))  # the digest leaves the figure out
        start, end, companies = self._get_kpi_compute_parameters()
        alerts = self.env["mes.aging.alert"].sudo()
        opened = [("company_id", "in", companies.ids), ("date_opened", ">=", start), ("date_opened", "<", end)]
        counts = dict(alerts._read_group(opened, ["company_id"], ["__count"]))
        values = alerts._get_backlog_values(companies, end)
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_mes_aging_alerts_value = counts.get(company, 0)
            digest.kpi_mes_aging_backlog_value = values.get(company, 0)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("mes_aging.mes_aging_menu_root").id
        action = f"mes_aging.mes_aging_alert_action?menu_id={menu}"
        return {**actions, "kpi_mes_aging_backlog": action, "kpi_mes_aging_alerts": action}


class MesAgingAlert(models.Model):
    _inherit = "mes.aging.alert"

    def _get_backlog_values(self, companies, moment):
        """Return ``{company: value}`` of what was too old or unused for too long at ``moment``, each item once."""
        domain = [
            ("reason", "in", ("age", "idle")),
            ("company_id", "in", companies.ids),
            ("level", "=", "limit"),
            ("date_opened", "<", moment),
            "|",
            ("date_closed", "=", False),
            ("date_closed", ">=", moment),
        ]
        groups = self._read_group(domain, ["company_id", "product_id", "lot_id", "warehouse_id"], ["value:max"])
        values = {}
        for company, _product, _lot, _warehouse, value in groups:
            values[company] = values.get(company, 0) + value
        return values
