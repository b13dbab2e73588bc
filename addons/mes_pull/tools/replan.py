"""Which supply gives back what, when downstream asks for less.

For a product in a warehouse, all in the product's unit of measure::

    surplus = usable + held + open supply - open demand - what is kept on purpose

What an order is linked to (make to order) it keeps, unless another order linked to the same demand brings it as well.
So a surplus is taken back from orders whose own demand has gone, and never below what was counted on them.

Source: netting of material requirements (Orlicky, Material Requirements Planning, 1975, ch. 4) without re-planning:
only the surplus is taken back, the last order first, so that what is about to start is not disturbed.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from .balance import EPSILON


@dataclass
class Supply:
    """One open order (or purchase): what it still brings, what it is linked to, and what is made already.

    >>> Supply("MO1", 800, asks={"delivery": 600}).key
    'MO1'
    """

    key: Hashable
    quantity: float
    counted: float = 0
    asks: Mapping[Hashable, float] = field(default_factory=dict)


def linked_need(order: Supply, quantity: float, supplied: Mapping[Hashable, float]) -> float:
    """Return how much of ``order`` its own demand needs that no other order brings.

    :param quantity: what the order brings now
    :param supplied: what all orders together bring for each demand, this one included

    >>> linked_need(Supply("a", 100, asks={"d": 120}), 100, {"d": 150})  # another one brings 50
    70
    """
    return sum(max(0, asked - (supplied[demand] - quantity)) for demand, asked in order.asks.items())


def choose_cuts(orders: list[Supply], surplus: float) -> dict:
    """Return ``{key: what it should bring instead}`` for the orders that give back ``surplus``, first in list first.

    :param orders: open supply, in the order in which it gives back
    :param surplus: how much is too much in all; what cannot be given back (it is linked, or counted) stays

    >>> choose_cuts([Supply("MO", 800, asks={"delivery": 600})], 200)
    {'MO': 600}
    >>> choose_cuts([Supply("MO", 800)], 800)  # the order was cancelled
    {'MO': 0}
    >>> choose_cuts([Supply("MO", 800, counted=300)], 800)  # what was counted stays
    {'MO': 300}
    >>> choose_cuts([Supply("MO", 800, asks={"delivery": 600})], 50)  # others wait for 150 of it
    {'MO': 750}
    >>> choose_cuts([Supply("new", 100), Supply("old", 700, asks={"delivery": 600})], 200)
    {'new': 0, 'old': 600}
    >>> choose_cuts([Supply("MO", 800, asks={"delivery": 800})], 200)  # linked: stock beside it is not its business
    {}
    """
    supplied: dict[Hashable, float] = {}
    for order in orders:
        for demand in order.asks:
            supplied[demand] = supplied.get(demand, 0) + order.quantity
    cuts = {}
    for order in orders:
        if surplus <= EPSILON:
            break
        floor = max(order.counted, linked_need(order, order.quantity, supplied))
        cut = min(surplus, order.quantity - floor)
        if cut > EPSILON:
            cuts[order.key] = round(order.quantity - cut, 10)
            surplus -= cut
            for demand in order.asks:
                supplied[demand] -= cut
    return cuts


def is_small(before: float, after: float, percent: float = 0.0, pieces: float = 0.0) -> bool:
    """Return whether a change is so small that a person decides: below either of the two tolerances (0 is none).

    >>> is_small(800, 795, percent=1), is_small(800, 792, percent=1), is_small(800, 795)
    (True, False, False)
    >>> is_small(800, 795, pieces=10)
    True
    """
    change = abs(before - after)
    below_percent = before > EPSILON and change * 100 / before < percent - EPSILON
    return below_percent or change < pieces - EPSILON


def share_out(demands: list[tuple[Hashable, float]], supplies: list[tuple[Hashable, float]]) -> dict:
    """Return ``{demand: [(supply, quantity)]}``: who gets what of a common pool, first come first served.

    >>> share_out([("S1", 30), ("S2", 50)], [(None, 10), ("MO1", 40), ("MO2", 100)])
    {'S1': [(None, 10), ('MO1', 20)], 'S2': [('MO1', 20), ('MO2', 30)]}
    """
    pool = [[supply, quantity] for supply, quantity in supplies]
    shares: dict = {}
    for demand, wanted in demands:
        for entry in pool:
            part = min(wanted, entry[1])
            if part > EPSILON:
                entry[1] -= part
                wanted -= part
                shares.setdefault(demand, []).append((entry[0], part))
    return shares
