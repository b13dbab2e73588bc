from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_path


def file_path_exists(path):
    try:
        return bool(file_path(path))
    except FileNotFoundError:
        return False


@tagged("post_install", "-at_install")
class TestScreens(HttpCase):
    """Station and board as operator and planner use them, and the unit tests of their JavaScript.

    1000 tour brackets lie in their supermarket; the loop has 10 cards of 100.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._remove_missing_asset()
        company = cls.env.ref("base.main_company")
        stock = cls.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).lot_stock_id
        cls.market = cls._create_place("Tour market", stock)
        floor = cls.env["stock.location"].create({"name": "Tour floor", "usage": "view", "company_id": company.id})
        cls.line = cls._create_place("Tour welding", floor, barcode="TOUR-WELDING")
        blank = cls._create_product("Tour blank")
        cls.bracket = cls._create_product("Tour bracket", barcode="TOUR-BRACKET")
        press = cls.press = cls.env["mrp.workcenter"].create({"name": "Tour press"})
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.bracket.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": blank.id, "product_qty": 1})],
                "operation_ids": [(0, 0, {"name": "Stamp", "workcenter_id": press.id, "time_cycle_manual": 1})],
            }
        )
        cls.loop = cls.env["mes.pull.loop"].create(
            {
                "product_id": cls.bracket.id,
                "location_id": cls.market.id,
                "supply_method": "manufacture",
                "container_qty": 100,
                "card_count": 10,
            }
        )
        cls.env["stock.quant"]._update_available_quantity(cls.bracket, cls.market, 1000)
        cls.operator = new_test_user(cls.env, "tour_operator", "base.group_user,mes_pull.mes_pull_group_operator")
        cls.planner = new_test_user(cls.env, "tour_planner", "base.group_user,mes_pull.mes_pull_group_planner")

    @classmethod
    def _create_place(cls, name, parent, **more):
        vals = {"name": name, "location_id": parent.id, "usage": "internal", "company_id": parent.company_id.id}
        return cls.env["stock.location"].create({**vals, **more})

    @classmethod
    def _create_product(cls, name, **more):
        return cls.env["product.product"].create({"name": name, "is_storable": True, **more})

    @classmethod
    def _remove_missing_asset(cls):
        """Some distributions leave a library out that the bundle names; the browser would complain in its console."""
        path = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
        vals = {"bundle": "web.assets_backend", "directive": "remove", "path": path}
        if not file_path_exists(path) and not cls.env["ir.asset"].search([(key, "=", vals[key]) for key in vals]):
            cls.env["ir.asset"].create({"name": "left out", **vals})

    def _on_hand(self, place):
        quants = self.env["stock.quant"].search([("product_id", "=", self.bracket.id), ("location_id", "=", place.id)])
        return sum(quants.mapped("quantity"))

    def test_station(self):
        """Two containers by scan, 300 by hand and undone, one container returned: 900 left, one order of 100."""
        self.start_tour("/odoo/action-mes_pull.mes_pull_station_action", "mes_pull_station_tour", login="tour_operator")
        self.assertEqual(self._on_hand(self.market), 900)
        withdrawals = self.env["mes.pull.withdrawal"].search([("loop_id", "=", self.loop.id)])
        self.assertEqual(len(set(withdrawals.mapped("scan_key")) - {False}), len(withdrawals), "a key for each scan")
        self.assertEqual(withdrawals.filtered(lambda w: w.state == "undone").quantity, 300)
        self.assertEqual(self.loop.position_qty, 1000)

    def test_board(self):
        self.env["mes.pull.station"].with_user(self.operator).withdraw(self.loop.id, 500, scan_key="tour")
        self.start_tour("/odoo/action-mes_pull.mes_pull_board_action", "mes_pull_board_tour", login="tour_planner")

    def test_board_as_operator(self):
        self.env["mes.pull.station"].with_user(self.operator).withdraw(self.loop.id, 500, scan_key="tour")
        board = "/odoo/action-mes_pull.mes_pull_board_action"
        self.start_tour(board, "mes_pull_board_operator_tour", login="tour_operator")

    def test_hours(self):
        """An operator says why the first hour was missed: two hours ago it began, nothing is counted."""
        now = datetime.now().replace(minute=0, second=0, microsecond=0)
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Round the clock, noon here",
                "tz": f"Etc/GMT{now.hour - 12:+d}",
                "attendance_ids": [
                    Command.create({"name": "Day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
                    for day in range(7)
                ],
            }
        )
        line = self.env["mrp.workcenter"].create({"name": "Tour line", "resource_calendar_id": calendar.id})
        self.env["mrp.workcenter.productivity.loss"].create({"name": "Tour breakdown", "manual": True})
        order = self.env["mrp.production"].create({"product_id": self.bracket.id, "product_qty": 1200})
        order.action_confirm()
        work = order.workorder_ids
        work.workcenter_id = line
        work.duration_expected = 2880
        work.date_start = now - timedelta(hours=2)
        self.env.flush_all()
        self.start_tour("/odoo/pull-hours", "mes_pull_hours_tour", login="tour_operator")
        self.assertEqual(work.mes_slot_ids[0].note, "Belt torn")

    def test_calls(self):
        """Two calls of 60: a picker brings the first by scan and says of the second that there is none."""
        warehouse = self.market.warehouse_id
        kind = warehouse.int_type_id.copy({"name": "Tour calls", "sequence_code": "TC"})
        kind.default_location_src_id = warehouse.lot_stock_id
        bench = self._create_place("Tour bench", warehouse.view_location_id, barcode="TOUR-BENCH")
        bench.write({"mes_call_type_id": kind.id, "mes_call_horizon": 6})
        days = [{"name": "Day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24} for day in range(7)]
        clock = {"name": "Round the clock", "tz": "UTC", "attendance_ids": [Command.create(day) for day in days]}
        clock = self.env["resource.calendar"].create(clock)
        self.press.write({"mes_line_location_id": bench.id, "resource_calendar_id": clock.id})
        blank = self.bracket.bom_ids.bom_line_ids.product_id
        blank.barcode = "TOUR-BLANK"
        self.env["stock.quant"]._update_available_quantity(blank, warehouse.lot_stock_id, 500)
        order = self.env["mrp.production"].create({"product_id": self.bracket.id, "product_qty": 120})
        order.action_confirm()
        order.workorder_ids.duration_expected = 120
        order.workorder_ids.date_start = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
        self.env.flush_all()
        self.start_tour("/odoo/pull-calls", "mes_pull_calls_tour", login="tour_operator")
        calls = self.env["mes.pull.call"].search([("location_id", "=", bench.id)], order="date_due")
        self.assertEqual([call.picked_qty + call.done_qty for call in calls[:2]], [60, 0])
        self.assertEqual(calls[1].state, "short")

    def _fill_the_press(self):
        """One order runs at the press, which may have one; another waits. Return the one that waits."""
        self.press.mes_wip_cap_jobs = 1
        orders = self.env["mrp.production"].create(
            [{"product_id": self.bracket.id, "product_qty": 5} for _number in range(2)]
        )
        orders.location_dest_id = self.market.location_id
        orders.action_confirm()
        self.assertEqual(orders.mapped("mes_release_state"), ["released", "queued"])
        return orders[1]

    def test_wip_gauges(self):
        self._fill_the_press()
        self.start_tour("/odoo/pull-wip", "mes_pull_wip_tour", login="tour_planner")

    def test_overrides_report(self):
        self._fill_the_press().with_user(self.planner).action_mes_override("truck waits")
        self.start_tour("/odoo/pull-overrides", "mes_pull_overrides_tour", login="tour_planner")

    def test_unit(self):
        """The hoot tests of this addon."""
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={self._hoot_id('@mes_pull')}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    @staticmethod
    def _hoot_id(path):
        """The number that hoot gives to a suite of tests."""
        number = 0
        for char in path:
            number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
        return f"{number:08x}"
