"""A product with held stock is not made to be counted or tracked otherwise: the freeze would lose its stock."""

from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        kept = {"tracking", "is_storable", "type"} & vals.keys()
        if kept:
            changed = self.filtered(lambda template: any(template[name] != vals[name] for name in kept))
            domain = [("product_id.product_tmpl_id", "in", changed.ids), ("state", "=", "active")]
            hold = self.env["mes.quality.hold"].sudo().search(domain, limit=1) if changed else None
            if hold:
                raise self.env["mes.quality.message"]._error(
                    "product_kept", product=hold.product_id.display_name, hold=hold.name
                )
        return super().write(vals)
