"""Origins of what was received before the addon was installed; earlier versions began with their installation."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["stock.move.line"]._mes_backfill_origins()
