"""Two buyers buy for the same need at the same moment: one gets it, the other is stopped."""

from datetime import datetime, timedelta

import pytest
from load_support import rounds
from support import Json2Error
from test_caps import at_once, persist

pytestmark = pytest.mark.slow

ROUNDS = rounds(5)
BUYERS = 4


@pytest.fixture
def need(factory, server):
    """A function that makes a product of which 1000 are needed, and returns what a buyer sends to buy 1000."""
    admin = factory.admin(server)
    place = admin("stock.warehouse", "search_read", domain=[], fields=["lot_stock_id"], limit=1)[0]["lot_stock_id"][0]
    goal = admin("stock.location", "search", domain=[["usage", "=", "customer"]], limit=1)[0]
    kind = admin("stock.picking.type", "search", domain=[["code", "=", "outgoing"]], limit=1)[0]
    (vendor,) = admin("res.partner", "create", vals_list=[{"name": "Vendor"}])

    def make(number):
        vals = {"name": f"Scarce {number}", "is_storable": True}
        (product,) = admin("product.product", "create", vals_list=[vals])
        limit = {"max_cover_days": 30, "purchase_policy": "stop"}
        admin("mes.aging.policy", "create", vals_list=[{"name": vals["name"], "product_id": product, **limit}])
        way = {"location_id": place, "location_dest_id": goal}
        day = str(datetime.now() + timedelta(days=5))[:19]
        move = [0, 0, {"product_id": product, "product_uom_qty": 1000, "date": day, **way}]
        (picking,) = admin("stock.picking", "create", vals_list=[{"picking_type_id": kind, "move_ids": [move], **way}])
        admin("stock.picking", "action_confirm", ids=[picking])
        line = [0, 0, {"product_id": product, "product_qty": 1000}]
        return product, {"partner_id": vendor, "state": "purchase", "order_line": [line]}

    return admin, make


def test_the_same_need_is_bought_once(factory, need):
    admin, make = need
    for number in range(ROUNDS):
        product, vals = make(number)
        found = at_once([lambda vals=vals: persist(admin, "purchase.order", "create", vals_list=[vals])] * BUYERS)
        refused = [error for error in found if isinstance(error, Exception)]
        for error in refused:
            assert isinstance(error, Json2Error), error
            assert "above need" in error.body["message"], error.body
        assert len(refused) == BUYERS - 1, f"round {number}: {found}"
        bought = factory.number(
            "SELECT SUM(product_uom_qty) FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id "
            f"WHERE o.state = 'purchase' AND l.product_id = {product}"
        )
        assert bought == 1000
