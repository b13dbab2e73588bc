"""Whatever is tried with rejected stock, it never falls except by an approved disposition.

`MES_EXAMPLES=50` walks more.
"""

import os
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .disposition_common import DispositionCommon

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
PIECES = st.sampled_from([1, 2, 3, 5, 10])


class WalkMachine(RuleBasedStateMachine):
    test = None

    def __init__(self):
        super().__init__()
        self.savepoint = self.test.env.cr.savepoint()
        self.lot = self.test.receive(f"W{id(self)}", 10)
        self.order = self.test.reject(self.lot)

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.test.env.invalidate_all()

    def attempt(self, method, *args):
        with suppress(UserError, ValidationError), self.test.env.cr.savepoint():
            method(*args)

    @rule(route=st.sampled_from(["scrap", "return", "use_as_is", "rework", "repair"]), quantity=PIECES)
    def propose(self, route, quantity):
        self.attempt(self.test.split, self.order, (route, quantity, {"reason": "Because"}))

    @rule(method=st.sampled_from(["action_approve", "action_execute"]))
    def decide(self, method):
        self.attempt(getattr(self.order, method))

    @rule()
    def send_back(self):
        self.attempt(self.order.action_send_back, "Once more")

    @rule()
    def lift(self):
        self.attempt(self.order.hold_id.with_user(self.test.engineer).action_lift, "Fine")

    @rule(quantity=PIECES)
    def scrap_beside(self, quantity):
        vals = {"product_id": self.lot.product_id.id, "lot_id": self.lot.id, "scrap_qty": quantity}
        before = self.test.on_hand(self.lot)
        if self.lot.mes_quality_state == "rejected":
            self.attempt(lambda: self.test.env["stock.scrap"].create(vals).do_scrap())
            assert self.test.on_hand(self.lot) == before

    @rule(finish=st.booleans())
    def end_the_return(self, finish):
        for picking in self.order.line_ids.picking_id.filtered(lambda one: one.state not in ("done", "cancel")):
            self.attempt(
                lambda picking=picking: self.test.finish(picking) if finish else picking.sudo().action_cancel()
            )

    @rule()
    def end_the_repair(self):
        for repair in self.order.sudo().line_ids.repair_ids.filtered(lambda one: one.state == "confirmed"):
            self.attempt(lambda repair=repair: (repair.action_repair_start(), repair.action_repair_end()))

    @invariant()
    def only_what_was_decided_has_left(self):
        lines = self.order.line_ids
        gone = sum(lines.filtered(lambda line: line.route in ("scrap", "return")).mapped("done_qty"))
        assert self.test.on_hand(self.lot) == 10 - gone, (self.test.on_hand(self.lot), gone)
        assert (self.lot.mes_quality_state == "rejected") == (self.order.state != "done")
        assert all(line.done_qty <= line.quantity for line in lines)
        assert self.order.state != "done" or self.order.done_qty == 10

    @invariant()
    def the_other_lot_is_untouched(self):
        other = self.test.other_lot
        assert (self.test.on_hand(other), sum(other.quant_ids.mapped("reserved_quantity"))) == (10, 0)


@tagged("post_install", "-at_install")
class TestDispositionWalks(DispositionCommon):
    def test_walks(self):
        machine = type("Walk", (WalkMachine,), {"test": self})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES or 6,
                stateful_step_count=10,
                derandomize=not EXAMPLES,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
