"""May this line move frozen stock? One decision for every path."""

from odoo import api, models

from ..const import FROZEN_LOT_STATES, PLACED_KINDS, USES


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    @api.model
    def _check_lines(self, lines):
        """Refuse lines that use frozen stock in a way that its holds do not allow.

        :param lines: stock move lines, open or done
        :raises odoo.exceptions.UserError: names the lot, the hold, its reason and owner, and what to do
        """
        frozen = lines.sudo().filtered(lambda line: line._mes_is_frozen())
        if not frozen:
            return
        holds = self._find_concerned(frozen)
        for line in frozen:
            use = line._mes_get_use()
            if not self._is_allowed(line, use, holds):
                raise self._get_refusal(line, use, holds)

    @api.model
    def _is_allowed(self, line, use, holds):
        """Return whether the frozen stock of ``line`` may be put to ``use`` (None: it comes in, and always may).

        :param holds: the active holds in which to look for those of this line
        """
        if not use or line._mes_is_authorised() or line._mes_is_background():
            return True
        if use == "move" and line.location_dest_id.mes_is_quarantine:
            return not line.location_id.mes_is_quarantine or not self._find_refusing(line, use, holds)
        if use == "move" and line.location_id.mes_is_quarantine:
            return False
        concerned = holds._of_line(line)
        return bool(concerned) and not self._find_refusing(line, use, holds)

    @api.model
    def _find_refusing(self, line, use, holds):
        return holds._of_line(line).filtered(lambda hold: not hold[f"allow_{use}"])

    @api.model
    def _find_concerned(self, lines):
        """Return the active holds (as superuser) of the lots and quarantines of these lines."""
        places = lines.location_id.filtered("mes_is_quarantine")
        return self.sudo().search(
            [
                ("state", "=", "active"),
                *("|", "&", ("kind", "=", "lot"), ("lot_id", "in", lines.lot_id.ids)),
                *("&", ("quarantine_id", "in", places.ids), ("product_id", "in", lines.product_id.ids)),
            ]
        )

    def _of_line(self, line):
        """Return those of these holds that the stock of ``line`` is under."""
        return self.filtered(
            lambda hold: (
                hold.lot_id == line.lot_id
                and hold.product_id == line.product_id
                and (hold.kind == "lot" or (hold.kind in PLACED_KINDS and hold.quarantine_id == line.location_id))
            )
        )

    @api.model
    def _get_refusal(self, line, use, holds):
        """Return the error for a line that is refused."""
        message = self.env["mes.quality.message"]
        what = line.lot_id.name or line.product_id.display_name
        refusing = self._find_refusing(line, use, holds)[:1] or holds._of_line(line)[:1]
        if not refusing:
            return message._error("frozen_place", what=what, place=line.location_id.display_name)
        return message._error(
            "leave_quarantine" if use == "move" and refusing.allow_move else "frozen",
            what=what,
            use=dict(self.env["mes.quality.reason"]._get_uses())[use],
            hold=refusing.name,
            reason=refusing.reason,
            owner=refusing.user_id.name or self.env._("an engineer of quality"),
            level=dict(self._fields["level"]._description_selection(self.env))[refusing.level],
        )


class MesQualityReason(models.Model):
    _inherit = "mes.quality.reason"

    @api.model
    def _get_uses(self):
        """Return what may be done with held stock, in the user's words."""
        return [(use, self._fields[f"allow_{use}"]._description_string(self.env)) for use, _label in USES]


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _mes_is_frozen(self):
        """Return whether any of these lots is frozen as a whole."""
        return any(lot.mes_quality_state in FROZEN_LOT_STATES for lot in self)
