"""Open boards are told when stock or its plan changes: once a transaction, after it is committed."""

from odoo import api, models

BUS_TYPE = "mes_aging/board"
PLAN_FIELDS = {"state", "date", "product_uom_qty", "location_id", "location_dest_id", "location_final_id"}


class MesAgingBoard(models.AbstractModel):
    _inherit = "mes.aging.board"

    @api.model
    def _notify(self):
        """Tell every open board that figures changed; it reads them again."""
        told = self.env.cr.precommit.data
        if told.get(BUS_TYPE):
            return
        told[BUS_TYPE] = True
        group = self.env.ref("mes_aging.mes_aging_group_user", raise_if_not_found=False)
        if group:
            group.sudo()._bus_send(BUS_TYPE, {})  # only the bus reads it


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["mes.aging.board"]._notify()
        return super().create(vals_list)

    def write(self, vals):
        if "quantity" in vals or "reserved_quantity" in vals:
            self.env["mes.aging.board"]._notify()
        return super().write(vals)


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["mes.aging.board"]._notify()
        return super().create(vals_list)

    def write(self, vals):
        if not PLAN_FIELDS.isdisjoint(vals):
            self.env["mes.aging.board"]._notify()
        return super().write(vals)
