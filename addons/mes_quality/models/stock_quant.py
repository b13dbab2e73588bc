"""Which stock is frozen: stored on the quant, so that selecting stock costs nothing and a freeze touches its row."""

from odoo import api, fields, models

from ..const import FROZEN_LOT_STATES


class StockQuant(models.Model):
    _inherit = "stock.quant"

    mes_is_frozen = fields.Boolean(
        "Frozen",
        compute="_compute_mes_is_frozen",
        store=True,
        help="The lot is in inspection, held or rejected, or the place is a quarantine: it cannot be used.",
    )

    _mes_frozen_idx = models.Index("(product_id, location_id) WHERE mes_is_frozen")

    @api.depends("lot_id.mes_quality_state", "location_id.mes_is_quarantine")
    def _compute_mes_is_frozen(self):
        for quant in self:
            frozen = quant.lot_id.mes_quality_state in FROZEN_LOT_STATES
            quant.mes_is_frozen = frozen or quant.location_id.mes_is_quarantine
