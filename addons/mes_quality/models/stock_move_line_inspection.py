"""What comes in or is made meets its inspections: before anybody else can take it."""

from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        result = super()._action_done()
        if self.env["mes.quality.plan"]._get_triggers() & {"receipt", "production"}:
            self.exists()._mes_meet_inspections()
        return result

    def _mes_meet_inspections(self):
        """Hold what has just come, before anybody else can take it, as its inspections say.

        A lot whose number was typed late is known here at last: every lot gets an inspection of its own, all serial
        numbers of a move share one.
        """
        lines = self.filtered(lambda line: line.quantity and line.move_id._mes_get_trigger() in ("receipt", "production"))
        inspections = lines._mes_get_waiting_inspections()
        for inspection in inspections.sorted("id"):
            own = lines.filtered(lambda line, one=inspection: line.move_id == one.move_id)
            for number, group in enumerate(own._mes_group_by_lot()):
                one = inspection if not number else inspection._split_for_lot(group)
                one._meet(group)

    def _mes_get_waiting_inspections(self):
        domain = [
            ("move_id", "in", self.move_id.ids),
            ("state", "!=", "cancelled"),
            ("is_met", "=", False),
            ("is_superseded", "=", False),
        ]
        return self.env["mes.quality.inspection"].sudo().search(domain) if self else self.env["mes.quality.inspection"]

    def _mes_group_by_lot(self):
        """Return these lines (of one move) as they are inspected: by lot, or all together."""
        if self.product_id.tracking != "lot":
            return [self]
        return list(self.grouped("lot_id").values())
