"""Overtime: a work centre works longer on one day."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import OVERTIME_STATES
from ..tools.slots import length

UTC = ZoneInfo("UTC")


class MesPullOvertime(models.Model):
    """Extra working time of one work centre on one day. ::

        ordered --undone, while it has not begun--> undone

    An attendance of Odoo has no date: it would come back every week, and for all who share the calendar. So overtime
    is added where Odoo asks for the working time of the work centre, and calendars stay as they are.
    """

    _name = "mes.pull.overtime"
    _description = "Overtime"
    _order = "date desc, hour_from, id"
    _check_company_auto = True

    workcenter_id = fields.Many2one(
        "mrp.workcenter", "Work Center", required=True, index=True, ondelete="cascade", check_company=True
    )
    resource_id = fields.Many2one(related="workcenter_id.resource_id", store=True, index=True)
    company_id = fields.Many2one(related="workcenter_id.company_id", store=True, index=True)
    date = fields.Date(required=True)
    hour_from = fields.Float("From", required=True, help="On the clock of the work center's calendar.")
    hour_to = fields.Float("To", required=True, help="On the clock of the work center's calendar.")
    date_start = fields.Datetime("Begins", compute="_compute_dates", store=True)
    date_stop = fields.Datetime("Ends", compute="_compute_dates", store=True)
    user_id = fields.Many2one(
        "res.users", "By", required=True, readonly=True, default=lambda self: self.env.user, index=True
    )
    reason = fields.Char()
    state = fields.Selection(OVERTIME_STATES, default="ordered", required=True, readonly=True)
    is_open = fields.Boolean("May Be Undone", compute="_compute_is_open")

    _is_time = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_to > hour_from AND hour_to <= 24)",
        "Overtime is from one hour to a later one, between 0:00 and 24:00.",
    )
    _time_idx = models.Index("(resource_id, date_stop) WHERE state = 'ordered'")

    @api.depends("date", "hour_from", "hour_to", "workcenter_id.resource_calendar_id.tz")
    def _compute_dates(self):
        for overtime in self:
            overtime.date_start, overtime.date_stop = self._get_times(
                overtime.workcenter_id, overtime.date, overtime.hour_from, overtime.hour_to
            )

    @api.depends("state", "date_start")
    def _compute_is_open(self):
        now = fields.Datetime.now()
        for overtime in self:
            overtime.is_open = overtime.state == "ordered" and bool(overtime.date_start) and overtime.date_start > now

    @api.depends("workcenter_id", "date", "hour_from", "hour_to")
    def _compute_display_name(self):
        for overtime in self:
            hours = f"{self._clock(overtime.hour_from)}-{self._clock(overtime.hour_to)}"
            overtime.display_name = f"{overtime.workcenter_id.name or ''} {overtime.date or ''} {hours}"

    @api.model
    def _get_times(self, center, day, hour_from, hour_to):
        """Return begin and end in UTC of hours on the clock of the work centre."""
        if not day:
            return False, False
        midnight, tz = datetime.combine(day, time.min), center._mes_get_tz()
        moments = (midnight + timedelta(minutes=round(hour * 60)) for hour in (hour_from, hour_to))
        return tuple(moment.replace(tzinfo=tz).astimezone(UTC).replace(tzinfo=None) for moment in moments)

    @api.model
    def _clock(self, hours):
        minutes = round(hours * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"

    def _get_values(self):
        """Return what messages say about this overtime."""
        return {
            "place": self.workcenter_id.display_name,
            "day": fields.Date.to_string(self.date),
            "start": self._clock(self.hour_from),
            "stop": self._clock(self.hour_to),
            "reason": self.reason or "",
        }

    # -- ordering and taking back -------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid, "state": "ordered"} for vals in vals_list]
        centers = self.env["mrp.workcenter"].browse({vals.get("workcenter_id") for vals in vals_list} - {None, False})
        centers._mes_lock_plan()
        before = [self._get_gained_seconds(self.new(vals)) for vals in vals_list]
        overtimes = super().create(vals_list)
        for overtime, seconds in zip(overtimes, before, strict=True):
            overtime._check_gain(seconds)
        overtimes._log("overtime_made")
        overtimes._follow()
        return overtimes

    def _check_gain(self, before):
        """Refuse overtime that is over, or at which nothing is gained."""
        message = self.env["mes.pull.message"]
        if self.date_stop <= fields.Datetime.now():
            raise message._error("overtime_past", **self._get_values())
        if self._get_gained_seconds(self) <= before:
            raise message._error("overtime_nothing_new", **self._get_values())

    @api.model
    def _get_gained_seconds(self, overtime):
        """Return how long its work centre works between its begin and its end."""
        center = overtime.workcenter_id._origin
        start, stop = overtime.date_start, overtime.date_stop
        if not center.resource_calendar_id or not start or start >= stop:
            return 0.0
        return length(center._mes_get_working_time(start, stop)[center])

    def action_undo(self):
        """Take overtime back that has not begun; what was planned then is planned anew.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: when it has begun
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("mes_pull.mes_pull_group_planner"):
            raise AccessError(self.env._("Only planners may do this. Ask a planner."))
        ordered = self.filtered(lambda overtime: overtime.state == "ordered")
        for overtime in ordered.filtered(lambda overtime: not overtime.is_open):
            raise self.env["mes.pull.message"]._error("overtime_begun", **overtime._get_values())
        ordered.workcenter_id._mes_lock_plan()
        ordered.sudo().write({"state": "undone"})
        ordered._log("overtime_undone")
        ordered._follow()
        return True

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env["mes.pull.message"]._text("overtime_written"))
        return super().write(vals)

    def _log(self, code):
        for overtime in self:
            body = self.env["mes.pull.message"]._text(code, **overtime._get_values())
            overtime.workcenter_id.sudo().message_post(body=body)

    def _follow(self):
        """Plan anew what is planned at these work centres after the overtime begins; hours are cut again."""
        if not self:
            return
        self.flush_recordset()
        since = max(fields.Datetime.now(), min(self.mapped("date_start")))
        centers = self.workcenter_id
        centers._mes_get_planned_after(since)._mes_plan_anew(since)  # first: a cut may end a levelled sequence
        self.env["mrp.workorder"]._mes_request_cut_where(
            [("workcenter_id", "in", centers.ids), ("leave_id.date_to", ">", since)]
        )

    # -- working time -------------------------------------------------------------------------------------------

    @api.model
    def _get_times_of(self, resources, start, stop):
        """Return ``{resource: [(begin, end)]}``: overtime of resources between two moments, naive and in UTC."""
        domain = [
            ("resource_id", "in", resources.ids),
            ("state", "=", "ordered"),
            ("date_stop", ">", start),
            ("date_start", "<", stop),
        ]
        found = defaultdict(list)
        for overtime in self.sudo().search(domain):
            found[overtime.resource_id].append((max(start, overtime.date_start), min(stop, overtime.date_stop)))
        return found
