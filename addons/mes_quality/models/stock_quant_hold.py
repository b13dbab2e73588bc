"""What others do when stock is frozen or freed: an extension point."""

from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _mes_on_frozen(self, products, locations):
        """Called (as superuser) after stock of ``products`` was frozen in ``locations``, once per freeze."""

    @api.model
    def _mes_on_released(self, products, locations):
        """Called (as superuser) after stock of ``products`` was freed again in ``locations``."""
