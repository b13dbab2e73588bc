from odoo import api, models
from odoo.fields import Command


class StockRule(models.Model):
    """Carries a signal from the procurement to the document that procurement makes."""

    _inherit = "stock.rule"

    @api.model
    def _get_rule(self, product_id, location_id, values):
        signal = values.get("mes_signal_id")
        if signal:
            return signal.loop_id.rule_id.sudo(self.env.su)
        return super()._get_rule(product_id, location_id, values)

    def _should_auto_confirm_procurement_mo(self, p):
        return bool(p.mes_signal_ids) or super()._should_auto_confirm_procurement_mo(p)

    def _make_mo_get_domain(self, procurement, bom):
        domain = super()._make_mo_get_domain(procurement, bom)
        if procurement.values.get("mes_signal_id"):
            return (*domain, ("id", "=", 0))  # every signal has an order of its own: nothing can be ordered twice
        return (*domain, ("mes_loop_id", "=", False))

    def _prepare_mo_vals(
        self, product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, bom
    ):
        vals = super()._prepare_mo_vals(
            product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, bom
        )
        signal = values.get("mes_signal_id")
        if signal:
            vals.update(mes_loop_id=signal.loop_id.id, mes_signal_ids=[Command.link(signal.id)])
        return vals

    def _get_stock_move_values(
        self, product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values
    ):
        vals = super()._get_stock_move_values(
            product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values
        )
        signal = values.get("mes_signal_id")
        if signal:
            vals["mes_signal_id"] = signal.id
        return vals
