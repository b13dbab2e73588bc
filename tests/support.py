"""A really started Odoo, its JSON-2 client and a person's log-in, for the tests beside it."""

import json
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from mes_cli import databases, noise, processes, setup

REPORTS: list[str] = []  # lines for the end of the run
_KEYS: dict[tuple[str, str], str] = {}
_INSERT_KEY = """
    INSERT INTO res_users_apikeys (name, user_id, scope, expiration_date, key, index)
    SELECT 'tests', id, 'rpc', now() AT TIME ZONE 'utc' + interval '1 day', '{key}', '{index}'
      FROM res_users WHERE login = '{login}' RETURNING id
"""


def create_key(ready: setup.Setup, database: str, login: str) -> str:
    """An API key of a user; made once in a database and known in its clones."""
    admin = next((key for (_database, name), key in _KEYS.items() if name == login == "admin"), None)
    known = _KEYS.get((database, login)) or admin
    if known:
        return known
    from passlib.context import CryptContext  # campaigns run without it, in the Python that started them

    # as Odoo's own `_generate`; a shell for each key would take longer than most tests
    hashed = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=6000).hash
    key = secrets.token_hex(20)
    statement = _INSERT_KEY.format(key=hashed(key), index=key[:8], login=login)
    assert databases.query(ready, statement, database), f"there is no user {login}"
    _KEYS[database, login] = key
    return key


class Server:
    """An Odoo on a free loopback port and a database of its own.

    With `workers` above 0 the websocket is on `gevent_port`.
    `options` become command line options: `max_cron_threads=0` → `--max-cron-threads=0`.
    """

    def __init__(self, ready: setup.Setup, database: str, workers: int, options: dict) -> None:
        self.ready = ready
        self.database = database
        self.workers = workers
        self.options = {"max_cron_threads": 0, **options}
        self.port, self.gevent_port = processes.free_port(), processes.free_port()
        self.url = f"http://{processes.LOOPBACK}:{self.port}"
        self.log = setup.LOGS / f"server-{database}.log"
        self.process: subprocess.Popen | None = None

    def launch(self) -> None:
        """Start it, without waiting. Also after `kill()`."""
        arguments = ["-d", self.database, "--db-filter", f"^{self.database}$"]
        arguments += ["--http-port", str(self.port), "--gevent-port", str(self.gevent_port)]
        arguments += ["--http-interface", processes.LOOPBACK, "--workers", str(self.workers)]
        for key, value in self.options.items():
            name = key if key.startswith("db_") else key.replace("_", "-")  # as Odoo writes them
            arguments.append(f"--{name}={value}")
        with self.log.open("a") as out:
            self.process = subprocess.Popen(
                self.ready.odoo_command(*arguments),
                env=self.ready.env(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, patience: float = 120) -> None:
        """Start, and wait until it answers."""
        self.launch()
        limit = time.monotonic() + patience
        while not processes.answers(f"{self.url}/web/login"):
            if self.process.poll() is not None or time.monotonic() > limit:
                raise AssertionError(f"Odoo doesn't serve:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once with all its workers, as a power cut would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait()

    def worker_pids(self) -> list[int]:
        """Process ids of the workers (prefork only)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def log_problems(self) -> list[str]:
        """Warnings and errors of its log that aren't known and foreign."""
        return noise.problems(self.log.read_text(errors="replace"))


class Json2Error(Exception):
    """An answer with an error status: `status`, and `body` as Odoo gives it."""

    def __init__(self, status: int, body) -> None:
        super().__init__(f"{status}: {str(body)[:500]}")
        self.status = status
        self.body = body


class Json2:
    """Calls /json/2/<model>/<method> as an outside program does."""

    def __init__(self, server: Server, key: str) -> None:
        self.url = server.url
        self.headers = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json; charset=utf-8",
            "X-Odoo-Database": server.database,
        }

    def __call__(self, model: str, method: str, ids: list[int] | None = None, timeout: float = 60, **arguments):
        """:raise Json2Error: any status but 2xx"""
        body = {**arguments, "ids": ids} if ids is not None else arguments
        url = f"{self.url}/json/2/{model}/{method}"
        request = urllib.request.Request(url, json.dumps(body).encode(), self.headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise Json2Error(error.code, parse(text)) from None


def parse(text: str):
    try:
        return json.loads(text)
    except ValueError:
        return text


def log_in(page, server: Server, login: str = "admin", password: str | None = None) -> None:
    """Log a person in, in a Playwright page."""
    page.goto(f"{server.url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password or login)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_web_client", timeout=60_000)
