"""Outside systems: what changed since, and messages that are sent when a call changes."""

import json
from datetime import timedelta
from unittest.mock import Mock, patch

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.webhook import sign
from .call_screen_common import CallScreenCase

SECRET = "a long enough secret"


@tagged("post_install", "-at_install")
class TestListChanged(CallScreenCase):
    def _read(self, since=0, **more):
        self.env.flush_all()
        return self.calls.list_changed(since, **more)

    def setUp(self):
        super().setUp()
        self.start = self._read()["since"]

    def test_a_reader_sees_each_change_once(self):
        first, second = self._call(40), self._call(60)
        answer = self._read(self.start)
        self.assertEqual([row["id"] for row in answer["calls"]], [first.id, second.id])
        self.assertEqual(self._read(answer["since"])["calls"], [])
        first.write({"state": "done", "done_qty": 40})
        again = self._read(answer["since"])
        self.assertEqual([(row["id"], row["state"], row["left"]) for row in again["calls"]], [(first.id, "done", 0)])

    def test_withdrawn_and_vanished_calls_are_told(self):
        called, planned = self._call(40), self._call(60, state="planned")
        since = self._read(self.start)["since"]
        called.write({"state": "cancelled", "quantity": 0})
        number = planned.id
        planned.unlink()
        rows = self._read(since)["calls"]
        self.assertEqual(
            [(row["id"], row["state"], row["quantity"]) for row in rows],
            [
                (called.id, "cancelled", 0),
                (number, "cancelled", 0),
            ],
        )

    def test_pages_never_begin_in_the_middle_of_one_change(self):
        calls = self._call(1) | self._call(2) | self._call(3) | self._call(4)
        since = self._read(self.start)["since"]
        calls[:3].write({"note": False} if "note" in calls._fields else {"shortage_note": "x"})
        calls[3].shortage_note = "y"
        page = self._read(since, limit=2)
        self.assertEqual([row["id"] for row in page["calls"]], calls[:3].ids)
        self.assertTrue(page["more"])
        rest = self._read(page["since"], limit=2)
        self.assertEqual(([row["id"] for row in rest["calls"]], rest["more"]), (calls[3].ids, False))

    def test_places_narrow_it_and_the_number_goes_on(self):
        self._call()
        there = self._call(place=self.other_bench)
        rows = self._read(self.start, location_ids=self.other_bench.ids)["calls"]
        self.assertEqual([row["id"] for row in rows], there.ids)

    def test_what_is_no_number_is_refused(self):
        for since in (-1, "1", None, True, 1.5):
            with self.assertRaises(UserError):
                self._read(since)


class Receiver:
    """Stands for the network: keeps what was posted and answers what the test says."""

    def __init__(self):
        self.posts, self.answers = [], []

    def __call__(self, url, data, headers, **options):
        self.posts.append((url, json.loads(data), headers, options))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return Mock(status_code=answer)


@tagged("post_install", "-at_install")
class TestWebhook(CallScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "mes_manager", "mes_pull.mes_pull_group_manager")
        cls.webhook = cls._create_webhook()

    @classmethod
    def _create_webhook(cls, **more):
        vals = {"name": "WMS", "url": "http://127.0.0.1:9/calls", "secret": SECRET, "user_id": cls.manager.id}
        return cls.env["mes.pull.webhook"].with_user(cls.manager).create({**vals, **more})

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.startPatcher(patch.object(requests, "post", self.receiver))
        cron = type(self.env["ir.cron"])
        self.startPatcher(patch.object(cron, "_commit_progress", lambda *_args, **_more: float("inf")))

    def _events(self, **more):
        self._commit()
        return self.env["mes.pull.webhook.event"].search([("webhook_id", "=", self.webhook.id)], order="id")

    def _deliver(self):
        self._commit()
        self.env["mes.pull.webhook.event"].sudo()._cron_deliver()

    def test_a_change_is_written_once_in_its_last_state_and_sends_nothing_itself(self):
        call = self._call(40)
        call.write({"quantity": 50, "need_qty": 50})
        events = self._events()
        self.assertEqual([json.loads(event.payload)["call"]["quantity"] for event in events], [50])
        self.assertEqual((events.state, events.revision, self.receiver.posts), ("waiting", call.revision, []))

    def test_the_commit_wakes_the_job(self):
        cron = self.env.ref("mes_pull.mes_pull_cron_webhook")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self._call()
        self._commit()
        self.assertGreater(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before)

    def test_messages_are_signed_and_numbered(self):
        call = self._call(40)
        self._deliver()
        [(url, body, headers, options)] = self.receiver.posts
        event = self._events()
        self.assertEqual((url, body["call"]["id"], event.state), (self.webhook.url, call.id, "sent"))
        self.assertEqual(headers["X-MES-Signature"], sign(SECRET, headers["X-MES-Timestamp"], event.payload))
        self.assertEqual(headers["X-MES-Event"], event.uuid)
        self.assertEqual((options["allow_redirects"], options["timeout"]), (False, (5, 10)))

    def test_planned_calls_are_told_only_from_when_they_were_called(self):
        call = self._call(state="planned")
        self.assertFalse(self._events())
        call.state = "called"
        self.assertEqual(len(self._events()), 1)
        call.state = "planned"
        self.assertEqual(len(self._events()), 2)
        call.unlink()
        self.assertEqual(json.loads(self._events()[-1].payload)["call"]["state"], "cancelled")

    def test_places_narrow_what_is_told(self):
        self.webhook.location_ids = self.other_bench
        self._call()
        there = self._call(place=self.other_bench)
        self.assertEqual(self._events().mapped("call_id"), there.ids)

    def test_a_receiver_that_is_down_gets_everything_later_in_order(self):
        call, other = self._call(40), self._call(60)
        self._commit()
        call.shortage_note = "second"
        self.receiver.answers = [requests.ConnectionError("nobody there")]
        self._deliver()
        self.assertEqual((len(self.receiver.posts), self.webhook.failures), (1, 1))
        self.assertEqual(set(self._events().mapped("state")), {"waiting"})
        with freeze_time(fields.Datetime.now() + timedelta(seconds=31)):
            self._deliver()
        told = [(body["call"]["id"], body["call"]["note"]) for _url, body, *_more in self.receiver.posts[1:]]
        self.assertEqual(told, [(call.id, ""), (other.id, ""), (call.id, "second")])
        self.assertEqual((set(self._events().mapped("state")), self.webhook.failures), ({"sent"}, 0))

    def test_a_refused_message_holds_back_only_its_own_call(self):
        call, other = self._call(40), self._call(60)
        self._commit()
        call.shortage_note = "second"
        self.receiver.answers = [422]
        self._deliver()
        self.assertEqual([body["call"]["id"] for _url, body, *_more in self.receiver.posts], [call.id, other.id])
        self.assertEqual(self._events().mapped("state"), ["waiting", "sent", "waiting"])

    def test_after_the_last_try_the_owner_is_told_once_and_it_can_be_sent_again(self):
        self.webhook.max_tries = 2
        first, second = self._call(40), self._call(60)
        self.receiver.answers = [422, 422, 422, 422]
        self._deliver()
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self._deliver()
        events = self._events()
        self.assertEqual(events.mapped("state"), ["dead", "dead"])
        activity = self.webhook.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.manager))
        self.assertIn("HTTP 422", activity.note)
        events.with_user(self.manager).action_send_again()
        self._deliver()
        self.assertEqual(self._events().mapped("state"), ["sent", "sent"])
        self.assertEqual(set(self._events().mapped("call_id")), {first.id, second.id})

    @mute_logger("odoo.sql_db")
    def test_only_plain_web_addresses_are_taken(self):
        for url in ("file:///etc/passwd", "ftp://a/b", "http://me:pw@wms/", "javascript:1", "wms", ""):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.webhook.write({"url": url})
        self.webhook.url = "https://wms.example.com/calls"

    def test_metadata_services_are_not_called(self):
        self.webhook.url = "http://169.254.169.254/latest"
        self._call()
        self._deliver()
        event = self._events()
        self.assertEqual((self.receiver.posts, event.state), ([], "waiting"))
        self.assertIn("169.254.169.254", event.error)

    def test_an_archived_webhook_and_another_companys_hear_nothing(self):
        self.webhook.active = False
        self._call()
        self.assertFalse(self._events())

    def test_only_managers_see_and_change_webhooks(self):
        self._call()
        for user in (self.operator, self.planner):
            for records in (self.webhook, self._events()):
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["create_date"])
            with self.assertRaises(AccessError):
                self._create_webhook().with_user(user).action_test()
        self.webhook.with_user(self.manager).action_test()
        self.assertIn("test", self._events()[-1].payload)
