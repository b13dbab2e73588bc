"""What planning keeps on orders and work orders, whoever plans."""

from odoo import fields, models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    mes_plan_reason = fields.Char("Planned Then Because", readonly=True, copy=False)


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    mes_date_wanted = fields.Datetime(
        "Wanted From", readonly=True, copy=False, help="The start that was asked for before the order was planned."
    )

    def _plan_workorders(self, replan=False):
        centers = self.workorder_ids.workcenter_id
        if centers:
            self.env["mes.pull.planner"].sudo()._lock(centers | centers.alternative_workcenter_ids)
        if not self.is_planned:
            self.sudo().mes_date_wanted = self.date_start
        self.workorder_ids.filtered("mes_plan_reason").sudo().mes_plan_reason = False
        return super()._plan_workorders(replan=replan)


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_plan_fence_hours = fields.Float(
        "Frozen Hours", help="Work that starts within these hours is not moved by the planner. Zero: none is frozen."
    )
