"""Calls of orders as they are in real life: units, kits, two steps, backorders, made to order, companies."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .calls_common import CallCase


@tagged("post_install", "-at_install")
class TestCallShapes(CallCase):
    def _create_plate(self, quantity, unit, component=None):
        plate = self._create_made("Plate", self.press, component=component)
        plate.bom_ids.bom_line_ids.write({"product_qty": quantity, "product_uom_id": unit.id})
        plate.bom_ids.operation_ids.time_cycle_manual = 2.4
        return plate

    def test_dozens_add_up_to_the_piece(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._plan(100, product=self._create_plate(1, dozen))
        self.assertEqual([quantity for _hour, quantity, _state in self._calls(order)], [300] * 4)
        self._assert_need(order, 1200)

    def test_fractions_add_up(self):
        kilo = self.env.ref("uom.product_uom_kgm")
        powder = self._create_product("Powder", uom_id=kilo.id)
        order = self._plan(70, product=self._create_plate(0.333, kilo, powder))
        self.assertEqual(round(sum(self._rows(order).mapped("need_qty")), 6), order.move_raw_ids.product_qty)
        steps = self._steps(order)
        self.assertEqual(round(sum(steps.mapped("product_qty")), 6), order.move_raw_ids.product_qty)

    def test_a_third_of_a_dozen_is_called_in_pieces(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._plan(50, product=self._create_plate(0.25, dozen))
        self.assertEqual([quantity for _hour, quantity, _state in self._calls(order)], [75, 75])
        self._assert_need(order, order.move_raw_ids.product_qty)

    def test_parts_of_a_kit_are_called(self):
        nut, kit = self._create_product("Nut"), self._create_product("Fixing")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": nut.id, "product_qty": 4})],
            }
        )
        order = self._plan(50, product=self._create_made("Plate", self.press, component=kit))
        self.assertEqual(sum(self._rows(order, nut).mapped("need_qty")), 200)
        self._assert_need(order, 200, nut)

    def test_odoos_two_steps_are_cut_by_the_hours(self):
        self.warehouse.manufacture_steps = "pbm"
        self.press.mes_line_location_id = False
        self.bench = self.warehouse.pbm_loc_id
        self.bench.mes_call_type_id = self.warehouse.pbm_type_id
        order = self._plan(100)
        self.assertEqual([quantity for _hour, quantity, _state in self._calls(order)], [25] * 4)
        self.assertEqual(self._rows(order).picking_id.picking_type_id, self.warehouse.pbm_type_id)
        self._assert_need(order, 100)
        self.env["change.production.qty"].create({"mo_id": order.id, "product_qty": 150}).change_prod_qty()
        self._assert_need(order, 150)
        self.env["change.production.qty"].create({"mo_id": order.id, "product_qty": 30}).change_prod_qty()
        self._assert_need(order, 30)

    def test_what_is_made_to_order_stays_made_to_order(self):
        mto = self.warehouse.mto_pull_id.route_id
        mto.active = True
        vendor = [Command.create({"partner_id": self.vendor.id, "price": 1})]
        bolt = self._create_product(
            "Bolt", route_ids=[Command.set((mto | self.warehouse.buy_pull_id.route_id).ids)], seller_ids=vendor
        )
        order = self._plan(50, product=self._create_made("Plate", self.press, component=bolt))
        self.assertEqual(set(self._steps(order).mapped("procure_method")), {"make_to_order"})
        lines = self.env["purchase.order.line"].search([("product_id", "=", bolt.id)])
        self.assertEqual(sum(lines.mapped("product_qty")), 50)
        self._assert_need(order, 50)

    def test_a_backorder_takes_its_calls_with_it(self):
        order = self._plan(100)
        for call in self._rows(order)[:2]:
            self._bring(call)
        self._finish(order.with_user(self.worker), 50)
        backorder = order.production_group_id.production_ids - order
        self._tick()
        self.assertEqual(sum(self._steps(backorder).mapped("product_qty")), 50)
        self.assertEqual(self._on_hand(self.blank, self.bench), 0)
        self.assertFalse(self._steps(order) - self._steps(backorder))

    def test_a_finished_order_withdraws_what_is_left(self):
        order = self._plan(50)
        self._finish(order.with_user(self.worker))
        self.assertEqual(order.state, "done")
        steps = order.move_raw_ids.move_orig_ids
        self._tick()
        self.assertEqual(set(steps.exists().mapped("state")) - {"cancel"}, set())
        self.assertFalse(self._rows(order).filtered(lambda call: call.state in ("planned", "called")))

    def test_cards_bring_their_parts_themselves(self):
        self._create_loop(self.blank, self.blank_market, supply_method="buy", location_dest_id=self.bench.id)
        order = self._plan(50)
        self.assertFalse(self._rows(order))
        self.assertFalse(self._steps(order))

    def test_an_order_that_waits_is_not_called(self):
        self.press.mes_wip_cap_jobs = 1
        self._plan(25)
        waiting = self._order(25)
        self._assert_queued(waiting)
        self.assertFalse(self._rows(waiting))
        self._tick()
        self.assertFalse(self._rows(waiting))
        self.assertEqual(self._steps(waiting).mapped("quantity"), [0])

    def test_an_order_without_hours_is_called_when_it_begins(self):
        order = self._order(40)
        self.assertFalse(self._rows(order))
        self._tick()
        self.assertEqual([(quantity, state) for _hour, quantity, state in self._calls(order)], [(40, "called")])
        order.with_user(self.worker).button_plan()
        self.assertEqual([quantity for _hour, quantity, _state in self._calls(order)], [25, 15])
        self._assert_need(order, 40)

    def test_parked_and_taken_up_again(self):
        order = self._plan(50)
        self._rows(order)
        order._mes_park("nobody asks")
        self.assertFalse(self._rows(order))
        self.assertFalse(self._steps(order))
        order.with_user(self.planner).action_mes_resume()
        order.with_user(self.worker).button_plan()
        self._assert_need(order, 50)

    def test_a_lost_part_is_called_again(self):
        order = self._plan(50)
        call = self._rows(order)[0]
        self._bring(call)
        self.env["stock.quant"]._update_available_quantity(self.blank, self.bench, -5)
        self._tick()
        self.assertEqual((call.state, call.done_qty, call.quantity), ("called", 20, 25))
        self._assert_sum_at_line(order)

    def _assert_sum_at_line(self, order):
        there = self._on_hand(self.blank, self.bench)
        self.assertEqual(there + sum(self._steps(order).mapped("product_qty")), 50)

    def test_a_place_in_the_stock_is_refused(self):
        with self.assertRaises(ValidationError):
            self.market.mes_call_type_id = self.call_type
        self.assertTrue(self.bench.mes_call_type_id)

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other works"})
        order = self._plan(25)
        stranger = self.storekeeper.copy({"login": "stranger", "company_ids": [other.id], "company_id": other.id})
        calls = self.Call.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(calls.search([]))
        answer = calls.browse(self._rows(order).id).action_confirm()
        self.assertEqual((answer["status"], self._rows(order).state), ("error", "called"))

    def test_settings_are_on_the_forms(self):
        form = Form(self.bench)
        form.mes_call_horizon = 4
        form.save()
        self.assertEqual(self.bench.mes_call_horizon, 4)
