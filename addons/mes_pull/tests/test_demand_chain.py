"""Who is demand for whom: orders made to order below one that nobody asked for, and what takes stock away."""

from odoo.tests import tagged

from .test_demand_policy import DemandCase


@tagged("post_install", "-at_install")
class TestMadeToOrderChain(DemandCase):
    """Frames and their brackets are made to order: Odoo orders the brackets while the frames are being confirmed."""

    def setUp(self):
        super().setUp()
        self.frame.mes_demand_policy = "order"
        self._make_to_order(self.bracket)

    def test_the_parts_of_an_order_that_nobody_asked_for_wait_with_it(self):
        parent = self._order(20, self.frame)
        child = self._orders(self.bracket)
        self.assertEqual(child.product_qty, 20)
        self._assert_queued(parent, child)
        self.assertTrue(parent.mes_lacks_demand and child.mes_lacks_demand)
        self.assertIn("nobody ordered it", child.mes_queue_reason)

    def test_a_customer_sets_both_free(self):
        parent = self._order(20, self.frame)
        self._sell(20, self.frame)
        self._assert_released(parent, self._orders(self.bracket))

    def test_an_override_sets_both_free(self):
        parent = self._order(20, self.frame)
        parent.with_user(self.planner).action_mes_override("fair on Monday")
        self._assert_released(parent, self._orders(self.bracket))

    def test_an_order_without_any_limit_asks_for_its_parts_at_once(self):
        self.frame.mes_demand_policy = "free"
        parent = self._order(20, self.frame)
        self._assert_released(parent, self._orders(self.bracket))

    def test_an_order_that_waits_for_capacity_asks_for_its_parts_at_once(self):
        self._sell(20, self.frame)
        self.saw.mes_wip_cap_jobs = 1
        self._order(1, self._create_made("Sawn", self.saw))
        parent = self._order(20, self.frame)
        self._assert_queued(parent)
        self._assert_released(self._orders(self.bracket))

    def test_two_levels_below(self):
        self.bracket.bom_ids.bom_line_ids.product_id = self.lever = self._create_made("Lever", self.press)
        self.lever.mes_demand_policy = "order"
        self._make_to_order(self.lever)
        parent = self._order(20, self.frame)
        chain = parent | self._orders(self.bracket) | self._orders(self.lever)
        self.assertEqual(len(chain), 3)
        self._assert_queued(*chain)
        self._sell(20, self.frame)
        self._assert_released(*chain)

    def test_the_second_of_two_orders_confirmed_at_once_asks_for_nothing(self):
        """The customer wants 20: the brackets of the other 20 wait with their frames."""
        self._sell(20, self.frame)
        both = self._draft(20, self.frame) | self._draft(20, self.frame)
        both.with_user(self.worker).action_confirm()
        self.assertEqual(self._states(*both), ["released", "queued"])
        states = sorted(self._states(*self._orders(self.bracket)))
        self.assertEqual(states, ["queued", "released"])

    def test_an_order_that_comes_confirmed_from_an_import_is_demand(self):
        self._make(self._order(0.5, self._create_made("Warm-up", self.press)))
        parent = self._draft(20, self.frame)
        self.env.flush_all()
        self.env.cr.execute("UPDATE mrp_production SET state = 'confirmed' WHERE id = %s", [parent.id])
        self.env.invalidate_all()
        self.env["mrp.production"]._mes_adopt_orders()
        self._assert_released(parent)

    def test_nobody_is_told_about_parts_of_an_order_that_is_just_being_confirmed(self):
        self.frame.mes_demand_policy = "free"
        self.bracket.product_tmpl_id.write({"mes_demand_policy": "warn", "responsible_id": self.planner.id})
        self._order(20, self.frame)
        self._assert_released(self._orders(self.bracket))
        self.assertFalse(self._activities(self.planner, "mrp.production"))


@tagged("post_install", "-at_install")
class TestStockThatGoes(DemandCase):
    """50 brackets cover the customer's 50; an order for 50 more waits until they are gone."""

    def setUp(self):
        super().setUp()
        self._stock_up(self.bracket, self.stock, 50)
        self._sell(50)
        self.waiting = self._order(50)
        self._assert_queued(self.waiting)

    def test_by_scrap(self):
        scrap = {"product_id": self.bracket.id, "scrap_qty": 50, "location_id": self.stock.id}
        self.env["stock.scrap"].with_user(self.storekeeper).create(scrap).do_scrap()
        self._assert_released(self.waiting)

    def test_by_a_count(self):
        quant = self.env["stock.quant"]._gather(self.bracket, self.stock).with_user(self.counter)
        quant.with_context(inventory_mode=True).inventory_quantity = 0
        quant.action_apply_inventory()
        self._assert_released(self.waiting)

    def test_not_while_there_is_enough(self):
        scrap = {"product_id": self.bracket.id, "scrap_qty": 20, "location_id": self.stock.id}
        self.env["stock.scrap"].with_user(self.storekeeper).create(scrap).do_scrap()
        self._assert_queued(self.waiting)

    def test_not_by_a_transfer_inside(self):
        self.stock_shelf = self._create_place("Shelf", self.stock)
        move = self.env["stock.move"].create(
            {
                "product_id": self.bracket.id,
                "product_uom_qty": 50,
                "location_id": self.stock.id,
                "location_dest_id": self.stock_shelf.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": 50, "picked": True})
        move._action_done()
        self.assertEqual(self._on_hand(self.bracket, self.stock_shelf), 50)
        self._assert_queued(self.waiting)

    def test_a_return_to_the_vendor_is_no_demand_to_make(self):
        other = self._create_made("Strap", self.press)
        other.mes_demand_policy = "order"
        self._create_picking(self.stock, self.suppliers, 30, other, self.warehouse.out_type_id)
        self._assert_queued(self._order(30, other))
