"""Alerts of a product, and of a lot: whether it is backlog."""

from odoo import api, fields, models

GROUP = "mes_aging.mes_aging_group_user"


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_alert_ids = fields.One2many("mes.aging.alert", "product_id", "Stock Alerts", groups=GROUP)
    mes_alert_count = fields.Integer("Number of Alerts", compute="_compute_mes_alert_count", groups=GROUP)
    mes_is_backlog = fields.Boolean(
        "Backlog",
        compute="_compute_mes_alert_count",
        search="_search_mes_is_backlog",
        groups=GROUP,
        help="A limit is reached of age, time unused, cover or turnover.",
    )

    @api.depends("mes_alert_ids.state", "mes_alert_ids.level")
    @api.depends_context("allowed_company_ids")
    def _compute_mes_alert_count(self):
        counts, backlog = self.env["mes.aging.alert"]._count_by("product_id", self.ids)
        for product in self:
            product.mes_alert_count = counts.get(product._origin.id, 0)
            product.mes_is_backlog = product._origin.id in backlog

    @api.model
    def _search_mes_is_backlog(self, operator, value):
        return self.env["mes.aging.alert"]._search_by("product_id", operator, value)

    def action_mes_alerts(self):
        """Open the alerts of these products."""
        return self.env["mes.aging.alert"]._get_action([("product_id", "in", self.ids)])


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_alert_count = fields.Integer("Number of Alerts", compute="_compute_mes_alert_count", groups=GROUP)
    mes_is_backlog = fields.Boolean(
        "Backlog",
        compute="_compute_mes_alert_count",
        search="_search_mes_is_backlog",
        groups=GROUP,
        help="A limit is reached of age, time unused, cover or turnover.",
    )

    @api.depends("product_variant_ids.mes_alert_count", "product_variant_ids.mes_is_backlog")
    @api.depends_context("allowed_company_ids")
    def _compute_mes_alert_count(self):
        for template in self:
            template.mes_alert_count = sum(template.product_variant_ids.mapped("mes_alert_count"))
            template.mes_is_backlog = any(template.product_variant_ids.mapped("mes_is_backlog"))

    @api.model
    def _search_mes_is_backlog(self, operator, value):
        domain = self.env["mes.aging.alert"]._search_by("product_id", operator, value)
        if domain is NotImplemented:
            return domain
        _field, is_in, ids = domain[0]
        products = self.env["product.product"].with_context(active_test=False)._search([("id", "in", ids)])
        return [("product_variant_ids", is_in, products)]

    def action_mes_alerts(self):
        """Open the alerts of the variants."""
        return self.product_variant_ids.action_mes_alerts()


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_alert_ids = fields.One2many("mes.aging.alert", "lot_id", "Stock Alerts", groups=GROUP)
    mes_alert_count = fields.Integer("Number of Alerts", compute="_compute_mes_alert_count", groups=GROUP)
    mes_is_backlog = fields.Boolean(
        "Backlog",
        compute="_compute_mes_alert_count",
        search="_search_mes_is_backlog",
        groups=GROUP,
        help="A limit is reached of its age or of the time it lies unused.",
    )

    @api.depends("mes_alert_ids.state", "mes_alert_ids.level")
    @api.depends_context("allowed_company_ids")
    def _compute_mes_alert_count(self):
        counts, backlog = self.env["mes.aging.alert"]._count_by("lot_id", self.ids)
        for lot in self:
            lot.mes_alert_count = counts.get(lot._origin.id, 0)
            lot.mes_is_backlog = lot._origin.id in backlog

    @api.model
    def _search_mes_is_backlog(self, operator, value):
        return self.env["mes.aging.alert"]._search_by("lot_id", operator, value)

    def action_mes_alerts(self):
        """Open the alerts of these lots."""
        return self.env["mes.aging.alert"]._get_action([("lot_id", "in", self.ids)])


class MesAgingAlert(models.Model):
    _inherit = "mes.aging.alert"

    @api.model
    def _count_by(self, name, ids):
        """Return ``{id: number of alerts}`` and the ids that have reached a limit, of products or lots."""
        domain = [(name, "in", ids), ("state", "!=", "closed"), ("company_id", "in", self.env.companies.ids)]
        groups = self._read_group(domain, [name, "level"], ["__count"])
        counts = {}
        for record, _level, count in groups:
            counts[record.id] = counts.get(record.id, 0) + count
        return counts, {record.id for record, level, _count in groups if level == "limit"}

    @api.model
    def _search_by(self, name, operator, value):
        """Return the domain of the products or lots that have, or haven't, reached a limit."""
        if operator != "in":
            return NotImplemented
        domain = [("state", "!=", "closed"), ("level", "=", "limit"), ("company_id", "in", self.env.companies.ids)]
        ids = [record.id for (record,) in self._read_group([*domain, (name, "!=", False)], [name])]
        return [("id", "in" if True in value else "not in", ids)]

    @api.model
    def _get_action(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_aging.mes_aging_alert_action")
        return {**action, "domain": domain, "context": {"search_default_not_closed": 1}}
