"""The surplus exchange: what lies unneeded in one warehouse is offered where it is missing, before it is bought."""

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..const import QUOTED_STATES
from ..tools.clearance import Estimate
from ..tools.surplus import Demand, Surplus, match

STATES = [("open", "Open"), ("accepted", "Accepted")]


class MesAgingSurplusOffer(models.Model):
    """So much of a product is free in a warehouse, and somebody else in the company waits for it or is about to buy it.

    Free is what neither the far horizon nor the safety stock needs, what isn't reserved, not held, and on no route of a
    clearance case. Accepting moves it there, or puts it on the order in place of the missing component.
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
    move_id = fields.Many2one("stock.move", "Component", readonly=True, index="btree_not_null", ondelete="cascade")
    demand = fields.Char("For", compute="_compute_demand")
    line_id = fields.Many2one(
        "mes.aging.clearance.line", "Route", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)

    @api.depends("purchase_line_id", "move_id")
    def _compute_demand(self):
        for offer in self.sudo():
            move = offer.move_id
            order = offer.purchase_line_id.order_id or move.raw_material_production_id or move.repair_id
            offer.demand = order.display_name or ""

    # -- finding ------------------------------------------------------------------------------------------------

    @api.model
    def action_refresh(self):
        """Look for surplus that somebody else needs, in the user's companies.

        :return: the action that shows the open offers
        :raises odoo.exceptions.AccessError: without access
        """
        self.check_access("read")
        for company in self.env.companies:
            self.sudo().with_context(allowed_company_ids=company.ids).with_company(company)._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id("mes_aging.mes_aging_surplus_offer_action")

    @api.model
    def _cron_refresh(self):
        """Look for surplus in all companies, each for itself."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for number, company in enumerate(companies, 1):
            self.sudo().with_context(allowed_company_ids=company.ids).with_company(company)._refresh()
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - number)

    @api.model
    def _refresh(self, products=None):
        """Replace the open offers of the current company by what is true now.

        :param products: only for what is missing of these
        """
        company = self.env.company
        old = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        if products is not None:
            old = old.filtered(lambda offer: offer.demand_product_id in products)
        old.unlink()
        found, demands = self._find_matches(company, products)
        products = self.env["product.product"].browse({one.product for one in found}).with_company(company)
        by_id = products.grouped("id")  # read for all at once
        return self.create([self._prepare_offer(one, demands[one.key], by_id[one.product], company) for one in found])

    @api.model
    def _find_matches(self, company, products=None):
        """Return what of the surplus is for whom, and the demands: ``([Match], {key: Demand})``. A few queries for all.

        Offers that are open are taken already.
        """
        demands = self._get_demands(company, products)
        substitutes = self._get_substitutes(company, {demand.product for demand in demands})
        surplus = self._get_surplus(demands, substitutes)
        taken = self._get_taken(self._get_open(company))
        surplus = [item._replace(quantity=item.quantity - taken.get(item[:2], 0.0)) for item in surplus]
        return match(surplus, demands, substitutes), {demand.key: demand for demand in demands}

    @api.model
    def _get_open(self, company):
        return self.search([("company_id", "=", company.id), ("state", "=", "open")])

    @api.model
    def _get_taken(self, offers):
        """Return what other offers and open routes take already: ``{(product id, warehouse id): quantity}``."""
        taken = {}
        for offer in offers:
            key = (offer.product_id.id, offer.warehouse_id.id)
            taken[key] = taken.get(key, 0.0) + offer.quantity
        lines = self.env["mes.aging.clearance.line"].search_fetch(
            [("state", "in", ("draft", "open")), ("company_id", "=", self.env.company.id)]
        )
        for line in lines:
            warehouses = line.clearance_id.warehouse_id or self._get_warehouses()
            for warehouse in warehouses:
                key = (line.product_id.id, warehouse.id)
                taken[key] = taken.get(key, 0.0) + line._get_open_qty()
        return taken

    @api.model
    def _get_warehouses(self):
        return self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)])

    @api.model
    def _get_surplus(self, demands, substitutes):
        """Return the `Surplus` of what is missing elsewhere, and of what may replace it. One statement."""
        wanted = {demand.product for demand in demands}
        wanted |= {product for pairs in substitutes.values() for product, _ratio in pairs}
        products = self.env["product.product"].browse(wanted)
        far = (self.env.company.mes_aging_near_days, self.env.company.mes_aging_far_days)
        figures = self.env["mes.aging.figures"]._get_figures(
            products, far, warehouses=self._get_warehouses(), by_warehouse=True
        )
        return [
            Surplus(product, warehouse, min(one.excess, max(one.usable, 0.0)))
            for (product, warehouse), one in figures.items()
            if one.excess and warehouse
        ]

    @api.model
    def _get_substitutes(self, company, product_ids):
        """Return ``{product id: [(substitute id, ratio)]}``, the best first."""
        pairs = self.env["mes.aging.substitute"].search_fetch(
            [("product_id", "in", list(product_ids)), ("company_id", "in", (False, company.id))]
        )
        return {
            product.id: [(pair.substitute_id.id, pair.ratio) for pair in group]
            for product, group in pairs.grouped("product_id").items()
        }

    @api.model
    def _get_demands(self, company, products=None):
        """Return the `Demand` of all that waits or is about to be bought. One statement."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'buy', line.id, line.product_id, type.warehouse_id, line.product_uom_qty::float8,
                       line.date_planned
                  FROM purchase_order_line line
                  JOIN purchase_order purchase ON purchase.id = line.order_id AND purchase.state IN %(quoted)s
                  JOIN stock_picking_type type ON type.id = purchase.picking_type_id AND type.code = 'incoming'
                 WHERE line.company_id = %(company)s AND line.product_uom_qty > 0 AND %(lines)s
             UNION ALL
                SELECT 'part', move.id, move.product_id, place.warehouse_id,
                       (move.product_qty * (1 - COALESCE(move.quantity, 0)
                                                / NULLIF(move.product_uom_qty, 0)))::float8, move.date
                  FROM stock_move move
                  JOIN stock_location place ON place.id = move.location_id
                 WHERE move.company_id = %(company)s AND %(moves)s
                   AND move.state IN ('confirmed', 'waiting', 'partially_available')
                   AND (move.raw_material_production_id IS NOT NULL OR move.repair_id IS NOT NULL)
                """,
                quoted=QUOTED_STATES,
                company=company.id,
                lines=self._get_products_sql("line", products),
                moves=self._get_products_sql("move", products),
            )
        )
        return [
            Demand((kind, record_id), product_id, warehouse_id, quantity, (date is None, date), kind == "part")
            for kind, record_id, product_id, warehouse_id, quantity, date in rows
            if product_id and warehouse_id and quantity and quantity > 0
        ]

    @api.model
    def _get_products_sql(self, alias, products):
        if products is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL.identifier(alias, "product_id"), products.ids)

    @api.model
    def _prepare_offer(self, found, demand, product, company):
        kind, record_id = found.key
        return {
            "product_id": found.product,
            "warehouse_id": found.place,
            "quantity": product.uom_id.round(found.quantity, rounding_method="DOWN"),
            "value": found.quantity * product.standard_price,
            "demand_product_id": demand.product,
            "covered_qty": found.covered,
            "dest_warehouse_id": demand.place,
            "date_needed": demand.rank[1],
            "purchase_line_id": record_id if kind == "buy" else False,
            "move_id": record_id if kind == "part" else False,
            "company_id": company.id,
        }

    # -- accepting ----------------------------------------------------------------------------------------------

    def action_accept(self):
        """Take these offers: the surplus is moved there, or goes on the order; quotations are reduced.

        Twice is once: what is accepted stays as it is.

        :raises odoo.exceptions.AccessError: without the role
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
        self.env["mes.aging.guard.counter"]._count_up(self.product_id)
        self._check_true()
        self.state = "accepted"
        line = self._plan_line()
        self.line_id = line
        line._execute()
        if self.purchase_line_id:
            self._reduce_purchase()

    def _check_true(self):
        """Raise when the offer isn't true any more."""
        message = self.env["mes.aging.message"]
        demands = self._get_demands(self.company_id, self.demand_product_id)
        key = ("buy", self.purchase_line_id.id) if self.purchase_line_id else ("part", self.move_id.id)
        missing = sum(demand.quantity for demand in demands if demand.key == key)
        if self.demand_product_id.uom_id.compare(missing, self.covered_qty) < 0:
            raise message._error("surplus_used", order=self.demand)
        substitutes = {self.demand_product_id.id: [(self.product_id.id, 1.0)]}
        free = {item[:2]: item.quantity for item in self._get_surplus(demands, substitutes)}
        if self.uom_id.compare(free.get((self.product_id.id, self.warehouse_id.id), 0.0), self.quantity) < 0:
            raise message._error("surplus_gone")

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
        return self.env["mes.aging.clearance.line"].create(
            {
                "clearance_id": case.id,
                "route": "reallocate",
                "quantity": self.quantity,
                "location_id": self.warehouse_id.lot_stock_id.id,
                "dest_warehouse_id": self.dest_warehouse_id.id,
                "offer_id": self.id,
            }
        )

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
        """Buy less by what comes from inside; a line of which nothing is left goes."""
        line = self.purchase_line_id
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


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _estimate_reallocate(self):
        """What others inside wait for needn't be bought: it is worth its book value."""
        domain = [("product_id", "=", self.product_id.id), ("company_id", "=", self.company_id.id)]
        offers = self.env["mes.aging.surplus.offer"].search([*domain, ("state", "=", "open")])
        quantity = min(sum(offers.mapped("quantity")), max(self._get_plannable_qty(), 0.0))
        if self.uom_id.compare(quantity, 0) <= 0:
            product = self.product_id.display_name
            return self.env["mes.aging.message"]._text("surplus_none", product=product)
        why = self.env["mes.aging.message"]._text(
            "surplus_why", quantity=quantity, unit=self.uom_id.name, demands=", ".join(offers.mapped("demand"))
        )
        return Estimate(quantity, quantity * self.unit_cost, 0.0, 3.0, why)


class MesAgingClearanceProposal(models.Model):
    _inherit = "mes.aging.clearance.proposal"

    def _prepare_line_reallocate(self):
        case = self.clearance_id
        domain = [("product_id", "=", case.product_id.id), ("state", "=", "open"), ("move_id", "=", False)]
        offer = self.env["mes.aging.surplus.offer"].search(domain, limit=1)
        return {"dest_warehouse_id": offer.dest_warehouse_id.id}


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    dest_warehouse_id = fields.Many2one("stock.warehouse", "To Warehouse", index="btree_not_null")
    offer_id = fields.Many2one("mes.aging.surplus.offer", readonly=True, index="btree_not_null", ondelete="set null")

    def _check_reallocate(self):
        """Raise when it isn't said where it goes."""
        if not self._is_substitution() and not self.dest_warehouse_id:
            raise self.env["mes.aging.message"]._error("surplus_place", product=self.product_id.display_name)

    def _is_substitution(self):
        """Return whether it replaces another component of an order."""
        return bool(self.offer_id.move_id) and self.offer_id.demand_product_id != self.product_id

    def _apply_reallocate(self):
        parts = self._find_parts(self._get_open_qty())
        target = self.dest_warehouse_id.lot_stock_id
        away = [(quant, qty) for quant, qty in parts if quant.location_id.warehouse_id != self.dest_warehouse_id]
        if away:
            self._make_transfer(away, target)
        elif not self._is_substitution():
            raise self.env["mes.aging.message"]._error("surplus_place", product=self.product_id.display_name)
        if self._is_substitution():
            self._substitute(is_tied=not away)

    def _make_transfer(self, parts, target):
        """Make the transfer to the other warehouse, of exactly these parts."""
        sums = self._sum_by_location(parts)
        source = next(iter(sums)) if len(sums) == 1 else self._get_warehouse().view_location_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": (source.warehouse_id or self._get_warehouse()).int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": self.company_id.id,
                "origin": self.clearance_id.name,
                "move_ids": [Command.create(self._prepare_gift(place, qty, target)) for place, qty in sums.items()],
            }
        )
        picking.action_confirm()
        self._reserve_exactly(picking.move_ids, parts)

    def _substitute(self, is_tied):
        """Put this product on the order in place of the missing component, of which nothing was used yet."""
        offer, old = self.offer_id, self.offer_id.move_id
        order = old.raw_material_production_id
        if not order or old.state in ("done", "cancel"):
            raise self.env["mes.aging.message"]._error("surplus_used", order=offer.demand)
        unit = offer.demand_product_id.uom_id
        rest = old.product_uom_qty - unit._compute_quantity(offer.covered_qty, old.product_uom)
        new = self.env["stock.move"].create(self._prepare_substitute(order, old, is_tied))
        if old.product_uom.compare(rest, 0) > 0:
            old.product_uom_qty = rest
        else:
            old._action_cancel()
        new._action_confirm()
        new._action_assign()

    def _prepare_substitute(self, order, old, is_tied):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self._get_open_qty(),
            "product_uom": self.uom_id.id,
            "raw_material_production_id": order.id,
            "location_id": old.location_id.id,
            "location_dest_id": old.location_dest_id.id,
            "picking_type_id": old.picking_type_id.id,
            "warehouse_id": old.warehouse_id.id,
            "company_id": order.company_id.id,
            "date": old.date,
            "origin": order.name,
            "procure_method": "make_to_stock",
            **(self._tie() if is_tied else {}),
        }

    def _measure_reallocate(self):
        return self._measure_moves(self.clearance_id.unit_cost)


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    mes_offer_count = fields.Integer("Surplus Elsewhere", compute="_compute_mes_offer_count", compute_sudo=True)

    @api.depends("order_line.product_id", "order_line.product_qty", "state")
    def _compute_mes_offer_count(self):
        groups = dict(
            self.env["mes.aging.surplus.offer"]._read_group(
                [("purchase_line_id", "in", self.order_line.ids), ("state", "=", "open")],
                ["purchase_line_id"],
                ["__count"],
            )
        )
        for order in self:
            order.mes_offer_count = sum(groups.get(line, 0) for line in order.order_line)

    def action_mes_view_offers(self):
        """Look for surplus of these products elsewhere, and show the offers.

        :raises odoo.exceptions.AccessError: without access
        """
        self.ensure_one()
        self.check_access("read")
        Offer = self.env["mes.aging.surplus.offer"]
        there = Offer.sudo().with_context(allowed_company_ids=self.company_id.ids).with_company(self.company_id)
        there._refresh(self.order_line.product_id)
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_aging.mes_aging_surplus_offer_action")
        return {**action, "domain": [("purchase_line_id", "in", self.order_line.ids)], "context": {}}
