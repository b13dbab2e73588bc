from odoo import api, fields, models


class StockWarehouseOrderpoint(models.Model):
    """A reordering rule rests where a loop orders already, so that nothing is ordered twice."""

    _inherit = "stock.warehouse.orderpoint"

    mes_loop_id = fields.Many2one(
        "mes.pull.loop",
        string="Pull Loop",
        compute="_compute_mes_loop_id",
        help="This loop orders the product for this place. The reordering rule rests as long as the loop is active.",
    )

    @api.depends("product_id", "location_id")
    def _compute_mes_loop_id(self):
        for rule in self:
            loops = self.env["mes.pull.loop"]._get_loops_of_products(rule.product_id)
            rule.mes_loop_id = loops.filtered(rule._is_doubling)[:1]

    def _is_doubling(self, loop):
        """Return whether this rule orders what ``loop`` orders: same product, one place inside the other.

        A loop that only carries parts from one place to another of the rule's own leaves the sum there as it is.
        """
        self.ensure_one()
        if loop.supply_method == "transfer" and loop.source_location_id._child_of(self.location_id):
            return False
        return (
            self.product_id == loop.product_id
            and self.company_id == loop.company_id
            and bool(self.location_id)
            and (self.location_id._child_of(loop.location_id) or loop.location_id._child_of(self.location_id))
        )

    def _procure_orderpoint_confirm(self, use_new_cursor=False, company_id=None, raise_user_error=True):
        resting = self.filtered(lambda rule: rule.trigger == "auto" and rule.mes_loop_id)
        return super(StockWarehouseOrderpoint, self - resting)._procure_orderpoint_confirm(
            use_new_cursor=use_new_cursor, company_id=company_id, raise_user_error=raise_user_error
        )

    def action_mes_archive_doubling(self):
        """Archive the rules for whose product and place a loop orders."""
        self.filtered("mes_loop_id").active = False
