"""What surplus is offered to: reordering rules, orders, repairs and deliveries elsewhere, unless something comes.

`North` is a second warehouse; 100 resistors (cost 2) lie in the first one.
"""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .clearance_common import ClearanceCommon


class SurplusCommon(ClearanceCommon):
    """Provides the warehouse `north` and ways to be short of something there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
        cls.Offer = cls.env["mes.aging.surplus.offer"]

    def _quote(self, product, quantity, warehouse=None):
        """Return the line of a request for quotation into the other warehouse."""
        warehouse = warehouse or self.north
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "company_id": warehouse.company_id.id,
                "picking_type_id": warehouse.in_type_id.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": quantity})],
            }
        )
        return order.order_line

    def _create_rule(self, product, least, most, warehouse=None, **more):
        warehouse = warehouse or self.north
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "company_id": warehouse.company_id.id,
                "product_min_qty": least,
                "product_max_qty": most,
                **more,
            }
        )

    def _create_order(self, quantity, component=None, warehouse=None):
        """Return a confirmed order of boards, each of one component."""
        bill = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.board.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": (component or self.resistor).id, "product_qty": 1})],
            }
        )
        warehouse = warehouse or self.north
        order = self.env["mrp.production"].create(
            {
                "product_id": self.board.id,
                "bom_id": bill.id,
                "product_qty": quantity,
                "picking_type_id": warehouse.manu_type_id.id,
            }
        )
        order.action_confirm()
        return order

    def _create_repair(self, product, quantity, warehouse=None):
        """Return a confirmed repair order that needs this part."""
        repair = self.env["repair.order"].create(
            {
                "product_id": self.board.id,
                "picking_type_id": (warehouse or self.north).repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity, "repair_line_type": "add"},
                    )
                ],
            }
        )
        repair._action_repair_confirm()
        return repair

    def _find(self, product):
        self.Offer._refresh()
        return self.Offer.search([("product_id", "=", product.id), ("state", "=", "open")])


@tagged("post_install", "-at_install")
class TestSurplusDemand(SurplusCommon):
    # -- reordering rules ---------------------------------------------------------------------------------------

    def test_what_a_rule_is_about_to_order_is_offered_before_it_is_bought(self):
        rule = self._create_rule(self.resistor, 10, 40)
        self.assertEqual((rule.qty_to_order, rule.mes_offer_qty), (40, 40))
        offer = self._find(self.resistor)
        self.assertEqual((offer.orderpoint_id, offer.quantity, offer.demand), (rule, 40, rule.display_name))
        offer.with_user(self.clerk).action_accept()
        self.assertEqual(offer.line_id.move_ids.location_dest_id, self.north.lot_stock_id)
        rule.invalidate_recordset()
        self.assertEqual((rule.qty_to_order, rule.mes_offer_qty), (0, 0))
        self.assertFalse(self._find(self.resistor))

    def test_a_rule_of_a_shelf_gets_it_there(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.north.lot_stock_id.id})
        self._create_rule(self.resistor, 10, 10, location_id=shelf.id)
        offer = self._find(self.resistor)
        offer.action_accept()
        self.assertEqual(offer.line_id.move_ids.location_dest_id, shelf)

    def test_what_a_person_has_put_on_a_rule_is_reduced(self):
        rule = self._create_rule(self.resistor, 10, 10, trigger="manual")
        rule.qty_to_order = 130
        offer = self._find(self.resistor)
        self.assertEqual(offer.quantity, 100)
        offer.action_accept()
        self.assertEqual(rule.qty_to_order_manual, 30)

    def test_a_snoozed_rule_isn_t_offered_anything(self):
        rule = self._create_rule(self.resistor, 10, 10, trigger="manual")
        rule.snoozed_until = fields.Date.add(fields.Date.today(), days=3)
        self.assertFalse(self._find(self.resistor))

    def test_a_rule_that_was_served_meanwhile_refuses_the_offer(self):
        self._create_rule(self.resistor, 10, 40)
        offer = self._find(self.resistor)
        self._put(self.resistor, 40, place=self.north.lot_stock_id)
        with self._refused("does not wait"):
            offer.action_accept()
        self.assertEqual(offer.state, "open")

    # -- documents that wait ------------------------------------------------------------------------------------

    def test_a_component_that_waits_is_offered_once_until_it_has_come(self):
        order = self._create_order(30)
        offer = self._find(self.resistor)
        self.assertEqual((offer.move_id, offer.quantity), (order.move_raw_ids, 30))
        offer.action_accept()
        self.assertFalse(self._find(self.resistor))  # on its way, though not there yet

    def test_a_delivery_that_waits_is_offered(self):
        self._move(self.resistor, 20, self.north.lot_stock_id, self.customers, done=False)
        self.assertEqual(self._find(self.resistor).quantity, 20)

    def test_a_repair_s_part_is_offered_and_replaced(self):
        better = self._create_product("Better", standard_price=3)
        self._put(better, 50, place=self.north.lot_stock_id)
        chip = self._create_product("Chip")
        self.env["mes.aging.substitute"].create({"product_id": chip.id, "substitute_id": better.id})
        repair = self._create_repair(self.resistor, 5)
        self.assertEqual(self._find(self.resistor).demand, repair.display_name)
        repair = self._create_repair(chip, 4)
        offer = self._find(better)
        self.assertEqual((offer.quantity, offer.demand), (4, repair.display_name))
        offer.action_accept()
        parts = repair.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual((parts.product_id, parts.state, parts.repair_line_type), (better, "assigned", "add"))

    def test_what_is_bought_already_is_no_demand(self):
        self._create_order(30)
        order = self._quote(self.resistor, 20).order_id
        self.assertEqual(sum(self._find(self.resistor).mapped("quantity")), 30)
        order.button_confirm()
        offer = self._find(self.resistor)
        self.assertEqual((offer.quantity, bool(offer.move_id)), (10, True))
        self._quote(self.resistor, 10).order_id.button_confirm()
        self.assertFalse(self._find(self.resistor))

    def test_one_need_on_three_papers_is_offered_once(self):
        self._create_order(30)
        self._create_rule(self.resistor, 0, 0)  # sees the order: 30 to order
        self.assertEqual(self._find(self.resistor).mapped("quantity"), [30])
        self._quote(self.resistor, 30)
        offers = self._find(self.resistor)
        self.assertEqual((offers.mapped("quantity"), bool(offers.purchase_line_id)), ([30], True))

    def test_later_demand_where_it_lies_is_needed_too(self):
        far = fields.Datetime.add(fields.Datetime.now(), days=300)
        self._move(self.resistor, 60, self.stock, self.customers, done=False, date=far)
        self._quote(self.resistor, 100)
        self.assertEqual(self._find(self.resistor).quantity, 40)

    # -- refreshing ---------------------------------------------------------------------------------------------

    def test_offers_that_are_true_still_stay_as_they_are(self):
        line = self._quote(self.resistor, 30)
        offer = self._find(self.resistor)
        self.assertEqual(self._find(self.resistor), offer)
        line.product_qty = 20
        self.assertNotEqual(self._find(self.resistor), offer)
        self.assertFalse(offer.exists())

    def test_the_quotation_counts_what_is_true_now(self):
        order = self._quote(self.resistor, 20).order_id
        self.assertEqual(order.mes_offer_count, 1)  # before anybody has looked for surplus
        self._ship(self.resistor, 100)
        order.invalidate_recordset()
        self.assertEqual(order.mes_offer_count, 0)


@tagged("post_install", "-at_install")
class TestSurplusBetweenCompanies(SurplusCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        currency = cls.company.currency_id.id
        cls.sister = cls.env["res.company"].create({"name": "Sister", "currency_id": currency})
        cls.there = cls.env["stock.warehouse"].search([("company_id", "=", cls.sister.id)], limit=1)
        cls.env.user.company_ids |= cls.sister
        both = [*cls.env.context["allowed_company_ids"], cls.sister.id]
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": both})
        cls.Offer = cls.env["mes.aging.surplus.offer"]
        cls.planner = cls.buyer
        cls.planner.company_ids |= cls.sister

    def test_both_sides_get_a_quotation_at_cost(self):
        line = self._quote(self.resistor, 130, self.there)
        offer = self._find(self.resistor)
        self.assertEqual((offer.company_id, offer.dest_company_id), (self.company, self.sister))
        mine = offer.with_user(self.planner).with_context(allowed_company_ids=[self.company.id, self.sister.id])
        mine.action_accept()
        sale, purchase = offer.sale_line_id, offer.trade_line_id
        self.assertEqual((sale.order_id.partner_id, sale.company_id), (self.sister.partner_id, self.company))
        self.assertEqual((purchase.order_id.partner_id, purchase.company_id), (self.company.partner_id, self.sister))
        self.assertEqual((sale.product_uom_qty, sale.price_unit, sale.state), (100, 2, "draft"))
        self.assertEqual((purchase.product_qty, purchase.price_unit, purchase.state), (100, 2, "draft"))
        self.assertEqual(purchase.order_id.picking_type_id, self.there.in_type_id)
        self.assertEqual(line.product_qty, 30)
        self.assertFalse(self._find(self.resistor))
        mine.action_accept()  # twice is once
        self.assertEqual(len(self.env["sale.order"].search([("partner_id", "=", self.sister.partner_id.id)])), 1)

    def test_the_sale_brings_its_price_to_the_case(self):
        self._quote(self.resistor, 60, self.there)
        offer = self._find(self.resistor)
        offer.action_accept()
        offer.sale_line_id.order_id.action_confirm()
        moves = offer.sale_line_id.move_ids
        moves.quantity = 60
        moves.picked = True
        moves.picking_id.button_validate()
        self.assertEqual((offer.line_id.state, offer.line_id.recovered_value), ("done", 120))

    def test_what_is_asked_for_there_is_not_asked_for_twice(self):
        move = {"product_id": self.resistor.id, "product_uom_qty": 20, "company_id": self.sister.id}
        way = {"location_id": self.there.lot_stock_id.id, "location_dest_id": self.customers.id}
        self.env["stock.move"].create({**move, **way})._action_confirm()
        self._find(self.resistor).action_accept()
        self.assertFalse(self._find(self.resistor))

    def test_a_rule_of_the_other_company_orders_no_more(self):
        rule = self._create_rule(self.resistor, 10, 40, self.there)
        offer = self._find(self.resistor)
        offer.action_accept()
        rule.invalidate_recordset()
        self.assertEqual((offer.trade_line_id.orderpoint_id, rule.qty_to_order), (rule, 0))

    def test_the_own_company_comes_first(self):
        self._quote(self.resistor, 100, self.there)
        own = self._quote(self.resistor, 70)
        offers = self._find(self.resistor)
        self.assertEqual(offers.filtered(lambda offer: offer.purchase_line_id == own).quantity, 70)
        self.assertEqual(sum(offers.mapped("quantity")), 100)

    def test_who_has_one_company_only_sees_nothing(self):
        order = self._quote(self.resistor, 30, self.there).order_id
        offer = self._find(self.resistor)
        outsider = offer.with_user(self.clerk).with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(outsider.search([("id", "=", offer.id)]))
        with self.assertRaises(AccessError):
            outsider.action_accept()
        self.assertEqual(offer.state, "open")
        alone = order.with_context(allowed_company_ids=self.sister.ids)
        alone.invalidate_recordset()
        self.assertEqual((alone.mes_offer_count, order.mes_offer_count), (0, 1))

    def test_a_company_can_keep_its_surplus_to_itself(self):
        self.company.mes_share_surplus = False
        self._quote(self.resistor, 30, self.there)
        self.assertFalse(self._find(self.resistor))

    def test_what_is_not_for_sale_is_not_offered_to_others(self):
        self.resistor.sale_ok = False
        self._quote(self.resistor, 30, self.there)
        self.assertFalse(self._find(self.resistor))
