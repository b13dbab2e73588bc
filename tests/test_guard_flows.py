"""Purchases that the guard must not hinder, with Odoo's subcontracting and drop shipping on one database.

Installing them takes longer than all tests of it: it belongs to the campaigns, in which `MES_EXAMPLES` is set.
"""

import json
import os
from pathlib import Path

import pytest
from mes_cli import databases, setup

SCRIPT = Path(__file__).with_name("guard_flows.py")
ADDONS = ["mrp_subcontracting_purchase", "stock_dropshipping"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("MES_EXAMPLES" not in os.environ, reason="installs addons: a campaign (MES_EXAMPLES=1)"),
]


@pytest.fixture(scope="module")
def outcome(ready, template_db):
    name = databases.clone(ready, template_db, f"{template_db}_guard")
    file = setup.HOME / f"flows-{name}.json"
    try:
        databases.install(ready, name, ADDONS, False, setup.LOGS / "guard_flows.log")
        ready.run_script(name, SCRIPT.read_text(), "guard_flows", MES_FLOWS_FILE=str(file))
        yield json.loads(file.read_text())
    finally:
        file.unlink(missing_ok=True)
        databases.drop(ready, name)


def test_a_subcontractors_work_is_not_stopped_and_his_parts_up_to_what_he_needs(outcome):
    assert outcome["subcontract"] == {
        "order": "purchase",
        "parts": ["purchase", "to approve"],
        "receipt": "done",
        "on_hand": 500,
    }


def test_a_drop_shipment_is_not_stopped(outcome):
    assert outcome["dropship"] == {
        "sale": "sale",
        "order": "purchase",
        "delivery": ["done", "done"],
        "delivered": 40,
    }


def test_a_subcontractor_who_ships_to_the_customer_is_not_stopped(outcome):
    assert outcome["subcontract_to_the_customer"] == {"sale": "sale", "order": ["purchase"], "delivery": "done"}


def test_a_sales_order_is_confirmed_while_a_purchase_of_its_parts_waits(outcome):
    assert outcome["made_to_order"] == {"sale": "sale", "order": ["purchase"], "bought": 3, "waiting": "to approve"}


def test_a_scheduler_run_ends_and_buys_what_its_rules_ask_for(outcome):
    assert outcome["scheduler"] == {"made": [["purchase"], 20], "parts": 60, "direct": 2}
