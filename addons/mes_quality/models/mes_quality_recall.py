"""Recall: which goods are concerned, where they are now, and what is done about them."""

import time

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import RECALL_STATES, RECALL_TARGETS

# What only tracing, holding and closing write
ANSWER = {"state", "line_ids", "received_qty", "missing_note", "date_traced", "trace_seconds", "name"}
ANSWER |= {"date_started", "date_ended", "drill_seconds"}
# What tracing reads of the lines with which the recalled goods came in
RECALLED_FIELDS = ["lot_id", "product_id", "location_id", "quantity_product_uom", "date"]


class MesQualityRecall(models.Model):
    """A question like "supplier A, March batch", and its answer: every piece by place, adding up to what came in. ::

        draft --trace--> traced --hold all--> held --close--> closed

    Tracing again brings the answer up to date; what is held stays held. Criteria are joined by *and*.
    """

    _name = "mes.quality.recall"
    _description = "Recall"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, copy=False, readonly=True, default=lambda self: self.env._("New"))
    subject = fields.Char(required=True, help="What happened, in a few words: it is the title of the certificate.")
    state = fields.Selection(RECALL_STATES, default="draft", required=True, readonly=True, copy=False, tracking=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one("res.users", "Owner", default=lambda self: self.env.user, tracking=True)
    is_drill = fields.Boolean("Drill", help="An exercise: traced and timed like a real one; nothing is held.")

    # criteria
    product_id = fields.Many2one("product.product", check_company=True)
    partner_id = fields.Many2one("res.partner", "Vendor")
    vendor_lot = fields.Char("Vendor's Lot", help="As on the label; a * stands for anything.")
    date_from = fields.Datetime("From", help="Received or made from then on.")
    date_to = fields.Datetime("To", help="Received or made before.")
    picking_id = fields.Many2one("stock.picking", "Receipt", check_company=True)
    lot_ids = fields.Many2many("stock.lot", string="Lots", check_company=True)
    production_ids = fields.Many2many("mrp.production", string="Manufacturing Orders", check_company=True)
    workcenter_id = fields.Many2one("mrp.workcenter", check_company=True)
    operator_id = fields.Many2one("res.users", help="Who worked on the order or finished it.")
    inspection_state = fields.Selection(
        [("failed", "Failed"), ("passed", "Passed"), ("todo", "Not decided")],
        "Inspection",
        help="Only lots with an inspection of this result.",
    )

    # answer
    line_ids = fields.One2many("mes.quality.recall.line", "recall_id", copy=False, readonly=True)
    received_qty = fields.Float(
        "Recalled", digits="Product Unit", copy=False, readonly=True, help="What came in or was made, by the criteria."
    )
    found_qty = fields.Float(
        "Found", digits="Product Unit", compute="_compute_balance", help="The sum of what the lines stand for."
    )
    missing_qty = fields.Float("Missing", digits="Product Unit", compute="_compute_balance", help="Recalled − found.")
    balanced = fields.Boolean(compute="_compute_balance", help="The lines add up to what was recalled.")
    missing_note = fields.Text("What Is Missing", copy=False, readonly=True)
    lot_count = fields.Integer("Number of Lots", compute="_compute_counts")
    partner_count = fields.Integer("Number of Customers", compute="_compute_counts")
    date_traced = fields.Datetime("Traced On", copy=False, readonly=True)
    trace_seconds = fields.Float("Traced In (s)", copy=False, readonly=True)

    # drill
    target_hours = fields.Selection(RECALL_TARGETS, "Target", default="4", required=True)
    date_started = fields.Datetime("Started", copy=False, readonly=True)
    date_ended = fields.Datetime("Answered", copy=False, readonly=True)
    drill_seconds = fields.Float(
        "Time Taken (s)", copy=False, readonly=True, help="From the question (created) to the closed answer."
    )
    within_target = fields.Boolean(compute="_compute_within_target", help="Answered within the target.")

    @api.depends("line_ids.source_qty", "received_qty")
    def _compute_balance(self):
        found = dict(
            self.env["mes.quality.recall.line"]._read_group(
                [("recall_id", "in", self.ids)], ["recall_id"], ["source_qty:sum"]
            )
        )
        for recall in self:
            recall.found_qty = found.get(recall, 0.0)
            recall.missing_qty = round(recall.received_qty - recall.found_qty, 6)
            recall.balanced = bool(recall.date_traced) and not recall.missing_qty

    @api.depends("line_ids")
    def _compute_counts(self):
        for recall in self:
            recall.lot_count = len(recall.line_ids.lot_id)
            recall.partner_count = len(recall.line_ids.filtered(lambda line: line.place == "shipped").partner_id)

    @api.depends("drill_seconds", "target_hours")
    def _compute_within_target(self):
        for recall in self:
            recall.within_target = 0 < recall.drill_seconds <= int(recall.target_hours) * 3600

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            if not self.env.su:
                vals = {name: value for name, value in vals.items() if name not in ANSWER}
            name = self.env["ir.sequence"].next_by_code("mes.quality.recall") or self.env._("New")
            prepared.append({**vals, "name": name, "date_started": fields.Datetime.now()})
        return super().create(prepared)

    def write(self, vals):
        if not self.env.su and vals.keys() & ANSWER:
            raise self.env["mes.quality.message"]._error("recall_answer")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if self.filtered(lambda recall: recall.state != "draft"):
            raise self.env["mes.quality.message"]._error("recall_kept")

    # -- what people do -----------------------------------------------------------------------------------------

    def action_trace(self):
        """Find what the criteria concern and where it is now; a second call brings the answer up to date.

        :return: True; the answer is in `line_ids`, `received_qty`, `balanced`
        :raises odoo.exceptions.UserError: without criteria, or when nothing was received or made by them
        :raises odoo.exceptions.AccessError: for users who are no inspectors
        """
        self._check_role("mes_quality.mes_quality_group_user")
        for recall in self:
            if recall.state == "closed":
                raise self.env["mes.quality.message"]._error("recall_closed", recall=recall.name)
            recall._check_criteria()
            start = time.monotonic()
            recall._trace()
            vals = {"date_traced": fields.Datetime.now(), "trace_seconds": time.monotonic() - start}
            if recall.state == "draft":
                vals["state"] = "traced"
            recall.sudo().write(vals)
        return True

    def action_close(self):
        """Close the recall: the answer stands, and the time it took is kept against the target.

        :raises odoo.exceptions.UserError: before it was traced
        """
        self._check_role("mes_quality.mes_quality_group_user")
        for recall in self:
            if recall.state == "draft":
                raise self.env["mes.quality.message"]._error("recall_untraced", recall=recall.name)
            if recall.state == "closed":
                continue
            now = fields.Datetime.now()
            recall.sudo().write(
                {
                    "state": "closed",
                    "date_ended": now,
                    "drill_seconds": max((now - recall.date_started).total_seconds(), recall.trace_seconds, 0.001),
                }
            )
        return True

    def _check_role(self, group):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("Only people of Quality may do this. Ask a quality engineer."))

    # -- criteria -----------------------------------------------------------------------------------------------

    def _is_about_making(self):
        """Return whether the criteria ask for what was made, not for what a vendor sent."""
        return bool(self.production_ids or self.workcenter_id or self.operator_id)

    def _is_about_receiving(self):
        return bool(self.partner_id or self.vendor_lot or self.picking_id)

    def _check_criteria(self):
        """:raises odoo.exceptions.UserError: without any: a recall of everything is a slip of the hand"""
        given = self._is_about_making() or self._is_about_receiving() or self.lot_ids or self.product_id
        if not (given or self.date_from or self.date_to or self.inspection_state):
            raise self.env["mes.quality.message"]._error("recall_criteria")

    def _find_recalled(self):
        """Return ``{move line: quantity}`` of the lines with which the recalled goods came in (as superuser)."""
        self.ensure_one()
        if self._is_about_making():
            lines = self.env["stock.move.line"].sudo().search(self._get_making_domain())
        elif self._is_about_receiving() or not self.lot_ids:
            lines = self._find_received()
        else:
            lines = self._find_first_lines(self.lot_ids.sudo())
        if self.inspection_state:
            inspected = set(self._find_inspected(lines.lot_id))
            lines = lines.filtered(lambda line: line.lot_id in inspected)
        return {line: line.quantity_product_uom for line in lines}

    def _find_received(self):
        """Return the receipts that the criteria name, and where an origin was imported, how its lot came in."""
        origins = self.env["mes.quality.origin"].sudo()
        origins = origins.search_fetch(self._get_origin_domain(), ["move_line_id", "lot_id"])
        origins.move_line_id.fetch(RECALLED_FIELDS)
        origins.move_line_id.location_id.fetch(["usage"])
        lines = origins.move_line_id.filtered(lambda line: line.location_id.usage == "supplier")
        received = origins.move_line_id - lines  # from subcontractors: they came in with the orders that made them
        made = received.move_id.move_orig_ids.filtered("production_id").move_line_ids
        lots = set(received.lot_id)
        lines |= made.filtered(lambda line: line.state == "done" and (not line.lot_id or line.lot_id in lots))
        bought = set(lines)
        others = origins.filtered(lambda origin: origin.move_line_id not in bought).lot_id - lines.lot_id
        if others:  # imported
            lines |= self._find_first_lines(others, dated=False)
        if not origins and not self._is_about_receiving():
            lines |= self._find_first_lines(self._find_lots())
        return lines

    def _find_lots(self):
        """Return the lots of the product that were made or counted in, where no vendor sent any."""
        if not self.product_id:
            return self.env["stock.lot"]
        return self.env["stock.lot"].sudo().search([("product_id", "=", self.product_id.id)])

    def _get_origin_domain(self):
        domain = Domain("company_id", "=", self.company_id.id)
        if self.partner_id:
            domain &= Domain("partner_id", "child_of", self.partner_id.commercial_partner_id.id)
        if self.product_id:
            domain &= Domain("product_id", "=", self.product_id.id)
        if self.vendor_lot:
            domain &= Domain("vendor_lot", "=ilike", self._get_lot_pattern())
        if self.picking_id:
            domain &= Domain("picking_id", "=", self.picking_id.id)
        if self.lot_ids:
            domain &= Domain("lot_id", "in", self.lot_ids.ids)
        return domain & self._get_date_domain("date")

    def _get_lot_pattern(self):
        """Return the vendor's lot as a pattern in which only the * stands for anything."""
        text = self.vendor_lot.strip()
        for sign in "\\%_":
            text = text.replace(sign, f"\\{sign}")
        return text.replace("*", "%")

    def _get_date_domain(self, field):
        domain = Domain.TRUE
        if self.date_from:
            domain &= Domain(field, ">=", self.date_from)
        if self.date_to:
            domain &= Domain(field, "<", self.date_to)
        return domain

    def _get_making_domain(self):
        """Return which finished lines the criteria name."""
        domain = Domain("state", "=", "done") & Domain("move_id.production_id", "!=", False)
        domain &= Domain("company_id", "=", self.company_id.id) & Domain("location_id.usage", "=", "production")
        orders = Domain.TRUE
        if self.production_ids:
            orders &= Domain("id", "in", self.production_ids.ids)
        if self.workcenter_id or self.operator_id:
            worked = Domain("workorder_ids", "any", self._get_work_domain())
            orders &= worked if self.workcenter_id else worked | self._get_closing_domain()
        domain &= Domain("move_id.production_id", "any", orders)
        if self.product_id:
            domain &= Domain("product_id", "=", self.product_id.id)
        if self.lot_ids:
            domain &= Domain("lot_id", "in", self.lot_ids.ids)
        return domain if self.workcenter_id or self.operator_id else domain & self._get_date_domain("date")

    def _get_closing_domain(self):
        """Return which orders without work orders the operator is responsible for."""
        domain = Domain("workorder_ids", "=", False) & Domain("user_id", "=", self.operator_id.id)
        return domain & self._get_date_domain("date_finished")

    def _get_work_domain(self):
        """Return which work orders were worked on at the work center, by the operator, in the time.

        The logged hours count; where nobody logged any, the work order's own times do.
        """
        logged, planned = Domain.TRUE, Domain("time_ids", "=", False)
        if self.operator_id:
            logged &= Domain("user_id", "=", self.operator_id.id)
            planned = Domain.FALSE
        if self.date_from:
            logged &= Domain("date_end", ">=", self.date_from) | Domain("date_end", "=", False)
            planned &= Domain("date_finished", ">=", self.date_from)
        if self.date_to:
            logged &= Domain("date_start", "<", self.date_to)
            planned &= Domain("date_start", "<", self.date_to)
        domain = Domain("time_ids", "any", logged) | planned
        return domain & Domain("workcenter_id", "=", self.workcenter_id.id) if self.workcenter_id else domain

    def _find_first_lines(self, lots, dated=True):
        """Return the lines with which these lots came in: from a vendor, from production; else by a count."""
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search_fetch(
                Domain("lot_id", "in", lots.ids)
                & Domain("state", "=", "done")
                & Domain("location_id.usage", "in", ("supplier", "production", "inventory"))
                & Domain("move_id.unbuild_id", "=", False)
                & (self._get_date_domain("date") if dated else Domain.TRUE),
                [*RECALLED_FIELDS, "move_id"],
                order="date, id",
            )
        )
        lines.location_id.fetch(["usage"])
        came = lines.filtered(lambda line: line.location_id.usage != "inventory")
        known = set(came.lot_id)
        first = came + (lines - came).filtered(lambda line: line.lot_id not in known)
        return first - self._find_reworked(first)

    def _find_reworked(self, lines):
        """Return those of ``lines`` that only give back, reworked, what went in."""
        made = lines.filtered(lambda line: line.location_id.usage == "production" and line.move_id.production_id)
        return made.filtered(lambda line: line.lot_id in line.move_id.production_id.move_raw_ids.move_line_ids.lot_id)

    def _find_inspected(self, lots):
        """Return the lots with an inspection of the wanted result."""
        inspections = self.env["mes.quality.inspection"].sudo()
        return inspections.search([("lot_id", "in", lots.ids), ("state", "=", self.inspection_state)]).lot_id
