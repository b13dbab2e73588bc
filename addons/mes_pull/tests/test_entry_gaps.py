"""Two side doors of a supermarket: a place that moves in with its stock, and kits that bring parts."""

from odoo import Command
from odoo.tests import tagged

from .limits_common import LimitCase


@tagged("post_install", "-at_install")
class TestPlaceThatMovesIn(LimitCase):
    """A shelf with stamped parts beside the supermarket, in which 1000 of 1000 lie or less."""

    def setUp(self):
        super().setUp()
        self.shelf = self._create_place("Shelf", self.stock)

    def _fill(self, quantity):
        self._stock_up(self.stamped, self.shelf, quantity)

    def test_a_full_shelf_is_refused_at_a_full_supermarket(self):
        self._fill(1)
        self._assert_refused(lambda: self.shelf.write({"location_id": self.market.id}), "1,001", "1,000")

    def test_as_much_as_is_authorised_may_come(self):
        self._take(300)
        self._orders().with_user(self.worker).action_cancel()
        self._fill(300)
        self.shelf.location_id = self.market
        self._assert_figures(1000)

    def test_one_more_is_refused(self):
        self._take(300)
        self._fill(301)
        self._assert_refused(lambda: self.shelf.write({"location_id": self.market.id}), "1,001")

    def test_a_place_around_the_shelf_is_checked_too(self):
        room = self._create_place("Room", self.stock)
        self.shelf.location_id = room
        self._fill(1)
        self._assert_refused(lambda: room.write({"location_id": self.market.id}), "1,001")

    def test_an_empty_shelf_and_one_with_other_parts_may_come(self):
        self._stock_up(self.bracket, self.shelf, 5000)
        self.shelf.location_id = self.market
        self.assertEqual(self.shelf.location_id, self.market)

    def test_out_again_the_loop_orders_what_left_with_the_hourly_run(self):
        self._take(300)
        self._orders().with_user(self.worker).action_cancel()
        self._fill(300)
        self.shelf.location_id = self.market
        self.shelf.location_id = self.stock
        self._run_cron()
        self.assertEqual(self.loop.position_qty, 1000)


@tagged("post_install", "-at_install")
class TestKits(LimitCase):
    """A kit of 2 stamped parts: it is received, and its parts go to the supermarket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit = cls._create_product("Kit of two")
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": cls.stamped.id, "product_qty": 2})],
            }
        )

    def _prepare_move(self, quantity):
        return {
            "product_id": self.kit.id,
            "product_uom_qty": quantity,
            "location_id": self.suppliers.id,
            "location_dest_id": self.market.id,
            "picking_type_id": self.warehouse.in_type_id.id,
        }

    def test_a_receipt_of_kits_into_a_full_supermarket_is_held(self):
        picking = self._create_picking(self.suppliers, self.market, 5, self.kit, picking_type=self.warehouse.in_type_id)
        self._validate(picking)
        self._assert_figures(1000, held=10)

    def test_a_kit_that_is_added_to_a_confirmed_receipt(self):
        picking = self._create_picking(
            self.suppliers, self.market, 5, self.blank, picking_type=self.warehouse.in_type_id
        )
        picking.write(
            {"move_ids": [Command.create({**self._prepare_move(5), "picking_type_id": picking.picking_type_id.id})]}
        )
        self._validate(picking)
        self._assert_figures(1000, held=10)

    def _bring(self, quantity):
        """Bring kits by a line that nobody planned, as it is added to a transfer: its demand is zero."""
        move = self.env["stock.move"].create(self._prepare_move(0))
        move.write({"quantity": quantity, "picked": True})
        move._action_done()
        self.env.invalidate_all()

    def test_a_line_of_kits_that_nobody_planned_is_held(self):
        self._bring(5)
        self._assert_figures(1000, held=10)

    def test_where_there_is_room_they_are_usable(self):
        self._take(10)
        self._orders().with_user(self.worker).action_cancel()
        self._bring(5)
        self._assert_figures(1000)

    def test_where_excess_is_refused_they_are_refused(self):
        self.loop.overrun_policy = "refuse"
        self._assert_refused(lambda: self._bring(5), "Only 0")

    def test_kits_that_are_scrapped_in_the_supermarket_are_ordered_again(self):
        scrap = {"product_id": self.kit.id, "scrap_qty": 50, "location_id": self.market.id}
        self.env["stock.scrap"].with_user(self.storekeeper).create(scrap).do_scrap()
        self.env.invalidate_all()
        self._assert_figures(900, on_order=100)
