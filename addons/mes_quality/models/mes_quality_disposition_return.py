"""Back to the vendor: Odoo's own return of the receipt, of exactly this lot; with a credit note or a replacement."""

from odoo import fields, models
from odoo.fields import Command


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    def _apply_return(self):
        receipt = self.origin_id.picking_id
        wizard = (
            self.env["stock.return.picking"]
            .with_company(self[0]._get_company())
            .with_context(active_id=receipt.id, active_model="stock.picking")
            .create({"picking_id": receipt.id, "mes_location_id": self.location_id.id})
        )
        wizard.product_return_moves = [Command.clear(), *(Command.create(line._prepare_return()) for line in self)]
        picking = wizard._create_return()
        picking.origin = ", ".join([picking.origin or "", *self.disposition_id.mapped("name")])
        self._set_facts({"picking_id": picking.id})
        for line in self:
            line._check_taken()
            line._make_compensation()

    def _prepare_return(self):
        move = self._get_receipt_move()
        return {
            "product_id": self.product_id.id,
            "quantity": self.uom_id._compute_quantity(self._get_open_qty(), move.product_uom),
            "move_id": move.id,
            "to_refund": True,
            "mes_disposition_line_id": self._tie()["mes_disposition_line_id"],
        }

    def _prepare_return_move(self):
        """Return what the return's move says: just this stock, in the product's unit, so that nothing is rounded."""
        return {
            "location_id": self.location_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self._get_open_qty(),
            "mes_disposition_line_id": self._tie()["mes_disposition_line_id"],
        }

    def _get_receipt_move(self):
        """Return the move by which this stock was received."""
        moves = self.origin_id.move_line_id.move_id or self.origin_id.picking_id.move_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state == "done"
        )
        return moves[:1]

    def _check_taken(self):
        """Refuse a document that did not get exactly this stock."""
        taken = sum(
            line.quantity_product_uom for line in self.move_ids.move_line_ids if line.state not in ("done", "cancel")
        )
        if self.uom_id.compare(taken, self._get_open_qty()):
            raise self.env["mes.quality.message"]._error(
                "disposition_missing",
                what=self.lot_id.name or self.product_id.display_name,
                missing=self._get_open_qty() - taken,
                unit=self.uom_id.name,
                place=self.location_id.display_name,
            )

    # -- refund or replacement ----------------------------------------------------------------------------------

    def _make_compensation(self):
        if self.compensation == "replacement":
            self._set_facts({"replacement_id": self._make_replacement().id})
        elif self.purchase_line_id.qty_invoiced > 0:
            self._make_credit()

    def _make_replacement(self):
        """Return a receipt of the same quantity, which the purchase line waits for."""
        move = self._get_receipt_move()
        picking = self.origin_id.picking_id.copy(
            {"move_ids": [], "move_line_ids": [], "origin": self.disposition_id.name, "return_id": False}
        )
        move.copy(
            {
                "picking_id": picking.id,
                "product_uom": self.uom_id.id,
                "product_uom_qty": self._get_open_qty(),
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "origin_returned_move_id": False,
                "move_orig_ids": [],
                "move_dest_ids": [],
                "date": fields.Datetime.now(),
            }
        )
        picking.action_confirm()
        return picking

    def _make_credit(self):
        """Make a draft credit note for as much as was billed."""
        purchase_line = self.purchase_line_id
        order = purchase_line.order_id
        quantity = min(
            self.uom_id._compute_quantity(self._get_open_qty(), purchase_line.product_uom_id),
            purchase_line.qty_invoiced,
        )
        vals = purchase_line._prepare_account_move_line()
        vals.update({"quantity": quantity, "mes_disposition_line_id": self._tie()["mes_disposition_line_id"]})
        bill = {
            **order._prepare_invoice(),
            "move_type": "in_refund",
            "invoice_origin": order.name,
            "ref": self.disposition_id.name,
            "invoice_line_ids": [Command.create(vals)],
        }
        credit = self.env["account.move"].with_company(order.company_id).create(bill)
        self._set_facts({"credit_id": credit.id})

    def _settle_credit(self):
        """Cut drafts of credit notes and replacements to what was really returned."""
        credit = self.credit_id.filtered(lambda move: move.state == "draft")
        if credit:
            line = credit.invoice_line_ids.filtered(lambda one: one.mes_disposition_line_id == self)
            if self.done_qty:
                unit = self.purchase_line_id.product_uom_id
                line.quantity = min(line.quantity, self.uom_id._compute_quantity(self.done_qty, unit))
            else:
                credit.unlink()
        if self.replacement_id.state not in (False, "done", "cancel") and not self.done_qty:
            self.replacement_id.action_cancel()
