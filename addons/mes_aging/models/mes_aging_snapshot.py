"""What was on hand each day, so that it can be seen whether backlog grows or shrinks."""

from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.mes_quality.replica import fresh

from ..const import KINDS
from .product_classes import ABC, XYZ

BATCH = 500
STOCKS = ("quantity", "value", "backlog_quantity", "backlog_value")  # what is there, unlike what happens
KEPT_DAYS = 92  # after that only the first day of each month is kept


class MesAgingSnapshot(models.Model):
    """One row for each company, product and day on which it was on hand or used within a year.

    The daily run takes the products that have no row yet, in batches, and commits each. Killed at any point and run
    again on the same day it goes on where it was; the row of a day is never written twice.
    """

    _name = "mes.aging.snapshot"
    _description = "Stock of a Day"
    _order = "date desc, value desc, id"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True)
    categ_id = fields.Many2one("product.category", readonly=True, index="btree_not_null", help="On that day.")
    kind = fields.Selection(KINDS, readonly=True, help="On that day.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity = fields.Float("On Hand", digits="Product Unit", readonly=True, help="In the product's unit.")
    value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="Quantity × cost of that day, without others' stock. Of several days: the average.",
    )
    backlog_quantity = fields.Float("Backlog", digits="Product Unit", readonly=True)
    backlog_value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="Value of what is older than the limit of its policy; without one, than the last limit of the age "
        "buckets. Of several days: the average.",
    )
    issued_quantity = fields.Float(
        "Sold or Used",
        digits="Product Unit",
        readonly=True,
        help="In the days (UTC) from the row before until yesterday; in the first row: yesterday.",
    )
    issued_value = fields.Monetary(readonly=True, aggregator="sum", help="Quantity sold or used × cost of that day.")
    turnover = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Times a year = cost of what was sold or used in the last 365 days ÷ average value on hand in these days, "
        "both at current cost, from the done stock moves.",
    )
    coverage_days = fields.Float(
        "Coverage (Days)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="On hand ÷ average sold or used a day in the last 365 days. Zero where nothing was: see the turnover.",
    )
    abc = fields.Selection(ABC, "ABC", readonly=True, help="By cost of what was sold or used in a year.")
    xyz = fields.Selection(XYZ, "XYZ", readonly=True, help="By how evenly it was sold or used.")

    _product_day = models.Constraint("UNIQUE (company_id, product_id, date)", "The stock of a day is noted once.")
    _day_idx = models.Index("(company_id, date)")

    # -- the daily run ------------------------------------------------------------------------------------------

    @api.model
    def _cron_take(self):
        """Note the stock of today, and put products into their classes."""
        companies = self.env["stock.warehouse"].search([("company_id", "!=", False)]).company_id
        today = fields.Date.context_today(self.with_context(tz="UTC"))
        self.env["product.product"]._mes_refresh_kinds()
        self.env.flush_all()
        commit = self.env["ir.cron"]._commit_progress
        missing = {company: self._find_missing(company, today) for company in companies}
        commit(remaining=sum(map(len, missing.values())) + len(companies))
        for company, product_ids in missing.items():
            self.env["product.product"].with_company(company)._mes_refresh_classes()
            if not commit(1):
                return
            for start in range(0, len(product_ids), BATCH):
                batch = product_ids[start : start + BATCH]
                self._take(company, self.env["product.product"].browse(batch), today)
                if not commit(len(batch)):
                    return

    @api.model
    def _find_missing(self, company, date):
        """Return the ids of the products of a company that are on hand or were used, and have no row of ``date``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id
                  FROM product_product product
                 WHERE (EXISTS (SELECT FROM stock_quant quant
                                  JOIN stock_location place ON place.id = quant.location_id
                                 WHERE quant.product_id = product.id AND quant.company_id = %(company)s
                                   AND place.usage IN ('internal', 'transit') AND quant.quantity != 0)
                        OR EXISTS (SELECT FROM stock_move_line line
                                    WHERE line.product_id = product.id AND line.mes_flow = 'issue'
                                      AND line.date >= %(since)s AND line.company_id = %(company)s
                                      AND line.state = 'done'))
                   AND NOT EXISTS (SELECT FROM mes_aging_snapshot seen
                                    WHERE seen.product_id = product.id AND seen.company_id = %(company)s
                                      AND seen.date = %(date)s)
              ORDER BY product.id
                """,
                company=company.id,
                date=date,
                since=date - timedelta(days=365),
            )
        )
        return [product_id for (product_id,) in rows]

    @api.model
    def _take(self, company, products, date):
        """Note the stock of these products, in a few statements."""
        model = self.with_company(company)
        products = products.with_company(company)
        figures = {
            "stock": model._read_stock(company, products),
            "backlog": model._read_backlog(company, products),
            "issued": model._read_issued(company, products, date),
            "turnover": model._get_turnover(products),
            "used": model._read_used(products, 365),
        }
        return self.create([model._prepare_vals(company, product, date, figures) for product in products])

    def _prepare_vals(self, company, product, date, figures):
        quantity, value = figures["stock"].get(product.id, (0, 0))
        backlog_quantity, backlog_value = figures["backlog"].get(product.id, (0, 0))
        issued, used = figures["issued"].get(product.id, 0), figures["used"].get(product.id, 0)
        return {
            "company_id": company.id,
            "product_id": product.id,
            "date": date,
            "categ_id": product.categ_id.id,
            "kind": product.mes_aging_kind,
            "quantity": quantity,
            "value": value,
            "backlog_quantity": backlog_quantity,
            "backlog_value": backlog_value,
            "issued_quantity": issued,
            "issued_value": issued * product.standard_price,
            "turnover": figures["turnover"].get(product.id, 0),
            "coverage_days": max(quantity, 0) / used * 365 if used > 0 else 0,
            "abc": product.mes_abc,
            "xyz": product.mes_xyz,
        }

    # -- what is read -------------------------------------------------------------------------------------------

    def _get_layers(self, products):
        """Return the layer model, restricted to these products."""
        return self.env["mes.aging.layer"].sudo().with_context(mes_layer_product_ids=products.ids)

    def _read_stock(self, company, products, *more):
        """Return ``{product id: (on hand, value)}`` of a company's layers."""
        domain = [("product_id", "in", products.ids), ("company_id", "=", company.id), *more]
        groups = self._get_layers(products)._read_group(domain, ["product_id"], ["quantity:sum", "value:sum"])
        return {product.id: (quantity, value) for product, quantity, value in groups}

    def _read_backlog(self, company, products):
        """Return ``{product id: (quantity, value)}`` of what has reached its limit."""
        found, by_limit = {}, defaultdict(list)
        limits = self.env["mes.aging.layer"]._get_backlog_limits(company, products.ids)
        for product_id, limit in limits.items():
            by_limit[limit].append(product_id)
        for limit, product_ids in by_limit.items():
            some = products.browse(product_ids)
            found.update(self._read_stock(company, some, ("age_days", ">=", limit), ("quantity", ">", 0)))
        return found

    def _read_issued(self, company, products, date):
        """Return ``{product id: quantity}`` sold or used since the row before, until yesterday."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, SUM(line.quantity_product_uom)::float
                  FROM stock_move_line line
             LEFT JOIN (SELECT product_id, MAX(date) AS date FROM mes_aging_snapshot
                         WHERE company_id = %(company)s AND product_id = ANY(%(products)s) AND date < %(date)s
                      GROUP BY product_id) before ON before.product_id = line.product_id
                 WHERE line.product_id = ANY(%(products)s) AND line.company_id = %(company)s AND line.state = 'done'
                   AND line.mes_flow = 'issue' AND line.date < %(date)s
                   AND line.date >= COALESCE(before.date, %(date)s::date - 1)
              GROUP BY line.product_id
                """,
                products=products.ids,
                company=company.id,
                date=date,
            )
        )
        return dict(rows)

    @api.model
    def _read_used(self, products, days):
        """Return ``{product id: quantity}`` that the current company sold or used in the last ``days``."""
        lines = self.env["stock.move.line"].sudo()
        groups = lines._read_group(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.env.company.id),
                ("mes_flow", "=", "issue"),
                ("state", "=", "done"),
                ("date", ">=", fields.Datetime.now() - timedelta(days=days)),
            ],
            ["product_id"],
            ["quantity_product_uom:sum"],
        )
        return {product.id: quantity for product, quantity in groups}

    @api.model
    def _get_turnover(self, products, days=365):
        """Return how often each product turns over in a year, in the current company.

        Turnover = cost of what was sold or used in these days ÷ average value on hand in these days × 365 ÷ days. Both
        are taken at current cost, which falls out, so it is quantity ÷ average quantity. Source: the done stock move
        lines that cross the border of the company's stock, and what is on hand now: the average is exact, by time,
        from the first day on. What others own is left out.

        :return: ``{product id: float}``; a product that had no stock on average is missing
        :rtype: dict
        """
        now = fields.Datetime.now()
        self.env["stock.move.line"].flush_model()
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id, COALESCE(flow.issued, 0)::float,
                       (COALESCE(stock.quantity, 0) - COALESCE(flow.weighted, 0))::float
                  FROM unnest(%(products)s::int[]) product (id)
             LEFT JOIN (SELECT quant.product_id, SUM(quant.quantity) AS quantity
                          FROM stock_quant quant
                          JOIN stock_location place ON place.id = quant.location_id
                         WHERE quant.product_id = ANY(%(products)s) AND quant.company_id = %(company)s
                           AND place.usage IN ('internal', 'transit') AND quant.owner_id IS NULL
                      GROUP BY quant.product_id) stock ON stock.product_id = product.id
             LEFT JOIN (SELECT line.product_id,
                               SUM(line.quantity_product_uom) FILTER (WHERE line.mes_flow = 'issue') AS issued,
                               SUM(CASE WHEN line.mes_flow IN ('supply', 'gain') THEN line.quantity_product_uom
                                        ELSE -line.quantity_product_uom END
                                   * EXTRACT(EPOCH FROM line.date - %(since)s) / %(seconds)s) AS weighted
                          FROM stock_move_line line
                         WHERE line.product_id = ANY(%(products)s) AND line.company_id = %(company)s
                           AND line.mes_flow IS NOT NULL AND line.state = 'done' AND line.owner_id IS NULL
                           AND line.date >= %(since)s AND line.date <= %(now)s
                      GROUP BY line.product_id) flow ON flow.product_id = product.id
                """,
                products=products.ids,
                company=self.env.company.id,
                now=now,
                since=now - timedelta(days=days),
                seconds=days * 86400,
            )
        )
        return {key: issued / average * 365 / days for key, issued, average in rows if average > 1e-6}

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """What was there on several days is averaged over them: a stock isn't there once more each day."""
        select = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        if name not in STOCKS or not function.startswith("sum"):
            return select
        return SQL("%s / NULLIF(COUNT(DISTINCT %s), 0)", select, self._field_to_sql(self._table, "date", query))

    # -- what is told -------------------------------------------------------------------------------------------

    @api.model
    @api.readonly
    @fresh
    def get_trend(self, date_from=False, date_to=False, domain=None):
        """Return how the backlog changed between two days that were noted, in the companies of the user.

        :param date_from: first day, by default 30 days before the last one; the nearest day noted from then on
        :param date_to: last day, by default today; the nearest day noted until then
        :param domain: which rows, for example ``[("kind", "=", "finished")]``
        :return: ``{'date_from', 'date_to', 'value_from', 'value_to', 'change'}``: backlog values in the currency of
            the current company, `change` in percent or False; an empty dict when no day was noted
        :rtype: dict
        """
        self.env["mes.quality.message"]._check_parameters(self, domain, date_from=date_from, date_to=date_to)
        date_to = fields.Date.to_date(date_to) or fields.Date.today()
        date_from = fields.Date.to_date(date_from) or date_to - timedelta(days=30)
        base = [("company_id", "in", self.env.companies.ids)]
        within = [*base, ("date", ">=", date_from), ("date", "<=", date_to)]
        first, last = self._read_group(within, [], ["date:min", "date:max"])[0]
        if not first:
            return {}
        values = self._read_days([*base, *(domain or []), ("date", "in", [first, last])], "backlog_value")
        [before], [after] = values.get(first, [0.0]), values.get(last, [0.0])
        return {
            "date_from": first,
            "date_to": last,
            "value_from": before,
            "value_to": after,
            "change": (after - before) / before * 100 if before else False,
        }

    @api.model
    def _read_days(self, domain, *names):
        """Return the sums of these amounts on each day, of all companies in the currency of the current one.

        Rates are those of today, so that a trend is one of stock and not of rates.

        :return: ``{date: [sum, ...]}``, by date
        :rtype: dict
        """
        rates = self.env["res.company"]._mes_get_rates()
        found = {}
        groups = self._read_group(
            domain, ["date:day", "company_id"], [f"{name}:sum" for name in names], order="date:day, company_id"
        )
        for day, company, *sums in groups:
            total = found.setdefault(fields.Date.to_date(day), [0.0] * len(names))
            total[:] = [before + more * rates[company.id] for before, more in zip(total, sums, strict=True)]
        return found

    @api.autovacuum
    def _gc_old(self):
        """Thin out: of days long past only the first one of each month is kept."""
        limit = fields.Date.today() - relativedelta(days=KEPT_DAYS)
        self.env.cr.execute(
            SQL("DELETE FROM mes_aging_snapshot WHERE date < %s AND EXTRACT(DAY FROM date) != 1", limit)
        )
        self.invalidate_model()
