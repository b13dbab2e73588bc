"""Two companies with the same products: each has its demand, its caps and its orders."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .limits_common import LimitCase


class TwoCompanyCase(LimitCase):
    """`other` makes the same brackets, at a work centre of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Works"})
        cls.env.user.company_ids |= cls.other
        cls.there = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.other.id]})
        cls.stock_there = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1).lot_stock_id
        cls._stock_up(cls.blank, cls.stock_there, 1000)
        cls.worker_there = new_test_user(
            cls.env,
            "mes_worker_there",
            "mrp.group_mrp_user,mrp.group_mrp_routings",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        bill = {
            "product_tmpl_id": cls.bracket.product_tmpl_id.id,
            "company_id": cls.other.id,
            "bom_line_ids": [Command.create({"product_id": cls.blank.id, "product_qty": 1})],
        }
        cls.bom_there = cls.there["mrp.bom"].create(bill)
        cls.bracket.bom_ids.filtered(lambda bom: bom != cls.bom_there).company_id = cls.company

    def _order_there(self, quantity):
        vals = {"product_id": self.bracket.id, "product_qty": quantity, "company_id": self.other.id}
        production = self.there["mrp.production"].with_user(self.worker_there).create(vals)
        production.action_confirm()
        self.env.invalidate_all()
        return production.with_env(self.env)

    def _ask(self, quantity, stock, company):
        move = {
            "product_id": self.bracket.id,
            "product_uom_qty": quantity,
            "location_id": stock.id,
            "location_dest_id": self.customers.id,
            "company_id": company.id,
        }
        return self.env["stock.move"].create(move)


@tagged("post_install", "-at_install")
class TestTwoCompanies(TwoCompanyCase):
    def test_the_hourly_run_judges_each_company_by_its_own_demand(self):
        """A customer here wants 50; the order there for 50 has none and waits, whichever is looked at last."""
        self.bracket.mes_demand_policy = "order"
        here, there = self._order(50), self._order_there(50)
        self._assert_queued(here, there)
        move = self._ask(50, self.stock, self.company)
        move._action_confirm()
        here.sudo().write({"mes_release_state": "queued"})  # as if the event had been missed
        self.env["mrp.production"]._mes_work_queue(self.company | self.other)
        self._assert_released(here)
        self._assert_queued(there)

    def test_demand_there_releases_the_order_there_only(self):
        self.bracket.mes_demand_policy = "order"
        here, there = self._order(50), self._order_there(50)
        self._ask(50, self.stock_there, self.other)._action_confirm()
        self._run_cron()
        self._assert_queued(here)
        self._assert_released(there)

    def test_each_company_has_the_product_s_cap_for_itself(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        self._assert_released(self._order(10), self._order_there(10))
        second = self._order_there(10)
        self._assert_queued(second, self._order(10))

    def test_the_gauge_shows_the_company_s_own(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 4
        self._order(10)
        self._order_there(5)
        self._order_there(6)
        here = self.bracket.product_tmpl_id
        self.assertEqual((here.mes_wip_jobs, here.mes_wip_qty), (1, 10))
        there = here.with_env(self.there)
        self.assertEqual((there.mes_wip_jobs, there.mes_wip_qty), (2, 11))

    def test_a_reason_names_no_order_of_the_other_company(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        first = self._order(10)
        first_there, second_there = self._order_there(10), self._order_there(10)
        self.assertIn(first_there.name, second_there.mes_queue_reason)
        second = self._order(10)
        self.assertIn(first.name, second.mes_queue_reason)

    def test_a_raised_cap_of_the_product_serves_both(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        self._order(10)
        self._order_there(10)
        here, there = self._order(10), self._order_there(10)
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 2
        self._assert_released(here, there)

    def test_a_lowered_cap_of_the_product_holds_for_both(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 2
        orders = [self._order(10), self._order(10), self._order_there(10), self._order_there(10)]
        self._assert_released(*orders)
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        self.assertEqual(self._states(*orders), ["released", "queued", "released", "queued"])


@tagged("post_install", "-at_install")
class TestSharedWorkCentre(TwoCompanyCase):
    """One press that belongs to no company is one machine: its cap is shared, and it frees both queues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.press.resource_calendar_id = cls.env["resource.calendar"].create({"name": "Both", "company_id": False})
        cls.press.company_id = False
        cls.bom_there.operation_ids = [
            Command.create({"name": "Stamp", "workcenter_id": cls.press.id, "time_cycle_manual": 1})
        ]

    def test_its_cap_is_one_for_both(self):
        self.press.mes_wip_cap_jobs = 1
        here = self._order(10)
        there = self._order_there(10)
        self._assert_released(here)
        self._assert_queued(there)
        self.assertNotIn(here.name, there.mes_queue_reason)
        self.assertIn("1 of 1 jobs", there.mes_queue_reason)

    def test_what_is_finished_here_frees_who_waits_there(self):
        self.press.mes_wip_cap_jobs = 1
        here = self._order(10)
        there = self._order_there(10)
        self._make(here)
        self._assert_released(there)
