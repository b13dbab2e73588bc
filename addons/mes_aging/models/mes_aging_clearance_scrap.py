"""Scrap: with a reason, a proof and a manager's approval; of stock by lot and place, of an order its components."""

from odoo import models

from ..tools.clearance import Estimate
from .mes_aging_clearance_document import Progress


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _estimate_scrap(self):
        """Scrap brings nothing, at once."""
        giving_back = self._estimate_giving_back() if self.production_id else None
        if isinstance(giving_back, str):
            return giving_back
        return Estimate(self._get_rest_qty(), 0.0, 0.0, 0.0, self.env._("Its book value is lost."))

    def _get_rest_qty(self):
        """Return what is on no route yet, never below zero."""
        self.ensure_one()
        return max(self._get_plannable_qty(), 0.0)


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    def _check_scrap(self):
        self._check_approval()
        if not (self.reason or "").strip():
            raise self.env["mes.aging.message"]._error("clearance_reason", line=self.display_name)
        self._check_proof()

    def _apply_scrap(self):
        order = self.clearance_id.production_id
        if order:
            self._scrap_order(order)
            return
        for quant, quantity in self._find_parts(self._get_open_qty()):
            self._scrap(self._prepare_scrap(quant, quantity))

    def _scrap(self, vals):
        """Make a scrap and do it."""
        scrap = self.env["stock.scrap"].create(vals)
        scrap.do_scrap()
        scrap.flush_recordset(["scrap_qty"])  # one by one: Odoo recomputes only the first of several

    def _prepare_scrap(self, quant, quantity):
        return {
            "product_id": self.product_id.id,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "scrap_qty": quantity,
            "product_uom_id": self.uom_id.id,
            "location_id": quant.location_id.id,
            **self._prepare_scrap_base(),
        }

    def _prepare_scrap_base(self):
        return {"company_id": self.company_id.id, "origin": self.clearance_id.name, **self._tie()}

    def _scrap_order(self, order):
        """Take the pieces off the order, and scrap what lies ready for them."""
        parts = self._get_order_parts(order)
        if not parts:
            raise self.env["mes.aging.message"]._error("clearance_order_empty", order=order.name)
        self._cut_order(order)
        for place, quantity in parts:
            vals = {**place, "scrap_qty": quantity, "production_id": order.id}
            self._scrap({**vals, **self._prepare_scrap_base()})
        order._mes_assign_again()

    def _measure_scrap(self):
        if self.clearance_id.production_id:
            return Progress(self.order_qty)
        return self._measure_moves()


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _mes_assign_again(self):
        """Reserve again what an order that was cut still needs."""
        for order in self.filtered(lambda order: order.state in ("confirmed", "progress", "to_close")):
            order.action_assign()
