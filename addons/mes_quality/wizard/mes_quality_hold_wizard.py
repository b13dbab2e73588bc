"""Hold what is selected on any screen, with a reason."""

from odoo import api, fields, models

from ..const import HOLD_LEVELS

# Which records may be held, and the hold's field that names them.
SUBJECTS = {
    "stock.lot": "lot_id",
    "stock.picking": "picking_id",
    "mrp.production": "production_id",
    "stock.package": "package_id",
    "stock.quant": "quant_id",
}


class MesQualityHoldWizard(models.TransientModel):
    """1. choose lots, stock, packages, receipts or orders on their own screens, 2. say why, 3. they are frozen."""

    _name = "mes.quality.hold.wizard"
    _description = "Hold Stock"

    level = fields.Selection(
        [level for level in HOLD_LEVELS if level[0] != "inspection"], required=True, default="held"
    )
    reason_id = fields.Many2one("mes.quality.reason")
    reason = fields.Text("What Is Wrong", required=True, compute="_compute_reason", store=True, readonly=False)
    user_id = fields.Many2one("res.users", "Owner", domain=[("share", "=", False)], help="Decides about it.")
    with_descendants = fields.Boolean("With All Made of It")
    quantity = fields.Float(digits="Product Unit", help="Zero: all of it. Else so many pieces go into quarantine.")
    location_id = fields.Many2one("stock.location", "From", domain=[("usage", "=", "internal")])
    is_single = fields.Boolean(compute="_compute_is_single")
    subject = fields.Char("What", compute="_compute_is_single")

    @api.depends("reason_id")
    def _compute_reason(self):
        for wizard in self:
            wizard.reason = wizard.reason or wizard.reason_id.name

    @api.depends_context("active_model", "active_ids")
    def _compute_is_single(self):
        records = self._get_records()
        self.is_single = len(records) == 1 and records._name in ("stock.lot", "stock.quant")
        self.subject = ", ".join(records[:5].mapped("display_name")) + (" …" if len(records) > 5 else "")

    @api.model
    def _get_records(self):
        model = self.env.context.get("active_model")
        if model not in SUBJECTS:
            raise self.env["mes.quality.message"]._error("hold_what")
        return self.env[model].browse(self.env.context.get("active_ids") or self.env.context.get("active_id") or [])

    def action_hold(self):
        """Freeze what is selected.

        :return: an action that shows the holds
        """
        self.ensure_one()
        holds = self.env["mes.quality.hold"].create([self._prepare_hold_vals(record) for record in self._get_records()])
        return holds._get_open_action()

    def _prepare_hold_vals(self, record):
        vals = {
            **{name: self[name] for name in ("level", "reason", "with_descendants")},
            "reason_id": self.reason_id.id,
            "user_id": self.user_id.id,
        }
        if record._name == "stock.quant":
            return {**vals, **self._prepare_quant_vals(record)}
        vals[SUBJECTS[record._name]] = record.id
        if self.is_single and self.quantity:
            vals.update(kind="part", quantity=self.quantity, location_id=(self.location_id or record.location_id).id)
        return vals

    def _prepare_quant_vals(self, quant):
        """A row of stock is a part of a lot, or untracked stock: just what lies there."""
        return {
            "kind": "part" if quant.lot_id else "stock",
            "product_id": quant.product_id.id,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "location_id": quant.location_id.id,
            "quantity": self.quantity or quant.quantity,
        }


class MesQualityLiftWizard(models.TransientModel):
    """Say why the holds are lifted."""

    _name = "mes.quality.lift.wizard"
    _description = "Lift Holds"

    hold_ids = fields.Many2many("mes.quality.hold", string="Holds", required=True)
    reason = fields.Text(required=True)
    with_descendants = fields.Boolean("Also What Was Held With It")
    has_descendants = fields.Boolean(compute="_compute_has_descendants")

    @api.depends("hold_ids")
    def _compute_has_descendants(self):
        for wizard in self:
            wizard.has_descendants = any(hold.state == "active" for hold in wizard.hold_ids.child_ids)

    def action_lift(self):
        """Lift the holds, as an engineer."""
        self.ensure_one()
        self.hold_ids.action_lift(self.reason, with_descendants=self.with_descendants)
        return {"type": "ir.actions.act_window_close"}
