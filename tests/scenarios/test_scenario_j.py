"""Scenario J: Resistor, 800 on hand, the next 3 days need 600, 200 are to stay: a live board shows just that."""

from datetime import UTC, datetime, timedelta

import pytest
from factory import Factory
from support import log_in

BAR = "800 on hand: 600 next 3 days, 200 safety"


@pytest.fixture
def plant(odoo_server, json2):
    factory = Factory(json2(odoo_server))
    factory.server = odoo_server
    return factory


@pytest.fixture
def resistor(plant):
    """800 in stock, a confirmed sales order of 600 for the day after tomorrow, a reordering rule that keeps 200."""
    product = plant.make("product.product", name="Resistor", is_storable=True, standard_price=2)
    plant.count(product, plant.stock, 800)
    rule = {"product_min_qty": 200, "product_max_qty": 200, "trigger": "manual"}
    plant.make("stock.warehouse.orderpoint", product_id=product, location_id=plant.stock, **rule)
    customer = plant.make("res.partner", name="Customer B")
    due = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    lines = [[0, 0, {"product_id": product, "product_uom_qty": 600}]]
    order = plant.make("sale.order", partner_id=customer, commitment_date=due, order_line=lines)
    plant.client("sale.order", "action_confirm", ids=[order])
    return product


def row(plant, product):
    [found] = plant.client("mes.aging.board", "get_rows", domain=[["id", "=", product]], offset=0, limit=10)
    return found


def test_the_board_says_so_by_rpc(plant, resistor):
    found = row(plant, resistor)
    assert (found["on_hand"], found["demand"], found["safety"]) == (800, [600, 600], 200)
    assert (found["excess"], found["status"], found["value"]) == (0, "ok", 1600)
    assert found["bar"] == {"near": 600, "safety": 200, "far": 0, "idle": 0, "obsolete": 0}
    for figure, quantity in (("on_hand", 800), ("demand_near", 600), ("safety", 200)):
        action = plant.client("mes.aging.board", "get_records", product_id=resistor, figure=figure)
        name = {"stock.quant": "quantity", "stock.move": "product_qty"}.get(action["res_model"], "product_min_qty")
        records = plant.client(action["res_model"], "search_read", domain=action["domain"], fields=[name])
        assert sum(record[name] for record in records) == quantity


@pytest.mark.browser
def test_the_board_shows_it_live_at_the_desk_and_on_the_phone(plant, resistor, page):
    log_in(page, plant.server)
    page.goto(f"{plant.server.url}/odoo/inventory-board")
    item = page.locator(".o_mes_stock_item", has_text="Resistor")
    item.locator(f'[aria-label="{BAR}"]').wait_for()
    page.locator(".o_mes_stock_connection_live").wait_for()
    plant.count(resistor, plant.stock, 700)
    item.locator('[aria-label="700 on hand: 600 next 3 days, 100 safety"]').wait_for(timeout=30_000)
    item.locator(".o_mes_stock_status_low").first.wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.locator("article.o_mes_stock_item", has_text="Resistor").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways"
