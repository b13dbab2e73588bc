from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Who marks the activity of an alert as done has handled the alert."""
        planned = self.filtered(lambda one: one.automated and one.res_model == "mes.aging.alert")
        alerts = self.env["mes.aging.alert"].browse(planned.mapped("res_id"))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        alerts.filtered(lambda alert: alert.state == "open" and alert._may_handle()).sudo()._handle()
        return result
