"""Several people clear the same stock, execute one route or accept one offer at the same moment: it happens once."""

import pytest
from load_support import rounds
from support import Json2Error
from test_caps import at_once, persist

pytestmark = pytest.mark.slow

ROUNDS = rounds(4)
PEOPLE = 4


@pytest.fixture
def plant(factory, server):
    return Plant(factory.admin(server))


class Plant:
    """A product with 100 pieces in the first warehouse."""

    def __init__(self, client) -> None:
        self.client = client
        places = client("stock.warehouse", "search_read", domain=[], fields=["lot_stock_id", "in_type_id"], limit=1)
        self.stock, self.kind = places[0]["lot_stock_id"][0], places[0]["in_type_id"][0]
        self.vendors = client("stock.location", "search", domain=[["usage", "=", "supplier"]], limit=1)[0]

    def make(self, model, **vals) -> int:
        return self.client(model, "create", vals_list=[vals])[0]

    def receive(self, name, quantity=100) -> int:
        product = self.make("product.product", name=name, is_storable=True, standard_price=2)
        way = {"location_id": self.vendors, "location_dest_id": self.stock}
        move = [0, 0, {"product_id": product, "product_uom_qty": quantity, **way}]
        picking = self.make("stock.picking", picking_type_id=self.kind, move_ids=[move], **way)
        self.client("stock.picking", "action_confirm", ids=[picking])
        moves = self.client("stock.move", "search", domain=[["picking_id", "=", picking]])
        self.client("stock.move", "write", ids=moves, vals={"picked": True})
        self.client("stock.picking", "button_validate", ids=[picking])
        return product


def check_refused(found, text, others):
    """All but one were refused in words."""
    refused = [error for error in found if isinstance(error, Exception)]
    for error in refused:
        assert isinstance(error, Json2Error), error
        assert text in error.body["message"], error.body
    assert len(refused) == others, found


def test_stock_is_claimed_once(factory, plant):
    for number in range(ROUNDS):
        product = plant.receive(f"Claimed {number}")
        vals = {"product_id": product, "quantity": 60}
        claim = lambda vals=vals: persist(plant.client, "mes.aging.clearance", "create", vals_list=[vals])  # noqa: E731
        check_refused(at_once([claim] * PEOPLE), "can be cleared", PEOPLE - 1)
        claimed = factory.number(f"SELECT SUM(quantity) FROM mes_aging_clearance WHERE product_id = {product}")
        assert claimed == 60


def test_a_case_is_executed_once(factory, plant):
    charity = plant.make("res.partner", name="Charity")
    for number in range(ROUNDS):
        product = plant.receive(f"Executed {number}")
        case = plant.make("mes.aging.clearance", product_id=product, quantity=40)
        route = {"clearance_id": case, "route": "donate", "quantity": 40, "partner_id": charity}
        plant.make("mes.aging.clearance.line", **route)
        execute = lambda case=case: persist(plant.client, "mes.aging.clearance", "action_execute", ids=[case])  # noqa: E731
        found = at_once([execute] * PEOPLE)
        assert not [error for error in found if isinstance(error, Exception)], found
        count = f"SELECT SUM(product_uom_qty) FROM stock_move WHERE product_id = {product} AND state = 'assigned'"
        assert factory.number(count) == 40


def test_an_offer_is_accepted_once(factory, plant):
    north = plant.make("stock.warehouse", name="North", code="NORTH")
    kind = plant.client("stock.warehouse", "read", ids=[north], fields=["in_type_id"])[0]["in_type_id"][0]
    vendor = plant.make("res.partner", name="Vendor")
    for number in range(ROUNDS):
        product = plant.receive(f"Offered {number}")
        line = [0, 0, {"product_id": product, "product_qty": 70}]
        plant.make("purchase.order", partner_id=vendor, picking_type_id=kind, order_line=[line])
        plant.client("mes.aging.surplus.offer", "action_refresh")
        domain = [["product_id", "=", product], ["state", "=", "open"]]
        offers = plant.client("mes.aging.surplus.offer", "search", domain=domain)
        accept = lambda ids=offers: persist(plant.client, "mes.aging.surplus.offer", "action_accept", ids=ids)  # noqa: E731
        found = at_once([accept] * PEOPLE)
        assert not [error for error in found if isinstance(error, Exception)], found
        count = f"SELECT SUM(product_uom_qty) FROM stock_move WHERE product_id = {product} AND state = 'assigned'"
        assert factory.number(count) == 70


def test_the_last_pieces_are_sold_to_one_dealer(factory, plant):
    """25 of 40 each, nothing reserved at confirmation: only the route's own row stands between two dealers.

    An offer that is sold out would cancel the others; of this one something is left.
    """
    kinds = plant.client("stock.picking.type", "search", domain=[["code", "=", "outgoing"]])
    plant.client("stock.picking.type", "write", ids=kinds, vals={"reservation_method": "manual"})
    for number in range(ROUNDS):
        product = plant.receive(f"Sold {number}")
        case = plant.make("mes.aging.clearance", product_id=product, quantity=40)
        dealers = [plant.make("res.partner", name=f"Dealer {number} {who}") for who in range(PEOPLE)]
        route = {"clearance_id": case, "route": "channel", "quantity": 40, "price_unit": 1, "offer_qty": 25}
        plant.make("mes.aging.clearance.line", **route, dealer_ids=[[6, 0, dealers]])
        plant.client("mes.aging.clearance", "action_execute", ids=[case])
        orders = plant.client("sale.order", "search", domain=[["partner_id", "in", dealers]])
        sell = [lambda ids=[order]: persist(plant.client, "sale.order", "action_confirm", ids=ids) for order in orders]
        found = at_once(sell)
        domain = [["id", "in", orders], ["state", "=", "sale"]]
        assert len(plant.client("sale.order", "search", domain=domain)) == 1, found
