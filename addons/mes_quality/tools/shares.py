"""How quantities are shared out: among what an order makes, and to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from .genealogy import Line, Place  # noqa: F401 - the examples need places


def share_out(lines: list[Line], shares: Mapping[int, float]) -> list[Line]:
    """Give the lines of productions with by-products their weights by cost share; the main product has the rest.

    :param shares: ``{line id: percentage of the cost}`` of the by-products' lines (all lines of one by-product alike)

    >>> vendor, stock, made = Place("supplier", 1), Place("internal", 2), Place("production", 3)
    >>> main, sawdust = Line(1, "table", 4, made, stock, "MO"), Line(2, "dust", 10, made, stock, "MO")
    >>> [line.weight for line in share_out([main, sawdust], {2: 20})]
    [0.8, 0.2]
    """
    if not shares:
        return lines
    totals: dict[tuple, float] = defaultdict(float)
    taken: dict[Hashable, dict[Hashable, float]] = defaultdict(dict)
    for line in lines:
        if line.id in shares:
            taken[line.pool][line.item] = shares[line.id] / 100

    def key(line: Line) -> tuple:
        return (line.pool, line.item if line.id in shares else None)

    made = [line for line in lines if line.pool in taken and line.source.usage == "production"]
    for line in made:
        totals[key(line)] += line.quantity
    weighed = {}
    for line in made:
        share = shares[line.id] / 100 if line.id in shares else 1 - sum(taken[line.pool].values())
        weighed[line.id] = line._replace(weight=share * line.quantity / totals[key(line)])
    return [weighed.get(line.id, line) for line in lines]


def round_shares(contents: Sequence[float], total: float, digits: int = 6) -> list[float]:
    """Round contents so that they still add up to ``total``: what rounding loses goes to the greatest one.

    >>> round_shares([1 / 3, 1 / 3, 1 / 3], 1, digits=2)
    [0.34, 0.33, 0.33]
    >>> round_shares([], 0)
    []
    """
    unit = 10**digits
    found = [round(content * unit) for content in contents]
    if found:
        greatest = max(range(len(found)), key=found.__getitem__)
        found[greatest] += round(total * unit) - sum(found)
    return [number / unit for number in found]
