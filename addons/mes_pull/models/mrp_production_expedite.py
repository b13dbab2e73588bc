"""Expedite: an order comes first, and what was planned before it moves behind it."""

from collections import defaultdict
from datetime import datetime

from odoo import fields, models

from ..const import CLOSED_ORDER_STATES
from .mrp_workcenter_level import UNSTARTED


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_mes_expedite(self):
        """Make these orders urgent and plan them, and what they wait for, before all work that has not begun there.

        Orders that wait or are paused become urgent only: they are planned when they are released.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: for an order that is closed
        """
        self._mes_check_planner()
        self.check_access("write")
        message = self.env["mes.pull.message"]
        for order in self.filtered(lambda order: order.state in CLOSED_ORDER_STATES):
            raise message._error("expedite_closed", order=order.name)
        self.write({"priority": "1"})
        first = self.filtered(lambda order: order._mes_may_be_planned())
        family = first._mes_get_family()
        centers = family.workorder_ids.filtered(lambda work: work.state in UNSTARTED).workcenter_id
        centers |= centers.alternative_workcenter_ids
        centers._mes_lock_plan()
        now = fields.Datetime.now()
        (family | centers._mes_get_planned_after(now))._mes_plan_anew(now, first)
        for order in self:
            order.message_post(body=order._mes_explain_expedite(planned=order in first))
        return True

    def _mes_may_be_planned(self):
        """Return whether work on this order may be given a time."""
        return (
            self.state not in (*CLOSED_ORDER_STATES, "draft")
            and self.mes_release_state == "released"
            and self.mes_pull_state != "paused"
        )

    def _mes_explain_expedite(self, planned):
        message = self.env["mes.pull.message"]
        if not planned:
            return message._text("expedited_waits")
        start, stop = message._moment(self.date_start), message._moment(self.date_finished)
        return message._text("expedited", start=start, stop=stop)

    # -- planning anew ------------------------------------------------------------------------------------------

    def _mes_plan_anew(self, since, first=None):
        """Plan the work of these orders that has not begun again, in the sequence in which it was planned.

        What was levelled together is levelled again, with its pitch.

        :param since: from then on working time has changed or become free; work is not moved to before it
        :param first: orders that come before all others
        """
        first = first or self.browse()
        self.env["mrp.workorder"]._mes_follow_plan()
        groups = defaultdict(self.browse)
        for work in (self - first)._mes_get_movable_works().filtered("mes_level_pitch"):
            if any(work.mes_slot_ids.mapped("is_levelled")):
                groups[work.workcenter_id, work.mes_level_pitch] |= work.production_id
        grouped = self.browse().union(*groups.values())
        plain = self - grouped
        turns = [(its._mes_get_planned_start(), its, key) for key, its in groups.items()]
        if plain:
            turns.append((datetime.min if first else plain._mes_get_planned_start(), plain, None))
        grouped._mes_get_movable_works().leave_id.unlink()
        for planned, orders, key in sorted(turns, key=lambda turn: turn[0]):
            if key:
                center, pitch = key
                orders.action_mes_level(center.id, min(since, planned), pitch)
            else:
                self.env["mes.pull.planner"]._plan_orders(orders, first & orders)

    def _mes_get_family(self):
        """Return these orders and the open orders that make their components, at every level."""
        family, level = self, self
        while level:
            children, _receipts = self.env["mes.pull.planner"]._get_supply(level)
            level = self.browse().union(*children.values()) - family
            family |= level
        return family.filtered(lambda order: order._mes_may_be_planned())

    def _mes_get_movable_works(self):
        return self.workorder_ids.filtered(lambda work: work._mes_is_unstarted())

    def _mes_get_planned_start(self):
        starts = self._mes_get_movable_works().leave_id.mapped("date_from")
        return min(starts, default=datetime.max)


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    mes_level_pitch = fields.Float(
        "Pitch of Its Sequence", readonly=True, copy=False, help="In minutes; zero where the work is not levelled."
    )


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _mes_lock_plan(self):
        """Write the rows of these work centres, so that of two who plan here at once the later is repeated."""
        self.env["mes.pull.limit"]._lock([("workcenter", wc_id) for wc_id in self.ids])

    def _mes_get_planned_after(self, since):
        """Return the orders with work here that has not begun and is planned to end after ``since``."""
        works = self.env["mrp.workorder"].search(
            [
                ("workcenter_id", "in", self.ids),
                ("state", "in", UNSTARTED),
                ("leave_id.date_to", ">", since),
            ]
        )
        orders = works.filtered(lambda work: work._mes_is_unstarted()).production_id
        return orders.filtered(lambda order: order._mes_may_be_planned())
