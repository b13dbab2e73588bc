"""How much of what is recalled lies where: the lines of a walk, put through the ledger of `tools/genealogy.py`."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.genealogy import Ledger, Line, Place
from ..tools.shares import share_out


class MesQualityGenealogy(models.AbstractModel):
    _inherit = "mes.quality.genealogy"

    @api.model
    def _follow(self, levels, steps, recalled):
        """Return the ledger of a forward walk.

        :param levels: ``{item: level}`` of `_walk`
        :param steps: documents of `_walk`
        :param recalled: ``{move line id: quantity}`` of the lines with which the recalled goods came in
        """
        rows = self._read_history(list(levels))
        lines = [self._prepare_line(row) for row in rows]
        lines = share_out(lines, {row[0]: row[-2] for row in rows if row[-2] is not None})
        return Ledger(lines, recalled, self._get_repaired(steps), {step for step in steps if step[0] == "unbuild"})

    def _read_history(self, items):
        """Return all done lines of these items in the order in which they happened; one statement.

        Lines of one second are put in order by the ledger, as goods can flow.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT l.id, COALESCE(l.lot_id, -l.product_id), l.quantity_product_uom::float8, l.lot_id IS NULL,
                       src.usage, src.id, dst.usage, dst.id, m.scrap_id IS NOT NULL,
                       COALESCE(p.partner_id, m.partner_id, 0), l.mes_built_into_id,
                       CASE WHEN m.unbuild_id IS NOT NULL THEN 'unbuild'
                            WHEN m.repair_id IS NOT NULL THEN 'repair' ELSE 'production' END,
                       COALESCE(m.unbuild_id, m.repair_id, m.raw_material_production_id, m.production_id),
                       CASE WHEN m.production_id IS NOT NULL AND m.product_id <> o.product_id
                            THEN COALESCE(m.cost_share, 0)::float8 END,
                       l.date
                  FROM stock_move_line l
                  JOIN stock_move m ON m.id = l.move_id
                  JOIN stock_location src ON src.id = l.location_id
                  JOIN stock_location dst ON dst.id = l.location_dest_id
             LEFT JOIN stock_picking p ON p.id = l.picking_id
             LEFT JOIN mrp_production o ON o.id = m.production_id
                 WHERE l.state = 'done' AND l.quantity_product_uom <> 0 AND %s
                 ORDER BY l.date, m.id, l.id
                """,
                self._get_item_condition(items),
            )
        )

    def _prepare_line(self, row):
        (line_id, item, quantity, is_queue, source_usage, source_id, target_usage, target_id, *more) = row
        (is_scrap, partner_id, into, kind, document_id, _share, date) = more
        return Line(
            id=line_id,
            item=item,
            quantity=quantity,
            source=self._get_place(source_usage, source_id, partner_id, False),
            target=self._get_place(target_usage, target_id, partner_id, is_scrap),
            pool=(kind, document_id) if document_id else None,
            into=into,
            is_queue=is_queue,
            tick=date,
        )

    @staticmethod
    def _get_place(usage, location_id, partner_id, is_scrap):
        if usage in ("customer", "supplier"):
            return Place(usage, location_id, partner_id)
        return Place("scrap" if usage == "inventory" and is_scrap else usage, location_id)

    def _get_repaired(self, steps):
        """Return ``{document: (lot, place)}`` of the repairs of a walk."""
        repairs = self.env["repair.order"].browse([step[1] for step in steps if step[0] == "repair"])
        found = defaultdict(tuple)
        for repair in repairs.sudo():
            place = repair.product_location_src_id
            item = repair.lot_id.id or -repair.product_id.id
            found["repair", repair.id] = (item, Place(place.usage, place.id))
        return dict(found)
