"""Vendors' labels fill receipts; parts that are scanned go into the unit that is being built."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .trace_common import TraceCommon

GTIN = "05901234123457"


@tagged("post_install", "-at_install")
class TestLabels(TraceCommon):
    def test_a_gs1_label_fills_lot_vendors_lot_and_quantity(self):
        self.axle.barcode = GTIN[1:]
        places = {"location_id": self.suppliers.id, "location_dest_id": self.stock.id}
        move = {"product_id": self.axle.id, "product_uom_qty": 100, **places}
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": self.vendor.id,
                "move_ids": [(0, 0, move)],
                **places,
            }
        )
        receipt.action_confirm()
        answer = receipt.with_user(self.operator).action_mes_scan(f"(01){GTIN}(10)A-03-77(37)40")
        self.assertEqual((answer["lot"], answer["vendor_lot"], answer["quantity"]), ("A-03-77", "A-03-77", 40))
        with self.assertRaisesRegex(UserError, "not known"):
            receipt.action_mes_scan("(01)04012345678901(10)X")
        receipt._action_done()
        lot = self.env["stock.lot"].search([("name", "=", "A-03-77"), ("product_id", "=", self.axle.id)])
        self.assertEqual((lot.mes_vendor_id, lot.mes_origin_ids.quantity), (self.vendor, 40))

    def test_parts_go_into_the_unit_that_was_scanned_before_them(self):
        robot = self._create_product("Robot", tracking="serial")
        first, second = self.env["stock.lot"].create([{"name": f"R{n}", "product_id": robot.id} for n in (1, 2)])
        part = {"product_id": self.axle.id, "product_uom_qty": 2}
        order = self.env["mrp.production"].create(
            {"product_id": robot.id, "product_qty": 2, "bom_id": False, "move_raw_ids": [(0, 0, part)]}
        )
        order.action_confirm()
        for unit, axle in ((first, self.lot), (second, self.other_lot)):
            order.with_user(self.operator).action_mes_scan(unit.name)
            order.with_user(self.operator).action_mes_scan(axle.name)
        lines = order.move_raw_ids.move_line_ids.filtered("mes_built_into_id")
        self.assertEqual(
            {line.lot_id: line.mes_built_into_id for line in lines}, {self.lot: first, self.other_lot: second}
        )
