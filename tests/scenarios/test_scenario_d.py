"""Scenario D: the order is cut 800 to 600, raised to 700, cancelled; every level ends at exactly that, at once."""

import pytest
from factory import Factory
from support import Json2Error, log_in


class Chain(Factory):
    """A cart is made to order of a frame, the frame of 2 bars, which are bought to order: three levels."""

    def __init__(self, client) -> None:
        super().__init__(client)
        warehouse = client("stock.warehouse", "search_read", domain=[], limit=1)[0]
        rules = [warehouse[name][0] for name in ("mto_pull_id", "manufacture_pull_id", "buy_pull_id")]
        routes = [row["route_id"][0] for row in client("stock.rule", "read", ids=rules, fields=["route_id"])]
        client("stock.route", "write", ids=routes[:1], vals={"active": True})
        mto, make, buy = routes
        vendor = self.make("res.partner", name="Bar works")
        seller = {"partner_id": vendor, "price": 3, "delay": 1}
        self.bar = self.make(
            "product.product", name="Bar", is_storable=True, route_ids=[[6, 0, [mto, buy]]], seller_ids=[[0, 0, seller]]
        )
        self.frame = self.part_of("Frame", self.bar, 2, [mto, make])
        self.cart = self.part_of("Cart", self.frame, 1, [mto, make])

    def part_of(self, name, component, quantity, routes):
        product = self.make("product.product", name=name, is_storable=True, route_ids=[[6, 0, routes]])
        template = self.client("product.product", "read", ids=[product], fields=["product_tmpl_id"])[0]
        workcenter = self.make("mrp.workcenter", name=f"{name} line")
        self.make(
            "mrp.bom",
            product_tmpl_id=template["product_tmpl_id"][0],
            bom_line_ids=[[0, 0, {"product_id": component, "product_qty": quantity}]],
            operation_ids=[[0, 0, {"name": f"Make {name}", "workcenter_id": workcenter, "time_cycle_manual": 1}]],
        )
        return product

    def sell(self, quantity):
        partner = self.make("res.partner", name="Cart shop")
        line = [0, 0, {"product_id": self.cart, "product_uom_qty": quantity}]
        order = self.make("sale.order", partner_id=partner, order_line=[line])
        self.client("sale.order", "action_confirm", ids=[order])
        return order, self.client("sale.order", "read", ids=[order], fields=["order_line"])[0]["order_line"][0]

    def set(self, line, quantity):
        self.client("sale.order.line", "write", ids=[line], vals={"product_uom_qty": quantity})

    def levels(self):
        """Return what is in the plan: carts, frames, bars to buy."""
        domain = [["state", "not in", ["done", "cancel"]], ["mes_pull_state", "=", "normal"]]
        found = []
        for product in (self.cart, self.frame):
            rows = self.client(
                "mrp.production", "search_read", domain=[*domain, ["product_id", "=", product]], fields=["product_qty"]
            )
            found.append(sum(row["product_qty"] for row in rows))
        lines = self.client(
            "purchase.order.line",
            "search_read",
            domain=[["product_id", "=", self.bar], ["state", "!=", "cancel"]],
            fields=["product_qty"],
        )
        return [*found, sum(row["product_qty"] for row in lines)]

    def changes(self, product):
        return self.client(
            "mes.pull.change",
            "search_read",
            domain=[["product_id", "=", product]],
            fields=["qty_before", "qty_after", "action", "state", "reason", "sale_line_id"],
            order="id",
        )


@pytest.fixture
def plant(odoo_server, json2):
    chain = Chain(json2(odoo_server))
    chain.make_user("planner", "planner")
    chain.server = odoo_server
    chain.planner = json2(odoo_server, "planner")
    return chain


def test_every_level_follows_by_rpc(plant):
    order, line = plant.sell(800)
    assert plant.levels() == [800, 800, 1600]
    plant.set(line, 600)
    assert plant.levels() == [600, 600, 1200]
    plant.set(line, 700)
    assert plant.levels() == [700, 700, 1400]
    plant.client("sale.order", "action_cancel", ids=[order])
    assert plant.levels() == [0, 0, 0]
    kept = [(row["qty_before"], row["qty_after"], row["action"]) for row in plant.changes(plant.cart)]
    assert kept == [(800, 600, "reduced"), (700, 0, "paused")]


def test_a_started_order_keeps_its_count_and_the_rest_waits_by_rpc(plant):
    order, line = plant.sell(800)
    (cart,) = plant.client("mrp.production", "search", domain=[["product_id", "=", plant.cart]])
    plant.planner("mrp.production", "write", ids=[cart], vals={"qty_producing": 300})
    plant.set(line, 600)
    row = plant.planner("mrp.production", "read", ids=[cart], fields=["qty_producing", "product_qty", "state"])[0]
    assert (row["qty_producing"], row["product_qty"], row["state"]) == (300, 600, "progress")
    parked = plant.planner(
        "mrp.production",
        "search_read",
        domain=[["product_id", "=", plant.cart], ["mes_pull_state", "=", "paused"]],
        fields=["product_qty", "mes_pause_reason"],
    )
    assert [row["product_qty"] for row in parked] == [200] and parked[0]["mes_pause_reason"]
    with pytest.raises(Json2Error) as refused:
        plant.planner("mrp.production", "action_confirm", ids=[parked[0]["id"]])
    assert refused.value.status == 422, refused.value
    plant.client("sale.order", "action_cancel", ids=[order])
    assert plant.levels() == [300, 300, 600], "what was counted is finished"


def test_a_confirmed_purchase_becomes_a_proposal_by_rpc(plant):
    _order, line = plant.sell(800)
    purchase = plant.client("purchase.order", "search", domain=[["order_line.product_id", "=", plant.bar]])
    plant.client("purchase.order", "button_confirm", ids=purchase)
    plant.set(line, 600)
    assert plant.levels() == [600, 600, 1600]
    (proposal,) = plant.changes(plant.bar)
    assert (proposal["qty_before"], proposal["qty_after"], proposal["state"]) == (1600, 1200, "proposed")
    plant.planner("mes.pull.change", "action_apply", ids=[proposal["id"]])
    assert plant.levels() == [600, 600, 1200]


@pytest.mark.browser
def test_a_planner_decides_in_the_web_client(plant, page):
    _order, line = plant.sell(800)
    purchase = plant.client("purchase.order", "search", domain=[["order_line.product_id", "=", plant.bar]])
    plant.client("purchase.order", "button_confirm", ids=purchase)
    plant.set(line, 600)
    log_in(page, plant.server, "planner", "planner")
    page.goto(f"{plant.server.url}/odoo/pull-changes")
    row = page.locator(".o_data_row", has_text="Bar")
    row.get_by_role("button", name="Apply").click()
    page.locator(".o_data_row", has_text="Bar").locator("text=Applied").wait_for()
    assert plant.levels() == [600, 600, 1200]
