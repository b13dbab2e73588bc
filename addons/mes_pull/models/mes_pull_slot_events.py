"""What else moves hours: working time, holidays, and how fast a work centre is.

Each of these lets the planned work orders it concerns be cut anew at the next flush, all of them together, and only
where the write has really changed something.
"""

from odoo import api, models
from odoo.fields import Domain

from ..const import CLOSED_ORDER_STATES

ATTENDANCE_FIELDS = ("dayofweek", "hour_from", "hour_to", "day_period", "week_type", "calendar_id", "display_type")
LEAVE_FIELDS = ("date_from", "date_to", "calendar_id", "resource_id", "time_type", "company_id")
CALENDAR_FIELDS = ("tz", "two_weeks_calendar", "flexible_hours", "duration_based")
RESOURCE_FIELDS = ("time_efficiency", "calendar_id")
CENTER_FIELDS = ("time_start", "time_stop")
CAPACITY_FIELDS = ("workcenter_id", "product_id", "product_uom_id", "capacity", "time_start", "time_stop")
OPERATION_FIELDS = ("time_cycle_manual", "time_mode", "time_mode_batch")


def look(records, names, vals):
    """Return the values of ``names`` by record when a write of ``vals`` may change them, else nothing."""
    if not any(name in vals for name in names):
        return {}
    return {record: [record[name] for name in names] for record in records}


def get_changed(records, before, names):
    """Return those of ``records`` whose values are not those of ``before`` any more."""
    return records.filtered(lambda record: record in before and [record[name] for name in names] != before[record])


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    @api.model
    def _mes_request_cut_where(self, domain):
        """Let the planned work orders of ``domain`` be cut anew. Return them (as superuser)."""
        planned = Domain("leave_id", "!=", False) & Domain("state", "not in", CLOSED_ORDER_STATES)
        works = self.sudo().search(planned & Domain(domain))
        works._mes_request_cut()
        return works

    @api.model
    def _mes_request_cut_by_rate(self, domain):
        """The same where work became faster or slower: Odoo's expected duration follows until work begins."""
        works = self._mes_request_cut_where(domain)
        for work in works.filtered(lambda work: work.state in ("blocked", "ready")):
            duration = work._get_duration_expected()
            if work.duration_expected != duration:
                work.duration_expected = duration


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        before = look(self, CALENDAR_FIELDS, vals)
        result = super().write(vals)
        get_changed(self, before, CALENDAR_FIELDS)._mes_request_cut()
        return result

    def _mes_request_cut(self):
        if self:
            self.env["mrp.workorder"]._mes_request_cut_where([("workcenter_id.resource_calendar_id", "in", self.ids)])


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.calendar_id._mes_request_cut()
        return lines

    def write(self, vals):
        before = look(self, ATTENDANCE_FIELDS, vals)
        calendars = self.calendar_id if before else self.calendar_id.browse()
        result = super().write(vals)
        changed = get_changed(self, before, ATTENDANCE_FIELDS)
        if changed:
            (calendars | changed.calendar_id)._mes_request_cut()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        calendars._mes_request_cut()
        return result


class ResourceCalendarLeaves(models.Model):
    """Holidays and repairs take working time away. Bookings of work orders do not: their work orders follow them."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._mes_request_cut()
        return leaves

    def write(self, vals):
        before = look(self, LEAVE_FIELDS, vals)
        domain = self._mes_get_concerned_domain() if before else Domain.FALSE
        result = super().write(vals)
        changed = get_changed(self, before, LEAVE_FIELDS)
        changed._mes_request_cut(domain)
        return result

    def unlink(self):
        domain = self._mes_get_concerned_domain()
        result = super().unlink()
        if not domain.is_false():
            self.env["mrp.workorder"]._mes_request_cut_where(domain)
        return result

    def _mes_request_cut(self, domain=Domain.FALSE):
        domain |= self._mes_get_concerned_domain()
        if self and not domain.is_false():
            self.env["mrp.workorder"]._mes_request_cut_where(domain)

    def _mes_get_concerned_domain(self):
        """Return which work orders these leaves take time from."""
        return Domain.OR(
            Domain("leave_id.date_from", "<", leave.date_to)
            & Domain("leave_id.date_to", ">", leave.date_from)
            & leave._mes_get_place_domain()
            for leave in self
            if leave.time_type == "leave" and leave.resource_id.resource_type != "user"
        )

    def _mes_get_place_domain(self):
        if self.resource_id:
            return Domain("workcenter_id.resource_id", "=", self.resource_id.id)
        if self.calendar_id:
            return Domain("workcenter_id.resource_calendar_id", "=", self.calendar_id.id)
        return Domain("company_id", "=", self.company_id.id)


class ResourceResource(models.Model):
    """A work centre's efficiency and calendar are those of its resource."""

    _inherit = "resource.resource"

    def write(self, vals):
        before = look(self, RESOURCE_FIELDS, vals)
        result = super().write(vals)
        changed = get_changed(self, before, RESOURCE_FIELDS).filtered(lambda one: one.resource_type == "material")
        if changed:
            self.env["mrp.workorder"]._mes_request_cut_by_rate([("workcenter_id.resource_id", "in", changed.ids)])
        return result


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def write(self, vals):
        before = look(self, CENTER_FIELDS, vals)
        result = super().write(vals)
        get_changed(self, before, CENTER_FIELDS)._mes_request_cut_by_rate()
        return result

    def _mes_request_cut_by_rate(self):
        if self:
            self.env["mrp.workorder"]._mes_request_cut_by_rate([("workcenter_id", "in", self.ids)])


class MrpWorkcenterCapacity(models.Model):
    _inherit = "mrp.workcenter.capacity"

    @api.model_create_multi
    def create(self, vals_list):
        capacities = super().create(vals_list)
        capacities.workcenter_id._mes_request_cut_by_rate()
        return capacities

    def write(self, vals):
        before = look(self, CAPACITY_FIELDS, vals)
        centers = self.workcenter_id if before else self.workcenter_id.browse()
        result = super().write(vals)
        changed = get_changed(self, before, CAPACITY_FIELDS)
        if changed:
            (centers | changed.workcenter_id)._mes_request_cut_by_rate()
        return result

    def unlink(self):
        centers = self.workcenter_id
        result = super().unlink()
        centers._mes_request_cut_by_rate()
        return result


class MrpRoutingWorkcenter(models.Model):
    _inherit = "mrp.routing.workcenter"

    def write(self, vals):
        before = look(self, OPERATION_FIELDS, vals)
        result = super().write(vals)
        changed = get_changed(self, before, OPERATION_FIELDS)
        if changed:
            self.env["mrp.workorder"]._mes_request_cut_by_rate([("operation_id", "in", changed.ids)])
        return result
