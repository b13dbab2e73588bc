"""From holds to their screens, and back."""

from odoo import models


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _get_open_action(self):
        """Return the action that shows these holds."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_quality.mes_quality_hold_action")
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def action_open_children(self):
        """Show what was held with these."""
        return self.child_ids._get_open_action()

    def action_open_lift(self):
        """Ask why these holds are lifted."""
        active = self.filtered(lambda hold: hold.state == "active")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lift Holds"),
            "res_model": "mes.quality.lift.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_hold_ids": active.ids},
        }


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_mes_open_holds(self):
        """Show the active holds of these lots."""
        return self.mes_hold_ids.filtered(lambda hold: hold.state == "active")._get_open_action()

    def action_mes_open_lift(self):
        """Ask why the holds of these lots are lifted."""
        return self.mes_hold_ids.filtered(lambda hold: hold.state == "active").action_open_lift()
