"""Two planners plan at the same moment: no work centre is booked twice, and every order gets its time."""

import pytest
from load_support import rounds
from test_caps import at_once, create_order, persist

pytestmark = pytest.mark.slow

ROUNDS = rounds(3)
ORDERS = 4


@pytest.fixture
def press(factory, server):
    """A press of its own, and a product that it makes at a minute a piece."""
    call, admin = factory.client(server, "planner"), factory.admin(server)
    (press,) = admin("mrp.workcenter", "create", vals_list=[{"name": "Planned press"}])
    (product,) = admin("product.product", "create", vals_list=[{"name": "Planned part", "is_storable": True}])
    template = admin("product.product", "read", ids=[product], fields=["product_tmpl_id"])[0]["product_tmpl_id"][0]
    operation = {"name": "Stamp", "workcenter_id": press, "time_cycle_manual": 1}
    line = {"product_id": factory["blank_id"], "product_qty": 1}
    bill = {"product_tmpl_id": template, "bom_line_ids": [[0, 0, line]], "operation_ids": [[0, 0, operation]]}
    admin("mrp.bom", "create", vals_list=[bill])
    return call, press, product


def bookings(factory, press):
    """Return the booked spans of the press, in order."""
    return factory.rows(
        "SELECT l.date_from, l.date_to FROM resource_calendar_leaves l JOIN mrp_workorder w ON w.leave_id = l.id "
        f"WHERE w.workcenter_id = {press} AND w.state NOT IN ('done', 'cancel') ORDER BY 1, 2"
    )


@pytest.mark.parametrize(
    ("model", "method", "name"),
    [("mes.pull.planner", "plan", "production_ids"), ("mrp.production", "button_plan", "ids")],
    ids=["our planner", "Odoo's"],
)
def test_two_planners_never_book_a_slot_twice(factory, press, model, method, name):
    call, workcenter, product = press
    for number in range(ROUNDS):
        orders = [create_order(call, product, 60) for _order in range(ORDERS)]
        call("mrp.production", "action_confirm", ids=orders)
        halves = orders[: ORDERS // 2], orders[ORDERS // 2 :]
        found = at_once([lambda ids=ids: persist(call, model, method, **{name: ids}) for ids in halves])
        assert not [error for error in found if isinstance(error, Exception)], found
        spans = bookings(factory, workcenter)
        assert len(spans) == ORDERS * (number + 1)
        overlaps = [(one, two) for one, two in zip(spans, spans[1:], strict=False) if two[0] < one[1]]
        assert not overlaps, f"round {number}: {overlaps}"
