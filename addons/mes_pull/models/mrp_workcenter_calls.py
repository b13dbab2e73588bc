"""Where at the line the components of a work centre lie."""

from odoo import fields, models


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    mes_line_location_id = fields.Many2one(
        "stock.location",
        "Line-Side Place",
        domain="[('mes_call_type_id', '!=', False)]",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Components of operations here are taken from this place; the warehouse brings them by the hour.",
    )


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _get_move_raw_values(self, product, product_uom_qty, product_uom, operation_id=False, bom_line=False):
        vals = super()._get_move_raw_values(product, product_uom_qty, product_uom, operation_id, bom_line)
        place = self._mes_get_line_place(self.env["mrp.routing.workcenter"].browse(operation_id or []))
        if place:
            vals["location_id"] = place.id
        return vals

    def _mes_get_line_place(self, operation):
        """Return the line-side place for components of ``operation``; of the first work order without one."""
        self.ensure_one()
        works = self.workorder_ids.filtered(lambda work: not operation or work.operation_id == operation)
        operation = operation or self.bom_id.operation_ids[:1]
        place = (works.sorted("sequence")[:1].workcenter_id or operation.workcenter_id).mes_line_location_id
        is_here = place.mes_call_type_id and place.warehouse_id == self.picking_type_id.warehouse_id
        return place if is_here else place.browse()

    def action_confirm(self):
        """Confirm; what is used at a work centre with a line-side place is taken from there."""
        if self.env["stock.location"]._mes_get_call_place_ids():
            for move in self.move_raw_ids.filtered(lambda move: move.state == "draft"):
                place = move.raw_material_production_id._mes_get_line_place(move.operation_id)
                if place and move.location_id != place:
                    move.location_id = place
        return super().action_confirm()
