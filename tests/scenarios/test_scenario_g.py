"""Scenario G: 500 on hand, 300 taken by production: every figure says 200 at once."""

from factory import Factory


def test_every_figure_says_200_by_rpc(odoo_server, json2):
    client = json2(odoo_server)
    plant = Factory(client)
    client("mes.pull.loop", "write", ids=[plant.loop], vals={"card_count": 5})
    plant.count(plant.part, plant.market, 500)
    rule = plant.make("stock.warehouse.orderpoint", product_id=plant.part, location_id=plant.stock)
    client("mes.pull.station", "withdraw", loop_id=plant.loop, quantity=300, scan_key="g")

    assert plant.figures()["on_hand_qty"] == 200
    board = client("mes.pull.loop", "get_board", domain=[["id", "=", plant.loop]])
    assert board["loops"][0]["on_hand"] == 200
    names = ["qty_available", "free_qty", "incoming_qty"]
    product = client("product.product", "read", ids=[plant.part], fields=names)[0]
    assert (product["qty_available"], product["free_qty"], product["incoming_qty"]) == (200, 200, 300)
    report = client("stock.warehouse.orderpoint", "read", ids=[rule], fields=["qty_on_hand", "qty_to_order"])[0]
    assert (report["qty_on_hand"], report["qty_to_order"]) == (200, 0), "300 are on order already"
