"""What the tests of dispositions share.

`DispositionCommon` adds to `QualityCommon`:

* `receive(quantity)`: a purchase of axles from `vendor`, received as a lot into `stock`
* `reject(lot, quantity)`: the hold and its disposition
* `decide(order, *lines)`: lines, approved and executed as `engineer`
"""

from odoo.fields import Command

from .common import QualityCommon


class DispositionCommon(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axle.standard_price = 5
        cls.quarantine = cls.warehouse._mes_get_quarantine()

    @classmethod
    def receive(cls, name, quantity, price=7, **more):
        """Return a lot that was bought and received."""
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.vendor.id,
                "order_line": [
                    Command.create({"product_id": cls.axle.id, "product_qty": quantity, "price_unit": price, **more})
                ],
            }
        )
        order.button_confirm()
        picking = order.picking_ids
        lot = cls.env["stock.lot"].create({"name": name, "product_id": cls.axle.id})
        picking.move_ids.move_line_ids.write({"lot_id": lot.id})
        picking.move_ids.picked = True
        picking.button_validate()
        return lot

    def reject(self, lot, quantity=0):
        """Return the disposition of the rejected lot, or of so many pieces of it."""
        if quantity:
            hold = self.env["mes.quality.hold"]._create_for_part(lot, self.stock, quantity, "Cracks", level="rejected")
        else:
            hold = lot.with_user(self.inspector).action_mes_hold("Cracks", level="rejected")
        return hold.disposition_id.with_user(self.engineer)

    def decide(self, order, *lines):
        """Split the disposition into lines ``(route, quantity, more)``, approve and execute it."""
        self.split(order, *lines)
        order.action_approve()
        order.action_execute()
        return order.line_ids

    def split(self, order, *lines):
        for route, quantity, more in lines:
            vals = {"route": route, "quantity": quantity, **more}
            order.line_ids = [Command.create(vals)]

    def finish(self, picking):
        """Validate a transfer as a person of the warehouse does, without a backorder."""
        picking = picking.with_user(self.operator)
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def on_hand(self, lot, place=None):
        quants = lot.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal")
        return sum(quants.filtered(lambda quant: not place or quant.location_id == place).mapped("quantity"))
