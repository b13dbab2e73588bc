"""Caps on work in progress: of a work centre, a product, a loop; who waits, and what lets him go on."""

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .limits_common import LimitCase


class CapCase(LimitCase):
    def _cap(self, jobs=0, pieces=0, workcenter=None, **more):
        (workcenter or self.press).write({"mes_wip_cap_jobs": jobs, "mes_wip_cap_qty": pieces, **more})
        self.env.invalidate_all()

    def _assert_wip(self, jobs, pieces, record=None):
        record = record or self.press
        self.env.invalidate_all()
        self.assertEqual((record.mes_wip_jobs, record.mes_wip_qty), (jobs, pieces))

    def _change_quantity(self, production, quantity, user=None):
        """Change the ordered quantity by Odoo's own wizard."""
        wizard = self.env["change.production.qty"].with_user(user or self.worker)
        wizard.create({"mo_id": production.id, "product_qty": quantity}).change_prod_qty()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWorkCentreJobs(CapCase):
    def test_without_a_cap_every_order_is_released(self):
        orders = [self._order(100) for _number in range(3)]
        self._assert_released(*orders)
        self._assert_wip(3, 300)

    def test_the_third_order_waits_where_two_may_run(self):
        self._cap(jobs=2)
        first, second, third = (self._order(10) for _number in range(3))
        self._assert_released(first, second)
        self._assert_queued(third)
        self._assert_wip(2, 20)

    def test_a_waiting_order_is_confirmed_like_any_other(self):
        self._cap(jobs=1)
        self._order(10)
        waiting = self._order(10)
        self.assertEqual((waiting.state, waiting.mes_release_state), ("confirmed", "queued"))
        self.assertTrue(waiting.mes_date_queued)
        self.assertFalse(waiting.mes_date_released)
        self.assertTrue(waiting.move_raw_ids)

    def test_the_reason_names_the_work_centre_its_figures_and_what_frees_it(self):
        self._cap(jobs=2, pieces=500)
        first, _second = self._order(300), self._order(180)
        waiting = self._order(50)
        self.assertIn("Press", waiting.mes_queue_reason)
        self.assertIn("2 of 2 jobs", waiting.mes_queue_reason)
        self.assertIn("480 of 500 pieces", waiting.mes_queue_reason)
        self.assertIn(first.name, waiting.mes_queue_reason)
        self.assertFalse(first.mes_queue_reason)

    def test_the_reason_names_all_limits(self):
        self._cap(jobs=1)
        self._cap(jobs=1, workcenter=self.saw)
        both = self._create_made("Frame", self.press, self.saw)
        self._order(10, both)
        waiting = self._order(10, both)
        self.assertIn("Press", waiting.mes_queue_reason)
        self.assertIn("Saw", waiting.mes_queue_reason)

    def test_a_draft_order_is_not_decided_about_and_takes_no_room(self):
        self._cap(jobs=1)
        draft = self._draft(10)
        self.assertEqual(self._states(draft), [False])
        self._assert_wip(0, 0)
        self._assert_released(self._order(10))

    def test_a_waiting_order_takes_no_room(self):
        self._cap(jobs=1)
        self._order(10)
        self._order(10)
        self._assert_wip(1, 10)
        self.assertEqual(self.press.mes_queue_count, 1)

    def test_two_operations_at_one_press_are_one_job(self):
        twice = self._create_made("Twice pressed", self.press, self.press)
        self._cap(jobs=1)
        self._assert_released(self._order(10, twice))
        self._assert_wip(1, 10)

    def test_an_order_needs_room_at_every_work_centre(self):
        both = self._create_made("Frame", self.press, self.saw)
        self._cap(jobs=1, workcenter=self.saw)
        self._cap(jobs=5)
        self._assert_released(self._order(10, both))
        self._assert_queued(self._order(10, both))
        self._assert_released(self._order(10))

    def test_an_order_without_operations_is_bound_by_no_work_centre(self):
        self._cap(jobs=1)
        self._order(10)
        self._assert_released(self._order(10, self._create_made("Kit bag")))

    def test_many_orders_confirmed_at_once_share_the_cap(self):
        self._cap(jobs=2)
        orders = self.env["mrp.production"].browse([self._draft(10).id for _number in range(4)])
        orders.with_user(self.worker).action_confirm()
        self.assertEqual(self._states(*orders), ["released", "released", "queued", "queued"])

    def test_an_order_confirmed_in_the_form(self):
        self._cap(jobs=1)
        self._order(10)
        form = Form(self.env["mrp.production"].with_user(self.worker))
        form.product_id = self.bracket
        form.product_qty = 5
        waiting = form.save()
        waiting.action_confirm()
        self._assert_queued(waiting)

    @mute_logger("odoo.sql_db")
    def test_a_cap_cannot_be_negative(self):
        for vals in ({"mes_wip_cap_jobs": -1}, {"mes_wip_cap_qty": -1}):
            with self.subTest(vals=vals):
                self._assert_refused(lambda vals=vals: self.press.write(vals), error=IntegrityError)


@tagged("post_install", "-at_install")
class TestWorkCentrePieces(CapCase):
    def test_exactly_at_the_cap_is_released_one_piece_more_waits(self):
        self._cap(pieces=100)
        self._assert_released(self._order(80), self._order(20))
        self._assert_queued(self._order(1))
        self._assert_wip(2, 100)

    def test_the_tighter_of_the_two_caps_decides(self):
        self._cap(jobs=10, pieces=100)
        self._assert_released(self._order(90))
        self._assert_queued(self._order(20))

    def test_pieces_are_counted_in_the_product_s_unit(self):
        self._cap(pieces=100)
        dozen = self.env.ref("uom.product_uom_dozen")
        self._assert_released(self._order(5, product_uom_id=dozen.id))
        self._assert_wip(1, 60)
        self._assert_queued(self._order(4, product_uom_id=dozen.id))

    def test_what_an_operation_has_reported_takes_no_room_any_more(self):
        self._cap(pieces=100)
        order = self._order(100)
        order.workorder_ids.with_user(self.worker).button_start()
        order.workorder_ids.with_user(self.worker).qty_produced = 30
        self._assert_wip(1, 70)
        self._assert_released(self._order(30))
        self._assert_queued(self._order(1))

    def test_a_finished_operation_frees_its_work_centre_while_the_order_goes_on(self):
        both = self._create_made("Frame", self.press, self.saw)
        self._cap(pieces=100)
        order, waiting = self._order(100, both), self._order(100, both)
        self._assert_queued(waiting)
        order.workorder_ids[0].with_user(self.worker).action_mark_as_done()
        self.assertNotEqual(order.state, "done")
        self._assert_released(waiting)

    def test_the_rest_of_a_partly_finished_order_keeps_its_place(self):
        self._cap(pieces=100)
        order, waiting = self._order(100), self._order(60)
        self._make(order, 50)
        backorder = order.production_group_id.production_ids - order
        self._assert_released(backorder)
        self._assert_wip(1, 50)
        self._assert_queued(waiting)

    def test_splitting_a_released_order_frees_nothing_and_loses_nothing(self):
        self._cap(pieces=100, jobs=5)
        order, waiting = self._order(100), self._order(10)
        parts = order.with_user(self.worker)._split_productions({order: [60, 40]})
        self._assert_released(*parts.with_env(self.env))
        self._assert_wip(2, 100)
        self._assert_queued(waiting)

    def test_the_gauge_in_words(self):
        self._cap(pieces=100)
        found = []
        for quantity in (79, 1, 20):
            self._order(quantity)
            found.append((self.press.mes_wip_ratio, self.press.mes_wip_level))
        self.assertEqual(found, [(79, "ok"), (80, "warn"), (100, "full")])
        self._order(10).with_user(self.planner).action_mes_override("sample for a customer")
        self.env.invalidate_all()
        self.assertEqual((self.press.mes_wip_ratio, self.press.mes_wip_level), (110, "over"))
        self.assertEqual((self.saw.mes_wip_ratio, self.saw.mes_wip_level), (0, "none"))

    def test_the_warn_zone_begins_where_the_planner_says(self):
        self._cap(jobs=10, mes_wip_warn_ratio=30)
        levels = []
        for _number in range(3):
            self._order(1)
            self.env.invalidate_all()
            levels.append(self.press.mes_wip_level)
        self.assertEqual(levels, ["ok", "ok", "warn"])


@tagged("post_install", "-at_install")
class TestQueueOrder(CapCase):
    """One job at a time at the press; `running` has it."""

    def setUp(self):
        super().setUp()
        self._cap(jobs=1)
        self.running = self._order(10)

    def test_first_in_first_out(self):
        first, second = self._order(10), self._order(10)
        self._make(self.running)
        self.assertEqual(self._states(first, second), ["released", "queued"])
        self._make(first)
        self._assert_released(second)

    def test_an_urgent_order_goes_first(self):
        first, urgent = self._order(10), self._order(10, priority="1")
        self._make(self.running)
        self.assertEqual(self._states(first, urgent), ["queued", "released"])

    def test_an_order_that_becomes_urgent_moves_up(self):
        first, later = self._order(10), self._order(10)
        later.with_user(self.worker).priority = "1"
        self._make(self.running)
        self.assertEqual(self._states(first, later), ["queued", "released"])

    def test_an_urgent_order_does_not_push_out_one_that_runs(self):
        urgent = self._order(10, priority="1")
        self.assertEqual(self._states(self.running, urgent), ["released", "queued"])

    def test_the_date_of_waiting_decides_not_the_number(self):
        first, second = self._order(10), self._order(10)
        second.mes_date_queued = fields.Datetime.subtract(first.mes_date_queued, hours=1)
        self._make(self.running)
        self.assertEqual(self._states(first, second), ["queued", "released"])

    def test_a_small_order_does_not_overtake_on_the_same_limit(self):
        self._cap(pieces=100, jobs=5)
        running = self._order(80)
        big, small = self._order(50), self._order(5)
        self.assertEqual(self._states(running, big, small), ["released", "queued", "queued"])
        self.assertIn("wait longer", small.mes_queue_reason)

    def test_an_order_for_another_work_centre_goes_past(self):
        self._cap(jobs=1, workcenter=self.saw)
        self._order(10)
        self._assert_released(self._order(10, self._create_made("Sawn", self.saw)))

    def test_who_waits_for_the_press_does_not_block_the_saw_for_others(self):
        """The frame needs press and saw and waits for the press only: a sawn part may go."""
        self._cap(jobs=1, workcenter=self.saw)
        waiting = self._order(10, self._create_made("Frame", self.press, self.saw))
        sawn = self._order(10, self._create_made("Sawn", self.saw))
        self.assertEqual(self._states(waiting, sawn), ["queued", "released"])

    def test_an_order_larger_than_the_cap_holds_up_nobody(self):
        self._cap(pieces=100)
        huge, small = self._order(600), self._order(10)
        self.assertEqual(self._states(huge, small), ["queued", "released"])
        self.assertIn("600", huge.mes_queue_reason)
        self.assertIn("Split", huge.mes_queue_reason)

    def test_an_order_larger_than_the_cap_goes_when_the_cap_is_raised(self):
        self._cap(pieces=100)
        huge = self._order(600)
        self._cap(pieces=600)
        self._make(self.running)
        self._assert_released(huge)

    def test_starting_a_waiting_order_that_fits_by_now_releases_it(self):
        waiting = self._order(10)
        self._sneak_cap(2)
        waiting.workorder_ids.with_user(self.worker).button_start()
        self._assert_released(waiting)
        self.assertEqual(waiting.workorder_ids.state, "progress")

    def test_starting_the_second_in_line_is_refused_although_it_would_fit(self):
        first, second = self._order(10), self._order(10)
        self._sneak_cap(2)
        self._assert_refused(lambda: second.workorder_ids.with_user(self.worker).button_start(), second.name, "Press")
        self._assert_queued(first)

    def _sneak_cap(self, jobs):
        """Raise the cap behind the back of everything."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE mrp_workcenter SET mes_wip_cap_jobs = %s WHERE id = %s", [jobs, self.press.id])
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestReleasedByItself(CapCase):
    """100 pieces at a time; `running` has them all, `waiting` asks for 60."""

    def setUp(self):
        super().setUp()
        self._cap(pieces=100)
        self.running = self._order(100)
        self.waiting = self._order(60)
        self._assert_queued(self.waiting)

    def test_when_the_order_before_is_done(self):
        self._make(self.running)
        self._assert_released(self.waiting)
        self.assertTrue(self.waiting.mes_date_released)

    def test_when_the_work_order_before_is_done(self):
        self.running.workorder_ids.with_user(self.worker).action_mark_as_done()
        self._assert_released(self.waiting)

    def test_when_the_work_order_before_is_finished_at_the_terminal(self):
        works = self.running.workorder_ids.with_user(self.worker)
        works.button_start()
        works.qty_producing = 100
        works.button_finish()
        self._assert_released(self.waiting)

    def test_when_the_operator_has_counted_enough(self):
        works = self.running.workorder_ids.with_user(self.worker)
        works.button_start()
        works.qty_produced = 59
        self._assert_queued(self.waiting)
        works.qty_produced = 60
        self._assert_released(self.waiting)

    def test_when_the_order_before_is_cancelled(self):
        self.running.with_user(self.worker).action_cancel()
        self._assert_released(self.waiting)

    def test_when_the_order_before_is_deleted(self):
        self.running.with_user(self.worker).action_cancel()
        other = self._order(40)
        another = self._order(10)
        self._assert_queued(another)
        other.unlink()
        self._assert_released(another)

    def test_when_the_work_order_before_is_deleted(self):
        self.running.workorder_ids.unlink()
        self._assert_released(self.waiting)

    def test_when_the_order_before_is_paused(self):
        self.running.with_user(self.planner).action_mes_pause("tool broken")
        self._assert_released(self.waiting)

    def test_when_the_order_before_goes_back_into_the_queue(self):
        self.running.with_user(self.planner).action_mes_queue()
        self.assertEqual(self._states(self.running, self.waiting), ["queued", "released"])

    def test_when_the_order_before_is_reduced_as_far_as_needed(self):
        self._change_quantity(self.running, 50)
        self._assert_queued(self.waiting)
        self._change_quantity(self.running, 40)
        self._assert_released(self.waiting)

    def test_when_the_waiting_order_itself_is_reduced(self):
        self.running.with_user(self.worker).action_cancel()
        self._order(40)
        big = self._order(30)
        self._assert_queued(big)
        self._change_quantity(self.waiting, 30)
        self._assert_released(big)

    def test_when_the_waiting_order_is_reduced_until_it_fits(self):
        self._change_quantity(self.running, 70)
        self._assert_queued(self.waiting)
        self._change_quantity(self.waiting, 30)
        self._assert_released(self.waiting)

    def test_when_the_cap_in_pieces_is_raised(self):
        self.press.mes_wip_cap_qty = 159
        self._assert_queued(self.waiting)
        self.press.mes_wip_cap_qty = 160
        self._assert_released(self.waiting)

    def test_when_the_cap_in_jobs_is_raised(self):
        self._cap(jobs=1)
        second = self._order(1)
        self._assert_queued(second)
        self._cap(jobs=3)
        self._assert_released(self.waiting, second)

    def test_when_the_cap_is_taken_away(self):
        self._cap()
        self._assert_released(self.waiting)

    def test_when_the_cap_only_warns(self):
        self.press.mes_wip_policy = "warn"
        self._assert_released(self.waiting)

    def test_when_work_is_moved_to_another_work_centre(self):
        self.running.workorder_ids.with_user(self.worker).workcenter_id = self.saw
        self._assert_released(self.waiting)

    def test_when_the_waiting_work_is_moved_to_another_work_centre(self):
        self.waiting.workorder_ids.with_user(self.worker).workcenter_id = self.saw
        self._assert_released(self.waiting)

    def test_when_the_order_before_is_merged_away(self):
        """Two released orders that are merged are one job."""
        self._cap(jobs=2)
        second = self._order(60)
        self._assert_queued(second)
        (self.running | self.waiting).with_user(self.planner).action_merge()
        self._assert_released(second)

    def test_the_hourly_run_finds_what_slipped_past(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE mrp_workcenter SET mes_wip_cap_qty = 160 WHERE id = %s", [self.press.id])
        self.env.invalidate_all()
        self._assert_queued(self.waiting)
        self._run_cron()
        self._assert_released(self.waiting)

    def test_the_hourly_run_releases_nothing_that_does_not_fit(self):
        self._run_cron()
        self._assert_queued(self.waiting)

    def test_a_resumed_order_waits_when_its_place_is_taken(self):
        self.running.with_user(self.planner).action_mes_pause("tool broken")
        self.running.with_user(self.planner).action_mes_resume()
        self.assertEqual(self._states(self.running, self.waiting), ["queued", "released"])
        self._make(self.waiting)
        self._assert_released(self.running)

    def test_everybody_waits_in_vain_while_nothing_changes(self):
        self._order(1)
        self.running.with_user(self.worker).action_assign()
        self._assert_queued(self.waiting)


@tagged("post_install", "-at_install")
class TestLoopCap(CapCase):
    """10 cards of 100, 1000 in the supermarket: the loop is full."""

    def test_an_order_into_a_full_supermarket_waits(self):
        order = self._order_stamped(100)
        self._assert_queued(order)
        self.assertIn(self.loop.name, order.mes_queue_reason)
        self.assertIn("10 of 10 cards", order.mes_queue_reason)
        self.assertIn("100", order.mes_queue_reason)

    def test_an_order_that_ends_elsewhere_is_none_of_the_loop_s(self):
        self._assert_released(self._order(100, self.stamped))

    def test_the_order_of_a_signal_is_released_at_once(self):
        self._take(500)
        self._assert_released(self._orders())
        self.assertEqual((self.loop.wip_jobs, self.loop.wip_qty), (1, 1000))

    def test_a_withdrawal_releases_the_waiting_order_and_orders_nothing_twice(self):
        order = self._order_stamped(100)
        self._take(100)
        self._assert_released(order)
        self._assert_figures(900, on_order=100)
        self.assertEqual(self._orders(), order)

    def test_one_piece_less_than_it_needs_releases_nothing(self):
        order = self._order_stamped(100)
        self._take(99)
        self._assert_queued(order)

    def test_an_order_for_more_than_was_withdrawn_waits_until_enough_has_left(self):
        """What left is ordered at once; who wants more at a time than has left keeps waiting."""
        order = self._order_stamped(300)
        self._take(100)
        self._assert_queued(order)
        signal_order = self._orders() - order
        self.assertEqual(signal_order.mapped("product_qty"), [100])
        self._assert_released(signal_order)
        self._take(300)
        self._assert_released(order)
        self.assertEqual(self._orders(), order | signal_order)
        self._assert_figures(600, on_order=400)

    def test_an_order_larger_than_the_whole_supermarket_does_not_keep_the_loop_from_ordering(self):
        huge = self._order_stamped(2000)
        self._take(500)
        self._assert_queued(huge)
        signal_order = self._orders() - huge
        self.assertEqual(signal_order.mapped("product_qty"), [500])
        self._assert_released(signal_order)

    def test_an_order_that_nobody_releases_does_not_starve_the_loop(self):
        """A paused order brings nothing by itself: the loop orders what left all the same."""
        self.loop.with_user(self.planner).card_count = 12
        order = self._order_stamped(200)
        self._assert_released(order)
        order.with_user(self.planner).action_mes_pause("tool broken")
        self._take(500)
        self.assertEqual(sum((self._orders() - order).mapped("product_qty")), 500)

    def test_beside_the_signal_s_order_nothing_fits(self):
        self._take(500)
        extra = self._order_stamped(100)
        self._assert_queued(extra)
        self.assertEqual(self.loop.wip_level, "full")
        self._make(self._orders() - extra)
        self._assert_queued(extra)

    def test_the_card_of_a_signal_that_is_cancelled_makes_room(self):
        self._take(100)
        extra = self._order_stamped(100)
        (self._orders() - extra).with_user(self.worker).action_cancel()
        self._assert_released(extra)

    def test_more_cards_release_the_waiting_order(self):
        order = self._order_stamped(100)
        self.loop.with_user(self.planner).card_count = 11
        self._assert_released(order)

    def test_a_larger_container_releases_the_waiting_order(self):
        order = self._order_stamped(100)
        self.loop.with_user(self.planner).container_qty = 110
        self._assert_released(order)

    def test_scrap_in_the_supermarket_makes_room(self):
        order = self._order_stamped(100)
        self.env["stock.scrap"].create(
            {"product_id": self.stamped.id, "scrap_qty": 100, "location_id": self.market.id}
        ).do_scrap()
        self._assert_released(order)

    def test_the_loop_s_own_orders_wait_too_at_its_cap_in_jobs(self):
        self.loop.with_user(self.planner).wip_cap_jobs = 1
        self._take(100)
        self._take(200)
        first, second = self._orders().sorted("id")
        self.assertEqual(self._states(first, second), ["released", "queued"])
        self.assertIn("1 of 1", second.mes_queue_reason)
        self._make(first)
        self._assert_released(second)

    def test_a_loop_without_an_end_lets_every_order_go(self):
        self.loop.with_user(self.planner).overrun_policy = "allow"
        self._assert_released(self._order_stamped(5000))

    def test_a_loop_that_only_warns_lets_every_order_go(self):
        self.loop.with_user(self.planner).wip_policy = "warn"
        self._assert_released(self._order_stamped(100))

    def test_held_stock_takes_room(self):
        self._take(500)
        self._make(self._orders(), 700)
        self._assert_figures(1000, held=200)
        self.assertEqual(self.loop.wip_qty, 1200)
        self.assertEqual((self.loop.wip_ratio, self.loop.wip_level), (120, "over"))
        order = self._order_stamped(100)
        self._take(200)
        self._assert_queued(order)
        self._take(100)
        self._assert_released(order)

    def test_demand_is_the_cap_of_a_loop_that_makes_to_demand(self):
        self.loop.with_user(self.planner).write({"mode": "demand", "safety_qty": 1100})
        self.loop.with_user(self.planner).action_replenish()
        self.assertEqual(self._orders().product_qty, 100)
        extra = self._order_stamped(50)
        self._assert_queued(extra)
        self._create_picking(self.market, self.customers, 1000, picking_type=self.warehouse.out_type_id)
        self._assert_released(extra)

    def test_fewer_cards_send_a_released_order_back(self):
        self.loop.with_user(self.planner).card_count = 11
        order = self._order_stamped(100)
        self._assert_released(order)
        self.loop.with_user(self.planner).card_count = 10
        self._assert_queued(order)

    def test_an_order_of_dozens_counts_its_pieces(self):
        self._take(95)
        dozen = self.env.ref("uom.product_uom_dozen")
        self._assert_released(self._order_stamped(7, product_uom_id=dozen.id))
        self.assertEqual(self.loop.wip_qty, 905 + 84)
        self._assert_queued(self._order_stamped(1, product_uom_id=dozen.id))

    def test_two_steps_after_manufacturing_end_in_the_supermarket_too(self):
        self.warehouse.manufacture_steps = "pbm_sam"
        self._take(500)
        order = self._orders()
        self._assert_released(order)
        self.assertEqual((self.loop.wip_jobs, self.loop.wip_qty), (1, 1000))


@tagged("post_install", "-at_install")
class TestProductCap(CapCase):
    def test_one_order_of_the_product_at_a_time(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        first, second = self._order(10), self._order(10)
        self.assertEqual(self._states(first, second), ["released", "queued"])
        self.assertIn("Bracket", second.mes_queue_reason)
        self.assertIn("1 of 1 jobs", second.mes_queue_reason)
        self._assert_wip(1, 10, self.bracket.product_tmpl_id)

    def test_pieces_of_the_product_at_a_time(self):
        self.bracket.product_tmpl_id.mes_wip_cap_qty = 100
        first, second, third = self._order(60), self._order(40), self._order(1)
        self.assertEqual(self._states(first, second, third), ["released", "released", "queued"])
        self.assertEqual(self.bracket.product_tmpl_id.mes_wip_level, "full")
        self._make(first)
        self._assert_released(third)

    def test_another_product_at_the_same_press_is_free(self):
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        self._order(10)
        self._assert_released(self._order(10, self._create_made("Lever", self.press)))

    def test_it_counts_where_no_work_centre_works(self):
        """A product without operations is limited by its own cap."""
        bag = self._create_made("Kit bag")
        bag.product_tmpl_id.mes_wip_cap_jobs = 1
        self._order(1, bag)
        self._assert_queued(self._order(1, bag))

    def test_a_cap_that_only_warns_lets_orders_go(self):
        self.bracket.product_tmpl_id.write({"mes_wip_cap_jobs": 1, "mes_wip_policy": "warn"})
        self._order(10)
        self._assert_released(self._order(10))
        self.assertEqual(self.bracket.product_tmpl_id.mes_wip_level, "over")

    def test_raising_and_lowering_the_cap(self):
        template = self.bracket.product_tmpl_id
        template.mes_wip_cap_jobs = 1
        first, second = self._order(10), self._order(10)
        template.mes_wip_cap_jobs = 2
        self._assert_released(first, second)
        template.mes_wip_cap_jobs = 1
        self.assertEqual(self._states(first, second), ["released", "queued"])

    def test_in_dozens(self):
        self.bracket.product_tmpl_id.mes_wip_cap_qty = 24
        dozen = self.env.ref("uom.product_uom_dozen")
        self._assert_released(self._order(2, product_uom_id=dozen.id))
        self._assert_queued(self._order(1))


@tagged("post_install", "-at_install")
class TestWarnings(CapCase):
    def setUp(self):
        super().setUp()
        self._cap(pieces=100, mes_wip_user_id=self.planner.id)

    def _warned(self, user=None):
        return len(self._activities(user or self.planner, "mrp.production"))

    def test_the_owner_is_told_from_eighty_percent_on(self):
        self._order(79)
        self.assertEqual(self._warned(), 0)
        self._order(1)
        self.assertEqual(self._warned(), 1)
        activity = self._activities(self.planner, "mrp.production")
        self.assertIn("Press", activity.note)
        self.assertIn("80 of 100 pieces", activity.note)

    def test_the_owner_is_told_once(self):
        for _number in range(3):
            self._order(30)
        self._order(5)
        self.assertEqual(self._warned(), 1)

    def test_the_owner_is_told_again_after_the_warn_zone_was_left(self):
        order = self._order(90)
        self._make(order)
        self._order(85)
        self.assertEqual(self._warned(), 2)

    def test_a_waiting_order_warns_nobody(self):
        self._order(50)
        self._order(60)
        self.assertEqual(self._warned(), 0)

    def test_a_cap_that_only_warns_lets_the_order_go_and_tells_the_owner(self):
        self.press.mes_wip_policy = "warn"
        order = self._order(150)
        self._assert_released(order)
        self.assertEqual(self.press.mes_wip_level, "over")
        self.assertEqual(self._warned(), 1)

    def test_the_owner_of_a_loop_is_told_when_its_jobs_run_out(self):
        self._cap()
        self.loop.write({"wip_cap_jobs": 1, "user_id": self.planner.id})
        self._take(100)
        self.assertEqual(self._warned(), 1)

    def test_the_responsible_of_a_product_is_told(self):
        self._cap()
        self.bracket.product_tmpl_id.write({"mes_wip_cap_qty": 100, "responsible_id": self.manager.id})
        self._order(80)
        self.assertEqual(self._warned(self.manager), 1)


@tagged("post_install", "-at_install")
class TestCapsLowered(CapCase):
    def setUp(self):
        super().setUp()
        self._cap(jobs=3)
        self.first, self.second, self.third = (self._order(10) for _number in range(3))

    def test_the_newest_goes_back_first(self):
        self._cap(jobs=2)
        self.assertEqual(self._states(self.first, self.second, self.third), ["released", "released", "queued"])
        self._cap(jobs=1)
        self.assertEqual(self._states(self.first, self.second, self.third), ["released", "queued", "queued"])

    def test_what_has_started_stays(self):
        self.third.workorder_ids.with_user(self.worker).button_start()
        self._cap(jobs=1)
        self.assertEqual(self._states(self.first, self.second, self.third), ["queued", "queued", "released"])

    def test_all_started_stay_and_the_press_is_over(self):
        (self.first | self.second | self.third).workorder_ids.with_user(self.worker).button_start()
        self._cap(jobs=1)
        self._assert_released(self.first, self.second, self.third)
        self.assertEqual(self.press.mes_wip_level, "over")
        fourth = self._order(1)
        self._make(self.first)
        self._make(self.second)
        self._assert_queued(fourth)
        self._make(self.third)
        self._assert_released(fourth)

    def test_in_pieces(self):
        self._cap(pieces=25)
        self.assertEqual(self._states(self.first, self.second, self.third), ["released", "released", "queued"])

    def test_who_went_back_comes_again_before_newer_ones(self):
        self._cap(jobs=2)
        newer = self._order(10)
        self._make(self.first)
        self.assertEqual(self._states(self.third, newer), ["released", "queued"])

    def test_an_order_released_by_a_person_stays(self):
        fourth = self._order(10)
        fourth.with_user(self.planner).action_mes_override("fair on Monday")
        self._cap(jobs=1)
        self._assert_released(fourth)
        self.assertEqual(self._states(self.first, self.second, self.third), ["queued"] * 3)

    def test_the_machine_time_of_who_went_back_is_freed(self):
        self.third.with_user(self.worker).button_plan()
        self.assertTrue(self.third.workorder_ids.leave_id)
        self._cap(jobs=1)
        self.env.invalidate_all()
        self.assertFalse(self.third.is_planned)
        self.assertFalse(self.third.workorder_ids.leave_id)

    def test_a_cap_that_now_blocks_sends_back_what_a_warning_let_go(self):
        self._cap(jobs=1, mes_wip_policy="warn")
        self._assert_released(self.first, self.second, self.third)
        self.press.mes_wip_policy = "block"
        self.assertEqual(self._states(self.first, self.second, self.third), ["released", "queued", "queued"])


@tagged("post_install", "-at_install")
class TestNobodyIsRefused(CapCase):
    """What orders by itself is never refused at a cap: its orders wait."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mto = cls.env.ref("stock.route_warehouse0_mto")
        cls.mto.active = True
        cls.bracket.route_ids = cls.mto | cls.env.ref("mrp.route_warehouse0_manufacture")
        cls.seller = cls.env["res.users"]

    def setUp(self):
        super().setUp()
        self._cap(jobs=1)
        self.running = self._order(10)

    def _sell(self, quantity, product=None):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": (product or self.bracket).id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        self.env.invalidate_all()
        return order

    def test_two_sales_orders_are_confirmed_while_the_press_is_full(self):
        sales = [self._sell(800), self._sell(500)]
        self.assertEqual([sale.state for sale in sales], ["sale", "sale"])
        orders = [sale.mrp_production_ids for sale in sales]
        self.assertEqual([order.product_qty for order in orders], [800, 500])
        self._assert_queued(*orders)
        self._make(self.running)
        self.assertEqual(self._states(*orders), ["released", "queued"])

    def test_a_sales_order_raised_while_its_order_waits(self):
        sale = self._sell(800)
        sale.order_line.product_uom_qty = 900
        self.env.invalidate_all()
        self.assertEqual(sum(sale.mrp_production_ids.mapped("product_qty")), 900)
        self._assert_queued(*sale.mrp_production_ids)

    def test_a_sales_order_raised_beyond_the_cap_puts_its_unstarted_order_back(self):
        self._make(self.running)
        self._cap(pieces=100)
        sale = self._sell(80)
        order = sale.mrp_production_ids
        self._assert_released(order)
        sale.order_line.product_uom_qty = 95
        self._assert_released(*sale.mrp_production_ids)
        sale.order_line.product_uom_qty = 101
        self.env.invalidate_all()
        self.assertEqual(sum(sale.mrp_production_ids.mapped("product_qty")), 101)
        self.assertEqual(sale.order_line.product_uom_qty, 101)
        self.assertIn("queued", sale.mrp_production_ids.mapped("mes_release_state"))
        self.assertLessEqual(self.press.mes_wip_qty, 100)

    def test_a_sales_order_can_be_cancelled_while_its_order_waits(self):
        sale = self._sell(800)
        sale.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(sale.state, "cancel")

    def test_a_reordering_rule_that_runs_by_itself(self):
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
        order = self._orders(self.bracket) - self.running
        self.assertEqual(order.product_qty, 40, "10 are on their way")
        self._assert_queued(order)

    def test_a_reordering_rule_that_a_person_starts(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.bracket.id,
                "location_id": self.stock.id,
                "product_min_qty": 50,
                "product_max_qty": 50,
                "trigger": "manual",
                "route_id": self.env.ref("mrp.route_warehouse0_manufacture").id,
            }
        )
        rule.action_replenish()
        order = self._orders(self.bracket) - self.running
        self.assertEqual((order.product_qty, order.mes_release_state), (40, "queued"))

    def test_an_order_for_the_parts_of_another_order(self):
        """The frame is made of brackets to order: both are confirmed, the bracket waits for the press."""
        frame = self._create_made("Frame", self.saw, component=self.bracket)
        order = self._order(20, frame)
        child = self._orders(self.bracket) - self.running
        self.assertEqual((order.state, child.state, child.product_qty), ("confirmed", "confirmed", 20))
        self.assertEqual(self._states(order, child), ["released", "queued"])

    def test_a_withdrawal_at_the_station(self):
        withdrawal = self._take(500)
        order = withdrawal.signal_ids.production_id
        self.assertEqual((order.product_qty, order.state), (500, "confirmed"))
        self._assert_queued(order)
        self._assert_figures(500, on_order=500)
        self._make(self.running)
        self._assert_released(order)

    def test_more_withdrawals_while_the_first_order_waits(self):
        self._take(300)
        self._take(200)
        self._assert_figures(500, on_order=500)
        self._assert_queued(*self._orders())

    def test_a_delivery_to_the_customer_while_the_loop_s_order_waits(self):
        picking = self._create_picking(self.market, self.customers, 300, picking_type=self.warehouse.out_type_id)
        self._validate(picking)
        self.assertEqual(picking.state, "done")
        self._assert_figures(700, on_order=300)

    def test_giving_back_while_the_order_waits(self):
        withdrawal = self._take(500)
        answer = self.station.undo(withdrawal.id)
        self.assertEqual(answer["status"], "ok", answer)
        self._assert_figures(1000)


@tagged("post_install", "-at_install")
class TestEveryPath(CapCase):
    """The press takes one order; `waiting` is the second. Whatever a person tries with it is refused."""

    def setUp(self):
        super().setUp()
        self._cap(jobs=1)
        self.running = self._order(10)
        self.waiting = self._order(10)
        self._assert_queued(self.waiting)
        self.works = self.waiting.workorder_ids

    def _assert_nobody_may(self, call, record=None):
        """Assert that neither a worker nor a planner nor a manager may, and that the message says why."""
        record = self.waiting if record is None else record
        for user in (self.worker, self.planner, self.manager):
            with self.subTest(user=user.login):
                self._assert_refused(
                    lambda user=user: call(record.with_user(user)), self.waiting.name, "Press", self.running.name
                )
        self._assert_queued(self.waiting)

    def test_starting_the_work_order(self):
        self._assert_nobody_may(lambda works: works.button_start(), self.works)

    def test_starting_the_work_order_remotely(self):
        self._assert_refused(lambda: self._rpc(self.worker, self.works, "button_start"), "Press")

    def test_writing_the_state_of_the_work_order(self):
        self._assert_nobody_may(lambda works: works.write({"state": "progress"}), self.works)
        self._assert_nobody_may(lambda works: works.write({"state": "done"}), self.works)

    def test_choosing_the_state_of_the_work_order(self):
        self._assert_nobody_may(lambda works: works.set_state("progress"), self.works)

    def test_booking_time_on_the_work_order(self):
        self._assert_nobody_may(lambda works: works.write({"duration": 5}), self.works)

    def test_adding_a_time_line(self):
        loss = self.env["mrp.workcenter.productivity.loss"].search([("loss_type", "=", "productive")], limit=1)

        def add(works):
            now = fields.Datetime.now()
            works.time_ids.create(
                {
                    "workorder_id": works.id,
                    "workcenter_id": self.press.id,
                    "loss_id": loss.id,
                    "date_start": fields.Datetime.subtract(now, minutes=5),
                    "date_end": now,
                }
            )

        self._assert_nobody_may(add, self.works)

    def test_counting_pieces_on_the_work_order(self):
        self._assert_nobody_may(lambda works: works.write({"qty_produced": 3}), self.works)

    def test_counting_pieces_in_production_on_the_work_order(self):
        self._assert_nobody_may(lambda works: works.write({"qty_producing": 3}), self.works)

    def test_finishing_the_work_order(self):
        self._assert_nobody_may(lambda works: works.button_finish(), self.works)

    def test_marking_the_work_order_as_done(self):
        self._assert_nobody_may(lambda works: works.action_mark_as_done(), self.works)

    def test_starting_the_order(self):
        self._assert_nobody_may(lambda order: order.action_start())

    def test_counting_pieces_on_the_order(self):
        self._assert_nobody_may(lambda order: order.write({"qty_producing": 3}))

    def test_counting_pieces_in_the_form(self):
        def count(order):
            form = Form(order)
            form.qty_producing = 3
            form.save()

        self._assert_nobody_may(count)

    def test_picking_components(self):
        self._assert_nobody_may(lambda order: order.move_raw_ids.write({"picked": True}))

    def test_picking_components_line_by_line(self):
        self.waiting.action_assign()
        self.assertTrue(self.waiting.move_raw_ids.move_line_ids)
        self._assert_nobody_may(lambda order: order.move_raw_ids.move_line_ids.write({"picked": True}))

    def test_picking_components_through_the_order(self):
        raw = self.waiting.move_raw_ids
        self._assert_nobody_may(
            lambda order: order.write({"move_raw_ids": [Command.update(raw.id, {"quantity": 5, "picked": True})]})
        )

    def test_consuming_components_by_their_move(self):
        def consume(order):
            move = order.sudo().move_raw_ids
            move.quantity = 10
            move.with_user(order.env.user)._action_done()

        self._assert_nobody_may(consume)

    def test_closing_the_order(self):
        self._assert_nobody_may(lambda order: order.button_mark_done())

    def test_closing_the_order_with_all_questions_answered(self):
        keys = {"skip_consumption": True, "skip_backorder": True, "skip_immediate": True}
        self._assert_nobody_may(lambda order: order.with_context(**keys).button_mark_done())

    def test_closing_a_draft_order(self):
        """A draft was not decided about: closing it at once does not get past the cap."""
        draft = self._draft(10)
        for user in (self.worker, self.planner):
            self._assert_refused(lambda user=user: draft.with_user(user).button_mark_done(), draft.name, "Press")
        self.assertEqual((draft.state, draft.mes_release_state), ("draft", False))

    def test_a_draft_order_that_fits_may_be_closed_at_once(self):
        self.running.with_user(self.worker).action_cancel()
        self.waiting.with_user(self.worker).action_cancel()
        draft = self._draft(10)
        self._make(draft)
        self.assertEqual((draft.state, draft.mes_release_state), ("done", "released"))

    def test_planning_the_order(self):
        self._assert_nobody_may(lambda order: order.button_plan())

    def test_replanning_the_work_order(self):
        self._assert_nobody_may(lambda works: works.action_replan(), self.works)

    def test_giving_the_work_order_dates(self):
        dates = {"date_start": "2027-01-04 08:00:00", "date_finished": "2027-01-04 10:00:00"}
        self._assert_nobody_may(lambda works: works.write(dates), self.works)
        self._assert_nobody_may(lambda works: works.write({"date_start": dates["date_start"]}), self.works)

    def test_writing_the_state_of_the_order(self):
        for state in ("progress", "to_close", "done"):
            self._assert_nobody_may(lambda order, state=state: order.write({"state": state}))

    def test_writing_that_it_is_released(self):
        for user in (self.worker, self.planner, self.manager):
            for vals in ({"mes_release_state": "released"}, {"mes_date_released": fields.Datetime.now()}):
                self._assert_refused(lambda user=user, vals=vals: self._rpc(user, self.waiting, "write", vals))
        self._assert_queued(self.waiting)

    def test_creating_an_order_that_is_released(self):
        vals = {"product_id": self.bracket.id, "product_qty": 5, "mes_release_state": "released"}
        self._assert_refused(lambda: self._rpc(self.planner, self.waiting.browse(), "create", [vals]))

    def test_creating_an_order_that_is_confirmed(self):
        """Odoo gives it no work orders, so that only the cap of the product stands in its way."""
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        vals = {"product_id": self.bracket.id, "product_qty": 5, "state": "confirmed"}
        vals["product_uom_id"] = self.bracket.uom_id.id
        order = self.env["mrp.production"].with_user(self.worker).create(vals)
        self.assertFalse(order.workorder_ids)
        self._assert_refused(lambda: order.write({"qty_producing": 1}), "Bracket")

    def test_creating_an_order_that_has_begun(self):
        """Odoo gives it no work orders either; the caps of its product and of its supermarket hold."""
        self.bracket.product_tmpl_id.mes_wip_cap_jobs = 1
        for product, place, words in (
            (self.bracket, self.stock, "Bracket"),
            (self.stamped, self.market, self.loop.name),
        ):
            vals = {"product_id": product.id, "product_qty": 5, "qty_producing": 5, "location_dest_id": place.id}
            order = self.env["mrp.production"].with_user(self.worker).create(vals)
            self._assert_refused(order.button_mark_done, words)

    def test_duplicating_a_released_order_copies_no_release(self):
        copied = self.running.copy()
        self.assertEqual(self._states(copied), [False])
        copied.with_user(self.worker).action_confirm()
        self._assert_queued(copied)

    def test_the_release_button(self):
        for user in (self.worker, self.planner, self.manager):
            self._assert_refused(
                lambda user=user: self.waiting.with_user(user).action_mes_release(), self.waiting.name, "1 of 1 jobs"
            )

    def test_the_release_button_when_it_fits_by_now(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE mrp_workcenter SET mes_wip_cap_jobs = 2 WHERE id = %s", [self.press.id])
        self.env.invalidate_all()
        self.waiting.with_user(self.worker).action_mes_release()
        self._assert_released(self.waiting)

    def test_working_on_a_split_part_of_a_waiting_order(self):
        parts = self.waiting.with_user(self.worker)._split_productions({self.waiting: [5, 5]})
        self._assert_queued(*parts.with_env(self.env))
        for part in parts:
            self._assert_refused(lambda part=part: part.with_user(self.worker).button_mark_done(), "Press")

    def test_merging_a_waiting_order_with_a_released_one(self):
        """Merged they are one order, which is judged anew as a whole."""
        self._cap(pieces=15)
        self._assert_queued(self.waiting)
        action = (self.running | self.waiting).with_user(self.planner).action_merge()
        merged = self.env["mrp.production"].browse(action["res_id"])
        self.assertEqual(merged.product_qty, 20)
        if merged.state == "draft":
            merged.with_user(self.planner).action_confirm()
        self._assert_queued(merged)

    def test_unlocking_and_scrapping_do_not_begin_work(self):
        self.waiting.with_user(self.worker).action_assign()
        self.waiting.with_user(self.worker).action_toggle_is_locked()
        self._assert_queued(self.waiting)

    def test_what_is_no_work_may_be_done_with_a_waiting_order(self):
        order = self.waiting.with_user(self.worker)
        order.write({"date_start": "2027-01-04 08:00:00", "origin": "phone call"})
        order.action_assign()
        order.do_unreserve()
        self._change_quantity(order, 8)
        order.action_cancel()
        self.assertEqual(order.state, "cancel")

    def test_forged_context_keys_do_not_help(self):
        forged = {
            "mes_pull_checked": True,
            "mes_pull_release": True,
            "mes_pull_undo": True,
            "mes_pull_strict": True,
            "mes_pull_override": True,
            "skip_backorder": True,
            "bypass_duration_calculation": True,
            "install_mode": True,
            "import_file": True,
            "from_wo": True,
            "mail_notrack": True,
            "tracking_disable": True,
        }
        paths = {
            "button_start": (self.works, []),
            "action_mark_as_done": (self.works, []),
            "action_start": (self.waiting, []),
            "button_mark_done": (self.waiting, []),
            "button_plan": (self.waiting, []),
        }
        for method, (records, args) in paths.items():
            with self.subTest(method=method):
                self._assert_refused(
                    lambda records=records, method=method, args=args: self._rpc(
                        self.planner, records, method, *args, context=forged
                    )
                )
        for vals in ({"qty_producing": 5}, {"mes_release_state": "released"}, {"mes_pull_state": "normal"}):
            with self.subTest(vals=vals):
                self._assert_refused(
                    lambda vals=vals: self._rpc(self.planner, self.waiting, "write", vals, context=forged)
                )

    def test_a_default_in_the_context_releases_nothing(self):
        for value in ("released", "queued"):
            self._assert_refused(
                lambda value=value: self._rpc(
                    self.planner,
                    self.waiting.browse(),
                    "create",
                    [{"product_id": self.bracket.id, "product_qty": 5}],
                    context={"default_mes_release_state": value},
                )
            )


@tagged("post_install", "-at_install")
class TestGrowth(CapCase):
    """100 pieces at a time; `order` has 60 of them."""

    def setUp(self):
        super().setUp()
        self._cap(pieces=100)
        self.order = self._order(60)

    def test_the_last_allowed_and_the_first_refused_quantity(self):
        self._change_quantity(self.order, 100)
        self._assert_released(self.order)
        self._assert_wip(1, 100)
        for user in (self.worker, self.planner, self.manager):
            with self.subTest(user=user.login):
                self._assert_refused(
                    lambda user=user: self._change_quantity(self.order, 101, user), self.order.name, "Press"
                )

    def test_writing_the_quantity_remotely(self):
        for user in (self.worker, self.planner):
            with self.subTest(user=user.login):
                self._assert_refused(
                    lambda user=user: self._rpc(user, self.order, "write", {"product_qty": 101}), "Press"
                )
        self._rpc(self.worker, self.order, "write", {"product_qty": 100})
        self._assert_wip(1, 100)

    def test_writing_the_quantity_of_a_started_order_remotely(self):
        self.order.workorder_ids.with_user(self.worker).button_start()
        self._assert_refused(lambda: self._rpc(self.planner, self.order, "write", {"product_qty": 101}), "Press")

    def test_another_unit_is_more_pieces(self):
        """60 dozens are 720 pieces."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self._assert_refused(
            lambda: self._rpc(self.planner, self.order, "write", {"product_uom_id": dozen.id, "product_qty": 60})
        )
        self._assert_refused(lambda: self._rpc(self.planner, self.order, "write", {"product_uom_id": dozen.id}))

    def test_a_waiting_order_may_grow_and_goes_on_waiting(self):
        waiting = self._order(50)
        self._change_quantity(waiting, 80)
        self._assert_queued(waiting)
        self.assertEqual(waiting.product_qty, 80)

    def test_an_order_for_the_supermarket_cannot_grow_past_the_cards(self):
        self._cap()
        self._take(500)
        order = self._orders()
        self._assert_refused(lambda: self._change_quantity(order, 501), self.loop.name)
        self._assert_refused(lambda: self._rpc(self.planner, order, "write", {"product_qty": 501}), self.loop.name)

    def test_an_order_cannot_grow_past_the_cap_of_its_product(self):
        self._cap()
        self.bracket.product_tmpl_id.mes_wip_cap_qty = 70
        self._change_quantity(self.order, 70)
        self._assert_refused(lambda: self._change_quantity(self.order, 71), "Bracket")

    def test_an_order_may_grow_where_the_cap_only_warns(self):
        self.press.mes_wip_policy = "warn"
        self._change_quantity(self.order, 500)
        self._assert_wip(1, 500)

    def test_work_cannot_be_moved_to_a_full_work_centre(self):
        self._cap(jobs=1, workcenter=self.saw)
        self._order(10, self._create_made("Sawn", self.saw))
        self._assert_refused(
            lambda: self.order.workorder_ids.with_user(self.worker).write({"workcenter_id": self.saw.id}), "Saw"
        )

    def test_a_work_order_added_at_a_full_work_centre(self):
        self._cap(jobs=1, workcenter=self.saw)
        self._order(10, self._create_made("Sawn", self.saw))
        vals = {"name": "Extra cut", "production_id": self.order.id, "workcenter_id": self.saw.id}
        self._assert_refused(lambda: self.env["mrp.workorder"].with_user(self.worker).create(vals), "Saw")

    def test_an_order_cannot_be_turned_into_one_for_a_full_supermarket(self):
        """Released for the warehouse, then sent to the supermarket: it waits, or it is refused."""
        self._cap()
        order = self._order(50, self.stamped)
        self._assert_released(order)
        try:
            with self.env.cr.savepoint():
                order.with_user(self.worker).location_dest_id = self.market
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all()
            self.assertNotEqual(order.location_dest_id, self.market)
        else:
            self._assert_queued(order)


@tagged("post_install", "-at_install")
class TestPause(CapCase):
    def setUp(self):
        super().setUp()
        self.order = self._order(10)

    def test_a_paused_order_says_why_and_nobody_works_on_it(self):
        self.order.with_user(self.planner).action_mes_pause("drawing is wrong")
        self.assertEqual((self.order.mes_pull_state, self.order.mes_pause_reason), ("paused", "drawing is wrong"))
        works = self.order.workorder_ids
        for call in (
            works.with_user(self.worker).button_start,
            works.with_user(self.planner).action_mark_as_done,
            self.order.with_user(self.worker).action_start,
            self.order.with_user(self.worker).button_mark_done,
            self.order.with_user(self.worker).button_plan,
            lambda: self.order.with_user(self.worker).write({"qty_producing": 1}),
            lambda: self.order.move_raw_ids.with_user(self.worker).write({"picked": True}),
        ):
            self._assert_refused(call, self.order.name, "paused", "drawing is wrong")

    def test_a_started_order_keeps_its_count_and_gives_back_its_parts(self):
        self.order.with_user(self.worker).action_assign()
        works = self.order.workorder_ids.with_user(self.worker)
        works.button_start()
        works.qty_produced = 4
        self.order.with_user(self.planner).action_mes_pause("drawing is wrong")
        self.env.invalidate_all()
        self.assertEqual(self.order.workorder_ids.qty_produced, 4)
        self.assertNotEqual(self.order.workorder_ids.state, "progress")
        self.assertFalse(sum(self.order.move_raw_ids.filtered(lambda move: not move.picked).mapped("quantity")))

    def test_the_clock_stops(self):
        works = self.order.workorder_ids.with_user(self.worker)
        works.button_start()
        self.order.with_user(self.planner).action_mes_pause("drawing is wrong")
        self.assertFalse(works.time_ids.filtered(lambda line: not line.date_end))

    def test_machine_time_is_freed(self):
        self.order.with_user(self.worker).button_plan()
        self.order.with_user(self.planner).action_mes_pause("drawing is wrong")
        self.assertFalse(self.order.workorder_ids.leave_id)

    def test_it_goes_on_when_it_is_resumed(self):
        self.order.with_user(self.planner).action_mes_pause("drawing is wrong")
        self.order.with_user(self.planner).action_mes_resume()
        self.assertEqual((self.order.mes_pull_state, self.order.mes_pause_reason), ("normal", False))
        self._make(self.order)
        self.assertEqual(self.order.state, "done")

    def test_a_reason_is_needed(self):
        for reason in ("", "   ", None, False):
            self._assert_refused(lambda reason=reason: self.order.with_user(self.planner).action_mes_pause(reason))

    def test_only_planners_pause_resume_and_queue(self):
        for user in (self.worker, self.operator, self.storekeeper):
            self._assert_denied(lambda user=user: self.order.with_user(user).action_mes_pause("because"))
            self._assert_denied(lambda user=user: self.order.with_user(user).action_mes_queue())
        self.order.with_user(self.planner).action_mes_pause("because")
        for user in (self.worker, self.operator):
            self._assert_denied(lambda user=user: self.order.with_user(user).action_mes_resume())

    def test_a_paused_order_is_not_released_past_its_pause(self):
        self.order.with_user(self.planner).action_mes_pause("because")
        self._assert_refused(lambda: self.order.with_user(self.planner).action_mes_override("urgent"), "paused")
        self._assert_refused(lambda: self.order.with_user(self.planner).action_mes_release(), "paused")

    def test_a_paused_order_that_waited_is_not_released_when_there_is_room(self):
        self._cap(jobs=1)
        waiting = self._order(10)
        waiting.with_user(self.planner).action_mes_pause("because")
        self._make(self.order)
        self._assert_queued(waiting)
        waiting.with_user(self.planner).action_mes_resume()
        self._assert_released(waiting)

    def test_an_order_on_which_work_has_begun_does_not_go_back_into_the_queue(self):
        self.order.workorder_ids.with_user(self.worker).button_start()
        self._assert_refused(lambda: self.order.with_user(self.planner).action_mes_queue(), self.order.name, "Pause")

    def test_the_pause_is_not_written_directly(self):
        self.order.with_user(self.planner).action_mes_pause("because")
        for user in (self.worker, self.planner, self.manager):
            self._assert_refused(lambda user=user: self._rpc(user, self.order, "write", {"mes_pull_state": "normal"}))


@tagged("post_install", "-at_install")
class TestCompanies(CapCase):
    """Another company's orders wait for their own limits only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Works"})
        cls.both = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.company.id, cls.other.id]})
        cls.env.user.company_ids |= cls.other

    def _order_there(self, quantity, product=None):
        vals = {"product_id": (product or self.bracket).id, "product_qty": quantity}
        order = self.both["mrp.production"].with_company(self.other).create(vals)
        self.assertEqual(order.company_id, self.other)
        order.action_confirm()
        return order

    def test_a_full_loop_here_does_not_stop_an_order_there(self):
        self._assert_queued(self._order_stamped(10))
        self._assert_released(self._order_there(10, self.stamped))

    def test_a_press_there_has_its_own_cap(self):
        press = self.both["mrp.workcenter"].create(
            {
                "name": "Press there",
                "company_id": self.other.id,
                "resource_calendar_id": self.other.resource_calendar_id.id,
                "mes_wip_cap_jobs": 1,
            }
        )
        plate = self._create_product("Plate")
        self.both["mrp.bom"].create(
            {
                "product_tmpl_id": plate.product_tmpl_id.id,
                "company_id": self.other.id,
                "operation_ids": [Command.create({"name": "Press", "workcenter_id": press.id})],
            }
        )
        self._cap(jobs=1)
        self._order(10)
        first, second = self._order_there(1, plate), self._order_there(1, plate)
        self.assertEqual(self._states(first, second), ["released", "queued"])
        self._assert_queued(self._order(10))
        first.action_cancel()
        self._assert_released(second)
