"""Limits for stock: how old, how long unused, for how many days; and whether more may be bought."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import KINDS, PURCHASE_POLICIES
from ..tools.policies import Item, Scope, choose

# What is read of all policies at once: for what they are, and what they allow.
LIMITS = (
    "product_id",
    "categ_id",
    "kind",
    "warehouse_id",
    "company_id",
    "max_age_days",
    "max_cover_days",
    "purchase_policy",
)


class MesAgingPolicy(models.Model):
    """A policy: the limits of the items it is for. A limit of zero is none.

    Of the policies that fit a product, the most specific one counts, as a whole: the product's own before that of
    its category (the nearest first), before that of its kind, before that of all products; at each of these levels
    the warehouse's before the one of all warehouses, then the company's before the one of all companies.
    """

    _name = "mes.aging.policy"
    _description = "Aging Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Orders the list only: which policy counts follows from its scope.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="Empty: for all companies.",
    )
    kind = fields.Selection(KINDS, "Kind of Stock", tracking=True, help="Empty: all kinds.")
    categ_id = fields.Many2one("product.category", "Product Category", index=True, help="With all below it.")
    product_id = fields.Many2one("product.product", index=True, check_company=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", index=True, check_company=True, ondelete="cascade")

    max_age_days = fields.Integer(
        "Longest Age (days)",
        tracking=True,
        help="Since it was received or made. Stock that is as old as this is backlog. Zero: no limit.",
    )
    max_idle_days = fields.Integer(
        "Longest Time Unused (days)",
        tracking=True,
        help="Since it was last sold or used. Stock unused for as long as this is backlog. Zero: no limit.",
    )
    max_cover_days = fields.Integer(
        "Highest Cover (days)",
        tracking=True,
        help="What demand of more than these days does not use up is excess, and more is not bought. Zero: no limit.",
    )
    min_turnover = fields.Float(
        "Lowest Turnover (per year)",
        tracking=True,
        help="How often the stock is used up in a year, at least. Zero: no limit.",
    )
    warn_ratio = fields.Float(
        "Warn from",
        default=0.8,
        tracking=True,
        help="The share of a limit from which a warning is given: 80 % of 90 days are 72 days. 100 %: none before.",
    )
    purchase_policy = fields.Selection(
        PURCHASE_POLICIES,
        "Buying above Need",
        required=True,
        default="warn",
        tracking=True,
        help="Whether a purchase that goes beyond the highest cover is let through, is warned of, or needs approval.",
    )

    _scope_uniq = models.UniqueIndex(
        "(COALESCE(product_id, 0), COALESCE(categ_id, 0), COALESCE(kind, ''), COALESCE(warehouse_id, 0), "
        "COALESCE(company_id, 0)) WHERE active",
        "There is a policy for the same scope already. Change that one, or archive it.",
    )
    _limits = models.Constraint(
        "CHECK (max_age_days >= 0 AND max_idle_days >= 0 AND max_cover_days >= 0 AND min_turnover >= 0)",
        "A limit is not negative; zero is no limit.",
    )
    _warn_ratio = models.Constraint(
        "CHECK (warn_ratio > 0 AND warn_ratio <= 1)", "A warning is given from above 0 % to 100 % of the limit."
    )

    @api.depends("warehouse_id", "product_id")
    def _compute_company_id(self):
        """A warehouse has one company, and so has a policy for it."""
        for policy in self:
            policy.company_id = policy.warehouse_id.company_id or policy.product_id.company_id or policy.company_id

    @api.constrains("product_id", "categ_id")
    def _check_product_or_category(self):
        for policy in self:
            if policy.product_id and policy.categ_id:
                raise ValidationError(self.env["mes.aging.message"]._text("policy_scope", policy=policy.name))

    @api.constrains("purchase_policy", "max_cover_days")
    def _check_stop_has_limit(self):
        for policy in self:
            if policy.purchase_policy == "stop" and not policy.max_cover_days:
                raise ValidationError(self.env["mes.aging.message"]._text("policy_stop", policy=policy.name))

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model(["active"])  # what was archived just now leaves its scope to a new one
        return super().create(vals_list)

    # -- which policy counts ------------------------------------------------------------------------------------

    @api.model
    def _get_policies(self, products, warehouse=None):
        """Return which policy counts for each of ``products``, as ``{product id: policy}``; an empty one when none.

        One query for all of them. The policies are read as superuser: a limit binds those who may not see it, too.

        :param products: of the current company, or of the warehouse's
        :param warehouse: the place in question; None: policies of single warehouses don't count
        """
        company = warehouse.company_id if warehouse else self.env.company
        scopes = self._get_scopes(products, company, warehouse)
        return {
            product.id: self.sudo().browse(choose(scopes, product._mes_get_policy_item(company, warehouse)))
            for product in products.sudo()
        }

    @api.model
    def _get_scopes(self, products, company, warehouses=None):
        """Return ``{scope: id}`` of the policies that may count for ``products``; one query.

        :param warehouses: those whose own policies may count, too
        """
        fits = Domain("product_id", "in", [False, *products.ids])
        fits &= Domain("company_id", "in", [False, company.id])
        fits &= Domain("warehouse_id", "in", [False, *(warehouses.ids if warehouses else [])])
        return {policy._get_scope(): policy.id for policy in self.sudo().search_fetch(fits, LIMITS)}

    def _get_scope(self):
        self.ensure_one()
        return Scope(
            self.product_id.id or None,
            self.categ_id.id or None,
            self.kind or None,
            self.warehouse_id.id or None,
            self.company_id.id or None,
        )

    def _get_limit(self, reason):
        """Return the limit of this policy for ``reason``: days, or times a year for turnover. Zero: none."""
        self.ensure_one()
        return {
            "age": self.max_age_days,
            "idle": self.max_idle_days,
            "cover": self.max_cover_days,
            "turnover": self.min_turnover,
        }[reason]


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _mes_get_policy_item(self, company, warehouse=None):
        """Return what a policy is looked for by."""
        self.ensure_one()
        path = self.categ_id.parent_path or ""
        return Item(
            self.id,
            tuple(int(part) for part in path.split("/") if part),
            self.mes_aging_kind or None,
            warehouse.id if warehouse else None,
            company.id,
        )
