"""Holds by inspections."""

from odoo import fields, models


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    inspection_id = fields.Many2one(
        "mes.quality.inspection", readonly=True, index="btree_not_null", help="Whose result holds this stock."
    )
