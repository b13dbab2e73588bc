"""Which route is proposed for rejected stock, and do the parts of a decision add up? Plain arithmetic."""

from typing import NamedTuple


class Option(NamedTuple):
    """One route: may it be taken, and what does it cost in the end (value lost + work − what comes back)?"""

    route: str
    eligible: bool
    cost: float


# Proposed by cost alone; the others need a person's judgement.
ROUTINE = ("return", "rework", "disassemble", "scrap")


def choose(options: list[Option], preferred: str = "", history: dict[str, int] | None = None) -> tuple[str, str]:
    """Return the route to propose and why: ``setting``, ``history`` or ``cost``.

    The product's own setting comes first, then what was decided most often before, then the cheapest route.

    >>> options = [Option("return", True, 0), Option("scrap", True, 50), Option("rework", False, 0)]
    >>> choose(options)
    ('return', 'cost')
    >>> choose(options, preferred="scrap")
    ('scrap', 'setting')
    >>> choose(options, preferred="rework")
    ('return', 'cost')
    >>> choose(options, history={"scrap": 3, "rework": 9})
    ('scrap', 'history')
    >>> choose([])
    ('scrap', 'cost')
    """
    eligible = {option.route: option for option in options if option.eligible}
    if preferred in eligible:
        return preferred, "setting"
    known = {route: count for route, count in (history or {}).items() if route in eligible and count > 0}
    if known:
        return max(known, key=lambda route: (known[route], -eligible[route].cost)), "history"
    routine = [eligible[route] for route in ROUTINE if route in eligible]
    if not routine:
        return "scrap", "cost"
    return min(routine, key=lambda option: option.cost).route, "cost"


def allot(need: float, places: dict[int, float]) -> list[tuple[int, float]]:
    """Return from which places ``need`` is taken: one place when one has enough, else the fullest first.

    >>> allot(4, {7: 3, 8: 5})
    [(8, 4)]
    >>> allot(7, {7: 3, 8: 5})
    [(8, 5), (7, 2)]
    >>> allot(9, {7: 3, 8: 5})
    [(8, 5), (7, 3)]
    """
    taken = []
    for place, quantity in sorted(places.items(), key=lambda item: (-item[1], item[0])):
        take = min(quantity, need)
        if take <= 0:
            break
        taken.append((place, take))
        need -= take
    return taken
