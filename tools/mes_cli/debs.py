"""Debian packages without a system installation: which mirror, fetch by name, unpack."""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import platform
import re
import shutil
import subprocess
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from .say import MesError

MIRROR_CURE = (
    "set DEBIAN_MIRROR to a Debian mirror's address (the part before /dists), or ODOO_PATH to an Odoo 19 you have"
)
APT_SOURCES = Path("/etc/apt")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armhf", "i686": "i386"}


def architecture() -> str:
    return ARCHITECTURES.get(platform.machine(), "amd64")


# Which mirror


def parse_sources(text: str) -> list[tuple[str, str]]:
    """Addresses and suites in the two formats of apt's sources.

    >>> parse_sources("deb [arch=amd64] http://m.example/debian sid main")
    [('http://m.example/debian', 'sid')]
    >>> parse_sources("Types: deb\\nURIs: http://m.example/d/\\nSuites: a b\\n")
    [('http://m.example/d', 'a'), ('http://m.example/d', 'b')]
    """
    found = []
    for line in text.splitlines():
        match = re.match(r"deb\s+(?:\[[^]]*\]\s*)?(https?://\S+)\s+(\S+)", line.strip())
        if match:
            found.append((match[1].rstrip("/"), match[2]))
    for block in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"(?m)^(Types|URIs|Suites|Enabled):[ \t]*(.*)$", block))
        if "deb" not in fields.get("Types", "").split() or fields.get("Enabled") == "no":
            continue
        for uri in fields.get("URIs", "").split():
            if uri.startswith("http"):
                found += [(uri.rstrip("/"), suite) for suite in fields.get("Suites", "").split()]
    return found


def apt_sources() -> list[tuple[str, str]]:
    """Addresses and suites that this machine's own apt uses."""
    files = [APT_SOURCES / "sources.list"]
    for pattern in ("*.sources", "*.list"):
        files += sorted((APT_SOURCES / "sources.list.d").glob(pattern))
    found = []
    for file in files:
        try:
            found += parse_sources(file.read_text(errors="replace"))
        except OSError:
            continue
    return found


def apt_targets() -> list[tuple[str, str]]:
    """The same from apt itself, which knows every format; empty before `apt-get update`."""
    if not shutil.which("apt-get"):
        return []
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    command.append("Created-By: Packages")
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    pairs = [line.split() for line in output.splitlines()]
    return [(p[0].rstrip("/"), p[1]) for p in pairs if len(p) == 2 and p[0].startswith("http")]


def get_url(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            return answer.read()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise MesError(f"cannot fetch {url}: {error}", MIRROR_CURE) from None


def find_mirror(suite: str) -> str:
    """The first of this machine's addresses that offers `suite` of Debian.

    :raise MesError: none does
    """
    chosen = os.environ.get("DEBIAN_MIRROR")
    if chosen:
        return chosen.rstrip("/")
    seen = []
    for uri, _release in apt_targets() + apt_sources():
        if uri in seen or "security" in uri:
            continue
        seen.append(uri)
        try:
            release = get_url(f"{uri}/dists/{suite}/InRelease")
        except MesError:
            continue
        if b"Origin: Debian" in release[:2000]:
            return uri
    raise MesError("no Debian mirror is known on this machine", MIRROR_CURE)


# Fetching


def parse_index(text: str, names: set[str]) -> dict[str, dict[str, str]]:
    """Newest entry of each wanted package in a Packages index: Filename, SHA256, Version."""
    wanted = ("Package", "Version", "Filename", "SHA256")
    found: dict[str, dict[str, str]] = {}
    for block in text.split("\n\n"):
        match = re.match(r"\s*Package: (\S+)", block)
        if not match or match[1] not in names:
            continue
        lines = (line.partition(": ") for line in block.splitlines())
        entry = {key: value for key, _sep, value in lines if key in wanted}
        old = found.get(match[1])
        if not old or version_key(entry["Version"]) > version_key(old["Version"]):
            found[match[1]] = entry
    return found


def version_key(version: str) -> list:
    """Debian's order of versions: numbers by value, `~` before the end, letters before signs.

    >>> version_key("19.0.0+dfsg-10") > version_key("19.0.0+dfsg-9")
    True
    """

    def weight(letter: str) -> int:
        return -1 if letter == "~" else ord(letter) + (0 if letter.isalpha() else 256)

    epoch, _sep, rest = version.rpartition(":")
    parts = re.findall(r"(\D*)(\d*)", rest)
    key = [([*map(weight, word), 0], int(number or 0)) for word, number in parts]
    return [([0], int(epoch or 0)), *key]


def index_digest(release: str, path: str) -> str:
    """SHA256 of one index file, as the suite's Release file states it."""
    match = re.search(rf"(?m)^ ([0-9a-f]{{64}})\s+\d+ {re.escape(path)}$", release)
    return match[1] if match else ""


def read_index(mirror: str, suite: str) -> str:
    """The suite's package index, checked against its Release file."""
    release = get_url(f"{mirror}/dists/{suite}/InRelease").decode(errors="replace")
    for arch in ("all", architecture()):
        path = f"main/binary-{arch}/Packages.xz"
        digest = index_digest(release, path)
        if not digest:
            continue
        packed = get_url(f"{mirror}/dists/{suite}/{path}")
        check_digest(packed, digest, path)
        return lzma.decompress(packed).decode(errors="replace")
    raise MesError(f"{mirror} offers no package index of {suite}", MIRROR_CURE)


def check_digest(content: bytes, digest: str, name: str) -> None:
    if hashlib.sha256(content).hexdigest() != digest:
        raise MesError(f"{name} differs from its recorded hash (mirror in change?)", "try again")


def fetch_plain(names: list[str], folder: Path, mirror: str, suite: str) -> list[Path]:
    """Fetch packages with the standard library: index, hash, file."""
    entries = parse_index(read_index(mirror, suite), set(names))
    missing = sorted(set(names) - set(entries))
    if missing:
        raise MesError(f"{mirror} ({suite}) has no {', '.join(missing)}", MIRROR_CURE)
    files = []
    for name in names:
        entry = entries[name]
        content = get_url(f"{mirror}/{entry['Filename']}")
        check_digest(content, entry["SHA256"], name)
        file = folder / Path(entry["Filename"]).name
        file.write_bytes(content)
        files.append(file)
    return files


# Unpacking


def ar_members(content: bytes) -> dict[str, bytes]:
    """Members of an `ar` archive, which is what a .deb is."""
    if not content.startswith(b"!<arch>\n"):
        raise MesError("this is no Debian package", "remove it and try again")
    members, position = {}, 8
    while position + 60 <= len(content):
        header = content[position : position + 60]
        name = header[:16].decode().strip().rstrip("/")
        size = int(header[48:58])
        members[name] = content[position + 60 : position + 60 + size]
        position += 60 + size + size % 2
    return members


def unpack(deb: Path, folder: Path) -> None:
    """Unpack a package's files below `folder`, with dpkg when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("dpkg-deb"):
        command = ["dpkg-deb", "-x", str(deb), str(folder)]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
    unpack_plain(deb, folder)


def unpack_plain(deb: Path, folder: Path) -> None:
    for name, content in ar_members(deb.read_bytes()).items():
        if not name.startswith("data.tar"):
            continue
        if name.endswith(".zst"):
            raise MesError(f"{deb.name} is packed with zstd", "apt-get install dpkg")
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            if hasattr(tarfile, "tar_filter"):
                archive.extractall(folder, filter="tar")
            else:
                archive.extractall(folder)
        return
    raise MesError(f"{deb.name} holds no files", "remove it and try again")
