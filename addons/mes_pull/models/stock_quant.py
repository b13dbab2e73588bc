"""The last point that every path passes: what no checked move brings may not lift stock above what is authorised."""

from odoo import api, models
from odoo.fields import Domain

from ..const import CHECKED


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("mes_pull_checked") is CHECKED:
            return super().create(vals_list)
        products = self.env["product.product"].browse({vals.get("product_id") for vals in vals_list} - {None, False})
        before = {}
        if self.env["mes.pull.loop"]._get_loops_of_products(products):
            # a count may return a quant that is there already
            there = self.sudo().search([("product_id", "in", products.ids)])
            before = {quant.id: quant.quantity for quant in there}
        quants = super().create(vals_list)
        grown = quants.filtered(lambda quant: quant.quantity != before.get(quant.id, 0.0))
        grown._mes_check_unmoved({quant.id: before.get(quant.id, 0.0) for quant in grown})
        return quants

    def write(self, vals):
        if not {"quantity", "location_id", "product_id"} & vals.keys():
            return super().write(vals)
        if self.env.context.get("mes_pull_checked") is CHECKED:
            return super().write(vals)
        moved = {"location_id", "product_id"} & vals.keys()
        before = {quant.id: 0.0 if moved else quant.quantity for quant in self}
        result = super().write(vals)
        self._mes_check_unmoved(before)
        return result

    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        # Odoo's own stock engine, out of reach of RPC; the moves and lines that call it are checked themselves
        checked = self.with_context(mes_pull_checked=CHECKED)
        return super(StockQuant, checked)._update_available_quantity(product_id, location_id, *args, **kwargs)

    def _mes_check_unmoved(self, before):
        """Check stock that was written directly, without a move that was checked.

        :param dict before: ``{quant id: quantity}`` before the change
        :raises odoo.exceptions.UserError: when a supermarket holds more than is authorised, or held stock changed
        """
        loops = self.env["mes.pull.loop"]._get_loops_of_products(self.product_id)
        if not loops:
            return
        message = self.env["mes.pull.message"]
        for quant in self:
            for loop in loops.filtered(lambda loop, quant=quant: loop.product_id == quant.product_id):
                if quant.location_id == loop.held_location_id:
                    raise message._error("held_written", place=quant.location_id.display_name)
                grown = loop.uom_id.compare(quant.quantity, before[quant.id]) > 0
                if not grown or loop.overrun_policy == "allow" or not loop._contains(quant.location_id):
                    continue
                loop._lock()
                balance = loop._get_balances()[loop.id]
                if loop.uom_id.compare(balance.on_hand, balance.authorised) > 0:
                    raise message._error(
                        "quant_above",
                        loop=loop.name,
                        on_hand=float(balance.on_hand),
                        authorised=float(balance.authorised),
                        unit=loop.uom_id.name,
                    )

    def _get_gather_domain(self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False):
        domain = super()._get_gather_domain(product_id, location_id, lot_id, package_id, owner_id, strict)
        if strict:
            return domain
        held = location_id._mes_get_held_ids_below()
        return Domain.AND([domain, Domain("location_id", "not in", held)]) if held else domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _compute_quantities_dict(self, lot_id, owner_id, package_id, from_date=False, to_date=False):
        """Held stock is on hand, but not free: nobody can promise it."""
        figures = super()._compute_quantities_dict(lot_id, owner_id, package_id, from_date=from_date, to_date=to_date)
        looped = self.filtered(lambda product: product._origin.id in self.env["mes.pull.loop"]._get_loop_index())
        held = [place_id for place_id, _path in self.env["stock.location"]._mes_get_held_paths()]
        if not looped or not held:
            return figures
        domain_quant = Domain.AND(
            [
                Domain("product_id", "in", looped._origin.ids),
                Domain("location_id", "in", held),
                looped._get_domain_locations()[0],
                *(Domain(name, "!=", True) for name in self.env["mes.pull.loop"]._get_freeze_fields()),
            ]
        )
        if lot_id is not None:
            domain_quant &= Domain("lot_id", "=", lot_id)
        if owner_id is not None:
            domain_quant &= Domain("owner_id", "=", owner_id)
        if package_id is not None:
            domain_quant &= Domain("package_id", "=", package_id)
        rows = self.env["stock.quant"].sudo()._read_group(domain_quant, ["product_id"], ["quantity:sum"])
        quantities = {product.id: quantity for product, quantity in rows}
        for product in looped:
            if quantities.get(product._origin.id):
                figures[product.id]["free_qty"] -= product.uom_id.round(quantities[product._origin.id])
        return figures
