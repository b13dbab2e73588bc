"""Runs in Odoo's shell (with `env`): what is frozen and decided while others work, committed, described in a JSON file.

Per round a lot of its own with eight reserved deliveries of one piece, an inspection that waits for its decision, a
disposition that waits for approval and one that is approved, both of one line that scraps all.
"""

import datetime
import json
import os
import pathlib

from odoo.tests import new_test_user

ROUNDS, ORDERS, PIECES = int(os.environ["MES_ROUNDS"]), 8, 20

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
env = env(context={**env.context, "tracking_disable": True, "allowed_company_ids": company.ids})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
stock, customers = warehouse.lot_stock_id, env.ref("stock.stock_location_customers")


def create_lot(name):
    item = env["product.product"].create({"name": name, "is_storable": True, "tracking": "lot"})
    lot = env["stock.lot"].create({"name": name, "product_id": item.id})
    quants = env["stock.quant"].with_context(inventory_mode=True)
    key = {"product_id": item.id, "location_id": stock.id, "lot_id": lot.id}
    quants.create({**key, "inventory_quantity": PIECES}).action_apply_inventory()
    return lot


def deliver(lot):
    places = {"location_id": stock.id, "location_dest_id": customers.id}
    vals = {
        "picking_type_id": warehouse.out_type_id.id,
        "move_ids": [(0, 0, {"product_id": lot.product_id.id, "product_uom_qty": 1, **places})],
        **places,
    }
    pickings = env["stock.picking"].create([dict(vals) for _number in range(ORDERS)])
    pickings.action_confirm()
    pickings.action_assign()
    return pickings.ids


def inspect(lot):
    plan = env["mes.quality.plan"].create(
        {
            "name": lot.name,
            "trigger": "demand",
            "product_ids": [(6, 0, lot.product_id.ids)],
            "sampling": "fixed",
            "sampling_qty": 1,
            "characteristic_ids": [(0, 0, {"name": "Looks good", "kind": "check"})],
        }
    )
    asked = env["mes.quality.inspection"].with_user(inspector)
    inspection = asked.create({"plan_id": plan.id, "lot_id": lot.id})
    inspection.line_ids.write({"verdict": "pass"})
    return inspection.id


def dispose(lot, approve):
    hold = lot.with_user(inspector).action_mes_hold("Cracks", level="rejected")
    order = hold.disposition_id.with_user(engineer)
    order.line_ids = [(0, 0, {"route": "scrap", "quantity": PIECES})]
    if approve:
        order.action_approve()
    return order.id


def key(user):
    until = datetime.datetime.now() + datetime.timedelta(days=1)
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "load", until)


clerk = new_test_user(env, "load_quality_clerk", "stock.group_stock_user")
inspector = new_test_user(env, "load_quality_inspector", "mes_quality.mes_quality_group_user,stock.group_stock_user")
engineer = new_test_user(env, "load_quality_engineer", "mes_quality.mes_quality_group_engineer")
rounds = []
for number in range(ROUNDS):
    lot = create_lot(f"FREEZE-{number}")
    rounds.append(
        {
            "lot_id": lot.id,
            "pickings": deliver(lot),
            "inspection_id": inspect(create_lot(f"INSPECT-{number}")),
            "approve_id": dispose(create_lot(f"APPROVE-{number}"), False),
            "execute_id": dispose(create_lot(f"EXECUTE-{number}"), True),
        }
    )
found = {
    "rounds": rounds,
    "loops": [],
    "keys": {"clerk": key(clerk), "inspector": key(inspector), "engineer": key(engineer)},
}
env.cr.commit()
pathlib.Path(os.environ["MES_FACTORY_FILE"]).write_text(json.dumps(found))
