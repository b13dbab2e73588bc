"""Which policy counts for a product, and who may set one."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AgingCommon


@tagged("post_install", "-at_install")
class TestPolicies(AgingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Policy = cls.env["mes.aging.policy"]
        cls.Policy.search([]).active = False
        cls.top = cls.env["product.category"].create({"name": "Electronics"})
        cls.below = cls.env["product.category"].create({"name": "Passive", "parent_id": cls.top.id})
        cls.resistor.categ_id = cls.below
        cls.board.categ_id = cls.top
        cls.other_warehouse = cls.env["stock.warehouse"].create({"name": "Outlet", "code": "OUT"})

    def _policy(self, name, **more):
        return self.Policy.create({"name": name, **more})

    def _find(self, product, warehouse=None):
        return self.Policy._get_policies(product, warehouse)[product.id]

    # -- which one counts ---------------------------------------------------------------------------------------

    def test_without_a_policy_there_is_an_empty_one(self):
        self.assertEqual(self._find(self.resistor), self.Policy)

    def test_product_before_nearest_category_before_kind_before_all(self):
        names = []
        scopes = [
            {},
            {"kind": "raw"},
            {"categ_id": self.top.id},
            {"categ_id": self.below.id},
            {"product_id": self.resistor.id},
        ]
        for number, scope in enumerate(scopes):
            self._policy(str(number), **scope)
            names.append(self._find(self.resistor).name)
        self.assertEqual(names, ["0", "1", "2", "3", "4"])
        self.assertEqual(self._find(self.board).name, "2")

    def test_kind_of_a_policy_must_be_the_product_s(self):
        finished = self._policy("Finished", kind="finished")
        found = self.Policy._get_policies(self.resistor | self.board)
        self.assertEqual(found, {self.resistor.id: self.Policy, self.board.id: finished})

    def test_category_with_a_kind_before_the_category_alone(self):
        both = self._policy("Both", categ_id=self.top.id, kind="raw")
        alone = self._policy("Alone", categ_id=self.top.id)
        self.assertEqual(self._find(self.resistor), both)
        self.assertEqual(self._find(self.board), alone)

    def test_warehouse_counts_only_inside_its_level(self):
        anywhere = self._policy("Category", categ_id=self.below.id)
        self._policy("Kind in the outlet", kind="raw", warehouse_id=self.other_warehouse.id)
        self.assertEqual(self._find(self.resistor, self.other_warehouse), anywhere)
        here = self._policy("Category in the outlet", categ_id=self.below.id, warehouse_id=self.other_warehouse.id)
        self.assertEqual(self._find(self.resistor, self.other_warehouse), here)
        self.assertEqual(self._find(self.resistor, self.warehouse), anywhere)
        self.assertEqual(self._find(self.resistor), anywhere)

    def test_companies_have_their_own(self):
        other = self.env["res.company"].create({"name": "Sister"})
        general = self._policy("General")
        own = self._policy("Own", company_id=self.company.id)
        foreign = self._policy("Foreign", company_id=other.id)
        self.assertEqual(self._find(self.resistor), own)
        own.active = False
        self.assertEqual(self._find(self.resistor), general)
        sister = self.Policy.with_company(other)
        self.assertEqual(sister._get_policies(self.resistor)[self.resistor.id], foreign)

    def test_archived_policy_does_not_count(self):
        general = self._policy("General")
        self._policy("Own", product_id=self.resistor.id).active = False
        self.assertEqual(self._find(self.resistor), general)

    def test_one_query_for_all_products(self):
        self._policy("Category", categ_id=self.top.id)
        products = self.env["product.product"].union(
            *(self._create_product(f"Product {number}", categ_id=self.below.id) for number in range(30))
        )
        self.Policy._get_policies(products)
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.Policy._get_policies(products)
        self.assertEqual(len(found), 30)

    def test_a_limit_binds_those_who_may_not_see_it(self):
        policy = self._policy("General", max_cover_days=30)
        stranger = new_test_user(self.env, "a_stranger", "base.group_user")
        found = self.Policy.with_user(stranger)._get_policies(self.resistor.with_user(stranger))
        self.assertEqual(found[self.resistor.id].max_cover_days, policy.max_cover_days)

    # -- what may not be ----------------------------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_one_policy_per_scope(self):
        scope = {"kind": "raw", "categ_id": self.top.id, "warehouse_id": self.warehouse.id}
        first = self._policy("First", **scope)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._policy("Second", **scope)
        first.active = False
        self.assertTrue(self._policy("Second", **scope))

    @mute_logger("odoo.sql_db")
    def test_limits_and_ratio_in_range(self):
        for number, wrong in enumerate(
            (
                {"max_age_days": -1},
                {"max_idle_days": -1},
                {"max_cover_days": -1},
                {"min_turnover": -0.1},
                {"warn_ratio": 0},
                {"warn_ratio": 1.01},
            )
        ):
            with self.subTest(wrong), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._policy(f"Wrong {number}", **wrong)
        self.assertTrue(self._policy("Right", max_age_days=0, min_turnover=0, warn_ratio=1))

    def test_product_and_category_at_once_say_nothing_more(self):
        with self.assertRaisesRegex(ValidationError, "one of the two"), self.env.cr.savepoint():
            self._policy("Both", product_id=self.resistor.id, categ_id=self.below.id)

    def test_stop_needs_a_highest_cover(self):
        with self.assertRaisesRegex(ValidationError, "highest cover"), self.env.cr.savepoint():
            self._policy("Stop", purchase_policy="stop")
        policy = self._policy("Stop", purchase_policy="stop", max_cover_days=30)
        with self.assertRaisesRegex(ValidationError, "highest cover"), self.env.cr.savepoint():
            policy.max_cover_days = 0

    # -- roles --------------------------------------------------------------------------------------------------

    def test_viewer_reads_and_manager_writes(self):
        policy = self._policy("General", max_age_days=90)
        self.assertEqual(policy.with_user(self.viewer).max_age_days, 90)
        with self.assertRaises(AccessError):
            policy.with_user(self.viewer).max_age_days = 900
        with self.assertRaises(AccessError):
            self.Policy.with_user(self.buyer).create({"name": "Mine"})
        policy.with_user(self.manager).max_age_days = 60
        self.assertEqual(policy.max_age_days, 60)

    def test_policy_of_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Sister"})
        foreign = self._policy("Foreign", company_id=other.id)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["name"])

    def test_delivered_policies(self):
        finished = self.env.ref("mes_aging.mes_aging_policy_finished")
        everything = self.env.ref("mes_aging.mes_aging_policy_all")
        (finished | everything).active = True
        found = self.Policy._get_policies(self.resistor | self.board)
        self.assertEqual(found, {self.resistor.id: everything, self.board.id: finished})
        self.assertEqual((finished.max_age_days, everything.max_cover_days), (90, 30))
