"""Levelling: several orders take their turns at one work centre."""

from odoo import fields, models

from ..const import CLOSED_ORDER_STATES
from .mrp_workcenter_level import UNSTARTED


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_mes_level(self, workcenter_id, date_start=None, pitch_minutes=None):
        """Lay the open work of these orders at one work centre in a levelled sequence of their products, and book it.

        What comes before it is planned first, what comes behind it is planned behind it.

        :param int workcenter_id: of which only work that has not begun is laid
        :param date_start: not before; now by default
        :param float pitch_minutes: how long a lot takes; the work centre's pitch by default
        :return: ``{work order: [(start, stop, quantity)]}``, naive and in UTC
        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: when an order is queued, paused, closed or has no such work, or there is no
            time for them
        """
        self._mes_check_planner()
        self.check_access("write")
        given = {"workcenter_id": workcenter_id, "date_start": date_start, "pitch_minutes": pitch_minutes}
        self.env["mes.pull.message"]._check_parameters(**given)
        center = self.env["mrp.workcenter"].browse(workcenter_id or []).exists()
        pitch = center.mes_pitch_minutes if pitch_minutes is None else pitch_minutes
        self._mes_check_level(center, pitch)
        works = self._mes_get_level_works(center)
        others = works.blocked_by_workorder_ids | works._mes_get_followers()
        centers = center | others.workcenter_id | others.workcenter_id.alternative_workcenter_ids
        centers._mes_lock_plan()
        for work in works.blocked_by_workorder_ids.filtered(lambda work: not work.leave_id):
            work._plan_workorder()
        segments = center._mes_lay_level(works, works._mes_get_level_start(date_start), pitch)
        works._mes_book(segments, pitch)
        works._mes_get_followers()._mes_book_behind()
        self._mes_follow_work()
        self._mes_log_level(works, pitch)
        return segments

    def _mes_get_level_works(self, center):
        """Return the work of these orders at ``center`` that can be laid: the first of each that has not begun."""
        works = self.workorder_ids.filtered(lambda work: work.workcenter_id == center and work._mes_is_unstarted())
        return works - works._mes_get_followers()

    def _mes_get_level_problems(self, center):
        """Return why these orders cannot be levelled at ``center``: the codes of the messages with their orders."""
        problems = []
        for order in self:
            if order.state in (*CLOSED_ORDER_STATES, "draft"):
                problems.append(("level_not_open", order))
            elif order.mes_pull_state == "paused":
                problems.append(("level_paused", order))
            elif order.mes_release_state == "queued":
                problems.append(("level_queued", order))
            elif order.company_id != (center.company_id or order.company_id):
                problems.append(("level_other_company", order))
            elif not order._mes_get_level_works(center):
                problems.append(("level_no_work", order))
        return problems

    def _mes_check_level(self, center, pitch):
        """Refuse what cannot be levelled."""
        message = self.env["mes.pull.message"]
        if not self or not center:
            raise message._error("level_nothing")
        center.check_access("read")
        if pitch <= 0:
            raise message._error("level_pitch", pitch=float(pitch))
        problems = self._mes_get_level_problems(center)
        if problems:
            raise message._user_error()("\n".join(self._mes_explain_level(problems, center)))

    def _mes_explain_level(self, problems, center):
        message = self.env["mes.pull.message"]
        return [message._text(code, order=order.name, place=center.display_name) for code, order in problems]

    def _mes_follow_work(self):
        """Let the dates of these orders be those of their work, as Odoo does when it plans."""
        for order in self:
            leaves = order.workorder_ids.filtered(lambda work: work.state not in CLOSED_ORDER_STATES).leave_id
            if leaves:
                dates = {"date_start": min(leaves.mapped("date_from")), "date_finished": max(leaves.mapped("date_to"))}
                order.with_context(force_date=True).write(dates)

    def _mes_log_level(self, works, pitch):
        message = self.env["mes.pull.message"]
        for work in works:
            work.production_id.message_post(
                body=message._text(
                    "levelled",
                    place=work.workcenter_id.display_name,
                    pitch=float(pitch),
                    start=message._moment(work.date_start),
                    stop=message._moment(work.date_finished),
                )
            )


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def _mes_is_unstarted(self):
        return self.state in UNSTARTED and not self.qty_produced and not self.time_ids

    def _mes_get_level_start(self, date_start=None):
        """Return when a levelled sequence of these may begin: not in the past, nor before what they wait for."""
        start = max(fields.Datetime.to_datetime(date_start) or fields.Datetime.now(), fields.Datetime.now())
        return self._mes_get_ready_time(start)
