"""Reading Odoo's log: a WARNING or worse that isn't known and foreign is a failure."""

from __future__ import annotations

import re
from pathlib import Path

LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<text>.*)$")
# What Odoo itself says on a clean machine without network. Nothing of ours belongs here.
FOREIGN = [
    re.compile(pattern)
    for pattern in (
        r"Running as user 'root' is a security risk",
        r"Unexpected indentation",
        r"run scheduler|_run_scheduler_tasks|Procurement: run",
        r"\biap\b|\.iap_|partner_autocomplete|services\.odoo\.com|publisher.?warranty",
        r"wkhtmltopdf|Wkhtmltopdf",
        r"py\.warnings: .*site-packages",
        r"py\.warnings: .*(?:/odoo/(?!addons/mes_)|dist-packages/odoo/)",
    )
]


def problems(text: str) -> list[str]:
    """Lines of a log with a WARNING, ERROR or CRITICAL that nobody expects.

    >>> head = "2026-01-01 08:00:00,000 12 WARNING db odoo."
    >>> problems(head + "modules: two fields have the same label")[0][-5:]
    'label'
    >>> problems(head + "cli: Running as user 'root' is a security risk.")
    []
    """
    found = []
    for line in text.splitlines():
        match = LINE.match(line)
        if not match or match["level"] not in ("WARNING", "ERROR", "CRITICAL"):
            continue
        if not any(pattern.search(match["text"]) for pattern in FOREIGN):
            found.append(line)
    return found


def problems_of(log: Path) -> list[str]:
    return problems(log.read_text(errors="replace"))
