"""Messages about plans that changed."""

from odoo import models


class MesPullMessage(models.AbstractModel):
    _inherit = "mes.pull.message"

    def _get_answers(self):
        return {
            **super()._get_answers(),
            "sale_changed": self.env._("%(order)s: %(before)s changed to %(after)s"),
            "change_made": self.env._("Plan changed: %(product)s %(before)s to %(after)s"),
            "change_resumed": self.env._("Wanted again: %(product)s %(after)s"),
            "change_proposed": self.env._("Please decide: %(product)s %(before)s to %(after)s"),
        }
