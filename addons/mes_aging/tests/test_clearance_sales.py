"""Selling backlog: never below the floor, tied and counted when delivered, ended when sold."""

import io

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .clearance_common import ClearanceCommon


class SalesCommon(ClearanceCommon):
    """Provides pricelists switched on, a `pricelist` of the company, the user `seller`, boards at 100 (floor 60)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        feature = cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").write({"implied_ids": [(4, feature.id)]})
        cls.seller = new_test_user(cls.env, "a_seller", "sales_team.group_sale_salesman_all_leads")
        cls.board.write({"lst_price": 100, "taxes_id": [(5,)]})
        cls.resistor.write({"taxes_id": [(5,)]})
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Shop", "company_id": cls.company.id, "currency_id": cls.company.currency_id.id}
        )

    def _offer(self, quantity=10, route="promotion", floor=60, **more):
        """Return an executed route of a case of boards."""
        case = self._open_case(self.board, quantity, floor_price=floor)
        if route == "promotion":
            more.setdefault("pricelist_id", self.pricelist.id)
        line = self._plan(case, route, quantity, **more)
        line.action_execute()
        return line.sudo()

    def _quote(self, quantity=1, product=None, pricelist=None, partner=None, **more):
        """Return the line of a seller's quotation."""
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": (partner or self.customer).id,
                    "pricelist_id": (pricelist or self.pricelist).id,
                    "order_line": [
                        (0, 0, {"product_id": (product or self.board).id, "product_uom_qty": quantity, **more})
                    ],
                }
            )
        )
        return order.order_line

    def _deliver(self, sale, quantity=None):
        """Deliver what a sale has reserved, or so much of it, without a backorder."""
        picking = sale.sudo().order_id.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))
        picking.action_assign()
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty if quantity is None else quantity, "picked": True})
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        return picking


@tagged("post_install", "-at_install")
class TestFloor(SalesCommon):
    def test_a_discount_rule_stops_at_the_floor(self):
        self._offer(discount=70)
        sale = self._quote()
        self.assertEqual((sale.price_unit, sale.discount), (60, 0))

    def test_a_shown_discount_is_rounded_towards_the_floor(self):
        self.env.ref("base.group_user").write(
            {"implied_ids": [(4, self.env.ref("sale.group_discount_per_so_line").id)]}
        )
        self.board.lst_price = 1000
        self._offer(discount=90, floor=333.33)
        sale = self._quote()
        self.assertEqual((sale.price_unit, sale.discount), (1000, 66.66))

    def test_a_person_who_sells_below_the_floor_is_refused(self):
        self._offer(price_unit=70)
        sale = self._quote()
        self.assertEqual(sale.price_unit, 70)
        sale.price_unit = 60
        for vals in ({"price_unit": 59.99}, {"discount": 1}, {"price_unit": 100, "discount": 40.01}):
            with self._refused("the floor is 60 "):
                sale.write(vals)
        self.assertEqual((sale.price_unit, sale.discount), (60, 0))

    def test_a_discount_on_the_whole_order_counts(self):
        line = self._offer(price_unit=70)
        sale = self._quote(2)
        self.company.sale_discount_product_id = self._create_product("Discount", type="service", is_storable=False)
        wizard = self.env["sale.order.discount"].with_user(self.seller)
        less = {"sale_order_id": sale.order_id.id, "discount_type": "so_discount"}
        with self._refused("the floor is 60 "):
            wizard.create({**less, "discount_percentage": 0.15}).action_apply_discount()
        wizard.create({**less, "discount_percentage": 0.10}).action_apply_discount()
        sale.order_id.action_confirm()
        self._deliver(sale)
        self.assertEqual(line.recovered_value, 126)

    def test_an_import_below_the_floor_is_refused(self):
        self._offer(price_unit=70)
        result = (
            self.env["sale.order"]
            .with_user(self.seller)
            .load(
                ["partner_id/.id", "pricelist_id/.id", "order_line/product_id/.id", "order_line/price_unit"],
                [[str(self.customer.id), str(self.pricelist.id), str(self.board.id), "12"]],
            )
        )
        self.assertIn("the floor is 60", result["messages"][0]["message"])

    def test_what_a_program_sells_is_lifted(self):
        self._offer(price_unit=70)
        sale = self._quote().sudo()
        sale.write({"price_unit": 80, "discount": 50})
        self.assertEqual((sale.price_unit, sale.discount), (80, 25))
        sale.write({"price_unit": 10})
        self.assertEqual((sale.price_unit, sale.discount), (60, 0))

    def test_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._offer(discount=70)
        sale = self._quote(product_uom_id=dozen.id)
        self.assertEqual(sale.price_unit, 720)
        with self._refused("per Dozens"):
            sale.price_unit = 719

    def test_another_currency(self):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", self.company.currency_id.id)], limit=1)
        )
        currency.active = True
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 0.3333, "name": "2020-01-01", "company_id": self.company.id}
        )
        pricelist = self.pricelist.copy({"currency_id": currency.id, "name": "Abroad"})
        self._offer(discount=99, floor=10, pricelist_id=pricelist.id)
        sale = self._quote(pricelist=pricelist)
        self.assertEqual(sale.price_unit, 3.34)  # 3.333, rounded up
        with self._refused("being cleared"):
            sale.price_unit = 3.33

    def test_a_pricelist_that_is_based_on_the_promotion_stops_at_the_floor_too(self):
        self._offer(price_unit=70)
        other = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "company_id": self.company.id,
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "applied_on": "3_global",
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": self.pricelist.id,
                            "price_discount": 50,
                        },
                    )
                ],
            }
        )
        sale = self._quote(pricelist=other)
        self.assertEqual(sale.price_unit, 60)
        sale.order_id.action_confirm()
        self.assertTrue(sale.sudo().mes_clearance_line_id)

    def test_taxes_in_the_price_do_not_count(self):
        tax = self.env["account.tax"].create(
            {"name": "Included", "amount": 25, "price_include_override": "tax_included", "company_id": self.company.id}
        )
        self.board.taxes_id = tax
        self._offer(price_unit=65)
        sale = self._quote(tax_ids=[(6, 0, tax.ids)])
        self.assertEqual((sale.price_unit, sale.price_subtotal), (75, 60))

    def test_a_floor_that_was_raised_counts_at_confirmation(self):
        line = self._offer(price_unit=70)
        sale = self._quote()
        line.clearance_id.floor_price = 80
        with self._refused("the floor is 80"):
            sale.order_id.action_confirm()
        self.assertEqual(sale.state, "draft")

    def test_a_confirmed_order_is_not_lowered_below_the_floor(self):
        line = self._offer(2, price_unit=70)
        sale = self._quote(2)
        sale.order_id.action_confirm()
        line._end_offer()  # its rule is over, the sale is still of the case
        with self._refused("the floor is 60 "):
            sale.price_unit = 59
        self.assertEqual(sale.price_unit, 70)

    def test_a_rule_that_was_lowered_by_hand_stops_at_the_floor(self):
        line = self._offer(price_unit=70)
        line.pricelist_item_ids.fixed_price = 1
        self.assertEqual(self._quote().price_unit, 60)
        uom = self.env.ref("uom.product_uom_dozen")
        template = self.board.product_tmpl_id
        price = line.pricelist_item_ids._compute_price(template, 1, uom, fields.Datetime.now())
        self.assertEqual(price, 720)

    def test_two_lines_of_one_order_have_their_own_floors(self):
        self._offer(price_unit=60)
        order = self._quote().order_id
        order.write({"order_line": [(0, 0, {"product_id": self.resistor.id, "price_unit": 0.01})]})
        self.assertEqual(order.order_line.mapped("price_unit"), [60, 0.01])
        order.action_update_prices()
        self.assertEqual(order.order_line[:1].price_unit, 60)

    def test_other_sales_have_no_floor(self):
        self._offer(price_unit=70)
        other = self.pricelist.create({"name": "Plain", "company_id": self.company.id})
        sale = self._quote(pricelist=other)
        sale.price_unit = 1
        sale.order_id.action_confirm()
        self.assertFalse(sale.sudo().mes_clearance_line_id)

    def test_a_price_below_the_floor_is_not_planned(self):
        with self._refused("below the floor"):
            self._offer(price_unit=59)


@tagged("post_install", "-at_install")
class TestPromotion(SalesCommon):
    def test_delivered_less_returned_is_counted_at_the_price_of_the_order(self):
        line = self._offer(price_unit=70)
        sale = self._quote(4)
        sale.order_id.action_confirm()
        self.assertEqual((line.state, line.done_qty), ("open", 0))
        picking = self._deliver(sale)
        self.assertEqual((line.done_qty, line.recovered_value), (4, 280))
        wizard = self.env["stock.return.picking"].with_context(
            active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
        )
        wizard = wizard.create({})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": 1, "picked": True})
        back.button_validate()
        self.assertEqual((line.done_qty, line.recovered_value, line.state), (3, 210, "open"))

    def test_it_ends_by_itself_when_it_is_sold(self):
        line = self._offer(5, price_unit=70)
        sale = self._quote(5)
        sale.order_id.action_confirm()
        self.assertFalse(line.pricelist_item_ids._mes_is_live())
        self.assertEqual(line.state, "open")
        self._deliver(sale)
        self.assertEqual((line.state, line.recovered_value), ("done", 350))

    def test_what_is_sold_beyond_it_does_not_count(self):
        line = self._offer(5, price_unit=70)
        first, second = self._quote(4), self._quote(4)
        third = self._quote(1)
        for sale in (first, second, third):
            sale.order_id.action_confirm()
            self._deliver(sale)
        self.assertEqual((line.done_qty, line.recovered_value), (5, 350))
        self.assertEqual(line.sale_line_ids, (first | second).sudo())

    def test_a_cancelled_order_gives_its_quantity_back(self):
        line = self._offer(5, price_unit=70)
        sale = self._quote(5)
        sale.order_id.action_confirm()
        sale.order_id._action_cancel()
        self.assertEqual((line.state, line.done_qty), ("draft", 0))
        line.with_user(self.clerk).action_execute()
        self.assertEqual((len(line.pricelist_item_ids), line.state), (2, "open"))

    def test_executing_twice_makes_one_rule(self):
        line = self._offer(price_unit=70)
        line.with_user(self.clerk).action_execute()
        line.clearance_id.with_user(self.clerk).action_execute()
        self.assertEqual(len(line.pricelist_item_ids), 1)

    def test_it_ends_when_the_stock_is_gone(self):
        line = self._offer(20, price_unit=70)
        self._ship(self.board, 20)
        line._refresh()
        line.clearance_id._settle()
        self.assertFalse(line.pricelist_item_ids._mes_is_live())
        self.assertEqual((line.clearance_id.state, line.clearance_id.gone_qty), ("done", 20))

    def test_a_rule_cannot_be_tied_by_hand(self):
        line = self._offer(price_unit=70)
        manager = new_test_user(self.env, "a_head_of_sales", "sales_team.group_sale_manager")
        Rule = self.env["product.pricelist.item"].with_user(manager)
        vals = {"pricelist_id": self.pricelist.id, "product_id": self.board.id, "fixed_price": 1}
        with self._refused("Only a clearance case"):
            Rule.create({**vals, "mes_clearance_line_id": line.id})
        with self._refused("Only a clearance case"):
            line.pricelist_item_ids.with_user(manager).mes_clearance_line_id = False

    def test_a_rule_that_is_deleted_ends_the_promotion(self):
        line = self._offer(price_unit=70)
        line.pricelist_item_ids.unlink()
        self.assertEqual(line.state, "draft")

    def test_ending_it_by_hand_leaves_what_is_sold(self):
        line = self._offer(price_unit=70, date_start=fields.Date.add(fields.Date.today(), days=9))
        line.with_user(self.clerk).action_end_offer()
        self.assertFalse(line.pricelist_item_ids._mes_is_live())
        self.assertEqual(line.state, "draft")

    def test_sales_reserve_only_the_lots_of_the_case(self):
        product = self._create_product("Paint", tracking="lot", lst_price=50, mes_aging_kind="finished")
        lots = self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in ("L1", "L2", "L3")])
        for lot in lots:
            self._put(product, 10, lot=lot)
        case = self._open_case(product, 15, lot_ids=[(6, 0, lots[1:].ids)])
        self._plan(case, "promotion", 15, pricelist_id=self.pricelist.id, discount=10).action_execute()
        sale = self._quote(12, product=product)
        sale.order_id.action_confirm()
        sale.sudo().order_id.picking_ids.action_assign()
        taken = {line.lot_id.name: line.quantity for line in sale.sudo().move_ids.move_line_ids}
        self.assertEqual(taken, {"L2": 10, "L3": 2})

    def test_lots_are_kept_in_a_delivery_of_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        product = self._create_product("Paint", tracking="lot", lst_price=50, mes_aging_kind="finished")
        lots = self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in ("L1", "L2")])
        for lot in lots:
            self._put(product, 10, lot=lot)
        case = self._open_case(product, 10, lot_ids=[(6, 0, lots[1:].ids)])
        line = self._plan(case, "promotion", 10, pricelist_id=self.pricelist.id, discount=10)
        line.action_execute()
        sale = self._quote(4, product=product)
        sale.order_id.action_confirm()
        for _step in range(2):
            self._deliver(sale)
        shipped = sale.sudo().order_id.picking_ids.move_line_ids
        self.assertEqual(shipped.lot_id, lots[1])
        self.assertEqual((line.done_qty, line.recovered_value), (4, 180))

    def test_a_sale_of_another_company_does_not_count(self):
        self.pricelist.company_id = False
        line = self._offer(price_unit=70)
        other = self.env["res.company"].create({"name": "Sister", "currency_id": self.company.currency_id.id})
        order = self.env["sale.order"].with_context(allowed_company_ids=other.ids)
        order = order.create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [(0, 0, {"product_id": self.board.id})],
            }
        )
        order.action_confirm()
        self.assertFalse(line.sale_line_ids)

    def test_the_nearest_expiry_is_sold_first(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("without product_expiry")
        product = self._create_product(
            "Paint", tracking="lot", lst_price=50, mes_aging_kind="finished", use_expiration_date=True
        )
        days = {"L1": 30, "L2": 10, "L3": 20}
        lots = self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in days])
        for lot in lots:
            lot.expiration_date = fields.Datetime.add(fields.Datetime.now(), days=days[lot.name])
            self._put(product, 10, lot=lot)
        case = self._open_case(product, 30, lot_ids=[(6, 0, lots.ids)])
        self._plan(case, "promotion", 30, pricelist_id=self.pricelist.id, discount=10).action_execute()
        sale = self._quote(15, product=product)
        sale.order_id.action_confirm()
        sale.sudo().order_id.picking_ids.action_assign()
        taken = {line.lot_id.name: line.quantity for line in sale.sudo().move_ids.move_line_ids}
        self.assertEqual(taken, {"L2": 10, "L3": 5})

    def test_without_pricelists_it_says_what_to_do(self):
        feature = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").write({"implied_ids": [(3, feature.id)]})
        with self._refused("switch on Pricelists"):
            self._offer(price_unit=70)

    def test_an_order_that_is_made_confirmed_counts(self):
        line = self._offer(price_unit=70)
        self.env["sale.order"].with_user(self.seller).create(
            {
                "partner_id": self.customer.id,
                "pricelist_id": self.pricelist.id,
                "state": "sale",
                "order_line": [(0, 0, {"product_id": self.board.id, "product_uom_qty": 2})],
            }
        )
        self.assertEqual(line._get_room(), 8)


@tagged("post_install", "-at_install")
class TestStaffSale(SalesCommon):
    def test_only_customers_with_the_tag_buy(self):
        tag = self.env["res.partner.category"].create({"name": "Staff"})
        line = self._offer(10, "staff_sale", price_unit=60, partner_category_id=tag.id)
        self.assertEqual(line.pricelist_id.name, "Staff Sale")
        sale = self._quote(2, pricelist=line.pricelist_id)
        self.assertEqual(sale.price_unit, 60)
        with self._refused("only for customers with the tag Staff"):
            sale.order_id.action_confirm()
        with self._refused("only for customers with the tag Staff"):
            sale.order_id.write({"state": "sale"})
        self.customer.category_id = tag
        sale.order_id.action_confirm()
        self._deliver(sale)
        self.assertEqual((line.done_qty, line.recovered_value), (2, 120))

    def test_without_a_tag_it_says_so(self):
        with self._refused("needs the tag"):
            self._offer(10, "staff_sale", price_unit=60)

    def test_a_pricelist_for_everybody_is_refused(self):
        tag = self.env["res.partner.category"].create({"name": "Staff"})
        with self._refused("is for everybody"):
            self._offer(10, "staff_sale", partner_category_id=tag.id, pricelist_id=self.pricelist.id)


@tagged("post_install", "-at_install")
class TestBundle(SalesCommon):
    def setUp(self):
        super().setUp()
        self.housing = self._create_product("Housing", lst_price=100, taxes_id=[(5,)])
        self._put(self.housing, 50)

    def test_what_a_kit_delivers_of_the_backlog_counts_with_its_part_of_the_price(self):
        line = self._offer(10, "bundle", companion_ids=[(6, 0, self.housing.ids)], bundle_qty=2, bundle_price=210)
        sale = self._quote(3, product=line.bundle_product_id)
        self.assertEqual(sale.price_unit, 210)
        sale.order_id.action_confirm()
        self._deliver(sale)
        self.assertEqual((line.done_qty, line.recovered_value), (6, 420))  # 200 / 300 of 630
        self.assertEqual(line._get_room(), 4)

    def test_the_part_of_the_backlog_stops_at_the_floor(self):
        line = self._offer(10, "bundle", companion_ids=[(6, 0, self.housing.ids)], bundle_price=120)
        sale = self._quote(product=line.bundle_product_id)
        with self._refused("the floor is 120"):
            sale.price_unit = 119
        with self._refused("below the floor"):
            self._offer(5, "bundle", companion_ids=[(6, 0, self.housing.ids)], bundle_price=119)

    def test_a_sold_out_bundle_is_for_sale_no_more(self):
        line = self._offer(2, "bundle", companion_ids=[(6, 0, self.housing.ids)])
        sale = self._quote(2, product=line.bundle_product_id)
        sale.order_id.action_confirm()
        self._deliver(sale)
        self.assertEqual((line.state, line.bundle_product_id.sale_ok), ("done", False))

    def test_a_gift_takes_loyalty_and_no_floor(self):
        companions = [(6, 0, self.housing.ids)]
        has_loyalty = "reward_id" in self.env["sale.order.line"]._fields
        with self._refused("has a floor price" if has_loyalty else "install it"):
            self._offer(5, "bundle", companion_ids=companions, bundle_way="gift")

    def test_what_a_loyalty_program_gives_away_counts(self):
        if "reward_id" not in self.env["sale.order.line"]._fields:
            self.skipTest("without sale_loyalty")
        line = self._offer(3, "bundle", floor=0, companion_ids=[(6, 0, self.housing.ids)], bundle_way="gift")
        sale = self._quote(3, product=self.housing)
        order = sale.order_id
        order._update_programs_and_rewards()
        program = line._get_program()
        coupon = order.sudo().coupon_point_ids.coupon_id.filtered(lambda one: one.program_id == program)
        order._apply_program_reward(program.reward_ids, coupon)
        order.action_confirm()
        gift = order.order_line - sale
        self.assertEqual((gift.product_id, gift.product_uom_qty, gift.price_subtotal), (self.board, 3, 0))
        self._deliver(sale)
        self.assertEqual((line.done_qty, line.recovered_value, line.state), (3, 0, "done"))
        self.assertFalse(program.active)

    def test_it_needs_companions(self):
        with self._refused("sold together with"):
            self._offer(2, "bundle")


@tagged("post_install", "-at_install")
class TestChannel(SalesCommon):
    def setUp(self):
        super().setUp()
        self.dealers = self.env["res.partner"].create([{"name": name} for name in ("D1", "D2", "D3")])

    def _offer_to_dealers(self, quantity=10, **more):
        line = self._offer(quantity, "channel", dealer_ids=[(6, 0, self.dealers.ids)], price_unit=65, **more)
        return line, line.sale_line_ids.sorted("id").with_user(self.seller)

    def test_each_dealer_gets_an_offer_with_an_activity(self):
        line, sales = self._offer_to_dealers()
        self.assertEqual(sales.mapped(lambda sale: (sale.price_unit, sale.product_uom_qty)), [(65, 10)] * 3)
        self.assertEqual(sales.order_id.partner_id, self.dealers)
        self.assertEqual(len(sales.sudo().order_id.activity_ids), 3)
        self.assertEqual((line.state, line.offer_count), ("open", 3))

    def test_nothing_is_confirmed_beyond_what_is_left(self):
        line, sales = self._offer_to_dealers(offer_qty=6)
        sales[0].order_id.action_confirm()
        with self._refused("4 are left"):
            sales[1].order_id.action_confirm()
        sales[1].product_uom_qty = 4
        sales[1].order_id.action_confirm()
        self.assertEqual(sales[2].state, "cancel")  # nothing is left for it
        self.assertEqual((line.accepted_count, line.declined_count), (2, 1))
        for sale in sales[:2]:
            self._deliver(sale)
        self.assertEqual((line.state, line.done_qty, line.recovered_value), ("done", 10, 650))

    def test_raising_a_confirmed_offer_beyond_what_is_left_is_refused(self):
        line, sales = self._offer_to_dealers(offer_qty=6)
        sales[0].order_id.action_confirm()
        sales[0].product_uom_qty = 10
        with self._refused("10 are left"):
            sales[0].product_uom_qty = 11

    def test_an_offer_below_the_floor_is_refused(self):
        _line, sales = self._offer_to_dealers()
        with self._refused("the floor is 60"):
            sales[0].write({"price_unit": 59})

    def test_when_all_decline_it_can_be_offered_again(self):
        line, sales = self._offer_to_dealers()
        sales.order_id._action_cancel()
        self.assertEqual((line.state, line.declined_count), ("draft", 3))

    def test_deleted_offers_leave_nothing_open(self):
        line, sales = self._offer_to_dealers()
        sales.sudo().order_id.activity_ids.unlink()
        sales.unlink()
        self.assertEqual(line.state, "draft")

    def test_raw_material_is_resold(self):
        case = self._open_case(self.resistor, 50, floor_price=1)
        line = self._plan(case, "channel", 50, dealer_ids=[(6, 0, self.dealers[:1].ids)])
        line.action_execute()
        self.assertEqual(line.sudo().sale_line_ids.price_unit, 1.2)  # cost 2, less 40 %

    def test_without_dealers_it_says_so(self):
        with self._refused("choose dealers"):
            self._offer(10, "channel")

    def test_the_sheet_for_platforms(self):
        import openpyxl

        self.board.write({"barcode": "4006381333931", "name": "=1+1"})
        case = self._offer(10, price_unit=70).clearance_id
        action = case.with_user(self.clerk).action_export_offers()
        self.assertIn("/web/content/mes.aging.alert.export/", action["url"])
        rows = list(openpyxl.load_workbook(io.BytesIO(case._make_offers_xlsx())).active.values)
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][0], "4006381333931")
        self.assertEqual(rows[1][1], "=1+1")
        self.assertEqual(rows[1][3:7], (10, "Units", 70, 100))


@tagged("post_install", "-at_install")
class TestSalesEstimates(SalesCommon):
    def test_they_are_reckoned_from_sales_of_12_months(self):
        sale = self._quote(4, pricelist=self.pricelist.create({"name": "Plain", "company_id": self.company.id}))
        sale.price_unit = 90
        sale.order_id.action_confirm()
        case = self._open_case(self.board, 10, floor_price=60)
        proposal = case.proposal_ids.filtered(lambda one: one.route == "promotion")
        self.assertEqual((proposal.quantity, proposal.recovered_value), (10, 720))  # 90 less 20 %
        self.assertAlmostEqual(proposal.days, 10 / 4 * 365)
        self.assertIn("average price of 12 months 90 − 20 %", proposal.why)
        channel = case.proposal_ids.filtered(lambda one: one.route == "channel")
        self.assertEqual(channel.recovered_value, 600)  # 54 a piece would be below the floor
        channel.action_choose()
        self.assertEqual(case.line_ids.dealer_ids, self.customer)
        case.action_execute()
        self.assertEqual(case.line_ids.sudo().sale_line_ids.price_unit, 60)

    def test_what_is_not_for_sale_is_not_proposed(self):
        self.board.sale_ok = False
        case = self._open_case(self.board, 10)
        routes = case.proposal_ids.filtered("is_eligible").mapped("route")
        self.assertFalse(set(routes) & {"promotion", "bundle", "staff_sale", "channel"})

    def test_a_staff_sale_sells_a_piece_to_each(self):
        tag = self.env["res.partner.category"].create({"name": "Staff"})
        self.env["res.partner"].create([{"name": name, "category_id": tag.ids} for name in ("S1", "S2")])
        self.company.mes_staff_category_id = tag
        case = self._open_case(self.board, 10)
        proposal = case.proposal_ids.filtered(lambda one: one.route == "staff_sale")
        self.assertEqual((proposal.quantity, proposal.recovered_value), (2, 100))

    def test_facts_of_a_bundle_are_not_written(self):
        line = self._plan(self._open_case(self.board, 10), "bundle")
        with self.assertRaises(UserError):
            line.bundle_product_id = self.board
