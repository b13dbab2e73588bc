"""Starts Odoo. A file of its own: `python -m odoo` breaks the websocket process of workers."""

import sys

# This folder isn't a place to import from.
sys.path[:] = [path for path in sys.path if not path.endswith("mes_cli")]

import odoo.cli  # noqa: E402

if __name__ == "__main__":
    odoo.cli.main()
