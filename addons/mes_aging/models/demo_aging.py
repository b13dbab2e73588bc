"""Ageing in the demonstration factory: a policy that stops, an order above need, alerts, the snapshot of today."""

from odoo import api, fields, models
from odoo.fields import Command

# The resistor: 800 on hand, 600 needed in the next days, 200 as safety. So many more last for months.
OVERBOUGHT = 1500


class MesAgingDemo(models.AbstractModel):
    """Adds to the factory of the sibling addon when that one is installed and loaded.

    After loading: raw material may not be bought above 30 days of need, a quotation of 1500 resistors that waits for
    somebody to confirm it, alerts on what is too old or too much, and the first daily snapshot.
    """

    _name = "mes.aging.demo"
    _description = "Ageing in the Demonstration Factory"

    @api.model
    def _load_demo(self, factory):
        """Called by the factory when it stands itself; a second call changes nothing."""
        if factory._find("aging_policy_raw"):
            return
        self = self.with_env(factory.env)
        self._load_policy(factory)
        self._load_quotation(factory)
        self._look(self.env.company)

    def _load_policy(self, factory):
        name = "原材料" if factory._is_chinese() else "Raw material"
        vals = {
            "name": name,
            "kind": "raw",
            "max_cover_days": 30,
            "max_idle_days": 60,
            "purchase_policy": "stop",
            "company_id": self.env.company.id,
        }
        factory._ensure("aging_policy_raw", "mes.aging.policy", vals)

    def _load_quotation(self, factory):
        resistor = factory._get("product_resistor")
        price = resistor.seller_ids[:1]
        vals = {
            "partner_id": price.partner_id.id,
            "company_id": self.env.company.id,
            "order_line": [Command.create({"product_id": resistor.id, "product_qty": OVERBOUGHT})],
        }
        factory._ensure("aging_quotation", "purchase.order", vals)

    def _look(self, company):
        """Do what the nightly runs do: classes, today's snapshot, alerts."""
        Product, Snapshot = self.env["product.product"], self.env["mes.aging.snapshot"]
        Product._mes_refresh_kinds()
        Product._mes_refresh_classes()
        self.env.flush_all()
        today = fields.Date.today()
        Snapshot._take(company, Product.browse(Snapshot._find_missing(company, today)), today)
        self.env["mes.aging.alert"]._check(Product.search([("is_storable", "=", True)]))
