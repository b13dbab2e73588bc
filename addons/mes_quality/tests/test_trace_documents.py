"""Genealogy and recall over the less usual documents: by-products, dozens, kits, backorders, other companies."""

from odoo.fields import Command
from odoo.tests import tagged

from .trace_common import TraceCommon


@tagged("post_install", "-at_install")
class TestTraceDocuments(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plank = cls._create_product("Plank", tracking="lot")
        cls.batch = cls._receive("P-1", cls.plank, 100, vendor_lot="OAK-7")
        cls.genealogy = cls.env["mes.quality.genealogy"].with_user(cls.inspector)

    def _recall(self):
        recall = self.env["mes.quality.recall"].with_user(self.inspector)
        recall = recall.create({"subject": "Oak", "lot_ids": self.batch.ids})
        recall.action_trace()
        self.assertTrue(recall.balanced)
        self.assertEqual(recall.received_qty, 100)
        return recall

    def _found(self, recall):
        return {line.lot_id.name: (line.quantity, line.source_qty) for line in recall.line_ids}

    def _order(self, **vals):
        order = self.env["mrp.production"].create({"product_id": self.cart.id, "bom_id": False, **vals})
        order.action_confirm()
        return order

    def _consume(self, order, quantity, **line):
        move = order.move_raw_ids
        move.move_line_ids.unlink()
        vals = {"product_id": self.plank.id, "lot_id": self.batch.id, "quantity": quantity, "picked": True, **line}
        move.move_line_ids = [Command.create(vals)]
        move.picked = True

    def _make_with_dust(self, share):
        """Make 10 carts of 20 planks; 4 of dust fall off."""
        dust = self._create_product("Dust", tracking="lot")
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.cart.product_tmpl_id.id,
                "product_qty": 10,
                "bom_line_ids": [Command.create({"product_id": self.plank.id, "product_qty": 20})],
                "byproduct_ids": [Command.create({"product_id": dust.id, "product_qty": 4, "cost_share": share})],
            }
        )
        order = self._order(bom_id=bom.id, product_qty=10)
        lots = self.env["stock.lot"].create(
            [{"name": "CART", "product_id": self.cart.id}, {"name": "DUST", "product_id": dust.id}]
        )
        order.lot_producing_ids = lots[0]
        order.qty_producing = 10
        self._consume(order, 20)
        by_product = order.move_finished_ids.filtered(lambda move: move.product_id == dust)
        by_product.move_line_ids.unlink()
        by_product.move_line_ids = [Command.create({"product_id": dust.id, "lot_id": lots[1].id, "quantity": 4})]
        by_product.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        return lots

    def test_a_by_product_stands_for_its_share_of_the_cost(self):
        self._make_with_dust(25)
        self.assertEqual(self._found(self._recall()), {"P-1": (80, 80), "CART": (10, 15), "DUST": (4, 5)})

    def test_a_by_product_without_cost_is_found_and_stands_for_nothing(self):
        self._make_with_dust(0)
        self.assertEqual(self._found(self._recall()), {"P-1": (80, 80), "CART": (10, 20), "DUST": (4, 0)})

    def test_what_went_into_one_lot_and_its_by_product_is_known_exactly(self):
        lots = self._make_with_dust(25)
        edges = self.genealogy.trace_forward(self.batch.ids)["edges"]
        self.assertEqual({(edge["target_id"], edge["is_exact"]) for edge in edges}, {(lot.id, True) for lot in lots})

    def test_two_lots_of_one_product_are_not_told_apart(self):
        serial = self._create_product("Robot", tracking="serial")
        lots = self.env["stock.lot"].create([{"name": f"R{n}", "product_id": serial.id} for n in (1, 2)])
        self._make(serial, 2, [(self.batch, 2)], lots=lots)
        edges = self.genealogy.trace_forward(self.batch.ids)["edges"]
        self.assertEqual([edge["is_exact"] for edge in edges], [False, False])

    def test_dozens_count_in_the_units_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        raw = {"product_id": self.plank.id, "product_uom_qty": 2, "product_uom": dozen.id}
        order = self._order(product_qty=1, product_uom_id=dozen.id, move_raw_ids=[Command.create(raw)])
        order.lot_producing_ids = self.env["stock.lot"].create({"name": "CART", "product_id": self.cart.id})
        order.qty_producing = 1
        self._consume(order, 2, product_uom_id=dozen.id)
        order.button_mark_done()
        self.assertEqual(self._found(self._recall()), {"P-1": (76, 76), "CART": (12, 24)})
        (edge,) = self.genealogy.trace_forward(self.batch.ids)["edges"]
        self.assertEqual(edge["quantity"], 24)

    def test_a_kit_that_is_delivered_is_its_parts_at_the_customer(self):
        kit = self._create_product("Shelf Kit")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.plank.id, "product_qty": 3})],
            }
        )
        picking = self._create_delivery(kit, 2)
        self.assertEqual(picking.move_ids.product_id, self.plank)
        picking.move_ids.move_line_ids.lot_id = self.batch
        picking.move_ids.picked = True
        picking._action_done()
        recall = self._recall()
        self.assertEqual(self._by_place(recall), {"stock": 94, "shipped": 6})
        shipped = recall.line_ids.filtered(lambda line: line.place == "shipped")
        self.assertEqual((shipped.product_id, shipped.partner_id), (self.plank, self.customer))

    def test_an_order_and_its_backorder_each_have_what_they_used(self):
        raw = {"product_id": self.plank.id, "product_uom_qty": 20}
        order = self._order(product_qty=10, move_raw_ids=[Command.create(raw)])
        lots = self.env["stock.lot"].create([{"name": f"CART-{n}", "product_id": self.cart.id} for n in (1, 2)])
        for lot, made, used in ((lots[0], 4, 8), (lots[1], 6, 12)):
            order.lot_producing_ids = lot
            order.qty_producing = made
            self._consume(order, used)
            rest = order.ids if lot == lots[0] else []
            order.with_context(skip_backorder=True, mo_ids_to_backorder=rest).button_mark_done()
            order = order.production_group_id.production_ids[-1]
        self.assertEqual(self._found(self._recall()), {"P-1": (80, 80), "CART-1": (4, 8), "CART-2": (6, 12)})
        edges = self.genealogy.trace_forward(self.batch.ids)["edges"]
        self.assertEqual({(edge["target_id"], edge["quantity"]) for edge in edges}, {(lots[0].id, 8), (lots[1].id, 12)})
        self.assertEqual(len({edge["res_id"] for edge in edges}), 2)


@tagged("post_install", "-at_install")
class TestTraceCompanies(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.batch = cls._receive("S-1", cls.axle, 10)
        cls.other = cls.env["res.company"].create({"name": "Sister Ltd"})
        cls.sister = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1)
        between = cls.env["stock.location"].create({"name": "Between", "usage": "transit", "company_id": False})
        cls._move(cls.warehouse.out_type_id, cls.stock, between, [(cls.batch, 10)])
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.other.ids})
        cls._move(cls.sister.in_type_id, between, cls.sister.lot_stock_id, [(cls.batch.with_env(cls.env), 10)])
        vals = {"name": "SECRET-1", "product_id": cls.cart.id, "company_id": cls.other.id}
        cls.secret = cls.env["stock.lot"].create(vals)
        cls._make(cls.cart.with_env(cls.env), 2, [(cls.batch.with_env(cls.env), 4)], lots=cls.secret)
        cls.inspector_env = cls.env(user=cls.inspector, context={"allowed_company_ids": cls.company.ids})

    def test_the_graph_shows_a_stub_where_rights_end(self):
        graph = self.inspector_env["mes.quality.genealogy"].get_graph(self.batch.ids)
        (stub,) = [node for node in graph["nodes"] if node["id"] == self.secret.id]
        self.assertEqual((stub["is_stub"], stub.keys() & {"name", "product", "vendor"}), (True, set()))
        self.assertNotIn("SECRET-1", str(graph))
        for edge in graph["edges"]:
            self.assertFalse(edge["document"], "an order of another company is named")

    def test_a_recall_counts_what_it_may_not_show(self):
        recall = self.inspector_env["mes.quality.recall"].create({"subject": "Axles", "lot_ids": self.batch.ids})
        recall.action_trace()
        self.assertEqual((recall.received_qty, sum(recall.line_ids.mapped("source_qty"))), (10, 10))
        self.assertTrue(recall.balanced)
        self.assertTrue(all(line.is_stub and not line.location_id for line in recall.line_ids))
        self.assertNotIn(self.secret, recall.line_ids.sudo().lot_id)

    def test_who_has_both_companies_sees_both(self):
        self.inspector.company_ids += self.other
        both = self.inspector_env(context={"allowed_company_ids": (self.company | self.other).ids})
        graph = both["mes.quality.genealogy"].get_graph(self.batch.ids)
        self.assertIn("SECRET-1", [node.get("name") for node in graph["nodes"]])
