"""Whatever happens in whatever order, some things stay true of a loop: a state machine that hypothesis drives.

Each example is a walk of its own in a savepoint. When one fails, hypothesis shortens it and prints its steps.
`MES_EXAMPLES=200` walks more, and other ways each time.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from odoo.exceptions import UserError
from odoo.tests import tagged

from .limits_common import LimitCase

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
WALKS = settings(
    max_examples=EXAMPLES or 20,
    stateful_step_count=12,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
WHICH = st.integers(0, 9)
PIECES = 1e-6  # what is no piece


class LoopMachine(RuleBasedStateMachine):
    """A loop of 10 cards of 100 with 1000 pieces, beside the books that a person would keep with pencil and paper.

    ``excused`` is by how much a step may leave more usable than authorised: a tolerance, a planner's count or release.
    ``overridden`` are the orders that a planner released past a limit.
    """

    case = None

    def __init__(self):
        super().__init__()
        self.env, self.loop, self.stamped = self.case.env, self.case.loop, self.case.stamped
        self.savepoint = self.env.cr.savepoint()
        self.pieces, self.at_line, self.cards = 1000, 0, 10  # pieces: usable and held together
        self.withdrawals = []
        self.before, self.excused = None, 0
        self.overridden, self.let_through = self.env["mrp.production"], 0

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close()
        self.env.invalidate_all(flush=False)

    @initialize(
        more=st.sampled_from(
            [
                {"overrun_policy": "hold"},
                {"overrun_policy": "refuse"},
                {"overrun_policy": "hold", "overrun_tolerance": 10},
                {"overrun_policy": "hold", "wip_cap_jobs": 2},
                {"overrun_policy": "hold", "mode": "demand", "safety_qty": 1000},
            ]
        )
    )
    def set_up(self, more):
        self.loop.write(more)

    # -- looking ------------------------------------------------------------------------------------------------

    def look(self):
        case, released = self.case, self.open_orders("released")
        usable = case._on_hand(self.stamped, case.market)
        held = case._on_hand(self.stamped, self.loop.held_location_id)
        running = released.filtered(lambda mo: mo.mes_pull_state == "normal")
        authorised = self.loop._get_balances()[self.loop.id].authorised
        return {
            "usable": usable,
            "held": held,
            "authorised": authorised,
            "over": max(0, usable - authorised),
            "released": released,
            "jobs": len(running),
            "at_press": self.case.press._mes_get_wip_gauges()[self.case.press.id].jobs,
            "committed": usable + held + sum(running.mapped("product_uom_qty")),
        }

    def open_orders(self, state=None):
        orders = self.case._orders().filtered(lambda mo: mo.state != "done").sorted("id")
        return orders.filtered(lambda mo: mo.mes_release_state == state) if state else orders

    def pick(self, orders, which):
        return orders[which % len(orders)] if orders else None

    def pick_running(self, which):
        return self.pick(self.open_orders("released").filtered(lambda mo: mo.mes_pull_state == "normal"), which)

    # -- what stays true ----------------------------------------------------------------------------------------

    @invariant()
    def it_adds_up(self):
        self.env.flush_all()
        self.env.invalidate_all()
        now = self.look()
        self.check_pieces(now)
        self.check_held(now)
        self.check_cards()
        if self.before:
            self.check_caps(now)
            self.check_releases(now)
        self.before, self.excused, self.let_through = now, 0, 0

    def check_pieces(self, now):
        """No piece comes from nowhere, none gets lost; the position is what lies there and what is on its way."""
        case, balance = self.case, self.loop._get_balances()[self.loop.id]
        case.assertAlmostEqual(now["usable"] + now["held"], self.pieces)
        case.assertAlmostEqual(case._on_hand(self.stamped, case.line), self.at_line)
        moves = self.open_orders().move_finished_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        asked = moves.filtered(
            lambda move: move.production_id.mes_release_state != "queued" or move.production_id.mes_signal_ids
        )
        waiting = self.loop.signal_ids.filtered(lambda signal: signal.state == "waiting")
        case.assertAlmostEqual(balance.on_order, sum(asked.mapped("product_qty")) + sum(waiting.mapped("quantity")))
        case.assertAlmostEqual(balance.held, now["held"])
        case.assertAlmostEqual(
            self.loop.position_qty, self.loop.on_hand_qty + self.loop.held_qty + self.loop.on_order_qty
        )

    def check_held(self, now):
        """Every held piece has a row, and nothing stays held while there is room for it."""
        rows = self.env["mes.pull.excess"].search([("loop_id", "=", self.loop.id)])
        self.case.assertAlmostEqual(sum(rows.mapped("remaining_qty")), now["held"])
        assert all(row.remaining_qty > -PIECES for row in rows), rows.mapped("remaining_qty")
        assert now["held"] <= PIECES or now["usable"] + PIECES >= now["authorised"], f"held in spite of room: {now}"

    def check_cards(self):
        """No card is lost, and a card is on order exactly as long as its order is open."""
        cards = self.loop.with_context(active_test=False).card_ids
        assert len(cards) == self.cards
        for card in cards:
            if card.signal_id:
                assert card.signal_id.state in ("waiting", "released"), card.name
                assert card.state in ("in_process", "waiting", "error"), card.name
            else:
                assert card.state in ("full", "in_use", "empty", "waiting"), card.name

    def check_caps(self, now):
        """A cap is passed only where it was lowered or a person decided so; else what is too much is held."""
        if self.loop.overrun_policy != "allow":
            assert now["over"] <= max(self.before["over"], self.excused) + PIECES, f"{self.before} -> {now}"
        for jobs, cap in (
            ("jobs", self.loop.wip_cap_jobs),
            ("at_press", self.case.press.mes_wip_cap_jobs),
        ):
            most = max(cap, self.before[jobs] + self.let_through)
            assert not cap or now[jobs] <= most, f"{jobs}: {now[jobs]} of {cap}; {self.before} -> {now}"

    def check_releases(self, now):
        """What was released in this step fitted when it was released."""
        fresh = now["released"] - self.before["released"] - self.overridden
        if fresh and self.loop.overrun_policy != "allow":
            assert now["committed"] <= now["authorised"] + PIECES, f"{fresh.mapped('product_qty')} released: {now}"

    # -- taking and making --------------------------------------------------------------------------------------

    @rule(quantity=st.integers(1, 450))
    def withdraw(self, quantity):
        quantity = min(quantity, int(self.case._on_hand(self.stamped, self.case.market)))
        if quantity < 1:
            return
        self.withdrawals.append(self.case._take(quantity))
        self.pieces -= quantity
        self.at_line += quantity
        if not self.open_orders().filtered(lambda mo: not mo.mes_signal_ids or mo.mes_pull_state == "paused"):
            self.env.invalidate_all()
            assert self.loop.room_qty < 100, "not ordered"

    @rule(which=WHICH, whole=st.booleans())
    def produce(self, which, whole):
        order = self.pick_running(which)
        if order:
            self.report(order, order.product_qty if whole else max(1, order.product_qty // 3))

    @rule(which=WHICH, more=st.integers(1, 300))
    def produce_too_much(self, which, more):
        order = self.pick_running(which)
        if order:
            self.report(order, order.product_qty + more)

    def report(self, order, quantity):
        ordered = order.product_uom_qty
        try:
            with self.env.cr.savepoint():
                self.case._make(order, quantity)
        except UserError:
            self.env.invalidate_all()
            assert self.loop.overrun_policy == "refuse"
            return
        self.pieces += quantity
        self.excused = ordered * self.loop.overrun_tolerance / 100

    @rule(quantity=st.sampled_from([50, 100, 230, 400, 2500]))
    def order_by_hand(self, quantity):
        self.case._order_stamped(quantity)

    @rule(which=WHICH)
    def work_on_a_waiting_order(self, which):
        order = self.pick(self.open_orders("queued"), which)
        if order:
            self.case._assert_refused(lambda: self.case._make(order), order.name)

    @rule(which=WHICH, more=st.sampled_from([1, 40, 300]))
    def raise_an_order(self, which, more):
        order = self.pick_running(which)
        if not order:
            return
        committed = self.look()["committed"]
        try:
            with self.env.cr.savepoint():
                quantity = {"product_qty": order.product_qty + more}
                self.case._rpc(self.case.planner, order, "write", quantity)
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all()
            return
        if self.loop.overrun_policy != "allow":
            assert committed + more <= self.look()["authorised"] + PIECES, f"{committed} + {more}"

    # -- coming back, and going away ----------------------------------------------------------------------------

    @rule(which=WHICH)
    def undo(self, which):
        standing = [withdrawal for withdrawal in self.withdrawals if withdrawal.state == "done"]
        withdrawal = self.pick(standing, which)
        if not withdrawal:
            return
        if self.case.station.undo(withdrawal.id)["status"] == "ok":
            self.pieces += withdrawal.quantity
            self.at_line -= withdrawal.quantity
        else:  # a part of it was given back before
            assert self.at_line < sum(one.quantity for one in standing)

    @rule(quantity=st.integers(1, 150))
    def give_back(self, quantity):
        quantity = min(quantity, int(self.at_line))
        if quantity < 1:
            return
        origin = self.withdrawals[-1].move_id.id
        picking = self.case._create_picking(self.case.line, self.case.market, quantity, origin_returned_move_id=origin)
        picking.move_ids.quantity = quantity
        self.case._validate(picking)
        self.pieces += quantity
        self.at_line -= quantity

    @rule(quantity=st.integers(1, 120), is_held=st.booleans())
    def scrap(self, quantity, is_held):
        place = self.loop.held_location_id if is_held else self.case.market
        quantity = min(quantity, int(self.case._on_hand(self.stamped, place)))
        if quantity < 1:
            return
        scrap = {"product_id": self.stamped.id, "scrap_qty": quantity, "location_id": place.id}
        self.env["stock.scrap"].with_user(self.case.storekeeper).create(scrap).action_validate()
        self.pieces -= quantity

    @rule(change=st.integers(-80, 80), by_planner=st.booleans())
    def count(self, change, by_planner):
        """The storekeeper counts; more than is authorised he may not book, a planner may."""
        user = self.case.planner if by_planner else self.case.storekeeper
        now = self.look()
        found = max(0, now["usable"] + change)
        quant = self.env["stock.quant"]._gather(self.stamped, self.case.market)[:1]
        if not quant or found == now["usable"]:
            return
        above = found > max(now["usable"], now["authorised"]) and self.loop.overrun_policy != "allow"
        if above and not by_planner:
            self.case._assert_refused(lambda: self.book_count(quant, found, user))
            return
        self.book_count(quant, found, user)
        self.pieces += found - now["usable"]
        self.excused = max(0, found - now["authorised"])

    def book_count(self, quant, found, user):
        others = self.case._on_hand(self.stamped, self.case.market) - quant.quantity
        quant = quant.with_user(user).with_context(inventory_mode=True)
        quant.inventory_quantity = found - others
        quant.action_apply_inventory()
        self.env.invalidate_all()

    # -- caps and decisions -------------------------------------------------------------------------------------

    @rule(count=st.integers(4, 14))
    def change_cards(self, count):
        self.loop.with_user(self.case.planner).card_count = count
        self.cards = max(self.cards, count)
        self.excused = self.look()["over"]

    @rule(jobs=st.integers(0, 3))
    def change_the_cap_of_the_press(self, jobs):
        self.case.press.mes_wip_cap_jobs = jobs

    @rule(jobs=st.integers(0, 3))
    def change_the_cap_of_the_loop(self, jobs):
        self.loop.with_user(self.case.planner).wip_cap_jobs = jobs

    @rule(policy=st.sampled_from(["hold", "refuse", "allow"]))
    def change_the_policy(self, policy):
        self.loop.with_user(self.case.planner).overrun_policy = policy
        self.excused = self.look()["over"]

    @rule(which=WHICH)
    def override(self, which):
        order = self.pick(self.open_orders("queued").filtered(lambda mo: mo.mes_pull_state == "normal"), which)
        if order:
            order.with_user(self.case.planner).action_mes_override("walk")
            self.overridden |= order
            self.let_through = 1
            self.case._assert_released(order)

    @rule(which=WHICH)
    def cancel(self, which):
        order = self.pick(self.open_orders(), which)
        if order:
            order.with_user(self.case.worker).action_cancel()

    @rule(which=WHICH)
    def pause_or_resume(self, which):
        order = self.pick(self.open_orders(), which)
        if not order:
            return
        order = order.with_user(self.case.planner)
        if order.mes_pull_state == "paused":
            order.action_mes_resume()
        else:
            order.action_mes_pause("walk")

    @rule()
    def release_held(self):
        row = self.env["mes.pull.excess"].search([("loop_id", "=", self.loop.id), ("state", "=", "held")], limit=1)
        if row:
            row.with_user(self.case.planner).action_release("walk")
            self.excused = self.look()["over"]

    @rule()
    def hourly_run(self):
        self.case._run_cron()


@tagged("post_install", "-at_install")
class TestStateMachine(LimitCase):
    """Withdraw, make, make too much, give back, scrap, count, change caps and policies, override, pause, cancel."""

    def test_whatever_happens_the_pieces_add_up_and_the_caps_hold(self):
        run_state_machine_as_test(type("BoundMachine", (LoopMachine,), {"case": self}), settings=WALKS)
