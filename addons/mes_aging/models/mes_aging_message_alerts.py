from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "policy_scope": self.env._(
                "%(policy)s names a product and a category. A product has one category only: name one of the two."
            ),
            "policy_stop": self.env._(
                "%(policy)s stops buying above need, but says no highest cover. Set it, or only warn."
            ),
            "alert_age": self.env._(
                "%(quantity)s %(unit)s of %(product)s, worth %(value)s, are up to %(measured)s days old; "
                "policy %(policy)s allows less than %(limit)s. Sell it, use it or clear it."
            ),
            "alert_idle": self.env._(
                "%(quantity)s %(unit)s of %(product)s, worth %(value)s, were not sold or used for %(measured)s days; "
                "policy %(policy)s allows less than %(limit)s. Sell it, use it or clear it."
            ),
            "alert_cover": self.env._(
                "%(product)s lasts %(measured)s days beyond its safety stock; policy %(policy)s allows %(limit)s. "
                "%(quantity)s %(unit)s, worth %(value)s, are too much. Do not buy or make more, or find another use."
            ),
            "alert_endless": self.env._(
                "Nothing uses %(product)s beyond its safety stock; policy %(policy)s allows what lasts %(limit)s days. "
                "%(quantity)s %(unit)s, worth %(value)s, are too much. Do not buy or make more, or clear it."
            ),
            "alert_turnover": self.env._(
                "%(product)s is turned over %(measured)s times a year; policy %(policy)s wants %(limit)s. On hand are "
                "%(quantity)s %(unit)s, worth %(value)s. Keep less of it."
            ),
            "alert_order_age": self.env._(
                "%(order)s was begun %(measured)s days ago and is not finished: %(quantity)s %(unit)s of %(product)s, "
                "with material worth %(value)s; policy %(policy)s allows less than %(limit)s days. Finish or close it."
            ),
            "alert_order_idle": self.env._(
                "Nothing was done for %(order)s in %(measured)s days: %(quantity)s %(unit)s of %(product)s, with "
                "material worth %(value)s; policy %(policy)s allows less than %(limit)s days. Finish or close it."
            ),
            "alert_found": self.env._(
                "What the check found cannot be changed by hand. Acknowledge it, snooze it, or change the policy."
            ),
            "alert_foreign": self.env._(
                "%(alert)s belongs to %(owner)s. Ask for it, or let a manager of aging give it to you."
            ),
            "alert_closed": self.env._("%(alert)s is closed: its cause is gone. There is nothing to do."),
            "alert_role": self.env._("Checking stock takes the role of a user of Inventory Aging."),
            "alert_mail": self.env._("Stock alerts of %(company)s: %(count)s to look at"),
            "snooze_reason": self.env._("Say why it can wait: the reason is kept with the alert."),
            "snooze_date": self.env._("Say until when it can wait: a day after today."),
            "snoozed": self.env._("Snoozed until %(until)s: %(reason)s"),
            "owner_blind": self.env._(
                "%(user)s cannot own alerts of %(company)s: give access to the company, and a role in Inventory Aging, "
                "Purchase, Sales or Manufacturing."
            ),
        }
