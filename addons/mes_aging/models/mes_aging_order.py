"""Work in progress that isn't on hand: orders that have begun and aren't done, with the age of what is in them."""

from odoo import fields, models
from odoo.tools import SQL


class MesAgingOrder(models.Model):
    """A row for each manufacturing order that has begun: since when, and what was put into it.

    It began when its first component was used or its first work order was started; an order in progress without
    either: at its start date. A paused order is open, and grows older.
    """

    _name = "mes.aging.order"
    _description = "Age of Open Orders"
    _auto = False
    _order = "date_begun, id"
    _rec_name = "production_id"

    production_id = fields.Many2one("mrp.production", "Manufacturing Order", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    state = fields.Selection(
        [("confirmed", "Confirmed"), ("progress", "In Progress"), ("to_close", "To Close")], readonly=True
    )
    quantity = fields.Float("To Make", digits="Product Unit", readonly=True, help="In the product's unit.")
    value = fields.Monetary(
        "Material Used",
        readonly=True,
        aggregator="sum",
        help="Components used so far × current cost. What is picked and not used is still on hand.",
    )
    date_begun = fields.Datetime("Begun", readonly=True, aggregator="min")
    age_days = fields.Integer("Age (Days)", readonly=True, aggregator="max", help="Whole days since it began.")
    last_work_date = fields.Datetime("Last Worked On", readonly=True, aggregator="max")
    idle_days = fields.Integer(
        "Idle (Days)", readonly=True, aggregator="max", help="Whole days since anything was done for it."
    )
    bucket = fields.Char("Age", readonly=True, help="Days; the limits are in the settings.")

    _depends = {
        "mrp.production": ["state", "product_id", "product_uom_qty", "date_start", "company_id", "user_id"],
        "mrp.workorder": ["production_id"],
        "mrp.workcenter.productivity": ["workorder_id", "date_start", "date_end"],
        "stock.move": ["raw_material_production_id", "state"],
        "stock.move.line": ["move_id", "state", "date", "quantity_product_uom", "product_id"],
        "product.product": ["standard_price", "product_tmpl_id"],
        "product.template": ["categ_id"],
        "res.company": ["currency_id", "mes_aging_buckets"],
    }

    @property
    def _table_query(self):
        now = SQL("%s::timestamp", fields.Datetime.now())
        days = SQL("GREATEST(FLOOR(EXTRACT(EPOCH FROM %s - begun.date) / 86400), 0)::int", now)
        return SQL(
            """
            SELECT production.id, production.id AS production_id, production.product_id, template.categ_id,
                   production.company_id, kind.warehouse_id, company.currency_id, production.user_id, production.state,
                   production.product_uom_qty AS quantity, COALESCE(used.value, 0) AS value, begun.date AS date_begun,
                   %(days)s AS age_days, begun.last AS last_work_date,
                   GREATEST(FLOOR(EXTRACT(EPOCH FROM %(now)s - begun.last) / 86400), 0)::int AS idle_days,
                   %(bucket)s AS bucket
              FROM mrp_production production
              JOIN product_product product ON product.id = production.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company company ON company.id = production.company_id
              JOIN stock_picking_type kind ON kind.id = production.picking_type_id
         LEFT JOIN LATERAL (
                    SELECT MIN(line.date) AS first, MAX(line.date) AS last,
                           SUM(line.quantity_product_uom
                               * COALESCE((part.standard_price ->> production.company_id::text)::numeric, 0)) AS value
                      FROM stock_move raw
                      JOIN stock_move_line line ON line.move_id = raw.id AND line.state = 'done'
                      JOIN product_product part ON part.id = line.product_id
                     WHERE raw.raw_material_production_id = production.id AND raw.state = 'done'
                   ) used ON TRUE
         LEFT JOIN LATERAL (
                    SELECT MIN(spent.date_start) AS first, MAX(COALESCE(spent.date_end, %(now)s)) AS last
                      FROM mrp_workorder workorder
                      JOIN mrp_workcenter_productivity spent ON spent.workorder_id = workorder.id
                     WHERE workorder.production_id = production.id
                   ) work ON TRUE
        CROSS JOIN LATERAL (
                    SELECT COALESCE(LEAST(used.first, work.first), production.date_start) AS date,
                           COALESCE(GREATEST(used.last, work.last), production.date_start) AS last
                   ) begun
             WHERE production.state IN ('progress', 'to_close')
                OR production.state = 'confirmed' AND COALESCE(used.first, work.first) IS NOT NULL
            """,
            now=now,
            days=days,
            bucket=self.env["mes.aging.layer"]._get_bucket_sql(SQL("production.company_id"), days),
        )
