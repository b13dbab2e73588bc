from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    mes_is_line_side = fields.Boolean(
        "Default Line Side", help="Parts withdrawn without a destination go here. One place a company."
    )

    _mes_line_side_uniq = models.UniqueIndex(
        "(company_id) WHERE mes_is_line_side IS TRUE", "The company has a default line side already. Change that one."
    )


class StockRoute(models.Model):
    _inherit = "stock.route"

    mes_is_pull = fields.Boolean("Pull Loops", readonly=True, help="Holds the rules that loops use.")
