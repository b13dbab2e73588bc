"""The guides in `docs/` are true: their examples run and print what stands there, their links and names exist."""

import configparser
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import guides
import polib
import pytest
from guide_factory import GuideFactory
from mes_cli import databases, paths, processes, setup
from support import Json2, Server, create_key

pytestmark = pytest.mark.slow

_SHELL = """
import contextlib, io, json, os, pathlib, traceback

printed = []
for text in json.loads(pathlib.Path(os.environ["GUIDE_BLOCKS"]).read_text()):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(text, "guide", "exec"), {"env": env})
        except BaseException:
            traceback.print_exc(file=out)
    printed.append(out.getvalue())
pathlib.Path(os.environ["GUIDE_PRINTED"]).write_text(json.dumps(printed))
"""


class Outside:
    """An outside program's machine: the guide's files in a folder, its settings in the environment."""

    def __init__(self, server, folder, key, admin_key) -> None:
        self.server, self.folder = server, folder
        guides.write_files("integrator.md", folder)
        settings = {"MES_URL": server.url, "MES_DB": server.database, "MES_KEY": key, "MES_ADMIN_KEY": admin_key}
        self.env = {**os.environ, **settings, "MES_PAUSE": "0.2", "no_proxy": "*", "PYTHONPATH": str(folder)}
        self.env["PYTHONDONTWRITEBYTECODE"] = "1"

    def start(self, *command, **options) -> subprocess.Popen:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, **options}
        return subprocess.Popen(command, cwd=self.folder, env=self.env, **options)

    def run(self, language: str, text: str) -> str:
        if language == "sh" and not shutil.which("curl"):
            return self.run("python", self.translate(text))
        process = self.start(*(("sh", "-c") if language == "sh" else (sys.executable, "-c")), text)
        printed, _errors = process.communicate(timeout=120)
        return printed

    @staticmethod
    def translate(command: str) -> str:
        """Return a curl command as Python, for machines without curl: the examples build on each other."""
        model, method = re.search(r"/json/2/([\w.]+)/(\w+)", command).groups()
        data = re.search(r"--data '(.*?)'", command, re.DOTALL)[1]
        return f"import json, mes\nprint(json.dumps(mes.call({model!r}, {method!r}, **json.loads({data!r}))))"


@pytest.fixture(scope="module")
def plant(ready, template_db, tmp_path_factory):
    """A started server with the factory and the sample addon, and an outside program's machine."""
    database = databases.clone(ready, template_db, f"mes_t_{uuid.uuid4().hex[:8]}")
    folder = tmp_path_factory.mktemp("guides")
    guides.write_files("developer.md", folder / "addons")
    config = configparser.ConfigParser()
    config.read(setup.CONFIG)
    path = f"{config['options']['addons_path']},{folder / 'addons'}"
    options = ["-d", database, "-i", "mes_sample,base_automation", "--stop-after-init", "--no-http"]
    ready.run_odoo([*options, f"--addons-path={path}", "--log-level=warn"], setup.LOGS / "guides.log", "samples")
    server = Server(ready, database, 0, {"addons_path": path})
    server.start()
    admin = create_key(ready, database, "admin")
    factory = GuideFactory(Json2(server, admin))
    factory.make_program("program")
    server.outside = Outside(server, folder, create_key(ready, database, "program"), admin)
    server.client, server.factory, server.addons_path = factory.client, factory, path
    yield server
    server.kill()
    databases.drop(ready, database)


@pytest.fixture(scope="module")
def hook(plant):
    """An address that takes webhooks; what came is in its ``heard``."""
    heard = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer((processes.LOOPBACK, 0), Receiver)
    server.heard = heard
    threading.Thread(target=server.serve_forever, daemon=True).start()
    plant.outside.env["MES_HOOK"] = f"http://{processes.LOOPBACK}:{server.server_port}/holds"
    yield server
    server.shutdown()


def wait_for(wanted, patience: float = 30):
    limit = time.monotonic() + patience
    while not wanted():
        assert time.monotonic() < limit
        time.sleep(0.1)


# -- examples ---------------------------------------------------------------------------------------------------------


def test_the_blocks_of_the_developers_guide_print_what_stands_there(ready, plant, tmp_path):
    """Before the integrator's: they commit nothing."""
    examples = guides.read_examples("developer.md", "shell")
    blocks, printed = tmp_path / "blocks.json", tmp_path / "printed.json"
    blocks.write_text(json.dumps([example.text for example in examples]))
    options = ["-d", plant.database, "--no-http", "--log-level=warn", f"--addons-path={plant.addons_path}"]
    env = {**ready.env(), "GUIDE_BLOCKS": str(blocks), "GUIDE_PRINTED": str(printed)}
    done = subprocess.run(
        ready.odoo_command("shell", *options), input=_SHELL, env=env, capture_output=True, text=True, check=False
    )
    assert printed.exists(), done.stderr[-3000:]
    assert len(examples) > 5
    for example, text in zip(examples, json.loads(printed.read_text()), strict=True):
        assert guides.matches(example.output, text), f"{example.text}\nprints\n{text}"


def test_the_examples_of_the_integrators_guide_print_what_stands_there(plant, hook):
    examples = guides.read_examples("integrator.md", "example")
    assert len(examples) > 7
    for example in examples:
        printed = plant.outside.run(example.language, example.text)
        assert guides.matches(example.output, printed), f"{example.text}\nprints\n{printed}"


def test_the_webhook_of_the_guide_tells_of_a_new_hold(plant, hook):
    if not plant.client("base.automation", "search_count", domain=[["name", "=", "New holds"]]):
        example = next(one for one in guides.read_examples("integrator.md", "example") if "MES_HOOK" in one.text)
        plant.outside.run(example.language, example.text)
    lot = plant.factory.make("stock.lot", name="TOLD", product_id=plant.factory.axle)
    plant.client("stock.lot", "action_mes_hold", ids=[lot], reason="Rust")
    wait_for(lambda: hook.heard)
    told = hook.heard[0]
    assert (told["_model"], told["lot_id"], told["reason"]) == ("mes.quality.hold", lot, "Rust")


def test_the_gateway_of_the_guide_loses_nothing_and_books_each_passage_once(plant):
    """The server is away while two containers pass, one of them seen twice; then it is back, and the gateway again."""
    outside = plant.outside
    cards = [f"KB{plant.factory.loop:05d}-{number:03d}" for number in (8, 9)]
    tags = [card.encode().hex() for card in (cards[0], cards[0], cards[1])]
    domain = [["card_id.name", "in", cards]]
    plant.kill()
    gateway = outside.start(sys.executable, "gateway.py", stdin=subprocess.PIPE)
    gateway.stdin.write("\n".join([*tags, "no tag", ""]))
    gateway.stdin.flush()
    queue = outside.folder / "scans.db"
    wait_for(lambda: queue.exists() and count_rows(queue) == 2)
    gateway.kill()  # a power cut, with two scans on its disk
    gateway.communicate()
    plant.start()
    printed, _errors = outside.start(sys.executable, "gateway.py", stdin=subprocess.DEVNULL).communicate(timeout=60)
    assert [line.split()[:2] for line in printed.splitlines()] == [["ok", card] for card in cards], printed
    assert plant.client("mes.pull.withdrawal", "search_count", domain=domain) == 2
    assert count_rows(queue) == 0


def count_rows(path) -> int:
    try:
        with sqlite3.connect(path) as store:
            return store.execute("SELECT count(*) FROM scan").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


# -- links and names --------------------------------------------------------------------------------------------------

PAGES = sorted(path.relative_to(guides.DOCS).as_posix() for path in guides.DOCS.rglob("*.md"))
GUIDES = [link for link in guides.read_links((guides.DOCS / "README.md").read_text()) if "/" not in link]
PAGES_WITH_CODE = ["administrator.md", "developer.md", "integrator.md"]
# Names of Odoo and of other programs that the guides speak of.
FOREIGN = {"base_automation", "db_replica_host", "addons_path", "write_date", "create"}
# Names that a reader of the guide gives himself.
OWN = {"mes_sample", "mes.py", "common.py", "alert_<reason>"}


@pytest.fixture(scope="module")
def menus(plant):
    """All menus, Odoo's own included, as the guides write them."""
    domain = [["id", "!=", 0]]
    rows = plant.client(
        "ir.ui.menu", "search_read", domain=domain, fields=["complete_name"], context={"ir.ui.menu.full_list": True}
    )
    return {row["complete_name"].replace("/", " > ") for row in rows}


@pytest.fixture(scope="module")
def screen_words(plant):
    """What the screens of the addons say, and the names of applications and roles."""
    words = set()
    for pot in paths.ADDONS.glob("*/i18n/*.pot"):
        words |= {entry.msgid.strip() for entry in polib.pofile(str(pot))}
    groups = plant.client("res.groups", "search_read", domain=[], fields=["full_name"])
    words |= {row["full_name"].replace(" / ", ": ") for row in groups}
    apps = plant.client("ir.module.module", "search_read", domain=[["application", "=", True]], fields=["shortdesc"])
    return words | {row["shortdesc"] for row in apps} | ODOO_WORDS


# Buttons and states of Odoo's own screens.
ODOO_WORDS = {"Automation Rules", "To Approve", "Upgrade", "Update Apps List"}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in guides.read_links((guides.DOCS / page).read_text()):
        if link.startswith("http"):
            continue
        name, _hash, anchor = link.partition("#")
        target = (guides.DOCS / page).parent / name if name else guides.DOCS / page
        assert target.exists(), link
        assert not anchor or anchor in guides.read_anchors(target.read_text()), link


@pytest.mark.parametrize("folder", [guides.DOCS, guides.DOCS / "zh-CN"])
def test_every_page_is_found_from_another_one(folder):
    linked = {(folder / link).resolve() for page in folder.glob("*.md") for link in guides.read_links(page.read_text())}
    assert {page for page in folder.glob("*.md") if page.name != "README.md"} <= linked


def test_menus_and_words_of_the_screen_are_those_of_the_screen(menus, screen_words):
    unknown = []
    for page in GUIDES:
        words = guides.read_screen_words((guides.DOCS / page).read_text())
        unknown += [f"{page}: {word}" for word in words if word not in (menus if " > " in word else screen_words)]
    assert not unknown


def test_names_in_code_are_those_of_the_code():
    """Models, methods, fields and files that the guides name in backticks."""
    source = read_source()
    unknown = []
    for page in PAGES_WITH_CODE:
        names = set(guides.read_names((guides.DOCS / page).read_text())) - FOREIGN - OWN
        unknown += [f"{page}: {name}" for name in names if not is_known(name, source)]
    assert not unknown


def is_known(name, source) -> bool:
    if "/" in name or name.endswith((".py", ".md")):
        patterns = ("{}", "docs/{}", "addons/*/{}", "addons/*/models/{}")
        return any(any(paths.ROOT.glob(pattern.format(name.rstrip("/")))) for pattern in patterns)
    stem = name.split("<")[0].split("(")[0]  # `_apply_<route>()`: there are methods that begin so
    return re.search(rf"\b{re.escape(stem)}" + ("" if stem != name else r"\b"), source) is not None


def read_source() -> str:
    files = [file for kind in ("py", "xml", "js", "csv") for file in paths.ADDONS.rglob(f"*.{kind}")]
    files += [*(paths.ROOT / "tools").rglob("*.py"), *(paths.ROOT / "docker").rglob("*")]
    return "\n".join(file.read_text() for file in files if file.is_file())
