"""Ageing by category over many quants, against hand-written SQL; one product's layers; how it all grows

A stock is written by SQL: half of the products with lots (20 each), half without (20 places each, 40 receipts of which
the newest explain what is on hand), with issues and transfers of two years. `MES_BENCH_PRODUCTS` products (10,000:
200,000 quants, a million move lines). The floor is one statement that gives the same table of category and bucket for
one company without owners; both must give the same sums. For the growth a quarter of the products is measured first.
"""

import os
import time

from _bench import get_growth, interleave, keep, reset, vacuum

PRODUCTS = int(os.environ.get("MES_BENCH_PRODUCTS", "10000"))
QUARTER = PRODUCTS // 4
CATEGORIES, PLACES, BATCH = 20, 20, 250
LIMIT, LIMIT_GROWTH = 1.5, 1.1
FLOOR = """
WITH queue AS (
    SELECT q.product_id, sum(q.quantity) OVER w - q.quantity AS lo, sum(q.quantity) OVER w AS hi
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id AND l.usage IN ('internal', 'transit')
     WHERE q.lot_id IS NULL AND q.quantity > 0 AND q.company_id = %(company)s
    WINDOW w AS (PARTITION BY q.product_id ORDER BY q.in_date DESC, q.id DESC)
), supply AS (
    SELECT m.product_id, m.date, sum(m.quantity_product_uom) OVER w - m.quantity_product_uom AS lo,
           sum(m.quantity_product_uom) OVER w AS hi
      FROM stock_move_line m
      JOIN stock_location s ON s.id = m.location_id AND s.usage IN ('supplier', 'production')
      JOIN stock_location d ON d.id = m.location_dest_id AND d.usage IN ('internal', 'transit')
     WHERE m.state = 'done' AND m.lot_id IS NULL AND m.company_id = %(company)s
    WINDOW w AS (PARTITION BY m.product_id ORDER BY m.date DESC, m.id DESC)
), layer AS (
    SELECT q.product_id, least(q.hi, s.hi) - greatest(q.lo, s.lo) AS quantity, s.date
      FROM queue q JOIN supply s ON s.product_id = q.product_id AND s.lo < q.hi AND s.hi > q.lo
  UNION ALL
    SELECT q.product_id, q.quantity, l.mes_first_in
      FROM stock_quant q JOIN stock_lot l ON l.id = q.lot_id
      JOIN stock_location p ON p.id = q.location_id AND p.usage IN ('internal', 'transit')
     WHERE q.company_id = %(company)s
)
SELECT t.categ_id, width_bucket(floor(extract(epoch FROM %(now)s - layer.date) / 86400)::int, ARRAY[31, 61, 91, 181]),
       sum(layer.quantity),
       sum(layer.quantity * (p.standard_price ->> %(key)s)::numeric)
  FROM layer
  JOIN product_product p ON p.id = layer.product_id
  JOIN product_template t ON t.id = p.product_tmpl_id
 GROUP BY 1, 2
"""


class Factory:
    """Products by the ORM, their stock and history by SQL."""

    def __init__(self, env) -> None:
        self.env = env
        self.company = env.company
        self.stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
        self.outside = {
            usage: env["stock.location"].search([("usage", "=", usage)], limit=1) for usage in ("supplier", "customer")
        }
        self.places = env["stock.location"].create(
            [{"name": f"Shelf {number}", "location_id": self.stock.id} for number in range(PLACES)]
        )
        self.categories = env["product.category"].create([{"name": f"Category {n}"} for n in range(CATEGORIES)])
        self.products = env["product.product"]

    def fill(self, count):
        """Add so many products."""
        products = self.env["product.product"].create([self.prepare(number) for number in range(count)])
        self.write_lots(products[::2])
        self.write_queues(products[1::2])
        self.env["stock.move.line"]._mes_backfill_flows()
        self.products += products
        vacuum(self.env)

    def prepare(self, number):
        return {
            "name": f"Item {number}",
            "is_storable": True,
            "tracking": "none" if number % 2 else "lot",
            "standard_price": 1 + number % 7,
            "categ_id": self.categories[number % CATEGORIES].id,
        }

    def run(self, sql, **more):
        self.env.flush_all()
        names = {"supplier": self.outside["supplier"].id, "customer": self.outside["customer"].id}
        values = {"company": self.company.id, "stock": self.stock.id, "places": self.places.ids, "count": PLACES}
        self.env.cr.execute(sql, {**names, **values, **more})

    def write_lots(self, products):
        """Write 20 lots of each product, each in one place."""
        self.run(
            """
            INSERT INTO stock_lot (name, product_id, company_id, mes_first_in, create_date, mes_quality_state)
            SELECT 'L' || item || '-' || n, item, %(company)s,
                   now() - interval '1 day' * ((item * 7 + n * 31) %% 700), now(), 'released'
              FROM unnest(%(items)s) item, generate_series(1, 20) n
            """,
            items=products.ids,
        )
        self.run(
            """
            INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity, reserved_quantity, in_date)
            SELECT product_id, %(company)s, (%(places)s)[1 + id %% %(count)s], id, 1 + id %% 50, 0, mes_first_in
              FROM stock_lot WHERE product_id = ANY(%(items)s)
            """,
            items=products.ids,
        )
        self.write_lines(products, "supplier", "stock", 20, lots=True)
        self.write_lines(products, "stock", "customer", 20, lots=True)

    def write_queues(self, products):
        """Write 20 places of 10 pieces, and 40 receipts of 30 of each product."""
        self.run(
            """
            INSERT INTO stock_quant (product_id, company_id, location_id, quantity, reserved_quantity, in_date)
            SELECT item, %(company)s, place, 10, 0, now() - interval '1 day' * ((item + place * 13) %% 400)
              FROM unnest(%(items)s) item, unnest(%(places)s) place
            """,
            items=products.ids,
        )
        self.write_lines(products, "supplier", "stock", 40)
        self.write_lines(products, "stock", "customer", 40)
        self.write_lines(products, "stock", "stock", 40)

    def write_lines(self, products, source, dest, count, lots=False):
        ids = {"stock": self.stock.id, **{usage: place.id for usage, place in self.outside.items()}}
        self.run(
            """
            INSERT INTO stock_move (product_id, company_id, location_id, location_dest_id, product_uom, state, date,
                                    product_uom_qty, product_qty, quantity, procure_method)
            SELECT item, %(company)s, %(source)s, %(dest)s, template.uom_id, 'done',
                   now() - interval '1 day' * ((item * 11 + n * 17) %% 720), 30, 30, 30, 'make_to_stock'
              FROM unnest(%(items)s) item
              JOIN product_product product ON product.id = item
              JOIN product_template template ON template.id = product.product_tmpl_id, generate_series(1, %(n)s) n
            """,
            items=products.ids,
            source=ids[source],
            dest=ids[dest],
            n=count,
        )
        self.run(
            """
            INSERT INTO stock_move_line (move_id, product_id, company_id, location_id, location_dest_id, product_uom_id,
                                         state, date, quantity, quantity_product_uom, picked, lot_id)
            SELECT move.id, move.product_id, move.company_id, move.location_id, move.location_dest_id,
                   move.product_uom, 'done', move.date, 30, 30, TRUE, lot.id
              FROM stock_move move
         LEFT JOIN LATERAL (
                    SELECT id FROM stock_lot WHERE product_id = move.product_id AND %(lots)s LIMIT 1
                   ) lot ON TRUE
             WHERE move.product_id = ANY(%(items)s)
               AND move.location_id = %(source)s AND move.location_dest_id = %(dest)s
            """,
            items=products.ids,
            source=ids[source],
            dest=ids[dest],
            lots=lots,
        )


def read_layers(env):
    return env["mes.aging.layer"]._read_group([], ["categ_id", "bucket"], ["quantity:sum", "value:sum"])


def read_floor(env):
    company = env.company.id
    now = env["stock.quant"]._fields["in_date"].now()
    env.cr.execute(FLOOR, {"company": company, "key": str(company), "now": now})
    return env.cr.fetchall()


def take(env, products):
    """Return the seconds of a daily run over these products."""
    model = env["mes.aging.snapshot"]
    env.cr.execute("DELETE FROM mes_aging_snapshot")
    reset(env)
    start = time.perf_counter()
    for first in range(0, len(products), BATCH):
        model._take(env.company, products[first : first + BATCH], model._fields["date"].today())
        env.cr.commit()
    return time.perf_counter() - start


def bench(env):
    factory = Factory(env)
    factory.fill(QUARTER)
    table = {"layers": lambda: read_layers(env)}
    small_table = interleave(env, table, rounds=5, warm_up=1)["layers"][1]
    small_run = min(take(env, factory.products) for _round in range(3))
    factory.fill(PRODUCTS - QUARTER)
    env.cr.execute("SELECT count(*) FROM stock_quant WHERE company_id = %s", [env.company.id])
    quants = env.cr.fetchone()[0]
    env.cr.execute("SELECT count(*) FROM stock_move_line")
    lines = env.cr.fetchone()[0]
    ours, floor = read_layers(env), read_floor(env)
    for column in (2, 3):
        mine, theirs = (sum(row[column] for row in rows) for rows in (ours, floor))
        assert abs(float(mine) - float(theirs)) < 1e-3 * float(theirs), (column, mine, theirs)
    product = factory.products[1]
    layers = env["mes.aging.layer"]
    clocks = ["age_days", "idle_days", "cover_days"]
    found = interleave(
        env,
        {
            **table,
            "floor": lambda: read_floor(env),
            "one": lambda: layers.search([("product_id", "=", product.id)]).read(clocks),
            "page": lambda: layers.search_read([], ["product_id", "value", "age_days"], limit=80),
        },
        rounds=5,
        warm_up=1,
    )
    run = min(take(env, factory.products) for _round in range(3))
    times = PRODUCTS / QUARTER
    seconds = {name: figures[1] for name, figures in found.items()}
    growth = {
        "table": get_growth((1, small_table), (times, seconds["layers"])),
        "run": get_growth((1, small_run), (times, run)),
    }
    return keep(
        "aging",
        [
            ("quants on hand", quants, "", None),
            ("move lines", lines, "", None),
            ("age by category and bucket", round(seconds["layers"], 3), "s", None),
            ("the same by hand-written SQL", round(seconds["floor"], 3), "s", None),
            ("ratio", round(seconds["layers"] / seconds["floor"], 2), "×", LIMIT),
            ("layers of one product, three clocks", round(seconds["one"], 3), "s", None),
            ("first page of the list", round(seconds["page"], 3), "s", None),
            (
                "growth of the table from a quarter on: exponent",
                get_growth((1, small_table), (times, seconds["layers"])),
                "",
                LIMIT_GROWTH,
            ),
            ("daily run, all products", round(run, 1), "s", None),
            ("growth of the daily run: exponent", growth["run"], "", LIMIT_GROWTH),
        ],
    )
