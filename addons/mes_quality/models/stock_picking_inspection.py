"""Inspections of a transfer."""

from odoo import api, fields, models

from ..const import MOVE_TRIGGERS


class StockPicking(models.Model):
    _inherit = "stock.picking"

    mes_inspection_ids = fields.One2many("mes.quality.inspection", "picking_id", "Inspections")
    mes_inspection_count = fields.Integer("Number of Inspections", compute="_compute_mes_inspections")
    mes_inspection_todo = fields.Integer("To Inspect", compute="_compute_mes_inspections")

    @api.depends("mes_inspection_ids.state")
    def _compute_mes_inspections(self):
        counts = self.env["mes.quality.inspection"]._count_by("picking_id", self)
        for picking in self:
            picking.mes_inspection_count, picking.mes_inspection_todo = counts.get(picking.id, (0, 0))

    def action_mes_inspections(self):
        return self.env["mes.quality.inspection"]._prepare_open_action(self.mes_inspection_ids)

    def _mes_get_open_gates(self):
        """Return ``{picking: inspections}`` that must be passed before it leaves."""
        domain = [
            ("picking_id", "in", self.ids),
            ("trigger", "=", "delivery"),
            ("blocks", "=", True),
            ("is_superseded", "=", False),
            ("state", "in", ("todo", "failed")),
        ]
        found = self.env["mes.quality.inspection"].sudo().search(domain) if self else self.env["mes.quality.inspection"]
        return found.grouped("picking_id")

    def _pre_action_done_hook(self):
        """Open the inspections that a delivery waits for, instead of only refusing it."""
        if "delivery" in self.env["mes.quality.plan"]._get_triggers():
            gates = self._mes_get_open_gates()
            if gates and self.env.user.has_group("mes_quality.mes_quality_group_user"):
                waiting = self.env["mes.quality.inspection"].union(*gates.values())
                return self.env["mes.quality.inspection"]._prepare_open_action(waiting)
        return super()._pre_action_done_hook()

    def _create_backorder(self, backorder_moves=None):
        """What comes later is inspected later."""
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        if self.env["mes.quality.plan"]._get_triggers() & set(MOVE_TRIGGERS):
            for picking in backorders:
                picking.move_ids.sudo().mes_inspection_ids._write_checked({"picking_id": picking.id})
            backorders.move_ids._mes_ask_inspections()
        return backorders
