"""No piece is reserved twice, however many people and automatic runs ask for it at once.

Odoo skips the rows of stock that another transaction works on, and books on a new row beside them: both get the same
piece. Here whoever is about to take stock takes its rows first, in the order of their ids. The second one waits. What
the first one changed he cannot see, so PostgreSQL refuses him, and he begins again on what is really left: at once
and unnoticed where his request has written nothing yet, else by Odoo, which repeats the whole request.
"""

from psycopg2 import errors

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ..const import CHECKED

# Rows that a transaction which has only read may try to take anew; each try waits for those who are before it.
LOCK_TRIES = 100


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_lock_stock = fields.Boolean(
        "Reserve Once",
        default=True,
        help="Who reserves or takes stock waits for who is taking the same stock at this moment.",
    )


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _mes_lock_usable(self, products, places):
        """Take the rows of usable stock of the products at the places and below them."""
        paths = [path for path in places.mapped("parent_path") if path]
        if not products or not paths:
            return
        # a row that is used up or frozen is not chosen; one that changes meanwhile to either is refused by PostgreSQL
        self._mes_lock_where(
            SQL(
                "product_id IN %s AND quantity > reserved_quantity AND mes_is_frozen IS NOT TRUE AND location_id IN "
                "(SELECT id FROM stock_location WHERE %s)",
                tuple(products.ids),
                SQL(" OR ").join(SQL("parent_path LIKE %s", f"{path}%") for path in paths),
            )
        )

    @api.model
    def _mes_lock_keys(self, products, places, lots):
        """Take the rows of the products just at the places, of the lots or without a lot."""
        if not products or not places:
            return
        lot = SQL(" OR lot_id IN %s", tuple(lots.ids)) if lots else SQL()
        self._mes_lock_where(
            SQL(
                "product_id IN %s AND location_id IN %s AND (lot_id IS NULL%s)",
                tuple(products.ids),
                tuple(places.ids),
                lot,
            )
        )

    @api.model
    def _mes_lock_where(self, condition):
        # other tables may go on referring to the rows
        query = SQL("SELECT id FROM stock_quant WHERE %s ORDER BY id FOR NO KEY UPDATE", condition)
        tries = LOCK_TRIES if self._mes_has_only_read() else 1
        self.flush_model(["product_id", "location_id", "lot_id", "quantity", "reserved_quantity", "mes_is_frozen"])
        while True:
            tries -= 1
            try:
                return self.env.cr.execute(query, log_exceptions=not tries)
            except (errors.SerializationFailure, errors.DeadlockDetected):
                if not tries:
                    raise
                self.env.cr.rollback()  # what was read is out of date
                self.env.transaction.reset()

    @api.model
    def _mes_has_only_read(self):
        """Return whether this transaction is a request that has written nothing yet: then it can begin again."""
        if not request or request.env is None or request.env.cr is not self.env.cr:
            return False
        if self.env.transaction.field_dirty or self.env.cr.precommit:
            return False
        self.env.cr.execute(SQL("SELECT pg_current_xact_id_if_assigned()"))
        return self.env.cr.fetchone()[0] is None

    def _get_reserve_quantity(
        self,
        product_id,
        location_id,
        quantity,
        uom_id=None,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        locked = self.env.context.get("mes_stock_locked") is CHECKED
        if not locked and location_id._mes_is_lockable(product_id):
            self._mes_lock_usable(product_id, location_id)
        return super()._get_reserve_quantity(
            product_id, location_id, quantity, uom_id, lot_id, package_id, owner_id, strict
        )


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _mes_is_lockable(self, product):
        """Return whether taking the product from here is counted, and the company wants stock to be locked."""
        self.ensure_one()
        if not product.is_storable or self.should_bypass_reservation():
            return False
        return (self.company_id or self.env.company).sudo().mes_lock_stock


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        wanting = self.filtered(lambda move: move._mes_may_reserve(force_qty))
        if not wanting:
            return super()._action_assign(force_qty=force_qty)
        self.env["stock.quant"]._mes_lock_usable(wanting.product_id, wanting.location_id)
        return super(StockMove, self.with_context(mes_stock_locked=CHECKED))._action_assign(force_qty=force_qty)

    def _mes_may_reserve(self, force_qty=False):
        """Return whether `_action_assign` may choose stock for the move."""
        if not force_qty and (self.picked or self.state not in ("confirmed", "waiting", "partially_available")):
            return False
        if self.procure_method == "make_to_order" and not self.move_orig_ids:
            return False
        if self.move_orig_ids and all(origin.state != "done" for origin in self.move_orig_ids):
            return False
        return self.location_id._mes_is_lockable(self.product_id)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        lines = self | self._mes_name_used_lots()
        lines._mes_lock_stock()
        return super(StockMoveLine, lines)._action_done()

    def unlink(self):
        # Odoo would book on a new row beside one that is locked, and round what two lines give back to nothing
        if self:
            self.filtered(lambda line: line.state not in ("done", "cancel"))._mes_lock_stock()
        return super().unlink()

    def _mes_lock_stock(self):
        """Take the rows of stock that these lines take from."""
        taking = self.filtered(lambda line: line.quantity and line.location_id._mes_is_lockable(line.product_id))
        if not taking:
            return
        self.env["stock.quant"]._mes_lock_keys(taking.product_id, taking.location_id, taking.lot_id)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def button_validate(self):
        if request:  # who comes from outside waits before he writes, and is not repeated
            self.move_line_ids._mes_lock_stock()
        return super().button_validate()


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def button_mark_done(self):
        if request:
            self.move_raw_ids.move_line_ids._mes_lock_stock()
        return super().button_mark_done()
