"""Processes and ports: is it free, does it answer, is it ours, end it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from .say import MesError

LOOPBACK = "127.0.0.1"


def is_port_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def check_port(port: int) -> None:
    """:raise MesError: another program has the port"""
    if not 0 < port < 65536:
        raise MesError(f"{port} is no port", "--port 8070")
    if not is_port_free(port):
        raise MesError(
            f"port {port} is in use by another program",
            f"./mes run --port {next_free(port)}",
        )


def next_free(port: int) -> int:
    """The next free port above this one."""
    return next((n for n in range(port + 1, min(port + 100, 65536)) if is_port_free(n)), 8090)


def answers(url: str) -> bool:
    """True when a page comes with a status below 500."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=60) as answer:
            return answer.status < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False


def start_time(pid: int) -> str:
    """When a process started, in the kernel's ticks: a pid is used again, this pair isn't."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_ours(pid: int, started: str) -> bool:
    return bool(started) and start_time(pid) == started


def end(pid: int, started: str, patience: float = 20) -> None:
    """End a process that we started; quietly when it's gone already."""
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        if not is_ours(pid, started):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        limit = time.monotonic() + wait
        while time.monotonic() < limit and is_running(pid, started):
            time.sleep(0.1)
        if not is_running(pid, started):
            return


def is_running(pid: int, started: str) -> bool:
    """True while the process lives; one that ended and waits for its parent doesn't."""
    if not is_ours(pid, started):
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
