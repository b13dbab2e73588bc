"""What the hour-by-hour board shows: one read-only method, few queries, however many work centres there are."""

from datetime import datetime, timedelta

from odoo import api, fields, models

from ..const import CLOSED_ORDER_STATES
from ..replica import fresh
from ..tools.slots import local_clock, local_day, local_hour

DAY = timedelta(days=1)


class MesPullSlot(models.Model):
    _inherit = "mes.pull.slot"

    @api.model
    @api.readonly
    @fresh
    def get_hours(self, date=None, workcenter_ids=None):
        """Return the hours of one day by work centre, on each work centre's own clock.

        :param str date: the local day, ``YYYY-MM-DD``; today if not given
        :param list workcenter_ids: only these; all that have something to do on that day if not given
        :return: ``{'server_time', 'losses': [{'id', 'name'}], 'workcenters': [row]}``; a row holds ``id, name, date,
            is_today, behind`` (pieces that earlier days still owe) and ``hours``: ``label`` (``HH:MM`` there), ``start,
            stop`` (UTC), ``planned, done`` and ``items``, one for each order: ``slot_id, order_id, order, product,
            uom, planned, done, loss_id, loss, note``
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users who may not see hours
        """
        self.env["mes.pull.message"]._check_parameters(date=date, workcenter_ids=workcenter_ids)
        now, day = fields.Datetime.now(), fields.Date.to_date(date)
        noon = datetime.combine(day, datetime.min.time()) + DAY / 2 if day else now
        domain = [("company_id", "in", self.env.companies.ids)]
        if workcenter_ids:
            domain.append(("workcenter_id", "in", workcenter_ids))
        near = [("date_start", "<", noon + 2 * DAY), ("date_stop", ">", noon - 2 * DAY)]
        slots = self.search([*domain, *near]).sudo()
        behind = self._get_behind([*domain, ("date_stop", "<=", noon - 2 * DAY)])
        rows = []
        for center, its_slots in slots.grouped("workcenter_id").items():
            tz = center._mes_get_tz()
            wanted = day or local_day(now, tz)
            days = its_slots.grouped(lambda slot, tz=tz: local_day(slot.date_start, tz))
            if wanted not in days:
                continue
            before = its_slots.browse().union(*(found for its_day, found in days.items() if its_day < wanted))
            row = center._mes_prepare_hours_row(days[wanted], wanted, tz)
            row["is_today"] = wanted == local_day(now, tz)
            row["behind"] = behind.get(center.id, 0.0) + before._get_missing()
            rows.append((center.sequence, center.name or "", row))
        losses = self.env["mrp.workcenter.productivity.loss"].sudo().search([("manual", "=", True)])
        return {
            "server_time": fields.Datetime.to_string(now),
            "losses": [{"id": loss.id, "name": loss.name} for loss in losses],
            "workcenters": [row for _sequence, _name, row in sorted(rows, key=lambda found: found[:2])],
        }

    @api.model
    def _get_behind(self, domain):
        """Return ``{work centre id: pieces}`` that open orders owe from the hours of ``domain``."""
        found = self.sudo()._read_group(
            [*domain, ("workorder_id.state", "not in", CLOSED_ORDER_STATES)],
            ["workcenter_id"],
            ["planned_qty:sum", "done_qty:sum"],
        )
        return {center.id: planned - done for center, planned, done in found}

    def _get_missing(self):
        """Return how many pieces open orders owe from these hours."""
        open_slots = self.filtered(lambda slot: slot.workorder_id.state not in CLOSED_ORDER_STATES)
        return sum(open_slots.mapped("planned_qty")) - sum(open_slots.mapped("done_qty"))

    def _prepare_hour(self, tz):
        """Return these slots, of one hour, as the board shows them."""
        start = min(self.mapped("date_start"))
        return {
            "label": local_clock(start, tz),
            "start": fields.Datetime.to_string(start),
            "stop": fields.Datetime.to_string(max(self.mapped("date_stop"))),
            "planned": sum(self.mapped("planned_qty")),
            "done": sum(self.mapped("done_qty")),
            "items": [slot._prepare_hours_item() for slot in self],
        }

    def _prepare_hours_item(self):
        """Return one order's part of an hour as the board shows it."""
        self.ensure_one()
        return {
            "slot_id": self.id,
            "order_id": self.production_id.id,
            "order": self.production_id.name,
            "product": self.product_id.display_name,
            "uom": self.uom_id.name,
            "planned": self.planned_qty,
            "done": self.done_qty,
            "loss_id": self.loss_id.id,
            "loss": self.loss_id.name or "",
            "note": self.note or "",
        }


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _mes_prepare_hours_row(self, slots, day, tz):
        """Return what ``slots`` (of one local day) are on the board of this work centre."""
        self.ensure_one()
        by_hour = slots.sorted("date_start").grouped(lambda slot: local_hour(slot.date_start, tz))
        hours = [found._prepare_hour(tz) for found in by_hour.values()]
        return {"id": self.id, "name": self.name, "date": fields.Date.to_string(day), "hours": hours}
