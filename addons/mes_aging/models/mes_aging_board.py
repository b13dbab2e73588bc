"""What the inventory board shows: all products with their figures, and how they stand."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.mes_quality.replica import fresh

from ..tools.board import STATUSES
from ..tools.figures import Figures
from ..tools.policies import Item, choose

# A longer list is no help to choose from; the search box is.
CATEGORIES = 500


class MesAgingBoard(models.AbstractModel):
    """The board of a company's stock. Its figures come from `mes.aging.figures`, in one statement for all products."""

    _name = "mes.aging.board"
    _description = "Inventory Board"

    @api.model
    @api.readonly
    @fresh
    def get_rows(self, domain=None, days=None, offset=0, limit=80, warehouse_id=False, status=None, order="status"):
        """Return the products on the board, each with its figures in its own unit.

        :param list domain: of ``product.product``; kits, services and consumables are never on the board
        :param days: horizons in days from today, ascending; without them those of the company's settings
        :param int offset: rows to leave out, after sorting
        :param limit: rows at most; None: all
        :param warehouse_id: figures of this warehouse only; without it of all of the user's companies
        :param str status: only rows of this status, see `tools/figures.py`
        :param str order: ``status`` (the worst first), ``cover`` (the shortest first), ``value`` or ``excess`` (in
            money, the most first), ``name``; ``-`` before it turns it round
        :return: ``[{id, name, code, uom, categ_id, category, kind, buyer_id, buyer, on_hand, usable, free, held,
            registered, reserved, demand and incoming (a list, one for each horizon), demand_all, incoming_all, quoted,
            safety, issued, cover_days (None: nothing uses it up), last_demand_days, excess, idle, obsolete, value,
            excess_value, status, bar ({near, safety, far, idle, obsolete}), policy_id, max_cover_days (0: no line),
            is_above_line}]``
        :rtype: list[dict]
        :raises odoo.exceptions.AccessError: for users without the role
        :raises odoo.exceptions.UserError: for horizons or an order that make no sense
        """
        self._check_role()
        cut = {"offset": offset, "limit": limit}
        self._check_parameters(domain, days=days, warehouse_id=warehouse_id, status=status, order=order, **cut)
        page = self._get_page(domain, days, warehouse_id, order, statuses=[status] if status else STATUSES, **cut)
        return self._prepare_rows(page.found, warehouse_id)

    @api.model
    @api.readonly
    @fresh
    def get_board(
        self,
        domain=None,
        days=None,
        offset=0,
        limit=80,
        warehouse_id=False,
        status=None,
        order="status",
        buyer_id=False,
    ):
        """Return a page of the board with what stands above it.

        The parameters are those of `get_rows`; products of which nothing is there or needed are left out unless
        ``status`` is ``none``. ``buyer_id``: only what this user buys.

        :return: ``{server_time (UTC), currency_id, days, rows, count (of the rows of this status), counts ({status:
            products}), value and excess_value (of all these products)}``
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users without the role
        """
        self._check_role()
        given = {"days": days, "warehouse_id": warehouse_id, "status": status, "order": order, "buyer_id": buyer_id}
        self._check_parameters(domain, **given, offset=offset, limit=limit)
        page = self._get_page(
            domain, days, warehouse_id, order, buyer_id, self._get_statuses(status), offset=offset, limit=limit
        )
        return {
            "server_time": fields.Datetime.to_string(fields.Datetime.now()),
            "currency_id": self.env.company.currency_id.id,
            "days": list(self._get_days(days)),
            "rows": self._prepare_rows(page.found, warehouse_id),
            "count": page.count,
            "counts": page.counts,
            "value": page.value,
            "excess_value": page.excess_value,
        }

    @api.model
    @api.readonly
    @fresh
    def get_setup(self):
        """Return what the screen needs once: places, categories and people to choose from, and the formulas.

        :return: ``{days, warehouses, categories, buyers (each [{id, name}]), figures (see `_get_formulas`), user_id,
            trend (of the backlog in the last 30 days, see `get_trend` of `mes.aging.snapshot`)}``
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users without the role
        """
        self._check_role()
        buyers = self.env["res.users"].sudo().browse(sorted(set(self._get_buyers().values())))
        return {
            "days": list(self._get_days()),
            "warehouses": self._prepare_names(self.env["mes.aging.figures"]._get_warehouses().filtered("active")),
            "categories": self._prepare_names(self.env["product.category"].search([], limit=CATEGORIES)),
            "buyers": self._prepare_names(buyers.filtered("active")),
            "figures": self._get_formulas(),
            "user_id": self.env.uid,
            "trend": self.env["mes.aging.snapshot"].get_trend(),
        }

    # -- finding ------------------------------------------------------------------------------------------------

    @api.model
    def _check_parameters(self, domain=None, **given):
        self.env["mes.quality.message"]._check_parameters(self.env["product.product"], domain, **given)

    @api.model
    def _check_role(self):
        if not self.env.su and not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            raise AccessError(self.env["mes.aging.message"]._text("board_role"))

    @api.model
    def _get_days(self, days=None):
        """Return the horizons as a tuple; by default those of the company."""
        company = self.env.company
        days = tuple(days or (company.mes_aging_near_days, company.mes_aging_far_days))
        if any(not isinstance(number, int) or number < 1 for number in days) or list(days) != sorted(days):
            raise self.env["mes.aging.message"]._error("board_days", days=", ".join(map(str, days)))
        return days

    @api.model
    def _get_product_domain(self, domain):
        return Domain(domain or []) & Domain("is_storable", "=", True)

    @api.model
    def _get_warehouse(self, warehouse_id):
        """Return the warehouse that is asked for, when it is one of the user's companies; None: all."""
        if not warehouse_id:
            return None
        return self.env["mes.aging.figures"]._get_warehouses().filtered(lambda found: found.id == warehouse_id)

    # -- rows ---------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_names(self, records):
        return [{"id": record.id, "name": record.display_name} for record in records]

    @api.model
    def _prepare_rows(self, found, warehouse_id=False):
        """Return the rows of a page."""
        warehouse = self._get_warehouse(warehouse_id)
        products = self.env["product.product"].browse([product_id for product_id, _figures in found])
        details = self._get_details(products)
        policies = self._get_policies(products, details, warehouse)
        return [
            {
                **details[product_id]._asdict(),
                **self._prepare_figures(figures),
                **self._prepare_line(figures, policies[product_id]),
            }
            for product_id, figures in found
        ]

    @api.model
    def _get_policies(self, products, details, warehouse=None):
        """Return ``{product id: policy}``, as `mes.aging.policy` chooses, from what is known of the products."""
        Policy = self.env["mes.aging.policy"]
        company = warehouse.company_id if warehouse else self.env.company
        scopes = Policy._get_scopes(products, company, warehouse)
        policies = Policy.sudo().browse(scopes.values())  # all at once: a limit binds whoever may not read it, too
        by_id = {policy.id: policy for policy in policies}
        place = warehouse.id if warehouse else None
        chosen = {
            product_id: choose(scopes, Item(product_id, detail.categories, detail.kind, place, company.id))
            for product_id, detail in details.items()
        }
        return {product_id: by_id.get(policy_id, Policy) for product_id, policy_id in chosen.items()}

    @api.model
    def _prepare_figures(self, figures: Figures):
        names = ("on_hand", "usable", "free", "held", "registered", "reserved", "demand_all", "incoming_all", "quoted")
        names += ("safety", "issued", "excess", "idle", "obsolete", "value", "excess_value", "status", "bar")
        found = {name: getattr(figures, name) for name in names}
        cover = figures.cover_days
        return {
            **found,
            "demand": list(figures.demand),
            "incoming": list(figures.incoming),
            "cover_days": cover if cover is None else round(cover, 2),
            "last_demand_days": round(figures.last_demand_days, 2),
        }

    @api.model
    def _prepare_line(self, figures, policy):
        """Return the warning line that the policy draws for cover; the safety stock is to stay, so it is no part."""
        limit = policy.max_cover_days or 0
        cover = figures.surplus_days
        return {
            "policy_id": policy.id or False,
            "max_cover_days": limit,
            "is_above_line": bool(limit) and (cover is None or cover > limit),
        }
