"""Purchase orders above need wait for approval, whoever confirms them and however."""

from contextlib import contextmanager

from odoo import api, fields, models

from ..tools.guard import FREE, STOP

# Where the decisions of one call are kept: with the transaction, where no caller can put any.
DECISIONS = "mes_aging.guard"
ROLES = ("mes_aging.mes_aging_group_manager", "purchase.group_purchase_manager")


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    mes_override_ids = fields.One2many("mes.aging.override", "order_id", "Let through above Need")
    mes_is_stopped = fields.Boolean(
        "Above Need",
        compute="_compute_mes_is_stopped",
        help="It waits for someone with the role to let it through with a reason.",
    )

    @api.depends("state", "order_line.mes_guard_state", "mes_override_ids")
    def _compute_mes_is_stopped(self):
        waiting = self.filtered(lambda order: order.state == "to approve")
        stopped = waiting._mes_get_stopped_lines(lock=False).order_id if waiting else waiting
        for order in self:
            order.mes_is_stopped = order in stopped

    # -- where orders are confirmed ------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Confirm what is created as confirmed (an import) only after its lines are there to be judged."""
        confirmed = [vals.get("state") == "purchase" for vals in vals_list]
        if not any(confirmed):
            return super().create(vals_list)
        drafts = [
            {**vals, "state": "draft"} if is_confirmed else vals
            for vals, is_confirmed in zip(vals_list, confirmed, strict=True)
        ]
        orders = super().create(drafts)
        entering = orders.browse(
            order.id for order, is_confirmed in zip(orders, confirmed, strict=True) if is_confirmed
        )
        entering.write({"state": "purchase"})
        entering.filtered(lambda order: order.state == "purchase").order_line._create_or_update_picking()
        return orders

    def write(self, vals):
        if vals.get("state") not in ("purchase", "to approve"):
            return super().write(vals)
        with self._mes_decide_once():
            stopped = self._mes_get_stopped_orders() if vals["state"] == "purchase" else self.browse()
            if stopped and not self.env.su:
                stopped._mes_refuse()
            entering = self.filtered(lambda order: order.state != vals["state"])
            result = super(PurchaseOrder, self - stopped).write(vals)
            if stopped:  # in the background nothing is refused: it waits
                super(PurchaseOrder, stopped).write({**vals, "state": "to approve"})
            entering._mes_tell_decisions()
        return result

    def button_confirm(self):
        with self._mes_decide_once():
            return super().button_confirm()

    def button_approve(self, force=False):
        """:raise UserError: above need, and nobody let it through; in the background it stays as it is"""
        with self._mes_decide_once():
            stopped = self._mes_get_stopped_orders()
            if stopped and not self.env.su:
                stopped._mes_refuse()
            return super().button_approve(force=force)

    def _approval_allowed(self):
        return super()._approval_allowed() and not self._mes_get_stopped_orders()

    def action_mes_override(self, reason):
        """Let the orders through although they are above need, and keep the reason.

        :param str reason: why it is right to buy more than is needed
        :raise UserError: without the role, without a reason
        """
        message = self.env["mes.aging.message"]
        if not all(self.env.user.has_group(role) for role in ROLES):
            raise message._error("guard_role")
        if not (reason or "").strip():
            raise message._error("guard_reason")
        self.check_access("write")
        orders = self.filtered(lambda order: order.state in ("draft", "sent", "to approve"))
        with orders._mes_decide_once():
            purchases = orders._mes_get_purchases()
            override = self.env["mes.aging.override"]
            vals_list = [
                override._prepare_override_vals(line, purchases[line], reason.strip())
                for line in orders._mes_get_stopped_lines()
            ]
            override.sudo().create(vals_list)  # nobody may write them by hand
            orders.filtered(lambda order: order.state != "to approve").button_confirm()
            orders.filtered(lambda order: order.state == "to approve").button_approve()
        return True

    def action_mes_open_override(self):
        """Ask for the reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let through above Need"),
            "res_model": "mes.aging.override.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # -- the decision --------------------------------------------------------------------------------------------

    @contextmanager
    def _mes_decide_once(self):
        """Judge the orders once for all that is done inside."""
        data = self.env.cr.precommit.data
        outer = data.get(DECISIONS, {})
        new = self.filtered(lambda order: order.id not in outer and order.state != "purchase")
        if not new:
            yield
            return
        found = self.env["mes.aging.guard"]._get_purchases(new.order_line, lock=True)
        by_order = {order.id: {} for order in new}
        for line, purchase in found.items():
            by_order[line.order_id.id][line.id] = purchase
        data[DECISIONS] = {**outer, **by_order}
        try:
            yield
        finally:
            data[DECISIONS] = outer

    def _mes_get_purchases(self, lock=True):
        """Return what the lines are judged by, ``{line: Purchase}``: as judged before in the same call, or now."""
        known = self.env.cr.precommit.data.get(DECISIONS, {}) if lock else {}
        line_model = self.env["purchase.order.line"]
        found = {
            line_model.browse(line_id): purchase
            for order in self
            for line_id, purchase in known.get(order.id, {}).items()
        }
        others = self.filtered(lambda order: order.id not in known and order.state != "purchase")
        if others:
            fresh = self.env["mes.aging.guard"]._get_purchases(others.order_line, lock=lock)
            found.update({line_model.browse(line.id): purchase for line, purchase in fresh.items()})
        return found

    def _mes_get_stopped_lines(self, lock=True):
        """Return the lines above need that nobody let through."""
        purchases = self._mes_get_purchases(lock=lock)
        stopped = {line: purchase for line, purchase in purchases.items() if purchase.decision == STOP}
        lines = self.env["purchase.order.line"].concat(*stopped)
        return lines - self.env["mes.aging.override"]._get_passed(stopped) if lines else lines

    def _mes_get_stopped_orders(self):
        return self._mes_get_stopped_lines().order_id

    def _mes_refuse(self):
        """:raise UserError: what is above need, why, and what to do"""
        raise self.env["mes.aging.message"]._error(
            "guard_refused",
            orders=", ".join(self.mapped("display_name")),
            lines="\n".join(self._mes_explain_lines(self._mes_get_stopped_lines())),
        )

    def _mes_explain_lines(self, lines):
        """Return a text for each product of the lines."""
        purchases, guard = self._mes_get_purchases(), self.env["mes.aging.guard"]
        texts = {
            (line.order_id, line.product_id): f"{line.product_id.display_name}: {guard._explain(line, purchases[line])}"
            for line in lines
        }
        return list(texts.values())

    def _mes_tell_decisions(self):
        """Give the buyer one task for each order that was confirmed above need, or waits for approval."""
        above = [line for line, purchase in self._mes_get_purchases().items() if purchase.decision != FREE]
        lines = self.env["purchase.order.line"].concat(*above)
        for order, group in lines.grouped("order_id").items():
            order._mes_schedule_guard_activity(order._mes_explain_lines(group))

    def _mes_schedule_guard_activity(self, texts):
        """Create the buyer's task, or bring the one that is still open up to date."""
        self.ensure_one()
        kind = "mes_aging.mail_activity_type_purchase_guard"
        order = self.sudo()  # a confirmation in the background, or by someone who may not assign tasks
        note = self.env["mes.aging.message"]._get_note(texts)
        known = order.activity_search([kind])
        if known:
            known.note = note
            return
        order.activity_schedule(kind, note=note, user_id=(order.user_id or self.env.user).id)

    def _mes_get_warehouse(self):
        """Return the warehouse for which it is bought; none for a drop shipment."""
        self.ensure_one()
        return self.picking_type_id.warehouse_id._origin
