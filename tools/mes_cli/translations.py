"""Merging exported terms into a translation. Runs in the environment (polib)."""

from __future__ import annotations

import sys
from pathlib import Path

import polib

# Odoo writes the time of the export; a file that changes without a reason is only noise.
MOVING = ("POT-Creation-Date", "PO-Revision-Date")


def steady(file: polib.POFile) -> polib.POFile:
    for key in MOVING:
        file.metadata.pop(key, None)
    file.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    return file


def merge(old: polib.POFile, template: polib.POFile, language: str) -> polib.POFile:
    """The template's terms with the translations that are known; gone terms go.

    >>> term = polib.POEntry(msgid="Card", occurrences=[("a", "1")])
    >>> known, fresh = polib.POFile(), polib.POFile()
    >>> known.append(polib.POEntry(msgid="Card", msgstr="卡")); fresh.append(term)
    >>> merge(known, fresh, "zh_CN")[0].msgstr
    '卡'
    """
    known = {entry.msgid: entry.msgstr for entry in old if entry.msgstr and not entry.obsolete}
    merged = polib.POFile(wrapwidth=template.wrapwidth)
    merged.metadata = {**template.metadata, "Language": language}
    for entry in template:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                msgctxt=entry.msgctxt,
                occurrences=entry.occurrences,
                flags=entry.flags,
                comment=entry.comment,
            )
        )
    return merged


def save(file: polib.POFile, path: Path) -> None:
    steady(file).save(str(path))


def update(pot: Path, translation: Path, language: str) -> str:
    """Bring a translation to the template; returns a line of what is missing."""
    template = polib.pofile(str(pot))
    old = polib.pofile(str(translation)) if translation.exists() else polib.POFile()
    merged = merge(old, template, language)
    save(template, pot)
    save(merged, translation)
    missing = [entry.msgid for entry in merged if not entry.msgstr]
    lines = [f"  {translation.name}: {len(merged) - len(missing)} of {len(merged)} terms"]
    return "\n".join(lines + [f"    missing: {text[:100]!r}" for text in missing[:20]])


if __name__ == "__main__":
    print(update(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
