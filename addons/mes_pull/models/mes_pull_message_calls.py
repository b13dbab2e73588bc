"""Messages about material calls."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_refusals(self):
        return {
            **super()._get_refusals(),
            "call_unknown": self.env._("That call is not known in your companies. Choose one from the list."),
            "call_forbidden": self.env._("Only the warehouse may answer calls. Ask for the right, or call a colleague."),
            "call_answered": self.env._(
                "%(product)s for %(place)s was confirmed already, by %(user)s. Nothing was booked; take the next call."
            ),
            "call_not_open": self.env._(
                "%(product)s for %(place)s cannot be answered: it is %(state)s. Take a call that is open."
            ),
            "call_too_much": self.env._(
                "Only %(open)s %(unit)s are called, not %(quantity)s. Take less; what is more stays in stock."
            ),
            "call_too_little": self.env._(
                "Only %(there)s %(unit)s of %(product)s are registered in %(place)s, not %(quantity)s. Take less, "
                "count the place if more is there, or answer that it is short."
            ),
            "call_bad_key": self.env._("The key must be a text of at most 64 characters."),
            "call_bad_kind": self.env._("Answer 'substitute', 'part' or 'none'."),
            "call_bad_product": self.env._("Choose another part, one that is stored and not the same."),
        }

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "call_picked": self.env._("%(quantity)s %(unit)s of %(product)s picked for %(place)s."),
            "call_brought": self.env._("%(quantity)s %(unit)s of %(product)s brought to %(place)s (%(document)s)."),
            "call_short": self.env._(
                "%(order)s: the warehouse is short of %(quantity)s %(unit)s of %(product)s, due %(due)s (%(note)s). "
                "Plan around it, use another part, or call again."
            ),
            "call_short_answered": self.env._(
                "%(quantity)s %(unit)s of %(product)s are missing for %(place)s. The planner has been told."
            ),
            "call_substituted": self.env._(
                "%(quantity)s %(unit)s of %(other)s are called for %(place)s instead of %(product)s."
            ),
            "call_return": self.env._("Parts that are not needed at %(place)s any more: bring them back to stock"),
        }
