"""The station answers in Simplified Chinese. That every term is there is tested beside Odoo, for all addons."""

from odoo.tests import TransactionCase

LANG = "zh_CN"


class TestTranslations(TransactionCase):
    def test_station_answers_in_chinese(self):
        self.env["res.lang"]._activate_lang(LANG)
        answer = self.env["mes.pull.station"].with_context(lang=LANG).scan("NO-SUCH-BARCODE")
        self.assertEqual(answer["status"], "error")
        self.assertRegex(answer["message"], r"[\u4e00-\u9fff]+.*NO-SUCH-BARCODE")
