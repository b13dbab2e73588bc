"""When something can be promised: what it takes at a work centre, and what its finish hangs on.

Source: capable to promise (Vollmann, Berry, Whybark, Jacobs: Manufacturing Planning and Control, 2005): an order that
is asked for is planned as if it were there, behind all that is planned already; nothing is booked.
The minutes are Odoo's own formula of a work order's expected duration.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

from .planner import Placement

STEPS = 50


def get_minutes(
    quantity: float,
    cycle: float,
    capacity: float = 1.0,
    setup: float = 0.0,
    cleanup: float = 0.0,
    efficiency: float = 100.0,
) -> float:
    """Return the minutes that ``quantity`` takes: set-up, clean-up, and whole cycles of ``capacity`` pieces.

    >>> get_minutes(800, 2.4), get_minutes(800, 2.4, capacity=2, setup=30, cleanup=15, efficiency=50)
    (1920.0, 1965.0)
    >>> get_minutes(5, 10, capacity=2)
    30.0
    """
    cycles = math.ceil(round(quantity / (capacity or 1.0), 6))
    return setup + cleanup + cycles * cycle * 100.0 / (efficiency or 100.0)


def take(pool: dict, key: Hashable, quantity: float) -> float:
    """Take up to ``quantity`` from the pool and return what was taken.

    >>> pool = {"bolt": 30}
    >>> take(pool, "bolt", 20), take(pool, "bolt", 20), take(pool, "nut", 5), pool
    (20, 10, 0, {'bolt': 0})
    """
    taken = max(0, min(quantity, pool.get(key, 0)))
    if taken:
        pool[key] -= taken
    return taken


def find_chain(
    key: Hashable, placed: Mapping[Hashable, Placement], last: Mapping[Hashable, Hashable]
) -> list[tuple[Hashable, Placement]]:
    """Return the operations that the start of ``key`` hangs on, from itself back to the one that waits for no other.

    :param last: the last operation of each order that is looked into

    >>> from datetime import datetime
    >>> from .planner import Why
    >>> noon = datetime(2026, 3, 2, 12)
    >>> weld, cut = (Placement("saw", noon, noon, why) for why in (Why("order", "part"), Why("now")))
    >>> placed = {"weld": weld, "cut": cut}
    >>> [step for step, _placement in find_chain("weld", placed, {"part": "cut"})]
    ['weld', 'cut']
    """
    found: list[tuple[Hashable, Placement]] = []
    while key in placed and len(found) < STEPS:
        found.append((key, placed[key]))
        why = placed[key].why
        if why.kind == "before":
            key = why.cause
        elif why.kind == "order":
            key = last.get(why.cause)
        else:
            break
    return found
