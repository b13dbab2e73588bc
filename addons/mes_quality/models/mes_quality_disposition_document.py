"""Documents say which line of a disposition they execute: a real record that authorises them; nobody can forge it."""

from odoo import api, fields, models

from ..const import CHECKED, SignedId


class MesQualityDispositionDocument(models.AbstractModel):
    """What a line of a disposition makes. The tie is written by this addon's own methods only."""

    _name = "mes.quality.disposition.document"
    _description = "Document of a Disposition"

    mes_disposition_line_id = fields.Many2one(
        "mes.quality.disposition.line",
        "Disposition",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="This document executes a decision about held stock: exactly this lot and quantity may pass.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("default_mes_disposition_line_id") or self.env.context.get(
            "default_mes_disposition_run"
        ):
            raise self.env["mes.quality.message"]._error("disposition_tied")
        for vals in vals_list:
            self._mes_check_tie(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._mes_check_tie(vals)
        return super().write(vals)

    @api.model
    def _mes_check_tie(self, vals):
        """Take the sign off an id that comes from this addon's own methods; refuse any other."""
        if not vals.get("mes_disposition_line_id"):
            if "mes_disposition_line_id" in vals and any(self.mapped("mes_disposition_line_id")):
                raise self.env["mes.quality.message"]._error("disposition_tied")
            return
        if not isinstance(vals["mes_disposition_line_id"], SignedId):
            raise self.env["mes.quality.message"]._error("disposition_tied")
        vals["mes_disposition_line_id"] = int(vals["mes_disposition_line_id"])


class MesQualityDispositionOrder(models.AbstractModel):
    """A document of which each try makes one."""

    _name = "mes.quality.disposition.order"
    _inherit = "mes.quality.disposition.document"
    _description = "Order of a Disposition"

    mes_disposition_run = fields.Integer("Try", readonly=True, copy=False)

    def write(self, vals):
        if "mes_disposition_run" in vals and any(
            order.mes_disposition_run != vals["mes_disposition_run"] for order in self
        ):
            raise self.env["mes.quality.message"]._error("disposition_tied")
        return super().write(vals)


class StockScrap(models.Model):
    _name = "stock.scrap"
    _inherit = ["stock.scrap", "mes.quality.disposition.order"]

    _mes_disposition_uniq = models.UniqueIndex(
        "(mes_disposition_line_id, mes_disposition_run, COALESCE(package_id, 0), COALESCE(owner_id, 0))"
        " WHERE mes_disposition_line_id IS NOT NULL",
        "This stock is scrapped already.",
    )

    def _prepare_move_values(self):
        vals = super()._prepare_move_values()
        if self.mes_disposition_line_id:
            vals["mes_disposition_line_id"] = SignedId(self.mes_disposition_line_id.id)
        return vals


class MrpUnbuild(models.Model):
    _name = "mrp.unbuild"
    _inherit = ["mrp.unbuild", "mes.quality.disposition.order"]

    def _generate_consume_moves(self):
        moves = super()._generate_consume_moves()
        for unbuild in self.filtered("mes_disposition_line_id"):
            ours = moves.filtered(
                lambda move, unbuild=unbuild: move.unbuild_id == unbuild and move.product_id == unbuild.product_id
            )
            ours.write({"mes_disposition_line_id": SignedId(unbuild.mes_disposition_line_id.id)})
        return moves

    def _prepare_finished_move_line_vals(self, finished_move):
        vals = super()._prepare_finished_move_line_vals(finished_move)
        line = self.mes_disposition_line_id
        if line:
            quant, _quantity = line.sudo()._find_parts(
                self.product_uom_id._compute_quantity(self.product_qty, line.uom_id)
            )[0]
            vals.update(package_id=quant.package_id.id, owner_id=quant.owner_id.id)
        return vals


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "mes.quality.disposition.order"]

    _mes_disposition_uniq = models.UniqueIndex(
        "(mes_disposition_line_id, mes_disposition_run) WHERE mes_disposition_line_id IS NOT NULL",
        "This stock is on an order already.",
    )

    def _post_inventory(self, cancel_backorder=False):
        before = self.move_finished_ids.move_line_ids.filtered(lambda line: line.state == "done")
        result = super()._post_inventory(cancel_backorder=cancel_backorder)
        for order in self:
            line = order.move_raw_ids.mes_disposition_line_id.sudo()[:1]
            if line:
                done = order.move_finished_ids.move_line_ids.filtered(lambda one: one.state == "done")
                line._hold_made(done - before)
        return result


class RepairOrder(models.Model):
    _name = "repair.order"
    _inherit = ["repair.order", "mes.quality.disposition.order"]

    _mes_disposition_uniq = models.UniqueIndex(
        "(mes_disposition_line_id, mes_disposition_run) WHERE mes_disposition_line_id IS NOT NULL",
        "This stock is in repair already.",
    )

    def action_repair_done(self):
        ours = self.filtered("mes_disposition_line_id")
        if not ours:
            return super().action_repair_done()
        # the moves of the products are made in there; an object, so that no caller from outside can send it
        result = super(RepairOrder, self.with_context(mes_disposition_repair=CHECKED)).action_repair_done()
        for repair in ours.sudo():
            line = repair.mes_disposition_line_id
            line._hold_made(repair.move_id.move_line_ids)
            line._give_back()
            line.disposition_id._close()
        return result

    def action_repair_cancel(self):
        result = super().action_repair_cancel()
        self.mes_disposition_line_id.sudo()._give_back()
        return result


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "mes.quality.disposition.document"]


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    def _hold_made(self, lines):
        """Hold what an order made for inspection, where the line asks for it: whole lots, untracked pieces."""
        self.ensure_one()
        if not self.inspect or not lines:
            return
        hold = self.disposition_id.hold_id
        self.env["mes.quality.hold"].sudo()._create_for(
            [{**hold._prepare_descendant_vals(lot.id), **self._prepare_inspection_vals()} for lot in lines.lot_id]
        )
        self._hold_outputs(lines.filtered(lambda line: not line.lot_id))
