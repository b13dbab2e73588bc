"""The route of the surplus exchange: a transfer to where it is missing, or a place on the order that waits."""

from odoo import fields, models
from odoo.fields import Command

from ..tools.clearance import Estimate


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _estimate_reallocate(self):
        """What others inside wait for needn't be bought: it is worth its book value."""
        offers = self.inside_offer_ids
        quantity = min(sum(offers.mapped("quantity")), max(self._get_plannable_qty(), 0.0))
        if self.uom_id.compare(quantity, 0) <= 0:
            product = self.product_id.display_name
            return self.env["mes.aging.message"]._text("surplus_none", product=product)
        why = self.env["mes.aging.message"]._text(
            "surplus_why", quantity=quantity, unit=self.uom_id.name, demands=", ".join(offers.mapped("demand"))
        )
        return Estimate(quantity, quantity * self.unit_cost, 0.0, 3.0, why)


class MesAgingClearanceProposal(models.Model):
    _inherit = "mes.aging.clearance.proposal"

    def _prepare_line_reallocate(self):
        self.clearance_id.invalidate_recordset(["inside_offer_ids"])
        offers = self.clearance_id.inside_offer_ids.filtered(lambda offer: not offer._is_substitute())
        return {"dest_warehouse_id": offers[:1].dest_warehouse_id.id}


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    dest_warehouse_id = fields.Many2one("stock.warehouse", "To Warehouse", index="btree_not_null")
    offer_id = fields.Many2one("mes.aging.surplus.offer", readonly=True, index="btree_not_null", ondelete="set null")

    def _check_reallocate(self):
        """Raise when it isn't said where it goes."""
        if not self._is_substitution() and not self.dest_warehouse_id:
            raise self.env["mes.aging.message"]._error("surplus_place", product=self.product_id.display_name)

    def _is_substitution(self):
        """Return whether it replaces another component of an order."""
        return bool(self.offer_id) and self.offer_id._is_substitute()

    def _apply_reallocate(self):
        parts = self._find_parts(self._get_open_qty())
        target = self.offer_id.orderpoint_id.location_id or self.dest_warehouse_id.lot_stock_id
        away = [(quant, qty) for quant, qty in parts if quant.location_id.warehouse_id != self.dest_warehouse_id]
        if away:
            self._make_transfer(away, target)
        elif not self._is_substitution():
            raise self.env["mes.aging.message"]._error("surplus_place", product=self.product_id.display_name)
        if self._is_substitution():
            self._substitute(is_tied=not away)

    def _make_transfer(self, parts, target):
        """Make the transfer to the other warehouse, of exactly these parts."""
        sums = self._sum_by_location(parts)
        source = next(iter(sums)) if len(sums) == 1 else self._get_warehouse().view_location_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": (source.warehouse_id or self._get_warehouse()).int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": self.company_id.id,
                "origin": self.clearance_id.name,
                "move_ids": [Command.create(self._prepare_gift(place, qty, target)) for place, qty in sums.items()],
            }
        )
        picking.action_confirm()
        self._reserve_exactly(picking.move_ids, parts)

    def _substitute(self, is_tied):
        """Put this product on the order in place of the missing component, of which nothing was used yet."""
        offer, old = self.offer_id, self.offer_id.move_id
        order = old.raw_material_production_id or old.repair_id
        if not order or old.state in ("done", "cancel"):
            raise self.env["mes.aging.message"]._error("surplus_used", order=offer.demand)
        unit = offer.demand_product_id.uom_id
        rest = old.product_uom_qty - unit._compute_quantity(offer.covered_qty, old.product_uom)
        new = self.env["stock.move"].create(self._prepare_substitute(old, is_tied))
        if old.product_uom.compare(rest, 0) > 0:
            old.product_uom_qty = rest
        else:
            old._action_cancel()
        new.filtered(lambda move: move.state == "draft")._action_confirm()
        new._action_assign()

    def _prepare_substitute(self, old, is_tied):
        order = old.raw_material_production_id or old.repair_id
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self._get_open_qty(),
            "product_uom": self.uom_id.id,
            "raw_material_production_id": old.raw_material_production_id.id,
            "repair_id": old.repair_id.id,
            "repair_line_type": old.repair_line_type,
            "location_id": old.location_id.id,
            "location_dest_id": old.location_dest_id.id,
            "picking_type_id": old.picking_type_id.id,
            "warehouse_id": old.warehouse_id.id,
            "company_id": order.company_id.id,
            "date": old.date,
            "origin": order.name,
            "procure_method": "make_to_stock",
            "mes_offer_id": self.offer_id.id,
            **(self._tie() if is_tied else {}),
        }

    def _measure_reallocate(self):
        return self._measure_moves(self.clearance_id.unit_cost)
