"""May this much be bought? The decision for what one purchase order asks for of one product. Plain arithmetic.

All quantities are in the product's unit::

    position = free stock + incoming until the horizon + other quotations + this order
    need     = demand of the horizon + safety stock
    excess   = position - need, as far as this order is the cause of it; what moves wait for is never excess
    cover    = horizon x (position - safety stock) / demand of the horizon

    free stock        on hand - registered - held: frozen stock is not there, so its replacement is needed
    incoming          of confirmed orders, without this one
    other quotations  what all buyers have asked for and nobody confirmed
    horizon           days from today; never shorter than the vendor takes to deliver

There is excess exactly when the cover is above the horizon, or when there is no demand at all.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from .figures import EPSILON, above

# What can be decided, the mildest first.
FREE, WARN, STOP = "free", "warn", "stop"


class Offer(NamedTuple):
    """What the vendor sells: at least ``minimum``, in multiples of ``multiple``, cheaper from each of ``breaks`` on.

    Zero: he sells any quantity.
    """

    minimum: float = 0.0
    multiple: float = 0.0
    breaks: tuple[float, ...] = ()

    def explain(self, missing: float, quantity: float) -> str | None:
        """Say why ``quantity`` had to be ordered where only ``missing`` was needed: a key, or None.

        >>> offer = Offer(minimum=500, multiple=24, breaks=(1000, 2000))
        >>> offer.explain(100, 500), offer.explain(100, 504), offer.explain(100, 505)
        ('minimum', 'multiple', 'break')
        >>> offer.explain(601, 624), offer.explain(601, 1000), offer.explain(601, 1001), offer.explain(601, 2000)
        ('multiple', 'break', None, None)

        What is not needed at all has no reason.

        >>> offer.explain(0, 500) is None, Offer().explain(1, 2) is None
        (True, True)
        """
        if not above(missing, 0):
            return None
        least = max(missing, self.minimum)
        rounded = math.ceil(least / self.multiple - EPSILON) * self.multiple if self.multiple else least
        step = next((number for number in sorted(self.breaks) if above(number, missing)), 0)
        for reason, limit in (("minimum", least), ("multiple", rounded), ("break", step)):
            if above(limit, missing) and not above(quantity, limit):
                return reason
        return None


class Purchase(NamedTuple):
    """What one order asks for of one product, and what it is judged by."""

    quantity: float
    free: float = 0.0
    incoming: float = 0.0
    quoted: float = 0.0
    demand: float = 0.0
    safety: float = 0.0
    days: int = 30
    bound: float = 0.0  # what moves wait for: made to order
    offer: Offer = Offer()
    policy: str = WARN
    product: int = 0  # what is judged: of a kit, one of its parts

    @property
    def others(self) -> float:
        """The position without this order."""
        return self.free + self.incoming + self.quoted

    @property
    def position(self) -> float:
        """What there is and comes, this order included."""
        return self.others + self.quantity

    @property
    def need(self) -> float:
        """What the horizon takes, and what is to stay."""
        return self.demand + self.safety

    @property
    def missing(self) -> float:
        """What may be ordered: need less all that there is and comes already, but at least what moves wait for.

        >>> Purchase(0, free=300, quoted=100, demand=1000, safety=50).missing, Purchase(0, free=9).missing
        (650.0, 0.0)
        >>> Purchase(0, free=9, bound=4).missing
        4
        """
        return max(above(self.need, self.others), self.bound)

    @property
    def excess(self) -> float:
        """What this order brings beyond the need.

        >>> Purchase(1500, demand=1000).excess, Purchase(1000, demand=1000).excess
        (500.0, 0.0)
        >>> Purchase(100, free=5000, demand=1000).excess  # not the 4,000 that lie there already
        100.0
        >>> Purchase(100, free=5000, bound=60).excess
        40
        """
        return above(self.quantity, self.missing)

    @property
    def cover(self) -> float | None:
        """Days for which the position lasts at the pace of the horizon's demand; None: nothing needs it.

        >>> Purchase(1500, demand=1000).cover, Purchase(1000, demand=1000).cover, Purchase(1).cover is None
        (45.0, 30.0, True)
        >>> Purchase(1500, demand=1000, safety=500).cover
        30.0
        """
        if not above(self.demand, 0):
            return None if above(self.position, 0) else 0.0
        return max(0.0, self.days * (self.position - self.safety) / self.demand)

    @property
    def reason(self) -> str | None:
        """Why more than the need is ordered, as the vendor asks for it; None: no such reason.

        >>> Purchase(500, demand=100, offer=Offer(minimum=500)).reason
        'minimum'
        >>> Purchase(500, free=100, demand=100, offer=Offer(minimum=500)).reason is None
        True
        """
        return self.offer.explain(self.missing, self.quantity) if self.excess else None

    @property
    def decision(self) -> str:
        """Whether it is let through, warned of, or stopped.

        >>> [Purchase(1500, demand=1000, policy=policy).decision for policy in ("free", "warn", "stop")]
        ['free', 'warn', 'stop']
        >>> Purchase(1000, demand=1000, policy="stop").decision, Purchase(1000.01, demand=1000, policy="stop").decision
        ('free', 'stop')
        >>> Purchase(500, demand=100, policy="stop", offer=Offer(minimum=500)).decision
        'warn'
        >>> Purchase(60, free=5000, bound=60, policy="stop").decision
        'free'
        """
        if not self.excess or self.policy == FREE:
            return FREE
        return WARN if self.policy == WARN or self.reason else STOP

    @property
    def weight(self) -> tuple[int, float]:
        """What orders purchases by how bad they are, for a kit to be judged by its worst part.

        >>> parts = Purchase(9, demand=9), Purchase(5, demand=2), Purchase(5, demand=4, policy="stop")
        >>> [part.decision for part in sorted(parts, key=lambda part: part.weight)]
        ['free', 'warn', 'stop']
        """
        return (FREE, WARN, STOP).index(self.decision), self.excess


class Open(NamedTuple):
    """A purchase line of which something is still to come: in so many days, and whether the vendor has the order."""

    key: int
    quantity: float
    days: float
    firm: bool = True


def share_surplus(lines: list[Open], later: float, never: float, days: int) -> dict[int, tuple[str, float]]:
    """Say which purchases to give up: quotations first, then the last to come, as ``{key: (action, quantity)}``.

    :param later: what comes within ``days`` beyond the need of these days
    :param never: what comes at any time and is never needed, by all that is known today
    :return: ``cancel`` of the whole line, ``reduce`` or ``postpone`` by the quantity

    >>> lines = [Open(1, 100, 5), Open(2, 60, 20), Open(3, 50, 90)]
    >>> share_surplus(lines, 0, 0, 30)
    {}
    >>> share_surplus(lines, 0, 70, 30)
    {3: ('cancel', 50), 2: ('reduce', 20)}
    >>> share_surplus(lines, 80, 20, 30)
    {3: ('reduce', 20), 2: ('postpone', 60), 1: ('postpone', 20.0)}
    >>> share_surplus([Open(1, 500, 5)], 500, 500, 30)
    {1: ('cancel', 500)}
    >>> share_surplus([Open(1, 500, 5), Open(2, 60, 0, firm=False)], 60, 60, 30)
    {2: ('cancel', 60)}
    """
    found = {}
    for line in sorted(lines, key=lambda line: (line.firm, -line.days, -line.key)):
        soon = line.days <= days
        given = min(line.quantity, never)
        moved = min(line.quantity, later) if soon else 0.0
        if above(given, 0):
            found[line.key] = ("reduce" if above(line.quantity, given) else "cancel", given)
            never -= given
            later -= given if soon else 0.0
        elif above(moved, 0):
            found[line.key] = ("postpone", moved)
            later -= moved
    return found
