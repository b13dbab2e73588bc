"""What the overview shows of this application, each figure with its formula and the records behind it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ..const import OPEN_CALL_STATES
from ..tools.slots import local_day

# Pieces counted against pieces due, from which the day is in trouble; below it, and above a lower one, it is late.
HOURS_WARN, HOURS_BAD = 0.95, 0.80


class MesPullOverview(models.AbstractModel):
    _name = "mes.pull.overview"
    _description = "Overview of Pull"

    @api.model
    def _get_sections(self):
        """Return this application's section in a list; an empty one for users who don't plan."""
        if not self.env.user.has_group("mes_pull.mes_pull_group_planner"):
            return []
        return [
            {
                "key": "mes_pull",
                "name": self.env._("Pull"),
                "icon": "/mes_pull/static/description/icon.svg",
                "steps": self._get_steps(),
                "mistakes": self._get_mistakes(),
                "tiles": self._get_tiles(),
            }
        ]

    @api.model
    def _get_tiles(self):
        return [
            self._get_hours_tile(),
            self._get_wip_tile(),
            self._get_signal_tile(),
            self._get_call_tile(),
            self._get_excess_tile(),
            self._get_paused_tile(),
            self._get_saved_tile(),
            self._get_override_tile(),
        ]

    # -- parts of a tile ----------------------------------------------------------------------------------------

    @api.model
    def _get_domain(self, *conditions):
        return Domain("company_id", "in", self.env.companies.ids) & Domain(list(conditions))

    @api.model
    def _get_month_start(self):
        return fields.Date.start_of(fields.Date.context_today(self), "month")

    @api.model
    def _format(self, number, digits=0):
        return formatLang(self.env, number, digits=digits)

    @api.model
    def _format_money(self, amount):
        return formatLang(self.env, amount, digits=0, currency_obj=self.env.company.currency_id)

    @api.model
    def _prepare_window(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domain),
        }

    # -- tiles --------------------------------------------------------------------------------------------------

    def _get_hours_tile(self):
        now = fields.Datetime.now()
        day = local_day(now, self.env.tz)
        near = self._get_domain(("date_stop", "<=", now), ("date_stop", ">", fields.Datetime.subtract(now, days=1)))
        slots = self.env["mes.pull.slot"].search_fetch(near, ["date_start", "planned_qty", "done_qty"])
        slots = slots.filtered(lambda slot: local_day(slot.date_start, self.env.tz) == day)
        due, done = sum(slots.mapped("planned_qty")), sum(slots.mapped("done_qty"))
        ratio = done / due if due else 1.0
        return {
            "key": "hours",
            "label": self.env._("Today, by the Hour"),
            "value": f"{self._format(done)} / {self._format(due)}",
            "note": self.env._("%(percent)s %% of what is due", percent=self._format(100 * ratio)) if due else "",
            "formula": self.env._("Pieces counted / pieces planned, over the hours of today that are over."),
            "level": "bad" if ratio < HOURS_BAD else "warn" if ratio < HOURS_WARN else "",
            "action": "mes_pull.mes_pull_hours_action",
        }

    def _get_wip_tile(self):
        capped = Domain("mes_wip_cap_jobs", ">", 0) | Domain("mes_wip_cap_qty", ">", 0)
        centers = self.env["mrp.workcenter"].search(self._get_domain() & capped)
        gauges = centers._mes_get_wip_gauges().values()
        full = sum(gauge.level in ("full", "over") for gauge in gauges)
        jobs = sum(gauge.jobs for gauge in gauges if gauge.cap_jobs)
        cap_jobs = sum(gauge.cap_jobs for gauge in gauges)
        return {
            "key": "wip",
            "label": self.env._("Work in Progress Against Caps"),
            "value": f"{self._format(jobs)} / {self._format(cap_jobs)}",
            "note": self.env._("%(full)s of %(count)s work centres full", full=full, count=len(centers)),
            "formula": self.env._("Orders in work / orders allowed, over the work centres with a cap of orders."),
            "level": "bad" if any(gauge.level == "over" for gauge in gauges) else "warn" if full else "",
            "action": "mes_pull.mes_pull_wip_action",
        }

    def _get_signal_tile(self):
        domain = self._get_domain(("state", "=", "waiting"))
        [(count, oldest)] = self.env["mes.pull.signal"]._read_group(domain, [], ["__count", "date_signalled:min"])
        hours = (fields.Datetime.now() - oldest).total_seconds() / 3600 if oldest else 0
        return {
            "key": "signals",
            "label": self.env._("Signals Without an Order"),
            "value": self._format(count),
            "note": self.env._("the oldest for %(hours)s h", hours=self._format(hours)) if count else "",
            "formula": self.env._("Signals that wait: nothing has been ordered for them yet. Each tells why."),
            "level": "warn" if count else "",
            "action": self._prepare_window(self.env._("Waiting Signals"), "mes.pull.signal", domain),
        }

    def _get_call_tile(self):
        domain = self._get_domain(("state", "in", OPEN_CALL_STATES), ("date_due", "<", fields.Datetime.now()))
        count = self.env["mes.pull.call"].search_count(domain)
        return {
            "key": "calls",
            "label": self.env._("Material Calls Overdue"),
            "value": self._format(count),
            "note": "",
            "formula": self.env._("Material calls whose time has come and whose parts are not at the line."),
            "level": "bad" if count else "",
            "action": self._prepare_window(self.env._("Overdue Calls"), "mes.pull.call", domain),
        }

    def _get_excess_tile(self):
        domain = self._get_domain(("state", "=", "held"))
        excess = self.env["mes.pull.excess"].search(domain)
        return {
            "key": "excess",
            "label": self.env._("Excess Production Held"),
            "value": self._format_money(sum(excess.mapped("value"))),
            "note": self.env._("%(count)s batches", count=len(excess)) if excess else "",
            "formula": self.env._("Still held × cost: what was made above what downstream asked for."),
            "level": "warn" if excess else "",
            "action": self._prepare_window(self.env._("Held Excess"), "mes.pull.excess", domain),
        }

    def _get_paused_tile(self):
        domain = self._get_domain(("mes_pull_state", "=", "paused"), ("state", "not in", ("done", "cancel")))
        [(count, quantity)] = self.env["mrp.production"]._read_group(domain, [], ["__count", "product_uom_qty:sum"])
        return {
            "key": "paused",
            "label": self.env._("Orders Paused"),
            "value": self._format(count),
            "note": self.env._("%(quantity)s pieces", quantity=self._format(quantity)) if count else "",
            "formula": self.env._("Manufacturing orders that stand because nobody asks for their rest any more."),
            "level": "",
            "action": self._prepare_window(self.env._("Paused Orders"), "mrp.production", domain),
        }

    def _get_saved_tile(self):
        domain = self._get_domain(
            ("state", "=", "applied"), ("saved_qty", ">", 0), ("create_date", ">=", self._get_month_start())
        )
        [(value, quantity)] = self.env["mes.pull.change"]._read_group(domain, [], ["saved_value:sum", "saved_qty:sum"])
        return {
            "key": "saved",
            "label": self.env._("Not Made in Vain This Month"),
            "value": self._format_money(value or 0.0),
            "note": self.env._("%(quantity)s pieces", quantity=self._format(quantity or 0.0)),
            "formula": self.env._("Pieces taken out of the plan after orders were cut or cancelled × cost."),
            "level": "",
            "action": self._prepare_window(self.env._("Saved This Month"), "mes.pull.change", domain),
        }

    def _get_override_tile(self):
        domain = self._get_domain(("create_date", ">=", self._get_month_start()))
        return {
            "key": "overrides",
            "label": self.env._("Limits Passed This Month"),
            "value": self._format(self.env["mes.pull.override"].search_count(domain)),
            "note": "",
            "formula": self.env._("Orders, held stock and counts that a person let through, each with a reason."),
            "level": "",
            "action": self._prepare_window(self.env._("Overrides This Month"), "mes.pull.override", domain),
        }
