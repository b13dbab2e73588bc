"""Into quarantine and back: real moves of the stock of a hold."""

from odoo import api, models
from odoo.fields import Command

from ..const import CHECKED


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _get_warehouse(self):
        self.ensure_one()
        company = self.company_id or self.location_id.company_id or self.env.company
        Warehouse = self.env["stock.warehouse"]
        return self.location_id.warehouse_id or Warehouse.search([("company_id", "=", company.id)], limit=1)

    def _take(self):
        """Move what is still there of the asked quantity (all: 0) into quarantine, and source its orders again."""
        self.ensure_one()
        quants = self.env["stock.quant"]._mes_find_takeable(
            self.product_id, self.location_id, self.lot_id, self.package_id
        )
        parts = self._share_out(quants, self.quantity or sum(quants.mapped("quantity")))
        taken = sum(parts.values())
        uom = self.product_id.uom_id
        if uom.compare(taken, 0) <= 0:
            what = self.lot_id.display_name or self.product_id.display_name
            raise self.env["mes.quality.message"]._error("hold_nothing", what=what, place=self.location_id.display_name)
        quarantine = self._get_warehouse()._mes_get_quarantine()
        cost = self.product_id.with_company(self.company_id or self.env.company).standard_price
        gone = max(self.quantity - taken, 0.0)
        self._set_facts({"quantity": taken, "gone_qty": gone, "value": taken * cost, "quarantine_id": quarantine.id})
        lost = self._free_parts(parts)
        self._move(parts, self.location_id, quarantine)
        lost.source_again(self)

    @api.model
    def _share_out(self, quants, quantity):
        """Return ``{quant: quantity}``, first from what nobody has reserved."""
        parts = {}
        for quant in quants.sorted(lambda quant: (quant.reserved_quantity - quant.quantity, quant.id)):
            take = min(quant.quantity, quantity)
            if quant.product_uom_id.compare(take, 0) <= 0:
                break
            parts[quant] = take
            quantity -= take
        return parts

    def _free_parts(self, parts):
        """Take reservations away as far as they are in the way; return what was given up, to be sourced again."""
        lost = self.env["stock.move.line"]._mes_new_loss()
        for quant, take in parts.items():
            over = take - (quant.quantity - quant.reserved_quantity)
            if quant.product_uom_id.compare(over, 0) > 0:
                quant._mes_get_reserving_lines()._mes_give_up_some(over, lost)
        return lost

    def _move(self, parts, source, destination):
        """Move ``{quant: quantity}`` now, as a transfer that is tied to this hold."""
        vals = self._prepare_move_vals(parts, source, destination)
        move = self.env["stock.move"].sudo().with_context(mes_quality_checked=CHECKED).create(vals)
        move = move.with_context(mes_quality_checked=None)
        move._action_done()
        return move

    def _prepare_move_vals(self, parts, source, destination):
        company = destination.company_id or self.company_id or self.env.company
        lines = [self._prepare_line_vals(quant, quantity, destination, company) for quant, quantity in parts.items()]
        return {
            "inventory_name": self.name,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": sum(parts.values()),
            "company_id": company.id,
            "state": "confirmed",
            "location_id": source.id,
            "location_dest_id": destination.id,
            "is_inventory": True,
            "picked": True,
            "mes_hold_id": self.id,
            "move_line_ids": [Command.create(line) for line in lines],
        }

    @api.model
    def _prepare_line_vals(self, quant, quantity, destination, company):
        whole = quant.product_uom_id.compare(quantity, quant.quantity) >= 0
        return {
            "product_id": quant.product_id.id,
            "product_uom_id": quant.product_uom_id.id,
            "quantity": quantity,
            "location_id": quant.location_id.id,
            "location_dest_id": destination.id,
            "company_id": company.id,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "result_package_id": quant.package_id.id if whole else False,
            "owner_id": quant.owner_id.id,
        }

    # -- back again ---------------------------------------------------------------------------------------------

    def _give_back(self):
        """Move what these lifted holds still have in quarantine back to where it was."""
        moves = self.env["stock.move"]
        for hold in self:
            quants = self.env["stock.quant"]._mes_find_in_quarantine(hold)
            others = sum(hold._find_beside().mapped("open_qty"))
            quantity = min(hold.open_qty, sum(quants.mapped("quantity")) - others)
            parts = hold._share_out(quants, quantity)
            for place, its in hold._split_by_origin(parts).items():
                moves |= hold._move(its, hold.quarantine_id, place)
        if moves:
            moves._trigger_assign()

    def _find_beside(self):
        """Return the other active holds of the same stock in the same quarantine."""
        self.ensure_one()
        return self.search(
            [
                *(("state", "=", "active"), ("id", "!=", self.id), ("quarantine_id", "=", self.quarantine_id.id)),
                *(("product_id", "=", self.product_id.id), ("lot_id", "=", self.lot_id.id)),
            ]
        )

    def _split_by_origin(self, parts):
        """Return ``{place: {quant: quantity}}``: to each place as much as came from it."""
        stock = self._get_warehouse().lot_stock_id
        came = self.move_ids.move_line_ids.filtered(
            lambda line: line.state == "done" and line.location_dest_id == self.quarantine_id
        )
        origins = [[line.location_id, line.quantity_product_uom] for line in came]
        origins.append([self.location_id, sum(parts.values())])
        shares = {}
        for quant, quantity in parts.items():
            while quant.product_uom_id.compare(quantity, 0) > 0:
                place, room = origins[0]
                usable = place.active and place.usage == "internal" and not place.mes_is_quarantine
                take = min(room, quantity)
                its = shares.setdefault(place if usable else stock, {})
                its[quant] = its.get(quant, 0.0) + take
                quantity -= take
                origins[0][1] -= take
                if quant.product_uom_id.compare(origins[0][1], 0) <= 0:
                    origins.pop(0)
        return shares

    # -- what left quarantine as the reasons allow --------------------------------------------------------------

    def _use(self, quantity, note):
        """Book that ``quantity`` of these holds (oldest first) left quarantine. Return ``{hold: quantity}``."""
        used = {}
        for hold in self.sudo().sorted("id"):
            take = min(hold.open_qty, quantity)
            if hold.uom_id.compare(take, 0) <= 0:
                continue
            used[hold] = take
            hold._set_facts({"used_qty": hold.used_qty + take})
            hold._log("used", note=note, after=take)
            quantity -= take
            if hold.uom_id.compare(hold.open_qty, 0) <= 0:
                hold._set_facts(hold._prepare_lift_vals(self.env._("All of it was used as its reason allows.")))
        return used
