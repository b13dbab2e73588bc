"""Which part went into which unit: noted while it is scanned, one unit at a time."""

from odoo import api, fields, models
from odoo.fields import Command


class MrpProduction(models.Model):
    """Serial numbers made together share all parts, unless it is said which unit is being built.

    1. Scan or choose the unit (`mes_building_id`).
    2. Scan its parts: each goes into that unit (`stock.move.line.mes_built_into_id`).
    3. Scan the next unit.
    """

    _inherit = "mrp.production"

    mes_building_id = fields.Many2one(
        "stock.lot",
        "Building Now",
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The unit that is being built: parts that are scanned now go into it. Empty: into all of the order.",
    )

    @api.constrains("mes_building_id")
    def _check_mes_building(self):
        for order in self.filtered("mes_building_id"):
            if order.mes_building_id.product_id != order.product_id:
                raise self.env["mes.quality.message"]._error("building_other", lot=order.mes_building_id.name)

    def action_mes_scan(self, barcode):
        """Read the label of a unit or of a part's lot.

        :return: ``{'unit': name of the unit being built, 'line_id': line of the part or False, 'message': text}``
        :rtype: dict
        :raises odoo.exceptions.UserError: when the lot belongs to none of the order's products
        """
        self.ensure_one()
        self.check_access("write")
        lot = self._find_scanned_lot(barcode)
        messages = self.env["mes.quality.message"]
        if lot.product_id == self.product_id and lot not in self.move_raw_ids.lot_ids:
            self.mes_building_id = lot
            if lot not in self.lot_producing_ids and self.state != "done":
                self.lot_producing_ids = [Command.link(lot.id)]
            return {"unit": lot.name, "line_id": False, "message": messages._text("building", lot=lot.name)}
        line = self._note_part(lot)
        unit = self.mes_building_id.name or ""
        return {
            "unit": unit,
            "line_id": line.id,
            "message": messages._text("part_noted", lot=lot.name, unit=unit or "–"),
        }

    def _find_scanned_lot(self, barcode):
        """Return the lot of the order's own or its parts' products."""
        item = self.env["mes.quality.label"]._read(barcode)
        products = self.product_id | self.move_raw_ids.product_id
        if item.get("product"):
            products &= item["product"]
        lot = self.env["stock.lot"].search(
            [
                ("name", "=", item.get("serial") or item.get("lot") or item["text"]),
                ("product_id", "in", products.ids),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        if not lot:
            raise self.env["mes.quality.message"]._error("scan_unknown", barcode=barcode)
        return lot

    def _note_part(self, lot):
        """Note that a part of this lot goes into the unit that is being built; return its line."""
        move = self.move_raw_ids.filtered(
            lambda move: move.product_id == lot.product_id and move.state not in ("done", "cancel")
        )[:1]
        if not move:
            raise self.env["mes.quality.message"]._error("scan_unknown", barcode=lot.name)
        each = move.unit_factor or move.product_uom_qty
        vals = {"mes_built_into_id": self.mes_building_id.id, "picked": True}
        free = move.move_line_ids.filtered(
            lambda line: (
                line.lot_id == lot and not (line.mes_built_into_id and self.mes_building_id) and not line.picked
            )
        )[:1]
        if free and free.product_uom_id.compare(free.quantity, each) <= 0:
            free.write(vals)
            return free
        if free:
            free.quantity -= each
        return self.env["stock.move.line"].create(
            {
                **vals,
                "move_id": move.id,
                "product_id": move.product_id.id,
                "product_uom_id": move.product_uom.id,
                "lot_id": lot.id,
                "quantity": each,
                "location_id": free.location_id.id or move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
            }
        )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    mes_production_product_id = fields.Many2one(
        related="move_id.raw_material_production_id.product_id", string="Product of the Order"
    )
