"""Runs in Odoo's shell (with `env`): text with script in every field that people fill, and the pages that show it.

Written as a person or a program would where Odoo cleans what is written (HTML), else straight into the table: what a
screen shows it must not run, whoever wrote it.
"""

import json
import os
import pathlib

TEXT = """<img src=x onerror="window.mesXss=1;alert('xss')">"><script>alert('xss')</script>"""
OURS = ("mes_pull", "mes_quality", "mes_aging")
# Odoo's own names that our screens show.
NAMES = ["mrp.production", "mrp.workorder", "product.category", "product.template", "purchase.order", "res.partner"]
NAMES += ["resource.resource", "sale.order", "stock.location", "stock.lot", "stock.picking", "uom.uom"]

# Texts that are read by programs, checked when they are written: they are never shown as they are.
READ = ("mes_aging_buckets", "parent_path")

env = env(su=True)  # noqa: F821 - what the shell provides


def fields_of(model):
    """Yield the stored texts of a model: all of ours, and those of Odoo's that have a name or are ours."""
    ours = model._name.startswith("mes.")
    for name, field in model._fields.items():
        wanted = ours or name.startswith("mes_") or (name == "name" and model._name in NAMES)
        if (
            wanted
            and name not in READ
            and field.store
            and field.column_type
            and field.type in ("char", "text", "html")
            and not field.related
        ):
            yield field


def poison(model, field):
    """Write the text into this field of all records; the id keeps them different."""
    if field.type == "html":
        model.with_context(active_test=False).search([]).write({field.name: TEXT})
        return
    value = f"'{TEXT.replace(chr(39), chr(39) * 2)} ' || id"
    if field.translate:
        value = f"jsonb_build_object('en_US', {value})"
    env.cr.execute(f'UPDATE "{model._table}" SET "{field.name}" = {value}')


def pages():
    """Return the addresses of our screens: each view of each action, a record's form, reports as HTML."""
    known = env["ir.model.data"].search([("module", "in", OURS), ("model", "like", "ir.actions.%")])
    found = []
    for model, data in known.grouped("model").items():
        for action in env[model].browse(data.mapped("res_id")).exists():
            found += globals()[model.replace(".", "_")](action) if model.replace(".", "_") in globals() else []
    return found


def ir_actions_act_window(action):
    path, model = f"/odoo/action-{action.id}", env[action.res_model]
    if model._transient or action.target == "new":
        return []
    found = [f"{path}?view_type={mode}" for mode in action.view_mode.split(",") if mode != "form"]
    record = model.with_context(active_test=False).search([], limit=1, order="id desc") if not model._abstract else None
    return found + ([f"{path}/{record.id}"] if record and "form" in action.view_mode else [])


def ir_actions_client(action):
    return [f"/odoo/action-{action.id}"]


def ir_actions_report(action):
    record = env[action.model].search([], limit=1) if action.model in env else None
    return [f"/report/{kind}/{action.report_name}/{record.id}" for kind in ("html", "text")] if record else []


done = []
for name in sorted(env):
    model = env[name]
    if not model._abstract and not model._transient and model._auto:
        for field in fields_of(model):
            poison(model, field)
            done.append(f"{name}.{field.name}")
env.invalidate_all()
env["stock.location"].search([])._compute_complete_name()
env.flush_all()
env.cr.commit()
pathlib.Path(os.environ["MES_OUT"]).write_text(json.dumps({"fields": done, "pages": pages()}, indent=1))
