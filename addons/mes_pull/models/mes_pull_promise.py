"""When a quotation can be delivered; the arithmetic is in `tools/promise.py` and `tools/planner.py`."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo import api, fields, models

from ..const import OPEN_MOVE_STATES
from ..tools import planner as tool
from ..tools import promise
from .mes_pull_planner import LAST, PLANNED_STATES, Sheet

LEVELS = 30


@dataclass
class Source:
    """What comes from where: the jobs whose end is waited for, and moments from outside of the plan."""

    jobs: list = field(default_factory=list)
    waits: list = field(default_factory=list)

    def add(self, other):
        self.jobs += other.jobs
        self.waits += other.waits


@dataclass
class Ask:
    """One line that asks for a date, with all that would have to be made for it."""

    line: models.Model
    number: int
    source: Source = field(default_factory=Source)
    jobs: list = field(default_factory=list)
    from_stock: float = 0.0
    missing: models.Model | None = None


@dataclass
class Book:
    """What all lines share: recipes, free stock, what each operation of a new order is for, its waiting times."""

    now: datetime
    company: models.Model
    boms: dict = field(default_factory=dict)
    stock: dict = field(default_factory=dict)
    surplus: dict = field(default_factory=dict)
    expected: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    waiting: list = field(default_factory=list)


class MesPullPromise(models.AbstractModel):
    """Plans what is asked for behind all that is planned or waits, level by level, and books nothing.

    Each line takes free stock first; the rest is made (with its components, these from stock, made or bought) or
    bought. Lines come in their order. Orders that wait for capacity go before: nobody is late because of a promise.
    """

    _name = "mes.pull.promise"
    _description = "Promise"

    @api.model
    def _promise(self, lines):
        """Return ``{line: (date or False, why)}`` for sales order lines of one company; dates in UTC."""
        if not lines:
            return {}
        book = Book(fields.Datetime.now(), lines.company_id)
        self._gather(book, lines)
        asks = [Ask(line, number) for number, line in enumerate(lines)]
        for ask in asks:
            self._explode_line(book, ask)
        plan = self._plan(book, asks)
        return {ask.line: self._conclude(book, ask, plan) for ask in asks}

    # -- gathering ----------------------------------------------------------------------------------------------

    @api.model
    def _gather(self, book, lines):
        """Load the recipes of all levels, and what is free of each product in the warehouses of the lines."""
        products = level = lines.product_id
        for _number in range(LEVELS):
            book.boms.update(self.env["mrp.bom"]._bom_find(level, company_id=book.company.id))
            boms = self.env["mrp.bom"].union(*(book.boms[product] for product in level if product in book.boms))
            level = boms.bom_line_ids.product_id - products
            products |= level
            if not level:
                break
        stored = products.filtered("is_storable")
        for warehouse in lines.mapped(self._get_warehouse):
            self._gather_stock(book, warehouse, stored)

    @api.model
    def _get_warehouse(self, line):
        return line.warehouse_id or line.order_id.warehouse_id

    @api.model
    def _gather_stock(self, book, warehouse, products):
        """Keep what is free now, and what is expected and nobody has asked for. Held stock lies elsewhere."""
        place = warehouse.lot_stock_id
        here = products.with_context(location=place.id)
        for product in here:
            free = max(0.0, min(product.free_qty, product.virtual_available))
            book.stock[warehouse.id, product.id] = free
            book.surplus[warehouse.id, product.id] = max(0.0, product.virtual_available - free)
        moves = self.env["stock.move"]._read_group(
            [
                ("product_id", "in", products.ids),
                ("state", "in", OPEN_MOVE_STATES),
                ("location_dest_id", "child_of", place.id),
                ("location_id.usage", "in", ("supplier", "transit")),
            ],
            ["product_id"],
            ["date:max"],
        )
        book.expected.update({(warehouse.id, product.id): date for product, date in moves})

    # -- what it takes ------------------------------------------------------------------------------------------

    @api.model
    def _explode_line(self, book, ask):
        line = ask.line
        quantity = line.product_uom_id._compute_quantity(line.product_uom_qty, line.product_id.uom_id)
        ask.source = self._supply(book, ask, line.product_id, quantity, 0)

    @api.model
    def _supply(self, book, ask, product, quantity, level):
        """Return the `Source` of a quantity: from stock, made, bought."""
        bom = book.boms.get(product)
        if bom and bom.type == "phantom":
            return self._make(book, ask, product, bom, quantity, level)
        warehouse = self._get_warehouse(ask.line)
        key = warehouse.id, product.id
        if not self._is_made_to_order(product, warehouse.lot_stock_id, None if level else ask.line):
            taken = promise.take(book.stock, key, quantity)
            ask.from_stock += taken if level == 0 else 0
            quantity -= taken
        if product.uom_id.compare(quantity, 0) <= 0 or product.type == "service":
            return Source()
        if bom and bom.type == "normal" and self._is_made(product):
            return self._make(book, ask, product, bom, quantity, level)
        return self._buy(book, ask, product, quantity, key)

    @api.model
    def _get_routes(self, product, line=None):
        return (
            (line.route_ids if line else product.route_ids.browse())
            | product.route_ids
            | product.categ_id.total_route_ids
        )

    @api.model
    def _is_made_to_order(self, product, place, line=None):
        """Return whether it is procured anew though there is stock at ``place``."""
        rules = self._get_routes(product, line).rule_ids.filtered(lambda rule: rule.action in ("pull", "pull_push"))
        return any(rule.procure_method == "make_to_order" and rule.location_src_id == place for rule in rules)

    @api.model
    def _is_made(self, product):
        actions = set(self._get_routes(product).rule_ids.mapped("action"))
        return "manufacture" in actions or "buy" not in actions

    @api.model
    def _buy(self, book, ask, product, quantity, key):
        """Return when it is bought; what is expected and free is not bought again."""
        waits = []
        seller = product._select_seller(quantity=None)
        if seller:
            days = seller.delay + book.company.days_to_purchase
            waits.append(tool.Wait(book.now + timedelta(days=days), "vendor", (product, seller.partner_id)))
        if key in book.expected and product.uom_id.compare(book.surplus.get(key, 0.0), quantity) >= 0:
            promise.take(book.surplus, key, quantity)
            waits.append(tool.Wait(max(book.expected[key], book.now), "expected", (product, None)))
        if not waits and product.is_storable:
            ask.missing = product
        return Source(waits=[min(waits, key=lambda wait: wait.until)] if waits else [])

    @api.model
    def _make(self, book, ask, product, bom, quantity, level):
        """Return the new order that makes it, or what its components wait for where there is nothing to do."""
        source = Source()
        if level > LEVELS:
            return source
        made = product.uom_id._compute_quantity(quantity, bom.product_uom_id, round=False)
        operations, components = self._explode(book, bom, product, made / (bom.product_qty or 1.0))
        for component, needed in components:
            source.add(self._supply(book, ask, component, needed, level + 1))
        if bom.type == "phantom" or not (operations or bom.produce_delay):
            return source
        key = "promise", len(book.products), product.id
        book.products[key] = product
        if operations:
            prepared = self._prepare_operations(key, bom, product, quantity, operations)
        else:
            book.waiting.append(key)
            prepared = [tool.Operation((*key, 0), [(key, bom.produce_delay * 24 * 60)])]
        ask.jobs.append(tool.Job(key, ((2, ask.number),), prepared, source.jobs, source.waits))
        return Source(jobs=[key])

    @api.model
    def _explode(self, book, bom, product, factor, level=0):
        """Return the operations and the components of one order; kits among its components are taken apart."""
        operations = [op for op in bom.operation_ids if not op._skip_operation_line(product)]
        components = []
        for line in bom.bom_line_ids:
            if line._skip_bom_line(product):
                continue
            part, needed = line.product_id, line.product_qty * factor
            kit = book.boms.get(part)
            if kit and kit.type == "phantom" and level < LEVELS:
                unit = line.product_uom_id._compute_quantity(needed, kit.product_uom_id, round=False)
                more, parts = self._explode(book, kit, part, unit / (kit.product_qty or 1.0), level + 1)
                operations += more
                components += parts
            else:
                components.append((part, line.product_uom_id._compute_quantity(needed, part.uom_id)))
        return operations, components

    @api.model
    def _prepare_operations(self, key, bom, product, quantity, operations):
        """Return the operations of a new order, one behind the other unless its recipe says behind which."""
        prepared, before, keys = [], [], defaultdict(list)
        ordered = sorted(operations, key=lambda operation: operation.sequence)
        for number, operation in enumerate(ordered):
            keys[operation].append((*key, number))
        for number, operation in enumerate(ordered):
            own = operation.workcenter_id
            options = [
                (center.id, self._get_minutes(center, operation, bom, product, quantity))
                for center in own | own.alternative_workcenter_ids
            ]
            if bom.allow_operation_dependencies:
                before = [other for operation in operation.blocked_by_operation_ids for other in keys[operation]]
            prepared.append(tool.Operation((*key, number), options, before))
            before = [(*key, number)]
        return prepared

    @api.model
    def _get_minutes(self, center, operation, bom, product, quantity):
        capacity, setup, cleanup = center._get_capacity(product, product.uom_id, bom.product_qty or 1)
        return promise.get_minutes(quantity, operation.time_cycle, capacity, setup, cleanup, center.time_efficiency)

    # -- the plan -----------------------------------------------------------------------------------------------

    @api.model
    def _plan(self, book, asks):
        """Return the planner after it has placed what waits to be planned and, behind it, what is asked for."""
        planner = self.env["mes.pull.planner"]
        works = self.env["mrp.workorder"].search(self._get_unplanned_domain(book))
        works = works.filtered(lambda work: planner._is_movable(work, book.now))
        sheet = Sheet(book.now, works, works.production_id)
        jobs = planner._prepare_jobs(sheet, {})
        new = [job for ask in asks for job in ask.jobs]
        ids = {
            center
            for job in new
            if job.key not in book.waiting
            for op in job.operations
            for center, _time in op.options
        }
        centers = works.workcenter_id | works.workcenter_id.alternative_workcenter_ids
        centers |= centers.browse(ids - set(centers.ids))
        resources = planner._prepare_resources(sheet, centers)
        for key in book.waiting:
            resources[key] = tool.Resource(tool.Clock([(book.now, book.now + LAST)]))
        plan = tool.Planner(resources, book.now)
        plan.plan([*jobs, *new])
        return plan

    @api.model
    def _get_unplanned_domain(self, book):
        """Find the work that has no booking to come: never planned, or planned for a time that went by."""
        return [
            ("company_id", "=", book.company.id),
            ("state", "in", ("blocked", "ready")),
            "|",
            ("leave_id", "=", False),
            ("leave_id.date_to", "<=", book.now),
            ("production_id.state", "in", PLANNED_STATES),
            ("production_id.mes_pull_state", "!=", "paused"),
        ]
