"""What the tests of ages share: documents at a day of the past, and what the layers then say.

`LayerCommon` adds to `AgingCommon`: product `axle` (by lot), a second warehouse, `_at(days ago)`, counts, orders,
unbuilds, and `_ages(product)`.
"""

from datetime import datetime, timedelta

from freezegun import freeze_time

from .common import AgingCommon

TODAY = datetime(2026, 6, 30, 12)


class LayerCommon(AgingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axle = cls._create_product("Axle", tracking="lot", standard_price=5)
        cls.second = cls.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})

    @classmethod
    def _at(cls, days=0):
        """Return a context in which it is so many days before the day of the test."""
        return freeze_time(TODAY - timedelta(days=days))

    @classmethod
    def _create_lot(cls, name, product=None):
        return cls.env["stock.lot"].create({"name": name, "product_id": (product or cls.axle).id})

    @classmethod
    def _count(cls, product, quantity, place=None, lot=None):
        """Count a product at a place."""
        quant = cls.env["stock.quant"].with_context(inventory_mode=True)
        quant = quant.create(
            {
                "product_id": product.id,
                "location_id": (place or cls.stock).id,
                "lot_id": lot.id if lot else False,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory()

    @classmethod
    def _make(cls, product, quantity, parts, lot=None, bom=None):
        """Return a manufacturing order that is done.

        :param parts: ``[(product, quantity, lot or None)]``
        """
        raws = [
            (0, 0, {"product_id": part.id, "product_uom_qty": used, "product_uom": part.uom_id.id})
            for part, used, _lot in parts
        ]
        order = cls.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "bom_id": bom.id if bom else False,
                **({} if bom else {"move_raw_ids": raws}),
            }
        )
        order.action_confirm()
        for part, used, part_lot in parts:
            move = order.move_raw_ids.filtered(lambda move, part=part: move.product_id == part)
            move.move_line_ids.unlink()
            move.move_line_ids = [
                (
                    0,
                    0,
                    {
                        "product_id": part.id,
                        "lot_id": part_lot.id if part_lot else False,
                        "quantity": used,
                        "location_id": cls.stock.id,
                        "location_dest_id": move.location_dest_id.id,
                    },
                )
            ]
            move.picked = True
        if lot:
            order.lot_producing_ids = lot
        order.qty_producing = quantity
        order.move_raw_ids.picked = True
        order.button_mark_done()
        assert order.state == "done", order.state
        return order

    @classmethod
    def _unbuild(cls, product, quantity, bom, order=None, lot=None):
        unbuild = cls.env["mrp.unbuild"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "bom_id": bom.id,
                "mo_id": order.id if order else False,
                "lot_id": lot.id if lot else False,
                "location_id": cls.stock.id,
                "location_dest_id": cls.stock.id,
            }
        )
        unbuild.action_unbuild()
        return unbuild

    def _layers(self, products, **more):
        """Return the layers of products as they are now."""
        model = self.env["mes.aging.layer"]
        model.invalidate_model()
        domain = [("product_id", "in", products.ids), *((name, "=", value) for name, value in more.items())]
        return model.search(domain, order="origin_date, id")

    def _ages(self, products, **more):
        """Return ``{age in days: quantity}``; an age of None stands for no age."""
        found = {}
        with self._at():
            for layer in self._layers(products, **more):
                age = layer.age_days if layer.origin_date else None
                found[age] = found.get(age, 0) + layer.quantity
        return found

    def _check_sums(self, products):
        """The layers of each quant add up to it, and so do the values at current cost."""
        self.env.flush_all()
        layers = self._layers(products)
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", products.ids),
                ("location_id.usage", "in", ("internal", "transit")),
                ("quantity", "!=", 0),
            ]
        )
        self.assertEqual(layers.quant_id, quants & layers.quant_id)
        for quant in quants:
            its = layers.filtered(lambda layer, quant=quant: layer.quant_id == quant)
            self.assertAlmostEqual(sum(its.mapped("quantity")), quant.quantity, 6, quant.display_name)
            price = quant.product_id.with_company(quant.company_id).standard_price
            is_own = quant.company_id and quant.owner_id in (quant.owner_id.browse(), quant.company_id.partner_id)
            worth = quant.quantity * price if is_own else 0
            self.assertAlmostEqual(sum(its.mapped("value")), worth, 6, quant.display_name)
        self.assertEqual(len(set(layers.ids)), len(layers))
