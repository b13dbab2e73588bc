"""Back to the vendor: his terms decide, the receipt's own price counts, cancelled returns give everything back."""

from odoo.fields import Command
from odoo.tests import tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearanceVendor(ClearanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screw = cls._create_product("Screw", standard_price=5)
        cls.terms = cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.vendor.id,
                "product_tmpl_id": cls.screw.product_tmpl_id.id,
                "price": 5,
                "mes_return_days": 30,
                "mes_return_fee": 10,
            }
        )
        cls.order = cls._buy(cls.screw, 100)

    @classmethod
    def _buy(cls, product, quantity, bill=True):
        """Return a purchase order that is received and billed."""
        line = {"product_id": product.id, "product_qty": quantity, "price_unit": 5, "tax_ids": [Command.clear()]}
        order = cls.env["purchase.order"].create({"partner_id": cls.vendor.id, "order_line": [Command.create(line)]})
        order.button_confirm()
        order.picking_ids.move_ids.quantity = quantity
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        if bill:
            order.action_create_invoice()
            order.invoice_ids.write({"invoice_date": order.date_order, "ref": "B1"})
            order.invoice_ids.action_post()
        return order

    def _return(self, quantity=40, **more):
        case = self._open_case(self.screw, quantity)
        return case, self._plan(case, "vendor_return", quantity, is_unopened=True, **more)

    def test_the_estimate_counts_price_and_fee(self):
        case = self._open_case(self.screw, 40)
        found = case.proposal_ids.filtered(lambda one: one.route == "vendor_return")
        self.assertTrue(found.is_eligible)
        self.assertEqual((found.quantity, found.recovered_value, found.cost_value), (40, 200, 20))

    def test_a_return_makes_picking_and_credit_note_of_the_receipt(self):
        case, line = self._return()
        case.action_execute()
        picking = line.sudo().move_ids.picking_id
        credit = line.sudo().credit_id
        self.assertEqual((line.state, picking.state, credit.move_type), ("open", "assigned", "in_refund"))
        self.assertEqual(credit.amount_untaxed, 180)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual((line.state, case.state), ("done", "done"))
        self.assertEqual((case.cleared_qty, case.recovered_value, case.cost_value, case.net_value), (40, 200, 20, 180))
        self.assertEqual(self.order.order_line.qty_received, 60)

    def test_a_cancelled_return_gives_the_quantity_back_and_drops_the_credit(self):
        case, line = self._return()
        case.action_execute()
        line.sudo().move_ids.picking_id.action_cancel()
        self.assertEqual((line.state, case.state, case.left_qty), ("draft", "open", 40))
        self.assertFalse(line.sudo().credit_id)
        case.action_execute()
        self.assertEqual(line.state, "open")
        self.assertEqual(len(line.sudo().move_ids.filtered(lambda move: move.state == "assigned")), 1)

    def test_executed_twice_makes_one_return(self):
        case, line = self._return()
        case.action_execute()
        case.action_execute()
        self.assertEqual(len(line.sudo().move_ids), 1)

    def test_the_window_is_kept_to_the_day(self):
        move = self.order.picking_ids.move_ids
        self.env.cr.execute("UPDATE stock_move SET date = now() - interval '30 days' WHERE id = %s", [move.id])
        move.invalidate_recordset()
        case, _line = self._return()
        case.action_execute()
        other = self._open_case(self.screw, 10)
        late = self._plan(other, "vendor_return", 10, is_unopened=True)
        self.env.cr.execute("UPDATE stock_move SET date = now() - interval '31 days' WHERE id = %s", [move.id])
        move.invalidate_recordset()
        with self._refused("31 days ago; goods go back within 30 days"):
            late.action_execute()
        self.assertFalse(late.sudo().move_ids)

    def test_opened_goods_and_custom_parts_without_a_price_stay(self):
        case = self._open_case(self.screw, 10)
        line = self._plan(case, "vendor_return", 10)
        with self._refused("unopened goods only"):
            line.action_execute()
        line.is_unopened = True
        self.terms.mes_is_custom = True
        with self._refused("made for us"):
            line.action_execute()
        line.price_unit = 3
        line.action_execute()
        self.assertEqual((line.state, line.sudo().credit_id.amount_untaxed), ("open", 27))

    def test_not_more_goes_back_than_came(self):
        self._put(self.screw, 50)  # from another source
        case = self._open_case(self.screw, 150)
        found = case.proposal_ids.filtered(lambda one: one.route == "vendor_return")
        self.assertEqual(found.quantity, 100)
        line = self._plan(case, "vendor_return", 101, is_unopened=True)
        with self._refused("can take back 100 Units"):
            line.action_execute()

    def test_what_no_vendor_sold_is_not_taken_back(self):
        case = self._open_case(self.resistor, 10)
        found = case.proposal_ids.filtered(lambda one: one.route == "vendor_return")
        self.assertFalse(found.is_eligible)
        self.assertIn("No receipt", found.why)

    def test_an_exchange_orders_what_comes_instead_for_the_credit(self):
        self.terms.copy({"product_tmpl_id": self.board.product_tmpl_id.id, "product_id": self.board.id, "price": 20})
        case = self._open_case(self.screw, 40)
        line = self._plan(case, "vendor_exchange", 40, is_unopened=True, target_product_id=self.board.id, price_unit=5)
        case.action_execute()
        order = line.sudo().exchange_id
        self.assertEqual((order.partner_id, order.order_line.product_qty), (self.vendor, 9))  # 180 / 20
        line.sudo().move_ids.picking_id.action_cancel()
        self.assertEqual(order.state, "cancel")
