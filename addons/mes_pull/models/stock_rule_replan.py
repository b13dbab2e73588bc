"""What procurement orders: parked orders are taken up before anything new is made."""

from odoo import api, models


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        with self.env["mes.pull.replan"]._operation():
            return super().run(procurements, raise_user_error=raise_user_error)

    @api.model
    def _run_manufacture(self, procurements):
        """Take up parked orders first; what they don't cover is made anew."""
        parked = self._mes_get_parked(procurements)
        if not parked:
            return super()._run_manufacture(procurements)
        rest = []
        for procurement, rule in procurements:
            mine = parked.filtered(lambda mo, procurement=procurement, rule=rule: mo._mes_serves(procurement, rule))
            left = mine._mes_take_up(procurement) if mine else procurement.product_qty
            if procurement.product_uom.compare(left, 0) > 0:
                rest.append((procurement._replace(product_qty=left), rule))
        return super()._run_manufacture(rest)

    @api.model
    def _mes_get_parked(self, procurements):
        """Return the parked orders of the products that are asked for, the oldest first."""
        products = {
            procurement.product_id.id
            for procurement, _rule in procurements
            if procurement.product_uom.compare(procurement.product_qty, 0) > 0
        }
        domain = [("product_id", "in", list(products)), ("mes_is_parked", "=", True), ("state", "=", "draft")]
        return self.env["mrp.production"].sudo().search(domain, order="id")

    @api.model
    def _run_buy(self, procurements):
        """Leave reductions to the plan change, which keeps a record and asks the owner where a person decides."""
        more = [
            (procurement, rule)
            for procurement, rule in procurements
            if procurement.product_uom.compare(procurement.product_qty, 0) > 0
        ]
        return super()._run_buy(more)

    def _prepare_mo_vals(
        self, product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, bom
    ):
        vals = super()._prepare_mo_vals(
            product_id, product_qty, product_uom, location_dest_id, name, origin, company_id, values, bom
        )
        vals["mes_is_procured"] = True
        return vals

    def _make_mo_get_domain(self, procurement, bom):
        # an order that was parked, paused or edited by hand grows by a decision only
        domain = super()._make_mo_get_domain(procurement, bom)
        return (*domain, ("mes_pull_state", "=", "normal"), ("mes_hand_edited", "=", False))
