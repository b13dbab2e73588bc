"""A promise in words: the date, and what it hangs on."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import format_datetime

from ..tools import promise


class MesPullPromise(models.AbstractModel):
    _inherit = "mes.pull.promise"

    @api.model
    def _conclude(self, book, ask, plan):
        """Return the date of a line, and why it is not earlier."""
        refusal = self._explain_refusal(book, ask, plan)
        if refusal:
            return False, refusal
        days = ask.line.customer_lead or 0.0
        ends = [plan.finished[key] for key in ask.source.jobs] + [wait.until for wait in ask.source.waits]
        parts = [self._text("promise_stock", quantity=ask.from_stock)] if ask.from_stock else []
        parts += self._explain_making(book, ask, plan)
        if days:
            parts.append(self._text("promise_lead", days=days))
        return max(ends, default=book.now) + timedelta(days=days), "; ".join(parts)

    @api.model
    def _text(self, code, **values):
        return self.env["mes.pull.message"]._text(code, **values)

    @api.model
    def _clock(self, moment):
        """Return a moment in the language and on the clock of who asks."""
        return format_datetime(self.env, moment, dt_format="short")

    @api.model
    def _explain_refusal(self, book, ask, plan):
        if ask.missing:
            return self._text("promise_no_source", product=ask.missing.display_name)
        for job in ask.jobs:
            for operation in job.operations:
                if not plan.placed[operation.key].stop:
                    center = self._get_center(operation.options[0][0])
                    return self._text("promise_never", product=book.products[job.key].display_name, center=center)
        return None

    @api.model
    def _get_center(self, key):
        return self.env["mrp.workcenter"].browse(key).name if isinstance(key, int) else ""

    @api.model
    def _explain_making(self, book, ask, plan):
        """Return in words what is ready last, and what that hangs on."""
        last = {
            job.key: max((op.key for op in job.operations), key=lambda key: plan.placed[key].stop) for job in ask.jobs
        }
        job = max(ask.source.jobs, key=lambda key: plan.finished[key], default=None)
        wait = max(ask.source.waits, key=lambda wait: wait.until, default=None)
        if wait and (not job or wait.until > plan.finished[job]):
            return [self._explain_wait(wait.kind, wait.cause, wait.until)]
        if not job:
            return []
        chain = promise.find_chain(last[job], plan.placed, last)
        parts = [self._explain_step(book, key, placed) for key, placed in chain]
        key, placed = chain[-1]
        parts.append(self._explain_cause(book, placed))
        return [part for part in parts if part]

    @api.model
    def _explain_step(self, book, key, placed):
        product = book.products[key[:-1]].display_name
        stop = self._clock(placed.stop)
        if not isinstance(placed.resource, int):
            return self._text("promise_delay", product=product, stop=stop)
        center = self._get_center(placed.resource)
        return self._text("promise_made", product=product, center=center, start=self._clock(placed.start), stop=stop)

    @api.model
    def _explain_wait(self, kind, cause, until):
        product, vendor = cause
        code = "promise_vendor" if vendor else "promise_receipt"
        vendor = vendor.display_name if vendor else ""
        return self._text(code, product=product.display_name, vendor=vendor, until=self._clock(until))

    @api.model
    def _explain_cause(self, book, placed):
        """Return in words why the first step does not begin now."""
        why = placed.why
        if why.kind in ("vendor", "expected"):
            return self._explain_wait(why.kind, why.cause, why.until)
        if why.kind not in ("busy", "closed"):
            return None
        values = {"center": self._get_center(placed.resource), "until": self._clock(why.until)}
        return self._text(f"plan_{why.kind}", what=self._explain_blocker(book, why.cause), **values)

    @api.model
    def _explain_blocker(self, book, cause):
        if isinstance(cause, int):
            return self.env["mrp.workorder"].browse(cause).display_name
        return book.products[cause[:-1]].display_name if isinstance(cause, tuple) else cause
