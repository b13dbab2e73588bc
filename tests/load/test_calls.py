"""Material calls under really concurrent answers: one counts, the others are told; nothing is brought twice."""

import pytest
from test_caps import at_once, persist

pytestmark = pytest.mark.slow

ROUNDS = 4
QUANTITY = 25


@pytest.fixture(scope="module")
def line(factory, server):
    """A work centre with a line-side place that parts are called to, made by an outside program."""
    call = factory.admin(server)
    kind = call(
        "stock.picking.type",
        "create",
        vals_list=[
            {
                "name": "Calls",
                "code": "internal",
                "sequence_code": "CALL",
                "default_location_src_id": factory["stock_id"],
            }
        ],
    )[0]
    view = call(
        "stock.warehouse",
        "search_read",
        domain=[("lot_stock_id", "=", factory["stock_id"])],
        fields=["view_location_id"],
    )
    place = {
        "name": "Bench",
        "usage": "internal",
        "location_id": view[0]["view_location_id"][0],
        "mes_call_type_id": kind,
    }
    place_id = call("stock.location", "create", vals_list=[place])[0]
    center = call("mrp.workcenter", "create", vals_list=[{"name": "Assembly", "mes_line_location_id": place_id}])[0]
    part = call("product.product", "create", vals_list=[{"name": "Frame", "is_storable": True}])[0]
    template = call("product.product", "read", ids=[part], fields=["product_tmpl_id"])[0]["product_tmpl_id"][0]
    operation = {"name": "Assemble", "workcenter_id": center, "time_cycle_manual": 0.5}
    bom = {
        "product_tmpl_id": template,
        "bom_line_ids": [[0, 0, {"product_id": factory["blank_id"], "product_qty": 1}]],
        "operation_ids": [[0, 0, operation]],
    }
    call("mrp.bom", "create", vals_list=[bom])
    return {"place_id": place_id, "product_id": part}


def create_call(call, line):
    """Return the call of a planned order."""
    order = call("mrp.production", "create", vals_list=[{"product_id": line["product_id"], "product_qty": QUANTITY}])[0]
    persist(call, "mrp.production", "action_confirm", ids=[order])
    persist(call, "mrp.production", "button_plan", ids=[order])
    call("stock.location", "write", ids=[line["place_id"]], vals={"mes_call_horizon": 1000})
    return call("mes.pull.call", "search", domain=[("production_id", "=", order)])


def at_the_line(factory, line):
    return factory.number(f"SELECT SUM(quantity) FROM stock_quant WHERE location_id = {line['place_id']}")


def answer(who, number, **more):
    return lambda: persist(who, "mes.pull.call", "action_confirm", ids=[number], **more)


def test_two_workers_confirm_the_same_call_and_one_does(factory, server, line):
    admin = factory.admin(server)
    people = [factory.client(server, "clerk"), factory.client(server, "planner")]
    before = at_the_line(factory, line)
    brought = 0
    for _number in range(ROUNDS):
        for number in create_call(admin, line):
            answers = at_once([answer(who, number) for who in people])
            assert sorted(one["status"] for one in answers) == ["error", "ok"], answers
            assert "confirmed already" in next(one["message"] for one in answers if one["status"] == "error")
        brought += QUANTITY
        assert at_the_line(factory, line) == before + brought


def test_the_same_key_sent_twice_at_once_counts_once(factory, server, line):
    admin, clerk = factory.admin(server), factory.client(server, "clerk")
    before = at_the_line(factory, line)
    for number in create_call(admin, line):
        answers = at_once([answer(clerk, number, confirm_key=f"load-{number}") for _twice in range(2)])
        assert [one["status"] for one in answers] == ["ok", "ok"], answers
        assert sorted(one["duplicate"] for one in answers) == [False, True]
    assert at_the_line(factory, line) == before + QUANTITY
