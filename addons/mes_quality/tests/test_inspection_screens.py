"""The tablet as an inspector uses it, and the unit tests of the addon's JavaScript."""

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

    def test_unit(self):
        """The hoot tests of all screens."""
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={self._hoot_id('@mes_quality')}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    @staticmethod
    def _hoot_id(path):
        """The number that hoot gives to a suite of tests."""
        number = 0
        for char in path:
            number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
        return f"{number:08x}"
