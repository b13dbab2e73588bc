"""What genealogy needs of a move line: found by its lot, and into which unit its part was built."""

from odoo import api, fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    mes_built_into_id = fields.Many2one(
        "stock.lot",
        "Built Into",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        help="The finished lot or serial number into which this part goes. Empty: into all that the order makes.",
    )

    # Odoo has no index on the lot: every question about one lot would read the whole table
    _mes_lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        """Parts that are added while a unit is being built go into that unit."""
        self._mes_set_units(vals_list)
        return super().create(vals_list)

    @api.model
    def _mes_set_units(self, vals_list):
        """Complete the values of parts with the unit that their order builds now."""
        moves = self.env["stock.move"].browse({vals["move_id"] for vals in vals_list if vals.get("move_id")})
        units = {
            move.id: move.raw_material_production_id.mes_building_id.id
            for move in moves
            if move.raw_material_production_id.mes_building_id
        }
        for vals in vals_list if units else ():
            if vals.get("move_id") in units and "mes_built_into_id" not in vals:
                vals["mes_built_into_id"] = units[vals["move_id"]]

    @api.constrains("mes_built_into_id", "move_id")
    def _check_mes_built_into(self):
        for line in self.filtered("mes_built_into_id"):
            production = line.move_id.raw_material_production_id
            if not production or line.mes_built_into_id.product_id not in production.move_finished_ids.product_id:
                raise self.env["mes.quality.message"]._error(
                    "built_into_other", lot=line.mes_built_into_id.name, part=line.product_id.display_name
                )


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _mes_prepare_node(self):
        """Return what a genealogy tells of this lot."""
        self.ensure_one()
        product = self.sudo().product_id
        return {
            "id": self.id,
            "name": self.name,
            "product_id": product.id,
            "product": product.display_name,
            "uom": product.uom_id.name,
            "state": self.mes_quality_state,
            "vendor_id": self.mes_vendor_id.id,
            "vendor": self.sudo().mes_vendor_id.display_name or "",
            "vendor_lot": self.mes_vendor_lot or "",
            "is_stub": False,
        }
