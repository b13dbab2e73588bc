"""Odoo 19: the one the user has (ODOO_PATH), or the Debian package unpacked privately."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from . import apt, debs
from .paths import HOME
from .say import MesError, step

SUITE = "sid"
PACKAGE = "odoo-19"
# What the package's own links point to. Without libjs-jquery the login page is an error 500.
COMPANIONS = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-font-awesome",
    "fonts-font-awesome-legacy",
    "fonts-inconsolata",
]
FETCHED = HOME / "odoo"
# The package lacks this file: a console error on every page, and every browser tour fails.
STUB = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
STUB_TEXT = "// Not part of the Debian package; an empty stand-in.\n"


class Source:
    """Where Odoo lies: `python_path` makes `import odoo` work, `addons` are extra folders."""

    def __init__(self, python_path: Path, addons: list[Path], version: str) -> None:
        self.python_path = python_path
        self.addons = addons
        self.version = version

    def module_folders(self) -> list[Path]:
        return [self.python_path / "odoo" / "addons", *self.addons]


def read_series(release: Path) -> str:
    """`19.0` from Odoo's release.py, '' when it can't be read."""
    try:
        match = re.search(r"version_info = \((\d+), (\d+)", release.read_text())
    except OSError:
        return ""
    return f"{match[1]}.{match[2]}" if match else ""


def locate(folder: Path) -> Path:
    """The folder whose `odoo` package is importable, in or below what the user named."""
    for below in (".", "usr/lib/python3/dist-packages", "odoo", ".."):
        candidate = (folder / below).resolve()
        if (candidate / "odoo" / "release.py").exists():
            return candidate
    raise MesError(
        f"there is no Odoo in {folder}",
        "set ODOO_PATH to a checkout of Odoo 19.0 (with odoo-bin) or to the folder that holds"
        " its `odoo` package; or unset it and ./mes fetches one",
    )


def isolate(python_path: Path) -> Path:
    """Keep a system's other Python packages from shadowing those of our environment."""
    if python_path.name not in ("dist-packages", "site-packages"):
        return python_path
    if HOME in python_path.parents:
        return python_path
    folder = HOME / "odoo-link"
    folder.mkdir(exist_ok=True)
    link = folder / "odoo"
    if link.is_symlink():
        link.unlink()
    link.symlink_to(python_path / "odoo")
    return folder


def user_source(folder: str) -> Source:
    """The Odoo that the user has. :raise MesError: it's no Odoo 19"""
    found = locate(Path(folder).expanduser())
    series = read_series(found / "odoo" / "release.py")
    if series != "19.0":
        raise MesError(
            f"the Odoo in {found} is version {series or 'unknown'}, these addons need 19.0",
            "set ODOO_PATH to an Odoo 19.0, or unset it and ./mes fetches one",
        )
    extra = [found / "addons"] if (found / "odoo-bin").exists() else []
    head = found / ".git" / "HEAD"
    state = head.read_text().strip() if head.is_file() else ""
    if state.startswith("ref: ") and (found / ".git" / state[5:]).is_file():
        state = (found / ".git" / state[5:]).read_text().strip()
    return Source(isolate(found), extra, f"{series} {found} {state}")


def fetch() -> None:
    """Fetch and unpack the Debian package and its companions."""
    folder = HOME / "apt" / "debs"
    shutil.rmtree(folder, ignore_errors=True)
    with step(f"Odoo 19: fetching ({PACKAGE} and {len(COMPANIONS)} companions, 130 MB)"):
        files = apt.fetch([PACKAGE, *COMPANIONS], folder, SUITE)
    new = FETCHED.with_name("odoo.new")
    shutil.rmtree(new, ignore_errors=True)
    with step("Odoo 19: unpacking"):
        for file in files:
            debs.unpack(file, new)
    stub = locate(new) / "odoo" / "addons" / STUB
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(STUB_TEXT)
    version = next(file.name.split("_")[1] for file in files if file.name.startswith(PACKAGE))
    (new / "version").write_text(version)
    shutil.rmtree(FETCHED, ignore_errors=True)
    new.rename(FETCHED)
    shutil.rmtree(folder)


def ensure_odoo() -> Source:
    """The Odoo to run, fetched when there is none yet."""
    chosen = os.environ.get("ODOO_PATH")
    if chosen:
        return user_source(chosen)
    if not (FETCHED / "version").exists():
        fetch()
    return Source(locate(FETCHED), [], (FETCHED / "version").read_text())
