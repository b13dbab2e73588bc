"""Whose turn it is: scans that arrive by themselves queue at their loop, and nothing of the queue is ever left over."""

import contextlib
import http.cookiejar
import json
import subprocess
import threading
import time
import urllib.request

import pytest
from load_support import Scan, check_answers, check_books, run_clients
from support import Json2Error

pytestmark = pytest.mark.slow
LOCK_CLASS = 0x6D6573


@contextlib.contextmanager
def held(factory, product_id: int):
    """Somebody else has the turn at a product, in a session of psql."""
    command = ["psql", "-XAtq", "-d", factory.database]
    psql = subprocess.Popen(
        command, env=factory.ready.pg.client_env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        psql.stdin.write(f"SELECT pg_advisory_lock({LOCK_CLASS}, {product_id});\nSELECT 'held';\n")
        psql.stdin.flush()
        assert "held" in (psql.stdout.readline() + psql.stdout.readline())
        yield
    finally:
        psql.communicate()


class Person:
    """Calls as the web client does: with a session, through /web/dataset/call_kw."""

    def __init__(self, server, login: str) -> None:
        self.server = server
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, urllib.request.ProxyHandler({}))
        self.post("/web/session/authenticate", db=server.database, login=login, password=login)

    def post(self, path: str, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self.server.url + path, body, {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=60) as answer:
            found = json.load(answer)
        assert "error" not in found, found["error"]["data"]["message"]
        return found["result"]

    def __call__(self, model: str, method: str, **kwargs):
        return self.post(f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=[], kwargs=kwargs)


def waits_for_its_turn(factory, call, loop, key: str) -> Scan:
    """Scan while somebody else has the turn. Return the scan, which was answered after the turn was given back."""
    scan = Scan(key, {"barcode": loop["barcode"], "quantity": 5})
    runner = threading.Thread(target=scan.send, args=(call,))
    with held(factory, loop["product_id"]):
        runner.start()
        time.sleep(2)
        assert not scan.answer, "it did not wait"
    runner.join()
    assert not scan.errors
    check_answers([scan])
    return scan


@pytest.mark.parametrize("way", ["JSON-2", "web client"])
def test_a_scan_waits_for_its_turn(server, factory, way):
    """The transaction of such a request is clean when the scan begins, so that it can own it."""
    loop = factory.loops[1]
    call = factory.client(server)
    if way == "web client":
        call = Person(server, "load_operator")
        call("mes.pull.station", "get_state")  # once an hour, the first request of a session writes the device's log
    waits_for_its_turn(factory, call, loop, f"turn {way}")
    check_books(factory)


def test_a_scan_elsewhere_does_not_wait(server, factory):
    loop = factory.loops[2]
    with held(factory, factory.loops[1]["product_id"]):
        scan = Scan("elsewhere", {"barcode": loop["barcode"], "quantity": 5})
        scan.send(factory.client(server))
    check_answers([scan])


def test_loops_that_share_a_component_take_turns(server, factory):
    with held(factory, factory["blank_id"]):
        scan = Scan("steel", {"barcode": factory.loops[0]["barcode"], "quantity": 5})
        runner = threading.Thread(target=scan.send, args=(factory.client(server),))
        runner.start()
        time.sleep(2)
        assert not scan.answer
    runner.join()
    check_answers([scan])


@pytest.mark.parametrize(
    "arguments",
    [
        {"barcode": "nothing"},
        {"barcode": "PART-25", "quantity": 10**6},
        {"barcode": "PART-25", "quantity": -1},
        {"barcode": "PART-25", "quantity": 1, "location_dest_id": 10**6},
        {"barcode": "PART-25", "quantity": 1, "production_id": 10**6},
        {"barcode": "PART-25", "quantity": 1, "scan_key": "x" * 100},
    ],
    ids=["barcode", "too much", "negative", "place", "order", "key"],
)
def test_a_refused_scan_keeps_no_turn(server, factory, arguments):
    call = factory.client(server)
    assert call("mes.pull.station", "scan", **arguments)["status"] == "error"
    check_books(factory)


def test_a_scan_that_breaks_keeps_no_turn(server, factory):
    """A programming error inside the turn is a 500, and the next scan goes on at once."""
    call, loop = factory.client(server), factory.loops[1]
    factory.rows("ALTER TABLE mes_pull_withdrawal ADD CONSTRAINT broken CHECK (scan_key <> 'broken')")
    try:
        with pytest.raises(Json2Error):
            call("mes.pull.station", "scan", barcode=loop["barcode"], quantity=5, scan_key="broken")
    finally:
        factory.rows("ALTER TABLE mes_pull_withdrawal DROP CONSTRAINT broken")
    check_books(factory)
    scan = Scan("mended", {"barcode": loop["barcode"], "quantity": 5})
    scan.send(call)
    check_answers([scan])


def test_a_scan_whose_connection_dies_keeps_no_turn(server, factory):
    """The database ends the sessions of all scans that run; repeated keys are booked once."""
    loop, call = factory.loops[1], factory.client(server)
    scans = [Scan(f"cut-{n}", {"barcode": loop["barcode"], "quantity": 5}) for n in range(8)]
    runner = threading.Thread(target=run_clients, args=(scans, call, 4, 60))
    runner.start()
    for _cut in range(2):
        time.sleep(0.5)
        factory.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
    runner.join()
    assert len(check_answers(scans)) == 8
    check_books(factory)
