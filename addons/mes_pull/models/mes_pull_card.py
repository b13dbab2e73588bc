"""Kanban cards: one container each, with a barcode."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CARD_STATES

# Which cards a signal takes first: those whose container is known to be gone.
TAKE_ORDER = {"waiting": 0, "empty": 1, "in_use": 2, "full": 3}


class MesPullCard(models.Model):
    """A card stands for one container of its loop.

    ::

        full --container withdrawn--> in_process (ordered) --received--> full
          |---part withdrawn--> in_use --rest withdrawn--^
          '---withdrawn, no room in the loop--> waiting --room--> in_process
        in_process --order cancelled--> empty --scanned--> in_process or waiting
        (order cannot be made) --> error --released--> in_process
    """

    _name = "mes.pull.card"
    _description = "Kanban Card"
    _order = "loop_id, name, id"
    _check_company_auto = True

    name = fields.Char("Barcode", required=True, copy=False, index=True, default="/")
    active = fields.Boolean(default=True, help="An archived card is refused at the station.")
    loop_id = fields.Many2one("mes.pull.loop", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="loop_id.company_id", store=True, precompute=True, index=True)
    product_id = fields.Many2one(related="loop_id.product_id", store=True, precompute=True, index=True)
    location_id = fields.Many2one(related="loop_id.location_id", string="Supermarket")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Pieces in the container, in the product's unit.",
    )
    withdrawn_qty = fields.Float(
        "Taken Out", digits="Product Unit", readonly=True, help="What has been taken out of an opened container."
    )
    state = fields.Selection(CARD_STATES, required=True, default="full", index=True)
    signal_id = fields.Many2one("mes.pull.signal", readonly=True, index="btree_not_null", ondelete="set null")
    replaces_id = fields.Many2one("mes.pull.card", readonly=True, help="The lost card that this one replaces.")
    date_seen = fields.Datetime("Last Seen", readonly=True, help="Last scan or audit.")

    _name_uniq = models.UniqueIndex("(company_id, name)", "This barcode is on another card. Every card needs its own.")
    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A card stands for more than zero pieces.")

    @api.depends("loop_id")
    def _compute_quantity(self):
        for card in self:
            card.quantity = card.quantity or card.loop_id.container_qty or 1.0

    @api.model_create_multi
    def create(self, vals_list):
        """Name the cards that come without a barcode ``KB<loop>-<number>``, on from the loop's highest number."""
        numbers = {}
        for vals in vals_list:
            if vals.get("name", "/") != "/":
                continue
            loop_id = vals.get("loop_id") or self.env.context.get("default_loop_id") or 0
            if loop_id not in numbers:
                numbers[loop_id] = self._get_highest_number(loop_id)
            numbers[loop_id] += 1
            vals["name"] = f"KB{loop_id:05d}-{numbers[loop_id]:03d}"
        return super().create(vals_list)

    @api.model
    def _get_highest_number(self, loop_id):
        """Return the highest number on a card of that loop, archived ones too: their barcodes may turn up again."""
        prefix = f"KB{loop_id:05d}-"
        cards = self.sudo().with_context(active_test=False).search_fetch([("name", "=like", f"{prefix}%")], ["name"])
        numbers = [card.name.removeprefix(prefix) for card in cards]
        return max((int(number) for number in numbers if number.isdecimal()), default=0)

    # -- life of a card -----------------------------------------------------------------------------------------

    @api.model
    def _take_for(self, signals):
        """Put as many cards of each signal's loop to work as it stands for containers."""
        free = self.search([("loop_id", "in", signals.loop_id.ids), ("state", "in", list(TAKE_ORDER))])
        by_loop = free.grouped("loop_id")
        for signal in signals:
            cards = by_loop.get(signal.loop_id, self).sorted(lambda card: (TAKE_ORDER[card.state], card.id))
            cards = cards[: signal._count_cards()]
            by_loop[signal.loop_id] = by_loop.get(signal.loop_id, self) - cards
            state = "error" if signal.error else "waiting" if signal.state == "waiting" else "in_process"
            cards.write({"state": state, "signal_id": signal.id, "withdrawn_qty": 0})

    def _take_out(self, quantity):
        """Note that ``quantity`` was taken out of the container. Whoever signals next takes empty cards first."""
        self.ensure_one()
        taken = self.withdrawn_qty + quantity
        empty = self.uom_id.compare(taken, self.quantity) >= 0
        self.write(
            {
                "state": "empty" if empty else "in_use",
                "withdrawn_qty": 0 if empty else taken,
                "date_seen": fields.Datetime.now(),
            }
        )

    def _put_back(self, quantity):
        """Note that ``quantity`` came back into the container: the opposite of `_take_out`."""
        self.ensure_one()
        if self.signal_id or self.state == "full":
            return
        missing = (self.withdrawn_qty if self.state == "in_use" else self.quantity) - quantity
        opened = self.uom_id.compare(missing, 0) > 0
        self.write({"state": "in_use" if opened else "full", "withdrawn_qty": missing if opened else 0})

    def _wait_if_empty(self):
        """Let an empty card wait when its loop has no room for its container now."""
        self.filtered(lambda card: card.state == "empty").state = "waiting"

    # -- buttons ------------------------------------------------------------------------------------------------

    def action_print(self):
        """Print the cards: A4 sheets with barcodes, from the browser."""
        return self.env.ref("mes_pull.mes_pull_card_report").report_action(self)

    def action_replace(self):
        """Archive lost cards and make new ones with barcodes of their own in their place.

        :return: the action that prints the new cards
        """
        new_cards = self.browse()
        for card in self:
            if not card.active:
                raise UserError(
                    self.env._("Card %(card)s has been replaced already.", card=card.name),
                )
            replacement = card.copy({"replaces_id": card.id, "state": card.state})
            replacement.write({"signal_id": card.signal_id.id, "withdrawn_qty": card.withdrawn_qty})
            card.write({"active": False, "signal_id": False})
            new_cards |= replacement
        return new_cards.action_print()
