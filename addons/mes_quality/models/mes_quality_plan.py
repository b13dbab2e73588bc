"""Control plans: when is what inspected, on how many pieces, and by whom."""

import math
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..const import SAMPLINGS, TRIGGERS
from ..tools.sampling import AQLS, LEVELS, percentage_size, single_plan


class MesQualityPlan(models.Model):
    """A control plan.

    Of the plans of a trigger that fit, the most specific decide: a product counts more than its category (a deeper
    category more than a higher one), that more than a partner, that more than an operation, a work centre or an
    operation type. Plans that are equally specific all apply, so that a product can have a visual check and a
    measurement each with its own sampling.
    """

    _name = "mes.quality.plan"
    _description = "Control Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: for all companies.",
    )
    trigger = fields.Selection(TRIGGERS, "Inspect at", required=True, default="receipt", tracking=True)
    period_hours = fields.Float("Every (hours)", help="Of a running work order. Zero: not by time.")
    period_qty = fields.Float("Every (pieces)", help="Made on a work order. Zero: not by pieces.")
    product_ids = fields.Many2many("product.product", string="Products", check_company=True)
    categ_id = fields.Many2one("product.category", "Product Category", index=True, help="With all below it.")
    partner_id = fields.Many2one("res.partner", "Vendor or Customer", index=True, check_company=True)
    picking_type_id = fields.Many2one("stock.picking.type", "Operation Type", index=True, check_company=True)
    operation_id = fields.Many2one("mrp.routing.workcenter", index=True, check_company=True)
    workcenter_id = fields.Many2one("mrp.workcenter", "Work Center", index=True, check_company=True)
    blocks = fields.Boolean(
        "Blocks until Decided",
        default=True,
        tracking=True,
        help="What comes in or is made cannot be used, and what is delivered cannot leave, before the decision.",
    )
    user_id = fields.Many2one("res.users", "Responsible", index=True, check_company=True, tracking=True)
    inspector_ids = fields.Many2many("res.users", string="Inspectors", help="The team that may take the inspections.")
    characteristic_ids = fields.One2many("mes.quality.characteristic", "plan_id", "Characteristics", copy=True)
    note = fields.Html("Worksheet", translate=True, help="Shown beside the inspection.")

    sampling = fields.Selection(SAMPLINGS, required=True, default="all", tracking=True)
    sampling_percent = fields.Float("Percentage", default=10)
    sampling_qty = fields.Integer("Number of Pieces", default=5)
    accept_number = fields.Integer("Bad Pieces Allowed", tracking=True, help="In the sample, when it is not by AQL.")
    aql = fields.Selection([(aql, aql) for aql in AQLS], "AQL", default="1.0", tracking=True)
    level = fields.Selection([(x, x) for x in LEVELS], "Inspection Level", default="II", tracking=True)
    is_switching = fields.Boolean(
        "Switching Rules",
        default=True,
        help="Tightened and reduced inspection by the results of earlier lots, per product and vendor (ISO 2859-1).",
    )
    is_skip_lot = fields.Boolean("Skip Lots", help="Inspect only one of some lots after good ones.")
    skip_after = fields.Integer("After Accepted Lots", default=10)
    skip_every = fields.Integer("Inspect One of", default=3)
    stream_ids = fields.One2many("mes.quality.stream", "plan_id", "Sampling State")
    inspection_count = fields.Integer(compute="_compute_inspection_count")

    _percent = models.Constraint(
        "CHECK(sampling_percent > 0 AND sampling_percent <= 100)", "The percentage is above 0 and at most 100."
    )
    _numbers = models.Constraint(
        "CHECK(sampling_qty > 0 AND accept_number >= 0 AND period_hours >= 0 AND period_qty >= 0)",
        "A sample has at least one piece; numbers and periods cannot be negative.",
    )
    _skip = models.Constraint(
        "CHECK(skip_after > 0 AND skip_every > 1)", "Skip lots after at least one, of at least two."
    )

    def _compute_inspection_count(self):
        groups = self.env["mes.quality.inspection"]._read_group([("plan_id", "in", self.ids)], ["plan_id"], ["__count"])
        counts = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.inspection_count = counts.get(plan.id, 0)

    @api.constrains("trigger", "period_hours", "period_qty")
    def _check_period(self):
        for plan in self:
            if plan.trigger == "periodic" and not (plan.period_hours or plan.period_qty):
                raise ValidationError(self.env["mes.quality.message"]._text("plan_period", plan=plan.name))

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        self.env.registry.clear_cache()
        return plans

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # -- actions ------------------------------------------------------------------------------------------------

    def action_view_inspections(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_quality.mes_quality_inspection_action")
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {"default_plan_id": self.id}}

    # -- which plans apply --------------------------------------------------------------------------------------

    @api.model
    @tools.ormcache("trigger")
    def _get_ids(self, trigger):
        """Return the ids of all active plans of ``trigger``, of all companies. Costs no query but the first time."""
        return tuple(self.sudo().search([("trigger", "=", trigger)]).ids)

    @api.model
    @tools.ormcache()
    def _get_triggers(self):
        """Return the triggers of all plans, archived ones too: whether inspections have to be looked for at all."""
        groups = self.sudo().with_context(active_test=False)._read_group([], ["trigger"])
        return frozenset(trigger for (trigger,) in groups)

    @api.model
    def _get_for(self, trigger, company, product, **more):
        """Return the plans that apply (sudo); see the class for which win.

        :param more: ``partner``, ``picking_type``, ``operation``, ``workcenter``: records, or missing
        """
        plans = self.sudo().browse(self._get_ids(trigger))
        scores = {}
        for plan in plans:
            score = plan._get_score(company, product, **more)
            if score is not None:
                scores[plan] = score
        best = max(scores.values(), default=None)
        return plans.filtered(lambda plan: scores.get(plan) == best and best is not None)

    def _get_score(self, company, product, partner=None, picking_type=None, operation=None, workcenter=None):
        """Return how specific this plan is for what is inspected; None when it doesn't fit."""
        self.ensure_one()
        if self.company_id and self.company_id != company:
            return None
        depth = self._get_category_depth(product)
        fits = (
            (not self.product_ids or product in self.product_ids)
            and (not self.categ_id or depth)
            and (
                not self.partner_id
                or (partner and partner.commercial_partner_id == self.partner_id.commercial_partner_id)
            )
            and (not self.picking_type_id or self.picking_type_id == picking_type)
            and (not self.operation_id or self.operation_id == operation)
            and (not self.workcenter_id or self.workcenter_id == workcenter)
        )
        if not fits:
            return None
        place = bool(self.operation_id) + bool(self.workcenter_id or self.picking_type_id)
        return (bool(self.product_ids), depth, bool(self.partner_id), place)

    def _get_category_depth(self, product):
        """Return how deep this plan's category lies above ``product``; 0 when it is not above it."""
        path = (product.categ_id.parent_path or "").split("/")
        mine = str(self.categ_id.id)
        return path.index(mine) + 1 if self.categ_id and mine in path else 0

    # -- how many -----------------------------------------------------------------------------------------------

    def _get_sample(self, quantity, severity="normal"):
        """Return (sample size, acceptance number) for a lot of ``quantity`` pieces."""
        self.ensure_one()
        return getattr(self, f"_sample_{self.sampling}")(quantity, severity)

    def _sample_all(self, quantity, _severity):
        return max(1, math.ceil(quantity)), self.accept_number

    def _sample_percentage(self, quantity, _severity):
        return max(1, percentage_size(quantity, self.sampling_percent)), self.accept_number

    def _sample_fixed(self, quantity, _severity):
        return max(1, min(self.sampling_qty, math.ceil(quantity))), self.accept_number

    def _sample_aql(self, quantity, severity):
        plan = single_plan(max(1, quantity), self.level, self.aql, severity)
        return max(1, plan.size), plan.accept

    def _counts_defects(self):
        """Return whether defects are counted, and not bad pieces: AQLs above 10 are defects in 100 pieces."""
        self.ensure_one()
        return self.sampling == "aql" and float(self.aql) > 10

    def _has_streams(self):
        """Return whether earlier lots decide how the next one is inspected."""
        self.ensure_one()
        return self.is_skip_lot or (self.sampling == "aql" and self.is_switching)

    def _count_due(self, workorder, made):
        """Return how many periodic inspections are due on a work order, where ``made`` are there."""
        self.ensure_one()
        due = 0
        if self.period_qty:
            due = int(round(workorder.qty_produced / self.period_qty, 6)) - len(made)
        if self.period_hours and workorder.state == "progress" and not made.filtered(lambda one: one.state == "todo"):
            start = max(made.mapped("create_date"), default=workorder.date_start)
            if start and fields.Datetime.now() - start >= timedelta(hours=self.period_hours):
                due = max(due, 1)
        return max(due, 0)
