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
    owner: int = 0  # the company
    is_shared: bool = False  # with other companies


class Demand(NamedTuple):
    """So much of a product is missing in a place; the `rank` tells who is served first."""

    key: object
    product: int
    place: int
    quantity: float
    rank: object = 0
    is_open_to_substitutes: bool = False
    owner: int = 0
    is_plan: bool = False  # about to be bought; otherwise a document waits for it
    planned: float = 0  # so much of what a document waits for is about to be bought: see `net`

    @property
    def wanted(self) -> float:
        """How much of the product itself is wanted for this."""
        return self.quantity - self.planned


class Match(NamedTuple):
    """So much of a surplus for a demand; `covered` is in the unit of what is demanded."""

    key: object
    product: int
    place: int
    quantity: float
    covered: float


def net(demands: list[Demand], missing: dict[tuple[int, int], float]) -> list[Demand]:
    """Leave out what is there or comes already, and what is counted twice; the most urgent first.

    What is there and comes serves the most urgent documents. What is about to be bought for the others is wanted
    once: in place of buying it. They themselves may still be given a substitute.

    :param missing: ``{(product, place): what open documents need beyond what is there and confirmed to come}``

    >>> soon, late = Demand("soon", 1, 20, 30, 1), Demand("late", 1, 20, 40, 9)
    >>> [(one.key, one.wanted) for one in net([late, soon], {(1, 20): 50})]
    [('soon', 10.0), ('late', 40.0)]
    >>> [(one.key, one.wanted) for one in net([late, soon], {})]
    []
    >>> quoted = Demand("quoted", 1, 20, 60, 5, is_plan=True)
    >>> [(one.key, one.wanted) for one in net([late, soon, quoted], {(1, 20): 70})]
    [('soon', 0.0), ('quoted', 60), ('late', 10.0)]
    """
    planned, waiting = defaultdict(float), defaultdict(float)
    for demand in demands:
        (planned if demand.is_plan else waiting)[demand.product, demand.place] += demand.quantity
    served = {key: max(quantity - missing.get(key, 0), 0) for key, quantity in waiting.items()}
    found = []
    for demand in sorted(demands, key=lambda demand: demand.rank):
        if demand.is_plan:
            found.append(demand)
            continue
        key = demand.product, demand.place
        rest = demand.quantity - min(served[key], demand.quantity)
        served[key] -= demand.quantity - rest
        bought = min(planned[key], rest)
        planned[key] -= bought
        if rest > EPSILON:
            found.append(demand._replace(quantity=rest, planned=bought))
    return found


def match(
    surplus: list[Surplus], demands: list[Demand], substitutes: dict[int, list[tuple[int, float]]]
) -> list[Match]:
    """Offer each surplus once: to the own company first, then to others, at last as a substitute; urgent first.

    A product isn't offered where it lies: there it would be taken anyway. A substitute is.

    :param demands: the most urgent first, as of `net`
    :param substitutes: ``{product: [(substitute, how much of it replaces one)]}``, the best first

    >>> steel = [Surplus(1, 10, 50)]
    >>> found = match(steel, [Demand("soon", 1, 20, 30), Demand("late", 1, 20, 40)], {})
    >>> [(one.key, one.place, one.quantity) for one in found]
    [('soon', 10, 30), ('late', 10, 20)]
    >>> match(steel, [Demand("here", 1, 10, 5)], {})
    []
    >>> match(steel, [Demand("order", 2, 10, 5, 0, True)], {2: [(1, 2.0)]})  # two of 1 replace one of 2
    [Match(key='order', product=1, place=10, quantity=10.0, covered=5.0)]
    >>> theirs = [Surplus(1, 10, 50, owner=7), Surplus(1, 11, 50, owner=8, is_shared=True)]
    >>> [(one.place, one.quantity) for one in match(theirs, [Demand("own", 1, 20, 60, owner=9)], {})]
    [(11, 50)]
    """
    rest = defaultdict(dict)
    for item in surplus:
        if item.quantity > EPSILON:
            place = item.place, item.owner, item.is_shared
            rest[item.product][place] = rest[item.product].get(place, 0) + item.quantity
    found, wanted = [], [demand.wanted for demand in demands]
    for is_own in (True, False):
        for number, demand in enumerate(demands):
            places = _get_places(rest.get(demand.product), demand, is_own)
            wanted[number] = _take(rest, places, demand, demand.product, 1, wanted[number], found)
    bought = defaultdict(float)
    for number, demand in enumerate(demands):
        if demand.is_plan:
            bought[demand.product, demand.place] += demand.wanted - wanted[number]
    for number, demand in enumerate(demands):
        if demand.is_open_to_substitutes:
            covered = min(bought[demand.product, demand.place], demand.planned)
            bought[demand.product, demand.place] -= covered
            missing = wanted[number] + demand.planned - covered
            for product, ratio in substitutes.get(demand.product, ()):
                places = _get_places(rest.get(product), demand, True)
                missing = _take(rest, places, demand, product, ratio, missing, found)
    return found


def _get_places(places, demand, is_own) -> list:
    """Return the places from which a demand can be served, the fullest first."""
    fit = [
        place
        for place in places or ()
        if (place[1] == demand.owner if is_own else place[1] != demand.owner and place[2])
    ]
    return sorted(fit, key=places.get, reverse=True) if len(fit) > 1 else fit


def _take(rest, places, demand, product, ratio, wanted, found) -> float:
    """Serve ``wanted`` out of these places; returns what is still wanted."""
    for place in places:
        if wanted <= EPSILON:
            break
        if product == demand.product and place[0] == demand.place:
            continue
        quantity = min(rest[product][place], wanted * ratio)
        if quantity > EPSILON:
            rest[product][place] -= quantity
            wanted -= quantity / ratio
            found.append(Match(demand.key, product, place[0], quantity, quantity / ratio))
    return wanted
