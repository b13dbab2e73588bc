"""Genealogy, recall, holds and inspections of what subcontractors make, on real orders and receipts.

Odoo's addon for subcontracting is installed on a database of its own. The first flows run always, all of them in the
campaigns, in which `MES_EXAMPLES` is set.
"""

import json
import os
from pathlib import Path

import pytest
from mes_cli import databases, setup

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("subcontracting_flows.py")
ALWAYS = "traced held held_untracked"

in_campaigns = pytest.mark.skipif("MES_EXAMPLES" not in os.environ, reason="a campaign (MES_EXAMPLES=1)")


@pytest.fixture(scope="module")
def outcome(ready, template_db):
    name = databases.clone(ready, template_db, f"{template_db}_subcontracting")
    file = setup.HOME / f"flows-{name}.json"
    try:
        databases.install(ready, name, ["mrp_subcontracting"], False, setup.LOGS / "subcontracting.log")
        flows = "" if "MES_EXAMPLES" in os.environ else ALWAYS
        ready.run_script(name, SCRIPT.read_text(), "subcontracting", MES_FLOWS_FILE=str(file), MES_FLOWS=flows)
        yield json.loads(file.read_text())
    finally:
        file.unlink(missing_ok=True)
        databases.drop(ready, name)


def test_genealogy_passes_through_the_subcontractor_in_both_directions(outcome):
    traced = outcome["traced"]
    assert traced["forward"] == [[1, "S1"], [2, "Pump"]]
    assert traced["backward"] == [[1, "S1"], [2, "C1"]]
    assert (traced["exact"], traced["vendor"]) == (True, ["Foundry T"])


@pytest.mark.parametrize(
    ("by", "received", "places"),
    [
        ("foundry", 40, {"stock": 20, "finished": 14, "shipped": 4, "scrapped": 2}),
        ("first", 12, {"finished": 8, "shipped": 4}),
        ("turner", 10, {"finished": 7, "shipped": 2, "scrapped": 1}),
        ("receipt", 10, {"finished": 7, "shipped": 2, "scrapped": 1}),
    ],
)
def test_a_recall_through_the_subcontractor_adds_up(outcome, by, received, places):
    found = outcome["traced"][by]
    assert (found["received"], found["balanced"], found["places"]) == (received, True, places)
    assert sum(places.values()) == received


@in_campaigns
def test_what_lies_at_the_subcontractor_is_in_production(outcome):
    underway = outcome["underway"]
    assert underway["before"]["places"] == {"stock": 10, "wip": 10}
    assert underway["after"]["places"] == {"stock": 10, "wip": 4, "finished": 6}  # 2 of 5 shafts, 2 castings each
    assert underway["turner"]["places"] == {"wip": 2, "finished": 3}
    assert all(one["balanced"] for one in underway.values())


@in_campaigns
def test_goods_without_lots_are_recalled_by_the_subcontractor_and_by_the_casting(outcome):
    untracked = outcome["untracked"]
    assert untracked["foundry"]["places"] == {"stock": 10, "finished": 10}
    assert untracked["turner"]["places"] == {"finished": 5}
    assert all(one["balanced"] for one in untracked.values())


def test_a_held_casting_is_neither_sent_nor_used_where_there_are_others(outcome):
    held = outcome["held"]
    assert (held["sent"], held["by hand"], held["scrapped"]) == (["GOOD H"], True, True)
    assert (held["first"], held["good"]) == ("released", "released")


def test_what_he_made_of_a_held_casting_comes_in_and_is_held_with_the_cause(outcome):
    held = outcome["held"]
    assert (held["receipt"], held["order"], held["in stock"]) == ("done", "done", 3)
    assert (held["used"], held["second"], held["cause"]) == (["BAD H"], "held", ["BAD H"])


def test_goods_without_lots_made_of_a_held_casting_go_into_quarantine(outcome):
    assert outcome["held_untracked"] == {
        "receipts": ["done", "done"],
        "usable": 0,
        "held": 4,
        "left behind": 0,
        "cause": ["BAD N"],
        "lifted": 4,
    }


@in_campaigns
def test_a_held_order_of_a_subcontractor_holds_the_lots_into_which_it_is_split(outcome):
    assert outcome["held_order"] == {
        "receipt": "done",
        "states": ["held", "held"],
        "lifted": ["released", "released"],
    }


@in_campaigns
def test_more_of_a_frozen_lot_comes_in_stays_frozen_and_goes_back(outcome):
    assert outcome["frozen_lot"] == {"more": "done", "state": "held", "back": "done", "other": "done", "left": 5}


@in_campaigns
@pytest.mark.parametrize("trigger", ["receipt", "production", "production_start"])
def test_what_he_sends_meets_its_inspections_and_is_held_until_they_are_decided(outcome, trigger):
    assert outcome["inspected"][f"{trigger} lot"] == ["done", ["todo"], "inspection", "released"]
    assert outcome["inspected"][f"{trigger} none"] == ["done", ["todo"], 4, 4]


@in_campaigns
def test_a_disposition_sends_a_rejected_lot_back_to_him(outcome):
    assert outcome["returned"] == {"from": True, "to": True, "picking": "done", "disposition": "done", "left": 0}
