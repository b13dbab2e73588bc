"""Scenario I: a rejected batch is frozen at once, and leaves by decided routes only, as Odoo's own documents."""

import pytest
from factory import Factory
from support import Json2Error


@pytest.fixture
def plant(odoo_server, json2):
    """A batch of 100 axles from a vendor, and 50 good ones; an inspector, an engineer, a man of the warehouse."""
    factory = Factory(json2(odoo_server))
    client = factory.client

    def group(module, name):
        domain = [["module", "=", module], ["name", "=", name]]
        return client("ir.model.data", "search_read", domain=domain, fields=["res_id"])[0]["res_id"]

    stock = group("stock", "group_stock_user")
    roles = {
        "inspector": [group("mes_quality", "mes_quality_group_user"), stock],
        "engineer": [group("mes_quality", "mes_quality_group_engineer")],
        "keeper": [stock],
    }
    for login, groups in roles.items():
        ids = [[4, one] for one in groups]
        factory.make("res.users", name=login, login=login, password=login, group_ids=ids)
        setattr(factory, login, json2(odoo_server, login))
    factory.axle = factory.make("product.product", name="Axle", is_storable=True, tracking="lot", standard_price=5)
    factory.vendor = factory.make("res.partner", name="Supplier A")
    factory.bad, factory.good = receive(factory, "BAD", 100), receive(factory, "GOOD", 50)
    return factory


def receive(plant, name, quantity):
    line = {"product_id": plant.axle, "product_qty": quantity, "price_unit": 7}
    order = plant.make("purchase.order", partner_id=plant.vendor, order_line=[[0, 0, line]])
    plant.client("purchase.order", "button_confirm", ids=[order])
    picking = plant.client("purchase.order", "read", ids=[order], fields=["picking_ids"])[0]["picking_ids"][0]
    lot = plant.make("stock.lot", name=name, product_id=plant.axle)
    lines = plant.client("stock.move.line", "search", domain=[["picking_id", "=", picking]])
    plant.client("stock.move.line", "write", ids=lines, vals={"lot_id": lot, "picked": True})
    plant.client("stock.picking", "button_validate", ids=[picking])
    return lot


def on_hand(plant, lot):
    domain = [["lot_id", "=", lot], ["location_id.usage", "=", "internal"]]
    return sum(q["quantity"] for q in plant.client("stock.quant", "search_read", domain=domain, fields=["quantity"]))


def scrap(plant, client, lot):
    vals = {"product_id": plant.axle, "lot_id": lot, "scrap_qty": 1}
    (found,) = client("stock.scrap", "create", vals_list=[vals])
    return client("stock.scrap", "action_validate", ids=[found])


def reject(plant):
    plant.inspector("stock.lot", "action_mes_hold", ids=[plant.bad], reason="Cracks at the rim", level="rejected")
    names = ["quantity", "state", "route", "proposal", "hold_id"]
    (order,) = plant.engineer(
        "mes.quality.disposition", "search_read", domain=[["lot_id", "=", plant.bad]], fields=names
    )
    return order


def decide(plant, order, *lines):
    vals = {"line_ids": [[0, 0, {"route": route, "quantity": quantity, **more}] for route, quantity, more in lines]}
    plant.engineer("mes.quality.disposition", "write", ids=[order["id"]], vals=vals)
    plant.engineer("mes.quality.disposition", "action_approve", ids=[order["id"]])
    plant.engineer("mes.quality.disposition", "action_execute", ids=[order["id"]])


def read(plant, order, *names):
    return plant.engineer("mes.quality.disposition", "read", ids=[order["id"]], fields=list(names))[0]


def read_lines(plant, order):
    names = ["route", "state", "done_qty", "picking_id", "document"]
    domain = [["disposition_id", "=", order["id"]]]
    return plant.engineer("mes.quality.disposition.line", "search_read", domain=domain, fields=names, order="id")


def test_a_rejected_batch_is_frozen_and_its_disposition_opens(plant):
    order = reject(plant)
    assert (order["quantity"], order["state"], order["route"]) == (100, "draft", "return")
    assert "Supplier A" in order["proposal"]
    for client in (plant.keeper, plant.engineer):
        with pytest.raises(Json2Error) as refused:
            scrap(plant, client, plant.bad)
        assert "frozen" in refused.value.body["message"]
    with pytest.raises(Json2Error):
        plant.engineer("mes.quality.hold", "action_lift", ids=[order["hold_id"][0]], reason="It looks fine")
    assert (on_hand(plant, plant.bad), on_hand(plant, plant.good)) == (100, 50)
    refuse_what_does_not_add_up(plant, order)


def refuse_what_does_not_add_up(plant, order):
    with pytest.raises(Json2Error) as refused:
        decide(plant, order, ("scrap", 99, {}))
    assert "99" in refused.value.body["message"]
    assert read(plant, order, "state")["state"] == "draft"
    for method, more in (("write", {"vals": {"state": "done"}}), ("unlink", {})):
        with pytest.raises(Json2Error):
            plant.engineer("mes.quality.disposition", method, ids=[order["id"]], **more)
    with pytest.raises(Json2Error):
        plant.keeper("mes.quality.disposition", "action_approve", ids=[order["id"]])
    assert on_hand(plant, plant.bad) == 100


def test_the_routes_make_documents_of_exactly_that_batch(plant):
    order = reject(plant)
    as_is = {"reason": "Only scratches"}
    decide(plant, order, ("return", 60, {}), ("scrap", 30, {}), ("use_as_is", 10, as_is))
    back, scrapped, used = read_lines(plant, order)
    assert [line["state"] for line in (back, scrapped, used)] == ["open", "done", "done"]
    assert on_hand(plant, plant.bad) == 70
    picking = back["picking_id"][0]
    (line,) = plant.keeper(
        "stock.move.line", "search_read", domain=[["picking_id", "=", picking]], fields=["lot_id", "quantity"]
    )
    assert (line["lot_id"][0], line["quantity"]) == (plant.bad, 60)
    plant.keeper("stock.move.line", "write", ids=[line["id"]], vals={"picked": True})
    plant.keeper("stock.picking", "button_validate", ids=[picking])
    assert read(plant, order, "state", "done_qty") == {"id": order["id"], "state": "done", "done_qty": 100}
    assert (on_hand(plant, plant.bad), on_hand(plant, plant.good)) == (10, 50)
    (lot,) = plant.keeper("stock.lot", "read", ids=[plant.bad], fields=["mes_quality_state"])
    assert lot["mes_quality_state"] == "released"
    plant.engineer("mes.quality.disposition", "action_execute", ids=[order["id"]])
    assert on_hand(plant, plant.bad) == 10
