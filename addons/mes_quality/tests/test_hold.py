"""A lot is held and released: who may, what is kept, what nobody alters."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestHold(QualityCommon):
    def _hold(self, **more):
        return self.lot.with_user(self.inspector).action_mes_hold("Cracks at the rim", **more)

    def test_a_held_lot_says_so_and_its_stock_is_frozen(self):
        hold = self._hold()
        self.assertEqual((hold.state, hold.level, hold.quantity, hold.product_id), ("active", "held", 10, self.axle))
        self.assertEqual(self.lot.mes_quality_state, "held")
        self.assertEqual(self.lot.quant_ids.mapped("mes_is_frozen"), [True])
        self.assertEqual(self.other_lot.quant_ids.mapped("mes_is_frozen"), [False])
        self.assertEqual(hold.held_by_id, self.inspector)

    def test_the_highest_level_of_several_holds_counts(self):
        self.lot._mes_hold("inspection", "Incoming")
        rejected = self._hold(level="rejected")
        self.assertEqual(self.lot.mes_quality_state, "rejected")
        rejected.with_user(self.engineer).action_lift("Measured again")
        self.assertEqual(self.lot.mes_quality_state, "inspection")
        self.lot.mes_hold_ids._lift("Passed")
        self.assertEqual(self.lot.mes_quality_state, "released")
        self.assertEqual(self.lot.quant_ids.mapped("mes_is_frozen"), [False])
