"""The figures of the board: each is what Odoo's own documents say, in the product's unit, at this moment."""

from odoo import Command
from odoo.tests import tagged

from .figures_common import FiguresCommon


@tagged("post_install", "-at_install")
class TestFigures(FiguresCommon):
    def test_the_line_has_taken_300_of_500(self):
        self._receive(self.resistor, 500)
        self._create_order(30, take=300)
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.registered, found.reserved, found.usable), (500, 300, 0, 200))
        self.assertEqual(found.demand_all, 0, "what is taken isn't needed any more")

    def test_an_order_still_needs_what_the_line_has_not_taken(self):
        self._receive(self.resistor, 500)
        self._create_order(30, take=120)
        found = self.figures(self.resistor)
        self.assertEqual((found.registered, found.demand_all, found.usable), (120, 180, 380))

    def test_the_resistor_800_on_hand_600_needed_200_to_stay(self):
        self._receive(self.resistor, 800)
        self._need(self.resistor, 600, days=2)
        self._keep(self.resistor, 200)
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.near, found.far, found.safety), (800, 600, 600, 200))
        self.assertEqual((found.excess, found.status), (0, "ok"))
        self.assertEqual(found.bar, {"near": 600, "safety": 200, "far": 0, "idle": 0, "obsolete": 0})

    def test_demand_counts_until_the_end_of_the_horizons_last_day(self):
        for days, quantity in ((-5, 1), (2, 10), (29, 100), (40, 1000)):
            self._need(self.resistor, quantity, days=days)
        found = self.figures(self.resistor)
        self.assertEqual((found.demand, found.demand_all), ((11, 111), 1111), "overdue demand is demand")
        last = self.env["mes.aging.figures"]._get_horizon(3)
        self._need(self.resistor, 0.5, days=1, date=last)
        self.assertEqual(self.figures(self.resistor).near, 11.5)

    def test_any_number_of_horizons(self):
        self._need(self.resistor, 10, days=6)
        self._expect(self.resistor, 7, days=13)
        found = self.figures(self.resistor, days=(1, 7, 14))
        self.assertEqual((found.demand, found.incoming), ((0, 10, 10), (0, 0, 7)))
        self.assertEqual(self.figures(self.resistor, days=(7,)).demand, (10,))

    def test_only_confirmed_demand_and_supply(self):
        order = self.env["mrp.production"].create({"product_id": self.board.id, "product_qty": 5})
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.board.id, "product_uom_qty": 4})],
            }
        )
        self.assertEqual((self.figures(self.resistor).demand_all, self.figures(self.board).demand_all), (0, 0))
        order.action_confirm()
        sale.action_confirm()
        found = self.figures(self.board)
        self.assertEqual((self.figures(self.resistor).demand_all, found.demand_all, found.incoming_all), (50, 4, 5))
        order.action_cancel()
        self.assertEqual(self.figures(self.resistor).demand_all, 0)

    def test_quotations_count_apart_until_they_are_confirmed(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {"product_id": self.resistor.id, "product_qty": 2, "product_uom_id": dozen.id, "price_unit": 1}
        purchase = self.env["purchase.order"].create(
            {"partner_id": self.vendor.id, "order_line": [Command.create(line)]}
        )
        found = self.figures(self.resistor)
        self.assertEqual((found.quoted, found.incoming_all), (24, 0))
        purchase.button_confirm()
        found = self.figures(self.resistor)
        self.assertEqual((found.quoted, found.incoming_all), (0, 24))

    def test_moves_in_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._receive(self.resistor, 100)
        self._need(self.resistor, 2, days=1, product_uom=dozen.id)
        self.assertEqual(self.figures(self.resistor).demand, (24, 24))
        move = self._need(self.resistor, 1, days=0, product_uom=dozen.id)
        move.write({"quantity": 1, "picked": True})
        move._action_done()
        self.assertEqual(self.figures(self.resistor).issued, 12)

    def test_reserved_stock_is_free_for_its_own_demand(self):
        self._receive(self.resistor, 100)
        self._need(self.resistor, 60, days=1)._action_assign()
        found = self.figures(self.resistor)
        self.assertEqual((found.reserved, found.usable, found.free, found.near), (60, 40, 100, 60))
        self.assertEqual(found.bar["near"], 60)

    def test_frozen_stock_is_held(self):
        lot_product = self._create_product("Chip", tracking="lot")
        good, bad = self.env["stock.lot"].create([{"product_id": lot_product.id, "name": name} for name in "AB"])
        self._receive(lot_product, 30, good)
        self._receive(lot_product, 70, bad)
        bad.with_user(self.env.ref("base.user_admin")).action_mes_hold("Wrong colour")
        found = self.figures(lot_product)
        self.assertEqual((found.on_hand, found.held, found.usable), (100, 70, 30))
        self._need(lot_product, 40, days=1)
        self.assertEqual(self.figures(lot_product).status, "short")

    def test_a_quarantine_holds_and_what_leaves_it_is_no_demand(self):
        place = self.env["stock.location"].create(
            {"name": "Q", "location_id": self.warehouse.view_location_id.id, "mes_is_quarantine": True}
        )
        self._receive(self.resistor, 10, place=place)
        self._plan(self.resistor, 10, 1, place, self.suppliers)
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.held, found.usable, found.demand_all), (10, 10, 0, 0))

    def test_held_excess_of_the_pull_loops(self):
        if "mes_is_held" not in self.env["stock.location"]._fields:
            self.skipTest("only beside the addon for pull")
        place = self.env["stock.location"].create(
            {"name": "Held", "location_id": self.warehouse.view_location_id.id, "mes_is_held": True}
        )
        self._receive(self.resistor, 10, place=place)
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.held), (10, 10))

    def test_cover_ends_when_dated_demand_takes_the_last_piece(self):
        self._receive(self.resistor, 100)
        self._need(self.resistor, 60, days=4)
        self._need(self.resistor, 40, days=9)
        self._need(self.resistor, 40, days=20)
        self.assertAlmostEqual(self.figures(self.resistor).cover_days, 9, 2)
        self._need(self.resistor, 39, days=-1)
        self.assertAlmostEqual(self.figures(self.resistor).cover_days, 9, 2, "one piece is left for the second")
        self._need(self.resistor, 1, days=-1)
        self.assertAlmostEqual(self.figures(self.resistor).cover_days, 4, 2)

    def test_beyond_dated_demand_the_average_of_90_days_counts(self):
        self._receive(self.resistor, 280)
        self.assertIsNone(self.figures(self.resistor).cover_days, "nothing ever takes it")
        self._ship(self.resistor, 180)  # 2 a day
        self._need(self.resistor, 40, days=10)
        self.assertAlmostEqual(self.figures(self.resistor).cover_days, 10 + 60 / 2, 2)

    def test_loss_and_returns_to_the_vendor_are_no_use(self):
        self._receive(self.resistor, 100)
        self._move(self.resistor, 30, self.stock, self.suppliers)
        self.env["stock.scrap"].create({"product_id": self.resistor.id, "scrap_qty": 20}).action_validate()
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.issued, found.status), (50, 0, "dead"))

    def test_excess_is_split_into_what_will_be_used_and_what_will_not(self):
        self._receive(self.resistor, 1000)
        self._need(self.resistor, 100, days=10)
        self._need(self.resistor, 250, days=60)
        found = self.figures(self.resistor)
        self.assertEqual((found.excess, found.idle, found.obsolete, found.status), (900, 250, 650, "over"))
        self.assertEqual((found.value, found.excess_value), (2000, 1800))

    def test_value_is_the_companys_own(self):
        self._receive(self.resistor, 10)
        quant = {"product_id": self.resistor.id, "location_id": self.stock.id, "quantity": 90}
        self.env["stock.quant"].create({**quant, "owner_id": self.customer.id})
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.value), (100, 20))

    def test_kits_services_and_consumables_have_no_figures(self):
        kit = self._create_product("Kit")
        line = Command.create({"product_id": self.resistor.id, "product_qty": 3})
        self.env["mrp.bom"].create(
            {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": [line]}
        )
        service = self._create_product("Help", type="service", is_storable=False)
        glue = self._create_product("Glue", is_storable=False)
        line = Command.create({"product_id": kit.id, "product_uom_qty": 2})
        self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [line]}).action_confirm()
        found = self.env["mes.aging.figures"]._get_figures(kit | service | glue | self.resistor)
        self.assertEqual(list(found), self.resistor.ids)
        self.assertEqual(found[self.resistor.id].near, 6, "a kit's demand is that of its parts")

    def test_nothing_asked_nothing_found(self):
        self.assertEqual(self.env["mes.aging.figures"]._get_figures(self.env["product.product"]), {})
        self.assertEqual(self.figures(self.resistor).status, "none")


@tagged("post_install", "-at_install")
class TestFiguresByPlace(FiguresCommon):
    def test_two_warehouses_together_and_apart(self):
        other = self._create_warehouse("TWO")
        self._receive(self.resistor, 100)
        self._receive(self.resistor, 40, place=other.lot_stock_id)
        self._need(self.resistor, 30, days=1, source=other.lot_stock_id)
        self._keep(self.resistor, 5, other)
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.near, found.safety), (140, 30, 5))
        found = self.figures(self.resistor, warehouses=other)
        self.assertEqual((found.on_hand, found.near, found.safety), (40, 30, 5))
        apart = self.env["mes.aging.figures"]._get_figures(self.resistor | self.board, by_warehouse=True)
        self.assertEqual(
            {key: (found.on_hand, found.near) for key, found in apart.items()},
            {(self.resistor.id, self.warehouse.id): (100, 0), (self.resistor.id, other.id): (40, 30)},
        )

    def test_a_transfer_between_warehouses_is_demand_of_one_and_supply_of_the_other(self):
        other = self._create_warehouse("TWO")
        self._receive(self.resistor, 100)
        self._plan(self.resistor, 60, 1, self.stock, other.lot_stock_id)
        found = self.figures(self.resistor)
        self.assertEqual((found.demand_all, found.incoming_all), (0, 0), "it stays in the company")
        apart = self.env["mes.aging.figures"]._get_figures(self.resistor, by_warehouse=True)
        self.assertEqual(apart[self.resistor.id, self.warehouse.id].near, 60)
        self.assertEqual(apart[self.resistor.id, other.id].incoming_all, 60)

    def test_steps_inside_a_warehouse_count_once(self):
        self.warehouse.write({"delivery_steps": "pick_ship", "reception_steps": "two_steps"})
        self._receive(self.resistor, 100)
        line = Command.create({"product_id": self.resistor.id, "product_uom_qty": 30})
        sale = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [line]})
        sale.action_confirm()
        self.assertEqual(self.figures(self.resistor).near, 30)
        pick = sale.picking_ids
        pick.move_ids.write({"quantity": 30, "picked": True})
        pick.button_validate()
        found = self.figures(self.resistor)
        self.assertEqual((found.on_hand, found.near), (100, 30), "now from the output place")
        buy = Command.create({"product_id": self.resistor.id, "product_qty": 20, "price_unit": 1})
        purchase = self.env["purchase.order"].create({"partner_id": self.vendor.id, "order_line": [buy]})
        purchase.button_confirm()
        self.assertEqual(self.figures(self.resistor).incoming_all, 20)

    def test_what_a_subcontractor_needs_counts_once(self):
        field = self.env["res.company"]._fields.get("subcontracting_location_id")
        place = (field and self.company.subcontracting_location_id) or self.env["stock.location"].create(
            {"name": "Subcontracting", "location_id": self.company.internal_transit_location_id.location_id.id}
        )
        self._receive(self.resistor, 100)
        self._plan(self.resistor, 8, 1, self.stock, place)
        self._plan(self.resistor, 8, 2, place, self.resistor.property_stock_production)
        self.assertEqual(self.figures(self.resistor).demand_all, 8)

    def test_another_companys_stock_is_not_seen(self):
        company = self.env["res.company"].create({"name": "Sister"})
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)], limit=1)
        self._receive(self.resistor, 10)
        move = self.env["stock.move"].sudo().with_company(company)
        move = move.create(
            {
                "product_id": self.resistor.id,
                "product_uom_qty": 33,
                "company_id": company.id,
                "location_id": self.suppliers.id,
                "location_dest_id": warehouse.lot_stock_id.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": 33, "picked": True})
        move._action_done()
        self.assertEqual(self.figures(self.resistor).on_hand, 10)
        Both = self.env["mes.aging.figures"].with_context(allowed_company_ids=[self.company.id, company.id])
        self.assertEqual(Both._get_figures(self.resistor)[self.resistor.id].on_hand, 43)

    def test_costs_of_another_currency_are_converted(self):
        euro, dollar = self.env.ref("base.EUR"), self.company.currency_id
        currency = euro if euro != dollar else self.env.ref("base.GBP")
        currency.active = True
        self.env["res.currency.rate"].create({"currency_id": currency.id, "rate": 0.5, "company_id": self.company.id})
        company = self.env["res.company"].create({"name": "Sister", "currency_id": currency.id})
        self.resistor.with_company(company).standard_price = 3
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)], limit=1)
        self.env["stock.quant"].sudo().create(
            {"product_id": self.resistor.id, "location_id": warehouse.lot_stock_id.id, "quantity": 10}
        )
        found = self.figures(self.resistor, warehouses=warehouse)
        rate = currency._get_conversion_rate(currency, dollar, company)
        self.assertAlmostEqual(found.value, 30 * rate)
