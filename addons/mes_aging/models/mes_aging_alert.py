"""Alerts: an item is over a limit of its policy, somebody owns it, and is told once."""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..const import ALERT_LEVELS, ALERT_REASONS, ALERT_STATES

# What people may change themselves; all the rest is found out by the check.
WRITABLE = {"user_id"}


class MesAgingAlert(models.Model):
    """One cause at one item, from the first check that finds it to the first that doesn't.

    An item is a product (and lot) in a warehouse, a product in the whole company (turnover), or an order that has
    begun.

    ============  =============================================  ========================================
    from          by                                             to
    ============  =============================================  ========================================
    (none)        the check finds a cause                        open: its owner is told
    open          acknowledged, or snoozed with a reason         handled: nobody is told any more
    handled       a warning has become a reached limit           open: its owner is told again
    handled       the day it was snoozed until has come          open: its owner is told again
    any           the check doesn't find the cause any more      closed, with its activity; for good
    ============  =============================================  ========================================

    An open one that nobody has handled for some days (a setting) is escalated to a manager, once.
    A cause that comes back opens a new alert, so that the history stays true.
    """

    _name = "mes.aging.alert"
    _description = "Stock Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "level, value desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="cascade")
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", readonly=True, index="btree_not_null", help="Empty: of the whole company."
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Work in progress: the order that has begun and is not finished.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    categ_id = fields.Many2one(related="product_id.categ_id", store=True, index=True)
    kind = fields.Selection(related="product_id.mes_aging_kind", store=True)
    policy_id = fields.Many2one("mes.aging.policy", readonly=True, index=True, ondelete="set null")
    reason = fields.Selection(ALERT_REASONS, required=True, readonly=True)
    level = fields.Selection(ALERT_LEVELS, required=True, readonly=True, tracking=True)
    measured = fields.Float(
        readonly=True, aggregator="max", help="Days, or times a year for turnover; not known when nothing uses it."
    )
    is_endless = fields.Boolean("Nothing Uses It", readonly=True)
    limit = fields.Float(readonly=True, aggregator=None, help="Of the policy: days, or times a year for turnover.")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="How much of it is over the limit, in the product's unit."
    )
    value = fields.Monetary(readonly=True, aggregator=None, help="Of that quantity, at current cost.")
    counted_value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="What this alert adds to the value of all open ones. Stock that has two causes counts with the one that "
        "is about more of it.",
    )
    explanation = fields.Char(compute="_compute_explanation", help="What, how much, why, and what frees it.")

    user_id = fields.Many2one("res.users", "Owner", index=True, domain="[('share', '=', False)]")
    state = fields.Selection(ALERT_STATES, required=True, readonly=True, default="open", index=True, tracking=True)
    date_opened = fields.Datetime("Opened On", required=True, readonly=True, default=fields.Datetime.now)
    date_waiting = fields.Datetime(
        "Waiting Since", readonly=True, default=fields.Datetime.now, help="Since when it waits for its owner."
    )
    date_closed = fields.Datetime("Closed On", readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", "Handled By", readonly=True)
    acknowledged_at = fields.Datetime("Handled On", readonly=True)
    snooze_until = fields.Date("Snoozed Until", readonly=True)
    snooze_reason = fields.Char(readonly=True)
    escalated = fields.Boolean(readonly=True)
    escalated_at = fields.Datetime("Escalated On", readonly=True)
    escalated_to_id = fields.Many2one("res.users", readonly=True)
    is_told = fields.Boolean("Told by Mail", readonly=True, copy=False)
    can_handle = fields.Boolean(compute="_compute_can_handle")

    _cause_uniq = models.UniqueIndex(
        "(company_id, product_id, COALESCE(lot_id, 0), COALESCE(warehouse_id, 0), COALESCE(production_id, 0), reason) "
        "WHERE state != 'closed'",
        "There is an open alert for this cause already.",
    )

    @api.depends("product_id", "lot_id", "production_id", "reason")
    @api.depends_context("lang")
    def _compute_display_name(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for alert in self:
            part = (alert.lot_id or alert.production_id.sudo()).name
            part = f" ({part})" if part else ""
            alert.display_name = f"{alert.product_id.display_name}{part}: {reasons.get(alert.reason, '')}"

    @api.depends("reason", "measured", "is_endless", "limit", "quantity", "value", "policy_id", "production_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        message = self.env["mes.aging.message"]
        for alert in self:
            alert.explanation = message._text(alert._get_explanation_code(), **alert._prepare_explanation())

    def _get_explanation_code(self):
        self.ensure_one()
        if self.is_endless:
            return "alert_endless"
        return f"alert_order_{self.reason}" if self.production_id else f"alert_{self.reason}"

    def _prepare_explanation(self):
        """Return the values of the text that explains this alert."""
        self.ensure_one()
        return {
            "product": self.product_id.display_name,
            "order": self.production_id.sudo().name or "",
            "quantity": self.quantity,
            "unit": self.uom_id.name,
            "value": format_amount(self.env, self.value, self.currency_id) if self.currency_id else self.value,
            "measured": round(self.measured, 1),
            "limit": self.limit,
            "policy": self.policy_id.sudo().name or "",
        }

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_can_handle(self):
        for alert in self:
            alert.can_handle = alert.state != "closed" and alert._may_handle()

    # -- rights -------------------------------------------------------------------------------------------------

    def write(self, vals):
        """Let people change the owner; what was found, and what became of it, is written by the addon alone."""
        if not self.env.su and not self._is_writable(vals):
            raise self.env["mes.aging.message"]._error("alert_found")
        reassigned = self.filtered(lambda alert: "user_id" in vals and alert.user_id.id != vals["user_id"])
        result = super().write(vals)
        reassigned.sudo()._move_activities()
        return result

    def _is_writable(self, vals):
        mixins = {"activity_ids", "message_follower_ids", "message_ids"}
        return set(vals) <= WRITABLE | mixins

    def _may_handle(self):
        """Return whether the user may say what becomes of it: its owner, and who it was escalated to; managers."""
        self.ensure_one()
        own = self.env.user in self.user_id | self.escalated_to_id
        return self.env.su or own or self.env.user.has_group("mes_aging.mes_aging_group_manager")

    def _check_may_handle(self):
        """Raise when the user may not handle all of these.

        :raises odoo.exceptions.AccessError: not readable
        :raises odoo.exceptions.UserError: of somebody else, or closed
        """
        self.check_access("read")
        message = self.env["mes.aging.message"]
        for alert in self:
            if alert.state == "closed":
                raise message._error("alert_closed", alert=alert.display_name)
            if not alert._may_handle():
                owner = alert.user_id.sudo().name or self.env._("nobody")
                raise message._error("alert_foreign", alert=alert.display_name, owner=owner)

    # -- what people do -----------------------------------------------------------------------------------------

    def action_acknowledge(self):
        """Say that somebody takes care of it. It closes by itself when the cause is gone.

        :raises odoo.exceptions.UserError: of somebody else, or closed
        """
        self._check_may_handle()
        self.sudo()._handle()
        return True

    def snooze(self, until, reason):
        """Let it rest until the day ``until``; then it is told again if the cause is still there.

        :param until: date (or its text), later than today
        :param str reason: kept with the alert
        :raises odoo.exceptions.UserError: without a reason, not in the future, of somebody else, or closed
        """
        self._check_may_handle()
        until = fields.Date.to_date(until)
        reason = (reason or "").strip()
        if not reason:
            raise self.env["mes.aging.message"]._error("snooze_reason")
        if not until or until <= fields.Date.context_today(self):
            raise self.env["mes.aging.message"]._error("snooze_date")
        self.sudo()._handle(snooze_until=until, snooze_reason=reason)
        return True

    def action_snooze(self):
        """Ask until when, and why."""
        self._check_may_handle()
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_aging.mes_aging_snooze_action")
        return {**action, "context": {"default_alert_ids": self.ids}}

    def _handle(self, **more):
        """Write that the user has handled these."""
        if "snooze_reason" in more:
            note = self.env["mes.aging.message"]._text(
                "snoozed", until=more["snooze_until"], reason=more["snooze_reason"]
            )
            self._message_log_batch(bodies=dict.fromkeys(self.ids, note))
        self.write(
            {
                "state": "handled",
                "acknowledged_by_id": self.env.uid,
                "acknowledged_at": fields.Datetime.now(),
                "snooze_until": False,
                "snooze_reason": False,
                **more,
            }
        )
        self._close_activities()

    def action_check(self):
        """Check the products of these alerts again, at once.

        :raises odoo.exceptions.UserError: when the user doesn't see ageing
        """
        self.check_access("read")
        if not self.env.user.has_group("mes_aging.mes_aging_group_user"):
            raise self.env["mes.aging.message"]._error("alert_role")
        for company, alerts in self.sudo().grouped("company_id").items():
            self.sudo()._in_company(company)._check(alerts.product_id)
        return True

    def action_view_layers(self):
        """Open the stock, or the order, behind it."""
        self.ensure_one()
        self.check_access("read")
        if self.production_id:
            return self.production_id._get_records_action(name=self.env._("Manufacturing Order"))
        domain = [("product_id", "=", self.product_id.id), ("company_id", "=", self.company_id.id)]
        domain += [("lot_id", "=", self.lot_id.id)] if self.lot_id else []
        domain += [("warehouse_id", "=", self.warehouse_id.id)] if self.warehouse_id else []
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Age of Stock"),
            "res_model": "mes.aging.layer",
            "view_mode": "list,pivot,graph",
            "domain": domain,
        }

    def action_view_product(self):
        """Open the product."""
        self.ensure_one()
        return self.product_id._get_records_action(name=self.env._("Product"))
