"""Clients that scan in parallel, and the sums that must hold afterwards."""

import copy
import json
import math
import os
import queue
import statistics
import threading
import time
import xmlrpc.client
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from mes_cli import databases, setup
from support import REPORTS, Json2, Json2Error, Server, create_key

FACTORY = Path(__file__).with_name("load_factory.py")
PATIENCE = 180  # seconds for which a client repeats a key after a lost connection
QUANTITY = 1e-6


def rounds(usual: int) -> int:
    """How often a moment is tried in which two meet; MES_EXAMPLES asks for more, for a long campaign."""
    return max(usual, int(os.environ.get("MES_EXAMPLES", "0")))


# Statements that find what must not be.
WRONG = {
    "less than nothing lies somewhere": """
        -- Odoo may split a row that another transaction holds into a positive and a negative one, and merges
        -- them later: what lies there is their sum
        SELECT q.product_id, q.location_id FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
         WHERE l.usage = 'internal' GROUP BY q.product_id, q.location_id HAVING SUM(q.quantity) < 0
    """,
    "quants differ from their moves": """
        WITH flow AS (
            SELECT product_id, location_dest_id AS place, quantity_product_uom AS quantity
              FROM stock_move_line WHERE state = 'done'
         UNION ALL
            SELECT product_id, location_id, -quantity_product_uom FROM stock_move_line WHERE state = 'done'
         UNION ALL
            SELECT product_id, location_id, -quantity FROM stock_quant
        )
        SELECT product_id, place, SUM(quantity) FROM flow JOIN stock_location l ON l.id = place
         WHERE l.usage = 'internal' GROUP BY 1, 2 HAVING abs(SUM(quantity)) > 0.000001
    """,
    "withdrawals differ from their moves": """
        SELECT w.id FROM mes_pull_withdrawal w JOIN stock_move m ON m.id = w.move_id
         WHERE m.state != 'done' OR abs(abs(w.quantity) - m.quantity) > 0.000001
    """,
    "a signal waits or has no order": """
        SELECT s.id FROM mes_pull_signal s LEFT JOIN mrp_production p ON p.id = s.production_id
         WHERE s.state = 'released' AND (p.id IS NULL OR p.state = 'cancel') OR s.state = 'waiting'
            OR NOT EXISTS (SELECT FROM mes_pull_signal_production_rel r WHERE r.signal_id = s.id)
    """,
    "an order has no signal": """
        SELECT id FROM mrp_production WHERE mes_loop_id IS NOT NULL
           AND id NOT IN (SELECT production_id FROM mes_pull_signal_production_rel)
    """,
    "a turn was kept": """
        SELECT pid FROM pg_locks WHERE locktype = 'advisory'
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """,
}


class Factory:
    """The database that `load_factory.py` fills: ids, keys, and what is in it now."""

    def __init__(self, ready: setup.Setup, database: str, script: Path = FACTORY) -> None:
        self.ready = ready
        self.database = database
        file = setup.HOME / f"factory-{database}.json"
        file.touch(mode=0o600)
        try:
            ready.run_script(database, script.read_text(), "factory", MES_FACTORY_FILE=str(file))
            self.found = json.loads(file.read_text())
        finally:
            file.unlink()
        self.loops = self.found["loops"]

    def on(self, database: str) -> "Factory":
        """The same factory in a clone of its database."""
        other = copy.copy(self)
        other.database = database
        return other

    def __getitem__(self, name: str):
        return self.found[name]

    def client(self, server: Server, person: str = "operator") -> Json2:
        return Json2(server, self.found["keys"][person])

    def admin(self, server: Server) -> Json2:
        return Json2(server, create_key(self.ready, self.database, "admin"))

    def rows(self, statement: str) -> list[list[str]]:
        return databases.query(self.ready, statement, self.database)

    def number(self, statement: str) -> float:
        return float(self.rows(statement)[0][0] or 0)


@dataclass
class Scan:
    """One call of one client: what it sent, and what came back."""

    key: str
    arguments: dict
    answer: dict = field(default_factory=dict)
    seconds: float = 0.0
    tries: int = 0
    errors: list[str] = field(default_factory=list)

    def send(self, call: Json2, patience: float = 0) -> None:
        """Scan; repeat the same key for ``patience`` seconds until an answer comes."""
        start = time.monotonic()
        while True:
            self.tries += 1
            try:
                self.answer = call("mes.pull.station", "scan", scan_key=self.key, **self.arguments)
                break
            except (Json2Error, OSError, ValueError, HTTPException, xmlrpc.client.Error) as error:
                self.errors.append(f"{type(error).__name__} {error}"[:300])
            if time.monotonic() - start > patience:
                break
            time.sleep(0.2)
        self.seconds = time.monotonic() - start


def run_clients(scans: list[Scan], call: Json2, clients: int = 16, patience: float = 0) -> None:
    """Send all scans from that many clients at once, in the given order."""
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    for scan in scans:
        waiting.put(scan)
    start = threading.Barrier(clients)

    def work():
        start.wait()
        while True:
            try:
                scan = waiting.get_nowait()
            except queue.Empty:
                return
            scan.send(call, patience)

    threads = [threading.Thread(target=work) for _number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(title: str, scans: list[Scan], seconds: float) -> None:
    """Note how long the scans took."""
    times = sorted(scan.seconds for scan in scans)
    p50, p95 = statistics.median(times), times[max(0, math.ceil(0.95 * len(times)) - 1)]
    fresh = sum(1 for scan in scans if not scan.answer.get("duplicate"))
    REPORTS.append(
        f"{title}: {len(scans)} scans ({fresh} booked) in {seconds:.1f} s, {len(scans) / seconds:.1f} a second,"
        f" p50 {p50:.2f} s, p95 {p95:.2f} s, slowest {times[-1]:.2f} s"
    )


def check_answers(scans: list[Scan]) -> dict[str, Scan]:
    """Every scan was answered, and each key was booked exactly once. Return one scan of each key."""
    assert not [scan.errors for scan in scans if not scan.answer], "a scan without an answer"
    assert [scan.answer for scan in scans if scan.answer["status"] != "ok"][:3] == []
    by_key = {}
    for scan in scans:
        by_key.setdefault(scan.key, []).append(scan)
    for key, same in by_key.items():
        assert len({scan.answer["withdrawal_id"] for scan in same}) == 1, f"{key} was booked twice"
        if not any(scan.errors for scan in same):
            assert sum(not scan.answer["duplicate"] for scan in same) == 1, f"{key}: the first one is no duplicate"
    assert len({same[0].answer["withdrawal_id"] for same in by_key.values()}) == len(by_key)
    return {key: same[0] for key, same in by_key.items()}


def check_books(factory: Factory, quiet: bool = True) -> None:
    """What must be true whatever was done: stock equals its moves, nothing is negative, no signal is doubled.

    :param quiet: nothing but scans was done, so that each loop's position is what is authorised
    """
    for what, statement in WRONG.items():
        assert factory.rows(statement) == [], what
    for loop in factory.loops:
        check_loop(factory, loop, quiet)


def check_loop(factory: Factory, loop: dict, quiet: bool) -> None:
    """The pull balance of one loop, summed up anew from the documents."""
    market, container = loop["market_id"], loop["container"]
    on_hand = factory.number(f"SELECT SUM(quantity) FROM stock_quant WHERE location_id = {market}")
    on_order = factory.number(
        f"SELECT SUM(product_qty) FROM stock_move WHERE location_dest_id = {market} AND production_id IS NOT NULL"
        " AND state NOT IN ('done', 'cancel')"
    )
    signals = factory.number(
        f"SELECT SUM(quantity) FROM mes_pull_signal WHERE loop_id = {loop['id']} AND state != 'cancelled'"
    )
    assert abs(signals / container - round(signals / container)) < QUANTITY, "signals are whole containers"
    room = loop["stock"] - on_hand - on_order
    assert room < container - QUANTITY, f"{room} missing and not ordered"
    if quiet:
        assert room > -QUANTITY, f"{-room} ordered too much"
        taken = factory.number(f"SELECT SUM(quantity) FROM mes_pull_withdrawal WHERE loop_id = {loop['id']}")
        assert abs(loop["stock"] - on_hand - taken) < QUANTITY, "withdrawn is what left"
        assert abs(signals - math.floor(taken / container + QUANTITY) * container) < QUANTITY, "signals sum up wrong"
