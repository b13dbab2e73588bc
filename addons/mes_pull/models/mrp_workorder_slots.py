"""Work orders cut into hours: whoever booked their time, and whatever changes it."""

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.tools import float_round

from ..const import CLOSED_ORDER_STATES
from ..tools import slots as tool

WINDOW = timedelta(days=14)
WINDOWS = 26


class MrpWorkorder(models.Model):
    """The plan of a work order is Odoo's own booking, a `resource.calendar.leaves`; its slots follow it.

    `mes_plan_key` is a stored compute, so that Odoo itself finds out by which path a booking, a quantity or a count
    was changed, and gathers the changes of a transaction into one cut. It remembers what was cut last: where nothing
    changed, nothing is cut.
    """

    _inherit = "mrp.workorder"

    leave_id = fields.Many2one(index="btree_not_null")
    mes_slot_ids = fields.One2many("mes.pull.slot", "workorder_id", "Hour Slots", readonly=True)
    mes_plan_key = fields.Char(compute="_compute_mes_plan_key", store=True, copy=False)

    @api.depends(
        "leave_id.date_from",
        "leave_id.date_to",
        "workcenter_id",
        "state",
        "qty_produced",
        "qty_reported_from_previous_wo",
        "production_id.product_qty",
        "production_id.product_uom_id",
        "production_id.qty_producing",
        "production_id.state",
        "production_id.mes_release_state",
        "production_id.mes_pull_state",
    )
    def _compute_mes_plan_key(self):
        saved = self.filtered(lambda work: isinstance(work.id, int))
        (self - saved).mes_plan_key = False
        saved._mes_cut()

    @api.model
    def _mes_follow_plan(self):
        """Cut what changed in this transaction now; else it is cut when Odoo flushes."""
        self._recompute_model(["mes_plan_key"])

    def _mes_cut_slots(self, segments=None):
        """Cut these work orders into hours anew.

        :param dict segments: ``{work order: [(start, stop, quantity)]}``, naive and in UTC, where a planner has a
            (levelled) sequence of its own; else the booked time is cut at the full hours of the calendar's clock
        """
        works = self.sudo().exists()
        works._mes_cut(forced=True, segments={work.id: parts for work, parts in (segments or {}).items()})
        self.env.remove_to_compute(self._fields["mes_plan_key"], works)

    def _mes_request_cut(self):
        """Let these work orders be cut anew at the next flush: their calendar or their rate changed."""
        works = self.sudo()
        works.write({"mes_plan_key": False})
        self.env.add_to_compute(self._fields["mes_plan_key"], works)

    # -- plan and progress --------------------------------------------------------------------------------------

    def _mes_get_plan(self):
        """Return the `Plan` that the slots have to follow."""
        self.ensure_one()
        leave, order = self.leave_id, self.production_id
        closed = self.state == "done"
        if not closed and not self._mes_is_wanted():
            return tool.Plan("off" if self.mes_plan_key not in (False, "none") else "none")
        booked = (leave.date_from, leave.date_to) if leave else None
        booked = tool.follow_booking(
            tool.read_booking(self.mes_plan_key), booked, running=self.state == "progress", closed=closed
        )
        quantity = max(0.0, order.product_qty - self.qty_reported_from_previous_wo)
        return tool.Plan("closed" if closed else "open", booked, self.workcenter_id.id, quantity)

    def _mes_is_wanted(self):
        """Return whether this work has a time at which it is to be done."""
        order = self.production_id
        return (
            bool(self.leave_id)
            and self.state != "cancel"
            and order.state not in CLOSED_ORDER_STATES
            and order.mes_release_state != "queued"
            and order.mes_pull_state != "paused"
        )

    def _mes_get_pace(self):
        """Return how long the whole work takes, in minutes of working time."""
        self.ensure_one()
        order, center = self.production_id, self.workcenter_id
        capacity, setup, cleanup = center._get_capacity(
            order.product_id, order.product_uom_id, self.production_bom_id.product_qty or 1
        )
        minutes = self.duration_expected  # Odoo lowers it to what is being counted, so the whole is worked out here
        if self.operation_id:
            quantity = max(0.0, order.product_qty - self.qty_reported_from_previous_wo)
            cycles = float_round(quantity / (capacity or 1), precision_digits=0, rounding_method="UP")
            run = cycles * self.operation_id.time_cycle * 100.0 / (center.time_efficiency or 100.0)
            minutes = max(minutes, setup + cleanup + run)
        return tool.Pace(minutes, setup, cleanup) if minutes > 0 else tool.Pace()

    def _mes_get_rounding(self):
        """Return how finely an hour may be counted: pieces stay whole, also where Odoo would count hundredths."""
        uom, unit = self.production_id.product_uom_id, self.env.ref("uom.product_uom_unit")
        is_counted = (uom.parent_path or "").split("/")[0] == str(unit.id)
        return 1.0 if is_counted and self.production_id.product_qty % 1 == 0 else uom.rounding

    def _mes_get_progress(self, booked):
        """Return how many pieces this work order has made.

        An operation counts for itself (``qty_produced``); until it does, a part of the order that was counted counts
        for it. When work begins, Odoo puts all that is left into ``qty_producing``: that is no count, unless others
        were booked before.

        :param float booked: what its slots hold
        """
        self.ensure_one()
        order = self.production_id
        if self.state == "done" or order.product_uom_id.compare(self.qty_produced, 0) > 0:
            return self.qty_produced
        counted = order.qty_producing
        presets = [order.product_qty, order.product_qty - self.qty_reported_from_previous_wo]
        if not booked and any(order.product_uom_id.compare(counted, preset) == 0 for preset in presets):
            return 0.0
        return counted

    # -- cutting ------------------------------------------------------------------------------------------------

    def _mes_cut(self, forced=False, segments=None):
        """Bring slots and counts in line with plan and progress: one search and one create for all of them."""
        plans = {work: work._mes_get_plan() for work in self}
        planned = self.filtered(lambda work: plans[work].state != "none")
        stale = planned.filtered(lambda work: forced or plans[work].key != work.mes_plan_key)
        Slot = self.env["mes.pull.slot"].sudo()
        slots = defaultdict(Slot.browse)
        if planned:
            slots.update(Slot.search([("workorder_id", "in", planned.ids)]).grouped("workorder_id"))
        hours = stale.filtered(lambda work: plans[work].state == "open")._mes_get_hours(plans)
        vals_list, gone, touched = [], Slot.browse(), self.workcenter_id.browse()
        for work in stale:
            its_vals, its_gone, changed = work._mes_recut(
                plans[work], slots[work], hours.get(work), (segments or {}).get(work.id)
            )
            vals_list += its_vals
            gone |= its_gone
            slots[work] -= its_gone
            if changed:
                touched |= work.workcenter_id
        for work in self.filtered(lambda work: work.mes_plan_key != plans[work].key):
            work.mes_plan_key = plans[work].key
        gone.unlink()
        for work, created in Slot.create(vals_list).grouped("workorder_id").items():
            slots[work] |= created
        for work in planned:
            if work._mes_book_progress(slots[work]):
                touched |= work.workcenter_id
        touched._mes_notify_hours()

    def _mes_recut(self, plan, slots, hours, own):
        """Change the slots to the plan. Return values of new ones, those that have to go, and whether any changed."""
        now = fields.Datetime.now()
        if plan.state == "off":
            gone = slots.filtered(lambda slot: not slot.done_qty and (slot.date_start > now or not slot.loss_id))
            return [], gone, bool(gone)
        if plan.state == "closed" and not slots:
            return self._mes_prepare_unplanned(now), slots, True
        quantity = self._mes_get_slot_quantity(plan, slots, now)
        known = [
            tool.Kept(
                index, slot.date_start, slot.date_stop, slot.planned_qty, slot.done_qty,
                elsewhere=slot.workcenter_id.id != plan.workcenter,
            )
            for index, slot in enumerate(slots)
        ]  # fmt: skip
        kept = tool.keep_slots(known, plan.booked, quantity, now, closed=plan.state == "closed")
        rest = round(quantity - sum(slot.planned for slot in kept), 6)
        wanted = []
        if plan.state == "open" and rest > tool.EPSILON:
            behind = max((slot.stop for slot in kept if plan.booked[0] <= slot.start < plan.booked[1]), default=None)
            wanted = self._mes_place(plan, slots, rest, behind, hours, own)
        if not wanted:  # no time is left: it is due with the last hour
            kept = [tool.replace(slot, planned=planned) for slot, (_a, _b, planned) in zip(
                kept, tool.top_up([(slot.start, slot.stop, slot.planned) for slot in kept], quantity), strict=True
            )]  # fmt: skip
        changed = any([slots[slot.index]._mes_set_figures(slot.planned) for slot in kept])
        rest_of_slots = slots - slots.browse([slots[slot.index].id for slot in kept])
        vals_list, gone, moved = self._mes_match(plan, rest_of_slots, wanted, bool(own))
        return vals_list, gone, changed or moved or bool(vals_list or gone)

    def _mes_get_slot_quantity(self, plan, slots, now):
        """Return what the slots have to add up to: when less was made than ordered, what was due until the end."""
        if plan.state != "closed" or self.production_id.product_uom_id.compare(self.qty_produced, plan.quantity) >= 0:
            return plan.quantity
        due = sum(slot.planned_qty for slot in slots if slot.date_start <= now)
        return min(plan.quantity, max(self.qty_produced, due))

    def _mes_place(self, plan, slots, quantity, behind, hours, own):
        """Return slots for ``quantity``, behind those that stay."""
        rounding, tz = self._mes_get_rounding(), self._mes_get_tz()
        levelled = slots.filtered(lambda slot: slot.is_levelled and not (behind and slot.date_start < behind))
        if own is None and levelled and tool.read_booking(self.mes_plan_key) == plan.booked:
            own = levelled.mapped(lambda slot: (slot.date_start, slot.date_stop, slot.planned_qty))
        if own:
            parts = [part for part in own if not behind or part[0] >= behind]
            return tool.top_up(tool.cut_segments(parts, tz, rounding), quantity)
        pace = self._mes_get_pace()
        if behind:
            hours = [(max(start, behind), stop) for start, stop in hours if stop > behind]
            pace = pace.of_rest(quantity / (plan.quantity or quantity))
        return tool.distribute(tool.cut_hours(hours, tz), quantity, pace, rounding)

    def _mes_match(self, plan, slots, wanted, levelled):
        """Let slots that begin at the same moment stand for the wanted ones: calls and causes stay with them."""
        by_start = {slot.date_start: slot for slot in slots}
        vals_list, changed = [], False
        for start, stop, quantity in wanted:
            slot = by_start.pop(start, None)
            if slot is None:
                vals_list.append(self._mes_prepare_slot_vals(start, stop, quantity, levelled))
                continue
            vals = {"date_stop": stop, "workcenter_id": plan.workcenter, "is_levelled": levelled or slot.is_levelled}
            vals = {name: value for name, value in vals.items() if slot._fields[name].convert_to_write(
                slot[name], slot) != value}  # fmt: skip
            if vals:
                slot.write(vals)
            changed |= slot._mes_set_figures(quantity) or bool(vals)
        return vals_list, slots.browse([slot.id for slot in by_start.values()]), changed

    def _mes_prepare_slot_vals(self, start, stop, quantity, levelled=False):
        order = self.production_id
        return {
            "workorder_id": self.id,
            "production_id": order.id,
            "workcenter_id": self.workcenter_id.id,
            "company_id": order.company_id.id,
            "product_id": order.product_id.id,
            "uom_id": order.product_uom_id.id,
            "date_start": start,
            "date_stop": stop,
            "planned_qty": quantity,
            "is_levelled": levelled,
        }

    def _mes_prepare_unplanned(self, now):
        """Return the hour of work that was finished just now without a plan: due is what was made."""
        finished = self.date_finished or now
        if abs(now - finished) > timedelta(hours=1):
            return []
        stop = tool.next_hour(finished, self._mes_get_tz())
        return [self._mes_prepare_slot_vals(stop - timedelta(hours=1), stop, self.qty_produced)]

    def _mes_book_progress(self, slots):
        """Book what was made since the last time on the hours. Return whether anything changed."""
        self.ensure_one()
        booked = round(sum(slots.mapped("done_qty")), 6)
        delta = round(self._mes_get_progress(booked) - booked, 6) if slots else 0.0
        slots = slots.sorted("date_start")
        counts = tool.book(
            [(slot.date_start, slot.date_stop, slot.done_qty) for slot in slots], delta, fields.Datetime.now()
        )
        changed = [slots[index]._mes_set_figures(done=done) for index, done in counts.items()]
        if self.state == "done":
            changed += [slot._mes_set_figures() for slot in slots]
        return any(changed)

    # -- working time -------------------------------------------------------------------------------------------

    def _mes_get_tz(self):
        calendar = self.workcenter_id.resource_calendar_id
        return ZoneInfo(calendar.tz or self.workcenter_id.resource_id.tz or "UTC")

    def _mes_get_hours(self, plans):
        """Return ``{work order: [(start, stop)]}``: the working time inside their bookings, naive and in UTC.

        A booking without any working time (begun at night, or on a day that became a holiday) gets the next there is.
        """
        found = {}
        for calendar, works in self.grouped(lambda work: work.workcenter_id.resource_calendar_id).items():
            if not calendar:
                found |= {work: [plans[work].booked] for work in works}
                continue
            bookings = [plans[work].booked for work in works]
            centers = works.workcenter_id
            times = centers._mes_get_working_time(min(b[0] for b in bookings), max(b[1] for b in bookings))
            stops = {center: [stop for _start, stop in its_times] for center, its_times in times.items()}
            for work in works:
                center = work.workcenter_id
                found[work] = tool.clip_sorted(times[center], stops[center], *plans[work].booked)
                if not found[work]:
                    found[work] = work._mes_find_time(plans[work].booked[0]) or [plans[work].booked]
        return found

    def _mes_find_time(self, start):
        """Return the working time from ``start`` on that this work takes."""
        missing, found = (self._mes_get_pace().minutes or 60) * 60, []
        for _number in range(WINDOWS):
            times = self.workcenter_id._mes_get_working_time(start, start + WINDOW)[self.workcenter_id]
            found += times
            missing -= sum((stop - begin).total_seconds() for begin, stop in times)
            if missing <= 0:
                break
            start += WINDOW
        return found


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _mes_get_working_time(self, start, stop):
        """Return ``{work centre: [(start, stop)]}`` between two moments, for work centres of one calendar."""
        calendar = self.resource_calendar_id
        times = calendar._work_intervals_batch(
            utc.localize(start), utc.localize(stop), resources=self.resource_id, tz=timezone(calendar.tz or "UTC")
        )
        return {
            center: [
                (self._mes_to_utc(begin), self._mes_to_utc(end)) for begin, end, _records in times[center.resource_id.id]
            ]
            for center in self
        }

    @staticmethod
    def _mes_to_utc(moment):
        """Return the moment in UTC, to the second; a day that ends with its last microsecond ends at midnight."""
        naive = moment.astimezone(utc).replace(tzinfo=None)
        return naive.replace(microsecond=0) + timedelta(seconds=1 if naive.microsecond else 0)
