"""What the clearance board shows: backlog against its targets, the cases that clear it, and how it went for a year."""

from collections import defaultdict
from datetime import date, datetime, time
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.mes_quality.replica import fresh

from ..const import OPEN_CLEARANCE_STATES
from ..tools.clearance_board import Claim, spread

MONTHS = 12
SOURCES = ("stock", "orders")
COLUMNS = ("bucket", "company_id", "value")
RESULTS = ("cleared_value", "recovered_value", "cost_value")


class Noted(NamedTuple):
    """The backlog at the beginning of a month."""

    days: dict[int, date]  # on which day each company noted it
    value: float


class MesAgingClearanceBoard(models.AbstractModel):
    """The backlog of the user's companies and its cases. Money is in the currency of the current company.

    A handful of queries, however many cases there are: see `get_board`.
    """

    _name = "mes.aging.clearance.board"
    _description = "Clearance Board"

    @api.model
    @api.readonly
    @fresh
    def get_board(self):
        """Return the whole board; values in the current company's currency, at today's rate.

        :return: ``{server_time (UTC), currency_id, figures ({figure: {label, formula, parts}}), kinds: [{kind, label,
            stock, orders, total, target (0: none), ratio (percent of the target, or False), buckets: [{kind, bucket,
            label, stock, orders}]}], cases: {open, claimed, overdue, overdue_value, mine, mine_value, cleared,
            recovered, spent, net, ratio (net in percent of cleared, or False)}, routes: [{route (False: none yet),
            label, count, value}], months: [{month (its first day), label, opened, closed, cleared, recovered, backlog
            (None: not noted), noted (day)}], the oldest first}``
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users without the role
        """
        self._check_role()
        rates = self.env["res.company"]._mes_get_rates()
        cases = self._read_open_cases()
        months = self._get_months()
        closed = self._read_closed(months, rates)
        return {
            "server_time": fields.Datetime.to_string(fields.Datetime.now()),
            "currency_id": self.env.company.currency_id.id,
            "figures": self._get_formulas(),
            "kinds": self._prepare_kinds(self._read_backlog(rates), rates),
            "cases": {**self._prepare_open(cases, rates), **self._prepare_results(cases, closed, rates)},
            "routes": self._prepare_routes(self._spread(cases, rates)),
            "months": self._prepare_months(months, closed, rates),
        }

    @api.model
    def _check_role(self):
        if not self.env.su and not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            raise AccessError(self.env["mes.aging.message"]._text("clearance_board_role"))

    # -- backlog ------------------------------------------------------------------------------------------------

    @api.model
    def _read_backlog(self, rates):
        """Return ``{(source, kind, bucket): value}`` of what is backlog: on hand, or in orders that have begun."""
        domain = self.env["mes.aging.layer"]._get_backlog_domain()
        queries = [self._get_backlog_query(source, domain) for source in SOURCES]
        rows = self.env.execute_query(
            SQL(
                "SELECT source, kind, bucket, company_id, SUM(value)::float FROM (%s) backlog GROUP BY 1, 2, 3, 4",
                SQL(" UNION ALL ").join(queries),
            )
        )
        found = defaultdict(float)
        for source, kind, bucket, company_id, value in rows:
            found[source, kind, bucket] += value * rates[company_id]
        return found

    @api.model
    def _get_backlog_query(self, source, domain):
        model = self.env["mes.aging.layer" if source == "stock" else "mes.aging.order"]
        query = model._search(domain)
        kind = model._field_to_sql(model._table, "kind", query) if source == "stock" else SQL("'wip'")
        return query.select(
            SQL("%s AS source", source),
            SQL("%s AS kind", kind),
            *(
                SQL("%s AS %s", model._field_to_sql(model._table, name, query), SQL.identifier(name))
                for name in COLUMNS
            ),
        )

    @api.model
    def _prepare_kinds(self, backlog, rates):
        """Return a row for each kind, with its buckets in the order of the days."""
        order = self.env["mes.aging.layer"]._get_bucket_order
        buckets = sorted({bucket for _source, _kind, bucket in backlog}, key=order)
        return [
            self._prepare_kind(kind, label, [self._prepare_bucket(backlog, kind, bucket) for bucket in buckets], rates)
            for kind, label in self.env["mes.aging.clearance"]._fields["kind"]._description_selection(self.env)
        ]

    @api.model
    def _prepare_kind(self, kind, label, buckets, rates):
        target = sum(company[f"mes_backlog_target_{kind}"] * rates[company.id] for company in self.env.companies.sudo())
        sums = {source: sum(bucket[source] for bucket in buckets) for source in SOURCES}
        total = sum(sums.values())
        return {
            "kind": kind,
            "label": label,
            **sums,
            "total": total,
            "target": target,
            "ratio": 100 * total / target if target else False,
            "buckets": [bucket for bucket in buckets if any(bucket[source] for source in SOURCES)],
        }

    @api.model
    def _prepare_bucket(self, backlog, kind, bucket):
        values = {source: backlog.get((source, kind, bucket), 0.0) for source in SOURCES}
        return {"kind": kind, "bucket": bucket, "label": bucket.strip(), **values}

    # -- open cases ---------------------------------------------------------------------------------------------

    @api.model
    def _get_domain(self):
        return Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _get_open_domain(self):
        return self._get_domain() & Domain("state", "in", OPEN_CLEARANCE_STATES)

    @api.model
    def _read_open_cases(self):
        names = ("company_id", "route", "user_id", "date_deadline", "state", "quantity", "cleared_qty", "gone_qty")
        names += ("unit_cost", "claimed_value", *RESULTS)
        return self.env["mes.aging.clearance"].search_fetch(self._get_open_domain(), names)

    @api.model
    def _prepare_open(self, cases, rates):
        mine = cases.filtered(lambda case: case.user_id == self.env.user)
        overdue = cases.filtered("is_overdue")
        return {
            "open": len(cases),
            "claimed": self._sum(cases, "claimed_value", rates),
            "overdue": len(overdue),
            "overdue_value": self._sum(overdue, "claimed_value", rates),
            "mine": len(mine),
            "mine_value": self._sum(mine, "claimed_value", rates),
        }

    @api.model
    def _sum(self, cases, name, rates):
        return sum(case[name] * rates[case.company_id.id] for case in cases)

    @api.model
    def _spread(self, cases, rates):
        """Return ``{route or None: Share}`` of the open cases; one query."""
        lines = self.env["mes.aging.clearance.line"].search_fetch(
            [("clearance_id", "in", cases.ids), ("state", "in", ("draft", "open"))],
            ["clearance_id", "route", "quantity", "done_qty"],
            order="id",
        )
        routes = defaultdict(list)
        for line in lines:
            routes[line.clearance_id.id].append((line.route, line._get_open_qty()))
        return spread(
            Claim(
                case.id,
                case._get_claimed_qty(),
                case.unit_cost * rates[case.company_id.id],
                case.route or None,
                tuple(routes[case.id]),
            )
            for case in cases
        )

    @api.model
    def _prepare_routes(self, shares):
        """Return the routes that cases take, in the order of the list; those that have none come last."""
        labels = dict(self.env["mes.aging.clearance"]._fields["route"]._description_selection(self.env))
        labels[None] = self.env._("No route yet")
        return [
            {"route": route or False, "label": label, "count": len(shares[route].cases), "value": shares[route].value}
            for route, label in labels.items()
            if route in shares
        ]

    # -- what came of it ----------------------------------------------------------------------------------------

    @api.model
    def _get_months(self):
        """Return the first days of the last twelve months, this one included, in the user's time zone."""
        this = fields.Date.context_today(self).replace(day=1)
        return [this - relativedelta(months=number) for number in reversed(range(MONTHS))]

    @api.model
    def _get_moment(self, day):
        """Return the beginning of a day of the user as naive UTC."""
        local = self.env.tz.localize(datetime.combine(day, time()))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_month_domain(self, name, month, count=1):
        """Return the domain of the cases of which a moment lies in a month, or in so many from it on."""
        end = month + relativedelta(months=count)
        within = Domain(name, ">=", self._get_moment(month)) & Domain(name, "<", self._get_moment(end))
        return self._get_domain() & within

    @api.model
    def _read_months(self, name, months, rates, *values):
        """Return ``{month: [cases, sum of each value]}`` of the cases by the month of a moment."""
        Case = self.env["mes.aging.clearance"].with_context(tz=self.env.tz.zone)
        domain = self._get_month_domain(name, months[0], MONTHS)
        groups = Case._read_group(
            domain, [f"{name}:month", "company_id"], ["__count", *(f"{value}:sum" for value in values)]
        )
        found = defaultdict(lambda: [0, *(0.0 for _value in values)])
        for month, company, count, *sums in groups:
            sums = [total * rates[company.id] for total in sums]
            found[fields.Date.to_date(month)] = [
                before + more for before, more in zip(found[fields.Date.to_date(month)], [count, *sums], strict=True)
            ]
        return found

    @api.model
    def _read_closed(self, months, rates):
        return self._read_months("date_done", months, rates, *RESULTS)

    @api.model
    def _prepare_results(self, cases, closed, rates):
        """Return what cases brought that are open, or were closed in these months."""
        running = [self._sum(cases, name, rates) for name in RESULTS]
        ended = [sums for _count, *sums in closed.values()]
        cleared, recovered, spent = (sum(values) for values in zip(running, *ended, strict=True))
        net = recovered - spent
        ratio = 100 * net / cleared if cleared else False
        return {"cleared": cleared, "recovered": recovered, "spent": spent, "net": net, "ratio": ratio}

    @api.model
    def _prepare_months(self, months, closed, rates):
        opened = self._read_months("date_opened", months, rates)
        noted = self._read_noted(months, rates)
        return [
            {
                "month": fields.Date.to_string(month),
                "opened": opened[month][0],
                "closed": closed[month][0],
                "cleared": closed[month][1],
                "recovered": closed[month][2],
                "backlog": noted[month].value if month in noted else None,
                "noted": fields.Date.to_string(min(noted[month].days.values())) if month in noted else False,
            }
            for month in months
        ]

    @api.model
    def _read_noted(self, months, rates):
        """Return ``{month: Noted}`` as the first daily snapshot of each month says; one query.

        Of days long past only the first of the month is kept, so it stands for all months.
        """
        self.env["mes.aging.snapshot"].flush_model(["company_id", "date", "backlog_value"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT month.day::date, first.company_id, first.date, SUM(snapshot.backlog_value)::float
                  FROM unnest(%(months)s::date[]) month (day)
            CROSS JOIN LATERAL (
                        SELECT company.id AS company_id, (
                                SELECT MIN(date) FROM mes_aging_snapshot noted
                                 WHERE noted.company_id = company.id AND noted.date >= month.day
                                   AND noted.date < month.day + INTERVAL '1 month') AS date
                          FROM unnest(%(companies)s::int[]) company (id)
                       ) first
                  JOIN mes_aging_snapshot snapshot ON snapshot.company_id = first.company_id
                                                  AND snapshot.date = first.date
              GROUP BY month.day, first.company_id, first.date
                """,
                months=months,
                companies=self.env.companies.ids,
            )
        )
        found = {}
        for month, company_id, day, value in rows:
            before = found.get(month, Noted({}, 0.0))
            found[month] = Noted({**before.days, company_id: day}, before.value + value * rates[company_id])
        return found
