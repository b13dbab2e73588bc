"""Where things lie: the checkout, and the one ignored folder beside it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import threading
from pathlib import Path

from .say import MesError, note

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
TOOLS = ROOT / "tools"
HOME = Path(os.environ.get("MES_HOME") or ROOT / ".mes").expanduser().absolute()
LOGS = HOME / "log"

# The kernel refuses longer addresses of unix sockets; PostgreSQL adds "/.s.PGSQL.5432.lock".
SOCKET_PATH_LIMIT = 107
SOCKET_SUFFIX = len("/.s.PGSQL.5432.lock")


def ensure_home() -> None:
    """Create the ignored folder, or say why that isn't possible."""
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        LOGS.mkdir(exist_ok=True)
        probe = HOME / f".write-{os.getpid()}-{threading.get_ident()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise MesError(
            f"cannot write to {HOME}: {error.strerror}",
            "set MES_HOME to a folder of yours, for example: MES_HOME=~/mes-home ./mes run",
        ) from None


def short_folder(wanted: Path, marker: str) -> Path:
    """`wanted`, or a short private folder when a socket's address would be too long.

    >>> short_folder(Path("/srv/mes"), "x") == Path("/srv/mes")
    True
    >>> len(str(short_folder(Path("/srv/" + "a" * 100), "x"))) < 60
    True
    """
    if len(os.fsencode(wanted)) + SOCKET_SUFFIX <= SOCKET_PATH_LIMIT:
        return wanted
    base = tempfile.gettempdir()
    if len(base) > 60:
        base = "/tmp"
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:10]
    return Path(base) / f"mes-{marker}-{digest}"


@contextlib.contextmanager
def locked(name: str):
    """One process at a time sets things up; the second one waits and says so."""
    ensure_home()
    with (HOME / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("  another ./mes is setting up this folder; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
