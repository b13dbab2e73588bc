"""Inspections of a product."""

from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_inspection_count = fields.Integer("Number of Inspections", compute="_compute_mes_inspection_count")

    def _compute_mes_inspection_count(self):
        groups = self.env["mes.quality.inspection"]._read_group(
            [("product_id", "in", self.ids)], ["product_id"], ["__count"]
        )
        counts = {product.id: count for product, count in groups}
        for product in self:
            product.mes_inspection_count = counts.get(product.id, 0)

    def action_mes_inspections(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_quality.mes_quality_inspection_action")
        context = {"default_product_id": self.id} if len(self) == 1 else {}
        return {**action, "domain": [("product_id", "in", self.ids)], "context": context}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_inspection_count = fields.Integer("Number of Inspections", compute="_compute_mes_inspection_count")

    def _compute_mes_inspection_count(self):
        for template in self:
            template.mes_inspection_count = sum(template.product_variant_ids.mapped("mes_inspection_count"))

    def action_mes_inspections(self):
        return self.product_variant_ids.action_mes_inspections()
