"""The guard lets pass what an approved disposition says: exactly that lot, place, quantity and use; nothing else."""

from odoo import api, models

from ..const import CHECKED, SignedId

# To which use (see `const.USES`) a route puts the stock.
ROUTE_USES = {
    "return": ("return",),
    "scrap": ("scrap",),
    "disassemble": ("issue",),
    "rework": ("issue",),
    "downgrade": ("issue",),
    "repair": ("issue",),
}


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    @api.model
    def _get_route_uses(self):
        """Return ``{route: uses}``; another addon adds its routes."""
        return ROUTE_USES

    def _authorises(self, line):
        """Return whether this line of an approved disposition covers a stock move line: decided by records only."""
        self.ensure_one()
        if self.state != "open" or self.disposition_id.state not in ("approved", "draft", "review"):
            return False
        if not self._is_of(line) or line._mes_get_use() not in self._get_route_uses().get(self.route, ()):
            return False
        lines = self.env["stock.move.line"].search(
            [("move_id.mes_disposition_line_id", "=", self.id), ("state", "!=", "cancel")]
        )
        total = sum((lines | line).mapped("quantity_product_uom"))
        return self.uom_id.compare(total, self.quantity) <= 0

    def _is_of(self, line):
        """Return whether a stock move line takes the stock of this line."""
        self.ensure_one()
        return (
            line.product_id == self.product_id and line.lot_id == self.lot_id and line.location_id == self.location_id
        )

    # -- concessions --------------------------------------------------------------------------------------------

    @api.model
    def _find_concessions(self, line, holds):
        """Return the open concessions (as superuser) of these holds that a delivery is for."""
        orders = holds.disposition_id
        found = self.sudo().search(
            [("disposition_id", "in", orders.ids), ("route", "=", "use_as_is"), ("state", "=", "open")]
        )
        return found.filtered(lambda one: one._is_limited() and one._is_for(line))

    def _is_for(self, line):
        """Return whether a stock move line goes to one of the customers and orders of this concession."""
        self.ensure_one()
        move = line.move_id
        sale = move.sale_line_id.order_id or move.picking_id.sale_id
        partners = (sale.partner_id | move.picking_id.partner_id | move.partner_id).commercial_partner_id
        if self.sale_order_ids and sale not in self.sale_order_ids:
            return False
        if self.partner_ids and not partners <= self.partner_ids.commercial_partner_id:
            return False
        return bool(sale if self.sale_order_ids else partners)


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    @api.model
    def _is_allowed(self, line, use, holds):
        if super()._is_allowed(line, use, holds):
            return True
        leaving = line.location_id.mes_is_quarantine
        if use != "ship" and (use != "move" or leaving):
            return False
        refusing = self._find_refusing(line, use, holds)
        if not refusing or not refusing.disposition_id:
            return False
        concessions = self.env["mes.quality.disposition.line"]._find_concessions(line, refusing)
        if refusing - concessions.disposition_id.hold_ids:
            return False
        room = sum(one._get_open_qty() for one in concessions)
        return line.product_id.uom_id.compare(line.quantity_product_uom, room) <= 0


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "mes.quality.disposition.document"]

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("mes_disposition_repair") is CHECKED:
            for vals in vals_list:
                repair = self.env["repair.order"].browse(vals.get("repair_id"))
                if repair.mes_disposition_line_id and not vals.get("repair_line_type"):
                    vals["mes_disposition_line_id"] = SignedId(repair.mes_disposition_line_id.id)
        return super().create(vals_list)

    def _prepare_move_split_vals(self, qty):
        return {**super()._prepare_move_split_vals(qty), **self._mes_get_tie()}

    def _get_backorder_move_vals(self):
        return {**super()._get_backorder_move_vals(), **self._mes_get_tie()}

    def _mes_get_tie(self):
        """Return what a part that is split off keeps."""
        self.ensure_one()
        line = self.mes_disposition_line_id
        return {"mes_disposition_line_id": SignedId(line.id)} if line else {}

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + ["mes_disposition_line_id"]

    def _action_assign(self, force_qty=False):
        ours = self.filtered("mes_disposition_line_id")
        if not ours:
            return super()._action_assign(force_qty=force_qty)
        result = super(StockMove, self - ours)._action_assign(force_qty=force_qty)
        ours._mes_assign_exactly()
        return result

    def _mes_assign_exactly(self):
        """Reserve for these moves the stock that their disposition names, and no other."""
        for move in self.filtered(lambda move: move.state in ("confirmed", "waiting", "partially_available")):
            order = move.mes_disposition_line_id.sudo()
            uom = move.product_id.uom_id
            need = move.product_qty - move.product_uom._compute_quantity(move.quantity, uom)
            if order.state != "open" or move.product_id != order.product_id or uom.compare(need, 0) <= 0:
                continue
            lines = [move._mes_prepare_exact_line(*part) for part in order._find_parts(need)]
            self.env["stock.move.line"].create(lines)
            move._recompute_state()

    def _mes_prepare_exact_line(self, quant, quantity):
        vals = {
            "move_id": self.id,
            "picking_id": self.picking_id.id,
            "product_id": quant.product_id.id,
            "product_uom_id": quant.product_uom_id.id,
            "quantity": quantity,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "location_id": quant.location_id.id,
            "location_dest_id": self.location_dest_id.id,
        }
        if self.raw_material_production_id:
            vals["production_id"] = self.raw_material_production_id.id
        return vals

    def _mes_find_causes(self):
        # what comes out is a result of the decision: held for inspection where it asks for it
        return super(StockMove, self.filtered(lambda move: not move.mes_disposition_line_id))._mes_find_causes()

    # -- followed to the end ------------------------------------------------------------------------------------

    def _action_done(self, cancel_backorder=False):
        lines = self.mes_disposition_line_id.sudo()  # before: some of these moves may be gone afterwards
        result = super()._action_done(cancel_backorder=cancel_backorder)
        if lines:
            lines._give_back()
            lines.disposition_id._close()
        return result

    def _action_cancel(self):
        lines = self.mes_disposition_line_id
        result = super()._action_cancel()
        if lines:
            lines._give_back()
        return result

    def unlink(self):
        lines = self.mes_disposition_line_id
        result = super().unlink()
        if lines:
            lines._give_back()
        return result


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_is_authorised(self):
        if super()._mes_is_authorised():
            return True
        order = self.move_id.mes_disposition_line_id.sudo()
        return bool(order) and order._authorises(self)

    # -- no route moves another lot -----------------------------------------------------------------------------

    def _mes_check_open(self):
        self._mes_check_exact()
        return super()._mes_check_open()

    def _mes_guard(self):
        self._mes_check_exact()
        return super()._mes_guard()

    def _mes_check_exact(self):
        """Refuse that a document of a disposition takes other stock, or more of it."""
        for line in self.filtered(lambda line: line.move_id.mes_disposition_line_id and line.quantity):
            order = line.move_id.mes_disposition_line_id.sudo()
            if line.state == "cancel" or line.product_id != order.product_id:
                continue
            if not order._is_of(line) or not (line.state == "done" or order._authorises(line)):
                raise self.env["mes.quality.message"]._error(
                    "disposition_exact",
                    name=order.disposition_id.name,
                    what=order.lot_id.name or order.product_id.display_name,
                    quantity=order.quantity,
                    unit=order.uom_id.name,
                    place=order.location_id.display_name,
                )

    def write(self, vals):
        if not self or "quantity" not in vals and "product_uom_id" not in vals:
            return super().write(vals)
        result = super().write(vals)
        self.filtered(lambda line: line.state not in ("done", "cancel"))._mes_check_exact()
        return result

    def _mes_guard_correction(self, vals):
        for line in self:
            order = line.move_id.mes_disposition_line_id
            if order and line._mes_would_change(vals):
                raise self.env["mes.quality.message"]._error(
                    "disposition_correction", name=order.disposition_id.name, document=line.reference or ""
                )
        return super()._mes_guard_correction(vals)

    # -- booked when it is done ---------------------------------------------------------------------------------

    def _mes_after_done(self, watched, book=True):
        ours = self.filtered(lambda line: line.move_id.mes_disposition_line_id)
        if ours:
            super(StockMoveLine, ours)._mes_after_done(watched, book=False)
            if book:
                ours._mes_book_dispositions()
        rest = self - ours
        result = super(StockMoveLine, rest)._mes_after_done(watched, book=book)
        if book and watched:
            rest._mes_book_concessions()
        return result

    def _mes_book_dispositions(self):
        for order, lines in self.grouped(lambda line: line.move_id.mes_disposition_line_id.sudo()).items():
            its = lines.filtered(lambda line, order=order: line.product_id == order.product_id)
            quantity = sum(its.mapped("quantity_product_uom"))
            if quantity:
                order._book(quantity, its[:1].reference or "")

    def _mes_book_concessions(self):
        """Keep what was delivered by concessions; not more than they say, all lines together."""
        Hold = self.env["mes.quality.hold"]
        shipped = self.filtered(lambda line: line.location_dest_id.usage == "customer" and line._mes_is_frozen())
        if not shipped:
            return
        holds = Hold._find_concerned(shipped.sudo())
        for line in shipped.sudo():
            refusing = Hold._find_refusing(line, "ship", holds) or holds._of_line(line)
            concessions = self.env["mes.quality.disposition.line"]._find_concessions(line, refusing)
            concessions._book_shipped(line)


class MesQualityDispositionConcession(models.Model):
    _inherit = "mes.quality.disposition.line"

    def _book_shipped(self, line):
        quantity = line.quantity_product_uom
        for concession in self:
            take = min(quantity, concession._get_open_qty())
            if concession.uom_id.compare(take, 0) > 0:
                concession._book(take, line.reference or "")
                quantity -= take
        uom = line.product_id.uom_id
        if self and uom.compare(quantity, 0) > 0:
            raise self.env["mes.quality.message"]._error(
                "disposition_concession", what=line.lot_id.name or line.product_id.display_name, quantity=quantity
            )
        self.disposition_id._close()
