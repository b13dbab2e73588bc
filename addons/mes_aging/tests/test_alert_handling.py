"""Who owns an alert, who may do what with it, and what happens when nobody does."""

import base64
import io
from contextlib import suppress
from datetime import date, timedelta
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.mes_aging_alert_check import Item
from .alert_common import AlertCommon
from .layer_common import TODAY


class HandlingCommon(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limits = cls._policy(max_age_days=90)
        with cls._at(100):
            cls._receive(cls.resistor, 10)

    def _open(self):
        self._run()
        return self._alerts()


@tagged("post_install", "-at_install")
class TestOwners(HandlingCommon):
    def test_raw_material_is_its_buyers(self):
        self.assertEqual(self._open().user_id, self.buyer)

    def test_finished_goods_are_sales_and_parts_the_planners(self):
        part = self._create_product("Frame", sale_ok=False, purchase_ok=False)
        self.env["mrp.bom"].create({"product_tmpl_id": part.product_tmpl_id.id})
        self.assertEqual(self._get_owners(self.board | part), [self.sales, self.planner])

    def test_responsible_of_the_product_where_nobody_is_set(self):
        self.company.mes_aging_sales_id = False
        self.board.responsible_id = self.viewer
        self.assertEqual(self._get_owners(self.board), [self.viewer])

    def test_who_cannot_see_alerts_owns_none(self):
        self.vendor.buyer_id = new_test_user(self.env, "a_blind", "base.group_user")
        self.resistor.responsible_id = self.viewer
        self.assertEqual(self._get_owners(self.resistor), [self.viewer])
        self.resistor.responsible_id = False
        self.assertEqual(self._get_owners(self.resistor), [self.manager])

    def test_order_is_of_its_responsible(self):
        order = self.env["mrp.production"].create({"product_id": self.board.id, "user_id": self.viewer.id})
        item = Item(self.board.id, production_id=order.id)
        self.assertEqual(self.Alert._get_owner_finder([item])(item), self.viewer)
        order.user_id = False
        self.assertEqual(self.Alert._get_owner_finder([item])(item), self.planner)

    def _get_owners(self, products):
        items = [Item(product.id) for product in products]
        return [self.Alert._get_owner_finder(items)(item) for item in items]

    def test_settings_name_only_who_sees_alerts(self):
        blind = new_test_user(self.env, "a_blind", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "cannot own alerts"):
            self.company.mes_aging_sales_id = blind

    def test_who_has_left_is_replaced_on_the_next_run(self):
        alert = self._open()
        self.buyer.active = False
        self.resistor.responsible_id = False
        self._run()
        self.assertEqual(alert.user_id, self.manager)
        self.assertEqual(self._activities(alert).user_id, self.manager)

    def test_a_manager_gives_it_to_somebody_with_its_activity(self):
        alert = self._open()
        alert.with_user(self.manager).user_id = self.viewer
        self.assertEqual(self._activities(alert).user_id, self.viewer)


@tagged("post_install", "-at_install")
class TestTelling(HandlingCommon):
    def test_told_once_by_one_activity_and_one_mail(self):
        for days in (0, -1, -2):
            self._run(days)
        alert = self._alerts()
        self.assertEqual(self._activities(alert).user_id, self.buyer)
        self.assertEqual(len(self._activities(alert)), 1)
        mail = self._mails(self.buyer)
        self.assertEqual(len(mail), 1)
        self.assertIn("Resistor", mail.body_html)
        self.assertIn(f"/odoo/aging-alerts/{alert.id}", mail.body_html)
        self.assertIn("100 days", mail.body_html)

    def test_one_mail_lists_all_that_is_new(self):
        other = self._create_product("Diode", seller_ids=[(0, 0, {"partner_id": self.vendor.id})], sale_ok=False)
        with self._at(95):
            self._receive(other, 3)
        self._run()
        mail = self._mails(self.buyer)
        self.assertEqual(len(mail), 1)
        self.assertIn("2", mail.subject)
        self.assertIn("Diode", mail.body_html)

    def test_a_long_list_ends_with_how_many_more(self):
        other = self._create_product("Diode", seller_ids=[(0, 0, {"partner_id": self.vendor.id})], sale_ok=False)
        with self._at(95):
            self._receive(other, 3)
        with patch("odoo.addons.mes_aging.models.mes_aging_alert_tell.MAILED", 1):
            self._run()
        body = self._mails(self.buyer).body_html
        self.assertIn("Resistor", body, "worth 20")
        self.assertNotIn("Diode", body, "worth nothing")
        self.assertRegex(body, r"And\s+1\s+more")

    def test_without_mail_there_is_the_activity_alone(self):
        self.company.mes_aging_mail = False
        alert = self._open()
        self.assertFalse(self._mails(self.buyer))
        self.assertTrue(self._activities(alert))
        self.company.mes_aging_mail = True
        self._run()
        self.assertFalse(self._mails(self.buyer), "what is old isn't told again")

    def test_activities_of_people_stay_when_it_closes(self):
        alert = self._open()
        own = alert.activity_schedule("mail.mail_activity_data_todo", user_id=self.buyer.id, automated=False)
        with self._at(0):
            self._ship(self.resistor, 10)
        self._run()
        self.assertEqual(self._activities(alert), own)

    def test_not_handled_for_7_days_goes_to_the_manager_once(self):
        alert = self._open()
        self._run(days=-6)
        self.assertFalse(alert.escalated)
        for days in (-7, -8):
            self._run(days)
        self.assertEqual((alert.escalated, alert.escalated_to_id, alert.state), (True, self.manager, "open"))
        self.assertEqual(len(self._activities(alert, self.manager)), 1)
        self.assertEqual(len(self._activities(alert, self.buyer)), 1)
        self.assertEqual(len(self._mails(self.manager)), 1)

    def test_handled_in_time_is_not_escalated(self):
        alert = self._open()
        alert.with_user(self.buyer).action_acknowledge()
        self._run(days=-30)
        self.assertFalse(alert.escalated)

    def test_zero_days_never_escalate(self):
        self.company.mes_aging_escalate_days = 0
        alert = self._open()
        self._run(days=-300)
        self.assertFalse(alert.escalated)


@tagged("post_install", "-at_install")
class TestHandling(HandlingCommon):
    def test_owner_acknowledges_and_is_left_alone(self):
        alert = self._open()
        alert.with_user(self.buyer).action_acknowledge()
        self.assertEqual((alert.state, alert.acknowledged_by_id), ("handled", self.buyer))
        self.assertFalse(self._activities(alert))
        self._run(days=-1)
        self.assertEqual(alert.state, "handled")
        self.assertFalse(self._activities(alert))
        with self._at(0):
            self._ship(self.resistor, 10)
        self._run()
        self.assertEqual(alert.state, "closed")

    def test_activity_done_is_alert_handled(self):
        alert = self._open()
        with self.assertRaises(AccessError):
            self._activities(alert).with_user(self.viewer).action_feedback(feedback="Not mine")
        self._activities(alert).with_user(self.buyer).action_feedback(feedback="Sent back to the vendor")
        self.assertEqual((alert.state, alert.acknowledged_by_id), ("handled", self.buyer))
        self.assertIn("Sent back to the vendor", "".join(alert.message_ids.mapped("body")))

    def test_snoozed_until_its_day_has_come(self):
        alert = self._open()
        until = TODAY.date() + timedelta(days=30)
        with self._at(0):
            alert.with_user(self.buyer).snooze(str(until), "Sold in July")
        self.assertEqual((alert.state, alert.snooze_until, alert.snooze_reason), ("handled", until, "Sold in July"))
        self._run(days=-29)
        self.assertEqual((alert.state, len(self._mails(self.buyer))), ("handled", 1))
        self._run(days=-30)
        self.assertEqual((alert.state, alert.snooze_until), ("open", False))
        self.assertEqual(len(self._activities(alert, self.buyer)), 1)
        self.assertEqual(len(self._mails(self.buyer)), 2)

    def test_a_snoozed_warning_is_not_told_when_it_gets_worse(self):
        self.limits.write({"max_age_days": 110, "warn_ratio": 0.8})
        alert = self._open()
        with self._at(0):
            alert.snooze(TODAY.date() + timedelta(days=30), "Wait")
        self._run(days=-15)
        self.assertEqual((alert.state, alert.level), ("handled", "limit"))
        self.assertEqual(len(self._mails(self.buyer)), 1)

    def test_snoozing_takes_a_reason_and_a_day_to_come(self):
        alert = self._open().with_user(self.buyer)
        with self._at(0):
            for until, reason in ((date(2027, 1, 1), " "), (TODAY.date(), "Wait"), (None, "Wait")):
                with self.subTest(until=until, reason=reason), self.assertRaises(UserError):
                    alert.snooze(until, reason)
        self.assertEqual(alert.state, "open")

    def test_snoozing_from_the_screen(self):
        alert = self._open()
        action = alert.with_user(self.buyer).action_snooze()
        wizard = self.env[action["res_model"]].with_user(self.buyer).with_context(**action["context"])
        with self._at(0):
            with Form(wizard) as form:
                form.reason = "A customer takes it"
            form.record.action_confirm()
        self.assertEqual(alert.snooze_reason, "A customer takes it")

    def test_only_the_owner_and_managers_handle_it(self):
        alert = self._open()
        for action in (lambda one: one.action_acknowledge(), lambda one: one.snooze(date(2027, 1, 1), "Wait")):
            with self.assertRaisesRegex(UserError, "belongs to"):
                action(alert.with_user(self.viewer))
        self.assertEqual(alert.state, "open")
        self.assertEqual(alert.with_user(self.viewer).can_handle, False)
        alert.with_user(self.manager).user_id = self.viewer
        alert.with_user(self.viewer).action_acknowledge()
        self.assertEqual(alert.acknowledged_by_id, self.viewer)

    def test_what_was_found_is_not_written_by_hand(self):
        alert = self._open()
        for user, error, vals in (
            (self.buyer, UserError, {"state": "closed"}),
            (self.viewer, AccessError, {"user_id": self.viewer.id}),
            (self.manager, UserError, {"quantity": 0}),
            (self.manager, UserError, {"state": "closed"}),
            (self.manager, UserError, {"user_id": self.viewer.id, "level": "warn"}),
        ):
            with self.subTest(user=user.login, **vals), self.assertRaises(error):
                alert.with_user(user).write(vals)
        for user in (self.buyer, self.manager):
            with self.assertRaises(AccessError):
                alert.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.Alert.with_user(user).create({"product_id": self.board.id, "reason": "age", "level": "limit"})

    def test_a_stranger_sees_none(self):
        stranger = new_test_user(self.env, "a_stranger", "base.group_user")
        alert = self._open().with_user(stranger)
        for call in (alert.action_acknowledge, alert.action_check, alert.action_export_xlsx, alert.action_view_layers):
            with self.assertRaises(AccessError):
                call()

    def test_closed_is_closed(self):
        alert = self._open()
        with self._at(0):
            self._ship(self.resistor, 10)
        alert.with_user(self.viewer).action_check()
        self.assertEqual(alert.state, "closed", "checked at once")
        with self.assertRaisesRegex(UserError, "is closed"):
            alert.with_user(self.buyer).action_acknowledge()


@tagged("post_install", "-at_install")
class TestRun(HandlingCommon):
    """Cut off anywhere and run again, it ends the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._at(120):
            cls._receive(cls.board, 4)
            cls._receive(cls.axle, 5, cls._create_lot("L1"))

    def _cut(self, batches, half=False):
        """Let the run come so far, and lose what it has not committed then, as a power cut would.

        :param half: the next batch has done its work, but not committed it
        """
        done, check = [], type(self.Alert)._check

        def commit(*_args, **_more):
            self.env.flush_all()
            self.cr.execute("SAVEPOINT committed")
            if len(done) == batches and not half:
                raise KeyboardInterrupt
            return float("inf")

        def count(alerts, products):
            found = check(alerts, products)
            self.env.flush_all()
            done.append(products)
            if len(done) > batches:
                raise KeyboardInterrupt
            return found

        cron = self.env.registry["ir.cron"]
        with (
            patch.object(cron, "_commit_progress", commit),
            patch.object(type(self.Alert), "_check", count),
            self._at(),
            suppress(KeyboardInterrupt),
        ):
            self.Alert._cron_check()
        self.env.invalidate_all(flush=False)
        self.cr.execute("ROLLBACK TO SAVEPOINT committed")
        self.assertEqual(len(done), batches + half)

    def test_cut_off_anywhere(self):
        products = self.board | self.axle | self.resistor
        self.env["product.product"].search([("id", "not in", products.ids)]).is_storable = False
        self.env.flush_all()
        with patch("odoo.addons.mes_aging.models.mes_aging_run.BATCH", 1):
            self.cr.execute("SAVEPOINT start")
            self._run()
            expected = self._picture()
            self.assertEqual(len(expected[0]), 3)
            for batches, half in ((0, False), (0, True), (1, False), (1, True), (2, False), (2, True), (3, False)):
                with self.subTest(batches=batches, half=half):
                    self.env.invalidate_all(flush=False)
                    self.cr.execute("ROLLBACK TO SAVEPOINT start")
                    self._cut(batches, half)
                    self.assertEqual(len(self._alerts()), batches)
                    self._run()
                    self.assertEqual(self._picture(), expected)
                    self.assertEqual(len(self._mails(self.buyer)), 1)

    def test_out_of_time_goes_on_where_it_stopped(self):
        with patch("odoo.addons.mes_aging.models.mes_aging_run.BATCH", 1):
            run = self.env["mes.aging.run"]
            with patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_more: 0), self._at():
                self.Alert._cron_check()
                run = run.search([("company_id", "=", self.company.id)])
                first = run.cursor
                self.Alert._cron_check()
            self.assertGreater(run.cursor, first)
            self.assertFalse(run.date_done)
            self._run()
            self.assertTrue(run.date_done)
            self.assertEqual(len(self._alerts()), 3)

    def test_a_new_round_begins_when_all_is_done(self):
        self._run()
        run = self.env["mes.aging.run"].search([("company_id", "=", self.company.id)])
        self.assertGreaterEqual(run.opened, 3)
        with self._at(0):
            self._ship(self.board, 4)
        self._run()
        self.assertEqual((run.opened, run.closed), (0, 1))


@tagged("post_install", "-at_install")
class TestReports(HandlingCommon):
    def test_workbook(self):
        alert = self._open()
        self.resistor.name = "=1+1"
        action = alert.with_user(self.buyer).action_export_xlsx()
        export = self.env["mes.aging.alert.export"].search([], order="id desc", limit=1)
        self.assertIn(f"/web/content/mes.aging.alert.export/{export.id}/file/", action["url"])
        book = load_workbook(io.BytesIO(base64.b64decode(export.file)))
        sheet = book.worksheets[0]
        heads = [cell.value for cell in sheet[1]]
        row = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
        self.assertEqual((row["Product"], row["Quantity"], row["Value"]), ("=1+1", 10, 20))
        self.assertEqual(sheet["A2"].data_type, "s")
        self.assertTrue(sheet.auto_filter.ref)
        self.assertTrue(any("SUBTOTAL" in str(cell.value) for cell in sheet[3]))
        self.assertEqual(len(book.worksheets[1]._charts), 1)

    def test_workbook_is_the_users_own(self):
        self._open().with_user(self.buyer).action_export_xlsx()
        export = self.env["mes.aging.alert.export"].search([], order="id desc", limit=1)
        with self.assertRaises(AccessError):
            export.with_user(self.viewer).read(["file"])
        self.assertTrue(export.with_user(self.buyer).read(["file"]))

    def test_digest(self):
        self._open()
        self.Alert.invalidate_model()
        digest = self.env["digest.digest"].create({"name": "Weekly", "kpi_mes_aging_backlog": True})
        period = (TODAY - timedelta(days=7), TODAY + timedelta(days=1), self.company)
        with patch.object(type(digest), "_get_kpi_compute_parameters", lambda _digest: period):
            self.assertEqual(digest.with_user(self.manager).kpi_mes_aging_backlog_value, 20)
            self.assertEqual(digest.with_user(self.manager).kpi_mes_aging_alerts_value, 1)
        digest.invalidate_recordset()
        stranger = new_test_user(self.env, "a_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            digest.with_user(stranger)._compute_kpi_mes_aging()
