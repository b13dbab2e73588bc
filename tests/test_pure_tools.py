"""The addons' pure arithmetic: no Odoo in it, and what its docstrings show is true."""

import ast
import doctest
import importlib
import sys
import types
from pathlib import Path

import pytest
from mes_cli import addons, debs, noise, paths, schedule, testing, translations

FILES = sorted(file for file in paths.ADDONS.glob("*/tools/*.py") if file.name != "__init__.py")
OURS = [addons, debs, noise, paths, schedule, testing, translations]


def load(file: Path) -> types.ModuleType:
    """Import a file of an addon's tools/ without the addon itself, and so without Odoo."""
    addon = file.parents[1]
    parent = types.ModuleType(f"pure_{addon.name}")
    parent.__path__ = [str(addon)]
    sys.modules[parent.__name__] = parent
    return importlib.import_module(f"{parent.__name__}.tools.{file.stem}")


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name}.{file.stem}")
def test_tools_know_no_odoo(file):
    assert "odoo" not in imported(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name}.{file.stem}")
def test_tools_do_what_their_docstrings_show(file):
    assert doctest.testmod(load(file)).failed == 0


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.__name__)
def test_the_command_does_what_its_docstrings_show(module):
    assert doctest.testmod(module).failed == 0
