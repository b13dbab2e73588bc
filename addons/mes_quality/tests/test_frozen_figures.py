"""Free, forecast, promised and reordering figures leave out what is frozen; its replacement is ordered at once."""

from odoo import Command, fields
from odoo.tests import tagged

from ..const import CHECKED
from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestFrozenFigures(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rack = cls.env["stock.location"].create({"name": "Rack", "location_id": cls.stock.id})

    def _freeze(self, lot=None, state="held"):
        lot = lot or self.lot
        lot.with_context(mes_quality_checked=CHECKED).mes_quality_state = state
        self.env.flush_all()
        react = "_mes_on_released" if state == "released" else "_mes_on_frozen"
        getattr(self.env["stock.quant"], react)(lot.product_id, lot.quant_ids.location_id)
        self.env.invalidate_all()

    def _figures(self, product, **context):
        product = product.with_context(**context)
        return product.qty_available, product.free_qty, product.virtual_available

    def _create_rule(self, product, trigger="auto", **vals):
        key = {"product_id": product.id, "location_id": self.stock.id, "trigger": trigger}
        return self.env["stock.warehouse.orderpoint"].create(
            {**key, "product_min_qty": 15, "product_max_qty": 20, **vals}
        )

    def _ordered(self, product):
        return sum(self.env["purchase.order.line"].search([("product_id", "=", product.id)]).mapped("product_qty"))

    def test_products_with_and_without_frozen_stock(self):
        self._create_delivery(self.axle, 4)
        self._freeze(self.other_lot)
        self.assertEqual(self._figures(self.axle), (20, 6, 6))
        self.assertEqual(self._figures(self.bolt), (100, 100, 100))
        self.assertEqual(self._figures(self.axle, location=self.rack.id), (0, 0, 0))
        self.assertEqual(self._figures(self.axle, lot_id=self.lot.id), (10, 6, 6))
        self.assertEqual(self._figures(self.axle, lot_id=self.other_lot.id)[:2], (10, 0))
        self._freeze(self.other_lot, "released")
        self.assertEqual(self._figures(self.axle), (20, 16, 16))

    def test_frozen_stock_that_a_transfer_has_reserved_is_counted_once(self):
        self._create_delivery(self.axle, 4)
        self._freeze()  # without breaking the reservation, as a disposition would reserve
        self.assertEqual(self._figures(self.axle), (20, 10, 10))

    def test_a_kit_promises_what_its_usable_parts_make(self):
        kit = self._create_product("Axle pair", is_storable=False)
        line = Command.create({"product_id": self.axle.id, "product_qty": 2})
        self.env["mrp.bom"].create(
            {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": [line]}
        )
        self._freeze()
        self.assertEqual(self._figures(kit)[1:], (5, 5))

    def test_a_late_line_gets_no_frozen_stock_either(self):
        self._freeze()
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.assertEqual(self._figures(self.axle, to_date=yesterday), (20, 10, 10))

    def test_a_sales_line_promises_no_frozen_stock(self):
        self._freeze()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.axle.id, "product_uom_qty": 15})],
            }
        )
        line = order.order_line
        self.assertEqual((line.free_qty_today, line.virtual_available_at_date), (10, 10))
        order.action_confirm()
        self.assertFalse(line.move_ids.forecast_expected_date)
        self.assertLess(line.move_ids.forecast_availability, 15)

    def test_the_forecast_report_fills_no_demand_from_quarantine(self):
        quarantine = self.env["stock.location"].create(
            {"name": "Quarantine", "location_id": self.warehouse.view_location_id.id, "mes_is_quarantine": True}
        )
        self._stock_up(self.bolt, 500, place=quarantine)
        self._create_delivery(self.bolt, 150)
        report = self.env["stock.forecasted_product_product"]
        lines = report._get_report_data(product_ids=self.bolt.ids)["lines"]
        found = [(line["quantity"], line["replenishment_filled"]) for line in lines]
        self.assertEqual(found, [(100, True), (50, False)])

    def test_the_forecast_graph_is_without_frozen_stock_from_today(self):
        self._freeze()
        domain = [("product_id", "=", self.axle.id), ("state", "=", "forecast"), ("date", ">=", fields.Date.today())]
        rows = self.env["report.stock.quantity"]._read_group(domain, ["date:day"], ["product_qty:sum"])
        self.assertEqual({quantity for _date, quantity in rows}, {10})

    def test_components_of_an_order_are_not_available_from_frozen_stock(self):
        order = self._create_order(10)
        self.assertEqual(order.components_availability_state, "available")
        order.do_unreserve()
        self._freeze()
        self.assertEqual(order.components_availability_state, "unavailable")

    # -- reordering ---------------------------------------------------------------------------------------------

    def test_an_automatic_rule_orders_the_replacement_at_once(self):
        rule = self._create_rule(self.axle)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (20, 0))
        self._freeze()
        self.assertEqual(self._ordered(self.axle), 10)
        self._freeze(self.other_lot)
        self.assertEqual(self._ordered(self.axle), 20)
        self.assertEqual(rule.qty_to_order, 0)

    def test_a_lifted_freeze_brings_the_figures_back(self):
        rule = self._create_rule(self.axle, "manual")
        self._freeze()
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (10, 10))
        self.assertEqual(self._ordered(self.axle), 0)
        self._freeze(state="released")
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (20, 0))

    def test_who_waits_gets_what_is_freed(self):
        self._freeze()
        picking = self._create_delivery(self.axle, 15)
        self.assertEqual(picking.move_ids.quantity, 10)
        self._freeze(state="released")
        self.assertEqual((picking.state, picking.move_ids.quantity), ("assigned", 15))

    def test_a_rule_that_cannot_order_stops_no_freeze(self):
        self.axle.seller_ids.unlink()
        self.axle.route_ids = False
        self._create_rule(self.axle)
        self._freeze()
        self.assertEqual(self.lot.mes_quality_state, "held")
        self.assertTrue(self.axle.product_tmpl_id.activity_ids)

    def test_the_replenishment_list_suggests_what_frozen_stock_leaves_short(self):
        self._create_delivery(self.axle, 18).do_unreserve()
        self._freeze()
        action = self.env["stock.warehouse.orderpoint"].action_open_orderpoints()
        rule = self.env["stock.warehouse.orderpoint"].search([("product_id", "=", self.axle.id)])
        self.assertEqual(rule.qty_to_order, 8)
        self.assertNotIn("mes_usable_only", action["context"])

    def test_make_to_stock_else_order_does_not_take_frozen_stock(self):
        rule = self.warehouse.delivery_route_id.rule_ids[:1]
        rule.procure_method = "mts_else_mto"
        move = self.env["stock.move"].create(
            {
                "product_id": self.axle.id,
                "product_uom_qty": 15,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "rule_id": rule.id,
            }
        )
        self.assertEqual(move._prepare_procurement_qty(), [0])
        self._freeze()
        self.assertEqual(move._prepare_procurement_qty(), [5])
