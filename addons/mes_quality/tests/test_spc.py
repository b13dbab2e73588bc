"""Control charts: constants, rules both ways, and the chart of real inspections."""

import math
from statistics import NormalDist

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..tools.spc import Limits, constants, d2, violations, xbar_r
from .inspection_common import DIAMETER, InspectionCommon

# Published factors (ASTM MNL 7, three decimals): n: A2, D3, D4, A3, B3, B4
PUBLISHED = {
    2: (1.880, 0, 3.267, 2.659, 0, 3.267),
    3: (1.023, 0, 2.575, 1.954, 0, 2.568),
    4: (0.729, 0, 2.282, 1.628, 0, 2.266),
    5: (0.577, 0, 2.114, 1.427, 0, 2.089),
    6: (0.483, 0, 2.004, 1.287, 0.030, 1.970),
    7: (0.419, 0.076, 1.924, 1.182, 0.118, 1.882),
    10: (0.308, 0.223, 1.777, 0.975, 0.284, 1.716),
    15: (0.223, 0.347, 1.653, 0.789, 0.428, 1.572),
    25: (0.153, 0.459, 1.541, 0.606, 0.565, 1.435),
}


@tagged("post_install", "-at_install")
class TestConstants(BaseCase):
    def test_factors_are_the_published_ones(self):
        for size, published in PUBLISHED.items():
            found = constants(size)
            for name, value in zip(("A2", "D3", "D4", "A3", "B3", "B4"), published, strict=True):
                self.assertAlmostEqual(found[name], value, delta=0.0016, msg=f"{name} of {size}")

    def test_d2_is_the_mean_range_of_normal_values(self):
        """By its definition: the integral of 1 − Φ(x)ⁿ − (1 − Φ(x))ⁿ."""
        below = [NormalDist().cdf(-8 + step * 0.01) for step in range(1601)]
        for size in range(2, 26):
            mean = sum(1 - share**size - (1 - share) ** size for share in below) * 0.01
            self.assertAlmostEqual(d2(size), mean, delta=0.0006, msg=size)

    def test_rings_of_the_textbook(self):
        """Montgomery's piston rings: mean 74.001, mean range 0.023, n = 5: 73.988 to 74.014, ranges up to 0.049."""
        chart = xbar_r([(73.9895, 74.001, 74.001, 74.001, 74.0125)])
        self.assertEqual([round(chart.limits.lower, 3), round(chart.limits.upper, 3)], [73.988, 74.014])
        self.assertEqual(round(chart.spread_limits.upper, 3), 0.049)

    def test_each_rule_at_its_last_and_first_point(self):
        limits = Limits(-3, 0, 3)
        wave = [0.5 * (-1) ** place for place in range(20)]
        cases = {
            "beyond_3s": ([3.0], [3.01]),
            "two_of_three_2s": ([2.1, 0, 1.9], [2.1, 0, 2.2]),
            "four_of_five_1s": ([1.1, 1.1, 0, 0.9, 1.1], [1.1, 1.1, 0, 1.1, 1.1]),
            "eight_one_side": ([0.1] * 7 + [-0.1], [0.1] * 8),
            "nine_one_side": ([0.1] * 8, [0.1] * 9),
            "six_trend": ([0.1, 0.2, 0.3, 0.4, 0.5, 0.5], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
            "fourteen_alternate": (wave[:13], wave[:14]),
            "fifteen_within_1s": ([0.1] * 14 + [1.0], [0.1] * 15),
            "eight_outside_1s": ([1.1, -1.1] * 3 + [1.1, 1.0], [1.1, -1.1] * 4),
        }
        for rule, (last_usual, first_unusual) in cases.items():
            self.assertEqual(violations(last_usual, limits, (rule,)), {}, rule)
            self.assertEqual(violations(first_unusual, limits, (rule,)), {len(first_unusual) - 1: [rule]}, rule)

    def test_without_variation_nothing_is_unusual(self):
        self.assertEqual(violations([5, 5, 5], Limits(5, 5, 5)), {})
        self.assertTrue(math.isclose(Limits(1, 2, 5).sigma, 1))


@tagged("post_install", "-at_install")
class TestChart(InspectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(characteristics=[DIAMETER])
        cls.diameter = cls.plan.characteristic_ids

    def test_subgroups_of_two_make_a_mean_and_range_chart(self):
        for values in ((10.0, 10.02), (9.98, 10.0), (10.0, 10.0), (10.02, 10.04)):
            self._measure(values)
        chart = self.diameter.with_user(self.inspector).get_chart()
        self.assertEqual((chart["kind"], chart["count"], chart["size"]), ("xbar_r", 8, 2))
        self.assertAlmostEqual(chart["limits"]["centre"], 10.0075)
        self.assertAlmostEqual(chart["limits"]["upper"], 10.0075 + 1.880 * 0.015, places=4)
        self.assertAlmostEqual(chart["cp"], 0.2 / (6 * 0.015 / 1.1284), places=4)
        self.assertLess(chart["cpk"], chart["cp"])
        self.assertEqual(chart["tolerance"], {"lower": 9.9, "nominal": 10, "upper": 10.1})

    def test_single_values_make_a_chart_of_individuals_that_marks_the_unusual(self):
        self.plan.sampling_qty = 1
        for value in (10.0, 10.01, 10.0, 10.01, 10.0, 10.01, 10.0, 10.01, 10.09):
            self._measure([value])
        chart = self.diameter.get_chart()
        self.assertEqual((chart["kind"], chart["points"][0]["spread"]), ("individuals", None))
        self.assertEqual([point["rules"] for point in chart["points"]][-1], ["beyond_3s"])
        self.assertEqual(chart["points"][-1]["name"], self._last().name)

    def test_subgroups_of_another_size_are_left_out(self):
        self._measure((10.0, 10.02))
        self._measure((9.98, 10.0))
        self._measure((9.98,))
        chart = self.diameter.get_chart()
        self.assertEqual((chart["left_out"], len(chart["points"])), (1, 2))

    def test_nothing_to_draw(self):
        self.assertEqual(self.diameter.get_chart()["points"], [])
        check = self._create_plan().characteristic_ids
        with self.assertRaises(UserError):
            check.get_chart()

    def _measure(self, values):
        inspection = self._create_receipt().mes_inspection_ids.with_user(self.inspector)
        for line, value in zip(inspection.line_ids, values, strict=False):
            line.value = value
            self.env.flush_all()

    def _last(self):
        return self.env["mes.quality.inspection"].search([("plan_id", "=", self.plan.id)], order="id desc", limit=1)
