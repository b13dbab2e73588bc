"""What a customer can be promised."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime
from odoo.tools.sql import column_exists, create_column


class SaleOrder(models.Model):
    _inherit = "sale.order"

    mes_promise_date = fields.Datetime(
        "Promise",
        compute="_compute_mes_promise_date",
        help="When all lines can be delivered: the latest promise of the lines. Empty while a line has none.",
    )

    mes_is_promised = fields.Boolean(compute="_compute_mes_promise_date", help="Some line was asked for its promise.")
    mes_promise_text = fields.Text(
        "Promises", compute="_compute_mes_promise_date", help="Each line's promise, and why."
    )

    @api.depends("order_line.mes_promise_date", "order_line.mes_promise_reason", "order_line.product_id")
    def _compute_mes_promise_date(self):
        for order in self:
            lines = order.order_line.filtered("mes_promise_reason")
            order.mes_is_promised = bool(lines)
            order.mes_promise_text = "\n".join(line._get_mes_promise_text() for line in lines) or False
            dates = order.order_line.filtered(lambda line: line._is_mes_promised()).mapped("mes_promise_date")
            order.mes_promise_date = max(dates) if dates and all(dates) else False

    def action_mes_promise(self):
        """Write on each line of these quotations when it can be delivered, and why not earlier.

        For sales users and planners. Nothing is booked or reserved, and only the promise is written. Quotations that
        are promised together come one behind the other.

        :raises odoo.exceptions.UserError: for what is not a quotation any more
        :raises odoo.exceptions.AccessError: for others
        """
        self._mes_check_promiser()
        for order in self:
            if order.state not in ("draft", "sent"):
                raise self.env["mes.pull.message"]._error("promise_confirmed", order=order.name)
        for company, orders in self.sudo().grouped("company_id").items():
            lines = orders.with_company(company).order_line.filtered(lambda line: line._is_mes_promised())
            promises = self.env["mes.pull.promise"].sudo().with_company(company)._promise(lines)
            for line, (date, reason) in promises.items():
                line.write({"mes_promise_date": date, "mes_promise_reason": reason})
        return True

    def _mes_check_promiser(self):
        """Odoo lets the stock's users write sales orders, too; promises are given by those who sell or plan."""
        self.check_access("write")
        groups = ("sales_team.group_sale_salesman", "mes_pull.mes_pull_group_planner")
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Only sales users and planners may do this. Ask one of them."))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    mes_promise_date = fields.Datetime(
        "Promise",
        compute="_compute_mes_promise",
        store=True,
        copy=False,
        help="When it can be delivered: free stock first, the rest behind all that is planned or waits, then the days "
        "to deliver. Empty until asked for, and after a change of product, quantity or warehouse.",
    )
    mes_promise_reason = fields.Char("Promised Then Because", compute="_compute_mes_promise", store=True, copy=False)

    def _auto_init(self):
        """Add the columns without a computation for each line that there is: none has a promise yet."""
        for name, kind in (("mes_promise_date", "timestamp"), ("mes_promise_reason", "varchar")):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    @api.depends(
        "product_id", "product_uom_qty", "product_uom_id", "route_ids", "order_id.warehouse_id", "customer_lead"
    )
    def _compute_mes_promise(self):
        """A promise holds for what was asked: with that it goes."""
        self.mes_promise_date = False
        self.mes_promise_reason = False

    def _get_mes_promise_text(self):
        """Return the promise of a line in words."""
        message = self.env["mes.pull.message"]
        product, reason = self.product_id.display_name, self.mes_promise_reason
        if not self.mes_promise_date:
            return message._text("promise_none", product=product, reason=reason)
        date = format_datetime(self.env, self.mes_promise_date, dt_format="short")
        return message._text("promise_line", product=product, quantity=self.product_uom_qty, date=date, reason=reason)

    def _is_mes_promised(self):
        """Return whether the line asks for goods."""
        self.ensure_one()
        return bool(
            not self.display_type
            and self.product_id.type == "consu"
            and self.product_uom_id.compare(self.product_uom_qty, 0) > 0
        )
