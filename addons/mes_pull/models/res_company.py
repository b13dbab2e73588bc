from odoo import fields, models

from ..const import DEMAND_POLICIES, OVERRUN_POLICIES


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_demand_policy = fields.Selection(
        DEMAND_POLICIES, "Production Without Demand", default="free", required=True, help="Where no category says more."
    )
    mes_overrun_policy = fields.Selection(
        OVERRUN_POLICIES, "Excess Production", default="hold", required=True, help="Default of new pull loops."
    )
    mes_overrun_tolerance = fields.Float("Overrun Tolerance (%)", help="Default of new pull loops.")

    mes_plan_user_id = fields.Many2one(
        "res.users", string="Plan Owner", help="Decides about proposed plan changes where nobody else is responsible."
    )
    mes_plan_tolerance = fields.Float(
        "Plan Tolerance (%)", help="Changes of an order below this percentage are proposed, not made. Zero: none."
    )
    mes_plan_tolerance_qty = fields.Float(
        "Plan Tolerance (Pieces)", digits="Product Unit", help="Changes below this are proposed, not made. Zero: none."
    )
    mes_plan_fence_days = fields.Integer(
        "Frozen Fence (Days)", help="Orders that start within this time are changed by a person only. Zero: none."
    )

    _mes_plan_not_negative = models.Constraint(
        "CHECK(mes_plan_tolerance >= 0 AND mes_plan_tolerance_qty >= 0 AND mes_plan_fence_days >= 0)",
        "Tolerances and fences cannot be negative. Enter zero for none.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "mes_demand_policy" in vals:
            self.env["mrp.production"]._mes_work_queue(self)
        return result

    def _mes_get_pull_route(self):
        """Return the route that holds the rules of this company's loops; procurement finds it through them only."""
        self.ensure_one()
        Route = self.env["stock.route"].sudo().with_context(active_test=False)
        route = Route.search([("mes_is_pull", "=", True), ("company_id", "=", self.id)], limit=1)
        if not route:
            route = Route.create(
                {
                    "name": self.env._("Pull loops"),
                    "mes_is_pull": True,
                    "company_id": self.id,
                    "product_selectable": False,
                    "sequence": 999,
                }
            )
        route.active = True
        return route

    def _mes_find_line_side(self):
        """Return the companies' line sides, as far as they exist."""
        return (
            self.env["stock.location"].sudo().search([("mes_is_line_side", "=", True), ("company_id", "in", self.ids)])
        )

    def _mes_get_line_side(self):
        """Return the place at the line where withdrawn parts go by default; create it when it is missing.

        It lies outside the warehouses: what production has taken is no longer on hand, free or promised anywhere.
        """
        self.ensure_one()
        place = self._mes_find_line_side()[:1]
        if place:
            return place
        Location = self.env["stock.location"].sudo()
        floor = Location.create(
            {"name": self.env._("Shop Floor"), "usage": "view", "company_id": self.id, "location_id": False}
        )
        return Location.create(
            {
                "name": self.env._("Line side"),
                "usage": "internal",
                "company_id": self.id,
                "location_id": floor.id,
                "mes_is_line_side": True,
            }
        )
