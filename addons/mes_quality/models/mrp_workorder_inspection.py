"""Where work orders ask for inspections, and are stopped by them."""

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning

from ..const import WORK_TRIGGERS


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    mes_inspection_ids = fields.One2many("mes.quality.inspection", "workorder_id", "Inspections")
    mes_inspection_count = fields.Integer("Number of Inspections", compute="_compute_mes_inspections")
    mes_inspection_todo = fields.Integer("To Inspect", compute="_compute_mes_inspections")

    @api.depends("mes_inspection_ids.state")
    def _compute_mes_inspections(self):
        counts = self.env["mes.quality.inspection"]._count_by("workorder_id", self)
        for work in self:
            work.mes_inspection_count, work.mes_inspection_todo = counts.get(work.id, (0, 0))

    def action_mes_inspections(self):
        return self.env["mes.quality.inspection"]._prepare_open_action(self.mes_inspection_ids)

    @api.model_create_multi
    def create(self, vals_list):
        works = super().create(vals_list)
        if self.env["mes.quality.plan"]._get_ids("operation"):
            works.production_id._mes_ask_inspections()
        return works

    def write(self, vals):
        state = vals.get("state")
        if state in ("progress", "done") and self.env["mes.quality.plan"]._get_triggers() & WORK_TRIGGERS:
            moving = self.filtered(lambda work: work.state != state)
            moving.production_id._mes_check_gates(moving if state == "done" else self.browse())
        result = super().write(vals)
        if "qty_produced" in vals and self.env["mes.quality.plan"]._get_ids("periodic"):
            self._mes_ask_periodic()
        return result

    def button_start(self, raise_on_invalid_state=False):
        self._mes_show_gates(self.browse())
        return super().button_start(raise_on_invalid_state=raise_on_invalid_state)

    def button_finish(self):
        self._mes_show_gates(self.filtered(lambda work: work.state not in ("done", "cancel")))
        return super().button_finish()

    def _mes_show_gates(self, finished):
        """Refuse with a button that opens what has to be inspected first."""
        if not self.env["mes.quality.plan"]._get_triggers() & WORK_TRIGGERS:
            return
        works = self.filtered(lambda work: work.state not in ("done", "cancel"))
        gates = works.production_id._mes_get_gates(finished)
        if gates:
            message = self.env["mes.quality.message"]
            text = message._text("gate_work", **gates._get_gate_values())
            raise RedirectWarning(text, gates._prepare_open_action(gates), message._text("open_inspections"))

    # -- periodic -----------------------------------------------------------------------------------------------

    def _mes_ask_periodic(self):
        """Ask for the periodic inspections that are due on these running work orders.

        By time: so many hours after the last one (or the start). By pieces: one for each full number of pieces made.
        """
        plans = self.env["mes.quality.plan"]
        running = self.sudo().filtered(lambda work: work.state == "progress" or work.qty_produced)
        made = running.mes_inspection_ids.filtered(lambda one: one.trigger == "periodic")
        requests = []
        for work in running:
            order = work.production_id
            more = {"operation": work.operation_id, "workcenter": work.workcenter_id}
            for plan in plans._get_for("periodic", order.company_id, order.product_id, **more):
                mine = made.filtered(lambda one, plan=plan, work=work: one.plan_id == plan and one.workorder_id == work)
                due = plan._count_due(work, mine)
                requests += [order._mes_prepare_request(plan, work, plan.period_qty or 1.0)] * due
        for request in requests:
            request["vals"]["date_due"] = fields.Datetime.now()
        return self.env["mes.quality.inspection"]._create_for(requests)

    @api.model
    def _cron_mes_periodic(self):
        """Ask for what is due by time."""
        plans = self.env["mes.quality.plan"]
        if plans._get_ids("periodic"):
            self.search([("state", "=", "progress")])._mes_ask_periodic()
