"""What is made of frozen stock, as a reason allows or in the background, is held with its cause."""

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_find_causes(self):
        """Return the active holds (as superuser) whose stock these finished moves have used.

        What was used before the hold counts only where the hold is meant for descendants, too.
        """
        lines = self.sudo().move_line_ids.filtered(lambda line: line.state == "done" and line._mes_is_frozen())
        Hold = self.env["mes.quality.hold"].sudo()
        if not lines:
            return Hold
        holds = Hold._find_concerned(lines)
        causes = Hold
        for line in lines:
            causes |= holds._of_line(line).filtered(lambda hold, line=line: hold._is_cause(line))
        return causes


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _is_cause(self, line):
        """Return whether what was made of this line is to be held for this hold."""
        self.ensure_one()
        return self.with_descendants or line.date >= fields.Datetime.to_datetime(self.date_held)

    def _hold_outputs(self, lines):
        """Hold what these finished lines made from the stock of these holds: whole lots; untracked parts go aside."""
        if not self or not lines:
            return
        cause = self.sorted(lambda hold: (hold.level != "rejected", hold.id))[0]
        known = self.search([("parent_id", "in", self.ids), ("state", "=", "active")]).lot_id
        lots = lines.lot_id - known - self.lot_id
        self._create_for([cause._prepare_descendant_vals(lot.id) for lot in lots])
        self._create_for(cause._prepare_parts_vals(lines.filtered(lambda line: not line.lot_id)))

    def _hold_parts(self, lines):
        """Hold exactly the pieces that these finished lines brought: they go into quarantine."""
        if self and lines:
            self._create_for(self[0]._prepare_parts_vals(lines))

    def _prepare_parts_vals(self, lines):
        """Return the holds of the pieces that these lines brought, as far as they lie where they were brought."""
        lines = lines.filtered(lambda line: line.product_id.is_storable and not line.move_id.mes_hold_id)
        return [
            {
                **self._prepare_descendant_vals(line.lot_id.id),
                "kind": "part" if line.lot_id else "stock",
                "product_id": line.product_id.id,
                "location_id": place.id,
                "quantity": quantity,
            }
            for line in lines
            for place, quantity in line._mes_get_arrivals()
            if place.usage == "internal" and not place.mes_is_quarantine
        ]
