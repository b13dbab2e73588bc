"""Ages put into buckets. Limits are the last day of each bucket; after the last one comes the open end."""

from __future__ import annotations

from collections.abc import Sequence

DEFAULT = "30,60,90,180"


def parse_limits(text: str | None) -> list[int]:
    """Read limits in days.

    :raises ValueError: unless they are whole numbers above zero, each greater than the one before

    >>> parse_limits("30, 60,90,180")
    [30, 60, 90, 180]
    >>> parse_limits("")
    [30, 60, 90, 180]
    >>> parse_limits("30,20")
    Traceback (most recent call last):
    ...
    ValueError: 30,20
    >>> parse_limits("a month")
    Traceback (most recent call last):
    ...
    ValueError: a month
    """
    text = (text or "").strip() or DEFAULT
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and part.isascii() and 0 < len(part) < 7 for part in parts):
        raise ValueError(text)
    limits = [int(part) for part in parts]
    if limits[0] < 1 or any(limit <= before for before, limit in zip(limits, limits[1:], strict=False)):
        raise ValueError(text)
    return limits


def make_labels(limits: Sequence[int], closed: str, last: str) -> list[str]:
    """Return a label for each bucket; as text they stand in the order of the days.

    They are filled up with spaces before them, which come before all digits; screens do not show them.

    :param closed: how a bucket with a first and a last day is called
    :param last: how the open one is called

    >>> make_labels([30, 60, 180], "%(first)s–%(last)s days", "%(first)s+ days")
    ['  0–30 days', ' 31–60 days', ' 61–180 days', '181+ days']
    >>> make_labels([7], "%(first)s bis %(last)s", "ab %(first)s")
    ['0 bis 7', 'ab 8']
    """
    width = len(str(limits[-1] + 1))
    starts = [0, *(limit + 1 for limit in limits)]
    pad = {start: " " * (width - len(str(start))) for start in starts}
    labels = [pad[start] + closed % {"first": start, "last": end} for start, end in zip(starts, limits, strict=False)]
    return [*labels, pad[starts[-1]] + last % {"first": starts[-1]}]
