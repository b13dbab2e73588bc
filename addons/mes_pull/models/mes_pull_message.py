"""All that the shop floor is told, in one place: what happened, why, and what to do next."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class MesPullMessage(models.AbstractModel):
    """Store of the messages to people. Add one by adding an entry to `_get_messages`."""

    _name = "mes.pull.message"
    _description = "Messages of the Pull Loops"

    @api.model
    def _error(self, code, **values):
        """Return the error to raise for ``code``, filled with ``values``."""
        return UserError(self._text(code, **values))

    @api.model
    def _user_error(self):
        """The exception class that carries a message for a person."""
        return UserError

    @api.model
    def _text(self, code, **values):
        """Return the message ``code`` in the user's language, filled with ``values``."""
        text = {**self._get_refusals(), **self._get_answers()}[code]
        return text % {
            name: self._format(value) if isinstance(value, float) else value for name, value in values.items()
        }

    @api.model
    def _format(self, quantity):
        """Return ``quantity`` in the user's number format, with as many decimals as it has."""
        digits = next(digits for digits in range(7) if digits == 6 or round(quantity, digits) == round(quantity, 6))
        return formatLang(self.env, quantity, digits=digits)

    def _get_refusals(self):
        return {
            "empty_barcode": self.env._("Nothing was read. Scan again, or type the barcode."),
            "unknown_barcode": self.env._(
                "%(barcode)s is not known here. Scan a kanban card, a product, a lot, a place or a badge."
            ),
            "ambiguous_lot": self.env._("Several products have a lot %(lot)s. Scan the kanban card instead."),
            "unknown_lot": self.env._("Lot %(lot)s is not known for this product. Scan the kanban card instead."),
            "unknown_lot_id": self.env._("That lot is not known in your companies. Scan the kanban card instead."),
            "foreign_company": self.env._("This belongs to another company. Scan something of your own."),
            "other_company": self.env._("This belongs to %(company)s. Switch to that company first."),
            "other_unit": self.env._(
                "The barcode counts in %(unit)s, this product in %(own)s. Enter the quantity by hand."
            ),
            "archived_card": self.env._(
                "Card %(card)s is out of use: it was replaced or its loop was archived. Print a new one."
            ),
            "archived_loop": self.env._("The loop %(loop)s is archived. Ask a planner to put it back into use."),
            "unknown_loop": self.env._("There is no such loop in your companies. Choose one from the list."),
            "no_loop": self.env._("%(product)s has no pull loop. Ask a planner to create one."),
            "many_loops": self.env._(
                "%(product)s lies in several supermarkets (%(places)s). Scan the kanban card or the supermarket first."
            ),
            "quantity_number": self.env._("'%(value)s' is not a quantity. Enter a number."),
            "quantity_positive": self.env._("The quantity must be more than zero, not %(value)s."),
            "quantity_absurd": self.env._("%(value)s looks like a barcode, not like a quantity. Check it."),
            "quantity_rounding": self.env._("%(value)s is finer than %(unit)s can be counted. Enter a rounder number."),
            "too_little": self.env._(
                "Only %(there)s %(unit)s of %(product)s are in %(place)s, not %(wanted)s. "
                "Take less, or count the place if more is there."
            ),
            "too_little_lot": self.env._(
                "Only %(there)s %(unit)s of lot %(lot)s are in %(place)s, not %(wanted)s. Take less or another lot."
            ),
            "more_than_card": self.env._(
                "Card %(card)s stands for %(there)s %(unit)s, not %(wanted)s. Take less, or scan the product."
            ),
            "unknown_place": self.env._("That place is not known in your companies. Scan another one."),
            "place_inside": self.env._("%(place)s is the supermarket itself. Scan where the parts go."),
            "unknown_order": self.env._("That manufacturing order is not open in your companies. Choose another one."),
            "wrong_order": self.env._("%(order)s does not need %(product)s. Choose the order that uses it."),
            "unknown_operator": self.env._("That badge is not known in your companies. Scan it again."),
            "bad_key": self.env._("The scan key must be a text of at most 64 characters."),
            "bad_bulk": self.env._("Send a list of scans, each with its barcode and its own key; at most %(limit)s."),
            "not_a_scan": self.env._(
                "Only a scan can be undone here. Return or correct the document that moved the stock."
            ),
            "unknown_withdrawal": self.env._("That withdrawal is not known in your companies."),
            "parts_are_gone": self.env._(
                "Only %(there)s of the %(wanted)s %(unit)s are still at %(place)s: the rest has been used. "
                "Return what is left instead."
            ),
            "parts_are_gone_lot": self.env._(
                "Only %(there)s of the %(wanted)s %(unit)s of lot %(lot)s are still at %(place)s: the rest has been "
                "used. Return what is left instead."
            ),
            "nothing_to_return": self.env._(
                "Only %(there)s %(unit)s of %(product)s are at %(place)s, not %(wanted)s. Scan where they lie."
            ),
            "busy": self.env._("The loop is busy. Nothing was booked; scan again."),
        }

    def _get_answers(self):
        return {
            "withdrawn": self.env._("%(quantity)s %(unit)s of %(product)s to %(place)s."),
            "ordered": self.env._("Ordered upstream: %(quantity)s (%(document)s)."),
            "no_room": self.env._("Nothing ordered: %(on_order)s on order, %(missing)s of a container missing."),
            "waiting_error": self.env._("Upstream could not be told: %(error)s"),
            "returned": self.env._("%(quantity)s %(unit)s of %(product)s are back in %(place)s."),
            "place": self.env._("The next parts go to %(place)s."),
            "place_from": self.env._("The next returns come from %(place)s."),
            "market": self.env._("Supermarket %(place)s: choose the product, or scan its label."),
            "operator": self.env._("Hello %(name)s."),
            "card_in_process": self.env._("Card %(card)s is on order already (%(document)s). Nothing was booked."),
            "card_waits": self.env._(
                "Card %(card)s waits: the loop is full (%(position)s of %(authorised)s). "
                "It is released when downstream takes more."
            ),
            "card_error": self.env._("Card %(card)s waits: %(error)s"),
            "card_released": self.env._("Card %(card)s was released: %(document)s."),
            "undo_stock": self.env._("%(quantity)s %(unit)s are back in %(place)s."),
            "undo_cancelled": self.env._("%(document)s was cancelled."),
            "undo_reduced": self.env._("%(document)s was reduced to %(quantity)s."),
            "undo_kept": self.env._("%(document)s has started and stays as it is."),
            "undone": self.env._("This withdrawal was undone before. Nothing more happened."),
        }
