"""Bundles: a kit of the backlog and what sells anyway. What its sales deliver of the backlog counts."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..tools.clearance import Estimate
from .mes_aging_clearance_sales import DAYS_UNKNOWN, SALES_DAYS


class MesAgingClearanceLine(models.Model):
    """The kit's price is shared out by the sales prices of what is in it: the backlog's part is what it brings."""

    _inherit = "mes.aging.clearance.line"

    bundle_way = fields.Selection(
        [("kit", "Kit"), ("gift", "Free with the Companions")],
        default="kit",
        help="A kit is a product with one price. Free with the companions: by a loyalty program, without a floor.",
    )
    companion_ids = fields.Many2many(
        "product.product",
        "mes_aging_clearance_companion_rel",
        "line_id",
        "product_id",
        "Together With",
        help="One of each in a bundle.",
    )
    bundle_qty = fields.Float(
        "Pieces in a Bundle", digits="Product Unit", default=1.0, help="Of the backlog, in the product's unit."
    )
    bundle_price = fields.Float(
        digits="Product Price",
        help="Of a whole bundle, without taxes, in company currency. Zero: the companions' sales prices, and the "
        "backlog's less the discount.",
    )
    bundle_product_id = fields.Many2one(
        "product.product", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    program_ref = fields.Integer("Loyalty Program (id)", readonly=True, copy=False, aggregator=None)

    _bundle_qty_positive = models.Constraint("CHECK (bundle_qty > 0)", "A bundle has more than nothing of it.")

    @api.model
    def _check_given(self, vals):
        facts = vals.keys() & {"bundle_product_id", "program_ref"}
        if facts and not self.env.su:
            names = ", ".join(sorted(self._fields[name].string for name in facts))
            raise self.env["mes.aging.message"]._error("clearance_fact", fields=names)
        return super()._check_given(vals)

    def _check_bundle(self):
        self._check_selling()
        message = self.env["mes.aging.message"]
        if not self.companion_ids - self.product_id:
            raise message._error("sales_companions", product=self.product_id.display_name)
        if self.product_id in self.companion_ids:
            raise message._error("sales_companion_itself", product=self.product_id.display_name)
        if self.bundle_way == "gift":
            self._check_gift()
        least = self._get_least_bundle_price()
        if self.bundle_price and self.currency_id.compare_amounts(self.bundle_price, least) < 0:
            raise message._error(
                "sales_floor", price=self.bundle_price, floor=least, product=self.product_id.display_name
            )

    def _check_gift(self):
        message = self.env["mes.aging.message"]
        if "reward_id" not in self.env["sale.order.line"]._fields:
            raise message._error("sales_loyalty")
        if self.clearance_id.floor_price:
            raise message._error("sales_gift_floor", case=self.clearance_id.name)

    def _apply_bundle(self):
        if self.bundle_way == "gift":
            self._end_bundle()
            self.program_ref = self.env["loyalty.program"].create(self._prepare_program_vals()).id
            return
        price = self._get_bundle_price()
        if self.bundle_product_id:
            self.bundle_product_id.write({"sale_ok": True, "lst_price": price})
            return
        self.bundle_product_id = self.env["product.product"].create(self._prepare_bundle_vals(price))
        self.bom_id = self.env["mrp.bom"].create(self._prepare_kit_vals())

    def _prepare_program_vals(self):
        """Return the values of the program that gives the backlog to who buys the companions."""
        rule = {"product_ids": [Command.set(self.companion_ids.ids)], "minimum_qty": 1, "reward_point_mode": "unit"}
        reward = {"reward_type": "product", "reward_product_id": self.product_id.id, "required_points": 1}
        return {
            "name": self.env._("Free: %(product)s", product=self.product_id.name),
            "program_type": "buy_x_get_y",
            "applies_on": "current",
            "trigger": "auto",
            "company_id": self.company_id.id,
            "date_from": self.date_start,
            "date_to": self.date_end,
            "rule_ids": [Command.create({**rule, "reward_point_amount": 1})],
            "reward_ids": [Command.create({**reward, "reward_product_qty": max(int(self.bundle_qty), 1)})],
        }

    def _get_program(self):
        """Return the loyalty program of this route; None without one, or where loyalty isn't installed."""
        if not self.program_ref or "loyalty.program" not in self.env:
            return None
        return self.env["loyalty.program"].browse(self.program_ref).exists()

    def _prepare_bundle_vals(self, price):
        names = [self.product_id.name, *self.companion_ids.mapped("name")]
        return {
            "name": self.env._("Bundle: %(products)s", products=" + ".join(names)),
            "type": "consu",
            "is_storable": False,
            "sale_ok": True,
            "purchase_ok": False,
            "categ_id": self.product_id.categ_id.id,
            "company_id": self.company_id.id,
            "lst_price": price,
            "taxes_id": [Command.set(self.product_id.taxes_id.ids)],
        }

    def _prepare_kit_vals(self):
        parts = [(self.product_id, self.bundle_qty), *((product, 1) for product in self.companion_ids)]
        return {
            "product_tmpl_id": self.bundle_product_id.product_tmpl_id.id,
            "type": "phantom",
            "company_id": self.company_id.id,
            "bom_line_ids": [
                Command.create({"product_id": product.id, "product_qty": quantity, "product_uom_id": product.uom_id.id})
                for product, quantity in parts
            ],
        }

    def _measure_bundle(self):
        progress = self._measure_selling()
        is_kit_live = self.bundle_product_id.sale_ok and self.bundle_product_id.active
        is_live = is_kit_live or self._is_program_live()
        return progress._replace(is_open=progress.is_open or (is_live and self._is_wanted()))

    def _end_bundle(self):
        if self.bundle_product_id.sale_ok:
            self.bundle_product_id.sale_ok = False
        program = self._get_program()
        if program and program.active:
            program.active = False

    def _is_program_live(self):
        program = self._get_program()
        today = fields.Date.context_today(self)
        return bool(program and program.active and not (program.date_to and program.date_to < today))

    def _get_documents(self):
        found = [self.bundle_product_id, self._get_program()]
        return super()._get_documents() + [records for records in found if records]

    # -- prices -------------------------------------------------------------------------------------------------

    def _get_bundle_part(self):
        """Return which part of a bundle's price is the backlog's, by sales prices."""
        own = self.product_id.lst_price * self.bundle_qty
        total = own + sum(self.companion_ids.mapped("lst_price"))
        return own / total if own and total else self.bundle_qty / (self.bundle_qty + len(self.companion_ids))

    def _get_least_bundle_price(self):
        """Return the lowest price of a bundle at which the backlog's part is at the floor."""
        return self.clearance_id.floor_price * self.bundle_qty / self._get_bundle_part()

    def _get_bundle_price(self):
        """Return the price of a bundle, in company currency."""
        others = sum(self.companion_ids.mapped("lst_price"))
        own = self.product_id.lst_price * self.bundle_qty * (1 - self._get_discount() / 100)
        return max(self.bundle_price or others + own, self._get_least_bundle_price())

    def _get_floor(self, product):
        if self.bundle_product_id and product == self.bundle_product_id:
            return self._get_least_bundle_price()
        return super()._get_floor(product)

    def _get_pieces(self, sale, quantity):
        pieces = super()._get_pieces(sale, quantity)
        if sale.product_id != self.bundle_product_id or not self.bundle_product_id:
            return pieces
        kits = sale.product_uom_id._compute_quantity(quantity, sale.product_id.uom_id, round=False)
        return kits * self.bundle_qty

    def _get_net_value(self, sale):
        value = super()._get_net_value(sale)
        is_bundle = self.bundle_product_id and sale.product_id == self.bundle_product_id
        return value * self._get_bundle_part() if is_bundle else value


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    companion_id = fields.Many2one("product.product", compute="_compute_companion", help="Sold with it most often.")
    companion_daily = fields.Float(compute="_compute_companion", help="Orders of both a day, in 12 months.")

    @api.depends("product_id", "company_id")
    def _compute_companion(self):
        self.env["sale.order.line"].flush_model()
        self.env["sale.order"].flush_model()
        rows = self.env.execute_query(self._get_companion_query())
        found = {(product_id, company_id): more for product_id, company_id, *more in rows}
        for case in self:
            other, orders = found.get((case.product_id.id, case.company_id.id), (False, 0))
            case.companion_id = other
            case.companion_daily = orders / SALES_DAYS

    def _get_companion_query(self):
        return SQL(
            """
            SELECT DISTINCT ON (line.product_id, orders.company_id)
                   line.product_id, orders.company_id, other.product_id, COUNT(DISTINCT other.order_id)
              FROM sale_order_line line
              JOIN sale_order orders ON orders.id = line.order_id
              JOIN sale_order_line other ON other.order_id = line.order_id AND other.product_id != line.product_id
              JOIN product_product product ON product.id = other.product_id AND product.active
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE line.product_id = ANY(%(products)s) AND orders.company_id = ANY(%(companies)s)
               AND orders.state = 'sale' AND orders.date_order >= %(since)s
               AND template.sale_ok AND template.is_storable
          GROUP BY line.product_id, orders.company_id, other.product_id
          ORDER BY line.product_id, orders.company_id, COUNT(DISTINCT other.order_id) DESC, other.product_id
            """,
            products=self.product_id.ids,
            companies=self.company_id.ids,
            since=fields.Datetime.now() - timedelta(days=SALES_DAYS),
        )

    def _estimate_bundle(self):
        """Return the estimate of a bundle with what is most often sold together with it."""
        companion, daily = self.companion_id, self.companion_daily
        if not companion:
            return self.env._("Nothing was sold together with it in 12 months: choose a companion by hand.")
        days = self.left_qty / daily if daily else DAYS_UNKNOWN
        estimate = self._estimate_selling("bundle", days=days)
        if not isinstance(estimate, Estimate):
            return estimate
        why = self.env._("With %(companion)s, one each.", companion=companion.display_name)
        return estimate._replace(why=f"{why} {estimate.why}")
