from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_loop_ids = fields.One2many("mes.pull.loop", "product_id", string="Pull Loops")
    mes_loop_count = fields.Integer(compute="_compute_mes_loop_count")

    def _compute_mes_loop_count(self):
        counts = dict(
            self.env["mes.pull.loop"]._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
        )
        for product in self:
            product.mes_loop_count = counts.get(product, 0)

    def action_mes_open_loops(self):
        """Open the pull loops of these products."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_pull.mes_pull_loop_action")
        context = {"default_product_id": self.id} if len(self) == 1 else {}
        return {**action, "domain": [("product_id", "in", self.ids)], "context": context}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_loop_count = fields.Integer(compute="_compute_mes_loop_count")

    def _compute_mes_loop_count(self):
        for template in self:
            template.mes_loop_count = sum(template.product_variant_ids.mapped("mes_loop_count"))

    def action_mes_open_loops(self):
        """Open the pull loops of these products' variants."""
        return self.product_variant_ids.action_mes_open_loops()
