"""A frozen bin calls for its replacement: the loops look again as soon as stock of theirs is frozen or freed."""

from odoo import api, models

FIGURES = ("usable", *(f"usable_{name}" for name in ("on_hand", "registered", "held", "reserved")))


class StockQuant(models.Model):
    """The addon for quality calls the two methods here, which both addons define: neither knows the other."""

    _inherit = "stock.quant"

    @api.model
    def _mes_on_frozen(self, products, locations):
        loops = self._mes_find_loops(products, locations)
        if loops:
            loops._lock()
            loops._replenish()
        others = getattr(super(), "_mes_on_frozen", None)
        return others(products, locations) if others else None

    @api.model
    def _mes_on_released(self, products, locations):
        self._mes_find_loops(products, locations)
        others = getattr(super(), "_mes_on_released", None)
        return others(products, locations) if others else None

    @api.model
    def _mes_find_loops(self, products, locations):
        """Return the loops whose supermarkets hold stock of the products in the places; their figures are read anew."""
        self.env["product.product"].invalidate_model([f"mes_{name}_qty" for name in FIGURES], flush=False)
        loops = self.env["mes.pull.loop"].sudo()
        loops.invalidate_model(["on_hand_qty", "held_qty", "position_qty", "room_qty"], flush=False)
        return loops.search([("product_id", "in", products.ids), ("location_id", "parent_of", locations.ids)])

    def _mes_filter_usable(self):
        """Return the stock that is not frozen."""
        names = self.env["mes.pull.loop"]._get_freeze_fields()
        return self.filtered(lambda quant: not any(quant[name] for name in names))
