"""Chromium for browser tests: the machine's own, or Debian's unpacked privately."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import apt, debs
from .paths import HOME
from .say import MesError, note, step

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
FOLDER = HOME / "chromium"
WRAPPER = FOLDER / "bin" / "chromium"
PACKAGES = ["chromium", "fonts-dejavu-core", "fontconfig-config"]
SCRIPT = """#!/bin/sh
# Debian's Chromium from a private folder. It only ever opens this project's own server.
root='{root}'
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="$root/../fonts.conf"
export XDG_DATA_DIRS="$root/usr/share:${{XDG_DATA_DIRS:-/usr/share}}"
exec "$root/usr/lib/chromium/chromium" --no-sandbox "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{root}/../cache</cachedir>
</fontconfig>
"""


def works(command: str) -> bool:
    """True when it starts: Ubuntu's `chromium` may be a stub that only talks of snap."""
    try:
        result = subprocess.run([command, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def installed() -> Path | None:
    for name in NAMES:
        path = shutil.which(name)
        if path and works(path):
            return Path(path)
    return None


def library_folders(root: Path) -> list[Path]:
    """Folders below `root` that hold shared libraries, private ones of a library (pulseaudio's) included."""
    found = {file.parent for file in root.rglob("lib*.so*") if file.parent.name != "chromium"}
    tops = [root / "usr/lib", root / "lib"]
    return sorted(folder for folder in found if set(tops) & {folder, *list(folder.parents)[:2]})


def write_wrapper(root: Path) -> None:
    folders = ":".join(str(folder) for folder in library_folders(root))
    WRAPPER.parent.mkdir(parents=True, exist_ok=True)
    WRAPPER.write_text(SCRIPT.format(root=root, libraries=folders))
    WRAPPER.chmod(0o755)
    (FOLDER / "fonts.conf").write_text(FONTS.format(root=root))


def fetch() -> None:
    """Fetch Debian's Chromium with the libraries that this machine lacks."""
    root = FOLDER / "root"
    shutil.rmtree(FOLDER, ignore_errors=True)
    with step("Chromium for the browser tests: fetching"):
        files = apt.fetch_closure(PACKAGES)
    with step("Chromium: unpacking"):
        for file in files:
            debs.unpack(file, root)
        write_wrapper(root)
    if not works(str(WRAPPER)):
        raise MesError("the fetched Chromium doesn't start")
    for file in files:
        file.unlink()


def ensure_browser() -> Path | None:
    """A browser for the tests; None, with a note, where none can be had."""
    found = installed()
    if found:
        return found
    if WRAPPER.exists() and works(str(WRAPPER)):
        return WRAPPER
    try:
        if not shutil.which("apt-get"):
            raise MesError("this machine has no apt")
        fetch()
    except MesError as error:
        note(f"mes: no Chromium, so browser tests will fail: {error.message}")
        note("  cure: install Chromium or Google Chrome (Debian: apt-get install chromium)")
        return None
    return WRAPPER
