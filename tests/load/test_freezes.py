"""What is frozen or decided while others work with it: one of them is first, and all the others see it."""

import os
import threading
from pathlib import Path

import pytest
from load_support import REPORTS, Factory, rounds
from mes_cli import databases
from support import Json2Error, Server

FACTORY = Path(__file__).with_name("quality_factory.py")
ROUNDS = rounds(3)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(ready, template_db):
    name = databases.clone(ready, template_db, f"{template_db}_freeze")
    os.environ["MES_ROUNDS"] = str(ROUNDS)
    yield Factory(ready, name, FACTORY)
    databases.drop(ready, name)


@pytest.fixture(scope="module")
def server(ready, made):
    started = Server(ready, made.database, 2, {})
    started.start()
    yield started
    started.kill()


def run_together(*jobs):
    """Run all jobs, ``(call, model, method, id, arguments)``, at one moment. Return the refusals by job number."""
    start, refused, broken = threading.Barrier(len(jobs)), {}, []

    def work(number, call, model, method, record, arguments):
        start.wait()
        try:
            call(model, method, [record], **arguments)
        except Json2Error as error:
            refused[number] = error
        except Exception as error:  # an error in a thread must not be lost
            broken.append(error)

    threads = [threading.Thread(target=work, args=(number, *job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return refused


def read(error):
    """Return the message of a refusal that a person is meant to read."""
    assert error.body["name"] == "odoo.exceptions.UserError", error
    return error.body["message"]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_freeze_never_leaks(server, made, number):
    this = made["rounds"][number]
    clerk, lot = made.client(server, "clerk"), this["lot_id"]
    freeze = (made.client(server, "inspector"), "stock.lot", "action_mes_hold", lot, {"reason": "Cracks"})
    ship = [(clerk, "stock.picking", "button_validate", picking, {}) for picking in this["pickings"]]
    jobs = [*ship[:4], freeze, *ship[4:]]
    refused = run_together(*jobs)
    texts = [read(error) for error in refused.values()]
    assert 4 not in refused, "the freeze was refused"
    shipped = made.number(
        f"SELECT COALESCE(SUM(quantity), 0) FROM stock_move_line WHERE lot_id = {lot} AND state = 'done'"
        f" AND picking_id IS NOT NULL"
    )
    REPORTS.append(f"a freeze against 8 deliveries: {shipped:g} shipped before it, {len(refused)} refused")
    assert shipped == len(ship) - len(refused)
    assert all(texts)
    # what the freeze found is what is left: nothing was shipped after it
    held = made.number(f"SELECT quantity FROM mes_quality_hold WHERE lot_id = {lot} AND state = 'active'")
    rows = made.rows(
        "SELECT SUM(quantity), SUM(reserved_quantity), BOOL_AND(mes_is_frozen) FROM stock_quant q"
        f" JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal' WHERE lot_id = {lot}"
    )
    assert held == 20 - shipped
    open_lines = f"SELECT id, state, quantity, picked FROM stock_move_line WHERE lot_id = {lot}"
    assert made.rows(f"{open_lines} AND state NOT IN ('done', 'cancel')") == []
    assert [(float(rows[0][0]), float(rows[0][1]), rows[0][2])] == [(held, 0, "t")]
    left = [picking for (_, _, _, picking, _), at in zip(ship, (0, 1, 2, 3, 5, 6, 7, 8), strict=True) if at in refused]
    for picking in left:
        with pytest.raises(Json2Error):
            clerk("stock.picking", "button_validate", [picking])


@pytest.mark.parametrize("number", range(ROUNDS))
def test_an_inspection_is_decided_once(server, made, number):
    inspection = made["rounds"][number]["inspection_id"]
    one, other = made.client(server, "inspector"), made.client(server, "engineer")
    refused = run_together(
        (one, "mes.quality.inspection", "action_pass", inspection, {}),
        (other, "mes.quality.inspection", "action_fail", inspection, {"reason": "Looks odd"}),
    )
    assert len(refused) == 1
    assert [read(error) for error in refused.values()] != [""]
    state, by, rejected = made.rows(
        f"SELECT i.state, u.login, i.rejected_qty > 0 FROM mes_quality_inspection i"
        f" JOIN res_users u ON u.id = i.decided_by_id WHERE i.id = {inspection}"
    )[0]
    winner = [("passed", "load_quality_inspector", "f"), ("failed", "load_quality_engineer", "t")]
    assert (state, by, rejected) == winner[1 - next(iter(refused))]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_disposition_is_approved_and_executed_once(server, made, number):
    call = made.client(server, "engineer")
    approve, execute = (made["rounds"][number][name] for name in ("approve_id", "execute_id"))
    refused = run_together(
        *[(call, "mes.quality.disposition", "action_approve", approve, {})] * 2,
        *[(call, "mes.quality.disposition", "action_execute", execute, {})] * 2,
    )
    assert all(read(error) for error in refused.values())
    assert set(refused) in (set(), {2}, {3}), "approving twice is no error, and one of the two executes"
    approved = f"SELECT COUNT(*) FROM mes_quality_disposition_event WHERE disposition_id = {approve}"
    assert made.number(f"{approved} AND action = 'approved'") == 1
    scraps = made.rows(
        f"SELECT s.state, s.scrap_qty FROM stock_scrap s JOIN mes_quality_disposition_line l"
        f" ON l.id = s.mes_disposition_line_id WHERE l.disposition_id = {execute}"
    )
    assert [(state, float(quantity)) for state, quantity in scraps] == [("done", 20)]
    assert made.rows(f"SELECT state FROM mes_quality_disposition WHERE id = {execute}") == [["done"]]
