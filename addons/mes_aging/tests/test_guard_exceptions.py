"""What the purchase guard lets through beyond the need, and why."""

from odoo.tests import tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardExceptions(GuardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.resistor.seller_ids

    def assertDecision(self, quantity, decision, text=None):
        line = self._buy(quantity).order_line
        self.assertEqual(line.mes_guard_state, decision)
        if text:
            self.assertIn(text, line.mes_guard_message)
        line.order_id.button_cancel()

    def test_the_vendor_s_minimum_is_warned_of_only(self):
        self.seller.min_qty = 1200
        self.assertDecision(1000, "free")
        self.assertDecision(1200, "warn", "minimum")
        self.assertDecision(1201, "stop")

    def test_the_minimum_is_no_reason_when_nothing_is_missing(self):
        self.seller.min_qty = 1200
        self._receive(self.resistor, 1000)
        self.assertDecision(1200, "stop")

    def test_the_next_price_break_is_warned_of_only(self):
        vals = {"partner_id": self.vendor.id, "product_tmpl_id": self.resistor.product_tmpl_id.id}
        self.env["product.supplierinfo"].create([{**vals, "min_qty": 1100, "price": 1.5}])
        self.env["product.supplierinfo"].create([{**vals, "min_qty": 5000, "price": 1}])
        self.assertDecision(1100, "warn", "price break")
        self.assertDecision(1101, "stop")
        self.assertDecision(5000, "stop")

    def test_a_break_that_is_not_cheaper_is_none(self):
        vals = {"partner_id": self.vendor.id, "product_tmpl_id": self.resistor.product_tmpl_id.id}
        self.env["product.supplierinfo"].create([{**vals, "min_qty": 1100, "price": 2}])
        self.assertDecision(1100, "stop")

    def test_packaging_is_rounded_up(self):
        self.seller.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertDecision(84, "warn", "packaging")  # dozens, of 83.3 that are needed
        self.assertDecision(85, "stop")

    def test_another_vendor_s_minimum_is_no_reason(self):
        vals = {"partner_id": self.customer.id, "product_tmpl_id": self.resistor.product_tmpl_id.id, "min_qty": 1200}
        self.env["product.supplierinfo"].create(vals)
        self.assertDecision(1200, "stop")

    def test_made_to_order_up_to_what_waits_for_it(self):
        order = self._make_to_order(70, 60)  # needed after the horizon
        line = order.order_line
        self.assertEqual((line.product_qty, line.mes_guard_state), (70, "free"))
        line.product_qty = 71
        line.invalidate_recordset()
        self.assertEqual((line.mes_guard_state, line.mes_excess_qty), ("stop", 1))

    def _make_to_order(self, quantity, days):
        """Return the quotation that a make-to-order delivery of a product beyond all limits made."""
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        buy = self.warehouse.buy_pull_id.route_id
        product = self._create_product("Special", route_ids=[(6, 0, (route | buy).ids)])
        product.seller_ids = [(0, 0, {"partner_id": self.vendor.id, "price": 2})]
        self.policy.copy({"product_id": product.id})
        self._need(product, quantity, days, procure_method="make_to_order", warehouse_id=self.warehouse.id)
        return self.env["purchase.order.line"].search([("product_id", "=", product.id)]).order_id

    def test_services_and_consumables_are_free(self):
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        glue = self.env["product.product"].create({"name": "Glue", "is_storable": False})
        order = self._buy(5000, service)
        order.order_line = [self._line(5000, glue)]
        self.assertEqual(order.order_line.mapped("mes_guard_state"), ["free", "free"])
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_sections_down_payments_and_returns_are_free(self):
        order = self._buy(-5)
        order.order_line = [
            (0, 0, {"display_type": "line_section", "name": "Parts", "product_qty": 0}),
            (0, 0, {"name": "Down", "is_downpayment": True, "product_qty": 0, "price_unit": 5}),
        ]
        self.assertEqual(set(order.order_line.mapped("mes_guard_state")), {"free"})

    def test_what_goes_to_the_customer_directly_is_free(self):
        direct = self.incoming.copy({"name": "Direct", "default_location_dest_id": self.customers.id})
        order = self._buy(9000, picking_type_id=direct.id, dest_address_id=self.customer.id)
        self.assertEqual(order.order_line.mes_guard_state, "free")

    def test_a_subcontractor_makes_it_of_our_parts(self):
        if "subcontractor_ids" not in self.env["mrp.bom"]._fields:
            self.skipTest("subcontracting is not installed")
        vals = {"product_tmpl_id": self.resistor.product_tmpl_id.id, "type": "subcontract"}
        self.env["mrp.bom"].create({**vals, "subcontractor_ids": self.vendor.ids})
        self.assertDecision(9000, "free")

    def test_a_kit_is_judged_by_its_worst_part(self):
        screw, kit = self._create_product("Screw"), self._create_product("Kit")
        self._need(screw, 5000, 5)
        lines = [(0, 0, {"product_id": part.id, "product_qty": 2}) for part in (screw, self.resistor)]
        vals = {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": lines}
        self.env["mrp.bom"].create(vals)
        order = self._buy(500, kit)
        self.assertEqual(order.order_line.mes_guard_state, "free")
        order.order_line = [self._line(1, kit)]
        self.assertEqual(order.order_line.mapped("mes_guard_state"), ["stop", "stop"], "two lines are one purchase")
        order.order_line[1].unlink()
        order.order_line.product_qty = 501
        line = order.order_line
        self.assertEqual((line.mes_guard_state, line.mes_excess_qty), ("stop", 2))
        self.assertIn("Resistor: ", line.mes_guard_message)
        order.button_confirm()
        self.assertStopped(order)
        order.with_user(self.manager).action_mes_override("Agreed")
        self.assertEqual((order.state, order.sudo().mes_override_ids.product_id), ("purchase", self.resistor))
        self.refuse("confirmed order", line.write, {"product_qty": 502})
