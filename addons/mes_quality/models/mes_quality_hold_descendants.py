"""What was made from held lots is held, too."""

from odoo import api, models
from odoo.tools import SQL


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _hold_descendants(self):
        """Hold the lots that were made from these ones, where the holds ask for it."""
        causes = {hold.lot_id.id: hold for hold in self.sorted("id", reverse=True) if hold.with_descendants}
        if not causes:
            return self.browse()
        roots = {}
        for root, lot in self._find_descendants(list(causes)):
            if lot not in causes:
                roots.setdefault(lot, causes[root])
        return self._create_for([cause._prepare_descendant_vals(lot) for lot, cause in roots.items()])

    def _prepare_descendant_vals(self, lot_id):
        """Return the hold of a lot that was made from the held one."""
        reason = self.env.ref("mes_quality.mes_quality_reason_cause", raise_if_not_found=False)
        what = self.lot_id.name or self.product_id.display_name
        return {
            **{name: self[name] for name in ("level", "date_due")},
            **{name: self[name] for name in self._fields if name.startswith("allow_")},
            "kind": "lot",
            "lot_id": lot_id,
            "parent_id": self.id,
            "user_id": self.user_id.id,
            "reason_id": reason.id if reason else self.reason_id.id,
            "reason": self.env._(
                "Made from %(lot)s (%(hold)s): %(reason)s", lot=what, hold=self.name, reason=self.reason
            ),
        }

    @api.model
    def _find_descendants(self, lot_ids):
        """Return the pairs (lot, lot made from it), over all levels.

        In core's relation ``consume_line_id`` is the line of what was made, ``produce_line_id`` that of what was used.
        """
        Line = self.env["stock.move.line"]
        Line.flush_model(["lot_id", "state", "move_id", "consume_line_ids", "mes_built_into_id"])
        self.env["stock.move"].flush_model(["repair_line_type"])
        query = SQL(
            """
            WITH RECURSIVE made(root, lot_id) AS (
                SELECT lot, lot FROM unnest(%s) lot
              UNION
                SELECT made.root, output.lot_id
                  FROM made
                  JOIN stock_move_line input ON input.lot_id = made.lot_id AND input.state = 'done'
                  JOIN stock_move move ON move.id = input.move_id AND COALESCE(move.repair_line_type, 'add') = 'add'
                  JOIN stock_move_line_consume_rel link ON link.produce_line_id = input.id
                  JOIN stock_move_line output ON output.id = link.consume_line_id
                   AND output.state = 'done' AND output.lot_id IS NOT NULL AND output.lot_id != made.lot_id
                   AND (input.mes_built_into_id IS NULL OR input.mes_built_into_id = output.lot_id)
            )
            SELECT root, lot_id FROM made WHERE root != lot_id
            """,
            list(lot_ids),
        )
        return self.env.execute_query(query)
