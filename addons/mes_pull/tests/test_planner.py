"""Planning many orders in one pass: where, when and why; what it never does."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..tools import planner as tool
from .planner_common import PlannerCase, at

MONDAY = datetime(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestPlanner(PlannerCase):
    def test_one_booking_reaches_over_the_break(self):
        order = self._order(300, self.part)
        self._plan(order)
        work = order.workorder_ids
        self.assertEqual(self._span(work), (self.press, at(8), at(14)))
        self.assertEqual((work.date_start, work.date_finished), (at(8), at(14)))
        self.assertEqual((order.is_planned, order.date_start, order.date_finished), (True, at(8), at(14)))
        self.assertEqual(order.move_raw_ids.mapped("date"), [at(8)])
        self.assertEqual(order.move_finished_ids.mapped("date"), [at(14)])
        self.assertEqual(sum(work.mes_slot_ids.mapped("planned_qty")), 300)

    def test_plans_as_odoo_does(self):
        orders = [self._order(quantity, product) for quantity in (90, 300, 30) for product in (self.part, self.frame)]
        for order in orders:
            order.with_user(self.worker).button_plan()
        theirs = [(self._span(w), w.state, w.duration_expected) for order in orders for w in order.workorder_ids]
        for order in orders:
            order.button_unplan()
            order.date_start = at(8)
        self._plan(*orders)
        self.env.flush_all()
        ours = [(self._span(w), w.state, w.duration_expected) for order in orders for w in order.workorder_ids]
        self.assertEqual(ours, theirs)

    def test_urgent_first_then_the_earlier_deadline(self):
        late, soon, urgent = (self._order(60, self.part) for _number in range(3))
        late.date_deadline, soon.date_deadline, urgent.priority = at(17, day=9), at(17, day=3), "1"
        self._plan(late, soon, urgent)
        starts = [order.workorder_ids.date_start for order in (urgent, soon, late)]
        self.assertEqual(starts, [at(8), at(9), at(10)])
        self.assertEqual(late.workorder_ids.mes_plan_reason, f"Press makes {soon.name} - At Press until 10:00")

    def test_an_operation_waits_for_the_one_before(self):
        order = self._order(60, self.frame)
        self._plan(order)
        first, second = order.workorder_ids
        self.assertEqual((first.date_start, second.date_start), (at(8), at(9)))
        self.assertIn("waits for", second.mes_plan_reason)
        self.assertIn("09:00", second.mes_plan_reason)

    def test_an_order_waits_for_the_order_of_its_component(self):
        child, parent = self._order(60, self.part), self._order(60, self.frame)
        parent.move_raw_ids.move_orig_ids = child.move_finished_ids
        parent.priority = "1"
        self._plan(parent, child)
        self.assertEqual(child.workorder_ids.date_finished, at(9))
        first = parent.workorder_ids[0]
        self.assertEqual(first.date_start, at(9))
        self.assertEqual(first.mes_plan_reason, f"waits for {child.name} (Part) until 09:00")

    def test_the_alternative_that_is_free_earlier(self):
        self.press.alternative_workcenter_ids = self.saw
        one, two = self._order(60, self.part), self._order(60, self.part)
        self._plan(one, two)
        self.assertEqual(self._span(one.workorder_ids), (self.press, at(8), at(9)))
        self.assertEqual(self._span(two.workorder_ids), (self.saw, at(8), at(9)))
        self.assertEqual(two.workorder_ids.leave_id.resource_id, self.saw.resource_id)

    def test_work_that_has_begun_stays(self):
        begun, other = self._order(120, self.part), self._order(60, self.part)
        self._plan(begun, other)
        begun.workorder_ids.button_start()
        other.priority = "1"
        self._plan(begun, other)
        self.assertEqual(begun.workorder_ids.date_start, at(8))
        self.assertEqual(other.workorder_ids.date_start, at(10))

    def test_frozen_hours(self):
        one, two = self._order(60, self.part), self._order(60, self.part)
        self._plan(one, two)
        two.priority = "1"
        self.company.mes_plan_fence_hours = 1
        self._plan(one, two)
        self.assertEqual((one.workorder_ids.date_start, two.workorder_ids.date_start), (at(8), at(9)))
        self.company.mes_plan_fence_hours = 0
        self._plan(one, two)
        self.assertEqual((one.workorder_ids.date_start, two.workorder_ids.date_start), (at(9), at(8)))

    def test_what_waits_in_the_queue_is_not_planned(self):
        self.press.mes_wip_cap_jobs = 1
        released, queued = self._order(60, self.part), self._order(60, self.part)
        self._plan(released, queued)
        self.assertTrue(released.workorder_ids.leave_id)
        self.assertFalse(queued.workorder_ids.leave_id)

    def test_what_is_paused_is_not_planned(self):
        order = self._order(60, self.part)
        order.action_mes_pause("no steel")
        self._plan(order)
        self.assertFalse(order.workorder_ids.leave_id)

    def test_the_start_that_was_asked_for_is_kept(self):
        order = self._order(60, self.part, date_start=at(9, day=4))
        for _time in range(2):
            self._plan(order)
            self.assertEqual(order.workorder_ids.date_start, at(9, day=4))
        self.assertEqual(order.workorder_ids.mes_plan_reason, "wanted from 09:00")

    def test_a_preview_writes_nothing(self):
        order = self._order(60, self.part)
        rows = self.env["mes.pull.planner"].with_user(self.planner).preview(order.ids)
        self.assertEqual((rows[0]["date_start"], rows[0]["date_finished"]), (at(8), at(9)))
        self.assertFalse(order.workorder_ids.leave_id)
        self.assertEqual(self._plan(order), rows)

    def test_for_planners(self):
        order = self._order(60, self.part)
        for user in (self.worker, self.operator, self.storekeeper):
            for method in ("plan", "preview"):
                with self.assertRaises(AccessError):
                    self._rpc(user, self.env["mes.pull.planner"], method, order.ids)
        self.assertFalse(order.workorder_ids.leave_id)


SHIFTS = [(at(8, day=day), at(12, day=day)) for day in range(2, 7)]
SHIFTS += [(at(13, day=day), at(17, day=day)) for day in range(2, 7)]
SHIFTS = sorted(
    shift for week in range(12) for shift in ((a + timedelta(7 * week), b + timedelta(7 * week)) for a, b in SHIFTS)
)


@st.composite
def shops(draw):
    """Return jobs of up to three operations on three machines, that wait for each other, and bookings of others."""
    jobs = []
    for number in range(draw(st.integers(1, 8))):
        keys = [(number, step) for step in range(draw(st.integers(1, 3)))]
        operations = [
            tool.Operation(
                key,
                [(m, draw(st.integers(1, 900))) for m in draw(st.sets(st.integers(0, 2), min_size=1))],
                keys[step - 1 : step] if step else [],
            )
            for step, key in enumerate(keys)
        ]
        after = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else ()
        jobs.append(tool.Job(number, (draw(st.integers(0, 3)), number), operations, sorted(after)))
    busy = [draw(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)), max_size=3)) for _m in range(3)]
    return jobs, busy


@tagged("post_install", "-at_install")
class TestPlannerProperties(TransactionCase):
    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(shops())
    def test_any_plan_holds(self, shop):
        jobs, busy = shop
        taken = {
            machine: [(MONDAY + timedelta(hours=a), MONDAY + timedelta(hours=a + b), "other") for a, b in spans]
            for machine, spans in enumerate(busy)
        }
        resources = {m: tool.Resource(tool.Clock(SHIFTS), spans) for m, spans in taken.items()}
        placed = tool.plan(jobs, resources, MONDAY)
        self.assertEqual(set(placed), {op.key for job in jobs for op in job.operations})
        for job in jobs:
            for operation in job.operations:
                self._check(operation, placed, taken)
                for other in job.after:
                    stops = [placed[op.key].stop for op in jobs[other].operations]
                    self.assertGreaterEqual(placed[operation.key].start, max(stops))

    def _check(self, operation, placed, taken):
        found = placed[operation.key]
        worked = [(max(a, found.start), min(b, found.stop)) for a, b in SHIFTS if a < found.stop and b > found.start]
        minutes = dict(operation.options)[found.resource]
        self.assertEqual(sum((b - a).total_seconds() for a, b in worked), minutes * 60)
        self.assertEqual((worked[0][0], worked[-1][1]), (found.start, found.stop), "outside working time")
        for key in operation.after:
            self.assertGreaterEqual(found.start, placed[key].stop)
        others = [(a, b) for a, b, _who in taken[found.resource]]
        others += [(p.start, p.stop) for k, p in placed.items() if k != operation.key and p.resource == found.resource]
        for start, stop in others:
            self.assertFalse(found.start < stop and start < found.stop, "overlap")
