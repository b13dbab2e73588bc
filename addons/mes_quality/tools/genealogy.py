"""Where recalled goods are now: a ledger of stock moves in the order in which they happened.

Each done move line carries a quantity of an item (a lot, or an untracked product) from one place to another. The
ledger keeps, for every item at every place, its quantity and its *content*: how much of the recalled goods it stands
for, in their own unit. A line carries content with it:

* a lot is one mixture: content leaves in proportion to the quantity
* untracked stock is a queue: what came first leaves first
* production, unbuild and repair are pools: what is consumed goes in, what is made takes it out, in proportion to its
  weight (its quantity), or exactly where it is recorded which part went into which unit

Nothing is made or lost on the way, so that the contents at the end add up to what was recalled: the mass balance.
That holds for cycles (rework, unbuild, returns), too, because the lines are taken one after another. Lines of one
second are taken as goods can flow: what is not there yet waits for what brings it, and what is made for its parts.

This file knows no database; `mes.quality.genealogy` gathers the lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

EPSILON = 1e-9
OUTSIDE = ("supplier", "customer", "inventory", "production")
SOURCES = ("supplier", "inventory", "production")  # need nothing to be brought there first


class Place(NamedTuple):
    """Where goods lie: a location, and with whom where it is outside.

    :param usage: Odoo's usage of the location, or ``scrap``: the place where scrap orders put things
    """

    usage: str
    location_id: int
    partner_id: int = 0


class Line(NamedTuple):
    """One done move line.

    :param item: the lot or untracked product, any key
    :param quantity: in the product's unit
    :param pool: production, unbuild or repair that the line belongs to
    :param into: the item into which a consumed part was built, where that was recorded
    :param weight: of what is made: its share of what was consumed; its quantity if not given
    :param tick: lines with the same tick happened in the same second; None: after the line before it
    """

    id: int
    item: Hashable
    quantity: float
    source: Place
    target: Place
    pool: Hashable = None
    into: Hashable = None
    weight: float | None = None
    is_queue: bool = False
    tick: Hashable = None


@dataclass(slots=True)
class Mixture:
    """A lot at a place: each part of it has its share of the content."""

    quantity: float = 0.0
    content: float = 0.0

    @property
    def concerned(self) -> float:
        return self.quantity

    def is_empty(self) -> bool:
        return not (self.quantity or self.content)

    def put(self, quantity: float, content: float) -> None:
        self.quantity += quantity
        self.content += content

    def add(self, content: float) -> None:
        """Add content to what is there."""
        self.content += content

    def take(self, quantity: float) -> tuple[float, float]:
        """Take up to ``quantity``; return (quantity, content) that was there.

        >>> mixture = Mixture()
        >>> mixture.put(4, 4)
        >>> mixture.put(6, 0)
        >>> mixture.take(5.0)
        (5.0, 2.0)
        >>> mixture.take(9.0)
        (5.0, 2.0)
        """
        if quantity <= EPSILON:
            return 0.0, 0.0
        if self.quantity - quantity <= EPSILON:
            taken = self.quantity, self.content
            self.quantity = self.content = 0.0
            return taken
        share = self.content * quantity / self.quantity
        self.quantity -= quantity
        self.content -= share
        return quantity, share


@dataclass(slots=True)
class Queue:
    """An untracked product at a place: layers of [quantity, content], the oldest first."""

    layers: list[list[float]] = field(default_factory=list)

    @property
    def quantity(self) -> float:
        return sum(quantity for quantity, _content in self.layers)

    @property
    def content(self) -> float:
        return sum(content for _quantity, content in self.layers)

    @property
    def concerned(self) -> float:
        return sum(quantity for quantity, content in self.layers if content > EPSILON)

    def is_empty(self) -> bool:
        return not self.layers

    def put(self, quantity: float, content: float) -> None:
        self.layers.append([quantity, content])

    def add(self, content: float) -> None:
        """Add content to what came first."""
        self.layers[0][1] += content

    def take(self, quantity: float) -> tuple[float, float]:
        """Take up to ``quantity``; return (quantity, content) that was there.

        >>> queue = Queue()
        >>> queue.put(4, 4)
        >>> queue.put(6, 0)
        >>> queue.take(5)
        (5.0, 4.0)
        >>> queue.take(9)
        (5.0, 0.0)
        """
        taken = content = 0.0
        while self.layers and quantity - taken > EPSILON:
            layer = self.layers[0]
            part = min(layer[0], quantity - taken)
            if layer[0] - part <= EPSILON:
                self.layers.pop(0)
                taken, content = taken + layer[0], content + layer[1]
                continue
            share = layer[1] * part / layer[0]
            layer[0] -= part
            layer[1] -= share
            taken, content = taken + part, content + share
        return taken, content


@dataclass(slots=True)
class Pool:
    """What a production, unbuild or repair has consumed and not given out yet."""

    free: float = 0.0
    built: dict[Hashable, float] = field(default_factory=lambda: defaultdict(float))
    outputs: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    repaired: Line | None = None
    is_touched: bool = False

    @property
    def content(self) -> float:
        return self.free + sum(self.built.values())


class Ledger:
    """Follow recalled goods through done move lines.

    :param lines: in the order in which they happened
    :param recalled: ``{line id: content}`` of the lines with which the recalled goods came in
    :param repairs: ``{pool: (item, place)}`` of repairs: what is repaired, and where it lies meanwhile
    :param reversing: pools that take apart (unbuild): content goes to the items from which it came

    Supplier's lot L: 10 received, 6 built into 3 units of F, 1 of them shipped, 2 of L scrapped:

    >>> vendor, stock = Place("supplier", 1), Place("internal", 2)
    >>> made, gone, scrap = Place("production", 3), Place("customer", 4, 7), Place("scrap", 5)
    >>> ledger = Ledger(
    ...     [
    ...         Line(1, "L", 10, vendor, stock),
    ...         Line(2, "L", 6, stock, made, pool="MO"),
    ...         Line(3, "F", 3, made, stock, pool="MO"),
    ...         Line(4, "F", 1, stock, gone),
    ...         Line(5, "L", 2, stock, scrap),
    ...     ],
    ...     {1: 10},
    ... )
    >>> for item, place, quantity, content in ledger.get_rows():
    ...     print(item, place.usage, f"{quantity:g} {content:g}")
    L internal 2 2
    F internal 2 4
    F customer 1 2
    L scrap 2 2
    >>> ledger.get_missing()
    0.0
    """

    def __init__(
        self,
        lines: Iterable[Line],
        recalled: Mapping[int, float],
        repairs: Mapping[Hashable, tuple[Hashable, Place]] | None = None,
        reversing: Iterable[Hashable] = (),
    ) -> None:
        self.recalled = recalled
        self.repairs = repairs or {}
        self.reversing = set(reversing)
        self.buckets: dict[tuple[Hashable, Place], Mixture | Queue] = {}
        self.places: dict[Hashable, list[Place]] = defaultdict(list)
        self.pools: dict[Hashable, Pool] = defaultdict(Pool)
        self.density: dict[Hashable, float] = {}
        self.debts: dict[tuple[Hashable, Place], list[tuple[float, Line]]] = defaultdict(list)
        self.touched: set[Hashable] = set()
        lines = list(lines)
        for line in lines:
            if line.pool is not None and line.source.usage == "production" and not self._is_removed(line):
                self.pools[line.pool].outputs.append(line)
                self.pools[line.pool].left.append(line)
        together: list[Line] = []
        for line in lines:
            if together and (line.tick is None or line.tick != together[-1].tick):
                self._follow_together(together)
                together = []
            together.append(line)
        self._follow_together(together)

    # -- lines of one second ------------------------------------------------------------------------------------

    def _follow_together(self, lines: list[Line]) -> None:
        """Follow lines in an order in which goods can have flown; where several can, as they are given."""
        if self._is_in_order(lines):
            for line in lines:
                self._follow(line)
            return
        fills = Counter((line.item, line.target) for line in lines)
        parts = Counter(line.pool for line in lines if line.pool is not None and not self._is_outcome(line))
        while lines:
            waiting = []
            for line in lines:
                if not self._is_ready(line, fills, parts):
                    waiting.append(line)
                    continue
                self._leave(line, fills, parts)
            if len(waiting) == len(lines):  # stock that was negative, or a circle: take the first as it is
                self._leave(waiting.pop(0), fills, parts)
            lines = waiting

    def _is_in_order(self, lines: list[Line]) -> bool:
        """Return whether goods can have flown just as the lines are given: most often they can.

        No line takes what another one brings, and parts come before what is made of them.
        """
        if len(lines) == 1:
            return True
        brought = {(line.item, line.target) for line in lines}
        made = set()
        for line in lines:
            if (line.item, line.source) in brought and line.source.usage not in SOURCES:
                return False
            if line.pool is None:
                continue
            if self._is_outcome(line):
                made.add(line.pool)
            elif line.pool in made:
                return False
        return True

    def _leave(self, line: Line, fills: Counter, parts: Counter) -> None:
        fills[line.item, line.target] -= 1
        if line.pool is not None and not self._is_outcome(line):
            parts[line.pool] -= 1
        self._follow(line)

    def _is_outcome(self, line: Line) -> bool:
        """Return whether the line is what its pool gives out in the end."""
        if line.pool in self.repairs:
            return self.repairs[line.pool][0] == line.item
        return line.source.usage == "production"

    def _is_ready(self, line: Line, fills: Counter, parts: Counter) -> bool:
        if line.pool is not None and self._is_outcome(line) and parts[line.pool]:
            return False
        if line.source.usage in SOURCES or not fills[line.item, line.source]:
            return True
        bucket = self.buckets.get((line.item, line.source))
        return bucket is not None and bucket.quantity >= line.quantity - EPSILON

    # -- one line -----------------------------------------------------------------------------------------------

    def _follow(self, line: Line) -> None:
        content = self._take(line)
        if line.target.usage == "production" and line.pool is not None:
            self._consume(line, content)
            return
        if line.pool in self.repairs and self._is_outcome(line):
            pool = self.pools[line.pool]
            pool.repaired = line
            content += self._empty(pool)
        self._put(line.item, line.target, line.quantity, content, line.is_queue)

    def _take(self, line: Line) -> float:
        if line.id in self.recalled:
            return self.recalled[line.id]
        if line.source.usage == "production" and line.pool is not None:
            return self._take_part(line) if self._is_removed(line) else self._make(line)
        bucket = self.buckets.get((line.item, line.source))
        quantity, content = bucket.take(line.quantity) if bucket else (0.0, 0.0)
        missing = line.quantity - quantity
        if missing > EPSILON and line.source.usage in OUTSIDE:
            content += self._take_outside(line, missing)
        elif missing > EPSILON:
            self.debts[line.item, line.source].append((missing, line))
        return content

    def _take_outside(self, line: Line, missing: float) -> float:
        """Content that comes back from outside at another name: another partner, or scrap that was counted in."""
        content = 0.0
        usages = {"inventory": ("inventory", "scrap")}.get(line.source.usage, (line.source.usage,))
        for place in self.places[line.item]:
            if missing <= EPSILON:
                break
            if place.usage in usages and place != line.source:
                quantity, part = self.buckets[line.item, place].take(missing)
                missing, content = missing - quantity, content + part
        return content

    def _put(self, item: Hashable, place: Place, quantity: float, content: float, is_queue: bool) -> None:
        key = (item, place)
        if key not in self.buckets:
            self.buckets[key] = Queue() if is_queue else Mixture()
            self.places[item].append(place)
        if quantity > EPSILON and content > EPSILON:
            self.density[item] = content / quantity
        debts = self.debts.get(key)
        while debts and quantity > EPSILON:
            owed, line = debts.pop(0)
            part = min(owed, quantity)
            share = content * part / quantity
            if owed - part > EPSILON:
                debts.insert(0, (owed - part, line))
            quantity, content = quantity - part, content - share
            if line.target.usage == "production" and line.pool is not None:
                self._consume(line, share)
            else:
                self._add_content(item, line.target, share)
        if quantity > EPSILON or content > EPSILON:
            self.buckets[key].put(max(quantity, 0.0), content)

    def _add_content(self, item: Hashable, place: Place, content: float) -> None:
        """Add content to an item whose quantity was booked before: there, or where the item is now."""
        if content <= EPSILON:
            return
        places = [place, *self.places[item]]
        buckets = (self.buckets.get((item, one)) for one in places)
        found = next((bucket for bucket in buckets if bucket and not bucket.is_empty()), None)
        if found is None:
            self._put(item, place, 0.0, content, False)
        else:
            found.add(content)

    # -- pools --------------------------------------------------------------------------------------------------

    def _consume(self, line: Line, content: float) -> None:
        pool = self.pools[line.pool]
        if line.pool in self.repairs:
            if pool.repaired is None:
                pool.free += content
            else:
                self._add_content(pool.repaired.item, pool.repaired.target, content)
            return
        pool.is_touched |= content > EPSILON
        left = pool.left if line.into is None else [one for one in pool.left if one.item == line.into]
        made = pool.outputs if line.into is None else [one for one in pool.outputs if one.item == line.into]
        if made and not left:  # a part that was booked late
            self._add_late(made, content)
        elif line.into is not None:
            pool.built[line.into] += content
        else:
            pool.free += content

    def _add_late(self, made: list[Line], content: float) -> None:
        """Add content to what was made already."""
        weights = [self._weigh(line) for line in made]
        if sum(weights) <= EPSILON:
            weights = [line.quantity for line in made]
        for line, weight in zip(made, weights, strict=True):
            if content > EPSILON:
                self.touched.add(line.item)
            self._add_content(line.item, line.target, content * weight / sum(weights))

    def _make(self, line: Line) -> float:
        """Content of what is made: its share of what the pool still has."""
        pool = self.pools[line.pool]
        if pool.is_touched:
            self.touched.add(line.item)
        if len(pool.left) == 1:  # also what was meant for another unit that was never made
            pool.left.remove(line)
            return self._empty(pool)
        same = sum(other.quantity for other in pool.left if other.item == line.item)
        content = 0.0
        if pool.built.get(line.item):
            content += self._portion(pool.built[line.item], line.quantity, same)
            pool.built[line.item] -= content
        weights = [self._weigh(other) for other in pool.left]
        share = self._portion(pool.free, self._weigh(line), sum(weights))
        pool.free -= share
        pool.left.remove(line)
        return content + share

    @staticmethod
    def _portion(content: float, weight: float, total: float) -> float:
        return content if weight >= total - EPSILON else content * weight / total

    def _weigh(self, line: Line) -> float:
        if line.pool in self.reversing and any(self.density.get(one.item) for one in self.pools[line.pool].outputs):
            return line.quantity * self.density.get(line.item, 0.0)
        return line.quantity if line.weight is None else line.weight

    def _is_removed(self, line: Line) -> bool:
        return line.pool in self.repairs and self.repairs[line.pool][0] != line.item

    def _take_part(self, line: Line) -> float:
        """Content of a part that a repair takes out of what is repaired."""
        bucket = self.buckets.get(self.repairs[line.pool])
        if bucket is None or bucket.is_empty():
            return 0.0
        content = min(bucket.content, line.quantity * self.density.get(line.item, 0.0))
        bucket.add(-content)
        return content

    @staticmethod
    def _empty(pool: Pool) -> float:
        content = pool.content
        pool.free = 0.0
        pool.built.clear()
        return content

    # -- answers ------------------------------------------------------------------------------------------------

    def get_rows(self) -> list[tuple[Hashable, Place, float, float]]:
        """Return (item, place, quantity, content) of what lies where at the end, as far as it is concerned.

        Concerned is what has content, and what was made beside it without a share of the content (a by-product that
        bears no cost, say). Of untracked stock only the layers with content are.
        """
        return [
            (item, place, bucket.concerned, bucket.content)
            for (item, place), bucket in self.buckets.items()
            if bucket.content > EPSILON or (bucket.quantity > EPSILON and item in self.touched)
        ]

    def get_work(self) -> dict[Hashable, float]:
        """Return the content of each pool that has consumed and not made anything of it yet."""
        return {key: pool.content for key, pool in self.pools.items() if pool.content > EPSILON}

    def get_missing(self) -> float:
        """Return how much of what was recalled is accounted for nowhere: 0 unless lines are missing."""
        found = sum(content for bucket in self.buckets.values() if (content := bucket.content) > EPSILON)
        missing = sum(self.recalled.values()) - found - sum(self.get_work().values())
        return 0.0 if abs(missing) < 1e-6 else missing
