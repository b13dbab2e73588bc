from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "clearance_board_role": self.env._(
                "Only people of Inventory Aging see the clearance board. Ask an administrator for the role."
            ),
        }
