"""Hours of 500 planned work orders, against Odoo's own planning of the same orders

Ten work centres of eight hours a day, fifty orders of 200 pieces each: 4,000 hours. Odoo's `button_plan` is measured
without ours; then the hours are cut, cut anew after a change of the calendar, and shown on the board.
"""

from unittest.mock import patch

from _bench import keep, measure

ORDERS, CENTERS, QUANTITY = 500, 10, 200
CUT_LIMIT, AGAIN_LIMIT, BOARD_LIMIT = 0.3, 0.2, 0.02


class Factory:
    def __init__(self, env) -> None:
        self.env = env
        times = [("morning", 8, 12), ("afternoon", 13, 17)]
        self.calendar = env["resource.calendar"].create(
            {
                "name": "Bench",
                "tz": "Europe/Brussels",
                "attendance_ids": [
                    (0, 0, {"name": part, "day_period": part, "dayofweek": day, "hour_from": start, "hour_to": stop})
                    for day in "01234"
                    for part, start, stop in times
                ],
            }
        )
        self.blank = env["product.product"].create({"name": "Blank", "is_storable": True})
        self.parts = [self.part(number) for number in range(CENTERS)]
        vals = [{"product_id": self.parts[n % CENTERS].id, "product_qty": QUANTITY} for n in range(ORDERS)]
        self.ids, self.day = [], None
        for first in range(0, ORDERS, 50):
            orders = env["mrp.production"].create(vals[first : first + 50])
            orders.action_confirm()
            self.ids += orders.ids
            env.cr.commit()

    def part(self, number):
        center = self.env["mrp.workcenter"].create({"name": f"Line {number}", "resource_calendar_id": self.calendar.id})
        part = self.env["product.product"].create({"name": f"Part {number}", "is_storable": True})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": part.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.blank.id, "product_qty": 1})],
                "operation_ids": [(0, 0, {"name": "Make", "workcenter_id": center.id, "time_cycle_manual": 2.4})],
            }
        )
        return part

    @property
    def orders(self):
        return self.env["mrp.production"].browse(self.ids)

    def plan(self):
        self.orders.button_plan()

    def cut(self):
        self.orders.workorder_ids._mes_cut_slots()

    def change_clock(self):
        self.calendar.tz = "Europe/Athens"

    def look(self):
        return self.env["mes.pull.slot"].get_hours(date=self.day)


def bench(env):
    factory = Factory(env)
    with patch.object(env.registry["mrp.workorder"], "_mes_cut", lambda *_args, **_more: None):
        queries, _wall, planning = measure(env, factory.plan)
    rows = [
        (f"Odoo's button_plan of {ORDERS} orders: CPU", planning, "s", None),
        (f"Odoo's button_plan of {ORDERS} orders: queries", queries, "", None),
    ]
    works = (
        ("cut", factory.cut, CUT_LIMIT),
        ("cut anew after the calendar changed", factory.change_clock, AGAIN_LIMIT),
    )
    for name, work, limit in works:
        queries, _wall, cpu = measure(env, work)
        rows += [
            (f"{name}: CPU", cpu, "s", None),
            (f"{name}: CPU / button_plan", cpu / planning, "x", limit),
            (f"{name}: queries", queries, "", None),
        ]
    slots = env["mes.pull.slot"].search([("production_id", "in", factory.ids)])
    assert sum(slots.mapped("planned_qty")) == ORDERS * QUANTITY
    factory.day = str(slots[len(slots) // 2].date_start.date())
    rows.append(("hours", len(slots), "", None))
    assert factory.look()["workcenters"]
    queries, _wall, cpu = measure(env, factory.look)
    rows += [("board: queries", queries, "", 25), ("board: CPU / button_plan", cpu / planning, "x", BOARD_LIMIT)]
    return keep("slots", rows)
