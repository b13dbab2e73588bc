"""Material calls for outside warehouse systems: what changed since, and confirm with a key."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..replica import fresh

KEEP_GONE = timedelta(days=90)
MAX_LIMIT = 5000


class MesPullCallGone(models.Model):
    """What remains of a call that was withdrawn before the warehouse was called: that it is gone, and since when."""

    _name = "mes.pull.call.gone"
    _description = "Withdrawn Material Call"
    _order = "revision, id"

    call_id = fields.Integer(required=True, readonly=True, help="Number of the call that is gone.")
    revision = fields.Integer(required=True, readonly=True, index=True)
    location_id = fields.Many2one("stock.location", "Place", readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    @api.autovacuum
    def _gc_gone(self):
        self.search([("create_date", "<", fields.Datetime.now() - KEEP_GONE)]).unlink()

    def _prepare_api_row(self):
        self.ensure_one()
        return {
            **dict.fromkeys(("product", "barcode", "uom", "lot", "order", "transfer", "note"), ""),
            "id": self.call_id,
            "revision": self.revision,
            "state": "cancelled",
            "product_id": False,
            "location_id": self.location_id.id,
            "location": self.location_id.display_name,
            "location_barcode": self.location_id.barcode or "",
            "due": False,
            "pick_by": False,
            **dict.fromkeys(("quantity", "done", "left"), 0.0),
            "late": False,
            "at_risk": False,
        }


class MesPullCall(models.Model):
    """How a program reads on without missing anything: every change takes a number under a lock that is kept until the
    change is committed. So numbers become visible in their order, and ``since`` never passes by a change that was
    still under way. All rows of one number come in one answer.
    """

    _inherit = "mes.pull.call"

    def unlink(self):
        if self:
            revision = self._next_revision()
            self.env["mes.pull.call.gone"].sudo().create(
                [
                    {
                        "call_id": call.id,
                        "revision": revision,
                        "location_id": call.location_id.id,
                        "company_id": call.company_id.id,
                    }
                    for call in self
                ]
            )
            self._notify_boards()
        return super().unlink()

    @api.model
    @api.readonly
    @fresh
    def list_changed(self, since=0, location_ids=None, limit=500):
        """Return the calls that changed after ``since``, in the order of their changes, each once in its latest state.

        :param int since: 0 at first, then ``since`` of the last answer; it stays valid for 90 days
        :param list location_ids: only these places with all below them
        :param int limit: calls in one answer; a few more come where one change touched several
        :return: ``{'since': int, 'more': bool, 'calls': [row]}``; a row holds ``id, revision, state, product_id,
            product, barcode, location_id, location, location_barcode, due, pick_by`` (UTC), ``quantity, done, left``
            (product's unit), ``uom, lot, order, transfer, late, at_risk, note``; a call that is gone has ``state``
            ``cancelled``, ``quantity`` 0 and no product
        :rtype: dict
        :raises odoo.exceptions.UserError: when ``since`` or ``limit`` is no number
        """
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in (since, limit)):
            raise self.env["mes.pull.message"]._error("bad_since")
        limit = min(max(limit, 1), MAX_LIMIT)
        domain = Domain("revision", ">", since) & self._get_place_domain(location_ids)
        domain &= Domain("company_id", "in", self.env.companies.ids)
        gone = self.env["mes.pull.call.gone"]
        rows = self.search(domain, order="revision, id", limit=limit + 1).sudo()
        gone_rows = gone.search(domain, order="revision, id", limit=limit + 1).sudo()
        revisions = sorted([*rows.mapped("revision"), *gone_rows.mapped("revision")])
        last = revisions[min(limit, len(revisions)) - 1] if revisions else since
        more = len(revisions) > limit
        if more:  # all of the last number, so that nobody begins in the middle of it
            domain &= Domain("revision", "<=", last)
            rows = self.search(domain, order="revision, id").sudo()
            gone_rows = gone.search(domain, order="revision, id").sudo()
        found = [call._prepare_api_row() for call in rows] + [row._prepare_api_row() for row in gone_rows]
        return {"since": last, "more": more, "calls": sorted(found, key=lambda row: (row["revision"], row["id"]))}

    @api.model
    def confirm(self, call_id, quantity=None, lot=None, key=None):
        """Confirm that the parts of a call were picked; the same key again is answered as at first.

        :param float quantity: in the product's unit; without it all that is left
        :param str lot: name of the lot that was taken
        :param str key: made by the caller for each confirmation
        :return: ``{'status': 'ok'|'warning'|'error', 'message', 'call_id', 'duplicate'}``; an error changes nothing
        :raises odoo.exceptions.AccessError: for users who work neither at the line nor in the warehouse
        """
        station = self.env["mes.pull.station"]
        if not self._may_answer():
            station._check_operator()
        try:
            call = station._find_first_answer(key) or station._find_call(call_id)
            lot_id = self._find_lot_by_name(call, lot)
        except AccessError:
            raise
        except UserError as error:
            return {"status": "error", "message": str(error), "call_id": False, "duplicate": False}
        answer = station.call_confirm(call.id, quantity=quantity, lot_id=lot_id, scan_key=key)
        return {
            "status": answer["status"],
            "message": answer["message"],
            "call_id": call.id,
            "duplicate": answer["duplicate"],
        }

    @api.model
    def _find_lot_by_name(self, call, lot):
        if not lot:
            return None
        product = call.sudo().product_id
        domain = [("name", "=", lot), ("product_id", "=", product.id)]
        found = (
            self.env["stock.lot"].sudo().search([*domain, ("company_id", "in", [False, call.company_id.id])], limit=1)
        )
        if not found:
            raise self.env["mes.pull.message"]._error(
                "unknown_lot_name", lot=str(lot)[:64], product=product.display_name
            )
        return found.id

    def _prepare_api_row(self):
        """Return the call as outside systems get it, by JSON-2 and by webhook."""
        self.ensure_one()
        return {
            "id": self.id,
            "revision": self.revision,
            "state": self.state,
            "product_id": self.product_id.id,
            "product": self.product_id.display_name,
            "barcode": self.product_id.barcode or "",
            "location_id": self.location_id.id,
            "location": self.location_id.display_name,
            "location_barcode": self.location_id.barcode or "",
            "due": fields.Datetime.to_string(self.date_due),
            "pick_by": fields.Datetime.to_string(self.date_pick),
            "quantity": self.quantity,
            "done": self.done_qty,
            "left": self._get_left(),
            "uom": self.uom_id.name,
            "lot": self.lot_id.name or "",
            "order": self.production_id.name or "",
            "transfer": self.picking_id.name or "",
            "late": self.is_late,
            "at_risk": self.is_at_risk,
            "note": self.shortage_note or "",
        }


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def unlink(self):
        """Withdraw the calls of a deleted order one by one, so that outside systems hear of it."""
        self.env["mes.pull.call"].sudo().search([("production_id", "in", self.ids)]).unlink()
        return super().unlink()
