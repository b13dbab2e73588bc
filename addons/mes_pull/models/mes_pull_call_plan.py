"""How calls follow the hours."""

from odoo import api, models


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    @api.model
    def _note_places(self, places):
        """Note that the calls of these places have to be looked at."""
