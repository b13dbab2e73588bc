"""Runs in Odoo's shell (with `env`): a small factory to scan in, committed, described in a JSON file.

Three supermarkets of one product each (containers of 1, 25 and 100), each product made of one `Blank` in one
operation; stock comes by inventory counts, so that every quantity has its moves. Three people with API keys:
an operator, a planner and an inventory user.
"""

import datetime
import json
import os
import pathlib

from odoo.tests import new_test_user

CONTAINERS = (1, 25, 100)
STOCK = 50_000

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
press = env["mrp.workcenter"].create({"name": "Press"})


def place(name, parent=warehouse.lot_stock_id):
    return env["stock.location"].create({"name": name, "location_id": parent.id, "usage": "internal"})


def product(name, **more):
    return env["product.product"].create({"name": name, "is_storable": True, **more})


def count(item, where, quantity):
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quant = quants.create({"product_id": item.id, "location_id": where.id, "inventory_quantity": quantity})
    quant.action_apply_inventory()


def bill(item, component):
    env["mrp.bom"].create(
        {
            "product_tmpl_id": item.product_tmpl_id.id,
            "bom_line_ids": [(0, 0, {"product_id": component.id, "product_qty": 1})],
            "operation_ids": [(0, 0, {"name": "Stamp", "workcenter_id": press.id, "time_cycle_manual": 1})],
        }
    )


def loop(container):
    part = product(f"Part in {container}s", barcode=f"PART-{container}")
    bill(part, blank)
    market = place(f"Market {container}")
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


def key(login, groups):
    user = new_test_user(env, login, groups)
    until = datetime.datetime.now() + datetime.timedelta(days=1)
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "load", until)


blank = product("Blank")
line = place("Welding")
count(blank, warehouse.lot_stock_id, 1_000_000)
found = {
    "loops": [loop(container) for container in CONTAINERS],
    "line_id": line.id,
    "blank_id": blank.id,
    "stock_id": warehouse.lot_stock_id.id,
    "internal_type_id": warehouse.int_type_id.id,
    "customer_id": env.ref("stock.stock_location_customers").id,
    "keys": {
        "operator": key("load_operator", "mes_pull.mes_pull_group_operator"),
        "planner": key("load_planner", "mes_pull.mes_pull_group_planner"),
        "clerk": key("load_clerk", "stock.group_stock_manager"),
    },
}
last = env["mes.pull.loop"].browse(found["loops"][-1]["id"])
last._create_missing_cards()
found["cards"] = last.card_ids.sorted("id").mapped("name")
env.cr.commit()
pathlib.Path(os.environ["MES_FACTORY_FILE"]).write_text(json.dumps(found))
