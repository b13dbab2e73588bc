"""The surplus exchange offers only what nobody needs where it lies, once, and an accepted offer is a real document."""

from odoo.fields import Command
from odoo.tests import tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestSurplus(ClearanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
        cls.Offer = cls.env["mes.aging.surplus.offer"]

    def _quote(self, product, quantity, warehouse=None):
        """Return the line of a request for quotation into the other warehouse."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "picking_type_id": (warehouse or self.other).in_type_id.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": quantity})],
            }
        )
        return order.order_line

    def _find(self, product):
        self.Offer._refresh()
        return self.Offer.search([("product_id", "=", product.id), ("state", "=", "open")])

    def test_what_is_quoted_elsewhere_is_offered_up_to_the_surplus(self):
        line = self._quote(self.resistor, 130)
        offer = self._find(self.resistor)
        self.assertEqual((offer.quantity, offer.purchase_line_id, offer.value), (100, line, 200))
        self.assertEqual((offer.warehouse_id, offer.dest_warehouse_id), (self.warehouse, self.other))

    def test_needed_reserved_and_held_stock_is_not_offered(self):
        self._move(self.resistor, 30, self.stock, self.customers, done=False)  # needed, and reserved below
        self.env["stock.move"].search(
            [("product_id", "=", self.resistor.id), ("state", "=", "confirmed")]
        )._action_assign()
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.resistor.id,
                "warehouse_id": self.warehouse.id,
                "product_min_qty": 20,
                "product_max_qty": 20,
            }
        )
        hold = self.env["mes.quality.hold"].create(
            {"product_id": self.resistor.id, "location_id": self.stock.id, "quantity": 10, "reason": "Wet"}
        )
        self.assertTrue(hold)
        self._quote(self.resistor, 130)
        self.assertEqual(self._find(self.resistor).quantity, 40)

    def test_nothing_is_offered_where_it_lies(self):
        self._quote(self.resistor, 50, self.warehouse)
        self.assertFalse(self._find(self.resistor))

    def test_what_is_on_a_route_of_a_case_is_not_offered(self):
        self._plan(self._open_case(self.resistor, 70), "scrap", 70, reason="Old")
        self._quote(self.resistor, 130)
        self.assertEqual(self._find(self.resistor).quantity, 30)

    def test_accepting_moves_the_surplus_and_buys_less(self):
        line = self._quote(self.resistor, 130)
        offer = self._find(self.resistor)
        offer.with_user(self.clerk).action_accept()
        self.assertEqual((offer.state, line.product_qty), ("accepted", 30))
        picking = offer.line_id.move_ids.picking_id
        self.assertEqual((picking.state, picking.location_dest_id), ("assigned", self.other.lot_stock_id))
        case = offer.line_id.clearance_id
        self.assertEqual((case.source, case.quantity, case.user_id), ("surplus", 100, self.clerk))
        offer.action_accept()  # twice is once
        self.assertEqual((len(offer.line_id.move_ids), line.product_qty), (1, 30))
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual((offer.line_id.state, case.recovered_value), ("done", 200))

    def test_a_quotation_of_which_nothing_is_left_goes(self):
        line = self._quote(self.resistor, 60)
        order = line.order_id
        self._find(self.resistor).action_accept()
        self.assertFalse(order.order_line)

    def test_an_offer_that_is_not_true_any_more_is_refused(self):
        line = self._quote(self.resistor, 130)
        offer = self._find(self.resistor)
        self._move(self.resistor, 50, self.stock, self.customers)
        with self._refused("not open any more"):
            offer.action_accept()
        self.assertEqual((offer.state, line.product_qty), ("open", 130))

    def test_a_substitute_goes_on_the_order_that_waits(self):
        chip, better = self._create_product("Chip", standard_price=1), self._create_product("Better", standard_price=3)
        self._put(better, 50)
        self.env["mes.aging.substitute"].create({"product_id": chip.id, "substitute_id": better.id, "ratio": 2})
        bill = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.board.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": chip.id, "product_qty": 1})],
            }
        )
        order = self.env["mrp.production"].create(
            {"product_id": self.board.id, "bom_id": bill.id, "product_qty": 10, "warehouse_id": self.warehouse.id}
        )
        order.action_confirm()
        offer = self._find(better)
        self.assertEqual((offer.quantity, offer.covered_qty, offer.demand_product_id), (20, 10, chip))
        offer.action_accept()
        moves = order.move_raw_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual((moves.product_id, moves.product_uom_qty, moves.state), (better, 20, "assigned"))
        order.qty_producing = 10
        order.move_raw_ids.picked = True
        self.assertFalse(order._get_consumption_issues())
        self.assertIs(order.button_mark_done(), True)
        self.assertEqual((offer.line_id.state, offer.line_id.recovered_value), ("done", 60))

    def test_a_buyer_looks_for_surplus_on_the_quotation(self):
        order = self._quote(self.resistor, 20).order_id
        action = order.with_user(self.buyer).action_mes_view_offers()
        self.assertEqual(self.Offer.search(action["domain"]).quantity, 20)
        order.invalidate_recordset()
        self.assertEqual(order.mes_offer_count, 1)
