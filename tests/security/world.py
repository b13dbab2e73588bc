"""Runs in Odoo's shell (with `env`) on the demonstration factory: who calls and what, described in a JSON file.

What the factory has none of is added, so that there is a record of each model of ours. Everything belongs to its
company and bears a mark in its name. Each role has two users: `here` works in that company, `there` only in another
one, which has nothing but its warehouse.
"""

import datetime
import json
import os
import pathlib
import secrets

from odoo.tests import new_test_user

MARK = os.environ["MES_MARK"]
FACTS = json.loads(pathlib.Path(os.environ["MES_FACTS"]).read_text())
UNTIL = datetime.datetime.now() + datetime.timedelta(days=1)
# Tables with a name and a company, but people, whom everybody sees, and files, whose names are needed.
NAMED = """
    SELECT c.table_name FROM information_schema.columns c
      JOIN information_schema.columns d USING (table_schema, table_name)
      JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'name' AND c.data_type IN ('character varying', 'text')
       AND d.column_name = 'company_id' AND t.table_type = 'BASE TABLE'
       AND c.table_name NOT IN ('res_partner', 'res_users', 'ir_attachment')
"""

env = env  # noqa: F821 - what the shell provides
here = env.ref("base.main_company")
env = env(user=env.ref("base.user_admin"), su=True, context={"allowed_company_ids": here.ids, "tracking_disable": True})


def make(model, **vals):
    return env[model].create(vals)


def find(model, *domain, limit=1):
    return env[model].search(list(domain), limit=limit)


def complete():
    """Add a record of what the factory has none of."""
    goods = find("product.product", ("is_storable", "=", True), ("tracking", "=", "none"), limit=3)
    lots = find(
        "stock.lot", ("quant_ids.location_id.usage", "=", "internal"), ("mes_quality_state", "=", "released"), limit=3
    )
    loop = find("mes.pull.loop", ("supply_method", "=", "manufacture"))
    find("mes.aging.alert", ("state", "=", "open"), limit=2).action_clear()
    env["mes.aging.purchase.proposal"]._refresh(find("product.product", ("is_storable", "=", True), limit=None))
    case = make("mes.aging.clearance", product_id=goods[0].id, quantity=5)
    case.action_propose()
    line = make("mes.aging.clearance.line", clearance_id=case.id, route="scrap", quantity=1)
    make("mes.aging.clearance.part", line_id=line.id, product_id=goods[1].id, quantity=1)
    order = find("purchase.order.line")
    make(
        "mes.aging.override",
        order_id=order.order_id.id,
        product_id=order.product_id.id,
        reason="because",
        user_id=env.uid,
        company_id=here.id,
    )
    recall = make("mes.quality.recall", subject="Recall", lot_ids=[(6, 0, lots.ids)])
    recall.action_trace()
    make("mes.quality.recall.notice", recall_id=recall.id, partner_id=find("res.partner").id)
    lots[0].action_mes_hold("Cracks", level="rejected")
    lots[1].action_mes_hold("Scratches")
    disposition = find("mes.quality.disposition", ("state", "=", "draft"))
    make("mes.quality.disposition.line", disposition_id=disposition.id, route="scrap", quantity=1)
    plan = find("mes.quality.plan")
    make("mes.quality.stream", plan_id=plan.id, product_id=goods[0].id, company_id=here.id)
    make(
        "mes.pull.webhook", name="Warehouse", url="http://127.0.0.1:9/", secret="a secret of twenty letters"
    ).action_test()
    make(
        "mes.pull.excess",
        loop_id=loop.id,
        location_id=loop.held_location_id.id,
        quantity=5,
        remaining_qty=5,
        date_held=datetime.datetime.now(),
    )
    make(
        "mes.pull.overtime",
        workcenter_id=find("mrp.workcenter").id,
        date="2026-12-05",
        hour_from=8,
        hour_to=12,
        reason="more",
    )
    house = find("stock.warehouse")
    offer = {"product_id": goods[0].id, "demand_product_id": goods[1].id, "company_id": here.id}
    make("mes.aging.surplus.offer", **offer, warehouse_id=house.id, dest_warehouse_id=house.id, quantity=1)
    call = find("mes.pull.call", ("state", "not in", ("done", "cancelled")))
    call.action_answer_short("none", note="lost")
    env["mes.pull.call"].search([], limit=1, order="id desc").unlink()
    make("mrp.unbuild", product_id=loop.product_id.id, product_qty=1)
    make("repair.order", product_id=goods[0].id)
    rule = {"compute_price": "percentage", "percent_price": 5}
    make("product.pricelist", name="List", company_id=here.id, item_ids=[(0, 0, rule)])


def mark():
    """Give the factory's products to its company, and everything that has a name and a company the mark."""
    env.flush_all()
    text = "UPDATE product_template SET company_id = %s, name = replace(name::text, '\": \"', %s)::jsonb"
    env.cr.execute(text, [here.id, f'": "{MARK} '])
    env.cr.execute("UPDATE product_product SET default_code = %s || default_code", [f"{MARK} "])
    env.cr.execute("UPDATE stock_lot SET company_id = %s", [here.id])
    env.cr.execute(NAMED)
    for (table,) in env.cr.fetchall():
        env.cr.execute(f'UPDATE "{table}" SET name = %s || name WHERE company_id = %s', [f"{MARK} ", here.id])
    env.invalidate_all()


def key(role, group, company):
    login = f"{role}_{secrets.token_hex(3)}"
    user = new_test_user(env, login, group, company_id=company.id, company_ids=[(6, 0, company.ids)])
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "campaign", UNTIL)


def some(name):
    """Return ids of a few of the factory's records."""
    model = env[name].with_context(active_test=False)
    if model._abstract or model._transient:
        return []
    field = model._fields.get("company_id")
    found = model.search([("company_id", "in", [here.id, False])] if field and field.store else [], limit=400).ids
    return found[:: max(1, len(found) // 6)][:6]


complete()
mark()
goods = find("product.product", ("is_storable", "=", True), limit=2)
make("mes.aging.substitute", product_id=goods[0].id, substitute_id=goods[1].id, company_id=here.id)
there = make("res.company", name="Other works")
coded = find("product.product", ("barcode", "!=", False), limit=2)
models = {name.rpartition(".")[0] for name in FACTS["methods"]} | set(FACTS["access"])
found = {
    "keys": {
        place: {role: key(role, group, company) for role, group in FACTS["roles"].items() if role != "public"}
        for place, company in (("here", here), ("there", there))
    },
    "ids": {model: some(model) for model in sorted({*models, "res.users"})},
    "barcodes": [
        *find("mes.pull.card", limit=3).mapped("name"),
        find("stock.lot").name,
        *find("product.product", ("barcode", "!=", False), limit=2).mapped("barcode"),
    ],
    "company": here.id,
}
env.cr.commit()
pathlib.Path(os.environ["MES_OUT"]).write_text(json.dumps(found))
