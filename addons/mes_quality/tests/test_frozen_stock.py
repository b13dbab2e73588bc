"""Frozen stock is never chosen, and nobody writes it without a transfer."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..const import CHECKED
from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestFrozenStock(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {"name": "Quarantine", "location_id": cls.warehouse.view_location_id.id, "mes_is_quarantine": True}
        )
        cls.quant = cls.lot.quant_ids.filtered(lambda quant: quant.location_id == cls.stock)

    def _freeze(self, lot=None, state="held"):
        (lot or self.lot).with_context(mes_quality_checked=CHECKED).mes_quality_state = state
        self.env.flush_all()

    def _rows(self, product=None):
        domain = [("product_id", "=", (product or self.axle).id), ("location_id", "child_of", self.stock.id)]
        quants = self.env["stock.quant"].search(domain, order="lot_id, id")
        return [(quant.lot_id.name, quant.quantity, quant.reserved_quantity) for quant in quants]

    # -- selection ----------------------------------------------------------------------------------------------

    def test_a_delivery_gets_only_what_is_not_frozen(self):
        self._freeze()
        picking = self._create_delivery(self.axle, 15, self.operator)
        self.assertEqual(picking.move_line_ids.lot_id, self.other_lot)
        self.assertEqual(picking.move_ids.quantity, 10)
        self.assertEqual(self._rows(), [("A-MARCH", 10, 0), ("B-APRIL", 10, 10)])

    def test_an_order_gets_only_what_is_not_frozen(self):
        self._freeze(state="inspection")
        order = self._create_order(6, self.operator)
        self.assertEqual(order.move_raw_ids.move_line_ids.filtered("lot_id").lot_id, self.other_lot)
        self.assertEqual(order.move_raw_ids.filtered(lambda move: move.product_id == self.axle).quantity, 10)

    def test_a_typed_quantity_takes_no_frozen_lot(self):
        self._freeze()
        picking = self._create_delivery(self.axle, 2, self.operator)
        picking.move_ids.quantity = 12
        self.assertNotIn(self.lot, picking.move_line_ids.lot_id)

    def test_quarantine_below_stock_is_not_reserved(self):
        shelf = self.env["stock.location"].create(
            {"name": "Red shelf", "location_id": self.stock.id, "mes_is_quarantine": True}
        )
        self._stock_up(self.bolt, 50, place=shelf)
        picking = self._create_delivery(self.bolt, 120)
        self.assertEqual(picking.move_ids.quantity, 100)

    def test_what_is_available_leaves_out_frozen_stock(self):
        Quant = self.env["stock.quant"]
        self._freeze()
        self.assertEqual(Quant._get_available_quantity(self.axle, self.stock), 10)
        self.assertEqual(Quant._get_available_quantity(self.axle, self.stock, lot_id=self.lot, strict=True), 0)
        self.assertEqual(self.quant.available_quantity, 0)
        domain = [("product_id", "=", self.axle.id), ("location_id", "=", self.stock.id)]
        self.assertEqual(Quant._read_group(domain, [], ["available_quantity:sum"]), [(10,)])

    def test_a_reservation_is_taken_back_from_its_own_row_after_the_freeze(self):
        self._freeze(self.other_lot)
        picking = self._create_delivery(self.axle, 5)
        self._freeze()
        picking.move_ids.move_line_ids.unlink()
        self.assertEqual(self._rows(), [("A-MARCH", 10, 0), ("B-APRIL", 10, 0)])

    def test_a_count_finds_the_frozen_row_and_makes_no_second_one(self):
        self._freeze()
        Quant = self.env["stock.quant"].with_context(inventory_mode=True)
        vals = {"product_id": self.axle.id, "location_id": self.stock.id, "lot_id": self.lot.id}
        self.assertEqual(Quant.create({**vals, "inventory_quantity": 15}), self.quant)
        self.assertEqual(len(self._rows()), 2)

    def test_a_forged_sign_does_not_reach_the_write_path(self):
        picking = self._create_delivery(self.axle, 10, self.operator)
        self.assertEqual(picking.move_line_ids.lot_id, self.lot)
        self._freeze(self.other_lot)
        picking.with_context(mes_usable_only=True, mes_quality_checked=True).button_validate()
        self.assertEqual([row for row in self._rows() if row[1]], [("B-APRIL", 10, 0)])

    # -- direct writes ------------------------------------------------------------------------------------------

    def test_nobody_writes_a_frozen_row(self):
        self._freeze()
        for user in (self.operator, self.manager, self.env.user, self.env.ref("base.user_root")):
            for vals in ({"quantity": 1}, {"reserved_quantity": 1}, {"in_date": "2020-01-01"}, {"owner_id": 1}):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(UserError):
                    self.quant.with_user(user).sudo().with_context(mes_quality_checked=True).write(vals)
        self.assertEqual(self._rows(), [("A-MARCH", 10, 0), ("B-APRIL", 10, 0)])

    def test_no_row_is_written_into_frozen_stock(self):
        self._freeze()
        good = self.other_lot.quant_ids.sudo()
        for vals in ({"lot_id": self.lot.id}, {"location_id": self.quarantine.id}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                good.write(vals)
            with self.subTest(created=vals), self.assertRaises(UserError):
                key = {"product_id": self.axle.id, "location_id": self.stock.id, "quantity": 1}
                good.create({**key, **vals})
        self.assertEqual(self._rows(), [("A-MARCH", 10, 0), ("B-APRIL", 10, 0)])

    def test_rows_that_are_not_frozen_stay_as_free_as_in_odoo(self):
        quant = self.quant.with_user(self.operator)
        quant.quantity = 7
        self.assertEqual(self.quant.quantity, 7)
        with self.assertRaises(UserError):
            quant.mes_is_frozen = True
        with self.assertRaises(UserError):
            quant.create({"product_id": self.bolt.id, "location_id": self.stock.id, "mes_is_frozen": True})

    def test_an_import_changes_no_frozen_quantity(self):
        self._freeze()
        Quant = self.env["stock.quant"].with_user(self.operator)
        columns = ["product_id/.id", "location_id/.id", "lot_id/.id", "quantity"]
        row = [str(self.axle.id), str(self.stock.id), str(self.lot.id), "3"]
        result = Quant.load(columns, [row])
        self.assertFalse(result["ids"])
        self.assertIn("frozen", result["messages"][0]["message"])
        self.assertEqual(self._rows(), [("A-MARCH", 10, 0), ("B-APRIL", 10, 0)])

    def test_a_frozen_row_is_not_deleted(self):
        self._freeze()
        with self.assertRaises(UserError):
            self.quant.sudo().unlink()
        self.assertTrue(self.quant.exists())

    def test_the_engine_moves_frozen_stock(self):
        self._freeze()
        self._stock_up(self.axle, 5, self.lot)
        self._stock_up(self.bolt, 5, place=self.quarantine)
        self.assertEqual(self.quant.quantity, 15)
        self.assertEqual(self._on_hand(self.bolt, self.quarantine), 5)
