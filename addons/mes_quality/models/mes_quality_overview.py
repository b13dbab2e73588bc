"""What the overview shows of this application: its set-up, and figures with their formulas and records."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

# Of one kind of mistake so many are named; the rest is in the list behind it.
NAMED = 5


class MesQualityOverview(models.AbstractModel):
    _name = "mes.quality.overview"
    _description = "Overview of Quality"

    @api.model
    def _get_sections(self):
        """Return this application's section in a list; an empty one for users who are no engineers."""
        if not self.env.user.has_group("mes_quality.mes_quality_group_engineer"):
            return []
        return [
            {
                "key": "mes_quality",
                "name": self.env._("Quality"),
                "icon": "/mes_quality/static/description/icon.svg",
                "steps": self._get_steps(),
                "mistakes": self._get_mistakes(),
                "tiles": self._get_tiles(),
            }
        ]

    # -- parts --------------------------------------------------------------------------------------------------

    @api.model
    def _get_domain(self, *conditions):
        """Return a domain of records of the current companies, or of all companies."""
        return Domain("company_id", "in", [*self.env.companies.ids, False]) & Domain(list(conditions))

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

    @api.model
    def _prepare_step(self, name, text, is_done, action):
        return {"name": name, "help": text, "is_done": bool(is_done), "action": action}

    @api.model
    def _prepare_mistakes(self, records, text, cure):
        """Return one mistake for these records, or none without them; the text names the first few."""
        if not records:
            return []
        names = ", ".join(records[:NAMED].mapped("display_name"))
        if len(records) > NAMED:
            names = self.env._("%(names)s and %(count)s more", names=names, count=len(records) - NAMED)
        window = self._prepare_window(text, records._name, [("id", "in", records.ids)])
        return [{"text": f"{text}: {names}", "cure": cure, "action": window}]

    @api.model
    def _has(self, model, *conditions):
        return bool(self.env[model].search_count(self._get_domain(*conditions), limit=1))

    # -- set-up -------------------------------------------------------------------------------------------------

    @api.model
    def _get_steps(self):
        """Return the steps from an empty database to the first recall drill."""
        inspectors = self.env.ref("mes_quality.mes_quality_group_user").all_user_ids - self.env.user
        return [
            self._prepare_step(
                self.env._("Reasons for holding stock"),
                self.env._("What held stock may still do, and in how many days it is decided, for each reason."),
                self._has("mes.quality.reason"),
                "mes_quality.mes_quality_reason_action",
            ),
            self._prepare_step(
                self.env._("People who inspect"),
                self.env._("Inspectors answer inspections and hold stock; engineers decide; managers lift holds."),
                inspectors,
                "base.action_res_users",
            ),
            self._prepare_step(
                self.env._("The first control plan"),
                self.env._("Begin with the vendor that causes most trouble: at receipt, five pieces, one measure."),
                self._has("mes.quality.plan"),
                "mes_quality.mes_quality_plan_action",
            ),
            self._prepare_step(
                self.env._("The first inspection"),
                self.env._("It opens by itself with the receipt, and is answered on the tablet screen."),
                self._has("mes.quality.inspection", ("state", "in", ("passed", "failed"))),
                "mes_quality.mes_quality_tablet_action",
            ),
            self._prepare_step(
                self.env._("The first hold"),
                self.env._("Hold a lot, and try to deliver it: no path in Odoo lets it through until it is decided."),
                self._has("mes.quality.hold"),
                "mes_quality.mes_quality_hold_action",
            ),
            self._prepare_step(
                self.env._("The first recall drill"),
                self.env._("Ask for a vendor and a month, and see every piece by place before an auditor asks."),
                self._has("mes.quality.recall"),
                "mes_quality.mes_quality_recall_drill_action",
            ),
        ]

    @api.model
    def _get_mistakes(self):
        """Return what in the set-up cannot work or works against itself."""
        plans = self.env["mes.quality.plan"].search(self._get_domain())
        measures = plans.characteristic_ids.filtered(lambda row: row.kind == "measure")
        role = self.env.ref("mes_quality.mes_quality_group_user").all_user_ids
        managers = self.env.ref("mes_quality.mes_quality_group_manager").all_user_ids.filtered("active")
        alone = self.env.companies.filtered("mes_quality_four_eyes") if len(managers) < 2 else self.env.company.browse()
        reasons = self.env["mes.quality.reason"].search(
            self._get_domain(("allow_issue", "=", True), ("allow_ship", "=", True))
        )
        return [
            *self._prepare_mistakes(
                plans.filtered(lambda plan: not plan.characteristic_ids),
                self.env._("Control plans that ask nothing"),
                self.env._("Their inspections hold no question. Add what is looked at or measured."),
            ),
            *self._prepare_mistakes(
                measures.filtered(lambda row: not (row.has_lower or row.has_upper)).plan_id,
                self.env._("Control plans with a measure without limits"),
                self.env._("Any value passes. Enter the lowest or the highest value that is good."),
            ),
            *self._prepare_mistakes(
                plans.filtered(lambda plan: plan.inspector_ids and not plan.inspector_ids & role),
                self.env._("Control plans whose inspectors lack the role"),
                self.env._("Nobody of the team sees the inspection. Give them the role Quality / Inspector."),
            ),
            *self._prepare_mistakes(
                alone,
                self.env._("Four eyes, and fewer than two quality managers"),
                self.env._("Who holds stock may not lift it, and there is nobody else. Name a second manager."),
            ),
            *self._prepare_mistakes(
                reasons,
                self.env._("Reasons that freeze nothing"),
                self.env._("Held stock may be used and shipped all the same. Take back one of the permissions."),
            ),
        ]

    # -- tiles --------------------------------------------------------------------------------------------------

    @api.model
    def _get_tiles(self):
        return [
            self._get_inspection_tile(),
            self._get_hold_tile(),
            self._get_disposition_tile(),
            self._get_cost_tile(),
            self._get_drill_tile(),
        ]

    def _get_inspection_tile(self):
        domain = self._get_domain(("state", "=", "todo"))
        Inspection = self.env["mes.quality.inspection"]
        late = Inspection.search_count(domain & Domain("date_due", "<", fields.Datetime.now()))
        return {
            "key": "inspections",
            "label": self.env._("To Inspect"),
            "value": self._format(Inspection.search_count(domain)),
            "note": self.env._("%(count)s overdue", count=late) if late else "",
            "formula": self.env._("Inspections that are not decided; overdue: their time has passed."),
            "level": "warn" if late else "",
            "action": "mes_quality.mes_quality_inspection_todo_action",
        }

    def _get_hold_tile(self):
        domain = self._get_domain(("state", "=", "active"), ("kind", "in", ("lot", "part", "stock")))
        [(count, value, oldest)] = self.env["mes.quality.hold"]._read_group(
            domain, [], ["__count", "value:sum", "date_held:min"]
        )
        days = (fields.Datetime.now() - oldest).days if oldest else 0
        note = self.env._("%(count)s holds, the oldest for %(days)s days", count=count, days=days)
        return {
            "key": "holds",
            "label": self.env._("Held Stock"),
            "value": self._format_money(value or 0.0),
            "note": note if count else "",
            "formula": self.env._("Quantity × cost when it was held, over all active holds."),
            "level": "warn" if days > 30 else "",
            "action": self._prepare_window(self.env._("Held Stock"), "mes.quality.hold", domain),
        }

    def _get_disposition_tile(self):
        Disposition = self.env["mes.quality.disposition"]
        domain = self._get_domain(("state", "in", ("draft", "review", "approved")))
        late = Disposition.search_count(domain & Domain("is_overdue", "=", True))
        return {
            "key": "dispositions",
            "label": self.env._("Dispositions Open"),
            "value": self._format(Disposition.search_count(domain)),
            "note": self.env._("%(count)s overdue", count=late) if late else "",
            "formula": self.env._("Rejected stock whose route is not decided or not finished."),
            "level": "bad" if late else "",
            "action": self._prepare_window(self.env._("Open Dispositions"), "mes.quality.disposition", domain),
        }

    def _get_cost_tile(self):
        domain = self._get_domain(("date", ">=", self._get_month_start()))
        [(cost,)] = self.env["mes.quality.cost"]._read_group(domain, [], ["cost:sum"])
        return {
            "key": "cost",
            "label": self.env._("Cost of Poor Quality This Month"),
            "value": self._format_money(cost or 0.0),
            "note": "",
            "formula": self.env._("Scrapped + reworked − credited, of the dispositions opened this month."),
            "level": "",
            "action": "mes_quality.mes_quality_cost_action",
        }

    def _get_drill_tile(self):
        domain = self._get_domain(("is_drill", "=", True), ("drill_seconds", ">", 0))
        drills = self.env["mes.quality.recall"].search(domain, order="date_ended desc, id desc", limit=12)
        last = drills[:1]
        return {
            "key": "drills",
            "label": self.env._("Last Recall Drill"),
            "value": self.env._("%(minutes)s min", minutes=self._format(last.drill_seconds / 60, 1)) if last else "–",
            "note": self.env._("target %(hours)s h", hours=last.target_hours) if last else self.env._("none yet"),
            "formula": self.env._("From the question to the closed answer; the line shows the drills before."),
            "level": "" if last.within_target else "warn",
            "points": list(reversed(drills.mapped("drill_seconds"))) if len(drills) > 1 else [],
            "action": "mes_quality.mes_quality_recall_drill_action",
        }
