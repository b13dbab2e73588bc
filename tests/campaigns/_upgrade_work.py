"""Runs in Odoo's shell (with `env`) with all addons: what an uninstalled addon leaves behind."""

env = env  # noqa: F821 - what the shell provides
part = env["product.product"].search([("name", "=", "Part")], limit=1)
steel = env["product.product"].search([("name", "=", "Steel")], limit=1)
warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
env["stock.lot"].search([("name", "=", "P3")]).action_mes_hold("Clots")
env["mes.pull.loop"].create(
    {
        "product_id": part.id,
        "location_id": warehouse.lot_stock_id.id,
        "supply_method": "manufacture",
        "bom_id": part.bom_ids[:1].id,
        "container_qty": 10,
        "card_count": 5,
    }
).action_replenish()
env["mes.aging.policy"].create({"name": "Steel", "product_id": steel.id, "max_age_days": 90})
env["mes.aging.alert"]._check(steel | part)
if "mes.aging.clearance" in env:
    env["mes.aging.clearance"].create({"product_id": steel.id, "quantity": 10})
env.cr.commit()
