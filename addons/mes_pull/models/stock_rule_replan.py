"""What procurement orders: parked orders are taken up before anything new is made."""

from odoo import api, models
from odoo.fields import Command


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        with self.env["mes.pull.replan"]._operation(later=True):
            return super().run(procurements, raise_user_error=raise_user_error)

    @api.model
    def _run_manufacture(self, procurements):
        """Take up parked orders first; what they don't cover is made anew."""
        parked = self._mes_get_parked(procurements)
        rest = [] if parked else procurements
        for procurement, rule in procurements if parked else ():
            mine = parked.filtered(lambda mo, procurement=procurement, rule=rule: mo._mes_serves(procurement, rule))
            left = mine._mes_take_up(procurement) if mine else procurement.product_qty
            if procurement.product_uom.compare(left, 0) > 0:
                rest.append((procurement._replace(product_qty=left), rule))
        result = super()._run_manufacture(rest)
        for procurement, rule in rest:
            rule._mes_link_grown_order(procurement)
        return result

    def _mes_link_grown_order(self, procurement):
        """Link who asks to the order that has grown for it: Odoo links new orders only, and it would wait for ever."""
        asking = (procurement.values.get("move_dest_ids") or self.env["stock.move"]).filtered(
            lambda move: not move.move_orig_ids
        )
        if not asking or procurement.product_uom.compare(procurement.product_qty, 0) <= 0:
            return
        bom = self._get_matching_bom(procurement.product_id, procurement.company_id, procurement.values)
        order = self.env["mrp.production"].sudo().search(self._make_mo_get_domain(procurement, bom), limit=1)
        order._mes_get_open_finished()[:1].move_dest_ids = [Command.link(move.id) for move in asking]

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
