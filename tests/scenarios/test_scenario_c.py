"""Scenario C: a sales order of 800, a line that makes 200 a day: four working days, 25 due and counted an hour."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factory import Factory
from support import Json2Error, log_in

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def plant(odoo_server, json2):
    """A cart that is made to order in 2.4 minutes, at a line that works 08-12 and 13-17 from Monday to Friday."""
    factory = Factory(json2(odoo_server))
    factory.make_user("planner", "planner")
    factory.make_user("welder", "operator")
    factory.server = odoo_server
    factory.planner, factory.operator = json2(odoo_server, "planner"), json2(odoo_server, "welder")
    factory.line = make_line(factory)
    factory.cart = make_cart(factory)
    factory.monday = date.today() + timedelta(days=7 - date.today().weekday())
    return factory


def make_line(plant):
    times = [("morning", 8, 12), ("afternoon", 13, 17)]
    attendances = [
        [0, 0, {"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": stop, "day_period": name}]
        for day in range(5)
        for name, start, stop in times
    ]
    calendar = plant.make("resource.calendar", name="Line", tz="Europe/Brussels", attendance_ids=attendances)
    return plant.make("mrp.workcenter", name="Cart line", resource_calendar_id=calendar)


def make_cart(plant):
    routes = plant.client(
        "stock.route", "search_read", domain=[["rule_ids.procure_method", "=", "make_to_order"]], fields=["name"],
        context={"active_test": False},
    )  # fmt: skip
    order_route = next(route["id"] for route in routes if "MTO" in route["name"])
    plant.client("stock.route", "write", ids=[order_route], vals={"active": True})
    (make_route,) = plant.client("stock.route", "search", domain=[["rule_ids.action", "=", "manufacture"]], limit=1)
    cart = plant.make("product.product", name="Cart", is_storable=True, route_ids=[[4, order_route], [4, make_route]])
    template = plant.client("product.product", "read", ids=[cart], fields=["product_tmpl_id"])[0]["product_tmpl_id"][0]
    plant.make(
        "mrp.bom",
        product_tmpl_id=template,
        bom_line_ids=[[0, 0, {"product_id": plant.blank, "product_qty": 1}]],
        operation_ids=[[0, 0, {"name": "Assemble", "workcenter_id": plant.line, "time_cycle_manual": 2.4}]],
    )
    return cart


def sell(plant, quantity):
    """Confirm a sales order and return the manufacturing order that it called for, planned from Monday on."""
    customer = plant.make("res.partner", name="Cart dealer")
    line = [0, 0, {"product_id": plant.cart, "product_uom_qty": quantity}]
    sale = plant.make("sale.order", partner_id=customer, order_line=[line])
    plant.client("sale.order", "action_confirm", ids=[sale])
    (order,) = plant.planner("mrp.production", "search", domain=[["product_id", "=", plant.cart]])
    plant.planner("mrp.production", "write", ids=[order], vals={"date_start": f"{plant.monday} 00:00:00"})
    plant.planner("mrp.production", "button_plan", ids=[order])
    return order


def slots(plant, order):
    names = ["date_start", "date_stop", "planned_qty", "done_qty", "state"]
    return plant.operator(
        "mes.pull.slot", "search_read", domain=[["production_id", "=", order]], fields=names, order="date_start"
    )


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC")).astimezone(BRUSSELS)


def board(plant, day):
    answer = plant.operator("mes.pull.slot", "get_hours", date=str(day))
    return next((row for row in answer["workcenters"] if row["id"] == plant.line), None)


def test_800_carts_are_four_days_of_eight_hours_of_25_by_rpc(plant):
    found = slots(plant, sell(plant, 800))
    assert [slot["planned_qty"] for slot in found] == [25] * 32
    first, last = local(found[0]["date_start"]), local(found[-1]["date_stop"])
    assert (first.date(), f"{first:%a %H:%M}") == (plant.monday, "Mon 08:00")
    assert (last.date(), f"{last:%a %H:%M}") == (plant.monday + timedelta(days=3), "Thu 17:00")
    for number in range(4):
        day = board(plant, plant.monday + timedelta(days=number))
        assert [hour["planned"] for hour in day["hours"]] == [25] * 8
    assert board(plant, plant.monday + timedelta(days=4)) is None


def test_what_is_counted_stands_in_the_hours_by_rpc(plant):
    order = sell(plant, 800)
    (work,) = plant.planner("mrp.workorder", "search", domain=[["production_id", "=", order]])
    plant.planner("mrp.workorder", "write", ids=[work], vals={"qty_produced": 25})
    assert [slot["done_qty"] for slot in slots(plant, order)] == [25, *[0] * 31]
    assert [hour["done"] for hour in board(plant, plant.monday)["hours"]] == [25, *[0] * 7]
    plant.planner("mrp.workorder", "write", ids=[work], vals={"qty_produced": 800})
    plant.planner("mrp.production", "button_mark_done", ids=[order], context={"skip_consumption": True})
    found = slots(plant, order)
    assert sum(slot["done_qty"] for slot in found) == sum(slot["planned_qty"] for slot in found) == 800
    assert {slot["state"] for slot in found} == {"done"}


def test_an_operator_reads_hours_and_names_causes_but_writes_no_figures_by_rpc(plant):
    slot = slots(plant, sell(plant, 800))[0]["id"]
    loss = plant.client("mrp.workcenter.productivity.loss", "search", domain=[], limit=1)[0]
    assert plant.operator("mes.pull.slot", "action_set_loss", ids=[slot], loss_id=loss, note="Coil change") is True
    with pytest.raises(Json2Error) as refused:
        plant.operator("mes.pull.slot", "write", ids=[slot], vals={"done_qty": 25})
    assert refused.value.status == 403


@pytest.mark.browser
def test_an_operator_sees_the_day_and_a_count_arrives_by_itself_in_the_web_client(plant, page):
    order = sell(plant, 800)
    log_in(page, plant.server, "welder")
    page.goto(f"{plant.server.url}/odoo/pull-hours")
    page.wait_for_selector(".o_mes_hours_board .o_mes_connection_live", timeout=30_000)
    for _day in range((plant.monday - date.today()).days):
        with page.expect_response("**/get_hours"):
            page.click(".o_mes_day_after")
    page.wait_for_selector(".o_mes_center:has-text('Cart line') .o_mes_center_done:has-text('0')")
    (work,) = plant.planner("mrp.workorder", "search", domain=[["production_id", "=", order]])
    plant.planner("mrp.workorder", "write", ids=[work], vals={"qty_produced": 25})
    page.wait_for_function(
        "[...document.querySelectorAll('.o_mes_center_done')].some((cell) => cell.textContent === '25')", timeout=30_000
    )
