"""Rejected stock gets its disposition at once, and stays held until that is done."""

from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ..const import CHECKED, OPEN_DISPOSITION_STATES, PLACED_KINDS
from .stock_move_line_hold import STOCK_USAGES


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    disposition_id = fields.Many2one("mes.quality.disposition", readonly=True, index="btree_not_null", copy=False)
    disposed_qty = fields.Float(
        "Disposed Of", digits="Product Unit", readonly=True, copy=False, help="By dispositions, in the product's unit."
    )

    @api.depends("disposed_qty")
    def _compute_open_qty(self):
        result = super()._compute_open_qty()
        for hold in self:
            hold.open_qty = max(hold.open_qty - hold.disposed_qty, 0.0)
        return result

    def _freeze(self):
        result = super()._freeze()
        rejected = self.sudo().filtered(lambda hold: hold.level == "rejected" and not hold._is_group())
        rejected._open_dispositions()
        return result

    def action_open_disposition(self):
        """Open the dispositions of these holds, and show them. As an engineer.

        :raises odoo.exceptions.UserError: without the role, or for lifted holds
        """
        self._check_may_decide()
        self.check_access("read")
        holds = self.sudo()
        missing = (holds | holds._get_members()).filtered(lambda hold: not hold._is_group() and not hold.disposition_id)
        missing._check_can_open_disposition()
        missing._open_dispositions()
        return (holds | holds._get_members()).disposition_id.with_env(self.env)._get_action()

    def _check_can_open_disposition(self):
        for hold in self:
            if hold.state != "active" or hold._is_group() or hold._has_open_disposition():
                raise self.env["mes.quality.message"]._error("disposition_no_hold", hold=hold.name or "")

    def _has_open_disposition(self):
        self.ensure_one()
        return self.disposition_id.state in OPEN_DISPOSITION_STATES

    def _open_dispositions(self):
        """Open the dispositions of these holds; several holds of one whole lot share theirs. Return them."""
        holds = self.sudo().filtered(lambda hold: hold.state == "active" and not hold._has_open_disposition())
        context = {**clean_context(self.env.context), "mes_quality_checked": CHECKED}
        Disposition = self.env["mes.quality.disposition"].sudo().with_env(self.sudo().env(context=context))
        found, missing = Disposition.browse(), []
        known = holds._find_open_dispositions()
        for hold in holds:
            if hold.kind == "lot" and hold.lot_id in known:
                hold._set_facts({"disposition_id": known[hold.lot_id].id})
                found |= known[hold.lot_id]
            elif hold.open_qty:
                missing.append(hold)
                if hold.kind == "lot":
                    known[hold.lot_id] = hold
        names = Disposition._next_names(len(missing))
        quiet = Disposition.with_context(mail_create_nolog=True, mail_create_nosubscribe=True, mail_notrack=True)
        companies = self.browse([hold.id for hold in missing])._find_stock_companies()
        made = quiet.create(
            [
                {**hold._prepare_disposition_vals(name), "company_id": companies[hold].id}
                for hold, name in zip(missing, names, strict=True)
            ]
        )
        made = made.with_context(mes_quality_checked=None)
        for order in made:
            order.hold_id._set_facts({"disposition_id": order.id})
        made._log("opened")
        made._propose()
        return found.with_context(mes_quality_checked=None) | made

    def _find_stock_companies(self):
        """Return ``{hold: company}``: its own, or the only one in which the lot lies."""
        domain = [("lot_id", "in", self.lot_id.ids), ("location_id.usage", "in", ("internal", "transit"))]
        rows = self.env["stock.quant"].sudo()._read_group(domain, ["lot_id"], ["company_id:recordset"])
        found = {lot: companies for lot, companies in rows if len(companies) == 1}
        return {hold: hold.company_id or found.get(hold.lot_id, hold.company_id) for hold in self.sudo()}

    def _find_open_dispositions(self):
        """Return ``{lot: open disposition}`` of these holds' whole lots."""
        orders = self.env["mes.quality.disposition"].search(
            [
                ("lot_id", "in", self.filtered(lambda hold: hold.kind == "lot").lot_id.ids),
                ("hold_id.kind", "=", "lot"),
                ("state", "in", OPEN_DISPOSITION_STATES),
            ]
        )
        return {order.lot_id: order for order in orders}

    def _prepare_disposition_vals(self, name):
        self.ensure_one()
        quantity = self.open_qty
        return {
            "name": name,
            "hold_id": self.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "quantity": quantity,
            "unit_cost": self.value / self.quantity if self.quantity else 0.0,
            "user_id": self.user_id.id,
            "date_due": self.date_due,
        }

    # -- held until it is decided -------------------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if vals.get("level") == "rejected" and self._is_checked():
            plain = self.sudo().with_context(mes_quality_checked=None)
            plain.filtered(lambda hold: not hold._is_group())._open_dispositions()
        return result

    def _lift(self, reason):
        if self.env.context.get("mes_disposition_lift") is not CHECKED:
            self._check_decided()
        return super()._lift(reason)

    def _check_decided(self):
        """Refuse to lift holds whose disposition is open, unless another hold goes on holding all of that stock."""
        ending = (self.sudo() | self.sudo()._get_members()).filtered(lambda hold: hold.state == "active")
        for hold in ending.filtered(lambda hold: hold._has_open_disposition()):
            order = hold.disposition_id
            others = order.hold_ids.filtered(lambda other: other.state == "active" and other.kind == "lot") - ending
            if not others:
                raise self.env["mes.quality.message"]._error("disposition_lift", hold=hold.name, disposition=order.name)
            if order.hold_id in ending:
                order._set_facts({"hold_id": others[0].id})

    def _dispose(self, quantity, line):
        """Keep that ``quantity`` of this hold was disposed of."""
        self.ensure_one()
        hold = self.sudo()
        left = hold.open_qty if hold.kind in PLACED_KINDS else quantity
        hold._set_facts({"disposed_qty": hold.disposed_qty + min(quantity, left)})
        hold._log("disposed", note=line.display_name, after=f"{quantity:g}")

    def _dispose_of_returned(self, quantity):
        """Open the disposition of a rejected lot of which nothing was there, and ``quantity`` has come back now."""
        self.ensure_one()
        hold, before = self.sudo(), self.open_qty
        total = quantity + hold.used_qty + hold.disposed_qty
        price = hold.product_id.with_company(hold.company_id or self.env.company).standard_price
        hold._set_facts({"quantity": total, "value": total * price})
        hold._log("changed", note=self.env._("Came back"), before=f"{before:g}", after=f"{quantity:g}")
        hold._open_dispositions()

    @api.model
    def _book_crossing(self, lines):
        # what a concession ships is booked by it
        concessions = lines.filtered(lambda line: line._mes_get_concessions())
        return super()._book_crossing(lines - concessions)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_after_done(self, watched, book=True):
        result = super()._mes_after_done(watched, book=book)
        if book:
            self.filtered(
                lambda line: (
                    line.location_id.usage not in STOCK_USAGES
                    and line.location_dest_id.usage in STOCK_USAGES
                    and line.lot_id.mes_quality_state == "rejected"
                )
            ).lot_id._mes_dispose_of_returned()
        return result

    def _mes_get_concessions(self):
        """Return the concessions by which this line leaves quarantine."""
        self.ensure_one()
        Line = self.env["mes.quality.disposition.line"]
        if self.location_dest_id.usage != "customer" or not self.location_id.mes_is_quarantine:
            return Line
        Hold = self.env["mes.quality.hold"]
        return Line._find_concessions(self.sudo(), Hold._find_concerned(self.sudo())._of_line(self.sudo()))


class StockLot(models.Model):
    _inherit = "stock.lot"

    mes_disposition_ids = fields.One2many("mes.quality.disposition", "lot_id", "Dispositions", readonly=True)
    mes_disposition_count = fields.Integer(compute="_compute_mes_disposition_count")

    def _compute_mes_disposition_count(self):
        domain = [("lot_id", "in", self.ids), ("state", "in", OPEN_DISPOSITION_STATES)]
        counts = dict(self.env["mes.quality.disposition"].sudo()._read_group(domain, ["lot_id"], ["__count"]))
        for lot in self:
            lot.mes_disposition_count = counts.get(lot, 0)

    def _mes_dispose_of_returned(self):
        """What has come back of these rejected lots gets a disposition, where none is open."""
        if not self:
            return
        holds = self._mes_get_whole_holds()
        holds = holds.filtered(lambda hold: hold.level == "rejected" and not hold._has_open_disposition())
        on_hand = self._mes_get_on_hand()
        for lot, its in holds.grouped("lot_id").items():
            if on_hand.get(lot.id):
                its[0]._dispose_of_returned(on_hand[lot.id])

    def action_mes_open_dispositions(self):
        return self.mes_disposition_ids._get_action()


class MesQualityInspection(models.Model):
    _inherit = "mes.quality.inspection"

    def _lift_holds(self, text):
        """An inspection that passes after one that failed drops the disposition, if nobody has decided about it yet."""
        if self.state != "failed":
            orders = self._get_open_holds().disposition_id
            orders.filtered(lambda order: order.state == "draft" and not order.line_ids)._cancel(text)
        return super()._lift_holds(text)
