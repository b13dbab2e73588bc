from odoo import api, models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "frozen_direct": self.env._(
                "%(what)s: this stock is frozen, and cannot be written without a transfer. Lift its hold, or decide "
                "about it with a disposition order."
            ),
            "frozen_written": self.env._(
                "Whether stock is frozen cannot be written. Hold its lot, or move it into a quarantine place."
            ),
        }
