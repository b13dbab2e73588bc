"""The pull balance: how much may be on its way, how much is, and what is missing.

For a product at a place (the *supermarket*) two numbers decide everything, all in the product's unit of measure::

    authorised = what downstream has really asked for
                 mode 'stock':  card_count x container_qty
                 mode 'demand': open downstream demand + safety stock
    position   = usable on hand + held excess + open supply
    room       = authorised - position

``room > 0`` calls for supply, ``room < 0`` is surplus that unstarted supply gives back. Because the position counts
open supply, a second scan can never order twice; because it counts stock, a lost scan heals itself.

Source: the card balance of a kanban loop (Monden, Toyota Production System, 1983: cards in circulation are constant),
written as the inventory position of a base-stock policy (Zipkin, Foundations of Inventory Management, 2000, ch. 3).
"""

from __future__ import annotations

import math
from typing import NamedTuple

#: Quantities closer than this to a whole number of containers are that number: sums of floats carry noise.
EPSILON = 1e-6


class Balance(NamedTuple):
    """The figures of one loop at one moment, in the product's unit of measure.

    >>> b = Balance(authorised=1000, on_hand=500, held=0, on_order=0)
    >>> b.position, b.room
    (500, 500)
    >>> Balance(authorised=1000, on_hand=500, held=0, on_order=500).room
    0
    """

    authorised: float
    on_hand: float
    held: float
    on_order: float
    unreleased: float = 0  # part of on_order: orders that are not released to the floor
    jobs: int = 0  # released manufacturing orders

    @property
    def position(self) -> float:
        """Usable on hand + held excess + open supply."""
        return self.on_hand + self.held + self.on_order

    @property
    def room(self) -> float:
        """Authorised minus position: positive calls for supply, negative is surplus."""
        return self.authorised - self.position

    @property
    def committed(self) -> float:
        """Position without the orders that wait to be released: what is there or is being made."""
        return self.position - self.unreleased


def authorised_quantity(
    mode: str,
    card_count: int = 0,
    container_qty: float = 0.0,
    demand: float = 0.0,
    safety: float = 0.0,
) -> float:
    """Return how much may be in the loop: on hand, held and on order together.

    >>> authorised_quantity("stock", card_count=10, container_qty=100)
    1000
    >>> authorised_quantity("demand", demand=800, safety=50)
    850
    """
    if mode == "demand":
        return max(demand, 0.0) + safety
    return card_count * container_qty


def signal_quantity(room: float, container_qty: float, mode: str = "stock", minimum: float = 0.0) -> float:
    """Return how much to order for ``room``, never more than that.

    In mode ``stock`` whole containers, in mode ``demand`` exactly the room: what was ordered is made, to the piece.
    Nothing below ``minimum`` (a smallest batch worth a set-up): the room gathers until it is reached.

    >>> signal_quantity(500, 100)
    500
    >>> signal_quantity(180, 100), signal_quantity(99, 100), signal_quantity(-20, 100)
    (100, 0, 0)
    >>> signal_quantity(0.3, 0.1)  # float noise does not lose a container
    0.3
    >>> signal_quantity(130, 100, mode="demand")
    130
    >>> signal_quantity(300, 100, minimum=400), signal_quantity(400, 100, minimum=400)
    (0, 400)
    """
    if room <= EPSILON:
        return 0
    quantity = room if mode == "demand" or container_qty <= 0 else _whole_containers(room, container_qty)
    return quantity if quantity + EPSILON >= minimum else 0


def surplus_quantity(room: float, container_qty: float, mode: str = "stock") -> float:
    """Return how much open supply has to give back so that the position fits again.

    Whole containers in mode ``stock``, so that what remains on order is whole containers too.

    >>> surplus_quantity(-500, 100), surplus_quantity(-20, 100), surplus_quantity(80, 100)
    (500, 100, 0)
    >>> surplus_quantity(-20, 100, mode="demand")
    20
    """
    if room >= -EPSILON:
        return 0
    surplus = -room
    if mode == "demand" or container_qty <= 0:
        return surplus
    containers = math.ceil(surplus / container_qty - EPSILON)
    return round(containers * container_qty, 10)


def _whole_containers(quantity: float, container_qty: float) -> float:
    """Return ``quantity`` rounded down to whole containers.

    >>> _whole_containers(250, 100)
    200
    """
    return round(math.floor(quantity / container_qty + EPSILON) * container_qty, 10)
