"""An order that cannot wait."""

from odoo import models

from ..const import CLOSED_ORDER_STATES


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_mes_expedite(self):
        """Make these orders urgent and plan them, and what they wait for, before all that is planned there.

        For planners. What has begun or is frozen stays where it is; other planned orders move behind.
        """
        self._mes_check_planner()
        orders = self.sudo()
        orders.priority = "1"
        family = orders._mes_get_family()
        centers = family.workorder_ids.workcenter_id
        centers |= centers.alternative_workcenter_ids
        works = (
            self.env["mrp.workorder"]
            .sudo()
            .search(
                [
                    ("workcenter_id", "in", centers.ids),
                    ("state", "not in", CLOSED_ORDER_STATES),
                    ("leave_id", "!=", False),
                ]
            )
        )
        planner = self.env["mes.pull.planner"]
        ranks = {order: number for number, order in enumerate(orders)}
        planner._apply(planner._propose(family | works.production_id, lock=True, ranks=ranks))
        return True

    def _mes_get_family(self):
        """Return these orders and the open orders that make their components, at every level."""
        family, level = self, self
        while level:
            children, _receipts = self.env["mes.pull.planner"]._get_supply(level)
            level = self.browse().union(*children.values()) - family
            family |= level
        return family
