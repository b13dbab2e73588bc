"""The purchase guard: confirming an order of 50 lines, with it and without it

Each line's product has stock, demand, a vendor price and a policy that stops. Without means that the guard judges
nothing; the rest of the addon is the same.
"""

from datetime import timedelta
from unittest.mock import patch

from _bench import interleave, keep

from odoo import fields

LINES, ROUNDS = 50, 9
QUERIES_LIMIT = 3


class Factory:
    def __init__(self, env) -> None:
        self.env = env
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        self.vendor = env["res.partner"].create({"name": "Guard bench"})
        seller = (0, 0, {"partner_id": self.vendor.id, "price": 1})
        self.products = env["product.product"].create(
            [{"name": f"Guard {number}", "is_storable": True, "seller_ids": [seller]} for number in range(LINES)]
        )
        limit = {"max_cover_days": 30, "purchase_policy": "stop"}
        env["mes.aging.policy"].create(
            [{"name": product.name, "product_id": product.id, **limit} for product in self.products]
        )
        moves = env["stock.move"].create([self.need(product) for product in self.products])
        moves._action_confirm()

    def need(self, product):
        return {
            "product_id": product.id,
            "product_uom_qty": 1e6,
            "date": fields.Datetime.now() + timedelta(days=5),
            "location_id": self.warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }

    def quote(self, quantity):
        lines = [(0, 0, {"product_id": product.id, "product_qty": quantity}) for product in self.products]
        return self.env["purchase.order"].create({"partner_id": self.vendor.id, "order_line": lines})

    def prepare(self, count, quantity=5):
        return iter([self.quote(quantity).id for _number in range(count)])

    def confirm(self, orders, state="purchase"):
        order = self.env["purchase.order"].browse(next(orders))
        order.button_confirm()
        assert order.state == state

    def confirm_without(self, orders):
        guard = self.env.registry["mes.aging.guard"]
        with patch.object(guard, "_get_purchases", lambda *_arguments, **_more: {}):
            self.confirm(orders)

    def show(self, order):
        lines = self.env["purchase.order.line"].search([("order_id", "=", order)])
        lines.mapped("mes_guard_state")


def bench(env):
    factory = Factory(env)
    count = ROUNDS + 3
    orders, plain, shown = factory.prepare(count), factory.prepare(count), factory.quote(5).id
    works = {
        "without": lambda: factory.confirm_without(plain),
        "with": lambda: factory.confirm(orders),
        "show": lambda: factory.show(shown),
    }
    found = interleave(env, works, ROUNDS)
    orders = factory.prepare(count, 1e7)  # only now: all quotations count
    found |= interleave(env, {"above": lambda: factory.confirm(orders, "to approve")}, ROUNDS)
    without, guarded, above, show = (found[name] for name in ("without", "with", "above", "show"))
    ratio = guarded[1] / without[1]
    return keep(
        "guard",
        [
            (f"confirming {LINES} lines without the guard: queries", without[0], "", None),
            (f"confirming {LINES} lines: queries more with the guard", guarded[0] - without[0], "", QUERIES_LIMIT),
            (f"confirming {LINES} lines: time / without ({without[1] * 1000:.0f} ms)", ratio, "x", None),
            (f"{LINES} lines above need, to approval: queries", above[0], "", None),
            (f"{LINES} lines above need, to approval: time", above[1] * 1000, "ms", None),
            (f"showing {LINES} lines with their cover: queries", show[0], "", None),
            (f"showing {LINES} lines with their cover: time", show[1] * 1000, "ms", None),
        ],
    )
