"""Where stock moves ask for inspections, and are stopped by them."""

from odoo import fields, models

from ..const import MOVE_TRIGGERS

CLOSED = ("done", "cancel")


class StockMove(models.Model):
    _inherit = "stock.move"

    mes_inspection_ids = fields.One2many("mes.quality.inspection", "move_id", "Inspections")

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        moves._mes_ask_inspections()
        return moves

    def _action_cancel(self):
        result = super()._action_cancel()
        if self.env["mes.quality.plan"]._get_triggers():
            self._mes_drop_inspections()
        return result

    def _action_done(self, cancel_backorder=False):
        triggers = self.env["mes.quality.plan"]._get_triggers()
        if "delivery" in triggers:
            self._mes_check_delivery()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if "delivery" in triggers:
            done._mes_name_delivered_lots()
        return done

    # -- asking -------------------------------------------------------------------------------------------------

    def _mes_get_trigger(self):
        """Return at which trigger this move is inspected, or False.

        Receipts are what comes from outside, but for returns of customers: these come back as the lot they are.
        """
        self.ensure_one()
        if self.production_id:
            return "production" if not self.unbuild_id else False
        code = self.picking_type_id.code
        if code == "incoming":
            from_outside = self.location_id.usage in ("supplier", "transit")
            return "receipt" if from_outside or self.location_id._mes_is_subcontractor() else False
        return "delivery" if code == "outgoing" and self.location_dest_id.usage in ("customer", "transit") else False

    def _mes_ask_inspections(self):
        """Create the inspections that control plans ask for, as far as there are none yet."""
        plans = self.env["mes.quality.plan"]
        asked = [trigger for trigger in MOVE_TRIGGERS if plans._get_ids(trigger)]
        if not asked:
            return
        moves = self.sudo().filtered(lambda move: move.state not in CLOSED and move._mes_get_trigger() in asked)
        known = moves._mes_get_known_inspections()
        requests = []
        for move in moves:
            for plan in move._mes_get_plans():
                key = move._mes_get_inspection_key(plan)
                if key not in known:
                    known.add(key)
                    requests.append(move._mes_prepare_request(plan))
        self.env["mes.quality.inspection"]._create_for(requests)

    def _mes_get_plans(self):
        self.ensure_one()
        return self.env["mes.quality.plan"]._get_for(
            self._mes_get_trigger(),
            self.company_id,
            self.product_id,
            partner=self.picking_id.partner_id or self.partner_id,
            picking_type=self.picking_type_id,
            workcenter=None,
        )

    def _mes_get_inspection_key(self, plan):
        """Return what is inspected once: a move; of deliveries a product, or all of it where the plan is for all."""
        self.ensure_one()
        if plan.trigger != "delivery":
            return plan, self
        return plan, self.picking_id, self.product_id if plan.product_ids or plan.categ_id else self.product_id.browse()

    def _mes_get_known_inspections(self):
        """Return the keys of the inspections that are there already."""
        domain = [
            *("|", ("move_id", "in", self.ids), "&", ("trigger", "=", "delivery")),
            *(("picking_id", "in", self.picking_id.ids), ("state", "!=", "cancelled")),
        ]
        found = self.env["mes.quality.inspection"].sudo().search(domain)
        return {
            (one.plan_id, one.picking_id, one.product_id) if one.trigger == "delivery" else (one.plan_id, one.move_id)
            for one in found
        }

    def _mes_prepare_request(self, plan):
        self.ensure_one()
        whole = plan.trigger == "delivery" and not (plan.product_ids or plan.categ_id)
        moves = self.picking_id.move_ids.filtered(lambda move: whole or move.product_id == self.product_id)
        moves = moves if plan.trigger == "delivery" else self
        return {
            "plan": plan,
            "product": self.product_id.browse() if whole else self.product_id,
            "quantity": sum(move.product_qty for move in moves if move.state not in CLOSED),
            "company": self.company_id,
            "partner": self.picking_id.partner_id or self.partner_id,
            "vals": {
                "move_id": False if plan.trigger == "delivery" else self.id,
                "picking_id": self.picking_id.id,
                "production_id": self.production_id.id,
                "date_due": self.date,
            },
        }

    def _mes_drop_inspections(self):
        """Nothing comes any more: there is nothing to inspect."""
        self.sudo().filtered(lambda move: move.state == "cancel").mes_inspection_ids._cancel()
        pickings = self.picking_id.filtered(lambda picking: picking.state == "cancel")
        if pickings:
            domain = [("picking_id", "in", pickings.ids), ("trigger", "=", "delivery")]
            self.env["mes.quality.inspection"].sudo().search(domain)._cancel()

    # -- deliveries ---------------------------------------------------------------------------------------------

    def _mes_check_delivery(self):
        """What is delivered must have passed, where the plan blocks.

        :raises odoo.exceptions.UserError: with the inspections to decide
        """
        leaving = self.filtered(
            lambda move: move.state not in CLOSED and move.quantity and move._mes_get_trigger() == "delivery"
        )
        leaving = leaving.filtered("picked") or leaving
        for picking, inspections in leaving.picking_id._mes_get_open_gates().items():
            products = leaving.filtered(lambda move, picking=picking: move.picking_id == picking).product_id
            waiting = inspections.filtered(
                lambda one, products=products: not one.product_id or one.product_id in products
            )
            if waiting:
                names = ", ".join(waiting.mapped("name"))
                message = self.env["mes.quality.message"]
                raise message._error("gate_delivery", picking=picking.name, inspections=names)

    def _mes_name_delivered_lots(self):
        """Keep with the inspections of a delivery which lots left."""
        pickings = self.filtered(lambda move: move._mes_get_trigger() == "delivery").picking_id
        domain = [("picking_id", "in", pickings.ids), ("trigger", "=", "delivery"), ("lot_ids", "=", False)]
        for inspection in self.env["mes.quality.inspection"].sudo().search(domain) if pickings else ():
            moves = self.filtered(lambda move, one=inspection: move.picking_id == one.picking_id)
            lots = moves.move_line_ids.lot_id
            lots = lots.filtered(lambda lot, one=inspection: not one.product_id or lot.product_id == one.product_id)
            inspection._write_checked({**inspection._prepare_lot_vals(lots), "is_met": True})
