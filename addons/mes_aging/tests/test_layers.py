"""An age survives what happens to stock: each event of daily work, by real documents."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .layer_common import LayerCommon


@tagged("post_install", "-at_install")
class TestQueue(LayerCommon):
    """Stock without lots is one queue a company: first in, first out."""

    def setUp(self):
        super().setUp()
        with self._at(100):
            self._receive(self.resistor, 100)
        with self._at(10):
            self._receive(self.resistor, 50)

    def tearDown(self):
        self._check_sums(self.resistor | self.board)
        super().tearDown()

    def test_newest_supplies_are_still_there(self):
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})
        with self._at(5):
            self._ship(self.resistor, 70)
        self.assertEqual(self._ages(self.resistor), {100: 30, 10: 50})
        with self._at(4):
            self._ship(self.resistor, 40)
        self.assertEqual(self._ages(self.resistor), {10: 40})

    def test_transfer_restarts_nothing(self):
        with self._at(5):
            self._move(self.resistor, 150, self.stock, self.second.lot_stock_id)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})
        self.assertEqual(self._ages(self.resistor, warehouse_id=self.second.id), {100: 100, 10: 50})

    def test_transfer_through_transit_restarts_nothing(self):
        transit = self.company.internal_transit_location_id
        transit.active = True
        with self._at(5):
            self._move(self.resistor, 40, self.stock, transit)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})
        with self._at(4):
            self._move(self.resistor, 40, transit, self.second.lot_stock_id)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})

    def test_count_restarts_nothing(self):
        with self._at(5):
            self._count(self.resistor, 130)
        self.assertEqual(self._ages(self.resistor), {100: 80, 10: 50})
        with self._at(4):
            self._count(self.resistor, 150)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})

    def test_what_a_count_finds_is_as_old_as_the_oldest_known(self):
        with self._at(5):
            self._count(self.resistor, 160)
        self.assertEqual(self._ages(self.resistor), {100: 110, 10: 50})

    def test_correction_to_zero_and_back_restarts_nothing(self):
        with self._at(5):
            self._count(self.resistor, 0)
        self.assertEqual(self._ages(self.resistor), {})
        with self._at(4):
            self._count(self.resistor, 150)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})

    def test_count_in_one_warehouse_leaves_the_other_alone(self):
        place = self.second.lot_stock_id
        with self._at(9):
            self._move(self.resistor, 60, self.stock, place)
        before = self._ages(self.resistor, warehouse_id=place.warehouse_id.id)
        with self._at(5):
            self._count(self.resistor, 0)
            self._count(self.resistor, 90)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})
        self.assertEqual(sum(self._ages(self.resistor, warehouse_id=place.warehouse_id.id).values()), 60)
        self.assertEqual(sum(before.values()), 60)

    def test_customer_return_restarts_nothing(self):
        with self._at(5):
            self._ship(self.resistor, 120)
        self.assertEqual(self._ages(self.resistor), {10: 30})
        with self._at(2):
            self._move(self.resistor, 120, self.customers, self.stock)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})

    def test_return_of_a_delivery_by_the_wizard_restarts_nothing(self):
        with self._at(5):
            places = {"location_id": self.stock.id, "location_dest_id": self.customers.id}
            delivery = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "move_ids": [(0, 0, {"product_id": self.resistor.id, "product_uom_qty": 120, **places})],
                    **places,
                }
            )
            delivery.action_confirm()
            delivery.action_assign()
            delivery.button_validate()
        self.assertEqual(self._ages(self.resistor), {10: 30})
        with self._at(2):
            wizard = self.env["stock.return.picking"].with_context(active_id=delivery.id, active_model="stock.picking")
            wizard = wizard.create({})
            wizard.product_return_moves.quantity = 120
            returned = wizard._create_return()
            returned.move_ids.picked = True
            returned.button_validate()
        self.assertEqual(returned.state, "done")
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})

    def test_all_shipped_and_all_back_restarts_nothing(self):
        with self._at(5):
            self._ship(self.resistor, 150)
        with self._at(2):
            self._move(self.resistor, 20, self.customers, self.stock)
        self.assertEqual(self._ages(self.resistor), {10: 20})

    def test_scrap_takes_the_oldest(self):
        with self._at(2):
            scrap = self.env["stock.scrap"].create({"product_id": self.resistor.id, "scrap_qty": 30})
            scrap.action_validate()
        self.assertEqual(self._ages(self.resistor), {100: 70, 10: 50})

    def test_stock_below_zero_that_is_filled_up_has_the_age_of_what_filled_it(self):
        with self._at(8):
            self._ship(self.resistor, 180)
        self.assertEqual(self._ages(self.resistor), {None: -30})
        self._check_sums(self.resistor)
        with self._at(3):
            self._receive(self.resistor, 80)
        self.assertEqual(self._ages(self.resistor), {3: 50})

    def test_made_goods_count_from_the_day_they_were_made(self):
        with self._at(6):
            self._make(self.board, 3, [(self.resistor, 30, None)], bom=self.bom)
        self.assertEqual(self._ages(self.board), {6: 3})
        self.assertEqual(self._ages(self.resistor), {100: 70, 10: 50})

    def test_unbuild_gives_back_what_the_order_took(self):
        with self._at(6):
            order = self._make(self.board, 3, [(self.resistor, 30, None)], bom=self.bom)
        with self._at(1):
            self._unbuild(self.board, 3, self.bom, order)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})
        self.assertEqual(self._ages(self.board), {})

    def test_unbuild_without_an_order_hands_the_age_on(self):
        with self._at(60):
            self._receive(self.board, 4)
        with self._at(1):
            self._unbuild(self.board, 4, self.bom)
        self.assertEqual(self._ages(self.resistor), {100: 100, 60: 40, 10: 50})

    def test_rework_keeps_the_age(self):
        with self._at(60):
            self._receive(self.board, 4)
        with self._at(20):
            self._receive(self.board, 4)
        with self._at(2):
            self._make(self.board, 3, [(self.board, 3, None)])
        self.assertEqual(self._ages(self.board), {60: 4, 20: 4})

    def test_packing_and_unpacking_restarts_nothing(self):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.resistor.id), ("location_id", "=", self.stock.id)]
        )
        with self._at(5):
            package = self.env["stock.package"].create({"name": "BOX"})
            quants.move_quants(package_dest_id=package)
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})
        with self._at(4):
            package.unpack()
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50})

    def test_opening_stock_is_as_old_as_its_first_count(self):
        wire = self._create_product("Wire", standard_price=1)
        with self._at(90):
            self._count(wire, 40)
        with self._at(30):
            self._count(wire, 0)
            self._count(wire, 45)
        self.assertEqual(self._ages(wire), {90: 45})

    def test_quantities_are_in_the_products_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        with self._at(3):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.resistor.id,
                    "product_uom_qty": 1,
                    "product_uom": dozen.id,
                    "location_id": self.suppliers.id,
                    "location_dest_id": self.stock.id,
                }
            )
            move._action_confirm()
            move.quantity, move.picked = 1, True
            move._action_done()
        self.assertEqual(self._ages(self.resistor), {100: 100, 10: 50, 3: 12})

    def test_consigned_stock_counts_and_is_worth_nothing(self):
        with self._at(40):
            move = self._move(self.resistor, 7, self.suppliers, self.stock, done=False)
            move.quantity = 7
            move.move_line_ids.owner_id = self.vendor
            move.picked = True
            move._action_done()
        self.assertEqual(self._ages(self.resistor), {100: 100, 40: 7, 10: 50})
        layer = self._layers(self.resistor, owner_id=self.vendor.id)
        self.assertEqual((layer.quantity, layer.value), (7, 0))

    def test_newest_content_lies_where_was_filled_last(self):
        place = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        wire = self._create_product("Wire")
        with self._at(50):
            self._receive(wire, 10)
        with self._at(20):
            self._receive(wire, 5, place=place)
        self.assertEqual(self._ages(wire, location_id=place.id), {20: 5})
        self.assertEqual(self._ages(wire, location_id=self.stock.id), {50: 10})


@tagged("post_install", "-at_install")
class TestLots(LayerCommon):
    """A lot is as old as its first day in stock."""

    def setUp(self):
        super().setUp()
        self.lot = self._create_lot("A")
        with self._at(100):
            self._receive(self.axle, 10, self.lot)

    def tearDown(self):
        self._check_sums(self.axle | self.board)
        super().tearDown()

    def test_second_receipt_transfer_and_rename_restart_nothing(self):
        with self._at(10):
            self._receive(self.axle, 5, self.lot)
            self._move(self.axle, 15, self.stock, self.second.lot_stock_id, self.lot)
            self.lot.name = "A-RENAMED"
        self.assertEqual(self._ages(self.axle), {100: 15})

    def test_count_to_zero_and_back_and_customer_return_restart_nothing(self):
        with self._at(10):
            self._count(self.axle, 0, lot=self.lot)
        with self._at(9):
            self._count(self.axle, 10, lot=self.lot)
        self.assertEqual(self._ages(self.axle), {100: 10})
        with self._at(8):
            self._ship(self.axle, 10, self.lot)
        with self._at(7):
            self._move(self.axle, 4, self.customers, self.stock, self.lot)
        self.assertEqual(self._ages(self.axle), {100: 4})

    def test_rework_into_a_new_lot_hands_the_age_on(self):
        spare, new = self._create_lot("SPARE", self._create_product("Spare", tracking="lot")), self._create_lot("NEW")
        with self._at(300):
            self._receive(spare.product_id, 2, spare)
        with self._at(5):
            self._make(self.axle, 4, [(self.axle, 4, self.lot), (spare.product_id, 1, spare)], new)
        self.assertEqual(self._ages(self.axle, lot_id=new.id), {100: 4})
        self.assertEqual(self._ages(self.axle), {100: 10})

    def test_merged_lots_are_as_old_as_the_older(self):
        young = self._create_lot("B")
        with self._at(50):
            self._receive(self.axle, 10, young)
        with self._at(5):
            self._make(self.axle, 6, [(self.axle, 6, self.lot)], young)
        self.assertEqual(self._ages(self.axle, lot_id=young.id), {100: 16})

    def test_making_another_product_starts_its_own_age(self):
        cart = self._create_product("Cart", tracking="lot")
        made = self._create_lot("CART", cart)
        with self._at(5):
            self._make(cart, 1, [(self.axle, 2, self.lot)], made)
        self.assertEqual(self._ages(cart), {5: 1})

    def test_unbuild_gives_the_lot_back_at_its_age(self):
        cart = self._create_product("Cart", tracking="lot")
        made = self._create_lot("CART", cart)
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": cart.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.axle.id, "product_qty": 2})],
            }
        )
        with self._at(20):
            order = self._make(cart, 1, [(self.axle, 2, self.lot)], made, bom)
        with self._at(2):
            self._unbuild(cart, 1, bom, order, made)
        self.assertEqual(self._ages(self.axle), {100: 10})

    def test_lot_in_two_warehouses_has_one_age(self):
        with self._at(10):
            self._move(self.axle, 4, self.stock, self.second.lot_stock_id, self.lot)
            self._count(self.axle, 0, lot=self.lot)
        self.assertEqual(self._ages(self.axle, warehouse_id=self.second.id), {100: 4})

    def test_only_a_manager_corrects_the_first_day(self):
        stocker = self.viewer
        stocker.group_ids += self.env.ref("stock.group_stock_user")
        with self.assertRaisesRegex(UserError, "follows from its documents"):
            self.lot.with_user(stocker).mes_first_in = "2026-06-29 00:00:00"
        self.manager.group_ids += self.env.ref("stock.group_stock_user")
        self.lot.with_user(self.manager).mes_first_in = "2026-06-20 12:00:00"
        self.assertEqual(self._ages(self.axle), {10: 10})

    def test_lot_valuated_product_has_its_lots_cost(self):
        cable = self._create_product("Cable", tracking="lot", lot_valuated=True, standard_price=4)
        first, second = self._create_lot("C1", cable), self._create_lot("C2", cable)
        self._receive(cable, 3, first)
        self._receive(cable, 3, second)
        second.standard_price = 9
        self.env.flush_all()
        values = {layer.lot_id: layer.value for layer in self._layers(cable)}
        self.assertEqual(values, {first: 12, second: 27})

    def test_history_before_the_installation_is_read(self):
        """What the addon notes while it works is what it reads from the documents of the past."""
        new, young = self._create_lot("NEW"), self._create_lot("B")
        with self._at(50):
            self._receive(self.axle, 10, young)
        with self._at(20):
            self._receive(self.resistor, 100)
            self._ship(self.resistor, 10)
            self._move(self.resistor, 4, self.customers, self.stock)
            order = self._make(self.board, 3, [(self.resistor, 30, None)], bom=self.bom)
            self._unbuild(self.board, 1, self.bom, order)
            self._make(self.board, 1, [(self.board, 1, None)])
            self._count(self.resistor, 10)
        with self._at(5):
            self._make(self.axle, 4, [(self.axle, 4, self.lot)], new)
        self.env.flush_all()
        lines = self.env["stock.move.line"].search([("product_id", "in", (self.axle | self.resistor | self.board).ids)])
        flows, days = {line: line.mes_flow for line in lines}, (self.lot | new | young).mapped("mes_first_in")
        self.env.cr.execute("UPDATE stock_move_line SET mes_flow = NULL, mes_origin_date = NULL")
        self.env.cr.execute("UPDATE stock_lot SET mes_first_in = NULL")
        self.env.invalidate_all()
        self.env["stock.move.line"]._mes_backfill_flows()
        self.env["stock.lot"]._mes_backfill_first_in()
        self.env["stock.lot"]._mes_backfill_inherited()
        self.assertEqual({line: line.mes_flow for line in lines}, flows)
        self.assertEqual((self.lot | new | young).mapped("mes_first_in"), days)


@tagged("post_install", "-at_install")
class TestCompanies(LayerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Sister"})
        cls.other_stock = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1).lot_stock_id

    def test_each_company_has_its_own_queue(self):
        sister = self.env["stock.move"].with_company(self.other)
        with self._at(100):
            self._receive(self.resistor, 10)
        with self._at(5):
            move = sister.create(
                {
                    "product_id": self.resistor.id,
                    "product_uom_qty": 20,
                    "location_id": self.suppliers.id,
                    "location_dest_id": self.other_stock.id,
                    "company_id": self.other.id,
                }
            )
            move._action_confirm()
            move.quantity, move.picked = 20, True
            move._action_done()
        self.assertEqual(self._ages(self.resistor, company_id=self.company.id), {100: 10})
        self.assertEqual(self._ages(self.resistor, company_id=self.other.id), {5: 20})
        self.resistor.with_company(self.other).standard_price = 3
        self.env.flush_all()
        self.assertEqual(sum(self._layers(self.resistor, company_id=self.other.id).mapped("value")), 60)
        self._check_sums(self.resistor)

    def test_on_the_way_to_a_sister_company_and_there(self):
        way = self.env.ref("stock.stock_location_inter_company")
        way.active = True
        with self._at(100):
            self._receive(self.resistor, 10)
        with self._at(7):
            self._move(self.resistor, 6, self.stock, way)
        self.assertEqual(self._ages(self.resistor, company_id=False), {100: 6})
        self.assertEqual(self._layers(self.resistor, company_id=False).value, 0)
        self._check_sums(self.resistor)
        with self._at(3):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.resistor.id,
                    "product_uom_qty": 6,
                    "location_id": way.id,
                    "location_dest_id": self.other_stock.id,
                    "company_id": self.other.id,
                }
            )
            move._action_confirm()
            move.quantity, move.picked = 6, True
            move._action_done()
        self.assertEqual(self._ages(self.resistor, company_id=self.other.id), {3: 6})
        self.assertEqual(self._ages(self.resistor, company_id=self.company.id), {100: 4})
        self._check_sums(self.resistor)

    def test_viewer_sees_his_companies_only(self):
        self._receive(self.resistor, 10)
        layers = self.env["mes.aging.layer"].with_user(self.viewer).search([("product_id", "=", self.resistor.id)])
        self.assertEqual(layers.company_id, self.company)
        self.viewer.write({"company_ids": [(6, 0, self.other.ids)], "company_id": self.other.id})
        layers = self.env["mes.aging.layer"].with_user(self.viewer).with_context(allowed_company_ids=self.other.ids)
        self.assertFalse(layers.search([("product_id", "=", self.resistor.id)]))


@tagged("post_install", "-at_install")
class TestClocks(LayerCommon):
    def test_idle_since_the_last_sale_or_use(self):
        with self._at(100):
            self._receive(self.resistor, 100)
        self.assertEqual(self._clocks(), [(100, 100, False)])
        with self._at(30):
            self._ship(self.resistor, 10)
        with self._at(20):
            self._move(self.resistor, 5, self.stock, self.second.lot_stock_id)
            self._count(self.resistor, 80)
            self._receive(self.resistor, 10)
        self.assertEqual(self._clocks(), [(100, 30, False), (20, 30, False), (20, 30, False)])
        with self._at(12):
            self._make(self.board, 1, [(self.resistor, 10, None)], bom=self.bom)
        self.assertEqual({clock[1] for clock in self._clocks()}, {12})

    def _clocks(self):
        with self._at():
            layers = self._layers(self.resistor).sorted(lambda layer: (layer.origin_date, -layer.quantity))
            return [(layer.age_days, layer.idle_days, layer.cover_date) for layer in layers]

    def test_cover_is_the_day_on_which_demand_uses_a_layer_up(self):
        with self._at(100):
            self._receive(self.resistor, 100)
        with self._at(50):
            self._receive(self.resistor, 100)
        with self._at(20):
            self._receive(self.resistor, 100)
        for days, quantity in ((-5, 60), (-12, 40), (-30, 100), (-40, 99)):
            with self._at(days):
                due = self.env["stock.move"]._fields["date"].now()
            with self._at():
                self._move(self.resistor, quantity, self.stock, self.customers, done=False, date=due)
        self.env.flush_all()
        with self._at():
            layers = self._layers(self.resistor)
            self.assertEqual([(la.age_days, la.cover_days) for la in layers], [(100, 12), (50, 30), (20, 0)])
            self.assertEqual(layers.filtered("cover_date").mapped("age_days"), [100, 50])
            self.assertEqual(self._layers(self.resistor, cover_date=False).mapped("age_days"), [20])

    def test_buckets_are_settings(self):
        with self._at(30):
            self._receive(self.resistor, 1)
        with self._at(31):
            self._receive(self.board, 1)
        self.assertEqual(self._buckets(), {"  0–30 days": 1, " 31–60 days": 1})
        self.company.mes_aging_buckets = "10,30"
        self.assertEqual(self._buckets(), {"11–30 days": 1, "31+ days": 1})

    def _buckets(self):
        with self._at():
            model = self.env["mes.aging.layer"]
            groups = model._read_group(
                [("product_id", "in", (self.resistor | self.board).ids)], ["bucket"], ["quantity:sum"]
            )
            return dict(groups)

    def test_wrong_buckets_are_refused(self):
        for text in ("30,20", "a month", "0,10", "30,,60"):
            with self.assertRaisesRegex(UserError, "no limits of age"), self.cr.savepoint():
                self.company.mes_aging_buckets = text
        self.assertEqual(self.company.mes_aging_buckets, "30,60,90,180")

    def test_age_of_a_group_is_weighted_by_quantity(self):
        with self._at(100):
            self._receive(self.resistor, 30)
        with self._at(20):
            self._receive(self.resistor, 10)
        with self._at():
            age = self.env["mes.aging.layer"]._read_group(
                [("product_id", "=", self.resistor.id)], ["categ_id"], ["age_days:avg"]
            )[0][1]
        self.assertEqual(age, 80)

    def test_cost_changed_in_this_transaction_counts(self):
        self._receive(self.resistor, 10)
        self.resistor.standard_price = 2.5
        self.assertEqual(sum(self._layers(self.resistor).mapped("value")), 25)

    def test_narrowing_changes_no_answer(self):
        """What is restricted at the root is what the same condition finds among all."""
        self._receive(self.resistor, 10)
        self._receive(self.board, 5)
        model = self.env["mes.aging.layer"]
        layers = model.search([])
        some = layers.filtered(lambda layer: layer.product_id == self.board)
        for domain in (
            [("product_id", "=", self.board.id)],
            [("product_id", "in", self.board.ids)],
            [("id", "in", some.ids)],
            [("id", "=", some.id), ("quantity", ">", 0)],
            [("product_id", "in", self.board.ids), "|", ("quantity", ">", 0), ("id", "=", 0)],
            [("product_id", "=", "Board")],
            ["!", "!", ("product_id", "=", self.board.id)],
        ):
            self.assertEqual(model.search(domain), some, domain)
        for domain in (
            ["|", ("product_id", "=", self.board.id), ("id", "in", layers.ids)],
            [("product_id", "not in", [-1])],
            [("product_id", "!=", False)],
        ):
            self.assertEqual(model.search(domain), layers, domain)
        self.assertEqual(model.search([("product_id", "in", [False, self.board.id])]), some)
        self.assertFalse(model.search([("product_id", "in", [])]))
        self.assertFalse(model.search([("product_id", "=", self.board.id), ("product_id", "=", self.resistor.id)]))

    def test_context_only_restricts(self):
        self._receive(self.resistor, 10)
        self._receive(self.board, 10)
        model = self.env["mes.aging.layer"].with_context(mes_layer_product_ids=self.board.ids)
        found = model.search([("product_id", "in", (self.resistor | self.board).ids)])
        self.assertEqual(found.product_id, self.board)
