"""Moves that a hold makes say so; nobody else can."""

from odoo import api, fields, models

from ..const import CHECKED


class SplitHold(int):
    """A hold's id that comes from splitting its own move: no RPC caller can send one."""


class StockMove(models.Model):
    _inherit = "stock.move"

    mes_hold_id = fields.Many2one(
        "mes.quality.hold",
        "Quality Hold",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The move brings stock into quarantine, or back when the hold was lifted.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("default_mes_hold_id"):
            raise self.env["mes.quality.message"]._error("hold_id_written")
        for vals in vals_list:
            if vals.get("mes_hold_id"):
                self._mes_check_hold_id(vals)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("mes_hold_id"):
            self._mes_check_hold_id(vals)
        return super().write(vals)

    @api.model
    def _mes_check_hold_id(self, vals):
        if isinstance(vals["mes_hold_id"], SplitHold):
            vals["mes_hold_id"] = int(vals["mes_hold_id"])
        elif self.env.context.get("mes_quality_checked") is not CHECKED:
            raise self.env["mes.quality.message"]._error("hold_id_written")

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.mes_hold_id:
            vals["mes_hold_id"] = SplitHold(self.mes_hold_id.id)
        return vals

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + ["mes_hold_id"]
