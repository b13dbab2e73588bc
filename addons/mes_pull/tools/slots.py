"""Hours of work: a booked time cut at the full hours of the shop's clock, and counts booked on these hours.

Source: hour-by-hour chart of the Toyota production system (Liker, The Toyota Way, 2004): what is due each hour follows
from the takt; the whole of an order is due by the end of its time, and each hour what makes that come true.

Moments are naive and in UTC, as Odoo stores them; the shop's clock is a `zoneinfo` time zone. A slot is
``(start, stop, quantity)``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

Interval = tuple[datetime, datetime]
Slot = tuple[datetime, datetime, float]

EPSILON = 1e-6
HOUR = 3600


@dataclass(frozen=True)
class Pace:
    """How long a quantity takes: minutes in all, of which set-up and clean-up yield nothing; None: all there is."""

    minutes: float | None = None
    setup: float = 0.0
    cleanup: float = 0.0

    def of_rest(self, share: float) -> Pace:
        """Return the pace of what is left when work has begun: no set-up any more.

        >>> Pace(130, setup=20, cleanup=10).of_rest(0.5)
        Pace(minutes=60.0, setup=0.0, cleanup=10)
        """
        if self.minutes is None:
            return Pace(None, 0.0, self.cleanup)
        run = max(0.0, self.minutes - self.setup - self.cleanup)
        return Pace(run * share + self.cleanup, 0.0, self.cleanup)


def next_hour(moment: datetime, tz: tzinfo) -> datetime:
    """Return the next full hour of the local clock after ``moment``.

    >>> from zoneinfo import ZoneInfo
    >>> next_hour(datetime(2026, 3, 2, 7, 0), ZoneInfo("Europe/Brussels"))
    datetime.datetime(2026, 3, 2, 8, 0)
    >>> next_hour(datetime(2026, 3, 2, 3, 10), ZoneInfo("Asia/Kolkata"))  # 08:40 there
    datetime.datetime(2026, 3, 2, 3, 30)
    """
    local = moment.replace(tzinfo=UTC).astimezone(tz)
    return moment + timedelta(seconds=HOUR - local.minute * 60 - local.second, microseconds=-local.microsecond)


def local_day(moment: datetime, tz: tzinfo) -> date:
    """Return the day of ``moment`` on the local clock.

    >>> from zoneinfo import ZoneInfo
    >>> local_day(datetime(2026, 3, 2, 23, 30), ZoneInfo("Asia/Shanghai"))
    datetime.date(2026, 3, 3)
    """
    return moment.replace(tzinfo=UTC).astimezone(tz).date()


def local_hour(moment: datetime, tz: tzinfo) -> str:
    """Return the full hour of the local clock in which ``moment`` lies.

    >>> local_hour(datetime(2026, 3, 2, 8, 45), UTC)
    '08:00'
    """
    return local_clock(moment, tz)[:2] + ":00"


def local_clock(moment: datetime, tz: tzinfo) -> str:
    """Return ``moment`` as the local clock shows it.

    >>> local_clock(datetime(2026, 3, 2, 8, 45), UTC)
    '08:45'
    """
    return moment.replace(tzinfo=UTC).astimezone(tz).strftime("%H:%M")


def cut_hours(intervals: Iterable[Interval], tz: tzinfo) -> list[Interval]:
    """Return the intervals cut at the full hours of the local clock.

    >>> day = datetime(2026, 3, 2)
    >>> morning = (day.replace(hour=8, minute=30), day.replace(hour=10))
    >>> [(start.strftime("%H:%M"), stop.strftime("%H:%M")) for start, stop in cut_hours([morning], UTC)]
    [('08:30', '09:00'), ('09:00', '10:00')]
    """
    hours = []
    for start, stop in intervals:
        at = start
        while at < stop:
            edge = min(stop, next_hour(at, tz))
            hours.append((at, edge))
            at = edge
    return hours


def clip(intervals: Sequence[Interval], stops: Sequence[datetime], start: datetime, stop: datetime) -> list[Interval]:
    """Return the parts of sorted ``intervals`` (``stops`` are their ends) between ``start`` and ``stop``.

    >>> clip([(1, 3), (4, 6), (7, 9)], [3, 6, 9], 2, 5)
    [(2, 3), (4, 5)]
    """
    found = []
    for index in range(bisect_right(stops, start), len(intervals)):
        first, last = intervals[index]
        if first >= stop:
            break
        found.append((max(start, first), min(stop, last)))
    return found


def take_time(
    intervals: Sequence[Interval], stops: Sequence[datetime], booked: Interval, minutes: float | None
) -> list[Interval] | None:
    """Return the working time of a booking; what takes longer goes on behind it.

    :return: None where the ``intervals`` end too early to say

    >>> day = datetime(2026, 3, 2)
    >>> times = [(day.replace(hour=8), day.replace(hour=12)), (day.replace(hour=13), day.replace(hour=17))]
    >>> stops = [stop for _start, stop in times]
    >>> booked = day.replace(hour=8), day.replace(hour=14)
    >>> [[stop.hour for _start, stop in take_time(times, stops, booked, minutes)] for minutes in (60, 420)]
    [[12, 14], [12, 17]]
    >>> take_time(times, stops, booked, 600) is None
    True
    """
    found = clip(intervals, stops, *booked)
    if found and (minutes is None or length(found) >= minutes * 60 - 1):
        return found
    found = clip(intervals, stops, booked[0], datetime.max)
    return found if found and length(found) >= (minutes or 0) * 60 - 1 else None


def length(intervals: Iterable[Interval]) -> float:
    """Return the seconds in all of the intervals."""
    return sum((stop - start).total_seconds() for start, stop in intervals)


def round_down(quantity: float, rounding: float) -> float:
    """Return ``quantity`` in whole units of ``rounding``: a piece begun is not made yet.

    >>> round_down(24.9999999, 1), round_down(24.9, 1), round_down(0.126, 0.01)
    (25, 24, 0.12)
    """
    return round(math.floor(quantity / rounding + EPSILON) * rounding, 6)


def distribute(hours: Sequence[Interval], quantity: float, pace: Pace = Pace(), rounding: float = 1.0) -> list[Slot]:
    """Return what is due in each of ``hours``; the quantities add up to exactly ``quantity``.

    :param hours: what the work may use, first to last; work that needs less ends earlier, work that needs more than
        there is gets all of it
    :param rounding: pieces stay whole where this is 1: what is due by the end of an hour is rounded down

    800 pieces at 2.4 minutes: 25 an hour.

    >>> day = datetime(2026, 3, 2)
    >>> hours = [(day + timedelta(days=d, hours=h), day + timedelta(days=d, hours=h + 1))
    ...          for d in range(5) for h in (8, 9, 10, 11, 13, 14, 15, 16)]
    >>> slots = distribute(hours, 800, Pace(800 * 2.4))
    >>> len(slots), {slot[2] for slot in slots}, slots[-1][1].strftime("%a %H:%M")
    (32, {25.0}, 'Thu 17:00')

    Half an hour of set-up, then 90 minutes for 10 pieces:

    >>> [quantity for _start, _stop, quantity in distribute(hours[:2], 10, Pace(120, setup=30))]
    [3.0, 7.0]
    >>> sum(slot[2] for slot in distribute(hours[:7], 100.0))
    100.0
    """
    there = length(hours)
    needed = there if pace.minutes is None else min(there, pace.minutes * 60)
    setup, run = pace.setup * 60, needed - (pace.setup + pace.cleanup) * 60
    if run < EPSILON:
        setup, run = 0.0, needed
    slots, elapsed, due = [], 0.0, 0.0
    for start, stop in hours:
        seconds = (stop - start).total_seconds()
        if elapsed + seconds >= needed - 1:
            stop, seconds = start + timedelta(seconds=round(needed - elapsed)), needed - elapsed
        elapsed += seconds
        is_last = elapsed >= needed - EPSILON
        share = min(1.0, max(0.0, (elapsed - setup) / run)) if run else 1.0
        made = quantity if is_last or share >= 1 else min(quantity, round_down(quantity * share, rounding))
        if stop > start:
            slots.append((start, stop, round(made - due, 6)))
            due = made
        if is_last:
            break
    return top_up(slots, quantity)


def top_up(slots: list[Slot], quantity: float) -> list[Slot]:
    """Return the slots with what is missing to ``quantity`` on the last one, or with less from the last one on.

    >>> top_up([(1, 2, 5.0), (2, 3, 5.0)], 12), top_up([(1, 2, 5.0), (2, 3, 5.0)], 3)
    ([(1, 2, 5.0), (2, 3, 7.0)], [(1, 2, 3.0), (2, 3, 0.0)])
    """
    missing = round(quantity - sum(slot[2] for slot in slots), 6)
    found = list(slots)
    for index in reversed(range(len(found))):
        if not missing:
            break
        start, stop, planned = found[index]
        change = max(missing, -planned)
        found[index] = (start, stop, round(planned + change, 6))
        missing = round(missing - change, 6)
    return found


def cut_segments(segments: Iterable[Slot], tz: tzinfo, rounding: float) -> list[Slot]:
    """Return a planner's own segments cut at the full hours, each with its own quantity.

    >>> day = datetime(2026, 3, 2)
    >>> cut = cut_segments([(day.replace(hour=8, minute=30), day.replace(hour=10), 30)], UTC, 1)
    >>> [slot[2] for slot in cut]
    [10.0, 20]
    """
    found = []
    for start, stop, quantity in segments:
        found += distribute(cut_hours([(start, stop)], tz), quantity, rounding=rounding)
    return found


# -- cutting anew ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A slot that is there before its work order is cut anew; ``index`` is its place among them."""

    index: int
    start: datetime
    stop: datetime
    planned: float
    done: float
    elsewhere: bool = False  # at another work centre than the plan is now


@dataclass(frozen=True)
class Plan:
    """What the slots of a work order follow; as a key it is remembered with the work order.

    ``state`` is ``none`` (never planned), ``off`` (it was, and is not now), ``open``, ``begun`` or ``closed``.
    """

    state: str = "none"
    booked: Interval | None = None
    workcenter: int = 0
    quantity: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether there is work to come."""
        return self.state in ("open", "begun")

    @property
    def key(self) -> str:
        """The plan as a text; `read_booking` reads the time back.

        >>> Plan("open", (datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 17)), 7, 800.0).key
        'open/2026-03-02T08:00:00/2026-03-02T17:00:00/7/800.0'
        >>> Plan("off").key
        'off'
        """
        if not self.booked or self.state in ("none", "off"):
            return self.state
        start, stop = (moment.isoformat(timespec="seconds") for moment in self.booked)
        return f"{self.state}/{start}/{stop}/{self.workcenter}/{self.quantity}"


def read_booking(key: str | None) -> Interval | None:
    """Return the booked time of a plan's key.

    >>> read_booking("open/2026-03-02T08:00:00/2026-03-02T17:00:00/7/800.0")[1].hour, read_booking("off")
    (17, None)
    """
    parts = (key or "").split("/")
    return (datetime.fromisoformat(parts[1]), datetime.fromisoformat(parts[2])) if len(parts) == 5 else None


def follow_booking(old: Interval | None, new: Interval, now: datetime, begun: bool, closed: bool) -> Interval:
    """Return the planned time of a work order whose booking was ``old`` and is ``new``.

    When work begins and ends, Odoo writes the real times into the booking. Late work leaves the plan as it was, so
    that what was missed stays to be seen; work that begins earlier moves it, and so does who plans it for later.

    >>> follow_booking((8, 17), (9, 17), 9, True, False), follow_booking((8, 17), (6, 15), 6, True, False)
    ((8, 17), (6, 15))
    >>> follow_booking((8, 17), (18, 18), 18, True, False), follow_booking((8, 17), (8, 20), 9, True, False)
    ((8, 17), (8, 20))
    >>> follow_booking((8, 17), (9, 11), 11, False, True), follow_booking((8, 17), (9, 18), 7, False, False)
    ((8, 17), (9, 18))
    >>> follow_booking((8, 17), (12, 20), 10, True, False)
    (12, 20)
    """
    if not old or not (begun or closed):
        return new
    if closed or new[0] == new[1]:
        return old
    return new if new[0] > now else (min(old[0], new[0]), new[1])


def keep_slots(
    slots: Sequence[Kept], booked: Interval | None, quantity: float, now: datetime, *, closed: bool = False
) -> list[Kept]:
    """Return those of the slots that stay when their work order is cut anew, with what they still stand for.

    :param booked: where the work lies now; slots outside of it are of an earlier plan and stand for what was done
    :param quantity: to make in all; what stays never stands for more
    :param closed: the work is finished: hours that have begun stay, wherever they are

    Hours that have begun stay as they were due; the rest of the order is cut over what lies behind them.

    >>> day = datetime(2026, 3, 2)
    >>> def at(hour): return day.replace(hour=hour)
    >>> slots = [Kept(0, at(8), at(9), 25, 20), Kept(1, at(9), at(10), 25, 0), Kept(2, at(10), at(11), 25, 0)]
    >>> [(slot.index, slot.planned) for slot in keep_slots(slots, (at(8), at(11)), 75, at(9))]
    [(0, 25.0), (1, 25.0)]

    The plan moved to the afternoon: what was done in the morning stays there.

    >>> [(slot.index, slot.planned) for slot in keep_slots(slots, (at(13), at(16)), 75, at(9))]
    [(0, 20.0)]
    >>> [(slot.index, slot.planned) for slot in keep_slots(slots, (at(8), at(11)), 30, at(9))]
    [(0, 25.0), (1, 5)]
    """
    kept = []
    for slot in slots:
        inside = booked and booked[0] <= slot.start and not slot.elsewhere
        begun = slot.start <= now
        if (inside or closed) and begun:
            kept.append(slot)
        elif slot.done > EPSILON:
            kept.append(replace(slot, planned=slot.done))
    reduced = []
    excess = sum(slot.planned for slot in kept) - quantity
    for slot in reversed(kept):
        take = min(max(0.0, excess), slot.planned)
        excess -= take
        reduced.append(replace(slot, planned=round(slot.planned - take, 6)))
    return reduced[::-1]


# -- counts ------------------------------------------------------------------------------------------------------


def choose_slot(slots: Sequence[Interval], now: datetime) -> int:
    """Return the index of the slot in which a count is booked: now's, else the last one begun, else the first.

    >>> choose_slot([(1, 2), (2, 3), (5, 6)], 2), choose_slot([(1, 2), (2, 3)], 4), choose_slot([(5, 6)], 2)
    (1, 1, 0)
    """
    begun = [index for index, (start, _stop) in enumerate(slots) if start <= now]
    return max(begun, key=lambda index: slots[index][0], default=0)


def book(slots: Sequence[Slot], delta: float, now: datetime) -> dict[int, float]:
    """Return ``{index: new count}`` after ``delta`` more pieces; fewer pieces are taken back from the latest counts.

    :param slots: ``(start, stop, count so far)``, first to last

    >>> book([(1, 2, 25), (2, 3, 0), (3, 4, 0)], 20, 2)
    {1: 20}
    >>> book([(1, 2, 25), (2, 3, 20), (3, 4, 0)], -30, 3)
    {1: 0, 0: 15}
    """
    if not slots or abs(delta) < EPSILON:
        return {}
    if delta > 0:
        index = choose_slot([slot[:2] for slot in slots], now)
        return {index: round(slots[index][2] + delta, 6)}
    found, back = {}, -delta
    for index in reversed(range(len(slots))):
        take = min(back, slots[index][2])
        if take > EPSILON:
            found[index] = round(slots[index][2] - take, 6)
            back -= take
    return found


def slot_state(planned: float, done: float, closed: bool = False) -> str:
    """Return how a slot stands: ``planned``, ``progress`` or ``done``.

    >>> slot_state(25, 0), slot_state(25, 10), slot_state(25, 25), slot_state(25, 10, closed=True)
    ('planned', 'progress', 'done', 'done')
    >>> slot_state(0, 0)
    'planned'
    """
    if closed or (done > EPSILON and done >= planned - EPSILON):
        return "done"
    return "progress" if done > EPSILON else "planned"
