"""When is stock backlog, and how much of it? Plain arithmetic.

age, idle   reached is over: stock that is 90 days old is over a limit of 90 days, of 89 days it is not
cover       above is over: what lasts 30 days, the safety stock aside, is fine at a limit of 30 days; and there has to
            be excess
turnover    below is over: 4 times a year are fine at a limit of 4

From a share of the limit on (`ratio`) a warning is given; a ratio of 1 gives none.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Found(NamedTuple):
    """A cause: how bad, what was measured (None: endless) against which limit, and how much stock it is."""

    level: str  # warn, limit
    measured: float | None
    limit: float
    quantity: float
    value: float


def first_day(limit: float, ratio: float) -> int:
    """Return the first whole day that is warned of.

    >>> first_day(90, 0.8), first_day(30, 1), first_day(7, 0.5), first_day(90, 0.7)
    (72, 30, 4, 63)
    """
    return math.ceil(round(limit * ratio, 6))


def judge_days(layers: Iterable[tuple[int, float, float]], limit: int, ratio: float) -> Found | None:
    """Return what is too old, or unused for too long; None when nothing is.

    :param layers: (days, quantity, value) of each; what is below zero is no stock

    >>> judge_days([(89, 10, 20)], 90, 1)
    >>> judge_days([(90, 10, 20), (5, 990, 1980)], 90, 1)
    Found(level='limit', measured=90, limit=90, quantity=10, value=20)
    >>> judge_days([(71, 1, 2)], 90, 0.8)
    >>> judge_days([(72, 1, 2), (89, 2, 4), (10, 5, 10)], 90, 0.8)
    Found(level='warn', measured=89, limit=90, quantity=3, value=6)
    >>> judge_days([(500, -3, -6)], 90, 1), judge_days([(500, 3, 6)], 0, 1)
    (None, None)
    """
    layers = [layer for layer in layers if layer[1] > 0]
    oldest = max((days for days, _quantity, _value in layers), default=0)
    if not limit or oldest < first_day(limit, ratio):
        return None
    level, start = ("limit", limit) if oldest >= limit else ("warn", first_day(limit, ratio))
    reached = [layer for layer in layers if layer[0] >= start]
    return Found(level, oldest, limit, sum(layer[1] for layer in reached), sum(layer[2] for layer in reached))


def judge_cover(
    cover: float | None, get_excess: Callable[[int], tuple[float, float]], limit: int, ratio: float
) -> Found | None:
    """Return what lasts too long; None when nothing does.

    :param cover: days until only the safety stock is left; None: nothing uses the rest
    :param get_excess: returns (quantity, value) that the demand of so many days does not need

    >>> excess = {24: (16, 32), 30: (10, 20)}.get
    >>> judge_cover(24, excess, 30, 0.8), judge_cover(30, excess, 30, 1)
    (None, None)
    >>> judge_cover(24.5, excess, 30, 0.8)
    Found(level='warn', measured=24.5, limit=30, quantity=16, value=32)
    >>> judge_cover(74, excess, 30, 0.8)
    Found(level='limit', measured=74, limit=30, quantity=10, value=20)
    >>> judge_cover(None, excess, 30, 1)
    Found(level='limit', measured=None, limit=30, quantity=10, value=20)

    All of it is safety stock: nothing is too much.

    >>> judge_cover(74, lambda days: (0, 0), 30, 0.8)
    """
    if not limit:
        return None
    for level, days in (("limit", limit), ("warn", first_day(limit, ratio))):
        quantity, value = get_excess(days) if cover is None or cover > days else (0, 0)
        if quantity > 0:
            return Found(level, cover, limit, quantity, value)
    return None


def judge_turnover(
    turnover: float, limit: float, ratio: float, layers: Iterable[tuple[int, int, float, float]]
) -> Found | None:
    """Return the stock that is turned over too seldom; None when it isn't.

    :param turnover: how often a year
    :param layers: (age, idle, quantity, value) of each; nothing is said before one turn could have been due

    >>> stock = [(100, 50, 10, 20)]
    >>> judge_turnover(4, 4, 1, stock), judge_turnover(5, 4, 0.8, stock), judge_turnover(1, 0, 1, stock)
    (None, None, None)
    >>> judge_turnover(3.9, 4, 1, stock).level, judge_turnover(4.9, 4, 0.8, stock).level
    ('limit', 'warn')
    >>> judge_turnover(0, 4, 1, [(91, 91, 10, 20)]), judge_turnover(0, 4, 1, [(100, 0, 0, 0)])
    (None, None)
    """
    layers = [layer for layer in layers if layer[2] > 0]
    oldest = max((layer[0] for layer in layers), default=0)
    if not limit or not oldest or turnover >= round(limit / ratio, 6) or oldest < 365 / limit:
        return None
    quantity, value = (sum(layer[column] for layer in layers) for column in (2, 3))
    return Found("limit" if turnover < limit else "warn", turnover, limit, quantity, value)


def count_once(claims: Iterable[tuple[int, tuple, float]]) -> dict[int, float]:
    """Share the value of one product among its alerts, so that no piece counts twice.

    The innermost place comes first: a lot before its warehouse, a warehouse before the company. What names the whole
    place counts with what is beyond that.

    :param claims: ``[(key, place, value)]``; a place is a tuple, and contains all that begin with it

    >>> count_once([(1, ("stock", 7), 20), (2, ("stock", 7), 50), (3, ("order", 4), 9)])
    {2: 50.0, 1: 0.0, 3: 9.0}
    >>> lots = [(3, ("stock", 7, "A"), 40), (4, ("stock", 7, "B"), 10)]
    >>> count_once([(1, ("stock",), 100), (2, ("stock", 7), 70), *lots])
    {3: 40.0, 4: 10.0, 2: 20.0, 1: 30.0}
    >>> sum(count_once([(1, ("stock",), 30), (2, ("stock", 7), 40)]).values())
    40.0
    """
    counted, shares = defaultdict(float), {}
    for key, place, value in sorted(claims, key=lambda claim: (-len(claim[1]), -claim[2])):
        shares[key] = float(max(value - counted[place], 0))
        for depth in range(len(place) + 1):
            counted[place[:depth]] += shares[key]
    return shares
