"""One route for a part of the quantity, with what it needs, and the documents that it made."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ..const import CHECKED, COMPENSATIONS, DISPOSITION_LINE_STATES, ROUTES, SignedId

# What only this addon's own methods write.
FACTS = {"state", "done_qty", "run", "picking_id", "replacement_id", "credit_id", "error", "unit_cost"}


class MesQualityDispositionLine(models.Model):
    """So many pieces take one route. See `mes.quality.disposition` for the states."""

    _name = "mes.quality.disposition.line"
    _description = "Route of a Disposition"
    _order = "disposition_id, id"

    disposition_id = fields.Many2one("mes.quality.disposition", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="disposition_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="disposition_id.product_id", store=True, index=True)
    lot_id = fields.Many2one(related="disposition_id.lot_id", store=True, index="btree_not_null")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    route = fields.Selection(ROUTES, required=True, index=True, default="scrap")
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        help="In the product's unit.",
    )
    done_qty = fields.Float("Done Quantity", digits="Product Unit", readonly=True, copy=False)
    state = fields.Selection(
        DISPOSITION_LINE_STATES, required=True, readonly=True, default="draft", index=True, copy=False
    )
    location_id = fields.Many2one(
        "stock.location", "From", index="btree_not_null", help="Where this stock lies. Empty: found at approval."
    )
    reason = fields.Text(help="Why this route. Needed for use as is and for a downgrade.")
    inspect = fields.Boolean(
        "Inspect Before Release",
        compute="_compute_inspect",
        store=True,
        readonly=False,
        help="What comes out is held for inspection first.",
    )
    unit_cost = fields.Float(related="disposition_id.unit_cost", store=True)
    error = fields.Text("What Went Wrong", readonly=True, copy=False)
    run = fields.Integer("Tries", readonly=True, copy=False)
    # return
    origin_id = fields.Many2one("mes.quality.origin", "Receipt", index="btree_not_null")
    vendor_id = fields.Many2one(related="origin_id.partner_id", string="Vendor")
    purchase_line_id = fields.Many2one(related="origin_id.purchase_line_id")
    compensation = fields.Selection(COMPENSATIONS, default="refund")
    # scrap
    scrap_reason_tag_ids = fields.Many2many("stock.scrap.reason.tag", string="Scrap Reason")
    # disassemble
    bom_id = fields.Many2one("mrp.bom", "Bill of Materials", index="btree_not_null")
    source_production_id = fields.Many2one("mrp.production", "Made By", index="btree_not_null")
    # rework and downgrade
    target_product_id = fields.Many2one(
        "product.product", "To Product", index="btree_not_null", help="Empty: the same product."
    )
    target_lot = fields.Char("To Lot/Serial", help="Empty: the same number.")
    operation_ids = fields.Many2many("mrp.routing.workcenter", string="Operations")
    workcenter_id = fields.Many2one("mrp.workcenter", "Work Center", index="btree_not_null")
    minutes = fields.Float(help="Of work at the work centre, for the whole quantity.")
    # use as is
    partner_ids = fields.Many2many("res.partner", string="Only For Customers")
    sale_order_ids = fields.Many2many("sale.order", string="Only For Orders")
    # what it made
    move_ids = fields.One2many("stock.move", "mes_disposition_line_id", "Moves", readonly=True)
    scrap_ids = fields.One2many("stock.scrap", "mes_disposition_line_id", "Scraps", readonly=True)
    unbuild_ids = fields.One2many("mrp.unbuild", "mes_disposition_line_id", "Disassemblies", readonly=True)
    production_ids = fields.One2many("mrp.production", "mes_disposition_line_id", "Orders", readonly=True)
    repair_ids = fields.One2many("repair.order", "mes_disposition_line_id", "Repairs", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Return", readonly=True, copy=False, index="btree_not_null")
    replacement_id = fields.Many2one("stock.picking", readonly=True, copy=False, index="btree_not_null")
    credit_id = fields.Many2one("account.move", "Credit Note", readonly=True, copy=False, index="btree_not_null")
    document = fields.Char("Documents", compute="_compute_document")

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A route needs a quantity above zero.")
    _done_within = models.Constraint("CHECK(done_qty >= 0)", "What is done cannot be negative.")

    @api.depends("disposition_id")
    def _compute_quantity(self):
        for line in self:
            line.quantity = line.quantity or max(line.disposition_id.rest_qty, 0.0)

    @api.depends("route")
    def _compute_inspect(self):
        for line in self:
            line.inspect = line.route == "disassemble"

    @api.depends(
        "picking_id", "scrap_ids", "unbuild_ids", "production_ids", "repair_ids", "credit_id", "replacement_id"
    )
    def _compute_document(self):
        for line in self:
            line.document = ", ".join(line._get_documents().values())

    def _get_documents(self):
        """Return ``{(model, id): name}`` of what this line made."""
        self.ensure_one()
        line = self.sudo()
        records = [*line.picking_id, *line.replacement_id, *line.scrap_ids, *line.unbuild_ids]
        records += [*line.production_ids, *line.repair_ids, *line.credit_id]
        return {(record._name, record.id): record.display_name for record in records}

    @api.depends("route", "quantity", "disposition_id.name")
    def _compute_display_name(self):
        routes = dict(self._fields["route"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.disposition_id.name}: {routes.get(line.route, '')}"

    # -- who may say what, and when -----------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_checked():
            self._check_facts(set().union(*vals_list))
        # nobody brings facts in by default values of the context
        plain = self.with_env(self.env(context=clean_context(self.env.context)))
        lines = super(MesQualityDispositionLine, plain).create(vals_list)
        lines = lines.with_env(self.env)
        if not self._is_checked():
            lines._check_editable()
            lines._note_change()
        return lines

    def write(self, vals):
        if self._is_checked() or not self:
            return super().write(vals)
        self._check_facts(vals)
        self._check_editable()
        result = super().write(vals)
        self._note_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_editable()
        self.disposition_id._log("changed", self.env._("A route was taken out."))

    def _is_checked(self):
        return self.env.context.get("mes_quality_checked") is CHECKED

    @api.model
    def _check_facts(self, names):
        facts = FACTS.intersection(names)
        if facts:
            names = ", ".join(sorted(self._fields[name].string for name in facts if name in self._fields))
            raise self.env["mes.quality.message"]._error("disposition_fact", fields=names)

    def _check_editable(self):
        self.env["mes.quality.hold"]._check_may_decide()
        self.disposition_id._check_editable()
        begun = self.filtered(lambda line: line.state != "draft" or line.done_qty)[:1]
        if begun:
            raise self.env["mes.quality.message"]._error("disposition_begun", name=begun.display_name)

    def _note_change(self):
        for line in self:
            note = self.env._("%(route)s: %(quantity)s", route=line.display_name, quantity=line.quantity)
            line.disposition_id._log("changed", note, line)

    def _set_facts(self, vals):
        self.sudo().with_context(mes_quality_checked=CHECKED).write(vals)

    @api.constrains("origin_id", "location_id", "disposition_id")
    def _check_own_stock(self):
        for line in self:
            if line.origin_id and line.origin_id.product_id != line.product_id:
                raise self.env["mes.quality.message"]._error("disposition_origin", product=line.product_id.display_name)

    # -- its stock ----------------------------------------------------------------------------------------------

    def _get_open_qty(self):
        self.ensure_one()
        return max(self.quantity - self.done_qty, 0.0)

    def _get_company(self):
        self.ensure_one()
        return self.location_id.company_id or self.company_id or self.env.company

    def _get_warehouse(self):
        self.ensure_one()
        domain = [("company_id", "=", self._get_company().id)]
        return self.location_id.warehouse_id or self.env["stock.warehouse"].search(domain, limit=1)

    def _find_parts(self, quantity):
        """Return ``[(quant, quantity)]`` of just this stock that no other document has taken yet.

        :raises odoo.exceptions.UserError: when it is not there
        """
        self.ensure_one()
        domain = [
            ("product_id", "=", self.product_id.id),
            ("lot_id", "=", self.lot_id.id),
            ("location_id", "=", self.location_id.id),
            ("quantity", ">", 0),
        ]
        parts, need, uom = [], quantity, self.uom_id
        package = self.disposition_id.hold_id.package_id
        quants = self.env["stock.quant"].sudo().search(domain, order="id")
        for quant in quants.sorted(lambda quant: (quant.package_id != package, quant.id)):
            take = min(quant.quantity - quant.reserved_quantity, need)
            if uom.compare(take, 0) > 0:
                parts.append((quant, take))
                need -= take
        if uom.compare(need, 0) > 0:
            what = self.lot_id.name or self.product_id.display_name
            raise self.env["mes.quality.message"]._error(
                "disposition_missing", what=what, missing=need, unit=uom.name, place=self.location_id.display_name
            )
        return parts

    # -- execution ----------------------------------------------------------------------------------------------

    def _begin(self):
        """Write these rows first: whoever executes them at the same time is repeated, and finds them begun."""
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE mes_quality_disposition_line SET run = COALESCE(run, 0) + 1, state = 'open', error = NULL"
                    " WHERE id = ANY(%s) AND state = 'approved'",
                    list(self.ids),
                )
            )
            self.invalidate_recordset()

    def _apply(self):
        """Make the documents of these lines, which are of one route."""
        self._begin()
        lines = self.sudo().with_context(mes_quality_checked=None)
        getattr(lines, f"_apply_{self[0].route}")()
        for line in self:
            line.disposition_id._log("executed", f"{line.display_name} {line.document or ''}".strip(), line)

    def _tie(self):
        """Return the values that tie a document to this line."""
        self.ensure_one()
        return {"mes_disposition_line_id": SignedId(self.id), "mes_disposition_run": self.run}

    def _book(self, quantity, note=""):
        """Keep that ``quantity`` of this line was disposed of."""
        self.ensure_one()
        done = self.done_qty + quantity
        vals = {"done_qty": done}
        if self.uom_id.compare(done, self.quantity) >= 0:
            vals["state"] = "done"
        self._set_facts(vals)
        self.disposition_id._log(
            "booked", f"{self.display_name}: {quantity:g} {self.uom_id.name} {note or ''}".strip(), self
        )
        self.disposition_id.hold_id._dispose(quantity, self)

    def _give_back(self):
        """Make lines whose document was cancelled executable again, for what is not done yet."""
        for line in self.sudo():
            if line.state != "open" or line._has_open_document():
                continue
            line._set_facts({"state": "approved"})
            line._settle_credit()
            rest = f"{line._get_open_qty():g} {line.uom_id.name}"
            line.disposition_id._log("returned", f"{line.display_name}: {rest}", line)

    def _has_open_document(self):
        """Return whether something is still going on for this line."""
        self.ensure_one()
        if self.route == "use_as_is":
            return True
        open_moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        open_repairs = self.repair_ids.filtered(lambda repair: repair.state not in ("done", "cancel"))
        return bool(open_moves or open_repairs)

    def _is_kept(self):
        """Return whether what this line disposes of stays stock of the same lot."""
        self.ensure_one()
        if self.route == "rework":
            same = not self.target_product_id or self.target_product_id == self.product_id
            return same and (not self.target_lot or self.target_lot == self.lot_id.name)
        if self.route == "return":  # to a subcontractor: his place is one of ours
            return self.picking_id.location_dest_id._mes_is_subcontractor()
        return self.route == "repair" or (self.route == "use_as_is" and not self._is_limited())

    def _is_limited(self):
        return bool(self.partner_ids or self.sale_order_ids)
