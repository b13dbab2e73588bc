"""What the tests of planning share.

`PlannerCase`: it is Monday 2 March 2026, 08:00 UTC; `press` and `saw` work 08-12 and 13-17, Monday to Friday;
`part` takes a minute at the press, `frame` one at the saw and one at the press.
"""

from datetime import datetime

from freezegun import freeze_time

from odoo import Command

from .limits_common import LimitCase


def at(hour, minute=0, day=2):
    return datetime(2026, 3, day, hour, minute)


class PlannerCase(LimitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 08:00:00"))
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Eight hours",
                "tz": "UTC",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": part, "dayofweek": str(day), "hour_from": start, "hour_to": stop, "day_period": part}
                    )
                    for day in range(5)
                    for part, start, stop in (("morning", 8, 12), ("afternoon", 13, 17))
                ],
            }
        )
        (cls.press | cls.saw).resource_calendar_id = cls.calendar
        cls.part = cls._create_made("Part", cls.press)
        cls.frame = cls._create_made("Frame", cls.saw, cls.press)

    def _plan(self, *orders):
        ids = [order.id for order in orders]
        rows = self.env["mes.pull.planner"].with_user(self.planner).plan(ids)
        self.env.invalidate_all()
        return rows

    def _span(self, work):
        return work.workcenter_id, work.leave_id.date_from, work.leave_id.date_to
