"""Many want the same stock at the same moment: each piece is reserved once, and nothing becomes less than nothing."""

import queue
import threading
import time
from pathlib import Path

import pytest
from load_support import REPORTS, Factory
from mes_cli import databases
from support import Json2Error, Server

FACTORY = Path(__file__).with_name("stock_factory.py")
CLIENTS = 8

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wanted(ready, template_db):
    name = databases.clone(ready, template_db, f"{template_db}_stock")
    yield Factory(ready, name, FACTORY)
    databases.drop(ready, name)


@pytest.fixture(scope="module")
def server(ready, wanted):
    started = Server(ready, wanted.database, 2, {})
    started.start()
    yield started
    started.kill()


def run_at_once(call, jobs, clients=CLIENTS):
    """Run ``(model, method, id)`` of all jobs from that many clients at once. Return the errors, and the seconds."""
    waiting, errors, start = queue.SimpleQueue(), [], threading.Barrier(clients)
    for job in jobs:
        waiting.put(job)

    def work():
        start.wait()
        while not waiting.empty():
            try:
                model, method, record = waiting.get_nowait()
                call(model, method, [record])
            except queue.Empty:
                return
            except Json2Error as error:
                errors.append(str(error))

    threads = [threading.Thread(target=work) for _number in range(clients)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors, time.monotonic() - begin


def check_reserved(factory, product_id):
    """What the rows of stock say is what the lines of the transfers say, and no more than there is."""
    assert (
        factory.rows(
            f"""
            WITH asked AS (
                SELECT location_id, lot_id, SUM(quantity_product_uom) AS quantity FROM stock_move_line
                 WHERE product_id = {product_id} AND state NOT IN ('done', 'cancel', 'draft') GROUP BY 1, 2
            ), there AS (
                SELECT q.location_id, lot_id, SUM(quantity) AS quantity, SUM(reserved_quantity) AS reserved
                  FROM stock_quant q JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal'
                 WHERE product_id = {product_id} GROUP BY 1, 2
            )
            SELECT t.lot_id, t.quantity, t.reserved, a.quantity FROM there t FULL JOIN asked a
                ON a.location_id = t.location_id AND a.lot_id IS NOT DISTINCT FROM t.lot_id
             WHERE t.reserved > t.quantity OR COALESCE(t.reserved, 0) != COALESCE(a.quantity, 0) OR t.quantity < 0
            """
        )
        == []
    )


def test_each_serial_is_reserved_once(server, wanted):
    jobs = [("stock.picking", "action_assign", picking) for picking in wanted["serial_pickings"]]
    errors, seconds = run_at_once(wanted.client(server, "clerk"), jobs)
    REPORTS.append(f"80 reservations of 20 serials: {seconds:.1f} s, {len(errors)} errors")
    unknown = [error for error in errors if "nothing to check the availability" not in error.lower()]
    assert unknown == []
    rows = wanted.rows(
        f"SELECT lot_id, COUNT(*) FROM stock_move_line WHERE product_id = {wanted['serial_id']}"
        " AND state = 'assigned' GROUP BY 1"
    )
    assert (len(rows), {row[1] for row in rows}) == (20, {"1"})
    check_reserved(wanted, wanted["serial_id"])


def test_stock_never_becomes_less_than_nothing(server, wanted):
    pickings = wanted["loose_pickings"]
    call = wanted.client(server, "clerk")
    reserve = [("stock.picking", "action_assign", picking) for picking in pickings]
    errors, seconds = run_at_once(call, reserve)
    check_reserved(wanted, wanted["loose_id"])
    validate = [("stock.picking", "button_validate", picking) for picking in pickings]
    refused, more = run_at_once(call, validate)
    REPORTS.append(f"40 deliveries of 20 pieces: {seconds:.1f} + {more:.1f} s, {len(errors)} + {len(refused)} errors")
    print(errors, refused)
    check_reserved(wanted, wanted["loose_id"])
    done = wanted.number(
        f"SELECT COUNT(*) FROM stock_move WHERE product_id = {wanted['loose_id']} AND state = 'done'"
        f" AND location_id IN (SELECT id FROM stock_location WHERE usage = 'internal')"
    )
    assert done == 20
