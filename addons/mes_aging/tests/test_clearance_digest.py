"""The digest's figures of clearance: what closed cases recovered in the period, what was open at its end."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearanceDigest(ClearanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.digest = cls.env["digest.digest"].create({"name": "Weekly", "kpi_mes_clearance_open": True})
        cls.done = cls._open_case(cls.resistor, 40)  # worth 80
        cls._open_case(cls.resistor, 10)  # worth 20
        cls.done.sudo().write({"recovered_value": 55, "date_opened": cls.now - timedelta(days=20)})
        cls.done.sudo()._finish("done")

    def _read(self, start, end):
        """Return (open, recovered) of the days from ``start`` until ``end``, counted from now."""
        period = (self.now + timedelta(days=start), self.now + timedelta(days=end), self.company)
        digest = self.digest.with_user(self.manager)
        digest.invalidate_recordset()
        with patch.object(type(digest), "_get_kpi_compute_parameters", lambda _digest: period):
            return digest.kpi_mes_clearance_open_value, digest.kpi_mes_clearance_recovered_value

    def test_this_week_shows_what_was_recovered_and_what_is_open(self):
        self.assertEqual(self._read(-7, 1), (20, 55))

    def test_last_week_shows_the_case_while_it_was_open(self):
        self.assertEqual(self._read(-14, -7), (80, 0))

    def test_a_cancelled_case_recovered_nothing(self):
        self.done.sudo().state = "cancelled"
        self.assertEqual(self._read(-7, 1), (20, 0))

    def test_without_the_role_the_figures_are_left_out(self):
        stranger = new_test_user(self.env, "a_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.digest.with_user(stranger)._compute_kpi_mes_clearance()
