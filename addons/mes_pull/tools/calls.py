"""What the warehouse has to bring for each hour: cut, netted against what is there, rounded to containers.

The rules are those of a netted time-phased requirement (gross need, on hand, scheduled receipts, net need, lot
sizing), with one difference: an hour is rounded up to whole containers only when it is called, and what is too much
of one hour is on hand for the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

EPSILON = 1e-6


def round_up(quantity: float, step: float) -> float:
    """Return ``quantity`` as the next multiple of ``step``; a step of zero leaves it.

    >>> round_up(70, 50), round_up(100, 50), round_up(0, 50), round_up(0.301, 0.01), round_up(7, 0)
    (100, 100, 0, 0.31, 7)
    """
    if step <= 0:
        return quantity
    return round(math.ceil(round(quantity / step, 6)) * step, 6)


def cut_need(total: float, shares: list[float], rounding: float) -> list[float]:
    """Return how much of ``total`` each hour needs, where ``shares`` of the work are done in them.

    The cumulative need is rounded up, so that the parts are there when a piece is begun, and the last hour takes what
    is left: nothing is lost.

    >>> cut_need(800, [25] * 32, 1)[:3], sum(cut_need(800, [25] * 32, 1))
    ([25.0, 25.0, 25.0], 800.0)
    >>> cut_need(100, [25, 25, 25, 25], 1)
    [25.0, 25.0, 25.0, 25.0]
    >>> cut_need(10, [1, 1, 1], 1), cut_need(1, [1, 1, 1], 0.01)
    ([4.0, 3.0, 3.0], [0.34, 0.33, 0.33])
    >>> cut_need(3, [40, 40], 0), cut_need(5, [0, 0], 1), cut_need(5, [], 1)
    ([1.5, 1.5], [0.0, 5.0], [])
    """
    whole = sum(shares)
    needs: list[float] = []
    given = done = 0.0
    for number, share in enumerate(shares, 1):
        done += share
        target = total if number == len(shares) else min(total, round_up(total * done / (whole or 1), rounding))
        needs.append(_neat(target - given))
        given = target
    return needs


@dataclass
class Hour:
    """What an order needs of a part in an hour, and how that is met; all in the product's unit.

    ``need`` = ``done`` (brought for it) + ``started`` (being picked for it) + ``covered`` (lies free at the place, or
    is on its way there already) + ``call`` (to be picked); ``surplus`` is what containers make of it.
    """

    key: object
    due: object
    need: float
    is_called: bool = True
    is_short: bool = False
    done: float = 0.0
    started: float = 0.0
    covered: float = 0.0
    call: float = 0.0
    surplus: float = 0.0

    @property
    def quantity(self) -> float:
        """What the warehouse brings in all."""
        return _neat(self.done + self.started + self.call + self.surplus)


@dataclass
class Pool:
    """The hours of one order that need one part at one place.

    :ivar done: what was brought for the order and not used up
    :ivar started: what is being picked for it: neither resized nor withdrawn any more
    :ivar is_free: whether it may take what lies free; parts that are made to order are not exchanged
    """

    key: object
    hours: list[Hour]
    done: float = 0.0
    started: float = 0.0
    is_free: bool = True
    container: float = 0.0
    excess: float = field(default=0.0, init=False)


def net(pools: list[Pool], on_hand: float, rounding: float = 0.0) -> float:
    """Meet the needs of the pools of one part at one place, the earliest hour first. Return what stays free.

    :param on_hand: usable stock there, with what was brought for these pools, without what others have a claim on;
        and what is on its way besides their own calls

    30 lie at the line: 70 are called.

    >>> pool = Pool("A", [Hour(1, 10, 100)])
    >>> net([pool], 30), pool.hours[0].covered, pool.hours[0].call
    (0.0, 30.0, 70.0)

    Containers of 50: the first hour's surplus is deducted from the second. What is not called yet takes nothing.

    >>> pool = Pool("A", [Hour(1, 10, 70), Hour(2, 11, 70), Hour(3, 40, 70, is_called=False)], container=50)
    >>> net([pool], 0), [(hour.covered, hour.call, hour.surplus) for hour in pool.hours]
    (10.0, [(0.0, 70.0, 30.0), (30.0, 40.0, 10.0), (0.0, 70.0, 0.0)])

    What was brought belongs to its order; what it needs no more is too much. A lost part (on hand is less than what
    was brought) is called again.

    >>> cut, other = Pool("A", [Hour(1, 10, 60)], done=100), Pool("B", [Hour(2, 11, 30)])
    >>> net([cut, other], 100), cut.excess, other.hours[0].covered
    (10.0, 40.0, 30.0)
    >>> pool = Pool("A", [Hour(1, 10, 60), Hour(2, 11, 60)], done=100)
    >>> net([pool], 90), [(hour.done, hour.call) for hour in pool.hours]
    (0.0, [(60.0, 0.0), (30.0, 30.0)])
    """
    for pool in pools:
        pool.hours.sort(key=lambda hour: hour.due)
    lost = max(0.0, sum(pool.done for pool in pools) - on_hand)
    for pool in sorted(pools, key=lambda pool: [hour.due for hour in pool.hours[-1:]], reverse=True):
        gone = min(lost, pool.done)
        pool.done, lost = pool.done - gone, lost - gone
    free = max(0.0, on_hand - sum(pool.done for pool in pools))
    hours = sorted(((hour, pool) for pool in pools for hour in pool.hours), key=lambda pair: pair[0].due)
    for pool in pools:
        free += _give_own(pool)
    for hour, pool in hours:
        free = _meet(hour, pool, free, rounding)
    return _neat(free)


def _give_own(pool: Pool) -> float:
    """Give what was brought and is being picked for the order to its hours. Return what it does not need there now."""
    done, started = pool.done, pool.started
    for hour in pool.hours:
        if hour.is_called:
            hour.done = _neat(min(done, hour.need))
            done -= hour.done
    for hour in pool.hours:
        hour.started = _neat(min(started, hour.need - hour.done))
        started -= hour.started
    needed = sum(hour.need for hour in pool.hours)
    pool.excess = _neat(max(0.0, min(pool.done + pool.started, pool.done + pool.started - needed)))
    return done


def _meet(hour: Hour, pool: Pool, free: float, rounding: float) -> float:
    left = hour.need - hour.done - hour.started
    if hour.is_called and pool.is_free:
        hour.covered = _neat(min(free, left))
        free -= hour.covered
    hour.call = _neat(left - hour.covered)
    if hour.is_called and not hour.is_short and pool.is_free and hour.call > EPSILON:
        hour.surplus = _neat(round_up(hour.call, pool.container) - hour.call)
        free += hour.surplus
    return free


def _neat(quantity: float) -> float:
    """Take the dust of floating point off.

    >>> _neat(0.30000000000000004), _neat(-0.0)
    (0.3, 0.0)
    """
    return round(quantity, 6) + 0.0


@dataclass
class Wish:
    """A stock move as it should be: for which hour (None: not called yet), and how much; ``move`` is the one to use."""

    due: object
    quantity: float
    move: object = None


def match_moves(moves: list[tuple[object, object]], wanted: dict[object, float]) -> tuple[list[Wish], list[object]]:
    """Give each wanted hour one of the moves ``(move, its hour or None)``. Return the wishes and the moves left over.

    A move stays with its hour; the others move to the hours that have none, in order: the order is moved by an hour,
    and so are its moves. A wish without a move needs a new one.

    >>> match_moves([("a", 10), ("b", 11), ("rest", None)], {11: 5, 12: 7, None: 9})
    ([Wish(due=11, quantity=5, move='b'), Wish(due=12, quantity=7, move='a'), Wish(due=None, quantity=9, move='rest')], [])
    >>> match_moves([("rest", None)], {10: 5, 11: 5})
    ([Wish(due=10, quantity=5, move='rest'), Wish(due=11, quantity=5, move=None)], [])
    >>> match_moves([("a", 10), ("rest", None)], {10: 5})
    ([Wish(due=10, quantity=5, move='a')], ['rest'])
    """
    late = (1, 0)

    def place(due):
        return late if due is None else (0, due)

    wishes = [Wish(due, quantity) for due, quantity in wanted.items() if quantity > EPSILON]
    wishes.sort(key=lambda wish: place(wish.due))
    spare = sorted(moves, key=lambda pair: place(pair[1]))
    for wish in wishes:
        same = next((pair for pair in spare if pair[1] == wish.due), None)
        if same:
            wish.move = same[0]
            spare.remove(same)
    for wish in wishes:
        if wish.move is None and spare:
            wish.move = spare.pop(0)[0]
    return wishes, [move for move, _due in spare]
