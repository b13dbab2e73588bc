"""Stock, demand and offers in any order: held, reserved and needed stock is never offered, one offer moves once.

`MES_EXAMPLES=100` walks more, and other ways each time.
"""

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_surplus_demand import SurplusCommon

EXAMPLES = int(os.environ.get("MES_EXAMPLES", 0))
WALKS = settings(
    max_examples=EXAMPLES or 5,
    stateful_step_count=20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each document costs time: no shortening
    suppress_health_check=list(HealthCheck),
)
HERE, THERE = st.sampled_from([0, 0, 1]), st.sampled_from([0, 1, 1, 1])  # supply and demand: mostly apart
WHICH, QUANTITY = st.integers(0, 9), st.sampled_from([0.5, 1, 20, 70])
OPEN = ("waiting", "confirmed", "partially_available", "assigned")


class SurplusMachine(RuleBasedStateMachine):
    """A component in two warehouses, and a substitute: stocked, held, needed, quoted, ruled, offered, accepted."""

    case = None
    accepted = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.places = self.case.warehouse | self.case.north
        self.products = self.case.resistor | self.case.better
        self.case._quote(self.case.resistor, 20)
        self.case._create_order(120)

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close()
        self.env.invalidate_all(flush=False)

    def attempt(self, action):
        """Do what may be refused; then nothing of it stays."""
        try:
            with self.env.cr.savepoint():
                action()
        except UserError:
            self.env.invalidate_all(flush=False)
            return False
        return True

    # -- what happens -------------------------------------------------------------------------------------------

    @rule(which=WHICH, where=HERE, quantity=QUANTITY)
    def receive(self, which, where, quantity):
        self.case._put(self.products[which % 2], quantity, place=self.places[where].lot_stock_id)

    @rule(where=THERE, quantity=QUANTITY, is_reserved=st.booleans())
    def need(self, where, quantity, is_reserved):
        place = self.places[where].lot_stock_id
        move = self.case._move(self.case.resistor, quantity, place, self.case.customers, done=False)
        if is_reserved:
            move._action_assign()

    @rule(where=THERE, quantity=QUANTITY)
    def hold(self, where, quantity):
        vals = {"product_id": self.case.resistor.id, "location_id": self.places[where].lot_stock_id.id}
        vals.update(quantity=quantity, reason="Wet")
        self.attempt(lambda: self.env["mes.quality.hold"].create(vals))

    @rule(where=THERE, quantity=QUANTITY)
    def keep(self, where, quantity):
        rules = self.env["stock.warehouse.orderpoint"].search([("product_id", "=", self.case.resistor.id)])
        known = rules.filtered(lambda rule: rule.warehouse_id == self.places[where])
        if known:
            known.write({"product_min_qty": quantity, "product_max_qty": quantity})
        else:
            self.case._create_rule(self.case.resistor, quantity, quantity, self.places[where])

    @rule(where=THERE, quantity=QUANTITY, is_confirmed=st.booleans())
    def buy(self, where, quantity, is_confirmed):
        order = self.case._quote(self.case.resistor, quantity, self.places[where]).order_id
        if is_confirmed:
            order.button_confirm()

    @rule(where=THERE, quantity=QUANTITY)
    def make(self, where, quantity):
        self.case._create_order(quantity, warehouse=self.places[where])

    @rule()
    def refresh(self):
        """Look for surplus; what is offered then is free, and wanted."""
        self.case.Offer._refresh()
        offers = self.case.Offer.search([("state", "=", "open")])
        for (product, place), group in offers.grouped(lambda one: (one.product_id, one.warehouse_id)).items():
            free = self.get_free(product, place)
            assert sum(group.mapped("quantity")) <= free + 1e-6, (product.name, place.name, free)
        assert not self.case.Offer._refresh(), "nothing has changed"

    @rule(which=WHICH)
    def accept(self, which):
        """Accept an offer twice: it moves once."""
        self.refresh()
        offers = self.case.Offer.search([("state", "=", "open")])
        offer = offers[which % len(offers)] if offers else offers
        if offer and self.attempt(offer.action_accept):
            self.accepted["substitute" if offer._is_substitute() else "same"] += 1
            moved = self.get_moved(offer)
            assert abs(moved - offer.quantity) < 1e-6 or offer._is_substitute(), (moved, offer.quantity)
            offer.action_accept()
            assert self.get_moved(offer) == moved

    @rule(which=WHICH)
    def arrive(self, which):
        moves = self.case.Offer.search([("state", "=", "accepted")]).line_id.move_ids
        moves = moves.filtered(lambda move: move.state == "assigned" and not move.raw_material_production_id)
        if moves:
            moves[which % len(moves)].picked = True
            moves[which % len(moves)]._action_done()

    # -- what must be true --------------------------------------------------------------------------------------

    def get_moved(self, offer):
        moves = offer.line_id.move_ids.filtered(lambda move: move.state != "cancel")
        return sum(moves.mapped("product_qty"))

    def get_free(self, product, place):
        """Return what neither a hold, a reservation, open demand nor a rule wants there, counted by hand."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("product_id", "=", product.id), ("location_id.warehouse_id", "=", place.id)]
        quants = self.env["stock.quant"].search([*domain, ("location_id.mes_is_quarantine", "=", False)])
        there, reserved = sum(quants.mapped("quantity")), sum(quants.mapped("reserved_quantity"))
        moves = self.env["stock.move"].search([*domain, ("state", "in", OPEN)])
        away = moves.filtered(lambda move: move.location_dest_id.warehouse_id != place)
        rules = self.env["stock.warehouse.orderpoint"].search([("product_id", "=", product.id)])
        kept = sum(rules.filtered(lambda rule: rule.warehouse_id == place).mapped("product_min_qty"))
        return max(min(there - sum(away.mapped("product_qty")) - kept, there - reserved), 0.0)


@tagged("post_install", "-at_install")
class TestSurplusWalks(SurplusCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.better = cls._create_product("Better", standard_price=3)
        cls._put(cls.better, 50)
        cls.env["mes.aging.substitute"].create(
            {"product_id": cls.resistor.id, "substitute_id": cls.better.id, "ratio": 2}
        )

    def test_only_what_is_free_is_offered_and_one_offer_moves_once(self):
        SurplusMachine.case, SurplusMachine.accepted = self, Counter()
        run_state_machine_as_test(SurplusMachine, settings=WALKS)
        for kind in ("same", "substitute"):
            self.assertGreater(SurplusMachine.accepted[kind], 0, f"{kind}: never accepted")
