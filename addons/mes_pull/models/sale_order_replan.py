"""A sales order that is cut, raised or cancelled: the plan follows in the same transaction."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _action_cancel(self):
        reason = self.env._("%s was cancelled", ", ".join(self.mapped("name")))
        # Odoo takes finished pieces for returned ones when the sales order is confirmed again, and asks twice
        made = self.order_line.sudo().move_ids.filtered("production_id")
        with self.env["mes.pull.replan"]._operation(reason, self.order_line):
            result = super()._action_cancel()
            made.exists().sale_line_id = False
        return result

    def _log_decrease_ordered_quantity(self, documents, cancel=False):
        """Odoo notes on orders that they should be changed; those made for demand are changed, and their owner told."""
        left = {
            (parent, responsible): context
            for (parent, responsible), context in documents.items()
            if not (parent and parent._name == "mrp.production" and parent.sudo().mes_is_procured)
        }
        return super()._log_decrease_ordered_quantity(left, cancel=cancel)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        lines = self.filtered(lambda line: line.state == "sale") if "product_uom_qty" in vals else self.browse()
        if not lines:
            return super().write(vals)
        with self.env["mes.pull.replan"]._operation(lines._mes_get_change_reason(vals["product_uom_qty"]), lines):
            return super().write(vals)

    def _mes_get_change_reason(self, quantity):
        """Return what is kept as the reason of the plan changes that follow."""
        message = self.env["mes.pull.message"]
        return message._text(
            "sale_changed",
            order=", ".join(self.order_id.mapped("name")),
            before=float(sum(self.mapped("product_uom_qty"))),
            after=float(quantity * len(self)),
        )
