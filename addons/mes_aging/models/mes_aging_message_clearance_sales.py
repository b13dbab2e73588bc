from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "sales_not_sold": self.env._("%(product)s is not for sale. Tick Sales on its form first."),
            "sales_floor": self.env._(
                "%(price)s for %(product)s is below the floor of %(floor)s. Raise the price, or ask a manager of aging "
                "to lower the floor of the case."
            ),
            "sales_below_floor": self.env._(
                "%(product)s is being cleared (%(case)s) and not sold for %(net)s without taxes: the floor is "
                "%(floor)s per %(unit)s. Raise the price, lower the discount, or ask a manager of aging to lower "
                "the floor."
            ),
            "sales_ended": self.env._("%(line)s would have ended already: choose a later end."),
            "sales_dates": self.env._("%(line)s would end before it begins: choose a later end."),
            "sales_pricelists": self.env._(
                "Prices of promotions stand in pricelists: switch on Pricelists in the settings of Sales first."
            ),
            "sales_tag": self.env._("%(line)s needs the tag of the customers who may buy: choose it."),
            "sales_open_pricelist": self.env._(
                "%(pricelist)s is for everybody. Set its customer tag to %(tag)s, or leave the pricelist empty."
            ),
            "sales_customer": self.env._(
                "%(pricelist)s is only for customers with the tag %(tag)s, which %(partner)s hasn't. Choose another "
                "pricelist and update the prices, or give the customer the tag."
            ),
            "sales_dealers": self.env._("%(line)s has nobody to offer to: choose dealers."),
            "sales_offer_taken": self.env._(
                "Of the %(wanted)s %(unit)s of %(product)s in this offer of %(case)s, %(room)s are left: others were "
                "faster. Lower the quantity to that, or cancel the quotation."
            ),
            "sales_companions": self.env._("Choose what %(product)s is sold together with."),
            "sales_loyalty": self.env._(
                "Giving it away with others takes Coupons & Loyalty for Sales: install it, or choose a kit."
            ),
            "sales_gift_floor": self.env._(
                "%(case)s has a floor price, and a gift brings nothing: choose a kit, or ask a manager of aging to "
                "take the floor away."
            ),
            "sales_companion_itself": self.env._("%(product)s can't be its own companion: choose other products."),
        }
