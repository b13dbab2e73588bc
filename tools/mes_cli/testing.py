"""`./mes test` and `./mes lint`: set up, lint, an installed database, pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from . import addons, browser, databases, setup
from . import lint as lint_tools
from .paths import ADDONS, HOME, ROOT
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


def pytest_command(ready: setup.Setup, arguments) -> list[str]:
    command = [str(ready.python), "-m", "pytest", "-o", f"cache_dir={HOME / 'pytest'}"]
    command += [f"--odoo-config={setup.CONFIG}", f"--odoo-database={DATABASE}", "--odoo-http"]
    # Odoo limits its own process's memory; a browser started from it inherits the limit and dies.
    command += ["--odoo-extra=limit-memory-hard=0", "--durations=15", "--durations-min=5"]
    if arguments.name:
        command += ["-k", arguments.name]
    if arguments.jobs:
        command += ["-n", str(arguments.jobs), "--dist", "loadfile"]
    paths = [str(Path(path).absolute()) for path in arguments.paths]
    return [*command, *(paths or default_paths(ready))]


def run_pytest(ready: setup.Setup, arguments, template: str) -> tuple[int, str]:
    """Run pytest, showing its output; returns its exit code and its closing line."""
    databases.clone(ready, template, DATABASE)
    env = {**ready.env(), "MES_TEMPLATE": template}
    if ready.browser:
        env["MES_CHROMIUM"] = str(ready.browser)
    command = pytest_command(ready, arguments)
    if sys.stdout.isatty():
        command.append("--color=yes")
    output = bytearray()
    with subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        while chunk := os.read(process.stdout.fileno(), 65536):
            sys.stdout.write(chunk.decode(errors="replace"))
            sys.stdout.flush()
            output = (output + chunk)[-20000:]
    return process.returncode, closing_line(output.decode(errors="replace"))


def closing_line(output: str) -> str:
    """pytest's last word when something else follows it, else ''.

    >>> closing_line("= 3 passed in 0.10s =\\nlate noise\\n")
    '= 3 passed in 0.10s ='
    >>> closing_line("late noise\\n= 3 passed in 0.10s =\\n")
    ''
    """
    found = re.findall(r"(?m)^.*=+ .*\d (?:passed|failed|error|skipped).* in [\d.]+s.*=+.*$", output)
    return found[-1] if found and not output.rstrip().endswith(found[-1].rstrip()) else ""


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
