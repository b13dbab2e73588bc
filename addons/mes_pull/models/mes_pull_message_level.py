"""Messages about levelling, expediting and overtime."""

from odoo import models
from odoo.tools.misc import format_datetime


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_refusals(self):
        return {
            **super()._get_refusals(),
            "level_queued": self.env._("%(order)s waits for capacity or demand. Release it first, or leave it out."),
            "level_paused": self.env._("%(order)s is paused or parked. Resume it first, or leave it out."),
            "level_not_open": self.env._("%(order)s is not confirmed or is closed. Leave it out."),
            "level_no_work": self.env._(
                "%(order)s has no work at %(place)s that has not begun. Leave it out, or choose another work center."
            ),
            "level_nothing": self.env._("Choose the orders and the work center that is to be levelled."),
            "level_pitch": self.env._("The pitch must be more than zero minutes, not %(pitch)s."),
            "level_no_time": self.env._(
                "%(place)s has not enough free working time. Check its working hours and what is planned there."
            ),
            "level_other_company": self.env._("%(order)s belongs to another company than %(place)s. Leave it out."),
            "overtime_nothing": self.env._("Choose the work centers that work longer."),
            "overtime_past": self.env._("%(day)s from %(start)s to %(stop)s is over. Choose a time to come."),
            "overtime_hours": self.env._(
                "Working from %(start)s to %(stop)s is not possible. Choose hours between 0:00 and 24:00."
            ),
            "overtime_days": self.env._("Choose a first and a last day, at most %(limit)s days apart."),
            "overtime_nothing_new": self.env._(
                "%(place)s gains no working time on %(day)s from %(start)s to %(stop)s: "
                "it works anyway, or has a holiday."
            ),
            "overtime_begun": self.env._("The overtime at %(place)s on %(day)s has begun and stays."),
            "overtime_written": self.env._("Overtime is not altered. Undo it, and order it anew."),
            "expedite_closed": self.env._("%(order)s is done or cancelled: there is nothing to hurry."),
        }

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "levelled": self.env._("Levelled at %(place)s with a pitch of %(pitch)s minutes: %(start)s to %(stop)s."),
            "expedited": self.env._("Expedited: urgent, and planned anew from %(start)s to %(stop)s."),
            "expedited_waits": self.env._("Expedited: urgent. It is not planned, because it waits or is paused."),
            "overtime_made": self.env._("Overtime: %(place)s, %(day)s from %(start)s to %(stop)s. %(reason)s"),
            "overtime_undone": self.env._("Overtime taken back: %(place)s, %(day)s from %(start)s to %(stop)s."),
        }

    def _moment(self, moment):
        """Return ``moment`` on the user's clock, in the user's format."""
        return format_datetime(self.env, moment, dt_format="short") if moment else "-"
