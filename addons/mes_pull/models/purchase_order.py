from odoo import fields, models
from odoo.fields import Command

from ..const import OPEN_PURCHASE_STATES


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def button_cancel(self):
        result = super().button_cancel()
        self.order_line._mes_after_loss()
        return result


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    mes_loop_id = fields.Many2one(
        "mes.pull.loop", string="Pull Loop", index="btree_not_null", copy=False, readonly=True
    )
    mes_signal_ids = fields.One2many("mes.pull.signal", "purchase_line_id", string="Pull Signals", readonly=True)

    def unlink(self):
        signals = self.sudo().mes_signal_ids
        result = super().unlink()
        signals.exists()._close_if_supply_is_gone()
        signals.loop_id._notify_boards()
        return result

    # -- from the procurement to the line -----------------------------------------------------------------------

    def _find_candidate(self, product_id, product_qty, product_uom, location_id, name, origin, company_id, values):
        signal = values.get("mes_signal_id")
        lines = self.filtered(
            lambda line: line.mes_loop_id == (signal.loop_id if signal else line.browse().mes_loop_id)
        )
        return super(PurchaseOrderLine, lines)._find_candidate(
            product_id, product_qty, product_uom, location_id, name, origin, company_id, values
        )

    def _prepare_purchase_order_line_from_procurement(
        self, product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, po
    ):
        vals = super()._prepare_purchase_order_line_from_procurement(
            product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, po
        )
        signal = values.get("mes_signal_id")
        if signal:
            vals.update(mes_loop_id=signal.loop_id.id, mes_signal_ids=[Command.link(signal.id)])
        return vals

    # -- less and nothing ---------------------------------------------------------------------------------------

    def _mes_shrink(self, quantity, signal, reason):
        """Take up to ``quantity`` (product's unit) back from a quotation; a confirmed order stays. Return how much."""
        self.ensure_one()
        if self.state not in OPEN_PURCHASE_STATES:
            return 0.0
        uom = self.product_id.uom_id
        before = self.product_uom_qty
        give = min(quantity, before)
        after = before - give
        vals = self.env["mes.pull.change"]._prepare_change_vals(signal, before, after, reason, purchase_line_id=self)
        change = self.env["mes.pull.change"].sudo().create({**vals, "document": self.order_id.name})
        if uom.is_zero(after):
            order = self.order_id
            change.purchase_line_id = False
            signal.purchase_line_id = False
            self.unlink()
            if not order.order_line:
                order.button_cancel()
        else:
            self.product_qty = uom._compute_quantity(after, self.product_uom_id)
        return give

    def _mes_after_loss(self):
        """End the signals of lines that bring nothing any more."""
        signals = self.sudo().mes_signal_ids
        signals._close_if_supply_is_gone()
        signals.loop_id._notify_boards()


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _update_purchase_order_line(self, product_id, product_qty, product_uom, company_id, values, line):
        vals = super()._update_purchase_order_line(product_id, product_qty, product_uom, company_id, values, line)
        signal = values.get("mes_signal_id")
        if signal:
            vals["mes_signal_ids"] = [Command.link(signal.id)]
        return vals
