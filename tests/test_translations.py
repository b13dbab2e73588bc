"""Simplified Chinese is complete; German, Spanish and French are on the shop floor; no text loses its placeholders."""

import re

import polib
import pytest
from mes_cli import addons, paths, translations

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


# -- languages of the shop floor's screens ----------------------------------------------------------------------------


@pytest.fixture(params=translations.PARTIAL)
def language(request):
    return request.param


def test_every_term_of_the_shop_floor_is_translated(folder, language):
    addon = folder.parent.name
    wanted = {entry.msgid for entry in entries(folder / f"{addon}.pot") if translations.is_shop_floor(entry, addon)}
    known = {entry.msgid for entry in entries(folder / f"{language}.po") if entry.msgstr.strip() and not entry.fuzzy}
    assert wanted, "the patterns of tools/mes_cli/translations.py find nothing"
    assert not wanted - known


def test_a_partial_language_has_translated_terms_of_the_template_only(folder, language):
    terms = {entry.msgid for entry in entries(folder / f"{folder.parent.name}.pot")}
    found = entries(folder / f"{language}.po")
    assert not {entry.msgid for entry in found} - terms
    assert all(entry.msgstr.strip() for entry in found)


def test_placeholders_and_tags_are_kept_in_a_partial_language(folder, language):
    found = entries(folder / f"{language}.po")
    broken = [entry.msgid for entry in found if filled(entry.msgid) != filled(entry.msgstr)]
    assert not broken


@pytest.mark.parametrize(("addon", "pattern"), [(a, p) for a, all_ in translations.SHOP_FLOOR.items() for p in all_])
def test_each_source_of_the_shop_floor_has_terms(addon, pattern):
    """A folder or file that was renamed is noticed."""
    template = entries(paths.ADDONS / addon / "i18n" / f"{addon}.pot")
    assert any(re.match(pattern, place) for entry in template for place, _line in entry.occurrences)
