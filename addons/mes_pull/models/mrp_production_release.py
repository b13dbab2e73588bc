"""Release of orders to the floor: what does not fit under a limit waits in a queue and is released by itself."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES, PULL_STATES, RELEASE_STATES
from ..tools.wip import choose_releases

# Only the methods of this file write these: what is released is decided by the limits, not by who sends values.
GUARDED_FIELDS = {
    "mes_release_state",
    "mes_date_queued",
    "mes_date_released",
    "mes_lacks_demand",
    "mes_pull_state",
    "mes_pause_reason",
    "mes_loop_id",
    "mes_signal_ids",
    "mes_is_procured",
    "mes_hand_edited",
    "mes_is_parked",
    "mes_orderpoint_id",
}

# Writing one of these may make an order take more of a limit.
GROWTH_FIELDS = {
    "product_qty",
    "product_uom_id",
    "product_id",
    "location_dest_id",
    "location_final_id",
    "picking_type_id",
}


class MrpProduction(models.Model):
    """An order is confirmed as ever; whether work on it may begin is a question of its own.

    ::

        (draft) --confirm--> queued --fits under every limit, or an override--> released
                                ^----------------- back to the queue -------------'

    Nothing is refused to who makes an order (a sales order, the scheduler, a loop). What a person does with an order
    that is not released is refused: see `_mes_admit`, which every path to work on an order passes.
    """

    _inherit = "mrp.production"

    mes_release_state = fields.Selection(
        RELEASE_STATES,
        "Release",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Waiting: confirmed, but work may not begin, because a cap is reached or nobody asked for it.",
    )
    mes_queue_reason = fields.Text("Why It Waits", compute="_compute_mes_queue_reason", compute_sudo=True)
    mes_lacks_demand = fields.Boolean("Without Demand", readonly=True, copy=False)
    mes_date_queued = fields.Datetime("Waiting Since", readonly=True, copy=False)
    mes_date_released = fields.Datetime("Released On", readonly=True, copy=False)
    mes_pull_state = fields.Selection(
        PULL_STATES, "Pull Status", default="normal", required=True, readonly=True, copy=False
    )
    mes_pause_reason = fields.Char("Why It Is Paused", readonly=True, copy=False)
    mes_override_count = fields.Integer(compute="_compute_mes_override_count", compute_sudo=True)

    _mes_open_idx = models.Index("(product_id, state) WHERE state NOT IN ('done', 'cancel')")

    # -- computes -----------------------------------------------------------------------------------------------

    @api.depends("mes_release_state", "mes_pull_state", "state", "product_qty")
    def _compute_mes_queue_reason(self):
        queued = self.filtered(lambda mo: mo.mes_release_state == "queued" and mo.state not in CLOSED_ORDER_STATES)
        (self - queued).mes_queue_reason = False
        reasons = queued._mes_get_reasons()
        for production in queued:
            production.mes_queue_reason = reasons[production]

    def _mes_get_reasons(self):
        """Return ``{production: text}``: every limit that these orders, not released yet, run into."""
        if not self:
            return {}
        limit = self.env["mes.pull.limit"]
        message = self.env["mes.pull.message"]
        gauges, asks = limit._gather(self)
        reasons, next_jobs = {}, {}
        for production in self:
            lines = production._mes_explain(gauges, asks[production], next_jobs)
            if production.mes_pull_state == "paused":
                lines.insert(
                    0, message._text("paused", order=production.name, reason=production.mes_pause_reason or "-")
                )
            reasons[production] = "\n".join(lines) or message._text("behind_others")
        return reasons

    def _mes_explain(self, gauges, asks, next_jobs=None):
        """Return a line for each blocking limit under which ``asks`` does not fit."""
        self.ensure_one()
        limit = self.env["mes.pull.limit"]
        return [
            limit._explain(key, gauges[key], quantity, self.company_id, next_jobs)
            for key, quantity in asks.items()
            if gauges[key].blocks and not gauges[key].fits(quantity)
        ]

    def _compute_mes_override_count(self):
        counts = dict(
            self.env["mes.pull.override"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"], ["__count"]
            )
        )
        for production in self:
            production.mes_override_count = counts.get(production.id, 0)

    def _mes_get_target_loops(self):
        """Return ``{production: loops}`` (as superuser): the supermarkets in which these orders end."""
        loops = self.env["mes.pull.loop"]._get_loops_of_products(self.product_id)
        return {
            production: loops.filtered(
                lambda loop, mo=production: (
                    loop.product_id == mo.product_id
                    and loop.company_id == mo.company_id
                    and (loop._contains(mo.location_dest_id) or loop._contains(mo.location_final_id))
                )
            )
            for production in self
        }

    # -- the queue ----------------------------------------------------------------------------------------------

    def action_confirm(self):
        result = super().action_confirm()
        self._mes_enter_queue()
        return result

    def _mes_enter_queue(self):
        """Decide about orders that were not decided about: released when they fit, else queued."""
        new = self.filtered(lambda mo: not mo.mes_release_state and mo.state not in CLOSED_ORDER_STATES).sudo()
        if not new:
            return
        now = fields.Datetime.now()
        exempt = new.filtered(lambda mo: mo.bom_id.type == "subcontract")  # made by somebody else
        limited = new - exempt
        # of the gauges only those of demand are read here; working on the queue measures the loops
        gauges, asks = self.env["mes.pull.limit"].sudo()._gather(limited, measure_loops=False)
        free = limited.filtered(lambda mo: not asks[mo]) | exempt
        free.write({"mes_release_state": "released", "mes_date_queued": now, "mes_date_released": now})
        waiting = limited - free
        if waiting:
            waiting.write({"mes_release_state": "queued", "mes_date_queued": now})
            keys = {key for production in waiting for key in asks[production]}
            self.env["mes.pull.limit"]._lock(keys)
            waiting._mes_mark_lacking(gauges, asks)
            self._mes_work_queue(waiting.company_id, keys)
        free.move_raw_ids._mes_on_demand()  # their parts were judged while nobody knew whether these are wanted

    def _mes_mark_lacking(self, gauges, asks):
        """Mark those of these waiting orders that nobody asked for: they are no demand for their parts."""
        for production in self.sorted(lambda mo: mo._mes_get_place()):
            for key in asks[production]:
                if key[0] == "demand" and gauges[key].blocks:
                    if gauges[key].fits(asks[production][key]):
                        gauges[key].take(asks[production][key])
                    else:
                        production.mes_lacks_demand = True

    def _mes_get_place(self):
        """Return the sort key that says where in the queue this order stands."""
        return (
            -int(self.priority or 0),
            self.mes_lacks_demand and not self.move_finished_ids.move_dest_ids,
            self.mes_date_queued or self.create_date,
            self.id,
        )

    @api.model
    def _mes_get_queue(self, companies):
        """Return the waiting orders of ``companies``, first in line first."""
        domain = [
            ("company_id", "in", companies.ids),
            ("mes_release_state", "=", "queued"),
            ("mes_pull_state", "=", "normal"),
            ("state", "not in", CLOSED_ORDER_STATES),
        ]
        return self.sudo().search(domain).sorted(lambda mo: mo._mes_get_place())

    @api.model
    def _mes_work_queue(self, companies, locked=()):
        """Release what fits now, first in first out within the priority. Return the released orders.

        :param locked: keys of limits whose rows this transaction has written already
        """
        released = wanted = self.browse()
        hold = self.env["mes.pull.limit"]._get_hold()
        if hold:
            hold.company_ids.update(companies.ids)
            return released
        while True:  # a parent that is released, or found to be wanted, is demand for its parts
            step, step_wanted, lacking = self._mes_work_queue_once(companies, set(locked))
            released |= step
            if not lacking or (not step and not step_wanted - wanted):
                return released
            wanted |= step_wanted

    @api.model
    def _mes_work_queue_once(self, companies, locked):
        """Look at the queue once. Return the released orders, those found to be wanted, those that nobody asked for."""
        queue = self._mes_get_queue(companies)
        if not queue:
            return queue, queue, queue
        limit = self.env["mes.pull.limit"].sudo()
        gauges, asks = limit._gather(queue)
        # a loop's own order fits by the balance: it waits behind nobody for the loop
        own = {mo: {key for key in asks[mo] if key[0] == "loop"} for mo in queue if mo.mes_loop_id}
        chosen = choose_releases([(mo, asks[mo]) for mo in queue], gauges, own)
        released = queue.browse().concat(*chosen)
        limit._lock({key for production in released for key in asks[production]} - locked)
        released._mes_set_released()
        lacking = (queue - released).filtered(
            lambda mo: any(key[0] == "demand" and not gauges[key].fits(asks[mo][key]) for key in asks[mo])
        )
        lacking.filtered(lambda mo: not mo.mes_lacks_demand).mes_lacks_demand = True
        wanted = (queue - released - lacking).filtered("mes_lacks_demand")
        wanted.mes_lacks_demand = False
        released._mes_warn(gauges, asks)
        return released, wanted, lacking

    @api.model
    def _mes_adopt_orders(self):
        """Count open orders that were confirmed before this addon knew them as released."""
        self.env.cr.execute(
            SQL("""UPDATE mrp_production SET mes_release_state = 'released', mes_date_queued = create_date,
                      mes_date_released = create_date
                WHERE mes_release_state IS NULL AND state NOT IN ('draft', 'done', 'cancel')""")
        )
        self.invalidate_model(["mes_release_state", "mes_date_queued", "mes_date_released"])

    def _mes_set_released(self):
        if self:
            self.sudo().write(
                {"mes_release_state": "released", "mes_date_released": fields.Datetime.now(), "mes_lacks_demand": False}
            )
            self.env["mes.pull.loop"].union(*self._mes_get_target_loops().values())._notify_boards()
            self._mes_forget_wip()

    @api.model
    def _mes_forget_wip(self):
        """Forget the computed figures of work in progress."""
        names = ["mes_wip_jobs", "mes_wip_qty", "mes_wip_ratio", "mes_wip_level"]
        self.env["mrp.workcenter"].invalidate_model([*names, "mes_queue_count"], flush=False)
        self.env["product.template"].invalidate_model(names, flush=False)
        self.invalidate_model(["mes_queue_reason"], flush=False)

    def _mes_on_capacity_freed(self, keys=frozenset()):
        """These orders take less than before: release what waits for it.

        :param keys: limits of which the orders took something before, besides those that they touch now
        """
        self._mes_forget_wip()
        limit = self.env["mes.pull.limit"].sudo()
        hold = limit._get_hold()
        if hold:
            hold.production_ids.update(self.ids)
            hold.keys.update(keys)
            return
        keys = limit._get_freed_keys(self.sudo()) | keys
        if not keys:
            return  # what took nothing frees nothing
        limit._lock(keys)
        shared = self.sudo().workorder_ids.workcenter_id.filtered(lambda workcenter: not workcenter.company_id)
        self._mes_work_queue(limit._get_companies(shared) if shared else self.company_id, keys)
        self._mes_reset_warnings()

    @api.model
    def _mes_requeue_beyond(self, keys, companies):
        """Put released orders on which no work has begun back into the queue, newest first, where a cap is passed.

        :param keys: limits (see `mes.pull.limit`) whose caps were lowered
        :param companies: those whose orders are looked at
        """
        limit = self.env["mes.pull.limit"].sudo()
        candidates = self.sudo().search(
            [
                ("mes_release_state", "=", "released"),
                ("state", "in", ("draft", "confirmed")),
                ("company_id", "in", companies.ids),
            ],
            order="mes_date_released desc, id desc",
        )
        gauges, asks = limit._gather(candidates)
        keys = [key for key in keys if key in gauges and gauges[key].blocks and gauges[key].is_over]
        if not keys:
            return
        limit._lock(keys)
        overridden = self.env["mes.pull.override"]._get_released_ids(candidates)
        for production in candidates:
            over = [key for key in keys if key in asks[production] and gauges[key].is_over]
            if over and production.id not in overridden and not production._mes_is_started():
                for key, quantity in asks[production].items():
                    gauges[key].take(-quantity, jobs=-1)
                production._mes_set_queued()

    def _mes_set_queued(self):
        for production in self.sudo():
            if production.is_planned and not production._mes_is_started():
                production.button_unplan()
            production.write(
                {
                    "mes_release_state": "queued",
                    "mes_date_queued": production.mes_date_queued or fields.Datetime.now(),
                }
            )
        self._mes_forget_wip()

    # -- the gate -----------------------------------------------------------------------------------------------

    def _mes_admit(self):
        """Pass only orders on which work may begin; every path to work on an order calls this.

        An order that was not decided about, or that fits now and is first in line, is released here.

        :raises odoo.exceptions.UserError: when an order is paused or does not fit; says why and what frees it
        """
        orders = self.filtered(lambda mo: mo.state not in CLOSED_ORDER_STATES)
        for production in orders.filtered(lambda mo: mo.mes_pull_state == "paused"):
            raise self.env["mes.pull.message"]._error(
                "paused", order=production.name, reason=production.sudo().mes_pause_reason or "-"
            )
        orders = orders.filtered(lambda mo: mo.mes_release_state != "released")
        if not orders:
            return
        orders._mes_enter_queue()
        waiting = orders.filtered(lambda mo: mo.mes_release_state != "released")
        if waiting:
            self._mes_work_queue(waiting.company_id)
            waiting = waiting.filtered(lambda mo: mo.mes_release_state != "released")
        for production in waiting:
            raise self.env["mes.pull.message"]._error(
                "not_released", order=production.name, reason=production.sudo()._mes_get_reasons()[production.sudo()]
            )

    def _mes_check_growth(self, kinds):
        """Judge released orders that have just grown against the limits of ``kinds``.

        What a person let grow beyond a limit is refused; when a sales order or another automatic flow did it, the
        order goes back to the queue where no work has begun.
        """
        orders = self.filtered(
            lambda mo: (
                mo.mes_release_state == "released"
                and mo.mes_pull_state == "normal"
                and mo.state not in (*CLOSED_ORDER_STATES, "draft")
            )
        )
        if not orders:
            return
        limit = self.env["mes.pull.limit"].sudo()
        gauges, asks = limit._gather(orders.sudo())
        judged = {key for its_asks in asks.values() for key in its_asks if key[0] in kinds and gauges[key].blocks}
        limit._lock(judged)
        for production in orders.sudo():
            for key in asks[production]:
                if key[0] == "loop":  # it counts what the moves bring: a written quantity may run ahead of them
                    gauges[key].take(production._mes_get_unmoved_qty(), jobs=0)
            over = [key for key in asks[production] if key in judged and gauges[key].is_over]
            if not over:
                production._mes_warn(gauges, asks)
                continue
            if not self.env.su:
                raise self.env["mes.pull.message"]._error(
                    "grown",
                    order=production.name,
                    reason="\n".join(limit._explain(key, gauges[key], 0, production.company_id) for key in over),
                )
            if not production._mes_is_started():
                production._mes_set_queued()
                self._mes_work_queue(production.company_id)

    def _mes_get_unmoved_qty(self):
        """Return how much more the order says than its open finished moves, in the product's unit."""
        moves = self.move_finished_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state not in CLOSED_ORDER_STATES
        )
        return max(0.0, self.product_uom_qty - sum(moves.mapped("product_qty")))

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        if not self.env.su and any(GUARDED_FIELDS & (vals.keys() | defaults) for vals in vals_list):
            self._mes_refuse_guarded()
        productions = super().create(vals_list)
        # an import may bring an order that is confirmed already
        productions.filtered(lambda mo: mo.state not in ("draft", *CLOSED_ORDER_STATES))._mes_enter_queue()
        return productions

    def write(self, vals):
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            self._mes_refuse_guarded()
        counted = vals.get("qty_producing") or 0
        starting = self.browse()
        if vals.get("state") in ("progress", "to_close", "done"):
            starting = self
        elif counted:
            starting = self.filtered(lambda mo: mo.product_uom_id.compare(counted, mo.qty_producing) > 0)
        starting._mes_admit()
        before, keys = {}, set()
        if GROWTH_FIELDS & vals.keys():
            before = {mo: mo._mes_get_size() for mo in self}
            keys = self.env["mes.pull.limit"].sudo()._get_freed_keys(self.sudo())
        result = super().write(vals)
        if before:
            changed = self.filtered(lambda mo: mo._mes_get_size() != before[mo])
            smaller = changed.filtered(
                lambda mo: mo._mes_get_size()[1:] == before[mo][1:] and mo._mes_get_size()[0] < before[mo][0]
            )
            (changed - smaller)._mes_check_growth(("loop", "workcenter", "product", "demand"))
            changed._mes_on_capacity_freed(keys)
        if vals.get("state") in CLOSED_ORDER_STATES:
            self._mes_on_capacity_freed()
        if "priority" in vals and any(state == "queued" for state in self.mapped("mes_release_state")):
            self._mes_work_queue(self.company_id)
        return result

    def _mes_get_size(self):
        """Return what decides how much of which limit the order takes."""
        return self.product_uom_qty, self.product_id, self.location_dest_id, self.location_final_id

    def _mes_refuse_guarded(self):
        raise UserError(
            self.env._("Whether an order is released or paused is not written: use the buttons Release, Pause, Resume.")
        )

    def button_mark_done(self):
        self._mes_admit()
        with self.env["mes.pull.limit"]._holding_queue():
            return super().button_mark_done()

    def action_cancel(self):
        result = super().action_cancel()
        self._mes_on_capacity_freed()
        return result

    def unlink(self):
        companies, limit = self.company_id, self.env["mes.pull.limit"].sudo()
        keys = limit._get_freed_keys(self.sudo())
        result = super().unlink()
        limit._lock(keys)
        self._mes_work_queue(companies, keys)
        return result

    def _plan_workorders(self, replan=False):
        self._mes_admit()
        return super()._plan_workorders(replan=replan)

    def _get_backorder_mo_vals(self):
        # the rest of a released order was released with it
        return {
            **super()._get_backorder_mo_vals(),
            "mes_release_state": self.mes_release_state,
            "mes_date_queued": self.mes_date_queued,
            "mes_date_released": self.mes_date_released,
            "mes_pull_state": self.mes_pull_state,
            "mes_pause_reason": self.mes_pause_reason,
        }

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False):
        with self.env["mes.pull.limit"]._holding_queue():
            split = super(MrpProduction, self.sudo())._split_productions(
                amounts, cancel_remaining_qty, set_consumed_qty
            )
        return split.with_env(self.env)

    # -- what people do -----------------------------------------------------------------------------------------

    def _mes_check_planner(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("mes_pull.mes_pull_group_planner"):
            raise AccessError(self.env._("Only planners may do this. Ask a planner."))

    def action_mes_release(self):
        """Release these orders now.

        :raises odoo.exceptions.UserError: when one does not fit; says why
        """
        self.check_access("write")
        self._mes_admit()

    def action_mes_override(self, reason):
        """Release these orders past the limits, for a reason that is kept in `mes.pull.override`.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: without a reason, or for a paused order
        """
        self._mes_check_planner()
        Override = self.env["mes.pull.override"]
        reason = Override._check_reason(reason)
        orders = self.filtered(lambda mo: mo.mes_release_state != "released" and mo.state not in CLOSED_ORDER_STATES)
        for production in self.filtered(lambda mo: mo.mes_pull_state == "paused"):
            raise self.env["mes.pull.message"]._error(
                "paused", order=production.name, reason=production.mes_pause_reason or "-"
            )
        limit = self.env["mes.pull.limit"].sudo()
        gauges, asks = limit._gather(orders.sudo())
        limit._lock({key for its_asks in asks.values() for key in its_asks})
        for production in orders.sudo():
            lines = production._mes_explain(gauges, asks[production])
            passed = [key for key, quantity in asks[production].items() if not gauges[key].fits(quantity)]
            Override._log(
                "release",
                production,
                reason,
                quantity=production.product_uom_qty,
                product_id=production.product_id.id,
                loop_id=next((key[1] for key in passed if key[0] == "loop"), False),
                workcenter_ids=[(6, 0, [key[1] for key in passed if key[0] == "workcenter"])],
                limits="\n".join(lines) or self.env["mes.pull.message"]._text("behind_others"),
            )
            for key, quantity in asks[production].items():
                gauges[key].take(quantity)  # the next of these orders comes on top
        drafts = orders.filtered(lambda mo: mo.state == "draft")
        orders._mes_set_released()
        drafts.action_confirm()
        orders.sudo()._mes_warn(gauges, asks)
        self._mes_work_queue(orders.company_id)  # what these orders need is wanted now
        return True

    def action_mes_open_override(self):
        """Open the form that asks for the reason."""
        self._mes_check_planner()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release with Reason"),
            "res_model": "mes.pull.override.wizard",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_production_ids": [(6, 0, self.ids)]},
        }

    def action_mes_open_overrides(self):
        """Open who let these orders through, and why."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_override_action")
        return {**action, "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)], "context": {}}

    def action_mes_queue(self):
        """Put released orders on which no work has begun back into the queue, at its end.

        :raises odoo.exceptions.UserError: when work has begun
        """
        self._mes_check_planner()
        for production in self.filtered(lambda mo: mo.mes_release_state == "released"):
            if production._mes_is_started():
                raise self.env["mes.pull.message"]._error("queue_started", order=production.name)
            last = max(self._mes_get_queue(production.company_id).mapped("mes_date_queued"), default=datetime.min)
            production.sudo().mes_date_queued = max(fields.Datetime.now(), last + timedelta(seconds=1))
            production._mes_set_queued()
        self.env["mes.pull.limit"]._lock(self.env["mes.pull.limit"]._get_freed_keys(self.sudo()))
        others = self._mes_get_queue(self.company_id) - self
        if others:
            self._mes_work_queue(self.company_id)
        return True

    def action_mes_pause(self, reason):
        """Stop work on these orders: components are freed for others, machine time too, what was counted stays.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: without a reason
        """
        self._mes_check_planner()
        reason = self.env["mes.pull.override"]._check_reason(reason)
        orders = self.filtered(lambda mo: mo.mes_pull_state == "normal" and mo.state not in CLOSED_ORDER_STATES)
        orders._mes_pause_in_place(reason)
        return True

    def _mes_pause_in_place(self, reason):
        """Stop work on these orders, which stay in the plan."""
        orders = self.sudo()
        for production in orders:
            running = production.workorder_ids.filtered(lambda work: work.state == "progress")
            running.end_all()
            running.write({"state": "ready"})
            production.move_raw_ids.filtered(
                lambda move: move.state not in CLOSED_ORDER_STATES and not move.picked
            )._do_unreserve()
            production._mes_free_machines()
        orders.write({"mes_pull_state": "paused", "mes_pause_reason": reason})
        orders._mes_on_capacity_freed()

    def _mes_free_machines(self):
        """Give back the machine time that is booked for work that has not begun."""
        for production in self:
            waiting = production.workorder_ids.filtered(lambda work: work.state in ("blocked", "ready"))
            waiting.leave_id.unlink()
            waiting.write({"date_start": False, "date_finished": False})
            if not (production.workorder_ids - waiting):
                production.is_planned = False

    def action_mes_resume(self):
        """Let work on paused orders go on as soon as they fit under the limits again.

        :raises odoo.exceptions.AccessError: for users who are no planners
        """
        self._mes_check_planner()
        orders = self.filtered(lambda mo: mo.mes_pull_state == "paused").sudo()
        orders.write({"mes_pull_state": "normal", "mes_pause_reason": False, "mes_release_state": False})
        orders._mes_enter_queue()
        orders.filtered(lambda mo: mo.state == "confirmed").action_assign()
        return True
