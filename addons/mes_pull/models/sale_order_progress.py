"""How far the making of a sales order is, by line."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES, OPEN_MOVE_STATES
from ..tools.replan import share_out


class SaleOrder(models.Model):
    _inherit = "sale.order"

    mes_making_count = fields.Integer(
        compute="_compute_mes_making_count", compute_sudo=True, help="Lines with manufacturing orders."
    )
    mes_change_count = fields.Integer(compute="_compute_mes_change_count", compute_sudo=True)

    @api.depends("order_line")
    def _compute_mes_making_count(self):
        lines = self.order_line
        linked = lines.browse(row[0] for row in lines._mes_get_making())
        making = {*linked.ids, *(row[0] for row in (lines - linked)._mes_get_pooled_making())}
        for order in self:
            order.mes_making_count = len(making & set(order.order_line.ids))

    @api.depends("order_line")
    def _compute_mes_change_count(self):
        counts = dict(
            self.env["mes.pull.change"]._read_group(
                [("sale_line_id", "in", self.order_line.ids)], ["sale_line_id"], ["__count"]
            )
        )
        for order in self:
            order.mes_change_count = sum(counts.get(line, 0) for line in order.order_line)

    def action_mes_open_making(self):
        """Open how far each line of these orders is: planned, made, paused, delivered, finish expected."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_making_action")
        return {**action, "domain": [("order_id", "in", self.ids), ("display_type", "=", False)], "context": {}}

    def action_mes_open_changes(self):
        """Open what these orders changed in the plan."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_change_action")
        return {**action, "domain": [("sale_line_id", "in", self.order_line.ids)], "context": {}}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    mes_planned_qty = fields.Float(
        "Planned", digits="Product Unit", compute="_compute_mes_making", compute_sudo=True, help="Still to be made."
    )
    mes_made_qty = fields.Float("Made", digits="Product Unit", compute="_compute_mes_making", compute_sudo=True)
    mes_paused_qty = fields.Float(
        "Paused", digits="Product Unit", compute="_compute_mes_making", compute_sudo=True, help="Stopped or parked."
    )
    mes_date_expected = fields.Datetime(
        "Finish Expected", compute="_compute_mes_making", compute_sudo=True, help="End of the last planned order."
    )

    def _mes_get_making(self):
        """Return ``[(line id, production id, is paused, open, made)]`` in the products' units, by one statement.

        An order makes for a line when procurement made it for the line, or when its pieces go to the line's moves,
        over up to four steps. What several lines share counts for each of them as far as their own moves ask.
        """
        if not self.ids:
            return []
        for model in ("stock.move", "mrp.production", "sale.order.line"):
            self.env[model].flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE chain AS (
                    SELECT m.sale_line_id AS line_id, m.id AS move_id, m.product_qty AS asked, 0 AS step
                      FROM stock_move m
                     WHERE m.sale_line_id = ANY(%(ids)s) AND m.state <> 'cancel' AND m.production_id IS NULL
                    UNION
                    SELECT chain.line_id, r.move_orig_id, chain.asked, chain.step + 1
                      FROM chain JOIN stock_move_move_rel r ON r.move_dest_id = chain.move_id
                     WHERE chain.step < 5
                ),
                links AS (
                    SELECT chain.line_id, m.production_id, MAX(chain.asked) AS asked
                      FROM chain JOIN stock_move m ON m.id = chain.move_id AND m.production_id IS NOT NULL
                     GROUP BY chain.line_id, m.production_id
                    UNION
                    SELECT mo.sale_line_id, mo.id, NULL FROM mrp_production mo WHERE mo.sale_line_id = ANY(%(ids)s)
                )
                SELECT l.line_id, l.production_id, mo.mes_pull_state = 'paused' AS is_paused,
                       LEAST(MAX(l.asked), COALESCE(
                           SUM(m.product_qty) FILTER (WHERE m.state NOT IN %(closed)s), 0))::float8,
                       LEAST(MAX(l.asked), COALESCE(
                           SUM(m.quantity * m.product_qty / NULLIF(m.product_uom_qty, 0))
                           FILTER (WHERE m.state = 'done'), 0))::float8
                  FROM (SELECT line_id, production_id, MAX(asked) AS asked FROM links GROUP BY 1, 2) l
                  JOIN mrp_production mo ON mo.id = l.production_id AND mo.state <> 'cancel'
                  JOIN stock_move m ON m.production_id = mo.id AND m.product_id = mo.product_id
                 GROUP BY l.line_id, l.production_id, mo.mes_pull_state
                """,
                ids=self.ids,
                closed=CLOSED_ORDER_STATES,
            )
        )

    def _mes_get_pooled_making(self):
        """Return rows like `_mes_get_making` for lines whose product is made for a common pool (rules, loops).

        Stock and open orders that nobody is linked to go to the open deliveries of the product, the earliest first.
        """
        lines = self.filtered(lambda line: line.state == "sale" and line.product_id.is_storable)
        if not lines:
            return []
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", lines.product_id.ids),
                ("state", "in", OPEN_MOVE_STATES),
                ("location_dest_usage", "=", "customer"),
                ("move_orig_ids", "=", False),
            ],
            order="date, id",
        )
        orders = self.env["mrp.production"].search(
            [
                ("product_id", "in", moves.product_id.ids),
                ("state", "not in", CLOSED_ORDER_STATES),
                ("mes_is_parked", "=", False),
            ],
            order="date_finished, id",
        )
        rows = []
        for (product, warehouse), asking in moves.grouped(lambda m: (m.product_id, m.location_id.warehouse_id)).items():
            mine = orders.filtered(
                lambda mo, product=product, warehouse=warehouse: (
                    mo.product_id == product
                    and mo.picking_type_id.warehouse_id == warehouse
                    and not mo._mes_get_open_finished().move_dest_ids
                )
            )
            stock = product.with_context(warehouse_id=warehouse.id).qty_available
            supplies = [(None, max(0.0, stock)), *((mo, mo.product_uom_qty) for mo in mine)]
            for move, parts in share_out([(move, move.product_qty) for move in asking], supplies).items():
                rows += [
                    (move.sale_line_id.id, mo.id, mo.mes_pull_state == "paused", quantity, 0.0)
                    for mo, quantity in parts
                    if mo and move.sale_line_id in lines
                ]
        return rows

    @api.depends("move_ids", "product_uom_qty", "state")
    def _compute_mes_making(self):
        figures, orders = {}, {}
        linked = self._mes_get_making()
        pooled = (self - self.browse(row[0] for row in linked))._mes_get_pooled_making()
        for line_id, production_id, is_paused, still, made in [*linked, *pooled]:
            row = figures.setdefault(line_id, [0.0, 0.0, 0.0])
            row[2 if is_paused else 0] += still or 0.0
            row[1] += made or 0.0
            if still and not is_paused:
                orders.setdefault(line_id, []).append(production_id)
        for line in self:
            planned, made, paused = figures.get(line.id, (0.0, 0.0, 0.0))
            own = line.product_id.uom_id
            line.mes_planned_qty = own._compute_quantity(planned, line.product_uom_id) if planned else 0.0
            line.mes_made_qty = own._compute_quantity(made, line.product_uom_id) if made else 0.0
            line.mes_paused_qty = own._compute_quantity(paused, line.product_uom_id) if paused else 0.0
            productions = self.env["mrp.production"].browse(orders.get(line.id, ()))
            line.mes_date_expected = max((mo.date_finished for mo in productions if mo.date_finished), default=False)
