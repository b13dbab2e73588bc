"""Finite forward planning in one pass: each operation at the first time at which its work centre is free.

Source: list scheduling (Graham, 1966): jobs in a fixed order of preference, each placed as early as what it waits for
and what was placed before it allow. The order is priority, then earliest due date (Jackson, 1955), then the queue.
A job lends its place in the order to the jobs that it waits for.

A booking reaches from its first to its last minute, over breaks and nights, as Odoo's do; a work centre has one
booking at a time. Moments are naive and in UTC.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

Interval = tuple[datetime, datetime]
SECOND = timedelta(seconds=1)


class Why(NamedTuple):
    """Why an operation starts when it does.

    Kinds: ``now`` (nothing to wait for), ``wanted`` (its order is wanted from then on), ``before`` (an operation of the
    same order), ``order`` (another order), ``receipt`` (a purchase or transfer), ``busy`` (the work centre makes
    something else), ``closed`` (no working time), ``never`` (no time was found).
    """

    kind: str
    cause: Hashable = None
    until: datetime | None = None


class Wait(NamedTuple):
    """Something outside of the plan that ends at a known moment."""

    until: datetime
    kind: str
    cause: Hashable = None


@dataclass(frozen=True)
class Operation:
    """Work that one of several resources can do: ``options`` are ``(resource, minutes)``."""

    key: Hashable
    options: Sequence[tuple[Hashable, float]]
    after: Sequence[Hashable] = ()
    waits: Sequence[Wait] = ()


@dataclass(frozen=True)
class Job:
    """An order: its operations (each behind those that it is after), and the jobs that must be finished before.

    ``until`` is when that part of it ends which is not planned here: work that has begun, or is frozen.
    """

    key: Hashable
    rank: tuple
    operations: Sequence[Operation]
    after: Sequence[Hashable] = ()
    waits: Sequence[Wait] = ()
    until: datetime | None = None


class Placement(NamedTuple):
    resource: Hashable
    start: datetime | None
    stop: datetime | None
    why: Why


class Clock:
    """The working time of a resource. It is asked for more when it ends too early.

    >>> day = datetime(2026, 3, 2)
    >>> clock = Clock([(day.replace(hour=8), day.replace(hour=12)), (day.replace(hour=13), day.replace(hour=17))])
    >>> clock.opens(day.replace(hour=12)).hour
    13
    >>> [moment.hour for moment in clock.span(day.replace(hour=10), 4 * 3600)]
    [10, 15]
    >>> clock.span(day.replace(hour=10), 8 * 3600) is None
    True
    """

    def __init__(self, intervals: Iterable[Interval] = (), more: Callable[[], list[Interval] | None] | None = None):
        self.starts: list[datetime] = []
        self.stops: list[datetime] = []
        self.worked: list[float] = [0.0]  # seconds until the start of each interval
        self.more = more
        self.add(intervals)

    def add(self, intervals: Iterable[Interval]) -> None:
        for start, stop in intervals:
            if start < stop:
                self.starts.append(start)
                self.stops.append(stop)
                self.worked.append(self.worked[-1] + (stop - start).total_seconds())

    def grow(self) -> bool:
        """Ask for more working time. Return False where there is none."""
        times = self.more() if self.more else None
        if times is None:
            return False
        self.add(times)
        return True

    def at(self, moment: datetime) -> float:
        """Return the seconds worked until ``moment``."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0.0
        return self.worked[index] + (min(moment, self.stops[index]) - self.starts[index]).total_seconds()

    def opens(self, moment: datetime) -> datetime | None:
        """Return the first moment of working time from ``moment`` on."""
        index = bisect_right(self.stops, moment)
        return max(moment, self.starts[index]) if index < len(self.stops) else None

    def span(self, moment: datetime, seconds: float) -> Interval | None:
        """Return the first and the last moment of ``seconds`` of work from ``moment`` on."""
        start = self.opens(moment)
        if start is None:
            return None
        end = self.at(start) + seconds
        index = bisect_left(self.worked, end - 1e-6) - 1
        if index >= len(self.starts):
            return None
        return start, self.starts[index] + timedelta(seconds=round(end - self.worked[index]))


@dataclass
class Resource:
    """A work centre: its working time, and what is booked on it as ``(start, stop, whose)``.

    >>> day = datetime(2026, 3, 2)
    >>> clock = Clock([(day.replace(hour=8), day.replace(hour=12)), (day.replace(hour=13), day.replace(hour=17))])
    >>> press = Resource(clock, [(day.replace(hour=9), day.replace(hour=10), "A")])
    >>> [moment.hour for moment in press.find(day, 60)], [moment.hour for moment in press.find(day, 180)]
    ([8, 9], [10, 14])
    >>> press.book(day.replace(hour=8), day.replace(hour=9), "B")
    >>> press.blocker(day, day.replace(hour=10))
    ('A', datetime.datetime(2026, 3, 2, 10, 0))
    """

    clock: Clock
    booked: list[tuple] = field(default_factory=list)
    gaps: list[Interval] = field(init=False)

    def __post_init__(self):
        self.gaps = []
        at = datetime.min
        self.booked = sorted(self.booked, key=lambda booking: booking[:2])
        for start, stop, *_whose in self.booked:
            if start > at:
                self.gaps.append((at, start))
            at = max(at, stop)
        self.gaps.append((at, datetime.max))
        self.ends = sorted(((stop, number) for number, (_start, stop, *_) in enumerate(self.booked)))

    def find(self, earliest: datetime, minutes: float) -> Interval | None:
        """Return the first span from ``earliest`` on that holds ``minutes`` of work and crosses no booking."""
        seconds = max(1, round(minutes * 60))
        index = max(0, bisect_right(self.gaps, (earliest, datetime.max)) - 1)
        while index < len(self.gaps):
            first, last = self.gaps[index]
            found = self.clock.span(max(first, earliest), seconds)
            if found is None:
                if last != datetime.max and self.clock.stops and self.clock.stops[-1] >= last:
                    index += 1
                elif not self.clock.grow():
                    return None
                continue
            if found[1] <= last:
                return found
            index += 1
        return None

    def book(self, start: datetime, stop: datetime, whose: Hashable) -> None:
        """Take the span; gaps without working time are forgotten."""
        index = bisect_right(self.gaps, (start, datetime.max)) - 1
        first, last = self.gaps[index]
        parts = [(first, start), (stop, last)]
        self.gaps[index : index + 1] = [
            (begin, end)
            for begin, end in parts
            if end == datetime.max or begin < end and self.clock.at(end) > self.clock.at(begin)
        ]
        self.booked.append((start, stop, whose))
        insort(self.ends, (stop, len(self.booked) - 1))

    def blocker(self, earliest: datetime, start: datetime) -> tuple[Hashable, datetime] | None:
        """Return whose booking ended last between ``earliest`` and ``start``, and when."""
        index = bisect_right(self.ends, (start, len(self.booked))) - 1
        if index < 0 or self.ends[index][0] <= earliest:
            return None
        stop, number = self.ends[index]
        return self.booked[number][2], stop


def order_jobs(jobs: Iterable[Job]) -> list[Job]:
    """Return the jobs by rank, each behind those that it waits for, which come as early as itself.

    >>> [job.key for job in order_jobs([Job("A", (2,), ()), Job("B", (1,), (), after=["C"]), Job("C", (3,), ())])]
    ['C', 'B', 'A']
    """
    by_key = {job.key: job for job in jobs}
    ranks = lend_ranks(by_key)
    missing = {key: {other for other in job.after if other in by_key and other != key} for key, job in by_key.items()}
    needed_by = defaultdict(list)
    for key, others in missing.items():
        for other in others:
            needed_by[other].append(key)
    places = {key: (ranks[key], number) for number, key in enumerate(by_key)}
    heap = [(*places[key], key) for key in by_key if not missing[key]]
    heapq.heapify(heap)
    found: dict[Hashable, Job] = {}
    while len(found) < len(by_key):
        if heap:
            key = heapq.heappop(heap)[2]
        else:  # a circle: it is broken where the rank is lowest
            key = min((key for key in by_key if key not in found), key=lambda key: places[key])
        found.setdefault(key, by_key[key])
        for other in needed_by.pop(key, ()):
            missing[other].discard(key)
            if not missing[other] and other not in found:
                heapq.heappush(heap, (*places[other], other))
    return list(found.values())


def lend_ranks(jobs: dict[Hashable, Job]) -> dict[Hashable, tuple]:
    """Return the rank of each job: its own, or that of a job that waits for it and comes earlier."""
    ranks = {key: job.rank for key, job in jobs.items()}
    stack = sorted(jobs, key=lambda key: ranks[key], reverse=True)
    while stack:
        key = stack.pop()
        for before in jobs[key].after:
            if before in ranks and ranks[key] < ranks[before]:
                ranks[before] = ranks[key]
                stack.append(before)
    return ranks


def order_operations(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations, each behind those that it is after, else in their own order.

    >>> [op.key for op in order_operations([Operation("weld", (), ["cut"]), Operation("cut", ())])]
    ['cut', 'weld']
    """
    jobs = [Job(op.key, (number,), (op,), after=op.after) for number, op in enumerate(operations)]
    return [job.operations[0] for job in order_jobs(jobs)]


class Planner:
    """Places jobs on resources; see `plan`."""

    def __init__(self, resources: dict[Hashable, Resource], now: datetime):
        self.resources = resources
        self.now = now
        self.placed: dict[Hashable, Placement] = {}
        self.finished: dict[Hashable, datetime | None] = {}

    def plan(self, jobs: Iterable[Job]) -> dict[Hashable, Placement]:
        for job in order_jobs(jobs):
            waits = list(job.waits)
            waits += [Wait(self.finished[other], "order", other) for other in job.after if self.finished.get(other)]
            for operation in order_operations(job.operations):
                self.place(operation, waits)
            stops = [self.placed[op.key].stop for op in job.operations] + [job.until]
            self.finished[job.key] = max(filter(None, stops), default=None)
        return self.placed

    def place(self, operation: Operation, waits: Sequence[Wait]) -> None:
        """Place one operation on that of its resources which finishes it first."""
        wait = self.find_wait(operation, waits)
        best = None
        for resource, minutes in operation.options:
            found = self.resources[resource].find(wait.until, minutes)
            if found and (best is None or found[1] < best[1][1]):
                best = resource, found
        if best is None:
            self.placed[operation.key] = Placement(None, None, None, Why("never"))
            return
        resource, (start, stop) = best
        why = self.explain(self.resources[resource], wait, start)
        self.resources[resource].book(start, stop, operation.key)
        self.placed[operation.key] = Placement(resource, start, stop, why)

    def find_wait(self, operation: Operation, waits: Sequence[Wait]) -> Wait:
        """Return what the operation waits for longest."""
        longest = Wait(self.now, "now")
        before = [Wait(self.placed[key].stop, "before", key) for key in operation.after if self._is_placed(key)]
        for wait in (*waits, *operation.waits, *before):
            if wait.until > longest.until:
                longest = wait
        return longest

    def _is_placed(self, key: Hashable) -> bool:
        return key in self.placed and self.placed[key].stop is not None

    @staticmethod
    def explain(resource: Resource, wait: Wait, start: datetime) -> Why:
        opens = resource.clock.opens(wait.until)
        blocker = resource.blocker(wait.until, start) if opens != start else None
        if blocker:
            return Why("busy", *blocker)
        if wait.kind == "now" and start > wait.until:
            return Why("closed", None, start)
        return Why(wait.kind, wait.cause, None if wait.kind == "now" else wait.until)


def plan(jobs: Iterable[Job], resources: dict[Hashable, Resource], now: datetime) -> dict[Hashable, Placement]:
    """Return where and when each operation is to be done, and why then.

    >>> day = datetime(2026, 3, 2)
    >>> shift = [(day.replace(hour=8), day.replace(hour=12)), (day.replace(hour=13), day.replace(hour=17))]
    >>> shop = {"press": Resource(Clock(shift)), "weld": Resource(Clock(shift))}
    >>> parts = Job("parts", (1,), [Operation("stamp", [("press", 120)])])
    >>> frame = Job("frame", (0,), [Operation("join", [("weld", 180)])], after=["parts"])
    >>> other = Job("other", (2,), [Operation("bend", [("press", 60)])])
    >>> for key, placed in plan([frame, parts, other], shop, day.replace(hour=8)).items():
    ...     print(key, placed.start.hour, placed.stop.hour, placed.why.kind, placed.why.cause)
    stamp 8 10 now None
    join 10 14 order parts
    bend 10 11 busy stamp
    """
    return Planner(resources, now).plan(jobs)
