"""The addon reads the past when it comes, and leaves nothing frozen lying about when it goes."""

from odoo.tests import tagged

from ..hooks import post_init_hook, uninstall_hook
from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestLife(QualityCommon):
    def _receive(self, lot, quantity):
        """Return the done line of a receipt."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.axle.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock.id,
                "partner_id": self.vendor.id,
            }
        )
        move._action_confirm()
        move.move_line_ids = [(5,), (0, 0, {"lot_id": lot.id, "quantity": quantity, "product_id": self.axle.id})]
        move.picked = True
        move._action_done()
        return move.move_line_ids

    def test_origins_of_the_past_are_noted_once(self):
        lot = self._create_lot("OLD", self.axle)
        line = self._receive(lot, 7)
        lot.mes_origin_ids.unlink()
        lot.write({"mes_vendor_id": False, "mes_vendor_lot": False})
        for _time in range(2):
            post_init_hook(self.env)
            origin = lot.mes_origin_ids
            self.assertEqual((len(origin), origin.quantity, origin.move_line_id), (1, 7, line))
            self.assertEqual((lot.mes_vendor_id, lot.mes_vendor_lot), (self.vendor, "OLD"))

    def test_what_was_held_in_its_place_lies_in_quarantine_afterwards_and_says_why(self):
        self.lot.action_mes_hold("Cracks")
        uninstall_hook(self.env)
        here = self.lot.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal" and quant.quantity)
        self.assertEqual(here.mapped("quantity"), [10])
        self.assertTrue(here.location_id.mes_is_quarantine)
        self.assertNotIn(f"/{self.stock.id}/", here.location_id.parent_path)
        self.assertIn("Cracks", self.lot.message_ids[0].body)
