"""Classes of items: ABC by what they cost a year, XYZ by how evenly they are needed."""

from __future__ import annotations

import statistics
from collections.abc import Hashable, Mapping, Sequence


def get_abc(values: Mapping[Hashable, float], first: float = 0.8, second: float = 0.95) -> dict[Hashable, str]:
    """Return the class of each item by its share in the value of all issues: A the first 80 %, B the next 15 %, C.

    The item that crosses a line still belongs above it. What wasn't issued is C. Items of one value are taken by key.

    >>> get_abc({"motor": 800, "gear": 100, "screw": 60, "nut": 40, "old": 0})
    {'motor': 'A', 'gear': 'B', 'screw': 'B', 'nut': 'C', 'old': 'C'}
    >>> get_abc({"only": 5})
    {'only': 'A'}
    >>> get_abc({})
    {}
    """
    total = sum(value for value in values.values() if value > 0)
    found, before = {}, 0.0
    for item, value in sorted(values.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        share = before / total if total else 1.0
        found[item] = "C" if value <= 0 or share >= second - 1e-9 else "B" if share >= first - 1e-9 else "A"
        before += max(value, 0)
    return found


def get_xyz(demand: Sequence[float], steady: float = 0.5, changing: float = 1.0) -> str:
    """Return the class of a series of demand (one figure a period) by its coefficient of variation.

    X up to 0.5 (steady), Y up to 1 (changing), Z above, or without any demand.

    >>> get_xyz([10, 10, 12, 8])
    'X'
    >>> get_xyz([10, 0, 15, 5])
    'Y'
    >>> get_xyz([0, 0, 0, 40])
    'Z'
    >>> get_xyz([])
    'Z'
    """
    mean = statistics.fmean(demand) if demand else 0
    if mean <= 0:
        return "Z"
    variation = statistics.pstdev(demand) / mean
    return "X" if variation <= steady else "Y" if variation <= changing else "Z"


def get_turnover(issued: float, inventory: Sequence[float], days: int, year: int = 365) -> float:
    """Return how often the stock turns over in a year: cost of what was issued ÷ average value of inventory.

    :param issued: cost of issues in these days
    :param inventory: value of inventory at the days that are known

    >>> get_turnover(1200, [100, 300, 200], 365)
    6.0
    >>> get_turnover(100, [400], 73)
    1.25
    >>> get_turnover(100, [], 365)
    0.0
    """
    average = statistics.fmean(inventory) if inventory else 0
    return issued / average * year / days if average > 0 and days > 0 else 0.0
