"""Why work is planned when it is."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "plan_now": self.env._("waits for nothing"),
            "plan_wanted": self.env._("wanted from %(until)s"),
            "plan_before": self.env._("waits for %(what)s until %(until)s"),
            "plan_order": self.env._("waits for %(what)s (%(product)s) until %(until)s"),
            "plan_receipt": self.env._("waits for receipt %(what)s until %(until)s"),
            "plan_busy": self.env._("%(center)s makes %(what)s until %(until)s"),
            "plan_closed": self.env._("%(center)s is closed until %(until)s"),
            "plan_never": self.env._("%(center)s and its alternatives have no free time in the next 700 days"),
        }
