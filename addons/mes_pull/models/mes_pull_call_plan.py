"""How calls follow the hours: gathered for many orders at once, decided by `tools/calls.py`, written back.

Whatever changes an hour or a component notes the order (`_note_orders`); the calls of all noted orders are brought in
line in the same transaction, before it is committed or as soon as somebody looks for calls. Nothing else is touched:
what other orders have a claim on stays theirs.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CLOSED_ORDER_STATES, OPEN_CALL_STATES, OPEN_MOVE_STATES
from ..tools import calls as tool

# Keys of what a transaction has noted; Odoo empties that store when the transaction ends.
ORDERS, PLACES, BUSY = "mes_pull_call_orders", "mes_pull_call_places", "mes_pull_call_busy"

# What is read of orders: all at once, because Odoo would read those of a thousand moves at a time.
ORDER_FIELDS = ["state", "company_id", "date_start", "mes_release_state", "mes_pull_state", "workorder_ids"]

# What is read of stock moves.
MOVE_FIELDS = [
    "raw_material_production_id",
    "product_id",
    "product_qty",
    "product_uom",
    "product_uom_qty",
    "procure_method",
    "location_id",
    "location_dest_id",
    "workorder_id",
    "state",
    "picked",
    "quantity",
    "date",
    "picking_id",
    "company_id",
    "production_id",
    "purchase_line_id",
    "mes_call_date",
    "mes_call_slot_id",
    "mes_call_excess",
]


@dataclass
class Hour:
    """A need as it has to become a row: where it comes from, the row that is there, and the figures."""

    slot: models.Model
    work: models.Model
    due: object
    need: float
    row: models.Model = None
    move: models.Model = None
    figures: tool.Hour = None


@dataclass
class Pool:
    """What one order needs of one part at one place."""

    order: models.Model
    product: models.Model
    place: models.Model
    raws: models.Model
    steps: models.Model
    rows: models.Model
    hours: list = field(default_factory=list)
    unscheduled: float = 0.0  # needed, but nobody has planned when
    figures: tool.Pool = None

    @property
    def key(self):
        return self.place, self.product

    @property
    def started(self):
        return self.steps.filtered("mes_is_started")


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    # -- what has to be looked at -------------------------------------------------------------------------------

    @api.model
    def _note_orders(self, productions):
        """Note that the hours or components of these orders changed."""
        if productions and self.env["stock.location"]._mes_get_call_place_ids():
            self._note(ORDERS, productions.ids)

    @api.model
    def _note_places(self, places):
        """Note that how these places are called to changed."""
        self._note(PLACES, places.ids)

    @api.model
    def _note(self, name, ids):
        data = self.env.cr.precommit.data
        if not data.get(ORDERS) and not data.get(PLACES):
            self.env.cr.precommit.add(self.env["mes.pull.call"]._catch_up)
        data.setdefault(name, set()).update(ids)

    @api.model
    def _catch_up(self):
        data = self.env.cr.precommit.data
        if data.get(BUSY):
            return
        if self.env["stock.location"]._mes_get_call_place_ids():
            self.env["mrp.workorder"]._mes_follow_plan()
        orders, places = data.pop(ORDERS, set()), data.pop(PLACES, set())
        if orders or places:
            self._refresh(self.env["mrp.production"].browse(orders), self.env["stock.location"].browse(places))

    @api.model
    def _cron_follow(self):
        """Call what has come within the horizon, and heal what passed beside the events; twice changes nothing."""
        places = self.env["stock.location"].browse(sorted(self.env["stock.location"]._mes_get_call_place_ids()))
        for number, place in enumerate(places, 1):
            self._refresh(places=place)
            self.env["ir.cron"]._commit_progress(1, remaining=len(places) - number)

    @api.model
    def _refresh(self, productions=None, places=None):
        """Bring the calls of these orders, or of all that is near at these places, in line with hours and stock.

        :param productions: ``mrp.production`` records
        :param places: ``stock.location`` records; orders without planned hours are called there, too, when they begin
        """
        call = self.browse().with_env(self.env(su=True, context=self._get_clean_context()))
        orders = (productions if productions is not None else self.env["mrp.production"]).with_env(call.env)
        data = self.env.cr.precommit.data
        data[BUSY] = True
        try:
            near = call._get_near_orders(places.with_env(call.env)) if places else orders.browse()
            call._refresh_orders(orders | near, near)
        finally:
            data[BUSY] = False

    @api.model
    def _get_clean_context(self):
        """Return a context without what the change that is followed was made with."""
        context = self.env.context
        return {name: context[name] for name in ("lang", "tz", "allowed_company_ids", "uid") if name in context}

    @api.model
    def _get_near_orders(self, places):
        """Return the orders with calls at these places that are open and near, or that have parts there."""
        if not places:
            return self.env["mrp.production"]
        now = fields.Datetime.now()
        far = now + timedelta(hours=max(places.mapped("mes_call_horizon")))
        here = Domain("location_id", "in", places.ids)
        open_order = Domain("production_id.state", "not in", CLOSED_ORDER_STATES)
        near = Domain("date_due", "<=", far) | Domain("state", "in", ("called", "picking", "short"))
        near |= Domain("covered_qty", ">", 0) | Domain("done_qty", ">", 0)
        rows = self.search(here & Domain("state", "!=", "cancelled") & (near & open_order))
        lost = self.search(here & Domain("state", "in", OPEN_CALL_STATES) & ~open_order)
        raws = self.env["stock.move"].search(
            here
            & Domain("raw_material_production_id.state", "in", ("confirmed", "progress", "to_close"))
            & Domain("state", "in", OPEN_MOVE_STATES)
            & Domain("date", "<=", far)
        )
        return rows.production_id | lost.production_id | raws.raw_material_production_id

    # -- the round ----------------------------------------------------------------------------------------------

    def _refresh_orders(self, orders, near):
        """Follow ``orders``; those of ``near`` also where nobody has planned their hours."""
        self.env["mrp.workorder"]._mes_follow_plan()
        pools = self._gather(orders)
        if not pools:
            return
        self._read_products(self.env["product.product"].union(*(pool.product for pool in pools)))
        self._read_pools(pools)
        loops = self._get_loops(pools)
        self._gather_hours(pools, near, loops)
        self.env["stock.location"].union(*(pool.place for pool in pools))._mes_lock_calls()
        left = self._decide(pools, loops)
        self._follow_steps(pools)
        self._write_rows(pools)
        self._reserve_at_line(pools)
        self._propose_returns(pools, left, bool(near))

    def _read_pools(self, pools):
        """Read orders and moves of the pools with a statement each: one by one is what Odoo would do."""
        self.env["mrp.production"].union(*(pool.order for pool in pools)).fetch(ORDER_FIELDS)
        self.env["stock.move"].union(*(pool.steps for pool in pools)).fetch(MOVE_FIELDS)

    def _gather(self, orders):
        """Return the `Pool` s of these orders, and of orders with which they share transfers."""
        raws = self._get_line_moves(orders)
        others = self._read_steps(raws).move_dest_ids.raw_material_production_id - orders
        if others:
            orders |= others
            raws = self._get_line_moves(orders)
            self._read_steps(raws)
        domain = Domain("production_id", "in", orders.ids) & Domain("state", "!=", "cancelled")
        rows = self.search_fetch(domain, [name for name in self._fields if self._fields[name].column_type])
        pools = {}
        for move in raws:
            pool = self._get_pool(pools, move.raw_material_production_id, move.product_id, move.location_id)
            pool.raws |= move
        for row in rows:
            pool = self._get_pool(pools, row.production_id, row.product_id, row.location_id)
            pool.rows |= row
        self._gather_steps(pools.values())
        return list(pools.values())

    def _get_line_moves(self, orders):
        """Return the open components that these orders take from call places, read at once."""
        place_ids = sorted(self.env["stock.location"]._mes_get_call_place_ids())
        domain = Domain("location_id", "in", place_ids) & Domain("state", "in", OPEN_MOVE_STATES)
        domain &= Domain("raw_material_production_id", "in", orders.ids)
        return self.env["stock.move"].search_fetch(domain, MOVE_FIELDS)

    def _read_steps(self, raws):
        """Return the open transfers to these moves, read at once: Odoo would read a thousand at a time."""
        self._read_links(raws)
        steps = raws.move_orig_ids
        steps.fetch([*MOVE_FIELDS, "move_dest_ids"])
        return steps.filtered(lambda step: step.state in OPEN_MOVE_STATES)

    def _get_pool(self, pools, order, product, place):
        key = order.id, product.id, place.id
        if key not in pools:
            moves = self.env["stock.move"]
            pools[key] = Pool(order, product, place, moves, moves, self.browse())
        return pools[key]

    def _gather_steps(self, pools):
        """Give each pool the open transfers that bring its parts; one that two orders share goes to the first."""
        taken = set()
        for pool in sorted(pools, key=lambda pool: pool.order.id):
            steps = pool.raws.move_orig_ids | pool.rows.move_id
            pool.steps = steps.filtered(
                lambda step, pool=pool: (
                    step.id not in taken
                    and step.state in OPEN_MOVE_STATES
                    and step.location_dest_id == pool.place
                    and not step.production_id
                    and not step.purchase_line_id
                    and self._is_of(step, pool)
                )
            )
            taken.update(pool.steps.ids)

    @staticmethod
    def _is_of(step, pool):
        """Return whether the transfer is for this pool, or for nobody any more."""
        waiting = step.move_dest_ids.filtered(lambda move: move.state in OPEN_MOVE_STATES)
        return bool(waiting & pool.raws) or not waiting

    def _gather_hours(self, pools, near, loops):
        """Set when the pools' needs are due, and give each need the row that it had before."""
        left_to_loops = {
            pool.key for pool in pools if any(loop._mes_supplies(pool.place) for loop in loops.get(pool.product, ()))
        }
        works = self.env["mrp.workorder"].union(*(pool.order.workorder_ids for pool in pools if pool.raws))
        names = ["workorder_id", "workcenter_id", "date_start", "planned_qty"]
        slots = self.env["mes.pull.slot"].search_fetch(
            [("workorder_id", "in", works.ids)], names, order="date_start, id"
        )
        slots = slots.filtered("planned_qty").grouped("workorder_id")
        for pool in pools:
            if pool.key in left_to_loops:
                pool.raws.filtered(lambda move: move.procure_method != "make_to_stock").procure_method = "make_to_stock"
                continue
            totals = self._get_totals(pool, slots)
            for (work, slot), total in totals.items():
                pool.hours += self._cut(pool, work, slot, total, slots, pool.order in near)
            self._match_rows(pool)

    def _get_totals(self, pool, slots):
        """Return ``{(work order, hour): need}`` of the pool; the hour where a part is needed in just that one."""
        totals = defaultdict(float)
        works = pool.order.workorder_ids.sorted(lambda work: (work.sequence, work.id))
        for move in pool.raws:
            work = move.workorder_id or works[:1]
            slot = move.mes_call_slot_id
            if slot and slot not in slots.get(work, slot.browse()):
                slot = slot.browse()
            totals[work, slot] += move.product_qty
        return totals

    def _cut(self, pool, work, slot, total, slots, is_near):
        """Return the `Hour` s of a need."""
        if slot:
            return [Hour(slot, work, slot.date_start, total)]
        its_slots = slots.get(work, self.env["mes.pull.slot"])
        if not its_slots:
            return self._cut_unplanned(pool, work, total, is_near)
        swapped = {row.slot_id: row.substituted_qty for row in pool.rows if row.substituted_qty}
        swapped = {slot: quantity for slot, quantity in swapped.items() if slot in its_slots}
        gross = total + sum(swapped.values())
        shares = its_slots.mapped("planned_qty")
        needs = tool.cut_need(gross, shares, self._get_rounding(pool.product, gross))
        needs = [need - swapped.get(slot, 0.0) for slot, need in zip(its_slots, needs, strict=True)]
        return [
            Hour(slot, work, slot.date_start, round(need, 6))
            for slot, need in zip(its_slots, needs, strict=True)
            if need > tool.EPSILON or slot in swapped
        ]

    @api.model
    def _get_rounding(self, product, quantity):
        """Return how finely the need is cut: pieces stay whole, also where Odoo would count hundredths."""
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        is_counted = (product.uom_id.parent_path or "").split("/")[0] == str(unit_id)
        return 1.0 if is_counted and quantity % 1 == 0 else product.uom_id.rounding

    def _cut_unplanned(self, pool, work, total, is_near):
        """An order whose hours nobody has planned is called as a whole when it is to begin."""
        order = pool.order
        known = pool.rows.filtered(lambda row: not row.slot_id and row.workorder_id == work)
        is_on = order.mes_release_state == "released" and order.mes_pull_state == "normal" and order.state != "draft"
        if not is_on or work.state in CLOSED_ORDER_STATES or not (is_near or known) or work.mes_slot_ids:
            pool.unscheduled += total
            return []
        return [Hour(self.env["mes.pull.slot"], work, order.date_start, total)]

    def _match_rows(self, pool):
        """Give each hour its row: that of its slot; else, in order, one whose hour is gone."""
        rows = {
            (row.slot_id, row.workorder_id if not row.slot_id else row.workorder_id.browse()): row for row in pool.rows
        }
        merged = {}
        for hour in pool.hours:
            key = hour.slot, hour.work if not hour.slot else hour.work.browse()
            if key in merged:
                merged[key].need = round(merged[key].need + hour.need, 6)
                continue
            merged[key] = hour
            hour.row = rows.pop(key, None)
        pool.hours = sorted(merged.values(), key=lambda hour: hour.due)
        spare = sorted(rows.values(), key=lambda row: (row.date_due, row.id))
        for hour in pool.hours:
            if hour.row is None and spare:
                hour.row = next((row for row in spare if row.workorder_id == hour.work), spare[0])
                spare.remove(hour.row)

    def _get_loops(self, pools):
        """Return ``{product: loops}`` of what the pools need: some bring it themselves, some have containers."""
        products = self.env["product.product"].browse({pool.product.id for pool in pools})
        return self.env["mes.pull.loop"].search([("product_id", "in", products.ids)]).grouped("product_id")

    # -- figures ------------------------------------------------------------------------------------------------

    def _decide(self, pools, loops):
        """Decide what is called. Return ``{(place, product): what lies there free}``."""
        now = fields.Datetime.now()
        stock = self._get_stock(pools)
        containers = self._get_containers(loops)
        by_key = defaultdict(list)
        for pool in pools:
            until = now + timedelta(hours=pool.place.mes_call_horizon)
            for hour in pool.hours:
                is_short = bool(hour.row) and (hour.row.state == "short" or hour.row.short_qty > 0)
                hour.figures = tool.Hour(hour, hour.due, hour.need, hour.due <= until, is_short)
            pool.figures = tool.Pool(
                pool,
                [hour.figures for hour in pool.hours],
                done=sum(max(0.0, min(row.done_qty, row.need_qty - row.covered_qty)) for row in pool.rows),
                started=sum(pool.started.mapped("product_qty")),
                is_free=not pool.steps.filtered(lambda step: step.procure_method == "make_to_order"),
                container=containers.get((pool.product, pool.order.company_id), 0.0),
            )
            by_key[pool.key].append(pool)
        return {
            key: tool.net([pool.figures for pool in its_pools], stock.get((key[0].id, key[1].id), 0.0))
            for key, its_pools in by_key.items()
        }

    def _get_containers(self, loops):
        """Return ``{(product, company): pieces in a container}``."""
        loops = self.env["mes.pull.loop"].union(*loops.values()).sorted("sequence", reverse=True)
        return {(loop.product_id, loop.company_id): loop.container_qty for loop in loops if loop.container_qty > 1}
