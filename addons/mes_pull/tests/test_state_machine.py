"""Random walks through a loop: whatever happens in whatever order, some things stay true.

A walk is a list of steps chosen by a fixed seed. When one fails, its message holds the seed and all steps so far, so
that it can be walked again.
"""

import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from .limits_common import LimitCase

SEEDS = (3, 17, 29, 41, 53, 97)
STEPS = 25


class Walk:
    """The books that a person at the shelf would keep with pencil and paper, and what has happened so far."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        self.pieces = 1000  # usable and held together
        self.at_line = 0
        self.cards = 10
        self.steps = []
        self.withdrawals = []

    def __str__(self):
        return f"seed {self.seed}: " + ", ".join(self.steps)


@tagged("post_install", "-at_install")
class TestRandomWalks(LimitCase):
    """Withdraw, make, make too much, give back, scrap, count, change the cards and the caps, pause, cancel."""

    def test_whatever_happens_the_pieces_add_up_and_the_caps_hold(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self._walk(Walk(seed), overrun_policy="hold")

    def test_where_excess_is_refused(self):
        self._walk(Walk(7), overrun_policy="refuse")

    def test_with_a_tolerance(self):
        self._walk(Walk(11), overrun_policy="hold", overrun_tolerance=10)

    def test_with_a_cap_in_jobs(self):
        self._walk(Walk(13), overrun_policy="hold", wip_cap_jobs=2)

    def test_to_demand(self):
        self._walk(Walk(23), overrun_policy="hold", mode="demand", safety_qty=1000)

    # -- walking ------------------------------------------------------------------------------------------------

    def _walk(self, walk, **settings):
        savepoint = self.env.cr.savepoint()
        self.loop.write(settings)
        steps = [name.removeprefix("_step_") for name in sorted(dir(self)) if name.startswith("_step_")]
        weights = [5 if name in ("withdraw", "make", "make_too_much") else 2 for name in steps]
        self._check(walk, before=None, excused=0)
        for _number in range(STEPS):
            self.env.invalidate_all()
            before = self._look()
            name = walk.random.choices(steps, weights)[0]
            walk.steps.append(name)
            excused = getattr(self, f"_step_{name}")(walk) or 0
            self.env.flush_all()
            self.env.invalidate_all()
            self._check(walk, before, excused)
        savepoint.rollback()
        savepoint.close()
        self.env.invalidate_all()

    def _look(self):
        balance = self.loop._get_balances()[self.loop.id]
        return {
            "usable": self._on_hand(self.stamped, self.market),
            "held": self._on_hand(self.stamped, self.loop.held_location_id),
            "authorised": balance.authorised,
            "over": max(0, self._on_hand(self.stamped, self.market) - balance.authorised),
            "released": self._open().filtered(lambda mo: mo.mes_release_state == "released"),
        }

    def _open(self):
        return self._orders().filtered(lambda mo: mo.state != "done")

    def _note(self, walk, text):
        walk.steps[-1] += f" {text}"

    # -- what stays true ----------------------------------------------------------------------------------------

    def _check(self, walk, before, excused):
        now = self._look()
        balance = self.loop._get_balances()[self.loop.id]
        self._check_pieces(walk, now, balance)
        self._check_held(walk, now)
        self._check_cards(walk)
        if before:
            self._check_caps(walk, before, now, excused)
            self._check_releases(walk, before, now)

    def _check_pieces(self, walk, now, balance):
        """No piece comes from nowhere, none gets lost; the position is what lies there and what is on its way."""
        self.assertAlmostEqual(now["usable"] + now["held"], walk.pieces, msg=str(walk))
        self.assertAlmostEqual(self._on_hand(self.stamped, self.line), walk.at_line, msg=str(walk))
        open_moves = self._open().move_finished_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        waiting = self.loop.signal_ids.filtered(lambda signal: signal.state == "waiting")
        asked = open_moves.filtered(
            lambda move: move.production_id.mes_release_state != "queued" or move.production_id.mes_signal_ids
        )
        on_order = sum(asked.mapped("product_qty")) + sum(waiting.mapped("quantity"))
        self.assertAlmostEqual(balance.on_order, on_order, msg=str(walk))
        self.assertAlmostEqual(balance.held, now["held"], msg=str(walk))
        self.assertAlmostEqual(
            self.loop.position_qty, self.loop.on_hand_qty + self.loop.held_qty + self.loop.on_order_qty, msg=str(walk)
        )

    def _check_held(self, walk, now):
        """Every held piece has a row, and nothing stays held while there is room for it."""
        rows = self.env["mes.pull.excess"].search([("loop_id", "=", self.loop.id)])
        self.assertAlmostEqual(sum(rows.mapped("remaining_qty")), now["held"], msg=str(walk))
        self.assertTrue(all(row.remaining_qty > -1e-6 for row in rows), str(walk))
        if now["held"] > 1e-6:
            self.assertGreaterEqual(now["usable"] + 1e-6, now["authorised"], f"held in spite of room; {walk}")

    def _check_cards(self, walk):
        """No card is lost, and a card is on order exactly as long as its order is open."""
        cards = self.loop.with_context(active_test=False).card_ids
        self.assertEqual(len(cards), walk.cards, str(walk))
        for card in cards:
            if card.signal_id:
                self.assertIn(card.signal_id.state, ("waiting", "released"), f"{card.name}; {walk}")
                self.assertIn(card.state, ("in_process", "waiting", "error"), f"{card.name}; {walk}")
            else:
                self.assertIn(card.state, ("full", "in_use", "empty", "waiting"), f"{card.name}; {walk}")

    def _check_caps(self, walk, before, now, excused):
        """More than authorised is usable only where a cap was lowered, or a person decided so."""
        self.assertLessEqual(now["over"], max(before["over"], excused) + 1e-6, f"{before} -> {now}; {walk}")

    def _check_releases(self, walk, before, now):
        """What was released in this step fitted when it was released."""
        fresh = now["released"] - before["released"]
        if not fresh:
            return
        committed = now["usable"] + now["held"] + sum(now["released"].mapped("product_uom_qty"))
        paused = now["released"].filtered(lambda mo: mo.mes_pull_state == "paused")
        committed -= sum(paused.mapped("product_uom_qty"))
        self.assertLessEqual(committed, now["authorised"] + 1e-6, f"{fresh.mapped('product_qty')} released; {walk}")
        if self.loop.wip_cap_jobs:
            self.assertLessEqual(len(now["released"] - paused), self.loop.wip_cap_jobs, str(walk))

    # -- steps: each returns by how much usable stock may now be above what is authorised -------------------------

    def _step_withdraw(self, walk):
        usable = int(self._on_hand(self.stamped, self.market))
        if usable < 1:
            return
        quantity = walk.random.randint(1, min(usable, 450))
        self._note(walk, quantity)
        withdrawal = self._take(quantity)
        walk.pieces -= quantity
        walk.at_line += quantity
        walk.withdrawals.append(withdrawal)
        if not self._open().filtered(lambda mo: not mo.mes_signal_ids or mo.mes_pull_state == "paused"):
            self.env.invalidate_all()
            self.assertLess(self.loop.room_qty, 100, f"not ordered; {walk}")

    def _pick_released(self, walk):
        ready = self._open().filtered(lambda mo: mo.mes_release_state == "released" and mo.mes_pull_state == "normal")
        return walk.random.choice(ready.sorted("id")) if ready else None

    def _step_make(self, walk):
        order = self._pick_released(walk)
        if order:
            quantity = walk.random.choice([order.product_qty, max(1, order.product_qty // 3)])
            return self._report(walk, order, quantity)
        return 0

    def _step_make_too_much(self, walk):
        order = self._pick_released(walk)
        if order:
            return self._report(walk, order, order.product_qty + walk.random.randint(1, 300))
        return 0

    def _report(self, walk, order, quantity):
        self._note(walk, f"{quantity} of {order.product_qty}")
        ordered = order.product_uom_qty
        try:
            with self.env.cr.savepoint():
                self._make(order, quantity)
        except UserError:
            self.env.invalidate_all()
            self._note(walk, "refused")
            self.assertEqual(self.loop.overrun_policy, "refuse", str(walk))
            return 0
        walk.pieces += quantity
        return ordered * self.loop.overrun_tolerance / 100

    def _step_order_by_hand(self, walk):
        quantity = walk.random.choice([50, 100, 230, 400, 2500])
        self._note(walk, quantity)
        self._order_stamped(quantity)

    def _step_work_on_a_waiting_order(self, walk):
        waiting = self._open().filtered(lambda mo: mo.mes_release_state == "queued")
        if waiting:
            order = walk.random.choice(waiting.sorted("id"))
            self._assert_refused(lambda: self._make(order), order.name)

    def _step_undo(self, walk):
        standing = [withdrawal for withdrawal in walk.withdrawals if withdrawal.state == "done"]
        if not standing:
            return
        withdrawal = walk.random.choice(standing)
        self._note(walk, withdrawal.quantity)
        answer = self.station.undo(withdrawal.id)
        if answer["status"] == "ok":
            walk.pieces += withdrawal.quantity
            walk.at_line -= withdrawal.quantity
        else:  # a part of it was given back before
            self.assertLess(walk.at_line, sum(one.quantity for one in standing), str(walk))

    def _step_give_back(self, walk):
        if walk.at_line < 1:
            return
        quantity = walk.random.randint(1, int(min(walk.at_line, 150)))
        self._note(walk, quantity)
        picking = self._create_picking(self.line, self.market, quantity, origin_returned_move_id=self._origin(walk))
        picking.move_ids.quantity = quantity
        self._validate(picking)
        walk.pieces += quantity
        walk.at_line -= quantity

    def _origin(self, walk):
        return walk.withdrawals[-1].move_id.id

    def _step_scrap(self, walk):
        place = walk.random.choice([self.market, self.loop.held_location_id])
        there = int(self._on_hand(self.stamped, place))
        if there < 1:
            return
        quantity = walk.random.randint(1, min(there, 120))
        self._note(walk, f"{quantity} {place.name}")
        self.env["stock.scrap"].with_user(self.storekeeper).create(
            {"product_id": self.stamped.id, "scrap_qty": quantity, "location_id": place.id}
        ).action_validate()
        walk.pieces -= quantity

    def _step_count(self, walk):
        """The storekeeper counts; more than is authorised he may not book, a planner may."""
        usable = self._on_hand(self.stamped, self.market)
        authorised = self.loop._get_balances()[self.loop.id].authorised
        found = max(0, usable + walk.random.randint(-80, 80))
        user = walk.random.choice([self.storekeeper, self.planner])
        self._note(walk, f"{found} by {user.login}")
        quant = self.env["stock.quant"]._gather(self.stamped, self.market)[:1]
        if not quant or found == usable:
            return 0
        if found > max(usable, authorised) and user == self.storekeeper:
            self._assert_refused(lambda: self._count(quant, found, user))
            return 0
        self._count(quant, found, user)
        walk.pieces += found - usable
        return max(0, found - authorised)

    def _count(self, quant, found, user):
        others = self._on_hand(self.stamped, self.market) - quant.quantity
        quant = quant.with_user(user).with_context(inventory_mode=True)
        quant.inventory_quantity = found - others
        quant.action_apply_inventory()
        self.env.invalidate_all()

    def _step_change_cards(self, walk):
        count = walk.random.randint(4, 14)
        self._note(walk, count)
        self.loop.with_user(self.planner).card_count = count
        walk.cards = max(walk.cards, count)
        return self._look()["over"]

    def _step_cancel(self, walk):
        orders = self._open()
        if orders:
            order = walk.random.choice(orders.sorted("id"))
            self._note(walk, order.product_qty)
            order.with_user(self.worker).action_cancel()

    def _step_pause_or_resume(self, walk):
        orders = self._open()
        if not orders:
            return
        order = walk.random.choice(orders.sorted("id")).with_user(self.planner)
        if order.mes_pull_state == "paused":
            order.action_mes_resume()
        else:
            order.action_mes_pause("walk")

    def _step_release_held(self, walk):
        row = self.env["mes.pull.excess"].search([("loop_id", "=", self.loop.id), ("state", "=", "held")], limit=1)
        if row and walk.random.random() < 0.3:
            self._note(walk, row.remaining_qty)
            row.with_user(self.planner).action_release("walk")
            return self._look()["over"]
        return None

    def _step_hourly_run(self, walk):
        self._run_cron()
