"""Installing, updating and uninstalling the addons on a database with data changes no stock and loses nothing.

1. Each addon alone, all together, and (long) in every order, on a database with a past: no warning, Odoo's own rows of
   stock as they were, ages and origins known.
2. Updating twice: neither schema nor data differ after the second time.
3. Uninstalling each addon from a database with held stock, loops and cases: stock still moves, what was held can be
   found, nothing of the addon is left, and it can be installed again.
4. (long) Every release from the first on, with data, updates to the present one.
"""

import hashlib
import itertools
import json
import subprocess
from pathlib import Path

from mes_cli import addons, databases, noise
from mes_cli.paths import ROOT
from mes_cli.say import MesError, step

HERE = Path(__file__).parent
DATABASE = "mes_campaign"
PAST = f"{DATABASE}_past"
# Rows of Odoo that an addon must not touch when it comes or goes.
STOCK = {
    "quant": "SELECT id, product_id, location_id, lot_id, package_id, owner_id, quantity, reserved_quantity"
    " FROM stock_quant ORDER BY id",
    "move": "SELECT id, product_id, location_id, location_dest_id, state, product_uom_qty, quantity, picked"
    " FROM stock_move ORDER BY id",
    "line": "SELECT id, move_id, product_id, lot_id, location_id, location_dest_id, quantity, state, picked"
    " FROM stock_move_line ORDER BY id",
    "order": "SELECT id, state, product_qty, qty_producing FROM mrp_production ORDER BY id",
    "purchase": "SELECT id, state, amount_total FROM purchase_order ORDER BY id",
    "sale": "SELECT id, state, amount_total FROM sale_order ORDER BY id",
}
SCHEMA = """
    SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3
"""
LEFT = """
    SELECT 'xml id', module || '.' || name FROM ir_model_data WHERE module = '{0}'
    UNION ALL SELECT 'model', model FROM ir_model WHERE model LIKE '{1}.%'
    UNION ALL SELECT 'view', name FROM ir_ui_view WHERE arch_db::text LIKE '%{1}.%'
    UNION ALL SELECT 'cron', cron_name FROM ir_cron WHERE cron_name LIKE '%{1}%'
"""


def run(campaign):
    """Run the campaign; what it finds is noted in it."""
    ours = addons.our_addons()
    make_past(campaign)
    before = read_stock(campaign, PAST)
    for order in get_orders(campaign, ours):
        check_install(campaign, order, before)
    check_update(campaign, ours)
    for name in ours:
        check_uninstall(campaign, name, ours)
    if not campaign.short:
        for commit in get_releases():
            check_release(campaign, commit)
    for database in (DATABASE, PAST, f"{DATABASE}_update"):
        databases.drop(campaign.ready, database)


def get_orders(campaign, ours):
    """Return in which orders the addons are installed."""
    if campaign.short:
        return [tuple(ours)]
    return [*((name,) for name in ours), *itertools.permutations(ours)]


# What is done


def make_past(campaign):
    """Make a database with Odoo's own addons and some months of documents."""
    databases.clone(campaign.ready, databases.ensure_base(campaign.ready), PAST)
    with step("documents of the past"):
        run_script(campaign, PAST, "past")


def run_script(campaign, database, name):
    """Run one of the scripts beside this file in Odoo's shell; returns what it describes in JSON."""
    out = campaign.folder / f"{name}.json"
    campaign.ready.run_script(
        database,
        (HERE / f"_upgrade_{name}.py").read_text(),
        f"the script {name}",
        MES_OUT=str(out),
        MES_SEED=str(campaign.seed),
    )
    return json.loads(out.read_text()) if out.exists() else {}


def call_odoo(campaign, database, option, names, title, folder=None):
    """Install (``-i``) or update (``-u``) addons; a warning of ours is a finding."""
    log = campaign.folder / f"{title.replace(' ', '-')}.log"
    arguments = ["-d", database, option, ",".join(names), "--stop-after-init", "--no-http", "--without-demo"]
    if folder:
        paths = [str(folder), *map(str, campaign.ready.odoo.addons)]
        arguments.append(f"--addons-path={','.join(paths)}")
    with step(title):
        campaign.ready.run_odoo(arguments, log, title)
    for line in noise.problems_of(log):
        campaign.check(False, f"{title}: {line}")


def read_stock(campaign, database):
    """Return a digest of each kind of Odoo's rows."""
    return {name: digest(databases.query(campaign.ready, query, database)) for name, query in STOCK.items()}


def digest(rows):
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


# What must hold


def check_install(campaign, order, before):
    """Nothing of Odoo's changes when the addons come, and they know the past."""
    title = f"installing {' then '.join(order)}"
    databases.clone(campaign.ready, PAST, DATABASE)
    for name in order:
        call_odoo(campaign, DATABASE, "-i", [name], f"{title} - {name}")
    after = read_stock(campaign, DATABASE)
    for name, value in before.items():
        campaign.check(after[name] == value, f"{title}: rows of {name} have changed")
    check_known(campaign, title)


def check_known(campaign, title):
    """What the addons say of the past is what the documents say."""
    for what, holds in run_script(campaign, DATABASE, "known").items():
        campaign.check(holds, f"{title}: {what}")


def check_update(campaign, ours):
    """The second update changes nothing."""
    databases.clone(campaign.ready, PAST, DATABASE)
    call_odoo(campaign, DATABASE, "-i", ours, "installing all")
    with step("held stock, loops, cases"):
        run_script(campaign, DATABASE, "work")
    databases.clone(campaign.ready, DATABASE, f"{DATABASE}_update")
    call_odoo(campaign, DATABASE, "-u", ours, "updating once")
    schema, data = read_schema(campaign), read_data(campaign)
    call_odoo(campaign, DATABASE, "-u", ours, "updating twice")
    for row in set(map(tuple, schema)) ^ set(map(tuple, read_schema(campaign))):
        campaign.check(False, f"updating twice: the schema differs in {' '.join(row)}")
    again = read_data(campaign)
    for table in data.keys() | again.keys():
        campaign.check(data.get(table) == again.get(table), f"updating twice: rows of {table} differ")


def read_schema(campaign):
    return databases.query(campaign.ready, SCHEMA, DATABASE)


def read_data(campaign):
    """Return a digest of each table of ours and of Odoo's stock, without the columns that tell who wrote when."""
    query = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'mes\\_%' OR tablename LIKE 'stock\\_%'"
    found = {}
    for (table,) in databases.query(campaign.ready, query, DATABASE):
        content = f"SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM {table} t ORDER BY 1"
        found[table] = digest(databases.query(campaign.ready, content, DATABASE))
    return found


def check_uninstall(campaign, name, ours):
    """An addon goes without harm, and comes back."""
    databases.clone(campaign.ready, f"{DATABASE}_update", DATABASE)
    gone = [name] + [other for other in ours if name in addons.read_manifest(addons.ADDONS / other)["depends"]]
    script = f"env['ir.module.module'].search([('name', '=', '{name}')]).button_immediate_uninstall()"
    with step(f"uninstalling {name}"):
        try:
            campaign.ready.run_script(DATABASE, script, f"uninstalling {name}")
        except MesError as error:
            campaign.check(False, f"uninstalling {name}: {error}")
            return
    for one in gone:
        for kind, what in databases.query(campaign.ready, LEFT.format(one, one.replace("_", ".")), DATABASE):
            campaign.check(False, f"uninstalling {name}: {kind} {what} is left")
    for what, holds in run_script(campaign, DATABASE, "after").items():
        campaign.check(holds, f"uninstalling {name}: {what}")
    call_odoo(campaign, DATABASE, "-i", gone, f"installing {name} again")
    check_known(campaign, f"installing {name} again")


# Earlier releases


def get_releases():
    """Return the commits that end a release: those before a version in a manifest has changed, the oldest first."""
    command = ["git", "log", "--reverse", "--format=%H", "-G", '"version"', "--", "addons/*/__manifest__.py"]
    commits = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [f"{commit}~1" for commit in commits[1:]]


def check_release(campaign, commit):
    """A database of an earlier release, with data, updates to this one."""
    folder = campaign.folder / "release"
    subprocess.run(["git", "worktree", "add", "--force", "--detach", folder, commit], cwd=ROOT, check=True)
    try:
        ours = addons.our_addons(folder / "addons")
        databases.clone(campaign.ready, PAST, DATABASE)
        call_odoo(campaign, DATABASE, "-i", ours, f"release {commit[:9]}", folder / "addons")
        before = read_stock(campaign, DATABASE)
        call_odoo(campaign, DATABASE, "-u", ours, f"updating release {commit[:9]}")
        for name, value in read_stock(campaign, DATABASE).items():
            campaign.check(before[name] == value, f"updating release {commit[:9]}: rows of {name} have changed")
        check_known(campaign, f"updating release {commit[:9]}")
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", folder], cwd=ROOT, check=True)
