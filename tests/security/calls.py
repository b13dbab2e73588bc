"""Calls every public method of ours as every role over JSON-2, and watches what the database keeps of it.

Run beside a started Odoo that serves nobody else; all is described in a JSON file: what was answered by an error of the
server, what was committed for whom in which tables, and where the mark of another company was shown.
"""

import json
import math
import random
import urllib.error
import urllib.request

import psycopg2
import source
from mes_cli import setup
from support import Server

MARK = "ZQX"
NOBODY = 2**31 - 2
GARBAGE = [None, True, -1, 0, 10**12, 1.5, math.nan, math.inf, -math.inf, "", "x", "a\x00b", "9" * 400, "<script>"]
GARBAGE += [[], [[]], {}, {"a": 1}, ["x"], [None], "\ud800", "2026-02-30", "\u202e\u0661"]
USUAL = {
    "barcode": "CARD-1",
    "confirm_key": "key",
    "date": "2026-11-26",
    "days": [3, 30],
    "decision": "passed",
    "default": {},
    "domain": [],
    "fields": ["name"],
    "figure": "on_hand",
    "force": False,
    "key": "key",
    "kind": "short",
    "level": "held",
    "limit": 20,
    "location_ids": [],
    "note": "note",
    "offset": 0,
    "order": "product",
    "quantity": 1,
    "reason": "because",
    "rejected_qty": 1,
    "results": [],
    "scan_key": "key",
    "scans": [{"barcode": "CARD-1", "scan_key": "bulk"}],
    "since": 0,
    "status": "all",
    "until": "2099-01-01",
    "vals": {},
    "vals_list": [{}],
}
REFERS = {  # parameters that name a record
    "buyer_id": "res.users",
    "call_id": "mes.pull.call",
    "inspection_id": "mes.quality.inspection",
    "location_dest_id": "stock.location",
    "location_id": "stock.location",
    "loop_id": "mes.pull.loop",
    "loss_id": "mes.pull.slot",
    "lot_id": "stock.lot",
    "lot_ids": "stock.lot",
    "operator_id": "res.users",
    "product_id": "product.product",
    "production_id": "mrp.production",
    "production_ids": "mrp.production",
    "reason_id": "mes.quality.reason",
    "warehouse_id": "stock.warehouse",
    "withdrawal_id": "mes.pull.withdrawal",
    "workcenter_id": "mrp.workcenter",
    "workcenter_ids": "mrp.workcenter",
}


# Wizards are of who opens them: model → (what it is opened on, what is typed).
WIZARDS = {
    "mes.aging.alert.export": ("", {}),
    "mes.aging.override.wizard": ("purchase.order", {"reason": "because"}),
    "mes.aging.snooze": ("mes.aging.alert", {"until": "2099-01-01", "reason": "because"}),
    "mes.pull.card.audit": ("", {}),
    "mes.pull.demo.load": ("", {}),
    "mes.pull.level.wizard": ("mrp.production", {}),
    "mes.pull.override.wizard": ("mrp.production", {"reason": "because"}),
    "mes.pull.overtime.wizard": ("mrp.workcenter", {"reason": "because"}),
    "mes.pull.pause.wizard": ("mrp.production", {"reason": "because"}),
    "mes.pull.plan.wizard": ("mrp.production", {}),
    "mes.quality.decide": ("mes.quality.inspection", {"reason": "because"}),
    "mes.quality.disposition.wizard": ("mes.quality.disposition", {"reason": "because"}),
    "mes.quality.hold.wizard": ("stock.lot", {"reason": "because"}),
    "mes.quality.lift.wizard": ("mes.quality.hold", {"reason": "because"}),
}


class Watch:
    """What is committed, seen from outside: a transaction that writes takes a number, and PostgreSQL knows its end."""

    def __init__(self, database):
        self.cursor = psycopg2.connect(dbname=database)
        self.cursor.autocommit = True
        self.cursor = self.cursor.cursor()
        self.tables = [name for (name,) in self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        owned = "SELECT table_name FROM information_schema.columns WHERE column_name = 'company_id'"
        self.owned = sorted({name for (name,) in self.ask(owned)} & set(self.tables))

    def ask(self, statement, *values):
        self.cursor.execute(statement, values)
        return self.cursor.fetchall()

    def now(self):
        return int(self.ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")[0][0])

    def committed(self, since):
        """Numbers of the transactions that began since and were committed."""
        asked = "SELECT x FROM generate_series(%s, %s) x WHERE pg_xact_status(x::text::xid8) = 'committed'"
        return [number for (number,) in self.ask(asked, since, self.now() - 1)]

    def touched(self, numbers, company=None):
        """Return table → how many rows these transactions have created or changed; only of a company if given."""
        asked = [str(number % 2**32) for number in numbers]
        owned = f" AND company_id = {company:d}" if company else ""
        tables = self.owned if company else self.tables
        union = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM \"{name}\" WHERE xmin::text = ANY(%s){owned}" for name in tables
        )
        return {name: count for name, count in self.ask(union, *[asked] * len(tables)) if count}


class Caller:
    """Calls /json/2 with whatever body, and returns what comes back whatever it is."""

    def __init__(self, server):
        self.url, self.database = server["url"], server["database"]
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __call__(self, key, model, method, body):
        """Return the status and what was answered."""
        headers = {"Content-Type": "application/json; charset=utf-8", "X-Odoo-Database": self.database}
        if key:
            headers["Authorization"] = f"bearer {key}"
        url = f"{self.url}/json/2/{model}/{method}"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def open_wizard(caller, key, model, world):
    """Return the id of a wizard that this person has opened on the factory's records; [] when it may not."""
    opened, typed = WIZARDS[model]
    context = {"active_model": opened, "active_ids": world["ids"].get(opened, [])[:2]}
    context["active_id"] = (context["active_ids"] or [False])[0]
    status, text = caller(key, model, "create", {"vals_list": [typed], "context": context})
    return json.loads(text) if status == 200 else []


def usual(name, world, draw):
    if name == "barcode":
        return draw.choice(world["barcodes"])
    if name in REFERS:
        ids = world["ids"].get(REFERS[name]) or [1]
        return draw.sample(ids, min(2, len(ids))) if name.endswith("_ids") else draw.choice(ids)
    return USUAL.get(name, "x")


def bodies(ids, what, world, draw, context):
    """Yield (kind, body): with what is usual, and with garbage in one place each."""
    first = {} if what["model"] else {"ids": [draw.choice(ids)]}
    plain = {name: usual(name, world, draw) for name in what["parameters"]}
    more = {"context": context} if context else {}
    yield "usual", {**first, **plain, **more}
    if not what["model"]:
        for wrong in ([], [NOBODY], [-1], [ids[0], NOBODY]):
            yield "ids", {"ids": wrong, **plain, **more}
    for name in what["parameters"]:
        for value in draw.sample(GARBAGE, len(GARBAGE)):
            yield "garbage", {**first, **plain, name: value, **more}


def is_ours(text):
    """Whether code of ours (more than a call of Odoo's own method) stands in a traceback."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if "/addons/mes_" in line:
            code = lines[number + 1] if number + 1 < len(lines) else ""
            if "super(" not in code:
                return True
    return False


class Round:
    """One round of calls and what it found: `errors` of the server, what was committed (`writes`), `leaks`."""

    def __init__(self, server, facts, world, seed):
        self.facts, self.world, self.draw = facts, world, random.Random(seed)
        self.call, self.watch = Caller(server), Watch(server["database"])
        self.found = {"calls": 0, "statuses": {}, "errors": [], "writes": [], "leaks": []}
        self.known = set()

    def run(self, most=None, context=None, wanted=lambda name, place, role: True):
        """Call each method as each role; at most ``most`` times, those with usual parameters always."""
        for name, what in self.facts["methods"].items():
            for place, keys in self.world["keys"].items():
                for role, key in keys.items():
                    if wanted(name, place, role):
                        self.call_method(name, what, place, role, key, most, context)
        return self.found

    def call_method(self, name, what, place, role, key, most, context):
        model, _dot, method = name.rpartition(".")
        ids = open_wizard(self.call, key, model, self.world) if model in WIZARDS else self.world["ids"].get(model)
        chosen = list(bodies(ids or [1], what, self.world, self.draw, context))
        if most and len(chosen) > most:
            chosen = chosen[:1] + self.draw.sample(chosen[1:], most - 1)
        for kind, body in chosen:
            since = self.watch.now()
            status, text = self.call(key, model, method, body)
            case = {"name": name, "place": place, "role": role, "kind": kind, "body": repr(body)[:300]}
            self.judge({**case, "status": status}, text, since)

    def judge(self, case, text, since):
        status, key = case["status"], (case["name"], case["place"], case["role"])
        self.found["calls"] += 1
        self.found["statuses"][status] = self.found["statuses"].get(status, 0) + 1
        if status >= 500:
            told = read_debug(text)
            self.found["errors"].append({**case, "ours": is_ours(told), "text": told[-1500:]})
        if case["place"] == "there" and MARK in text and MARK not in case["body"]:
            self.found["leaks"].append({**case, "text": text[max(0, text.find(MARK) - 150) :][:400]})
        numbers = [] if key in self.known else self.watch.committed(since)  # who may is told once: it takes a while
        of_company = self.world["company"] if case["place"] == "there" else None
        touched = self.watch.touched(numbers, of_company) if numbers else {}
        if touched:
            self.known.add(key)
            self.found["writes"].append({**case, "touched": touched})


def read_debug(text):
    """Return the traceback that Odoo answers an error with."""
    try:
        answer = json.loads(text)
        return str(answer.get("debug") or answer)
    except (ValueError, AttributeError):
        return text


# What the campaign asks

LETTERS = {"create": "c", "write": "w", "unlink": "d"}
# Odoo's own keys that open something there; the others that our code reads change only what is shown.
OPENING = ["do_not_unreserve", "force_date", "inventory_mode", "no_procurement", "skip_consumption", "skip_mo_check"]
OPENING += ["sale_write_from_compute", "skip_backorder", "skip_immediate", "strict"]


def forge(draw):
    """Return a context with every key of ours that the code reads, and those of Odoo's that open something."""
    ours = sorted(key for key in source.find_context_keys() if "mes_" in key)
    context = {key: draw.choice([True, 1, "x", [1], {"a": 1}]) for key in ours if not key.startswith("default_")}
    return {**context, **dict.fromkeys(OPENING, True)}


def check(database, seed, facts, world, most, forged):
    """Return {"calls", "wrong": {what: cases}} of one round on a server of its own."""
    server = start(database)
    try:
        tested = Round({"url": server.url, "database": database}, facts, world, seed)
        found = tested.run(most, forge(tested.draw) if forged else None)
    finally:
        server.kill()
    allowed = {row["method"]: row["changes"].split() for row in source.read_table("methods")}
    return {
        "calls": found["calls"],
        "statuses": found["statuses"],
        "wrong": {
            "an error of the server": [case for case in found["errors"] if case["ours"] and not is_many(case)],
            "a change without the right": [case for case in found["writes"] if not may(case, allowed, facts["access"])],
            "another company is told": found["leaks"],
        },
    }


def start(database):
    ready = setup.Setup(setup.python_env.PYTHON, setup.odoo_source.ensure_odoo(), setup.postgres.Postgres())
    server = Server(ready, database, 0, {})
    server.start()
    return server


def is_many(case):
    """Whether Odoo itself refused: several records, or none, where a method is of one."""
    return "ValueError: Expected singleton" in case["text"]


def may(case, allowed, access):
    """Whether this role may change something by this method."""
    model, _dot, method = case["name"].rpartition(".")
    if case["place"] == "there":
        return False
    if "odoo" not in allowed[case["name"]]:
        return case["role"] in allowed[case["name"]]
    letters = access[model][case["role"]] if model in access else "cwd"
    return bool(set(LETTERS.get(method, "cwd")) & set(letters))
