"""What is going on in the demonstration factory right now, with the figures of the scenarios."""

from datetime import timedelta

from odoo import fields, models

KIT_ORDERS = 3
KIT_QTY = 100
SCRAPPED_AXLES = 12
#: What was withdrawn in the last hours: (loop, quantity, minutes ago).
SCANS = (("coil20", 1000, 205), ("side", 100, 150), ("shelf", 150, 110), ("blank_gusset", 600, 75), ("gusset", 400, 40))
FILM_QTY = 12


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    def _load_present(self, clock):
        """Leave work on every line: scans of this morning, a running order, a waiting signal, the order of 800."""
        now = fields.Datetime.now()
        self._scrap_axles(clock, now - timedelta(hours=26))
        for key, quantity, minutes in SCANS:
            loop = self._loop(key)
            quantity = min(quantity, loop.on_hand_qty // loop.container_qty * loop.container_qty)
            if quantity:
                self._scan(loop, quantity, clock, now - timedelta(minutes=minutes))
        self._start_painting(clock, now - timedelta(minutes=35))
        self._use_film(clock, now - timedelta(minutes=30))
        self._plan_kits(now)
        clock.stamp(now - timedelta(minutes=20))
        order = self._sell(self._get("partner_customer_four"), self._product("cart"), 800)
        clock.stamp(now - timedelta(minutes=10))
        self._remember("order_800", order)

    def _scrap_axles(self, clock, moment):
        """Some axles of the March batch were bent: the trace of that batch has to find them."""
        lot = self.env["stock.lot"].search([("product_id", "=", self._product("axle").id)], order="id", limit=1)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "scrap_qty": SCRAPPED_AXLES,
                "location_id": self._get("floor_welding").id,
                "company_id": self.env.company.id,
            }
        )
        scrap.action_validate()
        clock.stamp(moment)

    def _start_painting(self, clock, moment):
        """The oldest painting order runs: its frames are at the line and its clock is ticking."""
        production = self._get_open_productions("painting")[:1]
        if production and self._fetch_parts(production, clock, moment - timedelta(minutes=20)):
            production.workorder_ids[:1].button_start()
            clock.stamp(moment)

    def _use_film(self, clock, moment):
        """Stretch film has no vendor: what is taken cannot be ordered, so its signal waits and says why."""
        film = {self._product("film"): FILM_QTY}
        self._carry(self._get("central_store"), self._get("floor_assembly"), film, clock, moment)

    def _plan_kits(self, now):
        """Three orders of 100 kits need 600 resistors within three days; 800 are there, 200 are safety."""
        for number in range(KIT_ORDERS):
            production = self.env["mrp.production"].create(
                {
                    "product_id": self._product("kit").id,
                    "product_qty": KIT_QTY,
                    "bom_id": self._get("bom_kit").id,
                    "picking_type_id": self._get("type_electronics").id,
                    "date_start": now + timedelta(hours=20 * number + 4),
                    "company_id": self.env.company.id,
                }
            )
            production.action_confirm()
            self._remember(f"kit_order_{number + 1}", production)
