"""Many scanners at once, and a server that dies: no scan is lost, none is booked twice, and every sum is right.

`MES_LOAD_SCANS` is the number of calls of the big campaign: 64 in a usual run, so that all of this ends within
a minute on two cores; the acceptance figure is 1000: `MES_LOAD_SCANS=1000 ./mes test -k test_scans`.
"""

import os
import random
import threading
import time

import pytest
from load_support import PATIENCE, Scan, check_answers, check_books, report, run_clients
from support import REPORTS, Json2Error

SCANS = int(os.environ.get("MES_LOAD_SCANS", "64"))
CLIENTS = 16
BULK = 200 if SCANS >= 1000 else 50

pytestmark = pytest.mark.slow


def make_scans(factory, name: str, calls: int, distinct: int) -> list[Scan]:
    """``calls`` scans of all loops with ``distinct`` keys; the repeats lie anywhere between the others."""
    dice = random.Random(name)
    first = [
        (f"{name}-{number}", {"barcode": dice.choice(factory.loops)["barcode"], "quantity": dice.randint(1, 100)})
        for number in range(distinct)
    ]
    again = [dice.choice(first) for _number in range(calls - distinct)]
    order = first + again
    dice.shuffle(order)
    return [Scan(key, arguments) for key, arguments in order]


def check_sums(factory, name: str, scans: list[Scan]) -> None:
    """What the clients asked for is what was moved, key by key."""
    asked = {key: scan.arguments["quantity"] for key, scan in check_answers(scans).items()}
    booked = factory.rows(
        f"""
        SELECT w.scan_key, m.quantity FROM mes_pull_withdrawal w JOIN stock_move m ON m.id = w.move_id
         WHERE w.scan_key LIKE '{name}-%' AND m.state = 'done'
        """
    )
    assert len(booked) == len(asked), "withdrawals = distinct keys"
    assert {key: float(quantity) for key, quantity in booked} == asked


def campaign(server, factory, name: str, calls: int) -> None:
    scans = make_scans(factory, name, calls, calls * 7 // 10)
    known = len(server.log_problems())
    start = time.monotonic()
    run_clients(scans, factory.client(server), CLIENTS)
    report(name, scans, time.monotonic() - start)
    assert not [error for scan in scans for error in scan.errors], "no error reached a client"
    check_sums(factory, name, scans)
    check_books(factory)
    assert server.log_problems()[known:] == []


def test_two_stations_at_the_same_moment_order_the_right_sum(server, factory):
    loop = factory.loops[-1]
    scans = [Scan(f"pair-{n}", {"barcode": loop["barcode"], "quantity": 250}) for n in range(2)]
    run_clients(scans, factory.client(server), clients=2)
    check_answers(scans)
    ordered = factory.rows(f"SELECT quantity FROM mes_pull_signal WHERE loop_id = {loop['id']} ORDER BY id")
    assert [float(row[0]) for row in ordered] == [200, 300], "250 + 250 in whole containers of 100"
    check_books(factory)


def test_many_clients_lose_and_double_nothing(server, factory):
    campaign(server, factory, f"{CLIENTS} clients at threads", SCANS)


def test_many_clients_at_several_workers(workers_server, factory):
    campaign(workers_server, factory, f"{CLIENTS} clients at workers", max(40, SCANS // 4))


def test_one_key_from_all_clients_at_once_is_one_scan(server, factory):
    scans = [Scan("same", {"barcode": factory.loops[1]["barcode"], "quantity": 30}) for _n in range(CLIENTS)]
    run_clients(scans, factory.client(server), CLIENTS)
    assert len(check_answers(scans)) == 1
    check_books(factory)


def test_one_key_on_two_loops_at_once_is_one_scan(server, factory):
    scans = [
        Scan(f"cross-{number // 3}", {"barcode": loop["barcode"], "quantity": 30})
        for number, loop in enumerate(factory.loops * 4)
    ]
    run_clients(scans, factory.client(server), clients=6)
    assert len(check_answers(scans)) == 4
    check_books(factory)


def test_one_card_at_two_stations_is_one_container(server, factory):
    """Two people scan the same card at once, each with a key of its own: one of them is told that it is on order."""
    call = factory.client(server)
    for card in factory["cards"][-4:]:
        scans = [Scan(f"{card}-{station}", {"barcode": card}) for station in range(2)]
        run_clients(scans, call, clients=2)
        answers = sorted((scan.answer for scan in scans), key=lambda answer: not answer["withdrawal_id"])
        assert answers[0]["status"] == "ok", answers[0]
        assert (answers[1]["status"], answers[1]["withdrawal_id"]) == ("warning", False), answers[1]
    check_books(factory)


def test_a_bulk_answers_each_scan_and_a_repeated_bulk_books_nothing(server, factory):
    call, loop = factory.client(server), factory.loops[-1]
    scans = [{"barcode": loop["barcode"], "quantity": 3, "scan_key": f"bulk-{n}"} for n in range(BULK - 1)]
    scans.insert(20, {"barcode": "nothing", "scan_key": "bulk-bad"})
    start = time.monotonic()
    first = call("mes.pull.station", "scan_bulk", scans=scans, timeout=300)
    middle = time.monotonic()
    again = call("mes.pull.station", "scan_bulk", scans=scans, timeout=300)
    REPORTS.append(f"bulk of {BULK}: {middle - start:.1f} s, repeated: {time.monotonic() - middle:.1f} s")
    assert [answer["status"] for answer in first].count("ok") == BULK - 1
    assert first[20]["status"] == "error"
    assert [answer["withdrawal_id"] for answer in again] == [answer["withdrawal_id"] for answer in first]
    assert sum(answer["duplicate"] for answer in again) == BULK - 1
    check_books(factory)


def test_a_killed_server_loses_and_doubles_nothing(server, factory):
    """SIGKILL while sixteen clients scan; they repeat their keys until the server is back."""
    scans = make_scans(factory, "killed", 32, 32)
    running = threading.Thread(target=run_clients, args=(scans, factory.client(server), CLIENTS, PATIENCE))
    start = time.monotonic()
    running.start()
    while sum(bool(scan.answer) for scan in scans) < 8:
        time.sleep(0.02)
    server.kill()
    before = sum(bool(scan.answer) for scan in scans)
    server.start()
    running.join()
    report(f"server killed after {before} answers", scans, time.monotonic() - start)
    assert sum(scan.tries > 1 for scan in scans) > 0, "nobody was interrupted"
    check_sums(factory, "killed", scans)
    check_books(factory)


class Others(threading.Thread):
    """Somebody else works on the same stock until the scans are over: `step(number)` again and again."""

    def __init__(self, step) -> None:
        super().__init__()
        self.step, self.over, self.done, self.refused = step, threading.Event(), 0, []

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                self.step(number)
                self.done += 1
            except (Json2Error, OSError) as error:
                self.refused.append(str(error)[:200])


def transfer(call, factory, loop):
    def step(_number):
        move = {
            "product_id": loop["product_id"],
            "product_uom_qty": 40,
            "location_id": loop["market_id"],
            "location_dest_id": factory["line_id"],
        }
        values = {
            "picking_type_id": factory["internal_type_id"],
            "location_id": loop["market_id"],
            "location_dest_id": factory["line_id"],
            "move_ids": [[0, 0, move]],
        }
        (picking,) = call("stock.picking", "create", vals_list=[values])
        for action in ("action_confirm", "action_assign", "button_validate"):
            call("stock.picking", action, ids=[picking])

    return step


def finish_orders(call, loop):
    def step(_number):
        domain = [["mes_loop_id", "=", loop["id"]], ["state", "=", "confirmed"]]
        orders = call("mrp.production", "search_read", domain=domain, fields=["product_qty"], limit=1)
        for order in orders:
            call("mrp.production", "write", ids=[order["id"]], vals={"qty_producing": order["product_qty"]})
            call("mrp.production", "button_mark_done", ids=[order["id"]])
        time.sleep(0 if orders else 0.2)

    return step


def count_stock(call, loop):
    def step(number):
        domain = [["product_id", "=", loop["product_id"]], ["location_id", "=", loop["market_id"]]]
        (quant,) = call("stock.quant", "search_read", domain=domain, fields=["quantity"], limit=1)
        counted = quant["quantity"] + (7 if number % 2 else -7)
        call("stock.quant", "write", ids=[quant["id"]], vals={"inventory_quantity": counted})
        call("stock.quant", "action_apply_inventory", ids=[quant["id"]])

    return step


def test_scans_beside_transfers_finished_orders_and_counts(server, factory):
    """Others may be told to try again; a scanner never is, and the books stay right."""
    loop = factory.loops[1]
    planner, clerk = factory.client(server, "planner"), factory.client(server, "clerk")
    steps = {
        "transfers": transfer(planner, factory, loop),
        "orders": finish_orders(planner, loop),
        "counts": count_stock(clerk, loop),
    }
    others = {name: Others(step) for name, step in steps.items()}
    for other in others.values():
        other.start()
    dice = random.Random(5)
    scans = [Scan(f"mix-{n}", {"barcode": loop["barcode"], "quantity": dice.randint(1, 50)}) for n in range(24)]
    start = time.monotonic()
    run_clients(scans, factory.client(server), clients=8)
    report("beside other work", scans, time.monotonic() - start)
    for other in others.values():
        other.over.set()
    for other in others.values():
        other.join()
    REPORTS.append(
        "others: " + ", ".join(f"{name} {o.done} done {len(o.refused)} refused" for name, o in others.items())
    )
    assert not [error for scan in scans for error in scan.errors]
    assert len(check_answers(scans)) == 24
    check_books(factory, quiet=False)


def test_the_last_container_goes_to_one_of_two(server, factory):
    """100 are left, two take 80: one gets them, the other hears how many are there."""
    call, loop = factory.client(server), factory.loops[0]
    left = factory.number(f"SELECT SUM(quantity) FROM stock_quant WHERE location_id = {loop['market_id']}")
    first = Scan("nearly-all", {"barcode": loop["barcode"], "quantity": left - 100})
    first.send(call)
    assert first.answer["status"] == "ok", first.answer
    scans = [Scan(f"rest-{n}", {"barcode": loop["barcode"], "quantity": 80}) for n in range(2)]
    run_clients(scans, call, clients=2)
    assert sorted(scan.answer["status"] for scan in scans) == ["error", "ok"]
    refused = next(scan.answer for scan in scans if scan.answer["status"] == "error")
    assert "20" in refused["message"], refused
    check_books(factory, quiet=False)
