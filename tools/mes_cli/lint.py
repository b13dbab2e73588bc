"""Lint and format: ruff, pylint-odoo, well-formed XML; prettier and eslint where node is."""

from __future__ import annotations

import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import addons
from .paths import ADDONS, HOME, LOGS, ROOT, TOOLS
from .say import MesError, note, run_logged, step
from .setup import BYTECODE, Setup

NODE = HOME / "node"
FORMATTED = ("addons/**/*.xml", "addons/**/*.js", "addons/**/*.scss", "*.{cjs,yaml}")


def node_tools() -> Path | None:
    """The folder of node's tools; None, with a note, on a machine without node."""
    if not shutil.which("npm"):
        note("  no node on this machine: prettier and eslint are left out")
        return None
    wanted = (TOOLS / "node" / "package.json").read_text()
    stamp = NODE / "stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        NODE.mkdir(exist_ok=True)
        (NODE / "package.json").write_text(wanted)
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
        with step("prettier and eslint"):
            try:
                run_logged(command, LOGS / "npm.log", "npm install", cwd=NODE)
            except MesError as error:
                note(f"  {error.message.splitlines()[0]}: prettier and eslint are left out")
                return None
        stamp.write_text(wanted)
    return NODE / "node_modules"


def python_checks(ready: Setup, fix: bool) -> list[tuple[str, list[str]]]:
    ruff = str(ready.python.parent / "ruff")
    folders = [str(ADDONS / name) for name in addons.our_addons()]
    pylint = [str(ready.python), "-m", "pylint", "--rcfile", str(ROOT / ".pylintrc"), *folders]
    return [
        ("ruff check", [ruff, "check", "-q", *(["--fix"] if fix else []), "."]),
        ("ruff format", [ruff, "format", "-q", *([] if fix else ["--check"]), "."]),
        ("pylint-odoo", pylint),
    ]


def node_checks(modules: Path, fix: bool) -> list[tuple[str, list[str]]]:
    prettier = [str(modules / ".bin" / "prettier"), "--log-level=warn", "--no-error-on-unmatched-pattern"]
    eslint = [str(modules / ".bin" / "eslint"), "--no-error-on-unmatched-pattern", "addons"]
    return [
        ("prettier", [*prettier, "--write" if fix else "--check", *FORMATTED]),
        ("eslint", [*eslint, *(["--fix"] if fix else [])]),
    ]


def broken_xml(folder: Path = ADDONS) -> list[str]:
    """XML files that no parser can read."""
    found = []
    for file in sorted(folder.rglob("*.xml")):
        try:
            ElementTree.parse(file)
        except ElementTree.ParseError as error:
            found.append(f"{file}: {error}")
    return found


def run_check(title: str, command: list[str], env: dict) -> bool:
    with step(title):
        result = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    if result.returncode:
        note((result.stdout + result.stderr).rstrip())
        note(f"mes: {title} found something; ./mes lint --fix mends what can be mended")
    return not result.returncode


def lint(ready: Setup, fix: bool = False) -> bool:
    """True when nothing is to be complained of."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    checks = python_checks(ready, fix)
    modules = node_tools()
    if modules:
        env["MES_NODE_MODULES"] = str(modules)
        checks += node_checks(modules, fix)
    results = [run_check(title, command, env) for title, command in checks]
    broken = broken_xml()
    for line in broken:
        note(line)
    return all(results) and not broken
