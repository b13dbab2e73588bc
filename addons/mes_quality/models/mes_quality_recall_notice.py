"""To which customer a recall was told."""

from odoo import api, fields, models


class MesQualityRecallNotice(models.Model):
    """A customer who has recalled goods: what he was written, and whether he has answered."""

    _name = "mes.quality.recall.notice"
    _description = "Recall Notice to a Customer"
    _inherit = ["mail.thread"]
    _order = "recall_id desc, partner_id"
    _rec_name = "partner_id"

    recall_id = fields.Many2one("mes.quality.recall", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="recall_id.company_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, index=True)
    line_ids = fields.Many2many("mes.quality.recall.line", compute="_compute_line_ids")
    quantity = fields.Float("Stands For", digits=(16, 6), compute="_compute_line_ids")
    date_confirmed = fields.Date("Confirmed On", help="When the customer has answered.")
    note = fields.Char("Answer")

    _partner_uniq = models.Constraint("UNIQUE(recall_id, partner_id)", "This customer has a notice already.")

    @api.depends("recall_id.line_ids", "partner_id")
    def _compute_line_ids(self):
        for notice in self:
            lines = notice.recall_id.line_ids.filtered(
                lambda line, partner=notice.partner_id: line.place == "shipped" and line.partner_id == partner
            )
            notice.line_ids = lines
            notice.quantity = sum(lines.mapped("source_qty"))
