"""Merging exported terms into a translation. Runs in the environment (polib).

Simplified Chinese has all terms. `PARTIAL` languages have those of the shop floor's screens, and keep what else
was translated; terms without a translation are left out of their files.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import polib

# Odoo writes the time of the export; a file that changes without a reason is only noise.
MOVING = ("POT-Creation-Date", "PO-Revision-Date")

PARTIAL = ("de", "es", "fr")
# What operators, pickers and inspectors see, by addon: patterns of where a term comes from. All that is in one of
# these folders and files has to be translated into the partial languages, too.
SHOP_FLOOR = {
    "mes_pull": (
        r"code:addons/mes_pull/static/src/(station|board|hours|calls|core|scan_queue|quantity_pad)/",
        r"code:addons/mes_pull/static/src/(loop_status|usable_figure)/",
        r"code:addons/mes_pull/models/mes_pull_message(_call_screen|_calls|_limits|_slots)?\.py",
        r"code:addons/mes_pull/models/mes_pull_(station|barcode)\w*\.py",
        r"model:ir\.(ui\.menu|actions\.client),name:mes_pull\.mes_pull_(menu_root|station|board|hours|calls)",
        r"model:ir\.model\.fields\.selection,name:mes_pull\.selection__mes_pull_(card|call|signal|slot)__state__",
        r"model_terms:ir\.ui\.view,arch_db:mes_pull\.report_card",
        r"model:res\.groups(\.privilege)?,name:mes_pull\.",
        r"model:ir\.actions\.report,name:mes_pull\.mes_pull_card",
    ),
    "mes_quality": (
        r"code:addons/mes_quality/static/src/(tablet|board)/",
        r"code:addons/mes_quality/models/mes_quality_message(_hold|_inspection|_stock)?\.py",
        r"code:addons/mes_quality/models/mes_quality_(station|hold_guard)\.py",
        r"model:ir\.(ui\.menu|actions\.client),name:mes_quality\.mes_quality_(menu_root|board|tablet)",
        r"code:addons/mes_quality/report/mes_quality_label\.py",
        r"model:res\.groups(\.privilege)?,name:mes_quality\.",
        r"model:ir\.actions\.act_window,name:mes_quality\.mes_quality_hold_wizard_action",
        r"model:ir\.actions\.report,name:mes_quality\.mes_quality_label",
        r"model:ir\.model\.fields\.selection,name:mes_quality\.selection__stock_lot__mes_quality_state__",
        r"model:ir\.model\.fields\.selection,name:mes_quality\.selection__mes_quality_(hold__level|plan__trigger)__",
        r"model:ir\.model\.fields,field_description:mes_quality\.field_mes_quality_reason__allow_",
    ),
    "mes_aging": (r"code:addons/mes_aging/static/src/board/",),
}


def is_shop_floor(entry: polib.POEntry, addon: str) -> bool:
    """Whether people on the shop floor see this term.

    >>> term = polib.POEntry(msgid="Undo", occurrences=[("code:addons/mes_pull/static/src/station/station.xml", "0")])
    >>> is_shop_floor(term, "mes_pull"), is_shop_floor(term, "mes_quality")
    (True, False)
    """
    places = [place for place, _line in entry.occurrences]
    return any(re.match(pattern, place) for pattern in SHOP_FLOOR.get(addon, ()) for place in places)


def steady(file: polib.POFile) -> polib.POFile:
    for key in MOVING:
        file.metadata.pop(key, None)
    file.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    return file


def merge(old: polib.POFile, template: polib.POFile, language: str) -> polib.POFile:
    """The template's terms with the translations that are known; gone terms go, in partial languages untranslated ones.

    >>> term = polib.POEntry(msgid="Card", occurrences=[("a", "1")])
    >>> known, fresh = polib.POFile(), polib.POFile()
    >>> known.append(polib.POEntry(msgid="Card", msgstr="卡")); fresh.append(term)
    >>> merge(known, fresh, "zh_CN")[0].msgstr
    '卡'
    >>> len(merge(known, fresh, "de")), len(merge(polib.POFile(), fresh, "de"))
    (1, 0)
    """
    known = {entry.msgid: entry.msgstr for entry in old if entry.msgstr and not entry.obsolete}
    merged = polib.POFile(wrapwidth=template.wrapwidth)
    merged.metadata = {**template.metadata, "Language": language}
    for entry in template:
        if language in PARTIAL and entry.msgid not in known:
            continue
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
    known = {entry.msgid for entry in merged if entry.msgstr}
    wanted = [entry for entry in template if language not in PARTIAL or is_shop_floor(entry, pot.stem)]
    missing = [entry.msgid for entry in wanted if entry.msgid not in known]
    what = "terms of the shop floor" if language in PARTIAL else "terms"
    lines = [f"  {translation.name}: {len(wanted) - len(missing)} of {len(wanted)} {what}"]
    return "\n".join(lines + [f"    missing: {text[:100]!r}" for text in missing[:20]])


if __name__ == "__main__":
    print(update(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
