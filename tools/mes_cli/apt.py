"""apt's own client with a private state: nothing of the system's apt changes, no root."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from . import debs
from .paths import HOME, LOGS
from .say import MesError, run_logged

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
STATUS = Path("/var/lib/dpkg/status")


class PrivateApt:
    """An apt state of our own, below the ignored folder."""

    def __init__(self, name: str, sources: list[str]) -> None:
        self.name = name
        self.base = HOME / "apt" / name
        for folder in ("lists/partial", "cache/archives/partial", "state"):
            (self.base / folder).mkdir(parents=True, exist_ok=True)
        (self.base / "sources.list").write_text("\n".join(sources) + "\n")
        self.config = self.base / "apt.conf"
        settings = {
            "Dir::State": self.base / "state",
            "Dir::State::Lists": self.base / "lists",
            "Dir::State::status": STATUS if STATUS.exists() else os.devnull,
            "Dir::Cache": self.base / "cache",
            "Dir::Etc::SourceList": self.base / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::Etc::PreferencesParts": "-",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Debug::NoLocking": "true",
        }
        cleared = ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success")
        lines = [f"#clear {key};" for key in (*cleared, "DPkg::Post-Invoke")]
        lines += [f'{key} "{value}";' for key, value in settings.items()]
        self.config.write_text("\n".join(lines) + "\n")

    def __call__(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run apt-get; returns what it printed. :raise MesError: it failed"""
        log = LOGS / f"apt-{self.name}.log"
        what = f"apt-get {arguments[0]}"
        run_logged(
            ["apt-get", "-c", self.config, "-q", *arguments],
            log,
            what,
            debs.MIRROR_CURE,
            cwd=cwd,
            env=os.environ | {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
        )
        return log.read_text(errors="replace")


def source_line(mirror: str, suite: str) -> str:
    options = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    return f"deb {options}{mirror} {suite} main"


def fetch(names: list[str], folder: Path, suite: str) -> list[Path]:
    """Fetch packages by name into `folder`, by apt when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    mirror = debs.find_mirror(suite)
    if not shutil.which("apt-get") or not KEYRING.exists():
        return debs.fetch_plain(names, folder, mirror, suite)
    apt = PrivateApt(suite, [source_line(mirror, suite)])
    apt("update")
    apt("download", *names, cwd=folder)
    files = [file for name in names for file in folder.glob(f"{name}_*.deb")]
    if len(files) < len(names):
        raise MesError(f"apt fetched {len(files)} of {len(names)} packages", debs.MIRROR_CURE)
    return files


def release_codename() -> str:
    text = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    match = re.search(r"(?m)^VERSION_CODENAME=(\w+)", text)
    return match[1] if match else ""


def machine_apt() -> PrivateApt:
    """apt for this machine's own release, to find what a program needs beyond the installed."""
    codename = release_codename()
    pairs = dict.fromkeys(debs.apt_targets() + debs.apt_sources())
    lines = []
    for uri, suite in pairs:
        if codename and suite.split("-")[0].split("/")[0] == codename:
            line = source_line(uri, suite)
            lines.append(line)
    if not lines:
        raise MesError("this machine's apt has no sources of its own release")
    return PrivateApt(codename, lines)


def fetch_closure(names: list[str]) -> list[Path]:
    """Fetch packages and all that they need and this machine lacks."""
    apt = machine_apt()
    apt("update")
    apt("install", "--download-only", "--no-install-recommends", "-y", *names)
    return sorted((apt.base / "cache" / "archives").glob("*.deb"))
