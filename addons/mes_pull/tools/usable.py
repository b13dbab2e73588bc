"""What of a product can be used at this moment, all in the product's unit of measure::

    usable = on hand - registered - held - reserved

    on hand     what Odoo counts in the place
    registered  picked for open manufacturing orders: used by the line already, booked out when the order is finished
    held        on hand, but not to be used: excess that is held, stock that is frozen
    reserved    promised to somebody: all other reservations

Source: the available quantity of a stock ledger with open issues, as "available to promise now" without receipts
(APICS Dictionary: on hand less allocations), with the issues that are registered but not booked shown apart.
"""

from __future__ import annotations

from typing import NamedTuple


class Usable(NamedTuple):
    """The four parts of one product at one place; held stock counts in neither ``registered`` nor ``reserved``.

    >>> stamped = Usable(on_hand=500, registered=300)
    >>> stamped.usable
    200.0
    >>> Usable(on_hand=500, registered=300, held=100, reserved=60).usable
    40
    """

    on_hand: float = 0.0
    registered: float = 0.0
    held: float = 0.0
    reserved: float = 0.0

    @property
    def usable(self) -> float:
        """On hand - registered - held - reserved; below zero more was promised or used than is there."""
        return self.on_hand - self.registered - self.held - self.reserved

    def divided(self, quantity: float) -> Usable:
        """The parts in units of ``quantity`` pieces, as a component of a kit is counted.

        >>> Usable(on_hand=9, reserved=2).divided(2)
        Usable(on_hand=4.5, registered=0.0, held=0.0, reserved=1.0)
        """
        return Usable(*(part / quantity for part in self))


def uncovered(taken: float, demand: float, is_counted: bool) -> float:
    """What of a registered consumption a forecast misses that deducts ``demand`` where ``is_counted``.

    The forecast deducts an order's demand at the order's date. What was taken beyond the demand, or before that
    date, has left the stock all the same.

    >>> uncovered(taken=300, demand=300, is_counted=True)
    0
    >>> uncovered(taken=320, demand=300, is_counted=True)
    20
    >>> uncovered(taken=300, demand=300, is_counted=False)
    300
    """
    return max(0, taken - demand) if is_counted else taken
