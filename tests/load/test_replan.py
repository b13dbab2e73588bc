"""Two sellers change their orders at the same moment: the plan ends at what both ask for, nothing is cut twice."""

import pytest
from load_support import rounds
from test_caps import at_once, persist

ROUNDS = rounds(4)


@pytest.fixture
def shelf(factory, server):
    """A product that a reordering rule makes for whatever is ordered."""
    admin = factory.admin(server)
    (press,) = admin("mrp.workcenter", "create", vals_list=[{"name": "Shelf press"}])
    warehouse = admin("stock.warehouse", "search_read", domain=[], limit=1)[0]
    rule = admin("stock.rule", "read", ids=[warehouse["manufacture_pull_id"][0]], fields=["route_id"])[0]
    (product,) = admin(
        "product.product",
        "create",
        vals_list=[{"name": "Shelf", "is_storable": True, "route_ids": [[6, 0, [rule["route_id"][0]]]]}],
    )
    template = admin("product.product", "read", ids=[product], fields=["product_tmpl_id"])[0]["product_tmpl_id"][0]
    operation = {"name": "Make", "workcenter_id": press, "time_cycle_manual": 1}
    line = {"product_id": factory["blank_id"], "product_qty": 1}
    bill = {"product_tmpl_id": template, "bom_line_ids": [[0, 0, line]], "operation_ids": [[0, 0, operation]]}
    admin("mrp.bom", "create", vals_list=[bill])
    stock = warehouse["lot_stock_id"][0]
    admin(
        "stock.warehouse.orderpoint",
        "create",
        vals_list=[{"product_id": product, "location_id": stock, "trigger": "auto"}],
    )
    return admin, product


def sell(call, product, quantity):
    (partner,) = call("res.partner", "create", vals_list=[{"name": "Customer"}])
    line = [0, 0, {"product_id": product, "product_uom_qty": quantity}]
    (order,) = call("sale.order", "create", vals_list=[{"partner_id": partner, "order_line": [line]}])
    call("sale.order", "action_confirm", ids=[order])
    return order, call("sale.order", "read", ids=[order], fields=["order_line"])[0]["order_line"][0]


def to_make(call, product):
    rows = call(
        "mrp.production",
        "search_read",
        domain=[
            ["product_id", "=", product],
            ["state", "not in", ["done", "cancel"]],
            ["mes_pull_state", "=", "normal"],
        ],
        fields=["product_qty"],
    )
    return sum(row["product_qty"] for row in rows)


def test_two_sellers_cut_at_the_same_moment(shelf):
    call, product = shelf
    for number in range(ROUNDS):
        orders = [sell(call, product, 100) for _seller in range(2)]
        assert to_make(call, product) == 200, f"round {number}"
        found = at_once(
            [
                lambda line=line: persist(call, "sale.order.line", "write", ids=[line], vals={"product_uom_qty": 60})
                for _order, line in orders
            ]
        )
        assert not [error for error in found if isinstance(error, Exception)], found
        assert to_make(call, product) == 120, f"round {number}"
        (first, _line), (_second, line) = orders
        found = at_once(
            [
                lambda order=first: persist(call, "sale.order", "action_cancel", ids=[order]),
                lambda line=line: persist(call, "sale.order.line", "write", ids=[line], vals={"product_uom_qty": 80}),
            ]
        )
        assert not [error for error in found if isinstance(error, Exception)], found
        assert to_make(call, product) == 80, f"round {number}"
        persist(call, "sale.order", "action_cancel", ids=[orders[1][0]])
        assert to_make(call, product) == 0, f"round {number}"
