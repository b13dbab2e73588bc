"""`./mes peers`: Odoo's own stock and mrp suites with our addons installed.

Some of them fail on a clean Odoo too. `./mes peers --baseline` runs them without our addons and
records those names; afterwards only a difference is a failure.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import browser, databases, setup
from .paths import HOME, ROOT
from .say import MesError, note

BASELINE = ROOT / "tests" / "peers_baseline.txt"
MODULES = ("stock", "mrp")
DATABASE = "mes_peers"


def failed_names(report: Path) -> set[str]:
    """Names of what failed or broke in a JUnit report."""
    found = set()
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            folder = case.get("classname", "").removeprefix("odoo.addons.")
            found.add(f"{folder}::{case.get('name')}".replace("/", "."))
    return found


def run_suite(ready: setup.Setup, module: str, template: str) -> set[str]:
    """Run one of Odoo's suites on a clone; returns what failed."""
    databases.clone(ready, template, DATABASE)
    folders = [folder / module / "tests" for folder in ready.odoo.module_folders()]
    tests = next(folder for folder in folders if folder.is_dir())
    report = HOME / f"peers-{module}.xml"
    command = [str(ready.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no"]
    command += ["-c", str(ROOT / "tests" / "peers.ini"), f"--rootdir={tests}", f"--junitxml={report}"]
    command += [f"--odoo-config={setup.CONFIG}", f"--odoo-database={DATABASE}", "--odoo-http", str(tests)]
    sys.stdout.flush()
    subprocess.run(command, env=ready.env(), cwd=HOME, stdin=subprocess.DEVNULL, check=False)
    databases.drop(ready, DATABASE)
    if not report.exists():
        raise MesError(f"the suite of {module} didn't run", "./mes peers")
    return {f"{module} {name}" for name in failed_names(report)}


def read_baseline() -> set[str]:
    if not BASELINE.exists():
        raise MesError("there is no baseline yet", "./mes peers --baseline")
    lines = BASELINE.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def write_baseline(failed: set[str]) -> None:
    lines = ["# What of Odoo's own suites fails without our addons (./mes peers --baseline)."]
    BASELINE.write_text("\n".join([*lines, *sorted(failed), ""]))


def run(arguments) -> int:
    ready = setup.prepare(tests=True)
    ready.browser = browser.ensure_browser()
    modules = arguments.modules or MODULES
    with setup.serving_database(ready):
        make = databases.ensure_base if arguments.baseline else databases.ensure_template
        template = make(ready)
        failed = set().union(*(run_suite(ready, module, template) for module in modules))
    if arguments.baseline:
        write_baseline(failed)
        return 0
    known = {line for line in read_baseline() if line.split()[0] in modules}
    for name in sorted(failed - known):
        note(f"fails only with our addons: {name}")
    for name in sorted(known - failed):
        note(f"no longer fails: {name}")
    return 1 if failed - known else 0
