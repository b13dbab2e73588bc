"""Where the surplus of others is shown before it is bought: on quotations and on reordering rules."""

from odoo import api, fields, models

from ..const import QUOTED_STATES


class MesAgingSurplusOffer(models.Model):
    _inherit = "mes.aging.surplus.offer"

    @api.model
    def _get_offered(self, kind, products):
        """Return what would be offered now, in the user's companies: ``{record id: [covered quantity]}``.

        :param str kind: of the demand, see ``DEMANDS``
        :param products: what is missing
        """
        Offer, found = self.sudo(), {}
        own = Offer._get_warehouses().filtered(lambda warehouse: warehouse.company_id in self.env.companies)
        for one in Offer._find_matches(products)[0] if products else ():
            if one.key[0] == kind and one.place in own.ids:
                found.setdefault(one.key[1], []).append(one.covered)
        return found

    @api.model
    def _show_offers(self, products, domain):
        """Look for surplus of these products, and return the action that shows the offers of a domain."""
        self.sudo()._refresh(products)
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_aging.mes_aging_surplus_offer_action")
        return {**action, "domain": domain, "context": {}}


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    mes_offer_count = fields.Integer(
        "Surplus Elsewhere", compute="_compute_mes_offer_count", help="Offers of what others have, in place of buying."
    )

    @api.depends("order_line.product_id", "order_line.product_qty", "state")
    @api.depends_context("allowed_company_ids")
    def _compute_mes_offer_count(self):
        lines = self._origin.filtered(lambda order: order.state in QUOTED_STATES).order_line
        offered = self.env["mes.aging.surplus.offer"]._get_offered("buy", lines.product_id)
        for order in self:
            order.mes_offer_count = sum(len(offered.get(line.id, ())) for line in order._origin.order_line)

    def action_mes_view_offers(self):
        """Look for surplus of these products elsewhere, and show the offers.

        :raises odoo.exceptions.AccessError: without access
        """
        self.ensure_one()
        self.check_access("read")
        domain = [("purchase_line_id", "in", self.order_line.ids)]
        return self.env["mes.aging.surplus.offer"]._show_offers(self.order_line.product_id, domain)


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    mes_offer_qty = fields.Float(
        "Surplus Elsewhere",
        digits="Product Unit",
        compute="_compute_mes_offer_qty",
        help="So much of what is to be ordered others have and don't need, in the product's unit.",
    )

    @api.depends("product_id", "qty_to_order")
    @api.depends_context("allowed_company_ids")
    def _compute_mes_offer_qty(self):
        short = self.filtered(lambda rule: rule.product_id and rule.product_uom.compare(rule.qty_to_order, 0) > 0)
        offered = self.env["mes.aging.surplus.offer"]._get_offered("rule", short.product_id)
        for rule in self:
            rule.mes_offer_qty = sum(offered.get(rule._origin.id, ()))

    def action_mes_view_offers(self):
        """Look for surplus of this product elsewhere, and show what is offered for these rules.

        :raises odoo.exceptions.AccessError: without access
        """
        self.check_access("read")
        domain = [("orderpoint_id", "in", self.ids)]
        return self.env["mes.aging.surplus.offer"]._show_offers(self.product_id, domain)
