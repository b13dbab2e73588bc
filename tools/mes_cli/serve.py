"""`./mes run`: the demonstration factory on loopback."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time

from . import addons, demo, postgres, processes, setup
from .paths import HOME, LOGS
from .say import MesError, note, step, tail

STATE = HOME / "run.json"
LOG = LOGS / "odoo.log"
PATIENCE = 180  # seconds until the first page; the slowest machine seen took 40
FIRST_CLICKS = {
    "mes_pull": "open the app Pull: the board of loops; then Station, and scan or tap a card",
    "mes_quality": "open the app Quality: holds, inspections and the recall drill",
    "mes_aging": "open the app Inventory Aging: the board of cover, ages, alerts, purchases above need",
}


def read_state() -> dict:
    """What runs now: pid, started, port; {} when nothing of ours does."""
    try:
        state = json.loads(STATE.read_text())
    except (OSError, ValueError):
        return {}
    return state if processes.is_running(state["pid"], state["started"]) else {}


def stop() -> int:
    """End what `./mes run` started, here or in another terminal."""
    state = read_state()
    STATE.unlink(missing_ok=True)
    if state:
        with step(f"stopping Odoo (pid {state['pid']})"):
            processes.end(state["pid"], state["started"])
    else:
        note("mes: nothing runs")
    if postgres.FOLDER.exists() and not postgres.is_external():
        with contextlib.suppress(MesError):
            postgres.leave(postgres.Postgres(), state.get("pid"))
    return 0


def already_running() -> bool:
    state = read_state()
    if state:
        note(f"mes: it already runs on http://{processes.LOOPBACK}:{state['port']}")
        note("  ./mes run --stop ends it")
    return bool(state)


def launch(ready: setup.Setup, database: str, port: int) -> subprocess.Popen:
    """Start Odoo with its output in the log, and record it for --stop."""
    command = ready.odoo_command(
        *("-d", database, "--db-filter", f"^{database}$", "--http-port", str(port)),
        *("--http-interface", processes.LOOPBACK, "--workers", "0"),
    )
    with LOG.open("a") as out:
        process = subprocess.Popen(
            command,
            env=ready.env(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = processes.start_time(process.pid)
    STATE.write_text(json.dumps({"pid": process.pid, "started": started, "port": port}))
    return process


def wait_for_page(process: subprocess.Popen, port: int) -> None:
    """:raise MesError: Odoo ended, or gave no page in time"""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise MesError(f"Odoo ended; the log is {LOG}\n{tail(LOG)}", "./mes run --reset")
        if processes.answers(f"http://{processes.LOOPBACK}:{port}/web/login"):
            return
        time.sleep(0.3)
    raise MesError(f"Odoo gives no page; the log is {LOG}\n{tail(LOG)}", "./mes run --stop")


def welcome(port: int, detached: bool) -> None:
    lines = [
        "",
        f"  http://{processes.LOOPBACK}:{port}",
        "  login admin, password admin",
        "",
        *(f"  {FIRST_CLICKS[name]}" for name in addons.our_addons() if name in FIRST_CLICKS),
        "",
        "  ./mes run --stop ends it" if detached else "  Ctrl-C ends it",
    ]
    note("\n".join(lines))


def interrupt(*_ignored) -> None:
    raise KeyboardInterrupt


def wait(process: subprocess.Popen) -> int:
    """Serve until the person, `--stop` or Odoo itself ends it."""
    code = process.wait()
    expected = (0, -signal.SIGTERM)
    if STATE.exists() and code not in expected:
        raise MesError(f"Odoo ended (exit {code}); the log is {LOG}\n{tail(LOG)}", "./mes run")
    return 0


def run(arguments) -> int:
    """Set up, create the factory, serve."""
    if arguments.stop:
        return stop()
    if already_running() and not arguments.reset:
        return 0
    if arguments.reset:
        stop() if read_state() else None
    processes.check_port(arguments.port)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    ready = setup.prepare()
    with setup.serving_database(ready):
        database = demo.ensure(ready, arguments.reset, arguments.lang)
        with step("Odoo: starting"):
            process = launch(ready, database, arguments.port)
            postgres.enter(ready.pg, process.pid)
            try:
                wait_for_page(process, arguments.port)
            except BaseException:
                end(ready, process)
                raise
        welcome(arguments.port, arguments.detach)
        if arguments.detach:
            return 0
        try:
            return wait(process)
        except KeyboardInterrupt:
            note("\nmes: stopping")
            return 0
        finally:
            end(ready, process)


def end(ready: setup.Setup, process: subprocess.Popen) -> None:
    """End the Odoo that this command started, and its use of the database server."""
    STATE.unlink(missing_ok=True)
    processes.end(process.pid, processes.start_time(process.pid))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    postgres.leave(ready.pg, process.pid)
