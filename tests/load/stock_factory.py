"""Runs in Odoo's shell (with `env`): stock that many want at once, committed, described in a JSON file.

Twenty serial numbers of one product, twenty untracked pieces of another, and for each more deliveries than there is
stock, confirmed and not reserved.
"""

import datetime
import json
import os
import pathlib

from odoo.tests import new_test_user

SERIALS, WANTED = 20, 4
PIECES, ORDERS = 20, 40

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.out_type_id.reservation_method = "manual"
stock, customers = warehouse.lot_stock_id, env.ref("stock.stock_location_customers")


def product(name, **more):
    return env["product.product"].create({"name": name, "is_storable": True, **more})


def count(item, quantity, lot=None):
    quants = env["stock.quant"].with_context(inventory_mode=True)
    key = {"product_id": item.id, "location_id": stock.id, "lot_id": lot and lot.id}
    quants.create({**key, "inventory_quantity": quantity}).action_apply_inventory()


def deliveries(item, number):
    places = {"location_id": stock.id, "location_dest_id": customers.id}
    vals = {
        "picking_type_id": warehouse.out_type_id.id,
        "move_ids": [(0, 0, {"product_id": item.id, "product_uom_qty": 1, **places})],
        **places,
    }
    pickings = env["stock.picking"].create([dict(vals) for _number in range(number)])
    pickings.action_confirm()
    return pickings.ids


def key(login, groups):
    user = new_test_user(env, login, groups)
    until = datetime.datetime.now() + datetime.timedelta(days=1)
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "load", until)


serial, loose = product("Engine", tracking="serial"), product("Bolt")
for number in range(SERIALS):
    count(serial, 1, env["stock.lot"].create({"name": f"E-{number:02}", "product_id": serial.id}))
count(loose, PIECES)
found = {
    "serial_id": serial.id,
    "loose_id": loose.id,
    "serial_pickings": deliveries(serial, SERIALS * WANTED),
    "loose_pickings": deliveries(loose, ORDERS),
    "loops": [],
    "keys": {"clerk": key("load_stock_clerk", "stock.group_stock_user")},
}
env.cr.commit()
pathlib.Path(os.environ["MES_FACTORY_FILE"]).write_text(json.dumps(found))
