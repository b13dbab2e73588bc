"""`./mes test` and `./mes lint`: set up, lint, an installed database, pytest."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import addons, browser, databases, setup
from . import lint as lint_tools
from .paths import ADDONS, HOME, ROOT, TOOLS
from .say import note

DATABASE = "mes_test"
# Odoo's own lint that holds for other people's addons, too.
ODOO_LINT = ("manifests", "override_signatures", "index", "test_holes", "naming", "jstranslate", "pofile")


def lint(arguments) -> int:
    ready = setup.prepare(tests=True)
    return 0 if lint_tools.lint(ready, arguments.fix) else 1


def default_paths(ready: setup.Setup) -> list[str]:
    """Every addon's tests, those that cross addons, and Odoo's lint."""
    folders = [ADDONS / name / "tests" for name in addons.our_addons()] + [ROOT / "tests"]
    for folder in ready.odoo.module_folders():
        folders += [folder / "test_lint" / "tests" / f"test_{name}.py" for name in ODOO_LINT]
    return [str(path) for path in folders if path.exists()]


def log_is_clean(ready: setup.Setup, template: str) -> bool:
    """False, with the lines, when installing or updating our addons logged a problem."""
    found = databases.log_problems(ready, template)
    for line in found:
        note(f"  {line}")
    if found:
        note("mes: installing or updating the addons must log no warning")
    return not found


def is_of_addons(path: str) -> bool:
    """Whether a path is tested inside Odoo; the others start servers of their own."""
    return not Path(path).absolute().is_relative_to(ROOT / "tests")


def pytest_command(ready: setup.Setup, arguments, paths: list[str]) -> list[str]:
    """The command for these paths; Odoo is loaded into it when one of them is tested inside."""
    command = [str(ready.python), "-m", "pytest", "--durations=15", "--durations-min=5"]
    command += ["-o", f"cache_dir={HOME / 'pytest'}"]
    if any(map(is_of_addons, paths)):
        command += [f"--odoo-config={setup.CONFIG}", f"--odoo-database={DATABASE}", "--odoo-http"]
        # Odoo limits its own process's memory; a browser started from it inherits the limit and dies.
        command += ["--odoo-extra=limit-memory-hard=0"]
    else:
        command += ["-p", "no:odoo"]
    if arguments.name:
        command += ["-k", arguments.name]
    jobs = number_of_jobs(arguments)
    if jobs > 1:
        command += ["-n", str(jobs), "-p", "mes_cli.schedule"]
    if sys.stdout.isatty():
        command += ["--color=yes"]
    return [*command, *paths]


def number_of_jobs(arguments) -> int:
    """How many processes share the tests; what is chosen by a path or a name is over sooner in one."""
    if arguments.jobs:
        return arguments.jobs
    return 1 if arguments.paths or arguments.name else max(2, os.cpu_count() or 1)


def run_pytest(ready: setup.Setup, arguments, template: str) -> tuple[int, str]:
    """Run pytest, showing its output; returns its exit code and the closing line."""
    paths = [str(Path(path).absolute()) for path in arguments.paths] or default_paths(ready)
    if any(map(is_of_addons, paths)):
        databases.clone(ready, template, DATABASE)
    env = {**ready.env(), "MES_TEMPLATE": template}
    env["PYTHONPATH"] += os.pathsep + str(TOOLS)
    if ready.browser:
        env["MES_CHROMIUM"] = str(ready.browser)
    process, log = start_pytest(pytest_command(ready, arguments, paths), env)
    output = show(process, log)
    return process.returncode, closing_line(output)


def start_pytest(command: list[str], env: dict) -> tuple[subprocess.Popen, Path]:
    """Start pytest with its output in a file: a pipe would stay open as long as any server that it started."""
    log = setup.LOGS / "pytest.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    return process, log


def show(process: subprocess.Popen, log: Path) -> str:
    """Show what a process writes until it ends; returns the last part of it."""
    output = bytearray()
    with log.open("rb") as written:
        while True:
            ended = process.poll() is not None
            chunk = written.read(65536)
            if not chunk:
                if ended:
                    break
                time.sleep(0.2)
                continue
            sys.stdout.write(chunk.decode(errors="replace"))
            sys.stdout.flush()
            output = (output + chunk)[-20000:]
    return output.decode(errors="replace")


def closing_line(output: str) -> str:
    """pytest's last word in its output, or ''.

    >>> closing_line("= 3 passed in 0.10s =\\nlate noise\\n")
    '= 3 passed in 0.10s ='
    """
    found = re.findall(r"(?m)^.*=+ .*\d (?:passed|failed|errors?|skipped|deselected).* in [\d.]+s.*=+.*$", output)
    return found[-1] if found else ""


def test(arguments) -> int:
    """Lint, then all tests; pytest's closing line ends the output.

    The database is installed meanwhile, and updated once more while the tests run.
    """
    if arguments.lint_only:
        return lint(argparse.Namespace(fix=False))
    ready = setup.prepare()
    with setup.serving_database(ready), ThreadPoolExecutor(1) as meanwhile:
        installed = meanwhile.submit(databases.ensure_template, ready)
        setup.prepare(tests=True)
        linted = arguments.no_lint or lint_tools.lint(ready)
        ready.browser = browser.ensure_browser()
        template = installed.result()
        updated = meanwhile.submit(databases.check_upgrade, ready, template)
        code, closing = run_pytest(ready, arguments, template)
        updated.result()
        clean = log_is_clean(ready, template)
    if not linted:
        note("mes: lint failed, see above")
    if not clean:
        note("mes: the log of the installation isn't clean, see above")
    if closing:
        note(closing)
    return code or int(not linted or not clean)
