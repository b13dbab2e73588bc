"""The figures of one product, all in its unit of measure, as the inventory board shows them::

    usable     = on hand - registered - held - reserved          what can be promised to somebody new
    free       = on hand - registered - held                     what all open demand together can take
    excess     = free - demand of the far horizon - safety       at least 0
    idle       = the excess that will still be used              by later dated demand, or by a year's average use
    obsolete   = excess - idle                                   nothing takes it

    on hand     what Odoo counts in the place
    registered  picked for open manufacturing orders: used already, booked out when the order is finished
    held        on hand, but not to be used: frozen, in quarantine, held excess
    reserved    promised to open demand; so it lessens what is usable, and not what is free
    demand      open issues dated until the horizon, overdue ones too, less what is registered for them
    cover       days until the last free piece is used up: by dated demand, in the order of the dates; what no dated
                demand takes, by the average issue of the last days (`ISSUE_DAYS`), from the last dated demand on

Sources: days of supply by dated requirements (APICS Dictionary); excess and obsolete split (E&O reserve practice).
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

# The average issue is that of the last so many days; what a year takes is not obsolete.
ISSUE_DAYS = 90
USE_DAYS = 365
# Quantities nearer than this are equal; the statement rounds to the database's own precision before.
EPSILON = 1e-6


def above(first: float, second: float) -> float:
    """How much ``first`` is above ``second``: never below 0, and 0 when only the noise of floats is between them.

    >>> above(800, 600), above(0.1 + 0.2, 0.3), above(1, 2)
    (200, 0.0, 0.0)
    """
    difference = first - second
    return difference if difference > EPSILON else 0.0


class Parts(NamedTuple):
    """What is counted; `Figures` adds what follows from it."""

    on_hand: float = 0.0
    registered: float = 0.0
    held: float = 0.0
    reserved: float = 0.0
    demand: tuple[float, ...] = (0.0, 0.0)  # until each horizon, the last is the far one
    demand_all: float = 0.0  # all open demand, whatever its date
    incoming: tuple[float, ...] = (0.0, 0.0)  # until each horizon
    incoming_all: float = 0.0
    quoted: float = 0.0  # on purchase orders that aren't confirmed
    safety: float = 0.0
    issued: float = 0.0  # of the last ISSUE_DAYS
    value: float = 0.0  # of the own stock on hand, at current cost, in the currency of the user's company
    used_up_days: float | None = None  # days until dated demand has taken the last free piece; None: it doesn't
    to_safety_days: float | None = None  # the same until only the safety stock is left
    last_demand_days: float = 0.0  # days until the last dated demand
    days: tuple[int, ...] = (3, 30)


class Figures(Parts):
    """The figures of one product in one or several warehouses. They never change, so each is computed once.

    The resistor: 800 on hand, the next 3 days need 600, 200 are to stay.

    >>> resistor = Figures(on_hand=800, demand=(600, 600), safety=200, used_up_days=None, last_demand_days=2.5)
    >>> resistor.excess, resistor.status, resistor.bar
    (0.0, 'ok', {'near': 600, 'safety': 200.0, 'far': 0.0, 'idle': 0.0, 'obsolete': 0.0})

    500 on hand, of which production has taken 300.

    >>> stamped = Figures(on_hand=500, registered=300)
    >>> stamped.usable
    200.0
    """

    @property
    def usable(self) -> float:
        """On hand - registered - held - reserved; below zero more was promised than is there."""
        return self.on_hand - self.registered - self.held - self.reserved

    @cached_property
    def free(self) -> float:
        """On hand - registered - held: what all open demand together can take."""
        return self.on_hand - self.registered - self.held

    @property
    def near(self) -> float:
        """Demand of the near horizon."""
        return self.demand[0]

    @property
    def far(self) -> float:
        """Demand of the far horizon, that of the near one included."""
        return self.demand[-1]

    @property
    def daily_issue(self) -> float:
        """Average issue a day, of the last days."""
        return self.issued / ISSUE_DAYS

    @cached_property
    def cover_days(self) -> float | None:
        """Days until the last free piece is used up; None when nothing uses it.

        >>> Figures(on_hand=10, used_up_days=2.5).cover_days
        2.5
        >>> Figures(on_hand=10, demand_all=4, last_demand_days=5, issued=90).cover_days  # 6 left, one a day
        11.0
        >>> Figures(on_hand=10).cover_days is None, Figures(on_hand=0).cover_days
        (True, 0.0)
        """
        return self._get_days_of(self.free, self.used_up_days)

    @property
    def surplus_days(self) -> float | None:
        """Days until only the safety stock is left, which is to stay; None when nothing uses the rest.

        A limit for cover is for this: safety stock that nobody takes is no surplus.

        >>> Figures(on_hand=800, safety=200, to_safety_days=2.5).surplus_days, Figures(on_hand=2, safety=2).surplus_days
        (2.5, 0.0)
        """
        return self._get_days_of(self.free - self.safety, self.to_safety_days)

    def _get_days_of(self, quantity: float, dated: float | None) -> float | None:
        """Days that ``quantity`` lasts: by dated demand, which takes it after ``dated`` days or leaves some."""
        if not above(quantity, 0):
            return 0.0
        if dated is not None:
            return dated
        if not above(self.issued, 0):
            return None
        return self.last_demand_days + (quantity - self.demand_all) / self.daily_issue

    @cached_property
    def excess(self) -> float:
        """What neither the demand of the far horizon nor the safety stock needs.

        >>> Figures(on_hand=1500, demand=(0, 900), safety=100).excess
        500.0
        >>> Figures(on_hand=1500, held=1000, demand=(0, 900)).excess
        0.0
        """
        return above(self.free, self.far + self.safety)

    @cached_property
    def idle(self) -> float:
        """The part of the excess that later dated demand, or a year's average use, will still take.

        >>> Figures(on_hand=500, demand=(0, 100), demand_all=250).idle
        150
        >>> Figures(on_hand=500, issued=90).idle  # one a day, for the rest of the year
        335.0
        """
        later = above(self.demand_all, self.far)
        return min(self.excess, max(later, self.daily_issue * max(0, USE_DAYS - self.days[-1])))

    @property
    def obsolete(self) -> float:
        """The part of the excess that nothing takes.

        >>> Figures(on_hand=500).obsolete, Figures(on_hand=500, held=200, safety=100).obsolete
        (500.0, 200.0)
        """
        return above(self.excess, self.idle)

    @property
    def excess_value(self) -> float:
        """Value of the excess, at the average value of what is on hand.

        >>> Figures(on_hand=500, demand=(0, 400), value=1000).excess_value
        200.0
        """
        return self.value * self.excess / self.on_hand if self.excess else 0.0

    @cached_property
    def status(self) -> str:
        """How it stands, the worst first.

        short  stock and what comes in don't meet the demand of the near horizon
        low    they do, but what is left is below the safety stock
        dead   there is excess, and no demand at all: neither dated nor in the last days
        over   there is excess
        none   nothing on hand, nothing needed
        ok     all the rest

        >>> Figures(on_hand=10, demand=(11, 11)).status, Figures(on_hand=10, demand=(10, 10), safety=1).status
        ('short', 'low')
        >>> Figures(on_hand=10).status, Figures(on_hand=10, issued=1).status, Figures().status
        ('dead', 'over', 'none')
        >>> Figures(on_hand=10, demand=(11, 11), incoming=(1, 1)).status
        'ok'
        """
        rest = self.free + self.incoming[0] - self.near
        if above(0, rest):
            return "short"
        if above(self.safety, rest):
            return "low"
        if self.excess:
            return "over" if above(self.demand_all + self.issued, 0) else "dead"
        needed = self.on_hand or self.held or self.demand_all or self.safety
        return "ok" if needed else "none"

    @property
    def bar(self) -> dict[str, float]:
        """What the free pieces are for, in this order: near demand, safety stock, far demand, and what is above."""
        free = above(self.free, 0)
        near = min(free, self.near)
        safety = min(above(free, near), self.safety)
        far = min(above(free, near + safety), above(self.far, self.near))
        return {"near": near, "safety": safety, "far": far, "idle": self.idle, "obsolete": self.obsolete}
