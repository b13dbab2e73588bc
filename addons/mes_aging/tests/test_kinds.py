"""What an item is follows from its bills and flags, at once."""

from odoo.tests import tagged

from .common import AgingCommon


@tagged("post_install", "-at_install")
class TestKinds(AgingCommon):
    def _add_bom(self, product, part, kind="normal"):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": kind,
                "bom_line_ids": [(0, 0, {"product_id": part.id, "product_qty": 1})],
            }
        )

    def test_bought_part_is_raw_and_made_and_sold_is_finished(self):
        self.assertEqual((self.resistor.mes_aging_kind, self.board.mes_aging_kind), ("raw", "finished"))

    def test_made_part_that_is_not_sold_is_work_in_progress(self):
        self.board.sale_ok = False
        self.assertEqual(self.board.mes_aging_kind, "wip")
        self.board.sale_ok = True
        self.assertEqual(self.board.mes_aging_kind, "finished")

    def test_bought_to_be_sold_is_finished_until_a_bill_uses_it(self):
        fan = self._create_product("Fan")
        self.assertEqual(fan.mes_aging_kind, "finished")
        bom = self._add_bom(self.board, fan)
        self.assertEqual(fan.mes_aging_kind, "raw")
        bom.bom_line_ids.unlink()
        self.assertEqual(fan.mes_aging_kind, "finished")

    def test_bought_and_neither_sold_nor_used_is_raw(self):
        oil = self._create_product("Oil", sale_ok=False)
        self.assertEqual(oil.mes_aging_kind, "raw")

    def test_bill_archived_or_deleted_no_longer_counts(self):
        self.board.purchase_ok, self.board.sale_ok = True, False
        self.assertEqual((self.board.mes_aging_kind, self.resistor.mes_aging_kind), ("wip", "raw"))
        self.bom.active = False
        self.assertEqual((self.board.mes_aging_kind, self.resistor.mes_aging_kind), ("raw", "finished"))
        self.bom.active = True
        self.assertEqual((self.board.mes_aging_kind, self.resistor.mes_aging_kind), ("wip", "raw"))
        self.bom.unlink()
        self.assertEqual((self.board.mes_aging_kind, self.resistor.mes_aging_kind), ("raw", "finished"))

    def test_kit_is_no_use_until_it_stands_in_a_bill(self):
        fan, kit = self._create_product("Fan"), self._create_product("Kit")
        bom = self._add_bom(kit, fan, "phantom")
        self.assertEqual(fan.mes_aging_kind, "finished", "sold as a part of a kit")
        line = self.env["mrp.bom.line"].create({"bom_id": self.bom.id, "product_id": kit.id, "product_qty": 1})
        self.assertEqual(fan.mes_aging_kind, "raw")
        line.unlink()
        self.assertEqual(fan.mes_aging_kind, "finished")
        bom.type = "normal"
        self.assertEqual((fan.mes_aging_kind, kit.mes_aging_kind), ("raw", "finished"))

    def test_part_of_a_variant_only_makes_that_variant(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": n}) for n in "AB"]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Case",
                "is_storable": True,
                "sale_ok": False,
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )
        first, second = template.product_variant_ids
        self._add_bom(first, self.resistor).product_id = first
        self.assertEqual((first.mes_aging_kind, second.mes_aging_kind), ("wip", "raw"))
        self.assertFalse(template.mes_aging_kind, "the variants differ")

    def test_kind_set_by_hand_wins(self):
        self.resistor.product_tmpl_id.mes_aging_kind_manual = "finished"
        self.assertEqual(self.resistor.mes_aging_kind, "finished")
        self.resistor.product_tmpl_id.mes_aging_kind_manual = False
        self.assertEqual(self.resistor.mes_aging_kind, "raw")

    def test_many_products_take_one_statement(self):
        products = self.env["product.product"].create(
            [{"name": f"P{number}", "is_storable": True} for number in range(30)]
        )
        products.flush_recordset()
        with self.assertQueryCount(1):
            products._mes_get_made_and_used()

    def test_daily_refresh_heals_what_was_written_past_the_model(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE product_product SET mes_aging_kind = NULL WHERE id = %s", [self.board.id])
        self.env.invalidate_all()
        self.env["product.product"]._mes_refresh_kinds()
        self.assertEqual(self.board.mes_aging_kind, "finished")
