"""The daily check of alerts: a few queries for any number of products, and time that grows with their number

`MES_BENCH_ITEMS` products (4,000) with 10 pieces each, 100 days old, and two causes each: too old, and nothing uses them.
Measured is the second check, as on any usual day: all causes are known and nothing changes.
"""

import os
from datetime import datetime, timedelta

from _bench import interleave, keep

ITEMS = int(os.environ.get("MES_BENCH_ITEMS", "4000"))
ROUNDS, LIMIT_QUERIES, LIMIT_GROWTH = 5, 40, 1.3


def fill(env):
    """Return the products; their stock was simply there one day, which is the worst for no part of the check."""
    stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
    products = env["product.product"].with_context(tracking_disable=True)
    products = products.create([{"name": f"Item {number}", "is_storable": True} for number in range(ITEMS)])
    place = {"location_id": stock.id, "quantity": 10, "in_date": datetime.now() - timedelta(days=100)}
    env["stock.quant"].sudo().create([{"product_id": product.id, **place} for product in products])
    return products


def bench(env):
    """Check a quarter, and all of them."""
    products = fill(env)
    alerts = env["mes.aging.alert"]
    opened, _closed = alerts._check(products)
    assert opened == 2 * ITEMS, opened

    def check(some):
        assert alerts._check(some) == (0, 0)

    few = products[: ITEMS // 4]
    found = interleave(env, {"few": lambda: check(few), "all": lambda: check(products)}, ROUNDS, warm_up=1)
    growth = found["all"][1] / found["few"][1] / 4
    return keep(
        "alerts",
        [
            (f"check of {len(few)} products", round(found["few"][1], 2), "s", None),
            (f"check of {len(products)} products", round(found["all"][1], 2), "s", None),
            ("queries of the larger check", found["all"][0], "queries", LIMIT_QUERIES),
            ("time for four times as many ÷ 4", round(growth, 2), "×", LIMIT_GROWTH),
        ],
    )
