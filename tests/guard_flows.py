"""Runs in Odoo's shell (with `env`): purchases that the guard must not hinder. Describes the outcomes in JSON."""

import json
import os
import pathlib

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
env = env(context={**env.context, "tracking_disable": True, "allowed_company_ids": company.ids})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
stock = warehouse.lot_stock_id
# The buyer is of Manufacturing, too: in Odoo nobody else may confirm what a subcontractor makes.
roles = ("purchase.group_purchase_user", "stock.group_stock_user", "mrp.group_mrp_user")
groups = [(6, 0, [env.ref(role).id for role in roles])]
buyer = env["res.users"].create({"name": "Buyer", "login": "guard_flows_buyer", "group_ids": groups})
# Everything that is bought is stopped above the need of a day.
env["mes.aging.policy"].search([]).active = False
env["mes.aging.policy"].create({"name": "A day", "max_cover_days": 1, "purchase_policy": "stop"})
routes = {
    "mto": warehouse.mto_pull_id.route_id,
    "buy": warehouse.buy_pull_id.route_id,
    "dropship": env.ref("stock_dropshipping.route_drop_shipping"),
}
routes["mto"].active = True
found = {}


def product(name, vendor, *via):
    return env["product.product"].create(
        {
            "name": name,
            "is_storable": True,
            "route_ids": [(6, 0, [routes[one].id for one in via])],
            "seller_ids": [(0, 0, {"partner_id": vendor.id, "price": 1})],
        }
    )


def subcontracted(name, *via):
    """Return a product that a subcontractor makes of two castings each, and the casting."""
    maker, foundry = env["res.partner"].create([{"name": f"Maker of {name}"}, {"name": f"Foundry of {name}"}])
    made, casting = product(name, maker, *via), product(f"Casting of {name}", foundry, "buy")
    line = (0, 0, {"product_id": casting.id, "product_qty": 2})
    bill = {"product_tmpl_id": made.product_tmpl_id.id, "type": "subcontract", "subcontractor_ids": maker.ids}
    env["mrp.bom"].create({**bill, "bom_line_ids": [line]})
    return made, casting


def buy(item, quantity):
    """Return an order of the buyer's, confirmed."""
    line = (0, 0, {"product_id": item.id, "product_qty": quantity})
    vals = {"partner_id": item.seller_ids.partner_id.id, "picking_type_id": warehouse.in_type_id.id}
    order = env["purchase.order"].with_user(buyer).create({**vals, "order_line": [line]})
    order.button_confirm()
    return order.sudo()


def sell(item, quantity):
    line = (0, 0, {"product_id": item.id, "product_uom_qty": quantity})
    order = env["sale.order"].create({"partner_id": env.ref("base.partner_admin").id, "order_line": [line]})
    order.action_confirm()
    return order


def orders_of(item):
    return env["purchase.order.line"].search([("product_id", "=", item.id)]).order_id


def receive(order):
    picking = order.picking_ids
    picking.move_ids.picked = True
    picking.button_validate()
    return picking.state


def subcontract():
    """The subcontractor's work is never stopped; of its parts as many as it needs may be bought, and no more."""
    made, casting = subcontracted("Valve")
    order = buy(made, 500)
    exact, more = buy(casting, 1000), buy(casting, 1)
    parts = (exact.state, more.state)
    state = receive(order)
    return {
        "order": order.state,
        "parts": parts,
        "receipt": state,
        "on_hand": made.with_context(location=stock.id).qty_available,
    }


def dropship():
    """What goes from the vendor to the customer is not stopped, nor what is added to its sales order later."""
    item = product("Crane", env["res.partner"].create({"name": "Crane Works"}), "dropship")
    sale = sell(item, 30)
    order = orders_of(item)
    order.with_user(buyer).button_confirm()
    state = order.state
    sale.order_line.product_uom_qty = 40
    (orders_of(item) - order).with_user(buyer).button_confirm()
    return {
        "sale": sale.state,
        "order": state,
        "delivery": [receive(one) for one in orders_of(item)],
        "delivered": sale.order_line.qty_delivered,
    }


def subcontract_to_the_customer():
    """What a subcontractor makes and sends to the customer himself is not stopped."""
    made, _casting = subcontracted("Pump", "dropship")
    sale = sell(made, 5)
    order = orders_of(made)
    order.with_user(buyer).button_confirm()
    return {"sale": sale.state, "order": order.mapped("state"), "delivery": receive(order)}


def made_to_order():
    """A sales order of a subcontracted product is confirmed, and what it makes us buy is not stopped."""
    made, casting = subcontracted("Turbine", "mto", "buy")
    waiting = buy(casting, 7)
    sale = sell(made, 3)
    order = orders_of(made)
    order.with_user(buyer).button_confirm()
    bought = sum(order.order_line.mapped("product_qty"))
    return {"sale": sale.state, "order": order.mapped("state"), "bought": bought, "waiting": waiting.state}


def scheduler():
    """A scheduler run ends, with rules for what is subcontracted, drop shipped and bought."""
    made, casting = subcontracted("Compressor", "buy")
    direct = product("Mast", env["res.partner"].create({"name": "Mast Works"}), "dropship")
    sell(direct, 2)
    keep = {"product_min_qty": 20, "trigger": "auto"}
    env["stock.warehouse.orderpoint"].create(
        [{"product_id": item.id, "location_id": stock.id, "product_max_qty": 20, **keep} for item in (made, casting)]
    )
    env["stock.rule"].run_scheduler()
    orders = orders_of(made)
    orders.with_user(buyer).button_confirm()
    env["stock.rule"].run_scheduler()
    return {
        "made": [orders.mapped("state"), sum(orders.order_line.mapped("product_qty"))],
        "parts": sum(orders_of(casting).order_line.mapped("product_qty")),
        "direct": sum(orders_of(direct).order_line.mapped("product_qty")),
    }


for flow in (subcontract, dropship, subcontract_to_the_customer, made_to_order, scheduler):
    try:
        with env.cr.savepoint():
            found[flow.__name__] = flow()
    except Exception as error:
        import traceback

        found[flow.__name__] = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()[-1500:]}
pathlib.Path(os.environ["MES_FLOWS_FILE"]).write_text(json.dumps(found))
