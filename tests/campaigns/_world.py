"""The demonstration factory in one company, with callers of every role: made once for each state of the addons."""

import json

from mes_cli import addons, databases, demo
from mes_cli.paths import HOME, ROOT
from mes_cli.say import step

HERE = ROOT / "tests" / "security"
PREFIX = "mes_world"
MARK = "ZQX"  # in every name of the factory


def ensure(campaign):
    """Return (database, facts, world): what `registry.py` and `world.py` tell of it. It is to be cloned."""
    ready = campaign.ready
    template = databases.ensure_template(ready)
    scripts = [(HERE / f"{name}.py").read_text() for name in ("registry", "world")]
    database = f"{PREFIX}_{addons.key_of(template, MARK, *scripts)}"
    facts, world = (HOME / f"{database}-{name}.json" for name in ("facts", "world"))
    if not databases.exists(ready, database):
        drop_older(ready)
        new = databases.clone(ready, template, f"{database}_new")
        world.touch(mode=0o600)  # there are keys in it
        with step("a factory to attack: the demonstration factory, and callers of every role"):
            ready.run_script(new, demo.LOAD_FACTORY, "the demonstration factory", MES_LANG="en_US")
            ready.run_script(new, scripts[0], "the registry", MES_OUT=str(facts))
            ready.run_script(new, scripts[1], "the callers", MES_FACTS=str(facts), MES_OUT=str(world), MES_MARK=MARK)
        databases.rename(ready, new, database)
    return database, json.loads(facts.read_text()), json.loads(world.read_text())


def drop_older(ready):
    databases.drop_older(ready, PREFIX, "")
    for file in HOME.glob(f"{PREFIX}_*.json"):
        file.unlink()
