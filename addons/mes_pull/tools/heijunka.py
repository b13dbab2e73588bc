"""Levelled production: in which order several products take their turns on one line, lot by lot.

Source: goal chasing method I (Monden, Toyota Production System: An Integrated Approach to Just-In-Time, Institute of
Industrial Engineers, 1983, appendix on sequencing). For the K-th of Q turns that product i takes, with N_j turns for
product j of which X_j,K-1 were taken before,

    D_Ki = sqrt( sum over j of (K x N_j / Q - X_j,K-1 - b_ij)^2 )    b_ij = 1 where j = i, else 0

and the product with the smallest D_Ki is chosen; each product is followed as its own part. A turn is a *pitch*: the lot
that is made in a fixed time (Rother and Shook, Learning to See, 1999).

Moments are naive and in UTC. A segment is ``(start, stop, quantity)``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar

from .slots import EPSILON, Interval, Slot, distribute, length, round_down

Key = TypeVar("Key", bound=Hashable)
Lot = tuple[Key, float, float]  # whose it is, minutes, quantity


def sequence(turns: Mapping[Key, int]) -> list[Key]:
    """Return the levelled sequence of ``turns`` (product: how many lots); equals keep the order of the mapping.

    >>> "".join(sequence({"A": 4, "B": 2, "C": 2}))
    'ABCAABCA'
    >>> "".join(sequence({"A": 1, "B": 1})), "".join(sequence({"A": 3, "B": 1})), sequence({})
    ('AB', 'AABA', [])
    >>> "".join(sequence({"A": 5, "B": 3, "C": 2}))
    'ABCAABACBA'

    A rare product comes in the middle:

    >>> "".join(sequence({"A": 6, "B": 1}))
    'AAABAAA'
    """
    total = sum(turns.values())
    taken = dict.fromkeys(turns, 0)
    found: list[Key] = []
    for number in range(1, total + 1):
        # all D_Ki share the sum of (goal - X)^2, so that the one furthest behind its goal has the smallest
        behind = {key: Fraction(number * turns[key], total) - taken[key] for key in turns if taken[key] < turns[key]}
        chosen = max(behind, key=behind.__getitem__)
        taken[chosen] += 1
        found.append(chosen)
    return found


def distance(turns: Mapping[Key, int], taken: Mapping[Key, int], chosen: Key) -> float:
    """Return D_Ki when ``chosen`` takes the next turn after ``taken``: the formula as it is printed.

    >>> turns, none = {"A": 2, "B": 1, "C": 1}, {"A": 0, "B": 0, "C": 0}
    >>> [round(distance(turns, none, key), 3) for key in turns]
    [0.612, 0.935, 0.935]
    """
    total, number = sum(turns.values()), sum(taken.values()) + 1
    gaps = (number * turns[key] / total - taken[key] - (key == chosen) for key in turns)
    return sum(gap * gap for gap in gaps) ** 0.5


def cut_lots(quantity: float, minutes: float, pitch: float, rounding: float = 1.0) -> list[tuple[float, float]]:
    """Return ``(minutes, quantity)`` of the lots of one order; both add up to exactly what the order is.

    :param minutes: how long the whole quantity takes
    :param pitch: how long a lot may take, in minutes; a piece that takes longer is a lot of its own
    :param rounding: pieces stay whole where this is 1

    800 pieces at 2.4 minutes, a pitch of an hour; 100 at 7 minutes:

    >>> lots = cut_lots(800, 1920, 60)
    >>> len(lots), set(lots)
    (32, {(60.0, 25.0)})
    >>> lots = cut_lots(100, 700, 60)
    >>> len(lots), lots[0], lots[-1], sum(lot[1] for lot in lots)
    (13, (56.0, 8.0), (28.0, 4.0), 100.0)
    >>> cut_lots(2, 200, 60), cut_lots(0.5, 30, 60, 0.01)
    ([(100.0, 1.0), (100.0, 1.0)], [(30.0, 0.5)])
    """
    if quantity <= EPSILON:
        return []
    size = max(rounding, round_down(quantity * pitch / minutes, rounding)) if minutes > EPSILON else quantity
    lots, left = [], float(quantity)
    while left > EPSILON:
        lot = min(left, float(size))
        lots.append((round(minutes * lot / quantity, 6), lot))
        left = round(left - lot, 6)
    return lots


def interleave(lots: Mapping[Key, Sequence[Lot]]) -> list[Lot]:
    """Return the lots of each product, in their own order, in the levelled sequence of the products.

    >>> interleave({"A": [("a1", 60, 25), ("a2", 60, 25)], "B": [("b1", 60, 20)]})
    [('a1', 60, 25), ('b1', 60, 20), ('a2', 60, 25)]
    """
    waiting = {key: iter(its_lots) for key, its_lots in lots.items()}
    return [next(waiting[key]) for key in sequence({key: len(its_lots) for key, its_lots in lots.items()})]


def subtract(times: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """Return the parts of ``times`` that no interval of ``taken`` covers.

    >>> subtract([(8, 12), (13, 17)], [(9, 10), (11, 14), (16, 20)])
    [(8, 9), (10, 11), (14, 16)]
    """
    free, taken = [], sorted(taken)
    for start, stop in times:
        at = start
        for first, last in taken:
            if last <= at or first >= stop:
                continue
            if first > at:
                free.append((at, first))
            at = max(at, last)
        if at < stop:
            free.append((at, stop))
    return free


def lay(lots: Sequence[Lot], free: Sequence[Interval], rounding: Mapping[Key, float]) -> dict[Key, list[Slot]] | None:
    """Return ``{key: [(start, stop, quantity)]}``: the lots one behind the other in the ``free`` time.

    A lot that a break interrupts has a segment on either side; none overlap, all are in whole seconds.

    :return: None where there is too little time

    >>> from datetime import datetime
    >>> day = datetime(2026, 3, 2)
    >>> free = [(day.replace(hour=8), day.replace(hour=9, minute=30)), (day.replace(hour=10), day.replace(hour=12))]
    >>> found = lay([("A", 60, 20), ("B", 60, 30), ("A", 60, 20)], free, {"A": 1, "B": 1})
    >>> for key in found:
    ...     print(key, *(f"{start:%H:%M}-{stop:%H:%M} {quantity:g}" for start, stop, quantity in found[key]))
    A 08:00-09:00 20 10:30-11:30 20
    B 09:00-09:30 15 10:00-10:30 15
    >>> lay([("A", 300, 20)], free, {"A": 1}) is None
    True
    """
    needed, edge, edges = 0.0, 0, []
    for _key, minutes, _quantity in lots:
        needed += minutes * 60
        edges.append((edge, max(edge + 1, round(needed))))
        edge = edges[-1][1]
    if edge > length(free):
        return None
    found: dict[Key, list[Slot]] = {key: [] for key, _minutes, _quantity in lots}
    for (key, _minutes, quantity), (start, stop) in zip(lots, edges, strict=True):
        found[key] += distribute(take(free, start, stop), quantity, rounding=rounding[key])
    return found


def take(free: Sequence[Interval], start: int, stop: int) -> list[Interval]:
    """Return the time from the ``start``-th to the ``stop``-th second of the ``free`` time.

    >>> from datetime import datetime
    >>> day = datetime(2026, 3, 2)
    >>> free = [(day.replace(hour=8), day.replace(hour=9)), (day.replace(hour=13), day.replace(hour=17))]
    >>> [(first.strftime("%H:%M"), last.strftime("%H:%M")) for first, last in take(free, 1800, 5400)]
    [('08:30', '09:00'), ('13:00', '13:30')]
    """
    found, passed = [], 0
    for first, last in free:
        seconds = int((last - first).total_seconds())
        begin, end = max(start - passed, 0), min(stop - passed, seconds)
        if begin < end:
            found.append((first + timedelta(seconds=begin), first + timedelta(seconds=end)))
        passed += seconds
        if passed >= stop:
            break
    return found
