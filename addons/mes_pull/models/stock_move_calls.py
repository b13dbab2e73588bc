"""Stock moves by the hour: what brings parts to a call place, and what takes them from there."""

from collections import defaultdict

from odoo import api, fields, models

from ..const import OPEN_MOVE_STATES


class StockMove(models.Model):
    """*Steps* bring components to a call place; *line moves* are the components that are taken from there."""

    _inherit = "stock.move"

    mes_call_date = fields.Datetime("Called For", readonly=True, copy=False, index="btree_not_null")
    mes_call_slot_id = fields.Many2one(
        "mes.pull.slot",
        "Only in This Hour",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The component replaces another one in just this hour.",
    )
    mes_call_return = fields.Boolean("Proposed Return", readonly=True, copy=False)
    mes_call_excess = fields.Float(
        readonly=True, copy=False, digits="Product Unit", help="Of what is being picked: proposed to come back."
    )
    mes_is_started = fields.Boolean(compute="_compute_mes_is_started", help="Something of it is picked.")

    @api.depends("picked")
    def _compute_mes_is_started(self):
        for move in self:
            move.mes_is_started = move.picked  # Odoo's, which follows from its lines

    def _compute_delay_alert_date(self):
        """What an order needs in later hours comes later: the calls themselves say what is at risk."""
        line = self.filtered(lambda move: move._mes_is_line_move())
        line.delay_alert_date = False
        return super(StockMove, self - line)._compute_delay_alert_date()

    # -- which they are -----------------------------------------------------------------------------------------

    def _mes_is_line_move(self):
        self.ensure_one()
        if not self.raw_material_production_id:
            return False
        return self.location_id.id in self.env["stock.location"]._mes_get_call_place_ids()

    def _mes_is_step(self):
        """Return whether the move brings components to a call place for orders that are not over."""
        self.ensure_one()
        if self.location_dest_id.id not in self.env["stock.location"]._mes_get_call_place_ids():
            return False
        return any(move.raw_material_production_id for move in self.sudo().move_dest_ids)

    def _mes_get_line_orders(self):
        """Return the orders whose calls these moves concern, as steps or as line moves."""
        if not self.env["stock.location"]._mes_get_call_place_ids():
            return self.env["mrp.production"]
        moves = self.sudo()
        line = moves.filtered(lambda move: move._mes_is_line_move())
        steps = moves.filtered(lambda move: move._mes_is_step())
        return line.raw_material_production_id | steps.move_dest_ids.raw_material_production_id

    # -- what changes calls -------------------------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if {"product_uom_qty", "product_id", "location_id", "workorder_id"} & vals.keys():
            self.env["mes.pull.call"]._note_orders(self._mes_get_line_orders())
        return result

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        self.env["mes.pull.call"]._note_orders(moves._mes_get_line_orders())
        return moves

    def _action_cancel(self):
        orders = self._mes_get_line_orders()
        refused = self._mes_get_refused() if orders else None
        result = super()._action_cancel()
        if refused:
            refused._refuse()
        self.env["mes.pull.call"]._note_orders(orders)
        return result

    def _mes_get_refused(self):
        """Return the calls that somebody refuses to fill by cancelling their moves, while the need still stands."""
        steps = self.sudo().filtered(
            lambda move: (
                move.mes_call_date
                and move.state in OPEN_MOVE_STATES
                and move.product_qty > 0
                and move.move_dest_ids.filtered(lambda raw: raw.state in OPEN_MOVE_STATES) - self
            )
        )
        return self.env["mes.pull.call"].sudo()._get_of_moves(steps)

    def _action_done(self, cancel_backorder=False):
        orders = self._mes_get_line_orders()
        if not orders:
            return super()._action_done(cancel_backorder=cancel_backorder)
        orders.move_raw_ids.location_id.filtered("mes_call_type_id")._mes_lock_calls()
        steps = self.filtered(lambda move: move._mes_is_step() and move.state not in ("done", "cancel"))
        done = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["mes.pull.call"].sudo()._book(steps.exists().filtered(lambda move: move.state == "done"))
        done.sudo().filtered(lambda move: move._mes_is_line_move())._mes_withdraw_useless()
        self.env["mes.pull.call"]._note_orders(orders)
        return done

    def _mes_withdraw_useless(self):
        """Withdraw what would still bring parts to these line moves, where nobody else waits for them."""
        self.move_orig_ids.filtered(
            lambda step: (
                step.state in OPEN_MOVE_STATES
                and not step.mes_is_started
                and all(move.state not in OPEN_MOVE_STATES for move in step.move_dest_ids)
            )
        )._mes_withdraw()

    # -- Odoo's merging and splitting ---------------------------------------------------------------------------

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "mes_call_date", "mes_call_slot_id"]

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.mes_call_date:
            vals["mes_call_date"] = self.mes_call_date
        return vals

    def _search_picking_for_assignation_domain(self):
        # what procurement brings is called by the hours afterwards; it has no place in the transfer of an hour
        domain = super()._search_picking_for_assignation_domain()
        return [*domain, ("mes_call_date", "=", False), ("mes_call_return", "=", False)]

    def _adjust_procure_method(self, picking_type_code=False):
        result = super()._adjust_procure_method(picking_type_code=picking_type_code)
        line = self.filtered(lambda move: move._mes_is_line_move())
        if line:
            loops = self.env["mes.pull.loop"].sudo().search([("product_id", "in", line.product_id.ids)])
            loops = loops.grouped("product_id")
            left = line.filtered(
                lambda move: any(loop._mes_supplies(move.location_id) for loop in loops.get(move.product_id, ()))
            )
            left.procure_method = "make_to_stock"  # there are cards for that
        return result

    # -- reservation by the call --------------------------------------------------------------------------------

    def _should_assign_at_confirm(self):
        if not self.mes_call_date and self._mes_is_step():
            return False
        return super()._should_assign_at_confirm()

    def _action_assign(self, force_qty=False):
        """Reserve; what brings parts to the line only when it is called, what takes them there only what was called."""
        if not self.env["stock.location"]._mes_get_call_place_ids():
            return super()._action_assign(force_qty=force_qty)
        line = self.filtered(lambda move: move._mes_is_line_move() and not move._should_bypass_reservation())
        early = (self - line).filtered(lambda move: not move.mes_call_date and move._mes_is_step())
        result = super(StockMove, self - line - early)._action_assign(force_qty=force_qty)
        line._mes_assign_at_line()
        return result

    def _mes_assign_at_line(self):
        """Reserve at the place what the moves have a claim on there."""
        moves = self.filtered(lambda move: not move.picked and move.state in OPEN_MOVE_STATES)
        entitled = moves._mes_get_entitled() if moves else {}
        for move in moves:
            want = min(entitled[move], move.product_qty) - move._mes_get_held()
            if move.product_id.uom_id.compare(want, 0) > 0:
                move._update_reserved_quantity(want, move.location_id, strict=False)
                order = move.raw_material_production_id
                move.move_line_ids.write({"production_id": order.id, "workorder_id": move.workorder_id.id})
        moves._recompute_state()

    def _mes_get_held(self):
        """Return what the move has reserved, in the product's unit."""
        if self.product_uom == self.product_id.uom_id:
            return self.quantity
        return sum(self.move_line_ids.mapped("quantity_product_uom"))  # another unit would round it

    def _mes_get_entitled(self, claims=None):
        """Return ``{line move: what it may reserve at its place}``, in the product's unit.

        That is what was brought for its order or is covered there; parts that cards bring, when the order is near.
        """
        if claims is None:
            claims = self.env["mes.pull.call"].sudo()._get_claims(self.raw_material_production_id)
        left, entitled = defaultdict(float, claims), {}
        for move in self.sorted("id"):
            key = move.raw_material_production_id.id, move.product_id.id, move.location_id.id
            if key not in claims and move._mes_is_left_to_cards():
                entitled[move] = move.product_qty
                continue
            entitled[move] = min(move.product_qty, left[key])
            left[key] -= entitled[move]
        return entitled

    def _mes_is_left_to_cards(self):
        """Return whether no call brings the parts, and the order that takes them is near."""
        hours = self.location_id.mes_call_horizon
        is_near = self.date <= fields.Datetime.add(fields.Datetime.now(), hours=hours)
        return is_near and self.procure_method == "make_to_stock" and not self.move_orig_ids


class StockPicking(models.Model):
    _inherit = "stock.picking"

    mes_call_date = fields.Datetime(
        "Called For", readonly=True, copy=False, index="btree_not_null", help="When the parts have to be at the place."
    )
    mes_call_return = fields.Boolean("Proposed Return", readonly=True, copy=False)
    mes_call_ids = fields.One2many("mes.pull.call", "picking_id", "Material Calls", readonly=True)

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.mes_call_date:
            backorder.mes_call_date = self.mes_call_date
        return backorder
