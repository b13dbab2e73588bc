"""How each kind of hold freezes stock, and frees it again."""

from odoo import models
from odoo.tools import SQL

from ..const import CHECKED, PLACED_KINDS


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _touch(self):
        """Write the rows that say what is frozen first: two decisions at once about the same stock are one by one."""
        self.lot_id._mes_touch()
        companies = self.filtered(lambda hold: hold.kind in PLACED_KINDS).company_id
        if companies:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_company SET mes_hold_serial = COALESCE(mes_hold_serial, 0) + 1
                     WHERE id IN (SELECT id FROM res_company WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                    """,
                    list(companies.ids),
                )
            )

    def _freeze(self):
        """Put these new holds into force."""
        holds = self.sudo().with_context(mes_quality_checked=None)
        holds._touch()
        holds._log("held")
        for kind, its in holds.grouped("kind").items():
            getattr(its, f"_apply_{kind}")()
        self.env["stock.lot"].invalidate_model(["mes_hold_ids"])

    def _unfreeze(self):
        """Free what these lifted holds froze."""
        holds = self.sudo().with_context(mes_quality_checked=None)
        lots = holds.filtered(lambda hold: hold.kind == "lot").lot_id
        lots._mes_update_quality_state()
        holds.filtered(lambda hold: hold.quarantine_id)._give_back()
        products = holds.product_id
        if products:
            self.env["stock.quant"].sudo()._mes_on_released(products, lots._mes_get_places() | holds.location_id)

    def _set_facts(self, vals):
        """Write what follows from the freeze itself."""
        self.sudo().with_context(mes_quality_checked=CHECKED).write(vals)

    # -- whole lots: they stay where they are -------------------------------------------------------------------

    def _apply_lot(self):
        lots = self.lot_id
        lots._mes_update_quality_state()
        self._hold_descendants()
        lots._mes_find_reservations()._mes_give_up(self)
        self.env["stock.quant"]._mes_on_frozen(lots.product_id, lots._mes_get_places())

    # -- part of a lot, and untracked stock: into quarantine ----------------------------------------------------

    def _apply_part(self):
        self._apply_placed()
        self._hold_descendants()

    def _apply_stock(self):
        self._apply_placed()

    def _apply_placed(self):
        """Bring what is still there into the warehouse's quarantine, whoever has reserved it."""
        for hold in self.filtered(lambda hold: not hold.quarantine_id):
            hold._take()
        self.env["stock.quant"]._mes_on_frozen(self.product_id, self.location_id)

    # -- groups: their members hold the stock -------------------------------------------------------------------

    def _apply_package(self):
        members = []
        for hold in self:
            quants = hold.package_id.contained_quant_ids.filtered(lambda quant: quant._mes_can_be_taken())
            for (product, lot, place), its in quants.grouped(lambda q: (q.product_id, q.lot_id, q.location_id)).items():
                vals = hold._prepare_member_vals(product, lot, place, sum(its.mapped("quantity")))
                members.append({**vals, "package_id": hold.package_id.id})
            if not quants:
                raise self.env["mes.quality.message"]._error("hold_empty", document=hold.package_id.display_name)
        self._create_for(members)

    def _apply_receipt(self):
        for hold in self:
            lines = hold.picking_id.move_line_ids.filtered(lambda line: line.state != "cancel")
            if not hold._hold_lines(lines):
                raise self.env["mes.quality.message"]._error("hold_empty", document=hold.picking_id.name)

    def _apply_production(self):
        for hold in self:
            order = hold.production_id
            hold._hold_lines(order.move_finished_ids.move_line_ids, order.lot_producing_ids)

    def _hold_lines(self, lines, lots=None):
        """Hold what these lines brought: whole lots, and untracked parts as far as they are still there."""
        self.ensure_one()
        lots = lines.lot_id | (lots or self.env["stock.lot"])
        members = [self._prepare_member_vals(lot.product_id, lot) for lot in lots - self.child_ids.lot_id]
        done = lines.filtered(lambda line: line.state == "done" and not line.lot_id and line.product_id.is_storable)
        done -= done.filtered(lambda line: line.move_id.mes_hold_id or line.location_dest_id.mes_is_quarantine)
        for (product, place), its in done.grouped(lambda line: (line.product_id, line.location_dest_id)).items():
            quantity = sum(its.mapped("quantity_product_uom"))
            members += self._prepare_untracked_vals(product, place, quantity, its.move_id)
        return self._create_for(members)

    def _prepare_untracked_vals(self, product, place, quantity, moves):
        """Return members for ``quantity`` that came to ``place``, or went on from there by the next transfers."""
        places = [place]
        while moves := moves.move_dest_ids.filtered(lambda move: move.state == "done"):
            places += [dest for dest in moves.move_line_ids.location_dest_id if dest not in places]
        vals_list = []
        for place in places:
            here = sum(self.env["stock.quant"]._mes_find_takeable(product, place).mapped("quantity"))
            take = min(quantity, here)
            if product.uom_id.compare(take, 0) > 0:
                vals_list.append(self._prepare_member_vals(product, None, place, take))
                quantity -= take
        if product.uom_id.compare(quantity, 0) > 0:
            self._set_facts({"gone_qty": self.gone_qty + quantity})
            self._log(
                "changed", note=self.env._("%(product)s: used already", product=product.display_name), after=quantity
            )
        return vals_list

    def _prepare_member_vals(self, product, lot=None, place=None, quantity=0.0):
        """Return the values of a hold that belongs to this one."""
        return {
            **{name: self[name] for name in ("level", "reason", "date_due", "with_descendants")},
            **{name: self[name] for name in self._fields if name.startswith("allow_")},
            "reason_id": self.reason_id.id,
            "user_id": self.user_id.id,
            "parent_id": self.id,
            "kind": ("part" if lot else "stock") if place else "lot",
            "product_id": product.id,
            "lot_id": lot.id if lot else False,
            "location_id": place.id if place else False,
            "quantity": quantity,
        }
