"""What may enter a supermarket and leave the place for held stock: checked where every stock move passes."""

from odoo import api, models

from ..const import CHECKED, CLOSED_ORDER_STATES, OPEN_MOVE_STATES
from ..tools.overrun import entry_limit, split_excess


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        kits = self.filtered(lambda move: move.state == "draft" and move.product_id.is_kits)
        if kits:  # Odoo puts the parts in their place: it is these that enter and leave supermarkets
            parts = kits._action_confirm(merge=False)
            return ((self - kits) | parts).exists()._action_done(cancel_backorder=cancel_backorder)
        self.filtered(lambda move: not move.scrap_id)._mes_get_orders()._mes_admit()
        loops = self._mes_get_loops()
        self._mes_check_leaving_held()
        if loops:
            loops._lock()
            self._mes_limit_entry(loops)
            checked = self.with_context(mes_pull_checked=CHECKED)
            done = super(StockMove, checked)._action_done(cancel_backorder=cancel_backorder).with_env(self.env)
        else:
            done = super()._action_done(cancel_backorder=cancel_backorder)
        done.filtered(lambda move: move._mes_is_loss())._mes_wake_lacking()
        return done

    def write(self, vals):
        if vals.get("picked"):
            self.filtered(
                lambda move: move.raw_material_production_id and not move.picked
            )._mes_get_orders()._mes_admit()
        result = super().write(vals)
        if "product_uom_qty" in vals:
            self._mes_on_demand()
        return result

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        moves._mes_on_demand()
        return moves

    def _mes_get_orders(self):
        return self.raw_material_production_id | self.production_id

    def _mes_on_demand(self):
        """Release orders that wait because nobody asked for them, now that these moves may do."""
        self.filtered(lambda move: move.state in OPEN_MOVE_STATES and not move.production_id)._mes_wake_lacking()

    def _mes_is_loss(self):
        """Return whether this done move leaves less usable stock: customers' open demand is covered by less."""
        self.ensure_one()
        place, target = self.location_id, self.location_dest_id
        return self.state == "done" and place.usage == "internal" and (target.usage != "internal" or target.mes_is_held)

    def _mes_wake_lacking(self):
        """Look again at orders for the products of these moves that wait because nobody asked for them."""
        moves = self.filtered(lambda move: move.product_id._mes_get_demand_policy(move.company_id) == "order")
        if moves:
            lacking = [
                ("product_id", "in", moves.product_id.ids),
                ("mes_lacks_demand", "=", True),
                ("state", "not in", CLOSED_ORDER_STATES),
            ]
            waiting = self.env["mrp.production"].sudo().search(lacking, limit=1)
            if waiting:
                waiting._mes_work_queue(moves.company_id)

    # -- into the supermarket -----------------------------------------------------------------------------------

    def _mes_is_release(self):
        """Return whether held stock is being released. A record in the context: no RPC client can send one."""
        return isinstance(self.env.context.get("mes_pull_release"), models.BaseModel)

    def _mes_get_entering_lines(self, loop):
        """Return the lines by which this move, once done, brings something into the loop's supermarket."""
        self.ensure_one()
        return self.move_line_ids.filtered(
            lambda line: (
                (line.picked or self.is_inventory)
                and loop._contains(line.location_dest_id)
                and not loop._contains(line.location_id)
            )
        )

    def _mes_limit_entry(self, loops):
        """Send what these moves bring beyond the need to the place for held stock, or refuse it.

        :raises odoo.exceptions.UserError: when the loop refuses excess, or a count needs a planner
        """
        if self._mes_is_release():
            return
        by_product = loops.grouped("product_id")
        entered, balances = {}, {}
        for move in self.filtered(lambda move: move.state not in CLOSED_ORDER_STATES).sorted("id"):
            for loop in by_product.get(move.product_id, ()):
                lines = move._mes_get_entering_lines(loop)
                into = sum(lines.mapped("quantity_product_uom"))
                if loop.overrun_policy == "allow" or loop.uom_id.compare(into, 0) <= 0:
                    continue
                balances = balances or loops._get_balances()
                balance, before = balances[loop.id], entered.get(loop, 0.0)
                ordered = 0 if move.is_inventory or move._mes_is_return(loop) else move.product_qty
                room = entry_limit(balance.authorised, balance.on_hand + before, ordered, loop.overrun_tolerance)
                excess = into - room
                if loop.uom_id.compare(excess, 0) > 0:
                    into -= move._mes_keep_out(loop, lines, excess, room)
                entered[loop] = before + into

    def _mes_is_return(self, loop):
        """Return whether this move brings back what had left the supermarket before."""
        self.ensure_one()
        given_back = isinstance(self.env.context.get("mes_pull_give_back"), models.BaseModel)
        if given_back or self._mes_is_undo() or self.origin_returned_move_id:
            return True
        return not self.production_id and self.location_id.usage != "production" and loop._is_line(self.location_id)

    def _mes_keep_out(self, loop, lines, excess, room):
        """Keep ``excess`` pieces of this move out of the supermarket. Return how many went to held stock."""
        self.ensure_one()
        values = {
            "loop": loop.name,
            "unit": loop.uom_id.name,
            "excess": float(excess),
            "room": float(room),
            "came": float(excess + room),
            "place": loop.location_id.display_name,
        }
        message = self.env["mes.pull.message"]
        if self.is_inventory and self.location_id.usage == "inventory":
            self._mes_let_count_through(loop, excess, message._text("count_above", **values))
            return 0.0
        if loop.overrun_policy == "refuse" and not self._mes_is_return(loop):
            raise message._error("excess_refused", **values)
        self._mes_divert(lines, excess, loop.held_location_id)
        return excess

    def _mes_let_count_through(self, loop, quantity, limits):
        """Keep who counted more than the limits allow.

        :raises odoo.exceptions.UserError: for users who are neither planners nor inventory administrators
        """
        user = self.env.user
        if not user.has_group("mes_pull.mes_pull_group_planner") and not user.has_group("stock.group_stock_manager"):
            raise self.env["mes.pull.message"]._error("count_needs_role", limits=limits)
        self.env["mes.pull.override"]._log(
            "count",
            self,
            self.inventory_name or self.reference or self.env._("Inventory count"),
            document=self.reference or self.display_name,
            quantity=quantity,
            product_id=loop.product_id.id,
            loop_id=loop.id,
            limits=limits,
        )

    def _mes_divert(self, lines, excess, place):
        """Send ``excess`` pieces of ``lines``, the last ones, to ``place``: lots and serials stay with them."""
        lines = lines.sorted("id")
        uom = self.product_id.uom_id
        for line, part in zip(lines, split_excess(lines.mapped("quantity_product_uom"), excess), strict=True):
            if uom.is_zero(part):
                continue
            if uom.compare(part, line.quantity_product_uom) >= 0:
                line.write({"location_dest_id": place.id, "result_package_id": False})
                continue
            quantity = uom._compute_quantity(part, line.product_uom_id, round=False)
            vals = line.copy_data(
                {
                    "quantity": quantity,
                    "location_dest_id": place.id,
                    "result_package_id": False,
                    "picked": True,
                    "move_id": line.move_id.id,
                    "picking_id": line.picking_id.id,
                }
            )
            line.quantity -= quantity
            self.env["stock.move.line"].create(vals)

    # -- out of held stock --------------------------------------------------------------------------------------

    def _mes_check_leaving_held(self, lines=None):
        """Let nothing leave the place for held stock by hand but scrap, returns to the vendor and a planner's count.

        :param lines: the lines to check; without them those of these moves, which are about to be done
        :raises odoo.exceptions.UserError: otherwise
        """
        held = {place_id for place_id, _path in self.env["stock.location"]._mes_get_held_paths()}
        if not held or self._mes_is_release():
            return
        if lines is None:
            lines = self.filtered(lambda move: move.state not in CLOSED_ORDER_STATES).move_line_ids
        for line in lines:
            move, target = line.move_id, line.location_dest_id
            if line.location_id.id not in held or target.id in held or not (line.picked or move.is_inventory):
                continue
            loops = move._mes_get_loops().filtered(lambda loop, line=line: loop.held_location_id == line.location_id)
            if not loops or move.scrap_id or target.usage == "supplier":
                continue
            values = {
                "quantity": line.quantity_product_uom,
                "unit": line.product_id.uom_id.name,
                "product": line.product_id.display_name,
                "place": line.location_id.display_name,
            }
            message = self.env["mes.pull.message"]
            if not move.is_inventory or target.usage != "inventory":
                raise message._error("held_leaves", **values)
            move._mes_let_count_through(loops[0], line.quantity_product_uom, message._text("held_counted", **values))

    def _get_available_move_lines(self, assigned_moves_ids, partially_available_moves_ids):
        # the next step of a chain takes what the step before has brought, but never what is held
        lines = super()._get_available_move_lines(assigned_moves_ids, partially_available_moves_ids)
        held = {place_id for place_id, _path in self.env["stock.location"]._mes_get_held_paths()}
        return {key: quantity for key, quantity in lines.items() if key[0].id not in held} if held else lines

    # -- bookkeeping --------------------------------------------------------------------------------------------

    def _mes_book(self, loops):
        self._mes_book_excess(loops)
        return super()._mes_book(loops)

    def _mes_book_excess(self, loops):
        """Keep the rows of held stock in step with what these finished moves brought there and took away."""
        Excess = self.env["mes.pull.excess"]
        touched = loops.browse()
        by_place = {(loop.product_id, loop.held_location_id): loop for loop in loops if loop.held_location_id}
        for line in self.move_line_ids:
            into = by_place.get((line.product_id, line.location_dest_id))
            out = by_place.get((line.product_id, line.location_id))
            if into == out:
                continue
            if out:
                Excess._book(out, line, -1)
                touched |= out
            if into:
                Excess._book(into, line, 1)
                touched |= into
        touched._notify_boards()

    def _mes_rebook(self):
        self._mes_rebook_excess()
        return super()._mes_rebook()

    def _mes_rebook_excess(self):
        """Correct the rows of held stock of done moves whose lines were edited."""
        rows = self.env["mes.pull.excess"].sudo().search([("move_id", "in", self.ids)])
        for row in rows.sorted("id", reverse=True):
            lines = row.move_id.move_line_ids.filtered(
                lambda line, row=row: line.location_dest_id == row.location_id and line.lot_id == row.lot_id
            )
            same = rows.filtered(
                lambda other, row=row: (
                    (other.move_id, other.location_id, other.lot_id) == (row.move_id, row.location_id, row.lot_id)
                )
            )
            change = sum(lines.mapped("quantity_product_uom")) - sum(same.mapped("quantity"))
            if not row.uom_id.is_zero(change):
                change = max(change, -row.remaining_qty)
                row.write({"quantity": row.quantity + change, "remaining_qty": row.remaining_qty + change})


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.picked and line.state != "done")._mes_admit_orders()
        done = lines.filtered(lambda line: line.state == "done" and not self._mes_is_checked())
        loops = done.move_id._mes_get_loops()
        if loops:
            loops._lock()
            done._mes_check_edit({(line, loop): 0.0 for line in done for loop in loops})
            done.move_id._mes_check_leaving_held(done)
        return lines

    def _mes_is_checked(self):
        return self.env.context.get("mes_pull_checked") is CHECKED

    def write(self, vals):
        if vals.get("picked"):
            self.filtered(lambda line: not line.picked)._mes_admit_orders()
        done = self.filtered(lambda line: line.state == "done") if self._mes_changes_flow(vals) else self.browse()
        loops = done.move_id._mes_get_loops()
        if not loops:
            return super().write(vals)
        loops._lock()
        before = {(line, loop): line._mes_get_entered(loop) for line in done for loop in loops}
        sources, quantities = ({line: line[name] for line in done} for name in ("location_id", "quantity"))
        # editing a done line first takes everything back: the quants are checked when it is over
        result = super(StockMoveLine, self.with_context(mes_pull_checked=CHECKED)).write(vals)
        done._mes_check_edit(before)
        if "location_id" in vals or "quantity" in vals:
            changed = done.filtered(lambda line: line.location_id != sources[line] or line.quantity > quantities[line])
            done.move_id._mes_check_leaving_held(changed)
        return result

    def _mes_admit_orders(self):
        self.move_id.filtered(
            lambda move: move.raw_material_production_id and not move.scrap_id
        )._mes_get_orders()._mes_admit()

    @api.model
    def _mes_changes_flow(self, vals):
        return bool({"quantity", "product_uom_id", "location_id", "location_dest_id"} & vals.keys())

    def _mes_get_entered(self, loop):
        """Return how much this line brings into the loop's supermarket, in the product's unit."""
        self.ensure_one()
        inside = (
            self.product_id == loop.product_id
            and loop._contains(self.location_dest_id)
            and not loop._contains(self.location_id)
        )
        return self.quantity_product_uom if inside else 0.0

    def _mes_check_edit(self, before):
        """Refuse an edit of done lines by which more entered a supermarket than may.

        :raises odoo.exceptions.UserError: says how much may be added, and how to book the rest
        """
        for loop in {loop for _line, loop in before}:
            grown = self.filtered(
                lambda line, loop=loop: loop.uom_id.compare(line._mes_get_entered(loop), before[line, loop]) > 0
            )
            if not grown or loop.overrun_policy == "allow":
                continue
            balance = loop._get_balances()[loop.id]
            ordered = sum(grown.move_id.mapped("product_qty"))
            most = balance.authorised + ordered * loop.overrun_tolerance / 100
            if loop.uom_id.compare(balance.on_hand, most) > 0:
                raise self.env["mes.pull.message"]._error(
                    "done_edit",
                    loop=loop.name,
                    excess=float(balance.on_hand - most),
                    unit=loop.uom_id.name,
                    place=loop.held_location_id.display_name,
                )
