"""Talking to the person at the terminal: steps with seconds, failures with their cure."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path


class MesError(Exception):
    """Something is missing. `cure` is the one command or action that helps."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        text = f"mes: {self.message}"
        return f"{text}\n  cure: {self.cure}" if self.cure else text


def note(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def step(title: str):
    """Show one line for one step, ending in the seconds it took; what goes on beside it shows only its end."""
    start = time.monotonic()
    done = threading.Event()
    live = sys.stdout.isatty() and threading.current_thread() is threading.main_thread()

    def show(end: str) -> None:
        lead = "\r" if live else ""
        sys.stdout.write(f"{lead}{time.monotonic() - start:6.1f} s  {title}{end}")
        sys.stdout.flush()

    def tick() -> None:
        while not done.wait(0.5):
            show("")

    ticker = threading.Thread(target=tick, daemon=True)
    if live:
        ticker.start()
    failed = False
    try:
        yield
    except BaseException:
        failed = True
        raise
    finally:
        done.set()
        if live:
            ticker.join()
        show(" FAILED\n" if failed else "\n")


def tail(log: Path, lines: int = 12) -> str:
    """The end of a log, for a message; lines of an error first when there are any."""
    try:
        text = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    marks = (" ERROR ", " CRITICAL ", "Error:", "ERROR:", "FATAL:", "error:")
    bad = [line for line in text if any(mark in line for mark in marks)]
    return "\n".join(f"    {line[:300]}" for line in (bad or text)[-lines:])


def run_logged(command: list, log: Path, what: str, cure: str = "", echo: bool = False, **options) -> None:
    """Run a command with its output in `log`; raise MesError when it fails.

    :param echo: show the output as well (for an interactive person)
    :raise MesError: the command is missing or ended with an error
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(part) for part in command]
    options.setdefault("stdin", subprocess.DEVNULL)
    with log.open("w") as out:
        try:
            result = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, **options)
        except OSError as error:
            raise MesError(f"{what} failed: {error}", cure) from None
    if echo:
        note(log.read_text(errors="replace"))
    if result.returncode:
        raise MesError(f"{what} failed (exit {result.returncode}); the log is {log}\n{tail(log)}", cure)
