"""What the plan was before and after: kept for every automatic change."""

from odoo import fields, models

from ..const import CHANGE_ACTIONS


class MesPullChange(models.Model):
    """One change of a plan, written when it happens and never altered (quantities in the product's unit)."""

    _name = "mes.pull.change"
    _description = "Plan Change"
    _order = "create_date desc, id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, index=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    loop_id = fields.Many2one("mes.pull.loop", index="btree_not_null", readonly=True)
    signal_id = fields.Many2one("mes.pull.signal", index="btree_not_null", readonly=True)
    sale_line_id = fields.Many2one("sale.order.line", index="btree_not_null", readonly=True)
    production_id = fields.Many2one("mrp.production", index="btree_not_null", readonly=True)
    purchase_line_id = fields.Many2one("purchase.order.line", index="btree_not_null", readonly=True)
    picking_id = fields.Many2one("stock.picking", index="btree_not_null", readonly=True)
    document = fields.Char(readonly=True, help="The document's name at that time; it may be gone since.")
    qty_before = fields.Float("Before", digits="Product Unit", readonly=True)
    qty_after = fields.Float("After", digits="Product Unit", readonly=True)
    action = fields.Selection(CHANGE_ACTIONS, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True, string="By")
    state = fields.Selection(
        [("applied", "Applied"), ("proposed", "Proposed"), ("dismissed", "Dismissed")],
        default="applied",
        required=True,
        readonly=True,
    )

    def _prepare_change_vals(self, signal, before, after, reason, **documents):
        """Return the values of one applied change; ``documents`` are the link fields to fill."""
        return {
            "company_id": signal.company_id.id,
            "product_id": signal.product_id.id,
            "loop_id": signal.loop_id.id,
            "signal_id": signal.id,
            "qty_before": before,
            "qty_after": after,
            "action": "reduced" if after else "cancelled",
            "reason": reason,
            **{name: record.id for name, record in documents.items()},
        }
