"""Who may do what is kept in tables beside `security/`: what isn't in them, and what is no longer, is found here.

access.csv   model × role: letters of create, read, write and delete
methods.csv  what callers from outside may call, and which roles may change something by it
sudo.csv     where code of ours takes the superuser's rights, and why

After a change: look at what differs, decide whether it is meant, and write it into the table.
"""

import json
import sys
from pathlib import Path

import pytest
from mes_cli.paths import ADDONS

HERE = Path(__file__).parent / "security"
sys.path.insert(0, str(HERE))

import source  # noqa: E402 - in the folder of the tables

# Nobody deletes these, whatever his role: what happened is kept.
HISTORY = [
    *("mes.aging.alert", "mes.aging.override", "mes.aging.run", "mes.aging.snapshot"),
    *("mes.pull.call.answer", "mes.pull.call.gone", "mes.pull.change", "mes.pull.excess", "mes.pull.override"),
    *("mes.pull.overtime", "mes.pull.signal", "mes.pull.withdrawal"),
    *("mes.quality.disposition", "mes.quality.disposition.event", "mes.quality.hold", "mes.quality.hold.event"),
    *("mes.quality.inspection", "mes.quality.inspection.line", "mes.quality.recall.line", "mes.quality.recall.notice"),
]
WIZARDS = ("mes.aging.alert.export", "mes.aging.snooze")


@pytest.fixture(scope="module")
def registry(ready, template_db, tmp_path_factory):
    """What the installed addons open to whom, as `security/registry.py` tells it."""
    out = tmp_path_factory.mktemp("security") / "registry.json"
    ready.run_script(template_db, (HERE / "registry.py").read_text(), "the registry", MES_OUT=str(out))
    return json.loads(out.read_text())


def test_every_right_is_in_the_table(registry):
    found = [{"model": model, **rights} for model, rights in registry["access"].items()]
    assert found == source.read_table("access")


def test_nobody_outside_sees_anything():
    for row in source.read_table("access"):
        assert not row["public"], row["model"]
        assert not row["portal"], row["model"]


def test_nobody_deletes_what_happened():
    rows = {row["model"]: row for row in source.read_table("access")}
    for model in HISTORY:
        assert not [role for role, letters in rows[model].items() if role != "model" and "d" in letters], model


def test_who_only_works_here_changes_nothing():
    for row in source.read_table("access"):
        if row["model"].startswith("mes.") and row["model"] not in WIZARDS:
            assert row["employee"] in ("", "r"), row["model"]
            assert row["operator"] in ("", "r"), row["model"]


def test_every_record_of_a_company_has_its_rule(registry):
    assert [model for model, has_rule in registry["rules"].items() if has_rule is False] == []


def test_every_method_for_callers_is_in_the_table(registry):
    listed = {row["method"]: row["addon"] for row in source.read_table("methods")}
    assert {name: what["addon"] for name, what in registry["methods"].items()} == listed


def test_every_use_of_the_superusers_rights_has_its_reason():
    rows = source.read_table("sudo")
    listed = {(row["file"], row["method"]): int(row["times"]) for row in rows}
    assert source.find_sudo() == listed
    assert all(row["reason"] for row in rows)


def test_sql_is_fixed_text_and_parameters():
    assert source.find_unsafe_sql() == []


def test_the_check_of_parameters_is_the_same_in_both_addons():
    """`mes_pull` and `mes_quality` never import each other."""
    pull, quality = ((ADDONS / name / "tools" / "parameters.py").read_text() for name in ("mes_pull", "mes_quality"))
    assert pull == quality
