"""How many cards a loop needs, and what its figures mean in cards."""

from __future__ import annotations

import math


def card_count(daily_demand: float, lead_time_days: float, safety_factor: float, container_qty: float) -> int:
    """Return the number of kanban cards.

    ``N = ceil(D x L x (1 + a) / C)`` with demand ``D`` in units a day, replenishment lead time ``L`` in days from
    signal to receipt, safety factor ``a`` (0.2 means 20 percent) and container size ``C`` in units.
    Source: Monden, Toyota Production System (1983), number of kanbans in a constant-quantity system.
    At least two cards are proposed as soon as there is demand: one container in use, one on its way.

    :raises ValueError: when the container size is not positive or another figure is negative

    >>> card_count(500, 2, 0.2, 100)
    12
    >>> card_count(0, 2, 0.2, 100), card_count(1, 0.1, 0, 100)
    (0, 2)
    >>> card_count(10, 1, 0, 0)
    Traceback (most recent call last):
    ...
    ValueError: container_qty must be positive
    """
    if container_qty <= 0:
        raise ValueError("container_qty must be positive")
    if min(daily_demand, lead_time_days, safety_factor) < 0:
        raise ValueError("demand, lead time and safety factor must not be negative")
    if daily_demand == 0:
        return 0
    return max(2, math.ceil(daily_demand * lead_time_days * (1 + safety_factor) / container_qty - 1e-9))
