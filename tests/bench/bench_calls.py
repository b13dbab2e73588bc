"""Material calls of 500 orders of five components, against Odoo's own confirmation of the same orders

Ten work centres with a line-side place each, fifty orders of 25 pieces each. The calls of all hours are cut anew and
found unchanged (that is what the limit of queries is for), then first called with their transfers; then one order is
cut, which touches its own calls only.
"""

import contextlib

from _bench import keep, measure

# Making the documents: transfers with their moves, reserving them, removing what they replace, and the calls' rows.
DOCUMENT_STEPS = [
    ("mes.pull.call", "create"),
    ("mes.pull.planner", "_write_all"),
    ("stock.picking", "create"),
    ("stock.picking", "unlink"),
    ("stock.move", "create"),
    ("stock.move", "write"),
    ("stock.move", "_action_assign"),
]

ORDERS, CENTERS, COMPONENTS, QUANTITY = 500, 10, 5, 25
QUERY_LIMIT, CALL_LIMIT, LOOK_LIMIT, ONE_LIMIT = 12, 1.5, 0.1, 0.05


@contextlib.contextmanager
def document_queries(env, found):
    """Count in ``found`` the queries that Odoo's documents need, by step; a step within a step counts once."""
    depth = [0]

    def watch(key, step):
        def watched(records, *args, **kwargs):
            before, depth[0] = env.cr.sql_log_count, depth[0] + 1
            try:
                return step(records, *args, **kwargs)
            finally:
                depth[0] -= 1
                if not depth[0]:
                    found[key] = found.get(key, 0) + env.cr.sql_log_count - before

        return watched

    with contextlib.ExitStack() as undo:
        for model, name in DOCUMENT_STEPS:
            kind = env.registry[model]
            setattr(kind, name, watch(f"{model}.{name}", getattr(kind, name)))
            undo.callback(delattr, kind, name)
        yield


class Factory:
    def __init__(self, env) -> None:
        self.env = env
        self.warehouse = env["stock.warehouse"].search([], limit=1)
        self.kind = self.warehouse.int_type_id.copy({"name": "Calls", "sequence_code": "CALL"})
        self.kind.default_location_src_id = self.warehouse.lot_stock_id
        self.components = env["product.product"].create(
            [{"name": f"Component {number}", "is_storable": True} for number in range(COMPONENTS)]
        )
        for component in self.components:
            env["stock.quant"]._update_available_quantity(component, self.warehouse.lot_stock_id, 1_000_000)
        parts = [self.part(number) for number in range(CENTERS)]
        vals = [{"product_id": parts[number % CENTERS].id, "product_qty": QUANTITY} for number in range(ORDERS)]
        self.ids, self.seconds = [], 0.0
        for first in range(0, ORDERS, 50):
            orders = env["mrp.production"].create(vals[first : first + 50])
            self.seconds += measure(env, orders.action_confirm)[2]
            self.ids += orders.ids
            env.cr.commit()

    def part(self, number):
        env = self.env
        place = env["stock.location"].create(
            {
                "name": f"Bench {number}",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "mes_call_type_id": self.kind.id,
                "mes_call_horizon": 10000,
            }
        )
        center = env["mrp.workcenter"].create({"name": f"Line {number}", "mes_line_location_id": place.id})
        part = env["product.product"].create({"name": f"Part {number}", "is_storable": True})
        env["mrp.bom"].create(
            {
                "product_tmpl_id": part.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": one.id, "product_qty": 1}) for one in self.components],
                "operation_ids": [(0, 0, {"name": "Make", "workcenter_id": center.id, "time_cycle_manual": 2.4})],
            }
        )
        return part

    @property
    def orders(self):
        return self.env["mrp.production"].browse(self.ids)

    def plan(self):
        """Plan without calls: those are measured for themselves."""
        self.orders.button_plan()
        self.env.flush_all()
        self.env.cr.precommit.clear()

    def refresh(self):
        self.env["mes.pull.call"]._refresh(self.orders)

    def cut_one(self):
        self.orders[-1]._mes_reduce(QUANTITY - 5)


def bench(env):
    factory = Factory(env)
    measure(env, factory.plan)
    rows = [(f"Odoo's confirmation of {ORDERS} orders: CPU", factory.seconds, "s", None)]
    documents = {}
    with document_queries(env, documents):
        queries, _wall, cpu = measure(env, factory.refresh)
    rows += [(f"first calls: queries of {name}", figure, "", None) for name, figure in documents.items()]
    rows += [
        ("first calls: all other queries", queries - sum(documents.values()), "", None),
        ("first calls with their transfers: CPU", cpu, "s", None),
        ("first calls with their transfers: CPU / confirmation", cpu / factory.seconds, "x", CALL_LIMIT),
        ("first calls with their transfers: queries", queries, "", None),
        ("transfers", env["stock.picking"].search_count([("mes_call_date", "!=", False)]), "", None),
    ]
    queries, _wall, cpu = measure(env, factory.refresh)
    rows += [
        ("a look at all calls: CPU / confirmation", cpu / factory.seconds, "x", LOOK_LIMIT),
        ("a look at all calls: queries", queries, "", QUERY_LIMIT),
    ]
    calls = env["mes.pull.call"].search([("production_id", "in", factory.ids)])
    assert sum(calls.mapped("need_qty")) == ORDERS * COMPONENTS * QUANTITY
    last = max(calls.mapped("revision"))
    queries, _wall, cpu = measure(env, factory.cut_one)
    changed = env["mes.pull.call"].search([("revision", ">", last)])
    assert changed.production_id == factory.orders[-1]
    rows += [
        (
            "one order cut: calls of others touched",
            len(changed.filtered(lambda c: c.production_id != factory.orders[-1])),
            "",
            0,
        ),
        ("one order cut: CPU / confirmation of all", cpu / factory.seconds, "x", ONE_LIMIT),
        ("one order cut: queries", queries, "", None),
    ]
    return keep("calls", rows)
