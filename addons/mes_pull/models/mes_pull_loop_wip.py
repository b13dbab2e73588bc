"""The loop's cap: released orders, excess production and what is held."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import OVERRUN_POLICIES, WIP_LEVELS, WIP_POLICIES
from ..tools.overrun import entry_limit
from ..tools.wip import Gauge

# Writing one of these moves the cap, or what is counted on it.
CAP_FIELDS = {
    *("card_count", "max_qty", "container_qty", "safety_qty", "wip_cap_jobs", "wip_policy", "mode"),
    *("overrun_policy", "active"),
}


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    overrun_policy = fields.Selection(
        OVERRUN_POLICIES,
        "Excess Production",
        required=True,
        compute="_compute_overrun",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="What happens to pieces beyond what is authorised: received as held stock, refused, or let through.",
    )
    overrun_tolerance = fields.Float(
        "Overrun Tolerance (%)",
        compute="_compute_overrun_tolerance",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Percent of the ordered quantity that may come in addition.",
    )
    wip_cap_jobs = fields.Integer("WIP Cap (Jobs)", tracking=True, help="Released orders at a time. Zero: no cap.")
    wip_policy = fields.Selection(WIP_POLICIES, "At the Cap", default="block", required=True, tracking=True)
    wip_warn_ratio = fields.Float("Warn From (%)", default=80.0, help="From here the owner is told.")
    mes_wip_warned = fields.Boolean(readonly=True, copy=False)
    wip_jobs = fields.Integer("WIP (Jobs)", compute="_compute_wip", help="Released, unfinished orders.")
    wip_qty = fields.Float(
        "WIP (Pieces)", compute="_compute_wip", digits="Product Unit", help="Usable + held + released supply."
    )
    wip_ratio = fields.Float("WIP (%)", compute="_compute_wip", help="Usable + held + released supply / authorised.")
    wip_level = fields.Selection(WIP_LEVELS, "WIP Level", compute="_compute_wip")
    excess_ids = fields.One2many("mes.pull.excess", "loop_id", string="Held Stock")
    currency_id = fields.Many2one(related="company_id.currency_id")
    held_value = fields.Monetary(compute="_compute_held_value", help="Held x cost of the product.")

    _jobs_not_negative = models.Constraint("CHECK(wip_cap_jobs >= 0)", "A cap cannot be negative. Enter 0 for no cap.")
    _warn_ratio_not_negative = models.Constraint(
        "CHECK(wip_warn_ratio >= 0)", "A warn zone begins at a percentage of the cap: enter 0 or more."
    )

    @api.depends("product_id", "company_id")
    def _compute_overrun(self):
        for loop in self:
            loop.overrun_policy = loop.overrun_policy or loop._get_overrun_source().mes_overrun_policy or "hold"

    @api.depends("product_id", "company_id")
    def _compute_overrun_tolerance(self):
        for loop in self:
            loop.overrun_tolerance = loop.overrun_tolerance or loop._get_overrun_source().mes_overrun_tolerance

    def _get_overrun_source(self):
        """Return who has the defaults of excess production: the nearest category that sets it, else the company."""
        category = self.product_id.categ_id._mes_get_setting("mes_overrun_policy")
        return category or self.company_id or self.env.company

    @api.depends(
        *("wip_cap_jobs", "wip_policy", "wip_warn_ratio", "overrun_policy", "card_count", "container_qty", "mode"),
        "safety_qty",
    )
    @api.depends_context("company")
    def _compute_wip(self):
        gauges = self._get_wip_gauges()
        for loop in self:
            gauge = gauges.get(loop._origin.id) or Gauge()
            loop.wip_jobs = gauge.jobs
            loop.wip_qty = gauge.quantity
            loop.wip_ratio = gauge.ratio
            loop.wip_level = gauge.level
            if gauge.blocks and gauge.level == "warn":  # a nearly full supermarket is its normal state
                loop.wip_level = gauge.without_pieces().level if gauge.cap_jobs else "ok"

    @api.depends("product_id")
    def _compute_held_value(self):
        for loop in self:
            product = loop.product_id.with_company(loop.company_id).sudo()
            loop.held_value = loop.held_qty * product.standard_price

    def _get_wip_gauges(self):
        """Return ``{loop id: Gauge}``: what is there or being made, against what is authorised."""
        balances = self._get_balances()
        return {
            loop._origin.id: Gauge(
                cap_jobs=loop.wip_cap_jobs,
                cap_quantity=None if loop.overrun_policy == "allow" else balances[loop._origin.id].authorised,
                jobs=balances[loop._origin.id].jobs,
                quantity=balances[loop._origin.id].committed,
                blocks=loop.wip_policy == "block",
                warn_ratio=loop.wip_warn_ratio,
            )
            for loop in self
            if loop._origin.id in balances
        }

    @api.constrains("held_location_id")
    def _check_held_location(self):
        for loop in self:
            if loop.held_location_id and loop.held_location_id._child_of(loop.warehouse_id.lot_stock_id):
                raise ValidationError(
                    self.env._(
                        "%(place)s lies inside the warehouse's stock, where it would be reserved. Choose a place "
                        "beside %(stock)s, or leave it empty: one is made.",
                        place=loop.held_location_id.display_name,
                        stock=loop.warehouse_id.lot_stock_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        loops = super().create(vals_list)
        loops._ensure_held_location()
        return loops

    def write(self, vals):
        if "held_location_id" in vals:
            self._check_nothing_held(vals["held_location_id"])
        if "active" in vals and not vals["active"]:
            self.filtered("active")._check_nothing_held_when_archived()
        result = super().write(vals)
        if vals.keys() & {"held_location_id", "location_id", "overrun_policy"}:
            self._ensure_held_location()
        if vals.keys() & CAP_FIELDS:
            self.env["mrp.production"]._mes_requeue_beyond([("loop", loop_id) for loop_id in self.ids], self.company_id)
            self.filtered("active").sudo()._release_held()
            self._reset_warned()
            self.env["mrp.production"]._mes_work_queue(self.company_id)
        return result

    def _reset_warned(self):
        """Forget that owners were told, where the warn zone was left."""
        warned = self.sudo().filtered("mes_wip_warned")
        for loop_id, gauge in warned._get_wip_gauges().items():
            if (gauge.without_pieces() if gauge.blocks else gauge).is_calm:
                warned.browse(loop_id).mes_wip_warned = False

    def _check_nothing_held_when_archived(self):
        for loop in self:
            held = loop._get_recorded_excess()
            if held:
                raise ValidationError(
                    self.env._(
                        "%(held)s %(unit)s of %(loop)s are held in %(place)s. Without the loop nobody would release "
                        "them: release or scrap them before you archive it.",
                        held=f"{held:g}",
                        unit=loop.uom_id.name,
                        loop=loop.name,
                        place=loop.held_location_id.display_name,
                    )
                )

    def _check_nothing_held(self, place_id):
        for loop in self:
            if loop.held_location_id.id != place_id and loop._get_recorded_excess():
                raise ValidationError(
                    self.env._(
                        "Stock of %(loop)s is held in %(place)s. Release or scrap it before you choose another place.",
                        loop=loop.name,
                        place=loop.held_location_id.display_name,
                    )
                )

    # -- held stock ---------------------------------------------------------------------------------------------

    def _ensure_held_location(self):
        """Give every loop a place for held stock that no other loop of its product uses."""
        for loop in self.sudo():
            if not loop.held_location_id:
                place = loop.warehouse_id._mes_get_held_location()
                others = self.sudo().with_context(active_test=False)
                if others.search_count(
                    [
                        ("product_id", "=", loop.product_id.id),
                        ("held_location_id", "=", place.id),
                        ("id", "!=", loop.id),
                    ],
                    limit=1,
                ):
                    place = loop.warehouse_id._mes_get_held_location(f"{place.name}: {loop.location_id.name}")
                loop.held_location_id = place
            elif not loop.held_location_id.mes_is_held:
                loop.held_location_id.mes_is_held = True

    def _get_entry_room(self, ordered=0.0):
        """Return how many pieces may still enter usable stock, for an order of ``ordered``; see `tools/overrun.py`."""
        self.ensure_one()
        balance = self._get_balances()[self.id]
        return entry_limit(balance.authorised, balance.on_hand, ordered, self.overrun_tolerance)

    def _get_recorded_excess(self, move=None):
        """Return how much of the loop's stock is held, by its rows; with ``move`` what that one brought."""
        domain = [("loop_id", "=", self.id), ("state", "=", "held")]
        if move:
            domain.append(("move_id", "=", move.id))
        rows = self.env["mes.pull.excess"].sudo()._read_group(domain, [], ["remaining_qty:sum"])
        return rows[0][0] or 0.0

    def _release_held(self):
        """Move held stock into the supermarket as far as downstream has room, oldest first.

        :return: how much was moved, per loop id
        """
        released = {}
        if self.env["stock.move"]._mes_is_release():  # the release that is going on has been measured already
            return released
        held = self.env["mes.pull.excess"].search([("loop_id", "in", self.ids), ("state", "=", "held")])
        for loop_id, balance in held.loop_id._get_balances().items():
            loop = self.browse(loop_id)
            room = min(balance.held, balance.authorised - balance.on_hand)
            if loop.uom_id.compare(room, 0) <= 0:
                continue
            parts = []
            for excess in held.filtered(lambda excess, loop=loop: excess.loop_id == loop):
                taken = min(room, excess.remaining_qty)
                if loop.uom_id.compare(taken, 0) <= 0:
                    break
                parts.append((excess, taken))
                room -= taken
            if parts:
                loop._release_excess(parts)
                released[loop_id] = sum(quantity for _excess, quantity in parts)
        return released

    def _release_excess(self, parts):
        """Move ``[(excess, quantity)]`` into the supermarket: Odoo's own stock move, one per row."""
        self.ensure_one()
        for excess, quantity in parts:
            released = self.with_context(mes_pull_release=excess)
            lines, left = [], quantity
            quants = (
                self.env["stock.quant"]
                .sudo()
                .search(
                    [
                        ("product_id", "=", self.product_id.id),
                        ("location_id", "=", excess.location_id.id),
                        ("lot_id", "=", excess.lot_id.id),
                    ],
                    order="in_date, id",
                )
            )
            for quant in quants:
                taken = min(left, quant.quantity)
                if self.uom_id.compare(taken, 0) > 0:
                    vals = self._prepare_move_line_vals(
                        quant, taken, excess.location_id, self.location_id, quant.lot_id
                    )
                    lines.append({**vals, "package_id": quant.package_id.id})
                    left -= taken
            if lines:
                moved = sum(vals["quantity"] for vals in lines)
                vals = self._prepare_move_vals(moved, excess.location_id, self.location_id, lines)
                released.env["stock.move"].sudo().create(vals)._action_done()
