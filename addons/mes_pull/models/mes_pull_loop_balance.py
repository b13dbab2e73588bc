"""Where the figures of the pull balance come from: one statement for all loops."""

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..const import OPEN_MOVE_STATES, OPEN_PURCHASE_STATES
from ..tools.balance import Balance, authorised_quantity

COMPUTED_FIELDS = [
    *("on_hand_qty", "held_qty", "on_order_qty", "authorised_qty", "position_qty", "room_qty"),
    *("wip_jobs", "wip_qty", "wip_ratio", "wip_level", "held_value"),
]

# Loops in mode 'stock' ask for nothing: without that part, PostgreSQL plans the statement in two thirds of the time.
NO_DEMAND = SQL("SELECT NULL::int4 AS id, 0 AS quantity WHERE FALSE")


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    @api.model
    def _get_balance_fields_to_flush(self):
        """Return the columns that the balance statement reads, per model."""
        return {
            "mes.pull.loop": None,
            "mes.pull.signal": ["state", "quantity", "loop_id"],
            "stock.quant": ["quantity", "location_id", "product_id"],
            "stock.location": ["parent_path"],
            "stock.move": [
                "state",
                "product_id",
                "product_qty",
                "product_uom_qty",
                "quantity",
                "picked",
                "location_id",
                "location_dest_id",
                "location_final_id",
                "production_id",
                "raw_material_production_id",
            ],
            "mes.pull.withdrawal": ["loop_id", "production_id", "quantity", "state"],
            "stock.move.line": ["quantity_product_uom", "location_id", "move_id"],
            "mrp.production": ["mes_release_state", "mes_pull_state", "mes_loop_id", "mes_is_parked"],
            "purchase.order": ["state"],
            "purchase.order.line": ["product_uom_qty", "mes_loop_id", "order_id"],
        }

    def _get_usable_quant_condition(self):
        """Return the SQL condition under which a quant (alias ``q``) is usable. Extension point for freezes."""
        return SQL("TRUE")

    def _get_balances(self):
        """Return the pull balance of the loops: the one function that every path calls.

        :return: ``{loop id: Balance}`` in the products' units of measure; see `tools/balance.py` for the formula
        :rtype: dict[int, ~odoo.addons.mes_pull.tools.balance.Balance]
        """
        ids = [loop_id for loop_id in self._origin.ids if loop_id]
        if not ids:
            return {}
        for model, names in self._get_balance_fields_to_flush().items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(self._get_balance_query(ids))
        return {
            loop_id: Balance(
                authorised=authorised_quantity(mode, cards, container, demand, safety),
                on_hand=on_hand,
                held=held,
                on_order=on_order,
                unreleased=unreleased,
                jobs=jobs,
            )
            for (loop_id, mode, cards, container, safety, demand, on_hand, held, on_order, unreleased, jobs) in rows
        }

    def _get_balance_query(self, ids):
        """Return the statement: one row a loop, in the order in which `_get_balances` unpacks it."""
        return SQL(
            """
            WITH scope AS (
                SELECT l.id, l.product_id, l.held_location_id, l.mode, l.card_count, l.container_qty, l.safety_qty,
                       market.parent_path AS path, line.parent_path AS line_path
                  FROM mes_pull_loop l
                  JOIN stock_location market ON market.id = l.location_id
             LEFT JOIN stock_location side ON side.company_id = l.company_id AND side.mes_is_line_side IS TRUE
             LEFT JOIN stock_location line ON line.id = COALESCE(l.location_dest_id, side.id)
                 WHERE l.id = ANY(%(ids)s)
            ),
            stock AS (%(stock)s),
            taken AS (%(taken)s),
            supply AS (%(supply)s),
            quoted AS (%(quoted)s),
            waiting AS (
                SELECT loop_id AS id, SUM(quantity) AS quantity
                  FROM mes_pull_signal WHERE state = 'waiting' AND loop_id = ANY(%(ids)s) GROUP BY loop_id
            ),
            demand AS (%(demand)s)
            SELECT s.id, s.mode, s.card_count, s.container_qty::float8, COALESCE(s.safety_qty, 0)::float8,
                   (COALESCE(demand.quantity, 0) - COALESCE(stock.line, 0))::float8,
                   (COALESCE(stock.usable, 0) - COALESCE(taken.quantity, 0))::float8,
                   COALESCE(stock.held, 0)::float8,
                   (COALESCE(supply.quantity, 0) + COALESCE(quoted.quantity, 0)
                    + COALESCE(waiting.quantity, 0))::float8,
                   COALESCE(supply.unreleased, 0)::float8, COALESCE(supply.jobs, 0)
              FROM scope s
         LEFT JOIN stock USING (id) LEFT JOIN taken USING (id) LEFT JOIN supply USING (id)
         LEFT JOIN quoted USING (id) LEFT JOIN waiting USING (id) LEFT JOIN demand USING (id)
            """,
            ids=ids,
            stock=self._get_stock_query(),
            taken=self._get_taken_query(),
            supply=self._get_supply_query(),
            quoted=self._get_quoted_query(ids),
            demand=self._get_demand_query() if "demand" in self.mapped("mode") else NO_DEMAND,
        )

    def _get_stock_query(self):
        """Quants per loop: usable in the supermarket, held beside it, lying at the point of use."""
        return SQL(
            """
            SELECT s.id,
                   SUM(q.quantity) FILTER (WHERE place.parent_path LIKE s.path || '%%') AS usable,
                   SUM(q.quantity) FILTER (WHERE q.location_id = s.held_location_id) AS held,
                   SUM(q.quantity) FILTER (WHERE place.parent_path LIKE s.line_path || '%%') AS line
              FROM scope s
              JOIN stock_quant q ON q.product_id = s.product_id AND %(usable)s
              JOIN stock_location place ON place.id = q.location_id
             GROUP BY s.id
            """,
            usable=self._get_usable_quant_condition(),
        )

    def _get_taken_query(self):
        """Consumption that is registered on open orders while Odoo still counts the pieces as on hand."""
        return SQL(
            """
            SELECT s.id, SUM(ml.quantity_product_uom) AS quantity
              FROM scope s
              JOIN stock_move m ON m.product_id = s.product_id AND m.raw_material_production_id IS NOT NULL
               AND m.state IN %(open)s
              JOIN stock_move_line ml ON ml.move_id = m.id AND ml.picked
              JOIN stock_location place ON place.id = ml.location_id AND place.parent_path LIKE s.path || '%%'
             GROUP BY s.id
            """,
            open=OPEN_MOVE_STATES,
        )

    def _get_supply_query(self):
        """Open moves into the supermarket: those that end there, and those whose next step is not made yet.

        An order that waits and that no signal asked for is no supply: it may wait for long.
        """
        return SQL(
            """
            SELECT s.id, SUM(m.product_qty) AS quantity,
                   SUM(m.product_qty) FILTER (WHERE NOT mo.is_released) AS unreleased,
                   COUNT(DISTINCT mo.id) FILTER (WHERE mo.is_released) AS jobs
              FROM scope s
              JOIN stock_move m ON m.product_id = s.product_id
               AND (m.state IN %(open)s OR m.state = 'draft' AND m.production_id IS NOT NULL
                    AND NOT EXISTS (SELECT FROM mrp_production p WHERE p.id = m.production_id AND p.mes_is_parked))
         LEFT JOIN LATERAL (
                SELECT id,
                       COALESCE(mes_release_state = 'released'
                                AND mes_pull_state IS DISTINCT FROM 'paused', FALSE) AS is_released,
                       mes_release_state = 'queued' AND mes_loop_id IS NULL AS is_unasked
                  FROM mrp_production WHERE id = m.production_id
                   ) mo ON TRUE
              JOIN stock_location source ON source.id = m.location_id
              JOIN stock_location target ON target.id = m.location_dest_id
         LEFT JOIN stock_location final ON final.id = m.location_final_id
             WHERE source.parent_path NOT LIKE s.path || '%%'
               AND mo.is_unasked IS NOT TRUE
               AND (target.parent_path LIKE s.path || '%%'
                    OR final.parent_path LIKE s.path || '%%'
                       AND NOT EXISTS (SELECT FROM stock_move_move_rel r WHERE r.move_orig_id = m.id))
             GROUP BY s.id
            """,
            open=OPEN_MOVE_STATES,
        )

    def _get_quoted_query(self, ids):
        """Quotations that are not confirmed yet, so that no receipt stands for them."""
        return SQL(
            """
            SELECT line.mes_loop_id AS id, SUM(line.product_uom_qty) AS quantity
              FROM purchase_order_line line
              JOIN purchase_order po ON po.id = line.order_id AND po.state IN %(open)s
             WHERE line.mes_loop_id = ANY(%(ids)s)
             GROUP BY line.mes_loop_id
            """,
            ids=ids,
            open=OPEN_PURCHASE_STATES,
        )

    def _get_demand_query(self):
        """Open demand that this supermarket has to serve, for loops in mode 'demand'.

        A move asks the supermarket when it takes from there, from the point of use or from a place around both;
        moves that only carry parts to the point of use are not demand. An order to which parts were brought
        elsewhere still asks for the rest.
        """
        return SQL(
            """
            SELECT s.id,
                   SUM(m.product_qty - LEAST(m.product_qty, GREATEST(
                       CASE WHEN m.picked AND m.raw_material_production_id IS NOT NULL
                            THEN m.quantity * m.product_qty / NULLIF(m.product_uom_qty, 0) ELSE 0 END,
                       CASE WHEN asks.here THEN 0 ELSE brought.quantity END))) AS quantity
              FROM scope s
              JOIN stock_move m ON m.product_id = s.product_id AND m.state IN %(open)s
              JOIN stock_location source ON source.id = m.location_id
              JOIN stock_location target ON target.id = m.location_dest_id
        CROSS JOIN LATERAL (
                SELECT s.path LIKE source.parent_path || '%%' OR source.parent_path LIKE s.path || '%%'
                       OR COALESCE(source.parent_path LIKE s.line_path || '%%', FALSE) AS here
                   ) asks
        CROSS JOIN LATERAL (
                SELECT SUM(w.quantity) AS quantity FROM mes_pull_withdrawal w
                 WHERE NOT asks.here AND w.loop_id = s.id AND w.production_id = m.raw_material_production_id
                   AND w.state = 'done'
                   ) brought
             WHERE s.mode = 'demand'
               AND (asks.here OR brought.quantity IS NOT NULL)
               AND target.parent_path NOT LIKE s.path || '%%'
               AND (s.line_path IS NULL OR target.parent_path NOT LIKE s.line_path || '%%')
             GROUP BY s.id
            """,
            open=OPEN_MOVE_STATES,
        )

    def _invalidate_balances(self):
        """Forget the computed figures after stock or orders changed."""
        self.invalidate_recordset(COMPUTED_FIELDS, flush=False)

    # -- loops of stock moves -----------------------------------------------------------------------------------

    @api.model
    @ormcache()
    def _get_loop_index(self):
        """Return ``{product id: (loop id, …)}`` of the active loops; cached, because every stock move asks."""
        index = {}
        for loop in self.sudo().search([("active", "=", True)]):
            index.setdefault(loop.product_id.id, []).append(loop.id)
        return {product_id: tuple(ids) for product_id, ids in index.items()}

    @api.model
    def _get_loops_of_products(self, products):
        """Return the active loops of ``products``, of all companies (as superuser: stock moves for everybody)."""
        index = self._get_loop_index()
        ids = [loop_id for product in products for loop_id in index.get(product.id, ())]
        return self.sudo().browse(ids)

    def _is_line(self, location):
        """Return whether ``location`` is where this loop's parts are used: what comes from there comes back."""
        self.ensure_one()
        if location.mes_is_line_side or location.usage == "production":
            return True
        return bool(self.location_dest_id) and location._child_of(self.location_dest_id)

    def _contains(self, location):
        """Return whether ``location`` is the supermarket or lies in it."""
        self.ensure_one()
        path = self.location_id.parent_path
        return bool(path and location.parent_path and location.parent_path.startswith(path))
