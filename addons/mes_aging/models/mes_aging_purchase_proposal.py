"""What to do with open purchases when the demand has fallen: cancel, reduce or postpone; a person decides."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import QUOTED_STATES
from ..tools.figures import above
from ..tools.guard import FREE, Open, share_surplus

ACTIONS = [("cancel", "Cancel"), ("reduce", "Reduce"), ("postpone", "Postpone")]
STATES = [("open", "Open"), ("accepted", "Accepted"), ("dismissed", "Dismissed"), ("closed", "Closed")]
BATCH = 200  # products


class MesAgingPurchaseProposal(models.Model):
    """A purchase line of which more is open than is needed, with the buyer who is to decide.

    open       found by the daily run, which brings it up to date, and closes it when the need is back
    accepted   a quotation was reduced; for a confirmed order the vendor is to be asked, then `action_apply`
    dismissed  the buyer keeps the purchase; it stays so until the figures change
    closed     there is nothing to do any more
    """

    _name = "mes.aging.purchase.proposal"
    _description = "Proposal for an Open Purchase"
    _order = "state desc, id desc"
    _rec_name = "order_id"
    _check_company_auto = True

    line_id = fields.Many2one("purchase.order.line", required=True, readonly=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(related="line_id.order_id", store=True, index=True)
    partner_id = fields.Many2one(related="line_id.order_id.partner_id", store=True, string="Vendor")
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="cascade")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float("Too Many", digits="Product Unit", readonly=True, help="In the product's unit.")
    action = fields.Selection(ACTIONS, "Proposed Action", required=True, readonly=True)
    date = fields.Date("Postpone to", readonly=True, help="The first day after the horizon of the policy.")
    user_id = fields.Many2one("res.users", "Buyer", index=True)
    state = fields.Selection(STATES, required=True, default="open", readonly=True)

    _line_open_uniq = models.UniqueIndex(
        "(line_id) WHERE state <> 'closed'", "There is a proposal for this purchase line already."
    )

    def write(self, vals):
        """The buyer may be changed; all else follows from the figures and from what the buyer decides."""
        if vals.keys() - {"user_id"} and not self.env.su:
            raise self.env["mes.aging.message"]._error("proposal_by_hand")
        return super().write(vals)

    # -- the daily run -------------------------------------------------------------------------------------------

    @api.model
    def _cron_propose(self):
        """Compare the open purchases of all products, those first that were compared longest ago.

        It commits after each batch: killed and run again, it goes on with the products that are left.
        """
        companies = self.env["res.company"].search([("id", "!=", False)])
        self = self.with_context(allowed_company_ids=companies.ids)
        start, cron = self.env.cr.now(), self.env["ir.cron"]
        products = self._get_products_to_compare()
        for number in range(0, len(products), BATCH):
            batch = products[number : number + BATCH]
            self._refresh(batch)
            self.env["mes.aging.guard.counter"]._mark(batch, start)
            if not cron._commit_progress(len(batch), remaining=max(0, len(products) - number - BATCH)):
                break

    @api.model
    def _get_products_to_compare(self):
        """Return the products with open purchases or proposals, less those of today; the longest ago first."""
        lines = self.env["purchase.order.line"].search(self._get_open_lines_domain())
        products = lines.product_id | self.search([("state", "!=", "closed")]).product_id
        counters = self.env["mes.aging.guard.counter"].search([("product_id", "in", products.ids)])
        seen = {counter.product_id.id: counter.date_proposed for counter in counters if counter.date_proposed}
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        due = products.filtered(lambda product: product.id not in seen or seen[product.id] < today)
        return due.sorted(lambda product: (seen.get(product.id, today.min), product.id))

    @api.model
    def _get_open_lines_domain(self):
        domain = Domain("order_id.state", "in", [*QUOTED_STATES, "purchase"]) & Domain(
            "product_id.is_storable", "=", True
        )
        return domain & Domain("product_qty", ">", 0) & Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _refresh(self, products):
        """Bring the proposals for the products up to date; a second run changes nothing.

        :param products: ``product.product``
        :return: the open proposals
        """
        domain = self._get_open_lines_domain() & Domain("product_id", "in", products.ids)
        lines = self.env["purchase.order.line"].search(domain).filtered(lambda line: line._mes_is_guarded())
        lines = lines.filtered(lambda line: line.product_id.uom_id.compare(line._mes_get_loose_qty(), 0) > 0)
        wanted = {}
        for (company, warehouse), group in lines.grouped(lambda line: line._mes_get_place()).items():
            wanted.update(self.with_company(company)._get_wanted(group, warehouse))
        known = self.search([("product_id", "in", products.ids), ("state", "!=", "closed")])
        return self._reconcile(known, wanted)

    @api.model
    def _get_wanted(self, lines, warehouse):
        """Return the values of the proposals for the lines of one warehouse: ``{line: vals}``."""
        policies = self.env["mes.aging.policy"]._get_policies(lines.product_id, warehouse or None)
        limits = {line: self.env["mes.aging.guard"]._get_limit(line, policies[line.product_id.id]) for line in lines}
        lines = lines.filtered(lambda line: limits[line][0] != FREE)
        days = sorted({limits[line][1] for line in lines})
        figures = self.env["mes.aging.guard"]._get_figures(lines.product_id, days, warehouse)
        wanted = {}
        for product, group in lines.grouped("product_id").items():
            if product.id in figures:
                number = max(limits[line][1] for line in group)
                shares = self._get_shares(group, figures[product.id], days.index(number), number)
                for line_id, share in shares.items():
                    line = lines.browse(line_id)
                    wanted[line] = self._prepare_proposal_vals(line, *share, number)
        return wanted

    @api.model
    def _get_shares(self, lines, numbers, index, number):
        """Return which lines to give up, see `share_surplus`; quotations count as coming soon."""
        now = fields.Datetime.now()
        there = numbers.free + numbers.quoted - numbers.safety
        later = above(there + numbers.incoming[index], numbers.demand[index])
        never = above(there + numbers.incoming_all, numbers.demand_all)
        opens = [
            Open(
                line.id,
                line._mes_get_loose_qty(),
                (line.date_planned - now).total_seconds() / 86400 if line.state == "purchase" else 0.0,
                line.state == "purchase",
            )
            for line in lines
        ]
        return share_surplus(opens, later, never, number)

    @api.model
    def _prepare_proposal_vals(self, line, action, quantity, number):
        return {
            "line_id": line.id,
            "product_id": line.product_id.id,
            "quantity": line.product_id.uom_id.round(quantity),
            "action": action,
            "date": fields.Date.today() + timedelta(days=number + 1) if action == "postpone" else False,
            "user_id": (line.order_id.user_id or line.order_id.create_uid).id,
        }

    @api.model
    def _reconcile(self, known, wanted):
        """Close what is not wanted any more, keep what was decided on with the same figures, create the rest."""
        for proposal in known:
            vals = wanted.pop(proposal.line_id, None)
            if vals is None:
                proposal._close()
            elif proposal.state == "open":
                proposal._update(vals)
            elif proposal._has_changed(vals):
                proposal._close()
                wanted[proposal.line_id] = vals
        self.flush_model(["state"])  # what was closed just now leaves its line to a new one
        created = self.create(list(wanted.values()))
        for proposal in created:
            proposal._schedule_activity()
        return created | known.filtered(lambda proposal: proposal.state == "open")

    def _has_changed(self, vals):
        self.ensure_one()
        same = self.uom_id.compare(self.quantity, vals["quantity"]) == 0 and self.action == vals["action"]
        return not same

    def _update(self, vals):
        """Write new figures; the day to which it is postponed moves with the calendar only when they change."""
        self.ensure_one()
        if self._has_changed(vals):
            self.sudo().write({name: vals[name] for name in ("quantity", "action", "date")})
            self._unlink_activity()
            self._schedule_activity()

    def _close(self):
        self._unlink_activity()
        self.sudo().state = "closed"

    # -- what the buyer does -------------------------------------------------------------------------------------

    def action_accept(self):
        """Reduce a quotation; for a confirmed order, give the buyer a task with a draft for the vendor.

        :raise UserError: not open any more
        """
        self._check_state("open", "proposal_state")
        for proposal in self:
            proposal._unlink_activity()
            proposal.sudo().state = "accepted"
            if proposal.line_id.state == "purchase":
                proposal._ask_vendor()
            else:
                proposal._reduce_line()

    def action_apply(self):
        """Change the confirmed order, after the vendor has agreed: by less, or by a later date.

        :raise UserError: not accepted, or something was received already
        """
        self._check_state("accepted", "proposal_agree")
        for proposal in self:
            line = proposal.line_id
            if line.product_uom_id.compare(line.qty_received, 0) > 0:
                raise self.env["mes.aging.message"]._error("proposal_received", **proposal._get_names())
            if proposal.action == "postpone":
                line.date_planned = fields.Datetime.to_datetime(proposal.date)
                line.move_ids.filtered(lambda move: move.state not in ("done", "cancel")).date = line.date_planned
            else:
                proposal._reduce_line()
            proposal._close()

    def action_dismiss(self):
        """Keep the purchase as it is, until the figures change."""
        self._check_state("open", "proposal_state")
        self._unlink_activity()
        self.sudo().state = "dismissed"

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()

    def _check_state(self, state, code):
        self.check_access("write")
        for proposal in self:
            if proposal.state != state:
                raise self.env["mes.aging.message"]._error(code, **proposal._get_names())

    def _reduce_line(self):
        """Order less by what is too many; a line of nothing remains as the trace of it."""
        self.ensure_one()
        line = self.line_id
        quantity = self.uom_id._compute_quantity(self.quantity, line.product_uom_id)
        line.product_qty = max(0.0, line.product_qty - quantity)

    def _ask_vendor(self):
        self.ensure_one()
        action = dict(self._fields["action"]._description_selection(self.env))[self.action].lower()
        values = {**self._get_names(), "vendor": self.partner_id.display_name, "action": action}
        text = self.env["mes.aging.message"]._text("proposal_mail", **values)
        self._schedule(text)
        self.order_id.message_post(body=Markup("<p>%s</p>") % text)

    # -- activities ----------------------------------------------------------------------------------------------

    def _get_names(self):
        return {
            "product": self.product_id.display_name,
            "order": self.order_id.name,
            "quantity": self.quantity,
            "unit": self.uom_id.name,
            "date": self.date,
        }

    def _schedule_activity(self):
        self._schedule(self.env["mes.aging.message"]._text(f"proposal_{self.action}", **self._get_names()))

    def _schedule(self, text):
        """Give the buyer a task on the order."""
        self.ensure_one()
        self.order_id.activity_schedule(
            "mes_aging.mail_activity_type_purchase_proposal",
            note=Markup("<p>%s</p>") % text,
            summary=self._get_summary(),
            user_id=self.user_id.id or self.env.uid,
        )

    def _unlink_activity(self):
        for proposal in self:
            tasks = proposal.sudo().order_id.activity_search(["mes_aging.mail_activity_type_purchase_proposal"])
            tasks.filtered_domain([("summary", "=like", f"%#{proposal.line_id.id}")]).unlink()

    def _get_summary(self):
        self.ensure_one()
        return f"{self.product_id.display_name} #{self.line_id.id}"


class MesAgingGuardCounter(models.Model):
    _inherit = "mes.aging.guard.counter"

    @api.model
    def _mark(self, products, moment):
        """Write when the products were compared."""
        known = self.search([("product_id", "in", products.ids)])
        known.date_proposed = moment
        missing = products - known.product_id
        self.create([{"product_id": product.id, "date_proposed": moment} for product in missing])


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _mes_get_loose_qty(self):
        """Return what is still to come and no move waits for, in the product's unit."""
        self.ensure_one()
        return max(0.0, self._mes_get_coming_qty() - self._mes_get_bound_qty())
