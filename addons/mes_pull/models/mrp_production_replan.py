"""Orders that nobody asks for any more: reduced, split, parked, and taken up again."""

from odoo import api, fields, models
from odoo.fields import Command

from ..const import CLOSED_ORDER_STATES, LATER, OPEN_MOVE_STATES
from ..tools.replan import Supply


class MrpProduction(models.Model):
    """A parked order is a draft that is paused because nobody asks for it; see `mes.pull.replan`."""

    _inherit = "mrp.production"

    mes_is_procured = fields.Boolean(
        "Made for Demand", readonly=True, copy=False, help="Made by a sales order, a rule or another order."
    )
    mes_hand_edited = fields.Boolean(
        "Edited by Hand",
        readonly=True,
        copy=False,
        help="A person set its quantity: the plan proposes changes instead of making them.",
    )
    mes_is_parked = fields.Boolean(
        "Parked",
        readonly=True,
        copy=False,
        help="Nobody asks for it any more. The next demand for the product takes it up again.",
    )
    mes_is_filled_in = fields.Boolean(
        readonly=True, copy=False, help="The quantity being produced was filled in by a start; nobody counted it."
    )
    mes_orderpoint_id = fields.Many2one("stock.warehouse.orderpoint", readonly=True, copy=False)
    mes_change_ids = fields.One2many("mes.pull.change", "production_id", string="Plan Changes", readonly=True)
    mes_change_count = fields.Integer(compute="_compute_mes_change_count", compute_sudo=True)

    _mes_procured_idx = models.Index("(product_id) WHERE mes_is_procured")
    _mes_parked_idx = models.Index("(product_id) WHERE mes_is_parked")

    @api.depends("mes_change_ids")
    def _compute_mes_change_count(self):
        counts = dict(
            self.env["mes.pull.change"]._read_group([("production_id", "in", self.ids)], ["production_id"], ["__count"])
        )
        for production in self:
            production.mes_change_count = counts.get(production, 0)

    def action_mes_open_changes(self):
        """Open what was changed automatically on these orders, and what is proposed."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_change_action")
        return {**action, "domain": [("production_id", "in", self.ids)], "context": {}}

    # -- what it brings -----------------------------------------------------------------------------------------

    def _mes_get_open_finished(self):
        return self.move_finished_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state not in CLOSED_ORDER_STATES
        )

    def _mes_get_replan_key(self):
        return self.product_id.id, self.picking_type_id.warehouse_id.id

    def _mes_get_supply(self, among=None):
        """Return what the order brings, for `tools/replan.py`, in the product's unit of measure.

        :param among: the orders that may give back together with this one
        """
        self.ensure_one()
        uom = self.product_id.uom_id
        counted = self.product_uom_id._compute_quantity(self._mes_get_counted(), uom)
        moves = self._mes_get_open_finished()
        quantity = sum(moves.mapped("product_qty"))
        asks = moves._mes_get_asks(among.move_finished_ids if among else None)
        return Supply(self.id, quantity, min(counted, quantity), asks)

    def _mes_get_counted(self):
        """Return what was counted on the order, in its own unit: nothing of it is ever taken back.

        Starting a work order fills in the whole rest as being produced; that is no count.
        """
        self.ensure_one()
        made = max(self.workorder_ids.mapped("qty_produced"), default=0.0)
        return max(made, 0.0 if self.mes_is_filled_in else self.qty_producing)

    # -- giving back --------------------------------------------------------------------------------------------

    def _mes_cut(self, before, after, cause):
        """Bring ``after`` instead of ``before`` (product's unit): reduce, split and park, or propose.

        :return: the proposal, where a person decides
        """
        self.ensure_one()
        Change = self.env["mes.pull.change"]
        if self.mes_hand_edited or Change._is_for_a_person(self, before, after):
            return Change._propose(self, before, after, cause)
        hours = self._mes_get_hours()
        action = self._mes_apply_cut(after, Change._get_reason(cause))
        hours -= 0 if self.mes_is_parked else self._mes_get_hours()
        Change._log(self, before, after, action, cause, hours=hours)
        return Change

    def _mes_apply_cut(self, after, reason=None):
        """Let the order bring ``after`` (product's unit). Return the kind of change, see `const.CHANGE_ACTIONS`."""
        self.ensure_one()
        reason = reason or self.env["mes.pull.change"]._get_reason(None)
        if self.product_id.uom_id.is_zero(after):
            if self._mes_stop_at_once():
                self._mes_park(reason)
            else:
                self._mes_pause_in_place(reason)
            return "paused"
        if self._mes_is_started():
            self._mes_split_rest(after)
            return "paused"
        self._mes_reduce(self.product_id.uom_id._compute_quantity(after, self.product_uom_id))
        self._mes_fit_bookings()
        return "reduced"

    def _mes_reduce(self, quantity):
        """Set a smaller quantity (own unit) of an order on which no work has begun.

        Odoo would run a procurement of less for each component; what it orders less is seen to by the next round.
        """
        raw = self.move_raw_ids.filtered(lambda move: move.state in OPEN_MOVE_STATES)
        before = {move: move.product_qty for move in raw}
        self.with_context(no_procurement=True, mes_scheduler=LATER)._mes_set_quantity(quantity)
        less = {move: quantity - move.product_qty for move, quantity in before.items()}
        self.env["mes.pull.replan"]._note_loss(raw, less)
        raw._mes_withdraw_steps(less)

    def _mes_stop_at_once(self):
        """Stop the clocks of an order on which nothing was counted; return False where something was."""
        self.ensure_one()
        if not self._mes_is_started():
            return True
        uom = self.product_uom_id
        if not uom.is_zero(self._mes_get_counted()) or "done" in self.workorder_ids.mapped("state"):
            return False
        if any(self.move_raw_ids.mapped("picked")) and not self.mes_is_filled_in:
            return False
        running = self.workorder_ids.filtered(lambda work: work.state == "progress")
        running.end_all()
        running.write({"state": "ready"})
        self.move_raw_ids.filtered(lambda move: move.state not in CLOSED_ORDER_STATES).picked = False
        self.qty_producing = 0
        return True

    def _mes_split_rest(self, after):
        """Keep ``after`` (product's unit) on this order, which has started; the rest is split off and parked."""
        uom = self.product_uom_id
        keep = max(self.product_id.uom_id._compute_quantity(after, uom), self._mes_get_counted())
        rest = self.product_qty - keep
        if uom.compare(rest, 0) <= 0:
            return
        filled_in = self.mes_is_filled_in
        parts = self.with_context(skip_activity=True)._split_productions({self: [keep, rest]})
        if filled_in:
            self.write({"qty_producing": keep, "mes_is_filled_in": True})
        works = self.workorder_ids.filtered(lambda work: work.state not in CLOSED_ORDER_STATES)
        for work in works:
            work.duration_expected = work._get_duration_expected()
        self._mes_fit_bookings()
        (parts - self)._mes_park(self.env._("Rest of %s, which nobody asks for any more", self.name))

    def _mes_fit_bookings(self):
        """Let the bookings of planned work orders end where the work now ends: the machine is free after it."""
        for work in self.workorder_ids:
            if work.leave_id and work.date_start and work.state not in CLOSED_ORDER_STATES:
                finished = work._calculate_date_finished(work.date_start)
                if finished and work.date_finished and finished < work.date_finished:
                    work.date_finished = finished

    def _mes_get_hours(self):
        """Return the machine time that the order still plans, in hours."""
        works = self.workorder_ids.filtered(lambda work: work.state not in CLOSED_ORDER_STATES)
        return sum(works.mapped("duration_expected")) / 60

    # -- parking and taking up again ----------------------------------------------------------------------------

    def _mes_park(self, reason):
        """Put orders on which nothing was counted aside: no reservation, no machine time, no demand for components."""
        replan = self.env["mes.pull.replan"]
        with replan._operation():
            for production in self.sudo():
                raw = production.move_raw_ids.filtered(lambda move: move.state not in CLOSED_ORDER_STATES)
                raw._do_unreserve()
                production._mes_free_machines()
                quantities = {move: move.product_qty for move in raw}
                replan._note_loss(raw, quantities)
                raw._mes_withdraw_steps(quantities)
                moves = raw | production.move_finished_ids.filtered(lambda move: move.state not in CLOSED_ORDER_STATES)
                moves.write({"state": "draft"})
                production.write(
                    {
                        "state": "draft",
                        "mes_is_parked": True,
                        "mes_pull_state": "paused",
                        "mes_pause_reason": reason,
                        "mes_release_state": False,
                        "mes_signal_ids": [Command.clear()],
                        "mes_orderpoint_id": production.orderpoint_id.id,
                        "orderpoint_id": False,
                    }
                )
        self.sudo()._mes_on_capacity_freed()

    def _mes_serves(self, procurement, rule):
        """Return whether this parked order makes what ``procurement`` asks for by ``rule``."""
        self.ensure_one()
        signal = procurement.values.get("mes_signal_id")
        return (
            self.state == "draft"
            and self.product_id == procurement.product_id
            and self.company_id == procurement.company_id
            and self.picking_type_id == (self.bom_id.picking_type_id or rule.picking_type_id)
            and self.bom_id
            == rule._get_matching_bom(procurement.product_id, procurement.company_id, procurement.values)
            and self.mes_loop_id == (signal.loop_id if signal else self.env["mes.pull.loop"])
        )

    def _mes_take_up(self, procurement):
        """Let these parked orders bring what ``procurement`` asks for. Return what is left, in its unit."""
        left = procurement.product_qty
        for production in self:
            if procurement.product_uom.compare(left, 0) <= 0:
                break
            wanted = procurement.product_uom._compute_quantity(left, production.product_uom_id)
            taken = min(wanted, production.product_qty)
            production._mes_unpark(taken, procurement.values)
            left -= production.product_uom_id._compute_quantity(taken, procurement.product_uom)
        return left

    def _mes_unpark(self, quantity, values=None):
        """Put a parked order back into the plan with ``quantity`` (its own unit); what that lacks is procured.

        :param dict values: those of the procurement that asked for it
        """
        self.ensure_one()
        values = values or {}
        before = self.product_uom_qty
        dests = values.get("move_dest_ids") or self.env["stock.move"]
        vals = {
            "mes_is_parked": False,
            "mes_pull_state": "normal",
            "mes_pause_reason": False,
            "orderpoint_id": self.mes_orderpoint_id.id,
            "mes_orderpoint_id": False,
        }
        if values.get("mes_signal_id"):
            vals["mes_signal_ids"] = [Command.link(values["mes_signal_id"].id)]
        for name in ("date_deadline", "sale_line_id"):
            if values.get(name):
                vals[name] = values[name]
        self.write(vals)
        if values.get("reference_ids"):
            self.reference_ids |= values["reference_ids"]
        quiet = self.with_context(no_procurement=True, mes_scheduler=LATER)
        quiet.action_confirm()
        if self.product_uom_id.compare(quantity, self.product_qty) != 0:
            quiet._mes_set_quantity(quantity)
        # made before the delivery that asks, Odoo would take its pieces for returned ones
        self.move_finished_ids.sale_line_id = False
        self._mes_get_open_finished().move_dest_ids = [Command.link(move.id) for move in dests]
        self._mes_procure_components()
        after = self.product_uom_qty
        self.env["mes.pull.change"]._log(self, 0.0, after, "resumed", None, parked=before)

    def _mes_procure_components(self):
        """Order what the components of orders that were taken up again are short of, where they are made to order."""
        procurements = []
        for move in self.move_raw_ids.filtered(lambda move: move.state in OPEN_MOVE_STATES):
            if move.procure_method == "make_to_order":
                shortage = move._mes_get_shortage()
                if move.product_uom.compare(shortage, 0) > 0:
                    procurements.append(move._mes_prepare_procurement(shortage))
        if procurements:
            self.env["stock.rule"].run(procurements)
        self.move_raw_ids._trigger_scheduler()

    # -- the paths ----------------------------------------------------------------------------------------------

    def write(self, vals):
        by_hand = "product_qty" in vals and not self.env.su
        if by_hand:
            changed = self.filtered(
                lambda mo: (
                    mo.mes_is_procured and mo.product_uom_id.compare(mo.product_qty, vals["product_qty"] or 0) != 0
                )
            )
            changed.sudo().filtered(lambda mo: not mo.mes_hand_edited).mes_hand_edited = True
        if "qty_producing" in vals and "mes_is_filled_in" not in vals and any(self.mapped("mes_is_filled_in")):
            vals = {**vals, "mes_is_filled_in": False}
        return super().write(vals)

    def action_confirm(self):
        for production in self.filtered("mes_is_parked"):
            raise self.env["mes.pull.message"]._error(
                "paused", order=production.name, reason=production.sudo().mes_pause_reason or "-"
            )
        return super().action_confirm()

    def _action_cancel(self):
        with self.env["mes.pull.replan"]._operation(self._mes_get_cancel_reason()):
            return super()._action_cancel()

    def _mes_get_cancel_reason(self):
        return self.env._("%s was cancelled", ", ".join(self.mapped("name")))

    def button_mark_done(self):
        with self.env["mes.pull.replan"]._operation():
            return super().button_mark_done()

    def action_mes_resume(self):
        """See `mrp_production_release.py`; a parked order goes back into the plan with its whole quantity."""
        self._mes_check_planner()
        parked = self.filtered("mes_is_parked").sudo()
        for production in parked:
            production._mes_unpark(production.product_qty)
            production.mes_hand_edited = True  # a person wants it, whatever the demand
        return super(MrpProduction, self - parked.with_env(self.env)).action_mes_resume()

    def action_merge(self):
        """Merge orders; what was made for demand stays so."""
        procured = all(self.mapped("mes_is_procured"))
        with self.env["mes.pull.replan"]._operation():
            action = super().action_merge()
            self.browse(action["res_id"]).sudo().mes_is_procured = procured
        return action

    def _get_backorder_mo_vals(self):
        return {
            **super()._get_backorder_mo_vals(),
            "mes_is_procured": self.mes_is_procured,
            "mes_hand_edited": self.mes_hand_edited,
        }


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        uncounted = self.production_id.filtered(lambda mo: mo.product_uom_id.is_zero(mo.qty_producing))
        result = super().button_start(raise_on_invalid_state=raise_on_invalid_state)
        uncounted.sudo().filtered("qty_producing").mes_is_filled_in = True
        return result


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_cancel(self):
        reason = self.env._("%s was cancelled", ", ".join(self.mapped("name")))
        with self.env["mes.pull.replan"]._operation(reason):
            return super().action_cancel()

    def _action_done(self):
        with self.env["mes.pull.replan"]._operation():
            return super()._action_done()
