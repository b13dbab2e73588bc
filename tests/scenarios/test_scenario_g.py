"""Scenario G: 500 on hand, 300 taken by production: every figure says 200 at once."""

import pytest
from factory import Factory
from support import log_in


@pytest.fixture
def plant(odoo_server, json2):
    factory = Factory(json2(odoo_server))
    factory.server = odoo_server
    factory.client("mes.pull.loop", "write", ids=[factory.loop], vals={"card_count": 5})
    factory.count(factory.part, factory.market, 500)
    return factory


def test_every_figure_says_200_by_rpc(plant):
    client = plant.client
    rule = plant.make("stock.warehouse.orderpoint", product_id=plant.part, location_id=plant.stock)
    client("mes.pull.station", "withdraw", loop_id=plant.loop, quantity=300, scan_key="g")

    assert plant.figures()["on_hand_qty"] == 200
    board = client("mes.pull.loop", "get_board", domain=[["id", "=", plant.loop]])
    assert board["loops"][0]["on_hand"] == 200
    assert board["loops"][0]["usable"]["usable"] == 200
    names = ["qty_available", "free_qty", "incoming_qty"]
    product = client("product.product", "read", ids=[plant.part], fields=names)[0]
    assert (product["qty_available"], product["free_qty"], product["incoming_qty"]) == (200, 200, 300)
    in_stock = client("product.product", "read", ids=[plant.part], fields=["mes_usable_qty"], context=stock(plant))
    assert in_stock[0]["mes_usable_qty"] == 200
    report = client("stock.warehouse.orderpoint", "read", ids=[rule], fields=["qty_on_hand", "qty_to_order"])[0]
    assert (report["qty_on_hand"], report["qty_to_order"]) == (200, 0), "300 are on order already"


def stock(plant):
    return {"location": plant.stock}


@pytest.mark.browser
def test_what_an_order_has_registered_is_bought_for_and_shown_before_it_is_finished(plant, page):
    """Odoo counts 500 until the order is finished; 300 are welded in already, for an order of next year."""
    client, part = plant.client, plant.part
    client("mes.pull.loop", "write", ids=[plant.loop], vals={"active": False})
    rule = {"product_id": part, "location_id": plant.stock, "product_min_qty": 500, "product_max_qty": 500}
    rule = plant.make("stock.warehouse.orderpoint", trigger="manual", **rule)
    assert client("stock.warehouse.orderpoint", "read", ids=[rule], fields=["qty_to_order"])[0]["qty_to_order"] == 0
    frame = plant.make("product.product", name="Welded frame", is_storable=True)
    template = client("product.product", "read", ids=[frame], fields=["product_tmpl_id"])[0]["product_tmpl_id"][0]
    lines = [[0, 0, {"product_id": part, "product_qty": 1}]]
    plant.make("mrp.bom", product_tmpl_id=template, bom_line_ids=lines)
    order = plant.make("mrp.production", product_id=frame, product_qty=300, date_start="2035-03-01 08:00:00")
    client("mrp.production", "action_confirm", ids=[order])
    raw = client("stock.move", "search", domain=[["raw_material_production_id", "=", order]])
    client("stock.move", "write", ids=raw, vals={"quantity": 300, "picked": True})

    names = ["qty_forecast", "qty_to_order", "mes_usable_qty"]
    plan = client("stock.warehouse.orderpoint", "read", ids=[rule], fields=names)[0]
    assert [plan[name] for name in names] == [200, 300, 200], "the purchase plan"
    names = ["qty_available", "free_qty", "virtual_available", "mes_usable_qty", "mes_usable_registered_qty"]
    found = client("product.product", "read", ids=[part], fields=names, context=stock(plant))[0]
    assert [found[name] for name in names] == [500, 200, 200, 200, 300]
    log_in(page, plant.server)
    page.goto(f"{plant.server.url}/odoo/pull-usable")
    row = page.locator(".o_data_row", has_text="Stamped part")
    row.locator("[name=mes_usable_qty]", has_text="200.00").wait_for()
    row.locator("[name=mes_usable_registered_qty]", has_text="300.00").wait_for()
