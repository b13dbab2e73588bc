"""Where cases come from: alerts, the ageing report, what cut orders leave over, dispositions."""

from odoo import api, fields, models

from ..tools.clearance import Claim, Room


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    @api.model
    def _open_for(self, vals_list):
        """Open cases for as much as can be claimed of each entry; what is claimed already is left out.

        :param list vals_list: values of cases, with ``quantity`` the most that is wanted
        :return: the new cases
        :raises odoo.exceptions.UserError: when nothing can be opened
        """
        cases = self.browse().concat(*self._open_each(vals_list))
        if not cases:
            raise self.env["mes.aging.message"]._error("clearance_nothing")
        return cases

    @api.model
    def _open_each(self, vals_list):
        """Open a case for each entry of which something can be claimed. A few queries for all.

        :return: a list as long as ``vals_list``, of a case each, or of none where nothing is left
        """
        allowed = self._get_claimable(vals_list)
        wanted = [
            {**vals, "quantity": quantity} for vals, quantity in zip(vals_list, allowed, strict=True) if quantity > 0
        ]
        facts = [{name: vals.pop(name, False) for name in ("source", "origin")} for vals in wanted]
        cases = self.create(wanted)
        for case, fact in zip(cases.sudo(), facts, strict=True):
            case.write({**fact, "source": fact["source"] or "manual"})
        opened = iter(cases)
        return [next(opened) if quantity > 0 else self.browse() for quantity in allowed]

    @api.model
    def _get_claimable(self, vals_list):
        """Return how much of each entry can be claimed beside open cases and the entries before it; zero: nothing."""
        rooms, claimable = self._get_rooms(vals_list), []
        for vals in vals_list:
            product = self.env["product.product"].browse(vals["product_id"])
            quantity = vals["quantity"]
            if not vals.get("production_id"):
                room = rooms[vals.get("company_id") or self.env.company.id, product.id]
                claim = Claim(0.0, frozenset(self._get_lots_of(vals).ids), vals.get("warehouse_id") or 0)
                quantity = min(quantity, room.get_free(claim))
                room.take(claim._replace(quantity=max(quantity, 0.0)))
            claimable.append(quantity if product.uom_id.compare(quantity, 0) > 0 else 0.0)
        return claimable

    @api.model
    def _get_rooms(self, vals_list):
        """Return what nobody claims yet: ``{(company id, product id): Room}``."""
        wanted = {}
        for vals in vals_list:
            wanted.setdefault(vals.get("company_id") or self.env.company.id, set()).add(vals["product_id"])
        rooms = {}
        for company, product_ids in wanted.items():
            company = self.env["res.company"].browse(company)
            products = self.env["product.product"].browse(product_ids)
            stock, rivals = self._get_clearable(products, company), self._get_rivals(company, products)
            by_product = rivals.grouped("product_id")
            for product in products:
                claims = [
                    Claim(case.left_qty, frozenset(case.lot_ids.ids), case.warehouse_id.id or 0)
                    for case in by_product.get(product.with_env(rivals.env), ())
                ]
                rooms[company.id, product.id] = Room(stock.get(product.id, {}), claims)
        return rooms

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
        cases |= self.filtered(lambda alert: alert.clearance_id not in cases)._open_cases()
        self.filtered(lambda alert: alert.state == "open").sudo()._handle()
        return cases._get_cases_action()

    def _open_cases(self):
        """Link each of these to the open case of its item, or to a new one; return the cases. A few queries for all.

        :raises odoo.exceptions.UserError: when nothing of an item is left to clear
        """
        Case = self.env["mes.aging.clearance"]
        domain = [("product_id", "in", self.product_id.ids), ("state", "in", ("draft", "open"))]
        by_product = Case.search(domain).grouped("product_id")
        first, linked = {}, {}  # two alerts of an item share its case
        for alert in self:
            known = by_product.get(alert.product_id, Case).filtered(alert._is_about)
            if known:
                linked[alert] = known[0]
            else:
                first.setdefault(alert._get_item_key(), alert)
        new = Case._open_each([alert._prepare_clearance_vals() for alert in first.values()])
        opened = dict(zip(first, new, strict=True))
        for alert in self:
            case = linked.get(alert) or opened[alert._get_item_key()]
            if not case:
                raise self.env["mes.aging.message"]._error("clearance_nothing")
            alert.sudo().clearance_id = case
        return self.clearance_id

    def _get_item_key(self):
        return self.product_id, self.company_id, self.production_id, self.lot_id, self.warehouse_id

    def _is_about(self, case):
        """Return whether a case is about the item of this alert, whatever cause it was opened for."""
        self.ensure_one()
        return (
            case.company_id == self.company_id
            and case.production_id == self.production_id
            and (self.lot_id in case.lot_ids if self.lot_id else not case.lot_ids)
            and case.warehouse_id in (self.warehouse_id, self.env["stock.warehouse"])
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
