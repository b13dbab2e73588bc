from odoo import fields, models

from ..const import LOT_STATES


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_quality_state = fields.Selection(
        LOT_STATES,
        "Quality",
        default="released",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="What holds and inspections say. Anything but released cannot be used on any path.",
    )
