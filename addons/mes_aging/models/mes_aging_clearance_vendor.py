"""Back to the vendor: by his terms, of the receipt it came with, with a draft credit note; or exchanged."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.clearance import Estimate


class SupplierInfo(models.Model):
    _inherit = "product.supplierinfo"

    mes_return_days = fields.Integer(
        "Takes Back within (Days)", help="Days after the receipt; zero: he takes nothing back."
    )
    mes_return_fee = fields.Float("Fee for Taking Back (%)", help="Of the price that was paid.")
    mes_is_custom = fields.Boolean(
        "Made for Us", help="A custom part: it is bought back at a negotiated price, not at the price paid."
    )

    _mes_return_range = models.Constraint(
        "CHECK (mes_return_days >= 0 AND mes_return_fee >= 0 AND mes_return_fee <= 100)",
        "The days are not below zero, and the fee is 0 to 100 %.",
    )


class Terms(NamedTuple):
    """What a vendor would take back."""

    move: models.BaseModel  # the receipt
    seller: models.BaseModel
    quantity: float  # of the product, in its unit: what of the receipt is not returned yet
    price: float  # paid for a piece, in company currency without taxes

    @property
    def vendor(self):
        return self.move.purchase_line_id.partner_id


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _estimate_vendor_return(self):
        """The price that was paid less the vendor's fee, or why he takes nothing back."""
        terms = self._get_terms(self.receipt_id)
        why_not = self._get_refusal(terms)
        if why_not:
            return why_not
        price = self._get_return_price(terms)
        if not price:
            return self._tell_vendor("vendor_custom", terms)
        quantity = min(self._get_rest_qty(), terms.quantity)
        value = quantity * price
        why = self._tell_vendor(
            "vendor_why",
            terms,
            quantity=quantity,
            unit=self.uom_id.name,
            price=price,
            receipt=terms.move.picking_id.name or "",
            fee=terms.seller.mes_return_fee,
        )
        return Estimate(quantity, value, value * terms.seller.mes_return_fee / 100, 14.0, why)

    def _estimate_vendor_exchange(self):
        """As a return: what comes instead is worth what is credited."""
        return self._estimate_vendor_return()

    @api.model
    def _get_return_price(self, terms, given=0.0):
        """Return what a piece is credited with, before the fee; zero for a custom part without a negotiated price."""
        return given or (0.0 if terms.seller.mes_is_custom else terms.price)

    def _tell_vendor(self, code, terms, **values):
        vendor = terms.vendor.display_name if terms else ""
        product = self.product_id.display_name
        return self.env["mes.aging.message"]._text(code, vendor=vendor, product=product, **values)

    def _get_terms(self, receipts=None):
        """Return the `Terms` of the latest receipt of this stock, or None when none is known."""
        self.ensure_one()
        moves = self._find_receipts() if receipts is None else receipts
        if not moves:
            return None
        move = moves[0]
        line = move.purchase_line_id
        seller = self._find_seller(line.partner_id)
        returned = sum(one.product_qty for one in move.returned_move_ids if one.state != "cancel")
        price = line.price_subtotal / line.product_qty if line.product_qty else 0.0
        price = line.currency_id._convert(
            price, self.currency_id, self.company_id, fields.Date.context_today(self), round=False
        )
        per_piece = line.product_uom_id._compute_price(price, self.uom_id)
        return Terms(move, seller, max(move.product_qty - returned, 0.0), per_piece)

    def _find_receipts(self):
        """Return the done receipts of this stock that were bought, the latest first."""
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "done"),
            ("purchase_line_id", "!=", False),
            ("location_id.usage", "=", "supplier"),
        ]
        if self.lot_ids:
            domain.append(("move_line_ids.lot_id", "in", self.lot_ids.ids))
        return self.env["stock.move"].search(domain, order="date desc, id desc")

    def _find_seller(self, vendor):
        sellers = self.product_id.seller_ids.filtered(
            lambda seller: (
                seller.partner_id.commercial_partner_id == vendor.commercial_partner_id
                and seller.company_id.id in (False, self.company_id.id)
                and seller.product_id.id in (False, self.product_id.id)
            )
        )
        return sellers.sorted(lambda seller: (not seller.mes_return_days, seller.sequence))[:1]

    def _get_refusal(self, terms):
        """Return why the vendor takes nothing back; nothing when he does."""
        if not terms:
            return self._tell_vendor("vendor_unknown", terms)
        if not terms.seller.mes_return_days:
            return self._tell_vendor("vendor_refuses", terms)
        days = (fields.Datetime.now() - terms.move.date).days
        if days > terms.seller.mes_return_days:
            return self._tell_vendor("vendor_window", terms, days=days, limit=terms.seller.mes_return_days)
        expired = self._find_expired_lot()
        if expired:
            return self._tell_vendor("vendor_expired", terms, lot=expired.name)
        return ""

    def _find_expired_lot(self):
        """Return a lot of this case that has expired; lots have dates where Odoo's expiration dates are installed."""
        if "expiration_date" not in self.env["stock.lot"]._fields:
            return self.env["stock.lot"]
        now = fields.Datetime.now()
        return self.lot_ids.filtered(lambda lot: lot.expiration_date and lot.expiration_date < now)[:1]


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    is_unopened = fields.Boolean("Unopened", help="The goods are in the vendor's own unopened packaging.")
    credit_id = fields.Many2one("account.move", "Credit Note", readonly=True, copy=False, index="btree_not_null")
    exchange_id = fields.Many2one("purchase.order", "Replacement", readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _check_given(self, vals):
        facts = vals.keys() & {"credit_id", "exchange_id"}
        if facts and not self.env.su:
            names = ", ".join(sorted(self._fields[name].string for name in facts))
            raise self.env["mes.aging.message"]._error("clearance_fact", fields=names)
        return super()._check_given(vals)

    # -- by the vendor's terms ----------------------------------------------------------------------------------

    def _check_vendor_return(self):
        """Raise when the vendor doesn't take this back.

        :raises odoo.exceptions.UserError: saying which of his terms isn't met
        """
        case, terms = self.clearance_id, self.clearance_id._get_terms()
        why_not = case._get_refusal(terms) or ("" if self.is_unopened else case._tell_vendor("vendor_opened", terms))
        if not why_not and not case._get_return_price(terms, self.price_unit):
            why_not = case._tell_vendor("vendor_custom", terms)
        if not why_not and self.uom_id.compare(self._get_open_qty(), terms.quantity) > 0:
            receipt = terms.move.picking_id.name or ""
            why_not = case._tell_vendor(
                "vendor_quantity", terms, quantity=terms.quantity, unit=self.uom_id.name, receipt=receipt
            )
        if why_not:
            raise UserError(why_not)

    def _check_vendor_exchange(self):
        self._check_vendor_return()
        if not self.target_product_id:
            terms = self.clearance_id._get_terms()
            raise UserError(self.clearance_id._tell_vendor("vendor_target", terms))

    # -- documents ----------------------------------------------------------------------------------------------

    def _apply_vendor_return(self):
        terms = self.clearance_id._get_terms()
        parts = self._find_parts(self._get_open_qty())
        picking = self.env["stock.picking"].create(self._prepare_vendor_return(terms, parts))
        picking.action_confirm()
        self._reserve_exactly(picking.move_ids, parts)
        self.write(
            {
                "partner_id": terms.vendor.id,
                "price_unit": self.clearance_id._get_return_price(terms, self.price_unit),
                "credit_id": self._make_credit(terms).id,
            }
        )

    def _apply_vendor_exchange(self):
        self._apply_vendor_return()
        self.exchange_id = self.env["purchase.order"].create(self._prepare_exchange())

    def _prepare_vendor_return(self, terms, parts):
        receipt = terms.move
        operation = receipt.picking_type_id.return_picking_type_id or self._get_warehouse().out_type_id
        sums = self._sum_by_location(parts)
        source = next(iter(sums)) if len(sums) == 1 else self._get_warehouse().view_location_id
        return {
            "picking_type_id": operation.id,
            "partner_id": terms.vendor.id,
            "location_id": source.id,
            "location_dest_id": receipt.location_id.id,
            "company_id": self.company_id.id,
            "origin": self.clearance_id.name,
            "return_id": receipt.picking_id.id,
            "move_ids": [Command.create(self._prepare_back(receipt, place, qty)) for place, qty in sums.items()],
        }

    def _prepare_back(self, receipt, place, quantity):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.uom_id.id,
            "location_id": place.id,
            "location_dest_id": receipt.location_id.id,
            "company_id": self.company_id.id,
            "origin_returned_move_id": receipt.id,
            "purchase_line_id": receipt.purchase_line_id.id,
            "to_refund": True,
            "procure_method": "make_to_stock",
            **self._tie(),
        }

    def _make_credit(self, terms):
        """Return a draft credit note for what was billed: the goods, and the vendor's fee against them."""
        bought = terms.move.purchase_line_id
        if bought.qty_invoiced <= 0:
            return self.env["account.move"]
        quantity = self.uom_id._compute_quantity(self._get_open_qty(), bought.product_uom_id)
        price = self.clearance_id._get_return_price(terms, self.price_unit)
        paid = self._convert_price(price, bought)
        goods = {**bought._prepare_account_move_line(), "quantity": quantity, "price_unit": paid, "discount": 0.0}
        lines = [Command.create(goods)]
        if terms.seller.mes_return_fee:
            lines.append(Command.create(self._prepare_fee(goods, terms.seller.mes_return_fee)))
        bill = {
            **bought.order_id._prepare_invoice(),
            "move_type": "in_refund",
            "invoice_origin": bought.order_id.name,
            "ref": self.clearance_id.name,
            "invoice_line_ids": lines,
        }
        return self.env["account.move"].create(bill)

    def _convert_price(self, price, bought):
        """Return a price of the company's currency and the product's unit in those of a purchase line."""
        per_unit = self.uom_id._compute_price(price, bought.product_uom_id)
        today = fields.Date.context_today(self)
        return self.currency_id._convert(per_unit, bought.currency_id, self.company_id, today, round=False)

    def _prepare_fee(self, goods, percent):
        return {
            "name": self.env._("Fee for taking back: %(percent)s %%", percent=f"{percent:g}"),
            "quantity": goods["quantity"],
            "price_unit": -goods["price_unit"] * percent / 100,
            "tax_ids": goods.get("tax_ids", []),
        }

    def _prepare_exchange(self):
        """Return the order of what comes instead: for what is credited, at the vendor's price."""
        product = self.target_product_id
        seller = product._select_seller(partner_id=self.partner_id, quantity=None)
        price = seller.price if seller else product.standard_price
        net = self._get_open_qty() * self.price_unit * (1 - self._get_fee() / 100)
        quantity = product.uom_id.round(net / price, rounding_method="DOWN") if price else self._get_open_qty()
        line = {"product_id": product.id, "product_qty": max(quantity, 1.0), "price_unit": price}
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "picking_type_id": self._get_warehouse().in_type_id.id,
            "origin": self.clearance_id.name,
            "order_line": [Command.create(line)],
        }

    # -- what it brought ----------------------------------------------------------------------------------------

    def _get_fee(self):
        """Return the vendor's fee in percent."""
        return self.clearance_id._find_seller(self.partner_id).mes_return_fee

    def _measure_vendor_return(self):
        found = self._measure_moves(self.price_unit)
        if not found.is_open:
            self._settle_vendor_credit(found.done)
        return found._replace(cost=found.recovered * self._get_fee() / 100)

    def _measure_vendor_exchange(self):
        return self._measure_vendor_return()

    def _settle_vendor_credit(self, done):
        """Cut the draft credit note to what was really returned; drop it, and the replacement, when nothing was."""
        credit = self.credit_id.filtered(lambda move: move.state == "draft")
        if not done:
            credit.unlink()
            self.exchange_id.filtered(lambda order: order.state in ("draft", "sent")).button_cancel()
            return
        bought = credit.invoice_line_ids.purchase_line_id[:1]
        if bought:
            quantity = self.uom_id._compute_quantity(done, bought.product_uom_id)
            lines = credit.invoice_line_ids.filtered(lambda line: line.quantity > quantity)
            if lines:
                lines.quantity = quantity

    def _get_documents(self):
        found = super()._get_documents()
        return [*found, *(records for records in (self.credit_id, self.exchange_id) if records)]
