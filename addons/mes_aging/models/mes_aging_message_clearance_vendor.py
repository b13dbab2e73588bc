from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "vendor_unknown": self.env._("No receipt from a vendor is known of %(product)s: nobody takes it back."),
            "vendor_refuses": self.env._(
                "%(vendor)s takes nothing of %(product)s back. Agree on a window, and enter it on the product's vendor "
                "price."
            ),
            "vendor_window": self.env._(
                "%(product)s was received from %(vendor)s %(days)s days ago; goods go back within %(limit)s days."
            ),
            "vendor_opened": self.env._("%(vendor)s takes back unopened goods only. Say that they are unopened."),
            "vendor_expired": self.env._("Lot %(lot)s of %(product)s has expired: %(vendor)s does not take it back."),
            "vendor_custom": self.env._(
                "%(product)s is made for us. Agree with %(vendor)s on what a piece is bought back for, and enter it as "
                "the price."
            ),
            "vendor_quantity": self.env._(
                "%(vendor)s can take back %(quantity)s %(unit)s of %(product)s: what came with %(receipt)s."
            ),
            "vendor_target": self.env._("Say what %(vendor)s sends instead: the product on the route."),
            "vendor_why": self.env._(
                "%(quantity)s %(unit)s × %(price)s, received from %(vendor)s with %(receipt)s, less a fee of "
                "%(fee)s %%."
            ),
        }
