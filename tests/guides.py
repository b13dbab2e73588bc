"""What `docs/` holds: fenced examples, links and names, read for the tests."""

import re
from typing import NamedTuple

from mes_cli.paths import ROOT

DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]+`")
_EMPHASIS = re.compile(r"\*([^*\s][^*]*)\*")


class Block(NamedTuple):
    """A fenced block: ``tag`` is what follows the language (``example``, ``shell``, ``output``, ``file=…``)."""

    language: str
    tag: str
    text: str


class Example(NamedTuple):
    language: str
    text: str
    output: str | None


def read_blocks(guide: str) -> list[Block]:
    return [Block(language, tag or "", text) for language, tag, text in _BLOCK.findall((DOCS / guide).read_text())]


def read_examples(guide: str, tag: str) -> list[Example]:
    """Return the blocks of that tag, each with the output that stands below it."""
    blocks = read_blocks(guide)
    following = [*blocks[1:], Block("", "", "")]
    return [
        Example(block.language, block.text, after.text if after.tag == "output" else None)
        for block, after in zip(blocks, following, strict=True)
        if block.tag == tag
    ]


def write_files(guide: str, folder) -> None:
    """Write the blocks that are files below ``folder``."""
    for block in read_blocks(guide):
        if block.tag.startswith("file="):
            path = folder / block.tag.removeprefix("file=")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)


def matches(output: str, printed: str) -> bool:
    """Return whether ``printed`` is ``output``, in which ``…`` stands for anything in its line."""
    pattern = "[^\n]*".join(re.escape(part) for part in output.strip().split("…"))
    return re.fullmatch(pattern, printed.strip()) is not None


def strip_code(text: str) -> str:
    """Return a guide's prose: without fenced blocks, indented ones and code in the line."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return _INLINE_CODE.sub("", re.sub(r"^ {4,}\S.*$", "", text, flags=re.MULTILINE))


def read_screen_words(text: str) -> list[str]:
    """Return what stands in italics: words of the screen, menus with `` > `` between their levels."""
    plain = strip_code(text).replace("**", "")
    return [" ".join(found.split()) for found in _EMPHASIS.findall(plain)]


def read_names(text: str) -> list[str]:
    """Return what stands in backticks and looks like a name or a file of the code."""
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    found = [code.strip("`") for code in _INLINE_CODE.findall(plain)]
    return [name for name in found if re.fullmatch(r"[a-z_][\w./<>()]*[._/][\w./<>()]*", name)]


def read_links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", strip_code(text))


def read_anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
