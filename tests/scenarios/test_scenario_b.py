"""Scenario B: stamping makes 1000 where welding can take 500. The excess is held, and used before anything new."""

import pytest
from factory import Factory
from support import Json2Error, log_in


@pytest.fixture
def plant(odoo_server, json2):
    """500 were withdrawn, so that the press has an order of 500."""
    factory = Factory(json2(odoo_server))
    factory.make_user("planner", "planner")
    factory.server = odoo_server
    factory.planner = json2(odoo_server, "planner")
    withdraw(factory, 500, "first")
    return factory


def withdraw(plant, quantity, key):
    answer = plant.client("mes.pull.station", "withdraw", loop_id=plant.loop, quantity=quantity, scan_key=key)
    assert answer["status"] == "ok", answer


def report(plant, quantity):
    """Report that the open order made ``quantity`` pieces."""
    (order,) = [order["id"] for order in plant.orders() if order["state"] not in ("done", "cancel")]
    plant.planner("mrp.production", "write", ids=[order], vals={"qty_producing": quantity})
    plant.planner("mrp.production", "set_qty_producing", ids=[order])
    plant.planner("mrp.production", "button_mark_done", ids=[order], context={"skip_consumption": True})
    return order


def held(plant):
    names = ["quantity", "remaining_qty", "state", "reason", "production_id", "location_id"]
    return plant.planner("mes.pull.excess", "search_read", domain=[["loop_id", "=", plant.loop]], fields=names)


def lies_there(plant):
    """Usable on hand, held, on order."""
    row = plant.planner("mes.pull.loop", "read", ids=[plant.loop], fields=["on_hand_qty", "held_qty", "on_order_qty"])
    return tuple(row[0][name] for name in ("on_hand_qty", "held_qty", "on_order_qty"))


def test_the_excess_is_held_and_becomes_usable_before_anything_new_is_made_by_rpc(plant):
    order = report(plant, 1000)
    assert lies_there(plant) == (1000, 500, 0)
    (row,) = held(plant)
    assert (row["quantity"], row["state"], row["production_id"][0]) == (500, "held", order)
    product = plant.planner("product.product", "read", ids=[plant.part], fields=["qty_available", "free_qty"])[0]
    assert (product["qty_available"], product["free_qty"]) == (1500, 1000), "counted, but not free"

    withdraw(plant, 500, "second")
    assert lies_there(plant) == (1000, 0, 0)
    assert held(plant)[0]["state"] == "released"
    assert [order["state"] for order in plant.orders()] == ["done"], "nothing new was made"

    withdraw(plant, 100, "third")
    assert [order["product_qty"] for order in plant.orders() if order["state"] != "done"] == [100]


def test_what_is_held_is_not_issued_by_rpc(plant):
    report(plant, 1000)
    ends = {"location_id": held(plant)[0]["location_id"][0], "location_dest_id": plant.line}
    types = plant.planner(
        "stock.picking.type", "search", domain=[["code", "=", "internal"]], limit=1, context={"active_test": False}
    )
    move = {"product_id": plant.part, "product_uom_qty": 100, "quantity": 100, "picked": True, **ends}
    with pytest.raises(Json2Error) as refused:
        (picking,) = plant.planner(
            "stock.picking",
            "create",
            vals_list=[{"picking_type_id": types[0], "move_ids": [[0, 0, move]], **ends}],
        )
        plant.planner("stock.picking", "action_confirm", ids=[picking])
        plant.planner("stock.picking", "button_validate", ids=[picking])
    assert "held" in refused.value.body["message"], refused.value.body
    assert lies_there(plant) == (1000, 500, 0)


def test_where_the_loop_says_so_the_excess_is_refused_and_nothing_is_written_by_rpc(plant):
    plant.client("mes.pull.loop", "write", ids=[plant.loop], vals={"overrun_policy": "refuse"})
    with pytest.raises(Json2Error) as refused:
        report(plant, 1000)
    assert "500" in refused.value.body["message"], refused.value.body
    assert lies_there(plant) == (500, 0, 500)
    assert held(plant) == []
    report(plant, 500)
    assert lies_there(plant) == (1000, 0, 0)


@pytest.mark.browser
def test_a_planner_releases_what_is_held_in_the_web_client(plant, page):
    report(plant, 1000)
    log_in(page, plant.server, "planner")
    page.goto(f"{plant.server.url}/odoo/pull-held")
    page.get_by_text("Stamped part").first.click()
    page.get_by_role("button", name="Release with Reason").first.click()
    page.locator(".modal [name=reason] textarea").fill("Welding takes them today")
    page.locator(".modal button[name=action_confirm]").click()
    page.locator(".modal").wait_for(state="detached")
    assert lies_there(plant) == (1500, 0, 0)
    kept = plant.planner("mes.pull.override", "search_read", domain=[], fields=["kind", "reason", "quantity"])
    assert [(row["kind"], row["reason"], row["quantity"]) for row in kept] == [
        ("held", "Welding takes them today", 500)
    ]
