"""What a decision means for the stock: held until it is made, freed by pass, rejected by fail."""

from odoo import models

from ..const import STOCK_TRIGGERS


class MesQualityInspection(models.Model):
    """Inspections of what comes in, is made, or is asked for decide about stock; those of deliveries reject of it.

    Those of operations let work go on or not.
    """

    _inherit = "mes.quality.inspection"

    def _meet(self, lines):
        """Now what this inspection decides about is there. Return what has to be held of it (values of holds).

        :param lines: the stock move lines by which it came, just done
        """
        self.ensure_one()
        quantity = sum(lines.mapped("quantity_product_uom"))
        vals = {"is_met": True, **self._prepare_lot_vals(self.lot_ids | lines.lot_id)}
        self.sudo()._write_checked(vals)
        if self.uom_id.compare(self.quantity, quantity):
            self._resize(quantity) if self.state == "todo" else self._take_quantity(quantity)
        level = self._get_hold_level()
        return self._prepare_holds(level, lines) if level else []

    def _get_hold_level(self):
        """Return how what this inspection decides about is held now, or False."""
        self.ensure_one()
        if self.state == "failed":
            return "rejected"
        return "inspection" if self.state == "todo" and self.blocks else False

    def _take_quantity(self, quantity):
        """More or less came than was decided about: the decision is for what came."""
        rejected = quantity if self.rejected_qty >= self.quantity else min(self.rejected_qty, quantity)
        self.sudo()._write_checked({"quantity": quantity, "rejected_qty": rejected if self.state == "failed" else 0})

    def _hold_on_demand(self):
        """Hold what a person wants to have looked at, where the plan blocks."""
        for inspection in self.filtered(lambda one: one.blocks and one.state == "todo"):
            inspection._hold("inspection")

    def _apply_to_stock(self):
        """Put a decision into force, as far as the stock is there already."""
        self.ensure_one()
        message = self.env["mes.quality.message"]
        if self.trigger == "delivery":
            if self.state == "failed" and self.product_id:  # else nobody knows what is bad of all that is delivered
                self._hold("rejected")
            return
        if not self.is_met or not (self.trigger in STOCK_TRIGGERS or self.hold_ids):
            return
        if self.state == "failed" and not self._promote_holds():
            if self._is_placed():  # all of it comes back, and what is bad goes there again
                self._lift_holds(message._text("hold_failed", name=self.name, reason=self.reason or ""))
            self._hold("rejected")
        code = "hold_passed" if self.state == "passed" else "hold_failed"
        self._lift_holds(message._text(code, name=self.name, reason=self.reason or ""))

    # -- holds --------------------------------------------------------------------------------------------------

    def _get_open_holds(self):
        """Return the active holds of this inspection and of those that it inspects again."""
        return self.sudo()._get_chain().hold_ids.filtered(lambda hold: hold.state == "active")

    def _is_placed(self):
        """Return whether what it decides about lies in quarantine (untracked, or a part of a lot)."""
        return any(hold.kind in ("part", "stock") for hold in self._get_open_holds())

    def _is_whole(self):
        return self.uom_id.compare(self.rejected_qty, self.quantity) >= 0

    def _promote_holds(self):
        """Turn the holds of what waits in quarantine into rejections, where all of it is rejected.

        :return: whether that was all there is to do
        """
        holds = self._get_open_holds().filtered(lambda hold: hold.kind in ("part", "stock"))
        if not holds or not self._is_whole():
            return False
        labels = dict(holds._fields["level"]._description_selection(self.env))
        for hold in holds.filtered(lambda hold: hold.level != "rejected"):
            hold._sign().write({"level": "rejected", "reason_id": self._get_failed_reason().id})
            hold._log("changed", note=self.name, before=labels["inspection"], after=labels["rejected"])
        return True

    def _lift_holds(self, text):
        """Lift the holds that this decision replaces; rejections by itself stay."""
        mine = self.hold_ids.filtered(lambda hold: hold.level == "rejected") if self.state == "failed" else None
        holds = self._get_open_holds()
        (holds - mine if mine else holds)._lift(text)

    def _hold(self, level, lines=None):
        """Hold what this inspection decides about; see `_prepare_holds`."""
        holds = self._prepare_holds(level, lines)
        if holds:
            self.env["mes.quality.hold"]._create_for(holds)

    def _prepare_holds(self, level, lines=None):
        """Return the values of the holds of what this inspection decides about.

        :param str level: ``inspection`` or ``rejected``
        :param lines: the stock move lines by which it has just come; without them it is looked for
        """
        self.ensure_one()
        code = "hold_failed" if level == "rejected" else "hold_inspection"
        text = self.env["mes.quality.message"]._text(code, name=self.name, reason=self.reason or "")
        more = {"level": level, "reason": text, "inspection_id": self.id}
        if level == "rejected":
            more["reason_id"] = self._get_failed_reason().id
        if self.user_id:
            more["user_id"] = self.user_id.id
        if self.trigger == "delivery":
            vals_list = self._prepare_picked_holds()
        else:
            hold = self._prepare_lot_holds if self.lot_ids else self._prepare_stock_holds
            vals_list = hold(level, lines)
        return [{**vals, **more} for vals in vals_list]

    def _get_failed_reason(self):
        reason = self.env.ref("mes_quality.mes_quality_reason_inspection", raise_if_not_found=False)
        return reason or self.env["mes.quality.reason"]

    def _prepare_lot_holds(self, level, lines):
        """Return what is held of the lots: whole ones, or a part where the rest is good or was there before."""
        lots = self.lot_ids
        if level == "rejected" and self.tracking == "serial":
            lots = self.rejected_lot_ids or lots
        elif level == "rejected" and not self._is_whole():
            return self._prepare_part_holds(lots[:1], self.rejected_qty, lines)
        elif self._is_mixed(lots, lines):
            return self._prepare_part_holds(lots, sum(lines.mapped("quantity_product_uom")), lines)
        return [{"kind": "lot", "lot_id": lot.id} for lot in lots]

    def _is_mixed(self, lots, lines):
        """Return whether more of this lot was in stock before these lines came, and may be used."""
        if not lines or len(lots) != 1 or lots.mes_quality_state != "released":
            return False
        came = sum(lines.mapped("quantity_product_uom"))
        usable = self._get_quants([("lot_id", "=", lots.id)]).filtered(lambda quant: not quant.mes_is_frozen)
        return self.uom_id.compare(sum(usable.mapped("quantity")), came) > 0

    def _prepare_part_holds(self, lot, quantity, lines):
        spread = self._spread(quantity, lines, [("lot_id", "=", lot.id)])
        return [self._prepare_place_hold(lot, place, part) for place, part in spread]

    def _prepare_picked_holds(self):
        """Return what is held of a delivery that hasn't left: the rejected serial numbers, or parts where they lie."""
        lines = self.picking_id.move_line_ids.filtered(
            lambda line: line.product_id == self.product_id and line.state not in ("done", "cancel") and line.quantity
        )
        if self.tracking == "serial":
            return [{"kind": "lot", "lot_id": lot.id} for lot in self.rejected_lot_ids or lines.lot_id]
        left, parts = self.rejected_qty, {}
        for line in lines:
            part = min(left, line.quantity_product_uom)
            if self.product_id.is_storable and self.uom_id.compare(part, 0) > 0:
                key = line.lot_id, line.location_id
                parts[key] = parts.get(key, 0.0) + part
                left -= part
        return [self._prepare_place_hold(lot, place, part) for (lot, place), part in parts.items()]

    def _prepare_place_hold(self, lot, place, quantity):
        what = {"kind": "part", "lot_id": lot.id} if lot else {"kind": "stock", "product_id": self.product_id.id}
        return {**what, "location_id": place.id, "quantity": quantity}

    def _prepare_stock_holds(self, level, lines):
        """Return what is held of an untracked product, by place."""
        quantity = self.rejected_qty if level == "rejected" else self.quantity
        if not self.product_id.is_storable:
            return []
        spread = self._spread(quantity, lines, [("lot_id", "=", False)])
        return [self._prepare_place_hold(None, place, part) for place, part in spread]

    def _spread(self, quantity, lines, domain):
        """Return ``[(place, quantity)]``: where so much of it lies."""
        if lines:
            where = lines._mes_get_arrivals()
        else:
            source = self.move_id.move_line_ids.filtered(lambda line: line.state == "done").location_dest_id
            quants = self._get_quants(domain).sorted(lambda quant: quant.location_id not in source)
            where = [(quant.location_id, quant.quantity) for quant in quants if not quant.location_id.mes_is_quarantine]
        spread = {}
        for place, there in where:
            part = min(quantity, there)
            if self.uom_id.compare(part, 0) > 0 and place.usage in ("internal", "transit"):
                spread[place] = spread.get(place, 0.0) + part
                quantity -= part
        return list(spread.items())

    def _get_quants(self, domain):
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("company_id", "in", (self.company_id.id, False)),
                    ("quantity", ">", 0),
                    *domain,
                ]
            )
        )
