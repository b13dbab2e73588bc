from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES, WIP_LEVELS, WIP_POLICIES
from ..tools.wip import Gauge

CAP_FIELDS = {"mes_wip_cap_jobs", "mes_wip_cap_qty", "mes_wip_policy"}


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    mes_wip_cap_jobs = fields.Integer("WIP Cap (Jobs)", tracking=True, help="Orders at a time. Zero: no cap.")
    mes_wip_cap_qty = fields.Float(
        "WIP Cap (Pieces)", digits="Product Unit", tracking=True, help="Pieces still to be made here. Zero: no cap."
    )
    mes_wip_policy = fields.Selection(
        WIP_POLICIES,
        "At the Cap",
        default="block",
        required=True,
        tracking=True,
        help="Block: orders beyond the cap wait and are released by themselves. Warn: the owner is told.",
    )
    mes_wip_warn_ratio = fields.Float("Warn From (%)", default=80.0, help="From here the gauge turns yellow.")
    mes_wip_user_id = fields.Many2one("res.users", string="WIP Owner", help="Is told before the cap is reached.")
    mes_wip_warned = fields.Boolean(readonly=True, copy=False)
    mes_lock_seq = fields.Integer(readonly=True, copy=False)
    mes_wip_jobs = fields.Integer(
        "WIP (Jobs)", compute="_compute_mes_wip", help="Released orders with an unfinished work order here."
    )
    mes_wip_qty = fields.Float(
        "WIP (Pieces)",
        compute="_compute_mes_wip",
        digits="Product Unit",
        help="What the unfinished work orders of released orders still have to make here.",
    )
    mes_wip_ratio = fields.Float(
        "WIP (%)", compute="_compute_mes_wip", help="Work in progress / cap, of the tighter one."
    )
    mes_wip_level = fields.Selection(WIP_LEVELS, "WIP Level", compute="_compute_mes_wip")
    mes_queue_count = fields.Integer("Waiting Orders", compute="_compute_mes_queue_count")

    _mes_caps_not_negative = models.Constraint(
        "CHECK(mes_wip_cap_jobs >= 0 AND mes_wip_cap_qty >= 0 AND mes_wip_warn_ratio >= 0)",
        "A cap cannot be negative. Enter zero for no cap.",
    )

    # -- work in progress ---------------------------------------------------------------------------------------

    @api.depends("mes_wip_cap_jobs", "mes_wip_cap_qty", "mes_wip_policy", "mes_wip_warn_ratio")
    def _compute_mes_wip(self):
        gauges = self._mes_get_wip_gauges()
        for workcenter in self:
            gauge = gauges.get(workcenter._origin.id) or Gauge()
            workcenter.mes_wip_jobs = gauge.jobs
            workcenter.mes_wip_qty = gauge.quantity
            workcenter.mes_wip_ratio = gauge.ratio
            workcenter.mes_wip_level = gauge.level

    def _compute_mes_queue_count(self):
        counts = dict(
            self.env["mrp.workorder"]._read_group(
                [
                    ("workcenter_id", "in", self.ids),
                    ("state", "not in", CLOSED_ORDER_STATES),
                    ("production_id.mes_release_state", "=", "queued"),
                ],
                ["workcenter_id"],
                ["production_id:count_distinct"],
            )
        )
        for workcenter in self:
            workcenter.mes_queue_count = counts.get(workcenter, 0)

    def _mes_get_wip_gauges(self):
        """Return ``{work centre id: Gauge}``: work in progress and caps, in one statement for all of them."""
        ids = [wc_id for wc_id in self._origin.ids if wc_id]
        if not ids:
            return {}
        self.env["mrp.workorder"].flush_model(["state", "workcenter_id", "production_id", "qty_produced"])
        self.env["mrp.production"].flush_model(
            ["state", "mes_release_state", "mes_pull_state", "product_qty", "product_uom_qty"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT workcenter_id, COUNT(*), COALESCE(SUM(quantity), 0)::float8
                  FROM (
                    SELECT work.workcenter_id, work.production_id,
                           MAX(mo.product_uom_qty * GREATEST(
                               0, 1 - COALESCE(work.qty_produced, 0) / NULLIF(mo.product_qty, 0))) AS quantity
                      FROM mrp_workorder work
                      JOIN mrp_production mo ON mo.id = work.production_id
                     WHERE work.workcenter_id = ANY(%(ids)s) AND work.state NOT IN %(closed)s
                       AND mo.state NOT IN %(closed)s AND mo.mes_release_state = 'released'
                       AND mo.mes_pull_state IS DISTINCT FROM 'paused'
                     GROUP BY work.workcenter_id, work.production_id
                       ) job
                 GROUP BY workcenter_id
                """,
                ids=ids,
                closed=CLOSED_ORDER_STATES,
            )
        )
        figures = {wc_id: (jobs, quantity) for wc_id, jobs, quantity in rows}
        return {
            workcenter._origin.id: Gauge(
                cap_jobs=workcenter.mes_wip_cap_jobs,
                cap_quantity=workcenter.mes_wip_cap_qty or None,
                jobs=figures.get(workcenter._origin.id, (0, 0))[0],
                quantity=figures.get(workcenter._origin.id, (0, 0))[1],
                blocks=workcenter.mes_wip_policy == "block",
                warn_ratio=workcenter.mes_wip_warn_ratio,
            )
            for workcenter in self
        }

    def _mes_get_next_job(self, company):
        """Return the company's released order here that will be finished first: the one released longest ago."""
        self.ensure_one()
        return (
            self.env["mrp.production"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("mes_release_state", "=", "released"),
                    ("mes_pull_state", "=", "normal"),
                    ("state", "not in", CLOSED_ORDER_STATES),
                    (
                        "workorder_ids",
                        "any",
                        [("workcenter_id", "=", self.id), ("state", "not in", CLOSED_ORDER_STATES)],
                    ),
                ],
                order="mes_date_released, id",
                limit=1,
            )
        )

    def write(self, vals):
        result = super().write(vals)
        if CAP_FIELDS & vals.keys():
            self._mes_after_cap_change()
        return result

    def _mes_after_cap_change(self):
        """Release what fits now; orders beyond a lowered cap on which no work has begun wait again."""
        companies = self.env["mes.pull.limit"]._get_companies(self)
        self.env["mrp.production"]._mes_requeue_beyond([("workcenter", wc_id) for wc_id in self.ids], companies)
        self._mes_reset_warned()
        self.env["mrp.production"]._mes_work_queue(companies)

    def _mes_reset_warned(self):
        """Forget that owners were told, where the warn zone was left."""
        warned = self.sudo().filtered("mes_wip_warned")
        gauges = warned._mes_get_wip_gauges()
        warned.filtered(lambda workcenter: gauges[workcenter.id].is_calm).mes_wip_warned = False

    def action_mes_open_queue(self):
        """Open the orders that wait for these work centres."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_queue_action")
        domain = [("mes_release_state", "=", "queued"), ("workorder_ids.workcenter_id", "in", self.ids)]
        return {**action, "domain": domain, "context": {}}

    # -- signals ------------------------------------------------------------------------------------------------

    mes_signal_count = fields.Integer(
        "Open Pull Signals", compute="_compute_mes_signal_count", help="Signals whose orders still work here."
    )

    def _get_mes_signal_domain(self):
        return [
            ("state", "=", "released"),
            (
                "production_ids.workorder_ids",
                "any",
                [("workcenter_id", "in", self.ids), ("state", "not in", ("done", "cancel"))],
            ),
        ]

    def _compute_mes_signal_count(self):
        signals = self.env["mes.pull.signal"].search(self._get_mes_signal_domain())
        for workcenter in self:
            orders = signals.filtered(
                lambda signal, wc=workcenter: any(
                    work.workcenter_id == wc and work.state not in ("done", "cancel")
                    for work in signal.production_ids.workorder_ids
                )
            )
            workcenter.mes_signal_count = len(orders)

    def action_mes_open_signals(self):
        """Open the signals whose orders still work at these work centres."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_signal_action")
        return {**action, "domain": self._get_mes_signal_domain(), "context": {}}
