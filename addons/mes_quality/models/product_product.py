"""Frozen stock is on hand, but neither free nor forecast: nobody can promise it, everybody reorders it."""

from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """All figures of Odoo come through one method: sales lines, kits, bills of materials, reordering rules."""

    _inherit = "product.product"

    def _compute_quantities_dict(self, lot_id, owner_id, package_id, from_date=False, to_date=False):
        figures = super()._compute_quantities_dict(lot_id, owner_id, package_id, from_date, to_date)
        # at any date: a late sales line asks for the figures of a date that has passed, and must not get frozen stock
        for product, quantity in self._mes_get_frozen(lot_id, owner_id, package_id).items():
            for name in ("free_qty", "virtual_available"):
                figures[product.id][name] = product.uom_id.round(figures[product.id][name] - quantity)
        return figures

    def _mes_get_frozen(self, lot_id=None, owner_id=None, package_id=None):
        """Return ``{product: quantity}`` of frozen stock that no transfer has reserved, in the products' units.

        The places are those of the context, as for `qty_available`. A disposition that has reserved frozen stock is
        an outgoing transfer already, so that it is not counted twice. Products without frozen stock are left out.
        """
        Quant = self.env["stock.quant"].with_context(active_test=False)
        domain = Domain("product_id", "in", self._origin.ids) & Domain("mes_is_frozen", "=", True)
        concerned = {product.id for [product] in Quant._read_group(domain, ["product_id"])} if self._origin.ids else ()
        products = self.filtered(lambda product: product._origin.id in concerned and not product.is_kits)
        if not products:
            return {}
        domain &= products._mes_get_quant_domain(lot_id, owner_id, package_id)
        sums = ["quantity:sum", "reserved_quantity:sum"]
        found = {
            product.id: total - reserved for product, total, reserved in Quant._read_group(domain, ["product_id"], sums)
        }
        return {product: found[product._origin.id] for product in products if found.get(product._origin.id)}

    def _mes_get_quant_domain(self, lot_id, owner_id, package_id):
        """Return which quants Odoo counts, by the same arguments and context as `_compute_quantities_dict`."""
        context = self.env.context
        domain = Domain(self._get_domain_locations()[0])
        for name, value in (("lot_id", lot_id), ("owner_id", owner_id), ("package_id", package_id)):
            if value is not None:
                domain &= Domain(name, "=", value)
        if "owners" in context:
            domain &= Domain("owner_id", "in", context["owners"] or [False])
        if context.get("with_expiration"):
            # Odoo has taken off what expires
            date = context.get("to_date") or context["with_expiration"]
            domain &= Domain("removal_date", "=", False) | Domain("removal_date", ">", date)
        return domain
