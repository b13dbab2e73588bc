"""Documents say which route of a case they carry out; nobody else can tie them. What they bring is read from them."""

from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.mes_quality.const import SignedId


class Progress(NamedTuple):
    """What the documents of a route have brought so far: product's unit, company currency without taxes."""

    done: float = 0.0
    recovered: float = 0.0
    cost: float = 0.0
    is_open: bool = False  # a document is still under way
    is_final: bool = False  # nothing more will come of it, even if less was done than planned

    def plus(self, other):
        """Return the sum of both; open when one of them is."""
        return Progress(
            self.done + other.done,
            self.recovered + other.recovered,
            self.cost + other.cost,
            self.is_open or other.is_open,
            self.is_final or other.is_final,
        )


class MesAgingClearanceDocument(models.AbstractModel):
    """A document that a route of a clearance case makes. The tie is written by this addon's own methods only."""

    _name = "mes.aging.clearance.document"
    _description = "Document of a Clearance Case"

    mes_clearance_line_id = fields.Many2one(
        "mes.aging.clearance.line",
        "Clearance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="This document carries out a route of a clearance case.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("default_mes_clearance_line_id"):
            raise self.env["mes.aging.message"]._error("clearance_tied")
        for vals in vals_list:
            self._mes_check_clearance_tie(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._mes_check_clearance_tie(vals)
        return super().write(vals)

    @api.model
    def _mes_check_clearance_tie(self, vals):
        """Take the sign off an id that comes from this addon's own methods; refuse any other."""
        if "mes_clearance_line_id" not in vals:
            return
        line_id = vals["mes_clearance_line_id"]
        if line_id and not isinstance(line_id, SignedId):
            raise self.env["mes.aging.message"]._error("clearance_tied")
        if not line_id and any(self.mapped("mes_clearance_line_id")):
            raise self.env["mes.aging.message"]._error("clearance_tied")
        vals["mes_clearance_line_id"] = int(line_id) if line_id else False


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "mes.aging.clearance.document"]

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.mes_clearance_line_id:
            vals["mes_clearance_line_id"] = SignedId(self.mes_clearance_line_id.id)
        return vals

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._mes_follow_clearance()
        return moves

    def _action_cancel(self):
        result = super()._action_cancel()
        self._mes_follow_clearance()
        return result

    def _mes_follow_clearance(self):
        """Bring the cases that these moves belong to up to date, and those whose stock they have taken."""
        lines = self._mes_get_clearance_lines().sudo()
        if lines:
            lines._refresh()
            lines.clearance_id._settle()

    def _mes_get_clearance_lines(self):
        """Return the routes whose documents these moves belong to."""
        lines = self.mes_clearance_line_id
        lines |= self.origin_returned_move_id.mes_clearance_line_id
        lines |= self.sale_line_id.mes_clearance_line_id
        return lines | self.raw_material_production_id.mes_clearance_line_id | self.production_id.mes_clearance_line_id


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "mes.aging.clearance.document"]

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"price_unit", "discount", "product_uom_qty", "tax_ids", "state"}:
            self._mes_follow_clearance()
        return result

    def _mes_follow_clearance(self):
        lines = self.mes_clearance_line_id.sudo()
        if lines:
            lines._refresh()
            lines.clearance_id._settle()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.order_line._mes_follow_clearance()
        return result


class StockScrap(models.Model):
    _name = "stock.scrap"
    _inherit = ["stock.scrap", "mes.aging.clearance.document"]

    def _prepare_move_values(self):
        vals = super()._prepare_move_values()
        if self.mes_clearance_line_id:
            vals["mes_clearance_line_id"] = SignedId(self.mes_clearance_line_id.id)
        return vals


class MrpUnbuild(models.Model):
    _name = "mrp.unbuild"
    _inherit = ["mrp.unbuild", "mes.aging.clearance.document"]


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "mes.aging.clearance.document"]

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "product_qty" in vals:
            lines = self.mes_clearance_line_id.sudo()
            if lines:
                lines._refresh()
                lines.clearance_id._settle()
        return result


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    move_ids = fields.One2many("stock.move", "mes_clearance_line_id", "Moves", readonly=True)
    sale_line_ids = fields.One2many("sale.order.line", "mes_clearance_line_id", "Sales", readonly=True)
    scrap_ids = fields.One2many("stock.scrap", "mes_clearance_line_id", "Scraps", readonly=True)
    unbuild_ids = fields.One2many("mrp.unbuild", "mes_clearance_line_id", "Unbuilds", readonly=True)
    order_ids = fields.One2many("mrp.production", "mes_clearance_line_id", "Manufacturing Orders", readonly=True)
    document_count = fields.Integer("Documents", compute="_compute_document_count")

    @api.depends("move_ids", "sale_line_ids", "scrap_ids", "unbuild_ids", "order_ids")
    def _compute_document_count(self):
        for line in self.sudo():
            line.document_count = sum(map(len, line._get_documents()))

    def _tie(self):
        """Return the values that tie a document to this route."""
        self.ensure_one()
        return {"mes_clearance_line_id": SignedId(self.id)}

    def _get_documents(self):
        """Return the documents of this route: a list of recordsets, each of one model; another addon adds its own."""
        self.ensure_one()
        loose = self.move_ids.filtered(lambda move: not move.scrap_id)
        found = [self.sale_line_ids.order_id, self.order_ids, self.scrap_ids, self.unbuild_ids, loose.picking_id]
        return [records for records in found if records]

    def action_view_documents(self):
        """Open the documents of this route: the first kind of them.

        :raises odoo.exceptions.AccessError: without access
        """
        self.ensure_one()
        self.check_access("read")
        documents = self.sudo()._get_documents()
        if not documents:
            return False
        return documents[0].with_env(self.env)._get_records_action(name=self.display_name)

    # -- what documents bring, by their kind --------------------------------------------------------------------

    def _measure_moves(self, price=0.0):
        """Return how much the tied moves have taken away, less what came back of it, at a price per piece."""
        done = 0.0
        for move in self.move_ids.filtered(lambda move: move.state == "done"):
            done += move.product_uom._compute_quantity(move.quantity, self.uom_id, round=False)
            back = move.returned_move_ids.filtered(lambda move: move.state == "done")
            done -= sum(one.product_uom._compute_quantity(one.quantity, self.uom_id, round=False) for one in back)
        is_open = any(move.state not in ("done", "cancel") for move in self.move_ids)
        return Progress(done, done * price, 0.0, is_open)
