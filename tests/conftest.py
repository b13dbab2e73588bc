"""What the tests that cross addons can ask for.

They are plain pytest tests, run by `./mes test`, which sets these variables:

=================  ================================================================
MES_HOME           the ignored folder: environment, Odoo, database server, logs
MES_TEMPLATE       the database with all addons installed, without demo data
MES_CHROMIUM       the browser to use; missing where none could be had
PGHOST, PGUSER …   the database server; PostgreSQL's programs are on PATH
PYTHONPATH         makes `import odoo` work
=================  ================================================================

Fixtures:

`mes_home`      the ignored folder, a Path
`pg_env`        environment for PostgreSQL's clients
`ready`         the `Setup` of tools/mes_cli: run Odoo, its shell, clone databases
`template_db`   name of the database to clone, with an API key of the administrator
`fresh_db`      name of a clone of its own for this test, dropped after it
`make_db`       function that makes further clones
`odoo_server`   a really started Odoo on a clone of its own (workers=0)
`start_server`  function: start_server(workers=2, database=…, demo options) → server
`json2`         function: json2(server, login="admin") → client of /json/2
`chromium`      path of the browser (fails the test when there is none)
`page`          a Playwright page in a fresh browser context
"""

import os
import uuid
from pathlib import Path

import pytest
from mes_cli import databases, odoo_source, postgres, setup
from support import REPORTS, Json2, Server, create_key

collect_ignore = ["bench"]


@pytest.fixture(scope="session")
def mes_home() -> Path:
    if "MES_TEMPLATE" not in os.environ:
        pytest.fail("run the tests with ./mes test", pytrace=False)
    return Path(os.environ["MES_HOME"])


@pytest.fixture(scope="session")
def pg_env(ready) -> dict:
    return ready.pg.env()


@pytest.fixture(scope="session")
def ready(mes_home) -> setup.Setup:
    found = setup.Setup(setup.python_env.PYTHON, odoo_source.ensure_odoo(), postgres.Postgres())
    if os.environ.get("MES_CHROMIUM"):
        found.browser = Path(os.environ["MES_CHROMIUM"])
    return found


@pytest.fixture(scope="session")
def template_db(ready):
    name = databases.clone(ready, os.environ["MES_TEMPLATE"], f"mes_t_{uuid.uuid4().hex[:8]}")
    create_key(ready, name, "admin")
    yield name
    databases.drop(ready, name)


@pytest.fixture
def make_db(ready, template_db):
    made = []

    def make() -> str:
        made.append(databases.clone(ready, template_db, f"mes_t_{uuid.uuid4().hex[:8]}"))
        return made[-1]

    yield make
    for name in made:
        databases.drop(ready, name)


@pytest.fixture
def fresh_db(make_db) -> str:
    return make_db()


@pytest.fixture
def start_server(ready, make_db):
    started = []

    def start(workers: int = 0, database: str | None = None, **options) -> Server:
        server = Server(ready, database or make_db(), workers, options)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.kill()  # nothing to save: quicker than a graceful end


@pytest.fixture
def odoo_server(start_server) -> Server:
    return start_server()


@pytest.fixture
def json2(ready):
    def client(server: Server, login: str = "admin") -> Json2:
        return Json2(server, create_key(ready, server.database, login))

    return client


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("MES_CHROMIUM")
    if not path:
        pytest.fail("no browser: install Chromium (Debian: apt-get install chromium)", pytrace=False)
    return path


@pytest.fixture(scope="session")
def playwright_browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(playwright_browser):
    context = playwright_browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def pytest_sessionfinish(session):
    """Hand what is to be said at the end to the process that says it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["reports"] = REPORTS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    REPORTS.extend(getattr(node, "workeroutput", {}).get("reports", []))


def pytest_terminal_summary(terminalreporter):
    if REPORTS:
        terminalreporter.section("load")
        terminalreporter.write("\n".join([*REPORTS, ""]))
