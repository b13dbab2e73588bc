"""`./mes test` and `./mes lint`: set up, lint, an installed database, pytest."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from . import addons, browser, databases, setup
from . import lint as lint_tools
from .paths import ADDONS, HOME, ROOT
from .say import note

DATABASE = "mes_test"
NOTHING_COLLECTED = 5  # pytest's exit code
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
    """The command for paths that are all inside Odoo, or all beside it."""
    command = [str(ready.python), "-m", "pytest", "--durations=15", "--durations-min=5"]
    if is_of_addons(paths[0]):
        command += ["-o", f"cache_dir={HOME / 'pytest'}"]
        command += [f"--odoo-config={setup.CONFIG}", f"--odoo-database={DATABASE}", "--odoo-http"]
        # Odoo limits its own process's memory; a browser started from it inherits the limit and dies.
        command += ["--odoo-extra=limit-memory-hard=0"]
    else:
        command += ["-o", f"cache_dir={HOME / 'pytest-beside'}", "-p", "no:odoo"]
    if arguments.name:
        command += ["-k", arguments.name]
    if arguments.jobs:
        command += ["-n", str(arguments.jobs), "--dist", "loadfile"]
    return [*command, *paths]


def run_pytest(ready: setup.Setup, arguments, template: str) -> tuple[int, str]:
    """Run pytest, showing its output; returns its exit code and the closing line.

    What is tested inside Odoo keeps one processor busy, what is tested beside it mostly the other: both run at the
    same time, and the output of the second is shown when the first is over.
    """
    databases.clone(ready, template, DATABASE)
    env = {**ready.env(), "MES_TEMPLATE": template}
    if ready.browser:
        env["MES_CHROMIUM"] = str(ready.browser)
    paths = [str(Path(path).absolute()) for path in arguments.paths] or default_paths(ready)
    inside = [path for path in paths if is_of_addons(path)]
    beside = [path for path in paths if not is_of_addons(path)]
    commands = [pytest_command(ready, arguments, group) for group in (inside, beside) if group]
    start = time.monotonic()
    processes = [start_pytest(command, env, setup.LOGS / f"pytest-{n}.log") for n, command in enumerate(commands)]
    outputs = [show(process, log) for process, log in processes]
    closing = [found for output in outputs if (found := closing_line(output))]
    codes = [process.returncode for process, _log in processes]
    worst = max((code for code in codes if code != NOTHING_COLLECTED), default=0)
    if all(code == NOTHING_COLLECTED for code in codes):
        worst = NOTHING_COLLECTED
    return worst, sum_up(closing, time.monotonic() - start)


def start_pytest(command: list[str], env: dict, log: Path) -> tuple[subprocess.Popen, Path]:
    """Start a pytest whose output goes into a file."""
    if sys.stdout.isatty():
        command = [*command, "--color=yes"]
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


def sum_up(lines: list[str], seconds: float) -> str:
    """One closing line for several.

    >>> sum_up(["= 1 failed, 3 passed in 2.10s =", "== 2 passed, 1 error in 70.00s (0:01:10) =="], 75)
    '=========== 1 failed, 5 passed, 1 error in 75.00s (0:01:15) ==========='
    """
    counts: dict[str, int] = {}
    for line in lines:
        for count, what in re.findall(r"(\d+) ([a-z][a-z ]*[a-z])(?=,| in )", line):
            name = {"errors": "error", "warnings": "warning"}.get(what, what)
            counts[name] = counts.get(name, 0) + int(count)
    names = sorted(counts, key=lambda name: (name != "failed", name != "passed", name))
    found = ", ".join(f"{counts[name]} {name}" for name in names)
    return f"=========== {found} in {seconds:.2f}s ({timedelta(seconds=round(seconds))}) ===========" if counts else ""


def test(arguments) -> int:
    """Lint, then all tests; pytest's closing line ends the output."""
    ready = setup.prepare(tests=True)
    linted = arguments.no_lint or lint_tools.lint(ready)
    if arguments.lint_only:
        return 0 if linted else 1
    ready.browser = browser.ensure_browser()
    with setup.serving_database(ready):
        template = databases.ensure_template(ready)
        clean = log_is_clean(ready, template)
        code, closing = run_pytest(ready, arguments, template)
    if not linted:
        note("mes: lint failed, see above")
    if not clean:
        note("mes: the log of the installation isn't clean, see above")
    if closing:
        note(closing)
    return code or int(not linted or not clean)
