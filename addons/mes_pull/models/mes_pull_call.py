"""Material calls: which part the warehouse brings to which place of the line until when."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CALL_ANSWERS, CALL_LOCK_CLASS, CALL_STATES, CALLS_BUS_TYPE, OPEN_CALL_STATES

# Changes of these are no news for the warehouse.
QUIET_FIELDS = {"revision", "lock_seq"}


class MesPullCall(models.Model):
    """A component that an order needs at a place of the line in an hour.

    Calls follow the hours: `_refresh` (in `mes_pull_call_plan.py`) makes, moves and withdraws them, nobody writes them
    by hand. Over the hours of an order ``need_qty`` adds up to what the order needs, to the piece. ::

        planned --the hour comes within the horizon--> called --a part is picked--> picking --brought--> done
           ^                                            | ^  |                         |
           '------------- the hour moves away ----------' |  '--- "none", "a part" ----'--> short
                                                          '-------- called again ------------'
        planned --no longer needed--> (gone)      called, picking, short --no longer needed--> cancelled

    The warehouse brings ``quantity``: the need, less what lies at the line or is on its way there already
    (``covered_qty``), rounded up to containers. One transfer holds the calls of a place and an hour, of all orders.
    """

    _name = "mes.pull.call"
    _description = "Material Call"
    _order = "date_due, location_id, product_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    slot_id = fields.Many2one(
        "mes.pull.slot", "Hour", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    is_unplanned = fields.Boolean(readonly=True, help="Nobody has planned the order's hours: it is called as a whole.")
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    workorder_id = fields.Many2one(
        "mrp.workorder",
        "Work Order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter", "Work Center", readonly=True, ondelete="set null", check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    product_id = fields.Many2one("product.product", "Component", required=True, readonly=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    location_id = fields.Many2one(
        "stock.location", "Place", required=True, readonly=True, check_company=True, help="Where the parts are needed."
    )
    date_due = fields.Datetime("Due", required=True, readonly=True, help="The parts must lie at the place by then.")
    date_pick = fields.Datetime(
        "Pick By", required=True, readonly=True, help="Due − the time the warehouse needs for this place."
    )
    need_qty = fields.Float(
        "Needed", digits="Product Unit", readonly=True, help="What the hour uses, in the product's unit."
    )
    covered_qty = fields.Float(
        "Covered",
        digits="Product Unit",
        readonly=True,
        help="Of the need: what lies free at the place or is on its way there already, in the product's unit.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What the warehouse brings: needed − covered, rounded up to containers, in the product's unit.",
    )
    picked_qty = fields.Float(
        "Picked", digits="Product Unit", readonly=True, help="Confirmed by the warehouse, transfer not yet complete."
    )
    done_qty = fields.Float("Brought", digits="Product Unit", readonly=True, help="In the product's unit.")
    substituted_qty = fields.Float(
        "Replaced", digits="Product Unit", readonly=True, help="Of the hour's need: another part is used instead."
    )
    short_qty = fields.Float(
        "Short", digits="Product Unit", readonly=True, help="What the warehouse said it cannot bring."
    )
    shortage_note = fields.Char(readonly=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Proposed Lot",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="By the removal strategy. A proposal only.",
    )
    move_id = fields.Many2one(
        "stock.move", "Stock Move", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    answer_ids = fields.One2many("mes.pull.call.answer", "call_id", "Answers", readonly=True)
    state = fields.Selection(CALL_STATES, default="planned", required=True, readonly=True)
    is_late = fields.Boolean(
        "Late", compute="_compute_flags", search="_search_is_late", help="Due, and not at the line."
    )
    is_at_risk = fields.Boolean(
        "At Risk",
        compute="_compute_flags",
        search="_search_is_at_risk",
        help="Called, but not enough usable stock is reserved for it, the warehouse is short, or there is less time "
        "left than it needs.",
    )
    revision = fields.Integer(
        readonly=True, help="Grows with each change of any call, in the order in which the changes became visible."
    )
    lock_seq = fields.Integer(readonly=True)

    _slot_uniq = models.UniqueIndex(
        "(slot_id, product_id, location_id) WHERE slot_id IS NOT NULL", "This hour's need of the part is called."
    )
    _unplanned_uniq = models.UniqueIndex(
        "(production_id, product_id, location_id, COALESCE(workorder_id, 0)) "
        "WHERE is_unplanned IS TRUE AND state != 'cancelled'",
        "The order's need of the part is called.",
    )
    _board_idx = models.Index("(location_id, date_due)")
    _revision_idx = models.Index("(revision)")
    _open_idx = models.Index("(location_id, product_id) WHERE state IN ('planned', 'called', 'picking', 'short')")
    _not_negative = models.Constraint(
        "CHECK(need_qty >= 0 AND covered_qty >= 0 AND quantity >= 0 AND done_qty >= 0 AND short_qty >= 0)",
        "A call cannot be for less than nothing.",
    )

    def init(self):
        self.env.cr.execute(SQL("CREATE SEQUENCE IF NOT EXISTS mes_pull_call_revision"))

    # -- flags --------------------------------------------------------------------------------------------------

    @api.depends("state", "date_due", "date_pick", "move_id.state")
    def _compute_flags(self):
        now = fields.Datetime.now()
        for call in self:
            is_open = call.state in OPEN_CALL_STATES
            call.is_late = is_open and bool(call.date_due) and call.date_due < now
            call.is_at_risk = call.state == "short" or (
                call.state == "called"
                and (call.move_id.sudo().state not in ("assigned", "done") or call.date_pick < now)
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("state", "in", OPEN_CALL_STATES) & Domain("date_due", "<", fields.Datetime.now())
        return self._match(domain, value)

    def _search_is_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        moves = self.env["stock.move"].sudo()._search([("state", "in", ("assigned", "done"))])
        domain = Domain("state", "=", "short") | (
            Domain("state", "=", "called")
            & (
                Domain("date_pick", "<", fields.Datetime.now())
                | Domain("move_id", "=", False)
                | Domain("move_id", "not in", moves)
            )
        )
        return self._match(domain, value)

    @staticmethod
    def _match(domain, values):
        """Return the domain of those for which a flag has one of ``values``."""
        values = {bool(value) for value in values}
        if len(values) == 1:
            return domain if values == {True} else ~domain
        return Domain(bool(values))

    @api.depends("product_id", "date_due", "quantity")
    @api.depends_context("tz")
    def _compute_display_name(self):
        for call in self:
            due = fields.Datetime.context_timestamp(self, call.date_due) if call.date_due else None
            call.display_name = f"{due:%m-%d %H:%M} {call.product_id.display_name}" if due else ""

    @api.model
    def _prepare_date_pick(self, date_due, location):
        return date_due - timedelta(minutes=location.mes_call_lead_time)

    # -- changes ------------------------------------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Calls follow the hours before anything is committed; who looks for them sees the latest."""
        self._catch_up()
        return super()._search(domain, *args, **kwargs)

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            revision = self._next_revision()
            vals_list = [{**vals, "revision": revision} for vals in vals_list]
        calls = super().create(vals_list)
        calls._notify_boards()
        return calls

    def write(self, vals):
        if self and vals.keys() - QUIET_FIELDS:
            vals = {**vals, "revision": self._next_revision()}
            self._notify_boards()
        return super().write(vals)

    @api.model
    def _next_revision(self):
        """Return a number larger than that of every change that anybody can see.

        Under a lock that is held until the commit: who has seen a number will never see a smaller one appear.
        """
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, 0)", CALL_LOCK_CLASS))
        self.env.cr.execute(SQL("SELECT nextval('mes_pull_call_revision')"))
        return self.env.cr.fetchone()[0]

    def _notify_boards(self):
        """Tell every open screen which places' calls changed; sent once, after commit."""
        if not self:
            return
        pending = self.env.cr.precommit.data.setdefault("mes_pull_calls_changed", set())
        if not pending:
            self.env.cr.precommit.add(self.sudo().browse()._send_changes)
        pending.update(self.location_id.ids)

    @api.model
    def _send_changes(self):
        places = self.env.cr.precommit.data.pop("mes_pull_calls_changed", set())
        if places:
            message = {"location_ids": sorted(places)}
            for name in ("mes_pull.mes_pull_group_operator", "stock.group_stock_user"):
                self.env.ref(name).sudo()._bus_send(CALLS_BUS_TYPE, message)

    def _check_company(self, fnames=None):
        """Calls come by the thousand: Odoo's own check, which takes most of the time, looks at suspicious ones only."""
        foreign = self.filtered(
            lambda call: (
                call.production_id.company_id != call.company_id
                or (call.location_id.company_id or call.company_id) != call.company_id
                or (call.move_id and call.move_id.company_id != call.company_id)
            )
        )
        return super(MesPullCall, foreign)._check_company(fnames)


class MesPullCallAnswer(models.Model):
    """What the warehouse answered to a call, and who; with its key, so that the same answer counts once."""

    _name = "mes.pull.call.answer"
    _description = "Answer to a Material Call"
    _order = "id desc"
    _check_company_auto = True

    call_id = fields.Many2one(
        "mes.pull.call", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    confirm_key = fields.Char("Key", readonly=True)
    kind = fields.Selection(CALL_ANSWERS, "Answer", required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the product's unit.")
    product_id = fields.Many2one("product.product", "Other Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    note = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.uid, required=True, readonly=True)

    _key_uniq = models.UniqueIndex(
        "(company_id, confirm_key) WHERE confirm_key IS NOT NULL", "This key was used already."
    )
