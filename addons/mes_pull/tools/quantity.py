"""Reading a quantity that a person, a scanner or another program typed."""

from __future__ import annotations

import math

#: No single scan moves more than this; beyond it a barcode was read into the quantity field.
LARGEST_QUANTITY = 10_000_000


class QuantityError(ValueError):
    """The quantity cannot be used; ``code`` says why: ``number``, ``positive`` or ``absurd``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def read_quantity(value: object) -> float:
    """Return ``value`` as a positive, finite quantity.

    :raises QuantityError: code ``number`` (not a number), ``positive`` (zero or less), ``absurd`` (too large)

    >>> read_quantity(500), read_quantity("12.5"), read_quantity(" 7 ")
    (500.0, 12.5, 7.0)
    >>> for bad in ("abc", True, None, "nan", "inf", 0, -3, 4006381333931, [5]):
    ...     try:
    ...         read_quantity(bad)
    ...     except QuantityError as error:
    ...         print(error.code)
    number
    number
    number
    number
    number
    positive
    positive
    absurd
    number
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise QuantityError("number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise QuantityError("number") from None
    if not math.isfinite(number):
        raise QuantityError("number")
    if number <= 0:
        raise QuantityError("positive")
    if number > LARGEST_QUANTITY:
        raise QuantityError("absurd")
    return number
