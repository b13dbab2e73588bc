"""A PostgreSQL server of the campaign's own, with the settings of a real one, and who restarts what ends."""

import contextlib
import copy
import os
import re
import signal
import subprocess
import threading
import time

from mes_cli import databases, postgres
from mes_cli.paths import ROOT, short_folder
from mes_cli.say import MesError, step

# As the image in docker/ has them: the disk is waited for, and a replica may follow.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'128MB'",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "jit": "off",
}


class Cluster(postgres.Postgres):
    """A server in a folder of its own, run in the foreground as a container runs it."""

    def __init__(self, ready, name: str, preload: dict | None = None) -> None:
        super().__init__()
        if self.external:
            raise MesError("this campaign crashes PostgreSQL and starts its own", "unset PGHOST")
        folder = postgres.FOLDER / f"campaign-{name}"
        self.data, self.socket = folder / "data", short_folder(folder / "socket", f"pg-{name}")
        self.bin, self.host = ready.pg.bin, str(self.socket)
        self.log = folder / "log"
        self.preload = preload or {}
        self.process: subprocess.Popen | None = None
        self.primary: Cluster | None = None

    def create(self, settings=()) -> None:
        """Make an empty server. :raise MesError: initdb fails"""
        self.remove()
        self.data.parent.mkdir(parents=True)
        self.prepare_folders()
        options = ["-U", postgres.ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.execute([self.bin / "initdb", "-D", self.data, *options], "initdb")
        self.configure({**SETTINGS, **dict(settings)})

    def configure(self, settings) -> None:
        lines = [f"{key} = {value}" for key, value in settings.items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(["", *lines, ""]))

    def follow(self, primary: "Cluster") -> None:
        """Prepare to be a streaming replica of another one; `start` copies it."""
        self.remove()
        self.data.parent.mkdir(parents=True)
        self.prepare_folders()
        self.primary = primary

    def remove(self) -> None:
        subprocess.run(["rm", "-rf", str(self.data.parent), str(self.socket)], check=True)

    def start(self) -> subprocess.Popen:
        """Start it in the foreground, in a session of its own."""
        command = [self.bin / "postgres", "-D", self.data]
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", **self.preload}
        if self.primary:  # by the script that the container runs
            command = ["sh", ROOT / "docker" / "replica.sh"]
            env |= {**self.primary.client_env(), "PGDATA": str(self.data)}
        command, options = self.as_owner([*command, "-k", self.socket, "-p", self.port])
        with self.log.open("a") as out:
            self.process = subprocess.Popen(
                command, env=env, cwd=self.data, stdout=out, stderr=out, start_new_session=True, **options
            )
        return self.process

    def wait(self, patience: float = 60) -> None:
        limit = time.monotonic() + patience
        while not self.is_running():
            if time.monotonic() > limit:
                raise MesError(f"PostgreSQL doesn't start; the log is {self.log}")
            time.sleep(0.1)

    def crash(self) -> None:
        """End all its processes at once, without a checkpoint: the next start recovers."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)


def move_in(campaign, plant, cluster):
    """Copy the plant's database to the cluster. Return the plant, and what starts Odoo there."""
    ready = copy.copy(campaign.ready)
    ready.pg = cluster
    dump = campaign.folder / "plant.dump"
    with step("the plant's own PostgreSQL"):
        databases.client(campaign.ready, "pg_dump", "-Fc", "-Z0", "-f", str(dump), plant.database)
        databases.client(ready, "createdb", "--maintenance-db=template1", plant.database)
        databases.client(ready, "pg_restore", "--no-owner", "--single-transaction", "-d", plant.database, str(dump))
        databases.query(ready, "VACUUM ANALYZE", plant.database)
        databases.query(ready, "CHECKPOINT")  # as a server in service has one every few minutes
        dump.unlink()
    moved = copy.copy(plant)
    moved.ready = ready
    return moved, {"db_host": cluster.host, "db_port": cluster.port}


@contextlib.contextmanager
def running(campaign, name, preload=None, settings=(), primary=None):
    """A cluster for the time of a step, empty or a replica of ``primary``; its log is among the artefacts."""
    cluster = Cluster(campaign.ready, name, preload)
    try:
        cluster.follow(primary) if primary else cluster.create(settings)
        cluster.start()
        cluster.wait()
        yield cluster
    finally:
        cluster.stop()
        with contextlib.suppress(OSError):
            (campaign.folder / f"postgres-{name}.log").write_text(cluster.log.read_text(errors="replace"))
        cluster.remove()


class Supervisor(threading.Thread):
    """Restarts processes as the containers' engine does for the policy that compose.yaml names.

    After 0.1 s, twice as long each time, a minute at most; anew when a process has run for ten seconds.

    :param starts: ``{service: function that starts it and returns its Popen}``
    """

    def __init__(self, starts) -> None:
        super().__init__(daemon=True)
        text = (ROOT / "docker" / "compose.yaml").read_text()
        assert len(re.findall(r"restart: unless-stopped", text)) >= len(starts), "compose.yaml restarts nothing"
        self.starts, self.over = starts, threading.Event()
        self.processes, self.began, self.delays, self.restarts = {}, {}, {}, []

    def watch(self, name, process) -> None:
        self.processes[name], self.began[name] = process, time.monotonic()

    def run(self) -> None:
        while not self.over.wait(0.05):
            for name, process in list(self.processes.items()):
                if process.poll() is not None:
                    self.restart(name)

    def restart(self, name) -> None:
        lived = time.monotonic() - self.began[name]
        delay = 0.1 if lived > 10 else min(60, self.delays.get(name, 0.05) * 2)
        self.delays[name] = delay
        if not self.over.wait(delay):
            self.restarts.append(name)
            self.watch(name, self.starts[name]())

    def stop(self) -> None:
        self.over.set()
        self.join()
