"""Runs a part of a campaign in the project's own Python environment, where the browser and the libraries are."""

import json
import os
import subprocess

from mes_cli.paths import ROOT, TOOLS

TESTS = ROOT / "tests"
CALL = """
import importlib, json, sys
given = json.load(open(sys.argv[1]))
result = getattr(importlib.import_module(given["module"]), given["function"])(**given["arguments"])
json.dump(result, open(sys.argv[2], "w"), indent=1)
"""


def call(campaign, folder, module, function, **arguments):
    """Return what a function of a module in tests/``folder`` returns; all goes through JSON.

    :raises RuntimeError: when it fails; its output stays in the campaign's folder
    """
    name = f"{module}-{function}"
    given, answer, log = (campaign.folder / f"{name}.{kind}" for kind in ("given.json", "json", "log"))
    given.write_text(json.dumps({"module": module, "function": function, "arguments": arguments}))
    given.chmod(0o600)
    env = campaign.ready.env()
    env["PYTHONPATH"] = os.pathsep.join([env["PYTHONPATH"], *map(str, (TOOLS, TESTS, TESTS / folder))])
    with log.open("w") as out:
        command = [str(campaign.ready.python), "-c", CALL, str(given), str(answer)]
        code = subprocess.run(command, env=env, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    given.unlink()
    if code:
        raise RuntimeError(f"{name} failed: {log.read_text()[-2000:]}")
    return json.loads(answer.read_text())
