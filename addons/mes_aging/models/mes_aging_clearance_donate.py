"""Donation: a delivery to a charity with exactly these lots, under its own operation type, with a receipt."""

from odoo import api, fields, models

from ..tools.clearance import Estimate


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _estimate_donate(self):
        """A donation brings what it saves in taxes, if that is known."""
        quantity, rate = self._get_rest_qty(), self.company_id.mes_donation_rate
        value = quantity * self.unit_cost
        why = self.env._("%(rate)s %% of the book value come back as tax benefit (a setting).", rate=rate)
        return Estimate(quantity, value * rate / 100, 0.0, 7.0, why)


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    def _check_donate(self):
        self._check_approval()
        if not self.partner_id:
            raise self.env["mes.aging.message"]._error("clearance_charity", line=self.display_name)

    def _apply_donate(self):
        parts = self._find_parts(self._get_open_qty())
        picking = self.env["stock.picking"].create(self._prepare_donation(parts))
        picking.action_confirm()
        self._reserve_exactly(picking.move_ids, parts)

    def _prepare_donation(self, parts):
        warehouse = self._get_warehouse()
        operation = warehouse._mes_get_donation_type()
        dest = self.partner_id.property_stock_customer or operation.default_location_dest_id
        sums = self._sum_by_location(parts)
        source = next(iter(sums)) if len(sums) == 1 else warehouse.view_location_id
        return {
            "picking_type_id": operation.id,
            "partner_id": self.partner_id.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "company_id": self.company_id.id,
            "origin": self.clearance_id.name,
            "move_ids": [(0, 0, self._prepare_gift(place, quantity, dest)) for place, quantity in sums.items()],
        }

    def _prepare_gift(self, place, quantity, dest):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.uom_id.id,
            "location_id": place.id,
            "location_dest_id": dest.id,
            "company_id": self.company_id.id,
            "procure_method": "make_to_stock",
            **self._tie(),
        }

    def _measure_donate(self):
        benefit = self.clearance_id.unit_cost * self.company_id.mes_donation_rate / 100
        return self._measure_moves(benefit)

    def action_print_receipt(self):
        """Return the receipts of this route's deliveries, as a PDF.

        :raises odoo.exceptions.AccessError: without access
        :raises odoo.exceptions.UserError: before there is a delivery
        """
        self.ensure_one()
        self.check_access("read")
        pickings = self.sudo().move_ids.picking_id
        if self.route != "donate" or not pickings:
            raise self.env["mes.aging.message"]._error("clearance_unsent", line=self.display_name)
        report = self.env.ref("mes_aging.mes_aging_donation_receipt_report")
        return report.report_action(pickings.with_env(self.env))


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    mes_donation_type_id = fields.Many2one(
        "stock.picking.type", "Donations", copy=False, check_company=True, index="btree_not_null"
    )

    def _mes_get_donation_type(self):
        """Return the operation type of donations of this warehouse; create it when it is missing."""
        self.ensure_one()
        warehouse = self.sudo()
        if not warehouse.mes_donation_type_id.active:
            vals = warehouse._mes_prepare_donation_type_vals()
            warehouse.mes_donation_type_id = self.env["stock.picking.type"].sudo().create(vals)
        return warehouse.mes_donation_type_id

    def _mes_prepare_donation_type_vals(self):
        return {
            "name": self.env._("Donations"),
            "code": "outgoing",
            "sequence_code": "DON",
            "warehouse_id": self.id,
            "company_id": self.company_id.id,
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "use_create_lots": False,
            "use_existing_lots": True,
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    mes_is_donation = fields.Boolean("Donation", compute="_compute_mes_donation")
    mes_donation_value = fields.Monetary(
        "Donated Value",
        compute="_compute_mes_donation",
        currency_field="mes_donation_currency_id",
        help="Book value: quantity × unit cost when the clearance case was opened.",
    )
    mes_donation_currency_id = fields.Many2one(related="company_id.currency_id")

    @api.depends("move_ids.mes_clearance_line_id", "move_ids.quantity", "move_ids.state")
    def _compute_mes_donation(self):
        for picking in self:
            rows = picking._mes_get_donated()
            picking.mes_is_donation = bool(rows)
            picking.mes_donation_value = sum(row["value"] for row in rows)

    def _mes_get_donated(self):
        """Return what is donated, a row for each lot: ``{product, lot, quantity, unit, value}``."""
        rows = []
        lines = self.sudo().move_ids.filtered(lambda move: move.mes_clearance_line_id.route == "donate").move_line_ids
        for line in lines.filtered(lambda line: line.state != "cancel" and line.quantity):
            case = line.move_id.mes_clearance_line_id.clearance_id
            pieces = line.product_uom_id._compute_quantity(line.quantity, line.product_id.uom_id, round=False)
            rows.append(
                {
                    "product": line.product_id.display_name,
                    "lot": line.lot_id.name or "",
                    "quantity": line.quantity,
                    "unit": line.product_uom_id.name,
                    "value": pieces * case.unit_cost,
                }
            )
        return rows


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_find_flow(self):
        """What is given away was neither sold nor used: it is no demand of the past."""
        flow = super()._mes_find_flow()
        is_gift = flow == "issue" and self.move_id.mes_clearance_line_id.sudo().route == "donate"
        return "loss" if is_gift else flow


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_donation_rate = fields.Float(
        "Tax Benefit of Donations (%)", help="Of the book value of what is donated; zero: a donation recovers nothing."
    )

    _mes_donation_rate = models.Constraint("CHECK (mes_donation_rate >= 0)", "A tax benefit isn't below zero.")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_donation_rate = fields.Float(related="company_id.mes_donation_rate", readonly=False)
