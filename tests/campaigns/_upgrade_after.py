"""Runs in Odoo's shell (with `env`) when an addon is gone: stock moves, and what was held can be found."""

import json
import os
import pathlib

env = env  # noqa: F821 - what the shell provides
found = {}
customer = env["res.partner"].search([("name", "=", "Customer B")], limit=1)
frame = env["product.product"].search([("name", "=", "Frame")], limit=1)
order = env["sale.order"].create(
    {"partner_id": customer.id, "order_line": [(0, 0, {"product_id": frame.id, "product_uom_qty": 2})]}
)
order.action_confirm()
order.picking_ids.move_ids.picked = True
order.picking_ids.button_validate()
found["a delivery can be done"] = order.order_line.qty_delivered == 2
work = env["mrp.production"].create({"product_id": frame.id, "bom_id": frame.bom_ids[:1].id, "product_qty": 1})
work.action_confirm()
work.action_assign()
work.lot_producing_ids = env["stock.lot"].create({"name": "AFTER", "product_id": frame.id})
work.qty_producing = 1
work.move_raw_ids.picked = True
work.with_context(skip_backorder=True).button_mark_done()
found["an order can be done"] = work.state == "done"
lot = env["stock.lot"].search([("name", "=", "P3")], limit=1)
if "mes.quality.hold" in env:
    found["held stock is still held"] = lot.mes_quality_state == "held"
else:
    notes = " ".join(message.body or "" for message in lot.message_ids)
    found["a note on the lot says that it was held, and why"] = "Clots" in notes
    here = lot.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0)
    places = here.location_id
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    inside = places.filtered(lambda place: place.parent_path.startswith(warehouse.lot_stock_id.parent_path))
    found["what was held is not where stock is taken from"] = bool(places) and not inside
env.cr.rollback()
pathlib.Path(os.environ["MES_OUT"]).write_text(json.dumps(found))
