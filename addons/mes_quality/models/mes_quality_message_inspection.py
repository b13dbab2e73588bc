"""Messages about control plans and inspections."""

from odoo import models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    def _get_messages(self):
        return {**super()._get_messages(), **self._get_plan_messages(), **self._get_inspection_messages()}

    def _get_plan_messages(self):
        return {
            "plan_period": self.env._(
                "%(plan)s is periodic. Say after how many hours or pieces it is inspected again."
            ),
            "characteristic_used": self.env._(
                "%(name)s has results, which refer to it. Archive it instead: it is not asked any more."
            ),
            "stream_normal": self.env._("%(product)s of %(partner)s: normal inspection from now on."),
            "stream_tightened": self.env._("%(product)s of %(partner)s: tightened inspection from now on."),
            "stream_reduced": self.env._("%(product)s of %(partner)s: reduced inspection from now on."),
            "stream_stopped": self.env._(
                "%(product)s of %(partner)s: five lots were rejected on tightened inspection. "
                "All pieces are inspected until an engineer begins sampling again."
            ),
        }

    def _get_inspection_messages(self):
        return {
            "inspection_role": self.env._("You may not decide inspections. Ask for the role 'Quality: Inspector'."),
            "engineer_role": self.env._("This needs the role 'Quality: Engineer'. Ask an engineer to do it."),
            "inspection_team": self.env._(
                "%(name)s is for the inspectors %(team)s. Ask one of them, or an engineer, to decide it."
            ),
            "inspection_written": self.env._(
                "%(fields)s of an inspection follow from its plan and its decision and are not written directly. "
                "Use Pass, Fail, Cancel or Inspect Again."
            ),
            "inspection_decided": self.env._(
                "%(name)s is decided and stays as it is. An engineer can have it inspected again, with a reason."
            ),
            "inspection_kept": self.env._("%(name)s is part of the history and cannot be deleted. Cancel it instead."),
            "inspection_incomplete": self.env._(
                "%(name)s is not complete: %(missing)s. Record what is missing, or fail the inspection."
            ),
            "missing_samples": self.env._("%(done)s of %(samples)s pieces measured"),
            "inspection_too_bad": self.env._(
                "%(defects)s bad in a sample of %(samples)s, at most %(accept)s are allowed: "
                "%(name)s cannot be passed. Fail it; an engineer can still pass it with a reason."
            ),
            "inspection_too_good": self.env._(
                "%(defects)s bad in a sample of %(samples)s, %(accept)s are allowed. "
                "Say why %(name)s fails in spite of that."
            ),
            "rejected_range": self.env._(
                "The rejected quantity of %(name)s is above 0 and at most %(quantity)s %(unit)s."
            ),
            "rejected_serials": self.env._("Choose the serial numbers of %(name)s that are rejected, not a quantity."),
            "reason_needed": self.env._("Say why: the reason is kept with the inspection."),
            "cancel_blocked": self.env._(
                "%(name)s blocks stock or work. Only an engineer can cancel it, with a reason; decide it instead."
            ),
            "not_decided": self.env._("%(name)s is not decided yet: there is nothing to inspect again."),
            "already_again": self.env._("%(name)s has been replaced by %(other)s. Look there."),
            "gate_delivery": self.env._(
                "%(picking)s cannot leave: %(inspections)s must be passed first. Open them with the button Inspections."
            ),
            "gate_work": self.env._(
                "%(order)s cannot go on: %(inspections)s must be passed first. Open them with the button Inspections."
            ),
            "open_inspections": self.env._("Open inspections"),
            "inspection_todo": self.env._("To inspect: %(product)s, %(quantity)s %(unit)s"),
            "inspection_passed": self.env._("Passed: %(defects)s bad in a sample of %(samples)s. %(reason)s"),
            "inspection_failed": self.env._(
                "Failed: %(defects)s bad in a sample of %(samples)s, %(rejected)s %(unit)s rejected. %(reason)s"
            ),
            "inspection_skipped": self.env._("Passed without a look: good lots before it (skip lots)."),
            "inspection_again": self.env._("Inspected again by %(other)s: %(reason)s"),
            "inspection_cancelled": self.env._("Cancelled. %(reason)s"),
            "hold_inspection": self.env._("%(name)s is not decided yet"),
            "hold_failed": self.env._("%(name)s failed. %(reason)s"),
            "hold_passed": self.env._("%(name)s passed. %(reason)s"),
            "line_limits": self.env._("A result keeps the limits it is judged by; change the control plan instead."),
            "sample_number": self.env._("%(name)s has a sample of %(samples)s pieces; there is no piece %(number)s."),
            "station_unknown": self.env._(
                "Nothing to inspect was found for %(barcode)s. Scan a lot, a transfer, an order or an inspection."
            ),
            "station_saved": self.env._("Saved."),
            "station_measure": self.env._("%(value)s is no number. Enter the measure again."),
            "station_line": self.env._("This question belongs to another inspection. Read the screen again."),
            "chart_none": self.env._("Only measures have control charts."),
        }
