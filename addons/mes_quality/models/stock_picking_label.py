"""Receipts by scan: a vendor's label fills product, lot, vendor's lot, quantity and date of a line."""

from datetime import datetime, time

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_mes_scan(self, barcode, quantity=None):
        """Fill a line of this receipt from a vendor's label.

        :param str barcode: GS1 element string (AI 01 product, 10 lot, 21 serial, 30/37 quantity, 15/17 dates)
        :param float quantity: in the product's unit, where the label does not say; else 1 packaging or what is open
        :return: ``{'line_id', 'product', 'lot', 'vendor_lot', 'quantity', 'message'}``
        :rtype: dict
        :raises odoo.exceptions.UserError: when the label is of nothing on this receipt, or the serial was scanned
        """
        self.ensure_one()
        self.check_access("write")
        messages = self.env["mes.quality.message"]
        if self.picking_type_code != "incoming" or self.state in ("done", "cancel"):
            raise messages._error("scan_no_receipt", picking=self.name)
        label = self.env["mes.quality.label"]._read(barcode)
        move = self._find_labelled_move(label)
        if not move:
            raise messages._error("scan_not_here", barcode=barcode, picking=self.name)
        line = self._fill_line(move, label, quantity)
        number = line.lot_id.name or line.lot_name or ""
        return {
            "line_id": line.id,
            "product": line.product_id.display_name,
            "lot": number,
            "vendor_lot": line.mes_vendor_lot or "",
            "quantity": line.quantity_product_uom,
            "message": messages._text("label_read", product=line.product_id.display_name, lot=number or "–"),
        }

    def _find_labelled_move(self, label):
        moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if label.get("product"):
            moves = moves.filtered(lambda move: move.product_id == label["product"])
        elif len(moves.product_id) != 1 or not (label.get("lot") or label.get("serial")):
            return moves.browse()
        return moves[:1]

    def _fill_line(self, move, label, quantity):
        """Write what the label says into a line without a lot, or into a new one; return it."""
        tracking = move.product_id.tracking
        number = self._get_number(tracking, label)
        same = move.move_line_ids.filtered(lambda line: number and number in (line.lot_name, line.lot_id.name))
        if same and tracking == "serial":
            raise self.env["mes.quality.message"]._error("scan_twice", lot=number)
        factor = label.get("factor", 1.0)
        amount = 1.0 if tracking == "serial" else (label.get("quantity") or 0.0) * factor or quantity
        if same:
            same[0].quantity += move.product_id.uom_id._compute_quantity(amount or factor, same[0].product_uom_id)
            return same[0]
        empty = move.move_line_ids.filtered(lambda line: not line.lot_id and not line.lot_name and not line.picked)[:1]
        amount = amount or (factor if factor != 1.0 else empty.quantity_product_uom) or move.product_qty
        vals = self._prepare_label_vals(move, label, number, amount)
        if empty and (tracking == "none" or empty.quantity_product_uom <= amount):
            empty.write(vals)
            return empty
        if empty:
            uom = empty.product_uom_id
            empty.quantity -= move.product_id.uom_id._compute_quantity(amount, uom)
        return self.env["stock.move.line"].create(
            {**vals, "move_id": move.id, "picking_id": self.id, "product_id": move.product_id.id}
        )

    def _get_number(self, tracking, label):
        """Return our own number: the serial, else the vendor's lot."""
        if tracking == "none":
            return False
        names = ("serial", "lot") if tracking == "serial" else ("lot", "serial")
        plain = None if label.get("product") else label["text"]
        return label.get(names[0]) or label.get(names[1]) or plain

    def _prepare_label_vals(self, move, label, number, amount):
        vals = {
            "mes_vendor_lot": label.get("lot") or label.get("serial") or False,
            "product_uom_id": move.product_id.uom_id.id,
            "quantity": amount,
            "picked": True,
        }
        if number:
            lot = self.env["stock.lot"].search(
                [
                    ("name", "=", number),
                    ("product_id", "=", move.product_id.id),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                limit=1,
            )
            vals |= {"lot_id": lot.id} if lot else {"lot_name": number}
        date = label.get("use_by") or label.get("best_before")
        if date and "expiration_date" in self.env["stock.move.line"]._fields:  # product_expiry is installed
            vals["expiration_date"] = date if isinstance(date, datetime) else datetime.combine(date, time(12))
        return vals
