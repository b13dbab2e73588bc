"""What loops leave to calls, and what they bring themselves."""

from odoo import models


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    def _mes_supplies(self, place):
        """Return whether the loop's cards bring its product to this place: it lies in the loop, or is where it ends."""
        self.ensure_one()
        if self._contains(place):
            return True
        if self.location_dest_id:
            return place._child_of(self.location_dest_id)
        return place.mes_is_line_side and place.company_id == self.company_id
