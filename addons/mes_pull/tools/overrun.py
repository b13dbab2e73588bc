"""How much of what was made may enter the supermarket, and what is excess."""

from __future__ import annotations

from .balance import EPSILON


def entry_limit(authorised: float, on_hand: float, ordered: float = 0.0, tolerance: float = 0.0) -> float:
    """Return how many pieces may enter usable stock.

    :param authorised: what downstream has asked for (see `balance.py`)
    :param on_hand: what is usable there already
    :param ordered: the quantity of the order that is being received
    :param tolerance: percent of the ordered quantity that may come in addition

    Source: the over-delivery tolerance of an order is a percentage of its quantity (as in SAP), on top of the
    position that the pull balance allows.

    >>> entry_limit(1000, 500)
    500
    >>> entry_limit(1000, 500, ordered=500, tolerance=5)
    525.0
    >>> entry_limit(1000, 1200)
    0
    """
    return max(0, authorised - on_hand + (ordered * tolerance / 100 if tolerance else 0))


def split_excess(quantities: list[float], excess: float) -> list[float]:
    """Return how much of each quantity is excess: the last pieces first.

    >>> split_excess([300, 400], 500)
    [100, 400]
    >>> split_excess([1, 1, 1], 2)
    [0, 1, 1]
    """
    parts = []
    left = excess
    for quantity in reversed(quantities):
        part = min(quantity, left) if left > EPSILON else 0
        parts.append(part)
        left -= part
    return parts[::-1]
