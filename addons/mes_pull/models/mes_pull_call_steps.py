"""Calls in Odoo's own documents: the transfer that brings an order its parts, divided by the hours.

What is called lies in a transfer of its place and hour, together with what other orders need there then; what is not
called yet stays one move that forecasts see and nobody reserves. Together they always are what the order needs.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..const import CLOSED_ORDER_STATES
from ..tools import calls as tool


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    # -- moves --------------------------------------------------------------------------------------------------

    def _follow_steps(self, pools):
        """Let the transfers follow: sizes and hours of the moves, then the transfers they lie in."""
        vals_by_move, new, gone, changed = {}, [], self.env["stock.move"], self.env["stock.move"]
        for pool in pools:
            wishes, spare = tool.match_moves(
                [(step, step.mes_call_date or None) for step in pool.steps - pool.started], self._get_wanted(pool)
            )
            gone = gone.union(*spare)
            template = next((wish.move for wish in wishes if wish.move), None) or pool.steps[:1]
            for wish in wishes:
                if wish.move is None:
                    new.append((pool, wish, self._prepare_step_vals(pool, wish, template)))
                    continue
                vals = self._get_step_changes(pool, wish)
                if vals:
                    vals_by_move[wish.move] = vals
        created = self.env["stock.move"].create([vals for _pool, _wish, vals in new])
        for (pool, _wish, _vals), move in zip(new, created, strict=True):
            pool.steps |= move
        self._withdraw_steps(gone, pools)
        self._write_steps(vals_by_move)
        changed = created.union(*vals_by_move)
        self._put_into_pickings(pools, changed)
        self._read_pools(pools)
        self._reserve_called(pools, changed)
        self._read_pools(pools)
        self._link_moves(pools)

    def _get_wanted(self, pool):
        """Return ``{due, or None for what is not called: quantity}`` of the pool, in the product's unit."""
        wanted = defaultdict(float)
        wanted[None] = pool.unscheduled
        for hour in pool.hours:
            figures = hour.figures
            is_called = figures.is_called and not figures.is_short
            wanted[hour.due if is_called else None] += figures.call + figures.surplus
        return {due: round(quantity, 6) for due, quantity in wanted.items()}

    def _get_step_changes(self, pool, wish):
        """Return what of the move is not as it should be."""
        move, uom = wish.move, pool.product.uom_id
        vals = {}
        if uom.compare(move.product_qty, wish.quantity):
            vals |= self._prepare_quantity_vals(pool, wish.quantity, move.product_uom)
        if (
            (move.mes_call_date or None) != wish.due
            or wish.due
            and move.date != self._prepare_date_pick(wish.due, pool.place)
        ):
            vals |= self._prepare_date_vals(pool, wish.due)
        return vals

    def _prepare_quantity_vals(self, pool, quantity, unit):
        """Return quantity and unit: the move's own where that says it exactly, else the product's."""
        own = pool.product.uom_id
        converted = own._compute_quantity(quantity, unit, rounding_method="HALF-UP")
        if own.compare(unit._compute_quantity(converted, own, rounding_method="HALF-UP"), quantity):
            unit, converted = own, quantity
        return {"product_uom": unit.id, "product_uom_qty": converted, "product_qty": quantity}

    def _prepare_date_vals(self, pool, due):
        """Return when the move is to be made; what is not called yet has the date of the order's first such hour."""
        if due:
            return {"mes_call_date": due, "date": self._prepare_date_pick(due, pool.place), "date_deadline": due}
        later = [hour.due for hour in pool.hours if not hour.figures.is_called]
        first = min(later, default=pool.order.date_start)
        return {"mes_call_date": None, "date": self._prepare_date_pick(first, pool.place), "date_deadline": first}

    def _prepare_step_vals(self, pool, wish, template):
        """Return the values of a further move of the pool: like the one that is there, or as the place says."""
        common = {
            **self._prepare_quantity_vals(pool, wish.quantity, (template or pool.raws[:1]).product_uom),
            **self._prepare_date_vals(pool, wish.due),
            "move_dest_ids": [Command.set(pool.raws.ids)],
            "picking_type_id": pool.place.mes_call_type_id.id,
            "picking_id": False,
        }
        common.pop("product_qty")
        if template:
            origins = template.move_orig_ids
            is_waiting = any(move.state not in CLOSED_ORDER_STATES for move in origins)
            common |= {
                "procure_method": template.procure_method,
                "move_orig_ids": [Command.set(origins.ids)],
                "state": "waiting" if is_waiting else "confirmed",
            }
            return template.copy_data(common)[0]
        raw = pool.raws[:1]
        return {
            **common,
            "product_id": pool.product.id,
            "company_id": pool.order.company_id.id,
            "location_id": (
                pool.place.mes_call_type_id.default_location_src_id or pool.place.warehouse_id.lot_stock_id
            ).id,
            "location_dest_id": pool.place.id,
            "location_final_id": pool.place.id,
            "procure_method": "make_to_stock",
            "reference_ids": [Command.set(raw.reference_ids.ids)],
            "production_group_id": raw.production_group_id.id,
            "origin": raw.origin,
            "warehouse_id": pool.place.warehouse_id.id,
            "priority": raw.priority,
            "state": "confirmed",
        }

    def _withdraw_steps(self, moves, pools):
        """Take moves back that nobody needs; who needed them is not cancelled with them."""
        if not moves:
            return
        pickings = moves.picking_id
        moves.write({"propagate_cancel": False, "move_dest_ids": [Command.clear()]})
        moves.with_context(skip_mo_check=True)._action_cancel()
        for pool in pools:
            pool.steps -= moves
        called = moves.filtered("mes_call_date")
        called.write({"picking_id": False, "mes_call_date": False})
        self._remove_empty(pickings)

    def _write_steps(self, vals_by_move):
        """Write sizes and hours in one statement for all moves: their sum stays, no procurement is concerned."""
        if not vals_by_move:
            return
        moves = self.env["stock.move"].union(*vals_by_move)
        names = ["product_uom", "product_uom_qty", "mes_call_date", "date", "date_deadline"]
        shrunk = moves.filtered(
            lambda move: move.quantity and move.product_qty > vals_by_move[move].get("product_qty", move.product_qty)
        )
        unreserved = shrunk | moves.filtered(
            lambda move: move.quantity and not vals_by_move[move].get("mes_call_date", 1)
        )
        unreserved._do_unreserve()
        read = {"product_uom": lambda move: move.product_uom.id}
        rows = [
            {
                name: vals_by_move[move].get(name, read[name](move) if name in read else move[name]) or None
                for name in names
            }
            for move in moves
        ]
        self.env["mes.pull.planner"]._write_all(moves, rows)
        moves._update_orderpoints()
        moves._recompute_state()

    # -- transfers ----------------------------------------------------------------------------------------------

    def _put_into_pickings(self, pools, changed):
        """Put the moves into the transfers of their hours; a transfer all of whose moves change goes with them."""
        wanted = defaultdict(lambda: self.env["stock.move"])
        for pool in pools:
            for step in (pool.steps - pool.started) & changed:
                if step.mes_call_date:
                    wanted["call", step.location_id, pool.place, step.mes_call_date] |= step
                elif not step.picking_id or step.picking_id.mes_call_date:
                    wanted["rest", step.location_id, pool.place, pool.order] |= step
        if not wanted:
            return
        known = self._get_open_pickings(wanted)
        missing, left = [], self.env["stock.picking"]
        for key, moves in wanted.items():
            left |= moves.picking_id
            picking = known.get(key) or self._get_moved_picking(key, moves, known)
            if picking:
                self._move_into(picking, moves)
            else:
                missing.append(key)
        created = self.env["stock.picking"].create([self._prepare_picking_vals(key, wanted[key]) for key in missing])
        for key, picking in zip(missing, created, strict=True):
            self._move_into(picking, wanted[key])
        self._remove_empty(left)

    def _get_open_pickings(self, wanted):
        """Return ``{key: transfer}`` of those that are there already and not begun."""
        dates = [key[3] for key in wanted if key[0] == "call"]
        pickings = self.env["stock.picking"].search(
            Domain("mes_call_date", "in", dates)
            & Domain("location_dest_id", "in", [key[2].id for key in wanted])
            & Domain("state", "not in", CLOSED_ORDER_STATES)
            & Domain("printed", "=", False)
        )
        return {
            ("call", picking.location_id, picking.location_dest_id, picking.mes_call_date): picking
            for picking in pickings.sorted("id", reverse=True)
            if not picking.move_ids.filtered("mes_is_started")
        }

    def _get_moved_picking(self, key, moves, known):
        """Return the transfer that can simply go with its moves to another hour, if there is one."""
        kind, source, place, hour = key
        for picking in moves.picking_id if kind == "call" else ():
            stays = picking.move_ids.filtered(lambda move: move.state not in CLOSED_ORDER_STATES) - moves
            if picking.mes_call_date and not stays and not picking.printed and picking.location_id == source:
                known.pop(("call", source, place, picking.mes_call_date), None)
                picking.mes_call_date = hour
                known[key] = picking
                return picking
        return None

    def _prepare_picking_vals(self, key, moves):
        kind, source, place, hour = key
        return {
            "picking_type_id": place.mes_call_type_id.id,
            "location_id": source.id,
            "location_dest_id": place.id,
            "company_id": moves[:1].company_id.id,
            "mes_call_date": hour if kind == "call" else False,
            "origin": self.env._("Calls") if kind == "call" else hour.name,
            "user_id": False,
            "move_type": "direct",
        }

    def _move_into(self, picking, moves):
        moves = moves.filtered(lambda move: move.picking_id != picking)
        if moves:
            moves.write({"picking_id": picking.id, "picking_type_id": picking.picking_type_id.id})
            moves.move_line_ids.write({"picking_id": picking.id})

    @api.model
    def _remove_empty(self, pickings):
        """Remove transfers that calls have left empty."""
        pickings.exists().filtered(lambda picking: not picking.move_ids and picking.state != "done").unlink()

    # -- reservation --------------------------------------------------------------------------------------------

    def _reserve_called(self, pools, changed):
        """Reserve what is called, what is due first before all others; nothing else is reserved."""
        steps = self.env["stock.move"].union(*(pool.steps - pool.started for pool in pools))
        waiting = steps.filtered(lambda step: step.mes_call_date and step.state != "assigned")
        waiting.sorted(lambda step: (step.mes_call_date, step.id))._action_assign()

    def _reserve_at_line(self, pools):
        """Let the orders hold at the place what was brought or is covered there, and no more."""
        raws = self.env["stock.move"].union(*(pool.raws for pool in pools)).filtered(lambda move: not move.picked)
        claims = {
            (pool.order.id, pool.product.id, pool.place.id): sum(h.figures.covered + h.figures.done for h in pool.hours)
            for pool in pools
            if pool.hours
        }
        entitled = raws._mes_get_entitled(claims)
        over = raws.filtered(lambda move: move.product_id.uom_id.compare(move._mes_get_held(), entitled[move]) > 0)
        over._do_unreserve()
        under = raws.filtered(lambda move: move.product_id.uom_id.compare(move._mes_get_held(), entitled[move]) < 0)
        under._action_assign()

    # -- rows ---------------------------------------------------------------------------------------------------

    def _link_moves(self, pools):
        """Say by which move each hour's parts come."""
        for pool in pools:
            started = pool.started.sorted(lambda step: (step.mes_call_date or fields.Datetime.now(), step.id))
            by_date = {step.mes_call_date or None: step for step in pool.steps - started}
            queue = [[step, step.product_qty] for step in started]
            for hour in pool.hours:
                left = hour.figures.started
                while left > tool.EPSILON and queue:
                    hour.move = hour.move or queue[0][0]
                    taken = min(left, queue[0][1])
                    left, queue[0][1] = left - taken, queue[0][1] - taken
                    if queue[0][1] <= tool.EPSILON:
                        queue.pop(0)
                is_called = hour.figures.is_called and not hour.figures.is_short
                if hour.move is None and hour.figures.call > tool.EPSILON:
                    hour.move = by_date.get(hour.due if is_called else None)

    def _write_rows(self, pools):
        """Write the calls: new ones in one create, changed ones in one statement, withdrawn ones."""
        new, changed, gone = [], [], self.browse()
        for pool in pools:
            gone |= pool.rows - self.union(*(hour.row for hour in pool.hours if hour.row))
            for hour in pool.hours:
                vals = self._prepare_call_vals(pool, hour)
                if not hour.row:
                    new.append(vals)
                    continue
                vals = {name: value for name, value in vals.items() if not self._is_same(hour.row, name, value)}
                if vals:
                    changed.append((hour.row, vals))
        gone._withdraw()
        # hours change places among the rows: nobody's hour may be taken while another still has it
        moved = self.union(*(row for row, vals in changed if vals.get("slot_id")))
        moved.filtered("slot_id").with_context(mes_quiet=True).slot_id = False
        self._write_changed(changed)
        self.create(new)

    def _write_changed(self, changed):
        if not changed:
            return
        rows = self.union(*(row for row, _vals in changed))
        names = sorted({name for _row, vals in changed for name in vals})
        revision = rows._next_revision()
        vals_list = []
        for row, vals in changed:
            old = row.read(names, load=None)[0] if len(vals) < len(names) else {}
            vals_list.append({**{name: vals.get(name, old.get(name)) or None for name in names}, "revision": revision})
        for vals in vals_list:
            for name in names:
                if vals[name] is None and self._fields[name].type == "float":
                    vals[name] = 0.0
        self.env["mes.pull.planner"]._write_all(rows, vals_list)
        rows._notify_boards()

    @staticmethod
    def _is_same(row, name, value):
        field = row._fields[name]
        if field.type == "many2one":
            return (row[name].id or False) == (value or False)
        if field.type == "float":
            return abs(row[name] - value) < tool.EPSILON
        return (row[name] or False) == (value or False)

    def _prepare_call_vals(self, pool, hour):
        """Return the values of the call for this hour."""
        figures, move = hour.figures, hour.move
        state = self._get_state(pool, figures)
        vals = {
            "slot_id": hour.slot.id,
            "is_unplanned": not hour.slot,
            "production_id": pool.order.id,
            "workorder_id": hour.work.id,
            "workcenter_id": (hour.slot.workcenter_id or hour.work.workcenter_id).id,
            "company_id": pool.order.company_id.id,
            "product_id": pool.product.id,
            "location_id": pool.place.id,
            "date_due": hour.due,
            "date_pick": self._prepare_date_pick(hour.due, pool.place),
            "need_qty": figures.need,
            "covered_qty": figures.covered,
            "quantity": figures.quantity,
            "done_qty": figures.done,
            "short_qty": figures.call if figures.is_short and state in ("short", "picking") else 0.0,
            "state": state,
        }
        if self._is_settled(hour.row, vals):  # it was brought in whole containers, and stays what it was
            del vals["quantity"], vals["done_qty"]
        elif state != "done" or figures.done < tool.EPSILON:
            is_called = state in ("called", "picking")
            vals["move_id"] = move.id if move else False
            vals["picking_id"] = move.picking_id.id if move and is_called else False
            is_tracked = pool.product.tracking != "none"
            vals["lot_id"] = move.move_line_ids.lot_id[:1].id if move and is_called and is_tracked else False
        if state not in ("called", "picking") or (hour.row and hour.row.move_id != move):
            vals["picked_qty"] = 0.0
        return vals

    @staticmethod
    def _is_settled(row, vals):
        return (
            bool(row)
            and row.state == vals["state"] == "done"
            and abs(row.need_qty - vals["need_qty"]) < tool.EPSILON
            and abs(row.covered_qty - vals["covered_qty"]) < tool.EPSILON
        )

    @staticmethod
    def _get_state(pool, figures):
        if pool.product.uom_id.is_zero(figures.need - figures.done - figures.covered):
            return "done"
        if figures.started > tool.EPSILON:
            return "picking"
        if figures.is_short and figures.is_called:
            return "short"
        return "called" if figures.is_called else "planned"

    def _withdraw(self):
        """Withdraw calls that nobody needs any more; what was never called simply goes."""
        quiet = self.filtered(lambda call: call.state == "planned" and not call.answer_ids and not call.done_qty)
        kept = self - quiet
        made = kept.filtered(lambda call: call.production_id.state == "done" and call.state == "done")
        made.filtered("slot_id").slot_id = False
        (kept - made).write(
            {
                "state": "cancelled",
                "slot_id": False,
                "need_qty": 0.0,
                "covered_qty": 0.0,
                "short_qty": 0.0,
                "picked_qty": 0.0,
            }
        )
        quiet.unlink()
