"""A sales order of three levels is cut: against Odoo's own write of the same line; and with many other orders open

A cart is made to order of a frame, the frame of bars that are bought to order. "Odoo's own write" is the same write on
the same data while nothing is taken back (the plan change is switched off, the hooks stay). Growth: the same cut with
few and with many other sales orders of the same product open, whose plans are not touched.
"""

from unittest.mock import patch

from _bench import interleave, keep

LIMIT = 3.0
GROWTH = 1.5
ROUNDS = 10
FEW, MANY = 5, 60


class Factory:
    def __init__(self, env) -> None:
        self.env = env
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        mto = warehouse.mto_pull_id.route_id
        mto.active = True
        make, buy = warehouse.manufacture_pull_id.route_id, warehouse.buy_pull_id.route_id
        vendor = env["res.partner"].create({"name": "Vendor"})
        self.customer = env["res.partner"].create({"name": "Customer"})
        self.routes = {"make": mto | make, "buy": mto | buy}
        self.vendor = vendor
        self.carts = {name: self.chain(name) for name in ("own", "plan")}
        self.lines = {name: self.sell(1000, name).order_line for name in self.carts}
        env.cr.commit()

    def chain(self, name):
        """A cart of three levels."""
        bar = self.env["product.product"].create(
            {
                "name": f"Bar {name}",
                "is_storable": True,
                "route_ids": [(6, 0, self.routes["buy"].ids)],
                "seller_ids": [(0, 0, {"partner_id": self.vendor.id, "price": 1})],
            }
        )
        frame = self.part(f"Frame {name}", bar, self.routes["make"])
        return self.part(f"Cart {name}", frame, self.routes["make"])

    def part(self, name, component, routes):
        centre = self.env["mrp.workcenter"].create({"name": f"Line {name}"})
        part = self.env["product.product"].create(
            {"name": name, "is_storable": True, "route_ids": [(6, 0, routes.ids)]}
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": part.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": component.id, "product_qty": 1})],
                "operation_ids": [(0, 0, {"name": "Make", "workcenter_id": centre.id, "time_cycle_manual": 1})],
            }
        )
        return part

    def sell(self, quantity, name="plan"):
        line = {"product_id": self.carts[name].id, "product_uom_qty": quantity}
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        return order

    def cut(self, name):
        line = self.lines[name]

        def work():
            mine = self.env["sale.order.line"].browse(line.id)
            mine.product_uom_qty -= 10

        return work

    def own(self):
        """Odoo's own write: nothing is taken back."""
        replan = type(self.env["mes.pull.replan"])
        work = self.cut("own")

        def without():
            with patch.object(replan, "_reconcile", lambda self, operation: operation.take()):
                work()

        return without


def bench(env):
    factory = Factory(env)
    works = {"own": factory.own(), "plan": factory.cut("plan")}
    figures = {}
    for size in (FEW, MANY):
        while env["sale.order"].search_count([("state", "=", "sale")]) < size + 2:
            factory.sell(10)
        env.cr.commit()
        figures[size] = interleave(env, works, ROUNDS)
    own, plan = figures[FEW]["own"], figures[FEW]["plan"]
    many = figures[MANY]["plan"]
    return keep(
        "replan",
        [
            ("Odoo's own write of the line: queries", own[0], "", None),
            ("Odoo's own write of the line: time", own[1] * 1000, "ms", None),
            (f"with three levels cut: queries ({plan[0]:g}) / own", plan[0] / own[0], "x", LIMIT),
            (f"with three levels cut: time ({plan[1] * 1000:.0f} ms) / own", plan[1] / own[1], "x", None),
            (f"queries with {MANY} / with {FEW} other orders", many[0] / plan[0], "x", 1.05),
            (f"CPU with {MANY} / with {FEW} other orders", many[2] / plan[2], "x", GROWTH),
        ],
    )
