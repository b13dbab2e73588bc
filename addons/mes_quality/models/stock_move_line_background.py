"""Flows that nobody here can stop end, also with frozen stock; what they make of it is held."""

from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_name_used_lots(self):
        """Name the lots that a subcontractor must have used, frozen ones too, where nobody could reserve any.

        His receipt could not be booked otherwise. What he made of them is held with the cause.

        :return: the lines that were made for further lots
        """
        more = self.browse()
        for line in self:
            tracked = line.quantity and line.product_id.tracking != "none" and not line.lot_id and not line.lot_name
            if tracked and line._mes_is_background():
                more |= line._mes_take_lots()
        return more

    def _mes_take_lots(self):
        """Spread this line over the lots that lie at its place: usable ones first, then frozen ones, oldest first."""
        self.ensure_one()
        uom, needed, lots = self.product_id.uom_id, self.quantity_product_uom, []
        quants = self.env["stock.quant"].sudo()._gather(self.product_id, self.location_id)
        for quant in quants.filtered("lot_id").sorted("mes_is_frozen"):
            taken = min(needed, quant.quantity - quant.reserved_quantity)
            if uom.compare(taken, 0) > 0 and uom.compare(needed, 0) > 0:
                lots.append((quant.lot_id, quant.location_id, taken))
                needed -= taken
        lines = self.browse()
        if not lots or uom.compare(needed, 0) > 0:
            return lines  # Odoo asks for the lot
        for number, (lot, place, taken) in enumerate(lots):
            quantity = uom._compute_quantity(taken, self.product_uom_id, rounding_method="HALF-UP")
            vals = {"lot_id": lot.id, "location_id": place.id, "quantity": quantity}
            if number:
                lines |= self.copy({**vals, "move_id": self.move_id.id, "picked": self.picked})
            else:
                self.write(vals)
        return lines

    def _mes_is_from_subcontractor(self):
        """Return whether this line receives what a subcontractor made: it comes in, from a place of ours."""
        self.ensure_one()
        return "is_subcontract" in self.move_id._fields and self.move_id.is_subcontract

    def _mes_get_arrivals(self):
        """Return ``[(place, quantity)]``: where the goods of these done lines lie.

        A subcontractor's order is booked after the receipt of its goods: they lie where the receipt put them.
        """
        arrivals = []
        for line in self:
            received = line.move_id.production_id and line.move_id.move_dest_ids.move_line_ids.filtered(
                lambda one, line=line: (
                    one.state == "done" and one.lot_id == line.lot_id and one._mes_is_from_subcontractor()
                )
            )
            arrivals += [(one.location_dest_id, one.quantity_product_uom) for one in received or line]
        return arrivals

    def _mes_is_sold_at_counter(self):
        """Return whether a point of sale names the stock: it is gone, and closing the session must not fail.

        The transfer itself is refused; the point of sale leaves it open, for somebody to decide.
        """
        self.ensure_one()
        if "pos.config" not in self.env:
            return False
        counters = self.env["pos.config"].sudo().with_context(active_test=False)
        operation = self.move_id.picking_type_id or self.picking_id.picking_type_id
        return bool(operation and counters.search_count([("picking_type_id", "=", operation.id)], limit=1))
