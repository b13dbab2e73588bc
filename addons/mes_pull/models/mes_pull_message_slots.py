"""Messages about hours."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_refusals(self):
        return {
            **super()._get_refusals(),
            "unknown_loss": self.env._("That cause is not known. Choose one from the list."),
        }
