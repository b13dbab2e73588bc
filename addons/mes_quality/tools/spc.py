"""Statistical process control: control limits, rules for what is unusual, capability.

Sources: limits and constants by ASTM MNL 7 and ISO 7870-2 (Shewhart charts); rules by Western Electric (1956) and
L. S. Nelson, Journal of Quality Technology 16 (1984); capability by ISO 22514-2. The constants d2 (mean) and d3
(standard deviation) of the range of n values of a normal distribution are tabled; all others follow from them and c4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

# fmt: off
_D2 = (1.1284, 1.6926, 2.0588, 2.3259, 2.5344, 2.7044, 2.8472, 2.9700, 3.0775, 3.1729, 3.2585, 3.3360, 3.4068, 3.4718,
       3.5320, 3.5879, 3.6401, 3.6890, 3.7350, 3.7783, 3.8194, 3.8583, 3.8953, 3.9306)
_D3 = (0.8525, 0.8884, 0.8798, 0.8641, 0.8480, 0.8332, 0.8198, 0.8078, 0.7971, 0.7873, 0.7785, 0.7704, 0.7630, 0.7562,
       0.7499, 0.7441, 0.7386, 0.7335, 0.7287, 0.7242, 0.7199, 0.7159, 0.7121, 0.7084)
# fmt: on
LARGEST_SUBGROUP = len(_D2) + 1
LARGEST_RANGE_SUBGROUP = 10  # above it the range wastes information: the standard deviation is charted

WESTERN_ELECTRIC = ("beyond_3s", "two_of_three_2s", "four_of_five_1s", "eight_one_side")
NELSON = (
    *("beyond_3s", "nine_one_side", "six_trend", "fourteen_alternate"),
    *("two_of_three_2s", "four_of_five_1s", "fifteen_within_1s", "eight_outside_1s"),
)


@dataclass(frozen=True)
class Limits:
    """Centre line and control limits; ``sigma`` is the standard deviation of what is plotted."""

    lower: float
    centre: float
    upper: float

    @property
    def sigma(self) -> float:
        return (self.upper - self.centre) / 3


@dataclass(frozen=True)
class Chart:
    """One pair of charts: ``kind`` (``xbar_r``, ``xbar_s``, ``individuals``), what is plotted, and its limits.

    ``sigma``: the standard deviation within subgroups, for Cp and Cpk.
    """

    kind: str
    points: tuple[float, ...]
    limits: Limits
    spreads: tuple[float, ...]
    spread_limits: Limits
    sigma: float


def d2(n: int) -> float:
    """Return the mean range of ``n`` values of a standard normal distribution."""
    return _D2[n - 2]


def c4(n: int) -> float:
    """Return the mean standard deviation of ``n`` values of a standard normal distribution.

    >>> round(c4(2), 4), round(c4(5), 4), round(c4(10), 4)
    (0.7979, 0.94, 0.9727)
    """
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def constants(n: int) -> dict[str, float]:
    """Return the factors of control charts for subgroups of ``n``.

    >>> {name: round(value, 3) for name, value in constants(5).items()}
    {'A2': 0.577, 'A3': 1.427, 'B3': 0.0, 'B4': 2.089, 'D3': 0.0, 'D4': 2.115, 'E2': 1.29}
    >>> round(constants(2)["E2"], 2), round(constants(2)["D4"], 3), round(constants(7)["D3"], 3)
    (2.66, 3.266, 0.076)
    """
    ratio = 3 * _D3[n - 2] / d2(n)
    spread = 3 * math.sqrt(1 - c4(n) ** 2) / c4(n)
    return {
        "A2": 3 / (d2(n) * math.sqrt(n)),
        "A3": 3 / (c4(n) * math.sqrt(n)),
        "B3": max(0.0, 1 - spread),
        "B4": 1 + spread,
        "D3": max(0.0, 1 - ratio),
        "D4": 1 + ratio,
        "E2": 3 / d2(n),
    }


def xbar_r(subgroups: Sequence[Sequence[float]]) -> Chart:
    """Return the mean and range chart of subgroups of equal size (2 to 25): x̄̄ ± A2·R̄, D3·R̄ and D4·R̄.

    >>> chart = xbar_r([(1, 3, 2), (2, 4, 3), (3, 5, 4)])
    >>> chart.points, chart.limits.centre, round(chart.limits.upper, 3), round(chart.spread_limits.upper, 3)
    ((2.0, 3.0, 4.0), 3.0, 5.047, 5.149)
    """
    factor = constants(len(subgroups[0]))
    points = tuple(fmean(values) for values in subgroups)
    ranges = tuple(max(values) - min(values) for values in subgroups)
    mean, spread = fmean(points), fmean(ranges)
    limits = Limits(mean - factor["A2"] * spread, mean, mean + factor["A2"] * spread)
    spread_limits = Limits(factor["D3"] * spread, spread, factor["D4"] * spread)
    return Chart("xbar_r", points, limits, ranges, spread_limits, spread / d2(len(subgroups[0])))


def xbar_s(subgroups: Sequence[Sequence[float]]) -> Chart:
    """Return the mean and standard deviation chart of subgroups of equal size: x̄̄ ± A3·s̄, B3·s̄ and B4·s̄.

    >>> chart = xbar_s([(1, 3, 2), (2, 4, 3), (3, 5, 4)])
    >>> round(chart.limits.upper, 3), chart.spread_limits.centre, round(chart.spread_limits.upper, 3)
    (4.954, 1.0, 2.568)
    """
    factor = constants(len(subgroups[0]))
    points = tuple(fmean(values) for values in subgroups)
    deviations = tuple(stdev(values) for values in subgroups)
    mean, spread = fmean(points), fmean(deviations)
    limits = Limits(mean - factor["A3"] * spread, mean, mean + factor["A3"] * spread)
    spread_limits = Limits(factor["B3"] * spread, spread, factor["B4"] * spread)
    return Chart("xbar_s", points, limits, deviations, spread_limits, spread / c4(len(subgroups[0])))


def individuals(values: Sequence[float]) -> Chart:
    """Return the chart of single values and their moving ranges of two: x̄ ± E2·MR̄ (E2 = 3/d2 = 2.66), D4·MR̄.

    The example is that of the NIST/SEMATECH handbook, 6.3.2.2 (limits 45.8159 and 55.8041, d2 rounded to 1.128 there).

    >>> flow = individuals([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(flow.limits.centre, 2), round(flow.spread_limits.centre, 4)
    (50.81, 1.8778)
    >>> round(flow.limits.lower, 1), round(flow.limits.upper, 1)
    (45.8, 55.8)
    """
    factor = constants(2)
    ranges = tuple(abs(after - before) for before, after in zip(values, values[1:], strict=False))
    mean, spread = fmean(values), fmean(ranges or (0.0,))
    limits = Limits(mean - factor["E2"] * spread, mean, mean + factor["E2"] * spread)
    spread_limits = Limits(0.0, spread, factor["D4"] * spread)
    return Chart("individuals", tuple(values), limits, ranges, spread_limits, spread / d2(2))


def choose_chart(subgroups: Sequence[Sequence[float]]) -> Chart:
    """Return the usual chart: individuals for single values, else ranges up to 10 values, standard deviations above.

    >>> choose_chart([(1,), (2,)]).kind, choose_chart([(1, 2), (2, 3)]).kind, choose_chart([range(11)] * 2).kind
    ('individuals', 'xbar_r', 'xbar_s')
    """
    size = len(subgroups[0])
    if size == 1:
        return individuals([values[0] for values in subgroups])
    return (xbar_r if size <= LARGEST_RANGE_SUBGROUP else xbar_s)(subgroups)


# -- rules ---------------------------------------------------------------------------------------------------------


def violations(values: Sequence[float], limits: Limits, rules: Sequence[str] = NELSON) -> dict[int, list[str]]:
    """Return ``{place of a point: names of the rules that it completes}``; see `RULES` for what they mean.

    >>> limits = Limits(-3, 0, 3)
    >>> violations([0, 3.1, 0, -3], limits)
    {1: ['beyond_3s']}
    >>> violations([2.5, 0, 2.5], limits), violations([2.5, 0, -2.5], limits)
    ({2: ['two_of_three_2s']}, {})
    >>> violations([1, 2, 3, 2.5, 2.6, 2.7, 2.8, 2.9, 2.95], limits, ("nine_one_side",))
    {8: ['nine_one_side']}
    """
    if limits.sigma <= 0:
        return {}
    scores = [(value - limits.centre) / limits.sigma for value in values]
    found: dict[int, list[str]] = {}
    for rule in rules:
        length, holds = RULES[rule]
        for place in range(length - 1, len(scores)):
            if holds(scores[place - length + 1 : place + 1]):
                found.setdefault(place, []).append(rule)
    return dict(sorted(found.items()))


def _one_side(scores: Sequence[float]) -> bool:
    return all(score > 0 for score in scores) or all(score < 0 for score in scores)


def _trend(scores: Sequence[float]) -> bool:
    steps = [after - before for before, after in zip(scores, scores[1:], strict=False)]
    return _one_side(steps)


def _alternates(scores: Sequence[float]) -> bool:
    steps = [after - before for before, after in zip(scores, scores[1:], strict=False)]
    return all(before * after < 0 for before, after in zip(steps, steps[1:], strict=False))


def _beyond(scores: Sequence[float], sigmas: float, count: int) -> bool:
    """Return whether the last one and at least ``count`` in all are farther than ``sigmas``, on the same side."""
    return any(
        side * scores[-1] > sigmas and sum(side * score > sigmas for score in scores) >= count for side in (1, -1)
    )


# Name: how many points it looks at, and when it holds (distances in standard deviations from the centre line).
RULES = {
    "beyond_3s": (1, lambda scores: abs(scores[0]) > 3),
    "two_of_three_2s": (3, lambda scores: _beyond(scores, 2, 2)),
    "four_of_five_1s": (5, lambda scores: _beyond(scores, 1, 4)),
    "eight_one_side": (8, _one_side),
    "nine_one_side": (9, _one_side),
    "six_trend": (6, _trend),
    "fourteen_alternate": (14, _alternates),
    "fifteen_within_1s": (15, lambda scores: all(abs(score) < 1 for score in scores)),
    "eight_outside_1s": (8, lambda scores: all(abs(score) > 1 for score in scores) and not _one_side(scores)),
}


# -- capability ----------------------------------------------------------------------------------------------------


def is_within(value: float, lower: float | None, upper: float | None) -> bool:
    """Return whether a measure is inside its limits; a value on a limit is.

    >>> is_within(9.9, 9.9, 10.1), is_within(10.1, 9.9, 10.1), is_within(10.100001, 9.9, 10.1)
    (True, True, False)
    >>> is_within(0.1 + 0.2, None, 0.3), is_within(-5, None, 0.3), is_within(5, 6, None)
    (True, True, False)
    """
    rounded = round(value, 9)
    return (lower is None or rounded >= round(lower, 9)) and (upper is None or rounded <= round(upper, 9))


def capability(
    mean: float, sigma: float, lower: float | None, upper: float | None
) -> tuple[float | None, float | None]:
    """Return (Cp, Cpk): (upper − lower) / 6σ, and the nearer limit's distance from the mean / 3σ.

    With the standard deviation of all values instead of the one within subgroups they are Pp and Ppk. None where a
    limit is missing or nothing varies. The example is Montgomery's flow width (R̄ = 0.32521, n = 5, limits 1.00, 2.00).

    >>> cp, cpk = capability(1.5056, 0.32521 / d2(5), 1.0, 2.0)
    >>> round(cp, 3), round(cpk, 3)
    (1.192, 1.179)
    >>> capability(10, 1, None, 13)
    (None, 1.0)
    """
    if sigma <= 0:
        return None, None
    above = math.inf if upper is None else upper - mean
    below = math.inf if lower is None else mean - lower
    nearer = min(above, below)
    spread = None if upper is None or lower is None else (upper - lower) / (6 * sigma)
    return spread, None if math.isinf(nearer) else nearer / (3 * sigma)
