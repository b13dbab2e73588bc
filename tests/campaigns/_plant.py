"""Runs in Odoo's shell (with `env`): a plant that many work in at once, committed, described in a JSON file.

Six supermarkets of one product each, two of them with a component of their own, the last one made at a work centre
that takes three orders at a time; lots whose orders are closed while they are frozen (`MES_ROUNDS`); twenty loose
pieces that forty deliveries want; a product that has lain long enough to be cleared; orders for the nights in which
clocks change. People with API keys.
"""

import datetime
import json
import os
import pathlib

from odoo.tests import new_test_user

CONTAINERS = (1, 25, 100, 10, 50, 20)
STOCK, BLANKS = 20_000, 1_000_000
PIECES, CLOSINGS, DELIVERIES, CAP = 20, 8, 40, 3
CASTINGS = 900  # a minute each: fifteen hours
ROUNDS = int(os.environ.get("MES_ROUNDS", "1"))

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
env = env(context={**env.context, "tracking_disable": True, "allowed_company_ids": company.ids})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.out_type_id.reservation_method = "manual"
stock, customers = warehouse.lot_stock_id, env.ref("stock.stock_location_customers")
press, paint = env["mrp.workcenter"].create(
    [{"name": "Press"}, {"name": "Paint", "mes_wip_cap_jobs": CAP, "mes_wip_policy": "block"}]
)


def place(name):
    return env["stock.location"].create({"name": name, "location_id": stock.id, "usage": "internal"})


def product(name, **more):
    return env["product.product"].create({"name": name, "is_storable": True, "standard_price": 2, **more})


def count(item, where, quantity, lot=None):
    quants = env["stock.quant"].with_context(inventory_mode=True)
    key = {"product_id": item.id, "location_id": where.id, "lot_id": lot and lot.id}
    quants.create({**key, "inventory_quantity": quantity}).action_apply_inventory()


def bill(item, component, workcenter=press):
    return env["mrp.bom"].create(
        {
            "product_tmpl_id": item.product_tmpl_id.id,
            "bom_line_ids": [(0, 0, {"product_id": component.id, "product_qty": 1})],
            "operation_ids": [(0, 0, {"name": "Make", "workcenter_id": workcenter.id, "time_cycle_manual": 1})],
        }
    )


def blank(number):
    """The component of a supermarket: the first four share one, as sheets of one steel are shared."""
    if number < 4:
        return shared
    own = product(f"Blank {number}")
    count(own, stock, BLANKS)
    return own


def loop(number, container):
    part = product(f"Part {number}", barcode=f"PART-{number}")
    bill(part, blank(number), paint if number == len(CONTAINERS) - 1 else press)
    market = place(f"Market {number}")
    count(part, market, STOCK)
    record = env["mes.pull.loop"].create(
        {
            "product_id": part.id,
            "location_id": market.id,
            "location_dest_id": line.id,
            "container_qty": container,
            "card_count": STOCK // container,
        }
    )
    return {
        "id": record.id,
        "product_id": part.id,
        "barcode": part.barcode,
        "market_id": market.id,
        "container": container,
        "stock": STOCK,
    }


def closing(number):
    """A lot, and orders that have reserved a piece of it each and are ready to be closed."""
    item, made = product(f"Coil {number}", tracking="lot"), product(f"Frame {number}")
    lot = env["stock.lot"].create({"name": f"COIL-{number}", "product_id": item.id})
    count(item, stock, PIECES, lot)
    vals = {"product_id": made.id, "bom_id": bill(made, item).id, "product_qty": 1}
    orders = env["mrp.production"].create([dict(vals) for _number in range(CLOSINGS)])
    orders.action_confirm()
    orders.action_assign()
    for order in orders:
        order.qty_producing = 1
        order.move_raw_ids.picked = True
    return {"lot_id": lot.id, "orders": orders.ids}


def deliveries(item):
    places = {"location_id": stock.id, "location_dest_id": customers.id}
    vals = {
        "picking_type_id": warehouse.out_type_id.id,
        "move_ids": [(0, 0, {"product_id": item.id, "product_uom_qty": 1, **places})],
        **places,
    }
    pickings = env["stock.picking"].create([dict(vals) for _number in range(DELIVERIES)])
    pickings.action_confirm()
    return pickings.ids


def key(login, *groups):
    user = new_test_user(env, login, ",".join(groups))
    until = datetime.datetime.now() + datetime.timedelta(days=30)  # further than the clock jumps
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "campaign", until)


def night(date, start, hours):
    """An order that begins with the shift (0 to 8 in Berlin) of a night in which clocks change.

    :param int hours: how long that shift really is
    """
    made = product(f"Casting {date}")
    order = env["mrp.production"].create(
        {
            "product_id": made.id,
            "bom_id": bill(made, shared, oven).id,
            "product_qty": CASTINGS,
            "date_start": start,
        }
    )
    order.action_confirm()
    return {"date": date, "order": order.id, "hours": hours, "pieces": CASTINGS}


nights = env["resource.calendar"].create(
    {
        "name": "Nights",
        "tz": "Europe/Berlin",
        "attendance_ids": [(5, 0, 0)]
        + [
            (0, 0, {"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 8, "day_period": "morning"})
            for day in range(7)
        ],
    }
)
oven = env["mrp.workcenter"].create({"name": "Oven", "resource_calendar_id": nights.id})
line, shared = place("Welding"), product("Blank")
count(shared, stock, BLANKS)
loose, old = product("Bolt"), product("Bracket")
count(loose, stock, PIECES)
count(old, stock, 100)
long_ago = env.cr.now() - datetime.timedelta(days=200)
moves = env["stock.move"].search([("product_id", "=", old.id)])
moves.write({"date": long_ago})
moves.move_line_ids.write({"date": long_ago})
env["mes.aging.policy"].create({"name": "Brackets", "product_id": old.id, "max_age_days": 90})
everybody = (
    "mes_pull.mes_pull_group_planner",
    "mes_quality.mes_quality_group_user",
    "mes_aging.mes_aging_group_manager",
)
found = {
    "loops": [loop(number, container) for number, container in enumerate(CONTAINERS)],
    "rounds": [closing(number) for number in range(ROUNDS)],
    "loose_id": loose.id,
    "deliveries": deliveries(loose),
    "pieces": PIECES,
    "old_id": old.id,
    "nights": [
        night("2027-03-28", "2027-03-27 23:00:00", 7),
        night("2027-10-31", "2027-10-30 22:00:00", 9),
    ],
    "keys": {
        "system": key("campaign_system", "base.group_system"),
        "operator": key("campaign_operator", "mes_pull.mes_pull_group_operator"),
        "worker": key("campaign_worker", "mrp.group_mrp_user"),
        "clerk": key("campaign_clerk", "stock.group_stock_manager"),
        "viewer": key("campaign_viewer", *everybody, "stock.group_stock_user", "mrp.group_mrp_user"),
    },
}
env.cr.commit()
pathlib.Path(os.environ["MES_FACTORY_FILE"]).write_text(json.dumps(found))
