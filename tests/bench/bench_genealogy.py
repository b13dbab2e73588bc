"""One lot's full answer and a vendor's March, against recursive SQL; core's search of deliveries; write cost

A factory of three levels is written by SQL from the rows of one real flow: raw lots of 200 vendors, 2 lots of level 1
from each pair, then level 2 and 3, which is shipped. `MES_BENCH_LOTS` raw lots (10,000: 130,000 move lines;
80,000: a million). The floor is one statement by hand, over Odoo's own table of consumed and produced lines, that
answers the same question: from the vendor's receipts over all levels, every lot's quantity by place and customer, how
much of the recalled goods it stands for, what open orders took. It reads rows only, knows no cycles, unbuilds, repairs,
untracked stock or rights, and both answers are compared. How the answer grows is told by two periods, one four times as
long as the other.
"""

import os
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from _bench import get_growth, interleave, keep

RAW = int(os.environ.get("MES_BENCH_LOTS", "10000"))
PERIOD = min(RAW, 40_000)  # minutes; each brings a lot
VENDORS = 96
GROWTH_LIMIT = 1.1  # linear, but for what the method cannot tell apart
FLOOR = """
WITH RECURSIVE came AS (
    SELECT l.id, l.lot_id, l.quantity_product_uom AS quantity FROM stock_move_line l
      JOIN stock_location s ON s.id = l.location_id AND s.usage = 'supplier'
     WHERE l.state = 'done' AND {came}
), f(lot_id) AS (
    SELECT lot_id FROM came
  UNION
    SELECT o.lot_id
      FROM f
      JOIN stock_move_line i ON i.lot_id = f.lot_id AND i.state = 'done'
      JOIN stock_move_line_consume_rel r ON r.produce_line_id = i.id
      JOIN stock_move_line o ON o.id = r.consume_line_id AND o.state = 'done' AND o.lot_id IS NOT NULL
), history AS (
    SELECT l.id, l.lot_id, l.quantity_product_uom AS quantity, l.location_id, l.location_dest_id,
           s.usage, d.usage AS usage_dest, COALESCE(p.partner_id, m.partner_id) AS partner_id
      FROM f
      JOIN stock_move_line l ON l.lot_id = f.lot_id AND l.state = 'done'
      JOIN stock_move m ON m.id = l.move_id
      JOIN stock_location s ON s.id = l.location_id
      JOIN stock_location d ON d.id = l.location_dest_id
 LEFT JOIN stock_picking p ON p.id = l.picking_id
), total AS (
    SELECT lot_id, sum(quantity) AS quantity FROM history WHERE usage IN ('supplier', 'production') GROUP BY 1
), edge AS (
    SELECT i.lot_id AS source_id, o.lot_id AS target_id,
           i.quantity * o.quantity / sum(o.quantity) OVER (PARTITION BY i.id) / t.quantity AS share
      FROM history i
      JOIN total t ON t.lot_id = i.lot_id
      JOIN stock_move_line_consume_rel r ON r.produce_line_id = i.id
      JOIN history o ON o.id = r.consume_line_id
), path(lot_id, content) AS (
    SELECT lot_id, quantity FROM came
  UNION ALL
    SELECT edge.target_id, path.content * edge.share FROM path JOIN edge ON edge.source_id = path.lot_id
), content AS (
    SELECT path.lot_id, sum(path.content) / min(t.quantity) AS share
      FROM path JOIN total t ON t.lot_id = path.lot_id GROUP BY 1
), place AS (
    SELECT lot_id, location_id, partner_id, sum(quantity) AS quantity FROM (
        SELECT lot_id, location_dest_id AS location_id, quantity, usage_dest AS usage,
               CASE WHEN usage_dest = 'customer' THEN partner_id END AS partner_id FROM history
         UNION ALL
        SELECT lot_id, location_id, -quantity, usage, NULL FROM history) moved
     WHERE usage NOT IN ('supplier', 'production') GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0
), taken AS (
    SELECT l.lot_id, l.location_id, sum(l.quantity_product_uom) AS quantity
      FROM f JOIN stock_move_line l ON l.lot_id = f.lot_id AND l.picked
       AND l.state IN ('assigned', 'partially_available', 'confirmed', 'waiting', 'draft')
      JOIN stock_move m ON m.id = l.move_id AND m.raw_material_production_id IS NOT NULL GROUP BY 1, 2
)
SELECT place.lot_id, lot.product_id, place.location_id, s.usage, place.partner_id, place.quantity,
       place.quantity * content.share, taken.quantity, t.sale_ok,
       EXISTS (SELECT FROM mrp_bom_line b WHERE b.product_id = lot.product_id), (SELECT sum(quantity) FROM came)
  FROM place
  JOIN content ON content.lot_id = place.lot_id
  JOIN stock_lot lot ON lot.id = place.lot_id
  JOIN product_product v ON v.id = lot.product_id
  JOIN product_template t ON t.id = v.product_tmpl_id
  JOIN stock_location s ON s.id = place.location_id
  LEFT JOIN taken ON taken.lot_id = place.lot_id AND taken.location_id = place.location_id
"""
CAME_LOT = "l.lot_id = %(lot)s"
CAME_VENDOR = """l.id IN (SELECT move_line_id FROM mes_quality_origin
    WHERE partner_id = %(partner)s AND date < %(date_to)s AND company_id = %(company)s)"""


class Factory:
    """Real documents of each kind once, then as many rows of them as are wanted."""

    def __init__(self, env) -> None:
        self.env = env
        self.stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
        self.types = self.stock.warehouse_id
        self.outside = {
            usage: env["stock.location"].search([("usage", "=", usage)], limit=1) for usage in ("supplier", "customer")
        }
        self.products = env["product.product"].create(
            [{"name": f"Level {n}", "is_storable": True, "tracking": "lot"} for n in range(4)]
        )
        self.vendors = env["res.partner"].create([{"name": f"Vendor {n}"} for n in range(VENDORS)])
        self.grow()
        env.cr.commit()

    # -- one real flow ------------------------------------------------------------------------------------------

    def lot(self, product):
        return self.env["stock.lot"].create({"name": f"P-{product.id}", "product_id": product.id})

    def transfer(self, kind, source, target, lot, partner):
        places = {"location_id": source.id, "location_dest_id": target.id}
        move = {"product_id": lot.product_id.id, "product_uom_qty": 10, **places}
        picking = self.env["stock.picking"].create(
            {"picking_type_id": kind.id, "partner_id": partner.id, "move_ids": [(0, 0, move)], **places}
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        line = {"product_id": lot.product_id.id, "lot_id": lot.id, "quantity": 10, "picked": True, **places}
        picking.move_ids.move_line_ids = [(0, 0, line)]
        picking._action_done()
        return picking.move_ids

    def make(self, part, lot, quantity=10):
        order = self.env["mrp.production"].create(
            {
                "product_id": lot.product_id.id,
                "product_qty": quantity,
                "bom_id": False,
                "move_raw_ids": [(0, 0, {"product_id": part.product_id.id, "product_uom_qty": quantity})],
                "lot_producing_ids": lot.ids,
            }
        )
        order.action_confirm()
        order.move_raw_ids.move_line_ids.unlink()
        line = {"product_id": part.product_id.id, "lot_id": part.id, "quantity": quantity, "picked": True}
        order.move_raw_ids.move_line_ids = [(0, 0, line)]
        order.qty_producing = quantity
        order.move_raw_ids.picked = True
        order.button_mark_done()
        assert order.state == "done"
        return order

    # -- rows of it ---------------------------------------------------------------------------------------------

    def spread(self, record, count, **columns):
        """Write ``count`` rows like that of ``record``; ``columns`` are SQL over ``g``. Return the first id."""
        table = record._table
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attname <> 'id'",
            [table],
        )
        names = [name for (name,) in cr.fetchall()]
        cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")
        first = cr.fetchone()[0]
        values = ", ".join(f"({columns[name]})" if name in columns else f'p."{name}"' for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        cr.execute(
            f"INSERT INTO {table} (id, {quoted}) SELECT {first} + g, {values}"
            f" FROM generate_series(0, {count - 1}) g, {table} p WHERE p.id = {record.id}"
        )
        cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        return first

    def grow(self):
        # keys are checked by plans that were made while the tables were nearly empty
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        lots = [self.lot(product) for product in self.products]
        received = self.transfer(self.types.in_type_id, self.outside["supplier"], self.stock, lots[0], self.vendors[0])
        orders = [self.make(lots[n], lots[n + 1]) for n in range(3)]
        shipped = self.transfer(self.types.out_type_id, self.stock, self.outside["customer"], lots[3], self.vendors[1])
        counts = [RAW, 2 * RAW, RAW, RAW]
        firsts = [
            self.spread(lot, count, name=f"'L{level}-' || g")
            for level, (lot, count) in enumerate(zip(lots, counts, strict=True))
        ]
        self.first = firsts[0]
        self.spread_receipts(received, firsts[0])
        # which lots go into order g of each level
        parts = [["g / 2", f"((g / 2) * 7 + 3) % {RAW}"], ["2 * g", "2 * g + 1"], ["g"]]
        for level, order in enumerate(orders):
            self.spread_orders(order, counts[level + 1], parts[level], firsts[level], firsts[level + 1], level)
        self.spread_deliveries(shipped, firsts[3])
        self.env.cr.execute("ANALYZE")
        self.env.invalidate_all()

    def day(self, level):
        return f"timestamp '2026-01-01' + make_interval(mins => (g % 300000)) + interval '{200 * level} days'"

    def spread_receipts(self, move, lots):
        vendor = f"{self.vendors[0].id} + g % {VENDORS}"
        date = self.day(0)
        picking = self.spread(move.picking_id, RAW, name="'B-IN-' || g", partner_id=vendor, date_done=date)
        moves = self.spread(move, RAW, picking_id=f"{picking} + g", date=date)
        line = {"lot_id": f"{lots} + g", "date": date}
        lines = self.spread(move.move_line_ids, RAW, move_id=f"{moves} + g", picking_id=f"{picking} + g", **line)
        origin = move.move_line_ids.lot_id.mes_origin_ids
        more = {"partner_id": vendor, "picking_id": f"{picking} + g", "vendor_lot": "'V-' || g"}
        self.spread(origin, RAW, move_line_id=f"{lines} + g", **line, **more)
        quant = self.env["stock.quant"].create({"product_id": self.products[0].id, "location_id": self.stock.id})
        self.spread(quant, RAW, lot_id=f"{lots} + g", quantity="2")

    def spread_orders(self, order, count, parts, lots_in, lots_out, level):
        date = self.day(level + 1)
        orders = self.spread(order, count, name=f"'B-MO-{level}-' || g")
        raw = self.spread(order.move_raw_ids, count, raw_material_production_id=f"{orders} + g", date=date)
        done = self.spread(order.move_finished_ids, count, production_id=f"{orders} + g", date=date)
        share = {"quantity": f"{10 / len(parts) / (2 if level == 0 else 1)}", "date": date}
        share["quantity_product_uom"] = share["quantity"]
        inputs = [
            self.spread(
                order.move_raw_ids.move_line_ids, count, move_id=f"{raw} + g", lot_id=f"{lots_in} + {part}", **share
            )
            for part in parts
        ]
        made = {"move_id": f"{done} + g", "lot_id": f"{lots_out} + g", "date": date}
        outputs = self.spread(order.move_finished_ids.move_line_ids, count, **made)
        for first in inputs:
            self.env.cr.execute(
                "INSERT INTO stock_move_line_consume_rel (consume_line_id, produce_line_id)"
                f" SELECT {outputs} + g, {first} + g FROM generate_series(0, {count - 1}) g"
            )

    def spread_deliveries(self, move, lots):
        date = self.day(4)
        buyer = f"{self.vendors[0].id} + (g * 3) % {VENDORS}"
        picking = self.spread(move.picking_id, RAW, name="'B-OUT-' || g", partner_id=buyer, date_done=date)
        moves = self.spread(move, RAW, picking_id=f"{picking} + g", date=date)
        line = {"lot_id": f"{lots} + g", "date": date}
        self.spread(move.move_line_ids, RAW, move_id=f"{moves} + g", picking_id=f"{picking} + g", **line)


def answer(env, **criteria):
    """Return a function that finds the whole answer of a recall."""

    def work():
        recall = env["mes.quality.recall"].new({"subject": "Bench", "company_id": env.company.id, **criteria})
        rows, received, missing = recall._find_answer()
        assert rows and not missing
        places = {(row["lot_id"], row["location_id"], row["partner_id"] or None): row["source_qty"] for row in rows}
        work.found = places, received

    return work


def keep_answer(env, **criteria):
    """Make a recall and trace it, as a person does."""
    recall = env["mes.quality.recall"].create({"subject": "Bench", **criteria})
    recall.action_trace()
    assert recall.balanced


def floor(env, came, **values):
    def work():
        env.cr.execute(FLOOR.format(came=came), {"company": env.company.id, **values})
        rows = env.cr.fetchall()
        work.found = {(row[0], row[2], row[4]): float(row[6]) for row in rows}, float(rows[0][-1])

    return work


def compare(answered, by_hand):
    """Both have found the same goods at the same places."""
    (found, received), (places, came) = answered.found, by_hand.found
    assert received == came and found.keys() == places.keys(), (received, came, len(found), len(places))
    assert all(abs(found[key] - places[key]) < 1e-4 for key in found)
    assert abs(sum(places.values()) - came) < 1e-4


def search_core(env, lot):
    """Core's own search of deliveries, on core's own indexes; seconds."""
    env.cr.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'stock_move_line' AND indexname LIKE '%mes_lot_idx'"
    )
    env.cr.execute(f"DROP INDEX {env.cr.fetchone()[0]}")
    env.invalidate_all()
    start = time.perf_counter()
    deliveries = env["stock.lot"].browse(lot)._find_delivery_ids_by_lot()
    seconds = time.perf_counter() - start
    assert deliveries[lot]
    env.cr.rollback()
    return seconds


def write_cost(env, factory):
    """Return the ratios (queries, CPU) of an order with what genealogy writes and without."""
    part = env["stock.lot"].create({"name": "WRITE", "product_id": factory.products[0].id})
    env["stock.quant"]._update_available_quantity(factory.products[0], factory.stock, 1_000_000, lot_id=part)
    env.cr.commit()
    Line = env.registry["stock.move.line"]

    def full():
        lot = env["stock.lot"].create({"name": f"W-{time.monotonic_ns()}", "product_id": factory.products[1].id})
        factory.make(part, lot)

    def bare():
        nothing = {"_mes_note_origins": lambda self: None, "_mes_set_units": lambda self, vals_list: None}
        with patch.multiple(Line, **nothing):
            full()

    found = interleave(env, {"with": full, "without": bare}, 12)
    return [found["with"][key] / found["without"][key] for key in (0, 2)]


def bench(env):
    factory = Factory(env)
    lot = factory.first + RAW // 2
    date_to = "2026-01-08" if RAW >= 10_000 else "2027-01-01"
    vendor = factory.vendors[5].id
    works = {
        "lot": answer(env, lot_ids=[(4, lot)]),
        "lot floor": floor(env, CAME_LOT, lot=lot),
        "tree": lambda: env["mes.quality.genealogy"].trace_forward([lot]),
        "month": answer(env, partner_id=vendor, date_to=date_to),
        "month floor": floor(env, CAME_VENDOR, partner=vendor, date_to=date_to),
        **{
            period: answer(env, partner_id=vendor, date_to=datetime(2026, 1, 1) + timedelta(minutes=minutes))
            for period, minutes in {"short": PERIOD // 4, "long": PERIOD}.items()
        },
        "kept": lambda: keep_answer(env, partner_id=vendor, date_to=date_to),
    }
    found = interleave(env, works, 7)
    compare(works["lot"], works["lot floor"])
    compare(works["month"], works["month floor"])
    wall = {name: figures[1] for name, figures in found.items()}
    pieces = {period: works[period].found[1] for period in ("short", "long")}
    growth = get_growth(*((pieces[period], wall[period]) for period in pieces))
    core = search_core(env, lot)
    queries, cpu = write_cost(env, factory)
    return keep(
        "genealogy",
        [
            (f"one lot ({len(works['lot'].found[0])} places): full answer", wall["lot"] * 1000, "ms", 100),
            (
                f"one lot: full answer / floor ({wall['lot floor'] * 1000:.1f} ms)",
                wall["lot"] / wall["lot floor"],
                "x",
                3,
            ),
            ("one lot: trace_forward", wall["tree"] * 1000, "ms", 100),
            (
                f"a vendor's month ({works['month'].found[1]:g} pieces, {len(works['month'].found[0])} places)",
                wall["month"] * 1000,
                "ms",
                None,
            ),
            (f"month / floor ({wall['month floor'] * 1000:.0f} ms)", wall["month"] / wall["month floor"], "x", 2),
            ("the same, traced by action_trace: lines written", wall["kept"] * 1000, "ms", None),
            (
                f"growth from {pieces['short']:g} to {pieces['long']:g} pieces: exponent",
                growth,
                "",
                GROWTH_LIMIT,
            ),
            (f"core's deliveries of one lot / the full answer ({core:.2f} s)", core / wall["lot"], "x more", None),
            ("the same as a share of 1/50", 50 * wall["lot"] / core, "x", 1),
            ("an order with what genealogy writes / without: queries", queries, "x", 1.05),
            ("an order with what genealogy writes / without: CPU", cpu, "x", None),
        ],
    )
