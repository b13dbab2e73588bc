"""Origins of what came before the addon are imported from a sheet; a bad row writes nothing."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from .trace_common import TraceCommon

OPTIONS = {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8"}
OPTIONS |= {"date_format": "%Y-%m-%d", "datetime_format": "%Y-%m-%d %H:%M:%S", "float_decimal_separator": "."}


@tagged("post_install", "-at_install")
class TestOriginImport(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls._create_lot("OLD-1", cls.axle) | cls._create_lot("OLD-2", cls.axle)
        (template,) = cls.env["mes.quality.origin"].get_import_templates()
        with file_open(template["template"].lstrip("/")) as file:
            cls.header = file.readline().strip()

    def _start(self, *rows):
        content = "\n".join([self.header, *rows]).encode()
        vals = {"res_model": "mes.quality.origin", "file": content, "file_type": "text/csv", "file_name": "old.csv"}
        return self.env["base_import.import"].with_user(self.inspector).create(vals)

    def _import(self, *rows):
        columns = self.header.split(",")
        return self._start(*rows).execute_import(columns, columns, OPTIONS)

    def _origins(self):
        return self.env["mes.quality.origin"].search([("lot_id", "in", self.lots.ids)], order="id")

    def test_every_column_of_the_template_is_recognised(self):
        preview = self._start("OLD-1,Axle,Supplier A,V-1,2026-03-12 08:00:00,10").parse_preview(dict(OPTIONS))
        matched = {name for (name,) in preview["matches"].values()}
        self.assertEqual(matched, set(self.header.split(",")))

    def test_rows_become_origins_and_are_found_by_a_recall(self):
        self._move(self.warehouse.in_type_id, self.suppliers, self.stock, [(self.lots[0], 30)])
        self._origins().unlink()
        axle = self.axle.name
        result = self._import(
            f"OLD-1,{axle},Supplier A,V-1,2026-03-12 08:00:00,30", f"OLD-2,{axle},Supplier A,V-2,2026-03-13 08:00:00,5"
        )
        self.assertFalse(result["messages"])
        found = [(one.lot_id.name, one.partner_id, one.vendor_lot, one.quantity) for one in self._origins()]
        self.assertEqual(found, [("OLD-1", self.vendor, "V-1", 30), ("OLD-2", self.vendor, "V-2", 5)])
        self.assertEqual(self.lots[0].mes_vendor_lot, "V-1")
        recall = self.env["mes.quality.recall"].with_user(self.inspector).create({"subject": "R", "vendor_lot": "V-1"})
        recall.action_trace()
        self.assertEqual(self._by_place(recall), {"stock": 30})

    def test_an_unknown_lot_is_named_and_nothing_is_written(self):
        axle = self.axle.name
        result = self._import(
            f"OLD-1,{axle},Supplier A,V-1,2026-03-12 08:00:00,30", f"NEVER,{axle},Supplier A,V-2,2026-03-13 08:00:00,5"
        )
        (message,) = result["messages"]
        self.assertIn("NEVER", message["message"])
        self.assertEqual(message["record"], 1)
        self.assertFalse(self._origins())

    def test_a_lot_of_another_product_is_refused_and_nothing_is_written(self):
        result = self._import(f"OLD-1,{self.bolt.name},Supplier A,V-1,2026-03-12 08:00:00,30")
        self.assertIn("is of another product", result["messages"][0]["message"])
        self.assertFalse(self._origins())

    def test_a_date_that_is_none_is_named_and_nothing_is_written(self):
        result = self._import(f"OLD-1,{self.axle.name},Supplier A,V-1,last March,30")
        self.assertIn("last March", result["messages"][0]["message"])
        self.assertFalse(self._origins())

    def test_what_a_receipt_noted_is_kept_but_for_the_vendors_number(self):
        self._move(self.warehouse.in_type_id, self.suppliers, self.stock, [(self.lots[0], 30)])
        noted = self._origins().with_user(self.inspector)
        noted.vendor_lot = "V-2"
        for change in ({"quantity": 3}, {"partner_id": self.env.company.partner_id.id}, {"date": "2020-01-01"}):
            with self.assertRaisesRegex(UserError, "noted when it was received"), self.env.cr.savepoint():
                noted.write(change)
        with self.assertRaisesRegex(UserError, "noted when it was received"), self.env.cr.savepoint():
            noted.with_user(self.manager).unlink()
        self.assertEqual((noted.vendor_lot, noted.quantity), ("V-2", 30))

    def test_an_origin_written_by_hand_can_be_deleted(self):
        vals = {"lot_id": self.lots[0].id, "vendor_lot": "V-1", "quantity": 5}
        origin = self.env["mes.quality.origin"].with_user(self.inspector).create(vals)
        origin.quantity = 6
        origin.with_user(self.manager).unlink()
        self.assertFalse(self._origins())
