"""Taking parts out of the supermarket and putting them back, by scan."""

from odoo import models
from odoo.fields import Command


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    def _withdraw_by_scan(self, quantity, place, lot=None, card=None, production=None, scan_key=None, operator=None):
        """Move ``quantity`` to ``place`` and signal; all quantities in the product's unit.

        :return: the withdrawal, with the signals that it caused
        :raises odoo.exceptions.UserError: when less is there, or the loop cannot be supplied
        """
        self.ensure_one()
        if card:
            card._take_out(quantity)
        if production:
            production._mes_supply_from(self.product_id, place)
        strict = self.with_context(mes_pull_strict=True)
        move = strict._move_stock(quantity, self.location_id, place, lots=lot)
        if production:
            production._mes_get_open_raw_moves(self.product_id)._action_assign()
        withdrawal = self.env["mes.pull.withdrawal"].sudo().search([("move_id", "=", move.id)])
        withdrawal.write(
            {
                "kind": "scan",
                "scan_key": scan_key or False,
                "card_id": card and card.id,
                "production_id": production and production.id,
                "operator_id": operator and operator.id,
            }
        )
        if card:
            card._wait_if_empty()
        return withdrawal

    def _give_back_by_scan(self, quantity, place, lot=None, card=None, scan_key=None, operator=None):
        """Move ``quantity`` from ``place`` back into the supermarket. Return the (negative) withdrawal."""
        self.ensure_one()
        back = self.with_context(mes_pull_give_back=self)
        move = back._move_stock(quantity, place, self.location_id, lots=lot).with_env(self.env)
        if card:
            card._put_back(quantity)
        withdrawal = move._mes_book_return(self, quantity)
        withdrawal.write(
            {
                "scan_key": scan_key or False,
                "card_id": card and card.id,
                "operator_id": operator and operator.id,
            }
        )
        return withdrawal

    # -- the move -----------------------------------------------------------------------------------------------

    def _move_stock(self, quantity, source, target, lots=None):
        """Move stock of the loop's product now, as one done ``stock.move`` without a transfer document.

        What lies there is taken by the product's removal strategy, reserved or not: the person at the shelf is
        right. Odoo breaks the reservations that lose their stock and sources those moves again.

        :raises odoo.exceptions.UserError: when less than ``quantity`` is there
        """
        self.ensure_one()
        lines = self._choose_stock(quantity, source, lots)
        vals_list = [self._prepare_move_line_vals(quant, taken, source, target, lots) for quant, taken in lines]
        move = self.env["stock.move"].sudo().create(self._prepare_move_vals(quantity, source, target, vals_list))
        move._action_done()
        return move

    def _move_back(self, undone):
        """Take back what the move ``undone`` brought out: the same lots, to the shelves where they lay.

        :raises odoo.exceptions.UserError: when they are not all there any more
        """
        self.ensure_one()
        vals_list, used = [], {}
        for line in undone.move_line_ids:
            place = line.location_dest_id
            for quant, taken in self._choose_stock(line.quantity_product_uom, place, line.lot_id, used):
                used[quant.id] = used.get(quant.id, 0.0) + taken
                vals = self._prepare_move_line_vals(quant, taken, place, line.location_id, line.lot_id)
                if line.package_id.location_id in (line.location_id, line.location_id.browse()):
                    vals["result_package_id"] = line.package_id.id
                vals_list.append(vals)
        vals = self._prepare_move_vals(
            sum(vals["quantity"] for vals in vals_list), undone.location_dest_id, self.location_id, vals_list
        )
        move = self.env["stock.move"].sudo().create(vals)
        move.with_context(mes_pull_undo=self)._action_done()
        return move

    def _prepare_move_vals(self, quantity, source, target, line_vals_list):
        return {
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "picked": True,
            "move_line_ids": [Command.create(vals) for vals in line_vals_list],
        }

    def _prepare_move_line_vals(self, quant, quantity, source, target, lots=None):
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.uom_id.id,
            "quantity": quantity,
            "location_id": quant.location_id.id or source.id,
            "location_dest_id": target.id,
            "lot_id": quant.lot_id.id or (lots[:1].id if lots else False),
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "company_id": self.company_id.id,
            "picked": True,
        }

    def _choose_stock(self, quantity, source, lots=None, used=None):
        """Return ``[(quant, quantity)]`` that make up ``quantity`` at ``source``, by the removal strategy.

        :param dict used: ``{quant id: quantity}`` that an undo has chosen already
        """
        uom = self.product_id.uom_id
        left = quantity
        lines = []
        if source.should_bypass_reservation():
            return [(self.env["stock.quant"], quantity)]
        quants = self.env["stock.quant"].sudo()._gather(self.product_id, source, lot_id=lots[:1] if lots else None)
        if lots:
            quants = quants.filtered(lambda quant: quant.lot_id in lots)
        if used is None:  # frozen stock is not taken, but may be brought back
            quants = quants._mes_filter_usable()
        for quant in quants:
            if uom.compare(left, 0) <= 0:
                break
            taken = min(left, quant.quantity - (used or {}).get(quant.id, 0.0))
            if uom.compare(taken, 0) > 0:
                lines.append((quant, taken))
                left -= taken
        if uom.compare(left, 0) > 0:
            code = "too_little" if self._contains(source) else "nothing_to_return"
            code = code if used is None else "parts_are_gone"
            self._refuse_shortage(code, quantity, quantity - left, source, lots)
        return lines

    def _refuse_shortage(self, code, wanted, there, source, lots):
        if lots and code != "nothing_to_return":
            code = f"{code}_lot"
        raise self.env["mes.pull.message"]._error(
            code,
            wanted=wanted,
            there=max(there, 0.0),
            unit=self.uom_id.name,
            product=self.product_id.display_name,
            place=source.display_name,
            lot=", ".join(lots.mapped("name")) if lots else "",
        )
