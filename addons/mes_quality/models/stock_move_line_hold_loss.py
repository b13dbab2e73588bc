"""Freezing wins: reservations are taken away, the orders are sourced again, and their owners are told."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Command

from .stock_move_line_hold import STOCK_USAGES


class Loss:
    """What moves lost: ``{move: [(what, quantity in the product's unit, was it picked)]}``."""

    def __init__(self, env):
        self.env = env
        self.lost = defaultdict(list)

    def add(self, line, quantity):
        what = line.lot_id.name or line.product_id.display_name
        self.lost[line.move_id].append((what, quantity, line.picked))

    def source_again(self, holds):
        """Find other stock for the moves, and tell the owners of their documents."""
        moves = self.env["stock.move"].concat(*self.lost)
        if moves:
            moves._mes_source_again()
            moves._mes_tell_owners(self.lost, holds)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model
    def _mes_new_loss(self):
        return Loss(self.env)

    def _mes_give_up(self, holds):
        """Give up these reservations for the sake of ``holds``, and source their orders again."""
        loss = self._mes_new_loss()
        for line in self:
            loss.add(line, line.quantity_product_uom)
        if self:
            self.unlink()
            loss.source_again(holds)

    def _mes_give_up_some(self, quantity, loss):
        """Give up so much of these reservations: first what is not picked and needed last."""
        self._mes_lock_stock()
        order = self.sorted(lambda line: (not line.picked, line.move_id.date, line.id), reverse=True)
        for line in order:
            uom = line.product_id.uom_id
            take = min(quantity, line.quantity_product_uom)
            if uom.compare(take, 0) <= 0:
                break
            loss.add(line, take)
            if uom.compare(take, line.quantity_product_uom) >= 0:
                line.unlink()
            else:
                line.quantity -= uom._compute_quantity(take, line.product_uom_id, rounding_method="HALF-UP")
            quantity -= take


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_source_again(self):
        """Reserve other stock for moves that lost theirs."""
        raw = self.filtered(lambda move: move.raw_material_production_id and move.picked)
        self.filtered("move_orig_ids").write({"procure_method": "make_to_stock", "move_orig_ids": [Command.clear()]})
        self.picked = False
        self._action_assign()
        # an order that is being produced takes its parts by itself
        raw.filtered("move_line_ids").picked = True


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _mes_find_reservations(self):
        """Return the open lines that take these lots from stock, as far as no hold allows what they do."""
        domain = [
            ("lot_id", "in", self.ids),
            ("state", "not in", ("done", "cancel")),
            ("location_id.usage", "in", STOCK_USAGES),
        ]
        lines = self.env["stock.move.line"].sudo().search(domain)
        Hold = self.env["mes.quality.hold"]
        holds = Hold._find_concerned(lines) if lines else Hold
        return lines.filtered(lambda line: not Hold._is_allowed(line, line._mes_get_use(), holds))
