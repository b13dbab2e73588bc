"""What a failed inspection of the work means for what the order has made."""

from odoo import models

from ..const import ORDER_TRIGGERS


class MesQualityInspection(models.Model):
    """The work stops where the plan blocks, and what the order has made and will make is held in any case.

    Held, not rejected: which pieces are bad is not known, an engineer says it. When it is inspected again and passes,
    the hold is lifted. An order that was finished in the background has met its inspection as stock; see `_meet`.
    """

    _inherit = "mes.quality.inspection"

    def _apply_to_stock(self):
        result = super()._apply_to_stock()
        if self._is_about_order():
            getattr(self, f"_apply_{self.state}_to_order")()
        return result

    def _is_about_order(self):
        self.ensure_one()
        return (
            self.trigger in ORDER_TRIGGERS
            and bool(self.production_id)
            and not self.is_met
            and self.state in ("passed", "failed")
        )

    def _apply_failed_to_order(self):
        """Hold the order that this inspection is about, unless an earlier one of the same chain does already."""
        if self._get_open_holds():
            return
        text = self.env["mes.quality.message"]._text("hold_failed", name=self.name, reason=self.reason or "")
        more = {"reason_id": self._get_failed_reason().id, "inspection_id": self.id}
        if self.user_id:
            more["user_id"] = self.user_id.id
        self.env["mes.quality.hold"]._create_for_productions(self.production_id, text, level="held", **more)

    def _apply_passed_to_order(self):
        text = self.env["mes.quality.message"]._text("hold_passed", name=self.name, reason=self.reason or "")
        self._lift_holds(text)
