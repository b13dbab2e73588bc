"""What the pull board and the station show, and the records behind each figure."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import OPEN_MOVE_STATES, OPEN_SIGNAL_STATES
from ..replica import fresh

FIGURES = ("on_hand", "held", "on_order", "authorised", "position", "signals", "withdrawals", "cards")


class MesPullLoop(models.Model):
    _inherit = "mes.pull.loop"

    @api.model
    @api.readonly
    @fresh
    def get_board(self, domain=None, offset=0, limit=200):
        """Return the board: every loop with its figures and its open signals.

        :param list domain: on ``mes.pull.loop``
        :return: ``{'total', 'server_time', 'loops': [row]}``; a row holds ``id, name, product_id, product,
            location_id, location, uom, supply_method, mode, container_qty, card_count, authorised, on_hand, held,
            on_order, position, room, status`` and ``signals`` (open ones, oldest first)
        :rtype: dict
        """
        self.env["mes.pull.message"]._check_parameters(self, domain, offset=offset, limit=limit)
        domain = Domain(domain or [])
        loops = self.search(domain, offset=offset, limit=limit)
        total = len(loops) + (offset or 0) if loops and (not limit or len(loops) < limit) else self.search_count(domain)
        now = fields.Datetime.now()
        signals = self.env["mes.pull.signal"].search(
            [("loop_id", "in", loops.ids), ("state", "in", OPEN_SIGNAL_STATES)], order="date_signalled, id"
        )
        by_loop = signals.grouped("loop_id")
        rows = loops._prepare_board_rows(by_loop)
        for loop, row in zip(loops, rows, strict=True):
            row["signals"] = [signal._prepare_board_row(now) for signal in by_loop.get(loop, signals.browse())]
        return {"total": total, "server_time": fields.Datetime.to_string(now), "loops": rows}

    def _prepare_board_rows(self, signals_by_loop=None):
        """Return the rows of these loops without their signals; see `get_board`."""
        balances = self._get_balances()
        if signals_by_loop is None:
            signals_by_loop = (
                self.env["mes.pull.signal"]
                .search([("loop_id", "in", self.ids), ("state", "in", OPEN_SIGNAL_STATES)])
                .grouped("loop_id")
            )
        rows = []
        for loop in self:
            balance = balances[loop.id]
            rows.append(
                {
                    "id": loop.id,
                    "name": loop.name,
                    "product_id": loop.product_id.id,
                    "product": loop.product_id.display_name,
                    "location_id": loop.location_id.id,
                    "location": loop.location_id.display_name,
                    "uom": loop.uom_id.name,
                    "supply_method": loop.supply_method,
                    "mode": loop.mode,
                    "container_qty": loop.container_qty,
                    "card_count": loop.card_count,
                    "authorised": balance.authorised,
                    "on_hand": balance.on_hand,
                    "held": balance.held,
                    "on_order": balance.on_order,
                    "position": balance.position,
                    "room": balance.room,
                    "signal_qty": loop._get_signal_quantity(balance),
                    "status": loop._get_board_status(balance, signals_by_loop.get(loop)),
                }
            )
        return rows

    def _get_board_status(self, balance, signals):
        """Return how the loop stands: what a planner must look at first wins."""
        self.ensure_one()
        uom = self.uom_id
        if signals and "waiting" in signals.mapped("state"):
            return "waiting"
        if uom.compare(balance.on_hand, 0) <= 0 < balance.authorised or (
            uom.compare(balance.on_hand, self.safety_qty) < 0 and self.mode == "stock"
        ):
            return "short"
        if not uom.is_zero(self._get_signal_quantity(balance)):
            return "short"  # something is missing that nobody was told to make: an order was cancelled, say
        if uom.compare(balance.room, 0) < 0:
            return "over"
        return "signalled" if signals else "ok"

    # -- records behind the figures -----------------------------------------------------------------------------

    def action_open_figure(self, figure):
        """Open the records behind one figure of the loop.

        :param str figure: one of ``on_hand, held, on_order, authorised, position, signals, withdrawals, cards``
        :return: a window action
        :rtype: dict
        :raises ValueError: for another figure
        """
        self.ensure_one()
        if figure not in FIGURES:
            raise ValueError(f"unknown figure {figure!r}; one of {', '.join(FIGURES)}")
        return getattr(self, f"_open_{figure}")()

    def _prepare_window(self, name, model, domain, views=("list", "form")):
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.name}: {name}",
            "res_model": model,
            "domain": [tuple(leaf) if isinstance(leaf, list) else leaf for leaf in domain],
            "views": [[False, view] for view in views],
            "context": {"create": False},
            "target": "current",
        }

    def _open_on_hand(self):
        domain = [("product_id", "=", self.product_id.id), ("location_id", "child_of", self.location_id.id)]
        return self._prepare_window(self.env._("Usable on Hand"), "stock.quant", domain, ("list",))

    def _open_held(self):
        domain = [("product_id", "=", self.product_id.id), ("location_id", "=", self.held_location_id.id)]
        return self._prepare_window(self.env._("Held"), "stock.quant", domain, ("list",))

    def _open_on_order(self):
        domain = [
            ("product_id", "=", self.product_id.id),
            ("state", "in", ("draft", *OPEN_MOVE_STATES)),
            "|",
            ("location_dest_id", "child_of", self.location_id.id),
            ("location_final_id", "child_of", self.location_id.id),
            "!",
            ("location_id", "child_of", self.location_id.id),
        ]
        quoted = self.signal_ids.filtered(lambda signal: signal.state == "released" and signal.purchase_line_id)
        if quoted and not self.env["stock.move"].search_count(domain, limit=1):
            domain = [("order_line.mes_loop_id", "=", self.id)]
            return self._prepare_window(self.env._("On Order"), "purchase.order", domain)
        return self._prepare_window(self.env._("On Order"), "stock.move", domain)

    def _open_authorised(self):
        if self.mode == "stock":
            return self._open_cards()
        domain = [
            ("product_id", "=", self.product_id.id),
            ("state", "in", OPEN_MOVE_STATES),
            ("location_dest_id", "not any", [("id", "child_of", self.location_id.id)]),
        ]
        return self._prepare_window(self.env._("Downstream Demand"), "stock.move", domain)

    def _open_position(self):
        domain = [("product_id", "=", self.product_id.id), ("state", "!=", "cancel")]
        return self._prepare_window(self.env._("Moves"), "stock.move", domain)

    def _open_signals(self):
        domain = [("loop_id", "=", self.id), ("state", "in", OPEN_SIGNAL_STATES)]
        return self._prepare_window(self.env._("Open Signals"), "mes.pull.signal", domain)

    def _open_withdrawals(self):
        domain = [("loop_id", "=", self.id)]
        return self._prepare_window(
            self.env._("Withdrawals"), "mes.pull.withdrawal", domain, ("list", "pivot", "graph", "form")
        )

    def _open_cards(self):
        domain = [("loop_id", "=", self.id)]
        return self._prepare_window(self.env._("Kanban Cards"), "mes.pull.card", domain, ("list", "kanban", "form"))

    def action_open_signals(self):
        """Open the loop's open signals."""
        return self.action_open_figure("signals")

    def action_open_withdrawals(self):
        """Open what left the loop's supermarket."""
        return self.action_open_figure("withdrawals")

    def action_archive_orderpoints(self):
        """Archive the reordering rules that would order for the same place a second time."""
        self.check_access("write")
        for loop in self:
            for rule in loop.orderpoint_ids.sudo():
                rule.active = False
                loop.message_post(
                    body=self.env._("Reordering rule %s was archived: this loop orders instead.", rule.name)
                )
        self.invalidate_recordset(["orderpoint_ids", "orderpoint_count"])


class MesPullSignal(models.Model):
    _inherit = "mes.pull.signal"

    def _prepare_board_row(self, now):
        """Return the signal as the board shows it; ``age_minutes`` counts from the signal to ``now``."""
        self.ensure_one()
        document = self.sudo()._get_document()
        return {
            "id": self.id,
            "quantity": self.quantity,
            "received": self.received_qty,
            "state": self.state,
            "error": self.error or False,
            "date_signalled": fields.Datetime.to_string(self.date_signalled),
            "age_minutes": int((now - self.date_signalled).total_seconds() // 60),
            "document": (
                {"model": document._name, "id": document.id, "name": document.display_name} if document else False
            ),
        }


class MesPullStation(models.AbstractModel):
    _inherit = "mes.pull.station"

    @api.model
    @api.readonly
    @fresh
    def get_state(self, limit=20):
        """Return all that the station screen shows at its start.

        :return: ``{'user', 'company', 'loops', 'places', 'withdrawals'}``; ``loops`` as on the board without
            signals, ``withdrawals`` the last scans with ``can_undo``
        :rtype: dict
        """
        self._check_operator()
        self.env["mes.pull.message"]._check_parameters(limit=limit)
        companies = self.env.companies.ids
        loops = self.env["mes.pull.loop"].sudo().search([("company_id", "in", companies)], limit=500)
        withdrawals = (
            self.env["mes.pull.withdrawal"]
            .sudo()
            .search([("company_id", "in", companies), ("kind", "in", ("scan", "return"))], limit=limit)
        )
        places = loops.location_dest_id | loops.company_id._mes_find_line_side()
        return {
            "user": self.env.user.name,
            "company": {"id": self.env.company.id, "name": self.env.company.name},
            "loops": loops._prepare_board_rows(),
            "places": [{"id": place.id, "name": place.display_name} for place in places.sorted("complete_name")],
            "withdrawals": [withdrawal._prepare_station_row() for withdrawal in withdrawals],
        }


class MesPullWithdrawal(models.Model):
    _inherit = "mes.pull.withdrawal"

    def _prepare_station_row(self):
        """Return the withdrawal as the station lists it."""
        self.ensure_one()
        return {
            "id": self.id,
            "date": fields.Datetime.to_string(self.date),
            "product": self.product_id.display_name,
            "quantity": self.quantity,
            "uom": self.uom_id.name,
            "loop": self.loop_id.name,
            "location_dest": self.location_dest_id.display_name,
            "user": (self.operator_id or self.user_id).name,
            "state": self.state,
            "can_undo": self._can_undo(),
        }
