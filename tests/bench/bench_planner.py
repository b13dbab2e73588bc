"""Planning 500 manufacturing orders, against Odoo's `button_plan` on the same orders

Ten work centres of eight hours a day, fifty orders of 200 pieces each. Odoo plans first and is undone, then the planner
plans the same orders. Hours are not cut in either (`slots` measures them).
"""

from unittest.mock import patch

from _bench import keep, measure
from bench_slots import ORDERS, Factory

LIMIT = 0.10


def bench(env):
    factory = Factory(env)
    works = factory.orders.workorder_ids

    def spans():
        return {work.id: (work.workcenter_id.id, work.date_start, work.date_finished) for work in works}

    with patch.object(env.registry["mrp.workorder"], "_mes_cut", lambda *_args, **_more: None):
        queries, _wall, odoo = measure(env, factory.plan)
        theirs = spans()
        factory.orders.button_unplan()
        found = [measure(env, lambda: env["mes.pull.planner"].plan(factory.ids)) for _round in range(3)]
    assert all(factory.orders.mapped("is_planned"))
    ours = spans()
    last = max(stop for _center, _start, stop in ours.values()), max(stop for _center, _start, stop in theirs.values())
    first, again = found[0], min(found[1:], key=lambda figures: figures[2])
    rows = [
        (f"Odoo's button_plan of {ORDERS} orders: CPU", odoo, "s", None),
        (f"Odoo's button_plan of {ORDERS} orders: queries", queries, "", None),
        ("planner: CPU", first[2], "s", None),
        ("planner: CPU / button_plan", first[2] / odoo, "x", LIMIT),
        ("planner: queries", first[0], "", None),
        ("planned anew: CPU / button_plan", again[2] / odoo, "x", None),
        ("last finish: hours later than Odoo's", (last[0] - last[1]).total_seconds() / 3600, "h", None),
    ]
    return keep("planner", rows)
