"""What the tests of hours share.

`SlotCase` adds to `LimitCase`, at Monday, 2 March 2026, 7:00 on the shop's clock (Brussels, one hour ahead of UTC):

* the `press` works 08-12 and 13-17, Monday to Friday, and makes a bracket in 2.4 minutes: 25 an hour, 200 a day
* hours are written as the shop's clock shows them: ``"Mon 08:00"``
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo import Command

from .limits_common import LimitCase

BRUSSELS = ZoneInfo("Europe/Brussels")
UTC = ZoneInfo("UTC")


class SlotCase(LimitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SlotCase.clock = freeze_time("2026-03-02 06:00:00")
        SlotCase.clock.start()
        cls.addClassCleanup(lambda: SlotCase.clock.stop())
        cls.calendar = cls._create_calendar("Shop")
        (cls.press | cls.saw).resource_calendar_id = cls.calendar
        cls.operation = cls.bracket.bom_ids.operation_ids
        cls.operation.time_cycle_manual = 2.4

    @classmethod
    def _create_calendar(cls, name, days=5, tz="Europe/Brussels"):
        times = [("morning", 8, 12), ("afternoon", 13, 17)]
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": period,
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        }
                    )
                    for day in range(days)
                    for period, start, stop in times
                ],
            }
        )

    # -- time ---------------------------------------------------------------------------------------------------

    @classmethod
    def _at(cls, text, week=0):
        """Return the moment in UTC of "Tue 09:30" on the shop's clock, in the week of the test."""
        day, clock = text.split()
        number = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day) + 7 * week
        local = datetime.strptime(f"2026-03-02 {clock}", "%Y-%m-%d %H:%M") + timedelta(days=number)
        return local.replace(tzinfo=BRUSSELS).astimezone(UTC).replace(tzinfo=None)

    @classmethod
    def _local(cls, moment):
        return moment.replace(tzinfo=UTC).astimezone(BRUSSELS).strftime("%a %H:%M")

    def _go_to(self, text):
        """Let it be "Tue 09:30"."""
        self._set_clock(self._at(text))

    def _set_clock(self, moment):
        SlotCase.clock.stop()
        SlotCase.clock = freeze_time(moment)
        SlotCase.clock.start()

    def setUp(self):
        super().setUp()
        self._go_to("Mon 07:00")

    # -- work ---------------------------------------------------------------------------------------------------

    def _plan(self, quantity=800, **more):
        """Return an order of brackets that the worker confirmed and planned with Odoo's own button."""
        production = self._order(quantity, **more)
        production.with_user(self.worker).button_plan()
        self.env.flush_all()
        return production

    def _count(self, production, quantity):
        """The operator counts ``quantity`` pieces of the operation, in all."""
        production.workorder_ids[0].with_user(self.worker).qty_produced = quantity
        self.env.flush_all()

    def _slots(self, production):
        self.env.flush_all()
        self.env.invalidate_all()
        return production.workorder_ids.mes_slot_ids.sorted("date_start")

    def _hours(self, production):
        """Return ``[("Mon 08:00", due, done)]``."""
        return [(self._local(slot.date_start), slot.planned_qty, slot.done_qty) for slot in self._slots(production)]

    def _assert_sums(self, production, planned, done=0):
        slots = self._slots(production)
        self.assertEqual((sum(slots.mapped("planned_qty")), sum(slots.mapped("done_qty"))), (planned, done))
