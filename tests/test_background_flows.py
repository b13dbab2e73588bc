"""Flows that nobody can stop, with Odoo's addons for subcontracting, points of sale and batches on one database.

Three more addons are installed for it, which takes longer than all tests of it: it belongs to the campaigns, in which
`MES_EXAMPLES` is set.
"""

import json
import os
from pathlib import Path

import pytest
from mes_cli import databases, setup

SCRIPT = Path(__file__).with_name("background_flows.py")
ADDONS = ["mrp_subcontracting", "point_of_sale", "stock_picking_batch"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("MES_EXAMPLES" not in os.environ, reason="installs three addons: a campaign (MES_EXAMPLES=1)"),
]


@pytest.fixture(scope="module")
def outcome(ready, template_db):
    name = databases.clone(ready, template_db, f"{template_db}_flows")
    file = setup.HOME / f"flows-{name}.json"
    try:
        databases.install(ready, name, ADDONS, False, setup.LOGS / "flows.log")
        ready.run_script(name, SCRIPT.read_text(), "flows", MES_FLOWS_FILE=str(file))
        yield json.loads(file.read_text())
    finally:
        file.unlink(missing_ok=True)
        databases.drop(ready, name)


def test_a_subcontractors_receipt_ends_and_what_he_made_is_held_with_the_cause(outcome):
    assert outcome["subcontract"] == {
        "receipt": "done",
        "order": "done",
        "used": ["BAD CASTING"],
        "output": "held",
        "cause": ["BAD CASTING"],
        "received": 5,
    }


def test_a_session_is_closed_and_the_frozen_lot_stays_on_an_open_transfer(outcome):
    assert outcome["counter"] == {
        "session": "closed",
        "order": "done",
        "pickings": ["assigned"],
        "named": ["BAD BIKE"],
        "left": 3,
    }


def test_a_batch_goes_without_the_transfer_that_lost_its_stock(outcome):
    assert outcome["batch"]["lost"] == {"states": ["confirmed", "done"], "told": "", "left": 1}


def test_a_batch_with_a_frozen_line_says_so_and_the_others_can_go(outcome):
    named = outcome["batch"]["named"]
    assert (named["states"], named["left"]) == (["assigned", "done"], 1)
    assert "BAD named" in named["told"]
