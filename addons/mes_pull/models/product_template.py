from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES, DEMAND_POLICIES, OVERRUN_POLICIES, WIP_LEVELS, WIP_POLICIES
from ..tools.wip import Gauge

CAP_FIELDS = {"mes_wip_cap_jobs", "mes_wip_cap_qty", "mes_wip_policy"}


class ProductCategory(models.Model):
    _inherit = "product.category"

    mes_demand_policy = fields.Selection(
        DEMAND_POLICIES,
        "Production Without Demand",
        help="Only to order: an order that nobody asked for waits until somebody does. Empty: as the parent category.",
    )
    mes_overrun_policy = fields.Selection(
        OVERRUN_POLICIES, "Excess Production", help="Default of new loops. Empty: as the parent category."
    )
    mes_overrun_tolerance = fields.Float(
        "Overrun Tolerance (%)", help="Default of new loops, where an excess policy is set."
    )
    mes_user_id = fields.Many2one(
        "res.users", string="Plan Owner", help="Decides about proposed plan changes where no product says more."
    )

    def _mes_get_setting(self, name):
        """Return the nearest category upwards (this one included) in which ``name`` is set; or none."""
        category = self
        while category and not category[name]:
            category = category.parent_id
        return category

    def write(self, vals):
        result = super().write(vals)
        if "mes_demand_policy" in vals:
            self.env["mrp.production"]._mes_work_queue(self.env["mes.pull.limit"]._get_all_companies())
        return result


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_demand_policy = fields.Selection(
        DEMAND_POLICIES,
        "Production Without Demand",
        help="May it be produced when nobody ordered it? Empty: as the product category says.",
    )
    mes_wip_cap_jobs = fields.Integer("WIP Cap (Jobs)", help="Released orders at a time. Zero: no cap.")
    mes_wip_cap_qty = fields.Float("WIP Cap (Pieces)", digits="Product Unit", help="On released orders. Zero: no cap.")
    mes_wip_policy = fields.Selection(WIP_POLICIES, "At the Cap", default="block", required=True)
    mes_wip_warn_ratio = fields.Float("Warn From (%)", default=80.0, help="From here the gauge turns yellow.")
    mes_wip_warned = fields.Boolean(readonly=True, copy=False)
    mes_lock_seq = fields.Integer(readonly=True, copy=False)
    mes_wip_jobs = fields.Integer("WIP (Jobs)", compute="_compute_mes_wip", help="Released, unfinished orders.")
    mes_wip_qty = fields.Float(
        "WIP (Pieces)", compute="_compute_mes_wip", digits="Product Unit", help="Pieces on released orders."
    )
    mes_wip_ratio = fields.Float("WIP (%)", compute="_compute_mes_wip", help="Work in progress / cap.")
    mes_wip_level = fields.Selection(WIP_LEVELS, "WIP Level", compute="_compute_mes_wip")

    _mes_caps_not_negative = models.Constraint(
        "CHECK(mes_wip_cap_jobs >= 0 AND mes_wip_cap_qty >= 0 AND mes_wip_warn_ratio >= 0)",
        "A cap cannot be negative. Enter zero for no cap.",
    )

    @api.depends("mes_wip_cap_jobs", "mes_wip_cap_qty", "mes_wip_policy", "mes_wip_warn_ratio", "product_variant_ids")
    @api.depends_context("company")
    def _compute_mes_wip(self):
        gauges = self.product_variant_ids._mes_get_wip_gauges(self.env.company)
        for template in self:
            # every variant has the caps for itself: the fullest is shown
            mine = [gauges[variant.id] for variant in template.product_variant_ids if variant.id in gauges]
            gauge = max(mine, key=lambda gauge: (gauge.ratio, gauge.quantity), default=Gauge())
            template.mes_wip_jobs = gauge.jobs
            template.mes_wip_qty = gauge.quantity
            template.mes_wip_ratio = gauge.ratio
            template.mes_wip_level = gauge.level

    def write(self, vals):
        result = super().write(vals)
        if not (CAP_FIELDS | {"mes_demand_policy", "categ_id"}) & vals.keys():
            return result
        companies = self.env["mes.pull.limit"]._get_companies(self)
        if CAP_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            keys = [("product", variant.id, company.id) for variant in variants for company in companies]
            self.env["mrp.production"]._mes_requeue_beyond(keys, companies)
            self._mes_reset_warned()
        self.env["mrp.production"]._mes_work_queue(companies)
        return result

    def _mes_reset_warned(self):
        """Forget that owners were told, where no company is in the warn zone any more."""
        for template in self.sudo().filtered("mes_wip_warned"):
            companies = self.env["mes.pull.limit"]._get_companies(template)
            gauges = [template.product_variant_ids._mes_get_wip_gauges(company) for company in companies]
            if all(gauge.is_calm for by_product in gauges for gauge in by_product.values()):
                template.mes_wip_warned = False


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_demand_policy_effective = fields.Selection(
        DEMAND_POLICIES,
        "Production Without Demand (Effective)",
        compute="_compute_mes_demand_policy_effective",
        help="Of the product, else of its category, else of the company.",
    )

    @api.depends("product_tmpl_id.mes_demand_policy", "categ_id.mes_demand_policy")
    @api.depends_context("company")
    def _compute_mes_demand_policy_effective(self):
        for product in self:
            product.mes_demand_policy_effective = product._mes_get_demand_policy(self.env.company)

    def _mes_get_demand_policy(self, company):
        """Return what applies to production of this product without demand (see `const.DEMAND_POLICIES`)."""
        self.ensure_one()
        own = self.product_tmpl_id.mes_demand_policy
        if own:
            return own
        category = self.categ_id._mes_get_setting("mes_demand_policy")
        return category.mes_demand_policy or company.mes_demand_policy or "free"

    def _mes_get_wip_gauges(self, company):
        """Return ``{product id: Gauge}``: pieces and jobs of the company's released orders against the caps."""
        ids = [product_id for product_id in self._origin.ids if product_id]
        if not ids:
            return {}
        self.env["mrp.production"].flush_model(
            ["state", "mes_release_state", "mes_pull_state", "product_id", "product_uom_qty", "company_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, COUNT(*), COALESCE(SUM(product_uom_qty), 0)::float8
                  FROM mrp_production
                 WHERE product_id = ANY(%s) AND company_id = %s AND state NOT IN %s
                   AND mes_release_state = 'released'
                   AND mes_pull_state IS DISTINCT FROM 'paused'
                 GROUP BY product_id
                """,
                ids,
                company.id,
                CLOSED_ORDER_STATES,
            )
        )
        figures = {product_id: (jobs, quantity) for product_id, jobs, quantity in rows}
        return {
            product._origin.id: Gauge(
                cap_jobs=product.mes_wip_cap_jobs,
                cap_quantity=product.mes_wip_cap_qty or None,
                jobs=figures.get(product._origin.id, (0, 0))[0],
                quantity=figures.get(product._origin.id, (0, 0))[1],
                blocks=product.mes_wip_policy == "block",
                warn_ratio=product.mes_wip_warn_ratio,
            )
            for product in self
        }

    def _mes_get_next_job(self, company):
        """Return the company's released order that will be finished first: the one that was released longest ago."""
        self.ensure_one()
        domain = [
            ("product_id", "=", self.id),
            ("company_id", "=", company.id),
            ("mes_release_state", "=", "released"),
            ("mes_pull_state", "=", "normal"),
            ("state", "not in", CLOSED_ORDER_STATES),
        ]
        return self.env["mrp.production"].sudo().search(domain, order="mes_date_released, id", limit=1)
