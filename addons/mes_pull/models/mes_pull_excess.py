"""Held stock: what was made beyond the need, why, and since when."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import EXCESS_STATES


class MesPullExcess(models.Model):
    """One quantity that came into a loop's place for held stock, and what is left of it there.

    The rows follow the stock: what enters the place makes a row, what leaves it (released, scrapped, counted away)
    takes from the oldest row of its lot.
    """

    _name = "mes.pull.excess"
    _description = "Held Stock"
    _order = "date_held, id"
    _rec_name = "product_id"

    loop_id = fields.Many2one("mes.pull.loop", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="loop_id.company_id", store=True, precompute=True, index=True)
    product_id = fields.Many2one(related="loop_id.product_id", store=True, precompute=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    location_id = fields.Many2one("stock.location", string="Place", required=True, index=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", index="btree_not_null", readonly=True)
    move_id = fields.Many2one("stock.move", string="Stock Move", index="btree_not_null", readonly=True)
    production_id = fields.Many2one("mrp.production", string="Made By", index="btree_not_null", readonly=True)
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True, help="What was held at first.")
    remaining_qty = fields.Float("Still Held", digits="Product Unit", required=True, readonly=True)
    released_qty = fields.Float(
        "Gone",
        digits="Product Unit",
        compute="_compute_released_qty",
        store=True,
        help="Released, scrapped or counted.",
    )
    date_held = fields.Datetime("Held Since", required=True, readonly=True, index=True)
    date_released = fields.Datetime("Gone On", readonly=True)
    age_days = fields.Float("Age (Days)", compute="_compute_age_days", search="_search_age_days")
    value = fields.Monetary(compute="_compute_value", help="Still held x cost of the product.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char("Cause", readonly=True)
    state = fields.Selection(EXCESS_STATES, compute="_compute_state", store=True, index=True)

    _remaining_in_range = models.Constraint(
        "CHECK(remaining_qty >= -0.000001)", "No more can leave the place for held stock than is there."
    )

    @api.depends("quantity", "remaining_qty")
    def _compute_released_qty(self):
        for excess in self:
            excess.released_qty = excess.quantity - excess.remaining_qty

    @api.depends("remaining_qty")
    def _compute_state(self):
        for excess in self:
            gone = not excess.product_id or excess.uom_id.compare(excess.remaining_qty, 0) <= 0
            excess.state = "released" if gone else "held"

    @api.depends("date_held", "date_released")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for excess in self:
            excess.age_days = ((excess.date_released or now) - excess.date_held).total_seconds() / 86400

    def _search_age_days(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]
        return Domain("date_held", turned, fields.Datetime.subtract(fields.Datetime.now(), days=value))

    @api.depends("remaining_qty", "product_id")
    def _compute_value(self):
        for excess in self:
            product = excess.product_id.with_company(excess.company_id).sudo()
            excess.value = excess.remaining_qty * product.standard_price

    # -- bookkeeping --------------------------------------------------------------------------------------------

    @api.model
    def _book(self, loop, line, sign):
        """Book that a done move line brought its quantity in (``sign`` 1) or took it away (-1)."""
        quantity = line.quantity_product_uom
        if sign > 0:
            message = self.env["mes.pull.message"]
            production = line.move_id.production_id
            self.sudo().create(
                {
                    "loop_id": loop.id,
                    "location_id": line.location_dest_id.id,
                    "lot_id": line.lot_id.id,
                    "move_id": line.move_id.id,
                    "production_id": production.id,
                    "quantity": quantity,
                    "remaining_qty": quantity,
                    "date_held": fields.Datetime.now(),
                    "reason": message._text(
                        "excess_made" if production else "excess_came",
                        document=production.name or line.move_id.reference or line.move_id.display_name or "",
                        quantity=float(quantity),
                        unit=loop.uom_id.name,
                        authorised=float(loop._get_balances()[loop.id].authorised),
                    ),
                }
            )
            return
        rows = self.sudo().search(
            [
                ("loop_id", "=", loop.id),
                ("location_id", "=", line.location_id.id),
                ("lot_id", "=", line.lot_id.id),
                ("state", "=", "held"),
            ]
        )
        chosen = self.env.context.get("mes_pull_release")
        if isinstance(chosen, type(self)):  # a row that is being released: it is the one that shrinks
            rows = (rows & chosen) | rows
        for row in rows:
            taken = min(quantity, row.remaining_qty)
            if loop.uom_id.compare(taken, 0) <= 0:
                break
            quantity -= taken
            left = row.remaining_qty - taken
            gone = loop.uom_id.compare(left, 0) <= 0
            row.write({"remaining_qty": left, "date_released": fields.Datetime.now() if gone else False})

    # -- what people do -----------------------------------------------------------------------------------------

    def action_release(self, reason):
        """Move what is still held into the supermarket, beyond what is authorised; the reason is kept.

        :raises odoo.exceptions.AccessError: for users who are no planners
        :raises odoo.exceptions.UserError: without a reason
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("mes_pull.mes_pull_group_planner"):
            raise AccessError(self.env._("Only planners may release held stock. Ask a planner."))
        Override = self.env["mes.pull.override"]
        reason = Override._check_reason(reason)
        self.loop_id.sudo()._lock()
        for excess in self.sudo().filtered(lambda excess: excess.state == "held"):
            quantity = excess.remaining_qty
            Override._log(
                "held",
                excess,
                reason,
                quantity=quantity,
                product_id=excess.product_id.id,
                loop_id=excess.loop_id.id,
                limits=excess.reason,
            )
            excess.loop_id._release_excess([(excess, quantity)])
        return True

    def action_open_release(self):
        """Open the form that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release Held Stock"),
            "res_model": "mes.pull.override.wizard",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_excess_ids": [(6, 0, self.ids)]},
        }

    def action_scrap(self):
        """Open Odoo's scrap form for what is still held."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scrap"),
            "res_model": "stock.scrap",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_product_id": self.product_id.id,
                "default_product_uom_id": self.uom_id.id,
                "default_scrap_qty": self.remaining_qty,
                "default_lot_id": self.lot_id.id,
                "default_location_id": self.location_id.id,
                "default_company_id": self.company_id.id,
            },
        }
