"""Where cases come from: alerts, the ageing report, what cut orders leave over, dispositions."""

from odoo import api, fields, models


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    @api.model
    def _open_for(self, vals_list):
        """Open cases for as much as can be claimed of each entry; what is claimed already is left out.

        :param list vals_list: values of cases, with ``quantity`` the most that is wanted
        :return: the new cases
        :raises odoo.exceptions.UserError: when nothing can be opened
        """
        cases = self.browse()
        for vals in vals_list:
            free = self._get_free(vals)
            quantity = min(vals["quantity"], free)
            if self.env["product.product"].browse(vals["product_id"]).uom_id.compare(quantity, 0) > 0:
                source = {"source": vals.pop("source", "manual"), "origin": vals.pop("origin", False)}
                case = self.create({**vals, "quantity": quantity})
                case.sudo().write(source)
                cases |= case
        if not cases:
            raise self.env["mes.aging.message"]._error("clearance_nothing")
        return cases

    @api.model
    def _get_free(self, vals):
        """Return how much of this stock no open case claims yet."""
        if vals.get("production_id"):
            return vals["quantity"]
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        product = self.env["product.product"].browse(vals["product_id"])
        probe = self.new({**vals, "company_id": company.id, "quantity": vals["quantity"]})
        stock = self._get_clearable(product, company)
        keys = probe._get_claim(stock)[2]
        there = stock.get(product.id, {})
        wanted = sum(max(there.get(key, 0), 0) for key in (there if keys is None else keys))
        rivals = self._get_rivals(company, product)
        total = sum(max(quantity, 0) for quantity in there.values())
        named = rivals.filtered(lambda case: case.lot_ids & probe.lot_ids or not (case.lot_ids and probe.lot_ids))
        return min(wanted - sum(named.mapped("left_qty")), total - sum(rivals.mapped("left_qty")))

    def _get_cases_action(self):
        """Return the action that shows these."""
        return self._get_records_action(name=self.env._("Clearance Cases"))


class MesAgingAlert(models.Model):
    _inherit = "mes.aging.alert"

    clearance_id = fields.Many2one(
        "mes.aging.clearance", "Clearance Case", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def action_clear(self):
        """Open a clearance case for each item of these alerts, or show the one that there is.

        :raises odoo.exceptions.UserError: of somebody else, closed, or when nothing is left to clear
        """
        self._check_may_handle()
        cases = self.clearance_id.filtered(lambda case: case.state in ("draft", "open"))
        for alert in self:
            if alert.clearance_id in cases:
                continue
            case = alert._find_case() or self.env["mes.aging.clearance"]._open_for([alert._prepare_clearance_vals()])
            alert.sudo().clearance_id = case
            cases |= case
        self.filtered(lambda alert: alert.state == "open").sudo()._handle()
        return cases._get_cases_action()

    def _find_case(self):
        """Return the open case of the same item, whatever cause it was opened for."""
        self.ensure_one()
        return self.env["mes.aging.clearance"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("production_id", "=", self.production_id.id),
                ("lot_ids", "=" if not self.lot_id else "in", self.lot_id.ids or False),
                ("warehouse_id", "in", [self.warehouse_id.id, False]),
                ("state", "in", ("draft", "open")),
            ],
            limit=1,
        )

    def _prepare_clearance_vals(self):
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "lot_ids": [(6, 0, self.lot_id.ids)],
            "warehouse_id": self.warehouse_id.id,
            "production_id": self.production_id.id,
            "company_id": self.company_id.id,
            "quantity": self.quantity,
            "user_id": self.user_id.id,
            "source": "alert",
            "origin": self.display_name,
        }


class MesAgingLayer(models.Model):
    _inherit = "mes.aging.layer"

    def action_clear(self):
        """Open a clearance case for each product and warehouse of these layers.

        :raises odoo.exceptions.UserError: without the role, or when nothing is left to clear
        """
        vals_list = []
        for (product, warehouse, company), layers in self.grouped(
            lambda layer: (layer.product_id, layer.warehouse_id, layer.company_id)
        ).items():
            untracked = any(not layer.lot_id for layer in layers)
            vals_list.append(
                {
                    "product_id": product.id,
                    "warehouse_id": warehouse.id,
                    "company_id": company.id,
                    "lot_ids": [(6, 0, [] if untracked else layers.lot_id.ids)],
                    "quantity": sum(layers.mapped("quantity")),
                    "source": "report",
                }
            )
        return self.env["mes.aging.clearance"]._open_for(vals_list)._get_cases_action()
