from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "policy_scope": self.env._(
                "%(policy)s names a product and a category. A product has one category only: name one of the two."
            ),
            "policy_stop": self.env._(
                "%(policy)s stops buying above need, but says no highest cover. Set it, or only warn."
            ),
        }
