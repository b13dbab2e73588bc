"""The statement of a page judges and sorts as `tools/figures.py` and `tools/board.py` say."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools.board import ORDERS, STATUSES, sort_key
from ..tools.figures import Figures, Parts

NUMBERS = st.integers(0, 12).map(float) | st.floats(0, 50).map(lambda number: round(number, 2))
DAYS = st.integers(0, 60).map(float)


@st.composite
def figures(draw):
    near, later = draw(NUMBERS), draw(NUMBERS)
    values = [draw(NUMBERS) for _name in range(11)]
    return Figures(
        on_hand=values[0],
        registered=min(values[1], 3.0),
        held=min(values[2], values[0]),
        reserved=values[3],
        demand=(near, near + later),
        demand_all=near + later + values[4],
        incoming=(values[5], values[5] + values[6]),
        incoming_all=values[5] + values[6],
        quoted=values[7],
        safety=values[8],
        issued=values[9],
        value=values[10],
        used_up_days=draw(st.none() | DAYS),
        to_safety_days=draw(st.none() | DAYS),
        last_demand_days=draw(DAYS),
    )


@tagged("post_install", "-at_install")
class TestBoardPage(TransactionCase):
    def _get_rows(self, all_figures):
        """Return the figures as a query of the columns that the board's statement has."""
        names = []
        for name in Parts._fields[:-1]:
            names += [f"{name}_0", f"{name}_1"] if name in ("demand", "incoming") else [name]
        rows = []
        for number, one in enumerate(all_figures, 1):
            values = []
            for name in Parts._fields[:-1]:
                value = getattr(one, name)
                values += value if isinstance(value, tuple) else [value]
            columns = [
                SQL("%s::float8 AS %s", value, SQL.identifier(name)) for name, value in zip(names, values, strict=True)
            ]
            rows.append(SQL("SELECT %s::int AS product_id, 0 AS number, %s", number, SQL(", ").join(columns)))
        return SQL(" UNION ALL ").join(rows)

    def _get_named(self, ids):
        return SQL("SELECT id, rank FROM unnest(%s::int[]) WITH ORDINALITY AS named(id, rank)", ids)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(figures(), min_size=1, max_size=8), st.sampled_from(ORDERS), st.booleans())
    def test_the_database_sorts_and_judges_as_the_formulas_do(self, all_figures, order, is_reverse):
        board = self.env["mes.aging.board"]
        ids = list(range(1, len(all_figures) + 1))
        name = f"-{order}" if is_reverse else order
        query = board._get_page_query(self._get_rows(all_figures), self._get_named(ids), 2, name, STATUSES)
        rows = self.env.execute_query(query)
        judged = {row[1]: row[-4:] for row in rows}
        for number, one in zip(ids, all_figures, strict=True):
            cover, excess, value, status = judged[number]
            self.assertEqual(status, one.status, one)
            self.assertAlmostEqual(excess, one.excess, msg=one)
            self.assertAlmostEqual(value, one.excess_value, msg=one)
            self.assertAlmostEqual(cover, float("inf") if one.cover_days is None else one.cover_days, msg=one)
        self._check_order([row[1] for row in rows], all_figures, order, is_reverse)

    def _check_order(self, found, all_figures, order, is_reverse):
        """The keys rise (or fall) as `sort_key` says; keys that differ by the noise of floats only count as equal."""
        if order == "name":
            self.assertEqual(found, sorted(found, reverse=is_reverse))
            return
        keys = [sort_key(all_figures[number - 1], order) for number in (found[::-1] if is_reverse else found)]
        rounded = [tuple(round(part, 6) for part in key) for key in keys]
        self.assertEqual(rounded, sorted(rounded))

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(figures(), min_size=1, max_size=8), st.sampled_from(STATUSES))
    def test_totals_are_of_all_and_the_page_of_the_status(self, all_figures, status):
        board = self.env["mes.aging.board"]
        ids = list(range(1, len(all_figures) + 1))
        query = board._get_page_query(self._get_rows(all_figures), self._get_named(ids), 2, "name", [status], limit=2)
        rows = self.env.execute_query(query)
        wanted = [number for number in ids if all_figures[number - 1].status == status]
        self.assertEqual([row[1] for row in rows if row[1]], wanted[:2])
        count, counts, value, _excess = board._sum_up(rows[0][0], [status])
        self.assertEqual((count, sum(counts.values())), (len(wanted), len(ids)))
        self.assertAlmostEqual(value, sum(one.value for one in all_figures), 4)
