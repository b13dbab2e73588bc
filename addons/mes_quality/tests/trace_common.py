"""What the tests of genealogy, recall and disposition share: short ways to make real documents with lots."""

from datetime import datetime

from odoo.fields import Command

from .common import QualityCommon

MARCH = datetime(2026, 3, 12, 8)


class TraceCommon(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.scrap_place = cls.env["stock.location"].search([("usage", "=", "inventory")], limit=1)

    @classmethod
    def _move(cls, picking_type, source, target, lines, partner=None, vendor_lot=None):
        """Do a transfer of ``[(lot or product, quantity)]``."""
        places = {"location_id": source.id, "location_dest_id": target.id}
        found = [(thing, cls._split_thing(thing), quantity) for thing, quantity in lines]
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner and partner.id,
                "move_ids": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity, **places})
                    for _thing, (product, _lot), quantity in found
                ],
                **places,
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        for (_thing, (product, lot), quantity), move in zip(found, picking.move_ids, strict=True):
            line = {"product_id": product.id, "lot_id": lot.id, "quantity": quantity, "mes_vendor_lot": vendor_lot}
            move.move_line_ids = [Command.create({**line, **places})]
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    @classmethod
    def _split_thing(cls, thing):
        """Return (product, lot) of a lot or an untracked product."""
        is_lot = thing._name == "stock.lot"
        return (thing.product_id, thing) if is_lot else (thing, cls.env["stock.lot"])

    @classmethod
    def _receive(cls, name, product, quantity, vendor=None, vendor_lot=None):
        lot = cls._create_lot(name, product)
        vendor = vendor or cls.vendor
        cls._move(cls.warehouse.in_type_id, cls.suppliers, cls.stock, [(lot, quantity)], vendor, vendor_lot)
        return lot

    @classmethod
    def _ship(cls, lot, quantity, customer=None):
        return cls._move(
            cls.warehouse.out_type_id, cls.stock, cls.customers, [(lot, quantity)], customer or cls.customer
        )

    @classmethod
    def _make(cls, product, quantity, components, lots=None):
        """Make ``quantity`` of a product from ``[(lot or product, quantity)]``; return (order, lots made)."""
        order = cls.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": cls._split_thing(thing)[0].id,
                            "product_uom_qty": used,
                        }
                    )
                    for thing, used in components
                ],
            }
        )
        order.action_confirm()
        order.move_raw_ids.move_line_ids.unlink()
        for (thing, used), move in zip(components, order.move_raw_ids, strict=True):
            lot = thing.id if thing._name == "stock.lot" else False
            move.move_line_ids = [
                Command.create({"product_id": move.product_id.id, "lot_id": lot, "quantity": used, "picked": True})
            ]
        if lots is None:
            lots = cls.env["stock.lot"].create({"name": f"{order.name}-{product.name}", "product_id": product.id})
        order.lot_producing_ids = lots
        order.qty_producing = quantity
        order.move_raw_ids.picked = True
        order.with_context(skip_consumption=True).button_mark_done()
        return order, lots

    @classmethod
    def _scrap(cls, lot, quantity):
        scrap = cls.env["stock.scrap"].create(
            {"product_id": lot.product_id.id, "lot_id": lot.id, "scrap_qty": quantity}
        )
        scrap.do_scrap()
        return scrap

    @classmethod
    def _unbuild(cls, order, lot, quantity):
        unbuild = cls.env["mrp.unbuild"].create(
            {
                "mo_id": order.id,
                "product_id": order.product_id.id,
                "lot_id": lot.id,
                "product_qty": quantity,
                "location_id": cls.stock.id,
                "location_dest_id": cls.stock.id,
            }
        )
        unbuild.action_unbuild()
        return unbuild

    @classmethod
    def _repair(cls, lot, quantity, added=(), removed=()):
        """Repair ``quantity`` of a lot; ``[(lot of the part, quantity)]`` are added and removed."""
        kinds = [*(("add", *part) for part in added), *(("remove", *part) for part in removed)]
        repair = cls.env["repair.order"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "product_qty": quantity,
                "product_location_src_id": cls.stock.id,
                "product_location_dest_id": cls.stock.id,
                "move_ids": [
                    Command.create(
                        {"repair_line_type": kind, "product_id": part.product_id.id, "product_uom_qty": used}
                    )
                    for kind, part, used in kinds
                ],
            }
        )
        repair._action_repair_confirm()
        repair.action_repair_start()
        repair.move_ids.move_line_ids.unlink()
        for move, (_kind, part, used) in zip(repair.move_ids, kinds, strict=True):
            move.move_line_ids = [
                Command.create(
                    {
                        "product_id": part.product_id.id,
                        "lot_id": part.id,
                        "quantity": used,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                )
            ]
        repair.move_ids.picked = True
        repair.action_repair_end()
        return repair

    def _by_place(self, recall):
        """Return ``{place: source_qty}``."""
        found = {}
        for line in recall.line_ids:
            found[line.place] = found.get(line.place, 0.0) + line.source_qty
        return {place: round(quantity, 6) for place, quantity in found.items() if quantity}
