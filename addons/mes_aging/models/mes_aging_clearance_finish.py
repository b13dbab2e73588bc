"""Finish first: an order that has begun goes before the others, is planned anew, and is followed until it is done.

With ``mes_pull`` beside it, a planner's route expedites the order and orders the overtime; else the planner is asked.
"""

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.clearance import Estimate
from .mes_aging_clearance_document import Progress

OPEN_ORDERS = ("confirmed", "progress", "to_close")


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _get_orders(self):
        """Return the order of the case with its backorders."""
        return self.production_id.production_group_id.production_ids | self.production_id

    def _get_left_of_orders(self):
        """What is left of an order may be on its backorders."""
        left = super()._get_left_of_orders()
        for case in self.filtered(lambda case: case.id in left):
            rest = case.sudo()._get_rest_of_orders()
            left[case.id] = max(min(rest, case.quantity - case.cleared_qty), 0.0)
        return left

    def _get_rest_of_orders(self):
        """Return what is still to make, in the product's unit."""
        return sum(
            order.product_uom_id._compute_quantity(order.product_qty - order.qty_produced, self.uom_id)
            for order in self._get_orders()
            if order.state in OPEN_ORDERS
        )

    def _estimate_finish(self):
        """What the finished pieces are worth, less the components and the work that are still missing."""
        if not self.production_id:
            return self.env._("It isn't in an order: there is nothing to finish.")
        order, quantity = self.production_id, self._get_rest_qty()
        value = quantity * order.product_id.with_company(self.company_id).standard_price
        raws = order.move_raw_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        parts = sum(move.product_qty * move.product_id.with_company(self.company_id).standard_price for move in raws)
        works = order.workorder_ids.filtered(lambda work: work.state not in ("done", "cancel"))
        minutes = sum(max(work.duration_expected - work.duration, 0.0) for work in works)
        work_cost = sum(
            max(work.duration_expected - work.duration, 0.0) / 60 * work.workcenter_id.costs_hour for work in works
        )
        why = self.env._(
            "Finished pieces at cost, less components of %(parts)s and %(minutes)s minutes of work.",
            parts=self.currency_id.format(parts),
            minutes=round(minutes),
        )
        return Estimate(quantity, value, parts + work_cost, max(minutes / 480, 1.0), why)


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    start_qty = fields.Float("Made Before", digits="Product Unit", readonly=True, copy=False)
    start_value = fields.Monetary("Used Before", readonly=True, copy=False)
    shift_date = fields.Datetime("Extra Shift", help="Starts then: the planner gets an activity.")
    shift_hours = fields.Float("Hours of the Extra Shift")

    def _check_finish(self):
        message = self.env["mes.aging.message"]
        orders = self.clearance_id._get_orders().filtered(lambda order: order.state in OPEN_ORDERS)
        if not orders:
            raise message._error(
                "clearance_unfinished", product=self.product_id.display_name, case=self.clearance_id.name
            )
        for order in orders:
            if "mes_pull_state" in order._fields and order.mes_pull_state == "paused":
                raise message._error("clearance_paused", order=order.name)
        if self.shift_hours and not self.shift_date:
            raise message._error("clearance_shift", line=self.display_name)

    def _apply_finish(self):
        """Put the order first, plan it anew from now, and ask for the extra shift."""
        orders = self.clearance_id._get_orders()
        if self.run <= 1:  # tried again, what was made by the first try counts on
            self.write({"start_qty": self._get_made(orders), "start_value": self._get_used(orders)})
        orders.mes_finish_line_id = self
        for order in orders.filtered(lambda order: order.state in OPEN_ORDERS):
            order.priority = "1"
            self._order_overtime(order) or self._ask_for_shift(order)
            self._plan_now(order)

    def _may_plan(self):
        """Return whether whoever executes this may order overtime and expedite, which ``mes_pull`` lets planners do."""
        pull = self.sudo(False).env
        return "mes.pull.overtime" in pull and pull["mes.pull.overtime"].has_access("create")

    def _plan_now(self, order):
        if self._may_plan():
            order.action_mes_expedite()
            return
        now = fields.Datetime.now()
        if order.date_start > now and not order.is_planned:
            order.date_start = now
        if order.workorder_ids and not order.is_planned:
            order.button_plan()
        elif order.workorder_ids:
            order._plan_workorders(replan=True)

    def _order_overtime(self, order):
        """Order the extra shift at the work centers where the order still waits. Return whether that was possible."""
        works = order.workorder_ids.filtered(lambda work: work.state not in ("done", "cancel"))
        if not self.shift_date or not works or not self._may_plan():
            return False
        try:
            with self.env.cr.savepoint():
                vals_list = [self._prepare_overtime(order, center) for center in works.workcenter_id]
                self.sudo(False).env["mes.pull.overtime"].create([vals for vals in vals_list if vals])
        except UserError:  # over, or they work then anyway: the planner decides
            return False
        return True

    def _prepare_overtime(self, order, center):
        """Return the values of the overtime at a work center, on its clock; none when it is ordered already."""
        zone = center.resource_calendar_id.tz or "UTC"
        start = fields.Datetime.context_timestamp(self.with_context(tz=zone), self.shift_date)
        hour = start.hour + start.minute / 60
        vals = {
            "workcenter_id": center.id,
            "date": start.date(),
            "hour_from": hour,
            "hour_to": min(hour + (self.shift_hours or 1.0), 24.0),
            "reason": self.display_name,
        }
        known = self.env["mes.pull.overtime"].search_count(
            [(name, "=", vals[name]) for name in ("workcenter_id", "date", "reason")] + [("state", "=", "ordered")]
        )
        return None if known else vals

    def _ask_for_shift(self, order):
        """Give the planner an activity for the extra shift, once."""
        if not self.shift_date:
            return
        planner = order.user_id or self.user_id or self.env.user
        shift = fields.Datetime.context_timestamp(self.with_user(planner), self.shift_date)
        summary = self.env._("Extra shift for %(order)s: %(hours)s hours", order=order.name, hours=self.shift_hours)
        known = order.activity_ids.filtered(lambda activity: activity.summary == summary)
        if not known:
            note = self.env._(
                "Asked for by %(case)s, from %(date)s.", case=self.clearance_id.name, date=f"{shift:%F %R}"
            )
            order.activity_schedule(
                "mail.mail_activity_data_todo", shift.date(), summary=summary, note=note, user_id=planner.id
            )

    # -- following ----------------------------------------------------------------------------------------------

    def _get_made(self, orders):
        """Return what orders have made, in the product's unit."""
        return sum(
            order.product_uom_id._compute_quantity(order.qty_produced, self.uom_id, round=False) for order in orders
        )

    def _get_used(self, orders):
        """Return what orders have used and worked so far, in company currency."""
        raws = orders.move_raw_ids.filtered(lambda move: move.state == "done")
        return sum(move._mes_get_worth() for move in raws) + sum(work._cal_cost() for work in orders.workorder_ids)

    def _measure_finish(self):
        """Return what the order and its backorders made since, and what that took."""
        orders = self.clearance_id._get_orders()
        done = max(min(self._get_made(orders) - self.start_qty, self.quantity), 0.0)
        cost = max(self._get_used(orders) - self.start_value, 0.0)
        is_open = any(order.state in OPEN_ORDERS for order in orders)
        is_done = self.uom_id.compare(done, self.quantity) >= 0
        value = done * self.product_id.with_company(self.company_id).standard_price
        return Progress(done, value, cost, is_open and not is_done, is_final=bool(done) and not is_open)

    def _get_documents(self):
        found = super()._get_documents()
        orders = self.clearance_id._get_orders()
        return [orders, *found] if self.clearance_id.production_id and self.state in ("open", "done") else found


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_get_clearance_lines(self):
        """The moves of an order that is finished first belong to it, too."""
        orders = self.raw_material_production_id | self.production_id
        lines = super()._mes_get_clearance_lines()
        return lines | orders.sudo()._mes_get_finishing() if orders else lines


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    mes_finish_line_id = fields.Many2one(
        "mes.aging.clearance.line",
        "Finished First by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The route of a clearance case that follows this order; its backorders belong to it, too.",
    )

    def _get_backorder_mo_vals(self):
        return {**super()._get_backorder_mo_vals(), "mes_finish_line_id": self.mes_finish_line_id.id}

    def _mes_get_finishing(self):
        """Return the open routes that finish these orders; without any there is nothing to read."""
        return self.mes_finish_line_id.filtered(lambda line: line.state == "open")

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "product_qty" in vals:
            lines = self.sudo()._mes_get_finishing()
            if lines:
                lines._refresh()
                lines.clearance_id._settle()
        return result
