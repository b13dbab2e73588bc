"""What a program sends: whether a parameter can be what its name says. Nothing (None, False) always can."""

import math
from datetime import date, datetime

LARGEST = 2**31 - 1  # of PostgreSQL's int4
COUNTS = ("limit", "offset", "since")
TEXTS = ("figure", "order", "status")


def is_count(value: object) -> bool:
    """Whether it is a number of rows, or an id.

    >>> is_count(20), is_count(-1), is_count(True), is_count(1.0), is_count(2**31)
    (True, False, False, False, False)
    """
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def is_number(value: object) -> bool:
    """Whether one can calculate with it.

    >>> is_number(1.5), is_number(-3), is_number(math.nan), is_number(math.inf), is_number("1"), is_number(True)
    (True, True, False, False, False, False)
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_moment(value: object) -> bool:
    """Whether it is a day of the calendar, or a time of it: ``YYYY-MM-DD``, ``YYYY-MM-DD HH:MM:SS`` or a date.

    >>> is_moment("2026-02-28"), is_moment("2026-02-28 08:00:00"), is_moment(date(2026, 2, 28))
    (True, True, True)
    >>> is_moment("2026-02-30"), is_moment("x"), is_moment(5)
    (False, False, False)
    """
    if isinstance(value, date):
        return True
    try:
        return isinstance(value, str) and len(value) in (10, 19) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def fits(name: str, value: object) -> bool:
    """Whether a value can be the parameter of that name; what a name doesn't tell always fits.

    >>> fits("limit", None), fits("lot_ids", [1, 2]), fits("lot_ids", [[1]]), fits("lot_id", "x"), fits("note", 5)
    (True, True, False, False, True)
    """
    if value is None or value is False:
        return True
    if name in COUNTS or name.endswith("_id"):
        return is_count(value)
    if name in TEXTS:
        return isinstance(value, str)
    if name.endswith("_ids") or name == "days":
        return isinstance(value, (list, tuple)) and all(map(is_count, value))
    if name == "quantity" or name.endswith(("_minutes", "_qty")):
        return is_number(value)
    return is_moment(value) if name.startswith("date") else True
