"""Whatever happens to goods, the ledger loses and makes nothing: a state machine on the plain arithmetic.

Beside the ledger a book of plain quantities is kept, as stock itself would be. `MES_EXAMPLES=5000` walks more.
"""

import os
from collections import defaultdict

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from odoo.tests import BaseCase, tagged

from ..tools.genealogy import Ledger, Line, Place
from ..tools.shares import round_shares, share_out

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
WALKS = settings(
    max_examples=EXAMPLES or 80,
    stateful_step_count=14,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
VENDOR, STOCK, SHELF = Place("supplier", 1, 7), Place("internal", 2), Place("internal", 3)
MADE, LOSS, SCRAP = Place("production", 4), Place("inventory", 5), Place("scrap", 5)
BUYERS = [Place("customer", 6, partner) for partner in (1, 2)]
RAW, PARTS, GOODS = ["R1", "R2"], ["P1", "P2", "bolt"], ["F1", "F2"]
ITEM = st.sampled_from([*RAW, *PARTS, *GOODS])
SOME = st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 1.0])
PIECES = st.sampled_from([1, 2, 3, 7, 10, 0.5, 12.75])


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.lines, self.recalled, self.weights = [], {}, {}
        self.repairs, self.reversing = {}, set()
        self.book = defaultdict(float)
        self.second = 0

    # -- writing lines ------------------------------------------------------------------------------------------

    def put(self, item, quantity, source, target, **more):
        line = Line(len(self.lines) + 1, item, quantity, source, target, is_queue=item == "bolt", **more)
        self.lines.append(line)
        self.book[item, source] -= quantity
        self.book[item, target] += quantity
        return line

    def some(self, item, place, share):
        """Return that share of what is there."""
        return round(self.book[item, place] * share, 4)

    def pool(self):
        return "doc", len(self.lines)

    # -- what can happen ----------------------------------------------------------------------------------------

    @rule(item=st.sampled_from([*RAW, *PARTS]), quantity=PIECES, is_recalled=st.booleans())
    def receive(self, item, quantity, is_recalled):
        line = self.put(item, quantity, VENDOR, STOCK)
        if is_recalled:
            self.recalled[line.id] = quantity

    @rule(item=ITEM, share=SOME, back=st.booleans())
    def carry(self, item, share, back):
        source, target = (SHELF, STOCK) if back else (STOCK, SHELF)
        if quantity := self.some(item, source, share):
            self.put(item, quantity, source, target)

    @rule(item=ITEM, share=SOME, outside=st.sampled_from([*BUYERS, VENDOR, LOSS, SCRAP]))
    def leave(self, item, share, outside):
        if quantity := self.some(item, STOCK, share):
            self.put(item, quantity, STOCK, outside)

    @rule(item=ITEM, share=SOME, buyer=st.sampled_from(BUYERS))
    def come_back(self, item, share, buyer):
        if quantity := self.some(item, buyer, share):
            self.put(item, quantity, buyer, STOCK)

    @rule(item=ITEM, quantity=PIECES)
    def count_in(self, item, quantity):
        self.put(item, quantity, LOSS, STOCK)

    @rule(
        parts=st.lists(ITEM, min_size=1, max_size=3, unique=True),
        share=SOME,
        made=st.lists(st.sampled_from([*PARTS, *GOODS]), min_size=0, max_size=2),
        quantity=PIECES,
        is_exact=st.booleans(),
        by_cost=st.booleans(),
    )
    def make(self, parts, share, made, quantity, is_exact, by_cost):
        """Production, also rework (made is a part) and orders that have made nothing yet."""
        pool = self.pool()
        into = made[-1] if made and is_exact else None
        for part in parts:
            if used := self.some(part, STOCK, share):
                self.put(part, used, STOCK, MADE, pool=pool, into=into)
        for number, item in enumerate(made):
            line = self.put(item, quantity, MADE, STOCK, pool=pool)
            if number and by_cost and made[0] != item:
                self.weights[line.id] = 20

    @rule(item=st.sampled_from(GOODS), share=SOME, parts=st.lists(st.sampled_from([*RAW, *PARTS]), max_size=3))
    def take_apart(self, item, share, parts):
        pool = self.pool()
        if quantity := self.some(item, STOCK, share):
            self.reversing.add(pool)
            self.put(item, quantity, STOCK, MADE, pool=pool)
            for part in parts:
                self.put(part, quantity, MADE, STOCK, pool=pool)

    @rule(item=st.sampled_from(GOODS), added=st.sampled_from(RAW), removed=st.sampled_from(PARTS), share=SOME)
    def repair(self, item, added, removed, share):
        pool = self.pool()
        if quantity := self.some(item, STOCK, share):
            self.repairs[pool] = (item, STOCK)
            if used := self.some(added, STOCK, share):
                self.put(added, used, STOCK, MADE, pool=pool)
            self.put(removed, 1, MADE, SCRAP if share < 0.3 else STOCK, pool=pool)
            self.put(item, quantity, STOCK, SHELF, pool=pool)

    # -- what must be true --------------------------------------------------------------------------------------

    def teardown(self):
        for lines in (self.lines, [line._replace(tick=1) for line in self.lines]):
            self.check(Ledger(share_out(lines, self.weights), self.recalled, self.repairs, self.reversing))

    def check(self, ledger):
        rows, total = ledger.get_rows(), sum(self.recalled.values())
        contents = [content for *_rest, content in rows] + list(ledger.get_work().values())
        assert abs(sum(contents) - total) < 1e-6, (contents, total)
        assert min(contents, default=0) >= 0 and ledger.get_missing() == 0
        for (item, place), quantity in self.book.items():
            if place in (STOCK, SHELF):
                bucket = ledger.buckets.get((item, place))
                assert abs((bucket.quantity if bucket else 0) - quantity) < 1e-6, (item, place)
        assert abs(sum(round_shares(contents, total)) - total) < 1e-9


@tagged("post_install", "-at_install")
class TestLedger(BaseCase):
    def test_contents_add_up_after_any_history(self):
        run_state_machine_as_test(LedgerMachine, settings=WALKS)

    def _content(self, lines, recalled, **more):
        return {
            (item, place.usage): round(content, 6)
            for item, place, _q, content in Ledger(lines, recalled, **more).get_rows()
        }

    def test_untracked_stock_leaves_in_the_order_in_which_it_came(self):
        lines = [
            Line(1, "bolt", 10, VENDOR, STOCK, is_queue=True),
            Line(2, "bolt", 10, VENDOR, STOCK, is_queue=True),
            Line(3, "bolt", 12, STOCK, BUYERS[0], is_queue=True),
        ]
        self.assertEqual(self._content(lines, {2: 10}), {("bolt", "internal"): 8, ("bolt", "customer"): 2})

    def test_lines_of_one_second_wait_for_what_they_need(self):
        lines = [
            Line(1, "L", 4, SHELF, BUYERS[0], tick=1),
            Line(2, "F", 1, MADE, STOCK, pool="MO", tick=1),
            Line(3, "L", 10, VENDOR, STOCK, tick=1),
            Line(4, "L", 6, STOCK, MADE, pool="MO", tick=1),
            Line(5, "L", 4, STOCK, SHELF, tick=1),
        ]
        self.assertEqual(self._content(lines, {3: 10}), {("L", "customer"): 4, ("F", "internal"): 6})

    def test_stock_that_was_negative_is_followed_into_what_was_made_of_it(self):
        lines = [
            Line(1, "L", 6, STOCK, MADE, pool="MO"),
            Line(2, "F", 3, MADE, STOCK, pool="MO"),
            Line(3, "L", 10, VENDOR, STOCK),
        ]
        self.assertEqual(self._content(lines, {3: 10}), {("F", "internal"): 6, ("L", "internal"): 4})

    def test_what_a_repair_adds_is_in_what_was_repaired_and_what_it_removes_is_not(self):
        lines = [
            Line(1, "L", 2, VENDOR, STOCK, tick=1),
            Line(2, "L", 1, STOCK, MADE, pool="MO", tick=2),
            Line(3, "F", 1, MADE, STOCK, pool="MO", tick=2),
            Line(4, "F", 1, STOCK, SHELF, pool="RO", tick=3),
            Line(5, "L", 1, MADE, SCRAP, pool="RO", tick=3),
            Line(6, "L", 1, STOCK, MADE, pool="RO", tick=3),
        ]
        found = self._content(lines, {1: 2}, repairs={"RO": ("F", STOCK)})
        self.assertEqual(found, {("F", "internal"): 1, ("L", "scrap"): 1})
