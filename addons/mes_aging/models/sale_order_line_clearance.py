"""Sales of backlog: tied to the route that offers it, never below the floor, out of the case's lots."""

from odoo import api, fields, models
from odoo.tools import float_round

from ..tools.price import SLACK, cap_discount, is_below, lift

PRICED = {"price_unit", "discount", "product_uom_id", "product_uom_qty", "tax_ids", "product_id", "order_id"}


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_clearance_line_ids = fields.One2many(
        "mes.aging.clearance.line", "product_id", "Clearance Routes", readonly=True
    )
    mes_bundle_line_ids = fields.One2many(
        "mes.aging.clearance.line", "bundle_product_id", "Routes as a Bundle", readonly=True
    )

    def _mes_is_offered(self):
        """Return whether a clearance case has offered it, by itself or as a bundle. One query for many products."""
        self.ensure_one()
        product = self.sudo()
        return bool(product.mes_clearance_line_ids or product.mes_bundle_line_ids)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _mes_is_offered(self):
        """Return whether a clearance case has offered one of its variants."""
        self.ensure_one()
        return any(product._mes_is_offered() for product in self.product_variant_ids)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale").order_line._mes_sell()
        return super().write(vals)

    def _mes_get_discounted_part(self):
        """Return which part of its amount is taken off by lines of discount: 0 for none, 1 for all."""
        self.ensure_one()
        amounts = [line.price_subtotal for line in self.order_line if not line.display_type]
        off = -sum(amount for amount in amounts if amount < 0)
        total = sum(amount for amount in amounts if amount > 0)
        return min(off / total, 1.0) if total else 0.0


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._mes_check_floor()
        lines.filtered(lambda line: line.state == "sale")._mes_sell()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & PRICED:
            self._mes_check_floor()
        if vals.keys() & {"product_uom_qty", "product_id"}:
            self.filtered(lambda line: line.state == "sale")._mes_sell()
        return result

    def unlink(self):
        routes = self.mes_clearance_line_id.sudo()
        result = super().unlink()
        if routes:
            routes._refresh()
            routes.clearance_id._settle()
        return result

    # -- which route --------------------------------------------------------------------------------------------

    def _mes_get_route(self):
        """Return the route of a clearance case that offers what this sells; none for any other sale."""
        self.ensure_one()
        if self.mes_clearance_line_id:
            return self.mes_clearance_line_id.sudo()
        if self.display_type or self.is_downpayment or not self.product_id or not self.product_id._mes_is_offered():
            return self.mes_clearance_line_id.browse().sudo()
        if "reward_id" in self._fields and self.reward_id:
            return self._mes_get_gift_route()
        bundles = self.sudo().product_id.mes_bundle_line_ids.filtered(lambda line: line.state == "open")
        route = self._mes_get_rule().mes_clearance_line_id or bundles[:1]
        return route.filtered(lambda one: one.company_id == self.company_id)

    def _mes_get_gift_route(self):
        """Return the route whose loyalty program gives this away; none for any other program's reward."""
        program = self.sudo().reward_id.program_id
        lines = self.sudo().product_id.mes_clearance_line_ids
        return lines.filtered(lambda line: line.state == "open" and line.program_ref == program.id)[:1]

    def _mes_get_rule(self):
        """Return the rule of a clearance case that its price comes from; none for any other price."""
        rule = self.pricelist_item_id
        uom = self.product_uom_id or self.product_id.uom_id
        return rule._mes_find_promotion(self.product_id, self.product_uom_qty or 1.0, uom, self._get_order_date())

    # -- floor --------------------------------------------------------------------------------------------------

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_price_unit(self):
        result = super()._compute_price_unit()
        for line in self:
            floor = line._mes_get_floor()
            if floor and not line._mes_is_priced_by_hand():
                price = line._mes_get_lifted_price(floor)
                line = line.with_context(sale_write_from_compute=True)
                line.update({"price_unit": price, "technical_price_unit": price})
        return result

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_discount(self):
        result = super()._compute_discount()
        for line in self.filtered("discount"):
            floor = line._mes_get_floor()
            if floor:
                line.discount = line._mes_get_capped_discount(line.price_unit, floor)
        return result

    def _mes_is_priced_by_hand(self):
        currency = self.currency_id or self.company_id.currency_id or self.env.company.currency_id
        return bool(currency.compare_amounts(self.technical_price_unit, self.price_unit))

    def _mes_get_floor(self):
        """Return the lowest price of one unit of this line, in its currency without taxes; zero: none."""
        self.ensure_one()
        route = self._mes_get_route()
        floor = route._get_floor(self.product_id) if route else 0.0
        if not floor:
            return 0.0
        price = self.product_id.uom_id._compute_price(floor, self.product_uom_id or self.product_id.uom_id)
        date = self._get_order_date() or self.env.cr.now()
        currency = self.currency_id or route.currency_id
        return route.currency_id._convert(price, currency, route.company_id, date, round=False)

    def _mes_get_net_price(self, price):
        """Return what a price of one unit brings without the taxes that it contains."""
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        if not any(tax.price_include for tax in taxes):
            return price
        order = self.order_id
        return self.tax_ids.compute_all(
            price,
            currency=self.currency_id,
            product=self.product_id,
            partner=order.partner_shipping_id,
            rounding_method="round_globally",
        )["total_excluded"]

    def _mes_get_lifted_price(self, floor):
        """Return the price of a unit, raised as far as it must, so that it isn't below the floor once it is rounded."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        price = float_round(self.price_unit, precision_digits=digits)
        lifted = lift(price, self._mes_get_net_price(price), floor, digits)
        return lifted if lifted > price else self.price_unit

    def _mes_get_capped_discount(self, price, floor):
        """Return the discount of this line, lowered as far as a price of a unit and the floor take."""
        digits = self.env["decimal.precision"].precision_get("Discount")
        return cap_discount(self._mes_get_net_price(price), self.discount, floor, digits)

    def _mes_check_floor(self):
        """Refuse what a person sells below the floor; lift what a program does.

        :raises odoo.exceptions.UserError: below the floor
        """
        discounts = self.filtered(lambda line: line.price_subtotal < 0)
        for line in self | discounts.order_id.order_line:
            floor = line._mes_get_floor()
            part = line.order_id._mes_get_discounted_part() if floor else 0.0
            net = line._mes_get_net_price(line.price_unit * (1 - line.discount / 100)) * (1 - part) if floor else 0.0
            if not floor or not is_below(net, floor):
                continue
            if not self.env.su:
                raise line._mes_get_floor_error(net, floor)
            price = line._mes_get_lifted_price(floor)
            vals = {"price_unit": price, "discount": line._mes_get_capped_discount(price, floor)}
            if any(abs(line[name] - value) > SLACK for name, value in vals.items()):
                line.write(vals)

    def _mes_get_floor_error(self, net, floor):
        return self.env["mes.aging.message"]._error(
            "sales_below_floor",
            product=self.product_id.display_name,
            net=self._mes_format_price(net),
            floor=self._mes_format_price(floor),
            unit=self.product_uom_id.name,
            case=self._mes_get_route().clearance_id.name,
        )

    def _mes_format_price(self, price):
        return f"{round(price, 4):g} {self.currency_id.name}"

    # -- confirming ---------------------------------------------------------------------------------------------

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """What a confirmed order is given later is tied before it is delivered: of the case's lots from the start."""
        new = self.filtered(lambda line: line.state == "sale" and not line.mes_clearance_line_id)
        new.filtered(lambda line: line.product_id._mes_is_offered())._mes_sell()
        return super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _mes_sell(self):
        """Tie what these sell to the route that offers it, for as long as it offers something.

        :raises odoo.exceptions.UserError: below the floor, beyond an offer, or for customers without the tag
        """
        self._mes_check_customers()
        self._mes_check_floor()
        for line in self:
            route = line._mes_get_route()
            if not route:
                continue
            route._count_up()
            line._mes_check_offer(route)
            room = route._get_room(without=line.sudo())
            if not line.mes_clearance_line_id and route.state == "open" and route.uom_id.compare(room, 0) > 0:
                line.sudo().write(route._tie())

    def _mes_check_customers(self):
        for order, lines in self.grouped("order_id").items():
            rules = self.env["product.pricelist.item"].sudo()
            for line in lines.filtered(lambda line: line.product_id and line.product_id._mes_is_offered()):
                rules |= line._mes_get_rule()
            (order.pricelist_id | rules.pricelist_id)._mes_check_customer(order.partner_id)

    def _mes_check_offer(self, route):
        """Raise when an offer to a dealer takes more than what is left of its route."""
        if route.route != "channel":
            return
        room = max(route._get_room(without=self.sudo()), 0.0)
        wanted = route._get_pieces(self, self.product_uom_qty)
        if route.uom_id.compare(wanted, room) > 0:
            raise self.env["mes.aging.message"]._error(
                "sales_offer_taken",
                case=route.clearance_id.name,
                product=self.product_id.display_name,
                wanted=wanted,
                room=room,
                unit=route.uom_id.name,
            )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _update_reserved_quantity(self, need, location_id, lot_id=None, package_id=None, owner_id=None, strict=True):
        lots = self._mes_get_sold_lots() if not lot_id else None
        if not lots:
            return super()._update_reserved_quantity(need, location_id, lot_id, package_id, owner_id, strict)
        taken = 0.0
        for lot in lots:
            rest = need - taken
            if self.product_id.uom_id.compare(rest, 0) > 0:
                taken += super()._update_reserved_quantity(rest, location_id, lot, package_id, owner_id, strict)
        return taken

    def _mes_get_sold_lots(self):
        """Return the lots that a case sells by this move, nearest expiry first; none: any."""
        route = self.sale_line_id.sudo().mes_clearance_line_id
        if not route or self.product_id != route.product_id:
            return self.env["stock.lot"]
        lots = route.clearance_id.lot_ids
        if "expiration_date" not in lots._fields:
            return lots.sorted("id")
        return lots.sorted(lambda lot: (not lot.expiration_date, lot.expiration_date or lot.create_date, lot.id))
