from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .slots_common import SlotCase


@tagged("post_install", "-at_install")
class TestHourBoard(SlotCase):
    """What the board tells, as the operator sees it."""

    def setUp(self):
        super().setUp()
        self.order = self._plan(800)
        self.work = self.order.workorder_ids

    def _board(self, user=None, **more):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["mes.pull.slot"].with_user(user or self.operator).get_hours(**more)

    def _row(self, **more):
        return next(row for row in self._board(**more)["workcenters"] if row["id"] == self.press.id)

    def test_a_day_of_eight_hours(self):
        row = self._row()
        self.assertEqual((row["name"], row["date"], row["is_today"], row["behind"]), ("Press", "2026-03-02", True, 0))
        self.assertEqual(
            [hour["label"] for hour in row["hours"]], [f"{h:02}:00" for h in (8, 9, 10, 11, 13, 14, 15, 16)]
        )
        self.assertEqual({hour["planned"] for hour in row["hours"]}, {25})
        self.assertEqual(row["hours"][0]["start"], "2026-03-02 07:00:00")
        item = row["hours"][0]["items"][0]
        self.assertEqual((item["order"], item["product"]), (self.order.name, self.bracket.display_name))

    def test_counts_and_causes(self):
        self._go_to("Mon 08:30")
        self._count(self.order, 20)
        loss = self.env["mrp.workcenter.productivity.loss"].search([("manual", "=", True)], limit=1)
        slot = self._slots(self.order)[0]
        slot.with_user(self.operator).action_set_loss(loss.id)
        hour = self._row()["hours"][0]
        self.assertEqual((hour["planned"], hour["done"], hour["items"][0]["loss"]), (25, 20, loss.name))
        self.assertIn({"id": loss.id, "name": loss.name}, self._board()["losses"])

    def test_what_earlier_days_owe(self):
        self._count(self.order, 150)
        for day, behind in (("Tue", 50), ("Thu", 450)):
            self._go_to(f"{day} 08:00")
            self.assertEqual(self._row()["behind"], behind, day)

    def test_another_day(self):
        row = self._row(date="2026-03-05")
        self.assertEqual((row["date"], row["is_today"], len(row["hours"])), ("2026-03-05", False, 8))
        self.assertFalse(self._board(date="2026-03-08")["workcenters"])

    def test_one_work_centre_only(self):
        self._plan(100, product=self._create_made("Plate", self.saw))
        self.assertEqual({row["id"] for row in self._board(workcenter_ids=self.saw.ids)["workcenters"]}, {self.saw.id})

    def test_two_orders_in_one_hour_are_one_row(self):
        other = self._order(25)
        other.workorder_ids.write({"date_start": self._at("Mon 08:00"), "date_finished": self._at("Mon 09:00")})
        hour = self._row()["hours"][0]
        self.assertEqual((hour["planned"], len(hour["items"])), (50, 2))

    def test_queries_do_not_grow_with_the_work_centres(self):
        few = self._count_queries()
        for number in range(6):
            center = self.env["mrp.workcenter"].create({"name": f"Line {number}"})
            center.resource_calendar_id = self.calendar
            self._plan(200, product=self._create_made(f"Part {number}", center))
        self.assertEqual(len(self._board()["workcenters"]), 7)
        self.assertLessEqual(self._count_queries(), few + 2)

    def _count_queries(self):
        self._board()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["mes.pull.slot"].with_user(self.operator).get_hours()
        return self.env.cr.sql_log_count - before

    def test_other_companies_stay_out(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "stranger", "mes_pull.mes_pull_group_operator", company_id=company.id, company_ids=company.ids
        )
        board = self.env(user=stranger, context={"allowed_company_ids": company.ids})["mes.pull.slot"].get_hours()
        self.assertFalse(board["workcenters"])
        slot = self._slots(self.order)[0]
        self._assert_denied(lambda: slot.with_user(stranger).with_company(company).action_set_loss(False))

    def test_only_who_works_here_sees_it(self):
        visitor = new_test_user(self.env, "visitor", "base.group_user")
        with self.assertRaises(AccessError):
            self._board(visitor)
