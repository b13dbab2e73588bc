"""How long replenishment takes, and how many cards that asks for."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.cards import card_count

DEMAND_DAYS = 28


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    demand_daily_qty = fields.Float(
        "Daily Demand",
        compute="_compute_sizing",
        compute_sudo=True,
        digits="Product Unit",
        help="Net withdrawals of the last 28 days / 28.",
    )
    lead_time_days = fields.Float(
        "Lead Time (Days)",
        compute="_compute_sizing",
        compute_sudo=True,
        digits=(16, 2),
        help="Mean time from signal to receipt of the last 28 days; without receipts, the lead time of the bill of "
        "materials or of the vendor.",
    )
    safety_factor = fields.Float(default=0.2, digits=(16, 2), help="0.2 means 20 % more than the mean demand.")
    proposed_card_count = fields.Integer(
        "Proposed Cards",
        compute="_compute_sizing",
        compute_sudo=True,
        help="Daily demand x lead time x (1 + safety factor) / container, rounded up (Monden 1983).",
    )

    _safety_factor_not_negative = models.Constraint(
        "CHECK(safety_factor >= 0)", "The safety factor cannot be negative. 0.2 means 20 % more."
    )

    @api.depends("container_qty", "safety_factor", "supply_method", "bom_id", "product_id")
    def _compute_sizing(self):
        since = fields.Datetime.now() - timedelta(days=DEMAND_DAYS)
        demand = self._get_net_withdrawals(since)
        lead_times = self._get_measured_lead_times(since)
        for loop in self:
            key = loop._origin.id
            loop.demand_daily_qty = max(demand.get(key, 0.0), 0.0) / DEMAND_DAYS
            loop.lead_time_days = lead_times.get(key, loop._get_nominal_lead_time() if loop.product_id else 0.0)
            loop.proposed_card_count = (
                card_count(loop.demand_daily_qty, loop.lead_time_days, loop.safety_factor, loop.container_qty)
                if loop.container_qty > 0 and loop.safety_factor >= 0
                else 0
            )

    def _get_net_withdrawals(self, since):
        """Return ``{loop id: pieces}`` that left the supermarkets since then, less what came back."""
        groups = self.env["mes.pull.withdrawal"]._read_group(
            [
                ("loop_id", "in", self._origin.ids),
                ("date", ">=", since),
                ("state", "=", "done"),
                ("kind", "!=", "count"),
            ],
            ["loop_id"],
            ["quantity:sum"],
        )
        return {loop.id: quantity for loop, quantity in groups}

    def _get_measured_lead_times(self, since):
        """Return ``{loop id: mean days}`` from signal to receipt of the signals done since then."""
        signals = self.env["mes.pull.signal"].search_read(
            [("loop_id", "in", self._origin.ids), ("state", "=", "done"), ("date_done", ">=", since)],
            ["loop_id", "date_signalled", "date_done"],
        )
        days = {}
        for signal in signals:
            seconds = (signal["date_done"] - signal["date_signalled"]).total_seconds()
            days.setdefault(signal["loop_id"][0], []).append(max(seconds, 0) / 86400)
        return {loop_id: sum(values) / len(values) for loop_id, values in days.items()}

    def _get_nominal_lead_time(self):
        """Return the planned days from order to receipt: bill of materials, vendor, or a day for a transfer."""
        self.ensure_one()
        if self.supply_method == "manufacture":
            return self._get_bom().produce_delay or 1.0
        if self.supply_method == "buy":
            return self.product_id.seller_ids[:1].delay or 1.0
        return 1.0

    def _get_date_needed(self):
        """Return when the supply is needed, so that work on it may start now."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.supply_method == "manufacture":
            # Odoo starts an order this long before its date, or an hour before when there is no lead time
            days = self._get_bom().produce_delay
            return now + (timedelta(days=days) if days else timedelta(hours=1))
        if self.supply_method == "buy":
            return now + timedelta(days=self.product_id.seller_ids[:1].delay)
        return now

    def _get_bom(self):
        """Return the bill of materials by which the loop is made, if any."""
        self.ensure_one()
        if self.bom_id:
            return self.bom_id
        boms = self.env["mrp.bom"]._bom_find(
            self.product_id,
            picking_type=self.rule_id.picking_type_id,
            company_id=self.company_id.id,
            bom_type="normal",
        )
        return boms[self.product_id]

    def _check_suppliable(self):
        """Raise what is missing before procurement can serve the loop."""
        self.ensure_one()
        if self.supply_method == "manufacture" and not self._get_bom():
            raise UserError(
                self.env._(
                    "%(product)s has no bill of materials, so %(loop)s cannot be supplied. Create one.",
                    product=self.product_id.display_name,
                    loop=self.name,
                )
            )
        if self.supply_method == "buy" and not self.product_id.seller_ids:
            raise UserError(
                self.env._(
                    "%(product)s has no vendor, so %(loop)s cannot be supplied. Add one on the product.",
                    product=self.product_id.display_name,
                    loop=self.name,
                )
            )

    def action_apply_proposed_cards(self):
        """Take over the proposed number of cards where there is one."""
        for loop in self.filtered("proposed_card_count"):
            loop.card_count = loop.proposed_card_count
