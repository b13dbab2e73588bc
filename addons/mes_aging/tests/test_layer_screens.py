"""What a user of ageing sees and takes along: views, groups, the workbook."""

import base64
import io
import zipfile
from xml.etree import ElementTree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .layer_common import LayerCommon

MODELS = ("mes.aging.layer", "mes.aging.order", "mes.aging.snapshot")


@tagged("post_install", "-at_install")
class TestLayerScreens(LayerCommon):
    def setUp(self):
        super().setUp()
        self.resistor.categ_id = self.env["product.category"].create({"name": "=Parts"})
        with self._at(100):
            self._receive(self.resistor, 10)
        with self._at(10):
            self._receive(self.board, 2)
        self.layers = self.env["mes.aging.layer"].with_user(self.viewer)
        self.domain = [("product_id", "in", (self.resistor | self.board).ids)]

    def test_every_view_opens_for_who_only_sees_ages(self):
        for model in MODELS:
            for view in self.env["ir.ui.view"].search([("model", "=", model)]):
                answer = self.env[model].with_user(self.viewer).get_views([(view.id, view.type)])
                self.assertIn(view.type, answer["views"])

    def test_list_reads_for_who_only_sees_ages(self):
        names = ["product_id", "location_id", "uom_id", "value", "age_days", "idle_days", "cover_date", "kind"]
        with self._at():
            fields = {name: {"fields": {"display_name": {}}} if name.endswith("_id") else {} for name in names}
            rows = self.layers.web_search_read(self.domain, fields, order="age_days desc")
        self.assertEqual([row["age_days"] for row in rows["records"]], [100, 10])

    def test_layer_opens_the_stock_behind_it(self):
        stocker = new_test_user(self.env, "a_stocker", "stock.group_stock_user,mes_aging.mes_aging_group_user")
        layer = self.layers.search([("product_id", "=", self.resistor.id)]).with_user(stocker)
        quants = self.env["stock.quant"].with_user(stocker).search(layer.action_open_stock()["domain"])
        self.assertEqual((quants.product_id, quants.quantity), (self.resistor, 10))

    def test_groups_and_filters(self):
        with self._at():
            groups = self.layers.formatted_read_group(self.domain, ["kind", "bucket"], ["value:sum", "age_days:avg"])
            self.assertEqual([(group["kind"], group["value:sum"]) for group in groups], [("finished", 60), ("raw", 20)])
            self.assertEqual(self.layers.search([*self.domain, ("age_days", ">", 90)]).product_id, self.resistor)
            self.assertEqual(self.layers.search([*self.domain, ("bucket", "=", "  0–30 days")]).product_id, self.board)

    def test_who_has_no_right_reads_nothing(self):
        stranger = new_test_user(self.env, "a_stranger", "stock.group_stock_user")
        for model in MODELS:
            with self.assertRaises(AccessError):
                self.env[model].with_user(stranger).search([])
        with self.assertRaises(AccessError):
            self.layers.with_user(stranger).action_export_xlsx()

    def test_nobody_writes_a_layer(self):
        layer = self.layers.search(self.domain, limit=1).with_user(self.manager)
        with self.assertRaises(AccessError):
            layer.quantity = 1

    def test_workbook_has_totals_filters_and_a_chart(self):
        with self._at():
            action = self.layers.search(self.domain).action_export_xlsx()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(attachment.datas))) as book:
            names = book.namelist()
            first, second = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
            strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = [node.text for node in strings.iter() if node.text]
        self.assertIn("xl/charts/chart1.xml", names)
        for sheet in (first, second):
            self.assertIn("<autoFilter", sheet)
            self.assertIn('state="frozen"', sheet)
        self.assertIn("=Parts", texts, "what somebody typed is text, never a formula")
        self.assertIn("<f>SUM(B4:B5)</f><v>60.0</v>", first)
        self.assertIn("<f>SUBTOTAL(109,J2:J3)</f><v>80.0</v>", second)

    def test_old_workbooks_are_deleted(self):
        with self._at():
            action = self.layers.search(self.domain).action_export_xlsx()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        self.layers.sudo()._gc_workbooks()
        self.assertTrue(attachment.exists())
        self.env.cr.execute("UPDATE ir_attachment SET create_date = '2020-01-01' WHERE id = %s", [attachment.id])
        attachment.invalidate_recordset()
        self.layers.sudo()._gc_workbooks()
        self.assertFalse(attachment.exists())

    def test_settings_show_the_buckets(self):
        settings = self.env["res.config.settings"].create({"mes_aging_buckets": "15,45"})
        settings.execute()
        self.assertEqual(self.company.mes_aging_buckets, "15,45")
