"""The demonstration database: made once, updated when the addons change, in a language."""

from __future__ import annotations

import json

from . import addons, databases
from .paths import HOME, LOGS
from .say import step
from .setup import Setup

DATABASE = "mes_demo"
STATE = HOME / "demo.json"
SET_LANGUAGE = """
import os
code = os.environ["MES_LANG"]
languages = env["res.lang"].with_context(active_test=False).search([("code", "=", code)])
if not languages:
    raise SystemExit(f"Odoo knows no language {code}")
env["base.language.install"].create({"lang_ids": languages.ids}).lang_install()
env["ir.default"].set("res.partner", "lang", code)
users = env["res.users"].with_context(active_test=False).search([("share", "=", False)])
users.partner_id.lang = code
env.cr.commit()
"""

LOAD_FACTORY = """
import os
# by a person: Odoo takes the reordering rules of its own robot away each night
person = env["mes.pull.demo"].with_user(env.ref("base.user_admin")).sudo()
factory = person.with_context(lang=os.environ["MES_LANG"])
factory.action_load()
factory._load_passwords()
env.cr.commit()
"""


def read_state() -> dict:
    try:
        return json.loads(STATE.read_text())
    except (OSError, ValueError):
        return {}


def write_state(**changes) -> None:
    STATE.write_text(json.dumps({**read_state(), **changes}, indent=1))


def create(ready: Setup, lang: str | None = None) -> None:
    """Install the addons and load the demonstration factory; an interrupted one starts over.

    Odoo's own demonstration data stay out: the factory is all there is to see.
    """
    modules = addons.our_addons()
    base = databases.ensure_base(ready, demo=False)
    new = databases.clone(ready, base, f"{DATABASE}_new")
    with step(f"demonstration database: {', '.join(modules)}"):
        databases.install(ready, new, modules, False, LOGS / "demo-install.log")
    STATE.unlink(missing_ok=True)
    if lang:
        set_language(ready, lang, new)
    with step("demonstration factory: three weeks of history"):
        ready.run_script(new, LOAD_FACTORY, "the demonstration factory", MES_LANG=lang or "en_US")
    databases.rename(ready, new, DATABASE)
    write_state(modules=modules, key=addons.addons_key(modules))


def update(ready: Setup) -> None:
    """Bring the demonstration database to the addons as they are now."""
    modules = addons.our_addons()
    key = addons.addons_key(modules)
    state = read_state()
    if state.get("key") == key:
        return
    new = [name for name in modules if name not in state.get("modules", [])]
    old = [name for name in modules if name not in new]
    with step(f"demonstration factory: the addons changed, updating {', '.join(modules)}"):
        arguments = ["-d", DATABASE, "--stop-after-init", "--no-http"]
        arguments += ["-u", ",".join(old)] if old else []
        arguments += ["-i", ",".join(new)] if new else []
        ready.run_odoo(arguments, LOGS / "demo-update.log", "updating the addons")
    write_state(modules=modules, key=key)


def set_language(ready: Setup, code: str, database: str = DATABASE) -> None:
    """Load a language and give it to every user, and the factory's names in it."""
    if read_state().get("lang", "en_US") == code:
        return
    with step(f"language {code}"):
        ready.run_script(database, SET_LANGUAGE, f"language {code}", MES_LANG=code)
        if database == DATABASE:  # what is there is only translated; a new one is loaded in the language anyway
            ready.run_script(database, LOAD_FACTORY, f"language {code}", MES_LANG=code)
    write_state(lang=code)


def ensure(ready: Setup, reset: bool = False, lang: str | None = None) -> str:
    """The demonstration database, ready to serve."""
    if reset:
        with step("demonstration factory: dropping the old one"):
            databases.drop(ready, DATABASE)
    if databases.exists(ready, DATABASE):
        update(ready)
    else:
        create(ready, lang)
    if lang:
        set_language(ready, lang)
    return DATABASE
