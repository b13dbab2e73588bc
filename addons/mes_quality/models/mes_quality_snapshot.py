"""What a characteristic says and its results keep, so that later changes of a plan don't change history."""

from odoo import fields, models

from ..const import CHARACTERISTIC_KINDS


class MesQualitySnapshot(models.AbstractModel):
    """The description of a characteristic: what was asked, and what was good."""

    _name = "mes.quality.snapshot"
    _description = "Description of a Characteristic"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(CHARACTERISTIC_KINDS, "Type", required=True, default="check")
    is_required = fields.Boolean("Required", default=True, help="Without it the inspection cannot be passed.")
    each_sample = fields.Boolean("On Each Piece", help="Recorded for each piece of the sample, not once for all.")
    unit = fields.Char(help="Of the measure, such as mm.")
    nominal = fields.Float(digits=(16, 6))
    has_lower = fields.Boolean("With Lower Limit")
    lower_limit = fields.Float(digits=(16, 6), help="The smallest value that is good.")
    has_upper = fields.Boolean("With Upper Limit")
    upper_limit = fields.Float(digits=(16, 6), help="The largest value that is good.")

    def _get_lower(self):
        """Return the lower limit, or None."""
        return self.lower_limit if self.has_lower else None

    def _get_upper(self):
        """Return the upper limit, or None."""
        return self.upper_limit if self.has_upper else None

    def _get_snapshot_fields(self):
        """Return the names of the fields that results keep."""
        return list(self.env["mes.quality.snapshot"]._fields.keys() - set(models.MAGIC_COLUMNS) - {"display_name"})
