"""Other channels: offers to a list of dealers, of whom the first take what there is; resale of raw material too."""

from datetime import timedelta

from odoo import Command, api, fields, models

from ..tools.price import lift

DEALERS = 10  # proposed at most
ANSWER_DAYS = 7


class MesAgingClearanceLine(models.Model):
    """Each dealer gets a quotation. Together they may offer more than there is: nothing is confirmed beyond it."""

    _inherit = "mes.aging.clearance.line"

    dealer_ids = fields.Many2many(
        "res.partner", "mes_aging_clearance_dealer_rel", "line_id", "partner_id", "Dealers", help="Each gets an offer."
    )
    offer_qty = fields.Float(
        "Offer to Each", digits="Product Unit", help="In the product's unit. Zero: all; the first who confirm get it."
    )
    offer_count = fields.Integer("Offers", compute="_compute_offers")
    accepted_count = fields.Integer("Accepted", compute="_compute_offers")
    declined_count = fields.Integer("Declined", compute="_compute_offers")

    @api.depends("sale_line_ids.state")
    def _compute_offers(self):
        for line in self:
            states = line.sudo().sale_line_ids.mapped("state")
            line.offer_count = len(states)
            line.accepted_count = states.count("sale")
            line.declined_count = states.count("cancel")

    def _check_channel(self):
        self._check_selling()
        if not self.dealer_ids and not self.partner_id:
            raise self.env["mes.aging.message"]._error("sales_dealers", line=self.display_name)

    def _apply_channel(self):
        for dealer in self.dealer_ids or self.partner_id:
            order = self.env["sale.order"].create(self._prepare_offer_vals(dealer))
            self._price_offer(order.order_line)
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                self.date_end or fields.Date.context_today(self) + timedelta(days=ANSWER_DAYS),
                summary=self.env._("Answer of %(dealer)s to the offer?", dealer=dealer.display_name),
                user_id=(order.user_id or self.clearance_id.user_id or self.env.user).id,
            )

    def _prepare_offer_vals(self, dealer):
        """Return the values of the quotation for a dealer."""
        open_qty = self._get_open_qty()
        return {
            "partner_id": dealer.id,
            "company_id": self.company_id.id,
            "warehouse_id": self._get_warehouse().id,
            "user_id": dealer.user_id.id or self.clearance_id.user_id.id,
            "origin": self.clearance_id.name,
            "validity_date": self.date_end,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_id": self.uom_id.id,
                        "product_uom_qty": min(self.offer_qty or open_qty, open_qty),
                        **self._tie(),
                    }
                )
            ],
        }

    def _price_offer(self, sale):
        """Give an offer the route's price, in the currency of its order."""
        date = sale.order_id.date_order or fields.Datetime.now()
        price = self.currency_id._convert(self._get_price(), sale.currency_id, self.company_id, date, round=False)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        price = lift(0, 0, price, digits)
        net = sale._mes_get_net_price(price)
        sale.write({"price_unit": lift(price, net, price, digits), "discount": 0.0})

    def _measure_channel(self):
        return self._measure_selling()

    def _end_channel(self):
        """Cancel the offers that nobody has accepted, with a note why."""
        for order in self.sale_line_ids.order_id.filtered(lambda order: order.state in ("draft", "sent")):
            if order.order_line.filtered("product_id") - self.sale_line_ids:
                order.message_post(body=self.env._("%(case)s offers nothing more.", case=self.clearance_id.name))
                order.order_line.filtered(lambda sale: sale.mes_clearance_line_id == self).unlink()
                continue
            order._action_cancel()
            order.message_post(
                body=self.env._("Cancelled: %(case)s has sold it, or has ended.", case=self.clearance_id.name)
            )
            order.activity_unlink(["mail.mail_activity_data_todo"])


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _find_dealers(self):
        """Return the customers who bought most of the product's category in 12 months."""
        self.ensure_one()
        category = self.categ_id
        domain = [
            ("categ_id", "child_of", category.id) if category else ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "sale"),
            ("date", ">=", fields.Datetime.now() - timedelta(days=365)),
        ]
        groups = (
            self.env["sale.report"]
            .sudo()
            ._read_group(domain, ["commercial_partner_id"], limit=DEALERS, order="price_subtotal:sum desc")
        )
        partners = [partner.id for (partner,) in groups if partner]
        return self.env["res.partner"].browse(partners)

    def _estimate_channel(self):
        days = self.company_id.mes_channel_days
        if self.kind != "raw":
            return self._estimate_selling("channel", days=days)
        return self._estimate_selling("channel", self.unit_cost, self.env._("unit cost"), days=days)
