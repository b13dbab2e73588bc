"""Which policy counts for an item? The most specific one. Plain arithmetic.

A scope is a tuple ``(product, category, kind, warehouse, company)``, each of them a key or None for any. Of the
scopes that fit an item, the order of specificity is

1. the product before
2. its category, the nearest before those above it, before
3. its kind, before none of these;
4. at the same level a warehouse before all warehouses, and then a company before all companies.

A policy may name several: a category and a kind, say. It then fits where all of them do, and counts before one that
names the category alone.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Scope(NamedTuple):
    """What a policy is for; None: any."""

    product: int | None = None
    category: int | None = None
    kind: str | None = None
    warehouse: int | None = None
    company: int | None = None


class Item(NamedTuple):
    """What a policy is looked for: ``categories`` from the top to the product's own."""

    product: int
    categories: tuple[int, ...] = ()
    kind: str | None = None
    warehouse: int | None = None
    company: int | None = None


def candidates(item: Item) -> Iterator[Scope]:
    """Yield the scopes that fit ``item``, the most specific first.

    >>> [tuple(scope) for scope in candidates(Item(7, (1, 3)))]
    [(7, 3, None, None, None), (7, 1, None, None, None), (7, None, None, None, None), \
(None, 3, None, None, None), (None, 1, None, None, None), (None, None, None, None, None)]
    """
    kinds, warehouses, companies = ((value, None) if value else (None,) for value in item[2:])
    for product in (item.product, None):
        for category in (*reversed(item.categories), None):
            for kind in kinds:
                for warehouse in warehouses:
                    for company in companies:
                        yield Scope(product, category, kind, warehouse, company)


def choose(policies: dict[Scope, int], item: Item) -> int | None:
    """Return the policy that counts for ``item``; None when none fits.

    >>> by_scope = {
    ...     Scope(): 1,
    ...     Scope(kind="finished"): 2,
    ...     Scope(category=1): 3,
    ...     Scope(category=3): 4,
    ...     Scope(category=3, warehouse=5): 5,
    ...     Scope(product=7): 6,
    ...     Scope(kind="finished", warehouse=5): 7,
    ... }
    >>> [choose(by_scope, item) for item in (Item(9), Item(9, (), "finished"), Item(9, (), "raw"))]
    [1, 2, 1]
    >>> [choose(by_scope, item) for item in (Item(9, (1, 2), "finished"), Item(9, (1, 3)), Item(9, (1, 3, 4)))]
    [3, 4, 4]
    >>> choose(by_scope, Item(9, (1, 3), warehouse=5)), choose(by_scope, Item(7, (1, 3), warehouse=5))
    (5, 6)
    >>> choose(by_scope, Item(9, (), "finished", 5)), choose(by_scope, Item(9, (), "finished", 6))
    (7, 2)

    A policy that names the warehouse or the company counts where they are the same, and nowhere else.

    >>> both = {Scope(company=1): 1, Scope(warehouse=5): 2}
    >>> choose(both, Item(9, warehouse=5, company=1)), choose(both, Item(9, company=1)), choose(both, Item(9))
    (2, 1, None)
    """
    return next((policies[scope] for scope in candidates(item) if scope in policies), None)
