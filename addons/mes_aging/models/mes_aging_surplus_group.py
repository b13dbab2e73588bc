"""Surplus between the companies of the group: one quotation on each side, at cost, by Odoo's own documents."""

from odoo import api, fields, models
from odoo.fields import Command

from ..const import QUOTED_STATES


class MesAgingSurplusOffer(models.Model):
    """Who has both companies sees it and accepts it: one sells, the other one buys, and both confirm as usual."""

    _inherit = "mes.aging.surplus.offer"

    def _is_between_companies(self):
        return bool(self) and self.dest_company_id != self.company_id

    @api.model
    def _get_shared(self, product_ids, companies):
        """What is sold and bought by everybody, of the companies that share what they don't need."""
        sharing = companies.filtered("mes_share_surplus") if len(companies) > 1 else ()
        if not sharing:
            return super()._get_shared(product_ids, companies)
        domain = [("id", "in", list(product_ids)), ("company_id", "=", False)]
        common = self.env["product.product"].search([*domain, ("sale_ok", "=", True), ("purchase_ok", "=", True)])
        return {(product_id, company.id) for product_id in common.ids for company in sharing}

    def _prepare_line(self, case):
        vals = super()._prepare_line(case)
        if self._is_between_companies():
            vals["price_unit"] = max(self.product_id.standard_price, case.floor_price)
        return vals

    def _prepare_trade(self, sale):
        """Return the values of the quotation by which the other company asks for what ``sale`` offers."""
        return {
            "partner_id": self.company_id.partner_id.id,
            "company_id": self.dest_company_id.id,
            "currency_id": sale.currency_id.id,
            "picking_type_id": self.dest_warehouse_id.in_type_id.id,
            "partner_ref": sale.order_id.name,
            "origin": self.demand,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_qty": self.quantity,
                        "product_uom_id": self.uom_id.id,
                        "price_unit": sale.price_unit,
                        "date_planned": max(self.date_needed or fields.Datetime.now(), fields.Datetime.now()),
                        "orderpoint_id": self.orderpoint_id.id,
                    }
                )
            ],
        }


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    def _check_reallocate(self):
        if self.offer_id._is_between_companies():
            return self._check_selling()
        return super()._check_reallocate()

    def _apply_reallocate(self):
        if self.offer_id._is_between_companies():
            return self._trade()
        return super()._apply_reallocate()

    def _trade(self):
        """Offer it to the other company, and ask for it there. Executed again, the other side's quotation stays."""
        offer = self.offer_id
        sale = self.env["sale.order"].create(self._prepare_offer_vals(offer.dest_company_id.partner_id)).order_line
        self._price_offer(sale)
        offer.sale_line_id = sale
        if offer.trade_line_id.state not in (*QUOTED_STATES, "purchase"):
            there = self.env["purchase.order"].with_context(allowed_company_ids=offer.dest_company_id.ids)
            order = there.with_company(offer.dest_company_id).create(offer._prepare_trade(sale))
            offer.trade_line_id = order.order_line

    def _measure_reallocate(self):
        moved = super()._measure_reallocate()
        return moved.plus(self._measure_selling()) if self.sale_line_ids else moved


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_share_surplus = fields.Boolean(
        "Offer Surplus to Other Companies", default=True, help="To those who see both companies."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_share_surplus = fields.Boolean(related="company_id.mes_share_surplus", readonly=False)
