"""What a case has cleared and still has to clear, in money; and the boards that show it are told of every change."""

from odoo import api, fields, models

from ..const import OPEN_CLEARANCE_STATES


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    cleared_value = fields.Monetary(
        "Book Value Cleared",
        compute="_compute_claim_values",
        store=True,
        help="Cleared by routes × unit cost when the case was opened.",
    )
    claimed_value = fields.Monetary(
        "Still to Clear",
        compute="_compute_claim_values",
        store=True,
        help="(Quantity − cleared − gone otherwise) × unit cost when the case was opened; zero once it is closed.",
    )

    can_execute = fields.Boolean(compute="_compute_can_execute")

    @api.depends("line_ids.state", "route", "state")
    def _compute_can_execute(self):
        """There is a planned route, or none at all but one for the whole case."""
        for case in self:
            states = set(case.line_ids.mapped("state")) - {"cancelled"}
            whole = bool(case.route) and not states & {"draft", "open"}
            case.can_execute = case.state in OPEN_CLEARANCE_STATES and ("draft" in states or whole)

    @api.depends("quantity", "cleared_qty", "gone_qty", "unit_cost", "state")
    def _compute_claim_values(self):
        for case in self:
            case.cleared_value = case.cleared_qty * case.unit_cost
            case.claimed_value = case._get_claimed_qty() * case.unit_cost

    def _get_claimed_qty(self):
        """Return how much an open case still claims, in the product's unit."""
        self.ensure_one()
        if self.state not in OPEN_CLEARANCE_STATES:
            return 0.0
        return max(self.quantity - self.cleared_qty - self.gone_qty, 0.0)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["mes.aging.board"]._notify()
        return super().create(vals_list)

    def write(self, vals):
        self.env["mes.aging.board"]._notify()
        return super().write(vals)


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["mes.aging.board"]._notify()
        return super().create(vals_list)

    def write(self, vals):
        self.env["mes.aging.board"]._notify()
        return super().write(vals)
