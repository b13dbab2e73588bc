from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "board_role": self.env._(
                "Only people of Inventory Aging see the inventory board. Ask an administrator for the role."
            ),
            "board_records": self.env._(
                "You may not see the records behind this figure (%(what)s). Ask an administrator for the role."
            ),
            "board_figure": self.env._("The board has no figure named %(figure)s."),
            "board_days": self.env._(
                "The horizons are days from today, at least one, ascending: for example 3 and 30. Not: %(days)s."
            ),
            "board_order": self.env._("The board can't be sorted by %(order)s. It can by: %(known)s."),
        }
