"""Outside warehouse systems against a really started Odoo: the examples of readme/CALLS.md, word for word."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mes_cli import processes

HERE = Path(__file__).parent
GUIDE = HERE.parent / "addons" / "mes_pull" / "readme" / "CALLS.md"
FACTORY = HERE / "call_systems_factory.py"
SECRET = "the secret of these tests"

pytestmark = pytest.mark.slow


def read_example(language: str, number: int) -> str:
    """Return the n-th block of that language in the guide."""
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)[number]


class System:
    """An outside system that runs the guide's examples as processes of their own."""

    def __init__(self, server, client, folder) -> None:
        self.client = client
        key = client.headers["Authorization"].removeprefix("bearer ")
        self.port = processes.free_port()
        self.env = {**os.environ, "MES_URL": server.url, "MES_DB": server.database, "MES_KEY": key}
        self.env.update({"MES_SECRET": SECRET, "MES_PORT": str(self.port), "no_proxy": "*"})
        self.output = folder / "received.txt"
        self.receiver = None

    def run(self, language: str, number: int) -> str:
        code = read_example(language, number)
        command = ["sh", "-c", code] if language == "sh" else [sys.executable, "-c", code]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_receiver(self) -> None:
        with self.output.open("a") as out:
            command = [sys.executable, "-c", read_example("python", 1)]
            self.receiver = subprocess.Popen(command, env=self.env, stdout=out, stderr=subprocess.STDOUT)

    def stop(self) -> None:
        if self.receiver:
            self.receiver.kill()
            self.receiver.wait()

    def wait_for(self, wanted, patience: float = 60) -> list[list[str]]:
        """Return the lines that the receiver printed, as soon as ``wanted`` holds for them."""
        limit = time.monotonic() + patience
        while True:
            lines = [line.split() for line in self.output.read_text().splitlines()] if self.output.exists() else []
            if wanted(lines):
                return lines
            assert time.monotonic() < limit, lines
            time.sleep(0.3)


@pytest.fixture
def system(ready, make_db, start_server, json2, tmp_path):
    database = make_db()
    ready.run_script(database, FACTORY.read_text(), "factory")
    server = start_server(database=database, max_cron_threads=1)
    outside = System(server, json2(server), tmp_path)
    yield outside
    outside.stop()
    assert server.log_problems() == []


def test_the_examples_of_the_guide_read_and_confirm(system):
    if shutil.which("curl"):
        assert "WMS blank" in system.run("sh", 0)
    lines = system.run("python", 0).splitlines()
    assert [line.split()[1:3] for line in lines if "WMS blank" in line and "called" in line] == [["called", "25.0"]] * 3
    assert [line.split()[0] for line in lines].count("ok") == 3, lines
    calls = system.client("mes.pull.call", "search_read", domain=[], fields=["picked_qty", "done_qty", "state"])
    assert sum(call["picked_qty"] + call["done_qty"] for call in calls) == 75, calls
    assert "ok" not in system.run("python", 0), "nothing is left to confirm"
    refused = system.client("mes.pull.call", "confirm", call_id=calls[0]["id"], quantity=25, key="never used")
    assert (refused["status"], bool(refused["message"])) == ("error", True), "answered before"


def test_the_receiver_of_the_guide_hears_of_every_change_and_of_what_it_slept_through(system):
    url = f"http://127.0.0.1:{system.port}/calls"
    hook = {"name": "WMS", "url": url, "secret": SECRET, "timeout": 5}
    hook = system.client("mes.pull.webhook", "create", vals_list=[hook])
    first = system.client("mes.pull.call", "search", domain=[], order="date_due", limit=1)[0]
    answer = system.client("mes.pull.call", "confirm", call_id=first, quantity=25, key="wms-1")
    assert answer["status"] == "ok", answer
    failed = [["webhook_id", "in", hook], ["state", "=", "waiting"], ["tries", ">", 0]]
    limit = time.monotonic() + 60
    while not system.client("mes.pull.webhook.event", "search_count", domain=failed):
        assert time.monotonic() < limit, "nobody tried"
        time.sleep(0.3)

    system.start_receiver()
    order = system.client("mrp.production", "search", domain=[["product_id.name", "=", "WMS bracket"]])
    system.client("mrp.production", "action_cancel", ids=order)
    system.client("mes.pull.webhook", "write", ids=hook, vals={"timeout": 6})  # mended: not after the pause, but now
    lines = system.wait_for(lambda lines: sum(line[1] == "cancelled" for line in lines) >= 2)
    assert lines[0][0] == str(first), "the change it slept through comes first"
    open_events = [["webhook_id", "in", hook], ["state", "!=", "sent"]]
    limit = time.monotonic() + 30
    while system.client("mes.pull.webhook.event", "search_count", domain=open_events):
        assert time.monotonic() < limit
        time.sleep(0.3)


_TWO_TRANSACTIONS = """
import threading, time
from odoo import api, SUPERUSER_ID

def calls_of(cr):
    return api.Environment(cr, SUPERUSER_ID, {})["mes.pull.call"]

found = env["mes.pull.call"].search([], order="id", limit=2).ids
start = env["mes.pull.call"].list_changed(0)["since"]
env.cr.commit()
first, second = env.registry.cursor(), env.registry.cursor()
calls_of(first).browse(found[0]).write({"shortage_note": "slow"})
calls_of(first).env.flush_all()  # the earlier number is taken, not committed
seen = []

def quick():
    calls_of(second).browse(found[1]).write({"shortage_note": "quick"})
    second.commit()
    seen.append("committed")

def read(since):
    with env.registry.cursor() as cr:
        page = calls_of(cr).list_changed(since)
        return page["since"], [row["note"] for row in page["calls"]]

thread = threading.Thread(target=quick)
thread.start()
time.sleep(1)
since, notes = read(start)
assert (notes, seen) == ([], []), "the later number must not be seen before the earlier one"
first.commit()
thread.join(30)
since, notes = read(since)
assert notes == ["slow", "quick"], notes
assert read(since)[1] == []
first.close(); second.close()
"""


def test_a_reader_misses_nothing_of_two_transactions_at_once(ready, fresh_db):
    ready.run_script(fresh_db, FACTORY.read_text(), "factory")
    ready.run_script(fresh_db, _TWO_TRANSACTIONS, "two transactions")
