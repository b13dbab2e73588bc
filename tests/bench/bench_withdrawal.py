"""A withdrawal by scan to the confirmed order, against Odoo's internal transfer plus manufacturing order

Both sides move 100 pieces of one product and end with a confirmed order of 100 that has one component and one
operation; the plain side's product has no loop. They run in turns on one database, as their people, each as a
request of its own with a commit at its end.
"""

import types
from unittest.mock import patch

from _bench import interleave, keep

from odoo.tests import new_test_user

LIMIT = 1.3
ROUNDS = 40
CARDS = 400


class Factory:
    def __init__(self, env) -> None:
        self.env = env
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self.market, self.line = self.place("Market"), self.place("Welding")
        self.press = env["mrp.workcenter"].create({"name": "Press"})
        self.blank = self.product("Blank", self.stock)
        self.twin = self.part("Twin")
        self.tapped, carded = self.loop("Tapped"), self.loop("Carded")
        carded._create_missing_cards()
        self.cards = iter(carded.card_ids.sorted("id").mapped("name"))
        self.operator = new_test_user(env, "bench_operator", "mes_pull.mes_pull_group_operator")
        self.planner = new_test_user(env, "bench_planner", "mes_pull.mes_pull_group_planner")
        self.number = 0
        env.cr.commit()

    def place(self, name):
        return self.env["stock.location"].create({"name": name, "location_id": self.stock.id, "usage": "internal"})

    def product(self, name, where):
        product = self.env["product.product"].create({"name": name, "is_storable": True})
        self.env["stock.quant"]._update_available_quantity(product, where, CARDS * 100)
        return product

    def part(self, name):
        product = self.product(name, self.market)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.blank.id, "product_qty": 1})],
                "operation_ids": [(0, 0, {"name": "Stamp", "workcenter_id": self.press.id, "time_cycle_manual": 1})],
            }
        )
        return product

    def loop(self, name):
        return self.env["mes.pull.loop"].create(
            {
                "product_id": self.part(name).id,
                "location_id": self.market.id,
                "location_dest_id": self.line.id,
                "container_qty": 100,
                "card_count": CARDS,
            }
        )

    def as_user(self, user):
        return self.env(user=user.id, context={"allowed_company_ids": self.env.company.ids})

    # -- what is measured ---------------------------------------------------------------------------------------

    def book(self, method, *arguments):
        """Call the station the way a request does: it owns its transaction, waits for its turn and commits."""
        self.number += 1
        env = self.as_user(self.operator)
        turn = "odoo.addons.mes_pull.models.mes_pull_turn.request"
        with patch(turn, types.SimpleNamespace(env=env)):
            answer = getattr(env["mes.pull.station"], method)(*arguments, scan_key=f"bench-{self.number}")
        assert answer["status"] == "ok" and answer["signal_id"], answer

    def scan_card(self):
        self.book("scan", next(self.cards))

    def tap_loop(self):
        self.book("withdraw", self.tapped.id, 100)

    def plain(self):
        env = self.as_user(self.planner)
        ends = {"location_id": self.market.id, "location_dest_id": self.line.id}
        move = {"product_id": self.twin.id, "product_uom_qty": 100, **ends}
        picking = env["stock.picking"].create(
            {"picking_type_id": self.warehouse.int_type_id.id, "move_ids": [(0, 0, move)], **ends}
        )
        picking.action_confirm()
        picking.action_assign()
        picking.button_validate()
        order = env["mrp.production"].create({"product_id": self.twin.id, "product_qty": 100})
        order.action_confirm()
        assert (picking.state, order.state) == ("done", "confirmed")


def bench(env):
    factory = Factory(env)
    works = {"plain": factory.plain, "card": factory.scan_card, "tap": factory.tap_loop}
    found = interleave(env, works, ROUNDS)
    plain = found.pop("plain")
    rows = [
        ("plain transfer + order: queries", plain[0], "", None),
        ("plain transfer + order: time", plain[1] * 1000, "ms", None),
        ("plain transfer + order: CPU", plain[2] * 1000, "ms", None),
    ]
    for name, what in (("card", "scan of a card"), ("tap", "withdrawal by loop")):
        queries, wall, cpu = found[name]
        rows += [
            (f"{what}: queries / plain ({queries:g})", queries / plain[0], "x", LIMIT),
            (f"{what}: time / plain ({wall * 1000:.0f} ms)", wall / plain[1], "x", LIMIT),
            (f"{what}: CPU / plain ({cpu * 1000:.0f} ms)", cpu / plain[2], "x", LIMIT),
        ]
    return keep("withdrawal", rows)
