"""Where a stream of lots stands: how sharply the next lot of this product of this vendor is inspected."""

from dataclasses import asdict

from odoo import fields, models
from odoo.tools import SQL

from ..const import SEVERITIES
from ..tools import sampling

STATE_FIELDS = ("severity", "recent", "in_row", "score", "rejected", "is_discontinued", "accepted", "skipped")


class MesQualityStream(models.Model):
    """The sampling state of a product from a vendor under a control plan; see `tools.sampling.Switching`."""

    _name = "mes.quality.stream"
    _description = "Sampling State"
    _order = "plan_id, product_id, partner_id"

    plan_id = fields.Many2one("mes.quality.plan", "Control Plan", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Vendor", index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True)
    severity = fields.Selection(SEVERITIES, "Inspection", required=True, default="normal")
    recent = fields.Char("Last Five", help="Accepted (A) and rejected (R) lots on normal inspection, newest last.")
    in_row = fields.Integer("Accepted in a Row", help="On this severity.")
    score = fields.Integer("Switching Score", help="At 30 inspection becomes reduced.")
    rejected = fields.Integer("Rejected while Tightened", help="At 5 sampling stops: all pieces are inspected.")
    is_discontinued = fields.Boolean("Sampling Stopped")
    accepted = fields.Integer("Good Lots in a Row", help="Counted for skipping lots.")
    skipped = fields.Integer("Skipped since")
    lock_seq = fields.Integer("Changes", default=0)

    _key_uniq = models.UniqueIndex("(plan_id, product_id, COALESCE(partner_id, 0), company_id)")

    def _lock(self):
        """Write the rows first: of two at once, the second one begins again with what the first one left."""
        if self:
            self.flush_recordset()
            query = "UPDATE mes_quality_stream SET lock_seq = lock_seq + 1 WHERE id IN %s"
            self.env.cr.execute(SQL(query, tuple(sorted(self.ids))))
            self.invalidate_recordset()

    def _get_many(self, keys):
        """Return ``{(plan, product, partner, company): stream}``, locked; missing ones are made.

        :param keys: a set of such tuples of records
        """
        if not keys:
            return {}
        domain = [
            ("plan_id", "in", [plan.id for plan, *_rest in keys]),
            ("product_id", "in", [product.id for _plan, product, *_rest in keys]),
        ]
        found = {stream._get_key(): stream for stream in self.sudo().search(domain)}
        missing = [key for key in keys if key not in found]
        for stream in self.sudo().create([self._prepare_vals(*key) for key in missing]):
            found[stream._get_key()] = stream
        streams = {key: found[key] for key in keys}
        self.sudo().union(*streams.values())._lock()
        return streams

    def _get_key(self):
        self.ensure_one()
        return self.plan_id, self.product_id, self.partner_id, self.company_id

    def _prepare_vals(self, plan, product, partner, company):
        return {
            "plan_id": plan.id,
            "product_id": product.id,
            "partner_id": partner.id,
            "company_id": company.id,
        }

    def _get_state(self):
        """Return the state for the arithmetic."""
        self.ensure_one()
        return sampling.Switching(
            **{name: self[name] or sampling.Switching.__dataclass_fields__[name].default for name in STATE_FIELDS}
        )

    def _should_skip(self):
        """Return whether the next lot is passed without a look, and count it."""
        self.ensure_one()
        plan = self.plan_id
        if not plan.is_skip_lot or not sampling.should_skip(self._get_state(), plan.skip_after, plan.skip_every):
            return False
        self.skipped += 1
        return True

    def _get_severity(self):
        self.ensure_one()
        return self.severity if self.plan_id.sampling == "aql" and self.plan_id.is_switching else "normal"

    def _count(self, accepted, accept_number, tighter_accepted):
        """Count a decided lot; tell what changes."""
        self.ensure_one()
        self._lock()
        before = self._get_state()
        after = sampling.switch(before, accepted, accept_number, tighter_accepted)
        self.write(asdict(after))
        changes = (before.severity, before.is_discontinued) != (after.severity, after.is_discontinued)
        if changes and self.plan_id.sampling == "aql" and self.plan_id.is_switching:
            self._tell()

    def _tell(self):
        """Note on the plan how this stream is inspected from now on."""
        self.ensure_one()
        code = "stream_stopped" if self.is_discontinued else f"stream_{self.severity}"
        values = {"product": self.product_id.display_name, "partner": self.partner_id.display_name or "-"}
        text = self.env["mes.quality.message"]._text(code, **values)
        self.plan_id.message_post(body=text, subtype_xmlid="mail.mt_note")

    def action_resume(self):
        """Begin sampling again, tightened, after the vendor has improved. By an engineer."""
        self.env["mes.quality.inspection"]._check_role("mes_quality.mes_quality_group_engineer")
        self.check_access("read")
        for stream in self:
            stream._lock()
            stream.sudo().write({**asdict(sampling.Switching("tightened")), "recent": False})
            stream.sudo()._tell()
