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
