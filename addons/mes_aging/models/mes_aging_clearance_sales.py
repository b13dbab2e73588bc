"""What the selling routes share: offers, what is sold of them, when they end, what they would bring."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.clearance import Estimate
from .mes_aging_clearance_document import Progress
from .mes_aging_clearance_facts import SALES_DAYS

SELLING = ("promotion", "staff_sale", "bundle", "channel")
DAYS_UNKNOWN = 365  # nothing was sold within a year


class MesAgingClearanceLine(models.Model):
    """A selling route offers its quantity; confirmed sales of the offer are tied, and counted when they are delivered.

    What was offered ends by itself when the quantity is sold, the stock is gone or the case closes.
    """

    _inherit = "mes.aging.clearance.line"

    discount = fields.Float(
        "Discount (%)", digits="Discount", help="Off the sales price, when no price is given. Never below the floor."
    )
    floor_price = fields.Monetary(related="clearance_id.floor_price")

    _discount_range = models.Constraint("CHECK (discount >= 0 AND discount <= 100)", "A discount is 0 to 100 %.")

    # -- prices -------------------------------------------------------------------------------------------------

    def _get_price(self):
        """Return the price of one piece, in company currency: the given one, or the sales price less discount."""
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        base = self.clearance_id.unit_cost if self.kind == "raw" else product.lst_price
        price = self.price_unit or base * (1 - self._get_discount() / 100)
        return max(price, self.clearance_id.floor_price)

    def _get_discount(self):
        """Return the discount in percent: the route's own, or the company's for this route."""
        self.ensure_one()
        return self.discount or self.company_id._mes_get_discount(self.route)

    def _get_floor(self, product):
        """Return the lowest price of one unit of what is sold on this route, in company currency without taxes."""
        self.ensure_one()
        return self.clearance_id.floor_price if product == self.product_id else 0.0

    def _check_selling(self):
        """Raise when this can't be offered."""
        message = self.env["mes.aging.message"]
        if not self.product_id.sale_ok:
            raise message._error("sales_not_sold", product=self.product_id.display_name)
        floor = self.clearance_id.floor_price
        if self.price_unit and self.currency_id.compare_amounts(self.price_unit, floor) < 0:
            raise message._error(
                "sales_floor", price=self.price_unit, floor=floor, product=self.product_id.display_name
            )
        if self.date_end and self.date_end < fields.Date.context_today(self):
            raise message._error("sales_ended", line=self.display_name)
        if self.date_end and self.date_start and self.date_start > self.date_end:
            raise message._error("sales_dates", line=self.display_name)

    # -- what is sold -------------------------------------------------------------------------------------------

    def _get_pieces(self, sale, quantity):
        """Return how many pieces of the case so much of a sale line takes."""
        return sale.product_uom_id._compute_quantity(quantity, self.uom_id, round=False)

    def _get_moves_of(self, sale):
        """Return the moves that deliver and take back the case's product for a sale line."""
        moves = sale.move_ids.filtered(lambda move: move.product_id == self.product_id and move.state != "cancel")
        return moves.filtered(lambda move: self._is_sold(move.location_id) or self._is_sold(move.location_dest_id))

    @api.model
    def _is_sold(self, location):
        """Return whether what lies there is a customer's: another company of the group gets it by its transit."""
        return location.usage == "customer" or location.usage == "transit" and not location.company_id

    def _get_delivered(self, sale):
        """Return how many pieces a sale line has delivered, less those that came back."""
        total = 0.0
        for move in self._get_moves_of(sale).filtered(lambda move: move.state == "done"):
            sign = self._is_sold(move.location_dest_id) - self._is_sold(move.location_id)
            total += sign * move.product_uom._compute_quantity(move.quantity, self.uom_id, round=False)
        return max(total, 0.0)

    def _get_committed(self, sale):
        """Return how many pieces a confirmed sale line takes or has taken."""
        if sale.state != "sale":
            return self._get_delivered(sale)
        moves = self._get_moves_of(sale)
        ordered = self._get_pieces(sale, sale.product_uom_qty)
        if moves and all(move.state == "done" for move in moves):
            return self._get_delivered(sale)
        return max(ordered, self._get_delivered(sale))

    def _get_room(self, without=None):
        """Return how many pieces of this route no confirmed sale takes yet, beside those of ``without``."""
        self.ensure_one()
        sales = self.sale_line_ids - (without or self.sale_line_ids.browse())
        return self.quantity - sum(self._get_committed(sale) for sale in sales)

    def _measure_selling(self):
        """Return what its sales have brought: delivered less returned, up to the route's quantity, oldest first."""
        total, rest = Progress(), self.quantity
        for sale in self.sale_line_ids.sorted("id"):
            delivered = self._get_delivered(sale)
            done = min(delivered, rest)
            rest -= done
            value = done * self._get_net_value(sale)
            total = total.plus(Progress(done, value, 0.0, self._is_sale_open(sale, delivered)))
        return total

    def _is_sale_open(self, sale, delivered):
        if sale.state in ("draft", "sent"):
            return True
        moves = self._get_moves_of(sale)
        if moves:
            return any(move.state != "done" for move in moves)
        return sale.state == "sale" and self.uom_id.compare(delivered, self._get_pieces(sale, sale.product_uom_qty)) < 0

    def _get_net_value(self, sale):
        """Return what one piece of a sale line brings, in company currency without taxes, all discounts off."""
        pieces = self._get_pieces(sale, sale.product_uom_qty)
        order = sale.order_id
        date = (order.date_order or fields.Datetime.now()).date()
        price = sale.price_subtotal * (1 - order._mes_get_discounted_part()) / pieces if pieces else 0.0
        return order.currency_id._convert(price, self.currency_id, self.company_id, date, round=False)

    def _is_wanted(self):
        """Return whether there is something left to offer: of the route's quantity, and in stock."""
        self.ensure_one()
        case = self.clearance_id
        if case.state not in ("draft", "open") or self.uom_id.compare(self._get_room(), 0) <= 0:
            return False
        return self.uom_id.compare(case._get_left().get(case.id, 0.0), 0) > 0

    def _count_up(self):
        """Write the row: of two who sell of it at the same time, one is repeated and sees what the other sold."""
        self.env.cr.execute(SQL("UPDATE mes_aging_clearance_line SET run = run WHERE id = ANY(%s)", sorted(self.ids)))

    # -- ending -------------------------------------------------------------------------------------------------

    def _refresh(self):
        result = super()._refresh()
        for line in self.sudo().filtered(lambda line: line.route in SELLING):
            if line.state != "open" or not line._is_wanted():
                line._end_offer()
        return result

    def _end_offer(self):
        """End what this route offers. Twice is the same as once."""
        self.ensure_one()
        end = getattr(self, f"_end_{self.route}", None)
        if end:
            end()

    def action_end_offer(self):
        """End what these routes offer; what is sold already stays sold, the rest can be executed again.

        :raises odoo.exceptions.UserError: of somebody else
        """
        self.clearance_id._check_may_decide()
        for line in self.sudo().filtered(lambda line: line.route in SELLING):
            line._end_offer()
        self.sudo()._refresh()
        self.clearance_id.sudo()._settle()
        return True


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _finish(self, state):
        result = super()._finish(state)
        for line in self.line_ids.filtered(lambda line: line.route in SELLING):
            line._end_offer()
        return result

    def _propose(self):
        proposals = super()._propose()
        self.invalidate_recordset(["left_qty", "left_value"])  # stock moves on: what estimates read isn't kept
        return proposals

    # -- estimates ----------------------------------------------------------------------------------------------

    def _get_sales_figures(self):
        """Return ``(price of a piece, pieces a day)`` of its sales in 12 months, and where they come from.

        The price is in company currency without taxes; without sales it is the sales price.
        """
        self.ensure_one()
        if self.sold_qty > 0:
            return self.sold_value / self.sold_qty, self.sold_qty / SALES_DAYS, self.env._("average price of 12 months")
        return self.product_id.lst_price, 0.0, self.env._("sales price, none sold in 12 months")

    def _estimate_selling(self, route, base=None, source=None, days=None):
        """Return what selling all that is left would bring, with a route's discount, or why not."""
        self.ensure_one()
        if not self.product_id.sale_ok:
            return self.env._("The product is not for sale.")
        price, daily, from_sales = self._get_sales_figures()
        base, source = (price, from_sales) if base is None else (base, source)
        discount = self.company_id._mes_get_discount(route)
        net, quantity = max(base * (1 - discount / 100), self.floor_price), self.left_qty
        if days is None:
            days = quantity / daily if daily else DAYS_UNKNOWN
        why = self.env._(
            "%(quantity)s × %(net)s = %(total)s. Price: %(origin)s %(base)s − %(discount)s %%, at least the floor "
            "%(floor)s. %(days)s days: %(daily)s are sold a day.",
            **self._format_figures(quantity=quantity, net=net, total=quantity * net, base=base, daily=daily),
            **self._format_figures(discount=discount, floor=self.floor_price, days=days),
            origin=source,
        )
        return Estimate(quantity, quantity * net, 0.0, days, f"{why}{self._get_lots_remark()}")

    @api.model
    def _format_figures(self, **figures):
        return {name: f"{value:.4g}" if abs(value) < 1 else f"{round(value, 2):g}" for name, value in figures.items()}

    def _get_lots_remark(self):
        """Return what to know about the lots that are sold."""
        if not self.lot_ids:
            return ""
        return " " + self.env._("Deliveries reserve only the lots of the case, nearest expiry first.")


class MesAgingClearanceProposal(models.Model):
    _inherit = "mes.aging.clearance.proposal"

    def _prepare_line_promotion(self):
        return {"discount": self.company_id._mes_get_discount("promotion")}

    def _prepare_line_staff_sale(self):
        company = self.company_id
        return {
            "discount": company._mes_get_discount("staff_sale"),
            "partner_category_id": company.mes_staff_category_id.id,
        }

    def _prepare_line_channel(self):
        case = self.clearance_id
        return {"dealer_ids": [(6, 0, case._find_dealers().ids)], "price_unit": self.recovered_value / self.quantity}

    def _prepare_line_bundle(self):
        return {"companion_ids": [(6, 0, self.clearance_id.companion_id.ids)]}


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_promotion_discount = fields.Float("Discount of Promotions (%)", default=20.0)
    mes_staff_discount = fields.Float("Discount of Staff Sales (%)", default=50.0)
    mes_bundle_discount = fields.Float("Discount in Bundles (%)", default=30.0)
    mes_channel_discount = fields.Float("Discount on Other Channels (%)", default=40.0)
    mes_channel_days = fields.Integer("Selling on Other Channels Takes (days)", default=30)
    mes_staff_category_id = fields.Many2one(
        "res.partner.category", "Staff", help="The tag of the contacts who may buy in staff sales."
    )

    _mes_clearance_discounts = models.Constraint(
        "CHECK (mes_promotion_discount BETWEEN 0 AND 100 AND mes_staff_discount BETWEEN 0 AND 100"
        " AND mes_bundle_discount BETWEEN 0 AND 100 AND mes_channel_discount BETWEEN 0 AND 100)",
        "A discount is 0 to 100 %.",
    )

    def _mes_get_discount(self, route):
        """Return the usual discount of a selling route, in percent."""
        self.ensure_one()
        name = {"staff_sale": "staff"}.get(route, route)
        return self[f"mes_{name}_discount"]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_promotion_discount = fields.Float(related="company_id.mes_promotion_discount", readonly=False)
    mes_staff_discount = fields.Float(related="company_id.mes_staff_discount", readonly=False)
    mes_bundle_discount = fields.Float(related="company_id.mes_bundle_discount", readonly=False)
    mes_channel_discount = fields.Float(related="company_id.mes_channel_discount", readonly=False)
    mes_channel_days = fields.Integer(related="company_id.mes_channel_days", readonly=False)
    mes_staff_category_id = fields.Many2one(related="company_id.mes_staff_category_id", readonly=False)
