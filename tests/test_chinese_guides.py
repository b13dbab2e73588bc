"""The Chinese README and guides mirror the English ones: headings, commands, figures and words of the screen."""

import re
from collections import Counter
from functools import cache

import guides
import polib
import pytest
from mes_cli import addons, odoo_source, paths

CHINESE = guides.DOCS / "zh-CN"
GUIDES = sorted(path.name for path in CHINESE.glob("*.md") if path.name != "README.md")
# Odoo's own addons whose menus and words the guides name.
ODOO_ADDONS = ("stock", "purchase", "mrp", "base", "base_setup", "base_automation", "web")


def read_sections(text: str) -> list[str]:
    """Return a page cut at its headings; fenced and indented blocks have none."""
    return re.split(r"^(?=#+ )", text, flags=re.MULTILINE)


def read_level(section: str) -> int:
    return len(section) - len(section.lstrip("#"))


def read_commands(text: str) -> list[str]:
    """Return the indented commands, without the comments behind them."""
    lines = re.findall(r"^    (\./mes .*)$", text, re.MULTILINE)
    return [line.split(" #")[0].strip() for line in lines]


def read_code(text: str) -> Counter:
    return Counter(re.findall(r"`([^`\n]+)`", text))


def read_figures(text: str) -> Counter:
    return Counter(re.findall(r"\d+(?:\.\d+)*", re.sub(r"`[^`\n]+`|\]\([^)]*\)", "", text)))


def test_the_chinese_readme_mirrors_the_english_one():
    english, chinese = (read_sections((paths.ROOT / name).read_text()) for name in ("README.md", "README.zh-CN.md"))
    assert [read_level(section) for section in english] == [read_level(section) for section in chinese]
    for ours, theirs in zip(english, chinese, strict=True):
        for read in (read_commands, read_code, read_figures):
            assert read(ours) == read(theirs), ours.splitlines()[0]
        for mark in (r"^- ", r"^\|"):
            count = [len(re.findall(mark, text, re.MULTILINE)) for text in (ours, theirs)]
            assert count[0] == count[1], (ours.splitlines()[0], mark)


def test_each_readme_links_to_the_other():
    assert "README.zh-CN.md" in guides.read_links((paths.ROOT / "README.md").read_text())
    assert "README.md" in guides.read_links((paths.ROOT / "README.zh-CN.md").read_text())


@cache
def read_translations() -> dict[str, set[str]]:
    """Return ``{English: Chinese}`` of our addons and of Odoo's that the guides name."""
    folders = [paths.ADDONS / name for name in addons.our_addons()]
    folders += [place / name for name in ODOO_ADDONS for place in odoo_source.ensure_odoo().module_folders()]
    folders = [folder for folder in folders if folder.exists()]
    found = {}
    for folder in folders:
        for entry in polib.pofile(str(folder / "i18n" / "zh_CN.po")):
            found.setdefault(entry.msgid.strip(), set()).add(entry.msgstr.strip())
    return found


def translate(word: str) -> set[str]:
    """Return what a word, a menu or a role of the screen may be in Chinese."""
    for separator, chinese in ((" > ", " > "), (": ", "：")):
        if separator in word:
            parts = [translate(part) for part in word.split(separator)]
            results = parts[0]
            for part in parts[1:]:
                results = {f"{first}{chinese}{second}" for first in results for second in part}
            return results
    return read_translations().get(word, set())


@pytest.mark.parametrize("page", GUIDES)
def test_a_chinese_guide_mirrors_the_english_one(page):
    english, chinese = ((folder / page).read_text() for folder in (guides.DOCS, CHINESE))
    assert [read_level(part) for part in read_sections(english)] == [
        read_level(part) for part in read_sections(chinese)
    ]
    for mark in (r"^- ", r"^\|", r"^\d\. ", r"^\*\*"):
        assert len(re.findall(mark, english, re.MULTILINE)) == len(re.findall(mark, chinese, re.MULTILINE)), mark
    assert read_figures(english) == read_figures(chinese)


@pytest.mark.parametrize("page", GUIDES)
def test_a_chinese_guide_uses_the_words_of_the_chinese_screen(page):
    wanted = guides.read_screen_words((guides.DOCS / page).read_text())
    there = Counter(guides.read_screen_words((CHINESE / page).read_text()))
    for word in wanted:
        found = next((one for one in translate(word) if there[one]), None)
        assert found, f"{word}: one of {sorted(translate(word))}"
        there[found] -= 1
    assert not +there, "not in the English guide"


def test_every_role_has_a_chinese_guide():
    roles = set(guides.read_links((guides.DOCS / "README.md").read_text())) - {"zh-CN/README.md"}
    assert set(GUIDES) == {link for link in roles if "/" not in link} - {"developer.md"}


@pytest.mark.parametrize("page", GUIDES)
def test_the_examples_of_a_chinese_guide_are_those_that_are_run(page):
    assert guides.read_blocks(page) == guides.read_blocks(f"zh-CN/{page}")
