"""Limits at work in the demonstration factory: a press that overran, a full bench, an order that nobody asked for."""

from datetime import timedelta

from odoo import fields, models

#: How many more orders each line may take than it has now.
SPARE_JOBS = {"blanking": 2, "stamping": 1, "welding": 3, "painting": 2, "assembly": 4}
OVERRUN = 200
KITS_FOR_STOCK = 50
CARTS_FOR_STOCK = 25
TEST_CARTS = 2
OVERRUN_AT = (15, 30)


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    def _get_parts(self):
        return [*super()._get_parts(), "limits"]

    def _load_limits(self):
        """Cap the lines and leave orders waiting; once per database."""
        if self._find("order_without_demand"):
            return
        clock = self._get_clock()
        now = fields.Datetime.now()
        self._cap_lines()
        self._fill_bench(now)
        self._make_to_order_only()
        clock.stamp(now - timedelta(minutes=5))

    def _close_loops(self, clock, day):
        """On the last day the press went on for 200 gussets after downstream had enough: they are held."""
        result = super()._close_loops(clock, day)
        start = clock.at(day, *OVERRUN_AT)
        production = self._get_open_productions("stamping", self._product("gusset"), before=clock.at(day, 0))[:1]
        if production and self._fetch_parts(production, clock, start):
            end = start + timedelta(minutes=50)
            self._produce(production, clock, start, end, excess=OVERRUN)
        return result

    def _cap_lines(self):
        for key, spare in SPARE_JOBS.items():
            workcenter = self._get(f"workcenter_{key}")
            workcenter.write(
                {
                    "mes_wip_cap_jobs": workcenter.mes_wip_jobs + spare,
                    "mes_wip_user_id": self._get("user_planner").id,
                }
            )

    def _fill_bench(self, now):
        """The electronics bench takes three orders at a time: the fourth waits for one of them."""
        bench = self._get("workcenter_electronics")
        bench.write({"mes_wip_cap_jobs": bench.mes_wip_jobs, "mes_wip_user_id": self._get("user_planner").id})
        self._plan_for_stock("order_for_bench", "kit", KITS_FOR_STOCK, "electronics", now + timedelta(days=10))

    def _make_to_order_only(self):
        """Powered carts are made to order: a planner's order without a customer waits (scenario E)."""
        self._product("cart_power").product_tmpl_id.mes_demand_policy = "order"
        start = fields.Datetime.now() + timedelta(days=8)
        test = self._plan_for_stock("order_for_test", "cart_power", TEST_CARTS, "assembly", start)
        test.with_user(self._get("user_planner")).action_mes_override(self._get_override_reason())
        self._plan_for_stock("order_without_demand", "cart_power", CARTS_FOR_STOCK, "assembly", start)

    def _get_override_reason(self):
        return self.env._("Two carts for the endurance test, agreed with the laboratory")

    def _plan_for_stock(self, key, product, quantity, line, start):
        """Confirm an order that a planner makes by hand."""
        production = self.env["mrp.production"].create(
            {
                "product_id": self._product(product).id,
                "product_qty": quantity,
                "bom_id": self._get(f"bom_{product}").id,
                "picking_type_id": self._get(f"type_{line}").id,
                "date_start": start,
                "company_id": self.env.company.id,
            }
        )
        production.action_confirm()
        return self._remember(key, production)
