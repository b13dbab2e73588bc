from datetime import timedelta

from odoo.tests import tagged

from .layer_common import TODAY, LayerCommon


@tagged("post_install", "-at_install")
class TestRepair(LayerCommon):
    """A repair 5 days ago, of a lot that is 100 days old, with resistors of which some are 100 and some 10 days old."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._create_lot("A")
        for days in (100, 10):
            with cls._at(days):
                cls._receive(cls.resistor, 50)
        with cls._at(100):
            cls._receive(cls.axle, 1, cls.lot)

    def _repair(self, kind, part, quantity, lot=None):
        """Return a repair of the lot that is done, with one part added, removed or recycled."""
        vals = {"product_id": part.id, "product_uom_qty": quantity, "repair_line_type": kind}
        with self._at(5):
            order = self.env["repair.order"].create(
                {"product_id": self.axle.id, "lot_id": self.lot.id, "move_ids": [(0, 0, vals)]}
            )
            order.action_validate()
            order.action_repair_start()
            move = order.move_ids
            move.quantity = quantity
            if lot:
                move.move_line_ids.lot_id = lot
            move.picked = True
            order.action_repair_end()
        self.assertEqual(order.state, "done")
        return order

    def test_what_is_repaired_keeps_its_age(self):
        self._repair("add", self.resistor, 8)
        self.assertEqual(self._ages(self.axle), {100: 1})

    def test_a_part_that_is_added_is_used_the_oldest_first(self):
        self._repair("add", self.resistor, 8)
        self.assertEqual(self._ages(self.resistor), {100: 42, 10: 50})
        with self._at():
            self.assertEqual(set(self._layers(self.resistor).mapped("idle_days")), {5})

    def test_a_part_that_is_recycled_is_not_new(self):
        self._repair("recycle", self.resistor, 8)
        self.assertEqual(self._ages(self.resistor), {100: 58, 10: 50})

    def test_a_part_that_is_removed_is_no_stock(self):
        self._repair("remove", self.resistor, 8)
        self.assertEqual(self._ages(self.resistor), {100: 50, 10: 50})

    def test_a_recycled_lot_has_the_age_it_had(self):
        pump = self._create_product("Pump", tracking="lot")
        lot = self._create_lot("P1", pump)
        with self._at(60):
            self._receive(pump, 1, lot)
        with self._at(50):
            self._ship(pump, 1, lot)
        self._repair("recycle", pump, 1, lot)
        self.assertEqual(self._ages(pump), {60: 1})


@tagged("post_install", "-at_install")
class TestDates(LayerCommon):
    """Dates that are set back, and lots that went out before they came in."""

    def _set_back(self, move, days):
        move.move_line_ids.date = TODAY - timedelta(days=days)

    def test_a_receipt_set_back_makes_older(self):
        with self._at(10):
            self._set_back(self._receive(self.resistor, 5), 40)
        self.assertEqual(self._ages(self.resistor), {40: 5})

    def test_a_lot_s_receipt_set_back_makes_it_older(self):
        lot = self._create_lot("A")
        with self._at(10):
            self._set_back(self._receive(self.axle, 5, lot), 40)
        self.assertEqual(self._ages(self.axle), {40: 5})

    def test_a_lot_s_receipt_set_forward_makes_it_no_younger(self):
        lot = self._create_lot("A")
        with self._at(40):
            move = self._receive(self.axle, 5, lot)
        self._set_back(move, 10)
        self.assertEqual(self._ages(self.axle), {40: 5})

    def test_a_transfer_set_back_changes_no_age(self):
        lot = self._create_lot("A")
        with self._at(40):
            self._receive(self.axle, 5, lot)
            self._receive(self.resistor, 5)
        with self._at(10):
            for product, its in ((self.axle, lot), (self.resistor, None)):
                self._set_back(self._move(product, 5, self.stock, self.second.lot_stock_id, its), 90)
        self.assertEqual(self._ages(self.axle | self.resistor), {40: 10})

    def test_a_lot_that_went_out_before_it_came_in_is_as_old_as_its_receipt(self):
        lot = self._create_lot("A")
        with self._at(20):
            self._ship(self.axle, 4, lot)
        self.assertEqual(self._ages(self.axle), {None: -4})
        with self._at(10):
            self._receive(self.axle, 10, lot)
        self.assertEqual(self._ages(self.axle), {10: 6})
        with self._at(5):
            self._count(self.axle, 0, lot=lot)
            self._count(self.axle, 6, lot=lot)
        self.assertEqual(self._ages(self.axle), {10: 6})
