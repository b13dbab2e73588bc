"""Usable now: on hand - registered consumption - held - reserved; every part, both sides, and what plans by it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common import PullCommon


class UsableCase(PullCommon):
    """`welded` takes one `part` each; 500 parts lie in `market`, which no loop watches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_product("Bent part")
        cls.welded = cls._create_product("Welded part")
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.welded.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": cls.part.id, "product_qty": 1})],
            }
        )
        cls._stock_up(cls.part, cls.market, 500)

    def _weld(self, quantity, used=0, days=0, of=None):
        """Return a confirmed order; its line has registered ``used`` parts."""
        order = self.env["mrp.production"].create(
            {
                "product_id": (of or self.welded).id,
                "product_qty": quantity,
                "date_start": fields.Datetime.now() + timedelta(days=days),
            }
        )
        order.action_confirm()
        if used:
            order.qty_producing = used
            order._set_qty_producing()
        return order

    def _parts(self, product=None, places=None):
        self.env.flush_all()
        return (product or self.part)._mes_get_usable(places)[(product or self.part).id]


@tagged("post_install", "-at_install")
class TestUsableNow(UsableCase):
    def test_what_the_line_registered_is_not_usable_although_odoo_counts_it(self):
        self._weld(400, used=300)
        parts = self._parts()
        self.assertEqual((parts.on_hand, parts.registered, parts.held, parts.reserved), (500, 300, 0, 0))
        self.assertEqual(self.part.mes_usable_qty, 200)
        self.assertEqual(self.part.qty_available, 500)

    def test_a_finished_order_leaves_the_same_200(self):
        self._finish(self._weld(300, used=300))
        parts = self._parts()
        self.assertEqual((parts.on_hand, parts.registered, parts.usable), (200, 0, 200))

    def test_a_reservation_is_no_registration(self):
        self._weld(120).action_assign()
        parts = self._parts()
        self.assertEqual((parts.registered, parts.reserved, parts.usable), (0, 120, 380))

    def test_both_are_deducted_once_each(self):
        self._weld(400, used=300)
        self._weld(50).action_assign()
        parts = self._parts()
        self.assertEqual((parts.registered, parts.reserved, parts.usable), (300, 50, 150))

    def test_held_stock_is_on_hand_and_not_usable(self):
        self._stock_up(self.part, self.warehouse._mes_get_held_location(), 60)
        parts = self._parts()
        self.assertEqual((parts.on_hand, parts.held, parts.usable), (560, 60, 500))

    def test_frozen_stock_counts_once_with_its_reservations(self):
        """An addon that freezes names a condition on quants; here a quant that somebody has to count is frozen."""
        self._weld(120).action_assign()
        self._weld(30, used=30)
        self._stock_up(self.part, self.blank_market, 40)
        frozen = self.env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("location_id", "=", self.market.id)]
        )
        frozen.user_id = self.planner
        self.startPatcher(
            patch.object(
                self.registry["mes.pull.loop"],
                "_get_usable_quant_condition",
                lambda loop: SQL("q.user_id IS DISTINCT FROM %s", self.planner.id),
            )
        )
        parts = self._parts()
        self.assertEqual((parts.on_hand, parts.held, parts.registered, parts.reserved), (540, 500, 0, 0))
        self.assertEqual(parts.usable, 40)

    def test_places_count_with_all_below_them_and_nothing_twice(self):
        self._stock_up(self.part, self.blank_market, 30)
        self.assertEqual(self._parts(places=self.market).usable, 500)
        self.assertEqual(self._parts(places=self.stock | self.market).usable, 530)
        by_place = self.part._mes_get_usable_by({1: self.market, 2: self.blank_market})
        self.assertEqual([by_place[key][self.part.id].usable for key in (1, 2)], [500, 30])

    def test_the_context_chooses_the_warehouse_as_for_odoos_quantities(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "W2"})
        self._stock_up(self.part, other.lot_stock_id, 7)
        self.assertEqual(self.part.mes_usable_qty, 507)
        self.assertEqual(self.part.with_context(warehouse_id=other.id).mes_usable_qty, 7)
        self.assertEqual(self.part.with_context(location=self.market.id).mes_usable_qty, 500)
        self.assertEqual(self.part.with_context(warehouse_id=other.id, location=self.market.id).mes_usable_qty, 0)

    def test_another_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Sister"})
        house = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        self._stock_up(self.part, house.lot_stock_id, 11)
        self.assertEqual(self.part.mes_usable_qty, 500)
        self.assertEqual(self.part.with_company(other).with_context(allowed_company_ids=other.ids).mes_usable_qty, 11)
        stranger = self.part.with_user(self.operator).with_context(location=house.lot_stock_id.id)
        self.assertEqual(stranger.mes_usable_qty, 0)

    def test_consumption_in_dozens_is_deducted_in_pieces(self):
        self.welded.bom_ids.bom_line_ids.write(
            {"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "product_qty": 1}
        )
        self._weld(10, used=5)
        self.assertEqual(self._parts().registered, 60)

    def test_a_kit_is_as_usable_as_its_scarcest_part(self):
        kit, cap = self._create_product("Set"), self._create_product("Cap")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.part.id, "product_qty": 3}),
                    Command.create({"product_id": cap.id, "product_qty": 1}),
                ],
            }
        )
        self._stock_up(cap, self.market, 90)
        self.assertEqual(kit.mes_usable_qty, 90)
        self._weld(400, used=300)
        kit.invalidate_recordset()
        self.assertEqual((self._parts(kit).usable, kit.mes_usable_qty), (66, 66))

    def test_a_service_and_a_new_product_are_nothing(self):
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        self.assertEqual((service.mes_usable_qty, self.env["product.product"].new({}).mes_usable_qty), (0, 0))

    def test_the_count_of_queries_does_not_grow_with_the_products(self):
        products = self.env["product.product"].create(
            [{"name": f"Bulk {number}", "is_storable": True} for number in range(60)]
        )
        for product in products:
            self._stock_up(product, self.market, 5)
        counts = []
        for some in (products[:2], products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(some.mapped("mes_usable_qty"), [5] * len(some))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 12)

    def test_the_shop_floor_sees_the_number_and_its_records(self):
        self._weld(400, used=300)
        part = self.part.with_user(self.operator)
        self.assertEqual((part.mes_usable_qty, part.product_tmpl_id.mes_usable_qty), (200, 200))
        self.assertEqual(part.product_tmpl_id.action_mes_open_usable()["res_id"], part.id)

    def test_each_part_opens_the_records_behind_it(self):
        self._weld(400, used=300)
        self._weld(50).action_assign()
        self._stock_up(self.part, self.warehouse._mes_get_held_location(), 60)
        parts = self._parts()
        sums = {"on_hand": "quantity", "registered": "quantity", "held": "quantity", "reserved": "quantity"}
        for name, field in sums.items():
            with self.subTest(part=name):
                action = getattr(self.part, f"action_mes_open_usable_{name}")()
                records = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(sum(records.mapped(field)), getattr(parts, name))


@tagged("post_install", "-at_install")
class TestForecast(UsableCase):
    """Reordering buys against what is there, not against what Odoo has not booked out yet."""

    def _rule(self):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.part.id,
                "location_id": self.stock.id,
                "trigger": "manual",
                "product_min_qty": 400,
                "product_max_qty": 400,
            }
        )

    def test_an_order_of_next_year_that_used_its_parts_today_is_bought_for_at_once(self):
        rule = self._rule()
        order = self._weld(300, days=400)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (500, 0))
        order.qty_producing = 300
        order._set_qty_producing()
        self.assertEqual((rule.qty_forecast, rule.qty_to_order, rule.mes_usable_qty), (200, 200, 200))

    def test_what_was_taken_beyond_the_demand_is_gone(self):
        rule = self._rule()
        order = self._weld(300)
        order.move_raw_ids.write({"quantity": 350, "picked": True})
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (150, 250))
        self.assertEqual(self.part.virtual_available, 150)

    def test_what_the_forecast_deducts_already_is_not_deducted_twice(self):
        rule = self._rule()
        self._weld(300, used=300)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (200, 200))

    def test_consumption_taken_back_is_there_again(self):
        rule = self._rule()
        order = self._weld(300, days=400)
        order.move_raw_ids.write({"quantity": 300, "picked": True})
        self.assertEqual(rule.qty_to_order, 200)
        order.move_raw_ids.picked = False
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (500, 0))
