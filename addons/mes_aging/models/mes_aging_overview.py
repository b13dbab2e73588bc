"""What the overview shows of this application: its set-up, and figures with their formulas and records."""

from odoo import api, fields, models
from odoo.fields import Domain

TREND_DAYS = 30
LIMITS = ("max_age_days", "max_idle_days", "max_cover_days", "min_turnover")


class MesAgingOverview(models.AbstractModel):
    _name = "mes.aging.overview"
    _inherit = "mes.quality.overview"
    _description = "Overview of Inventory Aging"

    @api.model
    def _get_sections(self):
        """Return this application's section in a list; an empty one for users without its role."""
        if not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            return []
        return [
            {
                "key": "mes_aging",
                "name": self.env._("Inventory Aging"),
                "icon": "/mes_aging/static/description/icon.svg",
                "steps": self._get_steps(),
                "mistakes": self._get_mistakes(),
                "tiles": self._get_tiles(),
            }
        ]

    # -- set-up -------------------------------------------------------------------------------------------------

    @api.model
    def _get_steps(self):
        """Return the steps from the installation to the first cleared case."""
        Policy = self.env["mes.aging.policy"]
        users = self.env.ref("mes_aging.mes_aging_group_user").all_user_ids - self.env.user
        return [
            self._prepare_step(
                self.env._("Costs of products"),
                self.env._("Backlog is ranked by value: stock without a cost counts nothing."),
                not self._find_without_cost(limit=1),
                "mes_aging.mes_aging_layer_action",
            ),
            self._prepare_step(
                self.env._("Limits for age, idle time and cover"),
                self.env._(
                    "Finished goods 90 days, cover 30 days; stricter ones for a category, product or warehouse."
                ),
                Policy.search_count(self._get_domain(), limit=1),
                "mes_aging.mes_aging_policy_action",
            ),
            self._prepare_step(
                self.env._("Buyers, sales people and planners"),
                self.env._("Each alert goes to an owner. Give them the role Inventory Aging / User."),
                users,
                "base.action_res_users",
            ),
            self._prepare_step(
                self.env._("Stop buying above need"),
                self.env._("Set “Buying above Need” of a policy to stop: purchases beyond the line need a reason."),
                Policy.search_count(self._get_domain(("purchase_policy", "=", "stop")), limit=1),
                "mes_aging.mes_aging_policy_action",
            ),
            self._prepare_step(
                self.env._("The first alerts"),
                self.env._("They come with the nightly check, once per cause, and close when the cause is gone."),
                self._has("mes.aging.alert"),
                "mes_aging.mes_aging_alert_action",
            ),
            self._prepare_step(
                self.env._("The first clearance case"),
                self.env._(
                    "Open it from an alert: owner, deadline, floor price, and routes ranked by what they bring."
                ),
                self._has("mes.aging.clearance"),
                "mes_aging.mes_aging_clearance_action",
            ),
        ]

    @api.model
    def _find_without_cost(self, limit=None):
        """Return products on hand of the current companies that have no cost in the first of them."""
        inside = Domain("location_id.usage", "=", "internal") & Domain("quantity", ">", 0)
        on_hand = inside & Domain("company_id", "in", self.env.companies.ids)
        Product = self.env["product.product"].sudo()
        free = Domain("standard_price", "=", 0) & Domain("stock_quant_ids", "any", on_hand)
        return Product.search(free, limit=limit).sudo(False)

    @api.model
    def _get_mistakes(self):
        policies = self.env["mes.aging.policy"].search(self._get_domain())
        idle = policies.filtered(
            lambda policy: policy.purchase_policy != "stop" and not any(policy[name] for name in LIMITS)
        )
        unused = policies.filtered(lambda policy: policy.product_id and not policy.product_id.active)
        emptied = policies.filtered("categ_id")
        used = self.env["product.product"]._read_group(
            [("categ_id", "child_of", emptied.categ_id.ids), ("is_storable", "=", True)], ["categ_id"]
        )
        paths = [categ.parent_path for (categ,) in used]
        emptied = emptied.filtered(
            lambda policy: not any(path.startswith(policy.categ_id.parent_path) for path in paths)
        )
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        ours = self.env["ir.model.data"].sudo().search([("module", "=", "mes_aging"), ("model", "=", "ir.cron")])
        resting = crons.browse(ours.mapped("res_id")).filtered(lambda cron: not cron.active)
        return [
            *self._prepare_mistakes(
                idle,
                self.env._("Policies without a limit"),
                self.env._("They never fire, and hide wider ones that would. Enter a limit, or archive them."),
            ),
            *self._prepare_mistakes(
                unused | emptied,
                self.env._("Policies for products that nobody stocks"),
                self.env._("The product is archived, or the category holds nothing storable. Change the scope."),
            ),
            *self._prepare_mistakes(
                self._find_without_cost(),
                self.env._("Stock without a cost"),
                self.env._("It counts nothing in backlog and alerts. Enter the cost on the product."),
            ),
            *self._prepare_mistakes(
                resting,
                self.env._("Scheduled actions that are switched off"),
                self.env._("Figures stand still and alerts don't come. Ask an administrator to switch them on."),
            ),
        ]

    # -- tiles --------------------------------------------------------------------------------------------------

    @api.model
    def _get_tiles(self):
        """Return the tiles; none of what the user may not read."""
        tiles = [
            ("mes.aging.snapshot", self._get_backlog_tile),
            ("mes.aging.snapshot", self._get_turnover_tile),
            ("mes.aging.alert", self._get_alert_tile),
            ("purchase.order", self._get_stopped_tile),
            ("mes.aging.purchase.proposal", self._get_proposal_tile),
            ("mes.aging.clearance", self._get_clearance_tile),
        ]
        return [get_tile() for model, get_tile in tiles if self.env[model].has_access("read")]

    def _get_backlog_tile(self):
        since = fields.Date.subtract(fields.Date.context_today(self), days=TREND_DAYS)
        domain = self._get_domain(("date", ">=", since))
        days = self.env["mes.aging.snapshot"]._read_days(domain, "backlog_value")
        points = [value for [value] in days.values()]
        first, last = (points[0], points[-1]) if points else (0.0, 0.0)
        return {
            "key": "backlog",
            "label": self.env._("Backlog"),
            "value": self._format_money(last),
            "note": self.env._("%(value)s on %(day)s", value=self._format_money(first), day=min(days)) if days else "",
            "formula": self.env._("Value of stock older, idler or more than its policy allows, noted each night."),
            "level": "warn" if last > first else "",
            "points": points if len(points) > 1 else [],
            "action": "mes_aging.mes_aging_snapshot_action",
        }

    def _get_turnover_tile(self):
        since = fields.Date.subtract(fields.Date.context_today(self), days=TREND_DAYS)
        domain = self._get_domain(("date", ">=", since))
        days = self.env["mes.aging.snapshot"]._read_days(domain, "value", "issued_value")
        average = sum(value for value, _issued in days.values()) / len(days) if days else 0.0
        issued = sum(issued for _value, issued in days.values())
        turnover = issued / average * 365 / len(days) if average else 0.0
        cover = self._format(365 / turnover) if turnover else "–"
        return {
            "key": "turnover",
            "label": self.env._("Turnover"),
            "value": self.env._("%(turns)s × a year", turns=self._format(turnover, 1)),
            "note": self.env._("covers %(days)s days", days=cover),
            "formula": self.env._(
                "Value sold or used in the days noted (up to %(days)s) / average value on hand × 365 / days noted. "
                "Cover: 365 / turnover.",
                days=TREND_DAYS,
            ),
            "level": "",
            "action": "mes_aging.mes_aging_snapshot_action",
        }

    def _get_alert_tile(self):
        domain = self._get_domain(("state", "=", "open"))
        [(count, products)] = self.env["mes.aging.alert"]._read_group(
            domain, [], ["__count", "product_id:count_distinct"]
        )
        return {
            "key": "alerts",
            "label": self.env._("Alerts Open"),
            "value": self._format(count),
            "note": self.env._("%(count)s products", count=products) if count else "",
            "formula": self.env._("Limits of age, idle time, cover or turnover passed or nearly so, not yet handled."),
            "level": "warn" if count else "",
            "action": self._prepare_window(self.env._("Open Alerts"), "mes.aging.alert", domain),
        }

    def _get_stopped_tile(self):
        waiting = self.env["purchase.order"].search(self._get_domain(("state", "=", "to approve")))
        stopped = waiting.filtered("mes_is_stopped")
        passed = self.env["mes.aging.override"].search_count(self._get_domain(("date", ">=", self._get_month_start())))
        return {
            "key": "stopped",
            "label": self.env._("Purchases Stopped"),
            "value": self._format(len(stopped)),
            "note": self.env._("%(count)s let through this month", count=passed),
            "formula": self.env._("Purchases above need that wait for somebody who lets them through with a reason."),
            "level": "warn" if stopped else "",
            "action": self._prepare_window(
                self.env._("Purchases above Need"), "purchase.order", Domain("id", "in", stopped.ids)
            ),
        }

    def _get_proposal_tile(self):
        domain = self._get_domain(("state", "=", "open"))
        count = self.env["mes.aging.purchase.proposal"].search_count(domain)
        return {
            "key": "proposals",
            "label": self.env._("Purchases No Longer Needed"),
            "value": self._format(count),
            "note": "",
            "formula": self.env._("Confirmed purchases whose demand fell: proposals to cancel or postpone."),
            "level": "warn" if count else "",
            "action": self._prepare_window(self.env._("Proposals"), "mes.aging.purchase.proposal", domain),
        }

    def _get_clearance_tile(self):
        Case = self.env["mes.aging.clearance"]
        month = self._get_domain(("date_done", ">=", self._get_month_start()), ("state", "=", "done"))
        [(recovered, book)] = Case._read_group(month, [], ["recovered_value:sum", "book_value:sum"])
        late = Case.search_count(self._get_domain(("is_overdue", "=", True)))
        return {
            "key": "clearance",
            "label": self.env._("Recovered This Month"),
            "value": self._format_money(recovered or 0.0),
            "note": self.env._("of %(book)s; %(late)s cases overdue", book=self._format_money(book or 0.0), late=late),
            "formula": self.env._("What the documents of closed clearance cases brought, of what they were worth."),
            "level": "bad" if late else "",
            "action": "mes_aging.mes_aging_clearance_action",
        }
