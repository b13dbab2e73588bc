"""What the tests of inspections share, besides `QualityCommon`.

* `_create_plan(trigger, characteristics, **more)`: a control plan; `DIAMETER` is a measure of 9.9 to 10.1 mm,
  `LOOK` a question of good or bad
* `_create_receipt(product, quantity, ...)`: a confirmed receipt from `vendor`, not received yet
* `_receive(picking, lots)`: received, with the numbers of the lots typed late
"""

from .common import QualityCommon

LOOK = {"name": "Looks good", "kind": "check"}
DIAMETER = {
    "name": "Diameter",
    "kind": "measure",
    "unit": "mm",
    "each_sample": True,
    "has_lower": True,
    "lower_limit": 9.9,
    "has_upper": True,
    "upper_limit": 10.1,
    "nominal": 10,
}


class InspectionCommon(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")

    @classmethod
    def _create_plan(cls, trigger="receipt", characteristics=(LOOK,), **more):
        return cls.env["mes.quality.plan"].create(
            {
                "name": f"Plan {trigger}",
                "trigger": trigger,
                "product_ids": [(6, 0, cls.axle.ids)],
                "sampling": "fixed",
                "sampling_qty": 2,
                "characteristic_ids": [(0, 0, dict(one)) for one in characteristics],
                **more,
            }
        )

    @classmethod
    def _create_receipt(cls, product=None, quantity=10, user=None, **more):
        product = product or cls.axle
        picking = cls.env["stock.picking"].with_user(user or cls.operator)
        places = {"location_id": cls.suppliers.id, "location_dest_id": cls.stock.id}
        move = {"product_id": product.id, "product_uom_qty": quantity, **places, **more}
        picking = picking.create(
            {
                "picking_type_id": cls.warehouse.in_type_id.id,
                "partner_id": cls.vendor.id,
                "move_ids": [(0, 0, move)],
                **places,
            }
        )
        picking.action_confirm()
        return picking

    @classmethod
    def _receive(cls, picking, lots=None):
        """Receive all of it, or ``{lot name: quantity}``; without a backorder."""
        move = picking.move_ids
        if lots:
            move.move_line_ids.unlink()
            places = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
            common = {"move_id": move.id, "picking_id": picking.id, "product_id": move.product_id.id, **places}
            cls.env["stock.move.line"].with_user(picking.env.user).create(
                [{**common, "lot_name": name, "quantity": quantity} for name, quantity in lots.items()]
            )
        move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return cls.env["stock.lot"].search([("name", "in", list(lots or {})), ("product_id", "=", move.product_id.id)])

    def _inspect(self, inspection, user=None, **results):
        """Record the same for every question: ``verdict='pass'``, ``value=10`` …"""
        inspection = inspection.with_user(user or self.inspector)
        for line in inspection.line_ids:
            line.write({"value": results["value"]} if line.kind == "measure" else {"verdict": results["verdict"]})
        return inspection
