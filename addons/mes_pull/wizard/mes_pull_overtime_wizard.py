"""Order overtime for some days with one click."""

from datetime import timedelta

from odoo import api, fields, models

MAX_DAYS = 31


class MesPullOvertimeWizard(models.TransientModel):
    """Which work centres work longer, on which days, from when to when."""

    _name = "mes.pull.overtime.wizard"
    _description = "Order Overtime"

    workcenter_ids = fields.Many2many(
        "mrp.workcenter", string="Work Centers", required=True, default=lambda self: self._default_workcenter_ids()
    )
    date_from = fields.Date("First Day", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Last Day", required=True, compute="_compute_date_to", store=True, readonly=False)
    hour_from = fields.Float("From", required=True, default=17.0, help="On the clock of the work center's calendar.")
    hour_to = fields.Float("To", required=True, default=19.0, help="On the clock of the work center's calendar.")
    reason = fields.Char()

    def _default_workcenter_ids(self):
        if self.env.context.get("active_model") != "mrp.workcenter":
            return self.env["mrp.workcenter"]
        return self.env["mrp.workcenter"].browse(self.env.context.get("active_ids", []))

    @api.depends("date_from")
    def _compute_date_to(self):
        for wizard in self:
            if not wizard.date_to or (wizard.date_from and wizard.date_to < wizard.date_from):
                wizard.date_to = wizard.date_from

    def action_confirm(self):
        """Order the overtime and plan anew what is planned there.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: for hours or days that are not possible, or at which nothing is gained
        """
        self.ensure_one()
        self._check_values()
        days = [self.date_from + timedelta(days=number) for number in range((self.date_to - self.date_from).days + 1)]
        self.env["mes.pull.overtime"].create(
            [self._prepare_overtime_vals(center, day) for center in self.workcenter_ids for day in days]
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_values(self):
        message = self.env["mes.pull.message"]
        if not self.workcenter_ids:
            raise message._error("overtime_nothing")
        if not 0 <= self.hour_from < self.hour_to <= 24:
            clock = self.env["mes.pull.overtime"]._clock
            raise message._error("overtime_hours", start=clock(self.hour_from), stop=clock(self.hour_to))
        if not 0 <= (self.date_to - self.date_from).days < MAX_DAYS:
            raise message._error("overtime_days", limit=MAX_DAYS)

    def _prepare_overtime_vals(self, center, day):
        return {
            "workcenter_id": center.id,
            "date": day,
            "hour_from": self.hour_from,
            "hour_to": self.hour_to,
            "reason": self.reason,
        }
