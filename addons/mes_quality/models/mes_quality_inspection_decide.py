"""Decisions: pass, fail, cancel, inspect again. Who may, and what must be there first."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import STOCK_TRIGGERS
from ..tools import sampling

USER = "mes_quality.mes_quality_group_user"
ENGINEER = "mes_quality.mes_quality_group_engineer"


class MesQualityInspection(models.Model):
    _inherit = "mes.quality.inspection"

    # -- actions ------------------------------------------------------------------------------------------------

    def action_pass(self, reason=None):
        """Accept what these inspections decide about.

        :param str reason: needed where more are bad than the plan allows, which only an engineer may pass
        :raises odoo.exceptions.UserError: where something is missing, too much is bad, or it is decided already
        """
        for inspection in self:
            inspection._decide("passed", reason=reason)
        return True

    def action_fail(self, reason=None, rejected_qty=None):
        """Reject what these inspections decide about, or a part of it.

        :param str reason: needed where no more are bad than the plan allows
        :param float rejected_qty: in the product's unit; without it all of it (or the rejected serial numbers)
        """
        for inspection in self:
            inspection._decide("failed", reason=reason, rejected_qty=rejected_qty)
        return True

    def action_evaluate(self):
        """Pass or fail by what is recorded: up to ``accept_number`` bad ones are accepted."""
        for inspection in self:
            inspection._check_complete()
            inspection._decide("failed" if inspection._is_too_bad() else "passed")
        return True

    def action_cancel(self, reason=None):
        """Give up inspections that are not needed. What blocks is cancelled by an engineer with a reason only."""
        self._check_role(USER)
        self._check_todo()
        blocking = self.filtered("blocks")
        if blocking and not (self.env.user.has_group(ENGINEER) and (reason or "").strip()):
            raise self.env["mes.quality.message"]._error("cancel_blocked", name=blocking[0].name)
        self._cancel(reason)
        return True

    def action_reinspect(self, reason):
        """Have decided inspections done again. The old ones stay; the new ones count.

        :return: the new inspections' action
        """
        self._check_role(ENGINEER)
        reason = self._check_reason(reason)
        again = self.browse()
        for inspection in self:
            again |= inspection._reinspect(reason)
        return self._prepare_open_action(again)

    # -- guards -------------------------------------------------------------------------------------------------

    @api.model
    def _check_role(self, group):
        if not self.env.user.has_group(group):
            code = "inspection_role" if group == USER else "engineer_role"
            raise AccessError(self.env["mes.quality.message"]._text(code))

    def _check_team(self):
        """Only the plan's team and engineers decide."""
        team = self.plan_id.sudo().inspector_ids
        if team and self.env.user not in team and not self.env.user.has_group(ENGINEER):
            names = ", ".join(team.mapped("name"))
            raise self.env["mes.quality.message"]._error("inspection_team", name=self.name, team=names)

    def _check_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise self.env["mes.quality.message"]._error("reason_needed")
        return reason

    def _check_complete(self):
        """All that is required must be recorded, of every piece where it is asked of each."""
        self.ensure_one()
        missing = self._get_missing()
        if missing:
            values = {"name": self.name, "missing": "; ".join(missing)}
            raise self.env["mes.quality.message"]._error("inspection_incomplete", **values)

    def _get_missing(self):
        """Return in words what still has to be recorded."""
        message = self.env["mes.quality.message"]
        missing = []
        for characteristic, lines in self.line_ids.grouped("characteristic_id").items():
            if not lines[0].is_required:
                continue
            done = len(lines.filtered("result"))
            expected = self.sample_size if lines[0].each_sample else 1
            if done < expected:
                text = message._text("missing_samples", done=done, samples=expected)
                missing.append(f"{characteristic.name} ({text})" if lines[0].each_sample else lines[0].name)
        return missing

    def _is_too_bad(self):
        self.ensure_one()
        return self.defect_count > self.accept_number

    def _check_decision(self, state, reason):
        """What was found and the decision agree, or an engineer (pass) or anybody (fail) says why not."""
        self.ensure_one()
        values = {"defects": self.defect_count, "samples": self.sample_size, "accept": self.accept_number}
        message = self.env["mes.quality.message"]
        if state == "passed":
            self._check_complete()
            if self._is_too_bad() and not (reason and self.env.user.has_group(ENGINEER)):
                raise message._error("inspection_too_bad", name=self.name, **values)
        elif not self._is_too_bad() and not reason:
            raise message._error("inspection_too_good", name=self.name, **values)

    def _get_rejected(self, rejected_qty):
        """Return how much of it is rejected."""
        self.ensure_one()
        message = self.env["mes.quality.message"]
        if self.tracking == "serial" and self.lot_ids:
            if rejected_qty is not None and not self.rejected_lot_ids and rejected_qty != self.quantity:
                raise message._error("rejected_serials", name=self.name)
            return float(len(self.rejected_lot_ids)) or self.quantity
        if rejected_qty is None:
            return self.quantity
        unit = self.uom_id
        if unit.compare(rejected_qty, 0) <= 0 or unit.compare(rejected_qty, self.quantity) > 0:
            values = {"quantity": float(self.quantity), "unit": unit.name or ""}
            raise message._error("rejected_range", name=self.name, **values)
        return unit.round(rejected_qty)

    # -- the decision -------------------------------------------------------------------------------------------

    def _decide(self, state, reason=None, rejected_qty=None, key=None):
        """Decide this inspection: the one function that every way to a decision calls."""
        self.ensure_one()
        self._check_role(USER)
        self.check_access("write")
        self._check_team()
        self._lock()
        self._check_todo()
        reason = (reason or "").strip()
        self._check_decision(state, reason)
        rejected = self.sudo()._get_rejected(rejected_qty) if state == "failed" else 0.0
        self.sudo()._write_checked(
            {
                "state": state,
                "reason": reason,
                "rejected_qty": rejected,
                "decided_by_id": self.env.uid,
                "date_done": fields.Datetime.now(),
                "decision_key": key,
            }
        )
        self._count_in_stream()
        self.sudo()._apply_to_stock()
        self._close_activities(f"inspection_{state}")

    def _count_in_stream(self):
        """Earlier lots decide how later ones are inspected. A second look at the same lot doesn't count."""
        if not self.stream_id or self.previous_id:
            return
        self.stream_id.sudo()._count(self.state == "passed", self.accept_number, self._is_tighter_accepted())

    def _is_tighter_accepted(self):
        """Return whether the lot had passed with an AQL one step tighter, too."""
        plan = self.plan_id
        place = sampling.AQLS.index(plan.aql) if plan.sampling == "aql" else 0
        if not place:
            return self.state == "passed" and not self.defect_count
        tighter = sampling.single_plan(max(1, self.quantity), plan.level, sampling.AQLS[place - 1], self.severity)
        return self.defect_count <= tighter.accept

    def _close_activities(self, code):
        values = {"defects": self.defect_count, "samples": self.sample_size, "rejected": float(self.rejected_qty)}
        text = self.env["mes.quality.message"]._text(
            code, reason=self.reason or "", unit=self.uom_id.name or "", **values
        )
        self.sudo().activity_ids.action_feedback(feedback=text)
        self.message_post(body=text)

    def _cancel(self, reason=None):
        """Give up what is to do (documents were cancelled, or an engineer says so)."""
        todo = self.sudo().filtered(lambda inspection: inspection.state == "todo")
        if not todo:
            return
        text = self.env["mes.quality.message"]._text("inspection_cancelled", reason=reason or "")
        todo._write_checked({"state": "cancelled", "reason": reason, "date_done": fields.Datetime.now()})
        todo.activity_ids.unlink()
        for inspection in todo:
            inspection._lift_holds(text)
            inspection.message_post(body=text)

    # -- again --------------------------------------------------------------------------------------------------

    def _reinspect(self, reason):
        self.ensure_one()
        self._lock()
        message = self.env["mes.quality.message"]
        if self.state not in ("passed", "failed"):
            raise message._error("not_decided", name=self.name)
        if self.is_superseded:
            raise message._error("already_again", name=self.name, other=self.next_ids[:1].name)
        again = self._create_for([self._prepare_again_request(reason)])
        self.sudo()._write_checked({"is_superseded": True})
        self.message_post(body=message._text("inspection_again", other=again.name, reason=reason))
        if again.is_met and again.trigger in STOCK_TRIGGERS and again.blocks:
            again.sudo()._hold("inspection")
        return again.with_env(self.env)

    def _prepare_again_request(self, reason):
        links = ("picking_id", "move_id", "production_id", "workorder_id")
        return {
            "plan": self.plan_id,
            "product": self.product_id,
            "quantity": self.quantity,
            "company": self.company_id,
            "partner": self.partner_id,
            "vals": {
                **{name: self[name].id for name in links},
                **self._prepare_lot_vals(self.lot_ids),
                "trigger": self.trigger,
                "blocks": self.blocks,
                "previous_id": self.id,
                "comment": reason,
                "is_met": self.is_met,
            },
        }
