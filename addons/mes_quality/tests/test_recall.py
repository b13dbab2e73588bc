"""Scenario H: supplier A, March batch, 1000 pieces: where are they now, adding up to exactly 1000."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .trace_common import MARCH, TraceCommon


@tagged("post_install", "-at_install")
class TestRecall(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(MARCH):
            cls.batch = cls._receive("LOT-1", cls.axle, 1000, vendor_lot="A-03-77")
        cls.other_batch = cls._receive("LOT-2", cls.axle, 50)
        cls._stock_up(cls.bolt, 2000)
        cls.recall = (
            cls.env["mes.quality.recall"]
            .with_user(cls.inspector)
            .create(
                {
                    "subject": "Cracked axles",
                    "partner_id": cls.vendor.id,
                    "date_from": "2026-03-01",
                    "date_to": "2026-04-01",
                }
            )
        )

    def _trace(self):
        self.recall.action_trace()
        return self._by_place(self.recall)

    def test_what_was_received_and_not_touched_is_in_stock(self):
        self.assertEqual(self._trace(), {"stock": 1000})
        self.assertEqual(self.recall.received_qty, 1000)
        self.assertTrue(self.recall.balanced)

    def test_every_place_adds_up_to_exactly_1000(self):
        _order, carts = self._make(self.cart, 200, [(self.batch, 400), (self.bolt, 800)])
        self._ship(carts, 120)
        self._ship(self.batch, 60)
        self._scrap(self.batch, 40)
        self.assertEqual(self._trace(), {"stock": 500, "finished": 160, "shipped": 300, "scrapped": 40})
        self.assertEqual(self.recall.received_qty, 1000)
        self.assertTrue(self.recall.balanced)
        self.assertEqual(self.recall.line_ids.filtered(lambda line: line.place == "shipped").partner_id, self.customer)

    def test_a_mixed_cart_counts_what_is_of_the_batch_only(self):
        _order, carts = self._make(self.cart, 30, [(self.batch, 20), (self.other_batch, 40), (self.bolt, 120)])
        self._ship(carts, 15)
        self.assertEqual(self._trace(), {"stock": 980, "finished": 10, "shipped": 10})
        line = self.recall.line_ids.filtered(lambda line: line.place == "shipped")
        self.assertEqual((line.quantity, line.source_qty), (15, 10))

    def test_registered_consumption_of_an_open_order_is_in_production(self):
        order = self._create_order(5)
        order.move_raw_ids.move_line_ids.unlink()
        axles = order.move_raw_ids.filtered(lambda move: move.product_id == self.axle)
        axles.move_line_ids = [
            (0, 0, {"product_id": self.axle.id, "lot_id": self.batch.id, "quantity": 10, "picked": True})
        ]
        self.assertEqual(self._trace(), {"stock": 990, "wip": 10})
        self.assertEqual(self.recall.line_ids.filtered(lambda line: line.place == "wip").production_id, order)

    def test_unbuilding_gives_the_axles_back_to_their_batch(self):
        order, carts = self._make(self.cart, 10, [(self.batch, 20), (self.bolt, 40)])
        self._unbuild(order, carts, 4)
        self.assertEqual(self._trace(), {"stock": 988, "finished": 12})

    def test_returns_to_the_vendor_and_from_the_customer(self):
        self._ship(self.batch, 100)
        self._move(self.warehouse.in_type_id, self.customers, self.stock, [(self.batch, 30)], self.customer)
        self._move(self.warehouse.out_type_id, self.stock, self.suppliers, [(self.batch, 200)], self.vendor)
        self.assertEqual(self._trace(), {"stock": 730, "shipped": 70, "returned": 200})

    def test_the_vendors_own_lot_number_finds_it_too(self):
        recall = self.recall.create({"subject": "By label", "vendor_lot": "a-03-*"})
        recall.action_trace()
        self.assertEqual(recall.line_ids.lot_id, self.batch)

    def test_a_list_of_lots_and_the_order_that_made_them(self):
        order, carts = self._make(self.cart, 10, [(self.batch, 20), (self.bolt, 40)])
        by_lot = self.recall.create({"subject": "Lots", "lot_ids": carts.ids})
        by_order = self.recall.create({"subject": "Order", "production_ids": order.ids})
        (by_lot | by_order).action_trace()
        self.assertEqual(self._by_place(by_lot), {"finished": 10})
        self.assertEqual(self._by_place(by_order), {"finished": 10})

    def test_nothing_found_says_so_and_writes_nothing(self):
        recall = self.recall.create({"subject": "None", "vendor_lot": "unknown"})
        with self.assertRaisesRegex(UserError, "Widen the dates"):
            recall.action_trace()
        self.assertEqual(recall.state, "draft")

    def test_operators_may_not_recall(self):
        with self.assertRaises(AccessError):
            self.recall.with_user(self.operator).action_trace()

    def test_a_drill_is_timed_from_the_question_to_the_answer(self):
        with freeze_time("2026-05-04 08:00:00"):
            drill = self.recall.create({"subject": "Drill", "vendor_lot": "A-03-77", "is_drill": True})
        with freeze_time("2026-05-04 08:20:00"):
            drill.action_trace()
            drill.action_close()
        self.assertEqual(drill.drill_seconds, 1200)
        self.assertTrue(drill.within_target)
