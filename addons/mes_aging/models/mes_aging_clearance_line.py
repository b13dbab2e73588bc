"""One route for a part of a case: what it needs, the documents that it makes, and what they brought."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ..const import CLEARANCE_LINE_STATES, CLEARANCE_ROUTES, ROUTES_OF_KIND

# What only this addon's own methods write.
FACTS = {"state", "done_qty", "recovered_value", "cost_value", "run", "error", "product_id", "company_id"}


class MesAgingClearanceLine(models.Model):
    """So many pieces take one route.

    ==========  ==============================================  ======================================================
    from        by                                              to
    ==========  ==============================================  ======================================================
    draft       action_execute of the case or of this route     open: its documents are there (or done, or what went
                                                                wrong stands in `error`, and it stays draft)
    open        its documents are done                          done
    open        its documents are cancelled                     draft: what is not done can be executed again
    draft       action_cancel                                   cancelled
    ==========  ==============================================  ======================================================

    A route is a value of ``CLEARANCE_ROUTES`` and these methods, of which another addon adds its own:

    * here: ``_check_<route>()`` raises on what it lacks (optional);
      ``_apply_<route>()`` makes the documents for `_get_open_qty()` and ties them (`_tie`);
      ``_measure_<route>()`` returns what they have brought, as a `Progress`.
    * on the case: ``_estimate_<route>()`` returns an `Estimate`, or a text saying why the route is out of the question.
    """

    _name = "mes.aging.clearance.line"
    _description = "Route of a Clearance Case"
    _order = "clearance_id, id"

    clearance_id = fields.Many2one("mes.aging.clearance", "Case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="clearance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(related="clearance_id.product_id", store=True, index=True)
    kind = fields.Selection(related="clearance_id.kind", store=True)
    user_id = fields.Many2one(related="clearance_id.user_id", store=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    route = fields.Selection(CLEARANCE_ROUTES, required=True, index=True)
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        help="In the product's unit.",
    )
    done_qty = fields.Float("Done", digits="Product Unit", readonly=True, copy=False)
    recovered_value = fields.Monetary(
        "Recovered", readonly=True, copy=False, help="Of its documents, without taxes, in company currency."
    )
    cost_value = fields.Monetary("Spent", readonly=True, copy=False, help="Fees, work and parts of its documents.")
    partner_id = fields.Many2one("res.partner", index="btree_not_null", help="Customer, dealer, vendor or charity.")
    price_unit = fields.Float(
        "Price", digits="Product Price", help="Of one piece, without taxes, in company currency: sold or refunded."
    )
    date_start = fields.Date("From")
    date_end = fields.Date("Until")
    target_product_id = fields.Many2one("product.product", "Into", index="btree_not_null", help="What it becomes.")
    bom_id = fields.Many2one("mrp.bom", "Bill of Materials", index="btree_not_null")
    location_id = fields.Many2one("stock.location", "From Location", index="btree_not_null", help="Empty: any.")
    reason = fields.Text()
    run = fields.Integer("Tries", readonly=True, copy=False, aggregator=None)
    error = fields.Text("What Went Wrong", readonly=True, copy=False)
    state = fields.Selection(
        CLEARANCE_LINE_STATES, required=True, readonly=True, default="draft", index=True, copy=False
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A route takes more than nothing.")

    @api.depends("clearance_id", "route")
    @api.depends_context("lang")
    def _compute_display_name(self):
        routes = dict(self._fields["route"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.clearance_id.name}: {routes.get(line.route, '')}"

    @api.depends("clearance_id")
    def _compute_quantity(self):
        for line in self:
            line.quantity = line.quantity or max(line.clearance_id._origin._get_plannable_qty(), 0.0)

    # -- writing ------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Plan routes for a case.

        :raises odoo.exceptions.UserError: of somebody else, closed, for another kind, or for more than the case
        """
        for vals in vals_list:
            self._check_given(vals)
        lines = super().create(vals_list)
        lines._check_planning()
        return lines

    def write(self, vals):
        if self.env.su and not vals.keys() & {"quantity", "route"}:
            return super().write(vals)
        self._check_given(vals)
        if not self.env.su:
            self._check_begun()
        result = super().write(vals)
        self._check_planning()
        return result

    def unlink(self):
        if not self.env.su:
            self.clearance_id._check_may_decide()
            self._check_begun()
        return super().unlink()

    @api.model
    def _check_given(self, vals):
        facts = vals.keys() & FACTS
        if facts and not self.env.su:
            names = ", ".join(sorted(self._fields[name].string for name in facts))
            raise self.env["mes.aging.message"]._error("clearance_fact", fields=names)

    def _check_begun(self):
        for line in self:
            if line.state != "draft":
                raise self.env["mes.aging.message"]._error("clearance_begun", line=line.display_name)

    def _check_planning(self):
        self.clearance_id._check_may_decide()
        for line in self:
            if line.route not in self._get_routes(line.clearance_id.kind):
                raise self.env["mes.aging.message"]._error(
                    "clearance_route",
                    route=dict(self._fields["route"]._description_selection(self.env))[line.route],
                    kind=dict(self._fields["kind"]._description_selection(self.env)).get(line.kind, ""),
                    product=line.product_id.display_name,
                )
        self._check_planned()

    @api.model
    def _get_routes(self, kind):
        """Return the routes that are considered for a kind, in the order of the list."""
        return ROUTES_OF_KIND[kind]

    def _check_planned(self):
        """Raise when the routes of a case add up to more than the case."""
        for case in self.clearance_id:
            if case.uom_id.compare(case.planned_qty, case.quantity) > 0:
                raise self.env["mes.aging.message"]._error(
                    "clearance_planned",
                    case=case.name,
                    planned=case.planned_qty,
                    quantity=case.quantity,
                    unit=case.uom_id.name,
                )

    def _set_state(self, state):
        if self:
            self.sudo().write({"state": state})

    # -- execution ----------------------------------------------------------------------------------------------

    def action_execute(self):
        """Make the documents of these planned routes; what is done already is left alone.

        :raises odoo.exceptions.UserError: of somebody else, or when none succeeds
        """
        self.clearance_id._check_may_decide()
        self.filtered(lambda line: line.state == "draft")._execute()
        return True

    def action_cancel(self):
        """Drop planned routes.

        :raises odoo.exceptions.UserError: of somebody else, or while its documents are open
        """
        self.clearance_id._check_may_decide()
        self._check_begun()
        self._set_state("cancelled")
        return True

    def action_refresh(self):
        """Bring what the documents have brought up to date.

        :raises odoo.exceptions.AccessError: without access
        """
        self.check_access("read")
        self.sudo()._refresh()
        return True

    def _execute(self):
        """Try each of these; raise when none of them succeeds."""
        failed = [line for line in self if not line._try()]
        self.clearance_id.sudo()._settle()
        if failed and len(failed) == len(self):
            raise UserError("\n".join(line.error for line in failed))

    def _try(self):
        """Make the documents, or keep what went wrong. Return whether it worked."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._apply()
        except UserError as error:
            self.sudo().write({"error": str(error)})
            return False
        return True

    def _apply(self):
        """Make the documents of this route, once: of two who execute it at the same time one is repeated."""
        line = self.with_env(self.env(context=clean_context(self.env.context))).sudo()
        if not line._begin():
            return
        line = line.with_company(line.company_id).with_context(allowed_company_ids=line.company_id.ids)
        check = getattr(line, f"_check_{line.route}", None)
        if check:
            check()
        getattr(line, f"_apply_{line.route}")()
        case = line.clearance_id
        if case.state == "draft":
            case.write({"state": "open"})
        line._refresh()

    def _begin(self):
        """Write this row first. Return whether it was still to do."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE mes_aging_clearance_line SET run = COALESCE(run, 0) + 1, state = 'open', error = NULL"
                " WHERE id = %s AND state = 'draft' RETURNING id",
                self.id,
            )
        )
        begun = bool(self.env.cr.fetchall())
        self.invalidate_recordset()
        return begun

    def _get_open_qty(self):
        """Return how much is still to do, in the product's unit."""
        self.ensure_one()
        return max(self.quantity - self.done_qty, 0.0)

    def _get_warehouse(self):
        """Return the warehouse whose documents it makes."""
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id)]
        named = self.location_id.warehouse_id or self.clearance_id.warehouse_id
        return named or self.env["stock.warehouse"].search(domain, limit=1)

    def _find_parts(self, quantity):
        """Return ``[(quant, quantity)]`` of the case's stock that is free: not held, not reserved; the oldest first.

        :raises odoo.exceptions.UserError: when there is less
        """
        self.ensure_one()
        parts, need = [], quantity
        for quant in self._get_free_quants():
            take = min(quant.quantity - quant.reserved_quantity, need)
            if self.uom_id.compare(take, 0) > 0:
                parts.append((quant, take))
                need -= take
        if self.uom_id.compare(need, 0) > 0:
            raise self.env["mes.aging.message"]._error(
                "clearance_missing", missing=need, unit=self.uom_id.name, product=self.product_id.display_name
            )
        return parts

    def _get_free_quants(self):
        """Return the quants of the case's stock that aren't held, the oldest first."""
        case = self.clearance_id
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("owner_id", "in", [False, self.company_id.partner_id.id]),
            ("location_id.usage", "=", "internal"),
            ("quantity", ">", 0),
        ]
        domain += [("lot_id", "in", case.lot_ids.ids)] if case.lot_ids else []
        domain += [("location_id.warehouse_id", "=", case.warehouse_id.id)] if case.warehouse_id else []
        domain += [("location_id", "child_of", self.location_id.id)] if self.location_id else []
        quants = self.env["stock.quant"].search(domain, order="in_date, id")
        flags = self.env["mes.aging.figures"]._get_frozen_fields()
        return quants.filtered(
            lambda quant: (
                not any(quant[name] for name in flags["stock.quant"])
                and not any(quant.location_id[name] for name in flags["stock.location"])
            )
        )

    # -- following ----------------------------------------------------------------------------------------------

    def _refresh(self):
        """Read what the documents of these have brought, and what state that means. Twice is the same as once."""
        for line in self.sudo().filtered(lambda line: line.state in ("open", "done")):
            progress = getattr(line, f"_measure_{line.route}")()
            vals = {
                "done_qty": progress.done,
                "recovered_value": line.currency_id.round(progress.recovered),
                "cost_value": line.currency_id.round(progress.cost),
            }
            changed = {name: value for name, value in vals.items() if abs(line[name] - value) > 1e-6}
            state = line._get_state(progress)
            if state != line.state:
                changed["state"] = state
            if changed:
                line.write(changed)

    def _get_state(self, progress):
        """Return the state that follows from what the documents have brought."""
        self.ensure_one()
        if progress.is_open:
            return "open"
        is_done = self.uom_id.compare(progress.done, self.quantity) >= 0
        return "done" if is_done or progress.is_final else "draft"
