"""A manufacturing order from create to done with caps on, against one without; and the WIP of 100 work centres

All orders make 100 pieces from one component in one operation. The capped one passes a cap of its work centre, in
jobs and in pieces, and a cap of its product; the ordered one the question who ordered it; the looped one ends in the
supermarket of a loop, where it is booked, too. They run in turns on one database, each as a request of its own with a
commit at its end; the plain and the capped one once more while 50 orders wait at another work centre.
"""

from _bench import interleave, keep

LIMITS = {"plain": 1.10, "capped": 1.10, "ordered": 1.10}
ROUNDS = 30
WORKCENTERS = 100
PLENTY = 1_000_000
WAITING = 50


class Factory:
    def __init__(self, env) -> None:
        self.env = env
        self.stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
        self.blank = env["product.product"].create({"name": "Blank", "is_storable": True})
        env["stock.quant"]._update_available_quantity(self.blank, self.stock, PLENTY)
        self.plain = self.part("Plain")
        self.capped = self.part(
            "Capped", {"mes_wip_cap_jobs": 1000, "mes_wip_cap_qty": PLENTY}, {"mes_wip_cap_jobs": 1000}
        )
        self.ordered = self.part("Ordered", {"mes_wip_cap_jobs": 1000}, {"mes_demand_policy": "order"})
        self.demand(self.ordered)
        self.looped = self.part("Looped")
        self.market = env["stock.location"].create({"name": "Market", "location_id": self.stock.id})
        env["mes.pull.loop"].create(
            {
                "product_id": self.looped.id,
                "location_id": self.market.id,
                "supply_method": "manufacture",
                "container_qty": 1000,
                "card_count": PLENTY // 1000,
            }
        )
        self.centres = env["mrp.workcenter"].create([{"name": f"Line {n}"} for n in range(WORKCENTERS)])
        env.cr.commit()

    def part(self, name, workcenter=None, product=None):
        press = self.env["mrp.workcenter"].create({"name": f"Press {name}", **(workcenter or {})})
        part = self.env["product.product"].create({"name": name, "is_storable": True, **(product or {})})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": part.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.blank.id, "product_qty": 1})],
                "operation_ids": [(0, 0, {"name": "Stamp", "workcenter_id": press.id, "time_cycle_manual": 1})],
            }
        )
        return part

    def demand(self, part):
        """Somebody ordered plenty of it."""
        move = self.env["stock.move"].create(
            {
                "product_id": part.id,
                "product_uom_qty": PLENTY,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()

    def let_wait(self):
        """Fill another work centre, and let 50 orders wait for it."""
        busy = self.part("Busy", {"mes_wip_cap_jobs": 1})
        orders = self.env["mrp.production"].create(
            [{"product_id": busy.id, "product_qty": 100} for _number in range(WAITING + 1)]
        )
        orders.action_confirm()
        assert orders.mapped("mes_release_state").count("queued") == WAITING

    def make(self, part, place=None):
        def work():
            vals = {"product_id": part.id, "product_qty": 100}
            order = self.env["mrp.production"].create({**vals, "location_dest_id": place.id} if place else vals)
            order.action_confirm()
            assert order.mes_release_state == "released"
            order.qty_producing = 100
            order.set_qty_producing()
            order.button_mark_done()
            assert order.state == "done"

        return work

    def look(self):
        """Read the work centres alone, as any list of them does."""
        centres = self.env["mrp.workcenter"].browse(self.centres.ids)
        centres.mapped("mes_wip_cap_jobs")
        return centres

    def gauge(self):
        self.look()._mes_get_wip_gauges()


def compare(found, plain, when=""):
    """Return the rows of what was measured, against the order without caps."""
    rows = []
    for name, (queries, wall, cpu) in found.items():
        # what enters a supermarket is booked there, which is no cap: its figure is shown, not judged
        rows += [
            (f"{name}{when}: queries / without ({queries:g})", queries / plain[0], "x", LIMITS.get(name)),
            (f"{name}{when}: time / without ({wall * 1000:.0f} ms)", wall / plain[1], "x", None),
            (f"{name}{when}: CPU / without ({cpu * 1000:.0f} ms)", cpu / plain[2], "x", None),
        ]
    return rows


def bench(env):
    factory = Factory(env)
    works = {name: factory.make(getattr(factory, name)) for name in ("plain", "capped", "ordered")}
    works["looped"] = factory.make(factory.looped, factory.market)
    found = interleave(env, works, ROUNDS)
    plain = found.pop("plain")
    rows = [
        ("an order without caps, create to done: queries", plain[0], "", None),
        ("an order without caps, create to done: time", plain[1] * 1000, "ms", None),
        *compare(found, plain),
    ]
    factory.let_wait()
    found = interleave(env, {name: works[name] for name in ("plain", "capped")}, ROUNDS)
    rows += compare(found, plain, f", while {WAITING} wait elsewhere")
    looks = interleave(env, {"look": factory.look, "gauge": factory.gauge}, ROUNDS)
    queries, wall, _cpu = (gauge - look for gauge, look in zip(looks["gauge"], looks["look"], strict=True))
    rows += [
        (f"WIP of {WORKCENTERS} work centres: queries beside reading them", queries, "", 1),
        (f"WIP of {WORKCENTERS} work centres: time beside reading them", wall * 1000, "ms", None),
    ]
    return keep("caps", rows)
