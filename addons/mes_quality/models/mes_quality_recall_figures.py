"""A recall's quantities by place, as its tiles show them."""

from odoo import api, fields, models


def _place_field(string, text):
    return fields.Float(string, digits="Product Unit", compute="_compute_place_quantities", help=text)


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    stock_qty = _place_field("In Stock", "Recalled goods as they came, in stock.")
    wip_qty = _place_field("In Production", "Built into what is not finished, or taken by open orders.")
    finished_qty = _place_field("Finished Goods", "Built into finished goods in stock.")
    shipped_qty = _place_field("Shipped", "With customers.")
    returned_qty = _place_field("Returned to Vendor", "Sent back to the vendor.")
    scrapped_qty = _place_field("Scrapped", "Scrapped, or lost at a count.")
    reserved_qty = fields.Float(
        "Reserved",
        digits="Product Unit",
        compute="_compute_reserved_qty",
        help="Of all lots in stock, for open documents.",
    )

    @api.depends("line_ids.source_qty", "line_ids.place")
    def _compute_place_quantities(self):
        rows = self.env["mes.quality.recall.line"]._read_group(
            [("recall_id", "in", self.ids)], ["recall_id", "place"], ["source_qty:sum"]
        )
        found = {(recall.id, place): quantity for recall, place, quantity in rows}
        for recall in self:
            for place, _label in self.env["mes.quality.recall.line"]._fields["place"].selection:
                recall[f"{place}_qty"] = found.get((recall.id, place), 0.0)

    @api.depends("line_ids")
    def _compute_reserved_qty(self):
        for recall in self:
            recall.reserved_qty = sum(recall.line_ids.mapped("reserved_qty"))

    def action_open_place(self):
        """Open the lines of one place: that of the button's context."""
        place = self.env.context.get("mes_place")
        action = self.action_open_lines()
        return {**action, "domain": [*action["domain"], ("place", "=", place)], "context": {"create": False}}
