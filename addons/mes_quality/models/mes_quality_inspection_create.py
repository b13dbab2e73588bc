"""How inspections come into being: many at once, few queries."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import SAMPLES_MADE_AT_ONCE


class MesQualityInspection(models.Model):
    _inherit = "mes.quality.inspection"

    @api.model
    def _create_for(self, requests):
        """Create inspections as their plans say (as superuser), those that are skipped as passed.

        :param list requests: dicts with ``plan``, ``product``, ``quantity``, ``company``, ``partner`` (records; product
            and partner may be empty) and ``vals`` (more values)
        :return: the inspections
        """
        if not requests:
            return self.browse()
        inspections = self.sudo().with_context(mail_create_nolog=True, mail_notrack=True)
        streams = self.env["mes.quality.stream"]._get_many(
            {self._get_stream_key(request) for request in requests if self._has_stream(request)}
        )
        names = self._next_names(len(requests))
        vals_list = []
        for request, name in zip(requests, names, strict=True):
            stream = streams.get(self._get_stream_key(request))
            vals_list.append({"name": name, **self._prepare_vals(request, stream)})
        created = inspections._create_checked(vals_list)
        created._add_samples()
        created._tell_responsible()
        for skipped in created.filtered("is_skipped"):
            skipped.message_post(body=self.env["mes.quality.message"]._text("inspection_skipped"))
        return created

    @api.model
    def _has_stream(self, request):
        return bool(request["product"]) and request["plan"]._has_streams()

    @api.model
    def _may_skip(self, request):
        """Return whether the lot may be skipped: not where a person asked, or it is decided or inspected again."""
        vals = request["vals"]
        return not (vals.get("state") or vals.get("previous_id") or vals.get("trigger") == "demand")

    @api.model
    def _get_stream_key(self, request):
        partner = request["partner"].commercial_partner_id
        return request["plan"], request["product"], partner, request["company"]

    @api.model
    def _prepare_vals(self, request, stream):
        plan, product = request["plan"], request["product"]
        vals = {
            "plan_id": plan.id,
            "trigger": plan.trigger,
            "company_id": request["company"].id,
            "product_id": product.id,
            "partner_id": request["partner"].id,
            "quantity": request["quantity"],
            "user_id": plan.user_id.id,
            "blocks": plan.blocks,
            **request["vals"],
        }
        if stream and self._may_skip(request) and stream._should_skip():
            return {**vals, "stream_id": stream.id, "state": "passed", "is_skipped": True, **self._prepare_skip_vals()}
        return {**vals, **self._prepare_sample_vals(plan, stream, request["quantity"])}

    @api.model
    def _prepare_skip_vals(self):
        return {"date_done": fields.Datetime.now(), "decided_by_id": self.env.ref("base.user_root").id}

    @api.model
    def _prepare_sample_vals(self, plan, stream, quantity):
        """Return how many pieces are looked at: all of them where sampling has been stopped."""
        if stream and stream.is_discontinued and plan.is_switching:
            size, accept = plan._sample_all(quantity, None)[0], 0
        else:
            size, accept = plan._get_sample(quantity, stream._get_severity() if stream else "normal")
        return {
            "stream_id": stream.id if stream else False,
            "severity": stream._get_severity() if stream else "normal",
            "sample_size": size,
            "accept_number": accept,
        }

    @api.model
    def _create_on_demand(self, vals_list):
        """Create what a person asks for; the plan says how, whatever its own trigger is."""
        requests = []
        for vals in vals_list:
            plan = self.env["mes.quality.plan"].browse(vals.get("plan_id"))
            lots = self._get_given_lots(vals)
            product = self.env["product.product"].browse(vals.get("product_id")) or lots.product_id[:1]
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            quantity = vals.get("quantity") or sum(lots.mapped("product_qty")) or 1.0
            more = {name: value for name, value in vals.items() if name not in ("lot_ids", "lot_id", "line_ids")}
            more = {
                **more,
                "trigger": "demand",
                "company_id": company.id,
                "product_id": product.id,
                "quantity": quantity,
            }
            requests.append(
                {
                    "plan": plan,
                    "product": product,
                    "quantity": quantity,
                    "company": company,
                    "partner": self.env["res.partner"].browse(vals.get("partner_id")),
                    "vals": {**more, **self._prepare_lot_vals(lots), "is_met": True},
                }
            )
        self.check_access("create")
        inspections = self._create_for(requests)
        inspections._hold_on_demand()
        return inspections.with_env(self.env)

    @api.model
    def _get_given_lots(self, vals):
        """Return the lots that a person named, by either field."""
        ids = [vals["lot_id"]] if vals.get("lot_id") else []
        for command in vals.get("lot_ids") or []:
            if isinstance(command, (list, tuple)):
                ids += command[2] if command[0] == 6 else [command[1]] if command[0] == 4 else []
            else:
                ids.append(command)
        return self.env["stock.lot"].browse(ids)

    @api.model
    def _prepare_lot_vals(self, lots):
        return {"lot_id": lots.id if len(lots) == 1 else False, "lot_ids": [(6, 0, lots.ids)]}

    @api.model
    def _next_names(self, count):
        """Return that many references."""
        sequence = self.env.ref("mes_quality.mes_quality_inspection_sequence").sudo()
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        query = SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"ir_sequence_{sequence.id:03d}", count)
        return [sequence.get_next_char(number) for (number,) in self.env.execute_query(query)]

    # -- samples ------------------------------------------------------------------------------------------------

    def _add_samples(self, up_to=SAMPLES_MADE_AT_ONCE):
        """Add the empty lines of these inspections, of up to ``up_to`` pieces each."""
        vals_list = []
        for inspection in self.filtered(lambda one: one.state == "todo"):
            known = {(line.characteristic_id.id, line.sample) for line in inspection.line_ids}
            last = min(up_to, inspection.sample_size)
            for characteristic in inspection.plan_id.characteristic_ids:
                samples = range(1, last + 1) if characteristic.each_sample else (0,)
                vals_list += [
                    {"inspection_id": inspection.id, "characteristic_id": characteristic.id, "sample": sample}
                    for sample in samples
                    if (characteristic.id, sample) not in known
                ]
        return self.env["mes.quality.inspection.line"].sudo().create(vals_list)

    def _resize(self, quantity=None):
        """Take a new quantity and its sample, as long as nothing was recorded (else only the quantity)."""
        for inspection in self.filtered(lambda one: one.state == "todo"):
            new = inspection.quantity if quantity is None else quantity
            vals = {"quantity": new}
            if not inspection.line_ids.filtered("result"):
                sample = inspection._prepare_sample_vals(inspection.plan_id, inspection.stream_id, new)
                inspection._remove_samples(sample["sample_size"])
                vals.update(sample)
            inspection.sudo()._write_checked(vals)
            inspection._add_samples()

    def _remove_samples(self, size):
        self.line_ids.filtered(lambda line: line.sample > size).sudo().unlink()

    def _split_for_lots(self, groups):
        """Return an inspection for each further lot of the same move.

        What was decided before the lots were known was decided about all of them.

        :param list groups: the stock move lines of each lot
        """
        self.ensure_one()
        return self._create_for([self._prepare_split_request(lines) for lines in groups])

    def _prepare_split_request(self, lines):
        quantity = sum(lines.mapped("quantity_product_uom"))
        request = self._prepare_again_request(self.comment)
        vals = {**request["vals"], "previous_id": False, "is_met": False, "date_due": self.date_due}
        vals.update(self._prepare_lot_vals(lines.lot_id))
        if self.state != "todo":
            vals.update({name: self[name] for name in ("state", "reason", "date_done")})
            vals["decided_by_id"] = self.decided_by_id.id
            vals["rejected_qty"] = quantity if self.state == "failed" else 0.0
        return {**request, "quantity": quantity, "vals": {**vals, "quantity": quantity}}

    # -- telling ------------------------------------------------------------------------------------------------

    def _tell_responsible(self):
        """Give the responsible users an activity each."""
        message = self.env["mes.quality.message"]
        for inspection in self.filtered(lambda one: one.state == "todo" and one.user_id):
            values = {"product": inspection.product_id.display_name, "unit": inspection.uom_id.name or ""}
            inspection.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=message._text("inspection_todo", quantity=float(inspection.quantity), **values),
                user_id=inspection.user_id.id,
            )
