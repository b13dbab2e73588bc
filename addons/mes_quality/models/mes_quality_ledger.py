"""How much of what is recalled lies where: the lines of a walk, put through the ledger of `tools/genealogy.py`."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES
from ..tools.genealogy import Ledger, Line, Place
from ..tools.shares import share_out


class Followed(NamedTuple):
    """What became of some items.

    :param products: ``{item: product id}``
    :param taken: ``{(item, location id): {order id: quantity}}`` registered as consumed on open orders
    """

    ledger: Ledger
    products: dict
    taken: dict


class MesQualityGenealogy(models.AbstractModel):
    _inherit = "mes.quality.genealogy"

    @api.model
    def _follow(self, items, recalled, since):
        """Return the ledger of all that was made of these items, as `Followed`.

        :param items: ids of lots, minus ids of untracked products
        :param recalled: ``{move line id: quantity}`` of the lines with which the recalled goods came in; those that
            were made of other recalled goods are taken out, they are no second source
        :param datetime since: what untracked products did before is left out
        """
        self._flush()
        history = self._read_history(self._find_descendants(items, since))
        rows = [row for row in history if row[18]]
        made = {row[0]: row[11:13] for row in rows if row[0] in recalled and row[16]}
        used = {row[11:13] for row in rows if row[15]} if made else ()
        for line_id in [line_id for line_id, document in made.items() if document in used]:
            del recalled[line_id]
        lines = self._prepare_lines(rows)
        documents = {line.pool for line in lines if line.pool}
        lines = share_out(lines, {row[0]: row[13] for row in rows if row[13] is not None})
        unbuilds = {one for one in documents if one[0] == "unbuild"}
        ledger = Ledger(lines, recalled, self._get_repaired(documents), unbuilds)
        return Followed(ledger, {row[1]: row[17] for row in rows}, self._get_taken(history))

    @staticmethod
    def _get_taken(history):
        taken = defaultdict(lambda: defaultdict(float))
        for row in history:
            if not row[18]:
                taken[row[1], row[5]][row[12]] += row[2]
        return taken

    def _find_descendants(self, items, since):
        """Return these items and all that was made of them: the items of `_walk`, by one statement.

        ``OFFSET 0`` keeps the parts apart: each item is looked up by index, whatever the planner thinks of how many.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE found(item) AS (
                    SELECT unnest(%(items)s)
                  UNION
                    SELECT o.item
                      FROM found f
                CROSS JOIN LATERAL (%(inputs)s) i
                CROSS JOIN LATERAL (%(outputs)s) o
                     WHERE i.into_id IS NULL OR i.into_id = o.item
                ) SELECT item FROM found
                """,
                items=list(items),
                inputs=self._get_found_inputs(since),
                outputs=self._get_found_outputs(),
            )
        )
        return [item for (item,) in rows]

    def _get_found_inputs(self, since):
        """Return the statement that says into which documents an item ``f`` went; a part for each kind of item."""
        return SQL(
            """
            SELECT l.mes_built_into_id AS into_id,
                   COALESCE(m.unbuild_id, m.repair_id, m.raw_material_production_id) AS id,
                   m.unbuild_id IS NOT NULL AS is_unbuild, m.unbuild_id IS NULL AND m.repair_id IS NOT NULL AS is_repair
              FROM (SELECT move_id, location_dest_id, mes_built_into_id FROM stock_move_line
                     WHERE f.item > 0 AND lot_id = f.item AND state = 'done' AND quantity_product_uom <> 0
                     UNION ALL
                    SELECT move_id, location_dest_id, mes_built_into_id FROM stock_move_line
                     WHERE f.item < 0 AND product_id = -f.item AND lot_id IS NULL AND date >= %(since)s
                       AND state = 'done' AND quantity_product_uom <> 0) l
              JOIN stock_move m ON m.id = l.move_id
             WHERE %(role)s
            OFFSET 0
            """,
            since=since,
            role=self._get_input_condition(),
        )

    def _get_found_outputs(self):
        """Return the statement that says what a document ``i`` made; a part for each kind, for the indexes."""
        return SQL(
            """
            SELECT COALESCE(l.lot_id, -l.product_id) AS item
              FROM (SELECT * FROM stock_move WHERE production_id = i.id AND unbuild_id IS NULL AND repair_id IS NULL
                       AND NOT i.is_unbuild AND NOT i.is_repair
                     UNION ALL
                    SELECT * FROM stock_move WHERE unbuild_id = i.id AND i.is_unbuild
                     UNION ALL
                    SELECT * FROM stock_move WHERE repair_id = i.id AND unbuild_id IS NULL AND i.is_repair) m
              JOIN stock_move_line l ON l.move_id = m.id
             WHERE l.state = 'done' AND l.quantity_product_uom <> 0 AND %s
            OFFSET 0
            """,
            self._get_output_condition(),
        )

    def _read_history(self, items):
        """Return all done lines of these items in the order in which they happened, and those by which open orders
        have registered lots as consumed; one statement.

        Lines of one second are put in order by the ledger, as goods can flow.
        ``OFFSET 0``: moves are looked up by their ids; the planner would rather read all moves there are.
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
                       l.date, %(is_input)s, %(is_output)s, l.product_id, l.state = 'done'
                  FROM stock_move_line l
            CROSS JOIN LATERAL (SELECT * FROM stock_move WHERE id = l.move_id OFFSET 0) m
                  JOIN stock_location src ON src.id = l.location_id
                  JOIN stock_location dst ON dst.id = l.location_dest_id
     LEFT JOIN LATERAL (SELECT partner_id FROM stock_picking WHERE id = l.picking_id OFFSET 0) p ON TRUE
             LEFT JOIN mrp_production o ON o.id = m.production_id
                 WHERE l.quantity_product_uom <> 0 AND %(items)s
                   AND (l.state = 'done' OR l.state IN %(open)s AND l.picked AND l.lot_id IS NOT NULL
                        AND m.raw_material_production_id IS NOT NULL)
                 ORDER BY l.date, m.id, l.id
                """,
                open=OPEN_MOVE_STATES,
                is_input=self._get_input_condition(),
                is_output=self._get_output_condition(),
                items=self._get_item_condition(items),
            )
        )

    def _prepare_lines(self, rows):
        """Return the ledger's lines; each place is made once."""
        places = {}

        def place(*key):
            found = places.get(key)
            if found is None:
                found = places[key] = self._get_place(*key)
            return found

        return [
            Line(
                row[0],
                row[1],
                row[2],
                place(row[4], row[5], row[9], False),
                place(row[6], row[7], row[9], row[8]),
                row[11:13] if row[12] else None,  # pool
                row[10],  # into
                None,  # weight
                row[3],  # is_queue
                row[14],  # tick
            )
            for row in rows
        ]

    @staticmethod
    def _get_place(usage, location_id, partner_id, is_scrap):
        if usage in ("customer", "supplier"):
            return Place(usage, location_id, partner_id)
        return Place("scrap" if usage == "inventory" and is_scrap else usage, location_id)

    def _get_repaired(self, documents):
        """Return ``{document: (lot, place)}`` of the repairs among these documents."""
        repairs = self.env["repair.order"].browse([one[1] for one in documents if one[0] == "repair"])
        found = defaultdict(tuple)
        for repair in repairs.sudo():
            place = repair.product_location_src_id
            item = repair.lot_id.id or -repair.product_id.id
            found["repair", repair.id] = (item, Place(place.usage, place.id))
        return dict(found)
