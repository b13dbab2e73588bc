"""No order, no production: what nobody asked for waits (scenario E)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .limits_common import LimitCase


class DemandCase(LimitCase):
    """Brackets are made to order only; they belong to no loop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bracket.mes_demand_policy = "order"
        cls.frame = cls._create_made("Frame", cls.saw, component=cls.bracket)

    @classmethod
    def _make_to_order(cls, *products):
        mto = cls.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        for product in products:
            product.route_ids = mto | cls.env.ref("mrp.route_warehouse0_manufacture")

    def _sell(self, quantity, product=None, confirm=True, **more):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": (product or self.bracket).id, "product_uom_qty": quantity, **more})
                ],
            }
        )
        if confirm:
            order.action_confirm()
        self.env.invalidate_all()
        return order

    def _change_quantity(self, production, quantity, user=None):
        wizard = self.env["change.production.qty"].with_user(user or self.worker)
        wizard.create({"mo_id": production.id, "product_qty": quantity}).change_prod_qty()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWhichPolicy(DemandCase):
    def setUp(self):
        super().setUp()
        self.parent = self.env["product.category"].create({"name": "Made parts"})
        self.child = self.env["product.category"].create({"name": "Pressed parts", "parent_id": self.parent.id})
        self.lever = self._create_made("Lever", self.press, categ_id=self.child.id)

    def _assert_policy(self, expected):
        self.env.invalidate_all()
        self.assertEqual(self.lever.mes_demand_policy_effective, expected)

    def test_free_without_any_setting(self):
        self._assert_policy("free")

    def test_the_company_s(self):
        self.company.mes_demand_policy = "warn"
        self._assert_policy("warn")

    def test_the_parent_category_s_before_the_company_s(self):
        self.company.mes_demand_policy = "warn"
        self.parent.mes_demand_policy = "order"
        self._assert_policy("order")

    def test_the_category_s_before_the_parent_s(self):
        self.parent.mes_demand_policy = "order"
        self.child.mes_demand_policy = "free"
        self._assert_policy("free")

    def test_the_product_s_before_all(self):
        self.child.mes_demand_policy = "free"
        self.lever.product_tmpl_id.mes_demand_policy = "order"
        self._assert_policy("order")

    def test_each_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Other Works", "mes_demand_policy": "order"})
        lever = self.lever
        found = [lever.with_company(company).mes_demand_policy_effective for company in (self.company, other)]
        self.assertEqual(found, ["free", "order"])

    def test_the_policy_of_a_category_works_on_orders(self):
        self.parent.mes_demand_policy = "order"
        self._assert_queued(self._order(10, self.lever))

    def test_the_policy_of_the_company_works_on_orders(self):
        self.company.mes_demand_policy = "order"
        self._assert_queued(self._order(10, self.lever))

    def test_free_lets_every_order_go(self):
        order = self._order(10, self.lever)
        self._assert_released(order)
        self.assertFalse(order.mes_lacks_demand)


@tagged("post_install", "-at_install")
class TestWithoutDemand(DemandCase):
    def test_a_person_s_order_that_nobody_asked_for_waits(self):
        order = self._order(10)
        self.assertEqual(order.state, "confirmed")
        self._assert_queued(order)
        self.assertTrue(order.mes_lacks_demand)
        self.assertIn("Bracket", order.mes_queue_reason)
        self.assertIn("nobody ordered it", order.mes_queue_reason)

    def test_a_planner_s_and_a_manager_s_too(self):
        self._assert_queued(self._order(10, user=self.planner), self._order(10, user=self.manager))

    def test_an_order_typed_in_the_form(self):
        form = Form(self.env["mrp.production"].with_user(self.worker))
        form.product_id = self.bracket
        form.product_qty = 5
        order = form.save()
        order.action_confirm()
        self._assert_queued(order)

    def test_nobody_works_on_it(self):
        order = self._order(10)
        works = order.workorder_ids.with_user(self.worker)
        for call in (
            works.button_start,
            works.action_mark_as_done,
            lambda: works.write({"qty_produced": 1}),
            lambda: order.with_user(self.worker).write({"qty_producing": 1}),
            order.with_user(self.worker).action_start,
            order.with_user(self.planner).button_plan,
            order.with_user(self.planner).button_mark_done,
            order.with_user(self.planner).action_mes_release,
        ):
            self._assert_refused(call, order.name, "nobody ordered it")

    def test_a_draft_cannot_be_closed_at_once(self):
        draft = self._draft(10)
        self._assert_refused(lambda: draft.with_user(self.worker).button_mark_done(), "nobody ordered it")
        self.assertEqual(draft.state, "draft")

    def test_a_planner_may_release_it_with_a_reason(self):
        order = self._order(10)
        order.with_user(self.planner).action_mes_override("endurance test")
        self._assert_released(order)
        self.assertFalse(order.mes_lacks_demand)
        override = self._overrides("release")
        self.assertEqual((override.reason, override.quantity, override.user_id), ("endurance test", 10, self.planner))
        self.assertIn("nobody ordered it", override.limits)
        self._make(order)
        self.assertEqual(order.state, "done")

    def test_one_override_is_no_leave_for_the_next_order(self):
        self._order(10).with_user(self.planner).action_mes_override("endurance test")
        self._assert_queued(self._order(10))

    def test_a_quotation_is_no_order(self):
        order = self._order(10)
        self._sell(10, confirm=False)
        self._assert_queued(order)

    def test_stock_covers_the_demand(self):
        self._stock_up(self.bracket, self.stock, 100)
        self._sell(100)
        self._assert_queued(self._order(1))

    def test_orders_on_their_way_cover_the_demand(self):
        self._sell(100)
        self._assert_released(self._order(100))
        self._assert_queued(self._order(1))

    def test_an_internal_transfer_is_no_demand(self):
        self._create_picking(self.stock, self.line, 50, product=self.bracket)
        self._assert_queued(self._order(50))

    def test_a_draft_delivery_is_no_demand(self):
        self.env["stock.move"].create(
            {
                "product_id": self.bracket.id,
                "product_uom_qty": 50,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        self._assert_queued(self._order(50))

    def test_a_cancelled_sales_order_is_no_demand(self):
        sale = self._sell(50)
        sale.with_context(disable_cancel_warning=True).action_cancel()
        self._assert_queued(self._order(50))

    def test_what_was_delivered_is_no_demand(self):
        self._stock_up(self.bracket, self.stock, 50)
        self._validate(self._sell(50).picking_ids)
        self._assert_queued(self._order(50))

    def test_another_company_s_customer_is_no_demand_here(self):
        other = self.env["res.company"].create({"name": "Other Works"})
        stock = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1).lot_stock_id
        self.env["stock.move"].create(
            {
                "product_id": self.bracket.id,
                "product_uom_qty": 50,
                "location_id": stock.id,
                "location_dest_id": self.customers.id,
                "company_id": other.id,
            }
        )._action_confirm()
        self._assert_queued(self._order(50))

    def test_a_demand_for_another_product_is_none_for_this(self):
        self._sell(50, self.frame)
        self._assert_queued(self._order(50))

    def test_a_reordering_rule_that_makes_for_stock_waits(self):
        """Pushed by a minimum stock that nobody asked for: confirmed, but not begun."""
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.bracket.id,
                "location_id": self.stock.id,
                "product_min_qty": 50,
                "product_max_qty": 50,
                "route_id": self.env.ref("mrp.route_warehouse0_manufacture").id,
            }
        )
        self.env["stock.rule"].run_scheduler()
        order = self._orders(self.bracket)
        self.assertEqual((order.product_qty, order.state), (50, "confirmed"))
        self._assert_queued(order)
        self.assertTrue(order.mes_lacks_demand)

    def test_one_without_demand_does_not_hold_up_another_product(self):
        self.press.mes_wip_cap_jobs = 1
        self._order(10)
        self._assert_released(self._order(10, self._create_made("Lever", self.press)))


@tagged("post_install", "-at_install")
class TestWithDemand(DemandCase):
    def test_exactly_the_demand_is_released_one_more_waits(self):
        self._sell(100)
        self._assert_released(self._order(60), self._order(40))
        self._assert_queued(self._order(1))

    def test_an_order_for_more_than_was_asked_waits_as_a_whole(self):
        self._sell(100)
        order = self._order(101)
        self._assert_queued(order)
        self.assertIn("100", order.mes_queue_reason)

    def test_what_is_on_hand_counts(self):
        self._stock_up(self.bracket, self.stock, 30)
        self._sell(100)
        self._assert_queued(self._order(71))
        self._assert_released(self._order(70))

    def test_the_waiting_order_is_released_when_somebody_asks(self):
        order = self._order(50)
        self._sell(49)
        self._assert_queued(order)
        self._sell(1)
        self._assert_released(order)
        self.assertFalse(order.mes_lacks_demand)

    def test_the_waiting_order_is_released_when_a_sales_order_is_raised(self):
        sale = self._sell(20)
        order = self._order(50)
        self._assert_queued(order)
        sale.order_line.product_uom_qty = 50
        self._assert_released(order)

    def test_the_waiting_order_is_released_when_a_delivery_is_raised(self):
        out = self.warehouse.out_type_id
        picking = self._create_picking(self.stock, self.customers, 20, product=self.bracket, picking_type=out)
        order = self._order(50)
        self._assert_queued(order)
        picking.move_ids.product_uom_qty = 50
        self._assert_released(order)

    def test_the_waiting_order_is_released_when_stock_is_scrapped(self):
        self._stock_up(self.bracket, self.stock, 50)
        self._sell(50)
        order = self._order(50)
        self._assert_queued(order)
        self.env["stock.scrap"].create(
            {"product_id": self.bracket.id, "scrap_qty": 50, "location_id": self.stock.id}
        ).do_scrap()
        self._run_cron()
        self._assert_released(order)

    def test_the_waiting_order_is_released_when_another_is_cancelled(self):
        self._sell(50)
        first, second = self._order(50), self._order(50)
        self._assert_queued(second)
        first.with_user(self.worker).action_cancel()
        self._assert_released(second)

    def test_the_order_of_a_sales_order_made_to_order(self):
        self._make_to_order(self.bracket)
        order = self._sell(80).mrp_production_ids
        self.assertEqual((order.product_qty, order.state), (80, "confirmed"))
        self._assert_released(order)

    def test_a_sales_order_s_own_order_does_not_wait_behind_one_that_nobody_asked_for(self):
        """The delivery waits for its own order and for no other: that one must go."""
        self._make_to_order(self.bracket)
        waiting = self._order(80)
        self._assert_queued(waiting)
        own = self._sell(80).mrp_production_ids
        self._assert_released(own)
        self._assert_queued(waiting)

    def test_a_sales_order_in_two_steps_asks_once(self):
        self.warehouse.delivery_steps = "pick_ship"
        self._sell(50)
        self._assert_queued(self._order(51))
        self._assert_released(self._order(50))

    def test_a_sales_order_of_dozens_asks_for_pieces(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._sell(5, product_uom_id=dozen.id)
        self._assert_queued(self._order(61))
        self._assert_released(self._order(60))

    def test_an_order_in_dozens_is_judged_in_pieces(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._sell(59)
        self._assert_queued(self._order(5, product_uom_id=dozen.id))
        self._sell(1)
        self._assert_released(*self._orders(self.bracket))

    def test_a_reordering_rule_that_serves_a_customer(self):
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.bracket.id,
                "location_id": self.stock.id,
                "product_min_qty": 0,
                "product_max_qty": 0,
                "route_id": self.env.ref("mrp.route_warehouse0_manufacture").id,
            }
        )
        self._sell(50)
        self.env["stock.rule"].run_scheduler()
        order = self._orders(self.bracket)
        self.assertEqual(sum(order.mapped("product_qty")), 50)
        self._assert_released(*order)

    def test_a_finished_order_leaves_no_demand_behind(self):
        self._sell(50)
        self._make(self._order(50))
        self._assert_queued(self._order(1))

    def test_a_partly_finished_order_and_its_backorder(self):
        self._sell(50)
        order = self._order(50)
        self._make(order, 20)
        backorder = self._orders(self.bracket) - order
        self._assert_released(backorder)
        self._assert_queued(self._order(1))
        self._make(backorder)
        self.assertEqual(backorder.state, "done")

    def test_a_paused_order_covers_nothing(self):
        self._sell(50)
        order = self._order(50)
        order.with_user(self.planner).action_mes_pause("tool broken")
        self._assert_released(self._order(50))


@tagged("post_install", "-at_install")
class TestParentOrders(DemandCase):
    """Brackets go into frames: the order for frames asks for them."""

    def test_the_parts_of_an_order_are_asked_for(self):
        self._order(20, self.frame)
        self._assert_queued(self._order(21))
        self._assert_released(self._order(20))

    def test_the_waiting_order_is_released_by_the_order_above(self):
        order = self._order(20)
        self._assert_queued(order)
        self._order(20, self.frame)
        self._assert_released(order)

    def test_made_to_order_below_an_order(self):
        self._make_to_order(self.bracket)
        self._order(20, self.frame)
        child = self._orders(self.bracket)
        self.assertEqual(child.product_qty, 20)
        self._assert_released(child)

    def test_an_order_that_nobody_asked_for_asks_for_nothing(self):
        """Frames without a customer wait, and the brackets for them wait, too."""
        self.frame.mes_demand_policy = "order"
        parent = self._order(20, self.frame)
        child = self._order(20)
        self._assert_queued(parent, child)

    def test_the_customer_of_the_frame_sets_both_free(self):
        self.frame.mes_demand_policy = "order"
        parent = self._order(20, self.frame)
        child = self._order(20)
        self._sell(20, self.frame)
        self._assert_released(parent, child)

    def test_made_to_order_down_to_the_parts(self):
        self.frame.mes_demand_policy = "order"
        self._make_to_order(self.frame, self.bracket)
        sale = self._sell(20, self.frame)
        orders = sale.mrp_production_ids | self._orders(self.bracket)
        self.assertEqual(len(orders), 2)
        self._assert_released(*orders)

    def test_an_override_of_the_order_above_asks_for_its_parts(self):
        self.frame.mes_demand_policy = "order"
        parent = self._order(20, self.frame)
        child = self._order(20)
        parent.with_user(self.planner).action_mes_override("fair on Monday")
        self._assert_released(parent)
        self._run_cron()
        self._assert_released(child)

    def test_an_order_above_that_waits_for_capacity_asks_all_the_same(self):
        """It has a right to its parts; only the machine is busy."""
        self.saw.mes_wip_cap_jobs = 1
        self._order(1, self._create_made("Sawn", self.saw))
        parent = self._order(20, self.frame)
        self._assert_queued(parent)
        self._assert_released(self._order(20))

    def test_a_paused_order_above_asks_for_nothing(self):
        parent = self._order(20, self.frame)
        parent.with_user(self.planner).action_mes_pause("customer waits")
        self._assert_queued(self._order(20))

    def test_a_cancelled_order_above_asks_for_nothing(self):
        self._order(20, self.frame).with_user(self.worker).action_cancel()
        self._assert_queued(self._order(20))

    def test_a_draft_order_above_asks_for_nothing(self):
        self._draft(20, self.frame)
        self._assert_queued(self._order(20))


@tagged("post_install", "-at_install")
class TestLoops(DemandCase):
    """In a loop the loop's balance is the demand."""

    def setUp(self):
        super().setUp()
        self.stamped.mes_demand_policy = "order"

    def test_the_order_of_a_signal_is_authorised(self):
        order = self._take(500).signal_ids.production_id
        self._assert_released(order)
        self._make(order)
        self._assert_figures(1000)

    def test_a_person_s_order_into_a_full_supermarket_waits_for_the_loop(self):
        order = self._order_stamped(100)
        self._assert_queued(order)
        self.assertIn(self.loop.name, order.mes_queue_reason)
        self.assertNotIn("nobody ordered it", order.mes_queue_reason)
        self._take(100)
        self._assert_released(order)

    def test_outside_of_the_supermarket_it_needs_a_customer(self):
        order = self._order(100, self.stamped)
        self._assert_queued(order)
        self.assertIn("nobody ordered it", order.mes_queue_reason)

    def test_a_loop_that_allows_any_excess_still_knows_its_jobs(self):
        self.loop.write({"overrun_policy": "allow", "wip_cap_jobs": 1})
        self._assert_released(self._order_stamped(100))
        self._assert_queued(self._order_stamped(100))


@tagged("post_install", "-at_install")
class TestGrowing(DemandCase):
    """100 were asked for, an order for 60 runs."""

    def setUp(self):
        super().setUp()
        self.sale = self._sell(100)
        self.order = self._order(60)
        self._assert_released(self.order)

    def test_up_to_the_demand(self):
        self._change_quantity(self.order, 100)
        self._assert_released(self.order)
        self.assertEqual(self.order.product_qty, 100)

    def test_beyond_the_demand_it_is_refused(self):
        for user in (self.worker, self.planner, self.manager):
            with self.subTest(user=user.login):
                self._assert_refused(
                    lambda user=user: self._change_quantity(self.order, 101, user), self.order.name, "Bracket"
                )

    def test_by_a_remote_program(self):
        for user in (self.worker, self.planner):
            self._assert_refused(
                lambda user=user: self._rpc(user, self.order, "write", {"product_qty": 101}), self.order.name
            )

    def test_a_started_order_cannot_grow_beyond_either(self):
        self.order.workorder_ids.with_user(self.worker).button_start()
        self._assert_refused(lambda: self._change_quantity(self.order, 101), self.order.name)

    def test_where_it_only_warns_it_may_grow(self):
        self.bracket.mes_demand_policy = "warn"
        self._change_quantity(self.order, 500)
        self.assertEqual(self.order.product_qty, 500)

    def test_raised_by_what_orders_by_itself_it_goes_back_into_the_queue(self):
        """Odoo's own flow (as superuser) is never refused: the order waits until somebody asks."""
        wizard = self.env["change.production.qty"].sudo()
        wizard.create({"mo_id": self.order.id, "product_qty": 150}).change_prod_qty()
        self._assert_queued(self.order)
        self._sell(50)
        self._assert_released(self.order)


@tagged("post_install", "-at_install")
class TestWarnOnly(DemandCase):
    def setUp(self):
        super().setUp()
        self.bracket.product_tmpl_id.write({"mes_demand_policy": "warn", "responsible_id": self.planner.id})

    def test_the_order_goes_and_the_responsible_is_told(self):
        order = self._order(10)
        self._assert_released(order)
        activity = self._activities(self.planner, "mrp.production")
        self.assertEqual(activity.res_id, order.id)
        self.assertIn("nobody ordered it", activity.note)

    def test_nobody_is_told_where_somebody_asked(self):
        self._sell(10)
        self._order(10)
        self.assertFalse(self._activities(self.planner, "mrp.production"))

    def test_everybody_may_work_on_it(self):
        order = self._order(10)
        self._make(order)
        self.assertEqual(order.state, "done")


@tagged("post_install", "-at_install")
class TestChangingThePolicy(DemandCase):
    def setUp(self):
        super().setUp()
        self.waiting = self._order(10)
        self._assert_queued(self.waiting)

    def test_the_product_is_set_free(self):
        self.bracket.product_tmpl_id.mes_demand_policy = "free"
        self._assert_released(self.waiting)

    def test_the_product_only_warns(self):
        self.bracket.product_tmpl_id.mes_demand_policy = "warn"
        self._assert_released(self.waiting)

    def test_the_category_is_set_free(self):
        self._only_category("order")
        self._assert_queued(self.waiting)
        self.bracket.categ_id.mes_demand_policy = "free"
        self._assert_released(self.waiting)

    def test_the_product_moves_to_a_free_category(self):
        self._only_category("order")
        self._assert_queued(self.waiting)
        self.bracket.categ_id = self.env["product.category"].create({"name": "Free", "mes_demand_policy": "free"})
        self._assert_released(self.waiting)

    def test_the_company_is_set_free(self):
        self.company.mes_demand_policy = "order"
        self.bracket.mes_demand_policy = False
        self._assert_queued(self.waiting)
        self.company.mes_demand_policy = "free"
        self._assert_released(self.waiting)

    def _only_category(self, policy):
        """Let the product's category say what applies, and nothing else."""
        category = self.env["product.category"].create({"name": "Made parts", "mes_demand_policy": policy})
        self.bracket.product_tmpl_id.categ_id = category
        self.bracket.product_tmpl_id.mes_demand_policy = False

    def test_a_stricter_policy_leaves_what_was_released(self):
        self.bracket.mes_demand_policy = "free"
        self.bracket.mes_demand_policy = "order"
        self._assert_released(self.waiting)
        self._assert_queued(self._order(10))

    def test_only_who_may_change_products_changes_the_policy(self):
        stranger = new_test_user(self.env, "mes_stranger", "mrp.group_mrp_user")
        self._assert_denied(lambda: self._rpc(stranger, self.bracket, "write", {"mes_demand_policy": "free"}))
        self._assert_queued(self.waiting)

    def test_the_mark_is_not_written_by_hand(self):
        for user in (self.worker, self.planner, self.manager):
            self._assert_refused(
                lambda user=user: self._rpc(user, self.waiting, "write", {"mes_lacks_demand": False}), error=UserError
            )
