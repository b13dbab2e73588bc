"""What a route of clearing backlog is worth, and who of several cases owns which stock. Knows no Odoo."""

from __future__ import annotations

from typing import NamedTuple


class Estimate(NamedTuple):
    """What a route would bring, in company currency; `why` tells a person how it was reckoned."""

    quantity: float
    recovered: float
    cost: float
    days: float
    why: str = ""

    @property
    def net(self) -> float:
        return self.recovered - self.cost


def worth(recovered: float, cost: float, days: float, value: float, rate: float) -> float:
    """What a route brings net of its cost, and of what holding the stock costs until then.

    worth = recovered − cost − value × rate / 100 × days / 365

    :param value: book value of the stock that waits
    :param rate: what holding stock costs a year, in percent of its value

    >>> worth(700, 50, 73, 1000, 20)
    610.0
    >>> worth(650, 0, 0, 1000, 20)  # less, but at once: better
    650.0
    """
    return recovered - cost - value * rate / 100 * days / 365


def share(claims: list[tuple[int, float, tuple | None]], stock: dict) -> dict[int, float]:
    """Share out what is there: the oldest case first, no piece twice.

    :param claims: ``[(case, quantity, keys of stock or None for any)]``, the oldest first
    :param stock: ``{key: quantity}``
    :return: ``{case: quantity that it still has}``

    >>> share([(1, 5, ("a",)), (2, 10, None)], {"a": 8, "b": 4})
    {1: 5, 2: 7}
    >>> share([(1, 10, None), (2, 5, ("a",))], {"a": 8, "b": 4})  # those who name no lot leave it to those who do
    {1: 7, 2: 5}
    >>> share([(1, 5, None)], {"a": -3})
    {1: 0}
    """
    rest = {key: max(quantity, 0) for key, quantity in stock.items()}
    shares = {}
    for named in (True, False):
        for case, quantity, keys in claims:
            if (keys is not None) == named:
                shares[case] = _take(rest, rest.keys() if keys is None else keys, quantity)
    return {case: shares[case] for case, _quantity, _keys in claims}


def _take(rest: dict, keys, quantity: float) -> float:
    """Take up to ``quantity`` out of these keys of ``rest``; returns what was found."""
    taken = 0
    for key in keys:
        part = min(rest.get(key, 0), quantity - taken)
        if part > 0:
            rest[key] -= part
            taken += part
    return taken


class Claim(NamedTuple):
    """So much of a product's stock, of some lots or of any, in one place or in any (zero), belongs to a case."""

    quantity: float
    lots: frozenset = frozenset()
    place: int = 0

    def rivals(self, other: Claim) -> bool:
        """Tell whether both can be after the same piece."""
        lots = not self.lots or not other.lots or bool(self.lots & other.lots)
        return lots and (not self.place or not other.place or self.place == other.place)


class Room:
    """What of a product's stock no case claims yet.

    >>> room = Room({("a", 1): 8, ("b", 1): 4}, [Claim(5, frozenset("a"))])
    >>> room.get_free(Claim(0, frozenset("a"))), room.get_free(Claim(0, frozenset("b"))), room.get_free(Claim(0))
    (3, 4, 7)
    >>> room.take(Claim(6))
    >>> room.get_free(Claim(0, frozenset("b"), 1)), room.get_free(Claim(0, place=2))
    (-2, -11)
    """

    def __init__(self, stock: dict[tuple, float], claims: list[Claim]) -> None:
        self.stock, self.claims = stock, list(claims)

    def get_free(self, wish: Claim) -> float:
        """How much of what fits the wish is free; zero or less: nothing."""
        parts = {key: max(quantity, 0) for key, quantity in self.stock.items()}
        fit = [
            quantity
            for (lot, place), quantity in parts.items()
            if (not wish.lots or lot in wish.lots) and (not wish.place or place == wish.place)
        ]
        rivals = sum(claim.quantity for claim in self.claims if claim.rivals(wish))
        return min(sum(fit) - rivals, sum(parts.values()) - sum(claim.quantity for claim in self.claims))

    def take(self, claim: Claim) -> None:
        """Note one more claim."""
        self.claims.append(claim)
