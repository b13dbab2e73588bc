"""Sampling plans by ISO 2859-1: the tables' properties, and the switching rules on real lots."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, new_test_user, tagged

from ..tools.sampling import AQLS, SEVERITIES, acceptance_probability, single_plan
from .inspection_common import InspectionCommon
from .sampling_tables import TABLES

LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000, 500001)
# A lot and a level of each letter
LETTER_LOTS = {**dict(zip("ABCDEFGHJKLMNPQ", [(lot, "II") for lot in LOTS], strict=True)), "R": (LOTS[-1], "III")}


def read_table(severity):
    """Return ``{letter: (sample size, [acceptance number or arrow of each AQL])}``."""
    rows = [line.split() for line in TABLES[severity].strip().splitlines()]
    return {letter: (int(size), cells) for letter, size, *cells in rows}


def follow(table, letter, column):
    """Return letter, size and acceptance number of the plan that a cell leads to."""
    letters = list(table)
    place = letters.index(letter)
    while (cell := table[letters[place]][1][column]) in "v^":
        place += 1 if cell == "v" else -1
    return letters[place], table[letters[place]][0], int(cell)


@tagged("post_install", "-at_install")
class TestTables(BaseCase):
    def test_known_cells(self):
        cells = {
            (1000, "1.0", "normal"): (80, 2, 3),
            (1000, "0.65", "normal"): (80, 1, 2),
            (1000, "1.0", "tightened"): (80, 1, 2),
            (1000, "0.40", "tightened"): (200, 1, 2),
            (1000, "1.0", "reduced"): (32, 1, 2),
            (500, "2.5", "normal"): (50, 3, 4),
            (100, "4.0", "normal"): (20, 2, 3),
            (20, "1.0", "normal"): (13, 0, 1),
            (8, "10", "normal"): (5, 1, 2),
            (5000, "1.5", "normal"): (200, 7, 8),
            (5000, "6.5", "normal"): (200, 21, 22),
            (5000, "10", "normal"): (125, 21, 22),
            (200000, "0.10", "normal"): (800, 2, 3),
        }
        for (lot, aql, severity), cell in cells.items():
            plan = single_plan(lot, "II", aql, severity)
            self.assertEqual((plan.size, plan.accept, plan.reject), cell, (lot, aql, severity))

    def test_every_cell_is_that_of_the_listed_tables(self):
        for severity in SEVERITIES:
            table = read_table(severity)
            for letter, (lot, level) in LETTER_LOTS.items():
                for column, aql in enumerate(AQLS):
                    plan = single_plan(lot, level, aql, severity)
                    expected, size, accept = follow(table, letter, column)
                    found = (plan.letter, plan.size, plan.accept)
                    self.assertEqual(found, (expected, min(size, lot), accept), (severity, letter, aql))

    def test_arrows_of_the_listed_tables_lead_to_a_plan_and_numbers_only_grow(self):
        for severity in SEVERITIES:
            table = read_table(severity)
            rows = [cells for _size, cells in table.values()]
            for line in [*rows, *zip(*rows, strict=True)]:  # along the AQLs, and down the letters
                shape = "".join("n" if cell.isdigit() else cell for cell in line if cell != "-")
                self.assertRegex(shape, r"^v*n?\^*v*n*\^*$", severity)
                numbers = [int(cell) for cell in line if cell.isdigit()]
                self.assertEqual(numbers, sorted(numbers), severity)
            sizes = [size for size, _cells in table.values()]
            self.assertEqual(sizes, sorted(sizes), severity)

    def test_tightened_accepts_no_more_and_reduced_looks_at_no_more(self):
        for lot, level in LETTER_LOTS.values():
            for aql in AQLS:
                normal, tightened, reduced = (single_plan(lot, level, aql, one) for one in SEVERITIES)
                self.assertLessEqual(tightened.accept / tightened.size, normal.accept / normal.size, (lot, aql))
                self.assertLessEqual(reduced.size, normal.size, (lot, aql))

    def test_two_reduced_plans_that_others_quote(self):
        plans = [single_plan(*LETTER_LOTS[letter], "0.65", "reduced") for letter in "LM"]
        self.assertEqual([(plan.size, plan.accept) for plan in plans], [(80, 2), (125, 3)])

    def test_arrows_lead_to_the_nearest_plan(self):
        plans = [single_plan(*LETTER_LOTS[letter], aql) for letter, aql in (("A", "15"), ("A", "4.0"), ("C", "4.0"))]
        self.assertEqual([(plan.letter, plan.accept) for plan in plans], [("B", 1), ("B", 0), ("B", 0)])
        # up, but nothing is above the first row
        self.assertEqual(single_plan(*LETTER_LOTS["A"], "10").letter, "C")

    def test_a_looser_aql_never_asks_for_better_lots(self):
        for severity in ("normal", "tightened"):
            for lot in LOTS:
                plans = [single_plan(lot, "II", aql, severity) for aql in AQLS[:15]]
                shares = [(plan.accept + 0.7) / plan.size for plan in plans]
                for before, after in zip(shares, shares[1:], strict=False):
                    self.assertGreaterEqual(after, 0.9 * before, (severity, lot))  # numbers are round

    def test_larger_lots_have_no_smaller_samples_and_more_tightened_accepts_less(self):
        for aql in AQLS[5:16]:
            sizes = [single_plan(lot, "II", aql).size for lot in LOTS]
            steps = [after - before for before, after in zip(sizes, sizes[1:], strict=False)]
            self.assertGreaterEqual(sizes[-1], sizes[0])
            self.assertLessEqual(sum(step < 0 for step in steps), 2, aql)  # only where arrows point up
            for lot in LOTS[6:]:
                normal, tightened, reduced = (single_plan(lot, "II", aql, one) for one in SEVERITIES)
                bad = 3 * float(aql) if float(aql) < 10 else 25
                self.assertLessEqual(
                    acceptance_probability(tightened, bad), acceptance_probability(normal, bad) + 0.02, (aql, lot)
                )
                self.assertLessEqual(reduced.size, normal.size)

    def test_lots_as_good_as_the_aql_are_nearly_always_accepted(self):
        for aql in AQLS[5:16]:
            for lot in LOTS[7:]:
                plan = single_plan(lot, "II", aql)
                if plan.size < lot:
                    self.assertGreater(acceptance_probability(plan, float(aql)), 0.85, (aql, lot))
                    self.assertLess(acceptance_probability(plan, min(90, 12 * float(aql))), 0.45, (aql, lot))


@tagged("post_install", "-at_install")
class TestSampling(InspectionCommon):
    def test_all_percentage_and_fixed(self):
        plan = self._create_plan(sampling="all")
        self.assertEqual(plan._get_sample(9.5), (10, 0))
        plan.write({"sampling": "percentage", "sampling_percent": 10})
        self.assertEqual((plan._get_sample(95), plan._get_sample(3)), ((10, 0), (1, 0)))
        plan.write({"sampling": "fixed", "sampling_qty": 5, "accept_number": 1})
        self.assertEqual((plan._get_sample(100), plan._get_sample(3)), ((5, 1), (3, 1)))

    def test_two_of_five_rejected_tighten_and_five_good_ones_loosen(self):
        plan = self._create_plan(sampling="aql", aql="1.0", level="II")
        self._decide_lots(plan, "R", "A", "R")
        self.assertEqual((plan.stream_ids.severity, plan.stream_ids.partner_id), ("tightened", self.vendor))
        inspection = self._create_receipt(quantity=1000).mes_inspection_ids
        self.assertEqual((inspection.sample_size, inspection.accept_number, inspection.severity), (80, 1, "tightened"))
        self._decide_lots(plan, "A", "A", "A", "A")
        self.assertEqual(plan.stream_ids.severity, "tightened")
        self._decide_lots(plan, "A")
        self.assertEqual(plan.stream_ids.severity, "normal")
        self.assertEqual(self._create_receipt(quantity=1000).mes_inspection_ids.accept_number, 2)

    def test_another_vendor_has_a_state_of_its_own(self):
        plan = self._create_plan(sampling="aql", aql="1.0")
        self._decide_lots(plan, "R", "R")
        other = self.env["res.partner"].create({"name": "Supplier C"})
        picking = self._create_receipt()
        picking = picking.copy({"partner_id": other.id})
        picking.action_confirm()
        self.assertEqual(picking.mes_inspection_ids.severity, "normal")

    def test_ten_good_lots_reduce_and_a_bad_one_ends_it(self):
        plan = self._create_plan(sampling="aql", aql="1.0")
        self._decide_lots(plan, *"AAAAAAAAAA")
        self.assertEqual(plan.stream_ids.severity, "reduced")
        self.assertEqual(self._create_receipt(quantity=1000).mes_inspection_ids.sample_size, 32)
        self._decide_lots(plan, "R")
        self.assertEqual(plan.stream_ids.severity, "normal")

    def test_sampling_stops_after_five_rejected_until_an_engineer_resumes(self):
        plan = self._create_plan(sampling="aql", aql="1.0")
        self._decide_lots(plan, *"RRRRRRR")
        self.assertTrue(plan.stream_ids.is_discontinued)
        inspection = self._create_receipt(quantity=1000).mes_inspection_ids
        self.assertEqual((inspection.sample_size, inspection.accept_number), (1000, 0))
        with self.assertRaises(AccessError):
            plan.stream_ids.with_user(self.inspector).action_resume()
        plan.stream_ids.with_user(self.engineer).action_resume()
        self.assertEqual(self._create_receipt(quantity=1000).mes_inspection_ids.sample_size, 80)

    def test_another_company_does_not_resume_sampling(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "s_other", "mes_quality.mes_quality_group_manager", company_id=other.id, company_ids=other.ids
        )
        plan = self._create_plan(sampling="aql", aql="1.0")
        self._decide_lots(plan, *"RRRRRRR")
        with self.assertRaises(AccessError):
            plan.stream_ids.with_user(stranger).with_context(allowed_company_ids=other.ids).action_resume()
        self.assertTrue(plan.stream_ids.is_discontinued)

    def test_lots_are_skipped_after_good_ones(self):
        plan = self._create_plan(is_skip_lot=True, skip_after=3, skip_every=3)
        self._decide_lots(plan, "A", "A", "A")
        states = [self._create_receipt().mes_inspection_ids for _lot in range(3)]
        self.assertEqual([one.is_skipped for one in states], [True, True, False])
        lot = self._receive(states[0].picking_id, {"SKIPPED": 10})
        self.assertEqual((states[0].state, lot.mes_quality_state), ("passed", "released"))
        self._inspect(states[2], verdict="fail").action_fail()
        self.assertFalse(self._create_receipt().mes_inspection_ids.is_skipped)

    def test_what_is_asked_for_again_is_never_skipped(self):
        plan = self._create_plan(is_skip_lot=True, skip_after=1, skip_every=9)
        self._decide_lots(plan, "A")
        skipped = self._create_receipt().mes_inspection_ids
        skipped.with_user(self.engineer).action_reinspect("complaint")
        self.assertEqual((skipped.is_skipped, skipped.next_ids.is_skipped), (True, False))

    def test_aqls_above_ten_count_defects_and_not_pieces(self):
        plan = self._create_plan(sampling="aql", aql="25", level="S-1")
        inspection = self._create_receipt(quantity=10).mes_inspection_ids.with_user(self.inspector)
        self.assertEqual((inspection.sample_size, inspection.accept_number), (2, 1))
        inspection.line_ids.defects = 2
        self.assertTrue(plan._counts_defects())
        with self.assertRaises(UserError):
            inspection.action_pass()

    def _decide_lots(self, plan, *results):
        for result in results:
            inspection = self.env["mes.quality.inspection"].search([("plan_id", "=", plan.id), ("state", "=", "todo")])
            inspection._cancel("another lot")
            inspection = self._create_receipt().mes_inspection_ids
            if result == "A":
                self._inspect(inspection, verdict="pass").action_pass()
            else:
                self._inspect(inspection, verdict="fail").action_fail("bad")
