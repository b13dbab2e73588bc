"""Parts of lots, untracked stock, packages, receipts, orders and what was made of them: held, and given back."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import QualityCommon


class KindCase(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Hold = cls.env["mes.quality.hold"]
        cls.shelf = cls.env["stock.location"].create({"name": "Shelf", "location_id": cls.stock.id})

    def _quarantine(self):
        return self.warehouse._mes_get_quarantine()

    def _receive(self, product, quantity, lot_name=False):
        vendors = self.env.ref("stock.stock_location_suppliers")
        common = {"product_id": product.id, "location_id": vendors.id, "location_dest_id": self.stock.id}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": vendors.id,
                "location_dest_id": self.stock.id,
                "move_line_ids": [
                    Command.create({**common, "quantity": quantity, "lot_name": lot_name, "picked": True})
                ],
            }
        )
        picking.button_validate()
        return picking

    def _produce(self, quantity=1, lot=None, part=None):
        order = self._create_order(quantity)
        raw = order.move_raw_ids.filtered(lambda move: move.product_id == self.axle)
        raw.move_line_ids.lot_id = part or self.lot
        order.qty_producing = quantity
        order.lot_producing_ids = lot or self._create_lot(f"CART-{order.id}", self.cart)
        order.set_qty_producing()
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        return order


@tagged("post_install", "-at_install")
class TestPlacedHolds(KindCase):
    def test_a_part_of_a_lot_goes_into_quarantine_and_the_rest_stays_usable(self):
        hold = self.Hold._create_for_part(self.lot, self.stock, 4, "Dents")
        self.assertEqual((hold.kind, hold.quantity, hold.quarantine_id), ("part", 4, self._quarantine()))
        self.assertEqual(self._on_hand(self.axle, self._quarantine(), self.lot), 4)
        self.assertEqual(self._on_hand(self.axle, self.stock, self.lot), 6)
        self.assertEqual(self.lot.mes_quality_state, "released")
        self.assertEqual(hold.move_ids.mapped("state"), ["done"])

    def test_the_quarantine_is_a_sibling_of_the_stock_in_its_warehouse(self):
        place = self._quarantine()
        self.assertEqual((place.location_id, place.warehouse_id), (self.stock.location_id, self.warehouse))
        self.assertEqual(self._quarantine(), place)

    def test_lifting_brings_a_part_back_to_where_it_was(self):
        self._stock_up(self.axle, 3, self.lot, self.shelf)
        hold = self.Hold._create_for_part(self.lot, self.stock, 12, "Dents")
        self.assertEqual(self._on_hand(self.axle, self._quarantine(), self.lot), 12)
        hold.with_user(self.engineer).action_lift("Straightened")
        self.assertEqual(self._on_hand(self.axle, self._quarantine(), self.lot), 0)
        self.assertEqual(self._on_hand(self.axle, self.shelf, self.lot), 3)
        self.assertEqual(self._on_hand(self.axle, self.stock, self.lot), 13)

    def test_untracked_stock_is_held_though_it_is_reserved_and_the_order_is_told(self):
        picking = self._create_delivery(self.bolt, 80, self.operator)
        self.Hold._create_for_stock(self.bolt, self.stock, 50, "Rust")
        self.assertEqual(self._on_hand(self.bolt), 50)
        self.assertEqual(picking.move_ids.quantity, 50)
        self.assertEqual(picking.activity_ids.user_id, self.operator)
        self.assertIn("30 Units of Bolt are missing", str(picking.activity_ids.note))

    def test_untracked_stock_that_is_left_is_used_but_not_more(self):
        self.Hold._create_for_stock(self.bolt, self.stock, 95, "Rust")
        picking = self._create_delivery(self.bolt, 6, self.operator)
        self.assertEqual(picking.move_ids.quantity, 5)
        picking.move_ids.quantity = 6
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "more than there are"), self.env.cr.savepoint():
            picking.button_validate()
        self.assertEqual(self._on_hand(self.bolt), 5)
        picking.move_ids.quantity = 5
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._on_hand(self.bolt), 0)

    def test_without_frozen_stock_less_than_nothing_stays_odoos_business(self):
        picking = self._create_delivery(self.bolt, 104, self.operator)
        picking.move_ids.write({"quantity": 104, "picked": True})
        picking.button_validate()
        self.assertEqual(self._on_hand(self.bolt), -4)

    def test_more_than_is_there_holds_what_is_there_and_says_so(self):
        hold = self.Hold._create_for_stock(self.bolt, self.stock, 130, "Rust")
        self.assertEqual((hold.quantity, hold.gone_qty), (100, 30))
        with self.assertRaisesRegex(UserError, "nothing of it"):
            self.Hold._create_for_stock(self.bolt, self.stock, 1, "Rust")

    def test_nothing_leaves_quarantine_without_a_decision(self):
        self.Hold._create_for_stock(self.bolt, self.stock, 10, "Rust")
        for place in (self.stock, self.customers):
            vals = {"product_id": self.bolt.id, "product_uom_qty": 3, "location_dest_id": place.id}
            vals["location_id"] = self._quarantine().id
            with self.assertRaisesRegex(UserError, "Rust"), self.env.cr.savepoint():
                self.env["stock.move"].create({**vals, "quantity": 3, "picked": True})._action_done()
        self.assertEqual(self._on_hand(self.bolt, self._quarantine()), 10)

    def test_what_somebody_brings_into_quarantine_is_held(self):
        picking = self._create_delivery(self.bolt, 7)
        picking.location_dest_id = self._quarantine()
        picking.move_ids.location_dest_id = self._quarantine()
        picking.move_line_ids.location_dest_id = self._quarantine()
        picking.with_user(self.operator).button_validate()
        hold = self.Hold.search([("product_id", "=", self.bolt.id)])
        self.assertEqual((hold.kind, hold.quantity, hold.held_by_id), ("stock", 7, self.operator))
        hold._lift("Was a mistake")
        self.assertEqual(self._on_hand(self.bolt), 100)

    def test_what_the_reason_allows_is_booked_on_the_hold(self):
        hold = self.Hold._create_for_stock(self.bolt, self.stock, 10, "Damaged")
        scrap = {"product_id": self.bolt.id, "scrap_qty": 4, "location_id": self._quarantine().id}
        self.env["stock.scrap"].with_user(self.operator).create(scrap).do_scrap()
        self.assertEqual((hold.used_qty, hold.open_qty, hold.state), (4, 6, "active"))
        self.env["stock.scrap"].create({**scrap, "scrap_qty": 6}).do_scrap()
        self.assertEqual((hold.open_qty, hold.state), (0, "lifted"))

    def test_a_package_is_held_as_it_is(self):
        package = self.env["stock.package"].create({"name": "PALLET"})
        self.lot.quant_ids.move_quants(package_dest_id=package)
        hold = self.Hold.with_user(self.inspector).create({"package_id": package.id, "reason": "Wet"})
        self.assertEqual((hold.kind, hold.child_ids.quantity), ("package", 10))
        self.assertEqual(package.location_id, self._quarantine())
        hold.with_user(self.engineer).action_lift("Dried")
        self.assertEqual((package.location_id, hold.child_ids.state), (self.stock, "lifted"))


@tagged("post_install", "-at_install")
class TestGroupHolds(KindCase):
    def test_a_receipt_is_held_with_all_that_came(self):
        picking = self._receive(self.axle, 5, "C-MAY")
        hold = self.Hold.with_user(self.inspector).create({"picking_id": picking.id, "reason": "Wrong steel"})
        lot = picking.move_line_ids.lot_id
        self.assertEqual((hold.kind, hold.child_ids.lot_id, lot.mes_quality_state), ("receipt", lot, "held"))
        hold.with_user(self.engineer).action_lift("Right steel")
        self.assertEqual((lot.mes_quality_state, hold.child_ids.state), ("released", "lifted"))

    def test_of_an_untracked_receipt_is_held_what_is_still_there_and_the_rest_is_named(self):
        bolt = self._create_product("Long Bolt")
        picking = self._receive(bolt, 40)
        self._stock_up(bolt, -15)
        hold = self.Hold._create_for_receipts(picking, "Wrong steel")
        self.assertEqual((hold.child_ids.quantity, hold.gone_qty), (25, 15))
        self.assertEqual(self._on_hand(bolt, self._quarantine()), 25)

    def test_an_order_is_held_with_what_it_made(self):
        order = self._produce()
        hold = self.Hold._create_for_productions(order, "Welds")
        self.assertEqual(hold.child_ids.lot_id, order.lot_producing_ids)
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "held")

    def test_an_order_that_is_held_while_it_runs_delivers_held_goods(self):
        order = self._create_order()
        self.Hold._create_for_productions(order, "Welds")
        lot = self._create_lot("CART-LATE", self.cart)
        order.write({"qty_producing": 1, "lot_producing_ids": [Command.set(lot.ids)]})
        order.set_qty_producing()
        order.with_user(self.operator).button_mark_done()
        self.assertEqual((order.state, lot.mes_quality_state), ("done", "held"))

    def test_a_group_without_anything_is_refused(self):
        picking = self.env["stock.picking"].create({"picking_type_id": self.warehouse.in_type_id.id})
        with self.assertRaisesRegex(UserError, "Nothing came by"):
            self.Hold._create_for_receipts(picking, "Wrong steel")
        with self.assertRaisesRegex(UserError, "Say what is held"):
            self.Hold.create({"reason": "Nothing"})


@tagged("post_install", "-at_install")
class TestDescendants(KindCase):
    def test_all_that_was_made_of_it_is_held_over_all_levels(self):
        cart = self._produce().lot_producing_ids
        truck = self._create_product("Truck", tracking="lot")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": truck.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.cart.id, "product_qty": 1})],
            }
        )
        order = self.env["mrp.production"].create({"product_id": truck.id, "product_qty": 1})
        order.action_confirm()
        order.action_assign()
        order.write({"qty_producing": 1, "lot_producing_ids": self._create_lot("TRUCK", truck).ids})
        order.set_qty_producing()
        order.button_mark_done()
        hold = self.lot.action_mes_hold("Cracks", with_descendants=True)
        self.assertEqual(hold.child_ids.lot_id, cart | order.lot_producing_ids)
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "held")
        self.assertIn("A-MARCH", hold.child_ids[0].reason)

    def test_without_the_wish_only_the_lot_is_held(self):
        cart = self._produce().lot_producing_ids
        self.lot.action_mes_hold("Cracks")
        self.assertEqual(cart.mes_quality_state, "released")

    def test_what_is_made_of_it_where_that_is_allowed_is_held_with_the_cause(self):
        reason = self.env["mes.quality.reason"].create({"name": "Use up", "allow_issue": True})
        hold = self.lot.action_mes_hold("Scratches", reason_id=reason.id)
        order = self._produce()
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "held")
        self.assertEqual(hold.child_ids.lot_id, order.lot_producing_ids)

    def test_what_is_made_of_other_lots_is_not_held(self):
        self.lot.action_mes_hold("Cracks")
        order = self._produce(part=self.other_lot)
        self.assertEqual(order.lot_producing_ids.mes_quality_state, "released")

    def test_parts_that_come_out_of_a_held_product_are_held_by_the_piece(self):
        order = self._produce(part=self.other_lot)
        reason = self.env["mes.quality.reason"].create({"name": "Take apart", "allow_issue": True})
        order.lot_producing_ids.action_mes_hold("Welds", reason_id=reason.id)
        vals = {"product_id": self.cart.id, "mo_id": order.id, "bom_id": self.bom.id, "product_qty": 1}
        self.env["mrp.unbuild"].create({**vals, "lot_id": order.lot_producing_ids.id}).action_unbuild()
        place = self._quarantine()
        self.assertEqual(self._on_hand(self.axle, place, self.other_lot), 2)
        self.assertEqual(self._on_hand(self.bolt, place), 4)
        self.assertEqual(self.other_lot.mes_quality_state, "released")


@tagged("post_install", "-at_install")
class TestFreezingWins(KindCase):
    def test_a_delivery_gets_other_stock_at_once_and_its_owner_is_told(self):
        picking = self._create_delivery(self.axle, 6, self.operator)
        picking.move_line_ids.lot_id = self.lot
        self.lot.action_mes_hold("Cracks")
        self.assertEqual(picking.move_line_ids.lot_id, self.other_lot)
        self.assertEqual((picking.state, picking.move_ids.quantity), ("assigned", 6))
        activity = picking.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.operator))
        self.assertIn("6 Units of A-MARCH were reserved here", str(activity.note))
        self.assertIn("Other stock of Axle is reserved", str(activity.note))
        self.assertTrue(picking.message_ids.filtered(lambda message: "A-MARCH" in str(message.body)))

    def test_picked_goods_are_called_back(self):
        picking = self._create_delivery(self.axle, 12, self.operator)
        self.assertEqual(picking.move_line_ids.lot_id, self.lot | self.other_lot)
        picking.move_ids.picked = True
        self.lot.action_mes_hold("Cracks")
        self.assertIn("bring them back", str(picking.activity_ids.note))
        self.assertIn("2 Units of Axle are missing", str(picking.activity_ids.note))
        self.assertFalse(picking.move_ids.picked)

    def test_an_order_in_progress_takes_other_parts(self):
        order = self._create_order(2, self.operator)
        raw = order.move_raw_ids.filtered(lambda move: move.product_id == self.axle)
        raw.move_line_ids.lot_id = self.lot
        order.qty_producing = 2
        order.set_qty_producing()
        self.lot.action_mes_hold("Cracks")
        self.assertEqual((raw.move_line_ids.lot_id, raw.quantity, raw.picked), (self.other_lot, 4, True))
        self.assertEqual(order.activity_ids.user_id, self.operator)

    def test_a_use_that_the_reason_allows_keeps_its_reservation(self):
        picking = self._create_delivery(self.axle, 6, self.operator)
        picking.move_line_ids.lot_id = self.lot
        reason = self.env["mes.quality.reason"].create({"name": "May go out", "allow_ship": True})
        self.lot.action_mes_hold("Scratches", reason_id=reason.id)
        self.assertEqual(picking.move_line_ids.lot_id, self.lot)
        picking.button_validate()
        self.assertEqual(self._on_hand(self.axle, lot=self.lot), 4)

    def test_stock_of_another_company_is_frozen_with_its_lot(self):
        company = self.env["res.company"].create({"name": "Sister"})
        place = self.env["stock.warehouse"].search([("company_id", "=", company.id)]).lot_stock_id
        self._stock_up(self.axle, 5, self.lot, place)
        self.lot.action_mes_hold("Cracks")
        self.assertEqual(set(self.lot.quant_ids.mapped("mes_is_frozen")), {True})


@tagged("post_install", "-at_install")
class TestThingsThatStay(KindCase):
    def test_a_quarantine_with_stock_stays_one(self):
        self.Hold._create_for_stock(self.bolt, self.stock, 10, "Rust")
        place = self._quarantine()
        for vals in (
            {"mes_is_quarantine": False},
            {"active": False},
            {"usage": "customer"},
            {"location_id": self.stock.id},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "it stays one"):
                place.write(vals)

    def test_a_place_with_stock_does_not_become_one(self):
        with self.assertRaisesRegex(UserError, "has stock in it"):
            self.stock.mes_is_quarantine = True
        self.shelf.mes_is_quarantine = True
        box = self.env["stock.location"].create({"name": "Box", "location_id": self.shelf.id})
        self.assertTrue(box.mes_is_quarantine)

    def test_a_product_with_held_stock_stays_tracked(self):
        self.lot.action_mes_hold("Cracks")
        for vals in ({"tracking": "none"}, {"is_storable": False}):
            with self.assertRaisesRegex(UserError, "tracked and stored"):
                self.axle.write(vals)

    def test_a_lot_with_a_held_part_keeps_its_number(self):
        self.Hold._create_for_part(self.lot, self.stock, 4, "Dents")
        with self.assertRaisesRegex(UserError, "is held"):
            self.lot.name = "A-CLEAN"
        self.other_lot.name = "B-MAY"


@tagged("post_install", "-at_install")
class TestHoldScreens(KindCase):
    def _wizard(self, records, **vals):
        Wizard = self.env["mes.quality.hold.wizard"].with_user(self.inspector)
        return Wizard.with_context(active_model=records._name, active_ids=records.ids).create(
            {"reason": "Dents", **vals}
        )

    def test_lots_are_held_from_their_screen(self):
        action = self._wizard(self.lot | self.other_lot, level="rejected").action_hold()
        self.assertEqual(self.Hold.search(action["domain"]).lot_id, self.lot | self.other_lot)
        self.assertEqual(self.other_lot.mes_quality_state, "rejected")

    def test_some_pieces_of_a_lot_or_of_a_row_of_stock_go_into_quarantine(self):
        hold = self.Hold.browse(self._wizard(self.lot, quantity=3).action_hold()["res_id"])
        self.assertEqual((hold.kind, hold.quantity), ("part", 3))
        quant = self.env["stock.quant"].search([("product_id", "=", self.bolt.id), ("location_id", "=", self.stock.id)])
        hold = self.Hold.browse(self._wizard(quant, quantity=8).action_hold()["res_id"])
        self.assertEqual((hold.kind, hold.quantity, hold.location_id), ("stock", 8, self.stock))

    def test_engineers_lift_from_the_lot_with_all_that_was_held_with_it(self):
        cart = self._produce().lot_producing_ids
        self.lot.with_user(self.inspector).action_mes_hold("Cracks", with_descendants=True)
        context = self.lot.action_mes_open_lift()["context"]
        wizard = self.env["mes.quality.lift.wizard"].with_user(self.engineer).with_context(**context)
        wizard = wizard.create({"reason": "Measured again", "with_descendants": True})
        self.assertTrue(wizard.has_descendants)
        wizard.action_lift()
        self.assertEqual((self.lot.mes_quality_state, cart.mes_quality_state), ("released", "released"))
