from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    mes_is_quarantine = fields.Boolean(
        "Quarantine",
        index="btree_not_null",
        help="What lies here is held: counted and valued, never reserved, never issued.",
    )
