"""See a plan before it is made."""

from datetime import timedelta

from odoo import api, fields, models

STALE = timedelta(minutes=15)


class MesPullPlanWizard(models.TransientModel):
    """What planning these orders would change. *Apply* writes just that, or shows it anew where it changed."""

    _name = "mes.pull.plan.wizard"
    _description = "Plan Preview"

    production_ids = fields.Many2many("mrp.production", string="Orders", readonly=True)
    date_shown = fields.Datetime(readonly=True, help="The plan begins here.")
    is_changed = fields.Boolean(readonly=True)
    line_ids = fields.One2many("mes.pull.plan.wizard.line", "wizard_id", "Work Orders", readonly=True)
    late_count = fields.Integer("Late Orders", compute="_compute_late_count")

    @api.depends("line_ids.late_hours")
    def _compute_late_count(self):
        for wizard in self:
            wizard.late_count = len(wizard.line_ids.filtered("late_hours").production_id)

    def _get_production_domain(self):
        return [
            ("state", "in", ("confirmed", "progress", "to_close")),
            ("workorder_ids.state", "in", ("blocked", "ready")),
            ("mes_release_state", "=", "released"),
            ("mes_pull_state", "!=", "paused"),
            ("company_id", "in", self.env.companies.ids),
        ]

    @api.model
    def action_open(self, production_ids=None):
        """Return the action that shows the plan of these orders; of all that can be planned by default."""
        orders = self.env["mes.pull.planner"]._find_orders(production_ids)
        if production_ids is None:
            orders = orders.search(self._get_production_domain())
        wizard = self.create({"production_ids": [(6, 0, orders.ids)]})
        wizard._show(wizard._propose(fields.Datetime.now()))
        return wizard._get_action()

    def action_apply(self):
        """Write what is shown. Where it changed meanwhile, write nothing and show it anew."""
        self.ensure_one()
        self.production_ids._mes_check_planner()
        now = fields.Datetime.now()
        is_fresh = self.date_shown and now - self.date_shown <= STALE
        sheet = self._propose(self.date_shown if is_fresh else now, lock=True)
        if self._get_figures(sheet) != self._get_shown():
            self._show(sheet)
            self.is_changed = True
            return self._get_action()
        self.env["mes.pull.planner"]._apply(sheet)
        return {"type": "ir.actions.act_window_close"}

    def _propose(self, now, lock=False):
        return self.env["mes.pull.planner"]._propose(self.production_ids, lock=lock, now=now)

    def _show(self, sheet):
        self.line_ids.unlink()
        rows = self.env["mes.pull.planner"]._get_rows(sheet)
        self.date_shown = sheet.now
        self.env["mes.pull.plan.wizard.line"].create(
            [
                self._prepare_line_vals(number, work, row)
                for number, (work, row) in enumerate(
                    sorted(
                        zip(sheet.works, rows, strict=True),
                        key=lambda pair: (not pair[1]["date_start"], pair[1]["date_start"]),
                    )
                )
            ]
        )

    def _prepare_line_vals(self, number, work, row):
        return {
            **row,
            "wizard_id": self.id,
            "sequence": number,
            "date_start_old": work.leave_id.date_from,
            "date_finished_old": work.leave_id.date_to,
            "workcenter_old_id": work.workcenter_id.id,
        }

    def _get_figures(self, sheet):
        """Return what would be written, to compare it with what was shown."""
        return {
            row["workorder_id"]: (
                work.workcenter_id.id,
                work.leave_id.date_from,
                work.leave_id.date_to,
                row["workcenter_id"],
                row["date_start"],
                row["date_finished"],
            )
            for work, row in zip(sheet.works, self.env["mes.pull.planner"]._get_rows(sheet), strict=True)
        }

    def _get_shown(self):
        return {
            line.workorder_id.id: (
                line.workcenter_old_id.id,
                line.date_start_old,
                line.date_finished_old,
                line.workcenter_id.id,
                line.date_start,
                line.date_finished,
            )
            for line in self.line_ids
        }

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class MesPullPlanWizardLine(models.TransientModel):
    """One work order: when it is now, when it would be, and why then."""

    _name = "mes.pull.plan.wizard.line"
    _description = "Plan Preview Line"
    _order = "sequence, id"

    wizard_id = fields.Many2one("mes.pull.plan.wizard", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    workorder_id = fields.Many2one("mrp.workorder", "Work Order", required=True, ondelete="cascade", index=True)
    production_id = fields.Many2one(related="workorder_id.production_id", string="Order")
    product_id = fields.Many2one(related="workorder_id.product_id")
    workcenter_old_id = fields.Many2one("mrp.workcenter", "Work Center Now")
    workcenter_id = fields.Many2one("mrp.workcenter", "Work Center")
    date_start_old = fields.Datetime("Start Now")
    date_finished_old = fields.Datetime("Finish Now")
    date_start = fields.Datetime("New Start")
    date_finished = fields.Datetime("New Finish")
    date_deadline = fields.Datetime(related="production_id.date_deadline")
    late_hours = fields.Float("Late (Hours)", compute="_compute_late_hours", help="Finish after the deadline.")
    reason = fields.Char()

    @api.depends("date_finished", "date_deadline")
    def _compute_late_hours(self):
        for line in self:
            late = timedelta()
            if line.date_finished and line.date_deadline:
                late = max(late, line.date_finished - line.date_deadline)
            line.late_hours = late.total_seconds() / 3600
