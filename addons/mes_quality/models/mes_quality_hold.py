"""Holds: which stock must not be used, why, who said so, and what may be done with it meanwhile."""

from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ..const import CHECKED, HOLD_KINDS, HOLD_LEVELS, HOLD_STATES, USES

ALLOWED = tuple(f"allow_{use}" for use, _label in USES)
# What a person may say about a hold that he makes; all else follows from it.
GIVEN = {
    *("kind", "level", "reason", "reason_id", "product_id", "lot_id", "location_id", "package_id", "picking_id"),
    *("production_id", "quantity", "user_id", "date_due", "with_descendants", "name"),
}
# What may be altered afterwards; each change is kept.
ALTERABLE = {"user_id", "date_due", *ALLOWED}
# What messages and activities write.
CHATTER = ("message_", "activity_", "website_message_", "my_activity_", "rating_")


class MesQualityHold(models.Model):
    """One decision to freeze stock, and the one to free it again.

    kind          what is frozen                                   how
    lot           the whole lot, wherever it is                    the lot's state
    part, stock   so many pieces of a lot, of an untracked product moved into the warehouse's quarantine
    package       what is in it                                    a member (part, stock) for each content
    receipt       what came by it                                  a member (lot, stock) for each content
    production    what it makes                                    a member (lot, stock) for each content, and a hold
                                                                   of each order that its rest goes to

        active ──(action_lift)──> lifted

    ``parent_id`` is the cause: the receipt, package or order that this is a member of, or the hold of the lot from
    which this one's lot was made. Facts are never altered: what may change is in `ALTERABLE`, and every change is
    an event (`mes.quality.hold.event`).
    """

    _name = "mes.quality.hold"
    _description = "Quality Hold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_held desc, id desc"
    _check_company_auto = True

    name = fields.Char("Reference", required=True, readonly=True, copy=False, default="/")
    kind = fields.Selection(HOLD_KINDS, required=True, default="lot")
    level = fields.Selection(HOLD_LEVELS, required=True, default="held")
    reason_id = fields.Many2one("mes.quality.reason", "Reason from the List", index=True)
    reason = fields.Text(required=True, help="Why this stock is held.")
    product_id = fields.Many2one("product.product", index=True, check_company=True, ondelete="restrict")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location", "Was In", index="btree_not_null", help="Where it was when it was held."
    )
    quarantine_id = fields.Many2one("stock.location", readonly=True, index="btree_not_null", help="Where it is now.")
    package_id = fields.Many2one("stock.package", index="btree_not_null", check_company=True, ondelete="restrict")
    picking_id = fields.Many2one(
        "stock.picking", "Receipt", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    production_id = fields.Many2one("mrp.production", "Manufacturing Order", index="btree_not_null", check_company=True)
    quantity = fields.Float(digits="Product Unit", help="In the product's unit, when it was held.")
    gone_qty = fields.Float(
        "Used Already", digits="Product Unit", readonly=True, help="Was to be held, but was not there any more."
    )
    used_qty = fields.Float(
        "Used as Allowed", digits="Product Unit", readonly=True, help="Left quarantine since, as the reason allows."
    )
    open_qty = fields.Float(
        "Held Quantity",
        digits="Product Unit",
        compute="_compute_open_qty",
        store=True,
        help="Quantity − used as allowed.",
    )
    value = fields.Float("Value When Held", readonly=True, digits="Product Price", help="Quantity × cost at that time.")
    user_id = fields.Many2one("res.users", "Owner", index=True, tracking=True, help="Decides what happens with it.")
    held_by_id = fields.Many2one("res.users", readonly=True, required=True)
    date_held = fields.Datetime("Held On", readonly=True, required=True, default=fields.Datetime.now, index=True)
    date_due = fields.Date("Due Date", tracking=True, help="By when the owner must decide.")
    age_days = fields.Integer("Age (Days)", compute="_compute_age_days")
    state = fields.Selection(HOLD_STATES, required=True, readonly=True, default="active", copy=False)
    date_lifted = fields.Datetime("Lifted On", readonly=True, copy=False)
    lifted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    lift_reason = fields.Text("Why Lifted", readonly=True, copy=False)
    parent_id = fields.Many2one("mes.quality.hold", "Cause", readonly=True, index="btree_not_null")
    child_ids = fields.One2many("mes.quality.hold", "parent_id", "Held With It")
    child_count = fields.Integer(compute="_compute_child_count")
    with_descendants = fields.Boolean(help="All lots made from it are held, too.")
    event_ids = fields.One2many("mes.quality.hold.event", "hold_id", "History", readonly=True)
    move_ids = fields.One2many("stock.move", "mes_hold_id", "Moves", readonly=True)
    allow_issue = fields.Boolean("Issue to Production")
    allow_ship = fields.Boolean("Ship")
    allow_move = fields.Boolean("Move Inside", default=True)
    allow_count = fields.Boolean("Count")
    allow_return = fields.Boolean("Return to Vendor")
    allow_scrap = fields.Boolean("Scrap")
    company_id = fields.Many2one("res.company", index=True, readonly=True, help="Empty: held in all companies.")

    _active_lot_idx = models.Index("(lot_id) WHERE state = 'active' AND lot_id IS NOT NULL")
    _active_place_idx = models.Index("(quarantine_id, product_id) WHERE state = 'active' AND quarantine_id IS NOT NULL")
    _quantities_positive = models.Constraint(
        "CHECK(quantity >= 0 AND used_qty >= 0 AND gone_qty >= 0)", "Held quantities cannot be negative."
    )

    @api.depends("quantity", "used_qty")
    def _compute_open_qty(self):
        for hold in self:
            hold.open_qty = max(hold.quantity - hold.used_qty, 0.0)

    @api.depends("date_held", "date_lifted")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for hold in self:
            hold.age_days = ((hold.date_lifted or now) - hold.date_held).days if hold.date_held else 0

    def _compute_child_count(self):
        counts = dict(self._read_group([("parent_id", "in", self.ids)], ["parent_id"], ["__count"]))
        for hold in self:
            hold.child_count = counts.get(hold, 0)

    # -- making one ---------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Freeze at once what is described, whoever creates it: a person, an import, another program.

        :raises odoo.exceptions.UserError: without a reason, or when facts are given that follow from the freeze
        """
        if not self._is_checked():
            self._check_may_hold()
            for vals in vals_list:
                self._check_given(vals)
        quiet = self.sudo().with_context(
            clean_context(self.env.context),  # no default_… that an RPC caller sends
            tracking_disable=True,  # its history is kept in events, and its owners are told below
            mail_create_nosubscribe=True,
            mes_quality_checked=None,
        )
        holds = super(MesQualityHold, quiet).create(quiet._prepare_vals_list(vals_list)).with_env(self.env)
        self.env.remove_to_compute(self._fields["open_qty"], holds)  # given by `_prepare_vals`, like the quantity
        holds._sign()._freeze()
        holds._assign_owners()
        return holds

    @api.model
    def _add_missing_default_values(self, values):
        return values  # `_prepare_vals_list` has looked for them, once for all

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise self.env["mes.quality.message"]._error("hold_copied")

    def _check_company(self, fnames=None):
        # a whole lot's hold has the lot's own product and company, which were checked with the lot
        others = self.filtered(
            lambda hold: hold.kind != "lot" or hold.package_id or hold.picking_id or hold.production_id
        )
        return super(MesQualityHold, others)._check_company(fnames)

    # -- facts stay facts ---------------------------------------------------------------------------------------

    def _is_checked(self):
        return self.env.context.get("mes_quality_checked") is CHECKED

    def _sign(self):
        """Return these records as superuser with the sign of this addon's own methods. Never hand it out."""
        return self.sudo().with_context(mes_quality_checked=CHECKED)

    def write(self, vals):
        if self._is_checked() or not self:
            return super().write(vals)
        facts = {name for name in vals if name not in ALTERABLE and not name.startswith(CHATTER)}
        if facts:
            raise self.env["mes.quality.message"]._error(
                "hold_fact", hold=self[:1].name, fields=", ".join(sorted(self._fields[n].string for n in facts))
            )
        altered = {name: value for name, value in vals.items() if name in ALTERABLE}
        if not altered:
            return super().write(vals)
        self._check_may_decide()
        before = {hold.id: {name: hold._describe(name) for name in altered} for hold in self}
        result = super().write(vals)
        self._log_changes(before)
        return result

    def _describe(self, name):
        """Return the value of a field as a person reads it."""
        value = self[name]
        return value.display_name if isinstance(value, models.BaseModel) else str(value)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.quality.message"]._error("hold_deleted", hold=self[:1].name)

    # -- roles --------------------------------------------------------------------------------------------------

    @api.model
    def _check_may_hold(self):
        if not self.env.user.has_group("mes_quality.mes_quality_group_user"):
            raise self.env["mes.quality.message"]._error("may_not_hold")

    @api.model
    def _check_may_decide(self):
        if not self.env.user.has_group("mes_quality.mes_quality_group_engineer"):
            raise self.env["mes.quality.message"]._error("may_not_lift")

    @api.model
    def _check_reason(self, reason):
        """Return the reason without blanks around it.

        :raises odoo.exceptions.UserError: when there is none
        """
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise self.env["mes.quality.message"]._error("no_reason")
        return reason

    @api.model
    def _check_given(self, vals):
        facts = set(vals) - GIVEN - {name for name in vals if name.startswith(CHATTER)}
        if facts:
            raise self.env["mes.quality.message"]._error("hold_given", fields=", ".join(sorted(facts)))

    # -- lifting ------------------------------------------------------------------------------------------------

    def action_lift(self, reason, with_descendants=False):
        """Free the stock again, as an engineer.

        Members of a receipt, package or order are lifted with it; holds of what was made from it only on demand.

        :param str reason: why, kept with the hold
        :param bool with_descendants: lift all holds of which these are the cause, too
        :raises odoo.exceptions.UserError: without the role or a reason, or when four eyes are asked for
        """
        reason = self._check_reason(reason)
        self._check_may_decide()
        self.check_access("read")
        holds = self | self._get_descendants() if with_descendants else self
        holds._check_four_eyes()
        holds._lift(reason)
        return True

    def _check_four_eyes(self):
        companies = self.env["res.company"].sudo().search([("mes_quality_four_eyes", "=", True)])
        for hold in self.sudo():
            asked = hold.company_id in companies if hold.company_id else bool(companies)
            if asked and hold.held_by_id == self.env.user:
                raise self.env["mes.quality.message"]._error("four_eyes", hold=hold.name)

    def _lift(self, reason):
        """Free the stock again. No role is asked for: called by methods that have decided already."""
        reason = self._check_reason(reason)
        holds = self._sign().filtered(lambda hold: hold.state == "active")
        holds |= holds._get_members().filtered(lambda hold: hold.state == "active")
        if not holds:
            return
        holds._touch()
        holds.write(self._prepare_lift_vals(reason))
        holds._log("lifted", note=reason)
        holds._unfreeze()

    @api.model
    def _prepare_lift_vals(self, reason):
        return {
            "state": "lifted",
            "date_lifted": fields.Datetime.now(),
            "lifted_by_id": self.env.uid,
            "lift_reason": reason,
        }

    def _get_descendants(self):
        """Return all holds of which these are the cause, over all levels."""
        found, fresh = self.browse(), self.sudo()
        while fresh := fresh.child_ids - found:
            found |= fresh
        return found.with_env(self.env)

    def _get_members(self):
        """Return the holds that groups (package, receipt, order) among these consist of, over all levels."""
        found, groups = self.browse(), self.filtered(lambda hold: hold._is_group())
        while groups:
            members = groups.child_ids - found
            found |= members
            groups = members.filtered(lambda hold: hold._is_group())
        return found

    # -- history ------------------------------------------------------------------------------------------------

    def _log_changes(self, before):
        for hold in self:
            for name, old in before[hold.id].items():
                new = hold._describe(name)
                if old != new:
                    hold._log("changed", note=self._fields[name].string, before=old, after=new)

    def _log(self, action, note=None, before=None, after=None):
        """Keep what happened with these holds."""
        vals = {"action": action, "note": note, "before": before, "after": after}
        self.env["mes.quality.hold.event"]._keep(self, vals)
