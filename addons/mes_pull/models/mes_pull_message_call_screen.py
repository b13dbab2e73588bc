"""Messages of the warehouse screen and of outside warehouse systems."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_refusals(self):
        return {
            **super()._get_refusals(),
            "unknown_call": self.env._("That call is not known in your companies. Read the list again."),
            "unknown_answer": self.env._("Answer with 'substitute', 'part' or 'none'."),
            "unknown_substitute": self.env._("That part is not known in your companies. Choose another one."),
            "no_call": self.env._("Nothing is called of %(product)s now. Put it back, or look at the list."),
            "no_call_here": self.env._(
                "Nothing of %(product)s is called to %(place)s now. Choose another place, or look at the list."
            ),
            "unknown_lot_name": self.env._("Lot %(lot)s of %(product)s is not known. Check the number."),
            "bad_since": self.env._("'since' is the number that the last answer gave; start with 0."),
            "webhook_url": self.env._(
                "%(url)s cannot be called: enter an address such as https://warehouse.example.com/calls, "
                "with http or https, without user and password."
            ),
            "webhook_address": self.env._(
                "%(host)s is an address of this machine's own network (%(address)s) that no warehouse system has. "
                "Enter another one."
            ),
        }

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "calls_of": self.env._("The calls of %(place)s are shown."),
        }
