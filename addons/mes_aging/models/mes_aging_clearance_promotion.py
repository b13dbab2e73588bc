"""Price promotions and staff sales: a rule of a pricelist that never sells below the floor, and ends by itself."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models

from ..tools.price import lift


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    mes_partner_category_id = fields.Many2one(
        "res.partner.category",
        "Only for Customers with Tag",
        index="btree_not_null",
        help="Orders of other customers can't be confirmed with this pricelist.",
    )

    def _mes_check_customer(self, partner):
        """Raise when a customer may not buy at these prices.

        :raises odoo.exceptions.UserError: without the tag
        """
        tags = partner.category_id | partner.commercial_partner_id.category_id
        for pricelist in self.sudo().filtered("mes_partner_category_id"):
            if pricelist.mes_partner_category_id not in tags:
                raise self.env["mes.aging.message"]._error(
                    "sales_customer",
                    partner=partner.display_name,
                    pricelist=pricelist.name,
                    tag=pricelist.mes_partner_category_id.display_name,
                )


class ProductPricelistItem(models.Model):
    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "mes.aging.clearance.document"]

    def write(self, vals):
        result = super().write(vals)
        if "date_end" in vals or "pricelist_id" in vals:
            self._mes_follow_clearance(self.mes_clearance_line_id)
        return result

    def unlink(self):
        lines = self.mes_clearance_line_id
        result = super().unlink()
        self._mes_follow_clearance(lines)
        return result

    def _mes_follow_clearance(self, lines):
        lines = lines.sudo()
        if lines:
            lines._refresh()
            lines.clearance_id._settle()

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        price = super()._compute_price(product, quantity, uom, date, currency=currency, **kwargs)
        rule = self._mes_find_promotion(product, quantity, uom, date)
        line = rule.mes_clearance_line_id
        if not line or not line.clearance_id.floor_price:
            return price
        currency = currency or self.currency_id or self.env.company.currency_id
        floor = product.uom_id._compute_price(line.clearance_id.floor_price, uom)
        floor = line.currency_id._convert(floor, currency, line.company_id, date or fields.Date.today(), round=False)
        return max(price, floor)

    def _mes_find_promotion(self, product, quantity, uom, date):
        """Return the rule of a clearance case that this rule is, or that its base pricelist comes to; or none."""
        rule = self.sudo()
        if rule._mes_is_based_on_pricelist() and not product._mes_is_offered():
            return rule.browse()
        while rule and not rule.mes_clearance_line_id and rule._mes_is_based_on_pricelist():
            found = rule.base_pricelist_id._get_product_rule(product, quantity, uom=uom, date=date)
            rule = self.sudo().browse(found or [])
        return rule.filtered("mes_clearance_line_id")

    def _mes_is_based_on_pricelist(self):
        return self.compute_price != "fixed" and self.base == "pricelist" and bool(self.base_pricelist_id)

    def _mes_is_live(self):
        """Return whether this rule still sells, now or later."""
        self.ensure_one()
        return self.pricelist_id.active and (not self.date_end or self.date_end >= fields.Datetime.now())


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    pricelist_id = fields.Many2one("product.pricelist", help="Empty: the first of the company.")
    pricelist_item_ids = fields.One2many(
        "product.pricelist.item", "mes_clearance_line_id", "Pricelist Rules", readonly=True
    )
    min_qty = fields.Float("Minimum Quantity", digits="Product Unit", help="In the product's unit.")
    partner_category_id = fields.Many2one(
        "res.partner.category", "Customer Tag", help="Only customers with this tag get the price."
    )

    def _get_documents(self):
        pricelists = self.pricelist_item_ids.pricelist_id
        return super()._get_documents() + ([pricelists] if pricelists else [])

    # -- promotion ----------------------------------------------------------------------------------------------

    def _check_promotion(self):
        self._check_selling()
        self._check_pricelists()

    def _check_pricelists(self):
        if not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            raise self.env["mes.aging.message"]._error("sales_pricelists")

    def _apply_promotion(self):
        if not self.pricelist_id:
            self.pricelist_id = self._find_pricelist()
        self._make_rule()

    def _measure_promotion(self):
        progress = self._measure_selling()
        is_live = any(rule._mes_is_live() for rule in self.pricelist_item_ids)
        return progress._replace(is_open=progress.is_open or (is_live and self._is_wanted()))

    def _end_promotion(self):
        end = fields.Datetime.now() - timedelta(seconds=1)
        for rule in self.pricelist_item_ids.filtered(lambda rule: rule._mes_is_live()):
            begun = not rule.date_start or rule.date_start < end
            rule.write({"date_end": end, **({} if begun else {"date_start": end - timedelta(seconds=1)})})

    def _find_pricelist(self):
        """Return the company's first pricelist for everybody, made when there is none."""
        domain = [("company_id", "in", [self.company_id.id, False]), ("mes_partner_category_id", "=", False)]
        found = self.env["product.pricelist"].search(domain, limit=1)
        return found or self._make_pricelist(self.env._("Clearance"))

    def _make_pricelist(self, name, **more):
        vals = {"name": name, "company_id": self.company_id.id, "currency_id": self.currency_id.id}
        return self.env["product.pricelist"].create({**vals, **more})

    def _make_rule(self):
        return self.env["product.pricelist.item"].create({**self._prepare_rule_vals(), **self._tie()})

    def _prepare_rule_vals(self):
        return {
            "pricelist_id": self.pricelist_id.id,
            "applied_on": "0_product_variant",
            "product_id": self.product_id.id,
            "product_tmpl_id": self.product_id.product_tmpl_id.id,
            "min_quantity": self.min_qty,
            "date_start": self._get_moment(self.date_start, time.min),
            "date_end": self._get_moment(self.date_end, time.max),
            **self._prepare_rule_price(),
        }

    def _prepare_rule_price(self):
        if not self.price_unit:
            return {"compute_price": "percentage", "base": "list_price", "percent_price": self._get_discount()}
        today = fields.Date.context_today(self)
        currency = self.pricelist_id.currency_id
        price = self.currency_id._convert(self.price_unit, currency, self.company_id, today, round=False)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return {"compute_price": "fixed", "fixed_price": lift(0, 0, price, digits)}

    def _get_moment(self, day, hour):
        """Return the first or last moment of a day of the company, as stored; False without a day."""
        if not day:
            return False
        zone = ZoneInfo(self.company_id.partner_id.tz or self.env.user.tz or "UTC")
        moment = datetime.combine(day, hour.replace(microsecond=0), zone)
        return moment.astimezone(UTC).replace(tzinfo=None)

    # -- staff sale ---------------------------------------------------------------------------------------------

    def _check_staff_sale(self):
        self._check_promotion()
        if not self.partner_category_id:
            raise self.env["mes.aging.message"]._error("sales_tag", line=self.display_name)
        if self.pricelist_id and self.pricelist_id.mes_partner_category_id != self.partner_category_id:
            raise self.env["mes.aging.message"]._error(
                "sales_open_pricelist",
                pricelist=self.pricelist_id.name,
                tag=self.partner_category_id.display_name,
            )

    def _apply_staff_sale(self):
        if not self.pricelist_id:
            self.pricelist_id = self._find_staff_pricelist()
        self._make_rule()

    def _find_staff_pricelist(self):
        """Return the pricelist for customers with the tag, made when there is none."""
        tag = self.partner_category_id
        domain = [("company_id", "=", self.company_id.id), ("mes_partner_category_id", "=", tag.id)]
        found = self.env["product.pricelist"].search(domain, limit=1)
        return found or self._make_pricelist(self.env._("Staff Sale"), mes_partner_category_id=tag.id, sequence=1000)

    def _measure_staff_sale(self):
        return self._measure_promotion()

    def _end_staff_sale(self):
        self._end_promotion()


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _estimate_promotion(self):
        return self._estimate_selling("promotion")

    def _estimate_staff_sale(self):
        """Return the estimate of a staff sale: a piece for each of the staff, within 30 days."""
        tag = self.company_id.mes_staff_category_id
        count = self.env["res.partner"].search_count([("category_id", "in", tag.ids)]) if tag else 0
        if not count:
            return self.env._("Set the tag of the staff's contacts in the settings, and give it to them.")
        estimate = self._estimate_selling("staff_sale", days=30)
        if isinstance(estimate, str) or estimate.quantity <= count:
            return estimate
        why = self.env._("%(count)s staff, a piece each, of:", count=count)
        part = count / estimate.quantity
        return estimate._replace(quantity=count, recovered=estimate.recovered * part, why=f"{why} {estimate.why}")
