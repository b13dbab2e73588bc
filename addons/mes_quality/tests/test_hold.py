"""A lot is held and released: who may, what is kept, what nobody alters."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import QualityCommon


@tagged("post_install", "-at_install")
class TestHold(QualityCommon):
    def _hold(self, **more):
        return self.lot.with_user(self.inspector).action_mes_hold("Cracks at the rim", **more)

    def test_a_held_lot_says_so_and_its_stock_is_frozen(self):
        hold = self._hold()
        self.assertEqual((hold.state, hold.level, hold.quantity, hold.product_id), ("active", "held", 10, self.axle))
        self.assertEqual(self.lot.mes_quality_state, "held")
        self.assertEqual(self.lot.quant_ids.mapped("mes_is_frozen"), [True])
        self.assertEqual(self.other_lot.quant_ids.mapped("mes_is_frozen"), [False])
        self.assertEqual(hold.held_by_id, self.inspector)
        self.assertEqual(hold.event_ids.mapped("action"), ["held"])

    def test_the_highest_level_of_several_holds_counts(self):
        self.lot._mes_hold("inspection", "Incoming")
        rejected = self._hold(level="rejected")
        self.assertEqual(self.lot.mes_quality_state, "rejected")
        rejected.disposition_id.with_user(self.engineer).action_cancel("Measured wrongly")
        rejected.with_user(self.engineer).action_lift("Measured again")
        self.assertEqual(self.lot.mes_quality_state, "inspection")
        self.lot.mes_hold_ids._lift("Passed")
        self.assertEqual(self.lot.mes_quality_state, "released")
        self.assertEqual(self.lot.quant_ids.mapped("mes_is_frozen"), [False])

    def test_release_lifts_what_was_decided_and_keeps_why(self):
        hold = self._hold()
        self.lot.with_user(self.engineer).action_mes_release("Measured again")
        self.assertEqual((hold.state, hold.lift_reason, hold.lifted_by_id), ("lifted", "Measured again", self.engineer))
        self.assertEqual(self.lot.mes_quality_state, "released")

    def test_roles_and_reasons_are_asked_for(self):
        with self.assertRaisesRegex(UserError, "held by inspectors"):
            self.lot.with_user(self.operator).action_mes_hold("No role")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.lot.with_user(self.inspector).action_mes_hold("  ")
        hold = self._hold()
        with self.assertRaisesRegex(UserError, "by engineers"):
            hold.with_user(self.inspector).action_lift("I may not")
        with self.assertRaisesRegex(UserError, "Say why"):
            hold.with_user(self.engineer).action_lift("")
        self.assertEqual(self.lot.mes_quality_state, "held")

    def test_four_eyes_where_the_company_asks_for_them(self):
        self.company.mes_quality_four_eyes = True
        hold = self.lot.with_user(self.engineer).action_mes_hold("Mine")
        with self.assertRaisesRegex(UserError, "somebody else"):
            hold.action_lift("Mine, too")
        hold.with_user(self.manager).action_lift("Looked at it")
        self.assertEqual(hold.state, "lifted")

    def test_the_owner_of_many_new_holds_gets_one_message(self):
        env = self.env(user=self.inspector, context={**self.env.context, "tracking_disable": False})
        lots = self.lot.create([{"name": f"L-{number}", "product_id": self.axle.id} for number in range(5)])
        mine = [("partner_ids", "in", self.engineer.partner_id.ids), ("model", "=", "mes.quality.hold")]
        for count, messages in ((2, 2), (5, 1)):
            before = self.env["mail.message"].search(mine)
            made = lots[:count].with_env(env)._mes_hold("held", "Cracks", user_id=self.engineer.id)
            self.assertEqual(len(self.env["mail.message"].search(mine) - before), messages)
            self.assertEqual(
                len(made.filtered(lambda hold: self.engineer.partner_id in hold.message_partner_ids)), count
            )
        last = self.env["mail.message"].search(mine, order="id desc", limit=1)
        self.assertIn(f"{made[0].name} to {made[-1].name}: Cracks", last.body)
        before = self.env["mail.message"].search(mine)
        lots.with_env(env(user=self.engineer))._mes_hold("held", "My own", user_id=self.engineer.id)
        self.assertEqual(self.env["mail.message"].search(mine), before)

    def test_a_reason_of_the_list_brings_its_matrix_and_days(self):
        hold = self.lot.with_user(self.inspector).action_mes_hold("Damaged")
        self.assertEqual(hold.reason_id, self.env.ref("mes_quality.mes_quality_reason_damage"))
        self.assertEqual((hold.allow_scrap, hold.allow_ship, hold.allow_move), (True, False, True))
        self.assertEqual((hold.date_due - hold.date_held.date()).days, 5)

    def test_what_may_be_done_is_altered_by_engineers_and_every_change_is_kept(self):
        hold = self._hold()
        with self.assertRaises(UserError):
            hold.with_user(self.inspector).allow_scrap = True
        hold.with_user(self.engineer).allow_scrap = True
        event = hold.event_ids[0]
        self.assertEqual((event.action, event.note, event.before, event.after), ("changed", "Scrap", "False", "True"))
        self.assertEqual(event.user_id, self.engineer)


@tagged("post_install", "-at_install")
class TestForgery(QualityCommon):
    """What no RPC caller, import, automation or superuser can write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hold = cls.lot.with_user(cls.inspector).action_mes_hold("Cracks")
        cls.forged = {"mes_quality_checked": True, "default_mes_hold_id": cls.hold.id, "default_state": "lifted"}

    def _everybody(self):
        return [self.env(user=user) for user in (self.operator, self.engineer, self.manager)] + [self.env]

    def test_the_state_of_a_lot_is_nobodys_to_write(self):
        for env in self._everybody():
            for context in ({}, self.forged):
                lot = self.lot.with_env(env).with_context(**context)
                with self.subTest(user=env.user.login), self.assertRaisesRegex(UserError, "follows from its holds"):
                    lot.write({"mes_quality_state": "released"})
        self.assertEqual(self.lot.mes_quality_state, "held")

    def test_a_lot_is_not_born_with_a_state(self):
        vals = {"name": "NEW", "product_id": self.axle.id}
        with self.assertRaises(UserError):
            self.env["stock.lot"].create({**vals, "mes_quality_state": "held"})
        with self.assertRaises(UserError):
            self.env["stock.lot"].with_context(default_mes_quality_state="held").create(vals)

    def test_facts_of_a_hold_are_nobodys_to_write(self):
        facts = {"state": "lifted", "reason": "x", "level": "held", "lot_id": self.other_lot.id, "quantity": 0}
        facts.update({"used_qty": 10, "held_by_id": self.env.uid, "parent_id": self.hold.id, "date_held": "2020-01-01"})
        for env in self._everybody():
            for name, value in facts.items():
                hold = self.hold.with_env(env).with_context(**self.forged)
                with self.subTest(user=env.user.login, fact=name), self.assertRaises(UserError):
                    hold.write({name: value})
        self.assertEqual((self.hold.state, self.hold.reason, self.hold.quantity), ("active", "Cracks", 10))

    def test_a_hold_is_neither_deleted_nor_copied(self):
        for env in self._everybody():
            with self.assertRaises(UserError):
                self.hold.with_env(env).unlink()
            with self.assertRaises(UserError):
                self.hold.with_env(env).copy()
        self.assertTrue(self.hold.exists())

    def test_history_is_written_by_what_happens_only(self):
        event = self.hold.event_ids
        for env in self._everybody():
            its = event.with_env(env).with_context(**self.forged)
            for forge in (lambda its=its: its.write({"note": "x"}), its.unlink):
                with self.assertRaises(UserError):
                    forge()
            with self.assertRaises(UserError):
                its.create({"hold_id": self.hold.id, "action": "lifted", "user_id": self.env.uid})

    def test_facts_are_not_given_with_a_new_hold(self):
        for name, value in {"state": "lifted", "allow_ship": True, "parent_id": self.hold.id}.items():
            with self.subTest(fact=name), self.assertRaisesRegex(UserError, "cannot be given"):
                self.env["mes.quality.hold"].create({"lot_id": self.lot.id, "reason": "x", name: value})
        hold = self.env["mes.quality.hold"].with_context(**self.forged).create({"lot_id": self.lot.id, "reason": "x"})
        self.assertEqual(hold.state, "active")

    def test_an_import_holds_really_and_rewrites_nothing(self):
        Hold = self.env["mes.quality.hold"].with_user(self.inspector)
        result = Hold.load(["lot_id/.id", "reason"], [[str(self.other_lot.id), "Imported"]])
        self.assertFalse(result["messages"])
        self.assertEqual(self.other_lot.mes_quality_state, "held")
        result = self.env["stock.lot"].load([".id", "mes_quality_state"], [[str(self.lot.id), "released"]])
        self.assertTrue(result["messages"])
        self.assertEqual(self.lot.mes_quality_state, "held")

    def test_an_automation_as_superuser_writes_nothing(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Free everything",
                "model_id": self.env["ir.model"]._get_id("stock.lot"),
                "state": "code",
                "code": "env['stock.lot'].sudo().with_context(mes_quality_checked=True)"
                f".browse({self.lot.id}).write({{'mes_quality_state': 'released'}})",
            }
        )
        with self.assertRaisesRegex(UserError, "follows from its holds"):
            action.run()
        self.assertEqual(self.lot.mes_quality_state, "held")

    def test_a_move_is_not_tied_to_a_hold_by_hand(self):
        vals = {"product_id": self.axle.id, "product_uom_qty": 1, "location_id": self.stock.id}
        vals["location_dest_id"] = self.customers.id
        Move = self.env["stock.move"].with_user(self.operator)
        with self.assertRaisesRegex(UserError, "by the freeze itself"):
            Move.with_context(mes_quality_checked=True).create({**vals, "mes_hold_id": self.hold.id})
        with self.assertRaisesRegex(UserError, "by the freeze itself"):
            Move.with_context(**self.forged).create(vals)
        with self.assertRaisesRegex(UserError, "by the freeze itself"):
            Move.create(vals).write({"mes_hold_id": self.hold.id})
