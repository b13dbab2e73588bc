"""Scenario H: supplier A, March batch, 1000 pieces: found, adding up to 1000, and frozen with one button."""

import pytest
from support import Json2Error


class Plant:
    """Makes documents by JSON-2, as an outside program would."""

    def __init__(self, client) -> None:
        self.client = client
        warehouse = client("stock.warehouse", "search_read", domain=[], limit=1)[0]
        self.types = {name: warehouse[f"{name}_type_id"][0] for name in ("in", "out")}
        self.stock = warehouse["lot_stock_id"][0]
        self.vendors, self.customers = (self.find(usage) for usage in ("supplier", "customer"))
        self.vendor, self.buyer = (self.make("res.partner", name=name) for name in ("Supplier A", "Customer B"))
        self.axle = self.make("product.product", name="Axle", is_storable=True, tracking="lot")
        self.cart = self.make("product.product", name="Cart", is_storable=True, tracking="lot")
        template = client("product.product", "read", ids=[self.cart], fields=["product_tmpl_id"])[0]["product_tmpl_id"]
        parts = [[0, 0, {"product_id": self.axle, "product_qty": 2}]]
        self.make("mrp.bom", product_tmpl_id=template[0], bom_line_ids=parts)

    def make(self, model, **vals) -> int:
        return self.client(model, "create", vals_list=[vals])[0]

    def find(self, usage) -> int:
        return self.client("stock.location", "search", domain=[["usage", "=", usage]], limit=1)[0]

    def lot(self, name, product) -> int:
        return self.make("stock.lot", name=name, product_id=product)

    def transfer(self, kind, source, target, product, lot, quantity, partner) -> int:
        places = {"location_id": source, "location_dest_id": target}
        move = {"product_id": product, "product_uom_qty": quantity, **places}
        head = {"picking_type_id": self.types[kind], "partner_id": partner, **places}
        picking = self.make("stock.picking", **head, move_ids=[[0, 0, move]])
        self.client("stock.picking", "action_confirm", ids=[picking])
        lines = self.client("stock.move.line", "search", domain=[["picking_id", "=", picking]])
        if lines:
            self.client("stock.move.line", "unlink", ids=lines)
        moves = self.client("stock.move", "search", domain=[["picking_id", "=", picking]])
        line = {"product_id": product, "lot_id": lot, "quantity": quantity, "picked": True, **places}
        self.make("stock.move.line", move_id=moves[0], picking_id=picking, **line)
        self.client("stock.picking", "button_validate", ids=[picking])
        return picking

    def produce(self, quantity, lot, name) -> int:
        made = self.lot(name, self.cart)
        order = self.make("mrp.production", product_id=self.cart, product_qty=quantity, lot_producing_ids=[[4, made]])
        self.client("mrp.production", "action_confirm", ids=[order])
        self.client("mrp.production", "action_assign", ids=[order])
        self.client("mrp.production", "write", ids=[order], vals={"qty_producing": quantity})
        self.client("mrp.production", "set_qty_producing", ids=[order])
        self.client("mrp.production", "button_mark_done", ids=[order])
        return made


def by_place(client, recall) -> dict:
    lines = client("mes.quality.recall.line", "search_read", domain=[["recall_id", "=", recall]])
    found = {}
    for line in lines:
        found[line["place"]] = round(found.get(line["place"], 0) + line["source_qty"], 6)
    return found


def test_the_march_batch_is_found_and_frozen_by_rpc(odoo_server, json2):
    client = json2(odoo_server)
    plant = Plant(client)
    batch = plant.lot("A-MARCH", plant.axle)
    plant.transfer("in", plant.vendors, plant.stock, plant.axle, batch, 1000, plant.vendor)
    carts = plant.produce(200, batch, "CARTS")
    plant.transfer("out", plant.stock, plant.customers, plant.cart, carts, 120, plant.buyer)
    plant.transfer("out", plant.stock, plant.customers, plant.axle, batch, 60, plant.buyer)
    scrap = plant.make("stock.scrap", product_id=plant.axle, lot_id=batch, scrap_qty=40)
    client("stock.scrap", "action_validate", ids=[scrap])

    recall = plant.make("mes.quality.recall", subject="March batch", partner_id=plant.vendor)
    client("mes.quality.recall", "action_trace", ids=[recall])
    assert by_place(client, recall) == {"stock": 500, "finished": 160, "shipped": 300, "scrapped": 40}
    answer = client("mes.quality.recall", "read", ids=[recall], fields=["received_qty", "balanced", "trace_seconds"])[0]
    assert answer["received_qty"] == 1000 and answer["balanced"] and answer["trace_seconds"] < 10
    shipped = [["recall_id", "=", recall], ["place", "=", "shipped"]]
    lines = client("mes.quality.recall.line", "search_read", domain=shipped, fields=["partner_id"])
    assert {line["partner_id"][0] for line in lines} == {plant.buyer}

    client("mes.quality.recall", "action_hold_all", ids=[recall])
    states = client("stock.lot", "read", ids=[batch, carts], fields=["mes_quality_state"])
    assert {state["mes_quality_state"] for state in states} == {"held"}
    with pytest.raises(Json2Error):
        plant.transfer("out", plant.stock, plant.customers, plant.axle, batch, 1, plant.buyer)
    assert by_place(client, recall) == {"stock": 500, "finished": 160, "shipped": 300, "scrapped": 40}
    tree = client("mes.quality.genealogy", "trace_backward", lot_ids=[carts])
    assert [edge["source_id"] for edge in tree["edges"]] == [batch]
