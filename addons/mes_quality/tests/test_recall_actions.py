"""What is done about a recall: hold all, write to customers, workbook, certificate; its criteria one by one."""

import io
import zipfile

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .trace_common import MARCH, TraceCommon


class RecallCase(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(MARCH):
            cls.batch = cls._receive("LOT-1", cls.axle, 1000, vendor_lot="=A-03-77")
        cls.order, cls.carts = cls._make(cls.cart, 200, [(cls.batch, 400)])
        cls._ship(cls.carts, 120)
        cls.Recall = cls.env["mes.quality.recall"].with_user(cls.inspector)

    def _recall(self, **criteria):
        recall = self.Recall.create({"subject": "Cracked axles", **criteria})
        recall.action_trace()
        return recall

    def _find(self, **criteria):
        return self._by_place(self._recall(**criteria))


@tagged("post_install", "-at_install")
class TestRecallActions(RecallCase):
    def test_hold_all_freezes_every_lot_also_shipped_ones_and_only_once(self):
        recall = self._recall(partner_id=self.vendor.id)
        recall.action_hold_all()
        self.assertEqual(recall.state, "held")
        self.assertEqual({self.batch.mes_quality_state, self.carts.mes_quality_state}, {"held"})
        self.assertEqual(recall.hold_ids.lot_id, self.batch | self.carts)
        self.assertEqual(set(recall.hold_ids.reason_id.mapped("name")), {"Recall"})
        recall.action_hold_all()
        self.assertEqual(recall.hold_count, 2)
        self._move(self.warehouse.in_type_id, self.customers, self.stock, [(self.carts, 20)], self.customer)
        self.assertTrue(
            all(self.carts.quant_ids.filtered(lambda q: q.location_id == self.stock).mapped("mes_is_frozen"))
        )

    def test_untracked_stock_goes_to_quarantine_as_far_as_it_is_there(self):
        washer = self._create_product("Washer")
        self._move(self.warehouse.in_type_id, self.suppliers, self.stock, [(washer, 100)], self.vendor)
        other = self.env["res.partner"].create({"name": "Supplier C"})
        self._move(self.warehouse.in_type_id, self.suppliers, self.stock, [(washer, 50)], other)
        self._move(self.warehouse.out_type_id, self.stock, self.customers, [(washer, 30)], self.customer)
        recall = self._recall(partner_id=self.vendor.id, product_id=washer.id)
        self.assertEqual(self._by_place(recall), {"stock": 70, "shipped": 30})
        recall.action_hold_all()
        self.assertEqual(self._on_hand(washer, self.warehouse.mes_quarantine_id), 70)
        recall.action_hold_all()
        self.assertEqual(self._on_hand(washer, self.warehouse.mes_quarantine_id), 70)
        self.assertEqual(self._by_place(recall), {"stock": 70, "shipped": 30})

    def test_drills_and_closed_recalls_hold_nothing(self):
        drill = self._recall(lot_ids=self.batch.ids, is_drill=True)
        closed = self._recall(lot_ids=self.batch.ids)
        closed.action_close()
        for recall, text in ((drill, "drill"), (closed, "closed")):
            with self.assertRaisesRegex(UserError, text):
                recall.action_hold_all()
        self.assertEqual(self.batch.mes_quality_state, "released")
        with self.assertRaises(AccessError):
            drill.with_user(self.operator).action_hold_all()

    def test_nobody_writes_the_answer_by_hand(self):
        recall = self._recall(lot_ids=self.batch.ids)
        for vals in ({"received_qty": 5}, {"state": "held"}, {"line_ids": [Command.clear()]}):
            with self.assertRaisesRegex(UserError, "by tracing only"):
                recall.write(vals)
        self.assertEqual(self.Recall.create({"subject": "x", "state": "closed", "received_qty": 7}).state, "draft")
        self.assertEqual(recall.received_qty, 1000)

    def test_each_customer_is_written_his_own_lots(self):
        second = self.env["res.partner"].create({"name": "Customer C", "email": "c@example.com"})
        self._ship(self.batch, 60, second)
        recall = self._recall(partner_id=self.vendor.id)
        action = recall.action_open_mails()
        notices = self.env["mes.quality.recall.notice"].browse(action["context"]["default_res_ids"])
        self.assertEqual(notices.partner_id, self.customer | second)
        template = self.env["mail.template"].browse(action["context"]["default_template_id"])
        mine = notices.filtered(lambda notice: notice.partner_id == second)
        body = template._render_field("body_html", mine.ids)[mine.id]
        self.assertIn("LOT-1", body)
        self.assertNotIn(self.carts.name, body)
        self.assertEqual(recall.action_open_mails()["context"]["default_res_ids"], notices.ids)

    def test_the_workbook_has_a_sheet_for_each_question_and_no_formula(self):
        recall = self._recall(vendor_lot="=A-03*", subject="=cmd()")
        action = recall.action_export_xlsx()
        attachment = self.env["ir.attachment"].search([("res_model", "=", recall._name), ("res_id", "=", recall.id)])
        self.assertIn(str(attachment.id), action["url"])
        book = zipfile.ZipFile(io.BytesIO(attachment.raw))
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        self.assertEqual(len(sheets), 8)
        self.assertFalse([name for name in sheets if b"<f>" in book.read(name)])
        self.assertIn(b"=A-03*", book.read("xl/sharedStrings.xml"))

    def test_the_certificate_says_the_balance_and_whether_it_was_in_time(self):
        recall = self._recall(lot_ids=self.batch.ids, is_drill=True)
        recall.action_close()
        html = self.env["ir.qweb"]._render("mes_quality.mes_quality_recall_certificate", {"docs": recall})
        for text in ("Recall Drill Certificate", "100.0", "within the target", "LOT-1", recall.name):
            self.assertIn(text, str(html))

    def test_documents_start_a_recall(self):
        receipt = self.batch.mes_origin_ids.picking_id
        for record in (self.batch, receipt, self.order, self.vendor):
            action = record.with_user(self.inspector).action_mes_recall()
            recall = self.Recall.with_context(**action["context"]).create({})
            recall.action_trace()
            self.assertTrue(recall.balanced, record)


@tagged("post_install", "-at_install")
class TestRecallCriteria(RecallCase):
    def test_a_recall_of_everything_is_refused(self):
        with self.assertRaisesRegex(UserError, "Say what"):
            self._find()

    def test_supplier_and_dates(self):
        criteria = {"partner_id": self.vendor.id, "date_from": "2026-03-01"}
        self.assertEqual(self._find(**criteria, date_to="2026-04-01"), {"stock": 600, "finished": 160, "shipped": 240})
        with self.assertRaisesRegex(UserError, "Widen"):
            self._find(**criteria, date_to="2026-03-12 08:00:00")

    def test_only_the_star_of_a_vendors_lot_stands_for_anything(self):
        for pattern in ("=a-03-77", "*03*", "=A-03-7*"):
            self.assertEqual(sum(self._find(vendor_lot=pattern).values()), 1000)
        for pattern in ("=A_03_77", "%03%", "A-03"):
            with self.assertRaisesRegex(UserError, "Widen"):
                self._find(vendor_lot=pattern)

    def test_a_product_that_was_made(self):
        self.assertEqual(self._find(product_id=self.cart.id), {"finished": 80, "shipped": 120})

    def test_a_receipt_and_an_order(self):
        receipt = self.batch.mes_origin_ids.picking_id
        self.assertEqual(sum(self._find(picking_id=receipt.id).values()), 1000)
        self.assertEqual(self._find(production_ids=self.order.ids), {"finished": 80, "shipped": 120})

    def test_a_work_center_and_its_hours_and_who_worked_there(self):
        center = self.env["mrp.workcenter"].create({"name": "Welding"})
        work = self.env["mrp.workorder"].create(
            {"name": "Weld", "production_id": self.order.id, "workcenter_id": center.id}
        )
        loss = self.env["mrp.workcenter.productivity.loss"].search([("loss_type", "=", "productive")], limit=1)
        times = {"date_start": "2026-03-20 08:00:00", "date_end": "2026-03-20 10:00:00"}
        log = {"workorder_id": work.id, "workcenter_id": center.id, "user_id": self.operator.id, "loss_id": loss.id}
        self.env["mrp.workcenter.productivity"].create({**log, **times})
        work.write({"date_start": times["date_start"], "date_finished": times["date_end"]})
        where = {"workcenter_id": center.id, "date_from": "2026-03-20 09:00:00"}
        self.assertEqual(self._find(**where), {"finished": 80, "shipped": 120})
        self.assertEqual(self._find(operator_id=self.operator.id), {"finished": 80, "shipped": 120})
        for none in ({**where, "operator_id": self.inspector.id}, {**where, "date_from": "2026-03-20 11:00:00"}):
            with self.assertRaisesRegex(UserError, "Widen"):
                self._find(**none)

    def test_the_result_of_inspections(self):
        plan = self.env["mes.quality.plan"].create({"name": "Look"})
        inspection = self.env["mes.quality.inspection"].create(
            {"plan_id": plan.id, "product_id": self.axle.id, "lot_id": self.batch.id, "quantity": 1000}
        )
        self.env.cr.execute("UPDATE mes_quality_inspection SET state = 'failed' WHERE id = %s", [inspection.id])
        inspection.invalidate_recordset()
        self.assertEqual(sum(self._find(partner_id=self.vendor.id, inspection_state="failed").values()), 1000)
        with self.assertRaisesRegex(UserError, "Widen"):
            self._find(partner_id=self.vendor.id, inspection_state="passed")

    def test_criteria_are_joined_by_and(self):
        other = self._receive("LOT-2", self.axle, 50)
        found = self._recall(partner_id=self.vendor.id, lot_ids=other.ids)
        self.assertEqual(self._by_place(found), {"stock": 50})
        with self.assertRaisesRegex(UserError, "Widen"):
            self._find(partner_id=self.customer.id, lot_ids=other.ids)
