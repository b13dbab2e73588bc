"""Prices that never fall below a floor, however they are rounded. Knows no Odoo."""

from __future__ import annotations

from math import ceil
from math import floor as whole

SLACK = 1e-6  # of what floats lose


def is_below(price: float, floor: float) -> bool:
    """Return whether a price is below the floor, floats' noise aside.

    >>> is_below(9.99, 10), is_below(10 - 1e-9, 10)
    (True, False)
    """
    return price < floor - SLACK


def lift(price: float, net: float, floor: float, digits: int) -> float:
    """Return the price that brings at least the floor net of taxes, rounded up.

    :param net: what this price brings without the taxes that it contains

    >>> lift(120, 100, 90, 2)  # enough
    120
    >>> lift(60, 50, 90, 2)  # with 20 % taxes in it
    108.0
    >>> lift(0, 0, 1.3812, 2)
    1.39
    """
    if not is_below(net, floor):
        return price
    wanted = price * floor / net if net > 0 else floor
    return ceil(wanted * 10**digits - SLACK) / 10**digits


def cap_discount(net: float, discount: float, floor: float, digits: int) -> float:
    """Return the highest discount in percent, up to the given one, that leaves at least the floor; rounded down.

    :param net: the price before the discount, without taxes

    >>> cap_discount(100, 30, 60, 2)
    30
    >>> cap_discount(1000, 66.67, 333.33, 2)  # 333.30 would be left
    66.66
    >>> cap_discount(50, 10, 60, 2)
    0.0
    """
    if not is_below(net * (1 - discount / 100), floor):
        return discount
    most = (1 - floor / net) * 100 if net > 0 else 0.0
    return max(whole(most * 10**digits + SLACK) / 10**digits, 0.0)
