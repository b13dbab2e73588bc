"""Cases from documents: released dispositions, orders that have begun, cut or cancelled sales and plan changes."""

from odoo import api, fields, models

RELEASING = ("use_as_is", "rework", "downgrade", "repair")
GONE = ("reduced", "cancelled")


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    @api.model
    def _open_surplus(self, entries):
        """Open a case for what is beyond need of each entry, and no more than was cut.

        :param list entries: ``[(product, company, warehouse or none, quantity that was cut, origin)]``
        :raises odoo.exceptions.UserError: when nothing is beyond need
        """
        vals_list = []
        for (product, company, warehouse), group in self._group_entries(entries).items():
            excess = self._get_excess(product, company, warehouse)
            quantity = min(sum(entry[3] for entry in group), excess)
            if product.is_storable and product.uom_id.compare(quantity, 0) > 0:
                vals_list.append(
                    {
                        "product_id": product.id,
                        "company_id": company.id,
                        "warehouse_id": warehouse.id,
                        "quantity": quantity,
                        "source": "surplus",
                        "origin": ", ".join(sorted({entry[4] for entry in group})),
                    }
                )
        if not vals_list:
            raise self.env["mes.aging.message"]._error("clearance_no_surplus")
        return self._open_for(vals_list)

    @api.model
    def _group_entries(self, entries):
        groups = {}
        for entry in entries:
            groups.setdefault(entry[:3], []).append(entry)
        return groups

    @api.model
    def _get_excess(self, product, company, warehouse):
        """Return what neither demand nor safety stock needs and nobody has reserved, in the product's unit."""
        figures = self.env["mes.aging.figures"].sudo().with_context(allowed_company_ids=company.ids)
        found = figures._get_figures(product, warehouses=warehouse or None).get(product.id)
        return max(min(found.excess, found.usable), 0.0) if found else 0.0

    @api.model
    def _open_surplus_of_change(self, change_ids):
        """Open cases for what plan changes (``mes.pull.change``) leave over.

        :param list change_ids: ids of changes that reduced or cancelled something
        :return: the new cases; none without that addon
        :raises odoo.exceptions.UserError: without access, or when nothing is beyond need
        """
        if "mes.pull.change" not in self.env:
            return self.browse()
        changes = self.env["mes.pull.change"].browse(change_ids)
        changes.check_access("read")
        entries = [
            (
                change.product_id,
                change.company_id,
                change.warehouse_id,
                change.qty_before - change.qty_after,
                change.document or change.display_name,
            )
            for change in changes.sudo().filtered(lambda change: change.action in GONE)
        ]
        return self._open_surplus(entries)


class MesQualityDisposition(models.Model):
    _inherit = "mes.quality.disposition"

    mes_clearance_ids = fields.One2many("mes.aging.clearance", "disposition_id", "Clearance Cases", readonly=True)

    def action_mes_clear(self):
        """Open a clearance case for the stock that this released, or show the one that there is.

        :raises odoo.exceptions.UserError: before it is closed, without the role, or when nothing of it is left
        """
        self.check_access("read")
        cases = self.mes_clearance_ids.filtered(lambda case: case.state in ("draft", "open"))
        for order in self - cases.disposition_id:
            cases |= self.env["mes.aging.clearance"]._open_for([order._prepare_mes_clearance()])
        return cases._get_cases_action()

    def _prepare_mes_clearance(self):
        self.ensure_one()
        order = self.sudo()
        lines = order.line_ids.filtered(lambda line: line.state == "done" and line.route in RELEASING)
        if order.state != "done" or not lines:
            raise self.env["mes.aging.message"]._error("clearance_unreleased", disposition=order.name)
        return {
            "product_id": order.product_id.id,
            "lot_ids": [(6, 0, order.lot_id.ids)],
            "company_id": (order.company_id or self.env.company).id,
            "quantity": order.uom_id._compute_quantity(sum(lines.mapped("done_qty")), order.product_id.uom_id),
            "disposition_id": order.id,
            "source": "disposition",
            "origin": order.name,
        }


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_mes_clear(self):
        """Open a clearance case for what is left of these begun orders, or show the one that there is.

        :raises odoo.exceptions.UserError: without the role, or of an order that isn't in progress
        """
        self.check_access("read")
        Case = self.env["mes.aging.clearance"]
        cases = Case.search([("production_id", "in", self.ids), ("state", "in", ("draft", "open"))])
        begun = self.env["mes.aging.order"].sudo().search([("production_id", "in", self.ids)]).production_id
        for order in self - cases.production_id:
            if order not in begun:
                raise self.env["mes.aging.message"]._error("clearance_kind", order=order.name)
            cases |= Case._open_for([order._prepare_mes_clearance()])
        return cases._get_cases_action()

    def _prepare_mes_clearance(self):
        self.ensure_one()
        order = self.sudo()
        left = order.product_qty - order.qty_produced
        return {
            "product_id": order.product_id.id,
            "production_id": order.id,
            "company_id": order.company_id.id,
            "quantity": order.product_uom_id._compute_quantity(left, order.product_id.uom_id),
            "origin": order.name,
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_mes_clear_surplus(self):
        """Open clearance cases for what these cancelled or cut orders leave over.

        :raises odoo.exceptions.UserError: without the role, or when nothing is beyond need
        """
        self.check_access("read")
        entries = [entry for line in self.sudo().order_line for entry in line._mes_get_surplus_entries()]
        return self.env["mes.aging.clearance"]._open_surplus(entries)._get_cases_action()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    mes_cut_qty = fields.Float(
        "Cut",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="By how much the confirmed order was lowered since, in the line's unit.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._mes_check_cut(vals)
        return super().create(vals_list)

    @api.model
    def _mes_check_cut(self, vals):
        """Raise when it is written by hand by how much a line was lowered."""
        if vals.get("mes_cut_qty") and not self.env.su:
            raise self.env["mes.aging.message"]._error("clearance_fact", fields=self._fields["mes_cut_qty"].string)

    def write(self, vals):
        """Note by how much a confirmed line is lowered; raised again, it is less."""
        self._mes_check_cut(vals)
        if "product_uom_qty" not in vals:
            return super().write(vals)
        before = {line: line.product_uom_qty for line in self if line.state == "sale"}
        result = super().write(vals)
        for line, quantity in before.items():
            cut = max(line.mes_cut_qty + quantity - line.product_uom_qty, 0.0)
            if line.product_uom_id.compare(cut, line.mes_cut_qty):
                line.sudo().mes_cut_qty = cut
        return result

    def _mes_get_surplus_entries(self):
        """Return what this line leaves over, see `_open_surplus`."""
        self.ensure_one()
        cut = self.mes_cut_qty
        if self.state == "cancel":
            cut += max(self.product_uom_qty - self.qty_delivered, 0.0)
        if not self.product_id.is_storable or cut <= 0:
            return []
        pieces = self.product_uom_id._compute_quantity(cut, self.product_id.uom_id, round=False)
        order = self.order_id
        return [(self.product_id, order.company_id, order.warehouse_id, pieces, order.name)]
