"""The demonstration factory: it loads, its story is consistent, and the scenarios' figures come out.

The factory is loaded once for the class, inside the class's transaction.
"""

import logging
from itertools import pairwise

import pytz

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools.barcode import check_barcode_encoding

COUNTED_MODELS = (
    "product.product",
    "res.partner",
    "res.users",
    "stock.location",
    "stock.move",
    "stock.quant",
    "mrp.bom",
    "mrp.production",
    "purchase.order",
    "sale.order",
    "mes.pull.loop",
    "mes.pull.card",
    "mes.pull.signal",
    "mes.pull.withdrawal",
    "ir.model.data",
)


class LogKeeper(logging.Handler):
    """Keeps what is logged as a warning or worse."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


@tagged("post_install", "-at_install")
class TestDemoFactory(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factory = cls.env["mes.pull.demo"]
        cls.log = LogKeeper()
        logging.getLogger().addHandler(cls.log)
        try:
            cls.factory.action_load()
        finally:
            logging.getLogger().removeHandler(cls.log)
        cls.station = cls.env["mes.pull.station"].with_user(cls.factory._get("user_operator"))

    def _product(self, key):
        return self.factory._product(key)

    def _loop(self, key):
        return self.factory._loop(key)

    # -- scenarios ----------------------------------------------------------------------------------------------

    def test_a_500_brackets_withdrawn_make_one_order_of_500(self):
        loop = self._loop("bracket")
        self.assertEqual((loop.on_hand_qty, loop.authorised_qty, loop.on_order_qty), (1000, 1000, 0))
        welding = self.factory._get("floor_welding")
        answer = self.station.scan(loop.product_id.barcode, quantity=500, location_dest_id=welding.id, scan_key="a")
        self.assertEqual(answer["status"], "ok", answer["message"])
        order = self.env["mes.pull.signal"].browse(answer["signal_id"]).production_id
        self.assertEqual((order.product_qty, order.state), (500, "confirmed"))
        self.assertEqual(order.location_dest_id, self.factory._get("stamped_store"))
        self.assertEqual((loop.on_hand_qty, loop.on_order_qty), (500, 500))
        again = self.station.scan(loop.product_id.barcode, quantity=500, location_dest_id=welding.id, scan_key="a")
        self.assertTrue(again["duplicate"])
        self.assertEqual(loop.on_order_qty, 500)

    def test_c_800_carts_take_four_days_of_200(self):
        order = self.factory._get("order_800")
        self.assertEqual((order.state, order.order_line.product_uom_qty), ("sale", 800))
        production = self._loop("cart").signal_ids.filtered(lambda s: s.state == "released").production_id
        self.assertEqual(production.product_qty, 800)
        minutes = sum(production.workorder_ids.mapped("duration_expected"))
        self.assertEqual(minutes / 60 / self.factory._get("calendar").hours_per_day, 4)

    def test_g_300_castors_taken_of_500_leave_200_everywhere(self):
        castor = self._product("castor")
        loop = self._loop("castor")
        self.assertEqual((loop.on_hand_qty, castor.qty_available, castor.virtual_available), (500, 500, 500))
        answer = self.station.scan(castor.barcode, quantity=300, scan_key="g")
        self.assertEqual(answer["status"], "ok", answer["message"])
        self.assertEqual(loop.on_hand_qty, 200)
        self.assertEqual((castor.qty_available, castor.free_qty, castor.virtual_available), (200, 200, 200))

    def test_h_march_batch_adds_up_to_1000(self):
        lot = self.env["stock.lot"].search([("name", "=", "MARCH-A")])
        self.assertEqual(lot.create_date.month, 3)
        here = sum(
            self.env["stock.quant"]
            .search([("lot_id", "=", lot.id), ("location_id.usage", "=", "internal")])
            .mapped("quantity")
        )
        lines = self.env["stock.move.line"].search([("lot_id", "=", lot.id), ("state", "=", "done")])
        received = sum(lines.filtered(lambda line: line.location_id.usage == "supplier").mapped("quantity"))
        used = sum(lines.filtered(lambda line: line.location_dest_id.usage == "production").mapped("quantity"))
        scrapped = sum(lines.filtered(lambda line: line.location_dest_id.usage == "inventory").mapped("quantity"))
        self.assertEqual((received, scrapped), (1000, 12))
        self.assertEqual(used, 390)
        self.assertEqual(here + used + scrapped, 1000)

    def test_j_resistors_800_on_hand_600_needed_200_safety(self):
        resistor = self._product("resistor")
        in_three_days = fields.Datetime.add(fields.Datetime.now(), days=3)
        forecast = resistor.with_context(to_date=in_three_days)
        self.assertEqual((resistor.qty_available, resistor.free_qty), (800, 800))
        self.assertEqual((forecast.outgoing_qty, forecast.virtual_available), (600, 200))
        self.assertEqual(resistor.orderpoint_ids.product_min_qty, 200)

    # -- what the screens need ----------------------------------------------------------------------------------

    def test_present_shows_every_kind_of_work(self):
        signals = self.env["mes.pull.signal"]
        waiting = signals.search([("state", "=", "waiting")])
        self.assertEqual(waiting.loop_id, self._loop("film"))
        self.assertTrue(waiting.error)
        self.assertTrue(signals.search([("state", "=", "released")]).purchase_line_id)
        productions = self.env["mrp.production"]
        self.assertTrue(productions.search_count([("state", "=", "progress")]))
        self.assertGreater(productions.search_count([("state", "=", "confirmed")]), 5)
        states = set(self.env["mes.pull.card"].search([]).mapped("state"))
        self.assertLessEqual({"full", "in_process"}, states)

    def test_every_stage_pulls_from_the_one_before(self):
        chain = ["cart", "painted", "frame", "bracket", "blank_bracket", "coil20"]
        for product, component in pairwise(chain):
            loop = self._loop(product)
            self.assertIn(self._product(component), loop._get_bom().bom_line_ids.product_id)
            place = self._loop(component).location_dest_id
            self.assertEqual(loop.bom_id.picking_type_id.default_location_src_id, place)
            self.assertTrue(self._loop(component).signal_ids, component)

    def test_products_can_be_scanned(self):
        products = self.env["product.product"].browse(
            [self._product(r["key"]).id for r in self.factory._get_rows("products")]
        )
        self.assertEqual((len(products), len(set(products.mapped("default_code")))), (46, 46))
        for barcode in products.mapped("barcode"):
            self.assertTrue(check_barcode_encoding(barcode, "ean13"), barcode)

    # -- consistency --------------------------------------------------------------------------------------------

    def test_nothing_is_logged_as_a_warning(self):
        self.assertEqual(self.log.messages, [])

    def test_history_lies_in_the_past_on_working_days(self):
        calendar_zone = pytz.timezone(self.factory._get("calendar").tz)
        orders = self.env["mrp.production"].search([("state", "=", "done")])
        self.assertGreater(len(orders), 30)
        days = set()
        for order in orders:
            end = pytz.utc.localize(order.date_finished).astimezone(calendar_zone)
            self.assertLess(end.weekday(), 5)
            self.assertTrue(9 <= end.hour < 17, end)
            self.assertLess(order.create_date, order.date_start)
            self.assertLess(order.date_start, order.date_finished)
            days.add(end.date())
        self.assertGreater(len(days), 10)
        moves = self.env["stock.move"].search([("state", "=", "done")])
        self.assertLessEqual(max(moves.mapped("date")), fields.Datetime.now())

    def test_signals_are_done_after_they_were_given(self):
        for signal in self.env["mes.pull.signal"].search([("state", "=", "done")]):
            self.assertLessEqual(signal.date_signalled, signal.date_released)
            self.assertLess(signal.date_released, signal.date_done)

    def test_stock_was_never_negative(self):
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT product_id, place, lot_id, MIN(running) FROM (
                SELECT product_id, place, lot_id, SUM(quantity) OVER (
                           PARTITION BY product_id, place, lot_id ORDER BY date, quantity DESC) AS running
                  FROM (SELECT product_id, location_dest_id AS place, lot_id, date, quantity_product_uom AS quantity
                          FROM stock_move_line WHERE state = 'done'
                         UNION ALL
                        SELECT product_id, location_id, lot_id, date, -quantity_product_uom
                          FROM stock_move_line WHERE state = 'done') AS steps
                  JOIN stock_location l ON l.id = place AND l.usage = 'internal') AS sums
             GROUP BY product_id, place, lot_id HAVING MIN(running) < -0.001
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    def test_stock_is_what_the_moves_left(self):
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT product_id, place, lot_id, SUM(quantity) FROM (
                SELECT product_id, location_dest_id AS place, lot_id, quantity_product_uom AS quantity
                  FROM stock_move_line WHERE state = 'done'
                 UNION ALL
                SELECT product_id, location_id, lot_id, -quantity_product_uom
                  FROM stock_move_line WHERE state = 'done'
                 UNION ALL
                SELECT product_id, location_id, lot_id, -quantity FROM stock_quant) AS steps
              JOIN stock_location l ON l.id = place AND l.usage = 'internal'
             GROUP BY product_id, place, lot_id HAVING ABS(SUM(quantity)) > 0.001
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    # -- loading ------------------------------------------------------------------------------------------------

    def test_loading_twice_changes_nothing(self):
        before = {model: self.env[model].search_count([]) for model in COUNTED_MODELS}
        self.factory.action_load()
        self.assertEqual({model: self.env[model].search_count([]) for model in COUNTED_MODELS}, before)

    def test_operators_may_not_load(self):
        operator = new_test_user(self.env, "demo_loader", "mes_pull.mes_pull_group_operator")
        with self.assertRaises(AccessError):
            self.factory.with_user(operator).action_load()

    def test_nobody_can_log_in_as_the_people_of_the_factory(self):
        users = self.env["res.users"].browse(
            [self.factory._get(f"user_{row['key']}").id for row in self.factory._get_rows("users")]
        )
        self.env.flush_all()
        self.env.cr.execute("SELECT DISTINCT password FROM res_users WHERE id = ANY(%s)", [users.ids])
        self.assertEqual(self.env.cr.fetchall(), [(None,)])
        self.assertEqual(len(set(users.mapped("mes_badge"))), len(users))

    def test_wizard_asks_before_it_loads_into_a_working_company(self):
        self.factory._find("order_800").action_cancel()
        self.env["ir.model.data"].search([("module", "=", "mes_pull"), ("name", "=", "demo_order_800")]).unlink()
        wizard = self.env["mes.pull.demo.load"].create({})
        self.assertFalse(wizard.is_loaded)
        with self.assertRaises(UserError):
            wizard.action_load()

    def test_chinese_names_come_with_the_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.factory.action_load()
        self.assertEqual(self._product("bracket").with_context(lang="zh_CN").name, "冲压钢支架")
        self.assertEqual(self._product("bracket").with_context(lang="en_US").name, "Steel bracket, stamped")

    def test_another_company_does_not_load_over_it(self):
        other = self.env["res.company"].create({"name": "Other works"})
        demo = self.env["mes.pull.demo"].with_context(allowed_company_ids=other.ids)
        with self.assertRaisesRegex(UserError, "another company"):
            demo.action_load()
