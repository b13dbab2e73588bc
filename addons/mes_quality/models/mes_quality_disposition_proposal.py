"""Which route is proposed, why, and what each would cost."""

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..const import OPEN_DISPOSITION_STATES, ROUTES
from ..tools import disposition as rules


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_default_route = fields.Selection(
        ROUTES, "Route of Rejected Stock", help="Proposed when stock of it is rejected. Empty: that of the category."
    )


class ProductCategory(models.Model):
    _inherit = "product.category"

    mes_default_route = fields.Selection(
        ROUTES,
        "Route of Rejected Stock",
        help="Proposed when stock is rejected. Empty: what was done before, or costs least.",
    )


class MesQualityDisposition(models.Model):
    _inherit = "mes.quality.disposition"

    options_html = fields.Html("Routes and Costs", compute="_compute_options_html", sanitize=False)

    def get_options(self):
        """Return what each route would cost: ``[{route, name, eligible, cost, known, why}]``, the proposed one first.

        ``cost`` is the value lost plus work minus what comes back, in the company's currency.

        :raises odoo.exceptions.AccessError: for who may not read the order
        """
        self.ensure_one()
        self.check_access("read")
        return self.sudo()._get_options(self.env)

    def _get_options(self, env):
        names = dict(self._fields["route"]._description_selection(env))
        options = []
        for route, name in names.items():
            estimate = getattr(self, f"_estimate_{route}", lambda: (False, 0.0, ""))
            eligible, cost, why = estimate()
            options.append(
                {
                    "route": route,
                    "name": name,
                    "eligible": eligible,
                    "cost": cost,
                    "why": why,
                    "known": route != "repair",
                }
            )
        return sorted(options, key=lambda one: (one["route"] != self.proposed_route, not one["eligible"], one["cost"]))

    @api.depends("quantity", "proposed_route")
    def _compute_options_html(self):
        for order in self:
            order.options_html = self.env["ir.qweb"]._render(
                "mes_quality.mes_quality_disposition_options",
                {"options": order.get_options() if order._origin else [], "money": order._format_money},
            )

    def _format_money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _propose(self):
        """Set the proposed route and say why."""
        history = self._get_history()
        for order in self:
            product = order.product_id
            options = [rules.Option(one["route"], one["eligible"], one["cost"]) for one in order._get_options(self.env)]
            preferred = product.mes_default_route or product.categ_id.mes_default_route or ""
            before = history.get((product, order.reason_id), {})
            route, why = rules.choose(options, preferred, before)
            order._set_facts(
                {
                    "proposed_route": route,
                    "route": route,
                    "vendor_id": order._find_origins()[:1].partner_id.id,
                    "proposal": order._explain(route, why, before, options),
                }
            )

    def _get_history(self):
        """Return ``{(product, cause): {route: how often}}`` of what was done before."""
        domain = [("product_id", "in", self.product_id.ids), ("state", "=", "done")]
        rows = self.env["mes.quality.disposition"]._read_group(
            domain, ["product_id", "reason_id", "route"], ["__count"]
        )
        history = {}
        for product, reason, route, count in rows:
            if route:
                history.setdefault((product, reason), {})[route] = count
        return history

    def _explain(self, route, why, before, options):
        """Return in words why this route is proposed."""
        cost = next((option.cost for option in options if option.route == route), 0.0)
        texts = {
            "setting": self.env._("The product or its category says so."),
            "history": self.env._("Decided so %s times before for this product and cause.", before.get(route, 0)),
            "cost": self.env._("The cheapest of the routes that are possible."),
        }
        _eligible, _cost, detail = getattr(self, f"_estimate_{route}")()
        return self.env._(
            "%(why)s %(detail)s Cost: %(cost)s.", why=texts[why], detail=detail, cost=self._format_money(cost)
        )

    # -- what each route costs ----------------------------------------------------------------------------------

    def _find_origins(self):
        """Return the receipts of this stock by purchase, newest first; of untracked stock all of the product."""
        self.ensure_one()
        if self.lot_id:
            origins = self.sudo().lot_id.mes_origin_ids.filtered("picking_id")
        else:
            domain = [("product_id", "=", self.product_id.id), ("lot_id", "=", False), ("picking_id", "!=", False)]
            origins = self.env["mes.quality.origin"].sudo().search(domain, limit=20)
        if self.company_id:
            origins = origins.filtered(lambda origin: origin.company_id == self.company_id)
        return origins.sorted(lambda origin: (not origin.purchase_line_id, -origin.quantity))

    def _find_bom(self):
        self.ensure_one()
        company = self.company_id or self.env.company
        if not self.sudo().product_id.product_tmpl_id.bom_ids:
            return self.env["mrp.bom"]
        return self.env["mrp.bom"]._bom_find(self.product_id, company_id=company.id)[self.product_id]

    def _find_maker(self):
        """Return the order that made this lot."""
        self.ensure_one()
        Production = self.env["mrp.production"]
        if not self.lot_id or not self.sudo().product_id.product_tmpl_id.bom_ids:
            return Production
        domain = [("lot_producing_ids", "in", self.lot_id.ids), ("state", "=", "done")]
        domain.append(("product_id", "=", self.product_id.id))
        return Production.search(domain, limit=1, order="id desc")

    def _estimate_scrap(self):
        return True, self.value, self.env._("Its whole value is lost.")

    def _estimate_return(self):
        origin = self._find_origins()[:1]
        line = origin.purchase_line_id
        if not line:
            return False, self.value, self.env._("No purchase is known for it.")
        credit = self.uom_id._compute_quantity(self.quantity, line.product_uom_id) * line.price_unit
        why = self.env._(
            "Bought from %(vendor)s by %(order)s, who credits %(credit)s.",
            vendor=origin.partner_id.display_name,
            order=line.order_id.name,
            credit=self._format_money(credit),
        )
        return True, max(self.value - credit, 0.0), why

    def _estimate_disassemble(self):
        maker = self._find_maker()
        bom = maker.bom_id or self._find_bom()
        if not bom.bom_line_ids or bom.type != "normal":
            return False, self.value, self.env._("It has no bill of materials.")
        tracked = bom.bom_line_ids.filtered(lambda line: line.product_id.tracking != "none")
        if tracked and not maker:
            return False, self.value, self.env._("The order that made it is not known, so its parts are not either.")
        units = self.uom_id._compute_quantity(self.quantity, bom.product_uom_id) / (bom.product_qty or 1.0)
        parts = sum(
            line.product_uom_id._compute_quantity(line.product_qty, line.product_id.uom_id)
            * line.product_id.standard_price
            for line in bom.bom_line_ids
        )
        work = self._get_work_cost(bom.operation_ids)
        why = self.env._(
            "Parts worth %(parts)s come back, for work of %(work)s.",
            parts=self._format_money(parts * units),
            work=self._format_money(work),
        )
        return True, self.value - parts * units + work, why

    def _get_work_cost(self, operations):
        """Minutes × the work centre's cost per hour, for the whole quantity."""
        return sum(one.time_cycle / 60.0 * one.workcenter_id.costs_hour for one in operations) * self.quantity

    def _estimate_rework(self):
        operations = self._find_bom().operation_ids
        if not operations:
            return False, 0.0, self.env._("It has no operations; choose a work centre and minutes on the line.")
        work = self._get_work_cost(operations)
        return True, work, self.env._("All operations once more: %s.", self._format_money(work))

    def _estimate_repair(self):
        return self.product_id.is_storable, 0.0, self.env._("Parts and work as they come.")

    def _estimate_use_as_is(self):
        return True, 0.0, self.env._("A concession: somebody answers for it with a reason.")

    def _estimate_downgrade(self):
        return True, 0.0, self.env._("Its value goes on to the other product, which must be chosen.")

    # -- what a line needs --------------------------------------------------------------------------------------

    def _prepare_settings_vals(self):
        """Return what is known about this stock, for any route."""
        self.ensure_one()
        maker = self._find_maker()
        return {
            "origin_id": self._find_origins()[:1].id,
            "source_production_id": maker.id,
            "bom_id": (maker.bom_id or self._find_bom()).id,
        }

    # -- clock --------------------------------------------------------------------------------------------------

    @api.model
    def _cron_overdue(self):
        """Tell the owners of dispositions that are overdue, once for each."""
        today = fields.Date.context_today(self)
        late = self.search([("state", "in", OPEN_DISPOSITION_STATES), ("date_due", "<", today)])
        told = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", late.ids), ("automated", "=", True)]
        )
        for order in late - self.browse(told.mapped("res_id")):
            order.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Rejected stock waits for a decision since %s days", order.days_open),
                user_id=(order.user_id or order.hold_id.held_by_id).id,
            )

    @api.model
    def _next_names(self, count):
        return self.env["mes.quality.hold"]._next_names(count, "mes_quality.mes_quality_disposition_sequence")

    def _get_action(self):
        """Return the action that shows these dispositions."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mes_quality.mes_quality_disposition_action")
        action["context"] = {}
        if len(self) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}

    def action_open_hold(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mes.quality.hold",
            "res_id": self.hold_id.id,
            "view_mode": "form",
        }


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    @api.model
    def default_get(self, fields):
        vals = super().default_get(fields)
        order = self.env["mes.quality.disposition"].browse(self.env.context.get("default_disposition_id"))
        if order:
            settings = order.sudo()._prepare_settings_vals()
            vals.update({name: value for name, value in settings.items() if name in fields})
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["mes.quality.disposition"].browse([vals.get("disposition_id") for vals in vals_list]).sudo()
        for vals, order in zip(vals_list, orders, strict=True):
            if order and not {"origin_id", "bom_id", "source_production_id"} <= vals.keys():
                known = order._prepare_settings_vals()
                vals.update({name: value for name, value in known.items() if name not in vals})
        return super().create(vals_list)

    def action_open_documents(self):
        """Show what this line made."""
        self.ensure_one()
        documents = list(self._get_documents())
        model, _first = documents[-1] if documents else (False, False)
        if not model:
            return False
        ids = [record for name, record in documents if name == model]
        action = {"type": "ir.actions.act_window", "res_model": model, "name": self.display_name}
        if len(ids) == 1:
            return {**action, "view_mode": "form", "res_id": ids[0]}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", ids)]}
