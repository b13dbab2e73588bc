"""Levelled sequences: goal chasing by its formula."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..tools import heijunka


def formula(counts, made, step, chosen):
    """Return Monden's D_k when `chosen` is made at this step."""
    total = sum(counts.values())
    return sum((step * counts[key] / total - made[key] - (key == chosen)) ** 2 for key in counts)


@tagged("post_install", "-at_install")
class TestHeijunka(TransactionCase):
    def test_each_choice_is_nearest_to_even_use(self):
        counts = {"A": 7, "B": 4, "C": 2, "D": 1}
        made = dict.fromkeys(counts, 0)
        for step, chosen in enumerate(heijunka.level(counts), 1):
            found = {key: formula(counts, made, step, key) for key in counts if made[key] < counts[key]}
            self.assertAlmostEqual(found[chosen], min(found.values()))
            made[chosen] += 1
        self.assertEqual(made, counts)

    @given(st.dictionaries(st.integers(0, 5), st.floats(0, 500), min_size=1), st.integers(5, 120))
    def test_minutes_add_up_and_no_part_exceeds_a_pitch(self, minutes, pitch):
        parts = heijunka.interleave(minutes, pitch)
        for key, needed in minutes.items():
            mine = [part for other, part in parts if other == key]
            self.assertAlmostEqual(sum(mine), needed, places=5)
            self.assertTrue(all(0 <= part <= pitch for part in mine))
