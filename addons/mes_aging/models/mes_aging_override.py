"""Who let which purchase above need through, and why."""

from odoo import api, fields, models

from ..tools.figures import EPSILON


class MesAgingOverride(models.Model):
    """A purchase above need that a role let through. It is never changed or deleted.

    It holds for the order and product, up to the quantity and the excess that were let through: not for more, and
    not when the demand has fallen since.
    """

    _name = "mes.aging.override"
    _description = "Purchase above Need"
    _order = "id desc"
    _rec_name = "order_name"

    user_id = fields.Many2one("res.users", "Let through by", required=True, readonly=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    reason = fields.Char(required=True, readonly=True)
    order_id = fields.Many2one("purchase.order", readonly=True, index=True, ondelete="set null")
    order_name = fields.Char("Order Reference", readonly=True, help="As it was, in case the order is deleted.")
    line_id = fields.Many2one("purchase.order.line", readonly=True, index="btree_not_null", ondelete="set null")
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    uom_id = fields.Many2one("uom.uom", "Unit", related="product_id.uom_id")
    quantity = fields.Float(digits="Product Unit", readonly=True, help="Of the order, in the product's unit.")
    excess_qty = fields.Float("Excess", digits="Product Unit", readonly=True, help="Of it beyond the need.")
    cover_days = fields.Float("Cover (days)", readonly=True, aggregator="avg", help="Zero: nothing needed it.")
    limit_days = fields.Integer("Highest Cover (days)", readonly=True, aggregator="avg")

    def write(self, vals):
        if self:
            raise self.env["mes.aging.message"]._error("override_final")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.aging.message"]._error("override_final")

    @api.model
    def _get_passed(self, purchases):
        """Return those of the lines that were let through as they are now.

        :param dict purchases: ``{line: Purchase}``
        """
        lines = self.env["purchase.order.line"].concat(*purchases)
        orders = lines.order_id
        if not orders:
            return lines
        found = self.sudo().search([("order_id", "in", orders.ids)])
        by_key = found.grouped(lambda override: (override.order_id.id, override.product_id.id))
        return lines.filtered(
            lambda line: any(
                override._is_enough(purchases[line])
                for override in by_key.get((line.order_id.id, purchases[line].product), ())
            )
        )

    def _is_enough(self, purchase):
        self.ensure_one()
        return self.quantity > purchase.quantity - EPSILON and self.excess_qty > purchase.excess - EPSILON

    @api.model
    def _prepare_override_vals(self, line, purchase, reason):
        return {
            "user_id": self.env.uid,
            "reason": reason,
            "order_id": line.order_id.id,
            "order_name": line.order_id.name,
            "line_id": line.id,
            "product_id": purchase.product,
            "company_id": line.order_id.company_id.id,
            "quantity": purchase.quantity,
            "excess_qty": purchase.excess,
            "cover_days": purchase.cover or 0.0,
            "limit_days": purchase.days,
        }
