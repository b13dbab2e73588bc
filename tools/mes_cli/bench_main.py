"""Runs one bench file: `bench(env)` returns rows of (what, figure, unit, limit or None)."""

import importlib.util
import sys
import time
from pathlib import Path


def load(file: Path):
    sys.path.insert(0, str(file.parent))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show(title: str, rows: list, seconds: float) -> bool:
    """Print the rows; True when none exceeds its limit."""
    print(f"\n{title} ({seconds:.0f} s)")
    for what, figure, unit, limit in rows:
        mark = "" if limit is None else f"  limit {limit:g}" + ("  EXCEEDED" if figure > limit else "")
        print(f"  {what:<60} {figure:>12,.3f} {unit}{mark}")
    return all(limit is None or figure <= limit for _what, figure, _unit, limit in rows)


def main(file: Path, database: str) -> int:
    import odoo
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", database, "--log-level=warn"], setup_logging=True)
    module = load(file)
    registry = Registry(database)
    start = time.monotonic()
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        rows = module.bench(env)
    title = (module.__doc__ or file.stem).splitlines()[0]
    return 0 if show(title, rows, time.monotonic() - start) else 1


if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if not path.endswith("mes_cli")]
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
