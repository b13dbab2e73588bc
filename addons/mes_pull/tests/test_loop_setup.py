from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mes_pull.hooks import uninstall_hook

from .common import PullCommon

ONE_LOOP = "mes_pull_loop_product_location_uniq|lie inside each other"
FIGURES = {
    "on_hand": "stock.quant",
    "held": "stock.quant",
    "on_order": "stock.move",
    "authorised": "mes.pull.card",
    "position": "stock.move",
    "signals": "mes.pull.signal",
    "withdrawals": "mes.pull.withdrawal",
    "cards": "mes.pull.card",
}


class SetupCase(PullCommon):
    def _blank_loop(self, **more):
        vals = {"supply_method": "buy", "container_qty": 50, "card_count": 4, **more}
        return self._create_loop(self.blank, vals.pop("market", self.blank_market), **vals)

    @mute_logger("odoo.sql_db")
    def _assert_invalid(self, message, call):
        with self.assertRaisesRegex((UserError, IntegrityError), message), self.env.cr.savepoint():
            call()
            self.env.flush_all()

    def _take(self, quantity):
        answer = self.station.withdraw(self.loop.id, quantity, location_dest_id=self.line.id)
        self.assertEqual(answer["status"], "ok", answer)
        self.env.invalidate_all()
        return self.env["mes.pull.signal"].browse(answer["signal_id"])


@tagged("post_install", "-at_install")
class TestRulesOfALoop(SetupCase):
    def test_a_loop_is_named_after_product_and_place(self):
        self.assertEqual(self.loop.name, "Stamped part @ Stamped")
        self.assertEqual(self._blank_loop(name="Blanks for press 1").name, "Blanks for press 1")

    def test_one_active_loop_per_product_and_place(self):
        self._assert_invalid(ONE_LOOP, lambda: self._create_loop(self.stamped, self.market))
        self.loop.active = False
        second = self._create_loop(self.stamped, self.market)
        self.assertTrue(second.active)
        self._assert_invalid(ONE_LOOP, lambda: self.loop.write({"active": True}))

    def test_supermarkets_of_one_product_do_not_lie_inside_each_other(self):
        shelf = self._create_place("Shelf", self.market)
        self._assert_invalid("lie inside each other", lambda: self._create_loop(self.stamped, shelf))
        self._assert_invalid("lie inside each other", lambda: self._create_loop(self.stamped, self.stock))
        self.assertTrue(self._create_loop(self.blank, shelf, supply_method="buy"), "another product may")

    def test_a_loop_moved_into_another_one_is_refused(self):
        second = self._create_loop(self.stamped, self._create_place("Stamped 2", self.stock))
        shelf = self._create_place("Shelf", self.market)
        self._assert_invalid("lie inside each other", lambda: second.write({"location_id": shelf.id}))

    def test_a_supermarket_is_an_internal_place_in_a_warehouse(self):
        for place in (self.line, self.warehouse.view_location_id, self.env.ref("stock.stock_location_customers")):
            with self.subTest(place=place.display_name):
                self._assert_invalid("cannot be a supermarket", lambda p=place: self._create_loop(self.blank, p))

    def test_only_stocked_products_have_loops(self):
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        self._assert_invalid("not stocked", lambda: self._create_loop(service, self.blank_market))

    def test_supply_by_transfer_needs_a_source_outside(self):
        self._assert_invalid("Supplied From", lambda: self._blank_loop(supply_method="transfer"))
        inside = self._create_place("Shelf", self.blank_market)
        self._assert_invalid(
            "inside the supermarket",
            lambda: self._blank_loop(supply_method="transfer", source_location_id=inside.id),
        )
        self.assertTrue(self._blank_loop(supply_method="transfer", source_location_id=self.market.id).rule_id)

    def test_the_point_of_use_lies_outside(self):
        self._assert_invalid("inside the supermarket", lambda: self.loop.write({"location_dest_id": self.market.id}))

    def test_figures_that_make_no_sense_are_refused(self):
        for vals in (
            {"container_qty": 0},
            {"container_qty": -1},
            {"card_count": -1},
            {"safety_qty": -1},
            {"min_signal_qty": -1},
            {"safety_factor": -0.1},
        ):
            with self.subTest(vals=vals):
                self._assert_invalid("", lambda v=vals: self.loop.write(v))

    def test_a_kit_is_never_in_stock_and_has_no_loop(self):
        self.bom.type = "phantom"
        self._assert_invalid(
            "kit", lambda: self._create_loop(self.stamped, self._create_place("Stamped 2", self.stock))
        )

    def test_places_and_products_of_another_company_are_refused(self):
        other = self.env["res.company"].create({"name": "Other Works"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1).lot_stock_id
        self._assert_invalid("", lambda: self._create_loop(self.blank, theirs))
        product = self._create_product("Theirs", company_id=other.id)
        self._assert_invalid("", lambda: self._create_loop(product, self.blank_market))

    def test_a_loop_with_a_history_is_archived_not_deleted(self):
        unused = self._blank_loop()
        unused.unlink()
        self._take(100)
        with self.assertRaisesRegex(UserError, "history"):
            self.loop.unlink()
        self.loop.active = False
        self.assertTrue(self.loop.exists())

    def test_a_copy_is_a_loop_of_its_own_at_another_place(self):
        self._take(100)
        copy = self.loop.copy({"location_id": self._create_place("Stamped 2", self.stock).id})
        self.assertEqual((copy.container_qty, copy.card_count, len(copy.card_ids)), (100, 10, 10))
        self.assertFalse(copy.card_ids & self.loop.card_ids)
        self.assertFalse(copy.signal_ids or copy.withdrawal_ids)
        self.assertNotEqual(copy.rule_id, self.loop.rule_id)

    def test_the_size_is_cards_times_container_and_back(self):
        self.assertEqual(self.loop.max_qty, 1000)
        self.loop.max_qty = 1250
        self.assertEqual((self.loop.card_count, self.loop.max_qty), (13, 1300), "whole containers, rounded up")
        self.assertEqual(len(self.loop.card_ids), 13)
        self.loop.container_qty = 50
        self.assertEqual(self.loop.max_qty, 650)

    def test_a_bigger_loop_orders_the_difference_when_the_planner_says_so(self):
        self.loop.card_count = 12
        self.assertFalse(self._orders())
        self.loop.with_user(self.planner).action_replenish()
        self.assertEqual(self._orders().product_qty, 200)
        self.loop.with_user(self.planner).action_replenish()
        self.assertEqual(self._orders().product_qty, 200, "not twice")

    def test_a_loop_that_changes_its_supply_orders_that_way(self):
        self.stamped.seller_ids = [Command.create({"partner_id": self.vendor.id})]
        self.loop.supply_method = "buy"
        self.assertTrue(self._take(100).purchase_line_id)
        self.loop.supply_method = "manufacture"
        self.assertTrue(self._take(100).production_id)

    def test_a_loop_that_moves_orders_to_its_new_place(self):
        place = self._create_place("Stamped 2", self.stock)
        self._stock_up(self.stamped, place, 1000)
        self.loop.location_id = place
        self.assertEqual(self._take(100).production_id.location_dest_id, place)

    def test_the_planner_s_form_makes_a_loop(self):
        form = Form(self.env["mes.pull.loop"].with_user(self.planner))
        form.product_id = self.blank
        form.location_id = self.blank_market
        form.supply_method = "buy"
        form.container_qty = 25
        form.card_count = 8
        loop = form.save()
        self.assertEqual((loop.name, loop.max_qty, len(loop.card_ids)), ("Blank @ Blanks", 200, 8))

    def test_the_rules_of_loops_serve_loops_only(self):
        """Nobody else's procurement finds them: a sales order takes from stock and makes nothing."""
        routes = self.loop.rule_id.route_id
        self.assertTrue(routes.mes_is_pull)
        self.assertFalse(routes.product_selectable or routes.warehouse_selectable or routes.sale_selectable)
        found = self.env["stock.rule"]._get_rule(self.stamped, self.market, {"warehouse_id": self.warehouse})
        self.assertNotEqual(found, self.loop.rule_id)


@tagged("post_install", "-at_install")
class TestReorderingRules(SetupCase):
    """A reordering rule for a loop's product and place would order a second time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule(cls.stamped, cls.stock)
        cls._stock_up(cls.blank, cls.stock, 1000)
        cls.stamped.route_ids = cls.warehouse.manufacture_pull_id.route_id

    @classmethod
    def _create_rule(cls, product, place, **more):
        return cls.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "location_id": place.id,
                "product_min_qty": 5000,
                "product_max_qty": 5000,
                "trigger": "auto",
                **more,
            }
        )

    def test_it_is_detected_and_explained(self):
        self.assertEqual((self.rule.mes_loop_id, self.loop.orderpoint_ids), (self.loop, self.rule))
        elsewhere = self._create_rule(self.stamped, self.blank_market)
        other_product = self._create_rule(self.blank, self.stock)
        self.assertFalse((elsewhere | other_product).mes_loop_id)

    def test_it_rests_in_the_scheduler_while_the_loop_is_active(self):
        self.env["stock.rule"].run_scheduler()
        self.assertFalse(self._orders())
        self.loop.active = False
        self.rule.invalidate_recordset()
        self.rule._procure_orderpoint_confirm(company_id=self.company)
        self.assertTrue(self._orders(), "without the loop it orders again")

    def test_a_withdrawal_is_ordered_once(self):
        self._take(500)
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(self._orders().mapped("product_qty"), [500])

    def test_a_rule_for_something_else_goes_on(self):
        rule = self._create_rule(self.blank, self.blank_market, product_min_qty=10, product_max_qty=10)
        rule._procure_orderpoint_confirm(company_id=self.company)
        self.assertTrue(self.env["purchase.order.line"].search([("product_id", "=", self.blank.id)]))

    def test_the_button_archives_it(self):
        self.loop.with_user(self.planner).action_archive_orderpoints()
        self.assertFalse(self.rule.active)
        self.assertFalse(self.loop.orderpoint_count)
        self.assertIn(self.rule.name, self.loop.message_ids[0].body)

    def test_a_rule_that_feeds_the_source_of_a_transfer_loop_is_no_double(self):
        """Carrying parts from the bulk store to the line changes nothing in the whole: the rule must go on buying."""
        bulk = self._create_place("Bulk", self.stock)
        self._create_loop(
            self.blank, self.blank_market, supply_method="transfer", source_location_id=bulk.id, card_count=4
        )
        rule = self._create_rule(self.blank, self.stock)
        self.assertFalse(rule.mes_loop_id)
        double = self._create_rule(self.blank, self.blank_market)
        self.assertTrue(double.mes_loop_id)


@tagged("post_install", "-at_install")
class TestProposedCards(SetupCase):
    """cards = daily demand x lead time x (1 + safety) / container, rounded up."""

    def test_from_withdrawals_and_measured_lead_time(self):
        signal = self._take(700)
        self._stock_up(self.blank, self.stock, 700)
        self._finish(signal.production_id)
        signal.date_signalled = signal.date_done - timedelta(days=4)
        self.env.invalidate_all()
        self.assertEqual((self.loop.demand_daily_qty, self.loop.lead_time_days), (25, 4))
        self.assertEqual(self.loop.proposed_card_count, 2, "25 x 4 x 1.2 / 100 = 1.2")
        self.loop.container_qty = 10
        self.assertEqual(self.loop.proposed_card_count, 12)
        self.loop.safety_factor = 1
        self.assertEqual(self.loop.proposed_card_count, 20)

    def test_without_receipts_the_planned_lead_time_counts(self):
        self._take(280)
        self.bom.produce_delay = 5
        self.assertEqual((self.loop.demand_daily_qty, self.loop.lead_time_days), (10, 5))
        self.loop.container_qty = 10
        self.assertEqual(self.loop.proposed_card_count, 6)

    def test_old_undone_and_counted_withdrawals_are_no_demand(self):
        withdrawal = self.env["mes.pull.withdrawal"]
        for days, state, kind in ((29, "done", "scan"), (1, "undone", "scan"), (1, "done", "count")):
            self._take(280)
            last = withdrawal.search([("loop_id", "=", self.loop.id)], limit=1)
            last.write({"date": fields.Datetime.now() - timedelta(days=days), "state": state, "kind": kind})
        self.env.invalidate_all()
        self.assertEqual((self.loop.demand_daily_qty, self.loop.proposed_card_count), (0, 0))

    def test_two_loops_are_told_apart(self):
        blanks = self._blank_loop()
        self._take(280)
        loops = self.loop | blanks
        self.assertEqual(loops.mapped("demand_daily_qty"), [10, 0])
        self.assertEqual(loops.mapped("lead_time_days"), [1, 3])

    def test_the_button_takes_the_proposal_over(self):
        self._take(980)
        self.loop.write({"container_qty": 10, "card_count": 2})
        proposed = self.loop.proposed_card_count
        self.assertEqual(proposed, 5, "35 x 1 x 1.2 / 10 = 4.2")
        self.loop.with_user(self.planner).action_apply_proposed_cards()
        self.assertEqual(self.loop.card_count, 5)

    def test_no_demand_proposes_nothing_and_changes_nothing(self):
        self.loop.action_apply_proposed_cards()
        self.assertEqual(self.loop.card_count, 10)


@tagged("post_install", "-at_install")
class TestBoard(SetupCase):
    def _row(self):
        board = self.env["mes.pull.loop"].with_user(self.operator).get_board([("id", "=", self.loop.id)])
        self.assertEqual((board["total"], len(board["loops"])), (1, 1))
        return board["loops"][0]

    def test_the_row_of_a_full_loop(self):
        row = self._row()
        figures = ("authorised", "on_hand", "held", "on_order", "position", "room", "status", "signals")
        self.assertEqual([row[name] for name in figures], [1000, 1000, 0, 0, 1000, 0, "ok", []])
        self.assertEqual((row["product"], row["location"], row["uom"]), ("Stamped part", "WH/Stock/Stamped", "Units"))
        self.assertEqual((row["container_qty"], row["card_count"], row["supply_method"]), (100, 10, "manufacture"))

    def test_the_row_after_a_withdrawal(self):
        signal = self._take(300)
        signal.date_signalled -= timedelta(minutes=90)
        row = self._row()
        self.assertEqual([row[name] for name in ("on_hand", "on_order", "room", "status")], [700, 300, 0, "signalled"])
        shown = row["signals"][0]
        self.assertEqual((shown["quantity"], shown["received"], shown["state"]), (300, 0, "released"))
        self.assertEqual(shown["document"]["id"], signal.production_id.id)
        self.assertIn(shown["age_minutes"], (90, 91))

    def test_what_a_planner_must_look_at_first_wins(self):
        self.assertEqual(self._row()["status"], "ok")
        self._stock_up(self.stamped, self.market, 50)
        self.assertEqual(self._row()["status"], "over")
        self._stock_up(self.stamped, self.market, -50)
        self._take(300)
        self.assertEqual(self._row()["status"], "signalled")
        self.loop.safety_qty = 701
        self.assertEqual(self._row()["status"], "short")
        self.loop.safety_qty = 700
        self.assertEqual(self._row()["status"], "signalled")
        self._take(700)
        self.assertEqual(self._row()["status"], "short", "nothing on hand")
        self.env["mes.pull.signal"].create({"loop_id": self.loop.id, "quantity": 1})
        self.assertEqual(self._row()["status"], "waiting")

    def test_pages_and_totals(self):
        self._blank_loop()
        Loop = self.env["mes.pull.loop"].with_user(self.operator)
        everything = Loop.get_board()
        self.assertEqual(everything["total"], Loop.search_count([]))
        domain = [("id", "in", (self.loop | self._orders().mes_loop_id).ids)]
        self.assertEqual(Loop.get_board(domain, offset=5)["total"], 1)
        first = Loop.get_board(limit=1)
        self.assertEqual((len(first["loops"]), first["total"]), (1, everything["total"]))

    def test_the_board_s_figures_are_the_loop_s(self):
        self._take(300)
        row = self._row()
        for name in ("on_hand", "held", "on_order", "authorised", "position", "room"):
            self.assertEqual(row[name], self.loop[f"{name}_qty"])

    def test_every_figure_opens_the_records_behind_it(self):
        self._take(300)
        for figure, model in FIGURES.items():
            with self.subTest(figure=figure):
                action = self.loop.with_user(self.planner).action_open_figure(figure)
                self.assertEqual((action["type"], action["res_model"]), ("ir.actions.act_window", model))
                self.env[model].with_user(self.planner).search(action["domain"])
        with self.assertRaises(ValueError):
            self.loop.action_open_figure("unlink")

    def _opened(self, figure):
        action = self.loop.action_open_figure(figure)
        return self.env[action["res_model"]].search(action["domain"])

    def test_the_records_add_up_to_the_figure(self):
        signal = self._take(300)
        self.assertEqual(sum(self._opened("on_hand").mapped("quantity")), 700)
        self.assertEqual(sum(self._opened("on_order").mapped("product_qty")), 300)
        self.assertEqual(self._opened("signals"), signal)
        self.assertEqual(self._opened("withdrawals").quantity, 300)
        self.assertEqual(self._opened("cards"), self.loop.card_ids)
        self.assertEqual(sum(self._opened("authorised").mapped("quantity")), 1000)

    def test_quotations_are_opened_where_no_receipt_stands_for_them(self):
        self.stamped.seller_ids = [Command.create({"partner_id": self.vendor.id})]
        self.loop.supply_method = "buy"
        order = self._take(300).purchase_line_id.order_id
        self.assertEqual(self._opened("on_order"), order)

    def test_the_boards_are_told(self):
        sent = []
        group = type(self.env["res.groups"])
        with patch.object(group, "_bus_send", lambda group, kind, message, **kw: sent.append((kind, message))):
            self._take(300)
        self.assertIn(("mes_pull/update", {"loop_ids": self.loop.ids}), sent)


@tagged("post_install", "-at_install")
class TestSmartButtons(SetupCase):
    def _open(self, records, method):
        action = getattr(records.with_user(self.planner), method)()
        return self.env[action["res_model"]].search(action["domain"])

    def test_the_product_shows_its_loops(self):
        self.assertEqual((self.stamped.mes_loop_count, self.blank.mes_loop_count), (1, 0))
        self.assertEqual(self.stamped.product_tmpl_id.mes_loop_count, 1)
        self.assertEqual(self._open(self.stamped, "action_mes_open_loops"), self.loop)
        self.assertEqual(self._open(self.stamped.product_tmpl_id, "action_mes_open_loops"), self.loop)

    def test_the_work_centre_shows_the_signals_that_work_there(self):
        signal = self._take(300)
        self.press.invalidate_recordset()
        self.assertEqual(self.press.mes_signal_count, 1)
        self.assertEqual(self._open(self.press, "action_mes_open_signals"), signal)
        other = self.env["mrp.workcenter"].create({"name": "Lathe"})
        self.assertEqual(other.mes_signal_count, 0)

    def test_the_order_shows_what_was_withdrawn_for_it(self):
        frame = self._create_product("Frame")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": frame.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.stamped.id, "product_qty": 1})],
            }
        )
        order = self.env["mrp.production"].create({"product_id": frame.id, "product_qty": 200})
        order.action_confirm()
        self.station.withdraw(self.loop.id, 200, production_id=order.id)
        self.assertEqual(order.mes_withdrawal_count, 1)
        self.assertEqual(self._open(order, "action_mes_open_withdrawals").quantity, 200)

    def test_the_signal_opens_its_document(self):
        signal = self._take(300)
        action = signal.with_user(self.planner).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("mrp.production", signal.production_id.id))
        waiting = self.env["mes.pull.signal"].create({"loop_id": self.loop.id, "quantity": 1})
        with self.assertRaises(UserError):
            waiting.action_open_document()

    def test_the_loop_counts_its_signals_and_withdrawals(self):
        signal = self._take(300)
        self.assertEqual((self.loop.open_signal_count, self.loop.withdrawal_count), (1, 1))
        self.assertEqual(self._open(self.loop, "action_open_signals"), signal)
        self.assertEqual(self._open(self.loop, "action_open_withdrawals").quantity, 300)


@tagged("post_install", "-at_install")
class TestReconcile(SetupCase):
    """A net under the events: direct writes on stock make no move."""

    def _reconcile(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: float("inf")):
            self.env["mes.pull.loop"]._cron_reconcile()
        self.env.invalidate_all()

    def _state(self):
        orders = self._orders().mapped(lambda order: (order.id, order.product_qty, order.state))
        return self._snapshot() | {"orders": orders, "cards": self.loop.card_ids.mapped("state")}

    def test_what_slipped_past_is_ordered_once(self):
        self._stock_up(self.stamped, self.market, -300)
        self._reconcile()
        self.assertEqual(self._orders().product_qty, 300)
        state = self._state()
        self._reconcile()
        self.assertEqual(self._state(), state, "a second run changes nothing")

    def test_nothing_is_done_where_nothing_is_missing(self):
        self._take(350)
        state = self._state()
        self._reconcile()
        self.assertEqual(self._state(), state)

    def test_surplus_is_taken_back_from_what_has_not_started(self):
        self._take(500)
        self._stock_up(self.stamped, self.market, 200)
        self._reconcile()
        self.assertEqual(self._orders().product_qty, 300)

    def test_waiting_signals_are_released_when_they_can(self):
        signal = self.env["mes.pull.signal"].create({"loop_id": self.loop.id, "quantity": 100})
        self._stock_up(self.stamped, self.market, -100)
        self._reconcile()
        self.assertEqual((signal.state, signal.production_id.product_qty), ("released", 100))

    def test_one_loop_that_cannot_be_supplied_does_not_stop_the_others(self):
        bad = self._create_loop(
            self._create_product("No recipe"), self._create_place("Nothing", self.stock), sequence=1
        )
        self._stock_up(self.stamped, self.market, -300)
        self._reconcile()
        self.assertEqual(bad.signal_ids.state, "waiting")
        self.assertEqual(self._orders().product_qty, 300)
        self._reconcile()
        self.assertEqual((len(bad.signal_ids), len(bad.activity_ids)), (1, 1))

    def test_the_cron_is_there(self):
        cron = self.env.ref("mes_pull.mes_pull_cron_reconcile")
        self.assertEqual((cron.active, cron.interval_number, cron.interval_type), (True, 1, "hours"))


@tagged("post_install", "-at_install")
class TestUninstall(SetupCase):
    def test_after_uninstalling_no_rule_of_ours_orders_any_more(self):
        route = self.loop.rule_id.route_id
        order = self._take(300).production_id
        uninstall_hook(self.env)
        self.assertFalse(route.active)
        self.assertEqual((order.state, order.product_qty), ("confirmed", 300), "Odoo's documents stay")

    def test_a_new_loop_brings_the_route_back(self):
        uninstall_hook(self.env)
        loop = self._blank_loop()
        self.assertTrue(loop.rule_id.route_id.active)
