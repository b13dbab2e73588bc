"""The forecast and the purchase plan deduct what the line has registered as used, whenever its order is dated."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES
from ..tools.usable import uncovered


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.depends("stock_move_ids.picked")
    def _compute_quantities(self):
        return super()._compute_quantities()

    def _compute_quantities_dict(self, lot_id, owner_id, package_id, from_date=False, to_date=False):
        """Odoo deducts an order's demand at its date; what was taken beyond it or before it is gone as well."""
        figures = super()._compute_quantities_dict(lot_id, owner_id, package_id, from_date=from_date, to_date=to_date)
        until = fields.Datetime.to_datetime(to_date)
        if until and until < fields.Datetime.now() or {lot_id, owner_id, package_id} - {None}:
            return figures
        missed = self._mes_get_uncovered(fields.Datetime.to_datetime(from_date), until)
        for product in self:
            quantity = missed.get(product._origin.id)
            if quantity:
                figures[product.id]["virtual_available"] -= product.uom_id.round(quantity)
        kits = self._mes_get_kits() if missed else self.browse()
        if kits:  # once more, with the corrected figures of their components
            kits = kits.with_context(mrp_compute_quantities={key: figures[key] for key in (self - kits).ids})
            figures.update(super(ProductProduct, kits)._compute_quantities_dict(None, None, None, from_date, to_date))
        return figures

    def _mes_get_kits(self):
        kits = self.env["mrp.bom"].sudo()._bom_find(self.sudo(), bom_type="phantom")
        return self.filtered(lambda product: kits.get(product.sudo()))

    def _mes_get_uncovered(self, since=None, until=None):
        """Return ``{product id: quantity}`` of registered consumption that the forecast between two moments misses."""
        places = self._mes_get_usable_places()
        ids = self._origin.filtered("is_storable").ids
        if not ids or not places or self.env.context.get("strict"):
            return {}
        self._mes_flush_usable()
        rows = self.env.execute_query(
            SQL(
                """
                WITH place AS (
                    SELECT DISTINCT l.id FROM unnest(%(paths)s::text[]) AS scope(path)
                      JOIN stock_location l ON l.parent_path LIKE scope.path || '%%'
                )
                SELECT m.product_id, SUM(ml.quantity_product_uom)::float8, m.product_qty::float8,
                       m.location_id IN (SELECT id FROM place)
                       AND (%(since)s::timestamp IS NULL OR m.date >= %(since)s)
                       AND (%(until)s::timestamp IS NULL OR m.date <= %(until)s)
                  FROM stock_move m
                  JOIN stock_move_line ml ON ml.move_id = m.id AND ml.picked
                   AND ml.location_id IN (SELECT id FROM place)
                 WHERE m.product_id = ANY(%(products)s)
                   AND m.raw_material_production_id IS NOT NULL AND m.state IN %(open)s
                 GROUP BY m.id
                """,
                paths=places.mapped("parent_path"),
                since=since or None,
                until=until or None,
                products=ids,
                open=OPEN_MOVE_STATES,
            )
        )
        missed = {}
        for product_id, taken, demand, is_counted in rows:
            missed[product_id] = missed.get(product_id, 0.0) + uncovered(taken, demand, is_counted)
        return {product_id: quantity for product_id, quantity in missed.items() if quantity}


class StockMove(models.Model):
    _inherit = "stock.move"

    _mes_registered_index = models.Index(
        "(product_id) WHERE raw_material_production_id IS NOT NULL"
        " AND state IN ('waiting', 'confirmed', 'partially_available', 'assigned')"
    )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._mes_get_registered_moves()._update_orderpoints()
        return lines

    def write(self, vals):
        if not {"picked", "quantity", "product_uom_id", "location_id"} & vals.keys():
            return super().write(vals)
        before = self._mes_get_registered_moves()
        result = super().write(vals)
        (before | self._mes_get_registered_moves())._update_orderpoints()
        return result

    def unlink(self):
        moves = self._mes_get_registered_moves()
        result = super().unlink()
        moves.exists()._update_orderpoints()
        return result

    def _mes_get_registered_moves(self):
        """Return the open moves of components here of which something is picked: the purchase plan deducts it."""
        moves = self.filtered("picked").move_id
        return moves.filtered(lambda move: move.raw_material_production_id and move.state in OPEN_MOVE_STATES)
