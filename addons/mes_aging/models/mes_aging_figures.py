"""Where the figures of the board come from: one statement for all products and warehouses."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES, QUOTED_STATES
from ..tools.figures import ISSUE_DAYS, Figures


class MesAgingFigures(models.AbstractModel):
    """On hand, demand, supply, cover and excess of many products at once; see `tools/figures.py` for the formulas."""

    _name = "mes.aging.figures"
    _description = "Figures of the Inventory"

    @api.model
    def _get_figures(self, products, days=(3, 30), warehouses=None, by_warehouse=False):
        """Return the figures of the products, in each product's unit.

        Kits are counted by their parts, which are products themselves: a kit, a service and a consumable have none.

        :param products: ``product.product``; checks no rights
        :param days: horizons in days from today, ascending; each ends with the end of that day
        :param warehouses: ``stock.warehouse``; without them all of the user's companies
        :param bool by_warehouse: one entry for each product and warehouse in which there is anything
        :return: ``{product id: Figures}``, or ``{(product id, warehouse id): Figures}``
        :rtype: dict
        """
        if warehouses is None:
            warehouses = self._get_warehouses()
        if not products.ids or not warehouses:
            return {}
        self._flush_figures()
        days = tuple(days)
        rows = self.env.execute_query(self._get_figures_query(products.ids, days, warehouses, by_warehouse))
        return {
            ((product_id, number) if by_warehouse else product_id): self._unpack(parts, days)
            for product_id, number, *parts in rows
        }

    @api.model
    def _unpack(self, parts, days):
        """Return the `Figures` of a row of the statement."""
        demand, incoming = 4 + len(days), 4 + 2 * len(days)
        needed, coming = tuple(parts[4:demand]), tuple(parts[demand:incoming])
        demand_all, incoming_all, *more = parts[incoming:]
        return Figures._make((*parts[:4], needed, demand_all, coming, incoming_all, *more, days))

    @api.model
    def _get_warehouses(self):
        """Return the warehouses of the user's companies."""
        Warehouse = self.env["stock.warehouse"].sudo().with_context(active_test=False)  # only their ids are used
        return Warehouse.search_fetch([("company_id", "in", self.env.companies.ids)], ["company_id", "active"])

    @api.model
    def _get_horizon(self, days):
        """Return the last moment of the day so many days from today (UTC), the same for everybody in the company."""
        zone = ZoneInfo(self._get_zone_name())
        now = fields.Datetime.now().replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
        last = datetime.combine(now.date() + timedelta(days=days), time.max, zone)
        return last.astimezone(ZoneInfo("UTC")).replace(tzinfo=None, microsecond=0)

    @api.model
    def _get_issue_start(self):
        """Return since when (UTC) issues count for the average."""
        return fields.Datetime.now() - timedelta(days=ISSUE_DAYS)

    # -- what other addons may add -------------------------------------------------------------------------------

    @api.model
    def _get_frozen_fields(self):
        """Return the stored flags, by model, that say that stock can't be used; some are of addons beside this one."""
        return {
            "stock.quant": ["mes_is_frozen"],
            "stock.location": self._get_existing_fields("stock.location", ["mes_is_quarantine", "mes_is_held"]),
        }

    @api.model
    def _get_existing_fields(self, model, names):
        known = self.env[model]._fields
        return [name for name in names if name in known and known[name].store]

    @api.model
    def _get_frozen_condition(self, model, alias):
        """Return the SQL condition under which a row of the model is frozen."""
        flags = [SQL("%s IS TRUE", SQL.identifier(alias, name)) for name in self._get_frozen_fields()[model]]
        return SQL("(%s)", SQL(" OR ").join(flags))

    @api.model
    def _get_safety_query(self):
        """Return (product_id, warehouse_id, quantity) of all that is to stay: reordering rules, loops beside them."""
        rules = SQL(
            "SELECT product_id, warehouse_id, product_min_qty AS quantity FROM stock_warehouse_orderpoint WHERE active"
        )
        if "mes.pull.loop" not in self.env:
            return rules
        loops = SQL(
            """
            SELECT loop.product_id, market.warehouse_id, loop.safety_qty AS quantity
              FROM mes_pull_loop loop JOIN stock_location market ON market.id = loop.location_id
             WHERE loop.active AND loop.mode = 'demand'
            """
        )
        return SQL("%s UNION ALL %s", rules, loops)

    @api.model
    def _get_fields_to_flush(self):
        """Return the columns that the statement reads, per model."""
        quant = ["product_id", "location_id", "lot_id", "package_id", "owner_id", "quantity", "reserved_quantity"]
        move = ["product_id", "state", "date", "product_qty", "quantity", "product_uom", "raw_material_production_id"]
        names = {
            "stock.quant": [*quant, *self._get_frozen_fields()["stock.quant"]],
            "stock.location": ["warehouse_id", "usage", *self._get_frozen_fields()["stock.location"]],
            "stock.move": [*move, "location_id", "location_dest_id", "location_final_id"],
            "stock.move.line": [*quant[:5], "move_id", "picked", "quantity_product_uom"],
            "stock.warehouse": ["company_id"],
            "stock.warehouse.orderpoint": ["product_id", "warehouse_id", "product_min_qty", "active"],
            "purchase.order": ["state", "picking_type_id"],
            "purchase.order.line": ["product_id", "product_uom_qty", "order_id"],
            "product.product": ["standard_price", "product_tmpl_id"],
            "product.template": ["is_storable", "uom_id", "lot_valuated"],
            "stock.lot": ["standard_price"],
            "mrp.bom": ["type", "active", "product_id", "product_tmpl_id", "company_id"],
        }
        if "mes.pull.loop" in self.env:
            names["mes.pull.loop"] = ["product_id", "location_id", "safety_qty", "mode", "active"]
        return names

    @api.model
    def _flush_figures(self):
        for model, names in self._get_fields_to_flush().items():
            self.env[model].flush_model(names)

    # -- the statement -------------------------------------------------------------------------------------------

    @api.model
    def _get_figures_query(self, product_ids, days, warehouses, by_warehouse):
        """Return the statement: a row for each product (and warehouse), in the order in which it is unpacked.

        :param product_ids: a list, or the query of them
        """
        return SQL(
            """
            WITH house AS (%(houses)s), item AS (%(items)s), place AS (%(places)s), stock AS (%(stock)s),
            taken AS (%(taken)s),
            safety AS (%(safety)s),
            registered AS (
                SELECT number, product_id, SUM(quantity) AS quantity FROM taken GROUP BY number, product_id
            ),
            flow AS (%(flows)s), need AS (%(needs)s), demand AS (%(demand)s),
            scarce AS MATERIALIZED (%(scarce)s), ends AS (%(ends)s), supply AS (%(supply)s),
            quoted AS (%(quoted)s), issue AS (%(issues)s),
            scope AS (SELECT DISTINCT number FROM house)
            SELECT item.id AS product_id, scope.number, %(columns)s
              FROM item CROSS JOIN scope
         LEFT JOIN stock ON stock.product_id = item.id AND stock.number = scope.number
         LEFT JOIN registered ON registered.product_id = item.id AND registered.number = scope.number
         LEFT JOIN demand ON demand.product_id = item.id AND demand.number = scope.number
         LEFT JOIN ends ON ends.product_id = item.id AND ends.number = scope.number
         LEFT JOIN supply ON supply.product_id = item.id AND supply.number = scope.number
         LEFT JOIN quoted ON quoted.product_id = item.id AND quoted.number = scope.number
         LEFT JOIN safety ON safety.product_id = item.id AND safety.number = scope.number
         LEFT JOIN issue ON issue.product_id = item.id AND issue.number = scope.number
             WHERE %(every)s OR COALESCE(stock.number, registered.number, demand.number, supply.number,
                                         quoted.number, safety.number) IS NOT NULL
            """,
            houses=self._get_houses_query(warehouses, by_warehouse),
            items=self._get_items_query(product_ids),
            places=self._get_places_query(),
            stock=self._get_stock_query(),
            taken=self._get_taken_query(),
            flows=self._get_flows_query(),
            needs=self._get_needs_query(),
            demand=self._get_demand_query(days),
            scarce=self._get_scarce_query(),
            ends=self._get_ends_query(),
            supply=self._get_supply_query(days),
            quoted=self._get_quoted_query(),
            safety=self._get_safety_sum_query(),
            issues=self._get_issues_query(),
            columns=self._get_figure_columns(len(days)),
            every=not by_warehouse,
        )

    @api.model
    def _get_figure_columns(self, count):
        """Return what the statement selects, for `count` horizons; quantities are stored exactly, so sums are exact."""
        quantities = {
            "on_hand": SQL("stock.on_hand"),
            "registered": SQL("registered.quantity"),
            "held": SQL("stock.held"),
            "reserved": SQL("GREATEST(COALESCE(stock.promised, 0) - COALESCE(registered.quantity, 0), 0)"),
            **{f"demand_{index}": SQL("demand.%s", SQL.identifier(f"until_{index}")) for index in range(count)},
            **{f"incoming_{index}": SQL("supply.%s", SQL.identifier(f"until_{index}")) for index in range(count)},
            "demand_all": SQL("demand.quantity"),
            "incoming_all": SQL("supply.quantity"),
            "quoted": SQL("quoted.quantity"),
            "safety": SQL("safety.quantity"),
            "issued": SQL("issue.quantity"),
            "value": SQL("stock.value"),
        }
        numbers = {name: SQL("COALESCE((%s)::float8, 0)", quantity) for name, quantity in quantities.items()}
        days = {
            "used_up_days": self._get_days_until("ends", "used_up"),
            "to_safety_days": self._get_days_until("ends", "to_safety"),
            "last_demand_days": SQL("COALESCE(%s, 0)", self._get_days_until("demand", "last")),
        }
        columns = {**numbers, **days}
        return SQL(", ").join(SQL("%s AS %s", column, SQL.identifier(name)) for name, column in columns.items())

    @api.model
    def _get_days_until(self, alias, column):
        """Return the days from now until a moment; 0 when it is past, NULL when there is none."""
        return SQL(
            "CASE WHEN %(date)s <= %(now)s THEN 0 ELSE date_part('epoch', %(date)s - %(now)s) / 86400 END",
            date=SQL.identifier(alias, column),
            now=fields.Datetime.now(),
        )

    @api.model
    def _get_houses_query(self, warehouses, by_warehouse):
        """The warehouses; those of one number are counted together. The rate brings costs into one currency."""
        warehouses, currency = warehouses.sudo(), self.env.company.currency_id
        rates = {company: self._get_rate(company, currency) for company in warehouses.company_id}
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::float8[])"
            " AS house(id, number, company_id, rate)",
            warehouses.ids,
            [warehouse.id if by_warehouse else 0 for warehouse in warehouses],
            [warehouse.company_id.id for warehouse in warehouses],
            [rates[warehouse.company_id] for warehouse in warehouses],
        )

    @api.model
    def _get_rate(self, company, currency):
        """Return the factor from the currency of the company to another one."""
        if company.currency_id == currency:
            return 1.0
        today = fields.Date.context_today(self)
        return company.currency_id._get_conversion_rate(company.currency_id, currency, company, today)

    @api.model
    def _get_items_query(self, product_ids):
        """The products of which stock is counted; kits have none."""
        is_query = isinstance(product_ids, SQL)
        return SQL(
            """
            SELECT p.id, p.standard_price, t.lot_valuated, t.uom_id, unit.factor
              FROM product_product p
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.is_storable
              JOIN uom_uom unit ON unit.id = t.uom_id
             WHERE p.id IN (%s)
               AND NOT EXISTS (
                    SELECT FROM mrp_bom bom
                     WHERE bom.type = 'phantom' AND bom.active AND bom.product_tmpl_id = p.product_tmpl_id
                       AND (bom.product_id = p.id OR bom.product_id IS NULL)
                       AND (bom.company_id IS NULL OR bom.company_id IN (SELECT company_id FROM house)))
            """,
            product_ids if is_query else SQL("SELECT unnest(%s::int[])", product_ids),
        )

    @api.model
    def _get_places_query(self):
        return SQL(
            """
            SELECT l.id, house.id AS warehouse_id, house.number, house.company_id, house.rate, %(held)s AS is_held
              FROM stock_location l JOIN house ON house.id = l.warehouse_id
            """,
            held=self._get_frozen_condition("stock.location", "l"),
        )

    @api.model
    def _get_stock_query(self):
        """Quants: on hand, what of it is held, what of the rest is reserved, and the value of the company's own."""
        return SQL(
            """
            SELECT place.number, q.product_id, SUM(q.quantity) AS on_hand,
                   SUM(q.quantity) FILTER (WHERE place.is_held OR %(frozen)s) AS held,
                   SUM(q.reserved_quantity) FILTER (WHERE NOT place.is_held AND NOT %(frozen)s) AS promised,
                   SUM(q.quantity * place.rate * COALESCE(lot.standard_price ->> place.company_id::text,
                                                          item.standard_price ->> place.company_id::text)::float8)
                       FILTER (WHERE q.owner_id IS NULL OR q.owner_id = company.partner_id) AS value
              FROM stock_quant q
              JOIN place ON place.id = q.location_id
              JOIN item ON item.id = q.product_id
              JOIN res_company company ON company.id = place.company_id
         LEFT JOIN stock_lot lot ON lot.id = q.lot_id AND item.lot_valuated
             GROUP BY place.number, q.product_id
            """,
            frozen=self._get_frozen_condition("stock.quant", "q"),
        )

    @api.model
    def _get_taken_query(self):
        """What is picked for open manufacturing orders, by move. Of held stock nothing counts as taken."""
        return SQL(
            """
            SELECT m.id AS move_id, place.number, ml.product_id, SUM(ml.quantity_product_uom) AS quantity
              FROM stock_move m
              JOIN item ON item.id = m.product_id
              JOIN stock_move_line ml ON ml.move_id = m.id AND ml.picked
              JOIN place ON place.id = ml.location_id AND NOT place.is_held
             WHERE m.raw_material_production_id IS NOT NULL AND m.state IN %(open)s
               AND NOT EXISTS (
                    SELECT FROM stock_quant q
                     WHERE q.product_id = ml.product_id AND q.location_id = ml.location_id
                       AND q.lot_id IS NOT DISTINCT FROM ml.lot_id
                       AND q.package_id IS NOT DISTINCT FROM ml.package_id
                       AND q.owner_id IS NOT DISTINCT FROM ml.owner_id AND %(frozen)s)
             GROUP BY m.id, place.number, ml.product_id
            """,
            open=OPEN_MOVE_STATES,
            frozen=self._get_frozen_condition("stock.quant", "q"),
        )

    @api.model
    def _get_flows_query(self):
        """Open moves over the border of the warehouse; not by the usage of places: a subcontractor's is `internal`."""
        return SQL(
            """
            SELECT m.id, m.product_id, m.date, m.product_qty AS quantity,
                   source.number AS source, source.is_held AS from_held, dest.number AS dest, dest.is_held AS to_held
              FROM stock_move m
              JOIN item ON item.id = m.product_id
         LEFT JOIN place source ON source.id = m.location_id
         LEFT JOIN place dest ON dest.id = COALESCE(m.location_final_id, m.location_dest_id)
             WHERE m.state IN %s AND source.number IS DISTINCT FROM dest.number
            """,
            OPEN_MOVE_STATES,
        )

    @api.model
    def _get_needs_query(self):
        """Open demand, less what is picked for it already. What leaves a quarantine needs no usable stock."""
        return SQL(
            """
            SELECT *
              FROM (SELECT flow.id, flow.source AS number, flow.product_id, flow.date,
                           flow.quantity - COALESCE(taken.quantity, 0) AS quantity
                      FROM flow LEFT JOIN taken ON taken.move_id = flow.id AND taken.number = flow.source
                     WHERE flow.source IS NOT NULL AND NOT flow.from_held) AS open
             WHERE quantity > 0
            """
        )

    @api.model
    def _get_demand_query(self, days):
        return SQL(
            """
            SELECT number, product_id, SUM(quantity) AS quantity, MAX(date) AS last, %(sums)s
              FROM need GROUP BY number, product_id
            """,
            sums=self._get_horizon_sums(days, SQL("quantity"), SQL("date")),
        )

    @api.model
    def _get_scarce_query(self):
        """Products of which all demand together takes the last free piece, or of the safety stock at least."""
        return SQL(
            """
            SELECT demand.number, demand.product_id, left_over.free, COALESCE(safety.quantity, 0) AS safety
              FROM demand
         LEFT JOIN stock ON stock.number = demand.number AND stock.product_id = demand.product_id
         LEFT JOIN registered ON registered.number = demand.number AND registered.product_id = demand.product_id
         LEFT JOIN safety ON safety.number = demand.number AND safety.product_id = demand.product_id
        CROSS JOIN LATERAL (SELECT COALESCE(stock.on_hand, 0) - COALESCE(stock.held, 0)
                                   - COALESCE(registered.quantity, 0) AS free) AS left_over
             WHERE demand.quantity >= left_over.free - COALESCE(safety.quantity, 0)
            """
        )

    @api.model
    def _get_ends_query(self):
        """When demand, in the order of its dates, takes the last free piece, and the last above the safety stock."""
        return SQL(
            """
            SELECT number, product_id, MIN(date) FILTER (WHERE running >= free) AS used_up,
                   MIN(date) FILTER (WHERE running >= free - safety) AS to_safety
              FROM (SELECT need.number, need.product_id, need.date, scarce.free, scarce.safety,
                           SUM(need.quantity) OVER (PARTITION BY need.number, need.product_id
                                                    ORDER BY need.date, need.id) AS running
                      FROM scarce JOIN need ON need.number = scarce.number AND need.product_id = scarce.product_id
                   ) AS taking
             GROUP BY number, product_id
            """
        )

    @api.model
    def _get_supply_query(self, days):
        return SQL(
            """
            SELECT dest AS number, product_id, SUM(quantity) AS quantity, %(sums)s
              FROM flow WHERE dest IS NOT NULL AND NOT to_held
             GROUP BY dest, product_id
            """,
            sums=self._get_horizon_sums(days, SQL("quantity"), SQL("date")),
        )

    @api.model
    def _get_horizon_sums(self, days, quantity, date):
        return SQL(", ").join(
            SQL(
                "SUM(%s) FILTER (WHERE %s <= %s) AS %s",
                quantity,
                date,
                self._get_horizon(number),
                SQL.identifier(f"until_{index}"),
            )
            for index, number in enumerate(days)
        )

    @api.model
    def _get_quoted_query(self):
        """Purchase orders that nobody confirmed; what goes to a customer directly never comes in."""
        return SQL(
            """
            SELECT house.number, line.product_id, SUM(line.product_uom_qty::numeric) AS quantity
              FROM purchase_order_line line
              JOIN item ON item.id = line.product_id
              JOIN purchase_order purchase ON purchase.id = line.order_id AND purchase.state IN %s
              JOIN stock_picking_type type ON type.id = purchase.picking_type_id AND type.code = 'incoming'
              JOIN house ON house.id = type.warehouse_id
             GROUP BY house.number, line.product_id
            """,
            QUOTED_STATES,
        )

    @api.model
    def _get_safety_sum_query(self):
        return SQL(
            """
            SELECT house.number, safe.product_id, SUM(safe.quantity) AS quantity
              FROM (%s) AS safe JOIN house ON house.id = safe.warehouse_id
             WHERE safe.quantity > 0
             GROUP BY house.number, safe.product_id
            """,
            self._get_safety_query(),
        )

    @api.model
    def _get_issues_query(self):
        """What was sold, consumed or sent to a subcontractor lately; neither lost, scrapped, nor sent back.

        Moves are summed up by where they go before that is looked at: there are few such ways, and many moves.
        """
        return SQL(
            """
            SELECT source.number, issued.product_id,
                   SUM(CASE WHEN unit.id IS NULL THEN issued.quantity
                            ELSE issued.quantity * unit.factor / item.factor END) AS quantity
              FROM (SELECT m.product_id, m.product_uom, m.location_id,
                           COALESCE(m.location_final_id, m.location_dest_id) AS goal_id, SUM(m.quantity) AS quantity
                      FROM stock_move m
                      JOIN item ON item.id = m.product_id
                     WHERE m.state = 'done' AND m.date >= %s
                       AND m.location_id IN (  -- a table, unlike `place`: several workers can look
                            SELECT id FROM stock_location WHERE warehouse_id IS NOT NULL)
                     GROUP BY m.product_id, m.product_uom, m.location_id, goal_id) AS issued
              JOIN item ON item.id = issued.product_id
         LEFT JOIN uom_uom unit ON unit.id = issued.product_uom AND unit.id <> item.uom_id
              JOIN place source ON source.id = issued.location_id
              JOIN stock_location goal ON goal.id = issued.goal_id
         LEFT JOIN place dest ON dest.id = goal.id
             WHERE source.number IS DISTINCT FROM dest.number
               AND goal.usage NOT IN ('inventory', 'supplier', 'view')
               AND (goal.usage <> 'transit' OR source.number > 0)
             GROUP BY source.number, issued.product_id
            """,
            self._get_issue_start(),
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    # The last days' issues are read from this index alone, however long the history is.
    _mes_issued_idx = models.Index(
        "(date) INCLUDE (product_id, location_id, location_dest_id, location_final_id, quantity, product_uom)"
        " WHERE state = 'done'"
    )
