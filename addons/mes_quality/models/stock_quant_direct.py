"""Frozen stock is changed by Odoo's own moves only, where the guard of holds stands.

Writing a row of stock directly leaves no move, no trace and passes no guard: by RPC, by an import, by an automation
that runs as superuser. It is refused for rows that are frozen, or would be. All other rows stay as free as in Odoo.
"""

from odoo import api, models

from ..const import CHECKED, FROZEN_LOT_STATES

# Who, where, how many and since when: what only a move may change.
KEY_FIELDS = {"product_id", "location_id", "lot_id", "package_id", "owner_id", "company_id"}
GUARDED_FIELDS = KEY_FIELDS | {"quantity", "reserved_quantity", "in_date"}


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "mes_is_frozen" in vals:
                raise self.env["mes.quality.message"]._error("frozen_written")
            if vals.get("quantity") or vals.get("reserved_quantity"):
                self._mes_check_direct(vals)
        return super().create(vals_list)

    def write(self, vals):
        if "mes_is_frozen" in vals:
            raise self.env["mes.quality.message"]._error("frozen_written")
        if not GUARDED_FIELDS.isdisjoint(vals):
            self._mes_check_direct(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.filtered(lambda quant: not quant.product_uom_id.is_zero(quant.quantity))._mes_check_direct({})

    def _update_available_quantity(self, product_id, location_id, *args, lot_id=None, **kwargs):
        # the stock engine: out of reach of RPC; the moves that call it are checked themselves
        quants = self
        if location_id.mes_is_quarantine or lot_id and lot_id.mes_quality_state in FROZEN_LOT_STATES:
            quants = self.with_context(mes_quality_checked=CHECKED)
        return super(StockQuant, quants)._update_available_quantity(
            product_id, location_id, *args, lot_id=lot_id, **kwargs
        )

    def _mes_check_direct(self, vals):
        """Raise when a row is frozen, or would be with ``vals``, unless the stock engine does it.

        :raises odoo.exceptions.UserError: for everybody, also for the superuser
        """
        if self.env.context.get("mes_quality_checked") is CHECKED:
            return
        frozen = next((quant for quant in self.sudo() if quant.mes_is_frozen), self.sudo().browse())
        if not frozen and KEY_FIELDS.isdisjoint(vals):
            return  # what the stock engine writes most: quantities of a row that stays where it is
        ids = {name: getattr(vals.get(name), "id", vals.get(name)) or () for name in KEY_FIELDS}  # code passes records
        lot = self.env["stock.lot"].sudo().browse(ids["lot_id"])
        place = self.env["stock.location"].sudo().browse(ids["location_id"])
        if not frozen and lot.mes_quality_state not in FROZEN_LOT_STATES and not place.mes_is_quarantine:
            return
        product = frozen.product_id or self.env["product.product"].sudo().browse(ids["product_id"])
        names = (product or self.sudo().product_id[:1], frozen.lot_id or lot, frozen.location_id or place)
        what = ", ".join(record.display_name for record in names if record)
        raise self.env["mes.quality.message"]._error("frozen_direct", what=what)
