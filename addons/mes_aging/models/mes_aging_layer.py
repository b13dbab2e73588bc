"""How old the stock is: what lies on hand, cut into layers of one age each, true at the moment it is read."""

from collections import defaultdict
from collections.abc import Set

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import KINDS, OPEN_MOVE_STATES

# Fields by which a reader names what he wants, and the keys in the context that restrict the query to it.
NARROWING = {"product_id": "mes_layer_product_ids", "id": "mes_layer_ids"}


def is_id(value):
    return isinstance(value, int) and not isinstance(value, bool)


class MesAgingLayer(models.Model):
    """A part of a quant that has one age. The layers of a quant add up to its quantity, always.

    * With a lot: since the lot's first day in stock (`stock.lot.mes_first_in`).
    * Without: all stock of a product in a company (and of an owner) is one queue, first in, first out. Its content is
      explained by the newest supplies (received or made) until all that is on hand is covered; what no supply explains
      is as old as the oldest that is known. So neither a transfer, a count, a correction to zero and back nor a
      customer return makes anything younger. The newest content lies in the quants that were filled last (`in_date`).
    * Stock below zero has no age, but is a layer too.
    * On the way between companies: as old as Odoo says (`in_date` comes along from the sender).

    Three clocks: `age_days` since it was received or made, `idle_days` since the product was last sold or used,
    `cover_days` until the dated demand that uses this layer up (at `cover_date`).

    Value = quantity × current cost (of the lot, where lots are valued); what others own is worth nothing.
    """

    _name = "mes.aging.layer"
    _description = "Age of Stock"
    _auto = False
    _order = "origin_date, id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", readonly=True)
    product_tmpl_id = fields.Many2one("product.template", "Product Template", readonly=True)
    categ_id = fields.Many2one("product.category", readonly=True)
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    quant_id = fields.Many2one("stock.quant", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    quantity = fields.Float("On Hand", digits="Product Unit", readonly=True, help="In the product's unit.")
    value = fields.Monetary(readonly=True, aggregator="sum", help="Quantity × current cost; zero for others' stock.")
    origin_date = fields.Datetime("In Stock Since", readonly=True, aggregator="min")
    age_days = fields.Integer(
        "Age (Days)",
        readonly=True,
        aggregator="avg",
        help="Whole days since it was received or made. Of a group: the average, weighted by quantity.",
    )
    bucket = fields.Char("Age", readonly=True, help="Days; the limits are in the settings.")
    last_issue_date = fields.Datetime(
        "Last Sold or Used", readonly=True, prefetch=False, aggregator="max", help="Of this product in this company."
    )
    idle_days = fields.Integer(
        "Idle (Days)",
        readonly=True,
        prefetch=False,
        aggregator="min",
        help="Whole days since the product was last sold or used; never: since it is in stock.",
    )
    cover_date = fields.Datetime(
        "Used Up On",
        readonly=True,
        prefetch=False,
        aggregator="max",
        help="Date of the open demand (deliveries, components of orders) that uses up the last piece of this layer, "
        "oldest stock first. Empty: no demand uses it up.",
    )
    cover_days = fields.Integer(
        "Used Up in (Days)",
        readonly=True,
        prefetch=False,
        aggregator="max",
        help="Whole days until then; overdue demand counts as today. Zero, too, where no demand uses it up: the date "
        "tells them apart.",
    )

    _depends = {
        "stock.quant": ["product_id", "location_id", "company_id", "owner_id", "lot_id", "quantity", "in_date"],
        "stock.move.line": [
            *("product_id", "company_id", "owner_id", "lot_id", "quantity_product_uom", "date", "state"),
            *("mes_flow", "mes_origin_date"),
        ],
        "stock.move": ["product_id", "state", "date", "product_qty", "location_id", "location_dest_id", "company_id"],
        "stock.lot": ["mes_first_in", "standard_price"],
        "stock.location": ["usage", "company_id", "warehouse_id"],
        "product.product": ["standard_price", "mes_aging_kind", "product_tmpl_id"],
        "product.template": ["categ_id", "uom_id", "lot_valuated"],
        "res.company": ["partner_id", "currency_id", "mes_aging_buckets"],
    }

    # -- the query ----------------------------------------------------------------------------------------------

    @property
    def _table_query(self):
        """Return the query of all layers; PostgreSQL leaves out what a reader doesn't ask for.

        The keys of `NARROWING` in the context restrict it at its root; they never let anybody see more.
        """
        return SQL(
            """
            SELECT layer.id, layer.quant_id, layer.product_id, product.product_tmpl_id, template.categ_id,
                   template.uom_id, product.mes_aging_kind AS kind, layer.lot_id, layer.owner_id, layer.location_id,
                   layer.warehouse_id, layer.company_id, company.currency_id, layer.quantity,
                   CASE WHEN layer.company_id IS NULL THEN 0
                        WHEN layer.owner_id != company.partner_id THEN 0
                        ELSE layer.quantity * COALESCE((CASE WHEN template.lot_valuated AND layer.lot_id IS NOT NULL
                             THEN layer.lot_cost ELSE product.standard_price END
                             ->> layer.company_id::text)::numeric, 0)
                    END AS value,
                   layer.origin_date, age.days AS age_days,
                   %(bucket)s AS bucket,
                   used.date AS last_issue_date,
                   GREATEST(FLOOR(EXTRACT(EPOCH FROM %(now)s - COALESCE(used.date, layer.origin_date)) / 86400), 0)::int
                   AS idle_days,
                   cover.date AS cover_date,
                   GREATEST(CEIL(EXTRACT(EPOCH FROM cover.date - %(now)s) / 86400), 0)::int AS cover_days
              FROM (
                    SELECT part.*, SUM(GREATEST(part.quantity, 0)) OVER (
                               PARTITION BY part.product_id, part.company_id
                               ORDER BY part.origin_date, part.id) AS used_until
                      FROM (%(parts)s) part
                   ) layer
              JOIN product_product product ON product.id = layer.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN res_company company ON company.id = layer.company_id
        CROSS JOIN LATERAL (SELECT GREATEST(FLOOR(EXTRACT(EPOCH FROM %(now)s - layer.origin_date) / 86400), 0)::int
                                   AS days) age
         LEFT JOIN LATERAL (%(last_issue)s) used ON TRUE
         LEFT JOIN LATERAL (%(cover)s) cover ON TRUE
            """,
            last_issue=self._get_last_issue_sql(),
            cover=self._get_cover_sql(),
            parts=self._get_parts_sql(),
            bucket=self._get_bucket_sql(SQL("layer.company_id"), SQL("age.days")),
            now=self._get_now_sql(),
        )

    def _get_now_sql(self):
        return SQL("%s::timestamp", fields.Datetime.now())

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Only the products that a domain names are read: PostgreSQL can't bring a list of them to the root itself."""
        return super(MesAgingLayer, self._narrow(domain))._search(domain, *args, **kwargs)

    def _narrow(self, domain):
        """Return this model, restricted to the products and layers that the outermost conditions name."""
        domain, context = Domain(domain), dict(self.env.context)
        for part in domain.children if getattr(domain, "OPERATOR", None) == "&" else [domain]:
            key = NARROWING.get(getattr(part, "field_expr", None))
            if not key or part.operator not in ("in", "="):
                continue
            values = part.value if isinstance(part.value, (list, tuple, Set)) else [part.value]
            if all(map(is_id, values)):
                known = context.get(key)
                context[key] = [value for value in values if not isinstance(known, (list, tuple)) or value in known]
        return self.with_context(**context) if context != self.env.context else self

    def _get_products_sql(self, column):
        """Return the condition on a column that restricts the query to some products."""
        conditions = [SQL("TRUE")]
        product_ids, layer_ids = (self.env.context.get(key) for key in NARROWING.values())
        if isinstance(product_ids, (list, tuple)):
            conditions.append(SQL("%s = ANY(%s)", column, [int(product_id) for product_id in product_ids]))
        if isinstance(layer_ids, (list, tuple)):
            quant_ids = list({int(layer_id) >> 20 for layer_id in layer_ids})
            named = SQL("SELECT quant.product_id FROM stock_quant quant WHERE quant.id = ANY(%s)", quant_ids)
            conditions.append(SQL("%s IN (%s)", column, named))
        return SQL(" AND ").join(conditions)

    def _get_parts_sql(self):
        """Return the query of ``(id, quant, product, place, its warehouse and company, owner, lot, its cost, quantity,
        origin)``.

        The last supply of a queue stands for what no supply explains, too: there a row of its own is made of that.
        Owners are compared by BETWEEN, because PostgreSQL takes an equation of expressions for rare, and plans badly.
        """
        return SQL(
            """
            SELECT quant.id::bigint << 20 AS id, quant.id AS quant_id, quant.product_id, quant.location_id,
                   place.warehouse_id, quant.company_id, quant.owner_id, quant.lot_id, lot.standard_price AS lot_cost,
                   quant.quantity,
                   CASE WHEN quant.quantity > 0 THEN COALESCE(lot.mes_first_in, quant.in_date) END AS origin_date
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id AND place.usage IN ('internal', 'transit')
         LEFT JOIN stock_lot lot ON lot.id = quant.lot_id
             WHERE (quant.lot_id IS NOT NULL OR quant.quantity < 0 OR quant.company_id IS NULL)
               AND quant.quantity != 0 AND %(products)s
         UNION ALL
            SELECT (queue.id::bigint << 20) + CASE WHEN part.is_rest THEN 0 ELSE COALESCE(supply.number, 0) END,
                   queue.id, queue.product_id, queue.location_id, queue.warehouse_id, queue.company_id, queue.owner_id,
                   NULL, NULL,
                   CASE WHEN part.is_rest THEN queue.until - GREATEST(queue.since, supply.until)
                        ELSE LEAST(queue.until, supply.until) - GREATEST(queue.since, supply.since) END,
                   CASE WHEN supply.number IS NOT NULL AND NOT part.is_rest THEN supply.origin_date
                        ELSE LEAST(supply.origin_date, queue.in_date, (
                            SELECT MIN(line.date) FROM stock_move_line line
                             WHERE line.product_id = queue.product_id AND line.company_id = queue.company_id
                               AND line.mes_flow = 'gain' AND line.lot_id IS NULL AND line.state = 'done')) END
              FROM (%(queue)s) queue
         LEFT JOIN (%(supplies)s) supply ON supply.product_id = queue.product_id
                                        AND supply.company_id = queue.company_id
                                        AND supply.owner BETWEEN queue.owner AND queue.owner
                                        AND supply.since < queue.until
                                        AND (supply.until > queue.since OR supply.is_last)
        CROSS JOIN LATERAL (
                    SELECT FALSE AS is_rest WHERE supply.number IS NULL OR supply.until > queue.since
                 UNION ALL
                    SELECT TRUE WHERE supply.is_last AND queue.until > supply.until
                   ) part
            """,
            products=self._get_products_sql(SQL("quant.product_id")),
            queue=self._get_queue_sql(),
            supplies=self._get_supplies_sql(),
        )

    def _get_queue_sql(self):
        """Return the query of stock without lots: which part of its queue lies in which quant, the newest first."""
        return SQL(
            """
            SELECT quant.id, quant.product_id, quant.location_id, place.warehouse_id, quant.company_id, quant.owner_id,
                   COALESCE(quant.owner_id, 0) AS owner,
                   SUM(quant.quantity) OVER newest - quant.quantity AS since, SUM(quant.quantity) OVER newest AS until,
                   quant.in_date
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id AND place.usage IN ('internal', 'transit')
             WHERE quant.lot_id IS NULL AND quant.quantity > 0 AND quant.company_id IS NOT NULL AND %s
            WINDOW newest AS (PARTITION BY quant.product_id, quant.company_id, COALESCE(quant.owner_id, 0)
                              ORDER BY quant.in_date DESC, quant.id DESC)
            """,
            self._get_products_sql(SQL("quant.product_id")),
        )

    def _get_supplies_sql(self):
        """Return the query of supplies: from which to which piece of its queue each one explains, the newest first.

        Those that no stock is left of fall out before they meet the quants.
        """
        return SQL(
            """
            SELECT item.*
              FROM (
                    SELECT line.product_id, line.company_id, COALESCE(line.owner_id, 0) AS owner,
                           COALESCE(line.mes_origin_date, line.date) AS origin_date,
                           ROW_NUMBER() OVER newest AS number, LEAD(line.id) OVER newest IS NULL AS is_last,
                           SUM(line.quantity_product_uom) OVER newest - line.quantity_product_uom AS since,
                           SUM(line.quantity_product_uom) OVER newest AS until
                      FROM stock_move_line line
                     WHERE line.mes_flow = 'supply' AND line.state = 'done' AND line.lot_id IS NULL
                       AND line.quantity_product_uom > 0 AND %(lines)s
                    WINDOW newest AS (PARTITION BY line.product_id, line.company_id, COALESCE(line.owner_id, 0)
                                      ORDER BY COALESCE(line.mes_origin_date, line.date) DESC, line.id DESC)
                   ) item
              JOIN (
                    SELECT quant.product_id, quant.company_id, COALESCE(quant.owner_id, 0) AS owner,
                           SUM(quant.quantity) AS quantity
                      FROM stock_quant quant
                     WHERE quant.lot_id IS NULL AND quant.quantity > 0 AND quant.company_id IS NOT NULL AND %(quants)s
                  GROUP BY quant.product_id, quant.company_id, COALESCE(quant.owner_id, 0)
                   ) total ON total.product_id = item.product_id AND total.company_id = item.company_id
                          AND total.owner BETWEEN item.owner AND item.owner AND item.since < total.quantity
            """,
            lines=self._get_products_sql(SQL("line.product_id")),
            quants=self._get_products_sql(SQL("quant.product_id")),
        )

    def _get_bucket_sql(self, company, days):
        """Return the expression of the bucket of an age, by the settings of its company."""
        companies = defaultdict(list)
        buckets = self.env["res.company"]._mes_get_buckets()
        for company_id, (limits, _labels) in buckets.items():
            companies[tuple(limits)].append(company_id)

        def make(company_id):
            limits, labels = buckets[company_id]
            starts = [limit + 1 for limit in limits]
            return SQL("(%s::text[])[1 + width_bucket(%s, %s::int[])]", labels, days, starts)

        cases = [SQL("WHEN %s = ANY(%s) THEN %s", company, ids, make(ids[0])) for ids in companies.values()]
        case = SQL("CASE WHEN %s IS NULL THEN %s %s END", company, make(0), SQL(" ").join(cases))
        return SQL('(%s) COLLATE "C"', case)  # by bytes: spaces come before digits, and it is much faster

    def _get_last_issue_sql(self):
        """Return the query of the day on which the product of a layer was last sold or used."""
        return SQL(
            """
            SELECT MAX(line.date) AS date FROM stock_move_line line
             WHERE line.product_id = layer.product_id AND line.company_id = layer.company_id
               AND line.mes_flow = 'issue' AND line.state = 'done'
            """
        )

    def _get_cover_sql(self):
        """Return the query of the day on which dated demand has used up a layer and all that is older.

        Demand leaves the company's stock at its final place; a step on the way there (pick, pack, to a subcontractor)
        isn't demand.
        """
        return SQL(
            """
            SELECT MIN(demand.date) AS date
              FROM (
                    SELECT move.date, SUM(move.product_qty) OVER (ORDER BY move.date, move.id) AS until
                      FROM stock_move move
                      JOIN stock_location src ON src.id = move.location_id
                      JOIN stock_location dst ON dst.id = COALESCE(move.location_final_id, move.location_dest_id)
                     WHERE move.product_id = layer.product_id AND move.company_id = layer.company_id
                       AND move.state IN %(states)s AND src.usage IN ('internal', 'transit')
                       AND NOT (dst.usage IN ('internal', 'transit')
                                AND dst.company_id IS NOT DISTINCT FROM src.company_id)
                   ) demand
             WHERE demand.until >= layer.used_until AND layer.quantity > 0
            """,
            states=OPEN_MOVE_STATES,
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """The age of a group is weighted by quantity: a thousand old screws aren't one new one."""
        if aggregate_spec != "age_days:avg":
            return super()._read_group_select(aggregate_spec, query)
        quantity = SQL("GREATEST(%s, 0)", self._field_to_sql(self._table, "quantity", query))
        return SQL(
            "SUM(%(age)s * %(quantity)s)::float / NULLIF(SUM(%(quantity)s), 0)",
            age=self._field_to_sql(self._table, "age_days", query),
            quantity=quantity,
        )

    def action_open_stock(self):
        """Open the quants behind these layers."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stock"),
            "res_model": "stock.quant",
            "view_mode": "list",
            "domain": [("id", "in", self.quant_id.ids)],
        }
