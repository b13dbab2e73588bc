"""What lies at the line for an order, and what is free there: one statement for all."""

from odoo import models
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES

_STOCK = """
WITH place AS (
    SELECT top.id AS place_id, l.id AS location_id
      FROM stock_location top JOIN stock_location l ON l.parent_path LIKE top.parent_path || '%%'
     WHERE top.id = ANY(%(places)s) AND l.mes_is_held IS NOT TRUE
)
SELECT place_id, product_id, SUM(quantity) FROM (
    SELECT p.place_id, q.product_id, q.quantity
      FROM stock_quant q JOIN place p ON p.location_id = q.location_id WHERE q.product_id = ANY(%(products)s)
 UNION ALL
    SELECT p.place_id, line.product_id, -line.quantity_product_uom
      FROM stock_move_line line JOIN place p ON p.location_id = line.location_id
      JOIN stock_move m ON m.id = line.move_id
     WHERE m.state = ANY(%(open_states)s) AND m.raw_material_production_id IS NULL
       AND line.product_id = ANY(%(products)s)
 UNION ALL
    SELECT p.place_id, m.product_id, m.product_qty
      FROM stock_move m JOIN place p ON p.location_id = m.location_dest_id
     WHERE m.state = ANY(%(open_states)s) AND m.product_id = ANY(%(products)s) AND m.mes_call_return IS NOT TRUE
       AND m.location_id NOT IN (SELECT location_id FROM place WHERE place_id = p.place_id)
       AND NOT EXISTS (
           SELECT FROM stock_move_move_rel r JOIN stock_move d ON d.id = r.move_dest_id
            WHERE r.move_orig_id = m.id AND d.raw_material_production_id IS NOT NULL)
 UNION ALL
    SELECT c.location_id, c.product_id,
           CASE WHEN c.state = 'done' THEN 0
                ELSE GREATEST(0, LEAST(c.quantity - c.done_qty, c.quantity + c.covered_qty - c.need_qty)) END
           - LEAST(c.need_qty, c.covered_qty + c.done_qty)
      FROM mes_pull_call c JOIN mrp_production mo ON mo.id = c.production_id
     WHERE c.location_id = ANY(%(places)s) AND c.product_id = ANY(%(products)s) AND c.state != 'cancelled'
       AND mo.state NOT IN ('done', 'cancel') AND c.production_id != ALL(%(orders)s)
) figures GROUP BY place_id, product_id
"""


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    def _get_stock(self, pools):
        """Return ``{(place id, product id): quantity}`` that the orders of these pools may use or have there already.

        That is usable on hand + on its way besides calls − reserved for others than production − what the other
        orders have a claim on + what containers bring more for them. One statement.
        """
        self.env.flush_all()
        places = sorted({pool.place.id for pool in pools})
        query = SQL(
            _STOCK,
            places=places,
            products=sorted({pool.product.id for pool in pools}),
            orders=sorted({pool.order.id for pool in pools}),
            open_states=list(OPEN_MOVE_STATES),
        )
        return {(place, product): quantity for place, product, quantity in self.env.execute_query(query)}
