"""The tablet as an inspector uses it."""

from odoo.tests import HttpCase, tagged

from .inspection_common import DIAMETER, LOOK, InspectionCommon


@tagged("post_install", "-at_install")
class TestInspectionScreens(HttpCase, InspectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axle.name = "Tour axle"
        cls._create_plan(characteristics=[LOOK, DIAMETER])
        cls.picking = cls._create_receipt()
        cls.lots = cls._receive(cls.picking, {"TOUR-LOT": 10})

    def test_a_received_lot_is_measured_and_passed(self):
        self.assertEqual(self.lots.mes_quality_state, "inspection")
        self.start_tour("/odoo/inspect", "mes_quality_tablet_tour", login="q_inspector")
        inspection = self.picking.mes_inspection_ids
        self.assertEqual(inspection.line_ids.filtered("is_recorded").mapped("value"), [10, 9.9])
        self.assertEqual((inspection.state, self.lots.mes_quality_state), ("passed", "released"))
