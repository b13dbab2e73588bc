"""The overview: figures and the records behind them, steps of the set-up, mistakes in it."""

from odoo.tests import tagged

from .common import PullCommon


@tagged("post_install", "-at_install")
class TestOverview(PullCommon):
    def _get_section(self, user=None):
        company = self.env["res.company"].with_user(user or self.planner)
        return next((row for row in company.mes_get_overview() if row["key"] == "mes_pull"), None)

    def _get_tile(self, key):
        return next(tile for tile in self._get_section()["tiles"] if tile["key"] == key)

    def _open(self, action):
        """Return the records that a window action of the overview opens, as the planner."""
        return self.env[action["res_model"]].with_user(self.planner).search(action["domain"])

    def _find_mistake(self, text):
        return next((row for row in self._get_section()["mistakes"] if row["text"].startswith(text)), None)

    def test_only_for_planners(self):
        self.assertFalse(self._get_section(self.operator))

    def test_every_action_is_there(self):
        section = self._get_section()
        for row in section["steps"] + section["tiles"]:
            if isinstance(row["action"], str):
                self.assertTrue(self.env.ref(row["action"]))
            else:
                self._open(row["action"])

    def test_steps_are_done_when_their_records_are_there(self):
        first_scan = self._get_section()["steps"][-1]
        self.assertFalse(first_scan["is_done"])
        self.assertEqual(self.station.withdraw(self.loop.id, 100)["status"], "ok")
        self.assertEqual([step["is_done"] for step in self._get_section()["steps"]].count(False), 1)  # no cap
        self.press.mes_wip_cap_jobs = 2
        self.assertTrue(all(step["is_done"] for step in self._get_section()["steps"]))

    def test_wip_against_caps(self):
        self.press.mes_wip_cap_jobs = 1
        self.assertEqual(self._get_tile("wip")["value"], "0 / 1")
        self.env["mrp.production"].create({"product_id": self.stamped.id, "product_qty": 5}).action_confirm()
        tile = self._get_tile("wip")
        self.assertEqual(tile["value"], "1 / 1")
        self.assertEqual(tile["level"], "warn")

    def test_signals_that_wait_open_their_records(self):
        self.bom.active = False
        move = self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": 100,
                "location_id": self.market.id,
                "location_dest_id": self.line.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        tile = self._get_tile("signals")
        self.assertEqual(tile["value"], "1")
        self.assertEqual(self._open(tile["action"]).loop_id, self.loop)

    def test_what_a_cut_order_saved(self):
        before = self._get_tile("saved")["note"]
        self.stamped.standard_price = 3
        order = self.env["mrp.production"].create({"product_id": self.stamped.id, "product_qty": 7})
        order.action_confirm()
        change = self.env["mes.pull.change"].sudo()
        change.create(change._prepare_document_vals(order, 7, 2, None) | {"action": "reduced"})
        tile = self._get_tile("saved")
        self.assertNotEqual(tile["note"], before)
        self.assertIn(order, self._open(tile["action"]).production_id)
        self.assertIn("15", tile["value"])  # 5 pieces at 3

    def test_a_loop_without_a_bill(self):
        self.assertFalse(self._find_mistake("Loops without a bill"))
        self.bom.active = False
        mistake = self._find_mistake("Loops without a bill")
        self.assertEqual(self._open(mistake["action"]), self.loop)
        self.assertIn(self.loop.display_name, mistake["text"])

    def test_a_bought_loop_without_a_vendor(self):
        loop = self._create_loop(self.blank, self.blank_market, supply_method="buy", container_qty=10, card_count=2)
        self.assertFalse(self._find_mistake("Bought loops"))
        self.blank.seller_ids.unlink()
        self.assertEqual(self._open(self._find_mistake("Bought loops")["action"]), loop)

    def test_a_supermarket_of_zero_cards(self):
        self.loop.card_count = 0
        self.assertEqual(self._open(self._find_mistake("Supermarkets of zero")["action"]), self.loop)

    def test_a_reordering_rule_beside_a_loop(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.stamped.id, "location_id": self.market.id, "trigger": "auto"}
        )
        self.assertEqual(self._open(self._find_mistake("Reordering rules beside")["action"]), rule)

    def test_a_cap_below_one_container(self):
        self.press.write({"mes_wip_cap_qty": 99, "mes_wip_policy": "block"})
        self.assertEqual(self._open(self._find_mistake("Caps smaller")["action"]), self.press)
        self.press.mes_wip_cap_qty = 100
        self.assertFalse(self._find_mistake("Caps smaller"))

    def test_a_work_centre_without_hours(self):
        calendar = self.env["resource.calendar"].create({"name": "None", "attendance_ids": False})
        calendar.attendance_ids.unlink()
        self.press.resource_calendar_id = calendar
        self.assertEqual(self._open(self._find_mistake("Work centres without")["action"]), self.press)

    def test_many_loops_cost_no_more_queries(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_section()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(10):
            place = self._create_place(f"Rack {number}", self.stock)
            self._create_loop(self.stamped, place, container_qty=10, card_count=1)
        count()  # rules of access are read anew after new stock rules
        self.assertLessEqual(count(), few + 5)
