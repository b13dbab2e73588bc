"""Cost of poor quality: what rejected stock cost, by cause, vendor, product and route."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import ROUTES


class MesQualityCost(models.Model):
    """A row for each route that was taken. Cost = value scrapped + rework − credit received."""

    _name = "mes.quality.cost"
    _description = "Cost of Poor Quality"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "disposition_id"

    disposition_id = fields.Many2one("mes.quality.disposition", readonly=True)
    date = fields.Datetime("Opened", readonly=True)
    reason_id = fields.Many2one("mes.quality.reason", "Cause", readonly=True)
    vendor_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    route = fields.Selection(ROUTES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    quantity = fields.Float("Disposed Of", digits="Product Unit", readonly=True)
    scrap_value = fields.Float("Value Scrapped", digits="Product Price", readonly=True)
    rework_hours = fields.Float(readonly=True)
    rework_cost = fields.Float(digits="Product Price", readonly=True, help="Hours of the work orders × cost per hour.")
    credit = fields.Float("Credit Received", digits="Product Price", readonly=True, help="By posted credit notes.")
    cost = fields.Float(
        digits="Product Price", readonly=True, help="Value scrapped + rework − credit for what was returned."
    )

    _depends = {
        "mes.quality.disposition": ["date_opened", "reason_id", "vendor_id", "company_id"],
        "mes.quality.disposition.line": ["route", "done_qty", "unit_cost", "disposition_id"],
        "mrp.production": ["mes_disposition_line_id"],
        "mrp.workorder": ["duration", "production_id", "workcenter_id"],
        "account.move.line": ["mes_disposition_line_id", "balance", "parent_state"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, line.disposition_id, disposition.date_opened AS date, disposition.reason_id,
                   COALESCE(origin.partner_id, disposition.vendor_id) AS vendor_id, line.product_id, line.lot_id,
                   line.route, line.company_id, line.done_qty AS quantity,
                   CASE WHEN line.route = 'scrap' THEN line.done_qty * line.unit_cost ELSE 0 END AS scrap_value,
                   COALESCE(work.hours, 0) AS rework_hours, COALESCE(work.cost, 0) AS rework_cost,
                   COALESCE(credit.amount, 0) AS credit,
                   CASE WHEN line.route IN ('scrap', 'return') THEN line.done_qty * line.unit_cost ELSE 0 END
                   + COALESCE(work.cost, 0) - COALESCE(credit.amount, 0) AS cost
              FROM mes_quality_disposition_line line
              JOIN mes_quality_disposition disposition ON disposition.id = line.disposition_id
         LEFT JOIN mes_quality_origin origin ON origin.id = line.origin_id AND line.route = 'return'
         LEFT JOIN (
                    SELECT production.mes_disposition_line_id AS line_id, SUM(workorder.duration) / 60.0 AS hours,
                           SUM(workorder.duration / 60.0
                               * COALESCE(NULLIF(workorder.costs_hour, 0), center.costs_hour)) AS cost
                      FROM mrp_production production
                      JOIN mrp_workorder workorder ON workorder.production_id = production.id
                      JOIN mrp_workcenter center ON center.id = workorder.workcenter_id
                     WHERE production.mes_disposition_line_id IS NOT NULL
                  GROUP BY production.mes_disposition_line_id
                   ) work ON work.line_id = line.id
         LEFT JOIN (
                    SELECT mes_disposition_line_id AS line_id, -SUM(balance) AS amount
                      FROM account_move_line
                     WHERE mes_disposition_line_id IS NOT NULL AND parent_state = 'posted'
                  GROUP BY mes_disposition_line_id
                   ) credit ON credit.line_id = line.id
             WHERE line.done_qty > 0
            """
        )


class MesQualityVendorScore(models.Model):
    """A row for each vendor, product and month: what came, and how much of it was rejected."""

    _name = "mes.quality.vendor.score"
    _description = "Vendor Scorecard"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Vendor", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date("Month Received", readonly=True)
    lots = fields.Integer(readonly=True)
    lots_rejected = fields.Integer("Bad Lots", readonly=True)
    quantity = fields.Float("Received", digits="Product Unit", readonly=True)
    rejected_qty = fields.Float("Rejected", digits="Product Unit", readonly=True)
    ppm = fields.Float("PPM", aggregator="avg", digits=(16, 0), readonly=True, help="Rejected ÷ received × 1,000,000.")
    days_to_resolve = fields.Float(
        "Days",
        aggregator="avg",
        digits=(16, 1),
        readonly=True,
        help="From the hold to the end of its disposition, on average.",
    )
    open_count = fields.Integer("Open", readonly=True)

    _depends = {
        "mes.quality.origin": ["lot_id", "partner_id", "product_id", "quantity", "date", "company_id"],
        "mes.quality.hold": ["lot_id", "level", "quantity", "disposition_id"],
        "mes.quality.disposition": ["state", "date_done", "hold_id"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(origin.id) AS id, origin.partner_id, origin.product_id, origin.company_id,
                   date_trunc('month', origin.date)::date AS date,
                   COUNT(DISTINCT COALESCE(origin.lot_id, -origin.id)) AS lots,
                   COUNT(DISTINCT origin.lot_id) FILTER (WHERE rejected.lot_id IS NOT NULL) AS lots_rejected,
                   SUM(origin.quantity) AS quantity,
                   SUM(LEAST(COALESCE(rejected.quantity, 0), origin.quantity)) AS rejected_qty,
                   SUM(LEAST(COALESCE(rejected.quantity, 0), origin.quantity)) * 1000000.0
                   / NULLIF(SUM(origin.quantity), 0) AS ppm,
                   AVG(rejected.days) AS days_to_resolve, COALESCE(SUM(rejected.open), 0)::int AS open_count
              FROM mes_quality_origin origin
         LEFT JOIN (
                    SELECT hold.lot_id, SUM(hold.quantity) AS quantity,
                           AVG(EXTRACT(EPOCH FROM disposition.date_done - hold.date_held) / 86400.0)
                               FILTER (WHERE disposition.state = 'done') AS days,
                           COUNT(*) FILTER (WHERE disposition.state IN ('draft', 'review', 'approved')) AS open
                      FROM mes_quality_hold hold
                 LEFT JOIN mes_quality_disposition disposition ON disposition.hold_id = hold.id
                     WHERE hold.level = 'rejected' AND hold.lot_id IS NOT NULL
                       AND (disposition.state IS NULL OR disposition.state != 'cancelled')
                  GROUP BY hold.lot_id
                   ) rejected ON rejected.lot_id = origin.lot_id
             WHERE origin.partner_id IS NOT NULL
          GROUP BY origin.partner_id, origin.product_id, origin.company_id, date_trunc('month', origin.date)
            """
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "ppm:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(SUM(%(rejected)s) * 1000000.0 / NULLIF(SUM(%(received)s), 0), 0)",
            rejected=self._field_to_sql(self._table, "rejected_qty", query),
            received=self._field_to_sql(self._table, "quantity", query),
        )
