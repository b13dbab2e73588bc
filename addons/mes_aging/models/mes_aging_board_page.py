"""A page of the board: the database judges, sorts and sums up all products, and only a page of them comes back."""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.board import ORDERS, STATUSES
from ..tools.figures import EPSILON, ISSUE_DAYS, Figures


class Page(NamedTuple):
    """Rows of the board, and the sums of all rows that they are chosen from."""

    found: list[tuple[int, Figures]]  # product ids with their figures, sorted
    count: int  # rows of the statuses that were asked for
    counts: dict[str, int]  # of all statuses
    value: float
    excess_value: float


class MesAgingBoard(models.AbstractModel):
    _inherit = "mes.aging.board"

    @api.model
    def _get_page(
        self, domain, days=None, warehouse_id=False, order="status", buyer_id=False, statuses=STATUSES, **cut
    ):
        """Return a `Page` of the products of a domain that have one of these statuses.

        :param cut: ``offset`` and ``limit`` of the rows, after sorting
        """
        if order.removeprefix("-") not in ORDERS:
            raise self.env["mes.aging.message"]._error("board_order", order=order, known=", ".join(ORDERS))
        named = self._get_named_query(domain, buyer_id)
        days, warehouses = self._get_days(days), self._get_warehouse(warehouse_id)
        Model = self.env["mes.aging.figures"]
        if warehouses is None:
            warehouses = Model._get_warehouses()
        if not warehouses:
            return Page([], 0, dict.fromkeys(STATUSES, 0), 0.0, 0.0)
        Model._flush_figures()
        figures = Model._get_figures_query(SQL("SELECT id FROM named"), days, warehouses, False)
        rows = self.env.execute_query(self._get_page_query(figures, named, len(days), order, statuses, **cut))
        found = [(row[1], Model._unpack(row[3:-4], days)) for row in rows if row[1]]
        return Page(found, *self._sum_up(rows[0][0] or [], statuses))

    @api.model
    def _get_statuses(self, status):
        """Return the statuses to show: what isn't there and isn't needed only when that is asked for."""
        return [status] if status else [name for name in STATUSES if name != "none"]

    @api.model
    def _get_named_query(self, domain, buyer_id=False):
        """Return the query of the products: ``id``, and ``rank`` in the order of their names."""
        domain = self._get_product_domain(domain)
        if buyer_id:
            bought = [product_id for product_id, user_id in self._get_buyers().items() if user_id == buyer_id]
            domain &= Domain("id", "in", bought)
        Product = self.env["product.product"]
        query = Product._search(domain, order=Product._order)
        return SQL("SELECT id, ROW_NUMBER() OVER () AS rank FROM (%s) found", query.select())

    @api.model
    def _sum_up(self, totals, statuses):
        """Return count, counts, value and value of the excess, from ``[[status, products, value, excess value]]``."""
        counts = {**dict.fromkeys(STATUSES, 0), **{status: count for status, count, *_values in totals}}
        count = sum(counts[status] for status in statuses if status in counts)
        return count, counts, sum(row[2] for row in totals), sum(row[3] for row in totals)

    # -- the statement ------------------------------------------------------------------------------------------

    @api.model
    def _get_page_query(self, figures, named, count, order, statuses, offset=0, limit=None):
        """Return the statement: in each row all totals, then a product with its figures; one row of totals at least.

        :param figures: the statement of `mes.aging.figures`
        :param named: the query of the products and their rank, which is the order of equals
        :param count: number of horizons
        """
        reverse = SQL("DESC") if order.startswith("-") else SQL("ASC")
        return SQL(
            """
            WITH named AS MATERIALIZED (%(named)s), figure AS MATERIALIZED (%(figures)s),
            judged AS MATERIALIZED (%(judged)s),
            total AS (
                SELECT status, COUNT(*) AS count, SUM(value) AS value, SUM(excess_value) AS excess_value
                  FROM judged GROUP BY status
            ),
            page AS (
                SELECT judged.* FROM judged
                  JOIN named ON named.id = judged.product_id
                 WHERE judged.status = ANY(%(statuses)s)
              ORDER BY %(keys)s, named.rank %(reverse)s
                 LIMIT %(limit)s OFFSET %(offset)s
            )
            SELECT totals.list, page.*
              FROM (SELECT json_agg(json_build_array(status, count, value, excess_value)) AS list FROM total) totals
         LEFT JOIN page ON TRUE
            """,
            figures=figures,
            judged=self._get_judged_query(count),
            named=named,
            statuses=list(statuses),
            keys=SQL(", ").join(SQL("%s %s", key, reverse) for key in self._get_sort_keys(order.removeprefix("-"))),
            reverse=reverse,
            limit=limit or None,
            offset=offset,
        )

    @api.model
    def _get_judged_query(self, count):
        """Return the query that adds cover, excess, its value and the status to ``figure``: as `tools/figures.py`."""
        near, far = SQL.identifier("demand_0"), SQL.identifier(f"demand_{count - 1}")
        return SQL(
            """
            SELECT figure.*,
                   CASE WHEN free <= %(noise)s THEN 0
                        WHEN used_up_days IS NOT NULL THEN used_up_days
                        WHEN issued <= %(noise)s THEN 'Infinity'
                        ELSE last_demand_days + (free - demand_all) / issued * %(days)s END::float8 AS cover_days,
                   excess,
                   CASE WHEN excess > 0 THEN value * excess / on_hand ELSE 0 END AS excess_value,
                   CASE WHEN rest < -%(noise)s THEN 'short'
                        WHEN safety - rest > %(noise)s THEN 'low'
                        WHEN excess > 0 AND demand_all + issued > %(noise)s THEN 'over'
                        WHEN excess > 0 THEN 'dead'
                        WHEN on_hand <> 0 OR held <> 0 OR demand_all <> 0 OR safety <> 0 THEN 'ok'
                        ELSE 'none' END AS status
              FROM figure
        CROSS JOIN LATERAL (SELECT on_hand - registered - held AS free) AS a
        CROSS JOIN LATERAL (
                    SELECT free + incoming_0 - %(near)s AS rest,
                           CASE WHEN free - (%(far)s + safety) > %(noise)s THEN free - (%(far)s + safety)
                                ELSE 0 END AS excess
                   ) AS b
            """,
            near=near,
            far=far,
            noise=EPSILON,
            days=ISSUE_DAYS,
        )

    @api.model
    def _get_sort_keys(self, order):
        """Return the expressions by which rows are sorted, the least first; see `tools/board.py`."""
        worst = SQL("array_position(%s::text[], status)", list(STATUSES))
        return {
            "status": [worst, SQL("CASE WHEN status IN ('dead', 'over') THEN -excess_value ELSE cover_days END")],
            "cover": [SQL("status = 'none'"), SQL("cover_days")],
            "value": [SQL("-value")],
            "excess": [SQL("-excess_value"), SQL("-excess")],
            "name": [SQL("named.rank")],
        }[order]
