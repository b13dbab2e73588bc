"""What each route would bring for a case, ranked: recovered net of cost, and of what waiting costs."""

from odoo import fields, models

from ..const import CLEARANCE_ROUTES
from ..tools.clearance import worth


class MesAgingClearanceProposal(models.Model):
    """A route that could be taken, with its figures and where they come from. Reckoned anew on demand."""

    _name = "mes.aging.clearance.proposal"
    _description = "Proposed Route of a Clearance Case"
    _order = "clearance_id, is_eligible desc, worth desc, id"
    _rec_name = "route"

    clearance_id = fields.Many2one(
        "mes.aging.clearance", "Case", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="clearance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    uom_id = fields.Many2one(related="clearance_id.uom_id", string="Unit")
    route = fields.Selection(CLEARANCE_ROUTES, required=True, readonly=True)
    is_eligible = fields.Boolean("Possible", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the product's unit.")
    recovered_value = fields.Monetary("Would Recover", readonly=True)
    cost_value = fields.Monetary("Would Cost", readonly=True)
    days = fields.Float("Takes (Days)", readonly=True, aggregator="avg")
    worth = fields.Monetary(
        readonly=True,
        help="Recovered − cost − value × yearly cost of holding stock (a setting) × days / 365. The highest is best.",
    )
    why = fields.Text("How It Is Reckoned", readonly=True)

    def action_choose(self):
        """Plan this route for what is on no route yet.

        :raises odoo.exceptions.UserError: of somebody else, closed, not possible, or nothing left to plan
        """
        self.ensure_one()
        self.check_access("read")
        case = self.clearance_id
        case._check_may_decide()
        vals = self.sudo()._prepare_line_vals()
        self.env["mes.aging.clearance.line"].create(vals)
        return True

    def _prepare_line_vals(self):
        """Return the values of the route's line; a route adds what its estimate found (``_prepare_line_<route>``)."""
        self.ensure_one()
        rest = max(self.clearance_id._get_plannable_qty(), 0.0)
        quantity = min(self.quantity, rest) if self.is_eligible else 0.0
        if self.uom_id.compare(quantity, 0) <= 0:
            raise self.env["mes.aging.message"]._error(
                "clearance_quantity", product=self.clearance_id.product_id.display_name
            )
        prepare = getattr(self, f"_prepare_line_{self.route}", dict)
        return {"clearance_id": self.clearance_id.id, "route": self.route, "quantity": quantity, **prepare()}


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _propose(self):
        """Reckon what each route for the kind would bring, and replace the proposals."""
        self.proposal_ids.unlink()
        vals_list = []
        for case in self:
            case = case.with_company(case.company_id)
            for route in self.env["mes.aging.clearance.line"]._get_routes(case.kind):
                estimate = getattr(case, f"_estimate_{route}", None)
                if estimate:
                    vals_list.append(case._prepare_proposal_vals(route, estimate()))
        return self.env["mes.aging.clearance.proposal"].create(vals_list)

    def _prepare_proposal_vals(self, route, estimate):
        """Return the values of a proposal.

        :param estimate: `Estimate`, or a text saying why not
        """
        self.ensure_one()
        vals = {"clearance_id": self.id, "route": route}
        if isinstance(estimate, str):
            return {**vals, "is_eligible": False, "why": estimate}
        value = estimate.quantity * self.unit_cost
        rate = self.company_id.mes_holding_rate
        return {
            **vals,
            "is_eligible": True,
            "quantity": estimate.quantity,
            "recovered_value": estimate.recovered,
            "cost_value": estimate.cost,
            "days": estimate.days,
            "worth": worth(estimate.recovered, estimate.cost, estimate.days, value, rate),
            "why": estimate.why,
        }
