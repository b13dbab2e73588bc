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


def make_labels(limits: Sequence[int]) -> list[str]:
    """Return a label for each bucket; as text they stand in the order of the days.

    >>> make_labels([30, 60, 180])
    ['000–030', '031–060', '061–180', '181+']
    >>> make_labels([7])
    ['0–7', '8+']
    """
    width = len(str(limits[-1] + 1))
    starts = [0, *(limit + 1 for limit in limits)]
    labels = [f"{start:0{width}}–{end:0{width}}" for start, end in zip(starts, limits, strict=False)]
    return [*labels, f"{starts[-1]:0{width}}+"]
