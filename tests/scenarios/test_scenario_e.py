"""Scenario E: production without an order waits, is refused to who works on it, and needs a role with a reason."""

import pytest
from factory import Factory
from support import Json2Error, log_in

REASON = "Endurance test, agreed with the laboratory"


@pytest.fixture
def plant(odoo_server, json2):
    """A product that is made to order only; an operator with production rights and a planner."""
    factory = Factory(json2(odoo_server))
    factory.make_user("planner", "planner")
    client = factory.client
    group = client(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "mrp"], ["name", "=", "group_mrp_user"]],
        fields=["res_id"],
    )[0]["res_id"]
    factory.make("res.users", name="worker", login="worker", password="worker", group_ids=[[4, group]])
    factory.bracket = factory.make("product.product", name="Bracket", is_storable=True, mes_demand_policy="order")
    factory.server = odoo_server
    factory.planner, factory.worker = json2(odoo_server, "planner"), json2(odoo_server, "worker")
    return factory


def order(plant, quantity=60):
    """Confirm an order that the worker typed."""
    (found,) = plant.worker(
        "mrp.production", "create", vals_list=[{"product_id": plant.bracket, "product_qty": quantity}]
    )
    plant.worker("mrp.production", "action_confirm", ids=[found])
    return found


def read(plant, production):
    names = ["state", "mes_release_state", "mes_queue_reason", "qty_produced"]
    return plant.planner("mrp.production", "read", ids=[production], fields=names)[0]


def finish(client, production, quantity=60):
    client("mrp.production", "write", ids=[production], vals={"qty_producing": quantity})
    client("mrp.production", "set_qty_producing", ids=[production])
    client("mrp.production", "button_mark_done", ids=[production])


def test_an_order_that_nobody_asked_for_waits_and_is_refused_by_rpc(plant):
    waiting = order(plant)
    found = read(plant, waiting)
    assert (found["state"], found["mes_release_state"]) == ("confirmed", "queued")
    assert "nobody ordered it" in found["mes_queue_reason"]
    with pytest.raises(Json2Error) as refused:
        finish(plant.worker, waiting)
    assert "waits" in refused.value.body["message"], refused.value.body
    with pytest.raises(Json2Error):
        plant.worker("mrp.production", "action_mes_override", ids=[waiting], reason=REASON)
    with pytest.raises(Json2Error):
        plant.worker("mrp.production", "write", ids=[waiting], vals={"mes_release_state": "released"})
    found = read(plant, waiting)
    assert (found["mes_release_state"], found["qty_produced"]) == ("queued", 0)


def test_a_planner_releases_it_with_a_reason_that_is_kept_by_rpc(plant):
    waiting = order(plant)
    with pytest.raises(Json2Error):
        plant.planner("mrp.production", "action_mes_override", ids=[waiting], reason=" ")
    plant.planner("mrp.production", "action_mes_override", ids=[waiting], reason=REASON)
    assert read(plant, waiting)["mes_release_state"] == "released"
    names = ["kind", "reason", "res_model", "res_id", "user_id"]
    (kept,) = plant.planner("mes.pull.override", "search_read", domain=[], fields=names)
    assert (kept["kind"], kept["reason"], kept["res_id"]) == ("release", REASON, waiting)
    assert kept["user_id"][1] == "planner"
    finish(plant.worker, waiting)
    assert read(plant, waiting)["state"] == "done"
    for method, more in (("write", {"vals": {"reason": "another"}}), ("unlink", {})):
        with pytest.raises(Json2Error):
            plant.planner("mes.pull.override", method, ids=[kept["id"]], **more)


def test_a_sales_order_is_a_demand_and_releases_it_by_rpc(plant):
    waiting = order(plant)
    customer = plant.make("res.partner", name="Customer")
    line = {"product_id": plant.bracket, "product_uom_qty": 60}
    sale = plant.make("sale.order", partner_id=customer, order_line=[[0, 0, line]])
    plant.client("sale.order", "action_confirm", ids=[sale])
    assert read(plant, waiting)["mes_release_state"] == "released"
    assert plant.planner("mes.pull.override", "search_count", domain=[]) == 0


@pytest.mark.browser
def test_a_planner_sees_the_reason_and_releases_it_in_the_web_client(plant, page):
    waiting = order(plant)
    log_in(page, plant.server, "planner")
    page.goto(f"{plant.server.url}/odoo/pull-queue")
    page.get_by_text("nobody ordered it").first.wait_for()
    page.goto(f"{plant.server.url}/odoo/pull-queue/{waiting}")
    page.get_by_text("This order waits").wait_for()
    page.get_by_role("button", name="Release with Reason").click()
    page.locator(".modal [name=reason] textarea").fill(REASON)
    page.locator(".modal button[name=action_confirm]").click()
    page.locator(".modal").wait_for(state="detached")
    assert read(plant, waiting)["mes_release_state"] == "released"
