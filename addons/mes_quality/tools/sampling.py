"""Acceptance sampling: how many pieces to look at, and how many bad ones a lot may have.

Source: ISO 2859-1:1999, single sampling: table 1 (code letters), 2-A (normal), 2-B (tightened), 2-C (reduced), and the
switching rules of clause 9 (figure 1). The tables are one diagonal pattern: with the place of the code letter and the
place of the AQL added up, the acceptance number is the same; where there is none, an arrow points to the plan above or
below. So they are kept as that pattern. AQLs up to 10 are percent of bad pieces, above 10 defects in 100 pieces.

How far the tables are known to be right (November 2026; the standard's own print was not at hand):

* normal and tightened: all 416 cells each were compared, arrows followed, with tables II-A and II-B of MIL-STD-105E
  (public domain; the same tables) as the R package AQLSchemes 1.7-2 lists them, and with a listing of ISO 2859-1:1999.
  One cell differed: A tightened at an AQL of 10 has no plan of its own but an arrow down. One transcription of
  GB/T 2828.1-2012 (the same standard) has 0 there; the arrow asks for more, so it stands.
* reduced: nine of the sixteen rows (A, B, C, E, F, K, P, Q, R) were compared cell by cell with a transcription of
  GB/T 2828.1-2012, and agree; in the rows D to R it has 5 where the listing of ISO 2859-1:1999 has 4, all else is the
  same in all 416 cells. A transcription of ISO 2859-1:2026 has 5 as well, so 5 stands. Table II-C of MIL-STD-105E
  leaves a gap between accepting and rejecting, in which each of these numbers lies; where it has 0/2, ISO has an arrow.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass, replace

LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
AQLS = (
    *("0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5"),
    *("4.0", "6.5", "10", "15", "25", "40", "65", "100", "150", "250", "400", "650", "1000"),
)
LETTERS = "ABCDEFGHJKLMNPQRS"
SEVERITIES = ("normal", "tightened", "reduced")

# Table 1: the largest lot of each row, and the letters of the levels in the order of LEVELS.
_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000)
_CODES = (
    *("AAAAAAB", "AAAAABC", "AABBBCD", "ABBCCDE", "BBCCCEF", "BBCDDFG", "BCDEEGH", "BCDEFHJ"),
    *("CCEFGJK", "CDEGHKL", "CDFGJLM", "CDFHKMN", "DEGJLNP", "DEGJMPQ", "DEHKNQR"),
)
_FULL = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_REDUCED = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)
_SIZES = {"normal": _FULL[:16], "tightened": _FULL, "reduced": _REDUCED}

_UP, _DOWN = "up", "down"
# What stands on the diagonals from the 14th on (the first one with a plan); before it arrows point down, after it up.
_FIRST = 14
_DIAGONALS = {
    "normal": (0, _UP, _DOWN, 1, 2, 3, 5, 7, 10, 14, 21, 30, 44),
    "tightened": (_DOWN, 0, _DOWN, _DOWN, 1, 2, 3, 5, 8, 12, 18, 27, 41),
    "reduced": (0, _UP, _DOWN, _DOWN, 1, 2, 3, 5, 6, 8, 10, 14, 21),
}
_LONG = "ABCDE"  # only these rows go on after the 24th diagonal

DISCONTINUE_AFTER = 5
REDUCED_SCORE = 30


@dataclass(frozen=True)
class Plan:
    """``size`` pieces are looked at; up to ``accept`` bad ones the lot is accepted, from ``reject`` on rejected."""

    letter: str
    size: int
    accept: int

    @property
    def reject(self) -> int:
        return self.accept + 1


def code_letter(lot_size: float, level: str) -> str:
    """Return the code letter of table 1.

    >>> code_letter(1000, "II"), code_letter(1200, "II"), code_letter(1201, "II")
    ('J', 'J', 'K')
    >>> code_letter(8, "III"), code_letter(90, "S-3"), code_letter(600000, "I")
    ('B', 'C', 'N')
    """
    return _CODES[bisect_left(_LOTS, math.ceil(lot_size))][LEVELS.index(level)]


def _cell(severity: str, row: int, column: int) -> int | str:
    """Return the acceptance number of a cell of the master table, or where its arrow points to."""
    if severity == "reduced" and row < 2 and column > 16:
        return _cell("normal", 0, column)  # reduced samples of A and B are as small as the normal one of A
    diagonal = row + column
    if diagonal < _FIRST or severity == "tightened" and (row, column) == (0, 15):
        return _DOWN
    if diagonal > 24 and (diagonal > 26 or LETTERS[row] not in _LONG):
        return _UP
    return _DIAGONALS[severity][diagonal - _FIRST]


def single_plan(lot_size: float, level: str, aql: str, severity: str = "normal") -> Plan:
    """Return the single sampling plan of a lot, its arrows followed.

    A sample that would be larger than the lot is the lot (100 percent inspection).

    >>> single_plan(1000, "II", "1.0")
    Plan(letter='J', size=80, accept=2)
    >>> single_plan(1000, "II", "1.0", "tightened"), single_plan(1000, "II", "1.0", "reduced")
    (Plan(letter='J', size=80, accept=1), Plan(letter='J', size=32, accept=1))
    >>> single_plan(1000, "II", "0.25"), single_plan(1000, "II", "0.40")  # arrow up, arrow down
    (Plan(letter='H', size=50, accept=0), Plan(letter='K', size=125, accept=1))
    >>> single_plan(100, "II", "0.010")
    Plan(letter='Q', size=100, accept=0)
    >>> single_plan(1000000, "II", "0.65"), single_plan(1000000, "III", "0.025", "tightened")
    (Plan(letter='Q', size=1250, accept=14), Plan(letter='S', size=3150, accept=1))
    """
    sizes = _SIZES[severity]
    column = AQLS.index(aql)
    row = LETTERS.index(code_letter(lot_size, level))
    row = _follow(severity, row, column, len(sizes))
    return Plan(LETTERS[row], min(sizes[row], math.ceil(lot_size)), _cell(severity, row, column))


def _follow(severity: str, row: int, column: int, rows: int) -> int:
    """Return the first row with a plan in the direction of the arrow; in the other one at the edge of the table."""
    direction = _cell(severity, row, column)
    step = -1 if direction == _UP else 1
    if isinstance(direction, int):
        return row
    for way in (step, -step):
        found = row
        while 0 <= found < rows and isinstance(_cell(severity, found, column), str):
            found += way
        if 0 <= found < rows:
            return found
    raise ValueError(f"no plan in column {AQLS[column]}")


def acceptance_probability(plan: Plan, percent_bad: float) -> float:
    """Return how likely ``plan`` accepts a large lot with ``percent_bad``: a point of its OC curve (binomial).

    >>> plan = single_plan(1000, "II", "1.0")
    >>> round(acceptance_probability(plan, 1.0), 3), round(acceptance_probability(plan, 6.5), 3)
    (0.953, 0.101)
    """
    share = percent_bad / 100
    terms = (
        math.comb(plan.size, bad) * share**bad * (1 - share) ** (plan.size - bad)
        for bad in range(min(plan.accept, plan.size) + 1)
    )
    return min(1.0, sum(terms))


def percentage_size(lot_size: float, percent: float) -> int:
    """Return ``percent`` of a lot in whole pieces, at least one.

    >>> percentage_size(95, 10), percentage_size(3, 10), percentage_size(100, 10), percentage_size(0, 10)
    (10, 1, 10, 0)
    """
    return min(math.ceil(lot_size), max(1, math.ceil(round(lot_size * percent / 100, 6))))


@dataclass(frozen=True)
class Switching:
    """Where a stream of lots stands (one product of one vendor under one control plan).

    ``recent``: the last five results on normal inspection, ``A`` accepted or ``R`` rejected, newest last;
    ``in_row``: accepted one after another on this severity; ``score``: the switching score of clause 9.3.3;
    ``rejected``: rejected since tightened inspection began; ``skipped``: lots skipped since the last inspected one.
    """

    severity: str = "normal"
    recent: str = ""
    in_row: int = 0
    score: int = 0
    rejected: int = 0
    is_discontinued: bool = False
    accepted: int = 0
    skipped: int = 0


def switch(state: Switching, accepted: bool, plan_accept: int = 0, tighter_accepted: bool = True) -> Switching:
    """Return the state after one more inspected lot.

    * normal → tightened: two of five (or fewer) lots in a row rejected
    * tightened → normal: five in a row accepted; stopped after five rejected while tightened
    * normal → reduced: the switching score reaches 30, or ten in a row accepted (both are allowed by agreement; the
      score of a lot is 3 when it had passed with an AQL one step tighter and the plan accepts two or more, 2 when the
      plan accepts none or one; a rejected one, or one that had not passed tighter, sets it to 0)
    * reduced → normal: one rejected

    >>> state = Switching()
    >>> for accepted in (True, False, True, True, False):
    ...     state = switch(state, accepted)
    >>> state.severity
    'tightened'
    >>> for accepted in (True, True, True, True, True):
    ...     state = switch(state, accepted)
    >>> state.severity
    'normal'
    >>> for lot in range(10):
    ...     state = switch(state, True)
    >>> state.severity, switch(state, False).severity
    ('reduced', 'normal')
    >>> bad = Switching("tightened")
    >>> for lot in range(5):
    ...     bad = switch(bad, False)
    >>> bad.severity, bad.is_discontinued
    ('tightened', True)
    """
    state = replace(
        state,
        accepted=state.accepted + 1 if accepted else 0,
        in_row=state.in_row + 1 if accepted else 0,
        skipped=0,
    )
    return {"normal": _after_normal, "tightened": _after_tightened, "reduced": _after_reduced}[state.severity](
        state, accepted, plan_accept, tighter_accepted
    )


def _enter(state: Switching, severity: str) -> Switching:
    return replace(state, severity=severity, recent="", in_row=0, score=0, rejected=0)


def _after_normal(state: Switching, accepted: bool, plan_accept: int, tighter_accepted: bool) -> Switching:
    recent = (state.recent + ("A" if accepted else "R"))[-5:]
    if recent.count("R") >= 2:
        return _enter(state, "tightened")
    score = 0
    if accepted and (tighter_accepted or plan_accept < 2):
        score = state.score + (3 if plan_accept >= 2 else 2)
    if score >= REDUCED_SCORE or state.in_row >= 10:
        return _enter(state, "reduced")
    return replace(state, recent=recent, score=score)


def _after_tightened(state: Switching, accepted: bool, _plan_accept: int, _tighter: bool) -> Switching:
    if state.in_row >= 5:
        return replace(_enter(state, "normal"), is_discontinued=False)
    rejected = state.rejected + (not accepted)
    return replace(state, rejected=rejected, is_discontinued=rejected >= DISCONTINUE_AFTER)


def _after_reduced(state: Switching, accepted: bool, _plan_accept: int, _tighter: bool) -> Switching:
    return state if accepted else replace(_enter(state, "normal"), recent="")


def should_skip(state: Switching, after: int, one_of: int) -> bool:
    """Return whether the next lot is skipped: after ``after`` accepted ones in a row, one of ``one_of`` is inspected.

    A rejected lot ends it, and so does tightened inspection (a simple form of ISO 2859-3).

    >>> good = Switching(accepted=10)
    >>> should_skip(good, 10, 3), should_skip(replace(good, skipped=2), 10, 3)
    (True, False)
    >>> should_skip(Switching(accepted=9), 10, 3), should_skip(replace(good, severity="tightened"), 10, 3)
    (False, False)
    """
    return state.severity != "tightened" and state.accepted >= after > 0 and state.skipped < one_of - 1
