"""Deliveries and manufacturing orders with mes_quality installed, against a database without it; holding 5,000 lots

Both databases are cloned from Odoo's own addons and get those of ours that don't build on mes_quality; one of them gets
mes_quality as well, and nothing else makes the difference: a delivery of 1, 10 and 50 lines of products by lot,
validated; a manufacturing order of four components, made and confirmed. Then all get 5,000 lots more of the same
products, which are held where mes_quality is, and all is measured again.

A few percent are less than what a busy machine makes of the same work. So the databases take turns in one process, each
turn begins with another one, and memory is cleaned up between the turns, never within. Seconds are this process's CPU;
compared are the lower quartiles. Holding is measured by the CPU of this process and of its database's: what it takes on
a machine that does nothing else. A copy of the database without mes_quality is measured, too: its ratio is 1 but for
what the method cannot tell apart.
"""

import contextlib
import gc
import statistics
import sys
import time
from pathlib import Path

from _bench import get_cpu, get_growth, keep, measure, reset

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

LINES = (1, 10, 50)
ROUNDS = {1: 40, 10: 16, 50: 8, "order": 20}
HELD = 5000
LIMIT_IDLE, LIMIT_HELD, LIMIT_HOLD = 1.05, 1.10, 2.0
LIMIT_GROWTH = 1.1  # linear, but for what the method cannot tell apart


class Factory:
    """The same stock and work in either database."""

    def __init__(self, env):
        self.env = env
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self.customers = env.ref("stock.stock_location_customers")
        self.products = env["product.product"].create(
            [{"name": f"Part {number}", "is_storable": True, "tracking": "lot"} for number in range(max(LINES))]
        )
        self.lots = env["stock.lot"].create([{"name": "GOOD", "product_id": part.id} for part in self.products])
        for lot in self.lots:
            env["stock.quant"]._update_available_quantity(lot.product_id, self.stock, 1_000_000, lot_id=lot)
        self.made = env["product.product"].create({"name": "Made", "is_storable": True})
        centre = env["mrp.workcenter"].create({"name": "Line"})
        self.bom = env["mrp.bom"].create(
            {
                "product_tmpl_id": self.made.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": part.id, "product_qty": 1}) for part in self.products[:4]],
                "operation_ids": [
                    (0, 0, {"name": name, "workcenter_id": centre.id, "time_cycle_manual": 1}) for name in ("A", "B")
                ],
            }
        )
        env.cr.commit()

    def prepare(self, lines):
        """Return a reserved delivery."""
        places = {"location_id": self.stock.id, "location_dest_id": self.customers.id}
        moves = [(0, 0, {"product_id": part.id, "product_uom_qty": 1, **places}) for part in self.products[:lines]]
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id, "move_ids": moves, **places}
        )
        picking.action_confirm()
        picking.action_assign()
        self.env.cr.commit()
        return picking.id

    def validate(self, picking_id):
        picking = self.env["stock.picking"].browse(picking_id)
        picking.button_validate()
        assert picking.state == "done"

    def order(self, _prepared):
        order = self.env["mrp.production"].create({"product_id": self.made.id, "product_qty": 1, "bom_id": self.bom.id})
        order.action_confirm()
        assert order.reservation_state == "assigned"

    def create_lots(self):
        """Make 5,000 lots more of the ten products that come first, one piece each."""
        vals_list = [
            {"name": f"BAD-{number:05}", "product_id": self.products[number % 10].id} for number in range(HELD)
        ]
        lots = self.env["stock.lot"].create(vals_list)
        date = "2000-01-01"
        self.env["stock.quant"].create(
            [
                {
                    "product_id": lot.product_id.id,
                    "location_id": self.stock.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "in_date": date,
                }
                for lot in lots
            ]
        )
        self.env.cr.commit()
        return lots


def compare(factories):
    """Return ``{case: {name: (queries, wall, CPU)}}``, measured in turns."""
    found = {}
    for case, rounds in ROUNDS.items():
        figures = {name: [] for name in factories}
        names = list(factories)
        for number in range(rounds + 2):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                figure = measure_turn(factories[name], case)
                if number >= 2:
                    figures[name].append(figure)
        found[case] = {name: summarise(rows) for name, rows in figures.items()}
    return found


def measure_turn(factory, case):
    """Return queries, seconds and CPU of one piece of work."""
    prepared = None if case == "order" else factory.prepare(case)
    work = factory.order if case == "order" else factory.validate
    gc.collect()
    gc.disable()
    try:
        return measure(factory.env, lambda: work(prepared))
    finally:
        gc.enable()


def summarise(rows):
    """Return the queries as usual, and the seconds when little else disturbed them."""
    queries, wall, cpu = zip(*rows, strict=True)
    return statistics.median(queries), statistics.quantiles(wall, n=4)[0], statistics.quantiles(cpu, n=4)[0]


def make_rows(found, when, limit):
    rows = []
    for case, figures in found.items():
        what = "an order" if case == "order" else f"a delivery of {case} lines"
        plain, ours, again = (figures[name] for name in ("without", "with", "again"))
        rows += [
            (f"{what}{when}: queries / without ({ours[0]:g} / {plain[0]:g})", ours[0] / plain[0], "x", limit),
            (f"{what}{when}: CPU / without ({plain[2] * 1000:.0f} ms)", ours[2] / plain[2], "x", limit),
            (f"{what}{when}: time / without ({plain[1] * 1000:.0f} ms)", ours[1] / plain[1], "x", None),
            (f"{what}{when}: CPU, without / without", again[2] / plain[2], "x", None),
        ]
    return rows


def make_databases():
    """Return what serves them, and the names of databases that differ in mes_quality only, by case."""
    from mes_cli import addons, databases, setup

    ready = setup.Setup(setup.python_env.PYTHON, setup.odoo_source.ensure_odoo(), setup.postgres.Postgres())
    others = [addon for addon in addons.our_addons() if "mes_quality" not in find_dependencies(addon)]
    names = {}
    cases = {"without": others, "with": [*others, "mes_quality"], "again": others}
    for case, modules in cases.items():
        names[case] = databases.clone(ready, databases.ensure_base(ready), f"mes_bench_{case}")
        databases.install(ready, names[case], modules, False, setup.LOGS / f"bench-{case}.log")
    return ready, names


def find_dependencies(addon):
    """Names of our addons that this one needs, with itself."""
    from mes_cli import addons, paths

    found = {addon}
    for name in addons.read_manifest(paths.ADDONS / addon)["depends"]:
        if (paths.ADDONS / name).is_dir():
            found |= find_dependencies(name)
    return found


def bench(_env):
    from mes_cli import databases

    import odoo
    from odoo.modules.registry import Registry

    ready, names = make_databases()
    try:
        with contextlib.ExitStack() as opened:
            factories = {
                case: Factory(
                    odoo.api.Environment(opened.enter_context(Registry(name).cursor()), odoo.SUPERUSER_ID, {})
                )
                for case, name in names.items()
            }
            rows = make_rows(compare(factories), "", LIMIT_IDLE)
            lots = {name: factory.create_lots() for name, factory in factories.items()}["with"]
            rows += measure_holding(lots)
            rows += make_rows(compare(factories), f", {HELD} lots held", LIMIT_HELD)
        return keep("quality", rows)
    finally:
        for name in names.values():
            odoo.sql_db.close_db(name)
            databases.drop(ready, name)


def measure_holding(lots):
    """Hold all lots by one decision, and a quarter of them, in turns; in the end all stay held. Return the rows."""
    found = {HELD // 4: [], HELD: []}
    for _turn in range(5):
        for count, figures in found.items():
            figures.append(hold(lots[:count]))
            lots.env.cr.rollback()
    hold(lots)
    lots.env.cr.commit()
    medians = {count: tuple(map(statistics.median, zip(*figures, strict=True))) for count, figures in found.items()}
    growth = get_growth(*((count, cpu) for count, (_wall, cpu) in medians.items()))
    return [
        (f"holding {HELD} lots: CPU, the database's too", medians[HELD][1], "s", LIMIT_HOLD),
        (f"holding {HELD} lots: time", medians[HELD][0], "s", None),
        (f"growth from {HELD // 4} to {HELD} lots held: exponent", growth, "", LIMIT_GROWTH),
    ]


def hold(lots):
    """Hold these lots by one decision, not committed. Return its seconds, and those of CPU."""
    env = lots.env
    reset(env)
    wall, cpu = time.perf_counter(), get_cpu(env)
    env["stock.lot"].browse(lots.ids).action_mes_hold("bench")
    env.flush_all()
    return time.perf_counter() - wall, get_cpu(env) - cpu
