"""A plan in words, and in Odoo's own bookings."""

from datetime import UTC

from odoo import api, models

from ..const import OPEN_MOVE_STATES


class MesPullPlanner(models.AbstractModel):
    _inherit = "mes.pull.planner"

    # -- in words -----------------------------------------------------------------------------------------------

    @api.model
    def _explain(self, sheet):
        """Keep on the sheet why each work order starts when it does, on the clock of its work centre."""
        works = {work.id: work for work in sheet.works}
        zones = {}
        for work in sheet.works:
            placed = sheet.placements[work.id]
            center = work.workcenter_id.browse(placed.resource or work.workcenter_id.id)
            if center not in zones:
                zones[center] = center._mes_get_tz()
            values = {"center": center.name, "until": self._clock(placed, zones[center])}
            sheet.reasons[work.id] = self._explain_why(placed.why, works, values)

    @api.model
    def _explain_why(self, why, works, values):
        message = self.env["mes.pull.message"]
        if why.kind == "busy":
            work = works.get(why.cause)
            return message._text("plan_busy", what=work.display_name if work else why.cause, **values)
        if why.kind == "before":
            work = works.get(why.cause) or self.env["mrp.workorder"].sudo().browse(why.cause)
            return message._text("plan_before", what=work.display_name, **values)
        if why.kind == "order":
            order = self.env["mrp.production"].sudo().browse(why.cause)
            return message._text("plan_order", what=order.name, product=order.product_id.display_name, **values)
        return message._text(f"plan_{why.kind}", what=why.cause, **values)

    @api.model
    def _clock(self, placed, tz):
        """Return until when it waits: the time, with its day where that is not the day of the start."""
        if not placed.why.until:
            return ""
        until, start = (self._to_local(moment, tz) for moment in (placed.why.until, placed.start))
        return until.strftime("%H:%M" if until.date() == start.date() else "%Y-%m-%d %H:%M")

    @staticmethod
    def _to_local(moment, tz):
        return moment.replace(tzinfo=UTC).astimezone(tz)

    # -- in bookings --------------------------------------------------------------------------------------------

    @api.model
    def _apply(self, sheet, segments=None):
        """Write the sheet: old bookings go, new ones come in one create, dates follow as after Odoo's planning."""
        placed = sheet.works.filtered(lambda work: sheet.placements[work.id].start)
        sheet.works.leave_id.unlink()
        self._move_to_centers(sheet, placed)
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .create([self._prepare_leave_vals(work, sheet.placements[work.id]) for work in placed])
        )
        ids = dict(zip(placed.ids, leaves.ids, strict=True))
        vals = [
            {"leave_id": ids.get(work.id) or None, "mes_plan_reason": sheet.reasons[work.id]} for work in sheet.works
        ]
        self._write_all(sheet.works, vals)
        sheet.orders.flush_recordset(["is_planned", "date_start", "date_finished"])
        self._write_order_dates(sheet)
        if segments:
            placed._mes_cut_slots(segments=segments)
        placed._mes_follow_plan()

    @api.model
    def _prepare_leave_vals(self, work, placed):
        center = work.workcenter_id
        return {
            "name": work.display_name,
            "calendar_id": center.resource_calendar_id.id,
            "company_id": center.company_id.id,
            "date_from": placed.start,
            "date_to": placed.stop,
            "resource_id": center.resource_id.id,
            "time_type": "other",
        }

    @api.model
    def _move_to_centers(self, sheet, placed):
        """Give work to the alternative that finishes it first, with the time that it takes there."""
        for work in placed:
            center = work.workcenter_id.browse(sheet.placements[work.id].resource)
            if center != work.workcenter_id:
                minutes = work._get_duration_expected(alternative_workcenter=center)
                work.write({"workcenter_id": center.id, "duration_expected": minutes})

    @api.model
    def _write_order_dates(self, sheet):
        """Write when the orders begin and end, and their moves with them, as Odoo does order by order."""
        orders, vals = [], []
        spans = {}
        for order in sheet.orders:
            leaves = order.workorder_ids.filtered(lambda work: work.state not in ("done", "cancel")).leave_id
            if order.workorder_ids & sheet.works and leaves:
                spans[order] = min(leaves.mapped("date_from")), max(leaves.mapped("date_to"))
        for order, (start, stop) in spans.items():
            wanted = sheet.wanted.get(order.id) or None
            orders.append(order.id)
            vals.append({"date_start": start, "date_finished": stop, "mes_date_wanted": wanted})
        self._write_all(sheet.orders.browse(orders), vals)
        self._write_move_dates(spans)

    @api.model
    def _write_move_dates(self, spans):
        orders = self.env["mrp.production"].sudo().browse([order.id for order in spans])
        moves = (orders.move_raw_ids | orders.move_finished_ids).filtered(lambda move: move.state in OPEN_MOVE_STATES)
        moves.fetch(["move_orig_ids"])  # Odoo's delay alerts would read them one by one
        raw, finished = {}, {}
        for move in moves:
            if order := move.raw_material_production_id:
                start = spans[order][0]
                if move.move_orig_ids:  # its deadline goes up the chain
                    move.write({"date": start, "date_deadline": start})
                else:
                    raw[move.id] = {"date": start, "date_deadline": start}
            else:
                finished[move.id] = {"date": spans[move.production_id][1]}
        for rows in (raw, finished):
            self._write_all(moves.browse(rows), list(rows.values()))

    @api.model
    def _write_all(self, records, vals_list):
        """Write different values to many records in one statement; what depends on them is computed as ever."""
        if not records:
            return
        names = list(vals_list[0])
        records.flush_recordset(names)
        records._write_multi(vals_list)
        records.invalidate_recordset(names, flush=False)
        records.modified(names)
