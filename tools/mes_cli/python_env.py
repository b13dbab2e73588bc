"""The Python that runs Odoo: an interpreter of the right age and a private environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import apt
from .paths import HOME, LOGS, TOOLS
from .say import MesError, run_logged, step

VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
SUPPORTED = ("3.12", "3.11")
PIP_CURE = "check the network and pip's settings (pip config list), then run the command again"


def python_version(command: str) -> str:
    """Major and minor version of an interpreter, '' when it doesn't run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        result = subprocess.run([command, "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def find_python() -> str:
    """An interpreter that Odoo 19 and its requirements support.

    :raise MesError: neither the current one nor one on PATH is 3.11 or 3.12
    """
    chosen = os.environ.get("MES_PYTHON")
    current = sys.executable or "python3"
    names = [chosen] if chosen else [current, "python3.12", "python3.11", "/usr/bin/python3"]
    for name in names:
        path = shutil.which(name)
        if path and python_version(path) in SUPPORTED:
            return path
    found = f"{chosen} (MES_PYTHON) is none" if chosen else f"this is {sys.version.split()[0]}"
    raise MesError(
        f"Python 3.11 or 3.12 is needed, {found}",
        "install one (Debian 12: apt-get install python3.11) or name one: MES_PYTHON=/path/python3.12",
    )


def pip_wheel() -> Path:
    """Debian's own copy of pip, for a Python without `ensurepip`."""
    pattern = "usr/share/python-wheels/pip-*.whl"
    wheels = list(Path("/").glob(pattern)) or list((HOME / "pip").glob(pattern))
    if not wheels:
        (deb,) = apt.fetch(["python3-pip-whl"], HOME / "apt" / "debs", "sid")
        apt.debs.unpack(deb, HOME / "pip")
        wheels = list((HOME / "pip").glob(pattern))
    return wheels[0]


def create_venv() -> None:
    """Create the environment; also where Debian's python3-venv isn't installed."""
    python = find_python()
    shutil.rmtree(VENV, ignore_errors=True)
    has_pip = subprocess.run([python, "-c", "import ensurepip"], capture_output=True, check=False)
    options = [] if has_pip.returncode == 0 else ["--without-pip"]
    run_logged([python, "-m", "venv", *options, VENV], LOGS / "venv.log", "python -m venv")
    if options:
        wheel = pip_wheel()
        command = [PYTHON, f"{wheel}/pip", "install", "-q", "pip"]
        run_logged(command, LOGS / "venv.log", "pip", PIP_CURE)


def requirement_files(tests: bool, server: bool) -> list[Path]:
    names = ["requirements.txt"]
    if server:
        names.append("requirements-postgres.txt")
    if tests:
        names.append("requirements-test.txt")
    return [TOOLS / name for name in names]


def stamp_of(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def ensure_venv() -> None:
    """The environment itself, with an interpreter that runs."""
    broken = not PYTHON.exists() or python_version(str(PYTHON)) not in SUPPORTED
    if broken:
        with step("Python environment"):
            create_venv()


def ensure_python(tests: bool, server: bool) -> Path:
    """The environment's interpreter, with the requirements of what is asked.

    :param tests: with the tools for tests and lint
    :param server: with the embedded PostgreSQL
    """
    ensure_venv()
    stamps = VENV / "mes-stamps"
    stamps.mkdir(exist_ok=True)
    for file in requirement_files(tests, server):
        stamp, wanted = stamps / file.stem, stamp_of([file])
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        with step(f"Python packages: {file.stem}"):
            command = [PYTHON, "-m", "pip", "install", "-q", "--no-compile", "--no-warn-script-location"]
            log = LOGS / f"pip-{file.stem}.log"
            run_logged([*command, "-r", file], log, "pip install", PIP_CURE)
        stamp.write_text(wanted)
    return PYTHON


def package_folder(name: str) -> Path | None:
    """Where an installed package lies in the environment."""
    for folder in VENV.glob(f"lib/python3*/site-packages/{name}"):
        return folder
    return None
