"""Scenario A: welding withdraws 500 stamped parts by scan, and stamping is told to produce 500."""

import pytest
from factory import Factory
from support import log_in


@pytest.fixture
def plant(odoo_server, json2):
    factory = Factory(json2(odoo_server))
    factory.make_user("welder", "operator")
    factory.server = odoo_server
    factory.welder = json2(odoo_server, "welder")
    return factory


def withdraw(plant, quantity, key):
    return plant.welder("mes.pull.station", "withdraw", loop_id=plant.loop, quantity=quantity, scan_key=key)


def test_500_withdrawn_is_one_order_of_500_by_rpc(plant):
    answer = withdraw(plant, 500, "first")
    assert (answer["status"], answer["duplicate"]) == ("ok", False), answer
    assert [(order["product_qty"], order["state"]) for order in plant.orders()] == [(500, "confirmed")]
    figures = plant.figures()
    assert (figures["on_hand_qty"], figures["on_order_qty"], figures["room_qty"]) == (500, 500, 0)

    again = withdraw(plant, 500, "first")
    assert again["duplicate"] and again["withdrawal_id"] == answer["withdrawal_id"]
    assert len(plant.orders()) == 1 and plant.figures()["on_hand_qty"] == 500


def test_a_withdrawal_undone_takes_the_order_back_by_rpc(plant):
    answer = withdraw(plant, 500, "first")
    undone = plant.welder("mes.pull.station", "undo", withdrawal_id=answer["withdrawal_id"])
    assert undone["status"] == "ok", undone
    assert [order["state"] for order in plant.orders()] == ["cancel"]
    assert plant.figures()["on_hand_qty"] == 1000


def test_a_wrong_scan_writes_nothing_by_rpc(plant):
    for barcode in ("NO-SUCH-CODE", "", "'; DROP TABLE stock_move; --"):
        answer = plant.welder("mes.pull.station", "scan", barcode=barcode, scan_key="x")
        assert answer["status"] == "error" and answer["message"], answer
    assert withdraw(plant, 1001, "y")["status"] == "error"
    assert plant.orders() == [] and plant.figures()["on_hand_qty"] == 1000


@pytest.mark.browser
def test_500_withdrawn_is_one_order_of_500_in_the_web_client(plant, page):
    log_in(page, plant.server, "welder")
    page.goto(f"{plant.server.url}/odoo/pull-station")
    page.get_by_text("Stamped part").first.wait_for()
    page.keyboard.type(f"KB{plant.loop:05d}-001\n", delay=5)
    page.get_by_text("Ordered upstream").first.wait_for()
    assert [order["product_qty"] for order in plant.orders()] == [100], "a card stands for its container"
    assert plant.figures()["on_hand_qty"] == 900

    withdraw(plant, 400, "rest")
    assert sum(order["product_qty"] for order in plant.orders()) == 500
