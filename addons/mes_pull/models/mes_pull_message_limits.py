"""Messages about caps, excess production and held stock."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_refusals(self):
        return {
            **super()._get_refusals(),
            "paused": self.env._("%(order)s is paused: %(reason)s. A planner resumes it."),
            "not_released": self.env._(
                "%(order)s waits; work on it may not begin yet.\n%(reason)s\n"
                "It is released by itself when there is room. A planner can release it with a reason."
            ),
            "grown": self.env._(
                "%(order)s cannot grow:\n%(reason)s\nLeave its quantity, or create another order: it waits its turn."
            ),
            "queue_started": self.env._("Work on %(order)s has begun, so that it cannot wait. Pause it instead."),
            "count_refused": self.env._(
                "%(operation)s of %(order)s: %(count)s %(unit)s are more than the %(limit)s that may be made. "
                "Report what belongs to this order."
            ),
            "excess_refused": self.env._(
                "Only %(room)s more %(unit)s may enter %(place)s, not %(came)s: downstream asked for no more. "
                "Report %(room)s, and the rest when downstream has taken more; or ask a planner for more cards."
            ),
            "count_needs_role": self.env._(
                "%(limits)s\nAsk a planner or an inventory administrator to book this count."
            ),
            "held_leaves": self.env._(
                "%(quantity)s %(unit)s of %(product)s in %(place)s are held: downstream did not ask for them. "
                "They become usable by themselves when it does; a planner can release them with a reason."
            ),
            "held_written": self.env._(
                "Held stock in %(place)s is not written directly. "
                "Release, scrap or count it, so that its record stays true."
            ),
            "quant_above": self.env._(
                "%(loop)s would hold %(on_hand)s %(unit)s where %(authorised)s are authorised. "
                "Report the pieces with an order or a transfer, which sends the excess to held stock; "
                "or ask a planner to count."
            ),
            "done_edit": self.env._(
                "%(excess)s %(unit)s more than authorised would be in %(loop)s. "
                "Leave the finished document, and count the additional pieces in %(place)s."
            ),
        }

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "behind_others": self.env._("Others wait longer for the same capacity."),
            "limit_jobs": self.env._("%(name)s: %(jobs)s of %(cap)s orders; next free when one of them is finished."),
            "limit_loop": self.env._(
                "%(name)s: %(cards)s of %(card_count)s cards, %(quantity)s of %(cap)s; "
                "next free when downstream takes %(missing)s."
            ),
            "limit_loop_demand": self.env._(
                "%(name)s: %(quantity)s there or on their way, %(cap)s asked for; "
                "next free when downstream asks for %(missing)s more."
            ),
            "limit_part_jobs": self.env._("%(jobs)s of %(cap)s jobs"),
            "limit_part_pieces": self.env._("%(quantity)s of %(cap)s pieces"),
            "limit_too_big": self.env._(
                "%(name)s: %(quantity)s pieces are more than its whole cap (%(figures)s). Split the order."
            ),
            "limit_full": self.env._("%(name)s: %(figures)s."),
            "limit_next": self.env._("%(name)s: %(figures)s; next free when %(job)s (%(pieces)s) is finished."),
            "limit_demand": self.env._(
                "%(name)s: nobody ordered it. Open demand %(demand)s beyond stock, %(quantity)s being made for it."
            ),
            "excess_made": self.env._(
                "%(document)s: %(quantity)s %(unit)s beyond the need (%(authorised)s authorised)"
            ),
            "excess_came": self.env._("%(document)s brought %(quantity)s %(unit)s more than %(authorised)s authorised"),
            "excess_freed": self.env._("%(quantity)s held %(unit)s became usable."),
            "return_held": self.env._("%(quantity)s %(unit)s of them are held in %(place)s: downstream has enough."),
            "count_above": self.env._(
                "%(loop)s: %(came)s %(unit)s counted in, where only %(room)s more are authorised."
            ),
            "count_held": self.env._(
                "%(operation)s of %(order)s: %(count)s %(unit)s counted, %(limit)s may be made. "
                "The excess will be held."
            ),
            "held_counted": self.env._("%(quantity)s %(unit)s of held %(product)s were counted away from %(place)s."),
        }
