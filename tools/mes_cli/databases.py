"""Databases: create, clone with their files, drop; and the installed ones to clone from."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import addons, noise
from .paths import LOGS, locked
from .say import MesError, step
from .setup import DATA, Setup

BASE = "mes_base"
TEMPLATE = "mes_template"
# What browsers ask for in tests, compiled once: each clone would compile it anew, for some twelve seconds.
BUNDLES = """
qweb = env["ir.qweb"]
both = ["web.assets_web", "web.assets_tests", "web.assets_unit_tests_setup", "web.assets_unit_tests"]
scripts = ["web.assets_frontend_minimal", "web.assets_frontend_lazy", "bus.websocket_worker_assets"]
scripts += ["web_tour.interactive", "web_tour.automatic", "web.assets_emoji"]
styles = ["web.assets_frontend", "web.assets_web_print"]
for name in both + scripts:
    qweb._get_asset_bundle(name, css=False, js=True).js()
for name in both + styles:
    bundle = qweb._get_asset_bundle(name, css=True, js=False)
    bundle.css()
    if bundle.css_errors:  # one wrong rule, and the whole web client is without its styles
        raise SystemExit(f"{name} does not compile: {bundle.css_errors[0][:500]}")
env.cr.commit()
"""


def filestore(database: str) -> Path:
    return DATA / "filestore" / database


def client(ready: Setup, program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's client programs; returns its output."""
    command = [str(ready.pg.bin / program), *arguments]
    result = subprocess.run(command, env=ready.pg.client_env(), capture_output=True, text=True, check=False)
    if result.returncode:
        cure = ""
        if "permission denied to create database" in result.stderr:
            cure = f"as the server's administrator: ALTER ROLE {ready.pg.user} CREATEDB"
        raise MesError(f"{program}: {result.stderr.strip()}", cure)
    return result.stdout


def query(ready: Setup, statement: str, database: str = "template1") -> list[list[str]]:
    """Rows of one SQL statement."""
    output = client(ready, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement)
    return [line.split("|") for line in output.splitlines()]


def names(ready: Setup) -> list[str]:
    return [row[0] for row in query(ready, "SELECT datname FROM pg_database ORDER BY 1")]


def exists(ready: Setup, database: str) -> bool:
    return database in names(ready)


def drop(ready: Setup, database: str) -> None:
    client(ready, "dropdb", "--if-exists", "--force", "--maintenance-db=template1", database)
    shutil.rmtree(filestore(database), ignore_errors=True)


def copy_files(source: str, target: str) -> None:
    """Copy a filestore. Its files are named by content and never change, so links do."""
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).is_dir():
        shutil.copytree(filestore(source), filestore(target), copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def clone(ready: Setup, source: str, target: str) -> str:
    """A copy of a database and its files, replacing an older one of that name."""
    drop(ready, target)
    client(ready, "createdb", "--maintenance-db=template1", "-T", source, target)
    copy_files(source, target)
    return target


def rename(ready: Setup, source: str, target: str) -> None:
    drop(ready, target)
    query(ready, f'ALTER DATABASE "{source}" RENAME TO "{target}"')
    if filestore(source).is_dir():
        filestore(source).rename(filestore(target))


def drop_older(ready: Setup, prefix: str, keep: str) -> None:
    """Drop what an older key left behind."""
    for name in names(ready):
        if name.startswith(f"{prefix}_") and name not in (keep, f"{keep}_new"):
            drop(ready, name)


# Installed databases, made in two stages: Odoo's addons seldom change, ours do


def install(ready: Setup, database: str, modules: list[str], demo: bool, log: Path) -> None:
    arguments = ["-d", database, "-i", ",".join(modules), "--stop-after-init", "--no-http"]
    arguments.append("--with-demo" if demo else "--without-demo")
    ready.run_odoo(arguments, log, f"installing {', '.join(modules)}")


def ensure_base(ready: Setup, demo: bool = False) -> str:
    """A database with the addons of Odoo that ours need."""
    modules = addons.foreign_dependencies(addons.our_addons())
    prefix = f"{BASE}_demo" if demo else f"{BASE}_plain"
    name = f"{prefix}_{addons.key_of(ready.odoo.version, *modules)}"
    if not exists(ready, name):
        with step(f"database: Odoo's own addons ({', '.join(modules)})"):
            drop_older(ready, prefix, name)
            drop(ready, f"{name}_new")
            install(ready, f"{name}_new", modules, demo, LOGS / f"{prefix}.log")
            rename(ready, f"{name}_new", name)
    return name


def ensure_template(ready: Setup) -> str:
    """The database with our addons that tests clone, without demo data, named by the key of their contents."""
    with locked("template"):
        modules = addons.our_addons()
        base = ensure_base(ready)
        name = f"{TEMPLATE}_{addons.key_of(base, BUNDLES, addons.addons_key(modules))}"
        log = LOGS / f"{TEMPLATE}-install.log"
        if not exists(ready, name) or not log.exists():
            new = f"{name}_new"
            with step(f"database: {', '.join(modules)}"):
                drop_older(ready, TEMPLATE, name)
                clone(ready, base, new)
                install(ready, new, modules, False, log)
            with step("database: bundles for the browser"):
                ready.run_script(new, BUNDLES, "the bundles")
                query(ready, "VACUUM ANALYZE", new)
                rename(ready, new, name)
        return name


def check_upgrade(ready: Setup, template: str) -> Path:
    """Update our addons on a clone of the template; returns the log of it."""
    log = LOGS / f"{TEMPLATE}-update.log"
    stamp = LOGS / f"{TEMPLATE}-update.key"
    if stamp.exists() and stamp.read_text() == template and log.exists():
        return log
    with step("database: updating our addons once more"):
        database = clone(ready, template, "mes_update")
        modules = ",".join(addons.our_addons())
        arguments = ["-d", database, "-u", modules, "--stop-after-init", "--no-http"]
        ready.run_odoo(arguments, log, "updating the addons")
        drop(ready, database)
    stamp.write_text(template)
    return log


def log_problems(ready: Setup, template: str) -> list[str]:
    """What installing and updating our addons had to complain of."""
    logs = [LOGS / f"{TEMPLATE}-install.log", check_upgrade(ready, template)]
    return [f"{log.name}: {line}" for log in logs for line in noise.problems_of(log)]
