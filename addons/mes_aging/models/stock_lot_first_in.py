"""Since when a lot has been in stock: noted at its first appearance, and kept through all that happens to it."""

from odoo import api, fields, models
from odoo.tools import SQL

from .stock_move_line_flow import STOCK_USAGES


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_first_in = fields.Datetime(
        "In Stock Since",
        readonly=True,
        copy=False,
        help="First receipt, production or count of this lot. It stays when the lot is moved, counted, renamed, sent "
        "back by a customer; goods that are reworked or taken apart hand it on. Managers of ageing may correct it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("mes_first_in") for vals in vals_list):
            self._mes_check_first_in()
        return super().create(vals_list)

    def write(self, vals):
        if "mes_first_in" in vals:
            self._mes_check_first_in()
        return super().write(vals)

    def _mes_check_first_in(self):
        """Refuse that an age is made younger by anybody but a manager of ageing."""
        if not self.env.su and not self.env.user.has_group("mes_aging.mes_aging_group_manager"):
            raise self.env["mes.aging.message"]._error("first_in_refused")

    def _mes_note_first_in(self, date):
        """Note that these lots, or what is in them, were in stock at ``date``; an older date stays."""
        for lot in self.sudo():
            if date and (not lot.mes_first_in or date < lot.mes_first_in):
                lot.mes_first_in = date

    @api.model
    def _mes_backfill_first_in(self):
        """Note the first day of lots that have none: by their lines, else by what is on hand; one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot lot SET mes_first_in = found.date
                  FROM (
                    SELECT seen.lot_id, MIN(seen.date) AS date
                      FROM (
                        SELECT line.lot_id, line.date
                          FROM stock_move_line line
                          JOIN stock_location place ON place.id = line.location_dest_id
                         WHERE line.state = 'done' AND line.lot_id IS NOT NULL AND place.usage IN %(stock)s
                     UNION ALL
                        SELECT quant.lot_id, quant.in_date
                          FROM stock_quant quant
                          JOIN stock_location place ON place.id = quant.location_id
                         WHERE quant.lot_id IS NOT NULL AND place.usage IN %(stock)s AND quant.quantity > 0
                           ) seen
                  GROUP BY seen.lot_id
                       ) found
                 WHERE found.lot_id = lot.id AND lot.mes_first_in IS NULL
                """,
                stock=STOCK_USAGES,
            )
        )
        self.invalidate_model(["mes_first_in"])

    @api.model
    def _mes_backfill_inherited(self):
        """Hand the age of lots on through the reworks and unbuilds of the past, in the order in which they happened."""
        lines = self.env["stock.move.line"].search(
            [
                ("state", "=", "done"),
                ("lot_id", "!=", False),
                ("mes_flow", "in", ("gain", "loss", "supply")),
                "|",
                ("move_id.unbuild_id", "!=", False),
                "|",
                ("move_id.raw_material_production_id", "!=", False),
                ("move_id.production_id", "!=", False),
            ],
        )
        for line in lines.sorted(lambda line: (line.date, line.location_dest_id.usage != "production", line.id)):
            if line._mes_passes_on():
                line.mes_origin_date = line.lot_id.mes_first_in
            elif line.mes_flow != "loss" and line.location_id.usage == "production":
                origin = line._mes_get_inherited()
                if origin:
                    line.lot_id._mes_note_first_in(origin)


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants._mes_note_first_in()
        return quants

    def write(self, vals):
        result = super().write(vals)
        if "quantity" in vals:
            self._mes_note_first_in()
        return result

    def _mes_note_first_in(self):
        """A lot that appears in stock for the first time has been there since then; below zero it isn't there."""
        for quant in self.filtered(lambda quant: quant.lot_id and quant.quantity > 0):
            if not quant.lot_id.mes_first_in and quant.location_id.usage in STOCK_USAGES:
                quant.lot_id._mes_note_first_in(quant.in_date)
