"""Planning many manufacturing orders in one pass; the arithmetic is in `tools/planner.py`."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES
from ..tools import planner as tool

WINDOW = timedelta(days=28)
LAST = timedelta(days=700)  # as far as Odoo looks
PLANNED_STATES = ("confirmed", "progress", "to_close")


@dataclass
class Sheet:
    """A plan that is not written yet: ``placements`` by work order id."""

    now: datetime
    works: models.Model
    orders: models.Model
    placements: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)
    wanted: dict = field(default_factory=dict)


class Hours:
    """The working time of the work centres of one calendar, loaded for all of them when one needs more."""

    def __init__(self, centers, now, seconds):
        self.centers, self.now, self.until = centers, now, now
        self.step = max(WINDOW, timedelta(seconds=seconds * 6))
        self.parts, self.taken = [], defaultdict(int)

    def more(self, center):
        number = self.taken[center]
        if number == len(self.parts):
            if self.until >= self.now + LAST:
                return None
            last = min(self.until + self.step, self.now + LAST)
            self.parts.append(self.centers._mes_get_working_time(self.until, last))
            self.until, self.step = last, self.step * 2
        self.taken[center] += 1
        return self.parts[number][center]


class MesPullPlanner(models.AbstractModel):
    """Plans as Odoo's "Plan" button does (one booking for each work order), for many orders at once.

    Orders come by priority, deadline and queue; each operation goes where and when it is finished first. Orders that
    wait or are paused are left out. Work that has begun, or starts within the company's fence, stays where it is.
    """

    _name = "mes.pull.planner"
    _description = "Planner"

    @api.model
    def plan(self, production_ids):
        """Plan these manufacturing orders anew. For planners.

        :return: a row for each work order: ``{"workorder_id", "workcenter_id", "date_start", "date_finished",
            "reason"}``, in UTC; what found no time has no dates
        """
        sheet = self._propose(self._find_orders(production_ids), lock=True)
        self._apply(sheet)
        return self._get_rows(sheet)

    @api.model
    def _plan_orders(self, productions, first=None):
        """Plan these orders anew, ``first`` (in their sequence) before all others and what they wait for with them."""
        ranks = {order: number for number, order in enumerate((first or productions.browse()).sudo())}
        self._apply(self._propose(productions, lock=True, ranks=ranks))

    @api.model
    def preview(self, production_ids):
        """Return the rows of `plan` without writing anything. For planners."""
        return self._get_rows(self._propose(self._find_orders(production_ids)))

    @api.model
    def _find_orders(self, production_ids):
        """Return the orders that a planner may plan; raise for somebody else, and for orders of other companies."""
        self.env["mes.pull.message"]._check_parameters(production_ids=production_ids)
        orders = self.env["mrp.production"].browse(production_ids or []).exists()
        orders._mes_check_planner()
        return orders

    @api.model
    def _get_rows(self, sheet):
        return [
            {
                "workorder_id": work.id,
                "workcenter_id": placed.resource or work.workcenter_id.id,
                "date_start": placed.start or False,
                "date_finished": placed.stop or False,
                "reason": sheet.reasons[work.id],
            }
            for work, placed in ((work, sheet.placements[work.id]) for work in sheet.works)
        ]

    @api.model
    def _lock(self, centers):
        """Write the rows of the work centres, so that of two planners at once the later is repeated."""
        self.env["mes.pull.limit"]._lock({("workcenter", center_id) for center_id in centers.ids})

    # -- gathering ----------------------------------------------------------------------------------------------

    @api.model
    def _propose(self, orders, lock=False, ranks=None, now=None):
        """Return the `Sheet` of these orders.

        :param bool lock: hold the work centres until the transaction ends, for those who will apply it
        :param dict ranks: ``{order: number}``: these come in the order of their numbers, before all others
        :param datetime now: the moment from which on it is planned
        """
        now = now or fields.Datetime.now()
        orders = orders.sudo().filtered(self._is_plannable)
        works = orders.workorder_ids.filtered(lambda work: self._is_movable(work, now))
        centers = works.workcenter_id | works.workcenter_id.alternative_workcenter_ids
        if lock and centers:
            self._lock(centers)
        sheet = Sheet(now, works, orders)
        jobs = self._prepare_jobs(sheet, ranks or {})
        sheet.placements = tool.plan(jobs, self._prepare_resources(sheet, centers), now)
        self._explain(sheet)
        return sheet

    @api.model
    def _is_plannable(self, order):
        return (
            order.state in PLANNED_STATES and order.mes_release_state == "released" and order.mes_pull_state != "paused"
        )

    @api.model
    def _is_movable(self, work, now):
        """Return whether the work order may be planned: not begun, and not about to begin."""
        if work.state not in ("blocked", "ready") or work.duration or work.qty_produced:
            return False
        fence = now + timedelta(hours=work.company_id.mes_plan_fence_hours)
        return not (work.leave_id and fence > now and now <= work.leave_id.date_from < fence)

    @api.model
    def _prepare_jobs(self, sheet, ranks):
        children, receipts = self._get_supply(sheet.orders)
        jobs = []
        works = sheet.works.grouped("production_id")
        for order in sheet.orders:
            waits, after = [], []
            if not order.is_planned or order.mes_date_wanted:
                sheet.wanted[order.id] = order.mes_date_wanted or order.date_start
                waits.append(tool.Wait(sheet.wanted[order.id], "wanted"))
            for child in children[order.id]:
                if child in sheet.orders:
                    after.append(child.id)
                elif child.date_finished:
                    waits.append(tool.Wait(child.date_finished, "order", child.id))
            waits += [tool.Wait(date, "receipt", name) for date, name in receipts[order.id]]
            mine = works.get(order, sheet.works.browse())
            fixed = (order.workorder_ids - mine).filtered(lambda work: work.state not in CLOSED_ORDER_STATES)
            ends = [max(work.date_finished or sheet.now, sheet.now) for work in fixed]
            if not order.workorder_ids:
                ends = [order.date_finished or sheet.now]
            operations = [self._prepare_operation(sheet, work) for work in mine]
            rank = self._get_rank(order, ranks)
            jobs.append(tool.Job(order.id, rank, operations, after, waits, max(ends, default=None)))
        return jobs

    @api.model
    def _get_rank(self, order, ranks):
        """Return the order's place: priority, deadline, then who has waited longest."""
        first = ranks.get(order)
        return (
            (0, first) if first is not None else (1, 0),
            -int(order.priority or 0),
            order.date_deadline or datetime.max,
            order.mes_date_queued or order.create_date,
            order.id,
        )

    @api.model
    def _prepare_operation(self, sheet, work):
        own = work.workcenter_id
        options = [(own.id, work.duration_expected)] + [
            (center.id, work._get_duration_expected(alternative_workcenter=center))
            for center in own.alternative_workcenter_ids
        ]
        after, waits = [], []
        for before in work.blocked_by_workorder_ids:
            if before in sheet.works:
                after.append(before.id)
            elif before.state not in CLOSED_ORDER_STATES:
                waits.append(tool.Wait(max(before.date_finished or sheet.now, sheet.now), "before", before.id))
        return tool.Operation(work.id, options, after, waits)

    @api.model
    def _get_supply(self, orders):
        """Return what the orders' components come from, at any number of transfers: ``({order id: orders},
        {order id: [(date, document)]})``: other manufacturing orders, and receipts that are expected.
        """
        for name in ("stock.move", "mrp.production", "stock.picking"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE supply(parent, move) AS (
                    SELECT raw.raw_material_production_id, link.move_orig_id
                      FROM stock_move raw
                      JOIN stock_move_move_rel link ON link.move_dest_id = raw.id
                     WHERE raw.raw_material_production_id = ANY(%(ids)s) AND raw.state NOT IN %(closed)s
                     UNION
                    SELECT supply.parent, link.move_orig_id
                      FROM supply
                      JOIN stock_move move ON move.id = supply.move
                       AND move.production_id IS NULL AND move.state NOT IN %(closed)s
                      JOIN stock_move_move_rel link ON link.move_dest_id = move.id
                )
                SELECT supply.parent, move.production_id, MAX(move.date), MAX(picking.name)
                  FROM supply
                  JOIN stock_move move ON move.id = supply.move AND move.state NOT IN %(closed)s
                  JOIN stock_location source ON source.id = move.location_id
             LEFT JOIN stock_picking picking ON picking.id = move.picking_id
                 WHERE move.production_id IS NOT NULL OR source.usage = 'supplier'
                 GROUP BY supply.parent, move.production_id, move.picking_id
                """,
                ids=orders.ids,
                closed=CLOSED_ORDER_STATES,
            )
        )
        children, receipts = defaultdict(lambda: orders.browse()), defaultdict(list)
        ids = {child_id for _parent, child_id, _date, _name in rows if child_id}
        by_id = {order.id: order for order in orders.browse(ids)}
        for parent, child_id, date, name in rows:
            if child_id:
                children[parent] |= by_id[child_id]
            else:
                receipts[parent].append((date, name or ""))
        return children, receipts

    @api.model
    def _prepare_resources(self, sheet, centers):
        """Return the work centres with their working time and the bookings of others."""
        busy, shared = self._get_bookings(sheet, centers)
        seconds = defaultdict(float)
        for work in sheet.works:
            seconds[work.workcenter_id] += work.duration_expected * 60
        found = {}
        for calendar, members in centers.grouped("resource_calendar_id").items():
            if not calendar:
                found.update({center.id: tool.Resource(tool.Clock()) for center in members})
                continue
            hours = Hours(members, sheet.now, max(seconds[center] for center in members))
            for center in members:
                clock = tool.Clock(more=lambda hours=hours, center=center: hours.more(center))
                found[center.id] = tool.Resource(clock, busy[center.resource_id.id] + shared[calendar.id])
        return found

    @api.model
    def _get_bookings(self, sheet, centers):
        """Return the bookings that stay: ``({resource id: bookings}, {calendar id: bookings of all there})``."""
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("time_type", "=", "other"),
                    ("date_to", ">", sheet.now),
                    ("resource_id", "in", [*centers.resource_id.ids, False]),
                    ("calendar_id", "in", [*centers.resource_calendar_id.ids, False]),
                    ("id", "not in", sheet.works.leave_id.ids),
                ]
            )
        )
        busy, shared = defaultdict(list), defaultdict(list)
        for leave in leaves:
            booking = (leave.date_from, leave.date_to, leave.name or "")
            if leave.resource_id:
                busy[leave.resource_id.id].append(booking)
            elif leave.company_id in centers.company_id:
                for calendar in leave.calendar_id or centers.resource_calendar_id:
                    shared[calendar.id].append(booking)
        return busy, shared
