"""Calls and what really happened: parts that were brought, claims at the line, parts that have to go back."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CLOSED_ORDER_STATES
from ..tools import calls as tool


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    @api.model
    def _get_of_moves(self, moves):
        """Return the open calls that these moves fill."""
        domain = Domain("move_id", "in", moves.ids) & Domain("state", "in", ("called", "picking"))
        return self.search(domain) if moves else self.browse()

    @api.model
    def _get_claims(self, orders):
        """Return ``{(order id, product id, place id): what lies at the place for it}``."""
        self.flush_model(["need_qty", "covered_qty", "done_qty", "state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT production_id, product_id, location_id, SUM(LEAST(need_qty, covered_qty + done_qty))
                     FROM mes_pull_call WHERE production_id = ANY(%s) AND state != 'cancelled' GROUP BY 1, 2, 3""",
                orders.ids,
            )
        )
        return {tuple(row[:3]): row[3] for row in rows}

    # -- brought ------------------------------------------------------------------------------------------------

    @api.model
    def _book(self, moves):
        """Book what finished moves brought on the calls of their orders: on their own first, then the earliest."""
        if not moves:
            return
        raws = moves.move_dest_ids.filtered("raw_material_production_id")
        domain = Domain("production_id", "in", raws.raw_material_production_id.ids) & Domain("state", "!=", "cancelled")
        rows = self.search(domain, order="date_due, id")
        for move in moves:
            orders = move.move_dest_ids.raw_material_production_id
            its_rows = rows.filtered(
                lambda row, move=move, orders=orders: (
                    row.production_id in orders
                    and row.product_id == move.product_id
                    and row.location_id == move.location_dest_id
                )
            )
            its_rows.sorted(lambda row, move=move: row.move_id != move)._take(move._mes_get_done_qty(), move)
        raws._action_assign()

    def _take(self, quantity, move):
        """Take what a move brought, in the product's unit. What is more than was called stays free at the place."""
        for row in self:
            mine = row.move_id == move
            room = (row.quantity if mine else row.need_qty - row.covered_qty) - row.done_qty
            taken = min(quantity, max(0.0, room))
            uom = row.product_id.uom_id
            if uom.compare(taken, 0) > 0:
                quantity -= taken
                done = row.done_qty + taken
                vals = {"done_qty": done, "quantity": max(row.quantity, done), "picked_qty": 0.0}
                if uom.compare(done + row.covered_qty, row.need_qty) >= 0:
                    vals |= {"state": "done", "short_qty": 0.0}
                row.write(vals)
        self.filtered(lambda row: row.move_id == move and row.state in ("called", "picking"))._on_left_behind(move)

    def _on_left_behind(self, move):
        """Of these calls a finished move brought less: what no transfer is left for, the warehouse does not bring."""
        domain = (
            Domain("move_dest_ids", "in", move.move_dest_ids.ids)
            & Domain("product_id", "=", move.product_id.id)
            & Domain("mes_call_date", "=", move.mes_call_date)
            & Domain("state", "not in", CLOSED_ORDER_STATES)
        )
        if not self.env["stock.move"].search(domain, limit=1):
            self._refuse()

    def _refuse(self):
        """The warehouse does not bring these: the calls are short, and the planners are told."""
        for call in self.filtered(lambda call: call.state in ("called", "picking")):
            is_known = call.short_qty > 0
            left = max(0.0, call.need_qty - call.covered_qty - call.done_qty)
            call.write({"state": "short", "short_qty": left, "picked_qty": 0.0})
            if not is_known:
                call._tell_planner()

    # -- back to stock ------------------------------------------------------------------------------------------

    def _propose_returns(self, pools, left, is_look):
        """Propose to bring back what was picked or brought for orders that need it no more.

        :param left: what is free by place and product, in the products' units
        :param bool is_look: look at the proposals that stand, too: somebody may need the parts by now
        """
        excess = defaultdict(float)
        for pool in pools:
            if pool.order.state == "done":
                continue
            needed = sum(hour.need for hour in pool.hours) + pool.unscheduled
            done = max(0.0, pool.figures.done - needed)
            started = max(0.0, sum(pool.started.mapped("product_qty")) - max(0.0, needed - pool.figures.done))
            known = sum(pool.started.mapped("mes_call_excess"))
            if pool.started and abs(started - known) > tool.EPSILON:
                pool.started.mes_call_excess = 0.0
                pool.started[:1].mes_call_excess = started
                excess[pool.key] += started - known
            excess[pool.key] += done
        excess = {key: quantity for key, quantity in excess.items() if abs(quantity) > tool.EPSILON}
        if excess or is_look:
            self._change_returns(excess, left if is_look else {key: left[key] for key in excess}, pools)

    def _change_returns(self, excess, left, pools):
        keys = set(left)
        places = self.env["stock.location"].union(*(place for place, _product in keys))
        domain = Domain("mes_call_return", "=", True) & Domain("state", "=", "draft")
        lines = self.env["stock.move"].search(domain & Domain("location_id", "in", places.ids))
        lines = {(line.location_id, line.product_id): line for line in lines if line.picking_id}
        coming = defaultdict(float)
        for pool in pools:
            coming[pool.key] += sum(pool.started.mapped("mes_call_excess"))
        for key in keys:
            line, uom = lines.get(key), key[1].uom_id
            there = line.product_qty if line else 0.0
            wanted = max(0.0, min(there + excess.get(key, 0.0), left.get(key, 0.0) + coming[key]))
            if uom.compare(wanted, there):
                self._set_return(key, line, wanted)

    def _set_return(self, key, line, quantity):
        """Let the proposal for a place and product be ``quantity``."""
        place, product = key
        if line and product.uom_id.is_zero(quantity):
            picking = line.picking_id
            line._action_cancel()
            line.unlink()
            self._remove_empty(picking)
        elif line:
            line.product_uom_qty = quantity
        else:
            picking = self._get_return_picking(place)
            self.env["stock.move"].create(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "product_uom": product.uom_id.id,
                    "picking_id": picking.id,
                    "location_id": place.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "company_id": picking.company_id.id,
                    "mes_call_return": True,
                }
            )

    def _get_return_picking(self, place):
        domain = Domain("mes_call_return", "=", True) & Domain("state", "=", "draft")
        picking = self.env["stock.picking"].search(domain & Domain("location_id", "=", place.id), limit=1)
        if picking:
            return picking
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": place.mes_call_type_id.id,
                "location_id": place.id,
                "location_dest_id": place.warehouse_id.lot_stock_id.id,
                "company_id": place.company_id.id,
                "mes_call_return": True,
                "origin": self.env._("Not needed at %s", place.display_name),
                "user_id": False,
            }
        )
        owner = place.mes_call_user_id or place.company_id.mes_plan_user_id
        text = self.env["mes.pull.message"]._text("call_return", place=place.display_name)
        if owner:
            picking.activity_schedule("mail.mail_activity_data_todo", user_id=owner.id, summary=text)
        else:
            picking.message_post(body=text)
        return picking

    # -- people -------------------------------------------------------------------------------------------------

    def _tell_planner(self):
        """Tell who plans the order that the warehouse is short."""
        for call in self:
            order = call.production_id
            owner = call.company_id.mes_plan_user_id or order.user_id
            text = self.env["mes.pull.message"]._text(
                "call_short",
                order=order.name,
                quantity=float(call.short_qty),
                unit=call.uom_id.name,
                product=call.product_id.display_name,
                due=call.display_name,
                note=call.shortage_note or "-",
            )
            if owner:
                order.activity_schedule("mail.mail_activity_data_warning", user_id=owner.id, summary=text)
            else:
                order.message_post(body=text)
