"""Frozen stock is never chosen: neither by reservation, nor where Odoo asks what is available.

Whether the matrix of a hold still allows a use makes no difference here. What is held is not reserved by itself, so
that nobody gets it by accident; who may use it names the lot on the line, and the guard of the move lines decides.
"""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CHECKED


class StockQuant(models.Model):
    """The sign `mes_usable_only` is set for the two methods that only read.

    It never reaches `_update_available_quantity`: a quant that is not found there is created a second time. It is an
    object, so that no caller from outside can bring it into a transfer.
    """

    _inherit = "stock.quant"

    def _mes_is_usable_only(self):
        return self.env.context.get("mes_usable_only") is CHECKED

    def _get_gather_domain(self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False):
        domain = super()._get_gather_domain(product_id, location_id, lot_id, package_id, owner_id, strict)
        if self._mes_is_usable_only():
            return Domain(domain) & Domain("mes_is_frozen", "!=", True)
        return domain

    def _gather(self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False, qty=0):
        quants = super()._gather(product_id, location_id, lot_id, package_id, owner_id, strict, qty)
        if self._mes_is_usable_only() and self.env.context.get("quants_cache") is not None:
            return quants.filtered(lambda quant: not quant.mes_is_frozen)  # a cache knows no domain
        return quants

    def _get_available_quantity(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        allow_negative=False,
    ):
        # with allow_negative Odoo asks while it writes
        quants = self if allow_negative else self.with_context(mes_usable_only=CHECKED)
        return super(StockQuant, quants)._get_available_quantity(
            product_id, location_id, lot_id, package_id, owner_id, strict, allow_negative
        )

    def _get_reserve_quantity(
        self,
        product_id,
        location_id,
        quantity,
        uom_id=None,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        usable = self.with_context(mes_usable_only=CHECKED)
        chosen = super(StockQuant, usable)._get_reserve_quantity(
            product_id, location_id, quantity, uom_id, lot_id, package_id, owner_id, strict
        )
        env = self.sudo().env
        return [(quant.with_env(env), taken) for quant, taken in chosen]

    # -- shown figures ------------------------------------------------------------------------------------------

    @api.depends("mes_is_frozen")
    def _compute_available_quantity(self):
        frozen = self.filtered("mes_is_frozen")
        frozen.available_quantity = 0.0
        return super(StockQuant, self - frozen)._compute_available_quantity()

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "available_quantity:sum":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(%(quantity)s FILTER (WHERE %(frozen)s IS NOT TRUE), 0)"
            " - COALESCE(%(reserved)s FILTER (WHERE %(frozen)s IS NOT TRUE), 0)",
            quantity=super()._read_group_select("quantity:sum", query),
            reserved=super()._read_group_select("reserved_quantity:sum", query),
            frozen=self._field_to_sql(self._table, "mes_is_frozen", query),
        )
