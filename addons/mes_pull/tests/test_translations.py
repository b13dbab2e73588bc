"""The Simplified Chinese of the shop floor is complete, and no message loses what it is filled with."""

import re

import polib

from odoo.tests import TransactionCase
from odoo.tools import file_path

LANG = "zh_CN"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr](?!\w)|\{\w*\}|</?\w[^>]*>")
SPOKEN = re.compile(r' (title|aria-label|alt|placeholder)="[^"]*"')  # attributes that are translated too


class TestTranslations(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._read("mes_pull.pot")
        cls.entries = cls._read(f"{LANG}.po")

    @staticmethod
    def _read(name):
        """Return the entries of a file of `i18n` that are in use."""
        return [entry for entry in polib.pofile(file_path(f"mes_pull/i18n/{name}")) if not entry.obsolete]

    def test_terms_are_those_of_the_template(self):
        terms = {entry.msgid for entry in self.template}
        self.assertTrue(terms)
        self.assertEqual({entry.msgid for entry in self.entries}, terms)

    def test_every_term_is_translated(self):
        missing = [entry.msgid for entry in self.entries if not entry.msgstr.strip() or entry.fuzzy]
        self.assertFalse(missing, f"{len(missing)} terms without a {LANG} translation")

    def test_placeholders_and_tags_are_kept(self):
        for entry in self.entries:
            with self.subTest(term=entry.msgid):
                expected, found = (
                    sorted(PLACEHOLDER.findall(SPOKEN.sub(r' \1=""', text))) for text in (entry.msgid, entry.msgstr)
                )
                self.assertEqual(found, expected)

    def test_station_answers_in_chinese(self):
        self.env["res.lang"]._activate_lang(LANG)
        answer = self.env["mes.pull.station"].with_context(lang=LANG).scan("NO-SUCH-BARCODE")
        self.assertEqual(answer["status"], "error")
        self.assertRegex(answer["message"], r"[\u4e00-\u9fff]+.*NO-SUCH-BARCODE")
