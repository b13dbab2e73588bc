"""Overtime is working time, for whoever asks: Odoo's planner, ours, and the hours."""

from pytz import timezone, utc

from odoo import models
from odoo.tools.intervals import Intervals


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _attendance_intervals_batch(self, start_dt, end_dt, resources=None, domain=None, tz=None, lunch=False):
        found = super()._attendance_intervals_batch(
            start_dt, end_dt, resources=resources, domain=domain, tz=tz, lunch=lunch
        )
        centers = resources.filtered(lambda one: one.resource_type == "material") if resources else resources
        if not centers or lunch or domain:
            return found
        start, stop = (moment.astimezone(utc).replace(tzinfo=None) for moment in (start_dt, end_dt))
        overtime = self.env["mes.pull.overtime"]._get_times_of(centers, start, stop)
        for resource, times in overtime.items():
            zone = tz or timezone(resource.tz or self.tz)
            extra = Intervals([self._mes_prepare_interval(*its_times, zone) for its_times in times])
            found[resource.id] |= extra - found[resource.id]
        return found

    def _mes_prepare_interval(self, start, stop, zone):
        hours = (stop - start).total_seconds() / 3600
        attendance = self.env["resource.calendar.attendance"].new(
            {"duration_hours": hours, "duration_days": hours / 24}
        )
        return utc.localize(start).astimezone(zone), utc.localize(stop).astimezone(zone), attendance
