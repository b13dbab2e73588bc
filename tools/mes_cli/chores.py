"""The smaller commands: setup, shell, bench, i18n."""

from __future__ import annotations

import subprocess
import sys

from . import addons, browser, databases, demo, setup
from .paths import ADDONS, LOGS, ROOT, TOOLS
from .say import MesError, note, run_logged, step

LANGUAGE = "zh_CN"
BENCHES = ROOT / "tests" / "bench"


def setup_command(arguments) -> int:
    ready = setup.prepare(tests=True)
    ready.browser = browser.ensure_browser()
    with setup.serving_database(ready):
        version = databases.query(ready, "SHOW server_version")[0][0]
    note(f"  Python      {ready.python}")
    note(f"  Odoo        {ready.odoo.python_path} ({ready.odoo.version})")
    note(f"  PostgreSQL  {ready.pg.bin} ({version})")
    note(f"  Chromium    {ready.browser or 'none'}")
    return 0


def shell(arguments) -> int:
    ready = setup.prepare()
    with setup.serving_database(ready):
        database = demo.ensure(ready)
        rest = arguments.arguments
        options = ["--no-http", "--log-level=warn", *rest]
        return setup.interactive(ready, ready.odoo_command("shell", "-d", database, *options))


def bench_files(names: list[str]) -> list:
    found = sorted(file for file in BENCHES.glob("*.py") if not file.name.startswith("_"))
    wanted = [file for file in found if not names or file.stem in names]
    if not wanted:
        known = ", ".join(file.stem for file in found) or "none yet"
        raise MesError(f"no such bench; there are: {known}", "./mes bench")
    return wanted


def bench(arguments) -> int:
    """Each bench works on a clone of its own; a figure above its limit fails."""
    files = bench_files(arguments.names)
    ready = setup.prepare(tests=True)
    code = 0
    with setup.serving_database(ready):
        template = databases.ensure_template(ready)
        for file in files:
            database = databases.clone(ready, template, "mes_bench")
            command = [str(ready.python), str(TOOLS / "mes_cli" / "bench_main.py"), str(file), database]
            sys.stdout.flush()
            code |= subprocess.run(command, env=ready.env(), check=False).returncode
            databases.drop(ready, database)
    return code


def i18n(arguments) -> int:
    """Export every addon's terms and bring its translations to them."""
    ready = setup.prepare()
    with setup.serving_database(ready):
        database = databases.clone(ready, databases.ensure_template(ready), "mes_i18n")
        for name in addons.our_addons():
            folder = ADDONS / name / "i18n"
            folder.mkdir(exist_ok=True)
            pot, log = folder / f"{name}.pot", LOGS / f"i18n-{name}.log"
            with step(f"terms of {name}"):
                options = ["-d", database, "-l", "pot", "-o", str(pot), name]
                run_logged(export_command(ready, *options), log, "export", env=ready.env())
            merge = [ready.python, TOOLS / "mes_cli" / "translations.py", pot]
            for po in sorted({*folder.glob("*.po"), folder / f"{LANGUAGE}.po"}):
                run_logged([*merge, po, po.stem], log, "merge", echo=True)
        databases.drop(ready, database)
    return 0


def export_command(ready: setup.Setup, *options: str) -> list[str]:
    entry = [str(ready.python), str(setup.ENTRY), "i18n", "export"]
    return [*entry, "-c", str(setup.CONFIG), *options]
