from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache


class StockLocation(models.Model):
    _inherit = "stock.location"

    mes_is_line_side = fields.Boolean(
        "Default Line Side", help="Parts withdrawn without a destination go here. One place a company."
    )

    mes_is_held = fields.Boolean(
        "Held Stock",
        index="btree_not_null",
        help="Excess production lies here: counted and valued, never reserved, never issued.",
    )

    _mes_line_side_uniq = models.UniqueIndex(
        "(company_id) WHERE mes_is_line_side IS TRUE", "The company has a default line side already. Change that one."
    )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        if any("mes_is_held" in vals for vals in vals_list):
            self.env.registry.clear_cache()
        return places

    def write(self, vals):
        if {"mes_is_held", "location_id", "active", "usage"} & vals.keys():
            self._mes_check_nothing_held(vals)
        entered = self._mes_get_entered_loops(vals["location_id"]) if "location_id" in vals else {}
        result = super().write(vals)
        self._mes_check_entered(entered)
        if {"mes_is_held", "location_id", "active"} & vals.keys():
            self.env.registry.clear_cache()
            self.env.cr.postcommit.add(self.env.registry.clear_cache)
        return result

    def _mes_check_nothing_held(self, vals):
        """Keep a place what it is while stock is held there."""
        changed = self.filtered(
            lambda place: any(
                name in vals and vals[name] != (place[name].id if name == "location_id" else place[name])
                for name in ("mes_is_held", "location_id", "active", "usage")
            )
        )
        below = self.env["mes.pull.excess"].sudo()
        row = (
            below.search([("location_id", "child_of", changed.ids), ("state", "=", "held")], limit=1)
            if changed
            else below
        )
        if row:
            raise UserError(
                self.env._(
                    "Stock is held in %(place)s. Release, scrap or count it before you change the place.",
                    place=row.location_id.display_name,
                )
            )

    def _mes_get_entered_loops(self, parent_id):
        """Return ``{loop: usable pieces}`` of the supermarkets into which these places would move with their stock."""
        moving = self.filtered(lambda place: place.location_id.id != parent_id)
        above = moving.browse(parent_id)
        if not moving or not above:
            return {}
        loops = self.env["mes.pull.loop"].sudo().search([("location_id", "parent_of", above.id)])
        loops = loops.filtered(lambda loop: loop.overrun_policy != "allow")
        loops._lock()
        return {loops.browse(loop_id): balance.on_hand for loop_id, balance in loops._get_balances().items()}

    def _mes_check_entered(self, before):
        """Refuse that a place moves into a supermarket with more stock than is authorised there."""
        loops = self.env["mes.pull.loop"].union(*before)
        if not loops:
            return
        self.flush_model(["location_id", "parent_path"])
        balances = loops._get_balances()
        for loop in loops:
            balance = balances[loop.id]
            grown = loop.uom_id.compare(balance.on_hand, before[loop]) > 0
            if grown and loop.uom_id.compare(balance.on_hand, balance.authorised) > 0:
                raise self.env["mes.pull.message"]._error(
                    "quant_above",
                    loop=loop.name,
                    on_hand=float(balance.on_hand),
                    authorised=float(balance.authorised),
                    unit=loop.uom_id.name,
                )
        loops._on_stock_changed(self.env["mes.pull.withdrawal"].sudo())

    @api.model
    @ormcache()
    def _mes_get_held_paths(self):
        """Return ``((id, path), …)`` of the places for held stock; cached, because every reservation asks."""
        places = self.sudo().with_context(active_test=False).search([("mes_is_held", "=", True)])
        return tuple((place.id, place.parent_path) for place in places)

    def _mes_get_held_ids_below(self):
        """Return the ids of the places for held stock at or below this one."""
        self.ensure_one()
        own = self.parent_path
        return [place_id for place_id, path in self._mes_get_held_paths() if own and path.startswith(own)]


class StockRoute(models.Model):
    _inherit = "stock.route"

    mes_is_pull = fields.Boolean("Pull Loops", readonly=True, help="Holds the rules that loops use.")
