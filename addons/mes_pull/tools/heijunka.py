"""Levelled sequence of several products on one line.

Source: goal chasing (Monden, Toyota Production System, 1983): the next to be made is always the product whose choice
leaves the whole nearest to even use. With ``Q`` units in all and ``n_i`` of product ``i``, at step ``k`` the product is
chosen with which

    D_k = sum over i of (k * n_i / Q - x_i)^2

is least, where ``x_i`` counts what of product ``i`` was made, with it. Here each product is its own part, which is
goal chasing of the final sequence (Miltenburg, 1989). A unit is one pitch: as much as is made in so many minutes.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping


def level(counts: Mapping[Hashable, int]) -> list[Hashable]:
    """Return the levelled sequence of ``counts`` units of each product.

    >>> "".join(level({"A": 4, "B": 2, "C": 1}))
    'ABACABA'
    >>> "".join(level({"A": 3, "B": 3}))
    'ABABAB'
    >>> level({"A": 2, "B": 0})
    ['A', 'A']
    """
    total = sum(counts.values())
    made = dict.fromkeys(counts, 0)
    sequence = []
    for step in range(1, total + 1):
        # choosing i changes the sum by 1 - 2 * (step * n_i / Q - x_i): the one that lags most is best
        open_products = [key for key in counts if made[key] < counts[key]]
        chosen = max(open_products, key=lambda key: step * counts[key] - made[key] * total)
        made[chosen] += 1
        sequence.append(chosen)
    return sequence


def deviation(sequence: list[Hashable], counts: Mapping[Hashable, int]) -> float:
    """Return the sum of ``D_k`` over the sequence: how uneven it is.

    >>> round(deviation(list("AABB"), {"A": 2, "B": 2}), 2), round(deviation(list("ABAB"), {"A": 2, "B": 2}), 2)
    (3.0, 1.0)
    """
    total = len(sequence)
    made = dict.fromkeys(counts, 0)
    found = 0.0
    for step, chosen in enumerate(sequence, 1):
        made[chosen] += 1
        found += sum((step * count / total - made[key]) ** 2 for key, count in counts.items())
    return found


def pitches(minutes: float, pitch: float) -> int:
    """Return how many pitches work of so many minutes takes; the last may be shorter.

    >>> pitches(120, 60), pitches(121, 60), pitches(5, 60), pitches(0, 60)
    (2, 3, 1, 0)
    """
    return max(0, math.ceil(round(minutes / pitch, 9)))


def interleave(minutes: Mapping[Hashable, float], pitch: float) -> list[tuple[Hashable, float]]:
    """Return ``(key, minutes)`` one after the other, levelled by pitch; the minutes of each key add up exactly.

    >>> interleave({"A": 150, "B": 60}, 60)
    [('A', 60), ('A', 60), ('B', 60), ('A', 30)]
    """
    left = dict(minutes)
    parts = []
    for key in level({key: pitches(needed, pitch) for key, needed in minutes.items()}):
        part = min(pitch, left[key])
        left[key] -= part
        parts.append((key, part))
    return parts
