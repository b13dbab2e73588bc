"""Disassembly: unbuilds of exactly these lots; the parts go back to stock and keep their age."""

from odoo import models

from ..tools.clearance import Estimate
from .mes_aging_clearance_document import Progress


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _find_bom(self, product=None):
        """Return the bill by which the product (the case's) is made, or an empty one."""
        product = product or self.product_id
        Bom = self.env["mrp.bom"].sudo()
        return Bom._bom_find(product, company_id=self.company_id.id, bom_type="normal")[product]

    def _get_components(self, bom, product):
        """Return ``{component: quantity}`` for one piece of the product, in the components' units."""
        pieces = bom.product_uom_id._compute_quantity(bom.product_qty, product.uom_id) or 1.0
        found = {}
        for part in bom.bom_line_ids:
            if not part._skip_bom_line(product):
                need = part.product_uom_id._compute_quantity(part.product_qty, part.product_id.uom_id, round=False)
                found[part.product_id] = found.get(part.product_id, 0.0) + need / pieces
        return found

    def _estimate_disassemble(self):
        """Its parts at cost, less the work of the bill's operations."""
        if self.production_id:
            return self._estimate_giving_back()
        bom = self.made_by_id.sudo()
        if not bom:
            return self.env._("It has no bill of materials: nobody knows its parts.")
        quantity = self._get_rest_qty()
        parts = self._get_components(bom, self.product_id)
        value = sum(part.with_company(self.company_id).standard_price * need for part, need in parts.items())
        center, minutes = self._get_work(bom, self.product_id)
        work = minutes / 60 * center.costs_hour
        why = self.env._(
            "Parts of %(value)s a piece, less %(minutes)s minutes of work (as to make it).",
            value=value,
            minutes=minutes,
        )
        return Estimate(quantity, quantity * value, quantity * work, 3.0, why)

    def _estimate_giving_back(self):
        """What lies ready at the order goes back to stock."""
        order = self.production_id
        if any(move.state == "done" and not move.scrap_id for move in order.move_raw_ids):
            return self.env._("%s has used components already: finish it.", order.name)
        lines = order.move_raw_ids.filtered(lambda move: move.state not in ("done", "cancel")).move_line_ids
        value = sum(line.quantity_product_uom * line.product_id.standard_price for line in lines)
        why = self.env._("The components that lie ready for %s are free again.", order.name)
        return Estimate(self._get_rest_qty(), value, 0.0, 1.0, why)

    def _get_work(self, bom, product):
        """Return the first work center of a bill, and the minutes of all its operations for one piece."""
        operations = bom.operation_ids
        pieces = bom.product_uom_id._compute_quantity(bom.product_qty, product.uom_id) or 1.0
        return operations[:1].workcenter_id, sum(operations.mapped("time_cycle")) / pieces


class MesAgingClearanceProposal(models.Model):
    _inherit = "mes.aging.clearance.proposal"

    def _prepare_line_disassemble(self):
        case = self.clearance_id
        if case.production_id:
            return {}
        bom = case._find_bom()
        center, minutes = case._get_work(bom, case.product_id)
        return {"bom_id": bom.id, "workcenter_id": center.id, "minutes": minutes}


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    def _check_disassemble(self):
        case = self.clearance_id
        if not case.production_id and not (self.bom_id or case._find_bom()):
            raise self.env["mes.aging.message"]._error("clearance_bom", product=self.product_id.display_name)
        if self.bom_id and self.bom_id.product_tmpl_id != self.product_id.product_tmpl_id:
            raise self.env["mes.aging.message"]._error("clearance_bom", product=self.product_id.display_name)

    def _apply_disassemble(self):
        order = self.clearance_id.production_id
        if order:
            self._give_back_order(order)
            return
        for quant, quantity in self._find_parts(self._get_open_qty()):
            for maker, share in self._get_makers(quant.lot_id, quantity):
                self.env["mrp.unbuild"].create(self._prepare_unbuild(quant, share, maker)).action_unbuild()

    def _get_makers(self, lot, quantity):
        """Return ``[(order or none, quantity)]``: the orders that made this lot, for what they made of it."""
        Production = self.env["mrp.production"]
        domain = [("lot_producing_ids", "in", lot.ids), ("state", "=", "done"), ("product_id", "=", self.product_id.id)]
        makers, rest = [], quantity
        for order in Production.search(domain, order="id") if lot else Production:
            made = order.product_uom_id._compute_quantity(order.qty_produced, self.uom_id)
            gone = order.unbuild_ids.filtered(lambda unbuild: unbuild.state == "done")
            made -= sum(one.product_uom_id._compute_quantity(one.product_qty, self.uom_id) for one in gone)
            share = min(made, rest)
            if self.uom_id.compare(share, 0) > 0:
                makers.append((order, share))
                rest -= share
        return [*makers, (Production, rest)] if self.uom_id.compare(rest, 0) > 0 else makers

    def _prepare_unbuild(self, quant, quantity, maker):
        return {
            "product_id": self.product_id.id,
            "lot_id": quant.lot_id.id,
            "product_qty": quantity,
            "product_uom_id": self.uom_id.id,
            "mo_id": maker.id,
            "bom_id": (self.bom_id or maker.bom_id or self.clearance_id._find_bom()).id,
            "location_id": quant.location_id.id,
            "location_dest_id": self._get_warehouse().lot_stock_id.id,
            "company_id": self.company_id.id,
            **self._tie(),
        }

    def _give_back_order(self, order):
        """Take the pieces off the order: what lay ready for them is free again."""
        parts = self._get_order_parts(order)
        self.order_value += sum(self._get_value_of(place, quantity) for place, quantity in parts)
        self._cut_order(order)
        order._mes_assign_again()

    def _get_value_of(self, place, quantity):
        product = self.env["product.product"].browse(place["product_id"])
        unit = self.env["uom.uom"].browse(place["product_uom_id"])
        return unit._compute_quantity(quantity, product.uom_id, round=False) * product.standard_price

    def _measure_disassemble(self):
        """Return what was taken apart, at the value with which its parts came back to stock."""
        if self.clearance_id.production_id:
            return Progress(self.order_qty, self.order_value)
        unbuilds = self.unbuild_ids.filtered(lambda unbuild: unbuild.state == "done")
        done = sum(one.product_uom_id._compute_quantity(one.product_qty, self.uom_id, round=False) for one in unbuilds)
        moves = unbuilds.produce_line_ids.filtered(
            lambda move: move.state == "done" and move.location_id.usage == "production"
        )
        value = sum(move._mes_get_worth() for move in moves)
        return Progress(done, value, self._get_work_cost(done))


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def _prepare_finished_move_line_vals(self, finished_move):
        """Take the very package and owner that the case found."""
        vals = super()._prepare_finished_move_line_vals(finished_move)
        line = self.mes_clearance_line_id.sudo()
        for quant in line._get_free_quants() if line else ():
            free = quant.quantity - quant.reserved_quantity
            is_there = quant.location_id == self.location_id and quant.lot_id == self.lot_id
            if is_there and line.uom_id.compare(free, finished_move.product_qty) >= 0:
                vals.update(package_id=quant.package_id.id, owner_id=quant.owner_id.id)
                break
        return vals


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_get_worth(self):
        """Return the value of what has moved, in company currency: as it was booked, else at current cost."""
        self.ensure_one()
        return abs(self.value) or self._get_valued_qty() * self.product_id.with_company(self.company_id).standard_price
