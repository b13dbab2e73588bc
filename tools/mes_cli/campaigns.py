"""`./mes campaign NAME`: long tests that make databases of their own, with a seed that is shown and can be given."""

from __future__ import annotations

import importlib.util
import random
import shutil
import sys
import traceback
from pathlib import Path

from . import setup
from .paths import HOME, ROOT
from .say import MesError, note

CAMPAIGNS = ROOT / "tests" / "campaigns"


class Campaign:
    """What a campaign is given: the machine, a seed, a folder whose files stay when it fails, and its findings."""

    def __init__(self, name: str, ready: setup.Setup, seed: int, short: bool) -> None:
        self.name = name
        self.ready = ready
        self.seed = seed
        self.random = random.Random(seed)
        self.short = short
        self.folder = HOME / "campaigns" / name
        self.findings: list[str] = []
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def check(self, holds: bool, what: str) -> None:
        """Note a finding when something doesn't hold; the campaign goes on and fails in the end."""
        if not holds:
            note(f"  FOUND  {what}")
            self.findings.append(what)


def known() -> list[str]:
    """The names of all campaigns."""
    return sorted(file.stem for file in CAMPAIGNS.glob("*.py") if not file.name.startswith("_"))


def load(name: str):
    """The module of a campaign. :raise MesError: there is none of that name"""
    if name not in known():
        raise MesError(f"no such campaign; there are: {', '.join(known())}", "./mes campaign --help")
    sys.path[:0] = [str(folder) for folder in (CAMPAIGNS, ROOT / "tests" / "load", ROOT / "tests")]
    spec = importlib.util.spec_from_file_location(f"campaign_{name}", CAMPAIGNS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(arguments) -> int:
    """Run a campaign; its artefacts stay in the ignored folder when it finds something."""
    module = load(arguments.name)
    ready = setup.prepare(tests=True)
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    note(f"campaign {arguments.name}, seed {seed}")
    campaign = Campaign(arguments.name, ready, seed, arguments.short)
    with setup.serving_database(ready):
        try:
            module.run(campaign)
        except Exception as error:
            (campaign.folder / "error.txt").write_text(traceback.format_exc())
            campaign.check(False, f"{type(error).__name__}: {error}")
    return close(campaign)


def close(campaign: Campaign) -> int:
    """Say what was found; without a finding nothing is kept."""
    if not campaign.findings:
        shutil.rmtree(campaign.folder, ignore_errors=True)
        note(f"campaign {campaign.name}: nothing found")
        return 0
    (Path(campaign.folder) / "findings.txt").write_text("\n".join(campaign.findings) + "\n")
    note(f"campaign {campaign.name}: {len(campaign.findings)} found (seed {campaign.seed}); see {campaign.folder}")
    return 1
