"""Nobody changes, sees or breaks by a call or by a text what his role does not open to him.

1. Every public method of ours and every override, called by every role with records of its own company, of another one,
   with ids that are none and with garbage in each parameter: no error of the server in our code, nothing committed for
   who may not (`security/methods.csv`), nothing of the other company told. Odoo's own refusal of several records where
   one is meant is let pass.
2. The same with every key forged that our code reads from the context, and a list of attacks on the limits with them.
3. Text with script in every field, shown in all our screens and reports: it is never run, and never becomes an element.

A short run draws some methods and pages; the seed says which.
"""

import json

import _inside
import _world
from mes_cli import browser, databases
from mes_cli.paths import ROOT
from mes_cli.say import step

HERE = ROOT / "tests" / "security"
DATABASE = "mes_campaign_security"
METHODS, PAGES, CALLS = 25, 12, 3  # of a short run


def run(campaign):
    """Run the campaign; what it finds is noted in it."""
    world, facts, callers = _world.ensure(campaign)
    databases.clone(campaign.ready, world, DATABASE)
    methods = draw_methods(campaign, facts)
    for forged in (False, True):
        title = "with a forged context" if forged else "by every role"
        most = CALLS if campaign.short else 8
        with step(f"{len(methods)} methods called {title}"):
            found = inside(
                campaign, "calls", "check", facts={**facts, "methods": methods}, world=callers, most=most, forged=forged
            )
        report(campaign, found, title)
    with step("attacks on limits with a forged context"):
        for line in inside(campaign, "attacks", "attack", world=callers):
            campaign.check(False, line)
    databases.clone(campaign.ready, world, DATABASE)
    check_screens(campaign)
    databases.drop(campaign.ready, DATABASE)


def inside(campaign, module, function, **given):
    return _inside.call(campaign, "security", module, function, database=DATABASE, seed=campaign.seed, **given)


def draw_methods(campaign, facts):
    names = sorted(facts["methods"])
    if campaign.short:
        names = sorted(campaign.random.sample(names, METHODS))
    return {name: facts["methods"][name] for name in names}


def report(campaign, found, title):
    """Note what was found, each kind of each method once; what it was called with stays in the folder."""
    (campaign.folder / f"calls {title}.json").write_text(json.dumps(found, indent=1))
    for kind, cases in found["wrong"].items():
        for name in sorted({case["name"] for case in cases}):
            roles = sorted({f"{case['role']} ({case['place']})" for case in cases if case["name"] == name})
            campaign.check(False, f"{title}: {name}: {kind}, called by {', '.join(roles)}")


def check_screens(campaign):
    out = campaign.folder / "poison.json"
    with step("text with script in every field"):
        campaign.ready.run_script(DATABASE, (HERE / "poison.py").read_text(), "the texts", MES_OUT=str(out))
    pages = json.loads(out.read_text())["pages"]
    if campaign.short:
        pages = campaign.random.sample(pages, PAGES)
    with step(f"{len(pages)} pages looked at"):
        found = inside(campaign, "browse", "check", chromium=str(browser.ensure_browser()), pages=pages)
    for line in found:
        campaign.check(False, line)
