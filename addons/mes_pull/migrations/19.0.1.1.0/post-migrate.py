"""19.0.1.1.0: caps on work in progress, held stock."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Count orders that were confirmed before as released, and give every loop its place for held stock."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mrp.production"]._mes_adopt_orders()
    env["mes.pull.loop"].with_context(active_test=False).search([])._ensure_held_location()
