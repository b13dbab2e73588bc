"""Deciding: complete lines, the review board, sending back, cancelling."""

from odoo import api, fields, models

from ..const import OPEN_DISPOSITION_STATES, PLACED_KINDS
from ..tools import disposition as rules


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_board_approvers = fields.Integer(
        "Review Board", help="So many managers of quality must approve a disposition. 0: an engineer approves alone."
    )
    mes_board_limit = fields.Float(
        "Review Board From", digits="Product Price", help="Below this value an engineer approves alone."
    )
    mes_board_four_eyes = fields.Boolean(
        "Four Eyes on Dispositions", default=True, help="Who proposed cannot be one of those who approve."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_board_approvers = fields.Integer(related="company_id.mes_board_approvers", readonly=False)
    mes_board_limit = fields.Float(related="company_id.mes_board_limit", readonly=False)
    mes_board_four_eyes = fields.Boolean(related="company_id.mes_board_four_eyes", readonly=False)


class MesQualityDisposition(models.Model):
    _inherit = "mes.quality.disposition"

    approvals_needed = fields.Integer(
        compute="_compute_approvals", help="Members of the review board who must approve."
    )
    approver_ids = fields.Many2many("res.users", compute="_compute_approvals", string="Approved By")

    @api.depends("event_ids", "value")
    def _compute_approvals(self):
        for order in self:
            asking = order._get_boards()
            order.approvals_needed = max(asking.mapped("mes_board_approvers"), default=0)
            order.approver_ids = order._get_round().filtered(lambda event: event.action == "approved").user_id

    def _get_boards(self):
        """Return the companies that ask for a review board: of the disposition; where it has none, all do."""
        self.ensure_one()
        companies = self.company_id or self.env["res.company"].sudo().search([("mes_board_approvers", ">", 0)])
        return companies.sudo().filtered(
            lambda company: company.mes_board_approvers > 0 and self.value >= company.mes_board_limit
        )

    def _get_round(self):
        """Return the events since the routes were last changed, submitted or sent back."""
        self.ensure_one()
        void = self.event_ids.filtered(lambda event: event.action in ("changed", "sent_back", "opened", "submitted"))
        last = max(void.ids, default=0)
        return self.event_ids.filtered(lambda event: event.id > last)

    def _get_proposers(self):
        """Return who proposed the routes: changed or submitted them since the last time it was sent back."""
        self.ensure_one()
        back = self.event_ids.filtered(lambda event: event.action in ("opened", "sent_back"))
        last = max(back.ids, default=0)
        proposed = self.event_ids.filtered(lambda event: event.id > last and event.action in ("changed", "submitted"))
        return proposed.user_id

    # -- complete the decision ----------------------------------------------------------------------------------

    def _recount(self):
        """Set the quantity to what was disposed of and what is still held; return the holds' stock that is left."""
        for order in self:
            quantity = sum(order.line_ids.mapped("done_qty")) + order._get_held_qty()
            if order.uom_id.compare(quantity, order.quantity):
                order._set_facts({"quantity": order.uom_id.round(quantity)})

    def _get_held_qty(self):
        """Return what is still held and not decided: in quarantine, or of the lot wherever it is."""
        self.ensure_one()
        hold = self.hold_id
        if hold.kind in PLACED_KINDS:
            return hold.open_qty
        kept = sum(self.line_ids.filtered(lambda line: line._is_kept()).mapped("done_qty"))
        return max(sum(self._get_places().values()) - kept, 0.0)

    def _get_places(self):
        """Return ``{location id: quantity}`` of the held stock."""
        self.ensure_one()
        hold = self.hold_id
        if hold.kind in PLACED_KINDS:
            return {hold.quarantine_id.id: hold.open_qty}
        domain = [("lot_id", "=", self.lot_id.id), ("location_id.usage", "in", ("internal", "transit"))]
        if hold.company_id:
            domain.append(("company_id", "=", hold.company_id.id))
        rows = self.env["stock.quant"].sudo()._read_group(domain, ["location_id"], ["quantity:sum"])
        return {location.id: quantity for location, quantity in rows if self.uom_id.compare(quantity, 0) > 0}

    def _complete_lines(self):
        """Make the one line of an undivided decision, and find where each line's stock lies.

        :raises odoo.exceptions.UserError: when the lines do not add up to the quantity
        """
        for order in self.sudo():
            order._recount()
            if not order.line_ids.filtered(lambda line: line.state != "cancelled") and order.quantity:
                vals = order._prepare_line_vals()
                self.env["mes.quality.disposition.line"].with_context(mes_quality_checked=self._get_sign()).create(vals)
            order._check_reconciled()
            order.line_ids.filtered(lambda line: line.state == "draft")._allot()
            order.line_ids.filtered(lambda line: line.state == "draft")._check_settings()

    @api.model
    def _get_sign(self):
        return self.env["mes.quality.hold"]._sign().env.context["mes_quality_checked"]

    def _prepare_line_vals(self):
        self.ensure_one()
        return {
            "disposition_id": self.id,
            "route": self.route or self.proposed_route or "scrap",
            "quantity": self.quantity,
            **self._prepare_settings_vals(),
        }

    def _check_reconciled(self):
        for order in self:
            if order.uom_id.compare(order.planned_qty, order.quantity):
                raise self.env["mes.quality.message"]._error(
                    "disposition_open_rest",
                    name=order.name,
                    planned=order.planned_qty,
                    quantity=order.quantity,
                    unit=order.uom_id.name,
                )

    # -- approving ----------------------------------------------------------------------------------------------

    def action_submit(self):
        """Hand the decision to the review board.

        :raises odoo.exceptions.UserError: without the role, or when the lines do not add up
        """
        self.env["mes.quality.hold"]._check_may_decide()
        self.check_access("write")
        self._touch()
        orders = self.filtered(lambda order: order.state == "draft")
        orders._complete_lines()
        orders._set_facts({"state": "review"})
        orders._log("submitted")
        return True

    def action_approve(self, reason=None):
        """Approve, as an engineer; where a review board is asked for, as one of its members (managers).

        From a draft the decision is submitted first. Approved ones stay as they are.

        :param str reason: kept with the approval
        :raises odoo.exceptions.UserError: without the role, by who proposed it, or when the lines do not add up
        """
        self.env["mes.quality.hold"]._check_may_decide()
        self.check_access("write")
        self._touch()
        for order in self.filtered(lambda order: order.state in ("draft", "review")):
            if order.state == "draft" and order.approvals_needed:
                order._check_approver()
                order._complete_lines()
                order._set_facts({"state": "review"})
            elif order.state == "draft":
                order._complete_lines()
            order._approve(reason)
        closed = self.filtered(lambda order: order.state in ("done", "cancelled"))[:1]
        if closed:
            raise self.env["mes.quality.message"]._error("disposition_closed", name=closed.name)
        return True

    def _approve(self, reason):
        self.ensure_one()
        self._check_approver()
        self._log("approved", reason)
        if len(self.approver_ids) < self.approvals_needed:
            return
        lines = self.line_ids.filtered(lambda line: line.state == "draft")
        lines._set_facts({"state": "approved"})
        self._set_facts({"state": "approved"})

    def _check_approver(self):
        """Refuse who may not approve: no member of the board, has approved already, or proposed it himself."""
        self.ensure_one()
        message = self.env["mes.quality.message"]
        if not self.approvals_needed:
            return
        if not self.env.user.has_group("mes_quality.mes_quality_group_manager"):
            raise message._error("disposition_board", name=self.name, value=self.value, needed=self.approvals_needed)
        if self.env.user in self.approver_ids:
            raise message._error("disposition_approved_twice", name=self.name)
        four_eyes = any(self._get_boards().mapped("mes_board_four_eyes"))
        if four_eyes and self.env.user in self._get_proposers():
            raise message._error("disposition_four_eyes", name=self.name)

    def action_send_back(self, reason):
        """Take the decision back to the draft; approvals are void, what was begun goes on.

        :param str reason: why, kept
        """
        reason = self.env["mes.quality.hold"]._check_reason(reason)
        self.env["mes.quality.hold"]._check_may_decide()
        self.check_access("write")
        self._touch()
        orders = self.filtered(lambda order: order.state in ("review", "approved"))
        lines = orders.line_ids.filtered(lambda line: line.state == "approved" and not line.done_qty)
        lines._set_facts({"state": "draft"})
        for line in orders.line_ids.filtered(lambda line: line.state == "approved"):
            line._cut()
        orders._set_facts({"state": "draft"})
        orders._log("sent_back", reason)
        return True

    def action_cancel(self, reason):
        """Drop the disposition; its stock stays held. Not when something was begun.

        :param str reason: why, kept
        """
        reason = self.env["mes.quality.hold"]._check_reason(reason)
        self.env["mes.quality.hold"]._check_may_decide()
        self.check_access("write")
        self._cancel(reason)
        return True

    def _cancel(self, reason):
        """Drop these dispositions; no role is asked for."""
        self._touch()
        orders = self.filtered(lambda order: order.state in OPEN_DISPOSITION_STATES)
        begun = orders.line_ids.filtered(lambda line: line.done_qty or line.state in ("open", "done"))[:1]
        if begun:
            raise self.env["mes.quality.message"]._error("disposition_begun", name=begun.display_name)
        orders.line_ids._set_facts({"state": "cancelled"})
        orders._set_facts({"state": "cancelled", "date_done": fields.Datetime.now()})
        orders._log("cancelled", reason)
        orders.sudo().activity_unlink(["mail.mail_activity_data_warning"])
        for hold in orders.sudo().hold_ids:
            hold._set_facts({"disposition_id": False})


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    def _cut(self):
        """End this line with what is done of it; the rest is to be decided again."""
        self.ensure_one()
        self._set_facts({"quantity": self.done_qty, "state": "done"})

    def action_cut(self):
        """End a line that is under way with what is done of it: its open documents are to be cancelled first.

        The rest is undecided again. For concessions: what was not shipped.
        """
        self.env["mes.quality.hold"]._check_may_decide()
        self.check_access("write")
        for line in self.sudo():
            line.disposition_id._touch()
            if line.state != "open" or (line.route != "use_as_is" and line._has_open_document()):
                raise self.env["mes.quality.message"]._error("disposition_begun", name=line.display_name)
            if line.done_qty:
                line._cut()
            else:
                line._set_facts({"state": "cancelled"})
            line.disposition_id._set_facts({"state": "draft"})
            line.disposition_id._log("sent_back", line.display_name, line)
        return True

    def _allot(self):
        """Say for each line where its stock lies; a line whose stock lies in several places is split.

        :raises odoo.exceptions.UserError: when so much is not there
        """
        for order in self.disposition_id:
            free = order._get_places()
            others = order.line_ids.filtered(lambda line: line.state in ("draft", "approved", "open"))
            for line in others.filtered("location_id"):
                free[line.location_id.id] = free.get(line.location_id.id, 0.0) - line._get_open_qty()
            kept = order.line_ids.filtered(lambda line: line.done_qty and line.location_id and line._is_kept())
            for line in kept if order.hold_id.kind == "lot" else ():
                free[line.location_id.id] = free.get(line.location_id.id, 0.0) - line.done_qty
            for line in self.filtered(lambda line, order=order: line.disposition_id == order and not line.location_id):
                line._allot_to(free)

    def _allot_to(self, free):
        parts = rules.allot(self.quantity, free)
        missing = self.quantity - sum(quantity for _place, quantity in parts)
        if self.uom_id.compare(missing, 0) > 0 or not parts:
            raise self.env["mes.quality.message"]._error(
                "disposition_missing",
                what=self.lot_id.name or self.product_id.display_name,
                missing=missing,
                unit=self.uom_id.name,
                place=self.env._("its places"),
            )
        for number, (place, quantity) in enumerate(parts):
            free[place] -= quantity
            vals = {"location_id": place, "quantity": quantity}
            if number:
                sign = self.disposition_id._get_sign()
                self.sudo().with_context(mes_quality_checked=sign).copy(vals)
            else:
                self._set_facts(vals)

    def _check_settings(self):
        """Refuse lines that miss what their route needs."""
        for line in self:
            check = getattr(line, f"_check_{line.route}", None)
            if check:
                check()

    def _check_use_as_is(self):
        if not (self.reason or "").strip():
            raise self.env["mes.quality.message"]._error("disposition_reason", name=self.display_name)

    def _check_return(self):
        if not self.origin_id.picking_id:
            raise self.env["mes.quality.message"]._error("disposition_no_origin", name=self.display_name)

    def _check_downgrade(self):
        self._check_use_as_is()
        if not self.target_product_id or self.target_product_id == self.product_id:
            raise self.env["mes.quality.message"]._error("disposition_no_target", name=self.display_name)
