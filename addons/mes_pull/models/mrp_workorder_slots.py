"""Work orders cut into hours: whoever booked their time, and whatever changes it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.tools import float_round

from ..const import CLOSED_ORDER_STATES
from ..tools import slots as tool

WINDOW = timedelta(days=14)
TRIES = 6


@dataclass
class Cut:
    """How one work order is cut anew: slots that stay with what is due there, and the rest with its time."""

    work: models.Model
    plan: tool.Plan
    slots: models.Model
    kept: dict = field(default_factory=dict)
    wanted: list = field(default_factory=list)
    rest: float = 0.0
    own: list = field(default_factory=list)
    booked: tuple | None = None
    pace: tool.Pace = tool.Pace()
    hours: list = field(default_factory=list)

    def take(self, times, stops):
        """Take the hours from the working time of the work centres. Return whether it was enough."""
        center = self.work.workcenter_id
        found = tool.take_time(times[center], stops[center], self.booked, self.pace.minutes)
        if found:
            self.hours = found
        return bool(found)


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
        begun = self.state == "progress" or (self.mes_plan_key or "").startswith("begun")
        booked = (leave.date_from, leave.date_to) if leave else None
        booked = tool.follow_booking(
            tool.read_booking(self.mes_plan_key), booked, fields.Datetime.now(), begun=begun, closed=closed
        )
        quantity = max(0.0, order.product_qty - self.qty_reported_from_previous_wo)
        state = "closed" if closed else "begun" if begun else "open"
        return tool.Plan(state, booked, self.workcenter_id.id, quantity)

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
        """Return how long the whole work takes, in minutes of working time.

        That is Odoo's expected duration; while pieces are counted Odoo lowers it to what was counted, so that it is
        worked out here.
        """
        self.ensure_one()
        order, center = self.production_id, self.workcenter_id
        capacity, setup, cleanup = center._get_capacity(
            order.product_id, order.product_uom_id, self.production_bom_id.product_qty or 1
        )
        minutes, quantity = self.duration_expected, order.product_qty - self.qty_reported_from_previous_wo
        is_lowered = self.state == "progress" or 0 < order.qty_producing < quantity
        if is_lowered and self.operation_id:
            cycles = float_round(max(0, quantity) / (capacity or 1), precision_digits=0, rounding_method="UP")
            run = cycles * self.operation_id.time_cycle * 100.0 / (center.time_efficiency or 100.0)
            minutes = setup + cleanup + run
        elif is_lowered and 0 < order.qty_producing < quantity:
            minutes *= quantity / order.qty_producing
        return tool.Pace(minutes, setup, cleanup) if minutes > 0 else tool.Pace()

    def _mes_get_rounding(self):
        """Return how finely an hour may be counted: pieces stay whole, also where Odoo would count hundredths."""
        uom = self.production_id.product_uom_id
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        is_counted = (uom.parent_path or "").split("/")[0] == str(unit_id)
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
        cuts = [work._mes_prepare_cut(plans[work], slots[work], (segments or {}).get(work.id)) for work in stale]
        stale._mes_find_hours([cut for cut in cuts if cut.rest > tool.EPSILON and not cut.own])
        vals_list, gone, touched = [], Slot.browse(), self.workcenter_id.browse()
        moved = self.production_id.browse()
        for cut in cuts:
            its_vals, its_gone, changed = cut.work._mes_apply_cut(cut)
            vals_list += its_vals
            gone |= its_gone
            slots[cut.work] -= its_gone
            if changed or its_vals or its_gone:
                touched |= cut.work.workcenter_id
                moved |= cut.work.production_id
        for work in self.filtered(lambda work: work.mes_plan_key != plans[work].key):
            work.mes_plan_key = plans[work].key
        for work, created in Slot.create(vals_list).grouped("workorder_id").items():
            slots[work] |= created
        for work in planned:
            if work._mes_book_progress(slots[work]):
                touched |= work.workcenter_id
        gone.unlink()  # last, since it empties the caches
        touched._mes_notify_hours()
        self.env["mes.pull.call"]._note_orders(moved)

    def _mes_prepare_cut(self, plan, slots, own):
        """Return what of the work order stays where it is, and how much of it has to be placed behind that."""
        now = fields.Datetime.now()
        cut = Cut(self, plan, slots)
        if plan.state == "off":
            stays = slots.filtered(lambda slot: slot.done_qty or (slot.loss_id and slot.date_start <= now))
            cut.kept = {slot: slot.planned_qty for slot in stays}
            return cut
        if plan.state == "closed" and not slots:
            cut.wanted = self._mes_get_unplanned(now)
            return cut
        quantity = self._mes_get_slot_quantity(plan, slots, now)
        known = [
            tool.Kept(
                index=index,
                start=slot.date_start,
                stop=slot.date_stop,
                planned=slot.planned_qty,
                done=slot.done_qty,
                elsewhere=slot.workcenter_id.id != plan.workcenter,
            )
            for index, slot in enumerate(slots)
        ]
        kept = tool.keep_slots(known, plan.booked, quantity, now, closed=plan.state == "closed")
        rest = round(quantity - sum(slot.planned for slot in kept), 6)
        if not plan.is_open and rest:  # no time is left: it is due with the last hour
            planned = tool.top_up([(slot.start, slot.stop, slot.planned) for slot in kept], quantity)
            kept = [tool.replace(slot, planned=due[2]) for slot, due in zip(kept, planned, strict=True)]
        cut.kept = {slots[slot.index]: slot.planned for slot in kept}
        if plan.is_open and rest > tool.EPSILON:
            cut.rest = rest
            behind = [slot.stop for slot in kept if slot.start >= plan.booked[0] and not slot.elsewhere]
            self._mes_prepare_rest(cut, max(behind, default=None), own)
        return cut

    def _mes_prepare_rest(self, cut, behind, own):
        """Set when the rest is to be made: by a planner's own sequence, or from when on at which pace."""
        plan, levelled = cut.plan, cut.slots.filtered("is_levelled") - cut.slots.browse([s.id for s in cut.kept])
        if own is None and levelled and tool.read_booking(self.mes_plan_key) == plan.booked:
            own = levelled.mapped(lambda slot: (slot.date_start, slot.date_stop, slot.planned_qty))
        cut.own = [part for part in own or [] if not behind or part[0] >= behind]
        cut.booked, cut.pace = plan.booked, self._mes_get_pace()
        if behind:
            cut.booked = behind, max(behind, plan.booked[1])
            cut.pace = cut.pace.of_rest(cut.rest / (plan.quantity or cut.rest))

    def _mes_get_slot_quantity(self, plan, slots, now):
        """Return what the slots have to add up to: when less was made than ordered, what was due until the end."""
        if plan.state != "closed" or self.production_id.product_uom_id.compare(self.qty_produced, plan.quantity) >= 0:
            return plan.quantity
        due = sum(slot.planned_qty for slot in slots if slot.date_start <= now)
        return min(plan.quantity, max(self.qty_produced, due))

    def _mes_apply_cut(self, cut):
        """Change the slots. Return the values of new ones, those that have to go, and whether others changed."""
        if cut.rest > tool.EPSILON:
            rounding, tz = self._mes_get_rounding(), self.workcenter_id._mes_get_tz()
            if cut.own:
                cut.wanted = tool.top_up(tool.cut_segments(cut.own, tz, rounding), cut.rest)
            else:
                cut.wanted = tool.distribute(tool.cut_hours(cut.hours, tz), cut.rest, cut.pace, rounding)
        changed = [slot._mes_set_figures(planned) for slot, planned in cut.kept.items()]
        by_start = {slot.date_start: slot for slot in cut.slots if slot not in cut.kept}
        vals_list = []
        for start, stop, quantity in cut.wanted:
            slot = by_start.pop(start, None)
            if slot is None:
                vals_list.append(self._mes_prepare_slot_vals(start, stop, quantity, bool(cut.own)))
            else:  # calls and causes stay with their hour
                changed.append(slot._mes_move(stop, self.workcenter_id, bool(cut.own)))
                changed.append(slot._mes_set_figures(quantity))
        return vals_list, cut.slots.browse([slot.id for slot in by_start.values()]), any(changed)

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

    def _mes_get_unplanned(self, now):
        """Return the hour of work that was finished just now without a plan: due is what was made."""
        finished = self.date_finished or now
        if abs(now - finished) > timedelta(hours=1):
            return []
        stop = tool.next_hour(finished, self.workcenter_id._mes_get_tz())
        return [(stop - timedelta(hours=1), stop, self.qty_produced)]

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

    def _mes_find_hours(self, cuts):
        """Find the working time of the cuts, for all work orders of a calendar together.

        A booking that holds less than the work takes (a holiday came, it became slower, it began at night) goes on
        behind its end.
        """
        by_calendar = defaultdict(list)
        for cut in cuts:
            cut.hours = [cut.booked]
            by_calendar[cut.work.workcenter_id.resource_calendar_id].append(cut)
        for calendar, its_cuts in by_calendar.items():
            if not calendar:
                continue
            centers = self.workcenter_id.browse({cut.work.workcenter_id.id for cut in its_cuts})
            first, last = min(cut.booked[0] for cut in its_cuts), max(cut.booked[1] for cut in its_cuts)
            for number in range(TRIES):
                times = centers._mes_get_working_time(first, last)
                stops = {center: [stop for _start, stop in its_times] for center, its_times in times.items()}
                its_cuts = [cut for cut in its_cuts if not cut.take(times, stops)]
                if not its_cuts:
                    break
                last += WINDOW * 2**number


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _mes_get_tz(self):
        """Return the time zone of the clock that hangs at this work centre."""
        return ZoneInfo(self.resource_calendar_id.tz or self.resource_id.tz or "UTC")

    def _mes_get_working_time(self, start, stop):
        """Return ``{work centre: [(start, stop)]}`` between two moments, for work centres of one calendar."""
        calendar = self.resource_calendar_id
        times = calendar._work_intervals_batch(
            utc.localize(start), utc.localize(stop), resources=self.resource_id, tz=timezone(calendar.tz or "UTC")
        )
        return {
            center: [
                (self._mes_to_utc(begin), self._mes_to_utc(end))
                for begin, end, _records in times[center.resource_id.id]
            ]
            for center in self
        }

    @staticmethod
    def _mes_to_utc(moment):
        """Return the moment in UTC, to the second; a day that ends with its last microsecond ends at midnight."""
        naive = moment.astimezone(utc).replace(tzinfo=None)
        return naive.replace(microsecond=0) + timedelta(seconds=1 if naive.microsecond else 0)
