"""Who let what through, and why."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import OVERRIDE_KINDS


class MesPullOverride(models.Model):
    """One decision of a person to pass a limit. Written when it happens and never altered or deleted.

    It holds for one document only: another order at the same limit needs another decision.
    """

    _name = "mes.pull.override"
    _description = "Override of a Limit"
    _order = "create_date desc, id desc"
    _rec_name = "document"

    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, index=True)
    reason = fields.Text(required=True, readonly=True)
    kind = fields.Selection(OVERRIDE_KINDS, required=True, readonly=True, index=True)
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document Id", model_field="res_model", readonly=True)
    document = fields.Char(readonly=True, help="The document's name at that time; it may be gone since.")
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the product's unit.")
    product_id = fields.Many2one("product.product", readonly=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    loop_id = fields.Many2one("mes.pull.loop", readonly=True, index="btree_not_null")
    workcenter_ids = fields.Many2many("mrp.workcenter", string="Work Centres", readonly=True)
    limits = fields.Text("What Was Passed", readonly=True)

    _document_idx = models.Index("(res_model, res_id)")

    @api.model
    def _check_reason(self, reason):
        """Return the reason without blanks around it.

        :raises odoo.exceptions.UserError: when there is none
        """
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why: the reason is kept with the decision."))
        return reason

    @api.model
    def _log(self, kind, record, reason, **values):
        """Keep that the current user lets ``record`` through."""
        return self.sudo().create(
            {
                "company_id": record.company_id.id or self.env.company.id,
                "user_id": self.env.uid,
                "reason": reason,
                "kind": kind,
                "res_model": record._name,
                "res_id": record.id,
                "document": record.display_name,
                **values,
            }
        )

    @api.model
    def _get_released_ids(self, productions):
        """Return the ids of those of ``productions`` that somebody released past a limit."""
        domain = [("res_model", "=", productions._name), ("res_id", "in", productions.ids), ("kind", "=", "release")]
        return set(self.sudo().search(domain).mapped("res_id"))

    def write(self, vals):
        if self:
            raise UserError(self.env._("A decision that was taken is not altered. Take another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A decision that was taken is not deleted."))

    def action_open_document(self):
        """Open what was let through."""
        self.ensure_one()
        if not self.res_model or not self.env[self.res_model].browse(self.res_id).exists():
            raise UserError(self.env._("%s does not exist any more.", self.document))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [[False, "form"]],
            "target": "current",
        }
