# Run in Odoo's shell: a bench to which blanks are called, and an order of 75 brackets, 25 an hour, that runs now.
from datetime import datetime, timedelta

company = env.ref("base.main_company")
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
kind = warehouse.int_type_id.copy({"name": "Calls", "sequence_code": "CALL"})
kind.default_location_src_id = warehouse.lot_stock_id
bench = env["stock.location"].create(
    {"name": "Bench", "usage": "internal", "location_id": warehouse.view_location_id.id, "barcode": "WMS-BENCH"}
)
bench.write({"mes_call_type_id": kind.id, "mes_call_horizon": 12})
hours = [
    (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)
]
clock = env["resource.calendar"].create({"name": "Round the clock", "tz": "UTC", "attendance_ids": hours})
press = env["mrp.workcenter"].create(
    {"name": "WMS press", "resource_calendar_id": clock.id, "mes_line_location_id": bench.id}
)
blank, bracket = env["product.product"].create(
    [{"name": "WMS blank", "is_storable": True, "barcode": "WMS-BLANK"}, {"name": "WMS bracket", "is_storable": True}]
)
env["mrp.bom"].create(
    {
        "product_tmpl_id": bracket.product_tmpl_id.id,
        "bom_line_ids": [(0, 0, {"product_id": blank.id, "product_qty": 1})],
        "operation_ids": [(0, 0, {"name": "Bend", "workcenter_id": press.id, "time_cycle_manual": 2.4})],
    }
)
env["stock.quant"]._update_available_quantity(blank, warehouse.lot_stock_id, 1000)
order = env["mrp.production"].create({"product_id": bracket.id, "product_qty": 75})
order.action_confirm()
env.flush_all()
order.workorder_ids.duration_expected = 180
order.workorder_ids.date_start = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
env.cr.commit()
assert sum(env["mes.pull.call"].search([]).mapped("quantity")) == 75
