"""The overview's screen stands in two addons, since each installs alone: both must stay the same."""

from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[1] / "addons"


@pytest.mark.parametrize("name", ["overview.js", "overview.xml", "overview.scss"])
def test_both_addons_have_the_same_screen(name):
    pull, quality = (
        (ADDONS / addon / "static/src/overview" / name).read_text() for addon in ("mes_pull", "mes_quality")
    )
    assert pull.replace("mes_pull", "mes_quality") == quality
