"""ABC by what a product costs a year, XYZ by how evenly it is needed."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.classes import get_abc, get_xyz

ABC = [("A", "A"), ("B", "B"), ("C", "C")]
XYZ = [("X", "X"), ("Y", "Y"), ("Z", "Z")]
PERIODS, PERIOD_DAYS = 13, 28  # a year in whole weeks, so that the days of the week weigh alike


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_abc = fields.Selection(
        ABC,
        "ABC Class",
        company_dependent=True,
        readonly=True,
        help="A: the products that make up the first 80 % of the cost of all that was sold or used in a year; B: the "
        "next 15 %; C: the rest. Found anew each night.",
    )
    mes_xyz = fields.Selection(
        XYZ,
        "XYZ Class",
        company_dependent=True,
        readonly=True,
        help="By what was sold or used in each of 13 periods of 28 days: X where the standard deviation is up to half "
        "the mean (steady), Y up to the mean (changing), Z above it or without use. Found anew each night.",
    )

    @api.model
    def _mes_refresh_classes(self):
        """Put the products of the current company into their classes; what changes none writes nothing."""
        found = defaultdict(list)
        for product_id, classes in self._mes_find_classes().items():
            found[classes].append(product_id)
        for (abc, xyz), product_ids in found.items():
            products = self.sudo().browse(product_ids)
            products.filtered(lambda product, abc=abc: product.mes_abc != abc).mes_abc = abc
            products.filtered(lambda product, xyz=xyz: product.mes_xyz != xyz).mes_xyz = xyz

    @api.model
    def _mes_find_classes(self):
        """Return ``{product id: (ABC, XYZ)}`` of the products that are on hand or were ever used; one statement."""
        demands, values = defaultdict(lambda: [0.0] * PERIODS), {}
        for product_id, price, period, quantity in self._mes_read_demand():
            values[product_id] = values.get(product_id, 0.0) + (quantity or 0) * (price or 0)
            demand = demands[product_id]
            if period is not None:
                demand[period] += quantity
        abc = get_abc(values)
        return {product_id: (abc[product_id], get_xyz(demand)) for product_id, demand in demands.items()}

    @api.model
    def _mes_read_demand(self):
        """Return ``[(product id, cost, number of the period or None, quantity or None)]`` of a year."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT item.product_id, (product.standard_price ->> %(company)s::text)::float, used.period,
                       used.quantity::float
                  FROM (
                        SELECT quant.product_id FROM stock_quant quant
                          JOIN stock_location place ON place.id = quant.location_id
                         WHERE quant.company_id = %(company)s AND place.usage IN ('internal', 'transit')
                     UNION
                        SELECT line.product_id FROM stock_move_line line
                         WHERE line.company_id = %(company)s AND line.mes_flow = 'issue' AND line.state = 'done'
                       ) item
                  JOIN product_product product ON product.id = item.product_id
             LEFT JOIN (
                        SELECT line.product_id, SUM(line.quantity_product_uom) AS quantity,
                               FLOOR(EXTRACT(EPOCH FROM line.date - %(since)s) / 86400 / %(days)s)::int AS period
                          FROM stock_move_line line
                         WHERE line.company_id = %(company)s AND line.mes_flow = 'issue' AND line.state = 'done'
                           AND line.date >= %(since)s AND line.date < %(now)s
                      GROUP BY 1, 3
                       ) used ON used.product_id = item.product_id
                """,
                company=self.env.company.id,
                days=PERIOD_DAYS,
                now=fields.Datetime.now(),
                since=fields.Datetime.now() - timedelta(days=PERIODS * PERIOD_DAYS),
            )
        )
