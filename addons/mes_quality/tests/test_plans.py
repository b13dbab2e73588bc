"""Which control plans apply, who decides, several companies, many at once."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .inspection_common import LOOK, InspectionCommon


@tagged("post_install", "-at_install")
class TestPlans(InspectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axle.categ_id = cls.env["product.category"].create({"name": "Parts"})

    def _get_for(self, product=None, **more):
        return self.env["mes.quality.plan"]._get_for("receipt", self.company, product or self.axle, **more)

    def test_the_most_specific_plan_wins_and_equal_ones_all_apply(self):
        general = self._create_plan(product_ids=False)
        self.assertEqual(self._get_for(), general)
        category = self._create_plan(product_ids=False, categ_id=self.axle.categ_id.id)
        self.assertEqual(self._get_for(), category)
        product = self._create_plan()
        self.assertEqual(self._get_for(), product)
        other = self._create_plan()
        self.assertEqual(self._get_for(), product | other)
        vendor = self._create_plan(partner_id=self.vendor.id)
        self.assertEqual(self._get_for(partner=self.vendor), vendor)
        self.assertEqual(self._get_for(partner=self.customer), product | other)

    def test_a_deeper_category_wins(self):
        deep = self.env["product.category"].create({"name": "Shafts", "parent_id": self.axle.categ_id.id})
        self._create_plan(product_ids=False, categ_id=self.axle.categ_id.id)
        below = self._create_plan(product_ids=False, categ_id=deep.id)
        self.axle.categ_id = deep
        self.assertEqual(self._get_for(), below)

    def test_a_contact_of_the_vendor_is_the_vendor(self):
        plan = self._create_plan(partner_id=self.vendor.id)
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.vendor.id})
        self.assertEqual(self._get_for(partner=contact), plan)

    def test_archived_plans_ask_for_nothing(self):
        plan = self._create_plan()
        plan.active = False
        self.assertFalse(self._create_receipt().mes_inspection_ids)

    def test_plans_of_another_company_ask_for_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_plan(company_id=other.id)
        self.assertFalse(self._create_receipt().mes_inspection_ids)
        foreigner = new_test_user(
            self.env,
            "q_foreigner",
            "mes_quality.mes_quality_group_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self._create_plan()
        inspection = self._create_receipt().mes_inspection_ids
        with self.assertRaises(AccessError):
            inspection.with_user(foreigner).with_context(allowed_company_ids=other.ids).action_pass()

    def test_periodic_needs_a_period(self):
        with self.assertRaises(ValidationError):
            self._create_plan("periodic")

    def test_only_the_team_and_engineers_decide(self):
        colleague = new_test_user(self.env, "q_colleague", "mes_quality.mes_quality_group_user")
        self._create_plan(inspector_ids=[(6, 0, colleague.ids)])
        inspection = self._inspect(self._create_receipt().mes_inspection_ids, verdict="pass")
        with self.assertRaisesRegex(UserError, "q_colleague"):
            inspection.action_pass()
        inspection.with_user(colleague).action_pass()
        self.assertEqual(inspection.state, "passed")

    def test_the_responsible_has_an_activity_until_it_is_decided(self):
        self._create_plan(user_id=self.inspector.id)
        inspection = self._create_receipt().mes_inspection_ids
        self.assertEqual(inspection.activity_ids.user_id, self.inspector)
        self._inspect(inspection, verdict="pass").action_pass()
        self.assertFalse(inspection.activity_ids)

    def test_plans_are_written_by_engineers(self):
        with self.assertRaises(AccessError):
            self._create_plan().with_user(self.inspector).blocks = False

    def test_a_plan_that_does_not_block_leaves_stock_free_and_a_failure_still_holds_it(self):
        self._create_plan(blocks=False)
        picking = self._create_receipt()
        lot = self._receive(picking, {"LOT-1": 10})
        self.assertEqual(lot.mes_quality_state, "released")
        self._inspect(picking.mes_inspection_ids, verdict="fail").action_fail()
        self.assertEqual(lot.mes_quality_state, "rejected")

    def test_blocking_inspections_are_cancelled_by_engineers_with_a_reason(self):
        self._create_plan()
        picking = self._create_receipt()
        lot = self._receive(picking, {"LOT-1": 10})
        inspection = picking.mes_inspection_ids
        for user, reason in ((self.inspector, "no time"), (self.engineer, "")):
            with self.assertRaises(UserError):
                inspection.with_user(user).action_cancel(reason)
        inspection.with_user(self.engineer).action_cancel("sent by mistake")
        self.assertEqual((inspection.state, lot.mes_quality_state), ("cancelled", "released"))

    def test_many_receipts_take_few_queries(self):
        self._create_plan()
        one = self._count_queries(1)
        ten = self._count_queries(10)
        self.assertLess(ten - one, 9 * 6, "each further inspection costs a handful of queries at most")

    def test_without_plans_nothing_is_asked(self):
        self.env["mes.quality.plan"].search([]).active = False
        moves = self._create_receipt().move_ids
        self.env["mes.quality.plan"]._get_ids("receipt")
        for trigger in ("production", "delivery"):
            self.env["mes.quality.plan"]._get_ids(trigger)
        with self.assertQueryCount(0):
            moves._mes_ask_inspections()

    def _count_queries(self, count):
        plan = self.env["mes.quality.plan"].search([("name", "=", "Plan receipt")])
        request = {
            **{"plan": plan, "product": self.axle, "quantity": 10, "company": self.company, "vals": {}},
            "partner": self.vendor,
        }
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["mes.quality.inspection"]._create_for([request] * count)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_results_wait_where_they_are_asked(self):
        plan = self._create_plan(characteristics=[LOOK, {"name": "Certificate", "kind": "picture", "is_required": False}])
        inspection = self._create_receipt().mes_inspection_ids.with_user(self.inspector)
        self.assertEqual(inspection.line_ids.characteristic_id, plan.characteristic_ids)
        inspection.line_ids.filtered(lambda line: line.kind == "check").verdict = "pass"
        inspection.action_pass()
        self.assertEqual(inspection.state, "passed")
