"""What must be true of the plant whatever was done to it, asked from outside: by SQL and by JSON-2."""

import contextlib

from load_support import QUANTITY, WRONG, check_books

FIGURES = ["on_hand_qty", "held_qty", "on_order_qty", "authorised_qty", "position_qty", "room_qty"]
NEVER = {
    "a scan was booked twice": """
        SELECT scan_key FROM mes_pull_withdrawal WHERE scan_key IS NOT NULL
         GROUP BY company_id, scan_key HAVING COUNT(*) > 1
    """,
    "more is reserved than lies there": """
        SELECT q.product_id, q.location_id, q.lot_id FROM stock_quant q
          JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal'
         GROUP BY 1, 2, 3 HAVING SUM(q.reserved_quantity) > GREATEST(SUM(q.quantity), 0) + 0.000001
    """,
    "stock and transfers differ in what is reserved": """
        WITH asked AS (
            SELECT ml.product_id, ml.location_id, ml.lot_id, SUM(ml.quantity_product_uom) AS quantity
              FROM stock_move_line ml JOIN stock_location l ON l.id = ml.location_id AND l.usage = 'internal'
             WHERE ml.state NOT IN ('done', 'cancel', 'draft') GROUP BY 1, 2, 3
        ), there AS (
            SELECT q.product_id, q.location_id, q.lot_id, SUM(q.reserved_quantity) AS quantity
              FROM stock_quant q JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal'
             GROUP BY 1, 2, 3
        )
        SELECT COALESCE(a.product_id, t.product_id), a.quantity, t.quantity FROM asked a
          FULL JOIN there t ON t.product_id = a.product_id AND t.location_id = a.location_id
           AND t.lot_id IS NOT DISTINCT FROM a.lot_id
         WHERE abs(COALESCE(a.quantity, 0) - COALESCE(t.quantity, 0)) > 0.000001
    """,
    "frozen stock is reserved": """
        SELECT q.id FROM stock_quant q JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal'
         WHERE q.mes_is_frozen AND q.reserved_quantity > 0
    """,
    "held stock was issued": """
        SELECT h.id, h.quantity FROM mes_quality_hold h
         WHERE h.state = 'active' AND h.lot_id IS NOT NULL AND h.quantity != (
               SELECT COALESCE(SUM(q.quantity), 0) FROM stock_quant q
                 JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal' WHERE q.lot_id = h.lot_id)
    """,
    "a cap on work in progress is passed": """
        SELECT wc.id, COUNT(DISTINCT mo.id) FROM mrp_workcenter wc
          JOIN mrp_workorder work ON work.workcenter_id = wc.id AND work.state NOT IN ('done', 'cancel')
          JOIN mrp_production mo ON mo.id = work.production_id AND mo.state NOT IN ('done', 'cancel')
           AND mo.mes_release_state = 'released' AND mo.mes_pull_state IS DISTINCT FROM 'paused'
         WHERE wc.mes_wip_policy = 'block' AND wc.mes_wip_cap_jobs > 0
         GROUP BY wc.id HAVING COUNT(DISTINCT mo.id) > wc.mes_wip_cap_jobs
    """,
    "cases clear more than lies there": """
        SELECT c.product_id, SUM(c.quantity - COALESCE(c.cleared_qty, 0) - COALESCE(c.gone_qty, 0))
          FROM mes_aging_clearance c WHERE c.state IN ('draft', 'open')
         GROUP BY 1 HAVING SUM(c.quantity - COALESCE(c.cleared_qty, 0) - COALESCE(c.gone_qty, 0)) > (
               SELECT COALESCE(SUM(q.quantity), 0) FROM stock_quant q
                 JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal'
                WHERE q.product_id = c.product_id)
    """,
}


def check_plant(campaign, title, plant, viewer=None, quiet=False):
    """Note what is broken after the step ``title``.

    :param viewer: a JSON-2 client; with it the loops' figures are compared with their formula
    :param quiet: nothing but scans was done to the supermarkets
    """
    for what, statement in {**WRONG, **NEVER}.items():
        for row in plant.rows(statement)[:5]:
            campaign.check(False, f"{title}: {what}: {' '.join(row)}")
    with note_failures(campaign, title):
        check_books(plant, quiet)
    if viewer:
        check_figures(campaign, title, plant, viewer)


def check_figures(campaign, title, plant, viewer):
    """The pull balance that any program reads is the formula of its parts, and the stock that SQL finds."""
    ids = [loop["id"] for loop in plant.loops]
    for loop, row in zip(plant.loops, viewer("mes.pull.loop", "read", ids=ids, fields=FIGURES), strict=True):
        on_hand, held, on_order, authorised, position, room = (row[name] for name in FIGURES)
        there = plant.number(f"SELECT SUM(quantity) FROM stock_quant WHERE location_id = {loop['market_id']}")
        name = f"{title}: loop {loop['id']}"
        campaign.check(abs(on_hand - there) < QUANTITY, f"{name} says {on_hand} on hand, {there} lie there")
        campaign.check(abs(position - on_hand - held - on_order) < QUANTITY, f"{name}: position is no sum: {row}")
        campaign.check(abs(room - authorised + position) < QUANTITY, f"{name}: room is no difference: {row}")


def check_scans(campaign, title, plant, scans):
    """Every scan was answered, and what the clients asked for is what was moved, key by key."""
    lost = [scan for scan in scans if not scan.answer]
    campaign.check(not lost, f"{title}: {len(lost)} scans without an answer: {lost[:1]}")
    bad = [scan for scan in scans if scan.answer and scan.answer["status"] != "ok"]
    campaign.check(not bad, f"{title}: {len(bad)} scans refused: {bad[:1]}")
    asked = {scan.key: float(scan.arguments["quantity"]) for scan in scans if scan not in lost and scan not in bad}
    keys = ", ".join(f"'{key}'" for key in asked) or "''"
    booked = plant.rows(
        "SELECT w.scan_key, m.quantity FROM mes_pull_withdrawal w JOIN stock_move m ON m.id = w.move_id"
        f" WHERE m.state = 'done' AND w.scan_key IN ({keys})"
    )
    campaign.check(len(booked) == len(asked), f"{title}: {len(asked)} keys, {len(booked)} bookings")
    found = {key: float(quantity) for key, quantity in booked}
    wrong = [key for key, quantity in asked.items() if found.get(key) != quantity]
    campaign.check(not wrong, f"{title}: other quantities than scanned: {wrong[:5]}")


@contextlib.contextmanager
def note_failures(campaign, title):
    """An assertion of the load tests that fails inside is a finding."""
    try:
        yield
    except AssertionError as error:
        campaign.check(False, f"{title}: {str(error).splitlines()[0]}")
