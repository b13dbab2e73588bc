from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "surplus_gone": self.env._("This offer is not open any more. Look for surplus again."),
            "surplus_used": self.env._("%(order)s does not wait for this component any more. Look for surplus again."),
            "surplus_place": self.env._(
                "Say to which warehouse %(product)s goes, another one than where it lies: the route's warehouse."
            ),
            "surplus_none": self.env._("Nobody else inside waits for %(product)s or is about to buy it."),
            "surplus_why": self.env._("%(quantity)s %(unit)s are offered to: %(demands)s. They are not bought then."),
            "surplus_inside": self.env._("%(product)s: %(quantity)s come from %(place)s and are not bought."),
            "surplus_same": self.env._("A product does not replace itself. Name another one."),
        }
