"""Which case owns which stock: no piece is in two cases, and none in a case that isn't there or is held."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import OPEN_CLEARANCE_STATES
from ..tools.clearance import share


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    def _get_left(self):
        """Return what is left of each of these: ``{case id: quantity}`` in the product's unit. Two queries for all.

        Open cases share what is on hand and not held: the oldest first, cases that name lots before the others.
        """
        known = self.filtered("id") | self._origin
        left = dict.fromkeys(known.ids, 0.0)
        left.update(known.sudo()._get_left_of_orders())
        for company, products in known._get_places().items():
            stock = self._get_clearable(products, company)
            shares = self._share_stock(stock, self._get_rivals(company, products))
            left.update({case: quantity for case, quantity in shares.items() if case in left})
        return left

    @api.model
    def _share_stock(self, stock, cases):
        """Return what each of these cases, the oldest first, has of the stock: ``{case id: quantity}``.

        :param stock: see `_get_clearable`
        """
        shares = {}
        for product, own in cases.grouped("product_id").items():
            shares.update(share([case._get_claim(stock) for case in own], stock.get(product.id, {})))
        return shares

    def _get_places(self):
        """Return ``{company: products}`` of the open cases of stock."""
        cases = self.sudo().filtered(lambda case: not case.production_id and case.state in OPEN_CLEARANCE_STATES)
        return {company: group.product_id for company, group in cases.grouped("company_id").items()}

    def _get_left_of_orders(self):
        """Return what is left to make of the orders that have begun: ``{case id: quantity}``."""
        left = {}
        for case in self.filtered(lambda case: case.production_id and case.state in OPEN_CLEARANCE_STATES):
            order = case.production_id
            is_open = order.state in ("confirmed", "progress", "to_close")
            rest = order.product_uom_id._compute_quantity(order.product_qty - order.qty_produced, case.uom_id)
            left[case.id] = max(min(rest, case.quantity - case.cleared_qty), 0.0) if is_open else 0.0
        return left

    @api.model
    def _get_rivals(self, company, products):
        """Return the open cases of these products' stock, the oldest first."""
        domain = [
            ("company_id", "=", company.id),
            ("product_id", "in", products.ids),
            ("production_id", "=", False),
            ("state", "in", OPEN_CLEARANCE_STATES),
        ]
        return self.sudo().search(domain, order="id")

    def _get_claim(self, stock):
        """Return ``(case id, quantity still wanted, keys of the stock or None)``, see `tools/clearance.py`."""
        self.ensure_one()
        wanted = max(self.quantity - self.cleared_qty, 0.0)
        if not self.lot_ids and not self.warehouse_id:
            return self.id, wanted, None
        lots, place = set(self.lot_ids.ids), self.warehouse_id.id
        keys = [
            key
            for key in stock.get(self.product_id.id, {})
            if (not lots or key[0] in lots) and (not place or key[1] == place)
        ]
        return self.id, wanted, tuple(keys)

    @api.model
    def _get_clearable(self, products, company):
        """Return what is on hand, ours, not held: ``{product id: {(lot id, warehouse id): quantity}}``. One query."""
        self.env["stock.quant"].flush_model()
        figures = self.env["mes.aging.figures"]
        self.env.cr.execute(
            SQL(
                """
                SELECT quant.product_id, quant.lot_id, place.warehouse_id, SUM(quant.quantity)
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id AND place.usage = 'internal'
                 WHERE quant.product_id = ANY(%(products)s) AND quant.company_id = %(company)s
                   AND (quant.owner_id IS NULL OR quant.owner_id = %(owner)s)
                   AND NOT %(frozen_quant)s AND NOT %(frozen_place)s
              GROUP BY quant.product_id, quant.lot_id, place.warehouse_id
              ORDER BY quant.product_id, quant.lot_id, place.warehouse_id
                """,
                products=products.ids,
                company=company.id,
                owner=company.partner_id.id,
                frozen_quant=figures._get_frozen_condition("stock.quant", "quant"),
                frozen_place=figures._get_frozen_condition("stock.location", "place"),
            )
        )
        found = {}
        for product_id, lot_id, warehouse_id, quantity in self.env.cr.fetchall():
            found.setdefault(product_id, {})[lot_id or False, warehouse_id or False] = quantity
        return found

    def _check_claims(self):
        """Raise when these claim more than is there. Of two who claim the same stock at once, one waits.

        :raises odoo.exceptions.UserError: saying how much can be claimed
        """
        if not self:
            return
        self.env["mes.aging.guard.counter"].sudo()._count_up(self.product_id)
        self.invalidate_recordset(["left_qty", "left_value"])
        left = self.sudo()._get_left_of_orders()
        for case in self.filtered(lambda case: case.id in left):
            case._check_claim(left[case.id])
        for company, products in self._get_places().items():
            stock, cases = self._get_clearable(products, company), self._get_rivals(company, products)
            shares = self._share_stock(stock, cases)
            for case in (self & cases).with_env(self.env):
                case._check_claim(shares[case.id])
            self._check_rivals(cases - self, shares, self._share_stock(stock, cases - self))

    def _check_claim(self, left):
        """Raise when this claims more than what is left for it."""
        wanted = self.quantity - self.cleared_qty
        if self.state in OPEN_CLEARANCE_STATES and self.uom_id.compare(wanted, left) > 0:
            raise self._get_claim_error(left)

    def _check_rivals(self, rivals, shares, before):
        """Raise when these take from younger or older cases what they claim already.

        :param dict shares: ``{case id: what it has}``
        :param dict before: the same if these weren't there
        """
        for case in rivals:
            lost = before[case.id] - shares[case.id]
            if case.uom_id.compare(lost, 0) > 0:
                mine = self.filtered(lambda one, case=case: one.product_id == case.product_id)[:1]
                raise mine._get_claim_error(max(shares[mine.id] - lost, 0.0))

    def _get_claim_error(self, left):
        return self.env["mes.aging.message"]._error(
            "clearance_claimed",
            product=self.product_id.display_name,
            quantity=self.quantity,
            free=left + self.cleared_qty,
            unit=self.uom_id.name,
        )

    # -- closing by itself --------------------------------------------------------------------------------------

    @api.model
    def _cron_settle(self):
        """Close the cases whose stock is gone; bring the others up to date. Twice is the same as once."""
        cases = self.sudo().search([("state", "in", OPEN_CLEARANCE_STATES)], order="id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(cases))
        for number in range(0, len(cases), 100):
            batch = cases[number : number + 100]
            batch.line_ids.filtered(lambda line: line.state == "open")._refresh()
            batch._settle()
            if not commit(len(batch)):
                return

    def _settle(self):
        """Sum up what the routes did, and close what has nothing left and no open document."""
        self._sum_cleared()
        self.invalidate_recordset(["left_qty", "left_value"])  # of stock, which they don't depend on
        left = self._get_left()
        for case in self.filtered(lambda case: case.state in OPEN_CLEARANCE_STATES):
            vals = case._prepare_sums(left[case.id])
            changed = {name: value for name, value in vals.items() if abs(case[name] - value) > 1e-6}
            if changed:
                case.write(changed)
            is_left = case.uom_id.compare(left[case.id], 0) > 0
            if not is_left and not any(line.state == "open" for line in case.line_ids):
                case.line_ids.filtered(lambda line: line.state == "draft")._set_state("cancelled")
                case._finish("done")

    def _sum_cleared(self):
        """Sum up what was cleared: it is no longer wanted when what is there is shared out."""
        for case in self.filtered(lambda case: case.state in OPEN_CLEARANCE_STATES):
            cleared = sum(case.line_ids.mapped("done_qty"))
            if case.uom_id.compare(case.cleared_qty, cleared):
                case.write({"cleared_qty": cleared})

    def _prepare_sums(self, left):
        """Return the figures that follow from the routes."""
        self.ensure_one()
        cleared = sum(self.line_ids.mapped("done_qty"))
        return {
            "cleared_qty": cleared,
            "recovered_value": sum(self.line_ids.mapped("recovered_value")),
            "cost_value": sum(self.line_ids.mapped("cost_value")),
            "gone_qty": max(self.quantity - cleared - left, 0.0),
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    mes_clearance_days = fields.Integer(
        "Clear Backlog Within (days)", default=30, help="The deadline of a new clearance case; zero: none."
    )
    mes_holding_rate = fields.Float(
        "Cost of Holding Stock (% a Year)",
        default=20.0,
        help="Of its value: capital, space, ageing. Fast routes are ranked before slow ones by it.",
    )

    _mes_clearance_days = models.Constraint("CHECK (mes_clearance_days >= 0)", "A deadline isn't in the past.")
    _mes_holding_rate = models.Constraint("CHECK (mes_holding_rate >= 0)", "Holding stock isn't free of charge.")

    def _mes_get_clearance_deadline(self):
        """Return the date by which a case opened today is to be cleared; False without a deadline."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        return fields.Date.add(today, days=self.mes_clearance_days) if self.mes_clearance_days else False


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mes_clearance_days = fields.Integer(related="company_id.mes_clearance_days", readonly=False)
    mes_holding_rate = fields.Float(related="company_id.mes_holding_rate", readonly=False)
