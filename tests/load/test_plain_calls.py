"""Scans inside somebody else's transaction, at once: Odoo repeats the loser on a fresh snapshot, and it stays right.

XML-RPC opens a cursor of its own, so that the station does not own the transaction: it works behind a savepoint,
takes no turn, and Odoo's `retrying` decides, as in a server action or in another addon's method.
"""

import threading
import xmlrpc.client

import pytest
from load_support import Scan, check_answers, check_books, run_clients
from test_turns import held

pytestmark = pytest.mark.slow


def plain(server, factory):
    """Return a function that calls the station by XML-RPC, with the signature of `support.Json2`."""
    key = factory["keys"]["operator"]
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    user = common.authenticate(server.database, "load_operator", key, {})

    def call(model, method, **kwargs):
        proxy = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
        return proxy.execute_kw(server.database, user, key, model, method, [], kwargs)

    return call


@pytest.fixture
def call(server, factory):
    return plain(server, factory)


def test_it_takes_no_turn(factory, call):
    loop = factory.loops[1]
    with held(factory, loop["product_id"]):
        scan = Scan("no-turn", {"barcode": loop["barcode"], "quantity": 5})
        scan.send(call)
    check_answers([scan])


def test_two_stations_at_the_same_moment_order_the_right_sum(factory, call):
    loop = factory.loops[2]
    scans = [Scan(f"plain-pair-{n}", {"barcode": loop["barcode"], "quantity": 250}) for n in range(2)]
    run_clients(scans, call, clients=2)
    check_answers(scans)
    ordered = factory.rows(f"SELECT quantity FROM mes_pull_signal WHERE loop_id = {loop['id']} ORDER BY id")
    assert [float(row[0]) for row in ordered] == [200, 300], "250 + 250 in whole containers of 100"
    check_books(factory)


def test_one_key_twice_at_once_is_one_scan(factory, call):
    scans = [Scan("plain-same", {"barcode": factory.loops[1]["barcode"], "quantity": 30}) for _n in range(3)]
    run_clients(scans, call, clients=3)
    assert len(check_answers(scans)) == 1
    check_books(factory)


def test_a_plain_call_and_a_scan_at_once_order_the_right_sum(server, factory, call):
    """One in its own transaction, one in another's: they meet on the loop's row."""
    loop = factory.loops[0]
    first = [Scan(f"plain-{n}", {"barcode": loop["barcode"], "quantity": 7}) for n in range(3)]
    second = [Scan(f"owned-{n}", {"barcode": loop["barcode"], "quantity": 11}) for n in range(6)]
    other = threading.Thread(target=run_clients, args=(first, call, 1))
    other.start()
    run_clients(second, factory.client(server), clients=2)
    other.join()
    check_answers(first + second)
    check_books(factory)


def test_two_withdrawals_of_80_of_100_never_both_succeed(factory, call):
    loop = factory.loops[0]
    on_hand = f"SELECT SUM(quantity) FROM stock_quant WHERE location_id = {loop['market_id']}"
    Scan("leave-100", {"barcode": loop["barcode"], "quantity": factory.number(on_hand) - 100}).send(call)
    assert factory.number(on_hand) == 100
    scans = [Scan(f"80-{n}", {"barcode": loop["barcode"], "quantity": 80}) for n in range(2)]
    run_clients(scans, call, clients=2)
    assert sorted(scan.answer["status"] for scan in scans) == ["error", "ok"], [scan.errors for scan in scans]
    refused = next(scan.answer for scan in scans if scan.answer["status"] == "error")
    assert refused["message"].startswith("Only 20 "), refused
    assert factory.number(on_hand) == 20
    check_books(factory)
