"""What dies while people work: nothing is lost, nothing is booked twice, and the service is back within thirty seconds.

1. Each second a worker of Odoo or connections of PostgreSQL are killed, while scanners scan and orders are finished.
2. A network that drops answers after the work was done.
3. PostgreSQL crashes and is restarted, with Odoo, by the policy that `docker/compose.yaml` names.
4. The clock jumps back and forth by hours while scanners scan; work is planned over the nights when clocks change.
5. Each of our scheduled actions is killed at random points and run again: as if it had run once.
"""

import contextlib
import itertools
import os
import signal
import threading
import time
import types
from http.client import HTTPException

from _clock import check_clock_changes, jump_clock
from _cluster import Supervisor, move_in, running
from _plant_checks import check_plant, check_scans
from _plant_support import check_log, make_scans, making_plant, run_at_once, serving, wait_for_service
from _proxy import LossyProxy
from _scheduled import kill_scheduled
from mes_cli.say import note
from support import Json2, Json2Error

WORKERS, SCANNERS = 2, 8
BACK = 30.0  # seconds until the service answers again
PATIENCE = 180.0  # seconds for which a client repeats a key
# What Odoo says when its database goes away under it, or its worker.
EXPECTED = (
    "terminating connection",
    "server closed the connection",
    "connection already closed",
    "Connection refused",
    "connection to server",
    "the database system is",
    "SSL connection has been closed",
    "cursor already closed",
    "SIGKILL",
    "Worker unregistered",
)


def run(campaign):
    """Run the campaign; what it finds is noted in it."""
    with making_plant(campaign) as plant:
        with serving(campaign, plant, WORKERS) as server:
            kill_processes(campaign, plant, server)
            drop_answers(campaign, plant, server)
            check_clock_changes(campaign, plant, server)
            check_log(campaign, server, EXPECTED)
        with running(campaign, "crash") as cluster:
            moved, options = move_in(campaign, plant, cluster)
            crash_postgres(campaign, moved, cluster, options)
            jump_clock(campaign, moved, cluster, options, scan_with_patience)
        kill_scheduled(campaign, plant)


# Clients


def scan_with_patience(campaign, plant, call, name, number, meanwhile):
    """Scan from all scanners, repeating each key until it is answered, while ``meanwhile()`` goes on; then check."""
    scans = make_scans(campaign, plant, name, number)
    jobs = [lambda one=one: one.send(call, PATIENCE) for one in scans]
    runner = threading.Thread(target=run_at_once, args=(jobs, SCANNERS))
    runner.start()
    while runner.is_alive():
        meanwhile()
    runner.join()
    again = sum(one.tries - 1 for one in scans)
    note(f"  {name}: {number} scans, {again} answers lost and asked for again")
    check_scans(campaign, name, plant, scans)
    return scans


class Finisher(threading.Thread):
    """Finishes the supermarkets' orders one after the other, as a person who tries again."""

    def __init__(self, call) -> None:
        super().__init__(daemon=True)
        self.call, self.over, self.done = call, threading.Event(), 0

    def run(self) -> None:
        domain = [["mes_loop_id", "!=", False], ["state", "in", ["confirmed", "progress", "to_close"]]]
        domain.append(["mes_release_state", "=", "released"])
        while not self.over.wait(0.1):
            with contextlib.suppress(Json2Error, OSError, ValueError, HTTPException):
                found = self.call("mrp.production", "search_read", domain=domain, fields=["product_qty"], limit=1)
                for order in found:
                    self.call(
                        "mrp.production", "write", ids=[order["id"]], vals={"qty_producing": order["product_qty"]}
                    )
                    self.call("mrp.production", "button_mark_done", ids=[order["id"]])
                    self.done += 1

    def stop(self) -> None:
        self.over.set()
        self.join()


# Steps


def kill_processes(campaign, plant, server):
    """Kill each second; afterwards everything is as if nobody had been killed."""
    name, kills = "processes killed", itertools.count()
    killed = {"worker": 0, "connections": 0}
    limit = 12 if campaign.short else 90

    def kill():
        time.sleep(1)
        if next(kills) >= limit:
            return
        if campaign.random.random() < 0.5:
            victim = campaign.random.choice(server.worker_pids())
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            killed["worker"] += 1
        else:
            plant.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                f" AND pid <> pg_backend_pid() AND (state <> 'idle' OR random() < {campaign.random.random()})"
            )
            killed["connections"] += 1

    finisher = Finisher(plant.client(server, "viewer"))
    finisher.start()
    scan_with_patience(campaign, plant, plant.client(server, "operator"), name, 32 if campaign.short else 300, kill)
    finisher.stop()
    back = wait_for_service(plant.client(server, "viewer"))
    note(f"    {killed['worker']} workers and {killed['connections']} times all connections; back after {back:.1f} s;")
    note(f"    {finisher.done} orders finished meanwhile")
    campaign.check(back < BACK, f"{name}: the service was away for {back:.0f} s")
    check_plant(campaign, name, plant, plant.client(server, "viewer"))


def drop_answers(campaign, plant, server):
    """A third of the answers never arrives; the keys make it harmless."""
    name = "answers dropped"
    proxy = LossyProxy(server.port, 0.33, campaign.seed)
    through = types.SimpleNamespace(url=proxy.url, database=plant.database)
    call = Json2(through, plant["keys"]["operator"])
    scans = scan_with_patience(campaign, plant, call, name, 32 if campaign.short else 300, lambda: time.sleep(0.2))
    proxy.close()
    note(f"    {proxy.dropped} answers dropped, {sum(one.answer.get('duplicate', False) for one in scans)} told so")
    campaign.check(proxy.dropped > 0, f"{name}: none was")
    check_plant(campaign, name, plant, plant.client(server, "viewer"))


def crash_postgres(campaign, plant, cluster, options):
    """Odoo and PostgreSQL under the containers' restart policy; PostgreSQL dies without a checkpoint."""
    name, crashes = "PostgreSQL crashed", 2 if campaign.short else 8
    with serving(campaign, plant, WORKERS, **options) as server:

        def start_odoo():
            server.launch()
            return server.process

        supervisor = Supervisor({"db": cluster.start, "odoo-workers": start_odoo})
        supervisor.watch("db", cluster.process)
        supervisor.watch("odoo-workers", server.process)
        supervisor.start()
        away, left = [], [crashes]

        def crash():
            time.sleep(4)
            if left[0]:
                left[0] -= 1
                cluster.crash()
                time.sleep(0.5)
                away.append(0.5 + wait_for_service(plant.client(server, "viewer")))

        try:
            call = plant.client(server, "operator")
            scan_with_patience(campaign, plant, call, name, 24 if campaign.short else 200, crash)
            while left[0]:
                crash()
            note(f"    {len(away)} crashes, back after {', '.join(f'{one:.1f}' for one in away)} s;")
            note(f"    restarted: {', '.join(supervisor.restarts)}")
            campaign.check(max(away) < BACK, f"{name}: the service was away for {max(away):.0f} s")
            check_plant(campaign, name, plant, plant.client(server, "viewer"), quiet=True)
        finally:
            supervisor.stop()
        check_log(campaign, server, EXPECTED)
