"""What happens with rejected stock: who decides, by when, by which routes, and did it all add up."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHECKED, DISPOSITION_STATES, OPEN_DISPOSITION_STATES, ROUTES

# What a person may say about a disposition.
GIVEN = {"hold_id", "route", "user_id", "date_due", "note", "line_ids"}
CHATTER = ("message_", "activity_", "website_message_", "my_activity_", "rating_")


class MesQualityDisposition(models.Model):
    """The decision about held stock, and its execution. Opens by itself when stock is rejected.

    from       by                        to         who, and what is asked for
    (nothing)  rejection, button         draft      a hold that is active and has no open disposition
    draft      action_submit             review     engineer; the lines add up to the quantity
    draft      action_approve            approved   engineer, where no review board is asked for; else it is submitted
    review     action_approve            approved   as many members of the board as are asked for, none of them who
                                                    proposed it (four eyes)
    review, approved  action_send_back   draft      engineer, with a reason: approvals are void; what was begun goes on
    approved   action_execute            approved   engineer: the documents of the approved lines are made
    approved   last line done            done       quantities reconcile; its holds are lifted
    approved   more stock came in        draft      somebody must decide about the rest
    draft, review, approved  action_cancel  cancelled  engineer, with a reason, nothing begun; the stock stays held

    Each line goes draft → approved → open (its document is there) → done. A document that is cancelled gives its
    quantity back: the line is approved again, and can be executed again.

    Another addon adds a route by a value (``selection_add`` here and on the line) and these methods of the line:
    ``_apply_<route>()`` (makes the documents), ``_prepare_<route>()`` (their values), and ``_get_route_uses()`` (what
    the guard lets them do with the stock); and here, if it is to be proposed, ``_estimate_<route>()``.
    """

    _name = "mes.quality.disposition"
    _description = "Disposition"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_opened desc, id desc"
    _check_company_auto = True

    name = fields.Char("Reference", required=True, readonly=True, copy=False, default="/", index="trigram")
    hold_id = fields.Many2one("mes.quality.hold", required=True, index=True, ondelete="restrict")
    hold_ids = fields.One2many("mes.quality.hold", "disposition_id", "Holds", readonly=True)
    reason_id = fields.Many2one(related="hold_id.reason_id", store=True, index=True, string="Cause")
    reason = fields.Text(related="hold_id.reason", string="What Happened")
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="restrict")
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    vendor_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    quantity = fields.Float(digits="Product Unit", readonly=True, help="What is to be decided, in the product's unit.")
    planned_qty = fields.Float(
        "Decided", digits="Product Unit", compute="_compute_quantities", help="Sum of the lines."
    )
    done_qty = fields.Float("Disposed Of", digits="Product Unit", compute="_compute_quantities")
    rest_qty = fields.Float(
        "Undecided", digits="Product Unit", compute="_compute_quantities", help="Quantity − sum of the lines."
    )
    unit_cost = fields.Float(readonly=True, digits="Product Price", help="When it was held, in the product's unit.")
    value = fields.Monetary(compute="_compute_value", store=True, help="Quantity × unit cost when it was held.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    route = fields.Selection(
        ROUTES,
        compute="_compute_route",
        store=True,
        readonly=False,
        index=True,
        tracking=True,
        help="For the whole quantity; lines split it.",
    )
    proposed_route = fields.Selection(ROUTES, "Proposal", readonly=True)
    proposal = fields.Text("Why", readonly=True)
    line_ids = fields.One2many("mes.quality.disposition.line", "disposition_id", "Routes")
    event_ids = fields.One2many("mes.quality.disposition.event", "disposition_id", "History", readonly=True)
    note = fields.Html("Notes")
    user_id = fields.Many2one("res.users", "Owner", index=True, tracking=True, help="Decides, and sees to it.")
    date_opened = fields.Datetime("Opened", required=True, readonly=True, default=fields.Datetime.now, index=True)
    date_due = fields.Date("Due Date", tracking=True, index=True)
    date_done = fields.Datetime("Closed", readonly=True, copy=False)
    days_open = fields.Integer("Days", compute="_compute_clock", help="Since the stock was held, until it was closed.")
    is_overdue = fields.Boolean("Overdue", compute="_compute_clock", search="_search_is_overdue")
    state = fields.Selection(
        DISPOSITION_STATES, required=True, readonly=True, default="draft", index=True, copy=False, tracking=True
    )
    serial = fields.Integer(readonly=True, copy=False, help="Makes two who decide at once go one by one.")
    company_id = fields.Many2one("res.company", index=True, readonly=True, help="Empty: of all companies.")

    _open_hold_uniq = models.UniqueIndex(
        "(hold_id) WHERE state IN ('draft', 'review', 'approved')",
        "There is an open disposition for this hold already.",
    )

    @api.depends("line_ids.quantity", "line_ids.done_qty", "line_ids.state", "quantity")
    def _compute_quantities(self):
        for order in self:
            lines = order.line_ids.filtered(lambda line: line.state != "cancelled")
            order.planned_qty = sum(lines.mapped("quantity"))
            order.done_qty = sum(order.line_ids.mapped("done_qty"))
            order.rest_qty = order.quantity - order.planned_qty

    @api.depends("quantity", "unit_cost")
    def _compute_value(self):
        for order in self:
            order.value = order.quantity * order.unit_cost

    @api.depends("company_id")
    def _compute_currency_id(self):
        for order in self:
            order.currency_id = (order.company_id or self.env.company).currency_id

    @api.depends("line_ids.route")
    def _compute_route(self):
        for order in self:
            routes = set(order.line_ids.filtered(lambda line: line.state != "cancelled").mapped("route"))
            order.route = routes.pop() if len(routes) == 1 else order.route

    @api.depends("date_opened", "date_done", "date_due", "state")
    def _compute_clock(self):
        now, today = fields.Datetime.now(), fields.Date.context_today(self)
        for order in self:
            since = order.hold_id.date_held or order.date_opened
            order.days_open = ((order.date_done or now) - since).days if since else 0
            open_now = order.state in OPEN_DISPOSITION_STATES
            order.is_overdue = bool(open_now and order.date_due and order.date_due < today)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = [("state", "in", OPEN_DISPOSITION_STATES), ("date_due", "<", today)]
        return late if True in value else ["!", "&", *late]

    # -- opening ------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Open dispositions for holds that are in force, as an engineer does; ``hold_id`` is enough.

        :raises odoo.exceptions.UserError: without the role, or when the hold is lifted or has one already
        """
        if self._is_checked():
            return super().create(vals_list)
        self.env["mes.quality.hold"]._check_may_decide()
        for vals in vals_list:
            self._check_given(vals)
        holds = self.env["mes.quality.hold"].browse([vals.get("hold_id") for vals in vals_list]).sudo()
        holds._check_can_open_disposition()
        made = self.browse()
        for vals, hold in zip(vals_list, holds, strict=True):
            order = hold._open_dispositions()
            more = {name: value for name, value in vals.items() if name != "hold_id"}
            if more:
                order.with_env(self.env).write(more)
            made |= order
        return made.with_env(self.env)

    def copy_data(self, default=None):
        raise self.env["mes.quality.message"]._error("disposition_copied")

    @api.model
    def _check_given(self, vals):
        facts = {name for name in vals if name not in GIVEN and not name.startswith(CHATTER)}
        if facts:
            names = ", ".join(sorted(self._fields[name].string for name in facts if name in self._fields))
            raise self.env["mes.quality.message"]._error("disposition_fact", fields=names or ", ".join(sorted(facts)))

    def _is_checked(self):
        return self.env.context.get("mes_quality_checked") is CHECKED

    def _set_facts(self, vals):
        self.sudo().with_context(mes_quality_checked=CHECKED).write(vals)

    def write(self, vals):
        if self._is_checked() or not self:
            return super().write(vals)
        self._check_given({name: value for name, value in vals.items() if name != "hold_id"})
        if "hold_id" in vals and any(order.hold_id.id != vals["hold_id"] for order in self):
            raise self.env["mes.quality.message"]._error("disposition_fact", fields=self._fields["hold_id"].string)
        decided = vals.keys() & {"route", "line_ids"}
        if decided and not self.env.su:
            self.env["mes.quality.hold"]._check_may_decide()
        if "route" in vals:
            self._check_editable()
        before = {order.id: (order.route, order.user_id, order.date_due) for order in self}
        result = super().write(vals)
        for order in self:
            if (order.route, order.user_id, order.date_due) != before[order.id]:
                order._log("changed", self._describe(order))
        return result

    @api.model
    def _describe(self, order):
        """Return the route, owner and due date as a person reads them."""
        routes = dict(self._fields["route"]._description_selection(self.env))
        due = fields.Date.to_string(order.date_due) if order.date_due else ""
        return " · ".join(part for part in (routes.get(order.route), order.user_id.name, due) if part)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.quality.message"]._error("disposition_deleted", name=self[:1].name)

    def _check_editable(self):
        for order in self:
            if order.state != "draft":
                raise self.env["mes.quality.message"]._error("disposition_not_draft", name=order.name)

    # -- two at once --------------------------------------------------------------------------------------------

    def _touch(self):
        """Write the rows of these dispositions and of their holds: whoever decides at the same time is repeated."""
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE mes_quality_disposition SET serial = COALESCE(serial, 0) + 1
                 WHERE id IN (SELECT id FROM mes_quality_disposition WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                """,
                list(self.ids),
            )
        )
        self.sudo().hold_ids._touch()
        self.invalidate_recordset(["serial"], flush=False)

    # -- history ------------------------------------------------------------------------------------------------

    def _log(self, action, note=None, line=None):
        self.env["mes.quality.disposition.event"].sudo().with_context(mes_quality_checked=CHECKED).create(
            [
                {
                    "disposition_id": order.id,
                    "line_id": line.id if line else False,
                    "user_id": self.env.uid,
                    "action": action,
                    "note": note,
                }
                for order in self
            ]
        )
        self.invalidate_recordset(["event_ids"])
