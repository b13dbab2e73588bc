"""Who can use what others have too much of. Knows no Odoo."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

EPSILON = 1e-6


class Surplus(NamedTuple):
    """So much of a product is free in a place, and not needed there."""

    product: int
    place: int
    quantity: float


class Demand(NamedTuple):
    """So much of a product is missing in a place; the `rank` tells who is served first."""

    key: object
    product: int
    place: int
    quantity: float
    rank: object = 0
    is_open_to_substitutes: bool = False


class Match(NamedTuple):
    """So much of a surplus for a demand; `covered` is in the unit of what is demanded."""

    key: object
    product: int
    place: int
    quantity: float
    covered: float


def match(
    surplus: list[Surplus], demands: list[Demand], substitutes: dict[int, list[tuple[int, float]]]
) -> list[Match]:
    """Offer each surplus once: to the most urgent demand first, the product itself before substitutes.

    A product isn't offered where it lies: there it would be taken anyway. A substitute is.

    :param substitutes: ``{product: [(substitute, how much of it replaces one)]}``, the best first

    >>> steel = [Surplus(1, 10, 50)]
    >>> found = match(steel, [Demand("late", 1, 20, 40, 9), Demand("soon", 1, 20, 30, 1)], {})
    >>> [(one.key, one.place, one.quantity) for one in found]
    [('soon', 10, 30), ('late', 10, 20)]
    >>> match(steel, [Demand("here", 1, 10, 5)], {})
    []
    >>> match(steel, [Demand("order", 2, 10, 5, 0, True)], {2: [(1, 2.0)]})  # two of 1 replace one of 2
    [Match(key='order', product=1, place=10, quantity=10.0, covered=5.0)]
    """
    rest = defaultdict(dict)
    for item in surplus:
        if item.quantity > EPSILON:
            rest[item.product][item.place] = rest[item.product].get(item.place, 0) + item.quantity
    found = []
    for demand in sorted(demands, key=lambda demand: demand.rank):
        wanted = _take(rest.get(demand.product), demand, demand.product, 1, demand.quantity, found)
        for product, ratio in substitutes.get(demand.product, ()) if demand.is_open_to_substitutes else ():
            if wanted <= EPSILON:
                break
            wanted = _take(rest.get(product), demand, product, ratio, wanted, found)
    return found


def _take(places, demand, product, ratio, wanted, found) -> float:
    """Serve ``wanted`` out of these places, the fullest first; returns what is still wanted."""
    if not places or wanted <= EPSILON:
        return wanted
    for place in sorted(places, key=places.get, reverse=True):
        if product == demand.product and place == demand.place:
            continue
        quantity = min(places[place], wanted * ratio)
        if quantity > EPSILON:
            places[place] -= quantity
            wanted -= quantity / ratio
            found.append(Match(demand.key, product, place, quantity, quantity / ratio))
        if wanted <= EPSILON:
            break
    return wanted
