"""Genealogy in both directions, over all kinds of documents."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .trace_common import TraceCommon


@tagged("post_install", "-at_install")
class TestGenealogy(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truck = cls._create_product("Truck", tracking="lot")
        cls.steel_lot = cls._receive("S-1", cls.axle, 100)
        cls.order, cls.carts = cls._make(cls.cart, 10, [(cls.steel_lot, 20), (cls.bolt, 40)])
        cls.truck_order, cls.trucks = cls._make(cls.truck, 5, [(cls.carts, 10)])
        cls.genealogy = cls.env["mes.quality.genealogy"].with_user(cls.inspector)

    def _levels(self, answer):
        return {lot["id"]: lot["level"] for lot in answer["lots"] if lot["id"] > 0}

    def test_forward_finds_all_levels_with_quantities(self):
        answer = self.genealogy.trace_forward(self.steel_lot.ids)
        self.assertEqual(self._levels(answer), {self.steel_lot.id: 0, self.carts.id: 1, self.trucks.id: 2})
        edges = {(edge["source_id"], edge["target_id"]): edge["quantity"] for edge in answer["edges"]}
        self.assertEqual(edges, {(self.steel_lot.id, self.carts.id): 20, (self.carts.id, self.trucks.id): 10})

    def test_backward_finds_lots_and_untracked_parts(self):
        answer = self.genealogy.trace_backward(self.trucks.ids)
        self.assertEqual(self._levels(answer), {self.trucks.id: 0, self.carts.id: 1, self.steel_lot.id: 2})
        self.assertIn(-self.bolt.id, [lot["id"] for lot in answer["lots"]])

    def test_the_origin_stands_on_the_lot(self):
        (lot, *_rest) = self.genealogy.trace_forward(self.steel_lot.ids)["lots"]
        self.assertEqual((lot["vendor"], lot["vendor_lot"], lot["on_hand"]), ("Supplier A", "S-1", 80))

    def test_rework_into_the_same_lot_ends(self):
        self._make(self.cart, 4, [(self.carts, 4)], lots=self.carts)
        answer = self.genealogy.trace_forward(self.steel_lot.ids)
        self.assertIn(self.trucks.id, self._levels(answer))

    def test_serials_are_exact_where_it_was_recorded_what_went_into_which(self):
        self.axle.tracking = "lot"
        robot = self._create_product("Robot", tracking="serial")
        serials = self.env["stock.lot"].create([{"name": f"R{n}", "product_id": robot.id} for n in (1, 2)])
        good, bad = self._receive("GOOD", self.axle, 1), self._receive("BAD", self.axle, 1)
        order, _lots = self._make(robot, 2, [(good, 1), (bad, 1)], lots=serials)
        self.assertEqual(len(self._levels(self.genealogy.trace_forward(bad.ids))), 3)
        bad_line = order.move_raw_ids.move_line_ids.filtered(lambda line: line.lot_id == bad)
        bad_line.mes_built_into_id = serials[1]
        self.assertEqual(self._levels(self.genealogy.trace_forward(bad.ids)), {bad.id: 0, serials[1].id: 1})

    def test_a_part_cannot_go_into_what_the_order_does_not_make(self):
        with self.assertRaisesRegex(UserError, "does not make"):
            self.order.move_raw_ids.move_line_ids[0].mes_built_into_id = self.trucks

    def test_unknown_lots_are_refused(self):
        with self.assertRaisesRegex(UserError, "does not exist"):
            self.genealogy.trace_forward([999999999])
