"""All that people are told, in one place: what happened, why, and what to do next."""

from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    """Store of the messages to people. A part of the addon adds its own by extending `_get_messages`."""

    _name = "mes.aging.message"
    _inherit = "mes.quality.message"
    _description = "Messages of Aging"

    @api.model
    def _get_messages(self):
        """Return ``{code: text}`` with named placeholders."""
        return {}
