"""Limits on work in progress: how full they are, what still fits, and who waits for whom.

Source: CONWIP, constant work in process (Spearman, Woodruff and Hopp, 1990): an order is released to the floor only
when its pieces and its job fit under every cap that it touches, first in first out within its priority.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .balance import EPSILON


@dataclass
class Gauge:
    """One limit and how much of it is taken; pieces in the products' units of measure.

    A cap of None (pieces) or 0 (jobs) is no cap.

    >>> press = Gauge(cap_jobs=8, cap_quantity=500, jobs=7, quantity=480)
    >>> press.fits(20), press.fits(21)
    (True, False)
    >>> press.lacking(50)
    30
    >>> press.ratio
    96.0
    """

    cap_jobs: int = 0
    cap_quantity: float | None = None
    jobs: int = 0
    quantity: float = 0.0
    blocks: bool = True
    warn_ratio: float = 80.0

    def fits(self, quantity: float, jobs: int = 1) -> bool:
        """Return whether one more job of ``quantity`` pieces stays within the caps."""
        if self.cap_jobs and self.jobs + jobs > self.cap_jobs:
            return False
        return self.cap_quantity is None or self.quantity + quantity <= self.cap_quantity + EPSILON

    def fits_when_empty(self, quantity: float) -> bool:
        """Return whether a job of ``quantity`` pieces would fit if nothing else were there.

        >>> Gauge(cap_quantity=500, quantity=100).fits_when_empty(600)
        False
        """
        return self.cap_quantity is None or quantity <= self.cap_quantity + EPSILON

    def lacking(self, quantity: float) -> float:
        """Return how many pieces have to go before a job of ``quantity`` pieces fits."""
        return 0 if self.cap_quantity is None else max(0, self.quantity + quantity - self.cap_quantity)

    def take(self, quantity: float, jobs: int = 1) -> None:
        """Count one more job of ``quantity`` pieces."""
        self.jobs += jobs
        self.quantity += quantity

    @property
    def is_over(self) -> bool:
        """Whether more is there than the caps allow."""
        return not self.fits(0, jobs=0)

    def without_pieces(self) -> Gauge:
        """Return this gauge with its cap in jobs alone.

        >>> Gauge(cap_jobs=10, cap_quantity=100, jobs=1, quantity=100).without_pieces().level
        'ok'
        """
        return replace(self, cap_quantity=None)

    @property
    def is_calm(self) -> bool:
        """Whether nobody needs to be told: there is no cap, or room below the warn zone."""
        return self.level in ("none", "ok")

    @property
    def ratio(self) -> float:
        """How full the tighter of the two caps is, in percent; 0 without caps.

        >>> Gauge(cap_quantity=0, quantity=5).ratio, Gauge(jobs=3).ratio
        (100.0, 0.0)
        """
        ratios = [0.0]
        if self.cap_jobs:
            ratios.append(100.0 * self.jobs / self.cap_jobs)
        if self.cap_quantity is not None:
            if self.cap_quantity > EPSILON:
                ratios.append(100.0 * self.quantity / self.cap_quantity)
            elif self.quantity > EPSILON:
                ratios.append(100.0)
        return max(ratios)

    @property
    def level(self) -> str:
        """How full it is, in words: ``none`` (no cap), ``ok``, ``warn``, ``full`` or ``over``.

        >>> [Gauge(cap_jobs=10, jobs=n).level for n in (7, 8, 10, 11)]
        ['ok', 'warn', 'full', 'over']
        >>> Gauge().level
        'none'
        """
        if not self.cap_jobs and self.cap_quantity is None:
            return "none"
        if self.is_over:
            return "over"
        if self.ratio >= 100 - EPSILON:
            return "full"
        return "warn" if self.ratio >= self.warn_ratio - EPSILON else "ok"


def choose_releases(
    queue: Iterable[tuple[object, Mapping[object, float]]],
    gauges: Mapping[object, Gauge],
    exempt: Mapping[object, set] | None = None,
) -> list:
    """Return which orders of ``queue`` may start now, in its order, and count them on the ``gauges``.

    :param queue: ``(order, {gauge key: pieces})``, first in line first
    :param gauges: the limits by key; they are changed
    :param exempt: ``{order: keys}`` of limits for which an order does not stand in line
    :return: the orders that fit

    Nobody overtakes on a limit: once an order waits for one, those behind it wait for that limit, too. An order
    that is larger than the cap itself would wait for ever; it holds up nobody.

    >>> press, saw = Gauge(cap_quantity=100), Gauge(cap_quantity=100)
    >>> queue = [("a", {"press": 80}), ("b", {"press": 30}), ("c", {"press": 10}), ("d", {"saw": 50})]
    >>> choose_releases(queue, {"press": press, "saw": saw})
    ['a', 'd']
    >>> choose_releases([("huge", {"press": 600}), ("small", {"press": 10})], {"press": Gauge(cap_quantity=100)})
    ['small']
    """
    awaited, chosen = set(), []
    for order, asks in queue:
        blocking = {key for key, quantity in asks.items() if gauges[key].blocks and not gauges[key].fits(quantity)}
        in_line = asks.keys() - (exempt or {}).get(order, set())
        if not blocking and not awaited & in_line:
            for key, quantity in asks.items():
                gauges[key].take(quantity)
            chosen.append(order)
        elif all(gauges[key].fits_when_empty(asks[key]) for key in blocking):
            awaited |= blocking
    return chosen
