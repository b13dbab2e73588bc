"""How the rows of the inventory board are sorted."""

from __future__ import annotations

import math

from .figures import Figures

# What needs somebody first comes first.
STATUSES = ("short", "low", "dead", "over", "ok", "none")
ORDERS = ("status", "cover", "value", "excess", "name")


def sort_key(figures: Figures, order: str) -> tuple:
    """The key by which a row is sorted; rows with the same key stay in the order of their names.

    >>> short, rich, empty = Figures(demand=(1, 1)), Figures(on_hand=1, value=9), Figures()
    >>> [sorted((empty, rich, short), key=lambda row: sort_key(row, order))[0] is first
    ...  for order, first in (("status", short), ("value", rich), ("excess", rich))]
    [True, True, True]

    What nothing uses up has the longest cover; what isn't there and isn't needed comes last.

    >>> sort_key(rich, "cover") > sort_key(short, "cover"), sort_key(empty, "cover") > sort_key(rich, "cover")
    (True, True)
    """
    status = figures.status
    if order == "value":
        return (-figures.value,)
    if order == "excess":
        return (-figures.excess_value, -figures.excess)
    cover = figures.cover_days
    cover = math.inf if cover is None else cover
    if order == "cover":
        return (status == "none", cover)
    # among those that are short or low the shortest cover, among those with excess the most money
    return (STATUSES.index(status), -figures.excess_value if status in ("dead", "over") else cover)
