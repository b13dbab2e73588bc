"""Lots are held and released; their state says the highest level of their holds."""

from psycopg2 import errors

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ..const import CHECKED, HOLD_LEVELS

FREEZE_TRIES = 20  # of a freeze whose lots others are taking from; each is two statements
RANK = {level: rank for rank, (level, _label) in enumerate(HOLD_LEVELS)}


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_hold_ids = fields.One2many("mes.quality.hold", "lot_id", "Holds", readonly=True)
    mes_hold_count = fields.Integer("Active Holds", compute="_compute_mes_hold_count")
    mes_hold_serial = fields.Integer("Freezes", readonly=True, copy=False, help="Makes who reads a freeze wait for it.")

    def _compute_mes_hold_count(self):
        domain = [("lot_id", "in", self.ids), ("state", "=", "active")]
        counts = dict(self.env["mes.quality.hold"].sudo()._read_group(domain, ["lot_id"], ["__count"]))
        for lot in self:
            lot.mes_hold_count = counts.get(lot, 0)

    # -- holding ------------------------------------------------------------------------------------------------

    def action_mes_hold(self, reason, reason_id=None, level="held", with_descendants=False):
        """Freeze these lots at once, wherever they are.

        :param str reason: why; the name of a reason from the list, or free text
        :param int reason_id: a reason from the list, whose matrix says what stays allowed
        :param str level: ``held`` or ``rejected``
        :param bool with_descendants: hold all lots made from them, too
        :return: the holds
        :raises odoo.exceptions.UserError: without the role or a reason
        """
        Hold = self.env["mes.quality.hold"]
        Hold._check_may_hold()
        self._mes_come_first()
        more = {"reason_id": reason_id} if reason_id else {}
        return self._mes_hold(level, Hold._check_reason(reason), with_descendants=with_descendants, **more)

    def _mes_come_first(self):
        """Lock these lots and their stock before they are read; where somebody was quicker, try again at once.

        Odoo repeats a freeze that met others, too, but a second or more later: those who go on taking from the lot
        would win each time. Only a request that has written nothing yet may begin anew like this.
        """
        if not request or request.env is None or request.env.cr is not self.env.cr:
            return
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(SQL("SELECT pg_current_xact_id_if_assigned() IS NULL"))
        if not cr.fetchone()[0]:
            return
        for _number in range(FREEZE_TRIES):
            try:
                lots = SQL("SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids)
                cr.execute(lots, log_exceptions=False)
                stock = SQL("SELECT id FROM stock_quant WHERE lot_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", self.ids)
                cr.execute(stock, log_exceptions=False)
                return
            except (errors.SerializationFailure, errors.DeadlockDetected):
                cr.rollback()
                self.env.transaction.reset()

    def action_mes_release(self, reason):
        """Lift the holds of these lots, as an engineer; those of inspections only when there is no other.

        :param str reason: why, kept with the holds
        :raises odoo.exceptions.UserError: without the role or a reason, or when four eyes are asked for
        """
        holds = self._mes_get_whole_holds()
        decided = holds.filtered(lambda hold: hold.level != "inspection")
        return (decided or holds).with_env(self.env).action_lift(reason)

    def _mes_hold(self, level, reason, **more):
        """Freeze these lots; no role is asked for.

        :param str level: one of `const.HOLD_LEVELS`
        :param str reason: why
        :param more: further values of the holds (``reason_id``, ``user_id``, ``with_descendants``, ``parent_id`` …)
        :return: the holds
        """
        return self.env["mes.quality.hold"]._create_for_lots(self, reason, level=level, **more)

    def _mes_get_whole_holds(self):
        """Return the active holds (as superuser) of these lots as a whole."""
        domain = [("lot_id", "in", self.ids), ("kind", "=", "lot"), ("state", "=", "active")]
        return self.env["mes.quality.hold"].sudo().search(domain)

    # -- state --------------------------------------------------------------------------------------------------

    def _mes_touch(self):
        """Write the lots' rows: whoever else freezes, frees or moves them now is repeated and sees what we do."""
        if self.ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE stock_lot SET mes_hold_serial = COALESCE(mes_hold_serial, 0) + 1
                     WHERE id IN (SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                    """,
                    list(self.ids),
                )
            )
            self.invalidate_recordset(["mes_hold_serial"], flush=False)

    def _mes_update_quality_state(self):
        """Set the state that follows from the active holds."""
        worst = {}
        domain = [("lot_id", "in", self.ids), ("kind", "=", "lot"), ("state", "=", "active")]
        for lot, level in self.env["mes.quality.hold"].sudo()._read_group(domain, ["lot_id", "level"]):
            worst[lot.id] = max(worst.get(lot.id, level), level, key=RANK.get)
        for state, lots in self.sudo().grouped(lambda lot: worst.get(lot.id, "released")).items():
            changed = lots.filtered(lambda lot, state=state: lot.mes_quality_state != state)
            # no field that is tracked changes: to look for changes of each of many lots would be in vain
            changed.with_context(mes_quality_checked=CHECKED, tracking_disable=True).write({"mes_quality_state": state})

    def _mes_get_on_hand(self):
        """Return ``{lot id: quantity}`` of what is in stock or in transit of these lots, in all companies."""
        domain = [("lot_id", "in", self.ids), ("location_id.usage", "in", ("internal", "transit"))]
        rows = self.env["stock.quant"].sudo()._read_group(domain, ["lot_id"], ["quantity:sum"]) if self else []
        return {lot.id: quantity for lot, quantity in rows}

    def _mes_get_places(self):
        """Return where these lots are in stock."""
        domain = [("lot_id", "in", self.ids), ("location_id.usage", "in", ("internal", "transit"))]
        rows = self.env["stock.quant"].sudo()._read_group(domain, ["location_id"]) if self else []
        return self.env["stock.location"].sudo().concat(*(place for (place,) in rows))

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_mes_quality_state", "released")
        if any(vals.get("mes_quality_state", default) != "released" for vals in vals_list):
            raise self.env["mes.quality.message"]._error("state_written")
        return super().create(vals_list)

    def write(self, vals):
        state = vals.get("mes_quality_state")
        is_checked = "mes_quality_state" not in vals or self.env.context.get("mes_quality_checked") is CHECKED
        if not is_checked and any(lot.mes_quality_state != state for lot in self):
            raise self.env["mes.quality.message"]._error("state_written")
        identity = {"name", "product_id", "company_id"} & vals.keys()
        if identity:
            self._mes_check_identity({name: vals[name] for name in identity})
        return super().write(vals)

    def _mes_check_identity(self, vals):
        """Refuse that a held lot, or one of which a part is held, becomes another one."""
        changed = self.filtered(lambda lot: any(lot._fields[n].convert_to_write(lot[n], lot) != vals[n] for n in vals))
        domain = [("lot_id", "in", changed.ids), ("state", "=", "active")]
        hold = self.env["mes.quality.hold"].sudo().search(domain, limit=1) if changed else None
        if hold:
            raise self.env["mes.quality.message"]._error("renamed", lot=hold.lot_id.name, hold=hold.name)
