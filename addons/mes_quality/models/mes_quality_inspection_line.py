"""One result of an inspection."""

from odoo import api, fields, models

from ..tools.spc import is_within

RECORDED = {"value", "verdict", "text", "picture", "note", "defects", "is_recorded", "lot_id"}


class MesQualityInspectionLine(models.Model):
    """What was found for one characteristic, on one piece or (``sample`` 0) on all of them.

    It keeps what it is judged by. The result of a measure follows from its limits, a value on a limit is good; that of
    anything else is the inspector's, and a text or picture that is there is good unless he says otherwise.
    """

    _name = "mes.quality.inspection.line"
    _description = "Inspection Result"
    _inherit = ["mes.quality.snapshot"]
    _order = "inspection_id, sample, sequence, id"

    inspection_id = fields.Many2one("mes.quality.inspection", required=True, index=True, ondelete="restrict")
    characteristic_id = fields.Many2one("mes.quality.characteristic", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="inspection_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="inspection_id.product_id", store=True, index=True)
    state = fields.Selection(related="inspection_id.state", string="Inspection State")
    sample = fields.Integer("Piece", help="Number in the sample; 0 for what is recorded once for all.")
    lot_id = fields.Many2one("stock.lot", "Serial Number", index="btree_not_null")
    value = fields.Float(digits=(16, 6))
    is_recorded = fields.Boolean("Measured")
    verdict = fields.Selection([("pass", "Good"), ("fail", "Bad")])
    defects = fields.Integer("Bad Pieces", help="How many pieces of the sample are bad, where it is recorded once.")
    text = fields.Text()
    picture = fields.Image(max_width=1920, max_height=1920)
    note = fields.Char()
    result = fields.Selection([("pass", "Good"), ("fail", "Bad")], compute="_compute_result", store=True, index=True)
    user_id = fields.Many2one("res.users", "Recorded By", readonly=True)
    date = fields.Datetime("Recorded On", readonly=True, index=True)
    limits = fields.Char(compute="_compute_limits")

    _piece_uniq = models.UniqueIndex("(inspection_id, characteristic_id, sample)")
    _defects_positive = models.Constraint("CHECK(defects >= 0)", "Bad pieces cannot be negative.")

    @api.depends("kind", "value", "is_recorded", "verdict", "text", "picture", "defects", "has_lower", "has_upper")
    def _compute_result(self):
        for line in self:
            line.result = line._judge()

    def _judge(self):
        """Return ``pass``, ``fail`` or ``False`` where nothing is recorded yet."""
        self.ensure_one()
        if self.kind == "measure":
            if not self.is_recorded:
                return False
            return "pass" if is_within(self.value, self._get_lower(), self._get_upper()) else "fail"
        if self.defects:
            return "fail"
        if self.verdict or self.kind in ("check", "instruction"):
            return self.verdict
        return "pass" if (self.text if self.kind == "text" else self.picture) else False

    @api.depends("has_lower", "lower_limit", "has_upper", "upper_limit", "unit")
    def _compute_limits(self):
        form = self.env["mes.quality.message"]._format
        for line in self:
            lower = form(line.lower_limit) if line.has_lower else ""
            upper = form(line.upper_limit) if line.has_upper else ""
            text = (
                f"{lower} – {upper}" if lower and upper else (f"≥ {lower}" if lower else f"≤ {upper}" if upper else "")
            )
            line.limits = f"{text} {line.unit or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        """Add results; what they are judged by is that of the characteristic, whatever is given."""
        inspections = self.env["mes.quality.inspection"].browse(
            {vals.get("inspection_id") for vals in vals_list} - {None}
        )
        inspections._check_todo()
        characteristics = self.env["mes.quality.characteristic"].sudo()
        lines = [
            {**vals, **self._prepare_snapshot_vals(characteristics.browse(vals["characteristic_id"]))}
            for vals in vals_list
        ]
        return super().create([{**vals, **self._prepare_record_vals(vals)} for vals in lines])

    def write(self, vals):
        if self and not vals.keys() <= RECORDED:
            raise self.env["mes.quality.message"]._error("line_limits")
        self.inspection_id._check_todo()
        return super().write({**vals, **self._prepare_record_vals(vals)})

    @api.model
    def _prepare_snapshot_vals(self, characteristic):
        """Return what a result of this characteristic is judged by."""
        return {name: characteristic[name] for name in self._get_snapshot_fields()}

    @api.model
    def _prepare_record_vals(self, vals):
        """Return who recorded it and when, where something is recorded."""
        if not vals.keys() & {"value", "verdict", "text", "picture", "defects", "is_recorded"}:
            return {}
        more = {"user_id": self.env.uid, "date": fields.Datetime.now()}
        return {"is_recorded": True, **more} if "value" in vals and "is_recorded" not in vals else more

    @api.ondelete(at_uninstall=False)
    def _unlink_except_empty(self):
        """Only what was never recorded may go."""
        for line in self:
            if line.result or line.state != "todo":
                raise self.env["mes.quality.message"]._error("inspection_kept", name=line.inspection_id.name)
