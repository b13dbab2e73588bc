"""How what is to be cleared spreads over routes. Knows no Odoo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Claim(NamedTuple):
    """What an open case still claims, in the product's unit."""

    case: int
    quantity: float
    cost: float  # of one unit
    route: str | None  # of what stands on none of its own routes
    routes: tuple[tuple[str, float], ...] = ()  # planned or begun, with what is open on each


class Share(NamedTuple):
    cases: list[int]
    value: float


def spread(claims: Iterable[Claim]) -> dict[str | None, Share]:
    """Return which cases take which route, and what is still to be cleared by it; None: no route yet.

    A case with several routes stands on each of them with its part, so that the values add up to what all cases claim.

    >>> spread([Claim(1, 10, 2, "scrap"), Claim(2, 8, 1, None, (("scrap", 3), ("donate", 4)))])
    {'scrap': Share(cases=[1, 2], value=23), 'donate': Share(cases=[2], value=4), None: Share(cases=[2], value=1)}

    Routes that plan more than is left take it in their order.

    >>> spread([Claim(1, 5, 2, None, (("scrap", 4), ("donate", 4)))])
    {'scrap': Share(cases=[1], value=8), 'donate': Share(cases=[1], value=2)}
    >>> spread([Claim(1, 0, 2, "scrap")])
    {'scrap': Share(cases=[1], value=0)}
    """
    found: dict[str | None, Share] = {}
    for claim in claims:
        for route, quantity in _split(claim):
            share = found.get(route, Share([], 0))
            new = [] if claim.case in share.cases[-1:] else [claim.case]
            found[route] = Share([*share.cases, *new], share.value + quantity * claim.cost)
    return found


def _split(claim: Claim) -> list[tuple[str | None, float]]:
    """Return what a case claims by route."""
    rest, parts = claim.quantity, []
    for route, quantity in claim.routes:
        taken = min(max(quantity, 0), rest)
        parts.append((route, taken))
        rest -= taken
    if rest > 1e-9 or not parts:
        parts.append((None if parts else claim.route, rest))
    return [part for part in parts if part[1] > 1e-9] or parts[:1]
