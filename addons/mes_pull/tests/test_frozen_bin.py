"""A frozen bin in a supermarket calls for its replacement by itself. Needs the addon for quality."""

from odoo.tests import tagged

from .common import PullCommon


@tagged("post_install", "-at_install")
class TestFrozenBin(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mes.quality.hold" not in cls.env:
            cls.skipTest(cls, "mes_quality is not installed")
        cls.casting = cls._create_product("Casting", tracking="lot")
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.casting.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": cls.blank.id, "product_qty": 1})],
            }
        )
        cls.castings = cls._create_loop(cls.casting, cls.blank_market, container_qty=100, card_count=10)
        cls.bad, cls.good = (
            cls.env["stock.lot"].create({"name": name, "product_id": cls.casting.id}) for name in ("BAD", "GOOD")
        )
        for lot, quantity in ((cls.bad, 300), (cls.good, 700)):
            cls.env["stock.quant"]._update_available_quantity(cls.casting, cls.blank_market, quantity, lot_id=lot)

    def _figures(self):
        self.env.invalidate_all()
        return self.castings.on_hand_qty, self.castings.on_order_qty, self.castings.room_qty

    def test_a_frozen_lot_is_ordered_anew_in_whole_containers(self):
        self.assertEqual(self._figures(), (1000, 0, 0))
        self.bad.action_mes_hold("cracks")
        self.assertEqual(self._figures(), (700, 300, 0))
        signal = self.env["mes.pull.signal"].search([("loop_id", "=", self.castings.id)])
        self.assertEqual((signal.quantity, signal.production_id.product_qty), (300, 300))

    def test_a_lifted_hold_brings_the_bin_back_and_orders_nothing(self):
        self.bad.action_mes_hold("cracks")
        self.bad.action_mes_release("only scratches")
        self.assertEqual(self._figures(), (1000, 300, -300))

    def test_a_withdrawal_takes_no_frozen_lot(self):
        self.bad.action_mes_hold("cracks")
        answer = self.station.withdraw(self.castings.id, 700, self.line.id)
        self.assertEqual(answer["status"], "ok", answer)
        self.assertEqual(self._on_hand(self.casting, self.line), 700)
        answer = self.station.withdraw(self.castings.id, 1, self.line.id)
        self.assertEqual(answer["status"], "error")
        self.assertEqual(self.bad.product_qty, 300)

    def test_a_named_frozen_lot_is_not_taken(self):
        self.bad.action_mes_hold("cracks")
        answer = self.station.withdraw(self.castings.id, 100, self.line.id, lot_id=self.bad.id)
        self.assertEqual(answer["status"], "error")
        self.assertIn("BAD", answer["message"])
        self.assertFalse(self.env["mes.pull.withdrawal"].search([("loop_id", "=", self.castings.id)]))
