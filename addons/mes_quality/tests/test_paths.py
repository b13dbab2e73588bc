"""No way leads around a freeze: every one of `paths.py`, as operator, as manager and as superuser."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from . import paths
from .common import QualityCommon

# Our own words; relocating asks operators for a role already.
OURS = "frozen|is held|quarantine|not allowed to create 'Stock Quantity"


class Undo(Exception):
    """Ends a try, so that the next one finds everything as it was."""


class PathCase(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lots = cls.env.ref("stock.group_production_lot")  # or no screen shows them
        cls.env.ref("base.group_user").implied_ids = [Command.link(lots.id)]
        groups = "stock.group_stock_manager,mrp.group_mrp_manager,mes_quality.mes_quality_group_manager"
        cls.boss = new_test_user(cls.env, "q_boss", groups)
        cls.other_company = cls.env["res.company"].create({"name": "Sister"})
        cls.shelf = cls.env["stock.location"].create({"name": "Shelf", "location_id": cls.stock.id})
        cls.axle_bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.axle.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": cls.bolt.id, "product_qty": 1})],
            }
        )
        cls.kit = cls._create_product("Kit")
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": cls.axle.id, "product_qty": 1})],
            }
        )
        cls.strict = cls.env["mes.quality.reason"].create({"name": "Strict", "allow_move": False})
        cls.root = cls.env

    # -- what the paths use -------------------------------------------------------------------------------------

    @property
    def quant(self):
        domain = [("lot_id", "=", self.lot.id), ("location_id", "child_of", self.stock.id), ("quantity", ">", 0)]
        return self.env["stock.quant"].search(domain, limit=1)

    def freeze(self):
        self.lot.with_env(self.root)._mes_hold("rejected", "Cracks", reason_id=self.strict.id)
        self.frozen_at_start = self.look()

    def look(self):
        """Return what lies where of the lot: place → (rows, quantity, reserved)."""
        quants = self.root["stock.quant"].search([("lot_id", "=", self.lot.id), ("location_id.usage", "=", "internal")])
        quants.invalidate_recordset()
        return {
            place: (len(its), sum(its.mapped("quantity")), sum(its.mapped("reserved_quantity")))
            for place, its in quants.grouped("location_id").items()
        }

    def draft(self, quantity, place=None, place_to=None):
        source, dest = (place or self.stock).id, (place_to or self.customers).id
        move = {
            "product_id": self.axle.id,
            "product_uom_qty": quantity,
            "location_id": source,
            "location_dest_id": dest,
        }
        vals = {"picking_type_id": self.warehouse.out_type_id.id, "location_id": source, "location_dest_id": dest}
        return self.env["stock.picking"].create({**vals, "move_ids": [Command.create(move)]})

    def deliver(self, quantity):
        picking = self.draft(quantity)
        picking.action_confirm()
        picking.action_assign()
        return picking

    def deliver_lot(self, quantity):
        picking = self.deliver(quantity)
        picking.move_line_ids.lot_id = self.lot
        self.assertEqual(self.quant.reserved_quantity, quantity)
        return picking

    def line(self, picking, **more):
        vals = {"product_id": self.axle.id, "lot_id": self.lot.id, "quantity": 1, "location_id": self.stock.id}
        vals.update({"picking_id": picking.id, "location_dest_id": self.customers.id, "picked": True, **more})
        return self.env["stock.move.line"].create(vals)

    def validate(self, picking):
        picking.move_ids.picked = True
        with mute_logger("odoo.addons.stock.models.stock_picking"):
            if any(picking.move_ids.mapped("quantity")):
                picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()

    def produce(self, quantity):
        vals = {"product_id": self.cart.id, "product_qty": quantity, "bom_id": self.bom.id}
        order = self.env["mrp.production"].create(vals)
        order.action_confirm()
        order.action_assign()
        return order

    def produce_lot(self, quantity):
        order = self.produce(quantity)
        order.move_raw_ids.filtered(lambda move: move.product_id == self.axle).move_line_ids.lot_id = self.lot
        return order

    def finish(self, order):
        order.qty_producing = order.product_qty
        order.lot_producing_ids = self.env["stock.lot"].create({"name": "CART", "product_id": order.product_id.id})
        order.set_qty_producing()
        order.with_context(skip_consumption=True, skip_backorder=True).button_mark_done()

    def make_axles(self, quantity):
        vals = {"product_id": self.axle.id, "product_qty": quantity, "bom_id": self.axle_bom.id}
        order = self.env["mrp.production"].create(vals)
        order.action_confirm()
        order.write({"qty_producing": quantity, "lot_producing_ids": [Command.set(self.lot.ids)]})
        order.set_qty_producing()
        order.button_mark_done()
        self.assertEqual(order.state, "done")

    def count(self, quantity, lot=None):
        Quant = self.env["stock.quant"].with_context(inventory_mode=True)
        vals = {"product_id": self.axle.id, "location_id": self.stock.id, "lot_id": (lot or self.lot).id}
        Quant.create({**vals, "inventory_quantity": quantity}).action_apply_inventory()

    def pack(self):
        package = self.root["stock.package"].create({"name": "PALLET"})
        self.quant.with_env(self.root).move_quants(package_dest_id=package)
        return package.with_env(self.env)

    def stock_up(self, quantity, place=None):
        self.root["stock.quant"]._update_available_quantity(self.axle, place or self.stock, quantity, lot_id=self.lot)
        return place

    def receive(self, quantity):
        vendors = self.env.ref("stock.stock_location_suppliers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": vendors.id,
                "location_dest_id": self.stock.id,
            }
        )
        self.line(picking, quantity=quantity, location_id=vendors.id, location_dest_id=self.stock.id)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        return picking

    def take_back(self, picking):
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        wizard = wizard.create({})
        wizard.product_return_moves.quantity = 3
        self.validate(wizard._create_return())

    def refused_import(self, result):
        if result["messages"]:
            raise UserError(result["messages"][0]["message"])

    # -- going them ---------------------------------------------------------------------------------------------

    def go(self, path, user, refused):
        """Go one way; whatever happens, it is as if nobody had gone it afterwards."""
        try:
            with self.root.cr.savepoint():
                self.env = self.root(user=user)
                error = None
                try:
                    with self.root.cr.savepoint():
                        path(self)
                        self.root.flush_all()
                except UserError as raised:
                    error = raised
                    self.root.invalidate_all()
                if refused:
                    self.assertTrue(error, "it was not refused")
                    self.assertRegex(str(error), OURS)
                elif error:
                    self.assertRegex(str(error), "supply a Lot")
                else:
                    self.assertFalse(error)
                    self.check_nothing_left()
                raise Undo
        except Undo:
            self.env = self.root  # nothing that the way did stays
        finally:
            self.env = self.root
            self.root.invalidate_all()

    def check_nothing_left(self):
        self.root.flush_all()
        for place, (_rows, quantity, _reserved) in self.frozen_at_start.items():
            now = self.look()[place]
            self.assertEqual(now[0], 1, "one row of stock")
            self.assertGreaterEqual(now[1], quantity)
            self.assertEqual(now[2], 0, "nothing is reserved")
        lines = self.root["stock.move.line"].search(
            [("lot_id", "=", self.lot.id), ("state", "not in", ("done", "cancel")), ("quantity", ">", 0)]
        )
        self.assertFalse(lines, "nothing is about to move")
        negative = [("product_id", "=", self.axle.id), ("location_id.usage", "=", "internal"), ("quantity", "<", 0)]
        self.assertFalse(self.root["stock.quant"].search(negative))


@tagged("post_install", "-at_install")
class TestPaths(PathCase):
    def test_every_way_is_refused_for_operators(self):
        for path in paths.REFUSED:
            with self.subTest(path=path.__name__):
                self.go(path, self.operator, refused=True)

    def test_every_way_is_refused_for_managers(self):
        for path in paths.REFUSED:
            with self.subTest(path=path.__name__):
                self.go(path, self.boss, refused=True)

    def test_every_way_is_refused_for_the_superuser(self):
        for path in paths.REFUSED:
            with self.subTest(path=path.__name__):
                self.go(path, self.root.user, refused=True)

    def test_these_end_without_the_frozen_stock(self):
        for user in (self.operator, self.boss, self.root.user):
            for path in paths.ENDING:
                with self.subTest(path=path.__name__, user=user.login):
                    self.go(path, user, refused=False)

    def test_what_comes_in_of_a_held_lot_is_held(self):
        for user in (self.operator, self.boss, self.root.user):
            for path in paths.COMING_IN:
                with self.subTest(path=path.__name__, user=user.login):
                    self.go(path, user, refused=False)
