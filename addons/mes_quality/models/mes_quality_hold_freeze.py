"""How each kind of hold freezes stock, and frees it again."""

from odoo import models
from odoo.tools import SQL

from ..const import PLACED_KINDS


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _touch(self):
        """Write the rows that say what is frozen first: two decisions at once about the same stock are one by one."""
        self.lot_id._mes_touch()
        companies = self.filtered(lambda hold: hold.kind in PLACED_KINDS).company_id
        if companies:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_company SET mes_hold_serial = COALESCE(mes_hold_serial, 0) + 1
                     WHERE id IN (SELECT id FROM res_company WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                    """,
                    list(companies.ids),
                )
            )

    def _freeze(self):
        """Put these new holds into force."""
        holds = self.sudo().with_context(mes_quality_checked=None)
        holds._touch()
        for kind, its in holds.grouped("kind").items():
            getattr(its, f"_apply_{kind}")()
        holds._log("held")

    def _unfreeze(self):
        """Free what these lifted holds froze."""
        holds = self.sudo().with_context(mes_quality_checked=None)
        holds.filtered(lambda hold: hold.kind == "lot").lot_id._mes_update_quality_state()

    def _apply_lot(self):
        self.lot_id._mes_update_quality_state()

    def _apply_part(self):
        pass

    def _apply_stock(self):
        pass

    def _apply_package(self):
        pass

    def _apply_receipt(self):
        pass

    def _apply_production(self):
        pass
