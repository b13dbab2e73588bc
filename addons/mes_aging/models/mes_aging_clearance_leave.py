"""What the routes that make, take apart or give away share: exact parts, proofs, added parts, work."""

from odoo import api, fields, models

# What only this addon's own methods write.
MADE_FACTS = {"order_qty", "order_value", "start_qty", "start_value"}


class MesAgingClearancePart(models.Model):
    """What is added to each piece that is upgraded or converted."""

    _name = "mes.aging.clearance.part"
    _description = "Added Part of a Clearance Route"
    _order = "line_id, id"

    line_id = fields.Many2one("mes.aging.clearance.line", "Route", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    product_id = fields.Many2one("product.product", "Component", required=True, index=True, ondelete="restrict")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(
        "Per Piece", digits="Product Unit", required=True, default=1.0, help="In the component's unit."
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A part is more than nothing.")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_planned()
        return parts

    def write(self, vals):
        self._check_planned()
        result = super().write(vals)
        self._check_planned()
        return result

    def unlink(self):
        self._check_planned()
        return super().unlink()

    def _check_planned(self):
        """Raise unless the user may still plan their routes."""
        if not self.env.su:
            self.line_id.clearance_id._check_may_decide()
            self.line_id._check_begun()


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    proof_ids = fields.Many2many(
        "ir.attachment",
        "mes_aging_clearance_proof_rel",
        "line_id",
        "attachment_id",
        "Proofs",
        copy=False,
        help="Pictures, reports or decisions that show why the stock goes.",
    )
    part_ids = fields.One2many("mes.aging.clearance.part", "line_id", "Added Parts")
    workcenter_id = fields.Many2one("mrp.workcenter", "Work Center", index="btree_not_null")
    minutes = fields.Float("Minutes per Piece", help="Work for one piece.")
    order_qty = fields.Float("Taken off the Order", digits="Product Unit", readonly=True, copy=False)
    order_value = fields.Monetary("Components Given Back", readonly=True, copy=False)

    @api.model
    def _check_given(self, vals):
        facts = vals.keys() & MADE_FACTS
        if facts and not self.env.su:
            names = ", ".join(sorted(self._fields[name].string for name in facts))
            raise self.env["mes.aging.message"]._error("clearance_fact", fields=names)
        return super()._check_given(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._keep_proofs()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "proof_ids" in vals:
            self._keep_proofs()
        return result

    def _keep_proofs(self):
        """Let all who may see the route see its proofs: what was uploaded before it was saved belongs to nothing."""
        for line in self.sudo():
            loose = line.proof_ids.filtered(lambda proof: not proof.res_id and proof.create_uid == self.env.user)
            if loose:
                loose.write({"res_model": line._name, "res_id": line.id})

    # -- approval -----------------------------------------------------------------------------------------------

    def _check_approval(self):
        """Raise unless a manager of aging executes it: what leaves for nothing takes one."""
        user = self.env.user
        if not user._is_superuser() and not user.has_group("mes_aging.mes_aging_group_manager"):
            raise self.env["mes.aging.message"]._error("clearance_approval", line=self.display_name)

    def _check_proof(self):
        """Raise unless a proof is attached to the route or to its case."""
        case = self.clearance_id
        domain = [("res_model", "=", case._name), ("res_id", "=", case.id), ("res_field", "=", False)]
        if not self.proof_ids and not self.env["ir.attachment"].sudo().search_count(domain, limit=1):
            raise self.env["mes.aging.message"]._error("clearance_proof", line=self.display_name)

    # -- exact parts --------------------------------------------------------------------------------------------

    def _reserve_exactly(self, moves, parts):
        """Let confirmed moves take these parts and nothing else.

        :param moves: of the case's product, one for each location
        :param list parts: ``[(quant, quantity)]``
        :raises odoo.exceptions.UserError: when somebody else has taken one of them
        """
        moves._do_unreserve()
        for quant, quantity in parts:
            move = moves.filtered(lambda move, quant=quant: move.location_id == quant.location_id)[:1]
            need = self.uom_id._compute_quantity(quantity, move.product_uom)
            taken = move._update_reserved_quantity(
                need, quant.location_id, quant.lot_id, quant.package_id, quant.owner_id, strict=True
            )
            if move.product_uom.compare(taken, need) < 0:
                raise self._get_missing(need - taken)
        moves._recompute_state()

    def _get_missing(self, quantity):
        return self.env["mes.aging.message"]._error(
            "clearance_missing", missing=quantity, unit=self.uom_id.name, product=self.product_id.display_name
        )

    @staticmethod
    def _sum_by_location(parts):
        """Return ``{location: quantity}`` of parts."""
        sums = {}
        for quant, quantity in parts:
            sums[quant.location_id] = sums.get(quant.location_id, 0.0) + quantity
        return sums

    def _get_work_cost(self, quantity):
        """Return what the work for so many pieces costs, in company currency."""
        return quantity * self.minutes / 60 * self.workcenter_id.costs_hour

    # -- work in progress ---------------------------------------------------------------------------------------

    def _get_order_parts(self, order):
        """Return ``[(move line values, quantity)]``: what lies ready for the open pieces of this line at the order.

        :raises odoo.exceptions.UserError: when nothing can be taken off the order, saying what to do instead
        """
        message = self.env["mes.aging.message"]
        rest = order.product_uom_id._compute_quantity(order.product_qty - order.qty_produced, self.uom_id)
        if order.state not in ("confirmed", "progress", "to_close") or self.uom_id.compare(rest, 0) <= 0:
            raise message._error("clearance_kind", order=order.name)
        if any(move.state == "done" and not move.scrap_id for move in order.move_raw_ids):
            raise message._error("clearance_used", order=order.name)
        share = min(self._get_open_qty() / rest, 1.0)
        raws = order.move_raw_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return [part for move in raws for part in self._get_share(move, share)]

    def _get_share(self, move, share):
        """Return what a share of a component's reservation is: ``[(move line values, quantity)]``."""
        parts, need = [], move.product_uom.round(move.quantity * share)
        for line in move.move_line_ids:
            take = min(
                line.quantity, line.product_uom_id.round(move.product_uom._compute_quantity(need, line.product_uom_id))
            )
            if line.product_uom_id.compare(take, 0) > 0:
                parts.append((self._copy_place(line), take))
                need -= line.product_uom_id._compute_quantity(take, move.product_uom)
        return parts

    @staticmethod
    def _copy_place(line):
        """Return where a reserved component lies; the line itself goes when the order is cut."""
        return {
            "product_id": line.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "lot_id": line.lot_id.id,
            "package_id": line.package_id.id,
            "owner_id": line.owner_id.id,
            "location_id": line.location_id.id,
        }

    def _cut_order(self, order):
        """Take the open pieces of this line off the order; cancel it when nothing is left of it."""
        pieces = self._get_open_qty()
        self.order_qty += pieces  # before the moves, which bring this line up to date
        cut = self.uom_id._compute_quantity(pieces, order.product_uom_id)
        left = order.product_qty - cut
        if order.product_uom_id.compare(left, 0) <= 0:
            order.action_cancel()
            return
        order.move_raw_ids._do_unreserve()
        self.env["change.production.qty"].create({"mo_id": order.id, "product_qty": left}).change_prod_qty()


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        self._mes_check_cleared_lots()
        return super()._action_done()

    def _mes_check_cleared_lots(self):
        """Raise when a document of a case takes another lot than the case's, whoever chose it."""
        for line in self.sudo().filtered("quantity"):
            move = line.move_id
            route = (move.mes_clearance_line_id | move.raw_material_production_id.mes_clearance_line_id)[:1]
            lots = route.clearance_id.lot_ids
            if lots and line.product_id == route.product_id and line.lot_id not in lots:
                raise self.env["mes.aging.message"]._error(
                    "clearance_other_lot",
                    document=move.reference or move.display_name,
                    lot=line.lot_id.name or "–",
                    case=route.clearance_id.name,
                    lots=", ".join(lots.mapped("name")),
                )
