"""Why a date is promised."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_refusals(self):
        return {
            **super()._get_refusals(),
            "promise_confirmed": self.env._(
                "%(order)s is no quotation any more: what was promised stays. See Making for the finish expected now."
            ),
        }

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "promise_line": self.env._("%(quantity)s %(product)s: %(date)s (%(reason)s)"),
            "promise_none": self.env._("%(product)s: %(reason)s"),
            "promise_stock": self.env._("%(quantity)s in stock"),
            "promise_made": self.env._("%(product)s: at %(center)s from %(start)s to %(stop)s"),
            "promise_delay": self.env._("%(product)s: ready %(stop)s, after the days of its bill of materials"),
            "promise_vendor": self.env._("%(product)s bought from %(vendor)s, here %(until)s"),
            "promise_receipt": self.env._("%(product)s expected %(until)s"),
            "promise_lead": self.env._("then %(days)s days to deliver"),
            "promise_no_source": self.env._(
                "No date: %(product)s has neither a bill of materials nor a vendor. Add one, then promise again."
            ),
            "promise_never": self.env._(
                "No date: %(product)s finds no free time within 700 days. Check the hours of %(center)s."
            ),
        }
