"""Inspections: what was looked at, what was found, who decided."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHECKED, INSPECTION_STATES, SEVERITIES, TRIGGERS

# What people may say about an inspection that they make, and change while it is to do.
GIVEN = {
    *("plan_id", "product_id", "lot_id", "lot_ids", "quantity", "picking_id", "production_id", "workorder_id"),
    *("partner_id", "user_id", "date_due", "comment", "company_id", "line_ids"),
}
CHANGEABLE = {"user_id", "date_due", "comment", "line_ids", "counted_defects", "rejected_lot_ids", "priority"}
ON_DEMAND = {"lot_id", "lot_ids", "quantity"}
CHATTER = ("message_", "activity_", "website_message_", "my_activity_", "rating_")


class MesQualityInspection(models.Model):
    """One inspection, made by a control plan or on demand.

        todo ──(action_pass)──> passed ─┐
          ├───(action_fail)──> failed ──┴─(action_reinspect)──> another inspection, whose ``previous_id`` this one is
          └───(action_cancel)──> cancelled

    What is decided stays as it is. The last one of a chain counts (``is_superseded`` is set on the others).
    """

    _name = "mes.quality.inspection"
    _description = "Inspection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "priority desc, date_due, id desc"
    _check_company_auto = True

    name = fields.Char("Reference", required=True, readonly=True, copy=False, default="/", index="trigram")
    state = fields.Selection(INSPECTION_STATES, required=True, readonly=True, default="todo", copy=False, index=True)
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0", index=True)
    plan_id = fields.Many2one("mes.quality.plan", "Control Plan", required=True, index=True, ondelete="restrict")
    trigger = fields.Selection(TRIGGERS, "At", required=True, readonly=True, default="demand", index=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, readonly=True
    )
    product_id = fields.Many2one("product.product", index=True, check_company=True, ondelete="restrict")
    categ_id = fields.Many2one(related="product_id.categ_id", store=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    tracking = fields.Selection(related="product_id.tracking")
    quantity = fields.Float(digits="Product Unit", help="What the inspection decides about, in the product's unit.")
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serial Numbers", help="More than one for serial numbers.")
    picking_id = fields.Many2one("stock.picking", "Transfer", index="btree_not_null", check_company=True)
    move_id = fields.Many2one("stock.move", index="btree_not_null", readonly=True)
    production_id = fields.Many2one("mrp.production", "Manufacturing Order", index="btree_not_null", check_company=True)
    workorder_id = fields.Many2one("mrp.workorder", "Work Order", index="btree_not_null", check_company=True)
    partner_id = fields.Many2one("res.partner", "Vendor or Customer", index="btree_not_null", check_company=True)
    user_id = fields.Many2one("res.users", "Responsible", index=True, tracking=True)
    date_due = fields.Datetime("Due", index=True, default=fields.Datetime.now)
    blocks = fields.Boolean(readonly=True, help="Stock or work waits for the decision.")

    stream_id = fields.Many2one("mes.quality.stream", "Sampling State", readonly=True, index="btree_not_null")
    severity = fields.Selection(SEVERITIES, "Inspection Severity", readonly=True, default="normal")
    sample_size = fields.Integer("Sample", readonly=True, help="How many pieces are looked at.")
    accept_number = fields.Integer("Ac", readonly=True, help="Up to this number of bad ones it is accepted.")
    reject_number = fields.Integer("Re", compute="_compute_reject_number", help="From this number on it is rejected.")
    is_skipped = fields.Boolean("Skipped", readonly=True, help="Passed without a look, after good lots.")
    line_ids = fields.One2many("mes.quality.inspection.line", "inspection_id", "Results")
    counted_defects = fields.Integer("More Bad Pieces", help="Bad pieces without a record of their own.")
    defect_count = fields.Integer(
        "Bad",
        compute="_compute_defect_count",
        store=True,
        help="Pieces with a bad result + bad pieces counted. Of AQLs above 10: bad results + counted ones.",
    )
    progress = fields.Integer("Recorded (%)", compute="_compute_progress")
    note = fields.Html(related="plan_id.note", string="Worksheet")
    comment = fields.Text()

    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, index=True)
    date_done = fields.Datetime("Decided On", readonly=True, copy=False, index=True)
    reason = fields.Text("Why", readonly=True, copy=False)
    rejected_qty = fields.Float("Rejected", digits="Product Unit", readonly=True, copy=False)
    accepted_qty = fields.Float("Accepted", digits="Product Unit", compute="_compute_accepted_qty", store=True)
    rejected_lot_ids = fields.Many2many(
        "stock.lot",
        "mes_quality_inspection_rejected_rel",
        string="Rejected Serial Numbers",
        domain="[('id', 'in', lot_ids)]",
        help="Empty: all of them when it fails.",
    )
    hold_ids = fields.One2many("mes.quality.hold", "inspection_id", "Holds", readonly=True)
    previous_id = fields.Many2one(
        "mes.quality.inspection", "Again for", readonly=True, copy=False, index="btree_not_null"
    )
    next_ids = fields.One2many("mes.quality.inspection", "previous_id", "Inspected Again by", readonly=True)
    is_superseded = fields.Boolean("Replaced", readonly=True, copy=False, help="A later inspection counts instead.")
    is_met = fields.Boolean(
        "In Stock", readonly=True, copy=False, help="What it decides about has come in or was made."
    )
    decision_key = fields.Char(readonly=True, copy=False, help="Of the tablet's answer that decided it.")
    lock_seq = fields.Integer(default=0, readonly=True, copy=False)

    _todo_idx = models.Index("(trigger, picking_id, production_id) WHERE state != 'passed' AND NOT is_superseded")
    _quantity_positive = models.Constraint("CHECK(quantity >= 0)", "A quantity cannot be negative.")
    _defects_positive = models.Constraint("CHECK(counted_defects >= 0)", "Bad pieces cannot be negative.")

    @api.depends("accept_number")
    def _compute_reject_number(self):
        for inspection in self:
            inspection.reject_number = inspection.accept_number + 1

    @api.depends("line_ids.result", "line_ids.defects", "counted_defects")
    def _compute_defect_count(self):
        for inspection in self:
            bad = inspection.line_ids.filtered(lambda line: line.result == "fail")
            if inspection.plan_id._counts_defects():
                found = sum(line.defects or 1 for line in bad)
            else:
                pieces = bad.filtered("each_sample")
                whole = max((line.defects or 1 for line in bad - pieces), default=0)
                found = max(len(set(pieces.mapped("sample"))), whole)
            inspection.defect_count = found + inspection.counted_defects

    @api.depends("line_ids.result", "sample_size")
    def _compute_progress(self):
        for inspection in self:
            lines = inspection.line_ids
            expected = len(lines.filtered(lambda line: not line.each_sample))
            expected += len(set(lines.filtered("each_sample").mapped("characteristic_id"))) * inspection.sample_size
            done = len(lines.filtered("result"))
            inspection.progress = min(100, round(100 * done / expected)) if expected else 0

    @api.depends("quantity", "rejected_qty", "state")
    def _compute_accepted_qty(self):
        for inspection in self:
            decided = inspection.state in ("passed", "failed")
            inspection.accepted_qty = inspection.quantity - inspection.rejected_qty if decided else 0.0

    # -- facts stay facts ---------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Make inspections on demand, as a person, an import or another program; others come by their plans."""
        if self._is_checked():
            return super().create(vals_list)
        for vals in vals_list:
            self._check_names({name for name in vals if name not in GIVEN and not name.startswith(CHATTER)})
        return self._create_on_demand(vals_list)

    def write(self, vals):
        if self._is_checked():
            return super().write(vals)
        chatter = all(name.startswith(CHATTER) for name in vals)
        if self and not chatter:
            allowed = CHANGEABLE | ON_DEMAND if all(i.trigger == "demand" for i in self) else CHANGEABLE
            self._check_names({name for name in vals if name not in allowed and not name.startswith(CHATTER)})
            self._check_todo()
        result = super().write(vals)
        if vals.keys() & ON_DEMAND:
            self._resize()
        return result

    def _is_checked(self):
        return self.env.context.get("mes_inspection_checked") is CHECKED

    def _write_checked(self, vals):
        """Write what follows from a plan or a decision; for this addon's own methods."""
        return self.with_context(mes_inspection_checked=CHECKED).write(vals)

    @api.model
    def _create_checked(self, vals_list):
        """Create what follows from a plan; for this addon's own methods."""
        return self.with_context(mes_inspection_checked=CHECKED).create(vals_list).with_env(self.env)

    @api.model
    def _check_names(self, names):
        if names:
            labels = sorted(self._fields[name].string if name in self._fields else name for name in names)
            raise self.env["mes.quality.message"]._error("inspection_written", fields=", ".join(labels))

    def _check_todo(self):
        decided = self.filtered(lambda inspection: inspection.state != "todo")
        if decided:
            raise self.env["mes.quality.message"]._error("inspection_decided", name=decided[0].name)

    def copy_data(self, default=None):
        """A copy is another inspection on demand."""
        return [{**inspection._prepare_copy_vals(), **(default or {})} for inspection in self]

    def _prepare_copy_vals(self):
        self.ensure_one()
        names = ("plan_id", "product_id", "picking_id", "production_id", "workorder_id", "partner_id", "company_id")
        vals = {name: self[name].id for name in names}
        return {**vals, "quantity": self.quantity, "lot_ids": [(6, 0, self.lot_ids.ids)]}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.quality.message"]._error("inspection_kept", name=self[:1].name)

    # -- looking ------------------------------------------------------------------------------------------------

    def _lock(self):
        """Write the rows first: of two decisions at once, the second one begins again and sees the first one."""
        self.flush_recordset()
        query = "UPDATE mes_quality_inspection SET lock_seq = lock_seq + 1 WHERE id IN %s"
        self.env.cr.execute(SQL(query, tuple(sorted(self.ids))))
        self.invalidate_recordset()

    def _is_open_gate(self):
        """Return whether what waits for this inspection has to go on waiting."""
        self.ensure_one()
        return self.blocks and not self.is_superseded and self.state in ("todo", "failed")

    def _get_chain(self):
        """Return this inspection and all those that it inspects again."""
        chain = self
        while chain[-1:].previous_id:
            chain |= chain[-1:].previous_id
        return chain

    def action_view_holds(self):
        self.ensure_one()
        holds = self._get_chain().hold_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Holds"),
            "res_model": "mes.quality.hold",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", holds.ids)],
        }

    def action_open_tablet(self):
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("mes_quality.mes_quality_tablet_action")
        return {**action, "target": "current", "params": {"inspection_id": self.id}}

    @api.model
    def _prepare_open_action(self, inspections):
        """Return the action that shows these inspections."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_quality.mes_quality_inspection_action")
        action = {**action, "domain": [("id", "in", inspections.ids)], "context": {"create": False}}
        if len(inspections) == 1:
            return {**action, "views": [(False, "form")], "res_id": inspections.id}
        return action

    def _get_gate_values(self):
        return {
            "order": ", ".join(self.production_id.mapped("name")),
            "inspections": ", ".join(self.mapped("name")),
        }

    @api.model
    def _count_by(self, name, records):
        """Return ``{id: (inspections, those to do)}`` by a many2one, for the buttons of documents."""
        groups = self._read_group([(name, "in", records.ids)], [name, "state"], ["__count"])
        counts = {}
        for record, state, count in groups:
            total, todo = counts.get(record.id, (0, 0))
            counts[record.id] = (total + count, todo + (count if state == "todo" else 0))
        return counts
