"""The station: what a scanner, a tablet, an RFID gateway or another program calls."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

BULK_LIMIT = 500
WITHDRAWABLE = ("full", "in_use")  # states of a card whose container still holds parts


class MesPullStation(models.AbstractModel):
    """Scanning at the supermarket.

    1. (once) scan the badge and the place where the parts go
    2. scan the card, the product's label or a lot
    3. the parts are moved, and in the same transaction upstream is told to make just that

    Every call answers with the same dict and never raises for something that a person can put right:

    ``status`` (``ok``, ``warning``, ``error``: an error changes nothing), ``message`` (to show),
    ``withdrawal_id``, ``signal_id`` (id or ``False``), ``duplicate`` (this scan was booked before), and for the
    screen ``kind``, ``quantity``, ``uom``, ``product``, ``loop`` (its figures), ``location_dest_id``,
    ``location_dest``, ``operator_id``, ``operator``.

    Raised is only `odoo.exceptions.AccessError`, for users who are no operators.
    """

    _name = "mes.pull.station"
    _description = "Pull Station"

    # -- public calls -------------------------------------------------------------------------------------------

    @api.model
    def scan(self, barcode, quantity=None, location_dest_id=None, production_id=None, scan_key=None, operator_id=None):
        """Book what was scanned.

        :param str barcode: a kanban card, a product, a packaging, a lot, a place, a badge or a GS1 element string
        :param quantity: pieces in the product's unit; without it what the card, the barcode or one container says
        :param int location_dest_id: where the parts go; without it the order's place, the loop's point of use or
            the company's line side
        :param int production_id: the manufacturing order that asked
        :param str scan_key: made by the client for each physical scan; a repeated key is answered with the first
            result and ``duplicate: True``
        :param int operator_id: the user whose badge was scanned at this station
        :return: the answer described at the class
        """
        return self._answer(
            lambda: self._scan(
                barcode,
                quantity=quantity,
                location_dest_id=location_dest_id,
                production_id=production_id,
                scan_key=scan_key,
                operator_id=operator_id,
            )
        )

    @api.model
    def withdraw(
        self,
        loop_id,
        quantity,
        location_dest_id=None,
        production_id=None,
        lot_id=None,
        scan_key=None,
        operator_id=None,
    ):
        """Take ``quantity`` (product's unit) out of the loop's supermarket and tell upstream. See `scan`."""
        return self._answer(
            lambda: self._withdraw(
                self._find_loop(loop_id),
                quantity,
                location_dest_id=location_dest_id,
                production_id=production_id,
                lot=self._find_lot(lot_id),
                scan_key=scan_key,
                operator_id=operator_id,
            )
        )

    @api.model
    def give_back(self, barcode, quantity=None, location_id=None, scan_key=None, operator_id=None):
        """Put a container back into its supermarket: the opposite of a withdrawal, from ``location_id``."""
        return self._answer(
            lambda: self._give_back(
                barcode, quantity=quantity, location_id=location_id, scan_key=scan_key, operator_id=operator_id
            )
        )

    @api.model
    def undo(self, withdrawal_id):
        """Undo a scan; a second call answers ``duplicate: True`` and changes nothing."""
        return self._answer(lambda: self._undo(withdrawal_id))

    @api.model
    def scan_bulk(self, scans):
        """Book many scans, each on its own: one that is refused does not stop the others.

        :param list scans: dicts with the parameters of `scan`. Each needs a ``scan_key``: when the connection drops,
            the list is sent again, and a scan without a key would be booked twice
        :return: the answers in the same order
        :rtype: list[dict]
        """
        self._check_operator()
        messages = self.env["mes.pull.message"]
        if not isinstance(scans, list) or len(scans) > BULK_LIMIT or not all(isinstance(s, dict) for s in scans):
            return [self._prepare_answer("error", messages._text("bad_bulk", limit=BULK_LIMIT))]
        names = ("barcode", "quantity", "location_dest_id", "production_id", "scan_key", "operator_id")
        refusal = self._prepare_answer("error", messages._text("bad_bulk", limit=BULK_LIMIT))
        return [
            self.scan(**{"barcode": None, **{k: s[k] for k in names if k in s}}) if s.get("scan_key") else dict(refusal)
            for s in scans
        ]

    # -- answers ------------------------------------------------------------------------------------------------

    def _check_operator(self):
        if not self.env.su and not self.env.user.has_group("mes_pull.mes_pull_group_operator"):
            raise AccessError(self.env._("You may not scan here. Ask for the role 'Pull: Operator'."))

    def _answer(self, work):
        """Return what ``work`` answers; turn what a person can put right into an answer of status ``error``."""
        self._check_operator()
        try:
            return work()
        except AccessError:
            raise
        except UserError as error:
            return self._prepare_answer("error", str(error))

    @api.model
    def _prepare_answer(self, status, message, **more):
        """Return a complete answer; see the class for its keys."""
        return {
            "status": status,
            "message": message,
            "withdrawal_id": False,
            "signal_id": False,
            "duplicate": False,
            "kind": False,
            "quantity": 0.0,
            "uom": "",
            "product": False,
            "loop": False,
            "location_dest_id": False,
            "location_dest": False,
            "operator_id": False,
            "operator": False,
            **more,
        }

    def _prepare_loop_answer(self, status, message, loop, **more):
        return self._prepare_answer(
            status,
            message,
            **{
                "uom": loop.uom_id.name,
                "product": loop.product_id.display_name,
                "loop": loop._prepare_board_rows()[0],
                **more,
            },
        )

    # -- scan ---------------------------------------------------------------------------------------------------

    def _scan(self, barcode, quantity, location_dest_id, production_id, scan_key, operator_id):
        first = self._find_first(scan_key)
        if first:
            return self._prepare_duplicate(first)
        found = self.env["mes.pull.barcode"]._read(barcode)
        return getattr(self, f"_scan_{found['kind']}")(
            found,
            quantity=quantity,
            location_dest_id=location_dest_id,
            production_id=production_id,
            scan_key=scan_key,
            operator_id=operator_id,
        )

    def _scan_operator(self, found, **_kwargs):
        user = found["user"]
        return self._prepare_answer(
            "ok",
            self.env["mes.pull.message"]._text("operator", name=user.name),
            kind="operator",
            operator_id=user.id,
            operator=user.name,
        )

    def _scan_location(self, found, comes_back=False, **_kwargs):
        place = found["location"]
        loops = self.env["mes.pull.loop"].sudo().search([("company_id", "in", self.env.companies.ids)])
        in_market = any(loop._contains(place) for loop in loops)
        code = "market" if in_market else "place_from" if comes_back else "place"
        return self._prepare_answer(
            "ok",
            self.env["mes.pull.message"]._text(code, place=place.display_name),
            kind="location",
            location_dest_id=False if in_market else place.id,
            location_dest=False if in_market else place.display_name,
        )

    def _scan_product(self, found, quantity=None, **kwargs):
        loop = self._find_loop_of_product(found["product"])
        if quantity is None:
            quantity = found.get("quantity", loop.container_qty)
        return self._withdraw(loop, quantity, lot=found.get("lot"), **kwargs)

    def _scan_card(self, found, quantity=None, **kwargs):
        card = found["card"]
        if card.state in WITHDRAWABLE:
            left = card.quantity - card.withdrawn_qty
            return self._withdraw(card.loop_id, left if quantity is None else quantity, card=card, **kwargs)
        return self.env["mes.pull.turn"]._run(card.loop_id, lambda: self._request_card(card))

    def _request_card(self, card):
        """Answer for a card whose container is gone already: on order, waiting, or to be ordered now."""
        messages = self.env["mes.pull.message"]
        loop = card.loop_id
        loop._lock()
        was_idle = card.state in ("empty", "waiting", "error")
        if was_idle:
            loop._release_waiting()
            card._wait_if_empty()
            loop._replenish()
        signal = card.signal_id
        document = signal._get_document().display_name if signal else ""
        values = {"card": card.name, "document": document, "error": signal.error or ""}
        if card.state == "in_process":
            code, status = ("card_released", "ok") if was_idle else ("card_in_process", "warning")
        elif card.state == "error":
            code, status = "card_error", "warning"
        else:
            code, status = "card_waits", "warning"
            values.update(position=loop.position_qty, authorised=loop.authorised_qty)
        loop._notify_boards()
        return self._prepare_loop_answer(
            status, messages._text(code, **values), loop, kind="card", signal_id=signal.id, quantity=card.quantity
        )

    # -- withdrawal ---------------------------------------------------------------------------------------------

    def _withdraw(
        self,
        loop,
        quantity,
        location_dest_id=None,
        production_id=None,
        lot=None,
        card=None,
        scan_key=None,
        operator_id=None,
    ):
        quantity = self.env["mes.pull.barcode"]._read_quantity(quantity, loop.uom_id)
        self._check_card_quantity(card, quantity)
        production = self._find_production(production_id, loop)
        operator = self._find_operator(operator_id)

        def work():
            loop._lock()
            first = self._find_first(scan_key)
            if first:
                return self._prepare_duplicate(first)
            if card and card.state not in WITHDRAWABLE:  # somebody took this container while we waited for our turn
                return self._request_card(card)
            self._check_card_quantity(card, quantity)
            place = self._find_destination(location_dest_id, production, loop)
            held = loop._get_recorded_excess()
            withdrawal = loop._withdraw_by_scan(
                quantity, place, lot=lot, card=card, production=production, scan_key=scan_key, operator=operator
            )
            freed = held - loop._get_recorded_excess() if held else 0.0
            return self._prepare_withdrawal_answer(withdrawal, freed)

        return self.env["mes.pull.turn"]._run(loop, work)

    def _prepare_withdrawal_answer(self, withdrawal, freed=0.0):
        messages = self.env["mes.pull.message"]
        loop = withdrawal.loop_id
        signal = withdrawal.signal_ids[:1]
        parts = [
            messages._text(
                "withdrawn",
                quantity=withdrawal.quantity,
                unit=loop.uom_id.name,
                product=loop.product_id.display_name,
                place=withdrawal.location_dest_id.display_name,
            )
        ]
        if loop.uom_id.compare(freed, 0) > 0:
            parts.append(messages._text("excess_freed", quantity=freed, unit=loop.uom_id.name))
        if signal.state == "waiting":
            parts.append(messages._text("waiting_error", error=signal.error or ""))
        elif signal:
            document = signal._get_document().display_name
            parts.append(messages._text("ordered", quantity=signal.quantity, document=document))
        else:
            missing = max(loop.room_qty, 0.0)
            parts.append(messages._text("no_room", on_order=loop.on_order_qty, missing=missing))
        withdrawal.message = " ".join(parts)
        return self._describe(withdrawal)

    def _describe(self, withdrawal, duplicate=False):
        signal = withdrawal.signal_ids[:1]
        return self._prepare_loop_answer(
            "warning" if signal.state == "waiting" else "ok",
            withdrawal.message or "",
            withdrawal.loop_id,
            kind="return" if withdrawal.kind == "return" else "withdrawal",
            withdrawal_id=withdrawal.id,
            signal_id=signal.id,
            duplicate=duplicate,
            quantity=abs(withdrawal.quantity),
            location_dest_id=withdrawal.location_dest_id.id,
            location_dest=withdrawal.location_dest_id.display_name,
        )

    def _prepare_duplicate(self, withdrawal):
        return self._describe(withdrawal, duplicate=True)

    # -- return and undo ----------------------------------------------------------------------------------------

    def _give_back(self, barcode, quantity, location_id, scan_key, operator_id):
        first = self._find_first(scan_key)
        if first:
            return self._prepare_duplicate(first)
        messages = self.env["mes.pull.message"]
        found = self.env["mes.pull.barcode"]._read(barcode)
        if "product" not in found:  # a place or a badge: chosen for the next returns
            return getattr(self, f"_scan_{found['kind']}")(found, comes_back=True)
        card = found.get("card")
        loop = card.loop_id if card else self._find_loop_of_product(found["product"])
        if quantity is None:
            quantity = card.quantity if card else found.get("quantity", loop.container_qty)
        quantity = self.env["mes.pull.barcode"]._read_quantity(quantity, loop.uom_id)
        operator = self._find_operator(operator_id)

        def work():
            loop._lock()
            first = self._find_first(scan_key)
            if first:
                return self._prepare_duplicate(first)
            place = self._find_destination(location_id, None, loop)
            withdrawal = loop._give_back_by_scan(
                quantity, place, lot=found.get("lot"), card=card, scan_key=scan_key, operator=operator
            )
            withdrawal.message = messages._text(
                "returned",
                quantity=quantity,
                unit=loop.uom_id.name,
                product=loop.product_id.display_name,
                place=loop.location_id.display_name,
            )
            kept = loop._get_recorded_excess(withdrawal.move_id)
            if kept:
                held = loop.held_location_id.display_name
                withdrawal.message += " " + messages._text(
                    "return_held", quantity=kept, unit=loop.uom_id.name, place=held
                )
            return self._describe(withdrawal)

        return self.env["mes.pull.turn"]._run(loop, work)

    def _undo(self, withdrawal_id):
        messages = self.env["mes.pull.message"]
        withdrawal = self._find("mes.pull.withdrawal", withdrawal_id, "unknown_withdrawal", [("kind", "!=", False)])
        loop = withdrawal.loop_id

        def work():
            loop._lock()
            if withdrawal.state == "undone":
                message, duplicate = messages._text("undone"), True
            elif not withdrawal._can_undo():
                raise messages._error("not_a_scan")
            else:
                message, duplicate = withdrawal._undo(), False
            return self._prepare_loop_answer(
                "ok",
                message,
                loop,
                kind="undo",
                withdrawal_id=withdrawal.id,
                signal_id=withdrawal.signal_ids[:1].id,
                duplicate=duplicate,
                quantity=withdrawal.quantity,
            )

        return self.env["mes.pull.turn"]._run(loop, work)
