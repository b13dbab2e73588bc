from odoo import api, fields, models


class MesAgingSubstitute(models.Model):
    """One product may be used in place of another one, on orders that wait for that."""

    _name = "mes.aging.substitute"
    _description = "Substitute"
    _order = "product_id, sequence, id"
    _rec_name = "substitute_id"
    _check_company_auto = True

    sequence = fields.Integer(default=10, help="The lowest is offered first.")
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="cascade", check_company=True)
    substitute_id = fields.Many2one(
        "product.product", "May Be Replaced by", required=True, index=True, ondelete="cascade", check_company=True
    )
    ratio = fields.Float(
        default=1.0, required=True, help="So many units of the substitute replace one unit of the product."
    )
    note = fields.Char(help="What to look at when it is used.")
    company_id = fields.Many2one("res.company", index=True, help="Empty: in all companies.")

    _pair_uniq = models.UniqueIndex(
        "(product_id, substitute_id, COALESCE(company_id, 0))", "This substitute is on the list already."
    )
    _ratio_positive = models.Constraint("CHECK (ratio > 0)", "The ratio is above zero.")

    @api.constrains("product_id", "substitute_id")
    def _check_other(self):
        for pair in self:
            if pair.product_id == pair.substitute_id:
                raise self.env["mes.aging.message"]._error("surplus_same")
