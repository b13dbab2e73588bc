from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_quality_four_eyes = fields.Boolean(
        "Four Eyes on Holds", help="Who holds stock cannot lift that hold; somebody else must."
    )
    mes_hold_serial = fields.Integer("Freezes", readonly=True, help="Makes who reads a freeze wait for it.")
