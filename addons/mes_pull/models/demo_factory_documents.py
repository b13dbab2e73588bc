"""What people do in the demonstration factory: order, receive, scan, make, carry and ship."""

import math

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    # -- buying -------------------------------------------------------------------------------------------------

    def _buy(self, vendor, lines, clock, ordered):
        """Order ``lines`` (rows of the table *opening*) from ``vendor``, confirmed at ``ordered``."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "company_id": self.env.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self._product(line["product"]).id, "product_qty": float(line["quantity"])}
                    )
                    for line in lines
                ],
            }
        )
        order.button_confirm()
        clock.stamp(ordered)
        return order

    def _receive(self, order, clock, moment, rows=()):
        """Receive what is open of a purchase order at ``moment``, into the places and lots that ``rows`` say."""
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        for move in picking.move_ids:
            row = next(
                (
                    r
                    for r in rows
                    if self._product(r["product"]) == move.product_id
                    and float(r["quantity"]) == move.product_uom_qty
                    and not move.picked
                ),
                {},
            )
            self._fill_receipt(move, row, clock)
        self._validate(picking)
        clock.stamp(moment)
        clock.set(order, date_planned=moment)
        clock.set(order.order_line, date_planned=moment)
        clock.set(picking, scheduled_date=moment, date_deadline=moment)
        clock.set(picking.move_ids, date_deadline=moment)

    def _fill_receipt(self, move, row, clock):
        vals = {"quantity": move.product_uom_qty, "picked": True}
        if row.get("place"):
            vals["location_dest_id"] = self._get(row["place"]).id
        if move.product_id.tracking == "lot":
            name = row.get("lot") or clock.next_name("HSW-")
            vals["lot_id"] = self._make_lot(move.product_id, name, row.get("note")).id
        if not move.move_line_ids:
            vals.update(move._prepare_move_line_vals())
            vals["quantity"] = move.product_uom_qty
            self.env["stock.move.line"].create(vals)
        else:
            move.move_line_ids[:1].write(vals)
        move.picked = True

    def _make_lot(self, product, name, note=None):
        return self.env["stock.lot"].create(
            {"product_id": product.id, "name": name, "ref": note or False, "company_id": self.env.company.id}
        )

    def _validate(self, pickings):
        """Validate transfers whose quantities stand; anything that Odoo asks about is a mistake of the story."""
        for picking in pickings:
            if picking.with_context(skip_sms=True).button_validate() is not True:
                raise UserError(self.env._("%s could not be validated.", picking.name))

    # -- carrying -----------------------------------------------------------------------------------------------

    def _carry(self, source, target, quantities, clock, moment):
        """Move ``{product: quantity}`` from ``source`` to ``target`` with a transfer document."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self._get_warehouse().int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": self.env.company.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        }
                    )
                    for product, quantity in quantities.items()
                ],
            }
        )
        picking.action_confirm()
        self._finish_transfer(picking, clock, moment)
        return picking

    def _finish_transfer(self, picking, clock, moment):
        """Reserve and validate ``picking`` when everything is there; return whether it was done."""
        picking.action_assign()
        if any(move.state != "assigned" for move in picking.move_ids):
            picking.do_unreserve()
            return False
        picking.move_ids.picked = True
        self._validate(picking)
        clock.stamp(moment)
        clock.set(picking, scheduled_date=moment)
        return True

    # -- scanning -----------------------------------------------------------------------------------------------

    def _scan(self, loop, quantity, clock, moment=None):
        """Withdraw by scan, as an operator does it at the station; return the station's answer.

        Without ``moment`` the caller stamps, after several scans.
        """
        station = self.env["mes.pull.station"].with_user(self._get(f"user_{clock.choose_operator()}"))
        answer = station.withdraw(loop.id, quantity, scan_key=clock.next_name("demo-scan-"))
        if answer["status"] == "error":
            raise UserError(answer["message"])
        if moment:
            clock.stamp(moment)
        return answer

    def _get_missing_parts(self, production):
        """Return ``{product: quantity}`` that the line lacks for ``production``."""
        quants = self.env["stock.quant"]._read_group(
            [
                ("location_id", "child_of", production.location_src_id.id),
                ("product_id", "in", production.move_raw_ids.product_id.ids),
            ],
            ["product_id"],
            ["quantity:sum"],
        )
        there = dict(quants)
        missing = {}
        for move in production.move_raw_ids:
            lacking = move.product_qty - there.get(move.product_id, 0)
            if move.product_uom.compare(lacking, 0) > 0:
                missing[move.product_id] = lacking
        return missing

    def _fetch_parts(self, production, clock, moment):
        """Bring what ``production`` needs to its line, in whole containers; return whether the line can start.

        Nothing is fetched when something cannot be had: the order waits for another day.
        """
        wanted = []
        for product, lacking in self._get_missing_parts(production).items():
            loop = self.env["mes.pull.loop"].search(
                [("product_id", "=", product.id), ("location_dest_id", "=", production.location_src_id.id)], limit=1
            )
            quantity = math.ceil(lacking / loop.container_qty - 1e-6) * loop.container_qty if loop else 0
            if not loop or product.uom_id.compare(loop.on_hand_qty, quantity) < 0:
                return False
            wanted.append((loop, quantity))
        for loop, quantity in wanted:
            self._scan(loop, quantity, clock)
        clock.stamp(moment)
        return True

    # -- making -------------------------------------------------------------------------------------------------

    def _produce(self, production, clock, start, end, excess=0):
        """Make ``production`` completely and ``excess`` pieces beyond it, from ``start`` to ``end``."""
        production.action_assign()
        if production.product_id.tracking == "lot":
            name = clock.next_name(f"{production.product_id.default_code}-")
            production.lot_producing_ids = self._make_lot(production.product_id, name)
        production.qty_producing = production.product_qty + excess
        production.set_qty_producing()
        if production.with_context(skip_consumption=bool(excess)).button_mark_done() is not True:
            raise UserError(self.env._("%s could not be finished.", production.name))
        clock.stamp(end)
        clock.set(production, date_start=start, date_finished=end, date_deadline=end)
        clock.set(production.workorder_ids, date_start=start, date_finished=end)
        clock.set(production.workorder_ids.time_ids, date_start=start, date_end=end)
        clock.set(production.move_raw_ids | production.move_finished_ids, date_deadline=end)

    # -- selling ------------------------------------------------------------------------------------------------

    def _sell(self, customer, product, quantity, clock=None, moment=None):
        """Create and confirm a sales order; loops in mode 'demand' answer to it by themselves."""
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": self.env.company.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
            }
        )
        order.action_confirm()
        if clock:
            clock.stamp(moment)
        return order
