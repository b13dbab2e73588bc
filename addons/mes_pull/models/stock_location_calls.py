"""Places of the line to which parts are called by the hour, and Odoo's own rules that bring them there."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import SQL, ormcache

CALL_FIELDS = {"mes_call_type_id", "mes_call_horizon", "mes_call_lead_time", "mes_call_user_id"}


class StockLocation(models.Model):
    """A *call place* is a place beside the warehouse's stock with an operation type for what is brought there.

    Odoo's Pre-Production location (two or three steps) is one as soon as it has the type; any other place gets a route
    of its own: stock → place → production.
    """

    _inherit = "stock.location"

    mes_call_type_id = fields.Many2one(
        "stock.picking.type",
        "Calls By",
        domain="[('code', '=', 'internal'), ('company_id', '=', company_id)]",
        check_company=True,
        index="btree_not_null",
        help="Operation type by which the warehouse brings parts here. Where it is set, parts are called by the hour "
        "and reserved when they are called.",
    )
    mes_call_horizon = fields.Float("Called Ahead (Hours)", default=8.0, help="What is due within that time is called.")
    mes_call_lead_time = fields.Integer("Lead Time (Minutes)", help="What the warehouse needs to bring parts here.")
    mes_call_user_id = fields.Many2one("res.users", "Owner of the Place", help="Is told about parts that come back.")
    mes_call_route_id = fields.Many2one("stock.route", "Route of the Calls", readonly=True, copy=False)
    mes_call_seq = fields.Integer(readonly=True, copy=False)

    _mes_call_not_negative = models.Constraint(
        "CHECK(COALESCE(mes_call_horizon, 0) >= 0 AND COALESCE(mes_call_lead_time, 0) >= 0)",
        "Times cannot be negative.",
    )

    @api.constrains("mes_call_type_id", "usage", "location_id")
    def _check_mes_call_place(self):
        for place in self.filtered("mes_call_type_id"):
            stock = place.warehouse_id.lot_stock_id
            if place.usage != "internal" or not stock or place._child_of(stock) or stock._child_of(place):
                raise ValidationError(
                    self.env._(
                        "%(place)s cannot be called to: choose an internal place in the warehouse, beside its stock "
                        "and not in it.",
                        place=place.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        calling = places.filtered("mes_call_type_id")
        if calling:
            calling._mes_on_calls_changed()
        return places

    def write(self, vals):
        before = self.filtered("mes_call_type_id") if CALL_FIELDS & vals.keys() else self.browse()
        result = super().write(vals)
        if CALL_FIELDS & vals.keys():
            (before | self.filtered("mes_call_type_id"))._mes_on_calls_changed()
        return result

    def _mes_on_calls_changed(self):
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
        for place in self.sudo():
            place._mes_keep_call_route()
        self.env["mes.pull.call"]._note_places(self)

    @api.model
    @ormcache()
    def _mes_get_call_place_ids(self):
        """Return the ids of all call places; cached, because every reservation asks."""
        return frozenset(self.sudo().search([("mes_call_type_id", "!=", False)]).ids)

    def _mes_lock_calls(self):
        """Write the places' rows: of two transactions that decide about the same parts the later one is repeated."""
        if self:
            self.env.cr.execute(
                SQL(
                    """UPDATE stock_location SET mes_call_seq = COALESCE(mes_call_seq, 0) + 1 WHERE id IN (
                           SELECT id FROM stock_location WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
                       RETURNING id, mes_call_horizon, mes_call_lead_time""",
                    sorted(self.ids),
                ),
                log_exceptions=False,  # Odoo repeats the transaction, and says so
            )
            self.invalidate_recordset(["mes_call_seq"], flush=False)
            # the calls are decided by these; what is in the cache already stays
            for place_id, horizon, lead_time in self.env.cr.fetchall():
                self._fields["mes_call_horizon"]._insert_cache(self.browse(place_id), [horizon])
                self._fields["mes_call_lead_time"]._insert_cache(self.browse(place_id), [lead_time])

    # -- Odoo's rules -------------------------------------------------------------------------------------------

    def _mes_keep_call_route(self):
        """Keep the route that brings parts here; Odoo's own two steps need none."""
        self.ensure_one()
        warehouse, route = self.warehouse_id, self.mes_call_route_id
        if not self.mes_call_type_id or self == warehouse.pbm_loc_id:
            route.active = False
            return
        if not route:
            route = self.mes_call_route_id = self.env["stock.route"].create(self._mes_prepare_call_route_vals())
        route.active = True
        rules = route.with_context(active_test=False).rule_ids
        rules.filtered(lambda rule: rule.location_dest_id == self).picking_type_id = self.mes_call_type_id
        self._mes_keep_order_rule()

    def _mes_prepare_call_route_vals(self):
        warehouse = self.warehouse_id
        return {
            "name": self.env._("Calls to %s", self.display_name),
            "company_id": self.company_id.id,
            "warehouse_selectable": True,
            "product_selectable": False,
            "warehouse_ids": [Command.link(warehouse.id)],
            "mes_is_pull": True,
            "sequence": 8,
            "rule_ids": [Command.create(vals) for vals in self._mes_prepare_call_rules_vals()],
        }

    def _mes_prepare_call_rules_vals(self):
        """Return the rules: production takes from the place; the place from stock, to order where a route says so."""
        warehouse = self.warehouse_id
        stock = warehouse.lot_stock_id
        common = {"action": "pull", "company_id": self.company_id.id, "warehouse_id": warehouse.id}
        return [
            {
                **common,
                "name": self.env._("%s: taken by production", self.display_name),
                "location_src_id": self.id,
                "location_dest_id": warehouse._get_production_location().id,
                "picking_type_id": warehouse.manu_type_id.id,
                "procure_method": "make_to_order",
            },
            {
                **common,
                "name": self.env._("%s: called from stock", self.display_name),
                "location_src_id": stock.id,
                "location_dest_id": self.id,
                "picking_type_id": self.mes_call_type_id.id,
                "procure_method": "make_to_stock",
                "location_dest_from_rule": True,
            },
        ]

    def _mes_keep_order_rule(self):
        """Let what is made or bought to order come here, too: Odoo has such a rule for its own two steps only."""
        route = self.warehouse_id.mto_pull_id.route_id
        rules = self.env["stock.rule"].with_context(active_test=False)
        rule = rules.search([("route_id", "=", route.id), ("location_dest_id", "=", self.id)], limit=1)
        if not route or rule:
            rule.write({"active": True, "picking_type_id": self.mes_call_type_id.id})
            return
        called = self._mes_prepare_call_rules_vals()[1]
        rules.create({**called, "route_id": route.id, "procure_method": "make_to_order"})
