"""Each figure of the clearance board: how it is computed, and the records behind it."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.mes_quality.replica import fresh

# Which records stand behind a figure: the name of a method `_get_<name>_records`.
SOURCES = {
    **dict.fromkeys(("stock", "total", "orders"), "backlog"),
    **dict.fromkeys(("open", "claimed"), "open"),
    **dict.fromkeys(("overdue", "overdue_value"), "overdue"),
    **dict.fromkeys(("mine", "mine_value"), "mine"),
    **dict.fromkeys(("cleared", "recovered", "spent", "net", "ratio"), "result"),
    **dict.fromkeys(("count", "value"), "route"),
    "month_opened": "opened",
    **dict.fromkeys(("month_closed", "month_cleared", "month_recovered"), "closed"),
    "month_backlog": "noted",
}


class MesAgingClearanceBoard(models.AbstractModel):
    _inherit = "mes.aging.clearance.board"

    # -- formulas -----------------------------------------------------------------------------------------------

    @api.model
    def _get_formulas(self):
        """Return ``{figure: {label, formula, parts}}``; parts: ``[(sign, figure)]`` whose sum the figure is."""
        texts = {
            **self._get_backlog_formulas(),
            **self._get_case_formulas(),
            **self._get_result_formulas(),
            **self._get_month_formulas(),
        }
        return {
            figure: {"label": label, "formula": formula, "parts": parts[0] if parts else []}
            for figure, (label, formula, *parts) in texts.items()
        }

    @api.model
    def _get_backlog_formulas(self):
        return {
            "stock": (
                self.env._("Backlog on hand"),
                self.env._(
                    "What is on hand for at least the age limit of its policy (without one: longer than the last age "
                    "bucket) × its current cost."
                ),
            ),
            "orders": (
                self.env._("In open orders"),
                self.env._(
                    "Components used so far × current cost, of orders that began as long ago as the age limit says and "
                    "aren't finished."
                ),
            ),
            "total": (
                self.env._("Backlog"),
                self.env._("Against the target of this kind in the settings of Inventory."),
                [("+", "stock"), ("+", "orders")],
            ),
        }

    @api.model
    def _get_case_formulas(self):
        claimed = self.env._("Sum of (quantity − cleared − gone otherwise) × unit cost when the case was opened.")
        return {
            "open": (self.env._("Open cases"), self.env._("To decide, or in progress.")),
            "claimed": (self.env._("Still to clear"), claimed),
            "overdue": (self.env._("Overdue"), self.env._("Open cases whose deadline was before today.")),
            "overdue_value": (self.env._("Overdue, still to clear"), claimed),
            "mine": (self.env._("My cases"), self.env._("Open cases that you own.")),
            "mine_value": (self.env._("Mine, still to clear"), claimed),
            "count": (
                self.env._("Cases"),
                self.env._("Open cases with a planned or begun route of this kind; one with several stands on each."),
            ),
            "value": (
                self.env._("Still to clear by this route"),
                self.env._("Sum of what is open on these routes × unit cost when the case was opened."),
            ),
        }

    @api.model
    def _get_result_formulas(self):
        return {
            "cleared": (
                self.env._("Book value cleared"),
                self.env._(
                    "Cleared by routes × unit cost when the case was opened: of open cases, and of those closed in "
                    "these twelve months."
                ),
            ),
            "recovered": (
                self.env._("Recovered"),
                self.env._("What the documents of the same cases brought, without taxes."),
            ),
            "spent": (self.env._("Spent"), self.env._("Fees, work and parts of the documents of the same cases.")),
            "net": (
                self.env._("Net recovered"),
                self.env._("Of open cases, and of those closed in these twelve months."),
                [("+", "recovered"), ("-", "spent")],
            ),
            "ratio": (
                self.env._("Recovered against book"),
                self.env._("Net recovered ÷ book value cleared, in percent."),
            ),
        }

    @api.model
    def _get_month_formulas(self):
        return {
            "month_opened": (self.env._("Opened"), self.env._("Cases opened in the month.")),
            "month_closed": (self.env._("Closed"), self.env._("Cases cleared or given up in the month.")),
            "month_cleared": (
                self.env._("Cleared"),
                self.env._("Book value of the cases closed in the month: cleared by routes × unit cost at opening."),
            ),
            "month_recovered": (
                self.env._("Recovered"),
                self.env._("What the documents of the cases closed in the month brought, without taxes."),
            ),
            "month_backlog": (
                self.env._("Backlog"),
                self.env._("Value of the backlog on hand on the first day of the month that was noted."),
            ),
        }

    # -- records ------------------------------------------------------------------------------------------------

    @api.model
    @api.readonly
    @fresh
    def get_records(self, figure, kind=False, bucket=False, route=False, month=False):
        """Return the action that opens the records behind a figure.

        :param str figure: a key of `get_board`'s ``figures``
        :param str kind: of the backlog
        :param str bucket: of the backlog; without it all ages
        :param str route: of open cases; without it those that have none yet
        :param str month: first day of a month
        :return: an ``ir.actions.act_window``
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users without the role
        :raises odoo.exceptions.UserError: for a figure that the board doesn't have
        """
        self._check_role()
        if figure not in SOURCES:
            raise self.env["mes.aging.message"]._error("board_figure", figure=figure)
        chosen = {"kind": kind, "bucket": bucket, "route": route, "month": fields.Date.to_date(month)}
        model, domain = getattr(self, f"_get_{SOURCES[figure]}_records")(figure, **chosen)
        return {
            "type": "ir.actions.act_window",
            "name": self._get_formulas()[figure]["label"],
            "res_model": model,
            "domain": list(domain),
            "views": [[False, "list"], [False, "form"]],
            "target": "current",
        }

    @api.model
    def _get_backlog_records(self, figure, kind, bucket, **_more):
        """Work in progress lies in stock and in open orders: the whole opens the one that there is."""
        stock = Domain("is_backlog", "=", True) & (Domain("bucket", "=", bucket) if bucket else Domain.TRUE)
        orders = figure == "orders"
        if figure == "total" and kind == "wip":
            orders = not self.env["mes.aging.layer"].search_count(stock & Domain("kind", "=", kind), limit=1)
        return ("mes.aging.order", stock) if orders else ("mes.aging.layer", stock & Domain("kind", "=", kind))

    @api.model
    def _get_open_records(self, _figure, **_more):
        return "mes.aging.clearance", self._get_open_domain()

    @api.model
    def _get_overdue_records(self, _figure, **_more):
        return "mes.aging.clearance", self._get_open_domain() & Domain("is_overdue", "=", True)

    @api.model
    def _get_mine_records(self, _figure, **_more):
        return "mes.aging.clearance", self._get_open_domain() & Domain("user_id", "=", self.env.uid)

    @api.model
    def _get_result_records(self, _figure, **_more):
        months = self._get_months()
        closed = self._get_month_domain("date_done", months[0], len(months))
        return "mes.aging.clearance", self._get_open_domain() | closed

    @api.model
    def _get_route_records(self, _figure, route, **_more):
        share = self._spread(self._read_open_cases(), self.env["res.company"]._mes_get_rates()).get(route or None)
        return "mes.aging.clearance", Domain("id", "in", share.cases if share else [])

    @api.model
    def _get_opened_records(self, _figure, month, **_more):
        return "mes.aging.clearance", self._get_month_domain("date_opened", month)

    @api.model
    def _get_closed_records(self, _figure, month, **_more):
        return "mes.aging.clearance", self._get_month_domain("date_done", month)

    @api.model
    def _get_noted_records(self, _figure, month, **_more):
        noted = self._read_noted([month], self.env["res.company"]._mes_get_rates()).get(month)
        days = noted.days.items() if noted else ()
        first = Domain.OR(Domain("company_id", "=", company) & Domain("date", "=", day) for company, day in days)
        return "mes.aging.snapshot", first & Domain("backlog_value", ">", 0)
