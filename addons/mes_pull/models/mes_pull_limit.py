"""Which limits a manufacturing order touches, and how full they are: the one decision function on work in progress."""

from contextlib import contextmanager
from weakref import WeakKeyDictionary

from odoo import api, models
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES, OPEN_MOVE_STATES
from ..tools.wip import Gauge

# Per cursor: the queue that is held still. No caller can send it, and no action carries it away.
_HOLDS = WeakKeyDictionary()


class Hold:
    """What happened to the queue while it was held still: whose capacity came free, whose orders came in."""

    def __init__(self):
        self.production_ids = set()
        self.keys = set()
        self.company_ids = set()


class MesPullLimit(models.AbstractModel):
    """Gathers the limits of orders, with one statement per kind of limit.

    A limit is known by its key: ``("loop", id)``, ``("workcenter", id)``, ``("product", id, company id)`` or
    ``("demand", product id, company id)``. Only orders that are *released*, open and not paused count as work in
    progress.
    """

    _name = "mes.pull.limit"
    _description = "Limits on Work in Progress"

    @api.model
    def _gather(self, productions, measure_loops=True):
        """Return how full the limits are that ``productions`` touch, and what each order asks of them.

        :param bool measure_loops: without it the loops have no gauges
        :return: ``(gauges, asks)``: ``{key: Gauge}`` and ``{production: {key: pieces}}``, in the products' units;
            an order without limits has no keys
        :rtype: tuple[dict, dict]
        """
        asks = {production: {} for production in productions}
        gauges = {}
        loops = self._ask_loops(productions, asks)
        if measure_loops:
            gauges.update({("loop", loop_id): gauge for loop_id, gauge in loops._get_wip_gauges().items()})
        for gather in (self._gather_workcenters, self._gather_products, self._gather_demand):
            gauges.update(gather(productions, asks))
        return gauges, asks

    def _ask_loops(self, productions, asks):
        """Note what each order asks of the loops that it supplies. Return these loops."""
        loops_by_order = productions._mes_get_target_loops()
        for production, its_loops in loops_by_order.items():
            for loop in its_loops:
                asks[production]["loop", loop.id] = production.product_uom_qty
        return self.env["mes.pull.loop"].union(*loops_by_order.values())

    def _gather_workcenters(self, productions, asks):
        capped = productions.workorder_ids.workcenter_id.filtered(lambda wc: wc.mes_wip_cap_jobs or wc.mes_wip_cap_qty)
        if not capped:
            return {}
        for production in productions:
            for work in production.workorder_ids.filtered(lambda work: work.state not in CLOSED_ORDER_STATES):
                if work.workcenter_id in capped:
                    left = production.product_uom_qty * (1 - min(1, work.qty_produced / (production.product_qty or 1)))
                    key = "workcenter", work.workcenter_id.id
                    asks[production][key] = max(left, asks[production].get(key, 0))
        return {("workcenter", wc_id): gauge for wc_id, gauge in capped._mes_get_wip_gauges().items()}

    def _gather_products(self, productions, asks):
        capped = productions.product_id.filtered(lambda product: product.mes_wip_cap_jobs or product.mes_wip_cap_qty)
        if not capped:
            return {}
        gauges = {}
        for company, orders in productions.filtered(lambda mo: mo.product_id in capped).grouped("company_id").items():
            for production in orders:
                asks[production]["product", production.product_id.id, company.id] = production.product_uom_qty
            for product_id, gauge in orders.product_id._mes_get_wip_gauges(company).items():
                gauges["product", product_id, company.id] = gauge
        return gauges

    def _gather_demand(self, productions, asks):
        """An order for a product without a loop needs somebody who asked, where its policy says so."""
        asking = {}
        for production in productions:
            if any(key[0] == "loop" for key in asks[production]):
                continue  # the loop's balance is the demand
            policy = production.product_id._mes_get_demand_policy(production.company_id)
            if policy != "free":
                asking[production] = policy
                key = "demand", production.product_id.id, production.company_id.id
                asks[production][key] = production.product_uom_qty
        gauges = {}
        for company, orders in productions.filtered(lambda mo: mo in asking).grouped("company_id").items():
            figures = orders.product_id._mes_get_uncovered_demand(company)
            for mo in orders:
                demand, on_hand, released = figures[mo.product_id.id]
                gauges["demand", mo.product_id.id, company.id] = Gauge(
                    cap_quantity=max(0.0, demand - on_hand), quantity=released, blocks=asking[mo] == "order"
                )
        return gauges

    @api.model
    def _browse(self, key):
        """Return the record (as superuser) that the limit ``key`` belongs to."""
        model = {"loop": "mes.pull.loop", "workcenter": "mrp.workcenter"}.get(key[0], "product.product")
        return self.env[model].sudo().browse(key[1])

    @api.model
    def _lock(self, keys):
        """Write the rows of these limits, so that of two transactions that decide at once the later is repeated."""
        by_kind = {}
        for key in keys:
            record = self._browse(key)
            by_kind.setdefault(record._name, set()).add(
                record.product_tmpl_id.id if record._name == "product.product" else record.id
            )
        if "mes.pull.loop" in by_kind:
            self.env["mes.pull.loop"].browse(sorted(by_kind["mes.pull.loop"]))._lock()
        for model, table in (("product.product", "product_template"), ("mrp.workcenter", "mrp_workcenter")):
            if model in by_kind:
                self.env.cr.execute(
                    SQL(
                        """UPDATE %(table)s SET mes_lock_seq = COALESCE(mes_lock_seq, 0) + 1 WHERE id IN (
                               SELECT id FROM %(table)s WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE)""",
                        table=SQL.identifier(table),
                        ids=sorted(by_kind[model]),
                    )
                )

    @api.model
    def _get_freed_keys(self, productions):
        """Return the keys of the limits of which ``productions`` took something, though their work may be over.

        Who gives capacity back writes these, whether anybody is seen waiting or not: an order that was queued at the
        same instant cannot be seen yet.
        """
        keys = {("loop", loop.id) for loops in productions._mes_get_target_loops().values() for loop in loops}
        for workcenter in productions.workorder_ids.workcenter_id:
            if workcenter.mes_wip_cap_jobs or workcenter.mes_wip_cap_qty:
                keys.add(("workcenter", workcenter.id))
        for production in productions:
            product, company = production.product_id, production.company_id
            if product.mes_wip_cap_jobs or product.mes_wip_cap_qty:
                keys.add(("product", product.id, company.id))
            elif product._mes_get_demand_policy(company) == "order":
                keys.add(("demand", product.id, company.id))
        return keys

    @api.model
    def _get_companies(self, records):
        """Return the companies that share the capacity of ``records``: all of them where one says no company."""
        if all(record.company_id for record in records):
            return records.company_id
        return self._get_all_companies()

    @api.model
    def _get_all_companies(self):
        return self.env["res.company"].sudo().search([("id", "!=", False)])

    @api.model
    @contextmanager
    def _holding_queue(self):
        """Release nobody until this is over.

        While an order is being finished or split, its work may be over before the order stands that carries it on:
        nobody slips in between.
        """
        if self.env.cr in _HOLDS:
            yield
            return
        hold = _HOLDS[self.env.cr] = Hold()
        try:
            yield
        finally:
            del _HOLDS[self.env.cr]
        Production = self.env["mrp.production"]
        freed = Production.browse(sorted(hold.production_ids)).exists()
        if freed:
            freed._mes_on_capacity_freed(hold.keys)
        others = hold.company_ids - set(freed.sudo().company_id.ids)
        if others:
            Production._mes_work_queue(self.env["res.company"].browse(sorted(others)))

    @api.model
    def _get_hold(self):
        return _HOLDS.get(self.env.cr)

    # -- in words -----------------------------------------------------------------------------------------------

    @api.model
    def _explain(self, key, gauge, quantity, company=None, next_jobs=None):
        """Return why ``quantity`` pieces more do not fit under the limit, and what frees it next.

        :param company: who asks; orders of others are not named
        :param dict next_jobs: what was found already, for who explains many
        """
        company = company or self.env.company
        next_jobs = {} if next_jobs is None else next_jobs
        record = self._browse(key)
        if key[0] in ("workcenter", "product") and (key, company) not in next_jobs:
            next_jobs[key, company] = record._mes_get_next_job(company)
        return getattr(self, f"_explain_{key[0]}")(record, gauge, quantity, next_jobs.get((key, company)))

    def _explain_loop(self, loop, gauge, quantity, _next_job):
        message = self.env["mes.pull.message"]
        if gauge.cap_jobs and gauge.jobs >= gauge.cap_jobs:
            return message._text("limit_jobs", name=loop.name, jobs=gauge.jobs, cap=gauge.cap_jobs)
        if loop.mode == "demand":
            return message._text(
                "limit_loop_demand",
                name=loop.name,
                quantity=float(gauge.quantity),
                cap=float(gauge.cap_quantity),
                missing=float(gauge.lacking(quantity)),
            )
        if not gauge.fits_when_empty(quantity):
            figures = message._text("limit_part_pieces", quantity=float(gauge.quantity), cap=float(gauge.cap_quantity))
            return message._text("limit_too_big", name=loop.name, figures=figures, quantity=float(quantity))
        container = loop.container_qty or 1
        return message._text(
            "limit_loop",
            name=loop.name,
            cards=min(loop.card_count, round(gauge.quantity / container)),
            card_count=loop.card_count,
            quantity=float(gauge.quantity),
            cap=float(gauge.cap_quantity),
            missing=float(gauge.lacking(quantity)),
        )

    def _explain_workcenter(self, workcenter, gauge, quantity, next_job):
        return self._explain_cap(workcenter.name, gauge, quantity, next_job)

    def _explain_product(self, product, gauge, quantity, next_job):
        return self._explain_cap(product.display_name, gauge, quantity, next_job)

    def _explain_cap(self, name, gauge, quantity, next_job):
        message = self.env["mes.pull.message"]
        parts = []
        if gauge.cap_jobs:
            parts.append(message._text("limit_part_jobs", jobs=gauge.jobs, cap=gauge.cap_jobs))
        if gauge.cap_quantity is not None:
            parts.append(
                message._text("limit_part_pieces", quantity=float(gauge.quantity), cap=float(gauge.cap_quantity))
            )
        values = {"name": name, "figures": ", ".join(parts), "quantity": float(quantity)}
        if not gauge.fits_when_empty(quantity):
            return message._text("limit_too_big", **values)
        if not next_job:
            return message._text("limit_full", **values)
        return message._text("limit_next", **values, job=next_job.display_name, pieces=next_job.product_uom_qty)

    def _explain_demand(self, product, gauge, _quantity, _next_job):
        return self.env["mes.pull.message"]._text(
            "limit_demand",
            name=product.display_name,
            demand=float(gauge.cap_quantity),
            quantity=float(gauge.quantity),
        )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _mes_get_uncovered_demand(self, company):
        """Return ``{product id: (demand, on hand, released)}`` in the company, in the products' units.

        Demand is what open moves finally take to customers or to manufacturing orders that are wanted themselves
        (one that is being confirmed at this moment is not known to be); on hand is all usable stock; released is
        what released orders still bring.
        """
        for model in ("stock.move", "stock.quant", "mrp.production", "stock.location"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(demand.quantity, 0)::float8, COALESCE(stock.quantity, 0)::float8,
                       COALESCE(made.quantity, 0)::float8
                  FROM product_product p
             LEFT JOIN LATERAL (
                    SELECT SUM(m.product_qty) AS quantity
                      FROM stock_move m
                      JOIN stock_location target ON target.id = COALESCE(m.location_final_id, m.location_dest_id)
                 LEFT JOIN mrp_production parent ON parent.id = m.raw_material_production_id
                     WHERE m.product_id = p.id AND m.company_id = %(company)s AND m.state IN %(open)s
                       AND target.usage IN ('customer', 'production')
                       AND (parent.id IS NULL
                            OR parent.mes_release_state IS NOT NULL AND parent.mes_lacks_demand IS NOT TRUE
                            AND parent.mes_pull_state IS DISTINCT FROM 'paused')
                       AND NOT EXISTS (SELECT FROM stock_move_move_rel r WHERE r.move_orig_id = m.id)
                       ) demand ON TRUE
             LEFT JOIN LATERAL (
                    SELECT SUM(q.quantity) AS quantity
                      FROM stock_quant q
                      JOIN stock_location place ON place.id = q.location_id
                       AND place.usage = 'internal' AND place.mes_is_held IS NOT TRUE
                     WHERE q.product_id = p.id AND q.company_id = %(company)s AND %(usable)s
                       ) stock ON TRUE
             LEFT JOIN LATERAL (
                    SELECT SUM(mo.product_uom_qty) AS quantity
                      FROM mrp_production mo
                     WHERE mo.product_id = p.id AND mo.company_id = %(company)s AND mo.state NOT IN %(closed)s
                       AND mo.mes_release_state = 'released' AND mo.mes_pull_state IS DISTINCT FROM 'paused'
                       ) made ON TRUE
                 WHERE p.id = ANY(%(ids)s)
                """,
                ids=self.ids,
                company=company.id,
                open=OPEN_MOVE_STATES,
                closed=CLOSED_ORDER_STATES,
                usable=self.env["mes.pull.loop"]._get_usable_quant_condition(),
            )
        )
        return {product_id: tuple(figures) for product_id, *figures in rows}
