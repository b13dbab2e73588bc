"""Real documents in any order, and the layers still add up to what is on hand and to its value, after each one.

`MES_EXAMPLES=100` walks more, and other ways each time.
"""

import os
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from odoo.tests import tagged

from .layer_common import TODAY, LayerCommon

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
WHICH, QUANTITY = st.integers(0, 9), st.sampled_from([0.25, 1, 3, 7.5, 20])


class LayerMachine(RuleBasedStateMachine):
    """One product without lots, one with two lots, in two warehouses, with and without an owner; a day passes a step.

    Stock may go below zero at any time.
    """

    case = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.day = -200
        self.oldest = {}
        self.frozen = freeze_time(TODAY)
        self.frozen.start()
        self.lots = [self.case._create_lot("A"), self.case._create_lot("B")]

    def teardown(self):
        self.frozen.stop()
        self.savepoint.rollback()
        self.savepoint.close()
        self.env.invalidate_all(flush=False)

    def pass_day(self):
        self.day += 1
        self.frozen.stop()
        self.frozen = freeze_time(TODAY + timedelta(days=self.day))
        self.frozen.start()

    def choose(self, which):
        """Return a product, its lot or None, and a place."""
        places = [self.case.stock, self.case.second.lot_stock_id]
        lot = self.lots[which % 2] if which >= 5 else None
        return lot.product_id if lot else self.case.resistor, lot, places[which % 3 % 2]

    def move(self, product, quantity, source, dest, lot, owner=None):
        self.pass_day()
        move = self.case._move(product, quantity, source, dest, done=False)
        move.move_line_ids.unlink()
        line = {"product_id": product.id, "quantity": quantity, "lot_id": lot.id if lot else False}
        if owner:
            line["owner_id"] = owner.id
        move.move_line_ids = [(0, 0, {**line, "location_id": source.id, "location_dest_id": dest.id})]
        move.picked = True
        move._action_done()

    # -- what can happen ----------------------------------------------------------------------------------------

    @rule(which=WHICH, quantity=QUANTITY, is_consigned=st.booleans())
    def receive(self, which, quantity, is_consigned):
        product, lot, place = self.choose(which)
        self.move(product, quantity, self.case.suppliers, place, lot, self.case.vendor if is_consigned else None)

    @rule(which=WHICH, quantity=QUANTITY)
    def ship(self, which, quantity):
        product, lot, place = self.choose(which)
        self.move(product, quantity, place, self.case.customers, lot)

    @rule(which=WHICH, quantity=QUANTITY)
    def come_back(self, which, quantity):
        product, lot, place = self.choose(which)
        self.move(product, quantity, self.case.customers, place, lot)

    @rule(which=WHICH, quantity=QUANTITY, other=WHICH)
    def transfer(self, which, quantity, other):
        product, lot, place = self.choose(which)
        self.move(product, quantity, place, self.choose(other)[2], lot)

    @rule(which=WHICH, quantity=st.sampled_from([0, 2, 11]))
    def count(self, which, quantity):
        product, lot, place = self.choose(which)
        self.pass_day()
        self.case._count(product, quantity, place, lot)

    @rule(which=WHICH, quantity=QUANTITY)
    def make(self, which, quantity):
        product, lot, _place = self.choose(which)
        self.pass_day()
        self.case._make(self.case.board, 1, [(product, quantity, lot)])

    @rule(which=WHICH, quantity=QUANTITY)
    def rework(self, which, quantity):
        product, lot, _place = self.choose(which)
        self.pass_day()
        self.case._make(product, quantity, [(product, quantity, lot)], self.lots[0] if lot else None)

    @rule(price=st.sampled_from([0, 1.5, 4]))
    def change_cost(self, price):
        self.case.resistor.standard_price = price

    # -- what must be true --------------------------------------------------------------------------------------

    @invariant()
    def layers_add_up(self):
        products = self.case.resistor | self.case.axle | self.case.board
        self.case._check_sums(products)
        for layer in self.case._layers(products):
            assert bool(layer.origin_date) == (layer.quantity > 0), (layer.origin_date, layer.quantity)
            assert not layer.origin_date or layer.age_days >= 0

    @invariant()
    def no_lot_grows_younger(self):
        for lot in self.lots:
            there = lot.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0)
            assert lot.mes_first_in or not there
            assert not self.oldest.get(lot) or lot.mes_first_in <= self.oldest[lot]
            self.oldest[lot] = lot.mes_first_in


@tagged("post_install", "-at_install")
class TestLayerWalks(LayerCommon):
    def test_layers_add_up_after_any_documents(self):
        LayerMachine.case = self
        run_state_machine_as_test(LayerMachine, settings=WALKS)
