"""The tablet: what the screen reads and sends, in one call each."""

import base64

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..replica import fresh

LIMIT = 40


class MesQualityStation(models.AbstractModel):
    """Inspecting at a tablet.

    1. scan a lot, a transfer, an order or an inspection, or tap one in the list
    2. answer each question: Good or Bad, a measure on the number pad, a picture; then the next piece
    3. Pass or Fail

    An answer may be sent again after a lost connection: results are written where they belong, and a decision carries
    a key; a repeated one is answered with ``duplicate: True``.
    """

    _name = "mes.quality.station"
    _description = "Quality Station"

    @api.model
    @api.readonly
    @fresh
    def get_state(self, barcode=None, inspection_id=None):
        """Return what the screen shows.

        :param str barcode: number of a lot, reference of a transfer, an order or an inspection, barcode of a product
        :param int inspection_id: the one to show
        :return: ``{'status', 'message', 'todo': list of rows, 'inspection': dict or False}``
        """
        self._check_inspector()
        todo = self._search_todo(self._get_barcode_domain(barcode) if barcode else [])
        inspection = self.env["mes.quality.inspection"].browse(inspection_id).exists()
        message = ""
        if barcode and not todo:
            message = self.env["mes.quality.message"]._text("station_unknown", barcode=barcode)
        elif barcode and len(todo) == 1:
            inspection = todo
        return self._prepare_answer("error" if message else "ok", message, inspection, todo)

    @api.model
    def record(self, inspection_id, results=None, sample=1, decision=None, reason=None, rejected_qty=None, key=None):
        """Keep results, and decide when ``decision`` is given. The one method by which the screen writes.

        :param list results: dicts with ``line_id`` and any of ``value``, ``verdict`` (``pass``, ``fail``), ``text``,
            ``picture`` (base64), ``defects``, ``note``
        :param int sample: the piece that is shown next; its questions are made when they are not there yet
        :param str decision: ``pass``, ``fail`` or ``evaluate`` (by what is recorded)
        :param float rejected_qty: of ``fail``: in the product's unit; without it all
        :param str key: made by the client for each decision
        :return: as `get_state`, with ``duplicate``; ``status`` ``error`` has written nothing
        """
        self._check_inspector()
        inspection = self.env["mes.quality.inspection"].browse(inspection_id).exists()
        if decision and key and inspection.decision_key == key:
            return {**self._prepare_answer("ok", "", inspection, sample=sample), "duplicate": True}
        try:
            with self.env.cr.savepoint():
                self._record(inspection, results or [], sample)
                if decision:
                    self._decide(inspection, decision, reason, rejected_qty, key)
        except AccessError:
            raise
        except UserError as error:
            inspection.invalidate_recordset()
            return self._prepare_answer("error", str(error), inspection, sample=sample)
        message = self.env["mes.quality.message"]._text("station_saved")
        return self._prepare_answer("ok", message, inspection, sample=sample)

    # -- writing ------------------------------------------------------------------------------------------------

    @api.model
    def _check_inspector(self):
        if not self.env.su:
            self.env["mes.quality.inspection"]._check_role("mes_quality.mes_quality_group_user")

    @api.model
    def _record(self, inspection, results, sample):
        lines = self.env["mes.quality.inspection.line"].browse([result["line_id"] for result in results]).exists()
        if len(lines) != len({result["line_id"] for result in results}) or lines.inspection_id - inspection:
            raise self.env["mes.quality.message"]._error("station_line")
        for result in results:
            vals = self._prepare_result_vals(result)
            if vals:
                lines.browse(result["line_id"]).write(vals)
        if inspection.state == "todo" and sample > 1:
            self._check_sample(inspection, sample)
            inspection._add_samples(sample)

    @api.model
    def _check_sample(self, inspection, sample):
        if not isinstance(sample, int) or sample > inspection.sample_size:
            values = {"name": inspection.name, "samples": inspection.sample_size, "number": sample}
            raise self.env["mes.quality.message"]._error("sample_number", **values)

    @api.model
    def _prepare_result_vals(self, result):
        """Return what is written for a result, checked: it comes from outside."""
        vals = {name: result[name] for name in ("verdict", "text", "note", "defects", "picture") if name in result}
        if "value" in result:
            value = result["value"]
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) > 1e12:
                raise self.env["mes.quality.message"]._error("station_measure", value=str(value))
            vals["value"] = value
        if vals.get("picture"):
            base64.b64decode(vals["picture"], validate=True)
        return vals

    @api.model
    def _decide(self, inspection, decision, reason, rejected_qty, key):
        if decision == "evaluate":
            inspection._check_complete()
            decision = "fail" if inspection._is_too_bad() else "pass"
        state = "passed" if decision == "pass" else "failed"
        inspection._decide(state, reason=reason, rejected_qty=rejected_qty, key=key)

    # -- reading ------------------------------------------------------------------------------------------------

    @api.model
    def _search_todo(self, domain):
        """Return what is to do (documents are searched through as superuser: inspectors may not open them)."""
        own = [("state", "=", "todo"), ("company_id", "in", self.env.companies.ids)]
        found = self.env["mes.quality.inspection"].sudo().search([*own, *domain], limit=LIMIT)
        return found.sudo(False)._filtered_access("read")

    @api.model
    def _get_barcode_domain(self, barcode):
        barcode = str(barcode).strip()
        return [
            *("|", "|", "|", "|", "|", ("name", "=ilike", barcode), ("lot_ids.name", "=", barcode)),
            *(("picking_id.name", "=ilike", barcode), ("production_id.name", "=ilike", barcode)),
            *(("product_id.barcode", "=", barcode), ("workorder_id.barcode", "=ilike", barcode)),
        ]

    @api.model
    def _prepare_answer(self, status, message, inspection, todo=None, sample=1):
        todo = self._search_todo([]) if todo is None else todo
        return {
            "status": status,
            "message": message,
            "duplicate": False,
            "todo": [self._prepare_row(one) for one in todo],
            "inspection": self._prepare_inspection(inspection, sample) if inspection else False,
        }

    @api.model
    def _prepare_row(self, inspection):
        inspection = inspection.sudo()
        return {
            "id": inspection.id,
            "name": inspection.name,
            "state": inspection.state,
            "trigger": dict(inspection._fields["trigger"]._description_selection(self.env))[inspection.trigger],
            "product": inspection.product_id.display_name or "",
            "lot": ", ".join(inspection.lot_ids[:3].mapped("name")),
            "document": (inspection.workorder_id or inspection.production_id or inspection.picking_id).display_name
            or "",
            "partner": inspection.partner_id.display_name or "",
            "quantity": inspection.quantity,
            "uom": inspection.uom_id.name or "",
            "blocks": inspection.blocks,
            "progress": inspection.progress,
            "date_due": inspection.date_due,
        }

    @api.model
    def _prepare_inspection(self, inspection, sample):
        """Return an inspection with its questions: those for all pieces, and those of piece ``sample``."""
        inspection.check_access("read")
        lines = inspection.line_ids.filtered(lambda line: line.sample in (0, sample)).sorted("id").sorted("sequence")
        pieces = inspection.line_ids.filtered("each_sample")
        return {
            **self._prepare_row(inspection),
            "plan": inspection.plan_id.name,
            "note": inspection.note or "",
            "sample": sample,
            "sample_size": inspection.sample_size,
            "accept_number": inspection.accept_number,
            "defect_count": inspection.defect_count,
            "has_pieces": bool(pieces),
            "done_samples": self._get_done_samples(pieces),
            "is_serial": inspection.tracking == "serial",
            "lines": [self._prepare_line(line) for line in lines],
        }

    @api.model
    def _get_done_samples(self, pieces):
        """Return ``{piece: 'pass' or 'fail'}`` of the pieces that are recorded completely."""
        done = {}
        for sample, lines in pieces.grouped("sample").items():
            if all(line.result or not line.is_required for line in lines) and any(line.result for line in lines):
                done[sample] = "fail" if "fail" in lines.mapped("result") else "pass"
        return done

    @api.model
    def _prepare_line(self, line):
        names = ("id", "sample", "name", "kind", "unit", "nominal", "has_lower", "lower_limit", "has_upper")
        more = ("upper_limit", "is_required", "value", "is_recorded", "verdict", "text", "note", "defects", "result")
        asked = line.characteristic_id
        return {
            **{name: line[name] for name in names + more},
            "limits": line.limits,
            "has_picture": bool(line.picture),
            "characteristic_id": asked.id,
            "each_sample": line.each_sample,
            "instruction": asked.instruction or "",
            "worksheet": asked.worksheet_name or (bool(asked.worksheet) and asked.name) or "",
            "worksheet_url": asked.worksheet_url or "",
        }
