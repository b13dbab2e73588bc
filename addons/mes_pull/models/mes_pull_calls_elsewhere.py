"""The line sees its calls on the hour board; the live board shows what is usable now."""

from odoo import api, models

from ..replica import fresh
from ..tools.usable import Usable


class MesPullSlot(models.Model):
    _inherit = "mes.pull.slot"

    @api.model
    @api.readonly
    @fresh
    def get_hours(self, date=None, workcenter_ids=None):
        """Add to each work centre ``calls``: what is called for it and where it is; see `mes.pull.call.get_calls`."""
        board = super().get_hours(date=date, workcenter_ids=workcenter_ids)
        centers = [row["id"] for row in board["workcenters"] if row["is_today"]]
        found = self.env["mes.pull.call"]._get_rows_by_center(centers) if centers else {}
        for row in board["workcenters"]:
            row["calls"] = found.get(row["id"], [])
        return board


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    @api.model
    def _get_rows_by_center(self, workcenter_ids):
        """Return ``{work centre id: [row]}``: the calls of these work centres, open and lately answered."""
        rows = {}
        for row in self.get_calls(workcenter_ids=workcenter_ids, with_done=True)["calls"]:
            rows.setdefault(row["workcenter_id"], []).append(row)
        return rows


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    @api.model
    @api.readonly
    @fresh
    def get_board(self, domain=None, offset=0, limit=200):
        """Add to each loop ``usable``: what can be taken now, with the parts of the figure (`tools/usable.py`)."""
        board = super().get_board(domain=domain, offset=offset, limit=limit)
        loops = self.browse(row["id"] for row in board["loops"])
        figures = loops.product_id._mes_get_usable_by({place.id: place for place in loops.location_id})
        for row in board["loops"]:
            usable = figures.get(row["location_id"], {}).get(row["product_id"], Usable())
            row["usable"] = {**usable._asdict(), "usable": usable.usable}
        return board
