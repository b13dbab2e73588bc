"""Runs in Odoo's shell (with `env`), without our addons: what a factory has on its books before they come."""

from datetime import timedelta

env = env  # noqa: F821 - what the shell provides
env = env(context={**env.context, "tracking_disable": True})
warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
stock, now = warehouse.lot_stock_id, env.cr.now()
vendor, customer = env["res.partner"].create([{"name": "Supplier A"}, {"name": "Customer B"}])


def product(name, **more):
    return env["product.product"].create({"name": name, "is_storable": True, "standard_price": 3, **more})


def receive(item, quantity, days, names=()):
    order = env["purchase.order"].create(
        {"partner_id": vendor.id, "order_line": [(0, 0, {"product_id": item.id, "product_qty": quantity})]}
    )
    order.button_confirm()
    move = order.picking_ids.move_ids
    if names:
        share = quantity / len(names)
        move.move_line_ids.unlink()
        move.move_line_ids = [(0, 0, {"lot_name": name, "quantity": share, "product_id": item.id}) for name in names]
    else:
        move.quantity = quantity
    move.picked = True
    order.picking_ids.button_validate()
    past = now - timedelta(days=days)
    move.write({"date": past})
    move.move_line_ids.write({"date": past})


def make(item, bill, quantity, lot=None, done=True):
    order = env["mrp.production"].create({"product_id": item.id, "bom_id": bill.id, "product_qty": quantity})
    order.action_confirm()
    order.action_assign()
    if done:
        if lot:
            order.lot_producing_ids = env["stock.lot"].create({"name": lot, "product_id": item.id})
        order.qty_producing = quantity
        order.move_raw_ids.picked = True
        order.button_mark_done()
    return order


steel, paint = product("Steel"), product("Paint", tracking="lot")
part, frame = product("Part", tracking="lot"), product("Frame", tracking="lot", list_price=90)
part_bill = env["mrp.bom"].create(
    {
        "product_tmpl_id": part.product_tmpl_id.id,
        "bom_line_ids": [(0, 0, {"product_id": steel.id, "product_qty": 2})],
    }
)
frame_bill = env["mrp.bom"].create(
    {
        "product_tmpl_id": frame.product_tmpl_id.id,
        "bom_line_ids": [
            (0, 0, {"product_id": part.id, "product_qty": 1}),
            (0, 0, {"product_id": paint.id, "product_qty": 1}),
        ],
    }
)
receive(steel, 300, 200)
receive(steel, 100, 20)
receive(paint, 60, 120, ("P1", "P2", "P3"))
make(part, part_bill, 50, "PART1")
make(frame, frame_bill, 20, "F1")
make(frame, frame_bill, 5, done=False)
for quantity, ship in ((6, True), (4, False)):
    order = env["sale.order"].create(
        {"partner_id": customer.id, "order_line": [(0, 0, {"product_id": frame.id, "product_uom_qty": quantity})]}
    )
    order.action_confirm()
    if ship:
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
env["purchase.order"].create(
    {"partner_id": vendor.id, "order_line": [(0, 0, {"product_id": steel.id, "product_qty": 40})]}
).button_confirm()
env.cr.commit()
