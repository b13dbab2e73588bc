"""What the warehouse screen and the panel of the line show: one read-only method, few queries, however many calls."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import OPEN_CALL_STATES
from ..replica import fresh
from ..tools.usable import Usable

AHEAD = timedelta(hours=24)  # planned calls that are shown beforehand
BACK = timedelta(hours=4)  # answered calls that the line still sees
LIMIT = 1000


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    @api.model
    @api.readonly
    @fresh
    def get_calls(self, location_ids=None, workcenter_ids=None, with_done=False, limit=LIMIT):
        """Return the calls that are open and those that come within a day, by due time and place.

        :param list location_ids: only these places with all below them
        :param list workcenter_ids: only what these work centres need
        :param bool with_done: also what came to the line, or was withdrawn, within the last hours
        :return: ``{'server_time', 'total', 'places': [{'id', 'name', 'barcode'}], 'calls': [row]}``; a row holds ``id,
            product_id, product, uom, tracking, location_id, location, workcenter_id, workcenter, order_id,
            order, picking, source, due, pick_by`` (UTC), ``need, covered, quantity, picked, done, left`` (product's
            unit), ``state, late, at_risk, lot, note`` and ``usable`` (``on_hand, registered, held, reserved, usable``
            where it is taken from)
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users who may not see calls
        """
        ids = {"location_ids": location_ids, "workcenter_ids": workcenter_ids}
        self.env["mes.pull.message"]._check_parameters(**ids, limit=limit)
        now = fields.Datetime.now()
        domain = self._get_board_domain(now, with_done) & self._get_place_domain(location_ids)
        if workcenter_ids:
            domain &= Domain("workcenter_id", "in", workcenter_ids)
        calls = self.search(domain, limit=limit, order="date_due, location_id, product_id, id")
        total = len(calls) if not limit or len(calls) < limit else self.search_count(domain)
        places = self.env["stock.location"].sudo()
        places = places.search([("mes_call_type_id", "!=", False), ("company_id", "in", self.env.companies.ids)])
        places |= calls.sudo().location_id
        return {
            "server_time": fields.Datetime.to_string(now),
            "total": total,
            "places": [
                {"id": place.id, "name": place.display_name, "barcode": place.barcode or ""}
                for place in places.sorted("complete_name")
            ],
            "calls": calls.sudo()._prepare_board_rows(),
        }

    @api.model
    def _get_board_domain(self, now, with_done):
        soon = Domain("state", "!=", "planned") | Domain("date_due", "<", now + AHEAD)
        domain = Domain("state", "in", OPEN_CALL_STATES) & soon
        if with_done:
            domain |= Domain("state", "in", ("done", "cancelled")) & Domain("date_due", ">", now - BACK)
        return domain & Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _get_place_domain(self, location_ids):
        return Domain("location_id", "child_of", location_ids) if location_ids else Domain.TRUE

    def _prepare_board_rows(self):
        """Return these calls as the screens show them."""
        usable = self._get_usable_at_source()
        return [call._prepare_board_row(usable.get(call, Usable())) for call in self]

    def _get_source(self):
        """Return the place from which the parts of this call are taken."""
        self.ensure_one()
        kind = self.location_id.mes_call_type_id
        return self.move_id.location_id or kind.default_location_src_id or self.location_id.warehouse_id.lot_stock_id

    def _get_usable_at_source(self):
        """Return ``{call: Usable}`` of the component where it is taken from; one statement for all calls."""
        sources = {call: call._get_source() for call in self}
        places = self.env["stock.location"].union(*sources.values())
        figures = self.product_id._mes_get_usable_by({place.id: place for place in places})
        return {call: figures.get(source.id, {}).get(call.product_id.id, Usable()) for call, source in sources.items()}

    def _prepare_board_row(self, usable):
        self.ensure_one()
        return {
            "id": self.id,
            "product_id": self.product_id.id,
            "product": self.product_id.display_name,
            "uom": self.uom_id.name,
            "tracking": self.product_id.tracking,
            "location_id": self.location_id.id,
            "location": self.location_id.display_name,
            "workcenter_id": self.workcenter_id.id,
            "workcenter": self.workcenter_id.name or "",
            "order_id": self.production_id.id,
            "order": self.production_id.name or "",
            "picking": self.picking_id.name or "",
            "source": self._get_source().display_name or "",
            "due": fields.Datetime.to_string(self.date_due),
            "pick_by": fields.Datetime.to_string(self.date_pick),
            "need": self.need_qty,
            "covered": self.covered_qty,
            "quantity": self.quantity,
            "picked": self.picked_qty,
            "done": self.done_qty,
            "left": self._get_left(),
            "state": self.state,
            "late": self.is_late,
            "at_risk": self.is_at_risk,
            "lot": self.lot_id.name or "",
            "note": self.shortage_note or "",
            "usable": {**usable._asdict(), "usable": usable.usable},
        }

    def _get_left(self):
        """Return what the warehouse still has to bring, in the product's unit."""
        self.ensure_one()
        return self.uom_id.round(self._get_unanswered())

    @api.model
    @api.readonly
    @fresh
    def get_substitutes(self, call_id, limit=30):
        """Return usable parts of the same category, for the answer "another part", most pieces first.

        :return: ``[{'id', 'name', 'usable', 'uom'}]``
        """
        self.env["mes.pull.message"]._check_parameters(call_id=call_id, limit=limit)
        call = self.search([("id", "=", call_id or 0)]).sudo()
        product = call.product_id
        same = [("categ_id", "=", product.categ_id.id), ("is_storable", "=", True), ("id", "!=", product.id)]
        others = product.search([*same, ("company_id", "in", [False, call.company_id.id])], limit=1000)
        if not call or not product.categ_id:
            return []
        figures = others._mes_get_usable(call._get_source())
        found = [(figures[other.id].usable, other) for other in others if other.id in figures]
        found = sorted((pair for pair in found if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].id))
        return [
            {"id": other.id, "name": other.display_name, "usable": quantity, "uom": other.uom_id.name}
            for quantity, other in found[:limit]
        ]
