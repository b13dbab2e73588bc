"""Runs in Odoo's shell (with `env`): what the installed addons open to whom, described in a JSON file.

`roles`: the groups of each; `access`: model → role → letters of create, read, write and delete, of every model of ours
and of each of Odoo's on which an addon of ours grants a right; `rules`: model → whether a rule of each company's own
stands on it (None: it has no company); `methods`: model.method → what any caller from outside may call and an addon of
ours has written, or overridden.
"""

import inspect
import json
import os
import pathlib

from odoo.tests import new_test_user

ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "stock": "stock.group_stock_user",
    "mrp": "mrp.group_mrp_user",
    "purchase": "purchase.group_purchase_user",
    "sale": "sales_team.group_sale_salesman",
    "invoice": "account.group_account_invoice",
    "operator": "mes_pull.mes_pull_group_operator",
    "planner": "mes_pull.mes_pull_group_planner",
    "pull_manager": "mes_pull.mes_pull_group_manager",
    "inspector": "mes_quality.mes_quality_group_user",
    "engineer": "mes_quality.mes_quality_group_engineer",
    "quality_manager": "mes_quality.mes_quality_group_manager",
    "aging": "mes_aging.mes_aging_group_user",
    "aging_manager": "mes_aging.mes_aging_group_manager",
    "system": "base.group_system",
}
LETTERS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}
OURS = ("mes_pull", "mes_quality", "mes_aging")

env = env  # noqa: F821 - what the shell provides


def module_of(thing):
    parts = thing.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else ""


def rights(user):
    """Return model → letters, as Odoo's own check says."""
    check = env["ir.model.access"].with_user(user)
    return {
        name: "".join(k for k, mode in LETTERS.items() if check.check(name, mode, raise_exception=False))
        for name in granted
    }


def company_rule(name):
    model = env[name]
    if "company_id" not in model._fields or model._abstract or model._transient:
        return None
    rules = env["ir.rule"].sudo().search([("model_id.model", "=", name), ("groups", "=", False)])
    return any("company_ids" in (rule.domain_force or "") for rule in rules)


def public_methods(model):
    """Return name → (the addons of ours that write it, whether Odoo has it, too, its parameters)."""
    found = {}
    for name in dir(type(model)):
        if name.startswith("_"):
            continue
        written = [cls.__dict__[name] for cls in type(model).mro() if name in cls.__dict__]
        written = [one.__func__ if isinstance(one, (classmethod, staticmethod)) else one for one in written]
        functions = [one for one in written if inspect.isfunction(one)]
        ours = sorted({module_of(one) for one in functions} & set(OURS))
        if ours and not any(getattr(one, "_api_private", False) for one in functions):
            first = functions[-1] if len(functions) > 1 else functions[0]
            found[name] = {
                "addon": ours[0],
                "override": any(module_of(one) not in OURS for one in functions),
                "parameters": [p for p in inspect.signature(first).parameters if p not in ("self", "cls")],
                "model": any(getattr(one, "_api_model", False) for one in functions),
                "readonly": any(getattr(one, "_readonly", False) for one in functions),
            }
    return found


known = env["ir.model.data"].sudo().search([("module", "in", OURS), ("model", "=", "ir.model.access")])
granted = {access.model_id.model for access in env["ir.model.access"].sudo().browse(known.mapped("res_id"))}
granted |= {name for name in env if name.startswith("mes.") and not env[name]._abstract}
users = {role: new_test_user(env, f"mes_right_{role}", group) for role, group in ROLES.items()}
by_role = {role: rights(user) for role, user in users.items()}
found = {
    "roles": ROLES,
    "access": {name: {role: by_role[role][name] for role in ROLES} for name in sorted(granted)},
    "rules": {name: company_rule(name) for name in sorted(granted) if name.startswith("mes.")},
    "methods": {f"{name}.{method}": what for name in sorted(env) for method, what in public_methods(env[name]).items()},
}
env.cr.rollback()
pathlib.Path(os.environ["MES_OUT"]).write_text(json.dumps(found, indent=1))
