"""How much more is coming than anybody asks for: one statement for many products."""

from odoo import api, models
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES, OPEN_MOVE_STATES, OPEN_PURCHASE_STATES


class MesPullReplan(models.AbstractModel):
    _inherit = "mes.pull.replan"

    @api.model
    def _get_orders_query(self, products):
        """Return the statement for the orders that bring more than their linked demand needs of them.

        A demand that several orders serve needs of each what the others don't bring; see `tools/replan.py`.
        """
        for model in ("stock.move", "mrp.production"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT mo.id
              FROM mrp_production mo
        CROSS JOIN LATERAL (
                SELECT COALESCE(SUM(m.product_qty), 0) AS quantity, ARRAY_AGG(m.id) AS moves
                  FROM stock_move m
                 WHERE m.production_id = mo.id AND m.product_id = mo.product_id AND m.state NOT IN %(closed)s
                   ) brings
        CROSS JOIN LATERAL (
                SELECT COALESCE(SUM(GREATEST(0, need.quantity - others.quantity)), 0) AS quantity
                  FROM (
                    SELECT DISTINCT d.id, d.product_qty * (1 - d.quantity / NULLIF(d.product_uom_qty, 0)) AS quantity
                      FROM stock_move_move_rel r JOIN stock_move d ON d.id = r.move_dest_id AND d.state IN %(open)s
                     WHERE r.move_orig_id = ANY(brings.moves)
                       ) need
            CROSS JOIN LATERAL (
                    SELECT COALESCE(SUM(m.product_qty), 0) AS quantity
                      FROM stock_move_move_rel r
                      JOIN stock_move m ON m.id = r.move_orig_id AND m.state IN %(open)s
                     WHERE r.move_dest_id = need.id AND m.production_id IS DISTINCT FROM mo.id
                       ) others
                   ) linked
             WHERE mo.product_id = ANY(%(products)s) AND mo.mes_is_procured AND mo.mes_loop_id IS NULL
               AND mo.state NOT IN %(closed)s AND mo.mes_pull_state = 'normal'
               AND brings.quantity > linked.quantity
            """,
            products=products.ids,
            open=OPEN_MOVE_STATES,
            closed=CLOSED_ORDER_STATES,
        )

    @api.model
    def _get_figures(self, keys):
        """Return ``{(product id, warehouse id): surplus}`` in the products' units of measure.

        surplus = usable and held on hand + open supply - open demand - what is kept on purpose (the maximum of a
        reordering rule, the size of a supermarket). Parked orders are drafts: they neither bring nor ask.
        """
        for model in (
            *("stock.move", "stock.quant", "stock.location", "mrp.production", "purchase.order"),
            *("purchase.order.line", "stock.warehouse.orderpoint", "mes.pull.loop"),
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT k.product_id, k.warehouse_id,
                       (COALESCE(stock.quantity, 0) + COALESCE(supply.quantity, 0) + COALESCE(quoted.quantity, 0)
                        - COALESCE(demand.quantity, 0) - COALESCE(rule.quantity, 0)
                        - COALESCE(loop.quantity, 0))::float8
                  FROM unnest(%(products)s, %(warehouses)s) AS k(product_id, warehouse_id)
             LEFT JOIN LATERAL (%(stock)s) stock ON TRUE
             LEFT JOIN LATERAL (%(supply)s) supply ON TRUE
             LEFT JOIN LATERAL (%(quoted)s) quoted ON TRUE
             LEFT JOIN LATERAL (%(demand)s) demand ON TRUE
             LEFT JOIN LATERAL (%(kept)s) rule ON TRUE
             LEFT JOIN LATERAL (%(loops)s) loop ON TRUE
                """,
                products=[product_id for product_id, _warehouse in keys],
                warehouses=[warehouse_id for _product, warehouse_id in keys],
                stock=self._get_stock_query(),
                supply=self._get_supply_query(),
                quoted=self._get_quoted_query(),
                demand=self._get_demand_query(),
                kept=self._get_kept_query(),
                loops=self._get_loops_query(),
            )
        )
        return {(product_id, warehouse_id): surplus for product_id, warehouse_id, surplus in rows}

    def _get_stock_query(self):
        return SQL(
            """
            SELECT SUM(q.quantity) AS quantity
              FROM stock_quant q
              JOIN stock_location place ON place.id = q.location_id AND place.warehouse_id = k.warehouse_id
             WHERE q.product_id = k.product_id AND place.usage = 'internal' AND %(usable)s
            """,
            usable=self.env["mes.pull.loop"]._get_usable_quant_condition(),
        )

    def _get_supply_query(self):
        """Open moves into the warehouse; a draft one counts where a manufacturing order stands behind it."""
        return SQL(
            """
            SELECT SUM(m.product_qty) AS quantity
              FROM stock_move m
              JOIN stock_location source ON source.id = m.location_id
              JOIN stock_location target ON target.id = COALESCE(m.location_final_id, m.location_dest_id)
         LEFT JOIN mrp_production mo ON mo.id = m.production_id
             WHERE m.product_id = k.product_id AND target.warehouse_id = k.warehouse_id
               AND source.warehouse_id IS DISTINCT FROM k.warehouse_id
               AND (m.state IN %(open)s
                    OR m.state = 'draft' AND mo.state = 'draft' AND mo.mes_pull_state IS DISTINCT FROM 'paused')
            """,
            open=OPEN_MOVE_STATES,
        )

    def _get_quoted_query(self):
        return SQL(
            """
            SELECT SUM(line.product_uom_qty) AS quantity
              FROM purchase_order_line line
              JOIN purchase_order po ON po.id = line.order_id AND po.state IN %(open)s
              JOIN stock_picking_type type ON type.id = po.picking_type_id AND type.warehouse_id = k.warehouse_id
             WHERE line.product_id = k.product_id
            """,
            open=OPEN_PURCHASE_STATES,
        )

    def _get_demand_query(self):
        """Open moves that finally leave the warehouse; of several steps the last one that is made already."""
        return SQL(
            """
            SELECT SUM(m.product_qty) AS quantity
              FROM stock_move m
              JOIN stock_location source ON source.id = m.location_id AND source.warehouse_id = k.warehouse_id
              JOIN stock_location target ON target.id = COALESCE(m.location_final_id, m.location_dest_id)
             WHERE m.product_id = k.product_id AND m.state IN %(open)s
               AND target.warehouse_id IS DISTINCT FROM k.warehouse_id
               AND NOT EXISTS (
                    SELECT FROM stock_move_move_rel r
                      JOIN stock_move later ON later.id = r.move_dest_id AND later.state IN %(open)s
                      JOIN stock_location place ON place.id = later.location_id
                     WHERE r.move_orig_id = m.id AND place.warehouse_id = k.warehouse_id)
            """,
            open=OPEN_MOVE_STATES,
        )

    def _get_kept_query(self):
        return SQL(
            """
            SELECT SUM(GREATEST(rule.product_min_qty, rule.product_max_qty)) AS quantity
              FROM stock_warehouse_orderpoint rule
             WHERE rule.product_id = k.product_id AND rule.warehouse_id = k.warehouse_id AND rule.active
            """
        )

    def _get_loops_query(self):
        return SQL(
            """
            SELECT SUM(CASE WHEN l.mode = 'stock' THEN l.card_count * l.container_qty
                            ELSE COALESCE(l.safety_qty, 0) END) AS quantity
              FROM mes_pull_loop l
              JOIN stock_location place ON place.id = l.location_id AND place.warehouse_id = k.warehouse_id
             WHERE l.product_id = k.product_id AND l.active
            """
        )
