"""Usable now: on hand - registered consumption - held - reserved, for many products and places in one statement."""

import math

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES
from ..tools.usable import Usable

FIGURES = ("on_hand", "registered", "held", "reserved")


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_usable_qty = fields.Float(
        "Usable Now",
        compute="_compute_mes_usable",
        search="_search_mes_usable_qty",
        digits="Product Unit",
        help="On hand - registered consumption - held - reserved, in the product's unit, in the chosen warehouse.",
    )
    mes_usable_on_hand_qty = fields.Float(
        "Counted On Hand", compute="_compute_mes_usable", digits="Product Unit", help="What Odoo counts on hand."
    )
    mes_usable_registered_qty = fields.Float(
        "Registered Consumption",
        compute="_compute_mes_usable",
        digits="Product Unit",
        help="Picked for open manufacturing orders; on hand in Odoo until the order is finished.",
    )
    mes_usable_held_qty = fields.Float(
        "Held or Frozen", compute="_compute_mes_usable", digits="Product Unit", help="On hand, but not to be used."
    )
    mes_usable_reserved_qty = fields.Float(
        "Reserved", compute="_compute_mes_usable", digits="Product Unit", help="All other reservations."
    )

    @api.depends(
        "stock_move_ids.product_qty", "stock_move_ids.state", "stock_move_ids.quantity", "stock_move_ids.picked"
    )
    @api.depends_context("location", "warehouse_id", "allowed_company_ids")
    def _compute_mes_usable(self):
        figures = self._origin._mes_get_usable()
        for product in self:
            parts = figures.get(product._origin.id, Usable())
            product.mes_usable_qty = parts.usable
            for name in FIGURES:
                product[f"mes_usable_{name}_qty"] = getattr(parts, name)

    def _search_mes_usable_qty(self, operator, value):
        return self._search_product_quantity(operator, value, "mes_usable_qty")

    # -- the one function ---------------------------------------------------------------------------------------

    def _mes_get_usable(self, locations=None):
        """Return ``{product id: Usable}`` in ``locations`` together; see `tools/usable.py` for the formula.

        :param locations: places with all below them; without them those of the context (``location``,
            ``warehouse_id``), else all warehouses of the user's companies
        """
        places = self._mes_get_usable_places() if locations is None else locations
        return self._mes_get_usable_by({None: places}).get(None, {})

    def _mes_get_usable_by(self, places_by_key):
        """Return ``{key: {product id: Usable}}`` for many groups of places in one statement.

        :param dict places_by_key: ``{key: stock.location}``; each place stands for itself and all below it
        """
        kits = self._mes_get_kit_parts()
        plain = self.browse({product.id for product in self if product.id and product not in kits})
        plain |= self.browse().union(*(component for parts in kits.values() for component in parts))
        keys = list(places_by_key)
        rows = plain._mes_read_usable([places_by_key[key] for key in keys])
        found = {key: {} for key in keys}
        for number, product_id, *parts in rows:
            rounded = (self.browse(product_id).uom_id.round(part) for part in parts)
            found[keys[number]][product_id] = Usable(*rounded)
        for figures in found.values():
            figures.update({kit.id: kit._mes_get_usable_kit(parts, figures) for kit, parts in kits.items()})
        return found

    @api.model
    def _mes_get_usable_places(self):
        """Return the places that the context names, as Odoo's own quantities read it."""
        Location, Warehouse = self.env["stock.location"].sudo(), self.env["stock.warehouse"].sudo()
        place = self.env.context.get("location") or self.env.context.get("search_location")
        house = self.env.context.get("warehouse_id") or self.env.context.get("search_warehouse")
        if not house and not place:
            houses = Warehouse.search([("company_id", "in", self.env.companies.ids)])
            return houses.view_location_id
        houses, places = self._mes_read_context(Warehouse, house), self._mes_read_context(Location, place)
        companies = [False, *self.env.companies.ids]
        if not place:
            return houses.filtered(lambda found: found.company_id.id in companies).view_location_id
        roots = tuple(houses.view_location_id.mapped("parent_path"))
        return places.filtered(
            lambda found: found.company_id.id in companies and (not house or found.parent_path.startswith(roots))
        )

    @api.model
    def _mes_read_context(self, model, values):
        """Return the records that a list of ids and parts of names (or one of them) in the context means."""
        values = values if isinstance(values, list | tuple) else [values] if values else []
        ids = [value for value in values if isinstance(value, int)]
        names = [Domain(model._rec_name, "ilike", value) for value in values if isinstance(value, str)]
        return model.browse(ids).exists() | (model.search(Domain.OR(names)) if names else model.browse())

    def _mes_read_usable(self, groups):
        """Return ``[(number of the group, product id, on hand, registered, held, reserved)]``."""
        storable = self.filtered("is_storable")
        pairs = [(number, path) for number, places in enumerate(groups) for path in places.mapped("parent_path")]
        if not storable or not pairs:
            return []
        self._mes_flush_usable()
        numbers, paths = zip(*pairs, strict=True)
        return self.env.execute_query(self._mes_get_usable_query(storable.ids, list(numbers), list(paths)))

    @api.model
    def _mes_flush_usable(self):
        quant_fields = ["product_id", "location_id", "lot_id", "package_id", "owner_id", "quantity"]
        quant_fields += ["reserved_quantity", *self.env["mes.pull.loop"]._get_freeze_fields()]
        self.env["stock.quant"].flush_model(quant_fields)
        self.env["stock.location"].flush_model(["parent_path", "mes_is_held"])
        self.env["stock.move"].flush_model(["state", "raw_material_production_id", "date", "product_qty"])
        self.env["stock.move.line"].flush_model(
            ["product_id", "location_id", "lot_id", "package_id", "owner_id", "move_id", "picked"]
            + ["quantity_product_uom"]
        )

    @api.model
    def _mes_get_usable_query(self, product_ids, numbers, paths):
        """Return the statement behind `_mes_read_usable`: one pass over quants, one over picked lines of open orders.

        Reserved are all reservations of stock that is not held, less those of the registered consumption.
        """
        usable = self.env["mes.pull.loop"]._get_usable_quant_condition()
        return SQL(
            """
            WITH place AS (
                SELECT DISTINCT scope.number, l.id, COALESCE(l.mes_is_held, FALSE) AS is_held
                  FROM unnest(%(numbers)s::int[], %(paths)s::text[]) AS scope(number, path)
                  JOIN stock_location l ON l.parent_path LIKE scope.path || '%%'
            ),
            stock AS (
                SELECT place.number, q.product_id, SUM(q.quantity) AS on_hand,
                       SUM(q.quantity) FILTER (WHERE place.is_held OR NOT (%(usable)s)) AS held,
                       SUM(q.reserved_quantity) FILTER (WHERE NOT place.is_held AND (%(usable)s)) AS promised
                  FROM stock_quant q JOIN place ON place.id = q.location_id
                 WHERE q.product_id = ANY(%(products)s)
                 GROUP BY place.number, q.product_id
            ),
            taken AS (
                SELECT place.number, ml.product_id, SUM(ml.quantity_product_uom) AS registered
                  FROM stock_move m
                  JOIN stock_move_line ml ON ml.move_id = m.id AND ml.picked
                  JOIN place ON place.id = ml.location_id AND NOT place.is_held
                 WHERE m.product_id = ANY(%(products)s)
                   AND m.raw_material_production_id IS NOT NULL AND m.state IN %(open)s
                   AND NOT EXISTS (
                        SELECT FROM stock_quant q
                         WHERE q.product_id = ml.product_id AND q.location_id = ml.location_id
                           AND q.lot_id IS NOT DISTINCT FROM ml.lot_id
                           AND q.package_id IS NOT DISTINCT FROM ml.package_id
                           AND q.owner_id IS NOT DISTINCT FROM ml.owner_id AND NOT (%(usable)s))
                 GROUP BY place.number, ml.product_id
            )
            SELECT number, product_id, COALESCE(on_hand, 0)::float8, COALESCE(registered, 0)::float8,
                   COALESCE(held, 0)::float8,
                   GREATEST(COALESCE(promised, 0) - COALESCE(registered, 0), 0)::float8
              FROM stock FULL JOIN taken USING (number, product_id)
            """,
            numbers=numbers,
            paths=paths,
            products=product_ids,
            usable=usable,
            open=OPEN_MOVE_STATES,
        )

    # -- kits ---------------------------------------------------------------------------------------------------

    def _mes_get_kit_parts(self):
        """Return ``{kit: {component: pieces of it in one kit}}`` of the products here that are kits."""
        boms = self.env["mrp.bom"].sudo()._bom_find(self.sudo(), bom_type="phantom")
        parts = {}
        for kit, bom in boms.items():
            needs = parts.setdefault(self.browse(kit.id), {})
            share = kit.uom_id._compute_quantity(1, bom.product_uom_id, round=False) / (bom.product_qty or 1)
            for line, values in bom.explode(kit, share)[1]:
                component = line.product_id
                if component.is_storable and not line.product_uom_id.is_zero(values["qty"]):
                    need = line.product_uom_id._compute_quantity(values["qty"], component.uom_id, round=False)
                    component = self.browse(component.id)
                    needs[component] = needs.get(component, 0.0) + need
        return parts

    def _mes_get_usable_kit(self, needs, figures):
        """Return the parts of a kit: those of the component of which the fewest kits can be made."""
        self.ensure_one()
        shares = [figures.get(component.id, Usable()).divided(need) for component, need in needs.items()]
        scarce = min(shares, key=lambda share: share.usable, default=Usable())
        lost = scarce.usable - math.floor(scarce.usable)  # no part of a kit is one, as in Odoo's own quantities
        return scarce._replace(on_hand=scarce.on_hand - lost)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_usable_qty = fields.Float(
        "Usable Now",
        compute="_compute_mes_usable_qty",
        digits="Product Unit",
        help="On hand - registered consumption - held - reserved, of all variants.",
    )

    @api.depends("product_variant_ids.mes_usable_qty")
    @api.depends_context("location", "warehouse_id", "allowed_company_ids")
    def _compute_mes_usable_qty(self):
        for template in self:
            template.mes_usable_qty = sum(template.product_variant_ids.mapped("mes_usable_qty"))

    def action_mes_open_usable(self):
        """Open the formula with its parts, for one variant or for all."""
        return self.product_variant_ids.action_mes_open_usable()


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    @api.model
    def _get_freeze_fields(self):
        """Return the stored columns of a quant that say that it is frozen; the addon for quality brings one."""
        field = self.env["stock.quant"]._fields.get("mes_is_frozen")
        return ["mes_is_frozen"] if field and field.store else []

    @api.model
    def _get_balance_fields_to_flush(self):
        fields_by_model = super()._get_balance_fields_to_flush()
        lines = [*fields_by_model["stock.move.line"], "picked"]
        quants = [*fields_by_model["stock.quant"], *self._get_freeze_fields()]
        return {**fields_by_model, "stock.move.line": lines, "stock.quant": quants}

    def _get_usable_quant_condition(self):
        """Frozen stock isn't usable: its replacement is called by itself."""
        condition = super()._get_usable_quant_condition()
        for name in self._get_freeze_fields():
            condition = SQL("%s AND %s IS NOT TRUE", condition, SQL.identifier("q", name))
        return condition
