"""Levelled production at one work centre: the orders take their turns, lot by lot."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from ..const import CLOSED_ORDER_STATES
from ..tools import heijunka

UNSTARTED = ("blocked", "ready")
WINDOW = timedelta(days=14)
TRIES = 6


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    mes_pitch_minutes = fields.Float(
        "Pitch",
        default=60.0,
        help="Minutes that a lot takes in a levelled sequence, in which the products take their turns.",
    )

    _mes_pitch_positive = models.Constraint("CHECK(mes_pitch_minutes > 0)", "The pitch must be more than zero minutes.")

    def _mes_lay_level(self, works, start, pitch):
        """Return when ``works`` are made in a levelled sequence of their products; nothing is written.

        Only working time is used that nobody else has booked. Orders of one product follow each other.

        :return: ``{work order: [(start, stop, quantity)]}``, naive and in UTC
        :raises odoo.exceptions.UserError: where there is no time for them
        """
        self.ensure_one()
        by_product = defaultdict(list)
        for work in works._mes_sort_level():
            order = work.production_id
            quantity = max(0.0, order.product_qty - work.qty_reported_from_previous_wo)
            rounding = work._mes_get_rounding()
            for minutes, lot in heijunka.cut_lots(quantity, work._mes_get_pace().minutes or 1.0, pitch, rounding):
                by_product[order.product_id].append((work, minutes, lot))
        lots = heijunka.interleave(by_product)
        roundings = {work: work._mes_get_rounding() for work in works}
        ignored = (works | works._mes_get_followers()).leave_id
        for number in range(TRIES):
            free = self._mes_get_free_time(start, start + WINDOW * 2**number, ignored)
            segments = heijunka.lay(lots, free, roundings)
            if segments is not None:
                return segments
        raise self.env["mes.pull.message"]._error("level_no_time", place=self.display_name)

    def _mes_get_free_time(self, start, stop, ignored):
        """Return the working time here that no work order has booked, except by the ``ignored`` bookings."""
        domain = [
            ("resource_id", "=", self.resource_id.id),
            ("time_type", "=", "other"),
            ("date_from", "<", stop),
            ("date_to", ">", start),
            ("id", "not in", ignored.ids),
        ]
        booked = self.env["resource.calendar.leaves"].sudo().search(domain)
        times = self._mes_get_working_time(start, stop)[self] if self.resource_calendar_id else [(start, stop)]
        return heijunka.subtract(times, booked.mapped(lambda leave: (leave.date_from, leave.date_to)))

    def _mes_works_during(self, parts):
        """Return whether all of ``[(start, stop, quantity)]`` lies in working time."""
        if not self.resource_calendar_id:
            return True
        start, stop = min(part[0] for part in parts), max(part[1] for part in parts)
        times = self._mes_get_working_time(start, stop)[self]
        return not heijunka.subtract([part[:2] for part in parts], times)


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def _mes_sort_level(self):
        """Within a product, the urgent come first, then those that are due first."""
        return self.sorted(
            lambda work: (
                -int(work.production_id.priority or 0),
                work.production_id.date_deadline or work.production_id.date_start or fields.Datetime.now(),
                work.production_id.id,
                work.id,
            )
        )

    def _mes_get_followers(self):
        """Return the work, not begun, that waits for these work orders, however many operations later."""
        found, step = self.browse(), self
        while step:
            step = step.needed_by_workorder_ids.filtered(lambda work: work.state in UNSTARTED) - found
            found |= step
        return found - self

    def _mes_get_ready_time(self, start):
        """Return when, from ``start`` on, all that these work orders wait for is planned to be finished."""
        before = self.blocked_by_workorder_ids.filtered(lambda work: work.state not in CLOSED_ORDER_STATES)
        ends = [work.date_finished for work in before - self if work.date_finished]
        return max([start, *ends]).replace(microsecond=0)

    def _mes_book(self, segments, pitch):
        """Book each work order from its first to its last segment, as Odoo does, and cut it at these segments."""
        old = self.leave_id
        leaves = self.env["resource.calendar.leaves"].create(
            [work._mes_prepare_leave_vals(segments[work][0][0], segments[work][-1][1]) for work in self]
        )
        for work, leave in zip(self, leaves, strict=True):
            work.write({"leave_id": leave.id, "mes_level_pitch": pitch})
        old.unlink()  # not earlier: a work order without a booking loses its hours
        self._mes_cut_slots(segments=segments)

    def _mes_prepare_rest(self, cut, behind, own):
        """A levelled sequence is kept only while all of it lies in working time: a holiday may have come."""
        levelled = cut.slots.filtered("is_levelled") - cut.slots.browse([slot.id for slot in cut.kept])
        parts = levelled.mapped(lambda slot: (slot.date_start, slot.date_stop, slot.planned_qty))
        if own is None and parts and not self.mes_plan_key:  # not the plan has changed, but what it rests on
            booked = cut.plan.booked
            own = parts if all(booked[0] <= part[0] and part[1] <= booked[1] for part in parts) else None
        result = super()._mes_prepare_rest(cut, behind, own)
        if cut.own and levelled and not self.workcenter_id._mes_works_during(cut.own):
            cut.own = []
        return result

    def _mes_prepare_leave_vals(self, start, stop):
        return {
            "name": self.display_name,
            "calendar_id": self.workcenter_id.resource_calendar_id.id,
            "date_from": start,
            "date_to": stop,
            "resource_id": self.workcenter_id.resource_id.id,
            "time_type": "other",
        }

    def _mes_book_behind(self):
        """Plan these work orders, none of which has begun, behind all that they wait for."""
        self.leave_id.unlink()
        waiting = self
        while waiting:
            work = next(work for work in waiting if not work.blocked_by_workorder_ids & waiting)
            center = work.workcenter_id
            start = work._mes_get_ready_time(fields.Datetime.now())
            first, last = center._get_first_available_slot(start, work.duration_expected)
            if not first:
                raise self.env["mes.pull.message"]._error("level_no_time", place=center.display_name)
            leave = self.env["resource.calendar.leaves"].create(work._mes_prepare_leave_vals(first, last))
            work.write({"leave_id": leave.id})
            waiting -= work
