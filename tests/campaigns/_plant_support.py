"""A really started Odoo on the plant of `_plant.py`, its clients, and what their work costs."""

import contextlib
import math
import os
import shutil
import statistics
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from load_support import Factory, Scan
from mes_cli import databases, noise
from mes_cli.say import note, step
from support import Json2Error, Server

HERE = Path(__file__).parent
DATABASE = "mes_campaign"
TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def making_plant(campaign, rounds=1):
    """The plant in a database of its own; a dump and PostgreSQL's log stay when something is found."""
    databases.clone(campaign.ready, databases.ensure_template(campaign.ready), DATABASE)
    os.environ["MES_ROUNDS"] = str(rounds)
    is_whole = False
    try:
        with step("the plant"):
            plant = Factory(campaign.ready, DATABASE, HERE / "_plant.py")
        yield plant
        is_whole = not campaign.findings
    finally:
        if not is_whole:
            keep(campaign)
        databases.drop(campaign.ready, DATABASE)


def keep(campaign):
    """Leave what helps to find the cause with the campaign."""
    with contextlib.suppress(OSError):
        shutil.copy(campaign.ready.pg.log, campaign.folder / "postgres.log")
    databases.client(campaign.ready, "pg_dump", "-Fc", "-f", str(campaign.folder / "plant.dump"), DATABASE)


@contextlib.contextmanager
def serving(campaign, plant, workers, ready=None, **options):
    """Odoo on the plant; its log stays with the campaign. See `Server` for the options."""
    server = Server(ready or plant.ready, plant.database, workers, options)
    server.log = campaign.folder / f"odoo-{len(list(campaign.folder.glob('odoo-*.log'))) + 1}.log"
    try:
        server.start()
        yield server
    finally:
        server.kill()


# What Odoo logs of two who met: it repeats the later one, or a person is told in words.
REPEATED = ("could not serialize access", "deadlock detected", "could not obtain lock", "duplicate key value")
# A connection that sent nothing for two seconds, as a busy machine's clients may.
SLOW = ("Request timed out: TimeoutError",)


def check_log(campaign, server, allowed=()):
    """Odoo's log has no problem but conflicts that were repeated, refusals in words and what is ``allowed``."""
    said = []
    for line in [*server.log.read_text(errors="replace").splitlines(), None]:
        if (line is None or noise.LINE.match(line)) and said:
            check_said(campaign, said, allowed)
            said = []
        said.append(line)


def check_said(campaign, said, allowed):
    """One message of the log, with the lines of its traceback."""
    if not noise.problems(said[0]) or " WARNING " in said[0] and " odoo.http: " in said[0]:
        return
    text = "\n".join(said)
    if not any(words in text for words in (*REPEATED, *SLOW, *allowed)):
        campaign.check(False, f"Odoo's log: {said[0][:300]}")


# Clients


@dataclass
class Call:
    """One JSON-2 call: who, what, and what came of it; ``seconds`` until the answer."""

    client: object
    model: str
    method: str
    arguments: dict
    answer: object = None
    error: Exception | None = None
    seconds: float = 0.0

    def send(self) -> None:
        start = time.monotonic()
        try:
            self.answer = self.client(self.model, self.method, timeout=180, **self.arguments)
        except (Json2Error, OSError, ValueError, HTTPException) as error:
            self.error = error
        self.seconds = time.monotonic() - start

    @property
    def is_server_error(self) -> bool:
        """Whether the answer was no answer: a 5xx or a lost connection; a refusal in words is an answer."""
        return self.error is not None and getattr(self.error, "status", 599) >= 500


def run_at_once(jobs, clients, pause=None):
    """Run the functions ``jobs`` from that many clients, each with a pause of ``pause()`` seconds before each job."""
    waiting, start = list(reversed(jobs)), threading.Barrier(clients)

    def work():
        start.wait()
        while True:
            if pause:
                time.sleep(pause())
            try:
                job = waiting.pop()
            except IndexError:
                return
            job()

    threads = [threading.Thread(target=work) for _number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def make_scans(campaign, plant, name, number):
    """Return ``number`` scans of one to forty pieces, of all loops."""
    dice = campaign.random
    return [
        Scan(f"{name}-{n}", {"barcode": dice.choice(plant.loops)["barcode"], "quantity": dice.randint(1, 40)})
        for n in range(number)
    ]


AGAIN = 6  # calls in a row that must be answered before a service counts as back


def wait_for_service(call, patience=120.0):
    """Return after how many seconds calls are answered again: each worker may first notice that its connection died."""
    start, good = time.monotonic(), 0
    while good < AGAIN and time.monotonic() - start < patience:
        try:
            call("mes.pull.loop", "search_count", domain=[])
            good += 1
        except (Json2Error, OSError, ValueError, HTTPException):
            good = 0
            time.sleep(0.1)
    return time.monotonic() - start


# Figures


def percentile(times, share):
    """The time within which that share of them ended."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass
class Measure:
    """Wall time, and the processor time of Odoo, PostgreSQL and of everybody on this machine, in seconds."""

    server: Server
    wall: float = 0.0
    odoo: float = 0.0
    postgres: float = 0.0
    machine: float = 0.0
    memory: dict = field(default_factory=dict)

    def __enter__(self):
        self._before = self._read()
        return self

    def __exit__(self, *_error):
        now = self._read()
        self.wall, self.odoo, self.postgres, self.machine = (b - a for a, b in zip(self._before, now, strict=True))
        self.memory = {"odoo": memory(tree(self.server.process.pid))}

    def _read(self):
        pg = int((self.server.ready.pg.data / "postmaster.pid").read_text().split()[0])
        return time.monotonic(), cpu(tree(self.server.process.pid)), cpu(tree(pg)), machine_cpu()

    @property
    def others(self) -> float:
        """How many processors others than Odoo, PostgreSQL and the clients used meanwhile."""
        return max(0.0, (self.machine - self.odoo - self.postgres) / self.wall)

    def is_idle(self) -> bool:
        """Whether the machine was ours: others, with the clients, used less than a quarter of a processor."""
        return self.others < 0.25


def tree(pid):
    """Return a process and all below it."""
    found = [pid]
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += tree(int(child))
    return found


def cpu(pids):
    """Return the seconds that these processes, and those of their children that have ended, have worked."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / TICKS


def machine_cpu():
    """Return the seconds that all processors of the machine have worked."""
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICKS


def memory(pids):
    """Return the proportional memory of these processes in MB."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024


def describe_machine():
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    total = int(Path("/proc/meminfo").read_text().split()[1]) // 1024**2
    return f"{os.cpu_count()} x {model}, {total} GB"


def tell(title, times, measure):
    """Note what a step took: the calls' times, and what one of them cost the processors."""
    number = len(times)
    note(
        f"  {title}: {number} in {measure.wall:.1f} s, {number / measure.wall:.2f} a second,"
        f" p50 {statistics.median(times):.2f} s, p95 {percentile(times, 0.95):.2f} s, slowest {max(times):.2f} s;"
        f" processor time each {1000 * measure.odoo / number:.0f} ms Odoo + {1000 * measure.postgres / number:.0f} ms"
        f" PostgreSQL; others used {measure.others:.1f} processors"
    )
