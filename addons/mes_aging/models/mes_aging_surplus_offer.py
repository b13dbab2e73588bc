"""The surplus exchange: what lies unneeded in one warehouse is offered where it is missing, before it is bought."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import QUOTED_STATES
from ..tools.figures import above
from ..tools.surplus import Demand, Surplus, match, net

STATES = [("open", "Open"), ("accepted", "Accepted")]
# What a demand is, by its key: the field of the offer that names it.
DEMANDS = {"buy": "purchase_line_id", "rule": "orderpoint_id", "move": "move_id"}
EVERY = (3, 30)  # horizons play no part here: all open demand is needed


class MesAgingSurplusOffer(models.Model):
    """So much of a product is free in a warehouse, and somebody else inside waits for it or is about to buy it.

    Free is what neither open demand of any date nor the safety stock needs, what isn't reserved, not held, and on no
    route of a clearance case. Missing is, in another warehouse, of this company or of another one:

    * a line of a quotation, and what a reordering rule is about to order by Odoo's own forecast;
    * a component of a manufacturing or repair order, and a delivery, as far as neither stock nor anything that is
      confirmed to come serves it; the components may be replaced by substitutes, too.

    What is about to be bought for a document is offered once: in place of the purchase. Accepting moves it there,
    puts it on the order in place of the missing component, or quotes it to the other company.
    """

    _name = "mes.aging.surplus.offer"
    _description = "Offer of Surplus"
    _order = "state desc, date_needed, id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", "Surplus", required=True, readonly=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    warehouse_id = fields.Many2one("stock.warehouse", "From", required=True, readonly=True, index=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the unit of the surplus.")
    value = fields.Monetary(readonly=True, help="At current cost.")
    demand_product_id = fields.Many2one("product.product", "Missing", required=True, readonly=True, index=True)
    covered_qty = fields.Float("Covers", digits="Product Unit", readonly=True, help="In the unit of what is missing.")
    dest_warehouse_id = fields.Many2one("stock.warehouse", "To", required=True, readonly=True, index=True)
    date_needed = fields.Datetime("Needed", readonly=True)
    purchase_line_id = fields.Many2one(
        "purchase.order.line", "Instead of Buying", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    orderpoint_id = fields.Many2one(
        "stock.warehouse.orderpoint", "Instead of Ordering", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one("stock.move", "Waiting", readonly=True, index="btree_not_null", ondelete="cascade")
    demand = fields.Char("For", compute="_compute_demand")
    sale_line_id = fields.Many2one(
        "sale.order.line", "Sold By", readonly=True, index="btree_not_null", ondelete="set null"
    )
    trade_line_id = fields.Many2one(
        "purchase.order.line", "Bought By", readonly=True, index="btree_not_null", ondelete="set null"
    )
    line_id = fields.Many2one(
        "mes.aging.clearance.line", "Route", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    dest_company_id = fields.Many2one(
        related="dest_warehouse_id.company_id", string="To Company", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)

    @api.depends("purchase_line_id", "orderpoint_id", "move_id")
    def _compute_demand(self):
        for offer in self.sudo():
            document = offer.purchase_line_id.order_id or offer.orderpoint_id or offer._get_order()
            offer.demand = document.display_name or ""

    def _get_order(self):
        """Return the order or delivery that waits for this."""
        move = self.move_id
        return move.raw_material_production_id or move.repair_id or move.picking_id

    # -- finding ------------------------------------------------------------------------------------------------

    @api.model
    def action_refresh(self):
        """Look for surplus that somebody else needs.

        :return: the action that shows the open offers
        :raises odoo.exceptions.AccessError: without access
        """
        self.check_access("read")
        self.sudo()._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id("mes_aging.mes_aging_surplus_offer_action")

    @api.model
    def _cron_refresh(self):
        """Look for surplus in all companies at once: what one of them gets the others don't."""
        self.sudo()._refresh()

    @api.model
    def _refresh(self, products=None):
        """Make the open offers what is true now; those that still are stay. Twice is the same as once.

        :param products: only for what is missing of these
        :return: the new offers
        """
        found, demands = self._find_matches(products)
        offered = self.env["product.product"].browse({one.product for one in found}).grouped("id")
        places = self._get_warehouses().grouped("id")
        wanted = {}
        for one in found:
            vals = self._prepare_offer(one, demands[one.key], offered[one.product], places[one.place])
            wanted[self._get_signature(vals)] = vals
        old = self._get_open(products)
        gone = old.filtered(lambda offer: wanted.pop(self._get_signature(offer), None) is None)
        gone.unlink()
        return self.create(list(wanted.values()))

    @api.model
    def _get_signature(self, offer):
        """Return what tells an offer, or the values of one, from others."""
        names = ("product_id", "warehouse_id", "demand_product_id", "dest_warehouse_id", *DEMANDS.values())
        ids = tuple(int(offer[name]) for name in names)
        return (*ids, offer["date_needed"], *(round(offer[name], 6) for name in ("quantity", "covered_qty", "value")))

    @api.model
    def _find_matches(self, products=None):
        """Return what of the surplus is for whom, and the demands: ``([Match], {key: Demand})``. A few queries for all.

        :param products: only for what is missing of these; what is offered for others is taken already
        """
        houses = self._get_warehouses()
        demands, figures, substitutes = self._find_needs(houses, products)
        others = self._get_open() - self._get_open(products) if products is not None else self.browse()
        surplus = self._get_surplus(figures, self._get_taken(others, houses), houses)
        return match(surplus, demands, substitutes), {demand.key: demand for demand in demands}

    @api.model
    def _find_needs(self, houses, products=None):
        """Return what is missing: the net `Demand`s, the `Figures` by product and warehouse, and the substitutes."""
        demands = self._get_demands(products)
        substitutes = self._get_substitutes(demands)
        wanted = {demand.product for demand in demands}
        wanted |= {product for pairs in substitutes.values() for product, _ratio in pairs}
        figures = self._get_figures(self.env["product.product"].browse(wanted), houses)
        coming = {key: one.free + one.incoming_all for key, one in figures.items()}
        for demand in demands:
            if demand.key[0] == "trade":
                coming[demand.product, demand.place] = coming.get((demand.product, demand.place), 0.0) + demand.quantity
        missing = {key: above(one.demand_all, coming[key]) for key, one in figures.items()}
        wanted = [demand for demand in demands if demand.key[0] != "trade"]
        return net(wanted, missing), figures, substitutes

    @api.model
    def _get_figures(self, products, houses):
        return self.env["mes.aging.figures"]._get_figures(products, EVERY, warehouses=houses, by_warehouse=True)

    @api.model
    def _get_open(self, products=None):
        scope = [("demand_product_id", "in", products.ids)] if products is not None else []
        return self.search_fetch([("state", "=", "open"), *scope], self._get_columns())

    @api.model
    def _get_columns(self):
        return [name for name, field in self._fields.items() if field.store and not field.related]

    @api.model
    def _get_warehouses(self):
        return self.env["stock.warehouse"].sudo().search_fetch([], ["company_id"])

    @api.model
    def _get_taken(self, offers, houses):
        """Return what offers and open routes take already: ``{(product id, warehouse id): quantity}``.

        A route takes it from each place where it may; what its documents have reserved isn't free anyway.
        """
        taken = {}
        for offer in offers:
            key = (offer.product_id.id, offer.warehouse_id.id)
            taken[key] = taken.get(key, 0.0) + offer.quantity
        lines = self.env["mes.aging.clearance.line"].sudo().search([("state", "in", ("draft", "open"))])
        by_company = houses.grouped("company_id")
        for line in lines:
            open_moves = line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            rest = line._get_open_qty() - sum(open_moves.mapped("product_qty"))
            for warehouse in line.clearance_id.warehouse_id or by_company.get(line.company_id, ()):
                key = (line.product_id.id, warehouse.id)
                taken[key] = taken.get(key, 0.0) + max(rest, 0.0)
        return taken

    @api.model
    def _get_surplus(self, figures, taken, houses):
        """Return the `Surplus` of all places: what nobody needs, now or later, and nothing takes."""
        owners = {warehouse.id: warehouse.company_id for warehouse in houses}
        shared = self._get_shared({product for product, _place in figures}, houses.company_id)
        found = []
        for key, one in figures.items():
            free = min(above(one.free, one.demand_all + one.safety), max(one.usable, 0.0))
            quantity = above(free, taken.get(key, 0.0))
            if quantity:
                owner = owners[key[1]]
                found.append(Surplus(*key, quantity, owner.id, (key[0], owner.id) in shared))
        return found

    @api.model
    def _get_shared(self, product_ids, companies):
        """Return which products of which companies others are offered: ``{(product id, company id)}``."""
        return set()

    @api.model
    def _get_substitutes(self, demands):
        """Return ``{product id: [(substitute id, ratio)]}``, the best first."""
        wanted = {demand.product for demand in demands if demand.is_open_to_substitutes}
        pairs = self.env["mes.aging.substitute"].search_fetch([("product_id", "in", list(wanted))])
        return {
            product.id: [(pair.substitute_id.id, pair.ratio) for pair in group]
            for product, group in pairs.grouped("product_id").items()
        }

    @api.model
    def _get_demands(self, products=None):
        """Return the `Demand` of all that waits or is about to be bought, in all companies. One statement."""
        self.env.flush_all()
        parts = [self._get_quotations_query(), self._get_rules_query(), self._get_waiting_query()]
        query = SQL("SELECT * FROM (%s) AS demand WHERE quantity > 0", SQL(" UNION ALL ").join(parts))
        if products is not None:
            query = SQL("%s AND product_id = ANY(%s)", query, products.ids)
        return [
            Demand(
                (kind, record_id),
                product_id,
                warehouse_id,
                quantity,
                rank=(date is None, date),
                is_open_to_substitutes=is_component,
                owner=company_id,
                is_plan=kind != "move",
            )
            for kind, record_id, product_id, warehouse_id, company_id, quantity, date, is_component in (
                self.env.execute_query(query)
            )
        ]

    @api.model
    def _get_quotations_query(self):
        """Lines of purchase orders that nobody confirmed yet; `trade` is what this exchange has put there."""
        return SQL(
            """
            SELECT CASE WHEN EXISTS (SELECT FROM mes_aging_surplus_offer offer WHERE offer.trade_line_id = line.id)
                        THEN 'trade' ELSE 'buy' END AS kind, line.id, line.product_id, type.warehouse_id,
                   line.company_id, line.product_uom_qty::float8 AS quantity, line.date_planned AS date,
                   FALSE AS is_component
              FROM purchase_order_line line
              JOIN purchase_order purchase ON purchase.id = line.order_id AND purchase.state IN %s
              JOIN stock_picking_type type ON type.id = purchase.picking_type_id AND type.code = 'incoming'
             WHERE line.product_id IS NOT NULL AND type.warehouse_id IS NOT NULL
            """,
            QUOTED_STATES,
        )

    @api.model
    def _get_rules_query(self):
        """What reordering rules are about to order beyond what is quoted or comes; not while they are snoozed."""
        return SQL(
            """
            SELECT 'rule', rule.id, rule.product_id, rule.warehouse_id, rule.company_id,
                   COALESCE(NULLIF(rule.qty_to_order_manual, 0), rule.qty_to_order_computed)::float8,
                   rule.deadline_date::timestamp, FALSE
              FROM stock_warehouse_orderpoint rule
             WHERE rule.active AND (rule.snoozed_until IS NULL OR rule.snoozed_until <= %s)
            """,
            fields.Date.context_today(self),
        )

    @api.model
    def _get_waiting_query(self):
        """What components of orders and deliveries wait for: not reserved."""
        return SQL(
            """
            SELECT 'move', move.id, move.product_id, place.warehouse_id, move.company_id,
                   (move.product_qty * (1 - COALESCE(move.quantity, 0) / NULLIF(move.product_uom_qty, 0)))::float8,
                   move.date, move.raw_material_production_id IS NOT NULL OR move.repair_id IS NOT NULL
              FROM stock_move move
              JOIN stock_location place ON place.id = move.location_id AND place.warehouse_id IS NOT NULL
              JOIN stock_location goal ON goal.id = COALESCE(move.location_final_id, move.location_dest_id)
             WHERE move.state IN ('confirmed', 'waiting', 'partially_available')
               AND (move.raw_material_production_id IS NOT NULL OR goal.usage = 'customer'
                    OR move.repair_id IS NOT NULL AND move.repair_line_type = 'add')
            """
        )

    @api.model
    def _prepare_offer(self, found, demand, product, warehouse):
        kind, record_id = found.key
        company = warehouse.company_id
        return {
            "product_id": found.product,
            "warehouse_id": found.place,
            "quantity": product.uom_id.round(found.quantity, rounding_method="DOWN"),
            "value": company.currency_id.round(found.quantity * product.with_company(company).standard_price),
            "demand_product_id": demand.product,
            "covered_qty": found.covered,
            "dest_warehouse_id": demand.place,
            "date_needed": demand.rank[1] or False,
            **{name: record_id if kind == key else False for key, name in DEMANDS.items()},
            "company_id": company.id,
        }

    # -- accepting ----------------------------------------------------------------------------------------------

    def action_accept(self):
        """Take these offers: the surplus is moved there, goes on the order, or is quoted; quotations are reduced.

        Twice is once: what is accepted stays as it is.

        :raises odoo.exceptions.AccessError: without the role, or of a company that isn't the user's
        :raises odoo.exceptions.UserError: when the surplus or the demand is gone meanwhile; nothing is written then
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_groups(
            "mes_aging.mes_aging_group_user,purchase.group_purchase_user,mrp.group_mrp_user"
        ):
            raise self.env["mes.aging.message"]._error("clearance_role")
        for offer in self.sudo().filtered(lambda offer: offer.state == "open"):
            offer.with_company(offer.company_id)._accept()
        return True

    def _accept(self):
        self.env["mes.aging.guard.counter"]._count_up(self.product_id | self.demand_product_id)
        self._check_true()
        self.state = "accepted"
        line = self._plan_line()
        self.line_id = line
        line._execute()
        self._reduce_purchase()

    def _check_true(self):
        """Raise when the offer isn't true any more."""
        message = self.env["mes.aging.message"]
        self.orderpoint_id._compute_qty_to_order_computed()
        houses = self._get_warehouses()
        demands, figures, _substitutes = self._find_needs(houses, self.demand_product_id)
        missing = sum(self._get_missing(demand) for demand in demands if demand.key == self._get_key())
        if self.demand_product_id.uom_id.compare(missing, self.covered_qty) < 0:
            raise message._error("surplus_used", order=self.demand)
        if self._is_substitute():
            figures = self._get_figures(self.product_id, houses)
        place = (self.product_id.id, self.warehouse_id.id)
        surplus = self._get_surplus(figures, self._get_taken(self.browse(), houses), houses)
        free = sum(item.quantity for item in surplus if item[:2] == place)
        if self.uom_id.compare(free, self.quantity) < 0:
            raise message._error("surplus_gone")

    def _get_key(self):
        """Return the key of the demand that it is for."""
        return next(((kind, self[name].id) for kind, name in DEMANDS.items() if self[name]), None)

    def _get_missing(self, demand):
        """Return how much this offer may cover of its demand."""
        return demand.quantity if self._is_substitute() else demand.wanted

    def _is_substitute(self):
        return self.product_id != self.demand_product_id

    def _plan_line(self):
        """Return the planned route of a case for this offer: of the case that there is, or of a new one."""
        Case = self.env["mes.aging.clearance"]
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("warehouse_id", "in", (self.warehouse_id.id, False)),
            ("production_id", "=", False),
            ("lot_ids", "=", False),
            ("state", "in", ("draft", "open")),
        ]
        cases = Case.search(domain, order="id")
        case = cases.filtered(lambda case: self.uom_id.compare(case._get_plannable_qty(), self.quantity) >= 0)[
            :1
        ] or Case._open_for([self._prepare_case()])
        return self.env["mes.aging.clearance.line"].create(self._prepare_line(case))

    def _prepare_line(self, case):
        return {
            "clearance_id": case.id,
            "route": "reallocate",
            "quantity": self.quantity,
            "location_id": self.warehouse_id.lot_stock_id.id,
            "dest_warehouse_id": self.dest_warehouse_id.id,
            "offer_id": self.id,
        }

    def _prepare_case(self):
        return {
            "product_id": self.product_id.id,
            "warehouse_id": self.warehouse_id.id,
            "company_id": self.company_id.id,
            "quantity": self.quantity,
            "user_id": self.env.uid,
            "source": "surplus",
            "origin": self.demand,
        }

    def _reduce_purchase(self):
        """Buy less by what comes from inside; a line of which nothing is left goes. Rules see what comes themselves."""
        rule = self.orderpoint_id
        if rule.qty_to_order_manual:
            rule.qty_to_order_manual = max(rule.qty_to_order_manual - self.covered_qty, 0.0)
        line = self.purchase_line_id
        if not line:
            return
        unit = line.product_uom_id
        rest = line.product_qty - self.demand_product_id.uom_id._compute_quantity(self.covered_qty, unit)
        text = self.env["mes.aging.message"]._text(
            "surplus_inside",
            product=line.product_id.display_name,
            quantity=self.covered_qty,
            place=self.warehouse_id.name,
        )
        line.order_id.message_post(body=text)
        if unit.compare(rest, 0) > 0:
            line.product_qty = rest
        else:
            self.purchase_line_id = False
            line.unlink()
