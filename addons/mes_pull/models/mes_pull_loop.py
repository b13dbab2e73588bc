"""The pull loop: one product, one supermarket, one way of supply."""

import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import CARDS_MADE_AT_ONCE, LOOP_MODES, SUPPLY_METHODS

BALANCE_FIELDS = ["on_hand_qty", "held_qty", "on_order_qty", "authorised_qty", "position_qty", "room_qty"]


class MesPullLoop(models.Model):
    """A kanban loop between a supermarket and what supplies it (SAP: control cycle).

    What leaves the supermarket, by whatever path, is replaced by exactly that: see `tools/balance.py` for the
    arithmetic, `mes_pull_loop_balance.py` for where its figures come from and `mes_pull_loop_supply.py` for what
    is done with the result. All quantities are in the product's unit of measure.
    """

    _name = "mes.pull.loop"
    _description = "Pull Loop"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Planner",
        default=lambda self: self.env.user,
        check_company=True,
        help="Is told when the loop cannot be supplied.",
    )

    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        domain="[('is_storable', '=', True)]",
        tracking=True,
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    location_id = fields.Many2one(
        "stock.location",
        string="Supermarket",
        required=True,
        index=True,
        check_company=True,
        domain="[('usage', '=', 'internal'), ('warehouse_id', '!=', False)]",
        tracking=True,
        help="Where the loop's stock lies. What leaves this place is replaced.",
    )
    warehouse_id = fields.Many2one(related="location_id.warehouse_id")
    location_dest_id = fields.Many2one(
        "stock.location",
        string="Point of Use",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'production', 'customer'))]",
        help="Where withdrawn parts go when the scan does not say. Without it, the company's line side.",
    )
    held_location_id = fields.Many2one(
        "stock.location",
        string="Held Stock Location",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Where excess production lies: counted and valued, but not issuable. It is a sibling of the "
        "warehouse's stock location.",
    )

    supply_method = fields.Selection(SUPPLY_METHODS, required=True, default="manufacture", tracking=True)
    source_location_id = fields.Many2one(
        "stock.location",
        string="Supplied From",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'transit'))]",
        help="For supply by transfer: where the parts are fetched.",
    )
    bom_id = fields.Many2one(
        "mrp.bom",
        string="Bill of Materials",
        check_company=True,
        domain="[('type', '=', 'normal'), '|', ('product_id', '=', product_id),"
        " '&', ('product_id', '=', False), ('product_tmpl_id.product_variant_ids', '=', product_id)]",
        help="For supply by manufacture: which bill to use. Without it, the product's first one.",
    )
    rule_id = fields.Many2one(
        "stock.rule",
        string="Stock Rule",
        readonly=True,
        copy=False,
        help="The rule by which Odoo's own procurement serves this loop.",
    )

    mode = fields.Selection(
        LOOP_MODES,
        required=True,
        default="stock",
        tracking=True,
        help="Supermarket: cards x container are kept in the loop. Downstream demand: only what open orders of the "
        "next stage ask for, plus safety stock, is made.",
    )
    container_qty = fields.Float("Container Quantity", default=1.0, digits="Product Unit", required=True, tracking=True)
    card_count = fields.Integer("Cards", default=1, required=True, tracking=True)
    max_qty = fields.Float(
        "Supermarket Size",
        compute="_compute_max_qty",
        inverse="_inverse_max_qty",
        store=True,
        digits="Product Unit",
        help="Cards x container quantity.",
    )
    safety_qty = fields.Float(
        "Safety Stock",
        digits="Product Unit",
        tracking=True,
        help="In mode Downstream demand: kept on top of the demand. In mode Supermarket: below it the board warns.",
    )
    min_signal_qty = fields.Float(
        "Smallest Batch",
        digits="Product Unit",
        help="Nothing is ordered before this much is missing. Zero: every container.",
    )
    on_hand_qty = fields.Float(
        "Usable on Hand",
        compute="_compute_balance",
        digits="Product Unit",
        help="Stock in the supermarket - consumption registered on open orders.",
    )
    held_qty = fields.Float("Held", compute="_compute_balance", digits="Product Unit", help="Held excess stock.")
    on_order_qty = fields.Float(
        "On Order",
        compute="_compute_balance",
        digits="Product Unit",
        help="Open orders, transfers, receipts and quotations into the supermarket + waiting signals.",
    )
    authorised_qty = fields.Float(
        "Authorised",
        compute="_compute_balance",
        digits="Product Unit",
        help="Supermarket: cards x container. Downstream demand: open demand + safety stock.",
    )
    position_qty = fields.Float(
        "Position",
        compute="_compute_balance",
        digits="Product Unit",
        help="Usable on hand + held + on order.",
    )
    room_qty = fields.Float("Room", compute="_compute_balance", digits="Product Unit", help="Authorised - position.")

    card_ids = fields.One2many("mes.pull.card", "loop_id", string="Kanban Cards")
    signal_ids = fields.One2many("mes.pull.signal", "loop_id", string="Signals")
    withdrawal_ids = fields.One2many("mes.pull.withdrawal", "loop_id", string="Withdrawals")
    open_signal_count = fields.Integer(compute="_compute_counts")
    withdrawal_count = fields.Integer(compute="_compute_counts")
    orderpoint_ids = fields.Many2many(
        "stock.warehouse.orderpoint",
        compute="_compute_orderpoint_ids",
        compute_sudo=True,
        string="Doubling Reordering Rules",
    )
    orderpoint_count = fields.Integer(compute="_compute_orderpoint_ids", compute_sudo=True)
    lock_seq = fields.Integer(
        default=0, readonly=True, copy=False, help="Written by every transaction that changes the loop's stock."
    )

    _product_location_uniq = models.UniqueIndex(
        "(product_id, location_id) WHERE active IS TRUE",
        "This product has a loop at this supermarket already. Change that one, or archive it first.",
    )
    _container_positive = models.Constraint(
        "CHECK(container_qty > 0)", "A container holds more than zero pieces. Enter its quantity."
    )
    _cards_not_negative = models.Constraint("CHECK(card_count >= 0)", "The number of cards cannot be negative.")
    _quantities_not_negative = models.Constraint(
        "CHECK(safety_qty >= 0 AND min_signal_qty >= 0 AND COALESCE(overrun_tolerance, 0) >= 0)",
        "Safety stock, smallest batch and overrun tolerance cannot be negative.",
    )

    # -- computes -----------------------------------------------------------------------------------------------

    @api.depends("product_id", "location_id")
    def _compute_name(self):
        for loop in self:
            if loop.product_id and loop.location_id and not loop.name:
                loop.name = f"{loop.product_id.display_name} @ {loop.location_id.name}"
            else:
                loop.name = loop.name or False

    @api.depends("card_count", "container_qty")
    def _compute_max_qty(self):
        for loop in self:
            loop.max_qty = loop.card_count * loop.container_qty

    def _inverse_max_qty(self):
        for loop in self:
            if loop.container_qty > 0 and loop.max_qty != loop.card_count * loop.container_qty:
                loop.card_count = math.ceil(loop.max_qty / loop.container_qty)
                loop.max_qty = loop.card_count * loop.container_qty

    @api.depends("mode", "card_count", "container_qty", "safety_qty", "product_id", "location_id")
    @api.depends_context("company")
    def _compute_balance(self):
        balances = self._get_balances()
        for loop in self:
            balance = balances.get(loop._origin.id)
            loop.on_hand_qty = balance.on_hand if balance else 0
            loop.held_qty = balance.held if balance else 0
            loop.on_order_qty = balance.on_order if balance else 0
            loop.authorised_qty = balance.authorised if balance else loop.max_qty
            loop.position_qty = balance.position if balance else 0
            loop.room_qty = balance.room if balance else 0

    def _compute_counts(self):
        signals = dict(
            self.env["mes.pull.signal"]._read_group(
                [("loop_id", "in", self.ids), ("state", "in", ("waiting", "released"))], ["loop_id"], ["__count"]
            )
        )
        withdrawals = dict(
            self.env["mes.pull.withdrawal"]._read_group([("loop_id", "in", self.ids)], ["loop_id"], ["__count"])
        )
        for loop in self:
            loop.open_signal_count = signals.get(loop, 0)
            loop.withdrawal_count = withdrawals.get(loop, 0)

    @api.depends("product_id", "location_id", "active")
    def _compute_orderpoint_ids(self):
        rules = self.env["stock.warehouse.orderpoint"].sudo().search([("product_id", "in", self.product_id.ids)])
        for loop in self:
            doubling = rules.filtered(lambda rule, loop=loop: rule._is_doubling(loop)) if loop.active else rules[:0]
            loop.orderpoint_ids = doubling
            loop.orderpoint_count = len(doubling)

    # -- constraints --------------------------------------------------------------------------------------------

    @api.constrains("location_id", "product_id", "active")
    def _check_location(self):
        for loop in self.filtered("active"):
            if loop.location_id.usage != "internal" or not loop.warehouse_id:
                raise ValidationError(
                    self.env._(
                        "%(place)s cannot be a supermarket: choose an internal location inside a warehouse.",
                        place=loop.location_id.display_name,
                    )
                )
            if not loop.product_id.is_storable:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not stocked. Set 'Track Inventory' on the product first.",
                        product=loop.product_id.display_name,
                    )
                )
            if loop.product_id.is_kits:
                raise ValidationError(
                    self.env._(
                        "%(product)s is a kit and never in stock itself. Create loops for its components.",
                        product=loop.product_id.display_name,
                    )
                )
        self._check_nesting()

    def _check_nesting(self):
        others = self.search([("product_id", "in", self.product_id.ids)])
        for loop in self.filtered("active"):
            for other in others:
                if (
                    other != loop
                    and other.product_id == loop.product_id
                    and (other.location_id._child_of(loop.location_id) or loop.location_id._child_of(other.location_id))
                ):
                    raise ValidationError(
                        self.env._(
                            "The supermarkets of %(first)s and %(second)s lie inside each other, so that the same "
                            "piece would be ordered twice. Choose separate locations.",
                            first=loop.name,
                            second=other.name,
                        )
                    )

    @api.constrains("location_dest_id", "held_location_id", "source_location_id", "location_id", "supply_method")
    def _check_places(self):
        for loop in self:
            outside = loop.location_dest_id | loop.held_location_id | loop.source_location_id
            inside = outside.filtered(lambda place, loop=loop: place._child_of(loop.location_id))
            if inside:
                raise ValidationError(
                    self.env._(
                        "%(place)s lies inside the supermarket %(market)s. Choose a place outside of it.",
                        place=inside[0].display_name,
                        market=loop.location_id.display_name,
                    )
                )
            if loop.supply_method == "transfer" and not loop.source_location_id:
                raise ValidationError(
                    self.env._("Say where %(loop)s is supplied from: fill in 'Supplied From'.", loop=loop.name)
                )

    # -- CRUD ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        loops = super().create(vals_list)
        loops._sync_rules()
        loops.filtered(lambda loop: loop.card_count <= CARDS_MADE_AT_ONCE)._create_missing_cards()
        self._forget_index()
        return loops

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"supply_method", "location_id", "source_location_id", "company_id"}:
            self._sync_rules()
        if vals.keys() & {"active", "product_id", "location_id", "mode", "location_dest_id"}:
            self._forget_index()
        if vals.keys() & {"card_count", "max_qty", "container_qty"}:
            self.filtered(lambda loop: loop.card_count <= CARDS_MADE_AT_ONCE)._create_missing_cards()
        return result

    def unlink(self):
        self._forget_index()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.filtered(lambda loop: loop.withdrawal_ids or loop.signal_ids)
        if used:
            raise UserError(self.env._("%(loop)s has a history. Archive it instead of deleting it.", loop=used[0].name))

    def _forget_index(self):
        """Forget which products have loops: now, and again when it is committed.

        Until then another thread of this server may have filled the cache from its older snapshot.
        """
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    # -- stock rule ---------------------------------------------------------------------------------------------

    def _sync_rules(self):
        """Give every loop the stock rule by which procurement serves it; loops of one place share it."""
        for loop in self.sudo():
            vals = getattr(loop, f"_prepare_rule_vals_{loop.supply_method}")()
            vals["route_id"] = loop.company_id._mes_get_pull_route().id
            keys = ("route_id", "action", "location_dest_id", "location_src_id", "picking_type_id")
            domain = Domain.AND([Domain(key, "=", vals.get(key, False)) for key in keys])
            loop.rule_id = self.env["stock.rule"].sudo().search(domain, limit=1) or self.env[
                "stock.rule"
            ].sudo().create(vals)

    def _prepare_rule_vals(self, action, picking_type):
        """Return what the rules of all supply methods have in common."""
        return {
            "name": f"{self.location_id.display_name}: {action}",
            "action": action,
            "picking_type_id": picking_type.id,
            "location_dest_id": self.location_id.id,
            "company_id": self.company_id.id,
            "procure_method": "make_to_stock",
        }

    def _prepare_rule_vals_manufacture(self):
        # Without location_dest_from_rule the order would end in the warehouse's stock, not in the supermarket.
        return {
            **self._prepare_rule_vals("manufacture", self.warehouse_id.manu_type_id),
            "location_dest_from_rule": True,
        }

    def _prepare_rule_vals_transfer(self):
        return {
            **self._prepare_rule_vals("pull", self.warehouse_id.int_type_id),
            "location_src_id": self.source_location_id.id,
        }

    def _prepare_rule_vals_buy(self):
        return self._prepare_rule_vals("buy", self.warehouse_id.in_type_id)

    # -- cards --------------------------------------------------------------------------------------------------

    def _create_missing_cards(self):
        """Create the cards that `card_count` asks for and that do not exist yet; none is deleted."""
        vals_list = []
        for loop in self:
            vals_list += [
                {"loop_id": loop.id, "quantity": loop.container_qty}
                for _number in range(loop.card_count - len(loop.card_ids))
            ]
        return self.env["mes.pull.card"].sudo().create(vals_list)

    def action_create_cards(self):
        """Create the missing cards of the loops and open them."""
        self.check_access("write")
        self._create_missing_cards()
        return self.action_open_figure("cards")
