"""Executing: each route's documents, one line after the other; and closing when the quantities reconcile."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..const import CHECKED


class MesQualityDisposition(models.Model):
    _inherit = "mes.quality.disposition"

    can_execute = fields.Boolean(compute="_compute_can_execute", help="Whether a line waits for its document.")

    @api.depends("line_ids.state")
    def _compute_can_execute(self):
        for order in self:
            order.can_execute = any(line.state == "approved" for line in order.line_ids)

    def action_execute(self):
        """Make the documents of the approved lines.

        What was done already is left alone, so that it can be repeated after an interruption. A line that fails does
        not undo the others: what went wrong stands on it, and it is tried again the next time.

        :raises odoo.exceptions.UserError: without the role, before approval, or when no line succeeds
        """
        self.env["mes.quality.hold"]._check_may_decide()
        self.check_access("write")
        self._touch()
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        for order in self:
            if order.state in ("draft", "review", "cancelled"):
                raise self.env["mes.quality.message"]._error("disposition_not_approved", name=order.name)
        lines = self.line_ids.filtered(lambda line: line.state == "approved")
        failed = [batch for batch in lines._get_batches() if not batch._try()]
        if failed and sum(map(len, failed)) == len(lines):
            raise UserError("\n".join(line.error for batch in failed for line in batch))
        self._close()
        return True

    def _close(self):
        """Close those whose lines are done and whose quantities reconcile; lift their holds."""
        for order in self.sudo():
            lines = order.line_ids.filtered(lambda line: line.state != "cancelled")
            if order.state != "approved" or not lines or any(line.state != "done" for line in lines):
                continue
            order._recount()
            if order.uom_id.compare(order.done_qty, order.quantity):
                order._set_facts({"state": "draft"})
                note = self.env["mes.quality.message"]._text("disposition_more", quantity=order.rest_qty)
                order._log("sent_back", note)
                continue
            order._set_facts({"state": "done", "date_done": fields.Datetime.now()})
            order._log("done")
            order.activity_unlink(["mail.mail_activity_data_warning"])
            order._lift_holds()

    def _lift_holds(self):
        holds = self.hold_ids.filtered(lambda hold: hold.state == "active")
        if holds:
            note = self.env._("Disposed of by %s", self.name)
            holds.with_context(mes_disposition_lift=CHECKED)._lift(note)


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    def _get_batches(self):
        """Return these lines in the groups that share a document: returns of one receipt; else each for itself."""
        returns = self.filtered(lambda line: line.route == "return")
        grouped = returns.grouped(lambda line: (line.origin_id.picking_id, line.location_id))
        return [*grouped.values(), *(self - returns)]

    def _try(self):
        """Make the documents of these lines, or keep what went wrong. Return whether it worked."""
        try:
            with self.env.cr.savepoint():
                self._apply()
        except UserError as error:
            self._set_facts({"error": str(error)})
            for line in self:
                line.disposition_id._log("failed", f"{line.display_name}: {error}", line)
            return False
        return True

    # -- routes that are done at once ---------------------------------------------------------------------------

    def _apply_scrap(self):
        for line in self:
            for quant, quantity in line._find_parts(line._get_open_qty()):
                self.env["stock.scrap"].with_company(line._get_company()).create(
                    line._prepare_scrap(quant, quantity)
                ).do_scrap()

    def _prepare_scrap(self, quant, quantity):
        return {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "scrap_qty": quantity,
            "product_uom_id": self.uom_id.id,
            "location_id": self.location_id.id,
            "company_id": self._get_company().id,
            "origin": self.disposition_id.name,
            "scrap_reason_tag_ids": [(6, 0, self.scrap_reason_tag_ids.ids)],
            **self._tie(),
        }

    def _apply_disassemble(self):
        for line in self:
            for quant, quantity in line._find_parts(line._get_open_qty()):
                vals = line._prepare_disassemble(quant, quantity)
                unbuild = self.env["mrp.unbuild"].with_company(line._get_company()).create(vals)
                unbuild.action_unbuild()
                moves = unbuild.produce_line_ids - line.move_ids
                line._hold_outputs(moves.move_line_ids)

    def _prepare_disassemble(self, _quant, quantity):
        maker = self.source_production_id
        return {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "product_qty": quantity,
            "product_uom_id": self.uom_id.id,
            "mo_id": maker.id,
            "bom_id": (self.bom_id or maker.bom_id or self.disposition_id._find_bom()).id,
            "location_id": self.location_id.id,
            "location_dest_id": self._get_warehouse().lot_stock_id.id,
            "company_id": self._get_company().id,
            **self._tie(),
        }

    def _apply_use_as_is(self):
        """Free the stock: at once, or (limited) for deliveries to these customers and orders: the guard knows."""
        for line in self.filtered(lambda line: not line._is_limited()):
            hold = line.disposition_id.hold_id
            if hold.quarantine_id:
                parts = dict(line._find_parts(line._get_open_qty()))
                for place, its in hold._split_by_origin(parts).items():
                    hold._move(its, line.location_id, place)
            line._book(line._get_open_qty(), line.reason)

    # -- what comes out -----------------------------------------------------------------------------------------

    def _hold_outputs(self, lines):
        """Hold what came out for inspection, where the line asks for it."""
        self.ensure_one()
        if not self.inspect or not lines:
            return
        hold = self.disposition_id.hold_id
        vals_list = hold._prepare_parts_vals(lines)
        for vals in vals_list:
            vals.update(self._prepare_inspection_vals())
        self.env["mes.quality.hold"].sudo()._create_for(vals_list)

    def _prepare_inspection_vals(self):
        return {
            "level": "inspection",
            "reason_id": False,
            "reason": self.env._("Came out of %s: inspect it before it is used.", self.disposition_id.name),
        }
