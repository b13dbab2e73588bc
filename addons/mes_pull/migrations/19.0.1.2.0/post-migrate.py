"""Orders and purchases that procurement made follow changes of the demand from now on; planned ones get their hours."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mes.pull.replan"]._adopt_supply()
    planned = env["mrp.workorder"].search([("leave_id", "!=", False), ("state", "not in", ("done", "cancel"))])
    planned._mes_cut_slots()
