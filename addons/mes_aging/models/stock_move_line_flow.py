"""Which lines start an age, and which use goods up: noted once, when the line is done."""

from odoo import api, fields, models
from odoo.tools import SQL

STOCK_USAGES = ("internal", "transit")
FLOWS = [
    ("supply", "Received or Made"),
    ("gain", "Found or Come Back"),
    ("issue", "Sold or Used"),
    ("loss", "Lost, Scrapped, or Sent Back"),
]
# Writing one of these on a done line can make another flow of it.
FLOW_FIELDS = {"location_id", "location_dest_id", "lot_id", "move_id", "product_id", "state"}


class StockMoveLine(models.Model):
    """What crosses the border of a company's stock.

    =======  ===============================================================  ====================
    flow     what                                                             age
    =======  ===============================================================  ====================
    supply   from a vendor, made, bought from a sister company                starts
    gain     customer return, count upwards, unbuilt or reworked goods        goes on
    issue    shipped, used in an order, sold to a sister company
    loss     scrap, count downwards, vendor return, taken apart, reworked
    =======  ===============================================================  ====================

    A line between two places of one company has no flow: a transfer changes no age.
    """

    _inherit = "stock.move.line"

    mes_flow = fields.Selection(FLOWS, "Flow", readonly=True, copy=False)
    mes_origin_date = fields.Datetime(
        "Content Since",
        readonly=True,
        copy=False,
        help="Goods that were reworked, converted or taken apart: since when the oldest of them has been in stock.",
    )

    _mes_flow_idx = models.Index("(product_id, mes_flow, date) WHERE mes_flow IS NOT NULL")

    # -- questions ----------------------------------------------------------------------------------------------

    def _mes_find_flow(self):
        """Return the flow of a line, or False."""
        self.ensure_one()
        source, dest = self.location_id, self.location_dest_id
        is_from, is_into = source.usage in STOCK_USAGES, dest.usage in STOCK_USAGES
        if is_from and is_into and source.company_id == dest.company_id:
            return False
        if is_into and dest.company_id:
            return "supply" if is_from or self._mes_is_supply() else "gain"
        if is_from and source.company_id:
            is_use = is_into or dest.usage in ("customer", "production")
            return "issue" if is_use and not self._mes_passes_on() else "loss"
        return False

    def _mes_is_supply(self):
        """Return whether a line from outside brings in goods whose age starts, or comes with them.

        What a manufacturing order used and an unbuild gives back is the old goods again, like a customer's return.
        """
        move, usage = self.move_id, self.location_id.usage
        if usage != "production":
            return usage == "supplier"
        if move.unbuild_id:
            return not move.origin_returned_move_id
        return bool(move.production_id) and not self._mes_is_rework(move.production_id, self.product_id)

    @staticmethod
    def _mes_is_rework(order, product):
        """Return whether an order uses the product that it makes."""
        return product in order.move_raw_ids.product_id

    def _mes_passes_on(self):
        """Return whether what this line uses lives on in what its document makes: the age does, too."""
        self.ensure_one()
        move = self.move_id
        order = move.raw_material_production_id
        if move.unbuild_id or move.consume_unbuild_id:
            return self.location_dest_id.usage == "production"
        return bool(order) and (self._mes_is_rework(order, order.product_id) or bool(order.mes_disposition_line_id))

    # -- the paths ----------------------------------------------------------------------------------------------

    def _action_done(self):
        lines = self.filtered("quantity")  # others are deleted
        lines.filtered(lambda line: line._mes_passes_on())._mes_note_content()
        result = super()._action_done()
        lines._mes_note_flow()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "done")._mes_note_flow()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if FLOW_FIELDS & vals.keys():
            self.filtered(lambda line: line.state == "done")._mes_note_flow()
        elif "date" in vals:
            self.filtered(lambda line: line.state == "done")._mes_note_entry()
        return result

    # -- noting -------------------------------------------------------------------------------------------------

    def _mes_note_flow(self):
        """Note flow and inherited age of these done lines, and since when their lots exist."""
        for flow, lines in self.grouped(lambda line: line._mes_find_flow()).items():
            lines.filtered(lambda line, flow=flow: line.mes_flow != flow).mes_flow = flow
        self._mes_note_entry()
        made = self.filtered(
            lambda line: line.mes_flow in ("supply", "gain") and line.location_id.usage == "production"
        )
        for line in made:
            origin = line._mes_get_inherited()
            if origin and line.mes_flow == "supply":
                line.mes_origin_date = origin
            if origin and line.lot_id:
                line.lot_id._mes_note_first_in(origin)

    def _mes_note_entry(self):
        """Note that the lots that these done lines brought in were in stock on their dates, also when set back."""
        for line in self:
            if line.lot_id and line.mes_flow in ("supply", "gain"):
                line.lot_id._mes_note_first_in(line.date)

    def _mes_note_content(self):
        """Note since when the goods that are about to be used up have been in stock."""
        for line in self:
            line.mes_origin_date = line.lot_id.mes_first_in or line._mes_find_oldest()

    def _mes_find_oldest(self):
        """Return the origin of the oldest stock of this line's product, which goes out first."""
        layers = self.env["mes.aging.layer"].sudo().with_context(mes_layer_product_ids=self.product_id.ids)
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("lot_id", "=", self.lot_id.id),
        ]
        return layers._read_group(domain, [], ["origin_date:min"])[0][0]

    def _mes_get_inherited(self):
        """Return since when the goods that went into this line have been in stock, or None if its age is its own."""
        self.ensure_one()
        move = self.move_id
        order = move.production_id
        used = move.browse()
        if move.unbuild_id:
            used = (move.unbuild_id.produce_line_ids | move.unbuild_id.consume_line_ids) - move
        elif order:
            used = order.move_raw_ids
        lines = used.move_line_ids.filtered(
            lambda line: line.state == "done" and line.mes_origin_date and line.location_dest_id.usage == "production"
        )
        # an order's new parts don't make the reworked goods older
        lines = lines.filtered(lambda line: line.product_id == self.product_id) or lines
        return min(lines.mapped("mes_origin_date"), default=None)

    # -- what was done before this addon was installed ----------------------------------------------------------

    @api.model
    def _mes_backfill_flows(self):
        """Note the flow of all lines that have none; one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_move_line target SET mes_flow = found.flow
                  FROM (
                    SELECT line.id,
                           CASE WHEN dst.usage IN %(stock)s AND dst.company_id IS NOT NULL THEN
                               CASE WHEN src.usage IN %(stock)s OR src.usage = 'supplier'
                                      OR src.usage = 'production' AND (
                                         move.unbuild_id IS NOT NULL AND move.origin_returned_move_id IS NULL
                                         OR move.unbuild_id IS NULL AND move.production_id IS NOT NULL
                                            AND NOT EXISTS (SELECT FROM stock_move raw
                                                             WHERE raw.raw_material_production_id = move.production_id
                                                               AND raw.product_id = line.product_id))
                                    THEN 'supply' ELSE 'gain' END
                           WHEN src.usage IN %(stock)s AND src.company_id IS NOT NULL THEN
                               CASE WHEN (dst.usage IN ('customer', 'production') OR dst.usage IN %(stock)s)
                                     AND move.unbuild_id IS NULL AND move.consume_unbuild_id IS NULL
                                     AND NOT EXISTS (SELECT FROM mrp_production mo
                                                       JOIN stock_move raw ON raw.raw_material_production_id = mo.id
                                                      WHERE mo.id = move.raw_material_production_id
                                                        AND (raw.product_id = mo.product_id
                                                             OR mo.mes_disposition_line_id IS NOT NULL))
                                    THEN 'issue' ELSE 'loss' END
                           END AS flow
                      FROM stock_move_line line
                      JOIN stock_move move ON move.id = line.move_id
                      JOIN stock_location src ON src.id = line.location_id
                      JOIN stock_location dst ON dst.id = line.location_dest_id
                     WHERE line.state = 'done' AND line.mes_flow IS NULL
                       AND NOT (src.usage IN %(stock)s AND dst.usage IN %(stock)s
                                AND src.company_id IS NOT DISTINCT FROM dst.company_id)
                       ) found
                 WHERE found.id = target.id AND found.flow IS NOT NULL
                """,
                stock=STOCK_USAGES,
            )
        )
        self.invalidate_model(["mes_flow"])
