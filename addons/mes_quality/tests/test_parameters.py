"""Programs that send something else than a parameter are told so; costs are told to who may read the order."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .disposition_common import DispositionCommon


@tagged("post_install", "-at_install")
class TestParameters(DispositionCommon):
    def test_the_screens_say_which_parameter_is_none(self):
        charts, genealogy = self.env["mes.quality.characteristic"], self.env["mes.quality.genealogy"]
        for name, call in (
            ("domain", lambda: charts.get_charts("x")),
            ("limit", lambda: charts.get_charts(limit=-1)),
            ("lot_ids", lambda: genealogy.trace_forward(["x"])),
            ("lot_ids", lambda: genealogy.trace_backward({"a": 1})),
            ("limit", lambda: genealogy.get_graph([], limit="x")),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, f"{name} cannot be"):
                call()
        self.assertEqual(genealogy.trace_forward(None), {"lots": [], "edges": []})

    def test_costs_of_routes_are_told_only_to_who_may_read_the_order(self):
        order = self.reject(self.receive("PARAMETERS", 10))
        self.assertTrue(order.with_user(self.engineer).get_options())
        employee = new_test_user(self.env, "q_employee", "base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(employee).get_options()
