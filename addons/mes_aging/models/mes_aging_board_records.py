"""Each figure of the board: how it is computed, and the records behind it."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.mes_quality.replica import fresh

from ..const import OPEN_MOVE_STATES, QUOTED_STATES
from ..tools.figures import ISSUE_DAYS, USE_DAYS

# Which records stand behind a figure: the name of a method `_get_<name>_records`.
SOURCES = {
    **dict.fromkeys(("on_hand", "usable", "free", "value", "excess", "obsolete", "idle"), "stock"),
    "held": "held",
    "registered": "registered",
    "reserved": "reserved",
    **dict.fromkeys(("demand_near", "demand_far", "demand_all", "cover"), "demand"),
    **dict.fromkeys(("incoming_near", "incoming_far", "incoming_all"), "incoming"),
    "quoted": "quoted",
    "safety": "safety",
    "issued": "issued",
}


class MesAgingBoard(models.AbstractModel):
    _inherit = "mes.aging.board"

    @api.model
    def _get_formulas(self):
        """Return ``{figure: {label, formula, parts}}``; parts: ``[(sign, figure)]`` whose sum the figure is."""
        texts = {**self._get_stock_formulas(), **self._get_plan_formulas(), **self._get_result_formulas()}
        return {
            figure: {"label": label, "formula": formula, "parts": parts[0] if parts else []}
            for figure, (label, formula, *parts) in texts.items()
        }

    @api.model
    def _get_stock_formulas(self):
        """Return ``{figure: (label, formula[, parts])}`` of what is there."""
        free = [("+", "on_hand"), ("-", "registered"), ("-", "held")]
        return {
            "on_hand": (self.env._("On hand"), self.env._("What Odoo counts in the warehouse.")),
            "registered": (
                self.env._("Taken by production"),
                self.env._("Picked for open manufacturing orders; on hand in Odoo until the order is finished."),
            ),
            "held": (
                self.env._("Held"),
                self.env._("Frozen lots, quarantine and held excess: on hand, but not to be used."),
            ),
            "reserved": (
                self.env._("Reserved"),
                self.env._("Reservations of stock that isn't held, without what production has taken."),
            ),
            "usable": (
                self.env._("Usable"),
                self.env._("What can be promised to somebody new."),
                [*free, ("-", "reserved")],
            ),
            "free": (self.env._("Not held"), self.env._("What all open demand together can take."), free),
            "value": (self.env._("Value"), self.env._("The company's own stock on hand × its current cost.")),
        }

    @api.model
    def _get_plan_formulas(self):
        """Return ``{figure: (label, formula)}`` of what is needed and what comes."""
        return {
            "demand_near": (
                self.env._("Demand, near"),
                self.env._("Open issues until the end of the near horizon, overdue ones too, less what is taken."),
            ),
            "demand_far": (
                self.env._("Demand, far"),
                self.env._("Open issues until the end of the far horizon, those of the near one included."),
            ),
            "demand_all": (self.env._("Demand, all"), self.env._("All open issues, whatever their date.")),
            "incoming_near": (
                self.env._("Incoming, near"),
                self.env._("Open receipts dated until the end of the near horizon."),
            ),
            "incoming_far": (
                self.env._("Incoming, far"),
                self.env._("Open receipts dated until the end of the far horizon."),
            ),
            "incoming_all": (
                self.env._("Incoming"),
                self.env._("All open receipts: bought, made, sent from elsewhere."),
            ),
            "quoted": (
                self.env._("Quotations"),
                self.env._("On purchase orders that nobody confirmed yet; not part of incoming."),
            ),
            "safety": (
                self.env._("Safety stock"),
                self.env._("What is to stay: the minimum quantities of the reordering rules."),
            ),
            "issued": (
                self.env._("Issued in %s days", ISSUE_DAYS),
                self.env._("Sold, consumed or sent to a subcontractor; neither lost nor sent back to the vendor."),
            ),
        }

    @api.model
    def _get_result_formulas(self):
        """Return ``{figure: (label, formula[, parts])}`` of what follows."""
        return {
            "cover": (
                self.env._("Days of cover"),
                self.env._(
                    "Days until open demand, in the order of its dates, takes the last piece that isn't held. What no "
                    "dated demand takes lasts as long as the average issue of the last %s days says.",
                    ISSUE_DAYS,
                ),
            ),
            "excess": (
                self.env._("Excess"),
                self.env._("What neither the demand of the far horizon nor the safety stock needs, at least 0."),
                [("+", "free"), ("-", "demand_far"), ("-", "safety")],
            ),
            "idle": (
                self.env._("Excess that will be used"),
                self.env._(
                    "The part of the excess that later dated demand takes, or the average use up to %s days ahead, "
                    "whichever is more.",
                    USE_DAYS,
                ),
            ),
            "obsolete": (
                self.env._("Obsolete"),
                self.env._("Excess that neither dated demand nor the use of a year takes."),
                [("+", "excess"), ("-", "idle")],
            ),
        }

    @api.model
    @api.readonly
    @fresh
    def get_records(self, product_id, figure, warehouse_id=False, days=None):
        """Return the action that opens the records behind a figure of a product.

        :param str figure: a key of `get_setup`'s ``figures``
        :return: an ``ir.actions.act_window``
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users without the role, and for those who may not see such records
        :raises odoo.exceptions.UserError: for a figure that the board doesn't have
        """
        self._check_role()
        self._check_parameters(product_id=product_id, figure=figure, warehouse_id=warehouse_id, days=days)
        if figure not in SOURCES:
            raise self.env["mes.aging.message"]._error("board_figure", figure=figure)
        product = self.env["product.product"].browse(product_id).exists()
        product.check_access("read")
        model, domain = self._get_records(product, figure, self._get_warehouse(warehouse_id), self._get_days(days))
        if not self.env[model].has_access("read"):
            raise AccessError(self.env["mes.aging.message"]._text("board_records", what=self.env[model]._description))
        return {
            "type": "ir.actions.act_window",
            "name": f"{product.display_name}: {self._get_formulas()[figure]['label']}",
            "res_model": model,
            "domain": list(domain),
            "views": [(self._get_list_view(model), "list"), (False, "form")],
            "context": {"create": False},
            "target": "current",
        }

    @api.model
    def _get_list_view(self, model):
        """Return the id of the list to show; that of stock which shows quantities to everybody."""
        return self.env.ref("stock.view_stock_quant_tree").id if model == "stock.quant" else False

    @api.model
    def _get_records(self, product, figure, warehouses=None, days=()):
        """Return ``(model, domain)`` of the records behind a figure."""
        if warehouses is None:
            warehouses = self.env["mes.aging.figures"]._get_warehouses()
        until = {"demand_near": 0, "incoming_near": 0, "demand_far": -1, "incoming_far": -1}.get(figure)
        horizon = None if until is None else self.env["mes.aging.figures"]._get_horizon(days[until])
        method = getattr(self, f"_get_{SOURCES[figure]}_records")
        return method(Domain("product_id", "=", product.id), warehouses.ids, horizon)

    # -- stock --------------------------------------------------------------------------------------------------

    @api.model
    def _get_frozen_domain(self, model, path=""):
        names = self.env["mes.aging.figures"]._get_frozen_fields()[model]
        return Domain.OR(Domain(f"{path}{name}", "=", True) for name in names)

    @api.model
    def _get_stock_records(self, domain, warehouses, _horizon=None):
        return "stock.quant", domain & Domain("location_id.warehouse_id", "in", warehouses)

    @api.model
    def _get_held_records(self, domain, warehouses, _horizon=None):
        model, domain = self._get_stock_records(domain, warehouses)
        held = self._get_frozen_domain("stock.quant") | self._get_frozen_domain("stock.location", "location_id.")
        return model, domain & held

    @api.model
    def _get_registered_records(self, domain, warehouses, _horizon=None):
        domain &= Domain("location_id.warehouse_id", "in", warehouses) & Domain("picked", "=", True)
        domain &= Domain("state", "in", OPEN_MOVE_STATES) & Domain("move_id.raw_material_production_id", "!=", False)
        return "stock.move.line", domain

    @api.model
    def _get_reserved_records(self, domain, warehouses, _horizon=None):
        taken = Domain("picked", "=", True) & Domain("move_id.raw_material_production_id", "!=", False)
        domain &= Domain("location_id.warehouse_id", "in", warehouses) & Domain("state", "in", OPEN_MOVE_STATES)
        return "stock.move.line", domain & ~taken & Domain("quantity_product_uom", ">", 0)

    # -- moves --------------------------------------------------------------------------------------------------

    @api.model
    def _get_goal_domain(self, domain):
        """Return a domain about the place where a move ends at last, from one about a place (path ending in a dot)."""
        final = Domain("location_final_id", "!=", False) & domain("location_final_id.")
        return final | (Domain("location_final_id", "=", False) & domain("location_dest_id."))

    @api.model
    def _get_demand_records(self, domain, warehouses, horizon=None):
        inside = self._get_goal_domain(lambda path: Domain(f"{path}warehouse_id", "in", warehouses))
        domain &= Domain("state", "in", OPEN_MOVE_STATES) & Domain("location_id.warehouse_id", "in", warehouses)
        domain &= ~inside & ~self._get_frozen_domain("stock.location", "location_id.")
        return "stock.move", self._add_horizon(domain, horizon)

    @api.model
    def _get_incoming_records(self, domain, warehouses, horizon=None):
        def enters(path):
            held = self._get_frozen_domain("stock.location", path)
            return Domain(f"{path}warehouse_id", "in", warehouses) & ~held

        domain &= Domain("state", "in", OPEN_MOVE_STATES) & ~Domain("location_id.warehouse_id", "in", warehouses)
        return "stock.move", self._add_horizon(domain & self._get_goal_domain(enters), horizon)

    @api.model
    def _add_horizon(self, domain, horizon):
        return domain & Domain("date", "<=", horizon) if horizon else domain

    @api.model
    def _get_issued_records(self, domain, warehouses, _horizon=None):
        left = self._get_goal_domain(
            lambda path: (
                ~Domain(f"{path}warehouse_id", "in", warehouses)
                & Domain(f"{path}usage", "not in", ("inventory", "supplier", "view", "transit"))
            )
        )
        since = self.env["mes.aging.figures"]._get_issue_start()
        domain &= Domain("state", "=", "done") & Domain("location_id.warehouse_id", "in", warehouses)
        return "stock.move", domain & left & Domain("date", ">=", since)

    # -- documents ----------------------------------------------------------------------------------------------

    @api.model
    def _get_quoted_records(self, domain, warehouses, _horizon=None):
        domain &= Domain("order_id.state", "in", QUOTED_STATES)
        domain &= Domain("order_id.picking_type_id.warehouse_id", "in", warehouses)
        return "purchase.order.line", domain & Domain("order_id.picking_type_id.code", "=", "incoming")

    @api.model
    def _get_safety_records(self, domain, warehouses, _horizon=None):
        return "stock.warehouse.orderpoint", domain & Domain("warehouse_id", "in", warehouses)
