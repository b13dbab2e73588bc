"""Roles and the list of reasons that come with the addon."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestSetup(QualityCommon):
    def test_reasons_are_read_by_everybody_and_written_by_managers(self):
        reason = self.env.ref("mes_quality.mes_quality_reason_inspection")
        self.assertEqual(reason.with_user(self.operator).name, "Inspection failed")
        with self.assertRaises(AccessError):
            reason.with_user(self.engineer).allow_ship = True
        reason.with_user(self.manager).allow_ship = True
        self.assertTrue(reason.allow_ship)
