"""Look at a levelled sequence before it is applied."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class MesPullLevelWizard(models.TransientModel):
    """Which orders take their turns where, from when on, and in which lots; the sequence that follows."""

    _name = "mes.pull.level.wizard"
    _description = "Level Orders"

    production_ids = fields.Many2many(
        "mrp.production", string="Orders", required=True, default=lambda self: self._default_production_ids()
    )
    allowed_workcenter_ids = fields.Many2many("mrp.workcenter", compute="_compute_allowed_workcenter_ids")
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work Center",
        required=True,
        compute="_compute_workcenter_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_workcenter_ids)]",
    )
    date_start = fields.Datetime("Not Before", required=True, default=fields.Datetime.now)
    pitch_minutes = fields.Float(
        "Pitch (Minutes)", compute="_compute_pitch_minutes", store=True, readonly=False, help="How long a lot takes."
    )
    problems = fields.Text("What Is in the Way", compute="_compute_line_ids", store=True)
    line_ids = fields.One2many("mes.pull.level.line", "wizard_id", "Sequence", compute="_compute_line_ids", store=True)

    def _default_production_ids(self):
        if self.env.context.get("active_model") != "mrp.production":
            return self.env["mrp.production"]
        return self.env["mrp.production"].browse(self.env.context.get("active_ids", []))

    @api.depends("production_ids")
    def _compute_allowed_workcenter_ids(self):
        for wizard in self:
            wizard.allowed_workcenter_ids = wizard.production_ids._origin.workorder_ids.workcenter_id

    @api.depends("production_ids")
    def _compute_workcenter_id(self):
        """The work centre at which most of the orders have work to begin."""
        for wizard in self:
            works = wizard.production_ids._origin.workorder_ids.filtered(lambda work: work._mes_is_unstarted())
            centers = [work.workcenter_id for work in works]
            wizard.workcenter_id = max(centers, key=centers.count) if centers else False

    @api.depends("workcenter_id")
    def _compute_pitch_minutes(self):
        for wizard in self:
            wizard.pitch_minutes = wizard.workcenter_id.mes_pitch_minutes or 60.0

    @api.depends("production_ids", "workcenter_id", "date_start", "pitch_minutes")
    def _compute_line_ids(self):
        for wizard in self:
            orders, center = wizard.production_ids._origin, wizard.workcenter_id._origin
            segments, wizard.problems = {}, False
            try:
                orders._mes_check_level(center, wizard.pitch_minutes)
                works = orders._mes_get_level_works(center)
                start = works._mes_get_level_start(wizard.date_start)
                segments = center._mes_lay_level(works, start, wizard.pitch_minutes)
            except UserError as error:
                wizard.problems = str(error)
            parts = sorted((*part, work) for work, its_parts in segments.items() for part in its_parts)
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(wizard._prepare_line_vals(*part)) for part in parts),
            ]

    def _prepare_line_vals(self, start, stop, quantity, work):
        return {"date_start": start, "date_stop": stop, "quantity": quantity, "workorder_id": work.id}

    def action_apply(self):
        """Book the sequence.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: with what is in the way
        """
        self.ensure_one()
        self.production_ids.action_mes_level(self.workcenter_id.id, self.date_start, self.pitch_minutes)
        return {"type": "ir.actions.act_window_close"}


class MesPullLevelLine(models.TransientModel):
    """One lot (or the part of it between two breaks) of a levelled sequence."""

    _name = "mes.pull.level.line"
    _description = "Turn of a Levelled Sequence"
    _order = "date_start, id"

    wizard_id = fields.Many2one("mes.pull.level.wizard", required=True, ondelete="cascade", index=True)
    date_start = fields.Datetime("From", readonly=True)
    date_stop = fields.Datetime("To", readonly=True)
    workorder_id = fields.Many2one("mrp.workorder", "Work Order", readonly=True, ondelete="cascade")
    production_id = fields.Many2one(related="workorder_id.production_id", string="Order")
    product_id = fields.Many2one(related="workorder_id.product_id")
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the order's unit.")
    uom_id = fields.Many2one(related="production_id.product_uom_id", string="Unit")
