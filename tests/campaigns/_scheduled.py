"""Scheduled actions that are killed at random points and run again."""

import contextlib
import os
import signal
import threading
import time
from http.client import HTTPException

from _plant_support import DATABASE, check_log, serving
from mes_cli import databases
from mes_cli.say import note, step
from support import Json2Error

CALM = f"{DATABASE}_calm"
OURS = """
    SELECT c.id, c.cron_name FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id
      JOIN ir_model m ON m.id = a.model_id
     WHERE m.model LIKE 'mes.%' OR a.code LIKE '%mes%' ORDER BY c.id
"""
WRITTEN = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (tablename LIKE 'mes\\_%' OR tablename IN (
        'stock_move', 'stock_move_line', 'stock_picking', 'mrp_production', 'purchase_order', 'purchase_order_line',
        'mail_activity', 'mail_message')) ORDER BY 1
"""
EXPECTED = ("terminating connection", "server closed the connection", "connection already closed", "cursor already")


def kill_scheduled(campaign, plant):
    """What the killed ones leave behind, once they have run again, is what an undisturbed run leaves."""
    crons, before = plant.rows(OURS), count_rows(plant)
    with step("a copy for the undisturbed run"):
        databases.clone(campaign.ready, DATABASE, CALM)
    try:
        with serving(campaign, plant.on(CALM), 1, limit_time_real=600) as server:
            durations = {cron: run_until_done(plant.client(server, "system"), cron) for cron, _name in crons}
        calm = count_rows(plant.on(CALM))
        with serving(campaign, plant, 1, limit_time_real=600) as server:
            kills = kill_each(campaign, plant, server, durations)
            for cron, _name in crons:
                run_until_done(plant.client(server, "system"), cron)
            check_log(campaign, server, EXPECTED)
        killed = count_rows(plant)
        written = sum(calm.values()) - sum(before.values())
        note(f"  {len(crons)} scheduled actions: {kills} kills, then run again; they write {written} rows")
        campaign.check(written > 0, "scheduled actions: they had nothing to do")
        for table in calm:
            what = f"scheduled actions: {killed[table]} rows of {table}, {calm[table]} when undisturbed"
            campaign.check(killed[table] == calm[table], what)
    finally:
        databases.drop(campaign.ready, CALM)


def kill_each(campaign, plant, server, durations):
    """Kill the ones of ``{cron id: seconds}`` at random points. Return how often one was killed while it ran."""
    call, hits = plant.client(server, "system"), 0
    rounds = 1 if campaign.short else 20
    for cron, seconds in durations.items():
        for _number in range(rounds):
            runner = threading.Thread(target=trigger, args=(call, cron))
            runner.start()
            time.sleep(campaign.random.uniform(0.01, seconds))
            hits += runner.is_alive()
            if campaign.random.random() < 0.1:  # the worker; else its connection
                for pid in server.worker_pids()[:1]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            else:
                plant.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            runner.join()
    return hits


def trigger(call, cron):
    """Run a scheduled action as its button does. Return whether it ended well."""
    try:
        call("ir.cron", "method_direct_trigger", ids=[int(cron)], timeout=300)
    except (Json2Error, OSError, ValueError, HTTPException):
        return False
    return True


def run_until_done(call, cron):
    """Run it, again where it fails. Return how long the last run took, in seconds."""
    for _number in range(30):
        start = time.monotonic()
        if trigger(call, cron):
            break
        time.sleep(0.5)
    return time.monotonic() - start


def count_rows(plant):
    """Return ``{table: rows}`` of all that these actions may write."""
    tables = [table for (table,) in plant.rows(WRITTEN)]
    query = " UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM {table}" for table in tables)
    return {table: int(number) for table, number in plant.rows(query)}
