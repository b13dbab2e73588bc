"""Reordering rules propose no more than the purchase guard lets through: where it stops. Where it warns, they stay."""

from odoo import api, models

from ..tools.figures import above
from ..tools.guard import FREE, STOP


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    @api.depends("product_min_qty")
    def _compute_qty_to_order_computed(self):
        """Cap what is to be bought by the need; what the minimum asks for is always proposed."""
        res = super()._compute_qty_to_order_computed()
        rules = self.filtered(lambda rule: rule._mes_is_capped())
        for warehouse, group in rules.grouped("warehouse_id").items():
            group._mes_cap_to_order(warehouse)
        return res

    def _mes_is_capped(self):
        """Return whether more than its minimum is to be bought."""
        self.ensure_one()
        return bool(
            self.product_id
            and self.product_uom.compare(self.qty_to_order_computed, 0) > 0
            and self.product_uom.compare(self.product_max_qty, self.product_min_qty) > 0
            and "buy" in self.rule_ids.mapped("action")
        )

    def _mes_cap_to_order(self, warehouse):
        guard = self.env["mes.aging.guard"].with_company(warehouse.company_id)
        policies = self.env["mes.aging.policy"]._get_policies(self.product_id, warehouse)
        limits = {rule: guard._get_rule_limit(rule, policies[rule.product_id.id]) for rule in self}
        rules = self.filtered(lambda rule: limits[rule][0] == STOP)
        days = sorted({limits[rule][1] for rule in rules})
        if not days:
            return
        figures = self.env["mes.aging.figures"].with_company(warehouse.company_id)
        found = figures._get_figures(rules.product_id, days, warehouse)
        for rule in rules.filtered(lambda rule: rule.product_id.id in found):
            rule._mes_cap(found[rule.product_id.id], days.index(limits[rule][1]))

    def _mes_cap(self, numbers, index):
        """Lower the proposal to the need: demand of the horizon and safety stock, less what is there and comes.

        The difference of maximum and minimum is what the rule fills up with; the rest its minimum asks for.
        """
        self.ensure_one()
        there = numbers.free + numbers.incoming[index] + numbers.quoted
        missing = above(numbers.demand[index] + numbers.safety, there)
        least = self.qty_to_order_computed - (self.product_max_qty - self.product_min_qty)
        allowed = self._get_multiple_rounded_qty(max(missing, least))
        self.qty_to_order_computed = min(self.qty_to_order_computed, allowed)


class MesAgingGuard(models.AbstractModel):
    _inherit = "mes.aging.guard"

    @api.model
    def _get_rule_limit(self, rule, policy):
        """Return what happens above the limit, and the horizon in days; see `_get_limit`."""
        if policy and (not policy.max_cover_days or policy.purchase_policy == FREE):
            return FREE, 0
        days = policy.max_cover_days or self.env.company.mes_aging_far_days
        return policy.purchase_policy, max(days, int(rule.lead_days))
