"""The outbox of the webhooks: written with the change, sent by a scheduled job, tried again, never lost."""

import json
import logging
import socket
import time
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import WEBHOOK_EVENT_STATES
from ..tools.webhook import is_forbidden, is_plain_url, pause, sign

_logger = logging.getLogger(__name__)

BATCH = 200
KEEP_SENT = timedelta(days=30)
BUSY = (408, 425, 429)


class ReceiverDown(Exception):
    """Nobody there, or too busy: the messages behind it would fail as well."""


class MessageRefused(Exception):
    """The receiver answered that it does not take this message."""


class MesPullWebhookEvent(models.Model):
    """One message. ::

        waiting --2xx--> sent
           |  ^
           |  '--- send again (manager) ---.
           '--- last try failed ---> dead -'

    Messages about one call are sent in the order of its changes: the next waits until the one before it is sent or
    given up. A message can arrive twice (its answer was lost): its ``id`` tells. A receiver that keeps the highest
    ``revision`` of each call can ignore lower ones.
    """

    _name = "mes.pull.webhook.event"
    _description = "Webhook Message"
    _order = "id desc"
    _rec_name = "uuid"

    uuid = fields.Char("Number", default=lambda self: str(uuid.uuid4()), required=True, readonly=True, copy=False)
    webhook_id = fields.Many2one("mes.pull.webhook", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="webhook_id.company_id", store=True, precompute=True, index=True)
    call_id = fields.Integer("Call", readonly=True, help="Number of the call; zero: a test.")
    revision = fields.Integer(readonly=True)
    payload = fields.Text(readonly=True, required=True)
    state = fields.Selection(WEBHOOK_EVENT_STATES, default="waiting", required=True, readonly=True)
    tries = fields.Integer(readonly=True)
    date_next = fields.Datetime("Next Try", readonly=True)
    date_sent = fields.Datetime("Sent", readonly=True)
    error = fields.Char(readonly=True)

    _waiting_idx = models.Index("(webhook_id, id) WHERE state = 'waiting'")
    _call_idx = models.Index("(webhook_id, call_id)")

    # -- actions ------------------------------------------------------------------------------------------------

    def action_send_again(self):
        """Put messages that were given up back into the outbox."""
        self.check_access("write")
        dead = self.filtered(lambda event: event.state == "dead").sudo()
        dead.write({"state": "waiting", "tries": 0, "date_next": False})
        dead.webhook_id.write({"date_next": False})
        self._wake()

    # -- writing the outbox -------------------------------------------------------------------------------------

    @api.model
    def _wake(self):
        """Let the job run as soon as this transaction is committed."""
        self.env.ref("mes_pull.mes_pull_cron_webhook").sudo()._trigger()

    @api.model
    def _record(self, rows):
        """Write what became of these calls for every receiver that hears about them.

        :param list rows: see `mes.pull.call._prepare_api_row`, each with ``company_id``
        """
        companies = [row["company_id"] for row in rows]
        webhooks = self.env["mes.pull.webhook"].sudo().search([("company_id", "in", companies)])
        if not webhooks:
            return
        places = self.env["stock.location"].sudo().browse({row["location_id"] for row in rows})
        paths = {place.id: place.parent_path for place in places}
        known = self._get_known(webhooks, [row["id"] for row in rows])
        vals_list = [
            self._prepare_vals(webhook, row)
            for row in sorted(rows, key=lambda row: (row["revision"], row["id"]))
            for webhook in webhooks
            if webhook.company_id.id == row["company_id"]
            and webhook._is_for(row, paths)
            and (webhook.with_planned or row["state"] != "planned" or (webhook.id, row["id"]) in known)
            and (row["quantity"] or row["product_id"] or (webhook.id, row["id"]) in known)
        ]
        if vals_list:
            self.create(vals_list)
            self._wake()

    @api.model
    def _get_known(self, webhooks, call_ids):
        """Return the (webhook, call) pairs that were told about before."""
        rows = self.sudo()._read_group(
            [("webhook_id", "in", webhooks.ids), ("call_id", "in", call_ids)], ["webhook_id", "call_id"]
        )
        return {(webhook.id, call_id) for webhook, call_id in rows}

    @api.model
    def _prepare_vals(self, webhook, row):
        call = {name: value for name, value in row.items() if name != "company_id"}
        return {
            "webhook_id": webhook.id,
            "call_id": row["id"],
            "revision": row["revision"],
            "payload": json.dumps({"event": "call.changed", "call": call}, sort_keys=True),
        }

    @api.model
    def _prepare_test_vals(self, webhook):
        return {"webhook_id": webhook.id, "payload": json.dumps({"event": "test", "webhook": webhook.name})}

    # -- sending ------------------------------------------------------------------------------------------------

    @api.model
    def _cron_deliver(self):
        """Send what is due. One job at a time runs this, so that the order is kept."""
        now = fields.Datetime.now()
        webhooks = self.env["mes.pull.webhook"].search(
            ["|", ("date_next", "=", False), ("date_next", "<=", now), ("event_ids.state", "=", "waiting")]
        )
        for webhook in webhooks:
            if not self._deliver(webhook):
                self._wake()  # time is over: the rest in another run
                return
        self._plan_next_run()

    def _deliver(self, webhook):
        """Send the messages of one receiver. Return False when the job's time is over."""
        blocked, last = set(), 0
        while True:
            domain = [("webhook_id", "=", webhook.id), ("state", "=", "waiting"), ("id", ">", last)]
            events = self.search(domain, order="id", limit=BATCH)
            for event in events:
                last = event.id
                if event.call_id and event.call_id in blocked:
                    continue
                if event.date_next and event.date_next > fields.Datetime.now():
                    blocked.add(event.call_id)
                    continue
                is_up = event._send_or_note()
                if event.state == "waiting":
                    blocked.add(event.call_id)
                if not self.env["ir.cron"]._commit_progress(1):
                    return False
                if not is_up:
                    return True
            if len(events) < BATCH:
                return True

    def _send_or_note(self):
        """Send this message; note what came of it. Return whether the receiver is there."""
        try:
            self._send()
        except MessageRefused as error:
            self._on_failure(str(error))
            return True
        except ReceiverDown as error:
            self._on_failure(str(error))
            webhook = self.webhook_id
            failures = webhook.failures + 1
            until = fields.Datetime.now() + timedelta(seconds=pause(failures))
            webhook.write({"failures": failures, "date_next": until, "last_error": str(error)[:500]})
            return False
        self.write({"state": "sent", "date_sent": fields.Datetime.now(), "error": False, "tries": self.tries + 1})
        if self.webhook_id.failures:
            self.webhook_id.write({"failures": 0, "date_next": False, "last_error": False})
        return True

    def _on_failure(self, error):
        tries = self.tries + 1
        values = {"tries": tries, "error": error[:500]}
        if tries >= self.webhook_id.max_tries:
            self.write({**values, "state": "dead", "date_next": False})
            self.webhook_id._tell_owner(self)
        else:
            self.write({**values, "date_next": fields.Datetime.now() + timedelta(seconds=pause(tries))})

    def _send(self):
        """Send this message once.

        :raises ReceiverDown: no connection, no answer in time, 5xx, 408, 425, 429
        :raises MessageRefused: any other answer than 2xx, or an address that may not be called
        """
        webhook = self.webhook_id
        self._check_address(webhook.url)
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "mes_pull-webhook/1",
            "X-MES-Event": self.uuid,
            "X-MES-Timestamp": timestamp,
            "X-MES-Signature": sign(webhook.secret, timestamp, self.payload),
        }
        try:
            answer = requests.post(
                webhook.url,
                data=self.payload.encode(),
                headers=headers,
                timeout=(min(5, webhook.timeout), webhook.timeout),
                allow_redirects=False,  # a receiver cannot send us elsewhere
                stream=True,  # what it answers besides the status is of no interest, however long it is
            )
            answer.close()
        except requests.RequestException as error:
            raise ReceiverDown(f"{type(error).__name__}: {error}") from None
        if answer.status_code >= 500 or answer.status_code in BUSY:
            raise ReceiverDown(f"HTTP {answer.status_code}")
        if not 200 <= answer.status_code < 300:
            raise MessageRefused(f"HTTP {answer.status_code}")

    @api.model
    def _check_address(self, url):
        messages = self.env["mes.pull.message"]
        if not is_plain_url(url):
            raise MessageRefused(messages._text("webhook_url", url=url[:80]))
        parts = urlsplit(url)
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ReceiverDown(f"{parts.hostname}: {error}") from None
        for *_info, address in found:
            if is_forbidden(address[0]):
                raise MessageRefused(messages._text("webhook_address", host=parts.hostname, address=address[0]))

    @api.model
    def _plan_next_run(self):
        """Wake up again when the next message is due; the job's own interval is the safety net."""
        domain = [("state", "=", "waiting"), ("date_next", "!=", False), ("webhook_id.active", "=", True)]
        rows = self._read_group(domain, ["webhook_id"], ["date_next:min"])
        dates = [max(due, webhook.date_next or due) for webhook, due in rows]
        if dates:
            self.env.ref("mes_pull.mes_pull_cron_webhook")._trigger(at=min(dates))

    @api.autovacuum
    def _gc_sent(self):
        self.search([("state", "=", "sent"), ("date_sent", "<", fields.Datetime.now() - KEEP_SENT)]).unlink()


class MesPullWebhook(models.Model):
    _inherit = "mes.pull.webhook"

    def _tell_owner(self, event):
        """Give the owner one activity, however many messages are given up."""
        self.ensure_one()
        activities = self.activity_search(["mail.mail_activity_data_warning"], user_id=self.user_id.id)
        if not activities:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=self.user_id.id,
                summary=self.env._("Messages are given up"),
                note=self.env._(
                    "%(url)s did not take a message in %(tries)s tries: %(error)s. Mend the receiver, then send the "
                    "messages in the outbox again.",
                    url=self.url,
                    tries=event.tries,
                    error=event.error,
                ),
            )


class MesPullCall(models.Model):
    """Changes of calls go into the outbox in their own transaction: each call once, in its last state."""

    _inherit = "mes.pull.call"

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls._note_for_webhooks()
        return calls

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"lock_seq"}:
            self._note_for_webhooks()
        return result

    def unlink(self):
        self._note_for_webhooks()
        return super().unlink()

    def _note_for_webhooks(self):
        if not self or not self.env["mes.pull.webhook"]._has_any():
            return
        pending = self.env.cr.precommit.data.setdefault("mes_pull_calls_to_tell", set())
        if not pending:
            self.env.cr.precommit.add(self.sudo().browse()._tell_webhooks)
        pending.update(self.ids)

    @api.model
    def _tell_webhooks(self):
        ids = self.env.cr.precommit.data.pop("mes_pull_calls_to_tell", set())
        calls = self.browse(sorted(ids)).exists()
        gone = self.env["mes.pull.call.gone"].search([("call_id", "in", sorted(ids - set(calls.ids)))])
        self.env["mes.pull.webhook.event"]._record(
            [{**row._prepare_api_row(), "company_id": row.company_id.id} for row in (*calls, *gone)]
        )
