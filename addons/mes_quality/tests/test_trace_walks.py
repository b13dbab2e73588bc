"""Real documents in any order, and the recall still adds up: a state machine on Odoo.

`MES_EXAMPLES=100` walks more, and other ways each time.
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from odoo.tests import tagged

from .trace_common import TraceCommon

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
WALKS = settings(
    max_examples=EXAMPLES or 4,
    stateful_step_count=8,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each document costs a second: no shortening
    suppress_health_check=list(HealthCheck),
)
WHICH, SHARE = st.integers(0, 9), st.sampled_from([0.25, 0.5, 1.0])


class TraceMachine(RuleBasedStateMachine):
    case = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.axles, self.carts, self.orders = [], [], []
        self.receive(0, True, 40)

    def teardown(self):
        try:
            self.check()
        finally:
            self.savepoint.rollback()
            self.savepoint.close()
            self.env.invalidate_all(flush=False)

    # -- choosing -----------------------------------------------------------------------------------------------

    def choose(self, lots, which, share):
        """Return a lot and a whole number of what is in stock of it."""
        lot = lots[which % len(lots)] if lots else None
        return lot, int(self.case._on_hand(lot.product_id, lot=lot) * share) if lot else 0

    # -- what can happen ----------------------------------------------------------------------------------------

    @rule(which=WHICH, is_new=st.booleans(), quantity=st.integers(1, 30))
    def receive(self, which, is_new, quantity):
        """Also a second vendor's delivery into the same lot."""
        case, vendor = self.case, self.case.vendor if which % 2 == 0 else self.case.second_vendor
        if is_new or not self.axles:
            self.axles.append(case._receive(f"AX-{len(self.axles)}", case.axle, quantity, vendor))
        else:
            lines = [(self.axles[which % len(self.axles)], quantity)]
            case._move(case.warehouse.in_type_id, case.suppliers, case.stock, lines, vendor)

    @rule(first=WHICH, second=WHICH, share=SHARE, is_rework=st.booleans())
    def make(self, first, second, share, is_rework):
        """From one lot or two (merge), into a new lot or an old one; twice from one lot is a split."""
        parts = {}
        for which in (first, second):
            lot, quantity = self.choose(self.axles, which, share / 2)
            if quantity:
                parts[lot] = quantity
        if is_rework and self.carts:
            lot, quantity = self.choose(self.carts, second, share)
            parts = {lot: quantity} if quantity else {}
        if parts:
            lots = self.carts[first % len(self.carts)] if is_rework and self.carts else None
            order, made = self.case._make(self.case.cart, max(sum(parts.values()) // 2, 1), list(parts.items()), lots)
            self.orders.append((order, made))
            self.carts += [made] if made not in self.carts else []

    @rule(which=WHICH)
    def take_apart(self, which):
        if self.orders:
            order, lot = self.orders[which % len(self.orders)]
            if self.case._on_hand(lot.product_id, lot=lot) >= 1 and lot not in order.move_raw_ids.lot_ids:
                self.case._unbuild(order, lot, 1)

    @rule(which=WHICH, part=WHICH, removes=st.booleans())
    def repair(self, which, part, removes):
        cart, carts = self.choose(self.carts, which, 1)
        axle, axles = self.choose(self.axles, part, 1)
        if carts and axles:
            self.case._repair(cart, 1, added=[(axle, 1)], removed=[(axle, 1)] if removes else [])

    @rule(which=WHICH, share=SHARE, carts=st.booleans(), to_vendor=st.booleans())
    def send(self, which, share, carts, to_vendor):
        case = self.case
        lot, quantity = self.choose(self.carts if carts else self.axles, which, share)
        if quantity:
            place, partner = (case.suppliers, case.vendor) if to_vendor else (case.customers, case.customer)
            case._move(case.warehouse.out_type_id, case.stock, place, [(lot, quantity)], partner)

    @rule(which=WHICH, carts=st.booleans())
    def come_back(self, which, carts):
        case, lots = self.case, self.carts if carts else self.axles
        lot = lots[which % len(lots)] if lots else None
        quantity = int(case._on_hand(lot.product_id, case.customers, lot)) if lot else 0
        if quantity:
            case._move(case.warehouse.in_type_id, case.customers, case.stock, [(lot, quantity)], case.customer)

    @rule(which=WHICH, share=SHARE, carts=st.booleans())
    def scrap(self, which, share, carts):
        lot, quantity = self.choose(self.carts if carts else self.axles, which, share / 2)
        if quantity:
            self.case._scrap(lot, quantity)

    @rule(which=WHICH, change=st.integers(-3, 3))
    def count(self, which, change):
        lot, quantity = self.choose(self.axles, which, 1)
        quant = lot.quant_ids.filtered(lambda quant: quant.location_id == self.case.stock)[:1]
        if quant and quantity + change >= 0:
            quant.with_context(inventory_mode=True).inventory_quantity = quant.quantity + change
            quant.action_apply_inventory()

    # -- what must be true --------------------------------------------------------------------------------------

    def check(self):
        recall = self.env["mes.quality.recall"].create({"subject": "Walk", "partner_id": self.case.vendor.id})
        recall.action_trace()
        total = sum(recall.line_ids.mapped("source_qty"))
        assert round(total, 6) == round(recall.received_qty, 6), (total, recall.received_qty)
        assert recall.balanced and not recall.missing_note
        lines = recall.line_ids.filtered(lambda line: line.location_id.usage == "internal" and line.quantity)
        for (lot, place), its in lines.grouped(lambda line: (line.lot_id, line.location_id)).items():
            quants = lot.quant_ids.filtered(lambda quant, place=place: quant.location_id == place)
            assert abs(sum(its.mapped("quantity")) - sum(quants.mapped("quantity"))) < 1e-6, (lot.name, place.name)


@tagged("post_install", "-at_install")
class TestTraceWalks(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_vendor = cls.env["res.partner"].create({"name": "Supplier C"})

    def test_a_recall_adds_up_after_any_documents(self):
        TraceMachine.case = self
        run_state_machine_as_test(TraceMachine, settings=WALKS)
