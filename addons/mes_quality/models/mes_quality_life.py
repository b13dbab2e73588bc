"""When the addon comes, it reads the past; when it goes, what was frozen stays apart."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model
    def _mes_backfill_origins(self):
        """Note the origins of all goods received before the addon was installed; a second time does nothing."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mes_quality_origin (
                       lot_id, product_id, partner_id, vendor_lot, date, quantity, move_line_id, picking_id,
                       purchase_line_id, company_id, create_uid, create_date, write_uid, write_date)
                SELECT line.lot_id, line.product_id, COALESCE(partner.commercial_partner_id, partner.id), lot.name,
                       line.date, line.quantity_product_uom, line.id, picking.id, move.purchase_line_id,
                       line.company_id, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM stock_move_line line
                  JOIN stock_location source ON source.id = line.location_id AND source.usage = 'supplier'
                  JOIN stock_move move ON move.id = line.move_id
             LEFT JOIN stock_picking picking ON picking.id = COALESCE(line.picking_id, move.picking_id)
             LEFT JOIN purchase_order_line bought ON bought.id = move.purchase_line_id
             LEFT JOIN res_partner partner ON partner.id = COALESCE(
                       picking.partner_id, bought.partner_id, move.partner_id)
             LEFT JOIN stock_lot lot ON lot.id = line.lot_id
                 WHERE line.state = 'done' AND line.quantity_product_uom > 0 AND line.company_id IS NOT NULL
                   AND NOT EXISTS (SELECT FROM mes_quality_origin known WHERE known.move_line_id = line.id)
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self._mes_backfill_vendors()

    @api.model
    def _mes_backfill_vendors(self):
        """Write the vendor of the latest receipt on the lots that have none."""
        self.env.cr.execute(
            SQL("""
            UPDATE stock_lot lot SET mes_vendor_id = latest.partner_id, mes_vendor_lot = latest.vendor_lot
              FROM (
                    SELECT DISTINCT ON (lot_id) lot_id, partner_id, vendor_lot FROM mes_quality_origin
                     WHERE lot_id IS NOT NULL ORDER BY lot_id, date DESC, id DESC
                   ) latest
             WHERE latest.lot_id = lot.id AND lot.mes_vendor_id IS NULL
            """)
        )
        self.env.invalidate_all()


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    @api.model
    def _leave_behind(self):
        """Move all frozen stock into quarantine, where Odoo takes no stock from, and note why on the lots.

        What can't be moved is named in the log and by the note on its lot: nothing stops the uninstallation.
        """
        for hold in self.sudo().search([("state", "=", "active")]):
            try:
                with self.env.cr.savepoint():
                    hold._set_apart()
            except UserError as error:
                _logger.info("%s is not moved into quarantine: %s", hold.name, error)
            hold._tell_lot()

    def _set_apart(self):
        """Move what this hold freezes in its place into the quarantine of its warehouse."""
        self.ensure_one()
        if not self.lot_id or self.quarantine_id:
            return
        domain = [("lot_id", "=", self.lot_id.id), ("location_id.usage", "=", "internal"), ("quantity", ">", 0)]
        quants = self.env["stock.quant"].search([*domain, ("location_id.mes_is_quarantine", "=", False)])
        for place, its in quants.grouped("location_id").items():
            quarantine = (place.warehouse_id or self._get_warehouse())._mes_get_quarantine()
            self._move({quant: quant.quantity for quant in its}, place, quarantine)

    def _tell_lot(self):
        self.ensure_one()
        if self.lot_id:
            reason = " ".join(filter(None, (self.reason_id.name, self.reason)))
            date = fields.Date.to_string(self.date_held)
            text = self.env["mes.quality.message"]._text("hold_left", name=self.name, date=date, reason=reason)
            self.lot_id.message_post(body=text)
