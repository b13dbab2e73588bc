"""Answers to material calls by scan, in the form in which every scan is answered and with the same keys."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class MesPullStation(models.AbstractModel):
    _inherit = "mes.pull.station"

    @api.model
    def call_scan(self, barcode, location_id=None, quantity=None, scan_key=None):
        """Confirm the earliest open call of what was scanned; a place's barcode chooses the place.

        :param str barcode: product, packaging, lot, kanban card, GS1 element string, place or badge
        :param int location_id: only calls of this place and below it
        :param quantity: in the product's unit; without it what the barcode says, else all that is left of the call
        :param str scan_key: as for `scan`: a repeated key is answered with the first result
        :return: the answer described at the class, with ``call_id`` and ``call`` (its row, see `get_calls`)
        """
        return self._answer_call(lambda: self._call_scan(barcode, location_id, quantity, scan_key))

    @api.model
    def call_confirm(self, call_id, quantity=None, lot_id=None, scan_key=None):
        """Confirm one call; see `call_scan`."""
        return self._answer_call(lambda: self._call_confirm(self._find_call(call_id), quantity, lot_id, scan_key))

    @api.model
    def call_short(self, call_id, kind, quantity=None, product_id=None, barcode=None, note=None, scan_key=None):
        """Answer that a call cannot be filled as it is.

        :param str kind: ``substitute`` (``product_id`` or what ``barcode`` names), ``part`` (``quantity``), ``none``
        """
        return self._answer_call(
            lambda: self._call_short(call_id, kind, quantity, self._find_substitute(product_id, barcode), note, scan_key)
        )

    def _answer_call(self, work):
        """As `_answer`; whoever works in the warehouse may answer calls, too."""
        if not self.env["mes.pull.call"]._may_answer():
            self._check_operator()
        try:
            return work()
        except AccessError:
            raise
        except UserError as error:
            return self._prepare_answer("error", str(error))

    # -- work ---------------------------------------------------------------------------------------------------

    def _call_scan(self, barcode, location_id, quantity, scan_key):
        first = self._find_first_answer(scan_key)
        if first:
            return self._call_confirm(first, quantity, None, scan_key)
        found = self.env["mes.pull.barcode"]._read(barcode)
        if found["kind"] == "operator":
            return self._scan_operator(found)
        if found["kind"] == "location":
            return self._prepare_place_answer(found["location"])
        call = self._find_open_call(found["product"], location_id)
        if quantity is None:
            quantity = found.get("quantity")
        return self._call_confirm(call, quantity, found["lot"].id if found.get("lot") else None, scan_key)

    def _call_confirm(self, call, quantity, lot_id, scan_key):
        if quantity is not None and not self._find_first_answer(scan_key):
            quantity = self.env["mes.pull.barcode"]._read_quantity(quantity, call.uom_id)
        result = call.action_confirm(quantity=quantity, lot_id=lot_id or None, confirm_key=scan_key or None)
        return self._prepare_call_answer(call, result)

    def _call_short(self, call_id, kind, quantity, product_id, note, scan_key):
        call = self._find_first_answer(scan_key) or self._find_call(call_id)
        if kind not in ("substitute", "part", "none"):
            raise self.env["mes.pull.message"]._error("unknown_answer")
        if quantity is not None:
            quantity = self.env["mes.pull.barcode"]._read_quantity(quantity, call.uom_id)
        result = call.action_answer_short(
            kind, quantity=quantity, product_id=product_id, note=note or None, confirm_key=scan_key or None
        )
        return self._prepare_call_answer(call, result)

    def _prepare_call_answer(self, call, result):
        call = call.sudo()
        call.invalidate_recordset()
        return self._prepare_answer(
            result["status"],
            result["message"],
            kind="call",
            call_id=call.id,
            duplicate=bool(result.get("duplicate")),
            quantity=call.done_qty + call.picked_qty,
            uom=call.uom_id.name,
            product=call.product_id.display_name,
            call=call._prepare_board_rows()[0],
        )

    def _prepare_place_answer(self, place):
        return self._prepare_answer(
            "ok",
            self.env["mes.pull.message"]._text("calls_of", place=place.display_name),
            kind="call_place",
            place_id=place.id,
            place=place.display_name,
        )

    # -- what the parameters mean -------------------------------------------------------------------------------

    def _find_call(self, call_id):
        return self._find("mes.pull.call", call_id, "unknown_call").with_env(self.env)

    def _find_open_call(self, product, location_id):
        """Return the open call that is due first; what was scanned is for it."""
        domain = Domain("product_id", "=", product.id) & Domain("state", "in", ("called", "picking"))
        domain &= Domain("company_id", "in", self.env.companies.ids)
        place = self._find("stock.location", location_id, "unknown_place") if location_id else None
        if place:
            domain &= Domain("location_id", "child_of", place.id)
        calls = self.env["mes.pull.call"].search(domain, order="date_due, id")
        call = next((call for call in calls if not call.uom_id.is_zero(call._get_left())), None)
        if call:
            return call
        if place:
            raise self.env["mes.pull.message"]._error(
                "no_call_here", product=product.display_name, place=place.display_name
            )
        raise self.env["mes.pull.message"]._error("no_call", product=product.display_name)

    def _find_first_answer(self, scan_key):
        """Return the call that this key answered before, if any."""
        if not scan_key:
            return None
        answers = self.env["mes.pull.call.answer"].sudo()
        self._find_first(scan_key)  # refuses what is no key
        answer = answers.search(
            [("confirm_key", "=", scan_key), ("company_id", "in", self.env.companies.ids)], limit=1
        )
        return answer.call_id.with_env(self.env) if answer else None

    def _find_substitute(self, product_id, barcode):
        if barcode:
            found = self.env["mes.pull.barcode"]._read(barcode)
            if "product" not in found:
                raise self.env["mes.pull.message"]._error("unknown_barcode", barcode=barcode)
            return found["product"].id
        return self._find("product.product", product_id, "unknown_substitute").id if product_id else None
