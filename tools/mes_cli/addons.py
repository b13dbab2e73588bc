"""What the checkout's addons are: manifests, dependencies, and a key of their contents."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

from .paths import ADDONS
from .say import MesError

# What an installed database depends on. Tests, readme and browser code aren't in it.
LOADED = {".py", ".xml", ".csv", ".po", ".sql", ".png"}
LEFT_OUT = {"tests", "readme", "__pycache__", "src"}


def read_manifest(folder: Path) -> dict:
    """An addon's manifest; {} when the folder is none or isn't installable."""
    file = folder / "__manifest__.py"
    if not file.is_file():
        return {}
    try:
        manifest = ast.literal_eval(file.read_text())
    except (SyntaxError, ValueError) as error:
        raise MesError(f"{file} can't be read: {error}", "mend the manifest") from None
    return manifest if manifest.get("installable", True) else {}


def our_addons(folder: Path = ADDONS) -> list[str]:
    """Names of the addons of this checkout. :raise MesError: there is none"""
    found = sorted(item.name for item in folder.glob("*") if read_manifest(item))
    if not found:
        raise MesError(f"{folder} holds no addon with a manifest", "git status")
    return found


def foreign_dependencies(names: list[str], folder: Path = ADDONS) -> list[str]:
    """Odoo's own addons that ours name as their dependencies."""
    depends = {dependency for name in names for dependency in read_manifest(folder / name)["depends"]}
    return sorted(depends - set(names)) or ["base"]


def loaded_files(folder: Path) -> list[Path]:
    """Files of an addon that decide what an installed database holds."""
    found = []
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder).parts
        if file.suffix in LOADED and file.is_file() and not LEFT_OUT & set(inner[:-1]):
            found.append(file)
    return found


def key_of(*parts: str) -> str:
    """A short key of texts, usable in a database's name.

    >>> len(key_of("a", "b")), key_of("a", "b") == key_of("ab")
    (12, False)
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def addons_key(names: list[str], folder: Path = ADDONS) -> str:
    """A key that changes whenever an installed database would."""
    digest = hashlib.sha256()
    for name in names:
        for file in loaded_files(folder / name):
            digest.update(str(file.relative_to(folder)).encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
