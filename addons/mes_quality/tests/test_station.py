"""The tablet: found by a scan, recorded and decided in one call that may be repeated."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .inspection_common import DIAMETER, LOOK, InspectionCommon


@tagged("post_install", "-at_install")
class TestStation(InspectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(characteristics=[LOOK, DIAMETER])
        cls.picking = cls._create_receipt()
        cls.inspection = cls.picking.mes_inspection_ids
        cls.station = cls.env["mes.quality.station"].with_user(cls.inspector)
        cls.look, cls.first, cls.second = cls.inspection.line_ids.sorted("sample")

    def _record(self, **more):
        return self.station.record(self.inspection.id, **more)

    def test_a_scan_of_the_transfer_or_the_lot_opens_its_inspection(self):
        self._receive(self.picking, {"LOT-1": 10})
        for barcode in (self.picking.name, "LOT-1", self.inspection.name.lower()):
            self.assertEqual(self.station.get_state(barcode)["inspection"]["id"], self.inspection.id, barcode)
        unknown = self.station.get_state("NOTHING")
        self.assertEqual((unknown["status"], unknown["inspection"]), ("error", False))
        self.assertIn("NOTHING", unknown["message"])

    def test_answers_may_be_sent_twice(self):
        results = [{"line_id": self.first.id, "value": 10.0}]
        for _time in range(2):
            answer = self._record(results=results, sample=2)
        self.assertEqual((answer["status"], answer["inspection"]["sample"]), ("ok", 2))
        self.assertEqual([line["id"] for line in answer["inspection"]["lines"]], [self.look.id, self.second.id])
        self.assertEqual(answer["inspection"]["done_samples"], {1: "pass"})

    def test_a_decision_is_made_once(self):
        results = [{"line_id": self.look.id, "verdict": "pass"}]
        results += [{"line_id": line.id, "value": 10} for line in (self.first, self.second)]
        first = self._record(results=results, decision="evaluate", key="k1")
        again = self._record(results=results, decision="evaluate", key="k1")
        self.assertEqual((first["status"], first["duplicate"], again["duplicate"]), ("ok", False, True))
        self.assertEqual(self.inspection.state, "passed")
        other = self._record(decision="fail", reason="no", key="k2")
        self.assertEqual((other["status"], self.inspection.state), ("error", "passed"))

    def test_an_error_writes_nothing(self):
        answer = self._record(results=[{"line_id": self.look.id, "verdict": "pass"}], decision="pass", key="k1")
        self.assertEqual(answer["status"], "error")
        self.assertIn("0 of 2 pieces measured", answer["message"])
        self.assertFalse(self.look.verdict)
        for value in ("ten", True, float("nan"), None):
            self.assertEqual(self._record(results=[{"line_id": self.first.id, "value": value}])["status"], "error")
        self.assertFalse(self.first.is_recorded)

    def test_questions_of_another_inspection_are_refused(self):
        other = self._create_receipt().mes_inspection_ids.line_ids[0]
        self.assertEqual(self._record(results=[{"line_id": other.id, "verdict": "pass"}])["status"], "error")
        self.assertFalse(other.verdict)

    def test_further_pieces_are_asked_when_they_are_reached(self):
        self.plan.sampling_qty = 30
        self.inspection = self._create_receipt(quantity=100).mes_inspection_ids
        self.assertEqual(max(self.inspection.line_ids.mapped("sample")), 20)
        self.assertEqual(len(self._record(sample=30)["inspection"]["lines"]), 2)
        self.assertEqual(self._record(sample=31)["status"], "error")

    def test_an_inspector_needs_no_other_role(self):
        self._receive(self.picking, {"LOT-1": 10})
        user = new_test_user(self.env, "q_only", "mes_quality.mes_quality_group_user")
        station = self.station.with_user(user)
        self.assertEqual(station.get_state("LOT-1")["inspection"]["lot"], "LOT-1")
        results = [{"line_id": self.look.id, "verdict": "fail"}]
        answer = station.record(self.inspection.id, results=results, decision="fail", rejected_qty=4)
        self.assertEqual((answer["status"], self.inspection.state), ("ok", "failed"))
        self.assertEqual(self.inspection.hold_ids.filtered(lambda hold: hold.state == "active").quantity, 4)

    def test_only_inspectors(self):
        with self.assertRaises(AccessError):
            self.station.with_user(self.operator).get_state()
        with self.assertRaises(AccessError):
            self.station.with_user(self.operator).record(self.inspection.id)
