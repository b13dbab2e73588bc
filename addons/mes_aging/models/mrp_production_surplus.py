"""An order is closed without a warning about the components that accepted substitutes have replaced."""

from collections import defaultdict

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    mes_offer_id = fields.Many2one(
        "mes.aging.surplus.offer",
        "Substitute by Offer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="This component replaces another one of the order, by an accepted offer of the surplus exchange.",
    )

    def _prepare_move_split_vals(self, qty):
        return {**super()._prepare_move_split_vals(qty), "mes_offer_id": self.mes_offer_id.id}

    def _mes_is_substitute(self):
        """Return whether it is on its order by an accepted offer for that order."""
        offer = self.mes_offer_id
        orders = offer.move_id.raw_material_production_id
        group = orders.production_group_id.production_ids | orders
        return (
            offer.state == "accepted"
            and offer.product_id == self.product_id
            and self.state != "cancel"
            and self.raw_material_production_id in group
        )


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _get_consumption_issues(self):
        """What a substitute replaces isn't expected any more; the substitute is."""
        issues = []
        for order, product, consumed, expected in super()._get_consumption_issues():
            expected += order._mes_get_replacements().get(product, 0.0)
            if product.uom_id.compare(consumed, expected):
                issues.append((order, product, consumed, expected))
        return issues

    def _mes_get_replacements(self):
        """Return by how much accepted substitutes change what is expected now: ``{product: in its unit}``."""
        self.ensure_one()
        changes = defaultdict(float)
        part = self.qty_producing / self.product_qty if self.product_qty else 0.0
        for move in self.sudo().move_raw_ids.filtered(lambda move: move._mes_is_substitute()):
            offer, quantity = move.mes_offer_id, move.product_qty * part
            changes[move.product_id] += quantity
            changes[offer.demand_product_id] -= quantity * offer.covered_qty / offer.quantity
        return changes
