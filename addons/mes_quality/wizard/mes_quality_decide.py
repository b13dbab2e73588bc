"""Asks for what a decision needs besides the button: a quantity, serial numbers, a reason."""

from odoo import api, fields, models


class MesQualityDecide(models.TransientModel):
    """Fail an inspection, pass it in spite of what was found, cancel it, or have it done again."""

    _name = "mes.quality.decide"
    _description = "Decide an Inspection"

    inspection_id = fields.Many2one("mes.quality.inspection", required=True)
    decision = fields.Selection(
        [("fail", "Fail"), ("pass", "Pass"), ("again", "Inspect Again"), ("cancel", "Cancel")],
        required=True,
        default="fail",
    )
    reason = fields.Text(help="Kept with the inspection.")
    quantity = fields.Float(related="inspection_id.quantity", digits="Product Unit")
    uom_id = fields.Many2one(related="inspection_id.uom_id", string="Unit")
    tracking = fields.Selection(related="inspection_id.tracking")
    lot_ids = fields.Many2many(related="inspection_id.lot_ids", string="Serial Numbers")
    is_stock = fields.Boolean(compute="_compute_is_stock", help="Whether a part of it can be rejected.")
    rejected_qty = fields.Float(
        "Rejected Quantity",
        digits="Product Unit",
        compute="_compute_rejected_qty",
        store=True,
        readonly=False,
        help="In the product's unit. The rest is accepted.",
    )
    rejected_lot_ids = fields.Many2many("stock.lot", string="Rejected Serial Numbers", help="Empty: all of them.")
    defect_count = fields.Integer(related="inspection_id.defect_count")
    accept_number = fields.Integer(related="inspection_id.accept_number")
    sample_size = fields.Integer(related="inspection_id.sample_size")

    @api.depends("inspection_id")
    def _compute_is_stock(self):
        for wizard in self:
            wizard.is_stock = wizard.inspection_id.trigger in ("receipt", "production", "demand")

    @api.depends("inspection_id")
    def _compute_rejected_qty(self):
        for wizard in self:
            wizard.rejected_qty = wizard.inspection_id.quantity

    def action_decide(self):
        """Do it; what is refused says why."""
        self.ensure_one()
        return getattr(self, f"_decide_{self.decision}")()

    def _decide_fail(self):
        inspection = self.inspection_id
        if self.tracking == "serial":
            if self.rejected_lot_ids:
                inspection.rejected_lot_ids = self.rejected_lot_ids
            return inspection.action_fail(self.reason)
        return inspection.action_fail(self.reason, self.rejected_qty if self.is_stock else None)

    def _decide_pass(self):
        return self.inspection_id.action_pass(self.reason)

    def _decide_again(self):
        return self.inspection_id.action_reinspect(self.reason)

    def _decide_cancel(self):
        return self.inspection_id.action_cancel(self.reason)
