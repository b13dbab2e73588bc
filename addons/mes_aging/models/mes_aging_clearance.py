"""Backlog as a managed case: what it is, who clears it by when, by which routes, and what came of it."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import (
    CLEARANCE_ROUTES,
    CLEARANCE_SOURCES,
    CLEARANCE_STATES,
    KINDS,
    OPEN_CLEARANCE_STATES,
)

# What a person may say about a case; the rest follows from documents.
GIVEN = {
    *("product_id", "lot_ids", "warehouse_id", "production_id", "company_id", "quantity", "route", "user_id"),
    *("floor_price", "date_deadline", "note", "line_ids", "alert_ids", "disposition_id"),
}
# What a case is about: given once.
FIXED = {"product_id", "lot_ids", "warehouse_id", "production_id", "company_id", "disposition_id"}
MIXINS = ("message_", "activity_", "website_message_", "my_activity_", "rating_")


class MesAgingClearance(models.Model):
    """So much of a product (of some lots, in a warehouse; or in an order that has begun) is to leave.

    ===========  ===============================================  =========================================
    from         by                                               to
    ===========  ===============================================  =========================================
    (none)       alert, ageing report, surplus, disposition,      draft: with an owner and proposed routes
                 hand
    draft        action_execute                                   open: the routes make Odoo's documents
    open         action_plan_rest, action_execute                 open: so does what they left over
    draft, open  the layer is gone, whoever took it               done, by itself
    draft, open  action_cancel (no document open)                 cancelled
    ===========  ===============================================  =========================================

    The cases of a product never own more than is on hand and not held: two of them never count the same piece
    (`left_qty`). Quantities are in the product's unit, values in the company's currency.
    """

    _name = "mes.aging.clearance"
    _description = "Clearance Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id desc"
    _check_company_auto = True

    name = fields.Char("Reference", required=True, readonly=True, copy=False, default="/", index="trigram")
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="restrict", check_company=True)
    categ_id = fields.Many2one(related="product_id.categ_id", store=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    tracking = fields.Selection(related="product_id.tracking")
    lot_ids = fields.Many2many(
        "stock.lot",
        "mes_aging_clearance_lot_rel",
        "clearance_id",
        "lot_id",
        "Lots/Serial Numbers",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
        help="Empty: any of the product.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", index="btree_not_null", check_company=True, help="Empty: in the whole company."
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        index="btree_not_null",
        check_company=True,
        help="Work in progress: the order that has begun and isn't finished.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    source = fields.Selection(CLEARANCE_SOURCES, required=True, readonly=True, default="manual")
    alert_ids = fields.One2many("mes.aging.alert", "clearance_id", "Alerts", readonly=True)
    disposition_id = fields.Many2one("mes.quality.disposition", readonly=True, index="btree_not_null")
    origin = fields.Char("Source Document", readonly=True, copy=False)

    quantity = fields.Float(
        digits="Product Unit", required=True, tracking=True, help="To clear, in the product's unit."
    )
    planned_qty = fields.Float(
        "On Routes", digits="Product Unit", compute="_compute_planned_qty", help="Sum of the routes' quantities."
    )
    cleared_qty = fields.Float(
        "Cleared", digits="Product Unit", readonly=True, copy=False, help="Done by the documents of its routes."
    )
    gone_qty = fields.Float(
        "Gone Otherwise",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Not by a route: sold, used or lost as any other stock.",
    )
    left_qty = fields.Float(
        "Left",
        digits="Product Unit",
        compute="_compute_left_qty",
        help="Quantity − cleared, and never more than what is on hand, not held and in no older case.",
    )
    unit_cost = fields.Float(readonly=True, digits="Product Price", copy=False, help="When the case was opened.")
    book_value = fields.Monetary(
        compute="_compute_book_value", store=True, help="Quantity × unit cost when the case was opened."
    )
    left_value = fields.Monetary(compute="_compute_left_qty", help="Left × unit cost when the case was opened.")
    recovered_value = fields.Monetary(
        "Recovered", readonly=True, copy=False, help="Sum of the documents of its routes, without taxes."
    )
    cost_value = fields.Monetary("Spent", readonly=True, copy=False, help="What clearing has cost: fees, work, parts.")
    net_value = fields.Monetary("Net", compute="_compute_net_value", store=True, help="Recovered − spent.")
    recovered_ratio = fields.Float(
        "Recovered (%)",
        compute="_compute_net_value",
        store=True,
        aggregator="avg",
        help="Net recovered against the book value of what was cleared, in percent.",
    )

    route = fields.Selection(
        CLEARANCE_ROUTES,
        compute="_compute_route",
        store=True,
        readonly=False,
        index=True,
        tracking=True,
        help="For the whole quantity. Empty: several, see the routes below.",
    )
    line_ids = fields.One2many("mes.aging.clearance.line", "clearance_id", "Routes", copy=False)
    proposal_ids = fields.One2many("mes.aging.clearance.proposal", "clearance_id", "Proposals", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Owner", index=True, tracking=True, domain="[('share', '=', False)]", help="Sees to it."
    )
    floor_price = fields.Monetary(
        tracking=True, help="No route sells a piece for less (without taxes, per unit of the product)."
    )
    date_opened = fields.Datetime("Opened On", required=True, readonly=True, default=fields.Datetime.now, copy=False)
    date_deadline = fields.Date("Deadline", index=True, tracking=True)
    date_done = fields.Datetime("Closed On", readonly=True, copy=False)
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    note = fields.Html("Notes")
    state = fields.Selection(
        CLEARANCE_STATES, required=True, readonly=True, default="draft", index=True, copy=False, tracking=True
    )
    can_edit = fields.Boolean(compute="_compute_can_edit")

    _production_uniq = models.UniqueIndex(
        "(production_id) WHERE production_id IS NOT NULL AND state IN ('draft', 'open')",
        "There is an open clearance case for this order already.",
    )
    _quantity_positive = models.Constraint("CHECK (quantity >= 0)", "What is cleared is more than nothing.")
    _floor_positive = models.Constraint("CHECK (floor_price >= 0)", "A floor price isn't below zero.")

    # -- figures ------------------------------------------------------------------------------------------------

    @api.depends("line_ids.quantity", "line_ids.state")
    def _compute_planned_qty(self):
        for case in self:
            lines = case.line_ids.filtered(lambda line: line.state != "cancelled")
            case.planned_qty = sum(lines.mapped("quantity"))

    @api.depends("quantity", "cleared_qty", "state", "product_id", "lot_ids", "warehouse_id")
    def _compute_left_qty(self):
        left = self._get_left()
        for case in self:
            case.left_qty = left.get(case.id or case._origin.id, 0.0)
            case.left_value = case.left_qty * case.unit_cost

    @api.depends("quantity", "unit_cost")
    def _compute_book_value(self):
        for case in self:
            case.book_value = case.quantity * case.unit_cost

    @api.depends("recovered_value", "cost_value", "cleared_qty", "unit_cost")
    def _compute_net_value(self):
        for case in self:
            case.net_value = case.recovered_value - case.cost_value
            book = case.cleared_qty * case.unit_cost
            case.recovered_ratio = 100 * case.net_value / book if book else 0.0

    @api.depends("line_ids.route", "line_ids.state")
    def _compute_route(self):
        for case in self:
            routes = set(case.line_ids.filtered(lambda line: line.state != "cancelled").mapped("route"))
            case.route = next(iter(routes)) if len(routes) == 1 else not routes and case.route

    @api.depends("date_deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for case in self:
            is_open = case.state in OPEN_CLEARANCE_STATES
            case.is_overdue = bool(is_open and case.date_deadline and case.date_deadline < today)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "in", OPEN_CLEARANCE_STATES) & Domain("date_deadline", "<", today)
        return late if True in value else ~late

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        for case in self:
            case.can_edit = case.state in OPEN_CLEARANCE_STATES and case._may_decide()

    # -- rights -------------------------------------------------------------------------------------------------

    def _may_decide(self):
        """Return whether the user may decide here: its owner, and managers; anybody while nobody owns it."""
        self.ensure_one()
        own = not self.user_id or self.user_id == self.env.user
        return self.env.su or own or self.env.user.has_group("mes_aging.mes_aging_group_manager")

    def _check_may_decide(self):
        """Raise when the user may not decide about all of these.

        :raises odoo.exceptions.AccessError: without access
        :raises odoo.exceptions.UserError: of somebody else, or closed
        """
        self.check_access("write")
        message = self.env["mes.aging.message"]
        if not self.env.su and not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            raise message._error("clearance_role")
        for case in self:
            if case.state not in OPEN_CLEARANCE_STATES:
                raise message._error("clearance_closed", case=case.name)
            if not case._may_decide():
                raise message._error("clearance_foreign", case=case.name, owner=case.user_id.sudo().name)

    @api.model
    def _check_given(self, vals):
        """Raise when values are given that follow from documents."""
        facts = {name for name in vals if name not in GIVEN and not name.startswith(MIXINS)}
        if facts and not self.env.su:
            names = ", ".join(sorted(self._fields[name].string for name in facts if name in self._fields))
            raise self.env["mes.aging.message"]._error("clearance_fact", fields=names or ", ".join(sorted(facts)))

    # -- opening ------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Open cases; product and quantity are enough.

        :raises odoo.exceptions.UserError: without the role, or for more than is on hand, not held and in no other case
        """
        for vals in vals_list:
            self._check_given(vals)
        cases = super().create(self._complete_vals(vals_list))
        cases._check_product()
        cases._check_claims()
        cases.sudo()._propose()
        cases._tell_owners()
        return cases

    @api.model
    def _complete_vals(self, vals_list):
        """Return the values of new cases with what follows from their products; each thing is read for all at once."""
        companies = self.env["res.company"].browse(
            [vals.get("company_id") or self.env.company.id for vals in vals_list]
        )
        products = self.env["product.product"].browse([vals.get("product_id") or False for vals in vals_list])
        orders = self.env["mrp.production"].browse([vals.get("production_id") or False for vals in vals_list])
        found = zip(vals_list, companies, products, orders, strict=True)
        owners, sequences = self._get_owner_finders(products, companies), {}
        completed = []
        for vals, company, product, order in found:
            if company not in sequences:
                sequences[company] = self._get_sequence(company)
            product = product.with_company(company)
            completed.append(
                {
                    "company_id": company.id,
                    "kind": "wip" if order.id else product.sudo().mes_aging_kind or "raw",
                    "unit_cost": self._get_unit_cost(product, self._get_lots_of(vals), order.filtered("id")),
                    "user_id": owners[company](product).id,
                    "date_deadline": company._mes_get_clearance_deadline(),
                    **vals,
                    "name": sequences[company].next_by_id() or "/",
                }
            )
        return completed

    @api.model
    def _get_sequence(self, company):
        """Return the sequence of references in a company: its own, or the common one."""
        domain = [("code", "=", "mes.aging.clearance"), ("company_id", "in", (company.id, False))]
        return self.env["ir.sequence"].sudo().search(domain, order="company_id", limit=1)

    @api.model
    def _get_lots_of(self, vals):
        """Return the lots that values of a new case name."""
        if not vals.get("lot_ids"):
            return self.env["stock.lot"]
        return self.new({"lot_ids": vals["lot_ids"]}).lot_ids._origin

    @api.model
    def _get_unit_cost(self, product, lots, production):
        """Return what one piece is worth on the books now, in company currency."""
        product = product.sudo()
        if production:
            order = self.env["mes.aging.order"].sudo().search([("production_id", "=", production.id)], limit=1)
            return order.value / order.quantity if order.quantity else 0.0
        if product.lot_valuated and lots:
            costs = lots.sudo().with_company(product.env.company).mapped("standard_price")
            return sum(costs) / len(costs)
        return product.standard_price

    @api.model
    def _get_owner_finders(self, products, companies):
        """Return, by company, a function that tells who owns alerts of a product: the same person clears it."""
        from .mes_aging_alert_check import Item

        Alert, items = self.env["mes.aging.alert"], [Item(product.id) for product in products]
        finders = {company: Alert._in_company(company)._get_owner_finder(items) for company in set(companies)}
        return {company: lambda product, find=find: find(Item(product.id)) for company, find in finders.items()}

    def _check_product(self):
        message = self.env["mes.aging.message"]
        for case in self:
            if not case.product_id.is_storable:
                raise message._error("clearance_storable", product=case.product_id.display_name)
            if case.uom_id.compare(case.quantity, 0) <= 0:
                raise message._error("clearance_quantity", product=case.product_id.display_name)
            if case.lot_ids.product_id - case.product_id:
                raise message._error("clearance_lots", product=case.product_id.display_name)

    def _tell_owners(self):
        """Give the owners an activity until the deadline, but who opened it himself."""
        kind = self.env.ref("mail.mail_activity_data_todo")
        told = self.filtered(lambda case: case.user_id.active and case.user_id != self.env.user)
        self.env["mail.activity"].sudo().create([case._prepare_activity(kind) for case in told])

    def _prepare_activity(self, kind):
        return {
            "activity_type_id": kind.id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "date_deadline": self.date_deadline or fields.Date.context_today(self),
            "summary": self.env._("Clear %(product)s", product=self.product_id.display_name),
            "user_id": self.user_id.id,
        }

    def write(self, vals):
        """Change what people may say about a case.

        :raises odoo.exceptions.UserError: of somebody else, closed, facts, or a quantity that isn't there
        """
        if self.env.su and not vals.keys() & {"quantity"}:
            return super().write(vals)
        talk = all(name.startswith(MIXINS) for name in vals)
        if not self.env.su and not talk:
            self._check_given(vals)
            self._check_may_decide()
            self._check_fixed(vals)
            self._check_floor(vals)
        result = super().write(vals)
        if "quantity" in vals:
            self._check_product()
            self._check_claims()
            self.line_ids._check_planned()
        return result

    def _check_fixed(self, vals):
        for case in self:
            changed = [name for name in vals.keys() & FIXED if case._differs(name, vals[name])]
            if changed:
                raise self.env["mes.aging.message"]._error("clearance_moved", case=case.name)

    def _differs(self, name, value):
        field = self._fields[name]
        if field.type == "many2many":
            return self.new({name: value}, origin=self)[name]._origin != self[name]
        return self[name].id != value

    def _check_floor(self, vals):
        """Only managers let go of what was the lowest price."""
        if "floor_price" not in vals or self.env.user.has_group("mes_aging.mes_aging_group_manager"):
            return
        for case in self:
            if case.floor_price and case.currency_id.compare_amounts(vals["floor_price"] or 0, case.floor_price) < 0:
                raise self.env["mes.aging.message"]._error("clearance_floor", case=case.name, floor=case.floor_price)

    def copy_data(self, default=None):
        raise self.env["mes.aging.message"]._error("clearance_deleted", case=self[:1].name)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.aging.message"]._error("clearance_deleted", case=self[:1].name)

    # -- what people do -----------------------------------------------------------------------------------------

    def action_execute(self):
        """Make the documents of the planned routes; of a case that has none, of its own route for all that is left.

        Twice is once: what was done is left alone, and what it left over isn't planned by itself (`action_plan_rest`).
        A route that fails doesn't undo the others: what went wrong stands on it, and it is tried again the next time.

        :raises odoo.exceptions.UserError: of somebody else, without a route, or when no route succeeds
        """
        self._check_may_decide()
        for case in self:
            if all(line.state == "cancelled" for line in case.line_ids):
                case._plan_rest()
        self.line_ids.filtered(lambda line: line.state == "draft")._execute()
        return True

    def action_plan_rest(self):
        """Plan the case's own route for what is on no route yet, done ones included. Executes nothing.

        :raises odoo.exceptions.UserError: of somebody else, closed, or of several kinds of routes: plan it by hand
        """
        self._check_may_decide()
        for case in self:
            case._plan_rest()
        return True

    def _plan_rest(self):
        """Plan the case's route for what is on no route yet."""
        self.ensure_one()
        if not self.route:
            raise self.env["mes.aging.message"]._error("clearance_unrouted", case=self.name)
        rest = self._get_plannable_qty()
        if self.uom_id.compare(rest, 0) > 0:
            self.env["mes.aging.clearance.line"].create(
                {"clearance_id": self.id, "route": self.route, "quantity": rest}
            )

    def _get_plannable_qty(self):
        """Return how much is on no route yet, in the product's unit."""
        self.ensure_one()
        open_lines = self.line_ids.filtered(lambda line: line.state in ("draft", "open"))
        return self.left_qty - sum(line.quantity - line.done_qty for line in open_lines)

    def action_propose(self):
        """Reckon anew what each route would bring.

        :raises odoo.exceptions.UserError: of somebody else, or closed
        """
        self._check_may_decide()
        self.sudo()._propose()
        return True

    def action_cancel(self):
        """Give up a case of which no document is open; its stock stays.

        :raises odoo.exceptions.UserError: of somebody else, closed, or while documents are open
        """
        self._check_may_decide()
        for line in self.line_ids:
            if line.state == "open":
                raise self.env["mes.aging.message"]._error("clearance_begun", line=line.display_name)
        self.line_ids.filtered(lambda line: line.state == "draft").sudo()._set_state("cancelled")
        self.sudo()._finish("cancelled")
        return True

    def _finish(self, state):
        """Close these, with their activities."""
        self.write({"state": state, "date_done": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
