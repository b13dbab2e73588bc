from markupsafe import Markup

from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_note(self, texts):
        """Return the texts as paragraphs of a note."""
        return Markup().join(Markup("<p>%s</p>") % text for text in texts)

    @api.model
    def _get_messages(self):
        return {**super()._get_messages(), **self._get_guard_messages(), **self._get_proposal_messages()}

    @api.model
    def _get_guard_messages(self):
        return {
            "guard_covers": self.env._("Covers %(cover)s days, line %(days)s."),
            "guard_unneeded": self.env._("Nothing needs it in the next %(days)s days."),
            "guard_sum": self.env._(
                "%(quantity)s of this order + %(free)s on hand + %(incoming)s coming + %(quoted)s in other quotations "
                "against a demand of %(demand)s + safety stock of %(safety)s: %(excess)s %(unit)s above need."
            ),
            "guard_minimum": self.env._("It is the vendor's minimum quantity."),
            "guard_multiple": self.env._("It is rounded up to the vendor's packaging."),
            "guard_break": self.env._("It is the vendor's next price break."),
            "guard_refused": self.env._(
                "%(orders)s is above need:\n%(lines)s\n"
                "Order less, or have a manager of inventory aging and purchase let it through with a reason "
                "(“Let through above Need” on the order)."
            ),
            "guard_raised": self.env._(
                "On a confirmed order, this is above need:\n%(lines)s\n"
                "Order less, or put what is more on a new request for quotation, which can be approved with a reason."
            ),
            "guard_role": self.env._(
                "Only a manager of both inventory aging and purchase lets purchases above need through. "
                "Ask one of them, or order less."
            ),
            "guard_reason": self.env._("Say why more is bought than is needed. The reason is kept."),
            "override_final": self.env._("What was let through, by whom and why, stays as it is."),
        }

    @api.model
    def _get_proposal_messages(self):
        return {
            "proposal_cancel": self.env._(
                "Cancel %(quantity)s %(unit)s of %(product)s on %(order)s: the need has fallen."
            ),
            "proposal_reduce": self.env._(
                "Reduce %(product)s on %(order)s by %(quantity)s %(unit)s: the need has fallen."
            ),
            "proposal_postpone": self.env._("Postpone %(quantity)s %(unit)s of %(product)s on %(order)s to %(date)s."),
            "proposal_mail": self.env._(
                "Draft for %(vendor)s: our need of %(product)s has changed. Of order %(order)s, please %(action)s "
                "%(quantity)s %(unit)s. Kindly confirm whether this is possible."
            ),
            "proposal_by_hand": self.env._("A proposal follows from the figures. Accept or dismiss it instead."),
            "proposal_state": self.env._("The proposal for %(product)s on %(order)s is not open any more."),
            "proposal_received": self.env._(
                "%(order)s: of %(product)s something was received already. Agree on the rest with the vendor, "
                "and change the order by hand."
            ),
            "proposal_agree": self.env._(
                "Accept the proposal first: the vendor is asked before a confirmed order is changed."
            ),
        }
