"""Stock, cases and their routes in any order: no piece is ever claimed, cleared or documented twice.

`MES_EXAMPLES=100` walks more, and other ways each time.
"""

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo.exceptions import UserError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
WALKS = settings(
    max_examples=EXAMPLES or 8,
    stateful_step_count=20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each document costs time: no shortening
    suppress_health_check=list(HealthCheck),
)
ROUTES = ["scrap", "donate", "reallocate"]
WHICH, QUANTITY = st.integers(0, 9), st.sampled_from([0.25, 1, 7.5, 20, 60])


class ClearanceMachine(RuleBasedStateMachine):
    """A product (in two lots) of 40 each: received, delivered, scrapped, held; cases, and their routes."""

    case = None
    counts = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.product, self.lots = self.case.product, self.case.lots
        self.cases = self.env["mes.aging.clearance"].with_user(self.case.manager)

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close()
        self.env.invalidate_all(flush=False)

    def attempt(self, action):
        """Do what may be refused; then nothing of it stays. Returns what it returns."""
        try:
            with self.env.cr.savepoint():
                return action()
        except UserError:
            self.env.invalidate_all(flush=False)
            return None

    def pick(self, which):
        """Return one of the open cases, or none."""
        found = self.cases.filtered(lambda one: one.state in ("draft", "open"))
        return found[which % len(found)] if found else found

    def lot(self, which):
        """Return one of the lots; none of a product without."""
        return self.lots[which % 2] if self.lots else self.lots

    # -- what happens -------------------------------------------------------------------------------------------

    @initialize()
    def begin(self):
        """Every walk begins with a case whose routes, one of each kind, have their documents."""
        self.open_case(0, 20)
        for quantity, route in zip((1, 7.5, 7.5), ROUTES, strict=True):
            self.plan(0, quantity, route)
        self.execute(0)

    @rule(which=WHICH, quantity=QUANTITY)
    def receive(self, which, quantity):
        self.case._put(self.product, quantity, lot=self.lot(which))

    @rule(which=WHICH, quantity=QUANTITY)
    def take(self, which, quantity):
        """Deliver what is there and not held, reserved for a route or not."""
        lot = self.lot(which)
        there = self.clearable(self.case.stock).get(lot, 0)
        if there > 0:
            dest = self.env.ref("stock.stock_location_customers")
            self.case._move(self.product, min(quantity, there), self.case.stock, dest, lot=lot)

    @rule(which=WHICH, quantity=QUANTITY)
    def hold(self, which, quantity):
        if not self.lots:
            vals = {"product_id": self.product.id, "location_id": self.case.stock.id, "quantity": quantity}
            self.attempt(lambda: self.env["mes.quality.hold"].create({**vals, "reason": "Smells"}))
        elif not self.lot(which).mes_hold_count:
            self.lot(which).action_mes_hold("Smells")

    @rule(which=WHICH, quantity=QUANTITY)
    def open_case(self, which, quantity):
        lots = self.lot(which) if which % 3 < 2 else self.lots.browse()
        vals = {"lot_ids": [(6, 0, lots.ids)]}
        case = self.attempt(lambda: self.case._open_case(self.product, quantity, self.case.manager, **vals))
        if case:
            self.env["ir.attachment"].create({"name": "Picture", "res_model": case._name, "res_id": case.id})
            assert abs(case.left_qty - quantity) < 1e-6, "claimed more than is there"
            self.cases |= case

    @rule(which=WHICH, quantity=QUANTITY)
    def change(self, which, quantity):
        case = self.pick(which)
        self.attempt(lambda: case.write({"quantity": quantity}))

    @rule(which=WHICH)
    def cancel(self, which):
        self.attempt(self.pick(which).action_cancel)

    # -- routes -------------------------------------------------------------------------------------------------

    @rule(which=WHICH, quantity=QUANTITY, route=st.sampled_from(ROUTES))
    def plan(self, which, quantity, route):
        case = self.pick(which)
        vals = {"reason": "Old", "partner_id": self.case.customer.id, "dest_warehouse_id": self.case.north.id}
        self.attempt(lambda: case and self.case._plan(case, route, quantity, **vals))

    @precondition(lambda self: self.pick(0))
    @rule(which=WHICH)
    def execute(self, which):
        """Press twice: the second time makes nothing."""
        case = self.pick(which)
        planned = case.line_ids.filtered(lambda line: line.state == "draft")
        self.attempt(case.action_execute)
        self.counts.update(planned.filtered(lambda line: line.state != "draft").mapped("route"))
        documents = self.documents(case)
        if not any(line.state == "draft" for line in case.line_ids):
            self.attempt(case.action_execute)
            assert self.documents(case) == documents, "executed twice"

    @rule(which=WHICH)
    def plan_rest(self, which):
        self.attempt(self.pick(which).action_plan_rest)

    @precondition(lambda self: self.open_moves())
    @rule(which=WHICH, is_done=st.booleans())
    def close_document(self, which, is_done):
        """Validate or cancel what a route has made."""
        moves = self.open_moves()
        move = moves[which % len(moves)]
        move.picked = is_done
        self.attempt(move._action_done if is_done else move._action_cancel)
        self.counts[move.state] += 1

    def open_moves(self):
        return self.cases.sudo().line_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def documents(self, case):
        lines = case.sudo().line_ids
        return len(lines), len(lines.move_ids), len(lines.scrap_ids)

    @rule(which=WHICH, quantity=QUANTITY)
    def scrap(self, which, quantity):
        """Scrap beside any case what is there and not held."""
        lot = self.lot(which)
        quantity = min(quantity, self.clearable(self.case.stock).get(lot, 0))
        if quantity > 0:
            vals = {"product_id": self.product.id, "lot_id": lot.id, "scrap_qty": quantity}
            scrap = self.env["stock.scrap"].create({**vals, "location_id": self.case.stock.id})
            self.attempt(scrap.do_scrap)

    @rule()
    def settle(self):
        self.cases.sudo()._settle()
        for case in self.cases.filtered(lambda one: one.state in ("draft", "open")):
            total = case.cleared_qty + case.gone_qty + case.left_qty
            assert abs(total - case.quantity) < 1e-6, (case.name, total, case.quantity)

    # -- what must be true --------------------------------------------------------------------------------------

    def clearable(self, place=None):
        """Return what is on hand, everywhere or in one place, and not held: ``{lot: quantity}``."""
        self.lots.invalidate_recordset(["mes_hold_count"])
        domain = [("product_id", "=", self.product.id), ("location_id.usage", "=", "internal")]
        domain += [("location_id", "=", place.id)] if place else []
        quants = self.env["stock.quant"].search(domain)
        free = quants.filtered(
            lambda quant: not quant.lot_id.mes_hold_count and not quant.location_id.mes_is_quarantine
        )
        return {lot: sum(group.mapped("quantity")) for lot, group in free.grouped("lot_id").items()}

    @invariant()
    def nothing_is_claimed_twice(self):
        self.cases.invalidate_recordset(["left_qty"])
        there = self.clearable()
        assert sum(self.cases.mapped("left_qty")) <= sum(there.values()) + 1e-6
        for lot in self.lots:
            named = self.cases.filtered(lambda one, lot=lot: one.lot_ids == lot)
            assert sum(named.mapped("left_qty")) <= there.get(lot, 0) + 1e-6

    @invariant()
    def nothing_is_cleared_twice(self):
        for line in self.cases.sudo().line_ids:
            assert line.done_qty <= line.quantity + 1e-6, (line.display_name, line.done_qty, line.quantity)
            done = line.move_ids.filtered(lambda move: move.state == "done")
            assert abs(line.done_qty - sum(done.mapped("quantity"))) < 1e-6
            wanted = sum(line.move_ids.filtered(lambda move: move.state != "cancel").mapped("product_qty"))
            assert wanted <= line.quantity + 1e-6, "documents of more than the route"
        for case in self.cases:
            assert case.cleared_qty <= case.quantity + 1e-6


@tagged("post_install", "-at_install")
class TestClearanceWalks(ClearanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})

    def _walk(self, product, lots):
        self.product, self.lots = product, lots
        for lot in lots or [None]:
            self._put(product, 40, lot=lot)
        ClearanceMachine.case, ClearanceMachine.counts = self, Counter()
        run_state_machine_as_test(ClearanceMachine, settings=WALKS)
        counts = ClearanceMachine.counts
        for route in ROUTES:
            self.assertGreater(counts[route], 0, f"{route}: never executed")
        self.assertGreater(counts["done"] + counts["cancel"], 0, "no document was ever closed")

    def test_nothing_is_claimed_or_cleared_twice_after_any_documents(self):
        paste = self._create_product("Paste", tracking="lot")
        self._walk(paste, self.env["stock.lot"].create([{"name": name, "product_id": paste.id} for name in "AB"]))

    def test_nor_of_a_product_without_lots(self):
        self._walk(self._create_product("Tape"), self.env["stock.lot"])
