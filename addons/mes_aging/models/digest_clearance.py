"""Clearance in Odoo's digest."""

from odoo import fields, models
from odoo.exceptions import AccessError

from ..const import OPEN_CLEARANCE_STATES


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_mes_clearance_recovered = fields.Boolean("Recovered from Backlog")
    kpi_mes_clearance_recovered_value = fields.Monetary(compute="_compute_kpi_mes_clearance")
    kpi_mes_clearance_open = fields.Boolean("Value to Clear")
    kpi_mes_clearance_open_value = fields.Monetary(compute="_compute_kpi_mes_clearance")

    def _compute_kpi_mes_clearance(self):
        """Add up what cases closed in the period recovered, and the book value of those open at its end.

        :raises odoo.exceptions.AccessError: without the role; the digest leaves the figures out
        """
        if not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            raise AccessError(self.env._("Not for this user."))
        start, end, companies = self._get_kpi_compute_parameters()
        cases = self.env["mes.aging.clearance"].sudo()
        recovered = cases._get_recovered_values(companies, start, end)
        opened = cases._get_open_values(companies, end)
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_mes_clearance_recovered_value = recovered.get(company, 0)
            digest.kpi_mes_clearance_open_value = opened.get(company, 0)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("mes_aging.mes_aging_menu_root").id
        action = f"mes_aging.mes_aging_clearance_action?menu_id={menu}"
        return {**actions, "kpi_mes_clearance_recovered": action, "kpi_mes_clearance_open": action}


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _get_recovered_values(self, companies, start, end):
        """Return ``{company: recovered}`` of the cases done in the period, without taxes."""
        domain = [
            ("company_id", "in", companies.ids),
            ("state", "=", "done"),
            ("date_done", ">=", start),
            ("date_done", "<", end),
        ]
        return dict(self._read_group(domain, ["company_id"], ["recovered_value:sum"]))

    def _get_open_values(self, companies, moment):
        """Return ``{company: book value}`` of the cases that were open at ``moment``."""
        domain = [
            ("company_id", "in", companies.ids),
            ("date_opened", "<", moment),
            "|",
            ("state", "in", OPEN_CLEARANCE_STATES),
            ("date_done", ">=", moment),
        ]
        return dict(self._read_group(domain, ["company_id"], ["book_value:sum"]))
