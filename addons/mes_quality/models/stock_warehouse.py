from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    mes_quarantine_id = fields.Many2one(
        "stock.location",
        "Quarantine",
        copy=False,
        check_company=True,
        domain="[('mes_is_quarantine', '=', True), ('company_id', '=', company_id)]",
        help="Held stock that is moved goes here: beside the stock location, counted and valued, never reserved.",
    )

    def _mes_get_quarantine(self):
        """Return the place for held stock of this warehouse; create it when it is missing."""
        self.ensure_one()
        warehouse = self.sudo()
        if not warehouse.mes_quarantine_id.active:
            warehouse.mes_quarantine_id = (
                self.env["stock.location"].sudo().create(warehouse._mes_prepare_quarantine_vals())
            )
        return warehouse.mes_quarantine_id

    def _mes_prepare_quarantine_vals(self):
        return {
            "name": self.env._("Quarantine"),
            "usage": "internal",
            "location_id": self.view_location_id.id,
            "company_id": self.company_id.id,
            "mes_is_quarantine": True,
        }
