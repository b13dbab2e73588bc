"""Scenario K: the month needs 1000 and 1500 are bought: warned before ordering, stopped, let through with a reason."""

from datetime import datetime, timedelta

import pytest
from factory import Factory
from support import Json2Error, log_in

REASON = "The vendor closes for two months"
MANAGER = "mes_aging_group_manager", "group_purchase_manager"


@pytest.fixture
def plant(odoo_server, json2):
    """1000 blanks are to be delivered in ten days; above 30 days of cover, buying is stopped."""
    factory = Factory(json2(odoo_server))
    factory.server = odoo_server
    factory.part = factory.make("product.product", name="Housing", is_storable=True)
    factory.vendor = factory.make("res.partner", name="Supplier A")
    place = {"location_id": factory.stock, "location_dest_id": place_of_customers(factory)}
    day = str(datetime.now() + timedelta(days=10))[:19]
    move = factory.make("stock.move", product_id=factory.part, product_uom_qty=1000, date=day, **place)
    picking = {"picking_type_id": delivery_type(factory), "move_ids": [[6, 0, [move]]], **place}
    factory.client("stock.picking", "action_confirm", ids=[factory.make("stock.picking", **picking)])
    limit = {"max_cover_days": 30, "purchase_policy": "stop"}
    factory.make("mes.aging.policy", name="Housing", product_id=factory.part, **limit)
    for login, groups in (("buyer", ["group_purchase_user"]), ("boss", MANAGER)):
        ids = [group_of(factory, name) for name in groups]
        factory.make("res.users", name=login, login=login, password=login, group_ids=[[4, group] for group in ids])
    factory.buyer, factory.boss = json2(odoo_server, "buyer"), json2(odoo_server, "boss")
    return factory


def place_of_customers(factory):
    return factory.client("stock.location", "search", domain=[["usage", "=", "customer"]], limit=1)[0]


def delivery_type(factory):
    return factory.client("stock.picking.type", "search", domain=[["code", "=", "outgoing"]], limit=1)[0]


def group_of(factory, name):
    domain = [["model", "=", "res.groups"], ["name", "=", name]]
    return factory.client("ir.model.data", "search_read", domain=domain, fields=["res_id"])[0]["res_id"]


def quote(plant, quantity):
    """The buyer asks for so many."""
    line = [0, 0, {"product_id": plant.part, "product_qty": quantity}]
    vals = {"partner_id": plant.vendor, "order_line": [line]}
    return plant.buyer("purchase.order", "create", vals_list=[vals])[0]


def read_line(plant, order):
    names = ["mes_guard_state", "mes_cover_days", "mes_excess_qty", "mes_guard_message"]
    return plant.buyer("purchase.order.line", "search_read", domain=[["order_id", "=", order]], fields=names)[0]


def read_order(plant, order):
    names = ["state", "incoming_picking_count", "mes_override_ids"]
    return plant.buyer("purchase.order", "read", ids=[order], fields=names)[0]


def test_1500_against_1000_are_warned_of_stopped_and_let_through_with_a_reason(plant):
    order = quote(plant, 1500)
    line = read_line(plant, order)
    assert (line["mes_guard_state"], line["mes_cover_days"], line["mes_excess_qty"]) == ("stop", 45, 500)
    assert "Covers 45 days, line 30." in line["mes_guard_message"], "the buyer is warned before ordering"

    plant.buyer("purchase.order", "button_confirm", ids=[order])
    found = read_order(plant, order)
    assert (found["state"], found["incoming_picking_count"]) == ("to approve", 0), "stopped at confirmation"
    for client in (plant.buyer, plant.boss):
        for method, more in (("button_approve", {}), ("write", {"vals": {"state": "purchase"}})):
            with pytest.raises(Json2Error) as refused:
                client("purchase.order", method, ids=[order], **more)
            assert "above need" in refused.value.body["message"], refused.value.body
    with pytest.raises(Json2Error):
        plant.buyer("purchase.order", "action_mes_override", ids=[order], reason=REASON)

    plant.boss("purchase.order", "action_mes_override", ids=[order], reason=REASON)
    found = read_order(plant, order)
    assert (found["state"], found["incoming_picking_count"]) == ("purchase", 1)
    names = ["user_id", "reason", "quantity", "excess_qty", "cover_days", "limit_days"]
    kept = plant.client("mes.aging.override", "read", ids=found["mes_override_ids"], fields=names)[0]
    assert kept["user_id"][1] == "boss"
    assert [kept[name] for name in names[1:]] == [REASON, 1500, 500, 45, 30]


def test_1000_against_1000_go_through_and_not_one_more_is_added(plant):
    order = quote(plant, 1000)
    plant.buyer("purchase.order", "button_confirm", ids=[order])
    assert read_order(plant, order)["state"] == "purchase"
    (line,) = plant.buyer("purchase.order.line", "search", domain=[["order_id", "=", order]])
    with pytest.raises(Json2Error) as refused:
        plant.buyer("purchase.order.line", "write", ids=[line], vals={"product_qty": 1001})
    assert "confirmed order" in refused.value.body["message"], refused.value.body
    assert read_line(plant, quote(plant, 1))["mes_excess_qty"] == 1


@pytest.mark.browser
def test_the_manager_lets_it_through_in_the_form(plant, page):
    order = quote(plant, 1500)
    plant.buyer("purchase.order", "button_confirm", ids=[order])
    log_in(page, plant.server)
    page.goto(f"{plant.server.url}/odoo/purchase/{order}")
    page.locator(".o_data_row", has_text="Covers 45 days, line 30.").wait_for()
    page.get_by_role("button", name="Let through above Need").click()
    page.locator(".modal [name=explanation]", has_text="Covers 45 days, line 30.").wait_for()
    page.locator(".modal [name=reason] input").fill(REASON)
    page.get_by_role("button", name="Let through", exact=True).click()
    page.locator(".o_statusbar_status .o_arrow_button_current", has_text="Purchase Order").wait_for()
    assert read_order(plant, order)["state"] == "purchase"
