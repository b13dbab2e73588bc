"""Purchase lines show for how long they cover; on a confirmed order they aren't raised above need."""

from odoo import api, fields, models

from ..const import PURCHASE_POLICIES
from ..tools.guard import FREE, STOP

# What is bought, and how much of it.
WATCHED = {"product_id", "product_qty", "product_uom_id", "order_id"}


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    mes_cover_days = fields.Float(
        "Cover (days)",
        compute="_compute_mes_guard",
        digits=(16, 1),
        help="For how many days stock, open orders, all quotations and this order last: days of the horizon x "
        "(position - safety stock) / demand of the horizon. Zero: nothing needs it.",
    )
    mes_excess_qty = fields.Float(
        "Above Need",
        compute="_compute_mes_guard",
        digits="Product Unit",
        help="What this order brings beyond demand of the horizon and safety stock, in the product's unit.",
    )
    mes_guard_state = fields.Selection(
        PURCHASE_POLICIES, "Purchase Guard", compute="_compute_mes_guard", help="What happens at confirmation."
    )
    mes_guard_message = fields.Char("Need", compute="_compute_mes_guard")

    @api.depends(
        "product_id",
        "product_qty",
        "product_uom_id",
        "state",
        "order_id.partner_id",
        "order_id.picking_type_id",
        "order_id.order_line.product_qty",
    )
    def _compute_mes_guard(self):
        guard = self.env["mes.aging.guard"]
        purchases = guard._get_purchases(self)
        for line in self:
            purchase = purchases.get(line)
            line.mes_cover_days = purchase and purchase.cover or 0.0
            line.mes_excess_qty = purchase.excess if purchase else 0.0
            line.mes_guard_state = purchase.decision if purchase else FREE
            line.mes_guard_message = purchase and guard._explain(line, purchase)

    # -- confirmed orders ----------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "purchase")._mes_check_raised()
        return lines

    def write(self, vals):
        if not WATCHED & vals.keys():
            return super().write(vals)
        before = {line: (line.product_id, line.product_uom_qty) for line in self if line.state == "purchase"}
        result = super().write(vals)
        self.filtered(lambda line: line._mes_is_raised(before))._mes_check_raised()
        return result

    def _mes_is_raised(self, before):
        """Return whether more is bought on a confirmed order than before."""
        self.ensure_one()
        if self.state != "purchase" or not self.product_id:
            return False
        product, quantity = before.get(self, (None, 0.0))
        return product != self.product_id or self.product_id.uom_id.compare(self.product_uom_qty, quantity) > 0

    def _mes_check_raised(self):
        """Refuse a person what is above need; what the background does is told to the buyer.

        :raise UserError: above need, and not let through
        """
        if not self:
            return
        purchases = self.env["mes.aging.guard"]._get_purchases(self, lock=True)
        above = {line: purchase for line, purchase in purchases.items() if purchase.decision != FREE}
        stopped = {line: purchase for line, purchase in above.items() if purchase.decision == STOP}
        concat = self.browse().concat
        if not self.env.su and concat(*stopped) - self.env["mes.aging.override"]._get_passed(stopped):
            raise self.env["mes.aging.message"]._error("guard_raised", lines="\n".join(self._mes_explain(stopped)))
        for order, lines in concat(*above).grouped("order_id").items():
            order._mes_schedule_guard_activity(self._mes_explain({line: above[line] for line in lines}))

    @api.model
    def _mes_explain(self, purchases):
        guard = self.env["mes.aging.guard"]
        return [
            f"{line.product_id.display_name}: {guard._explain(line, purchase)}" for line, purchase in purchases.items()
        ]

    # -- what the guard asks of a line ---------------------------------------------------------------------------

    def _mes_is_guarded(self):
        """Return whether the line fills a warehouse: services, consumables, drop shipments and returns don't."""
        self.ensure_one()
        order = self.order_id
        return bool(
            self.product_id.is_storable
            and not self.display_type
            and not self.is_downpayment
            and self.product_id.uom_id.compare(self.product_uom_qty, 0) > 0
            and order.picking_type_id.code == "incoming"
            and order.default_location_dest_id_usage != "customer"
        )

    def _mes_get_place(self):
        """Return for whom it is bought: company and warehouse."""
        self.ensure_one()
        return self.order_id.company_id._origin, self.order_id._mes_get_warehouse()

    def _mes_get_coming_qty(self):
        """Return what is ordered and not received, in the product's unit."""
        self.ensure_one()
        received = self.product_uom_id._compute_quantity(self.qty_received, self.product_id.uom_id, round=False)
        return max(0.0, self.product_uom_qty - received)

    def _mes_get_bound_qty(self):
        """Return what moves wait for this line, in the product's unit: it is made to order."""
        self.ensure_one()
        moves = self.move_dest_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return sum(moves.filtered(lambda move: move.product_id == self.product_id._origin).mapped("product_qty"))
