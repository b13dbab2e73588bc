from odoo import fields, models


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    mes_signal_count = fields.Integer(
        "Open Pull Signals", compute="_compute_mes_signal_count", help="Signals whose orders still work here."
    )

    def _get_mes_signal_domain(self):
        return [
            ("state", "=", "released"),
            (
                "production_ids.workorder_ids",
                "any",
                [("workcenter_id", "in", self.ids), ("state", "not in", ("done", "cancel"))],
            ),
        ]

    def _compute_mes_signal_count(self):
        signals = self.env["mes.pull.signal"].search(self._get_mes_signal_domain())
        for workcenter in self:
            orders = signals.filtered(
                lambda signal, wc=workcenter: any(
                    work.workcenter_id == wc and work.state not in ("done", "cancel")
                    for work in signal.production_ids.workorder_ids
                )
            )
            workcenter.mes_signal_count = len(orders)

    def action_mes_open_signals(self):
        """Open the signals whose orders still work at these work centres."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_signal_action")
        return {**action, "domain": self._get_mes_signal_domain(), "context": {}}
