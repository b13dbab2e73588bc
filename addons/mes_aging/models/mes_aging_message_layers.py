from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "first_in_refused": self.env._(
                "Since when a lot is in stock follows from its documents. A manager of ageing may correct it."
            ),
            "buckets_wrong": self.env._(
                "“%(text)s” are no limits of age: write whole days, each greater than the one before, with commas "
                "between them, as in 30,60,90,180."
            ),
        }
