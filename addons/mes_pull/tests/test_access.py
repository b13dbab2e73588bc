from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import PullCommon

MODELS = (
    "mes.pull.loop",
    "mes.pull.card",
    "mes.pull.signal",
    "mes.pull.withdrawal",
    "mes.pull.change",
    "mes.pull.card.audit",
)
STATION_CALLS = {
    "scan": ("KB",),
    "withdraw": (1, 100),
    "give_back": ("KB",),
    "undo": (1,),
    "scan_bulk": ([{"barcode": "KB"}],),
    "get_state": (),
}


class AccessCase(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        answer = cls.station.withdraw(cls.loop.id, 200, scan_key="first")
        cls.withdrawal = cls.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"])
        cls.signal = cls.withdrawal.signal_ids
        cls.records = {
            "mes.pull.loop": cls.loop,
            "mes.pull.card": cls.loop.card_ids[:1],
            "mes.pull.signal": cls.signal,
            "mes.pull.withdrawal": cls.withdrawal,
        }

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def _assert_denied(self, call, *args, **kwargs):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            call(*args, **kwargs)
            self.env.flush_all()

    def _rpc(self, user, model, method, *args, **kwargs):
        """Call a method as a remote program of that user does."""
        return call_kw(self.env(user=user)[model], method, args, kwargs)


@tagged("post_install", "-at_install")
class TestOperator(AccessCase):
    """The operator scans and looks; nothing else."""

    def test_the_operator_opens_loops_cards_signals_and_withdrawals(self):
        self.env["stock.warehouse.orderpoint"].create({"product_id": self.stamped.id, "location_id": self.stock.id})
        for model, records in self.records.items():
            with self.subTest(model=model):
                form = Form(records.with_user(self.operator))
                self.assertEqual(form.id, records.id)
                fields = records.with_user(self.operator).get_view(view_type="list")["models"][model]
                self.assertTrue(records.with_user(self.operator).web_read({name: {} for name in fields}))

    def test_the_operator_writes_and_deletes_none_of_them(self):
        values = {
            "mes.pull.loop": {"card_count": 99},
            "mes.pull.card": {"state": "empty"},
            "mes.pull.signal": {"quantity": 9999},
            "mes.pull.withdrawal": {"quantity": 1},
        }
        for model, records in self.records.items():
            with self.subTest(model=model):
                mine = records.with_user(self.operator)
                self._assert_denied(mine.write, values[model])
                self._assert_denied(mine.unlink)
                self._assert_denied(mine.copy)

    def test_the_operator_creates_none_of_them(self):
        for model, vals in {
            "mes.pull.loop": {"product_id": self.blank.id, "location_id": self.blank_market.id},
            "mes.pull.card": {"loop_id": self.loop.id},
            "mes.pull.signal": {"loop_id": self.loop.id, "quantity": 500},
            "mes.pull.withdrawal": {"loop_id": self.loop.id, "quantity": 1, "move_id": self.withdrawal.move_id.id},
            "mes.pull.change": {"company_id": self.company.id, "product_id": self.stamped.id, "action": "reduced"},
        }.items():
            with self.subTest(model=model):
                self._assert_denied(self.env[model].with_user(self.operator).create, vals)

    def test_the_operator_makes_no_moves_orders_or_stock(self):
        move = {
            "product_id": self.stamped.id,
            "product_uom_qty": 5,
            "location_id": self.market.id,
            "location_dest_id": self.line.id,
        }
        self._assert_denied(self.env["stock.move"].with_user(self.operator).create, move)
        self._assert_denied(self.env["mrp.production"].with_user(self.operator).create, {"product_id": self.stamped.id})
        quant = {"product_id": self.stamped.id, "location_id": self.market.id, "quantity": 500}
        self._assert_denied(self.env["stock.quant"].with_user(self.operator).create, quant)

    def test_the_buttons_of_the_planner_are_closed_to_the_operator(self):
        self.env["stock.warehouse.orderpoint"].create({"product_id": self.stamped.id, "location_id": self.stock.id})
        self.loop.card_count = 200
        waiting = self.env["mes.pull.signal"].create({"loop_id": self.loop.id, "quantity": 100})
        buttons = {
            self.loop: (
                "action_replenish",
                "action_create_cards",
                "action_apply_proposed_cards",
                "action_archive_orderpoints",
            ),
            waiting: ("action_release",),
            self.loop.card_ids[:1]: ("action_replace",),
        }
        for records, names in buttons.items():
            for name in names:
                with self.subTest(button=name):
                    before = self._snapshot() | {"cards": len(self.loop.card_ids), "rules": self.loop.orderpoint_count}
                    self._assert_refused(records, name)
                    self.env.invalidate_all()
                    after = self._snapshot() | {"cards": len(self.loop.card_ids), "rules": self.loop.orderpoint_count}
                    self.assertEqual(after, before)

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_rule")
    def _assert_refused(self, records, name):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            call_kw(self.env(user=self.operator)[records._name], name, [records.ids], {})
            self.env.flush_all()

    def test_private_methods_cannot_be_called_from_outside(self):
        for model, name in (
            ("mes.pull.loop", "_replenish"),
            ("mes.pull.loop", "_withdraw_by_scan"),
            ("mes.pull.loop", "_cron_reconcile"),
            ("mes.pull.signal", "_release"),
            ("mes.pull.withdrawal", "_undo"),
            ("mes.pull.turn", "_run"),
            ("mes.pull.barcode", "_read"),
        ):
            with self.subTest(method=name):
                self._assert_denied(get_public_method, self.env[model], name)

    def test_the_operator_scans_undoes_and_sees_the_board_by_rpc(self):
        answer = self._rpc(self.operator, "mes.pull.station", "withdraw", self.loop.id, 100, scan_key="rpc")
        self.assertEqual(answer["status"], "ok", answer)
        undone = self._rpc(self.operator, "mes.pull.station", "undo", answer["withdrawal_id"])
        self.assertEqual((undone["status"], undone["kind"]), ("ok", "undo"))
        board = self._rpc(self.operator, "mes.pull.loop", "get_board", [["id", "=", self.loop.id]])
        self.assertEqual(board["loops"][0]["signals"][0]["document"]["model"], "mrp.production")
        state = self._rpc(self.operator, "mes.pull.station", "get_state")
        self.assertIn("Stamped part", [loop["product"] for loop in state["loops"]])

    def test_context_keys_open_nothing(self):
        """Every remote caller can send any context; only records decide."""
        keys = ("mes_pull_strict", "mes_pull_undo", "mes_pull_force", "force", "skip_mes_pull", "install_mode", "sudo")
        forged = {**dict.fromkeys(keys, True), "allowed_company_ids": self.company.ids}
        station = self.station.with_context(**forged)
        self.assertEqual(station.withdraw(self.loop.id, 900)["status"], "error", "800 are there")
        self.assertEqual(station.withdraw(self.loop.id, 100, scan_key="first")["duplicate"], True)
        answer = station.withdraw(self.loop.id, 300)
        self.assertEqual(
            (answer["status"], self.env["mes.pull.signal"].browse(answer["signal_id"]).quantity), ("ok", 300)
        )
        mine = self.loop.with_user(self.operator).with_context(**forged)
        self._assert_denied(mine.write, {"card_count": 99})

    def test_a_forged_context_hides_no_withdrawal(self):
        for value in (True, 1, self.loop.ids, "mes.pull.loop(1,)"):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.stamped.id,
                    "product_uom_qty": 100,
                    "location_id": self.market.id,
                    "location_dest_id": self.line.id,
                }
            )
            move.with_user(self.planner).with_context(mes_pull_undo=value)._action_confirm()
            move.write({"quantity": 100, "picked": True})
            move.with_user(self.planner).with_context(mes_pull_undo=value)._action_done()
            withdrawal = self.env["mes.pull.withdrawal"].search([("move_id", "=", move.id)])
            self.assertEqual(withdrawal.signal_ids.quantity, 100, value)

    def test_a_forged_company_opens_nothing(self):
        other = self.env["res.company"].create({"name": "Other Works"})
        self._assert_denied(
            lambda: self.station.with_context(allowed_company_ids=[other.id]).withdraw(self.loop.id, 100)
        )


@tagged("post_install", "-at_install")
class TestPlannerAndManager(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "mes_manager", "mes_pull.mes_pull_group_manager")

    def _create_blank_loop(self, user):
        return (
            self.env["mes.pull.loop"]
            .with_user(user)
            .create(
                {
                    "product_id": self.blank.id,
                    "location_id": self.blank_market.id,
                    "supply_method": "buy",
                    "container_qty": 50,
                    "card_count": 4,
                }
            )
        )

    def test_the_planner_sets_up_a_loop_with_its_cards(self):
        loop = self._create_blank_loop(self.planner)
        self.assertEqual((len(loop.card_ids), loop.max_qty), (4, 200))
        loop.write({"card_count": 6, "min_signal_qty": 100})
        self.assertEqual(len(loop.card_ids), 6)

    def test_the_planner_orders_for_a_loop(self):
        loop = self._create_blank_loop(self.planner)
        signals = loop.with_user(self.planner).action_replenish()
        self.assertEqual((signals.quantity, signals.purchase_line_id.product_qty), (200, 200))

    def test_the_planner_alters_no_history_and_deletes_no_loop(self):
        for records in (self.signal, self.withdrawal):
            self._assert_denied(records.with_user(self.planner).write, {"quantity": 1})
            self._assert_denied(records.with_user(self.planner).unlink)
        loop = self._create_blank_loop(self.planner)
        self._assert_denied(loop.with_user(self.planner).unlink)

    def test_the_manager_deletes_a_loop_that_was_never_used(self):
        loop = self._create_blank_loop(self.manager)
        loop.with_user(self.manager).unlink()
        self.assertFalse(loop.exists())

    def test_nobody_alters_a_plan_change(self):
        self.station.undo(self.withdrawal.id)
        change = self.env["mes.pull.change"].search([("signal_id", "=", self.signal.id)])
        self.assertEqual(change.with_user(self.planner).read(["qty_before", "qty_after"])[0]["qty_before"], 200)
        for user in (self.planner, self.manager):
            self._assert_denied(change.with_user(user).write, {"qty_before": 1})
            self._assert_denied(change.with_user(user).unlink)


@tagged("post_install", "-at_install")
class TestStrangers(AccessCase):
    """Portal and public users, and colleagues without a role here, get nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "mes_portal", "base.group_portal")
        cls.public = new_test_user(cls.env, "mes_public", "base.group_public")
        cls.clerk = new_test_user(cls.env, "mes_clerk", "base.group_user")

    def test_they_read_nothing(self):
        for user in (self.portal, self.public, self.clerk):
            for model in MODELS:
                with self.subTest(user=user.login, model=model):
                    self._assert_denied(self._rpc, user, model, "search_read", [], ["id"])

    def test_they_call_nothing(self):
        for user in (self.portal, self.public, self.clerk):
            for name, args in STATION_CALLS.items():
                with self.subTest(user=user.login, call=name):
                    self._assert_denied(self._rpc, user, "mes.pull.station", name, *args)
            self._assert_denied(self._rpc, user, "mes.pull.loop", "get_board")
            self._assert_denied(self._rpc, user, "mes.pull.loop", "action_replenish", self.loop.ids)
            self._assert_denied(self._rpc, user, "mes.pull.loop", "action_open_figure", self.loop.ids, "on_hand")
            self._assert_denied(self._rpc, user, "mes.pull.withdrawal", "action_undo", self.withdrawal.ids)
            self._assert_denied(self._rpc, user, "mes.pull.signal", "action_release", self.signal.ids)
        self.assertEqual(self._on_hand(self.stamped, self.market), 800, "nothing has moved")

    def test_a_stock_user_reads_withdrawals_but_does_not_scan(self):
        keeper = new_test_user(self.env, "mes_keeper", "stock.group_stock_user")
        self.assertTrue(self.withdrawal.with_user(keeper).read(["quantity"]))
        self._assert_denied(self._rpc, keeper, "mes.pull.station", "withdraw", self.loop.id, 100)
        self._assert_denied(self._rpc, keeper, "mes.pull.withdrawal", "action_undo", self.withdrawal.ids)

    def test_the_work_of_stock_and_sales_people_needs_no_role_here(self):
        """Their documents make withdrawals and signals all the same."""
        keeper = new_test_user(self.env, "mes_keeper", "stock.group_stock_user")
        picking = (
            self.env["stock.picking"]
            .with_user(keeper)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": self.market.id,
                    "location_dest_id": self.line.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.stamped.id,
                                "product_uom_qty": 300,
                                "location_id": self.market.id,
                                "location_dest_id": self.line.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(sorted(self._orders().mapped("product_qty")), [200, 300])


@tagged("post_install", "-at_install")
class TestCompanies(AccessCase):
    """What belongs to one company is seen and moved by its people only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Works"})
        cls.stranger = new_test_user(
            cls.env,
            "mes_stranger",
            "mes_pull.mes_pull_group_manager",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        cls.theirs = cls.env(user=cls.stranger, context={"allowed_company_ids": cls.other.ids})

    def test_another_company_s_records_are_not_found(self):
        for model, records in self.records.items():
            with self.subTest(model=model):
                self.assertFalse(self.theirs[model].search([("id", "in", records.ids)]))
                self._assert_denied(self.theirs[model].browse(records.ids).read, ["id", "create_date"])
        self.assertEqual(self.theirs["mes.pull.loop"].get_board([])["total"], 0)
        state = self.theirs["mes.pull.station"].get_state()
        self.assertEqual((state["loops"], state["withdrawals"], state["places"]), ([], [], []))

    def test_another_company_s_withdrawal_is_not_undone(self):
        answer = self.theirs["mes.pull.station"].undo(self.withdrawal.id)
        self.assertEqual((answer["status"], answer["loop"], answer["product"]), ("error", False, False))
        self.assertEqual(self.withdrawal.state, "done")
        with self.assertRaises(UserError):
            self.theirs["mes.pull.withdrawal"].browse(self.withdrawal.id).action_undo()

    def test_another_company_s_scan_key_is_one_s_own(self):
        market = self.theirs["stock.warehouse"].search([], limit=1).lot_stock_id
        loop = self.theirs["mes.pull.loop"].create(
            {"product_id": self.stamped.id, "location_id": market.id, "container_qty": 10, "card_count": 2}
        )
        self._stock_up(self.stamped, market, 20)
        answer = self.theirs["mes.pull.station"].withdraw(loop.id, 5, scan_key="first")
        self.assertEqual((answer["status"], answer["duplicate"]), ("ok", False), answer)
        self.assertEqual(answer["quantity"], 5)

    def test_another_company_s_badge_is_not_known(self):
        self.operator.mes_badge = "BADGE-1"
        answer = self.theirs["mes.pull.station"].scan("BADGE-1")
        self.assertEqual((answer["status"], answer["operator"]), ("error", False))
