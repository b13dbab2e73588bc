"""Stock and cases in any order: no piece is ever claimed twice, and no case claims what isn't there or is held.

`MES_EXAMPLES=100` walks more, and other ways each time.
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from odoo.exceptions import UserError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
WALKS = settings(
    max_examples=EXAMPLES or 5,
    stateful_step_count=15,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each document costs time: no shortening
    suppress_health_check=list(HealthCheck),
)
WHICH, QUANTITY = st.integers(0, 9), st.sampled_from([0.25, 1, 7.5, 20, 60])


class ClearanceMachine(RuleBasedStateMachine):
    """A product in two lots of 40 each: received, delivered, held and released; cases with and without lots."""

    case = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.product, self.lots = self.case.paste, self.case.lots
        self.cases = self.env["mes.aging.clearance"].with_user(self.case.clerk)

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

    # -- what happens -------------------------------------------------------------------------------------------

    @rule(which=WHICH, quantity=QUANTITY)
    def receive(self, which, quantity):
        self.case._put(self.product, quantity, lot=self.lots[which % 2])

    @rule(which=WHICH, quantity=QUANTITY)
    def take(self, which, quantity):
        """Deliver or scrap what is there and not held."""
        lot = self.lots[which % 2]
        there = self.clearable().get(lot, 0)
        if there > 0:
            dest = self.env.ref("stock.stock_location_customers")
            self.case._move(self.product, min(quantity, there), self.case.stock, dest, lot=lot)

    @rule(which=WHICH)
    def hold(self, which):
        if not self.lots[which % 2].mes_hold_count:
            self.lots[which % 2].action_mes_hold("Smells")

    @rule(which=WHICH, quantity=QUANTITY)
    def open_case(self, which, quantity):
        lots = self.lots[which % 3] if which % 3 < 2 else self.lots.browse()
        vals = {"lot_ids": [(6, 0, lots.ids)]}
        case = self.attempt(lambda: self.case._open_case(self.product, quantity, **vals))
        if case:
            assert abs(case.left_qty - quantity) < 1e-6, "claimed more than is there"
            self.cases |= case

    @rule(which=WHICH, quantity=QUANTITY)
    def change(self, which, quantity):
        case = self.pick(which)
        self.attempt(lambda: case.write({"quantity": quantity}))

    @rule(which=WHICH)
    def cancel(self, which):
        self.attempt(self.pick(which).action_cancel)

    @rule()
    def settle(self):
        self.cases.sudo()._settle()
        for case in self.cases.filtered(lambda one: one.state in ("draft", "open")):
            total = case.cleared_qty + case.gone_qty + case.left_qty
            assert abs(total - case.quantity) < 1e-6, (case.name, total, case.quantity)

    # -- what must be true --------------------------------------------------------------------------------------

    def clearable(self):
        """Return what is on hand and not held: ``{lot: quantity}``."""
        self.lots.invalidate_recordset(["mes_hold_count"])
        domain = [("product_id", "=", self.product.id), ("location_id.usage", "=", "internal")]
        quants = self.env["stock.quant"].search(domain)
        free = quants.filtered(lambda quant: not quant.lot_id.mes_hold_count)
        return {lot: sum(group.mapped("quantity")) for lot, group in free.grouped("lot_id").items()}

    @invariant()
    def nothing_is_claimed_twice(self):
        self.cases.invalidate_recordset(["left_qty"])
        there = self.clearable()
        assert sum(self.cases.mapped("left_qty")) <= sum(there.values()) + 1e-6
        for lot in self.lots:
            named = self.cases.filtered(lambda one, lot=lot: one.lot_ids == lot)
            assert sum(named.mapped("left_qty")) <= there.get(lot, 0) + 1e-6


@tagged("post_install", "-at_install")
class TestClearanceWalks(ClearanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paste = cls._create_product("Paste", tracking="lot")
        cls.lots = cls.env["stock.lot"].create([{"name": name, "product_id": cls.paste.id} for name in "AB"])
        for lot in cls.lots:
            cls._put(cls.paste, 40, lot=lot)

    def test_nothing_is_claimed_twice_after_any_documents(self):
        ClearanceMachine.case = self
        run_state_machine_as_test(ClearanceMachine, settings=WALKS)
