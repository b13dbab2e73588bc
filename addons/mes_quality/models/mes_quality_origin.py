"""Where a lot came from: one row for each receipt of it."""

from odoo import api, fields, models


class MesQualityOrigin(models.Model):
    """One receipt of a lot (or of untracked stock) from a vendor: who, what he calls it, when, how much.

    Written when the receipt is done, and for the receipts of the past when the addon is installed. The vendor's lot
    number can be corrected later, the rest follows the documents.
    """

    _name = "mes.quality.origin"
    _description = "Origin of a Lot"
    _order = "date desc, id desc"
    _check_company_auto = True

    lot_id = fields.Many2one("stock.lot", index="btree_not_null", ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Vendor", index="btree_not_null")
    vendor_lot = fields.Char("Vendor's Lot", help="The number that the vendor gave it: on the label, on the paper.")
    date = fields.Datetime("Received", required=True, default=fields.Datetime.now)
    quantity = fields.Float(digits="Product Unit", help="In the product's unit.")
    uom_id = fields.Many2one(related="product_id.uom_id")
    move_line_id = fields.Many2one("stock.move.line", index="btree_not_null", ondelete="cascade", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Receipt", index="btree_not_null")
    purchase_line_id = fields.Many2one("purchase.order.line", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)

    _vendor_idx = models.Index("(partner_id, date)")
    _vendor_lot_idx = models.Index("(vendor_lot) WHERE vendor_lot IS NOT NULL")
    _line_uniq = models.UniqueIndex("(move_line_id) WHERE move_line_id IS NOT NULL", "This receipt is noted already.")

    @api.depends("partner_id", "vendor_lot", "date")
    def _compute_display_name(self):
        for origin in self:
            parts = (origin.partner_id.display_name, origin.vendor_lot, fields.Date.to_string(origin.date))
            origin.display_name = " · ".join(part for part in parts if part)

    @api.constrains("lot_id", "product_id")
    def _check_product(self):
        for origin in self.filtered("lot_id"):
            if origin.lot_id.product_id != origin.product_id:
                raise self.env["mes.quality.message"]._error("origin_product", lot=origin.lot_id.name)

    @api.model
    def get_import_templates(self):
        """Return the file that the import screen offers: columns by field name, which are found in each language."""
        return [
            {
                "label": self.env._("Import Template for Origins of Lots"),
                "template": "/mes_quality/static/csv/mes_quality_origin.csv",
            }
        ]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("lot_id") and not vals.get("product_id"):
                vals["product_id"] = self.env["stock.lot"].browse(vals["lot_id"]).product_id.id
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() - {"vendor_lot"}:
            self._check_written_by_hand()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        self._check_written_by_hand()

    def _check_written_by_hand(self):
        """Refuse to change what a receipt has noted; only the vendor's lot number can be corrected."""
        noted = self.filtered("move_line_id")
        if noted and not self.env.su:
            raise self.env["mes.quality.message"]._error("origin_noted", origin=noted[0].display_name)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    mes_vendor_lot = fields.Char("Vendor's Lot", copy=False, help="What the vendor calls it: typed or scanned.")

    def _action_done(self):
        lines = self.filtered("quantity")  # Odoo deletes the others
        result = super()._action_done()
        lines._mes_note_origins()
        return result

    def write(self, vals):
        result = super().write(vals)
        if self and vals.keys() & {"lot_id", "quantity", "product_uom_id", "mes_vendor_lot"}:
            self.filtered(lambda line: line.state == "done")._mes_note_origins()
        return result

    def _mes_note_origins(self):
        """Note where the goods of these done lines came from, once for each line."""
        received = self.filtered(lambda line: line._mes_is_received() and line.quantity_product_uom > 0)
        if not received:
            return
        Origin = self.env["mes.quality.origin"].sudo()
        known = Origin.search([("move_line_id", "in", received.ids)]).grouped("move_line_id")
        missing = []
        for line in received:
            vals = line._prepare_mes_origin_vals()
            if line in known:
                known[line].write(vals)
            else:
                missing.append(vals)
        Origin.create(missing)

    def _mes_is_received(self):
        """Return whether a vendor or a subcontractor sent it."""
        by_subcontractor = "is_subcontract" in self.env["stock.move"]._fields and self.move_id.is_subcontract
        return self.location_id.usage == "supplier" or by_subcontractor

    def _prepare_mes_origin_vals(self):
        self.ensure_one()
        purchase_line = self.move_id.purchase_line_id
        picking = self.picking_id or self.move_id.picking_id
        partner = picking.partner_id or purchase_line.partner_id or self.move_id.partner_id
        return {
            "lot_id": self.lot_id.id,
            "product_id": self.product_id.id,
            "partner_id": partner.commercial_partner_id.id,
            "vendor_lot": self.mes_vendor_lot or self.lot_id.name,
            "date": self.date,
            "quantity": self.quantity_product_uom,
            "move_line_id": self.id,
            "picking_id": picking.id,
            "purchase_line_id": purchase_line.id,
            "company_id": self.company_id.id,
        }


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_origin_ids = fields.One2many("mes.quality.origin", "lot_id", "Origins", copy=False)
    mes_vendor_id = fields.Many2one(
        "res.partner",
        "Vendor",
        compute="_compute_mes_vendor",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="Of the latest receipt. All receipts stand under Origins.",
    )
    mes_vendor_lot = fields.Char(
        "Vendor's Lot", compute="_compute_mes_vendor", store=True, readonly=False, index="btree_not_null"
    )

    @api.depends("mes_origin_ids.partner_id", "mes_origin_ids.vendor_lot", "mes_origin_ids.date")
    def _compute_mes_vendor(self):
        for lot in self:
            origin = lot.mes_origin_ids.sorted(lambda one: (one.date, one._origin.id))[-1:]
            lot.mes_vendor_id = origin.partner_id or lot.mes_vendor_id
            lot.mes_vendor_lot = origin.vendor_lot or lot.mes_vendor_lot
