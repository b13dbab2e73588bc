"""pytest's plugin that shares the tests out to several processes. Runs in the environment (pytest, xdist).

One process starts with what is tested beside Odoo (it mostly waits for servers that it started), the others with what
is tested inside it; whoever is done helps the rest. What shares an expensive set-up stays together: a class of an
addon's tests, a file of the others. Whatever is long and cannot be cut comes first.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

BESIDE = "tests/"
# Folders with the longest files; the rest follows.
LONGEST = ("tests/load/", "tests/browser/", "tests/scenarios/")


def is_beside(unit: str) -> bool:
    return unit.startswith(BESIDE)


def unit_of(nodeid: str) -> str:
    """The class of a test inside Odoo, the file of another one.

    >>> unit_of("addons/x/tests/test_a.py::TestA::test_b[c::d]"), unit_of("tests/test_a.py::test_b[c::d]")
    ('addons/x/tests/test_a.py::TestA', 'tests/test_a.py')
    """
    file, *names = nodeid.partition("[")[0].split("::")
    return file if is_beside(file) else "::".join([file, *names[:-1]])


def order(units: dict[str, dict]) -> list[str]:
    """The units, longest first as far as their names and sizes tell.

    >>> order({"tests/test_a.py": {}, "a.py::A": {1: 1}, "a.py::B": {1: 1, 2: 2}, "tests/load/test_b.py": {}})
    ['tests/load/test_b.py', 'a.py::B', 'a.py::A', 'tests/test_a.py']
    """

    def rank(unit: str) -> tuple:
        folder = next((n for n, start in enumerate(LONGEST) if unit.startswith(start)), len(LONGEST))
        last = is_beside(unit) and folder == len(LONGEST)
        return last, folder, -len(units[unit])

    return sorted(units, key=rank)


class Scheduling(LoadScopeScheduling):
    """A queue of units; the first process looks from the one end of it, the others from the other."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node) -> None:
        """Bring what this process is to do next to the front of the queue."""
        first = min(self.assigned_work, key=lambda other: other.gateway.id)
        for unit in order(self.workqueue):
            if is_beside(unit) == (node is first):
                self.workqueue.move_to_end(unit, last=False)
                break
        else:
            self.workqueue.move_to_end(order(self.workqueue)[0], last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)
