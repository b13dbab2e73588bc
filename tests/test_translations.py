"""Each addon's Simplified Chinese is complete, and no text loses what it is filled with."""

import re

import polib
import pytest
from mes_cli import addons, paths

LANG = "zh_CN"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr](?!\w)|\{\w*\}|</?\w[^>]*>")
SPOKEN = re.compile(r' (title|aria-label|alt|placeholder)="[^"]*"')  # attributes that are translated too


@pytest.fixture(params=addons.our_addons())
def folder(request):
    return paths.ADDONS / request.param / "i18n"


def entries(file):
    return [entry for entry in polib.pofile(str(file)) if not entry.obsolete]


def filled(text):
    return sorted(PLACEHOLDER.findall(SPOKEN.sub(r' \1=""', text)))


def test_terms_are_those_of_the_template(folder):
    terms = {entry.msgid for entry in entries(folder / f"{folder.parent.name}.pot")}
    assert terms
    assert {entry.msgid for entry in entries(folder / f"{LANG}.po")} == terms


def test_every_term_is_translated(folder):
    missing = [entry.msgid for entry in entries(folder / f"{LANG}.po") if not entry.msgstr.strip() or entry.fuzzy]
    assert not missing


def test_placeholders_and_tags_are_kept(folder):
    broken = [entry.msgid for entry in entries(folder / f"{LANG}.po") if filled(entry.msgid) != filled(entry.msgstr)]
    assert not broken
