"""What is backlog: one rule, which the ageing reports, the daily snapshot and the clearance board ask."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.policies import Item, choose


class MesAgingBacklog(models.AbstractModel):
    """Rows with an age, of which some are backlog: in stock, or begun, for at least the limit of their policy.

    A product without a policy, or whose policy has no limit of age, is backlog after the last limit of the age buckets.
    Policies of single warehouses don't count here.
    """

    _name = "mes.aging.backlog"
    _description = "Backlog"

    is_backlog = fields.Boolean(
        "Backlog",
        compute="_compute_is_backlog",
        search="_search_is_backlog",
        help="As old as the limit of its policy, or older; without one, than the last limit of the age buckets.",
    )

    def _compute_is_backlog(self):
        for company, group in self.grouped("company_id").items():
            limits = self._get_backlog_limits(company, group.product_id.ids) if company else {}
            for row in group:
                limit = limits.get(row.product_id.id)
                row.is_backlog = limit is not None and row.quantity > 0 and row.age_days >= limit

    @api.model
    def _search_is_backlog(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_backlog_domain() if True in value else ~self._get_backlog_domain()

    @api.model
    def _get_backlog_domain(self):
        """Return the domain of what is backlog in the user's companies; ages as they are in the settings now."""
        return Domain.OR(self._get_backlog_domain_of(company) for company in self.env.companies)

    @api.model
    def _get_backlog_domain_of(self, company):
        after_buckets = self._get_days_after_buckets(company)
        by_limit = defaultdict(list)
        for product_id, limit in self._get_backlog_limits(company).items():
            if limit != after_buckets:
                by_limit[limit].append(product_id)
        others = [product_id for product_ids in by_limit.values() for product_id in product_ids]
        old = Domain("age_days", ">=", after_buckets) & Domain("product_id", "not in", others)
        for limit, product_ids in by_limit.items():
            old |= Domain("age_days", ">=", limit) & Domain("product_id", "in", product_ids)
        return Domain("company_id", "=", company.id) & Domain("quantity", ">", 0) & old

    @api.model
    def _get_days_after_buckets(self, company):
        return self.env["res.company"]._mes_get_buckets()[company.id][0][-1] + 1

    @api.model
    def _get_backlog_limits(self, company, product_ids=None):
        """Return from which age on stock is backlog, two queries for all products.

        :param product_ids: of which products; without them of all that are on hand or being made
        :return: ``{product id: days}``
        :rtype: dict
        """
        items = self._read_policy_items(company, product_ids)
        products = self.env["product.product"].browse([item.product for item in items])
        scopes = self.env["mes.aging.policy"]._get_scopes(products, company)
        policies = self.env["mes.aging.policy"].sudo().browse(scopes.values())
        days = {policy.id: policy.max_age_days for policy in policies}
        after_buckets = self._get_days_after_buckets(company)
        return {item.product: days.get(choose(scopes, item)) or after_buckets for item in items}

    @api.model
    def _read_policy_items(self, company, product_ids=None):
        """Return what a policy is looked for by, of each product."""
        self.env["product.product"].flush_model(["mes_aging_kind", "product_tmpl_id"])
        self.env["product.template"].flush_model(["categ_id"])
        self.env["product.category"].flush_model(["parent_path"])
        if product_ids is None:
            self.env["stock.quant"].flush_model(["product_id", "company_id", "quantity"])
            self.env["mrp.production"].flush_model(["product_id", "company_id", "state"])
        wanted = SQL("SELECT unnest(%s::int[])", list(product_ids or []))
        there = SQL(
            """
            SELECT product_id FROM stock_quant WHERE company_id = %(company)s AND quantity > 0
             UNION
            SELECT product_id FROM mrp_production
             WHERE company_id = %(company)s AND state IN ('confirmed', 'progress', 'to_close')
            """,
            company=company.id,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id, category.parent_path, product.mes_aging_kind
                  FROM product_product product
                  JOIN product_template template ON template.id = product.product_tmpl_id
             LEFT JOIN product_category category ON category.id = template.categ_id
                 WHERE product.id IN (%s)
                """,
                there if product_ids is None else wanted,
            )
        )
        return [
            Item(product_id, tuple(int(part) for part in (path or "").split("/") if part), kind, None, company.id)
            for product_id, path, kind in rows
        ]


class MesAgingLayer(models.Model):
    _name = "mes.aging.layer"
    _inherit = ["mes.aging.layer", "mes.aging.backlog"]

    @api.depends("product_id", "company_id", "quantity", "age_days")
    def _compute_is_backlog(self):
        return super()._compute_is_backlog()


class MesAgingOrder(models.Model):
    _name = "mes.aging.order"
    _inherit = ["mes.aging.order", "mes.aging.backlog"]

    @api.depends("product_id", "company_id", "quantity", "age_days")
    def _compute_is_backlog(self):
        return super()._compute_is_backlog()
