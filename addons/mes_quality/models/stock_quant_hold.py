"""Finding stock to freeze or to free. What others do then is in `stock_quant_replan.py`."""

from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _mes_can_be_taken(self):
        """Return whether this is stock that can still be brought into quarantine."""
        self.ensure_one()
        return (
            self.location_id.usage in ("internal", "transit")
            and not self.location_id.mes_is_quarantine
            and self.product_uom_id.compare(self.quantity, 0) > 0
        )

    @api.model
    def _mes_find_takeable(self, product, place, lot=None, package=None):
        """Return the stock of ``product`` in ``place`` (and in it) that is not in quarantine."""
        domain = [
            ("product_id", "=", product.id),
            ("lot_id", "=", lot.id if lot else False),
            ("location_id", "child_of", place.id),
            ("quantity", ">", 0),
        ]
        if package:
            domain.append(("package_id", "child_of", package.id))
        quants = self.sudo().search(domain)
        return quants.filtered(lambda quant: quant._mes_can_be_taken())

    @api.model
    def _mes_find_in_quarantine(self, hold):
        """Return the stock in quarantine that ``hold`` may be about."""
        domain = [
            ("product_id", "=", hold.product_id.id),
            ("lot_id", "=", hold.lot_id.id),
            ("location_id", "=", hold.quarantine_id.id),
            ("quantity", ">", 0),
        ]
        quants = self.sudo().search(domain)
        package = hold.package_id
        return quants.sorted(lambda quant: quant.package_id != package)

    def _mes_get_reserving_lines(self):
        """Return the open lines that reserve this stock."""
        self.ensure_one()
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("state", "not in", ("done", "cancel")),
                    ("product_id", "=", self.product_id.id),
                    ("location_id", "=", self.location_id.id),
                    ("lot_id", "=", self.lot_id.id),
                    ("package_id", "=", self.package_id.id),
                    ("owner_id", "=", self.owner_id.id),
                    ("quantity_product_uom", ">", 0),
                ]
            )
        )
