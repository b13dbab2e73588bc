"""Where manufacturing orders ask for inspections, and are stopped by them."""

from odoo import api, fields, models

from ..const import WORK_TRIGGERS


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    mes_inspection_ids = fields.One2many("mes.quality.inspection", "production_id", "Inspections")
    mes_inspection_count = fields.Integer("Number of Inspections", compute="_compute_mes_inspections")
    mes_inspection_todo = fields.Integer("To Inspect", compute="_compute_mes_inspections")

    @api.depends("mes_inspection_ids.state")
    def _compute_mes_inspections(self):
        counts = self.env["mes.quality.inspection"]._count_by("production_id", self)
        for order in self:
            order.mes_inspection_count, order.mes_inspection_todo = counts.get(order.id, (0, 0))

    def action_mes_inspections(self):
        return self.env["mes.quality.inspection"]._prepare_open_action(self.mes_inspection_ids)

    def action_confirm(self):
        result = super().action_confirm()
        self._mes_ask_inspections()
        return result

    def _action_confirm_mo_backorders(self):
        result = super()._action_confirm_mo_backorders()
        self.move_finished_ids._mes_ask_inspections()
        self._mes_ask_inspections()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        if self.env["mes.quality.plan"]._get_triggers():
            self.sudo().filtered(lambda order: order.state == "cancel").mes_inspection_ids._cancel()
        return result

    def _post_inventory(self, cancel_backorder=False):
        """The last point that every way to finish passes."""
        if self.env["mes.quality.plan"]._get_triggers() & WORK_TRIGGERS:
            foreground = self.filtered(lambda order: not order._mes_is_background())
            foreground._mes_check_gates(foreground.workorder_ids)
        result = super()._post_inventory(cancel_backorder=cancel_backorder)
        if self.env["mes.quality.plan"]._get_triggers() & WORK_TRIGGERS:
            self.filtered(lambda order: order._mes_is_background())._mes_hold_output()
        return result

    def _mes_hold_output(self):
        """What was finished in the background, past open inspections, is held until they are decided."""
        for inspection in self._mes_get_gates(self.workorder_ids):
            order = inspection.production_id
            made = order.move_finished_ids.filtered(lambda move, order=order: move.product_id == order.product_id)
            lines = made.move_line_ids.filtered(lambda line: line.state == "done")
            if lines:
                self.env["mes.quality.hold"]._create_for(inspection._meet(lines))

    def write(self, vals):
        if vals.get("state") == "done" and self.env["mes.quality.plan"]._get_triggers() & WORK_TRIGGERS:
            foreground = self.filtered(lambda order: order.state != "done" and not order._mes_is_background())
            foreground._mes_check_gates(foreground.workorder_ids)
        return super().write(vals)

    def _mes_is_background(self):
        """Return whether this order is finished by another document, which must not be stopped: a subcontractor's."""
        self.ensure_one()
        return self.bom_id.type == "subcontract"

    # -- asking -------------------------------------------------------------------------------------------------

    def _mes_ask_inspections(self):
        """Create the inspections of these orders' start and operations, as far as there are none yet."""
        plans = self.env["mes.quality.plan"]
        if not any(plans._get_ids(trigger) for trigger in WORK_TRIGGERS):
            return
        known = {
            (one.plan_id, one.production_id, one.workorder_id)
            for one in self.sudo().mes_inspection_ids
            if one.state != "cancelled"
        }
        requests = []
        for order in self.sudo().filtered(lambda order: order.state not in ("draft", "done", "cancel")):
            for plan, workorder in order._mes_get_plans():
                if (plan, order, workorder) not in known:
                    requests.append(order._mes_prepare_request(plan, workorder))
        self.env["mes.quality.inspection"]._create_for(requests)

    def _mes_get_plans(self):
        """Return ``[(plan, work order or none)]`` that this order asks for."""
        self.ensure_one()
        plans, nothing = self.env["mes.quality.plan"], self.env["mrp.workorder"]
        common = {"picking_type": self.picking_type_id}
        asked = plans._get_for("production_start", self.company_id, self.product_id, **common)
        found = [(plan, nothing) for plan in asked]
        for work in self.workorder_ids if plans._get_ids("operation") else ():
            more = {"operation": work.operation_id, "workcenter": work.workcenter_id, **common}
            found += [(plan, work) for plan in plans._get_for("operation", self.company_id, self.product_id, **more)]
        return found

    def _mes_prepare_request(self, plan, workorder, quantity=None):
        self.ensure_one()
        return {
            "plan": plan,
            "product": self.product_id,
            "quantity": self.product_uom_qty if quantity is None else quantity,
            "company": self.company_id,
            "partner": self.env["res.partner"],
            "vals": {
                "production_id": self.id,
                "workorder_id": workorder.id,
                "date_due": workorder.date_start or self.date_start,
            },
        }

    # -- gates --------------------------------------------------------------------------------------------------

    def _mes_get_gates(self, workorders):
        """Return the inspections that must be passed first: of the orders' start, and of these work orders."""
        domain = [
            ("production_id", "in", self.ids),
            ("trigger", "in", list(WORK_TRIGGERS)),
            ("blocks", "=", True),
            ("is_superseded", "=", False),
            ("state", "in", ("todo", "failed")),
        ]
        found = self.env["mes.quality.inspection"].sudo().search(domain) if self else self.env["mes.quality.inspection"]
        return found.filtered(lambda one: one.trigger == "production_start" or one.workorder_id in workorders)

    def _mes_check_gates(self, workorders):
        """Stop what waits for an inspection.

        :raises odoo.exceptions.UserError: with the inspections to decide
        """
        gates = self._mes_get_gates(workorders)
        if gates:
            raise self.env["mes.quality.message"]._error("gate_work", **gates._get_gate_values())
