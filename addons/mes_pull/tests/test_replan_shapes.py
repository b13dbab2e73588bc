"""Plan changes in every shape of the flow: steps, rules, loops, kits, units, shared orders, cancelled documents."""

from odoo import Command
from odoo.tests import tagged

from .replan_common import ReplanCase


class ShapeCase(ReplanCase):
    def _walk(self, product=None, factor=1, down=()):
        """800, 600, 700, cancelled: assert each time what is planned of the product and of those below it."""
        product = product or self.cart
        levels = [(product, factor), *(down or ((self.frame, factor), (self.bar, 2 * factor)))]

        def planned():
            self.env.invalidate_all()
            return [self._to_make(item) + self._to_buy(item) for item, _factor in levels]

        order = self._sell(800, product=product)
        figures = [planned()]
        for quantity in (600, 700):
            self._set(order, quantity)
            figures.append(planned())
        self._cancel(order)
        figures.append(planned())
        expected = [[quantity * its for _item, its in levels] for quantity in (800, 600, 700, 0)]
        self.assertEqual(figures, expected)
        return order


@tagged("post_install", "-at_install")
class TestSteps(ShapeCase):
    def test_delivery_in_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        self._walk()

    def test_delivery_in_three_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self._walk()

    def test_manufacture_in_two_steps(self):
        self.warehouse.manufacture_steps = "pbm"
        order = self._walk()
        moves = self.env["stock.move"].search([("reference_ids", "in", order.stock_reference_ids.ids)])
        picks = moves.filtered(lambda move: move.picking_id and move.state not in ("done", "cancel"))
        self.assertFalse(picks, "components are still picked for nobody")

    def test_manufacture_in_three_steps(self):
        self.warehouse.manufacture_steps = "pbm_sam"
        self._walk()

    def test_manufacture_in_two_steps_is_taken_up_again(self):
        self.warehouse.manufacture_steps = "pbm"
        order = self._sell(800)
        self._cancel(order)
        self._sell(500)
        self._assert_levels(500)
        raw = self._open_orders(self.cart).move_raw_ids
        self.assertEqual(
            sum(raw.move_orig_ids.filtered(lambda move: move.state != "cancel").mapped("product_qty")), 500
        )


@tagged("post_install", "-at_install")
class TestRules(ShapeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls._create_to_order("Shelf", cls.saw, cls.plank(), 3, routes=cls.make)

    @classmethod
    def plank(cls):
        cls.plank_product = cls._create_product(
            "Plank",
            route_ids=[Command.set(cls.buy.ids)],
            seller_ids=[Command.create({"partner_id": cls.vendor.id, "price": 1, "delay": 1})],
        )
        return cls.plank_product

    def _add_rule(self, product, minimum=0, maximum=0):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "location_id": self.stock.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                "trigger": "auto",
            }
        )

    def test_reordering_rules_on_two_levels(self):
        self._add_rule(self.shelf)
        self._add_rule(self.plank_product)
        self._walk(self.shelf, down=((self.plank_product, 3),))

    def test_what_the_rule_keeps_is_kept(self):
        self._add_rule(self.shelf, 50, 100)
        order = self._sell(800, product=self.shelf)
        self.assertEqual(self._to_make(self.shelf), 900)
        self._set(order, 600)
        self.assertEqual(self._to_make(self.shelf), 700)

    def test_stock_counts(self):
        self._add_rule(self.shelf)
        self._stock_up(self.shelf, self.stock, 100)
        order = self._sell(800, product=self.shelf)
        self.assertEqual(self._to_make(self.shelf), 700)
        self._set(order, 600)
        self.assertEqual(self._to_make(self.shelf), 500)
        self._cancel(order)
        self.assertEqual(self._to_make(self.shelf), 0)

    def test_what_sales_orders_of_a_pool_are_at(self):
        self._add_rule(self.shelf)
        self._stock_up(self.shelf, self.stock, 100)
        first, second = self._sell(300, product=self.shelf), self._sell(200, product=self.shelf)
        lines = (first | second).order_line.with_user(self.seller)
        self.assertEqual(lines.mapped("mes_planned_qty"), [200, 200])
        self.assertEqual((first | second).mapped("mes_making_count"), [1, 1])
        self.assertTrue(all(lines.mapped("mes_date_expected")))

    def test_several_sales_orders_share_one_order(self):
        self._add_rule(self.shelf)
        first, _second = self._sell(300, product=self.shelf), self._sell(200, product=self.shelf)
        self._cancel(first)
        self.assertEqual(self._to_make(self.shelf), 200)

    def test_the_scheduler_leaves_parked_orders_alone(self):
        self._add_rule(self.shelf)
        order = self._sell(800, product=self.shelf)
        self._cancel(order)
        self.env["stock.rule"].run_scheduler()
        self.env.invalidate_all()
        self.assertEqual((self._to_make(self.shelf), self._parked(self.shelf)), (0, 800))
        self._sell(500, product=self.shelf)
        self.assertEqual(self._to_make(self.shelf), 500)


@tagged("post_install", "-at_install")
class TestLoops(ShapeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.panel = cls._create_made("Panel", cls.saw)
        cls.panel_market = cls._create_place("Panels", cls.stock)
        cls.panel_loop = cls._create_loop(cls.panel, cls.panel_market, container_qty=10, card_count=0, mode="demand")

    def test_a_loop_to_demand(self):
        self._walk(self.panel, down=((self.panel, 1),))

    def test_a_started_order_of_a_loop_pauses_its_rest(self):
        order = self._sell(800, product=self.panel)
        production = self._open_orders(self.panel)
        production.qty_producing = 300
        self._set(order, 600)
        self.assertEqual((production.qty_producing, self._to_make(self.panel)), (300, 600))
        self._set(order, 700)
        self.assertEqual(self._to_make(self.panel), 700)
        self._cancel(order)
        self.assertEqual((production.qty_producing, self._to_make(self.panel)), (300, 300))


@tagged("post_install", "-at_install")
class TestOtherShapes(ShapeCase):
    def test_a_kit(self):
        kit = self._create_product("Cart kit", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.cart.id, "product_qty": 2})],
            }
        )
        order = self._sell(400, product=kit)
        self._assert_levels(800)
        self._set(order, 300)
        self._assert_levels(600)
        self._set(order, 350)
        self._assert_levels(700)
        self._cancel(order)
        self._assert_levels(0)

    def test_sold_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create({"product_id": self.cart.id, "product_uom_qty": 50, "product_uom_id": dozen.id})
                    ],
                }
            )
        )
        order.action_confirm()
        self._assert_levels(600)
        self._set(order, 25)
        self._assert_levels(300)

    def test_made_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        bom = self.cart.bom_ids
        bom.write({"product_uom_id": dozen.id, "product_qty": 1})
        bom.bom_line_ids.product_qty = 12
        order = self._sell(600)
        self._assert_levels(600)
        self._set(order, 300)
        self._assert_levels(300)

    def test_a_cancelled_delivery(self):
        order = self._sell(800)
        order.picking_ids.with_user(self.storekeeper).action_cancel()
        self._assert_levels(0)

    def test_a_delivery_without_backorder(self):
        order = self._sell(800)
        production = self._open_orders(self.cart)
        self._stock_up(self.frame, self.stock, 800)
        self._make(production, 300)
        picking = order.picking_ids
        picking.move_ids.quantity = 300
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        self.env.invalidate_all()
        self.assertEqual(self._to_make(self.cart), 0)

    def test_a_person_cancels_the_parent(self):
        self._sell(800)
        self._open_orders(self.cart).with_user(self.planner).action_cancel()
        self._assert_levels(0)

    def test_merged_orders(self):
        first, second = self._sell(300), self._sell(200)
        orders = self._open_orders(self.cart)
        orders.action_merge()
        self._assert_levels(500)
        self._cancel(first)
        self._assert_levels(200)
        self._set(second, 100)
        self._assert_levels(100)

    def test_a_return_that_is_not_delivered_again(self):
        order = self._sell(10)
        self._stock_up(self.frame, self.stock, 10)
        self._make(self._open_orders(self.cart))
        picking = order.picking_ids
        picking.action_assign()
        self._validate(picking)
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.assertEqual(self._to_make(self.cart), 0)

    def test_two_warehouses_keep_their_own(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "W2", "company_id": self.company.id})
        self._sell(800)
        order = self._sell(100, warehouse_id=other.id)
        self._cancel(order)
        mine = self._open_orders(self.cart).filtered(lambda mo: mo.picking_type_id.warehouse_id == self.warehouse)
        self.assertEqual(sum(mine.mapped("product_qty")), 800)
        self.assertEqual(self._to_make(self.cart), 800)
