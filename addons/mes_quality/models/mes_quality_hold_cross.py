"""What crosses the border of a quarantine on ordinary transfers is held, or booked as used."""

from odoo import api, models


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    @api.model
    def _book_crossing(self, lines):
        """Keep the holds true to what lies in quarantine, after these lines brought stock in or out."""
        for line in lines.sudo():
            if line.move_id.mes_hold_id or not line.product_id.is_storable:
                continue
            used = {}
            if line.location_id.mes_is_quarantine:
                holds = self._find_concerned(line)._of_line(line).filtered("quarantine_id")
                used = holds._use(line.quantity_product_uom, line.reference)
            if line.location_dest_id.mes_is_quarantine and line.location_dest_id != line.location_id:
                self._create_for(self._prepare_crossing_vals(line, used))

    @api.model
    def _prepare_crossing_vals(self, line, used):
        """Return the holds for what a line brought into quarantine; what was held before stays so for its reason."""
        place = (
            line.location_id
            if line.location_id.usage == "internal"
            else line.location_dest_id.warehouse_id.lot_stock_id
        )
        common = {
            "kind": "part" if line.lot_id else "stock",
            "product_id": line.product_id.id,
            "lot_id": line.lot_id.id,
            "location_id": (place or line.location_dest_id).id,
            "quarantine_id": line.location_dest_id.id,
        }
        vals_list = [
            {**hold._prepare_member_vals(hold.product_id), **common, "quantity": quantity}
            for hold, quantity in used.items()
        ]
        rest = line.quantity_product_uom - sum(used.values())
        if line.product_id.uom_id.compare(rest, 0) > 0:
            reason = self.env._("Brought into quarantine by %s", line.reference or line.move_id.display_name)
            vals_list.append({**common, "quantity": rest, "reason": reason})
        return vals_list
