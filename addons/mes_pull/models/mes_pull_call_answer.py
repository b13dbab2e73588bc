"""What the warehouse answers to a call: brought, only a part, another part, none."""

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.quantity import QuantityError, read_quantity

KEY_LENGTH = 64


class MesPullCall(models.Model):
    """Answers are given by the warehouse screen, by Odoo's own form, and by outside programs: all of them come here.

    The place's row is written first, so that of two who answer at once the later one is repeated and sees the first.
    """

    _inherit = "mes.pull.call"

    def action_confirm(self, quantity=None, lot_id=None, confirm_key=None):
        """Confirm that the parts of this call are picked; complete the transfer when all its calls are answered.

        :param float quantity: in the product's unit; by default all that is still called
        :param int lot_id: of the lot that was really taken
        :param str confirm_key: the same key again returns the same answer and does nothing more
        :return: ``{'status': 'ok'|'error', 'message': str, 'call_id': int, 'duplicate': bool}``; an error changes
            nothing
        :rtype: dict
        """
        return self._answer("confirm", {"quantity": quantity, "lot_id": lot_id, "confirm_key": confirm_key})

    def action_answer_short(self, kind, quantity=None, product_id=None, note=None, confirm_key=None):
        """Answer that the call cannot be filled as it is. The planner of the order is told.

        :param str kind: ``part`` (only ``quantity`` is there, and is picked), ``none``, or ``substitute`` (``quantity``
            of ``product_id`` is called instead, one for one)
        :param str note: in own words
        :return: as `action_confirm`
        :rtype: dict
        """
        if kind not in ("substitute", "part", "none"):
            return self._prepare_answer("error", self.env["mes.pull.message"]._text("call_bad_kind"))
        vals = {"quantity": quantity, "product_id": product_id, "note": note, "confirm_key": confirm_key}
        return self._answer(kind, vals)

    def action_confirm_all(self):
        """Confirm all that is called: the button of the form."""
        for call in self:
            answer = call.action_confirm()
            if answer["status"] == "error":
                raise UserError(answer["message"])
        return True

    def action_call_again(self):
        """Call again what the warehouse was short of; a planner has seen to it.

        :raises odoo.exceptions.AccessError: for users who are no planners
        """
        self.env["mes.pull.loop"]._check_planner()
        self.check_access("read")
        short = self.sudo().filtered(lambda call: call.state == "short")
        short.write({"state": "planned", "short_qty": 0.0, "shortage_note": False})
        self._refresh(short.production_id)
        return True

    # -- one answer ---------------------------------------------------------------------------------------------

    def _answer(self, kind, vals):
        """Give the answer behind a savepoint: what is refused changes nothing."""
        try:
            with self.env.cr.savepoint():
                return self._answer_once(kind, vals)
        except UserError as error:
            return self._prepare_answer("error", str(error))

    def _answer_once(self, kind, vals):
        message = self.env["mes.pull.message"]
        call = self.exists()
        if len(call) != 1 or not call.has_access("read"):
            raise message._error("call_unknown")
        if not self._may_answer():
            raise message._error("call_forbidden")
        key = vals.get("confirm_key")
        if key and (not isinstance(key, str) or len(key) > KEY_LENGTH):
            raise message._error("call_bad_key")
        call = call.sudo()
        call.location_id._mes_lock_calls()
        call.invalidate_recordset()
        known = self.env["mes.pull.call.answer"].sudo()._get_known(call.company_id, key)
        if known:
            return known.call_id._prepare_answer("ok", known.message, duplicate=True)
        self._catch_up()
        text = getattr(call, f"_apply_{kind}")(call._read_answer(kind, vals))
        return call._prepare_answer("ok", text)

    def _may_answer(self):
        user = self.env.user
        groups = ("stock.group_stock_user", "mes_pull.mes_pull_group_operator")
        return self.env.su or any(user.has_group(group) for group in groups)

    def _prepare_answer(self, status, message, duplicate=False):
        return {"status": status, "message": message, "call_id": self.id, "duplicate": duplicate}

    def _read_answer(self, kind, vals):
        """Return the answer with its quantity and records checked.

        :raises odoo.exceptions.UserError: when the call is not open any more, or the answer cannot be understood
        """
        message = self.env["mes.pull.message"]
        left = self._get_unanswered()
        if self.product_id.uom_id.compare(left, 0) <= 0 or self.state not in ("called", "picking"):
            raise self._get_closed_error()
        wanted = vals.get("quantity")
        try:
            quantity = left if wanted is None or wanted is False else read_quantity(wanted)
        except QuantityError as error:
            raise message._error(f"quantity_{error.code}", value=str(wanted)) from None
        if self.product_id.uom_id.compare(quantity, left) > 0:
            raise message._error("call_too_much", open=float(left), unit=self.uom_id.name, quantity=float(quantity))
        lot = self.env["stock.lot"].browse(vals.get("lot_id") or []).exists()
        if vals.get("lot_id") and lot.product_id != self.product_id:
            raise message._error("unknown_lot_id")
        product = self.env["product.product"].browse(vals.get("product_id") or []).exists()
        if kind == "substitute" and (not product.is_storable or product == self.product_id or not product.active):
            raise message._error("call_bad_product")
        return {**vals, "kind": kind, "quantity": quantity, "left": left, "lot": lot, "product": product}

    def _get_unanswered(self):
        return max(0.0, self.quantity - self.done_qty - self.picked_qty)

    def _get_closed_error(self):
        message = self.env["mes.pull.message"]
        values = {"product": self.product_id.display_name, "place": self.location_id.display_name}
        answer = self.answer_ids.filtered(lambda answer: answer.kind == "confirm")[:1]
        if answer and self.state in ("called", "picking", "done"):
            return message._error("call_answered", user=answer.user_id.name, **values)
        state = dict(self._fields["state"]._description_selection(self.env))[self.state]
        return message._error("call_not_open", state=state, **values)

    def _log_answer(self, vals, quantity, text):
        self.env["mes.pull.call.answer"].sudo().create(
            {
                "call_id": self.id,
                "company_id": self.company_id.id,
                "confirm_key": vals.get("confirm_key") or False,
                "kind": vals["kind"],
                "quantity": quantity,
                "product_id": vals["product"].id,
                "lot_id": vals["lot"].id,
                "note": vals.get("note") or False,
                "message": text,
                "user_id": self.env.uid,
            }
        )

    # -- kinds of answers: one method each, see `const.CALL_ANSWERS` ----------------------------------------------

    def _apply_confirm(self, vals):
        self._pick(vals["quantity"], vals["lot"])
        picking = self.picking_id
        is_complete = self._complete()
        text = self.env["mes.pull.message"]._text(
            "call_brought" if is_complete else "call_picked",
            quantity=float(vals["quantity"]),
            unit=self.uom_id.name,
            product=self.product_id.display_name,
            place=self.location_id.display_name,
            document=picking.name,
        )
        self._log_answer(vals, vals["quantity"], text)
        return text

    def _apply_part(self, vals):
        missing = vals["left"] - vals["quantity"]
        if self.product_id.uom_id.compare(missing, 0) <= 0:
            return self._apply_confirm({**vals, "kind": "confirm"})
        self._pick(vals["quantity"], vals["lot"])
        return self._fall_short(vals, missing)

    def _apply_none(self, vals):
        return self._fall_short({**vals, "quantity": 0.0}, vals["left"])

    def _fall_short(self, vals, missing):
        """The rest is not brought: the move keeps what was picked, the need stays visible without an hour."""
        text = self.env["mes.pull.message"]._text(
            "call_short_answered",
            quantity=float(missing),
            unit=self.uom_id.name,
            product=self.product_id.display_name,
            place=self.location_id.display_name,
        )
        self._log_answer(vals, vals["quantity"], text)
        picking = self.picking_id
        self.write({"short_qty": missing, "shortage_note": vals.get("note") or False})
        self._tell_planner()
        self._give_up(missing)
        self._complete(picking)
        return text

    def _give_up(self, missing):
        """Take what is not brought out of the hour's move."""
        move, uom = self.move_id, self.product_id.uom_id
        rest = move.product_qty - missing
        if uom.compare(rest, 0) > 0 and move.mes_is_started:
            vals = {"product_uom": uom.id, "product_uom_qty": rest}
            self.env["mes.pull.planner"]._write_all(move, [vals])
            move._recompute_state()
        if not self.picked_qty:
            self.state = "short"
        self._refresh(self.production_id)

    def _apply_substitute(self, vals):
        """Let the order use another part in this hour: its own component shrinks, the other one is added and called."""
        quantity, product, order = vals["quantity"], vals["product"], self.production_id
        text = self.env["mes.pull.message"]._text(
            "call_substituted",
            quantity=float(quantity),
            unit=self.uom_id.name,
            other=product.display_name,
            product=self.product_id.display_name,
            place=self.location_id.display_name,
        )
        self._log_answer(vals, quantity, text)
        raw = self._get_raw_moves()[:1]
        self.substituted_qty += quantity
        left = raw.product_id.uom_id._compute_quantity(max(0.0, raw.product_qty - quantity), raw.product_uom, round=False)
        raw.with_context(no_procurement=True).product_uom_qty = left
        self._add_component(raw, product, quantity)
        order.message_post(body=text)
        self._refresh(order)
        return text

    def _get_raw_moves(self):
        return self.production_id.move_raw_ids.filtered(
            lambda move: (
                move.product_id == self.product_id
                and move.location_id == self.location_id
                and move.state not in ("done", "cancel", "draft")
                and not move.mes_call_slot_id
            )
        ).sorted(lambda move: (move.workorder_id != self.workorder_id, -move.product_qty))

    def _add_component(self, raw, product, quantity):
        """Add a component to the order that is needed in just this hour."""
        order = self.production_id
        move = self.env["stock.move"].create(
            {
                **order._get_move_raw_values(product, quantity, product.uom_id, raw.operation_id.id),
                "location_id": self.location_id.id,
                "workorder_id": raw.workorder_id.id,
                "mes_call_slot_id": self.slot_id.id,
            }
        )
        move._adjust_procure_method()
        move._action_confirm(merge=False)
        return move

    # -- picking ------------------------------------------------------------------------------------------------

    def _pick(self, quantity, lot):
        """Mark ``quantity`` as picked on the call's move.

        :raises odoo.exceptions.UserError: when less is registered where it is taken from
        """
        move = self.move_id
        taken = move._mes_pick(quantity, lot)
        if self.product_id.uom_id.compare(taken, quantity) < 0:
            raise self.env["mes.pull.message"]._error(
                "call_too_little",
                there=float(taken),
                unit=self.uom_id.name,
                product=lot.name or self.product_id.display_name,
                place=move.location_id.display_name,
                quantity=float(quantity),
            )
        vals = {"picked_qty": self.picked_qty + quantity, "state": "picking"}
        if lot:
            vals["lot_id"] = lot.id
        self.write(vals)

    def _complete(self, picking=None):
        """Complete the transfer when all its calls are answered; what is missing of them stays called.

        :return: whether it was completed
        """
        picking = (picking or self.picking_id).exists()
        open_calls = self.search([("picking_id", "=", picking.id), ("state", "in", ("called", "picking"))])
        waiting = open_calls.filtered(
            lambda call: (
                call.state == "called"
                or (not call.picked_qty and call.product_id.uom_id.compare(call._get_unanswered(), 0) > 0)
            )
        )
        if waiting or not picking.move_ids.filtered("mes_is_started"):
            return False
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        return picking.state == "done"


class MesPullCallAnswer(models.Model):
    _inherit = "mes.pull.call.answer"

    @api.model
    def _get_known(self, company, key):
        """Return the answer that was given with this key before."""
        domain = [("company_id", "=", company.id), ("confirm_key", "=", key)]
        return self.search(domain, limit=1) if key else self


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_pick(self, quantity, lot):
        """Mark up to ``quantity`` (product's unit) as picked, of ``lot`` where one is given. Return how much."""
        self.ensure_one()
        picked = self.move_line_ids.filtered("picked")
        (self.move_line_ids - picked).unlink()
        if self._should_bypass_reservation():
            self.env["stock.move.line"].create(self._prepare_move_line_vals(quantity=quantity))
            taken = quantity
        else:
            taken = self._update_reserved_quantity(quantity, self.location_id, lot_id=lot or None, strict=False)
        self.move_line_ids.picked = True
        self.picked = bool(self.move_line_ids)
        self._recompute_state()
        return taken
